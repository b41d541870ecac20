<?php
/**
 * Plugin Name:       Rehome
 * Description:       Receives a blog from the rehome program: posts, comments, terms and media, in safe batches that may be repeated.
 * Version:           0.1.0
 * Requires at least: 6.4
 * Requires PHP:      7.4
 * Author:            The Rehome authors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       rehome
 *
 * What lives here: the header and the loader. The routes are in includes/class-rehome-routes.php.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

if ( defined( 'REHOME_VERSION' ) ) {
	return; // Once as a plugin and once among the mu-plugins is once too often.
}

define( 'REHOME_VERSION', '0.1.0' );
define( 'REHOME_FILE', __FILE__ );

spl_autoload_register(
	static function ( $class_name ) {
		if ( 0 === strpos( $class_name, 'Rehome_' ) ) {
			$path = __DIR__ . '/includes/class-' . strtolower( str_replace( '_', '-', $class_name ) ) . '.php';
			if ( is_file( $path ) ) {
				require $path;
			}
		}
	}
);

add_action( 'rest_api_init', array( 'Rehome_Routes', 'register' ) );
