<?php
/**
 * Takes the plugin's own table and options away, on every site of a network. What was placed stays.
 *
 * @package Rehome
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Cleans the current site.
 */
function rehome_uninstall_site() {
	global $wpdb;
	$wpdb->query( "DROP TABLE IF EXISTS {$wpdb->prefix}rehome_map" );
	delete_post_meta_by_key( '_rehome_fields' );
	delete_option( 'rehome_writer' );
	delete_transient( 'rehome_schema' );
	delete_transient( 'rehome_charsets' );
}

if ( is_multisite() ) {
	$rehome_sites = get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	);
	foreach ( $rehome_sites as $rehome_site ) {
		switch_to_blog( $rehome_site );
		rehome_uninstall_site();
		restore_current_blog();
	}
} else {
	rehome_uninstall_site();
}
