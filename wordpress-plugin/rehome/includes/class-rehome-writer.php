<?php
/**
 * One writer per site: the lease, its fence, and the transaction that both protect.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The lease is one row of the options table, `fence|writer|expires|nonce`, changed only by statements that name its old value.
 */
final class Rehome_Writer {

	const OPTION = 'rehome_writer';

	/**
	 * The lease as it stands.
	 *
	 * @return array{fence:int,writer:string,expires:int,raw:string}|null
	 */
	public static function lease() {
		global $wpdb;
		$raw = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM $wpdb->options WHERE option_name = %s", self::OPTION ) );
		if ( ! is_string( $raw ) || 4 !== count( explode( '|', $raw ) ) ) {
			return null;
		}
		list( $fence, $writer, $expires ) = explode( '|', $raw );
		return array(
			'fence'   => (int) $fence,
			'writer'  => $writer,
			'expires' => (int) $expires,
			'raw'     => $raw,
		);
	}

	/**
	 * Takes or renews the lease.
	 *
	 * @param string $writer  Random name of the client's process.
	 * @param int    $seconds How long.
	 * @param bool   $raise   Whether the fence grows even if the lease is this writer's already. Its own earlier requests that
	 *                        still run end first (they hold the row); later ones are refused.
	 * @return array{fence:int,expires:int}
	 * @throws Rehome_Error When another writer holds it.
	 */
	public static function take( $writer, $seconds, $raise = false ) {
		global $wpdb;
		$lease = self::lease();
		if ( null === $lease ) {
			$wpdb->query( $wpdb->prepare( "INSERT IGNORE INTO $wpdb->options (option_name, option_value, autoload) VALUES (%s, '0||0|0', 'no')", self::OPTION ) );
			$lease = self::lease();
		}
		if ( null === $lease ) {
			throw Rehome_Error::failed( 'making the lease' );
		}
		// A raise may meet requests of our own that are still writing; each is waited for by the statement, and then there is one less.
		for ( $tries = $raise ? 8 : 1; $tries > 0; $tries-- ) {
			if ( $lease['writer'] !== $writer && $lease['expires'] > time() ) {
				throw self::busy( $lease );
			}
			$fence   = $lease['writer'] === $writer && ! $raise ? $lease['fence'] : $lease['fence'] + 1;
			$expires = time() + $seconds;
			$done    = $wpdb->query(
				$wpdb->prepare(
					"UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND option_value = %s",
					self::raw( $fence, $writer, $expires ),
					self::OPTION,
					$lease['raw']
				)
			);
			if ( 1 === $done ) {
				return array(
					'fence'   => $fence,
					'expires' => $expires,
				);
			}
			$now = self::lease();
			if ( null === $now || $now['writer'] !== $writer ) {
				throw self::busy( null === $now ? $lease : $now );
			}
			$lease = $now;
		}
		if ( $raise ) {
			throw self::busy( $lease );
		}
		return array(
			'fence'   => $lease['fence'],
			'expires' => $lease['expires'],
		);
	}

	/**
	 * Gives the lease back. The fence stays, so that it can only grow.
	 *
	 * @param string $writer Who held it.
	 */
	public static function release( $writer ) {
		global $wpdb;
		$lease = self::lease();
		if ( null !== $lease && $lease['writer'] === $writer ) {
			$wpdb->query(
				$wpdb->prepare(
					"UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND option_value = %s",
					self::raw( $lease['fence'], '', 0 ),
					self::OPTION,
					$lease['raw']
				)
			);
		}
	}

	/**
	 * Runs something as one transaction under the lease: all of it is kept, or nothing.
	 *
	 * Its first statement writes the lease's row. That makes a second request of the same writer wait for this one, keeps anybody from
	 * taking the lease over meanwhile, and on SQLite takes the write lock.
	 *
	 * @param string   $writer Who writes.
	 * @param int      $fence  Its fence.
	 * @param callable $work   What to do.
	 * @return mixed What it returns.
	 * @throws Rehome_Error When the lease is not this writer's, or the work fails.
	 */
	public static function transaction( $writer, $fence, callable $work ) {
		global $wpdb;
		// A lost connection must end the request: after a silent reconnection the rest would be written outside the transaction.
		$retries                 = $wpdb->reconnect_retries;
		$wpdb->reconnect_retries = 0;
		$silently                = $wpdb->suppress_errors( true );
		$stop_at_failure         = array( self::class, 'stop_at_failure' );
		// Read before the transaction opens: its first statement must be the one that waits, or it would go on with an old view of the rows.
		$lease = self::lease();
		$wpdb->query( 'START TRANSACTION' );
		add_filter( 'query', $stop_at_failure, PHP_INT_MAX );
		try {
			$nonce  = self::guard( $writer, $fence, $lease );
			$result = $work();
			$now    = self::lease();
			if ( null === $now || $now['raw'] !== $nonce || '' !== $wpdb->last_error ) {
				throw Rehome_Error::failed( 'the transaction was lost' );
			}
			if ( false === $wpdb->query( 'COMMIT' ) ) {
				throw Rehome_Error::failed( 'the commit was refused' );
			}
			Rehome_Line::remember();
			return $result;
		} catch ( Throwable $problem ) {
			remove_filter( 'query', $stop_at_failure, PHP_INT_MAX );
			$wpdb->query( 'ROLLBACK' );
			wp_cache_flush();
			throw $problem;
		} finally {
			remove_filter( 'query', $stop_at_failure, PHP_INT_MAX );
			$wpdb->reconnect_retries = $retries;
			$wpdb->suppress_errors( $silently );
		}
	}

	/**
	 * Filter query, inside a transaction: after a failed statement SQLite has no transaction any more, so nothing may follow.
	 *
	 * @param string $sql Statement.
	 * @return string
	 * @throws Rehome_Error When the one before it failed.
	 */
	public static function stop_at_failure( $sql ) {
		global $wpdb;
		if ( '' !== $wpdb->last_error ) {
			throw Rehome_Error::failed( 'a statement was refused' );
		}
		return $sql;
	}

	/**
	 * Writer and fence of a request.
	 *
	 * @param Rehome_Input $input The request.
	 * @return array{0:string,1:int}
	 * @throws Rehome_Error When they are missing or malformed.
	 */
	public static function of( Rehome_Input $input ) {
		return array( self::name_of( $input ), $input->number( 'fence' ) );
	}

	/**
	 * Writer of a request.
	 *
	 * @param Rehome_Input $input The request.
	 * @return string
	 * @throws Rehome_Error When it is missing or malformed.
	 */
	public static function name_of( Rehome_Input $input ) {
		$writer = $input->text( 'writer' );
		if ( ! preg_match( '/^[0-9a-f]{8,64}$/', $writer ) ) {
			throw Rehome_Error::bad( $input->path( 'writer' ), 'A writer is named by 8 to 64 hexadecimal digits.' );
		}
		return $writer;
	}

	/**
	 * Writes the lease's row for this writer and fence.
	 *
	 * @param string     $writer Who writes.
	 * @param int        $fence  Its fence.
	 * @param array|null $lease  The lease a moment ago.
	 * @return string The row's new value.
	 * @throws Rehome_Error When the lease is another's.
	 */
	private static function guard( $writer, $fence, $lease ) {
		global $wpdb;
		// A request that writes shows that its writer lives: the lease lasts a minute from now at least.
		$expires = max( null === $lease ? 0 : $lease['expires'], time() + 60 );
		$raw     = self::raw( $fence, $writer, $expires );
		$done    = $wpdb->query(
			$wpdb->prepare(
				"UPDATE $wpdb->options SET option_value = %s WHERE option_name = %s AND option_value LIKE %s",
				$raw,
				self::OPTION,
				$wpdb->esc_like( "$fence|$writer|" ) . '%'
			)
		);
		if ( false === $done ) {
			// Another writing request kept the lock longer than the database waits.
			throw self::busy( null === $lease ? array() : $lease );
		}
		if ( 1 !== $done ) {
			throw new Rehome_Error( 'rehome_stale_fence', 409, __( 'This writer no longer holds the lease; nothing was written.', 'rehome' ) );
		}
		return $raw;
	}

	/**
	 * The row's value.
	 *
	 * @param int    $fence   Fence.
	 * @param string $writer  Writer.
	 * @param int    $expires Unix seconds.
	 * @return string
	 */
	private static function raw( $fence, $writer, $expires ) {
		// The nonce makes every write a change, or MySQL would count no row.
		return $fence . '|' . $writer . '|' . $expires . '|' . bin2hex( random_bytes( 4 ) );
	}

	/**
	 * Somebody else writes.
	 *
	 * @param array $lease The lease.
	 * @return Rehome_Error
	 */
	private static function busy( array $lease ) {
		$data = array(
			'holder'  => isset( $lease['writer'] ) ? $lease['writer'] : '',
			'expires' => isset( $lease['expires'] ) ? $lease['expires'] : 0,
		);
		return new Rehome_Error( 'rehome_busy', 409, __( 'Another writer holds the lease of this site.', 'rehome' ), $data );
	}
}
