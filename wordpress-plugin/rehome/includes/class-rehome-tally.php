<?php
/**
 * What the pieces of one request leave to be done once: counts of terms and comments, and caches.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Counts that changed, and what other requests may have cached.
 */
final class Rehome_Tally {

	/**
	 * Ids of written posts.
	 *
	 * @var int[]
	 */
	private $posts = array();

	/**
	 * Term-taxonomy ids that must be counted anew.
	 *
	 * @var array<int,bool>
	 */
	private $terms = array();

	/**
	 * Published posts that terms got, by term-taxonomy id. Added to their counts: counting them all anew with every request would make
	 * the last requests of a large blog dear.
	 *
	 * @var array<int,int>
	 */
	private $more_posts = array();

	/**
	 * Posts whose comments must be counted anew.
	 *
	 * @var array<int,bool>
	 */
	private $talks = array();

	/**
	 * Approved comments that posts got and that their rows do not count yet, by post; added like posts to terms.
	 *
	 * @var array<int,int>
	 */
	private $more_comments = array();

	/**
	 * Notes a post that was written.
	 *
	 * @param int $id Post.
	 */
	public function wrote_post( $id ) {
		$this->posts[] = $id;
	}

	/**
	 * Notes a new published post of a term.
	 *
	 * @param int $tt_id Term-taxonomy id.
	 */
	public function term_gained( $tt_id ) {
		$this->more_posts[ $tt_id ] = 1 + ( isset( $this->more_posts[ $tt_id ] ) ? $this->more_posts[ $tt_id ] : 0 );
	}

	/**
	 * Notes terms whose posts are others than before.
	 *
	 * @param int[] $tt_ids Term-taxonomy ids.
	 */
	public function terms_changed( array $tt_ids ) {
		$this->terms += array_fill_keys( $tt_ids, true );
	}

	/**
	 * Notes new comments of a post, or that its row counts some already that did not come.
	 *
	 * @param int $post Post.
	 * @param int $more How many.
	 */
	public function post_gained( $post, $more ) {
		$this->more_comments[ $post ] = $more + ( isset( $this->more_comments[ $post ] ) ? $this->more_comments[ $post ] : 0 );
	}

	/**
	 * Notes a post whose comments are others than before.
	 *
	 * @param int $post Post.
	 */
	public function talk_changed( $post ) {
		$this->talks[ $post ] = true;
	}

	/**
	 * Brings the counts up to date. The caller has a transaction open.
	 */
	public function count() {
		Rehome_Counts::more_posts( array_diff_key( $this->more_posts, $this->terms ) );
		Rehome_Counts::terms( array_keys( $this->terms ) );
		Rehome_Counts::more_comments( array_diff_key( $this->more_comments, $this->talks ) );
		Rehome_Counts::comments( array_keys( $this->talks ) );
	}

	/**
	 * After the commit: what other requests may have cached.
	 */
	public function committed() {
		if ( $this->posts ) {
			foreach ( array( 'posts', 'post_meta', 'category_relationships', 'post_tag_relationships', 'post_format_relationships' ) as $group ) {
				wp_cache_delete_multiple( $this->posts, $group );
			}
			wp_cache_set( 'last_changed', microtime(), 'posts' );
			wp_cache_set( 'last_changed', microtime(), 'terms' );
			wp_cache_delete( 'posts', 'counts' );
			wp_cache_delete( 'wp_get_archives', 'general' );
		}
		$talked = array_keys( $this->talks + $this->more_comments );
		if ( $talked ) {
			wp_cache_delete_multiple( $talked, 'posts' );
			wp_cache_delete_multiple( preg_filter( '/^/', 'comments-', array_merge( array( 0 ), $talked ) ), 'counts' );
			wp_cache_set( 'last_changed', microtime(), 'comment' );
		}
	}

	/**
	 * Tells plugins of posts whose comments changed; only where they shall hear of everything.
	 */
	public function clean_talks() {
		array_map( 'clean_post_cache', array_keys( $this->talks ) );
	}
}
