<?php
/**
 * Usage: activate.php SITE HOST. Sets a network's permalinks, and activates the plugin if it is there, on a network for every site.
 */

require __DIR__ . '/request.php';
list( , $rehome_site, $rehome_host ) = $argv;
rehome_pretend_request( $rehome_host );
define( 'WP_ADMIN', true );
require $rehome_site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
if ( is_multisite() && '/%year%/%monthnum%/%postname%/' !== get_option( 'permalink_structure' ) ) {
	// Making a network puts /blog before the main site's addresses; all our sites shall look alike.
	$GLOBALS['wp_rewrite']->set_permalink_structure( '/%year%/%monthnum%/%postname%/' );
	flush_rewrite_rules( false );
}
if ( ! file_exists( WP_PLUGIN_DIR . '/rehome/rehome.php' ) ) {
	exit( 0 );
}
$rehome_result = activate_plugin( 'rehome/rehome.php', '', is_multisite(), false );
if ( is_wp_error( $rehome_result ) ) {
	fwrite( STDERR, 'the plugin could not be activated: ' . $rehome_result->get_error_message() . "\n" );
	exit( 1 );
}
