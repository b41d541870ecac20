<?php
/**
 * Pending files: what came in and is not yet a medium. They lie outside the public folders, under names that cannot be guessed and that no
 * server would run, and are swept after a day.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * POST /chunk, and temporary files for POST /media.
 */
final class Rehome_Uploads {

	/** How long a pending file is kept. */
	const KEPT_SECONDS = DAY_IN_SECONDS;

	/** Bytes that are read at a time. */
	const PIECE_BYTES = 65536;

	/**
	 * POST /chunk.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array|WP_Error
	 * @throws Rehome_Error When it is malformed, over a limit, cut, or at a wrong offset.
	 */
	public static function answer( WP_REST_Request $request ) {
		$query  = $request->get_query_params();
		$upload = isset( $query['upload'] ) && is_string( $query['upload'] ) ? $query['upload'] : '';
		$offset = isset( $query['offset'] ) && is_string( $query['offset'] ) ? $query['offset'] : '';
		if ( ! preg_match( '/^[0-9a-f]{16,64}$/', $upload ) ) {
			throw Rehome_Error::bad( 'upload', 'An upload is named by 16 to 64 hexadecimal digits.' );
		}
		if ( ! preg_match( '/^\d{1,12}$/', $offset ) ) {
			throw Rehome_Error::bad( 'offset', 'A whole number is expected here.' );
		}
		if ( (int) $offset + Rehome_Limits::of( 'chunk_bytes' ) > Rehome_Limits::UPLOAD_BYTES ) {
			throw Rehome_Error::too_large( 'upload_bytes', Rehome_Limits::UPLOAD_BYTES );
		}
		self::sweep();
		return array( 'bytes' => self::append( self::path( $upload ), (int) $offset, $request ) );
	}

	/**
	 * Path of a pending upload of this user.
	 *
	 * @param string $upload Its hexadecimal name.
	 * @return string
	 */
	public static function path( $upload ) {
		return self::folder() . '/' . hash_hmac( 'sha256', get_current_user_id() . '|' . $upload, wp_salt() ) . '.part';
	}

	/**
	 * A new temporary file.
	 *
	 * @return string Path.
	 */
	public static function temporary() {
		return self::folder() . '/' . bin2hex( random_bytes( 16 ) ) . '.tmp';
	}

	/**
	 * Removes pending files that nobody came back for.
	 */
	public static function sweep() {
		$folder = self::folder();
		foreach ( array_merge( (array) glob( "$folder/*.part" ), (array) glob( "$folder/*.tmp" ) ) as $path ) {
			if ( filemtime( $path ) < time() - self::KEPT_SECONDS ) {
				wp_delete_file( $path );
			}
		}
	}

	/**
	 * How many bytes this request says it has, if it says so.
	 *
	 * @return int|null
	 */
	public static function announced_bytes() {
		return isset( $_SERVER['CONTENT_LENGTH'] ) && is_numeric( $_SERVER['CONTENT_LENGTH'] ) ? (int) $_SERVER['CONTENT_LENGTH'] : null;
	}

	/**
	 * Copies bytes from one stream to another file, piece by piece.
	 *
	 * @param resource         $from Stream to read.
	 * @param resource         $to   Stream to write.
	 * @param int              $most Bytes at most.
	 * @param HashContext|null $hash Hash to feed.
	 * @return int Bytes copied.
	 * @throws Rehome_Error When the disk is full.
	 */
	public static function copy( $from, $to, $most, $hash = null ) {
		$done = 0;
		while ( $done < $most ) {
			$piece = fread( $from, min( self::PIECE_BYTES, $most - $done ) );
			if ( false === $piece || '' === $piece ) {
				break;
			}
			if ( strlen( $piece ) !== fwrite( $to, $piece ) ) {
				throw Rehome_Error::failed( 'writing a file' );
			}
			if ( null !== $hash ) {
				hash_update( $hash, $piece );
			}
			$done += strlen( $piece );
		}
		return $done;
	}

	/**
	 * Appends the body to a pending file. Taken back if the body is cut or too long.
	 *
	 * @param string          $path    Pending file.
	 * @param int             $offset  Where the client thinks it ends.
	 * @param WP_REST_Request $request The request.
	 * @return int Bytes so far.
	 * @throws Rehome_Error When the offset is wrong, the body cut or too long.
	 */
	private static function append( $path, $offset, WP_REST_Request $request ) {
		$file = fopen( $path, 'c+b' );
		if ( false === $file || ! flock( $file, LOCK_EX ) ) {
			throw Rehome_Error::failed( 'opening a file' );
		}
		try {
			fseek( $file, 0, SEEK_END );
			$bytes = ftell( $file );
			if ( $bytes !== $offset ) {
				throw new Rehome_Error( 'rehome_bad_request', 409, __( 'The upload does not end there.', 'rehome' ), compact( 'bytes' ) + array( 'field' => 'offset' ) );
			}
			$most  = Rehome_Limits::of( 'chunk_bytes' );
			$added = self::copy( Rehome_Body::stream( $request ), $file, $most + 1 );
			$said  = self::announced_bytes();
			if ( $added > $most || ( null !== $said && $said > $most ) ) {
				ftruncate( $file, $offset );
				throw Rehome_Error::too_large( 'chunk_bytes', $most );
			}
			if ( null !== $said && $added < $said ) {
				ftruncate( $file, $offset );
				throw Rehome_Error::bad( 'body', 'The body was cut.' );
			}
			return $offset + $added;
		} finally {
			fclose( $file );
		}
	}

	/**
	 * The folder of pending files of this site.
	 *
	 * @return string
	 * @throws Rehome_Error When it cannot be made.
	 */
	private static function folder() {
		$folder = untrailingslashit( get_temp_dir() ) . '/rehome-' . substr( hash_hmac( 'sha256', 'uploads|' . get_current_blog_id(), wp_salt() ), 0, 24 );
		// phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- Another request may make it at the same moment.
		if ( ! is_dir( $folder ) && ! @mkdir( $folder, 0700 ) && ! is_dir( $folder ) ) {
			throw Rehome_Error::failed( 'making the folder for pending files' );
		}
		return $folder;
	}
}
