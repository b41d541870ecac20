<?php
/**
 * Requests in pieces: a line of JSON that says who writes, then one for each piece. They are read from the line as they are needed, so a
 * request may be far larger than what PHP may hold.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The lines of a body.
 */
final class Rehome_Pieces {

	const TYPE = 'application/x-rehome-pieces';

	/** What is read at once; packed text can grow a thousand times when it is unpacked. */
	const READ_BYTES        = 65536;
	const READ_PACKED_BYTES = 4096;

	/**
	 * Whether a request comes in pieces.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return bool
	 */
	public static function are_in( WP_REST_Request $request ) {
		$type = $request->get_content_type();
		return null !== $type && self::TYPE === $type['value'];
	}

	/**
	 * The lines of a request: first who writes, then the pieces.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return Generator Of Rehome_Input.
	 * @throws Rehome_Error When one is no JSON, or over a limit.
	 */
	public static function of( WP_REST_Request $request ) {
		$most   = Rehome_Limits::of( 'body_bytes' );
		$gzip   = 'gzip' === strtolower( (string) $request->get_header( 'content_encoding' ) );
		$held   = '';
		$number = 0;
		foreach ( self::texts( Rehome_Body::stream( $request ), $gzip ) as $text ) {
			$lines = explode( "\n", $text );
			$rest  = array_pop( $lines );
			foreach ( $lines as $line ) {
				$held .= $line;
				yield self::input( $held, $number++ );
				$held = '';
			}
			$held .= $rest;
			if ( strlen( $held ) > $most ) {
				throw Rehome_Error::too_large( 'body_bytes', $most );
			}
		}
		// Without its last line a body was cut; a piece that is not sent whole is no piece.
		yield self::input( $held, $number );
	}

	/**
	 * A line as fields.
	 *
	 * @param string $line   JSON.
	 * @param int    $number Which one; 0 says who writes.
	 * @return Rehome_Input
	 * @throws Rehome_Error When it is none.
	 */
	private static function input( $line, $number ) {
		$fields = json_decode( $line, true );
		$path   = 0 === $number ? '' : 'pieces[' . ( $number - 1 ) . ']';
		if ( ! is_array( $fields ) ) {
			throw Rehome_Error::bad( 0 === $number ? 'body' : $path, 'This line of the body is no JSON.' );
		}
		return new Rehome_Input( $fields, $path );
	}

	/**
	 * The body, unpacked, in texts of a bearable size.
	 *
	 * @param resource $stream The body.
	 * @param bool     $gzip   Whether it is packed.
	 * @return Generator Of strings.
	 * @throws Rehome_Error When it is over the cap, broken or cut.
	 */
	private static function texts( $stream, $gzip ) {
		$most     = Rehome_Limits::of( 'pieces_bytes' );
		$inflater = $gzip ? inflate_init( ZLIB_ENCODING_GZIP ) : null;
		$bytes    = 0;
		while ( ! feof( $stream ) ) {
			$read = (string) fread( $stream, $gzip ? self::READ_PACKED_BYTES : self::READ_BYTES );
			$text = $gzip && '' !== $read ? @inflate_add( $inflater, $read ) : $read; // phpcs:ignore WordPress.PHP.NoSilencedErrors -- False is answered below; a warning would spoil the answer.
			if ( false === $text ) {
				throw Rehome_Error::bad( 'body', 'The body is not whole gzip.' );
			}
			$bytes += strlen( $text );
			if ( $bytes > $most ) {
				throw Rehome_Error::too_large( 'pieces_bytes', $most );
			}
			if ( '' !== $text ) {
				yield $text;
			}
		}
		if ( $gzip && ZLIB_STREAM_END !== inflate_get_status( $inflater ) ) {
			throw Rehome_Error::bad( 'body', 'The body was cut.' );
		}
	}
}
