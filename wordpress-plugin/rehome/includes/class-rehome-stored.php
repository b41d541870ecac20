<?php
/**
 * The stored hash: what WordPress held when we last wrote it, over the columns that a person could edit. A row that no longer equals
 * it was edited, and is left alone.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * One function per type of thing.
 */
final class Rehome_Stored {

	/** Digits of a hash. Behind that of a page the map keeps where we left it. */
	const DIGITS = 32;

	/**
	 * Of a post or page.
	 *
	 * @param array $row Row of the posts table.
	 * @return string
	 */
	public static function post( array $row ) {
		$columns = array( 'post_author', 'post_date', 'post_title', 'post_content', 'post_excerpt', 'post_name', 'post_password', 'comment_status' );
		// A scheduled post is published by the clock, not by a person.
		$status = 'future' === $row['post_status'] ? 'publish' : $row['post_status'];
		return self::hash( $row, $columns, $status );
	}

	/**
	 * What the map keeps of a post or page: its hash, and where we left it. Its place is no part of the hash, as a page that somebody
	 * moved may have its text brought up to date.
	 *
	 * @param array $row  Row of the posts table.
	 * @param array $left Page above and place in the order; null for what the row says.
	 * @return string
	 */
	public static function placed( array $row, array $left ) {
		$parent = null === $left[0] ? (int) $row['post_parent'] : $left[0];
		$order  = null === $left[1] ? (int) $row['menu_order'] : $left[1];
		return self::post( $row ) . ( $parent || $order ? "|$parent|$order" : '' );
	}

	/**
	 * The hash in what the map keeps.
	 *
	 * @param string $stored What the map keeps.
	 * @return string
	 */
	public static function hash_in( $stored ) {
		return substr( $stored, 0, self::DIGITS );
	}

	/**
	 * Where we left a page.
	 *
	 * @param string $stored What the map keeps.
	 * @return int[] Page above and place in the order.
	 */
	public static function place_in( $stored ) {
		$parts = explode( '|', $stored );
		return 3 === count( $parts ) ? array( (int) $parts[1], (int) $parts[2] ) : array( 0, 0 );
	}

	/**
	 * Of a post that stood here before us: over the texts that we amend, so that another title or date does not matter.
	 *
	 * @param array $row Row of the posts table.
	 * @return string
	 */
	public static function amended( array $row ) {
		return self::hash( $row, array( 'post_content', 'post_excerpt' ) );
	}

	/**
	 * Of a comment.
	 *
	 * @param array $row Row of the comments table.
	 * @return string
	 */
	public static function comment( array $row ) {
		return self::hash( $row, array( 'comment_author', 'comment_author_url', 'comment_date', 'comment_content', 'comment_approved', 'comment_type' ) );
	}

	/**
	 * Of a term.
	 *
	 * @param array $row name, slug, description and parent.
	 * @return string
	 */
	public static function term( array $row ) {
		// Not the parent: it changes by itself when the parent is removed.
		return self::hash( $row, array( 'name', 'slug', 'description' ) );
	}

	/**
	 * Of a medium.
	 *
	 * @param array  $row  Row of the posts table.
	 * @param string $alt  Alternative text.
	 * @param string $file Path of the file below the uploads folder.
	 * @return string
	 */
	public static function media( array $row, $alt, $file ) {
		return self::hash( $row, array( 'post_title', 'post_content', 'post_excerpt', 'post_status' ), $alt, $file );
	}

	/**
	 * Of a comment, by what it will hold.
	 *
	 * @param string $author   Name of who wrote it.
	 * @param string $url      Address of who wrote it.
	 * @param string $date     When, in the site's time.
	 * @param string $content  Text.
	 * @param string $approved Its state, as the column holds it.
	 * @param string $type     Its type.
	 * @return string
	 */
	public static function new_comment( $author, $url, $date, $content, $approved, $type ) {
		return md5( strlen( $author ) . ',' . strlen( $url ) . ',' . strlen( $date ) . ',' . strlen( $content ) . ',' . strlen( $approved ) . ',' . strlen( $type ) . "|$author$url$date$content$approved$type|" );
	}

	/**
	 * Hash of some columns and more.
	 *
	 * @param array    $row     Row.
	 * @param string[] $columns Columns.
	 * @param string   ...$more More text.
	 * @return string
	 */
	private static function hash( array $row, array $columns, ...$more ) {
		$lengths = array();
		$texts   = '';
		foreach ( $columns as $column ) {
			$text      = (string) $row[ $column ];
			$lengths[] = strlen( $text );
			$texts    .= $text;
		}
		// The lengths keep neighbours apart.
		return md5( implode( ',', $lengths ) . "|$texts|" . implode( '|', $more ) );
	}
}
