<?php
/**
 * Posts of a site as a person wrote them: put there with core's own function, or told row by row.
 *
 * Usage: posts.php SITE URL insert FILE     posts in JSON: core's fields, `meta`, and `comments` in core's fields; prints their ids
 *        posts.php SITE URL menu FILE       a menu of own links in JSON, title to address; prints its id and those of its entries
 *        posts.php SITE URL rows            every post that is no revision, custom fields, and comments, in JSON
 *        posts.php SITE URL set ID FIELD TEXT
 *        posts.php SITE URL delete ID...
 *
 * @package Rehome
 */

define( 'WP_IMPORTING', true ); // Nothing is noted for later, such as pings.
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
list( , $rehome_site, $rehome_url, $rehome_verb ) = $argv;
$_SERVER['HTTP_HOST'] = preg_replace( '#^https?://#', '', $rehome_url );
require $rehome_site . '/wp-load.php';
kses_remove_filters();

$rehome_said = array();
switch ( $rehome_verb ) {
	case 'insert':
		foreach ( json_decode( file_get_contents( $argv[4] ), true ) as $rehome_post ) {
			$rehome_id = wp_insert_post( wp_slash( array_diff_key( $rehome_post, array( 'meta' => 1, 'comments' => 1 ) ) ), true );
			if ( is_wp_error( $rehome_id ) ) {
				throw new RuntimeException( $rehome_id->get_error_message() );
			}
			foreach ( isset( $rehome_post['meta'] ) ? $rehome_post['meta'] : array() as $rehome_name => $rehome_value ) {
				add_post_meta( $rehome_id, $rehome_name, wp_slash( $rehome_value ) );
			}
			$rehome_comments = array();
			foreach ( isset( $rehome_post['comments'] ) ? $rehome_post['comments'] : array() as $rehome_comment ) {
				$rehome_comments[] = wp_insert_comment( wp_slash( array( 'comment_post_ID' => $rehome_id ) + $rehome_comment ) );
			}
			$rehome_said[] = array(
				'id'       => $rehome_id,
				'address'  => get_permalink( $rehome_id ),
				'comments' => $rehome_comments,
			);
		}
		break;
	case 'menu':
		$rehome_menu = wp_create_nav_menu( 'Menu ' . uniqid() );
		$rehome_said = array( 'menu' => $rehome_menu, 'entries' => array() );
		foreach ( json_decode( file_get_contents( $argv[4] ), true ) as $rehome_title => $rehome_address ) {
			$rehome_said['entries'][] = wp_update_nav_menu_item(
				$rehome_menu,
				0,
				array(
					'menu-item-type'   => 'custom',
					'menu-item-title'  => $rehome_title,
					'menu-item-url'    => $rehome_address,
					'menu-item-status' => 'publish',
				)
			);
		}
		break;
	case 'rows':
		$rehome_said['posts'] = $wpdb->get_results( "SELECT * FROM $wpdb->posts WHERE post_type <> 'revision' ORDER BY ID", ARRAY_A );
		// What WordPress keeps of cards that somebody looked at is nobody's text.
		$rehome_said['meta']  = $wpdb->get_results( "SELECT * FROM $wpdb->postmeta WHERE meta_key NOT LIKE '_oembed%' ORDER BY meta_id", ARRAY_A );
		$rehome_said['said']  = $wpdb->get_results( "SELECT * FROM $wpdb->comments ORDER BY comment_ID", ARRAY_A );
		$rehome_said['kept']  = array_map( 'intval', $wpdb->get_col( "SELECT post_parent FROM $wpdb->posts WHERE post_type = 'revision'" ) );
		break;
	case 'set':
		$wpdb->update( $wpdb->posts, array( $argv[5] => $argv[6] ), array( 'ID' => (int) $argv[4] ) );
		break;
	case 'delete':
		foreach ( array_slice( $argv, 4 ) as $rehome_id ) {
			wp_delete_post( (int) $rehome_id, true );
		}
		break;
}
echo json_encode( $rehome_said, JSON_THROW_ON_ERROR ), "\n";
