<?php
/**
 * The body of POST /media: a head in JSON and the bytes of files, taken apart into temporary files without ever being held as a whole.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reader of application/x-rehome-media.
 */
final class Rehome_Media_Body {

	/**
	 * Temporary files, to be removed whatever happens.
	 *
	 * @var string[]
	 */
	private $temporary = array();

	/**
	 * Bytes of the files so far.
	 *
	 * @var int
	 */
	private $total = 0;

	/**
	 * Reads the head.
	 *
	 * @param resource $stream Body.
	 * @return Rehome_Input
	 * @throws Rehome_Error When it is cut, too long or no JSON.
	 */
	public function head( $stream ) {
		$said = Rehome_Uploads::announced_bytes();
		$most = Rehome_Limits::of( 'media_body_bytes' );
		if ( null !== $said && $said > $most ) {
			throw Rehome_Error::too_large( 'media_body_bytes', $most );
		}
		$length = self::exactly( $stream, 4 );
		$length = unpack( 'N', $length )[1];
		if ( $length > Rehome_Limits::MEDIA_HEAD_BYTES ) {
			throw Rehome_Error::bad( 'head', 'The head is too long.' );
		}
		$head = json_decode( self::exactly( $stream, $length ), true );
		if ( ! is_array( $head ) ) {
			throw Rehome_Error::bad( 'head', 'The head is no JSON object.' );
		}
		return new Rehome_Input( $head );
	}

	/**
	 * Takes the files of all items out of the body. Each file gets path, bytes and md5.
	 *
	 * @param resource $stream Body.
	 * @param array[]  $items  Items of Rehome_Media::read(), completed.
	 * @throws Rehome_Error When the body is cut or has more than the head says.
	 */
	public function take_files( $stream, array &$items ) {
		foreach ( $items as &$item ) {
			foreach ( $item['files'] as &$file ) {
				if ( ! isset( $file['upload'] ) ) {
					$this->take( $stream, $file );
				}
			}
		}
		if ( '' !== (string) fread( $stream, 1 ) ) {
			throw Rehome_Error::bad( 'body', 'The body is longer than its head says.' );
		}
	}

	/**
	 * Removes temporary files that did not become media.
	 */
	public function clean() {
		foreach ( $this->temporary as $path ) {
			if ( is_file( $path ) ) {
				wp_delete_file( $path );
			}
		}
	}

	/**
	 * Takes one file out of the body.
	 *
	 * @param resource $stream Body.
	 * @param array    $file   File, completed.
	 * @throws Rehome_Error When the body is cut or over the limit.
	 */
	private function take( $stream, array &$file ) {
		$this->total += $file['bytes'];
		if ( $this->total > Rehome_Limits::of( 'media_body_bytes' ) ) {
			throw Rehome_Error::too_large( 'media_body_bytes', Rehome_Limits::of( 'media_body_bytes' ) );
		}
		$file['path']      = Rehome_Uploads::temporary();
		$this->temporary[] = $file['path'];
		$out               = fopen( $file['path'], 'xb' );
		if ( false === $out ) {
			throw Rehome_Error::failed( 'making a file' );
		}
		$hash = hash_init( 'md5' );
		$done = Rehome_Uploads::copy( $stream, $out, $file['bytes'], $hash );
		fclose( $out );
		if ( $done !== $file['bytes'] ) {
			throw Rehome_Error::bad( 'body', 'The body was cut.' );
		}
		$file['md5'] = hash_final( $hash );
	}

	/**
	 * So many bytes and no fewer.
	 *
	 * @param resource $stream Body.
	 * @param int      $count  How many.
	 * @return string
	 * @throws Rehome_Error When the body ends before.
	 */
	private static function exactly( $stream, $count ) {
		$out  = '';
		$left = $count;
		while ( $left > 0 ) {
			$piece = fread( $stream, $left );
			if ( false === $piece || '' === $piece ) {
				throw Rehome_Error::bad( 'body', 'The body was cut.' );
			}
			$out  .= $piece;
			$left -= strlen( $piece );
		}
		return $out;
	}
}
