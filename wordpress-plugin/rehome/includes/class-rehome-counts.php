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
		foreach ( Rehome_Rows::read( "SELECT term_id FROM $wpdb->term_taxonomy WHERE term_taxonomy_id IN ($in)" ) as $row ) {
			wp_cache_delete( (int) $row->term_id, 'terms' );
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
			self::add( $wpdb->term_taxonomy, 'count', 'term_taxonomy_id', $some );
			self::forget( implode( ',', array_map( 'intval', array_keys( $some ) ) ) );
		}
	}

	/**
	 * Adds new comments to the counts of posts.
	 *
	 * @param array<int,int> $gained How many, by post.
	 */
	public static function more_comments( array $gained ) {
		global $wpdb;
		foreach ( array_chunk( array_filter( $gained ), 500, true ) as $some ) {
			self::add( $wpdb->posts, 'comment_count', 'ID', $some );
		}
	}

	/**
	 * Adds to a number in some rows of a table.
	 *
	 * @param string         $table  Table.
	 * @param string         $column Column with the number.
	 * @param string         $key    Column with the id.
	 * @param array<int,int> $more   What to add, by id.
	 */
	private static function add( $table, $column, $key, array $more ) {
		$alike = array();
		foreach ( $more as $id => $count ) {
			$alike[ (int) $count ][] = (int) $id;
		}
		foreach ( $alike as $count => $ids ) {
			Rehome_Rows::run( "UPDATE $table SET $column = $column + $count WHERE $key IN (" . implode( ',', $ids ) . ')', "$column of $table" );
		}
	}

	/**
	 * Posts of a blog whose rows say another number of comments than there are. Looking is half as dear as writing what is there already.
	 *
	 * @param string $blog Name of the source blog.
	 * @return int[]
	 */
	public static function miscounted( $blog ) {
		global $wpdb;
		$placed = $wpdb->prepare( 'SELECT object_id FROM %i WHERE blog = %s AND object_type = %s', Rehome_Map::table(), $blog, 'post' );
		$sql    = "SELECT ID FROM $wpdb->posts WHERE ID IN ( $placed ) AND comment_count <> ( SELECT COUNT(*) FROM $wpdb->comments c
			WHERE c.comment_post_ID = $wpdb->posts.ID AND c.comment_approved = '1' AND c.comment_type <> 'note' )";
		return array_map( 'intval', wp_list_pluck( Rehome_Rows::read( $sql ), 'ID' ) );
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
