<?php
/**
 * Many rows in few statements, and ids that are known before the rows are written.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Multi-row INSERT.
 */
final class Rehome_Rows {

	/** Longer texts are escaped without a look: looking costs more for each character than escaping. */
	const SHORT_BYTES = 48;

	/** Between values and between rows that are escaped as one text; the filters leave neither in a text. */
	const NEXT_VALUE = "\x01";
	const NEXT_ROW   = "\x02";

	/** Columns that come first in rows which bring their ids. */
	const IDS = array( 'ID', 'comment_ID' );

	/** Rows that are sent as values of a prepared statement, and how many of them at once. */
	const LONG_BYTES = 768;
	const LONG_ROWS  = 8;

	/** Characters that mean nothing to any database inside quotes. */
	const HARMLESS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_:/. ';

	/**
	 * Writes rows that all have the same columns.
	 *
	 * @param string  $verb  INSERT or REPLACE.
	 * @param string  $table Table.
	 * @param array[] $rows  Rows: column => number or text, all in the same order.
	 */
	public static function write( $verb, $table, array $rows ) {
		if ( $rows ) {
			self::lists( $verb, $table, array_keys( reset( $rows ) ), array_map( 'array_values', $rows ) );
		}
	}

	/**
	 * Writes rows that are lists of their values.
	 *
	 * @param string   $verb    INSERT or REPLACE.
	 * @param string   $table   Table.
	 * @param string[] $columns Columns, in the order of the values.
	 * @param array[]  $rows    Rows: numbers and texts.
	 */
	public static function lists( $verb, $table, array $columns, array $rows ) {
		if ( ! $rows ) {
			return;
		}
		$link = Rehome_Line::to( $table, $columns );
		$head = "$verb INTO $table (`" . implode( '`,`', $columns ) . '`) VALUES ';
		if ( null !== $link ) {
			self::write_straight( $link, $head, $table, $rows, in_array( $columns[0], self::IDS, true ) );
			return;
		}
		$sql = '';
		foreach ( $rows as $row ) {
			$tuple = self::tuple( $row, null );
			if ( '' !== $sql && strlen( $sql ) + strlen( $tuple ) > Rehome_Limits::STATEMENT_BYTES ) {
				self::run( $head . $sql, $table );
				$sql = '';
			}
			$sql .= ( '' === $sql ? '' : ',' ) . $tuple;
		}
		self::run( $head . $sql, $table );
	}

	/**
	 * Writes rows by the connection itself. A blog has half a million values, so they are not escaped one by one: rows are joined by
	 * characters that no escaping touches, escaped as one text, and only then quoted. Long rows go as they are: reading a text out of a
	 * statement costs the database as much again as keeping it.
	 *
	 * @param mysqli  $link      What Rehome_Line::to() answered.
	 * @param string  $head      Statement up to its rows.
	 * @param string  $table     Table, for the message.
	 * @param array[] $rows      Rows.
	 * @param bool    $any_order Whether rows bring their ids, so that the order in which they are written does not matter.
	 */
	private static function write_straight( mysqli $link, $head, $table, array $rows, $any_order ) {
		$between = count( reset( $rows ) ) - 1;
		$text    = '';
		$long    = array();
		foreach ( $rows as $row ) {
			$line = implode( self::NEXT_VALUE, $row );
			if ( $any_order && strlen( $line ) > self::LONG_BYTES && strlen( $line ) < Rehome_Limits::LINE_BYTES && mb_check_encoding( $line, 'UTF-8' ) ) {
				$long[] = $row;
				if ( self::LONG_ROWS === count( $long ) && Rehome_Line::send_rows( $link, $head, $long ) ) {
					$long = array();
				}
				continue;
			}
			// A row with such a character in a value goes by itself.
			$odd = substr_count( $line, self::NEXT_VALUE ) !== $between || false !== strpos( $line, self::NEXT_ROW );
			if ( '' !== $text && ( $odd || strlen( $text ) + strlen( $line ) > Rehome_Limits::LINE_BYTES ) ) {
				self::send( $link, $head . self::quoted( $link, $text ), $table );
				$text = '';
			}
			if ( $odd ) {
				self::send( $link, $head . self::tuple( $row, $link ), $table );
			} else {
				$text .= '' === $text ? $line : self::NEXT_ROW . $line;
			}
		}
		if ( '' !== $text ) {
			self::send( $link, $head . self::quoted( $link, $text ), $table );
		}
		// What is too little for a group, or where statements cannot be prepared.
		foreach ( $long as $row ) {
			self::send( $link, $head . self::tuple( $row, $link ), $table );
		}
	}

	/**
	 * Joined rows as tuples.
	 *
	 * @param mysqli $link The connection.
	 * @param string $text Rows, joined.
	 * @return string
	 */
	private static function quoted( mysqli $link, $text ) {
		return "('" . str_replace( array( self::NEXT_VALUE, self::NEXT_ROW ), array( "','", "'),('" ), $link->real_escape_string( $text ) ) . "')";
	}

	/**
	 * One row as a tuple.
	 *
	 * @param array       $row  Row.
	 * @param mysqli|null $link Whose statement it is for; null for wpdb's.
	 * @return string
	 */
	private static function tuple( array $row, $link ) {
		$values = array();
		foreach ( $row as $value ) {
			$values[] = self::literal( $value, $link );
		}
		return '(' . implode( ',', $values ) . ')';
	}

	/**
	 * Runs one large statement the shortest way.
	 *
	 * @param mysqli|null $link  What Rehome_Line::to() answered.
	 * @param string      $sql   Statement, as for read().
	 * @param string      $table What it is about, for the message.
	 */
	private static function send( $link, $sql, $table ) {
		if ( null === $link || ! Rehome_Line::send( $link, $sql ) ) {
			self::run( $sql, $table );
		}
	}

	/**
	 * Changes one row.
	 *
	 * @param string $table  Table.
	 * @param array  $values Column => number or text.
	 * @param string $key    Name of the id.
	 * @param int    $id     Which row.
	 */
	public static function update( $table, array $values, $key, $id ) {
		$link  = Rehome_Line::to( $table, array_keys( $values ) );
		$pairs = array();
		foreach ( $values as $column => $value ) {
			$pairs[] = "`$column` = " . self::literal( $value, $link );
		}
		self::send( $link, "UPDATE $table SET " . implode( ', ', $pairs ) . " WHERE `$key` = " . (int) $id, $table );
	}

	/**
	 * Rows that a statement finds.
	 *
	 * @param string $sql    Statement: names of tables, whole numbers, and what prepare() or literal() made.
	 * @param string $output OBJECT or ARRAY_A.
	 * @return array
	 * @throws Rehome_Error When the database refuses.
	 */
	public static function read( $sql, $output = OBJECT ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared -- The callers' statements hold nothing else than is said above.
		$rows = $wpdb->get_results( $sql, $output );
		if ( '' !== $wpdb->last_error ) {
			throw Rehome_Error::failed( 'reading' );
		}
		return $rows;
	}

	/**
	 * Runs one statement and lets no refusal pass.
	 *
	 * @param string $sql  Statement, as for read().
	 * @param string $what What it is about, for the message.
	 * @return int Rows that it touched.
	 * @throws Rehome_Error When the database refuses.
	 */
	public static function run( $sql, $what ) {
		global $wpdb;
		// phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared -- As in read().
		$done = $wpdb->query( $sql );
		if ( false === $done ) {
			throw Rehome_Error::failed( "writing $what" );
		}
		return (int) $done;
	}

	/**
	 * Reserves ids in a row. One row is inserted as usual, which says where the counter stands; a second one with an explicit id moves
	 * the counter behind the reserved range; both are taken out again. Should another request slip in between the two, one of our
	 * later rows meets its id, the whole transaction is rolled back, and the request can be repeated.
	 *
	 * @param string $table  posts or comments, with prefix.
	 * @param string $column Name of the id.
	 * @param array  $blank  A row that the table accepts.
	 * @param int    $count  How many.
	 * @return int The first of them; 0 when none are wanted.
	 */
	public static function reserve( $table, $column, array $blank, $count ) {
		global $wpdb;
		if ( $count < 1 ) {
			return 0;
		}
		self::write( 'INSERT', $table, array( $blank ) );
		$first = (int) $wpdb->insert_id;
		$last  = $first + $count - 1;
		if ( $last > $first ) {
			self::write( 'INSERT', $table, array( array( $column => $last ) + $blank ) );
		}
		self::run( "DELETE FROM $table WHERE `$column` IN ($first,$last)", $table );
		return $first;
	}

	/**
	 * Values for an IN ( ).
	 *
	 * @param array $values Numbers or texts.
	 * @return string
	 */
	public static function literals( array $values ) {
		return implode( ',', array_map( array( self::class, 'literal' ), $values ) );
	}

	/**
	 * A value inside a statement.
	 *
	 * @param mixed       $value Number or text.
	 * @param mysqli|null $link  Whose statement it is for; null for wpdb's.
	 * @return string
	 */
	private static function literal( $value, $link = null ) {
		global $wpdb;
		if ( is_int( $value ) ) {
			return (string) $value;
		}
		// Most values are dates, slugs, hashes and words of the protocol: nothing that could be escaped is in them.
		$value  = (string) $value;
		$length = strlen( $value );
		if ( $length < self::SHORT_BYTES && strspn( $value, self::HARMLESS ) === $length ) {
			return "'$value'";
		}
		return "'" . ( null === $link ? $wpdb->_real_escape( $value ) : $link->real_escape_string( $value ) ) . "'";
	}
}
