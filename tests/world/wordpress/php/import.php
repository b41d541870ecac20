<?php
/**
 * Imports files with WordPress's own importer, attachments fetched, as its page under Tools does; and takes away what came.
 *
 * Usage: import.php SITE URL IMPORTER FILE...   IMPORTER is the folder of the plugin; prints in JSON what came, and what it says of it
 *        import.php SITE URL forget FILE        FILE holds what an import printed
 *
 * @package Rehome
 */

define( 'WP_LOAD_IMPORTERS', true );
define( 'WP_ADMIN', true );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
list( , $rehome_site, $rehome_url, $rehome_importer ) = $argv;
$_SERVER['HTTP_HOST'] = preg_replace( '#^https?://#', '', $rehome_url );
require $rehome_site . '/wp-load.php';
foreach ( array( 'admin', 'post', 'taxonomy', 'comment', 'media', 'image', 'file' ) as $rehome_part ) {
	require_once ABSPATH . "wp-admin/includes/$rehome_part.php";
}

// The attachments are fetched from this machine, which WordPress else refuses.
add_filter( 'http_request_host_is_external', '__return_true' );
add_filter(
	'http_allowed_safe_ports',
	static function ( $ports ) use ( $rehome_url ) {
		return array_merge( $ports, array( (int) wp_parse_url( $rehome_url, PHP_URL_PORT ) ) );
	}
);
wp_set_current_user( 1 );

/**
 * Ids of all that could come.
 *
 * @return array<string,int[]>
 */
function rehome_ids() {
	global $wpdb;
	return array(
		'posts'    => array_map( 'intval', $wpdb->get_col( "SELECT ID FROM $wpdb->posts WHERE post_type <> 'revision' ORDER BY ID" ) ),
		'comments' => array_map( 'intval', $wpdb->get_col( "SELECT comment_ID FROM $wpdb->comments ORDER BY comment_ID" ) ),
		'terms'    => array_map( 'intval', $wpdb->get_col( "SELECT term_id FROM $wpdb->term_taxonomy WHERE taxonomy IN ('category','post_tag') ORDER BY term_id" ) ),
	);
}

if ( 'forget' === $rehome_importer ) {
	$rehome_came = json_decode( file_get_contents( $argv[4] ), true );
	foreach ( array_column( $rehome_came['posts'], 'ID' ) as $rehome_id ) {
		wp_delete_post( (int) $rehome_id, true );
	}
	foreach ( $rehome_came['terms'] as $rehome_id ) {
		$rehome_term = get_term( $rehome_id );
		wp_delete_term( $rehome_id, $rehome_term->taxonomy );
	}
	exit( 0 );
}

require $rehome_importer . '/wordpress-importer.php';
wordpress_importer_init();
$rehome_before = rehome_ids();
ob_start();
foreach ( array_slice( $argv, 4 ) as $rehome_file ) {
	$rehome_import                    = new WP_Import();
	$rehome_import->fetch_attachments = true;
	$rehome_import->import( $rehome_file );
}
$rehome_words = trim( wp_strip_all_tags( ob_get_clean() ) );
$rehome_came  = array();
foreach ( rehome_ids() as $rehome_sort => $rehome_ids ) {
	$rehome_came[ $rehome_sort ] = array_values( array_diff( $rehome_ids, $rehome_before[ $rehome_sort ] ) );
}
$rehome_came['posts'] = array_map(
	static function ( $id ) {
		$post = get_post( $id, ARRAY_A );
		$file = get_attached_file( $id );
		return array_intersect_key( $post, array_flip( array( 'ID', 'post_type', 'post_status', 'post_title', 'post_content', 'post_date_gmt', 'comment_count' ) ) )
			+ array( 'file' => $file ? array( $file, is_file( $file ) ? filesize( $file ) : 0 ) : null );
	},
	$rehome_came['posts']
);
$rehome_came['said']  = $rehome_words;
echo json_encode( $rehome_came, JSON_THROW_ON_ERROR ), "\n";
