<?php
/**
 * Usage: install.php HOME URL DATABASE NETWORK LOCALE. Installs WordPress into an empty database and prints the site's line of JSON.
 */

require __DIR__ . '/request.php';
list( , $rehome_home, $rehome_url, $rehome_database, $rehome_network, $rehome_locale ) = $argv;
rehome_pretend_request( preg_replace( '#^https?://#', '', $rehome_url ) );
define( 'WP_INSTALLING', true );
define( 'WP_SITEURL', $rehome_url );
require $rehome_home . '/site/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

$rehome_password = bin2hex( random_bytes( 12 ) );
$rehome_result   = wp_install( 'A new home', 'admin', 'admin@example.com', true, '', $rehome_password, $rehome_locale );
$rehome_options  = array(
	'home'                => $rehome_url,
	'siteurl'             => $rehome_url,
	'permalink_structure' => '/%year%/%monthnum%/%postname%/',
	'comments_notify'     => 0,
	'moderation_notify'   => 0,
);
foreach ( $rehome_options as $rehome_name => $rehome_value ) {
	update_option( $rehome_name, $rehome_value );
}
$rehome_samples = get_posts(
	array(
		'post_type'   => array( 'post', 'page' ),
		'post_status' => 'any',
		'numberposts' => -1,
	)
);
foreach ( $rehome_samples as $rehome_sample ) {
	wp_delete_post( $rehome_sample->ID, true );
}
flush_rewrite_rules( false );
$rehome_application = WP_Application_Passwords::create_new_application_password( $rehome_result['user_id'], array( 'name' => 'rehome' ) );
echo wp_json_encode(
	array(
		'url'            => $rehome_url,
		'user'           => 'admin',
		'app_password'   => WP_Application_Passwords::chunk_password( $rehome_application[0] ),
		'login_password' => $rehome_password,
		'home'           => $rehome_home,
		'site'           => $rehome_home . '/site',
		'wordpress'      => $GLOBALS['wp_version'],
		'php'            => PHP_VERSION,
		'database'       => $rehome_database,
		'network'        => $rehome_network,
	),
	JSON_UNESCAPED_SLASHES
), "\n";
