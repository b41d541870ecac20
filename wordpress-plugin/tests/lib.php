<?php
/**
 * What the tests share: calls, marks, pictures, and looks into the database.
 *
 * @package Rehome
 */

final class Rehome_Tests {

	/** @var array<string,callable> */
	public static $all = array();
	/** @var string Name of the blog of the running test: each has its own, so that no reset is needed between them. */
	public static $blog = '';
	/** @var int */
	public static $fence = 0;
	/** @var array Headers of the last answer. */
	public static $headers = array();
	/** @var int Status of the last answer. */
	public static $status = 0;
	/** @var int */
	private static $count = 0;

	const WRITER = 'aaaaaaaaaaaaaaaa';

	public static function fresh() {
		wp_cache_flush();
		wp_set_current_user( 1 );
		self::$blog  = 'test:' . ++self::$count . ':' . getmypid();
		$answer      = call( 'POST', '/writer', array( 'blog' => self::$blog, 'writer' => self::WRITER, 'seconds' => 600 ) );
		self::$fence = isset( $answer['fence'] ) ? $answer['fence'] : 0;
	}
}

function test( $name, callable $body ) {
	if ( isset( Rehome_Tests::$all[ $name ] ) ) {
		throw new LogicException( "two tests are called: $name" );
	}
	Rehome_Tests::$all[ $name ] = $body;
}

function same( $wanted, $found, $what = '' ) {
	if ( $wanted !== $found ) {
		$show = static function ( $value ) {
			$text = json_encode( $value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR );
			return strlen( $text ) > 1500 ? substr( $text, 0, 1500 ) . '…' : $text;
		};
		throw new RuntimeException( "$what\nwanted " . $show( $wanted ) . "\nfound  " . $show( $found ) );
	}
}

function yes( $condition, $what ) {
	if ( ! $condition ) {
		throw new RuntimeException( $what );
	}
}

/** @return array|null The answer's JSON. Options: auth (string|null), headers, raw (body), query, base. */
function call( $method, $path, $body = null, array $options = array() ) {
	$auth    = array_key_exists( 'auth', $options ) ? $options['auth'] : REHOME_TEST_INFO['user'] . ':' . REHOME_TEST_INFO['app_password'];
	$headers = isset( $options['headers'] ) ? $options['headers'] : array();
	$base    = isset( $options['base'] ) ? $options['base'] : REHOME_TEST_INFO['url'];
	$curl    = curl_init( $base . '/wp-json/rehome/v1' . $path );
	if ( null !== $body && ! isset( $options['raw'] ) ) {
		$headers[]      = 'Content-Type: application/json';
		$options['raw'] = json_encode( $body, JSON_UNESCAPED_UNICODE );
	}
	if ( isset( $options['fault'] ) ) {
		$headers[] = 'X-Rehome-Test: ' . $options['fault'];
	}
	$headers[] = 'Expect:';
	Rehome_Tests::$headers = array();
	curl_setopt_array(
		$curl,
		array(
			CURLOPT_CUSTOMREQUEST  => $method,
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_HTTPHEADER     => $headers,
			CURLOPT_TIMEOUT        => 120,
			CURLOPT_HEADERFUNCTION => static function ( $curl, $line ) {
				$parts = explode( ':', $line, 2 );
				if ( isset( $parts[1] ) ) {
					Rehome_Tests::$headers[ strtolower( $parts[0] ) ] = trim( $parts[1] );
				}
				return strlen( $line );
			},
		)
	);
	if ( null !== $auth ) {
		curl_setopt( $curl, CURLOPT_USERPWD, $auth );
	}
	if ( isset( $options['raw'] ) ) {
		curl_setopt( $curl, CURLOPT_POSTFIELDS, $options['raw'] );
	}
	$text                 = curl_exec( $curl );
	Rehome_Tests::$status = (int) curl_getinfo( $curl, CURLINFO_RESPONSE_CODE );
	wp_cache_flush();
	return json_decode( (string) $text, true );
}

function mark( $kind, $id ) {
	return array( 'kind' => $kind, 'id' => (string) $id );
}

function batch( array $fields ) {
	return $fields + array( 'blog' => Rehome_Tests::$blog, 'writer' => Rehome_Tests::WRITER, 'fence' => Rehome_Tests::$fence );
}

function place( array $fields, array $options = array() ) {
	return call( 'POST', '/place', batch( $fields ), $options );
}

function post( $id, array $fields = array() ) {
	return $fields + array( 'mark' => mark( 'post', $id ), 'fingerprint' => 'aa', 'type' => 'post', 'status' => 'publish', 'title' => "Post $id", 'content' => "<p>Text of $id</p>", 'date_utc' => '2008-04-05 13:03:12' );
}

function comment( $id, $post, array $fields = array() ) {
	return $fields + array( 'mark' => mark( 'comment', $id ), 'fingerprint' => 'aa', 'post' => mark( 'post', $post ), 'author' => 'Ana', 'content' => "Words $id", 'date_utc' => '2008-04-06 10:00:00', 'status' => 'approved' );
}

function term( $kind, $id, $name, array $fields = array() ) {
	return $fields + array( 'mark' => mark( $kind, $id ), 'fingerprint' => 'aa', 'taxonomy' => 'tag' === $kind ? 'post_tag' : 'category', 'name' => $name );
}

/** The one line that an answer holds, which must have this outcome. */
function only( $answer, $list, $outcome ) {
	yes( isset( $answer[ $list ] ) && 1 === count( $answer[ $list ] ), "no single $list in " . json_encode( $answer ) );
	same( $outcome, $answer[ $list ][0]['outcome'], json_encode( $answer[ $list ][0] ) );
	return $answer[ $list ][0];
}

function refused( $answer, $code, $status ) {
	same( array( $code, $status ), array( isset( $answer['code'] ) ? $answer['code'] : $answer, Rehome_Tests::$status ) );
	return $answer['data'];
}

function row( $id ) {
	global $wpdb;
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $wpdb->posts WHERE ID = %d", $id ), ARRAY_A );
}

function comment_row( $id ) {
	global $wpdb;
	return $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $wpdb->comments WHERE comment_ID = %d", $id ), ARRAY_A );
}

/** Everything that a failed request could have left behind. */
function tables() {
	global $wpdb;
	$out = array();
	foreach ( array( $wpdb->posts, $wpdb->postmeta, $wpdb->comments, $wpdb->terms, $wpdb->term_taxonomy, $wpdb->term_relationships, $wpdb->prefix . 'rehome_map' ) as $table ) {
		$out[ $table ] = md5( serialize( $wpdb->get_results( "SELECT * FROM $table ORDER BY 1, 2", ARRAY_A ) ) );
	}
	return $out;
}

function files() {
	$out = array();
	foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( wp_get_upload_dir()['basedir'], FilesystemIterator::SKIP_DOTS ) ) as $file ) {
		$out[] = substr( $file->getPathname(), strlen( wp_get_upload_dir()['basedir'] ) + 1 );
	}
	sort( $out );
	return $out;
}

function picture( $width, $height, $type = 'jpeg', $seed = 1 ) {
	$image = imagecreatetruecolor( $width, $height );
	imagefilledrectangle( $image, 0, 0, $width, $height, imagecolorallocate( $image, $seed * 37 % 256, 120, 200 ) );
	ob_start();
	call_user_func( "image$type", $image );
	return ob_get_clean();
}

function medium( $id, $bytes, array $fields = array() ) {
	return $fields + array( 'mark' => mark( 'media', $id ), 'fingerprint' => 'aa', 'file_name' => "photo-$id.jpg", 'media_type' => 'image/jpeg', 'md5' => md5( $bytes ), 'bytes' => strlen( $bytes ), 'title' => "Photo $id", 'caption' => 'A caption', 'alt' => 'Alt text', 'date_utc' => '2008-04-05 13:03:12', 'public' => true, 'sizes' => array() );
}

function media_body( array $media, array $bytes, array $head = array() ) {
	$head = json_encode( batch( $head + array( 'media' => $media ) ) );
	return pack( 'N', strlen( $head ) ) . $head . implode( '', $bytes );
}

function media( array $media, array $bytes, array $options = array() ) {
	$body    = media_body( $media, $bytes, isset( $options['head'] ) ? $options['head'] : array() );
	$headers = array( 'Content-Type: application/x-rehome-media' );
	return call( 'POST', '/media', null, array( 'raw' => $body, 'headers' => $headers ) + $options );
}

function chunk( $upload, $offset, $bytes, array $options = array() ) {
	return call( 'POST', "/chunk?upload=$upload&offset=$offset", null, array( 'raw' => $bytes, 'headers' => array( 'Content-Type: application/octet-stream' ) ) + $options );
}

/** A user of this role with an application password; user:password. */
function user_with( $role ) {
	static $users = array();
	if ( ! isset( $users[ $role ] ) ) {
		$id = username_exists( "test-$role" );
		$id = $id ? $id : wp_insert_user( array( 'user_login' => "test-$role", 'user_pass' => 'x' . bin2hex( random_bytes( 8 ) ), 'role' => $role ) );
		$new            = WP_Application_Passwords::create_new_application_password( $id, array( 'name' => bin2hex( random_bytes( 4 ) ) ) );
		$users[ $role ] = "test-$role:" . $new[0];
	}
	return $users[ $role ];
}

/** Sends a request whose body ends too early, and gives back what the server says, if anything. */
function cut_call( $path, $type, $body, $send_bytes ) {
	$address = wp_parse_url( REHOME_TEST_INFO['url'] );
	$socket  = fsockopen( $address['host'], $address['port'], $number, $message, 5 );
	$auth    = base64_encode( REHOME_TEST_INFO['user'] . ':' . REHOME_TEST_INFO['app_password'] );
	fwrite( $socket, "POST /wp-json/rehome/v1$path HTTP/1.1\r\nHost: {$address['host']}:{$address['port']}\r\nAuthorization: Basic $auth\r\nContent-Type: $type\r\nContent-Length: " . strlen( $body ) . "\r\nConnection: close\r\n\r\n" . substr( $body, 0, $send_bytes ) );
	stream_socket_shutdown( $socket, STREAM_SHUT_WR );
	stream_set_timeout( $socket, 5 );
	$answer = stream_get_contents( $socket );
	fclose( $socket );
	usleep( 200000 );
	wp_cache_flush();
	return $answer;
}
