<?php
/**
 * POST /standing-comments: comments that stood on this site before us, as far as they hold certain words. Writes nothing.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Comments, in the shape of rows of posts: what tells and amends posts tells and amends them.
 */
final class Rehome_Standing_Comments {

	/** Kind of object in the map of what was amended and not placed. */
	const AMENDED = 'amended-comment';

	/** What such a row says in the place of a kind of posts. */
	const KIND = 'comment';

	/** States that are looked at. What lies in the bin or is spam stays as it is. */
	const STATES = array( '0', '1' );

	/** Types that people and blogs write; plugins have others. */
	const TYPES = array( '', 'comment', 'trackback', 'pingback' );

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$blog  = $input->blog();
		$words = $input->texts( 'words', 'words' );
		$ids   = $input->has( 'comments' ) ? $input->numbers( 'comments', 'find' ) : self::with( $words, $input->number( 'after', 0 ), $blog );
		return Rehome_Standing::told( $blog, $ids, self::AMENDED, '__return_empty_array' );
	}

	/**
	 * A comment that may be amended: in a state that is looked at, under a post that is, and this user's to edit.
	 *
	 * @param int $id Comment.
	 * @return array|null
	 */
	public static function row( $id ) {
		$comments = Rehome_Comments::rows( array( $id ) );
		if ( ! isset( $comments[ $id ] ) ) {
			return null;
		}
		$comment = $comments[ $id ];
		$on      = (int) $comment['comment_post_ID'];
		$posts   = Rehome_Posts::rows( array( $on ), false );
		if ( ! in_array( $comment['comment_approved'], self::STATES, true ) || ! in_array( $comment['comment_type'], self::TYPES, true )
			|| ! isset( $posts[ $on ] ) || ! in_array( $posts[ $on ]['post_type'], Rehome_Standing::kinds(), true )
			|| ! in_array( $posts[ $on ]['post_status'], Rehome_Standing::STATES, true ) || ! current_user_can( 'edit_comment', $id ) ) {
			return null;
		}
		return self::as_read( $comment ) + array(
			// Nobody sees a held comment, and nobody one under a post that nobody sees.
			'post_status'   => '1' === $comment['comment_approved'] ? $posts[ $on ]['post_status'] : 'pending',
			'post_password' => $posts[ $on ]['post_password'],
			'on'            => $posts[ $on ],
		);
	}

	/**
	 * What of a comment is amended, in the words of a post.
	 *
	 * @param array $comment Row of the comments table.
	 * @return array
	 */
	public static function as_read( array $comment ) {
		return array(
			'ID'            => $comment['comment_ID'],
			'post_type'     => self::KIND,
			'post_title'    => $comment['comment_author'],
			'post_content'  => $comment['comment_content'],
			'post_excerpt'  => '',
			'post_name'     => '',
			'post_date_gmt' => $comment['comment_date_gmt'],
			'comment_on'    => (int) $comment['comment_post_ID'],
		);
	}

	/**
	 * Where a reader sees it.
	 *
	 * @param array $row What row() answered.
	 * @return string
	 */
	public static function address( array $row ) {
		return Rehome_Comments::address( (int) $row['ID'], Rehome_Posts::address( $row['on'] ), (bool) get_option( 'page_comments' ) );
	}

	/**
	 * Comments that hold one of the words, and those that were amended before.
	 *
	 * @param string[] $words Words.
	 * @param int      $after Only ids above this one.
	 * @param string   $blog  Name in the map.
	 * @return int[]
	 */
	private static function with( array $words, $after, $blog ) {
		global $wpdb;
		$any = Rehome_Map::is_there() ? array( Rehome_Standing::amended_before( 'comment_ID', self::AMENDED, $blog ) ) : array();
		foreach ( $words as $word ) {
			$any[] = $wpdb->prepare( 'comment_content LIKE %s', '%' . $wpdb->esc_like( $word ) . '%' );
		}
		if ( ! $any ) {
			return array();
		}
		$sql = 'SELECT comment_ID FROM ' . $wpdb->comments . ' WHERE comment_ID > ' . (int) $after
			. ' AND comment_approved IN (' . Rehome_Rows::literals( self::STATES ) . ') AND comment_type IN (' . Rehome_Rows::literals( self::TYPES ) . ')'
			. ' AND (' . implode( ' OR ', $any ) . ') ORDER BY comment_ID LIMIT ' . Rehome_Limits::STANDING;
		return array_map( 'intval', array_column( Rehome_Rows::read( $sql, ARRAY_A ), 'comment_ID' ) );
	}
}
