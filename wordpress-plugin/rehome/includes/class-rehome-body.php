<?php
/**
 * Bodies of requests: unpacked with a cap, measured, and for media kept out of memory.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * What happens between the line and the route.
 */
final class Rehome_Body {

	/** Content types that core must not read into memory. */
	const STREAMED = array( 'application/x-rehome-media', 'application/octet-stream', Rehome_Pieces::TYPE );

	/**
	 * Core reads every body into one string. For our routes with files or pieces the body is taken from the line by
	 * stream() instead; this fills the place where core would keep it.
	 */
	public static function keep_core_from_reading() {
		$type  = isset( $_SERVER['CONTENT_TYPE'] ) ? strtolower( trim( explode( ';', sanitize_text_field( wp_unslash( $_SERVER['CONTENT_TYPE'] ) ) )[0] ) ) : '';
		$route = isset( $GLOBALS['wp']->query_vars['rest_route'] ) ? $GLOBALS['wp']->query_vars['rest_route'] : '';
		if ( in_array( $type, self::STREAMED, true ) && in_array( untrailingslashit( $route ), array( '/rehome/v1/media', '/rehome/v1/chunk', '/rehome/v1/place' ), true ) ) {
			// phpcs:ignore WordPress.WP.GlobalVariablesOverride.Prohibited, PHPCompatibility.Variables.RemovedPredefinedGlobalVariables -- Where WP_REST_Server::get_raw_data() keeps what it read.
			$GLOBALS['HTTP_RAW_POST_DATA'] = '';
		}
	}

	/**
	 * Filter rest_pre_dispatch: measures and unpacks a JSON body before core parses it, and only for users who may import.
	 *
	 * @param mixed           $result  Answer so far.
	 * @param WP_REST_Server  $server  Server.
	 * @param WP_REST_Request $request Request.
	 * @return mixed
	 * @throws Rehome_Error Never beyond this function: it becomes the answer.
	 */
	public static function open( $result, $server, $request ) {
		unset( $server );
		if ( null !== $result || 0 !== strpos( $request->get_route(), '/rehome/v1/' ) || '' === (string) $request->get_body() ) {
			return $result;
		}
		if ( ! current_user_can( 'import' ) ) {
			$request->set_body( '' );
			return $result;
		}
		try {
			$most = Rehome_Limits::of( 'body_bytes' );
			$body = $request->get_body();
			if ( strlen( $body ) > $most ) {
				throw Rehome_Error::too_large( 'body_bytes', $most );
			}
			if ( 'gzip' === strtolower( (string) $request->get_header( 'content_encoding' ) ) ) {
				$request->set_body( self::inflate( $body, $most ) );
				$request->remove_header( 'content_encoding' );
			}
			unset( $GLOBALS['HTTP_RAW_POST_DATA'] );
		} catch ( Rehome_Error $error ) {
			return $error->as_wp_error();
		}
		return $result;
	}

	/**
	 * The JSON of a request. The raw text is let go, so that it is not held twice.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return Rehome_Input
	 */
	public static function json( WP_REST_Request $request ) {
		$fields = $request->get_json_params();
		$request->set_body( '' );
		return new Rehome_Input( null === $fields ? array() : $fields );
	}

	/**
	 * The body as a stream; in tests and inside other plugins the body that was set.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return resource
	 * @throws Rehome_Error When there is none.
	 */
	public static function stream( WP_REST_Request $request ) {
		$set    = (string) $request->get_body();
		$stream = fopen( '' === $set ? 'php://input' : 'php://temp/maxmemory:262144', '' === $set ? 'rb' : 'w+b' );
		if ( false === $stream ) {
			throw Rehome_Error::failed( 'reading the body' );
		}
		if ( '' !== $set ) {
			fwrite( $stream, $set );
			rewind( $stream );
			$request->set_body( '' );
		}
		return $stream;
	}

	/**
	 * Unpacks gzip in pieces and stops at the cap.
	 *
	 * @param string $packed Packed body.
	 * @param int    $most   Most bytes that may come out.
	 * @return string
	 * @throws Rehome_Error When it is over the cap, broken or cut.
	 */
	private static function inflate( $packed, $most ) {
		$inflater = inflate_init( ZLIB_ENCODING_GZIP );
		$out      = '';
		$length   = strlen( $packed );
		for ( $at = 0; $at < $length; $at += 16384 ) {
			$last  = $at + 16384 >= $length;
			$piece = @inflate_add( $inflater, substr( $packed, $at, 16384 ), $last ? ZLIB_FINISH : ZLIB_SYNC_FLUSH ); // phpcs:ignore WordPress.PHP.NoSilencedErrors -- False is answered below; a warning would spoil the answer.
			if ( false === $piece ) {
				throw Rehome_Error::bad( 'body', 'The body is not whole gzip.' );
			}
			$out .= $piece;
			if ( strlen( $out ) > $most ) {
				throw Rehome_Error::too_large( 'body_bytes', $most );
			}
		}
		if ( ZLIB_STREAM_END !== inflate_get_status( $inflater ) ) {
			throw Rehome_Error::bad( 'body', 'The body was cut.' );
		}
		return $out;
	}
}
