<?php
/**
 * The numbers that WordPress keeps beside its rows: posts of a term, comments of a post.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Recounting, in one statement for many.
 */
final class Rehome_Counts {

	/**
	 * Recounts terms.
	 *
	 * @param int[] $tt_ids Term-taxonomy ids.
	 */
	public static function terms( array $tt_ids ) {
		global $wpdb;
		foreach ( array_chunk( array_map( 'intval', $tt_ids ), 500 ) as $some ) {
			$in = implode( ',', $some );
			Rehome_Rows::run(
				"UPDATE $wpdb->term_taxonomy SET count = ( SELECT COUNT(*) FROM $wpdb->term_relationships tr JOIN $wpdb->posts p ON p.ID = tr.object_id
				WHERE tr.term_taxonomy_id = $wpdb->term_taxonomy.term_taxonomy_id AND p.post_status = 'publish' AND p.post_type = 'post' ) WHERE term_taxonomy_id IN ($in)",
				'term counts'
			);
			self::forget( $in );
		}
	}

	/**
	 * Takes terms out of the cache.
	 *
	 * @param string $in Term-taxonomy ids, separated by commas.
	 */
	private static function forget( $in ) {
		global $wpdb;
		foreach ( $wpdb->get_col( "SELECT term_id FROM $wpdb->term_taxonomy WHERE term_taxonomy_id IN ($in)" ) as $id ) {
			wp_cache_delete( (int) $id, 'terms' );
		}
	}

	/**
	 * Adds new posts to the counts of terms.
	 *
	 * @param array<int,int> $gained How many, by term-taxonomy id.
	 */
	public static function more_posts( array $gained ) {
		global $wpdb;
		foreach ( array_chunk( $gained, 500, true ) as $some ) {
			$cases = '';
			foreach ( $some as $tt_id => $count ) {
				$cases .= ' WHEN ' . (int) $tt_id . ' THEN ' . (int) $count;
			}
			$in = implode( ',', array_map( 'intval', array_keys( $some ) ) );
			Rehome_Rows::run( "UPDATE $wpdb->term_taxonomy SET count = count + CASE term_taxonomy_id$cases ELSE 0 END WHERE term_taxonomy_id IN ($in)", 'term counts' );
			self::forget( $in );
		}
	}

	/**
	 * Recounts comments.
	 *
	 * @param int[] $post_ids Posts.
	 */
	public static function comments( array $post_ids ) {
		global $wpdb;
		foreach ( array_chunk( array_map( 'intval', $post_ids ), 500 ) as $some ) {
			$in = implode( ',', $some );
			// Notes are the editors' own, since WordPress 6.9; core does not count them.
			Rehome_Rows::run(
				"UPDATE $wpdb->posts SET comment_count = ( SELECT COUNT(*) FROM $wpdb->comments c
				WHERE c.comment_post_ID = $wpdb->posts.ID AND c.comment_approved = '1' AND c.comment_type <> 'note' ) WHERE ID IN ($in)",
				'comment counts'
			);
		}
	}
}
