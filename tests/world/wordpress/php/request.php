<?php
/**
 * What a script on the command line must pretend before it loads WordPress.
 *
 * @param string $host Host and port of the site.
 */
function rehome_pretend_request( $host ) {
	$_SERVER['HTTP_HOST']       = $host;
	$_SERVER['SERVER_NAME']     = preg_replace( '/:\d+$/', '', $host );
	$_SERVER['REQUEST_URI']     = '/';
	$_SERVER['REQUEST_METHOD']  = 'GET';
	$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
	$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
}
