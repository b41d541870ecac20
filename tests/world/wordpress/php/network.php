<?php
/**
 * Usage: network.php SITE HOST. Turns an installed site into a network with sites in folders.
 */

require __DIR__ . '/request.php';
list( , $rehome_site, $rehome_host ) = $argv;
rehome_pretend_request( $rehome_host );
require $rehome_site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/network.php';
foreach ( $wpdb->tables( 'ms_global' ) as $rehome_table => $rehome_name ) {
	$wpdb->$rehome_table = $rehome_name;
}
install_network();
$rehome_result = populate_network( 1, $rehome_host, 'admin@example.com', 'A network of homes', '/', false );
if ( is_wp_error( $rehome_result ) ) {
	fwrite( STDERR, $rehome_result->get_error_code() . ': ' . $rehome_result->get_error_message() . "\n" );
	exit( 1 );
}
// The note that somebody has an application password lives in the network's options from now on; without it they stop working.
$wpdb->insert(
	$wpdb->sitemeta,
	array(
		'site_id'    => 1,
		'meta_key'   => 'using_application_passwords',
		'meta_value' => '1',
	)
);
