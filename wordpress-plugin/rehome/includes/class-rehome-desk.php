<?php
/**
 * The small routes: the lease, the end of a move, the account of the map, the theme.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * POST /writer, POST /finish, GET /state, POST /theme.
 */
final class Rehome_Desk {

	/**
	 * POST /writer.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When another writer holds the lease.
	 */
	public static function writer( WP_REST_Request $request ) {
		$input  = Rehome_Body::json( $request );
		$writer = Rehome_Writer::name_of( $input );
		if ( $input->flag( 'release', false ) ) {
			Rehome_Writer::release( $writer );
			return array( 'released' => true );
		}
		$input->blog();
		$seconds = $input->number( 'seconds', 120 );
		if ( $seconds < 1 || $seconds > Rehome_Limits::LEASE_SECONDS ) {
			throw Rehome_Error::bad( $input->path( 'seconds' ), 'A lease lasts 1 to ' . Rehome_Limits::LEASE_SECONDS . ' seconds.' );
		}
		Rehome_Map::ensure();
		return Rehome_Writer::take( $writer, $seconds, $input->flag( 'raise', false ) );
	}

	/**
	 * POST /finish.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function finish( WP_REST_Request $request ) {
		global $wpdb;
		$input = Rehome_Body::json( $request );
		$blog  = $input->blog();

		list( $writer, $fence ) = Rehome_Writer::of( $input );
		Rehome_Map::ensure();
		Rehome_Writer::transaction(
			$writer,
			$fence,
			static function () use ( $wpdb, $blog ) {
				Rehome_Counts::comments( Rehome_Counts::miscounted( $blog ) );
				foreach ( array( 'category', 'post_tag', 'post_format' ) as $taxonomy ) {
					$ids = $wpdb->get_col( $wpdb->prepare( "SELECT term_taxonomy_id FROM $wpdb->term_taxonomy WHERE taxonomy = %s", $taxonomy ) );
					Rehome_Counts::terms( $ids );
					delete_option( $taxonomy . '_children' );
				}
			}
		);
		wp_cache_flush();
		flush_rewrite_rules( false );
		Rehome_Uploads::sweep();
		/**
		 * Fires when a blog has arrived, for caches and search indexes.
		 *
		 * @param string $blog Name of the source blog.
		 */
		do_action( 'rehome_finished', $blog );
		Rehome_Writer::release( $writer );
		return array( 'ok' => true );
	}

	/**
	 * GET /state.
	 *
	 * @return array
	 */
	public static function state() {
		Rehome_Map::ensure();
		$blogs = array();
		foreach ( Rehome_Rows::read( 'SELECT blog, kind, COUNT(*) AS n FROM ' . Rehome_Map::table() . ' GROUP BY blog, kind ORDER BY blog, kind' ) as $row ) {
			$blogs[ $row->blog ]['blog']                 = $row->blog;
			$blogs[ $row->blog ]['counts'][ $row->kind ] = (int) $row->n;
		}
		$lease = Rehome_Writer::lease();
		if ( null !== $lease ) {
			unset( $lease['raw'] );
		}
		return array(
			'blogs' => array_values( $blogs ),
			'lease' => null === $lease || $lease['expires'] <= time() ? null : $lease,
		);
	}

	/**
	 * POST /theme.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When it is not installed.
	 */
	public static function theme( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$theme = wp_get_theme( $input->text( 'stylesheet' ) );
		if ( ! $theme->exists() || ! $theme->is_allowed() ) {
			throw new Rehome_Error( 'rehome_bad_request', 404, __( 'This theme is not installed here.', 'rehome' ), array( 'field' => 'stylesheet' ) );
		}
		switch_theme( $theme->get_stylesheet() );
		return array(
			'stylesheet' => $theme->get_stylesheet(),
			'name'       => $theme->get( 'Name' ),
		);
	}
}
