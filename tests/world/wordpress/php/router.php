<?php
/**
 * Router for `php -S`: files as they are, pretty addresses to index.php, and on a network the site's folder taken off.
 */

$rehome_root = getenv( 'REHOME_WP_SITE' );
$rehome_path = rawurldecode( (string) parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
if ( false !== strpos( $rehome_path, '..' ) || false !== strpos( $rehome_path, "\0" ) ) {
	http_response_code( 400 );
	return true;
}
if ( ! file_exists( $rehome_root . $rehome_path )
	&& preg_match( '#^/[_0-9a-zA-Z-]+(/(?:wp-(?:content|admin|includes)/.*|[^/]*\.php))$#', $rehome_path, $rehome_match )
	&& file_exists( $rehome_root . $rehome_match[1] ) ) {
	$rehome_path = $rehome_match[1];
}
if ( is_dir( $rehome_root . $rehome_path ) && is_file( $rehome_root . rtrim( $rehome_path, '/' ) . '/index.php' ) ) {
	$rehome_path = rtrim( $rehome_path, '/' ) . '/index.php';
}
$rehome_file = $rehome_root . $rehome_path;
if ( is_file( $rehome_file ) && '.php' !== substr( $rehome_file, -4 ) ) {
	if ( $_SERVER['REQUEST_URI'] === $rehome_path ) {
		return false;
	}
	$rehome_types = array(
		'css' => 'text/css',
		'js'  => 'text/javascript',
		'svg' => 'image/svg+xml',
	);
	$rehome_end   = strtolower( pathinfo( $rehome_file, PATHINFO_EXTENSION ) );
	header( 'Content-Type: ' . ( isset( $rehome_types[ $rehome_end ] ) ? $rehome_types[ $rehome_end ] : mime_content_type( $rehome_file ) ) );
	header( 'Content-Length: ' . filesize( $rehome_file ) );
	readfile( $rehome_file );
	return true;
}
$rehome_script              = is_file( $rehome_file ) ? $rehome_path : '/index.php';
$_SERVER['SCRIPT_NAME']     = $rehome_script;
$_SERVER['PHP_SELF']        = $rehome_script;
$_SERVER['SCRIPT_FILENAME'] = $rehome_root . $rehome_script;
chdir( dirname( $_SERVER['SCRIPT_FILENAME'] ) );
require $_SERVER['SCRIPT_FILENAME'];
