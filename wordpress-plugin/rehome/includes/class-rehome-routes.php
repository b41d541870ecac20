<?php
/**
 * The doors: every route of rehome/v1, what it asks of the user, and how an error becomes an answer.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Registration and the way from a request to the class that does the work.
 */
final class Rehome_Routes {

	const SPACE = 'rehome/v1';

	/**
	 * Method, path, capabilities, who answers. The one list of routes.
	 *
	 * @return array[]
	 */
	private static function all() {
		return array(
			array( 'GET', '/site', array( 'import' ), array( 'Rehome_Site', 'get' ) ),
			array( 'POST', '/site', array( 'manage_options' ), array( 'Rehome_Site', 'set' ) ),
			array( 'POST', '/writer', array( 'import' ), array( 'Rehome_Desk', 'writer' ) ),
			array( 'POST', '/place', array( 'import', 'edit_others_posts' ), array( 'Rehome_Place', 'answer' ) ),
			array( 'POST', '/media', array( 'import', 'upload_files' ), array( 'Rehome_Media', 'answer' ) ),
			array( 'POST', '/chunk', array( 'upload_files' ), array( 'Rehome_Uploads', 'answer' ) ),
			array( 'POST', '/find', array( 'import' ), array( 'Rehome_Find', 'answer' ) ),
			array( 'POST', '/remove', array( 'import', 'delete_others_posts' ), array( 'Rehome_Remove', 'answer' ) ),
			array( 'POST', '/narrow', array( 'import', 'edit_others_posts', 'moderate_comments' ), array( 'Rehome_Narrow', 'answer' ) ),
			array( 'POST', '/standing', array( 'import', 'edit_others_posts' ), array( 'Rehome_Standing', 'answer' ) ),
			array( 'POST', '/standing-comments', array( 'import', 'edit_others_posts', 'moderate_comments' ), array( 'Rehome_Standing_Comments', 'answer' ) ),
			array( 'POST', '/amend', array( 'import', 'edit_others_posts' ), array( 'Rehome_Amend', 'answer' ) ),
			array( 'POST', '/finish', array( 'import' ), array( 'Rehome_Desk', 'finish' ) ),
			array( 'GET', '/state', array( 'import' ), array( 'Rehome_Desk', 'state' ) ),
			array( 'POST', '/theme', array( 'switch_themes' ), array( 'Rehome_Desk', 'theme' ) ),
		);
	}

	/**
	 * Registers them.
	 */
	public static function register() {
		Rehome_Body::keep_core_from_reading();
		add_filter( 'rest_pre_dispatch', array( 'Rehome_Body', 'open' ), 10, 3 );
		$by_path = array();
		foreach ( self::all() as $route ) {
			list( $method, $path, $capabilities, $callback ) = $route;
			$by_path[ $path ][]                              = array(
				'methods'             => $method,
				'permission_callback' => static function () use ( $capabilities ) {
					return self::permit( $capabilities );
				},
				'callback'            => static function ( WP_REST_Request $request ) use ( $callback ) {
					return self::run( $callback, $request );
				},
			);
		}
		foreach ( $by_path as $path => $endpoints ) {
			register_rest_route( self::SPACE, $path, $endpoints );
		}
	}

	/**
	 * Whether this user may, and the line is safe.
	 *
	 * @param string[] $capabilities What is asked.
	 * @return true|WP_Error
	 * @throws Rehome_Error Never beyond this function: it becomes the answer.
	 */
	public static function permit( array $capabilities ) {
		try {
			// Where WordPress itself takes application passwords, so do we: over https and on local sites.
			if ( ! is_ssl() && ! wp_is_application_passwords_available() ) {
				throw new Rehome_Error( 'rehome_insecure', 403, __( 'This site must be reached over https.', 'rehome' ) );
			}
			self::need( $capabilities );
			return true;
		} catch ( Rehome_Error $error ) {
			return $error->as_wp_error();
		}
	}

	/**
	 * Refuses users who lack a capability.
	 *
	 * @param string[] $capabilities What is asked.
	 * @throws Rehome_Error When one is missing.
	 */
	public static function need( array $capabilities ) {
		foreach ( $capabilities as $capability ) {
			if ( ! current_user_can( $capability ) ) {
				/* translators: %s: name of a capability. */
				$message = sprintf( __( 'This needs the capability %s.', 'rehome' ), $capability );
				throw new Rehome_Error( 'rehome_forbidden', rest_authorization_required_code(), $message, array( 'capability' => $capability ) );
			}
		}
	}

	/**
	 * Does the work and turns an error into an answer.
	 *
	 * @param callable        $callback Who does it.
	 * @param WP_REST_Request $request  The request.
	 * @return array|WP_Error
	 */
	private static function run( $callback, WP_REST_Request $request ) {
		self::be_quiet();
		try {
			return call_user_func( $callback, $request );
		} catch ( Rehome_Error $error ) {
			return $error->as_wp_error();
		} finally {
			kses_init();
		}
	}

	/**
	 * Keeps the whole request from talking to the outside: core and well-behaved plugins neither ping nor announce while importing.
	 */
	private static function be_quiet() {
		if ( ! defined( 'WP_IMPORTING' ) ) {
			define( 'WP_IMPORTING', true );
		}
		add_filter( 'pre_wp_mail', '__return_false', PHP_INT_MAX );
		// Jetpack and its kin ask this before they announce a post.
		add_filter( 'wpas_submit_post?', '__return_false', PHP_INT_MAX );
		add_filter( 'publicize_should_publicize_published_post', '__return_false', PHP_INT_MAX );
		remove_action( 'post_updated', 'wp_save_post_revision', 10 );
	}
}
