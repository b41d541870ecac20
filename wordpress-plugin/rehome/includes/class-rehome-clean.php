<?php
/**
 * Cleaning of everything a person will see, whatever the user may do otherwise, by the filters that core runs on saving.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * HTML and text from old homes.
 */
final class Rehome_Clean {

	/**
	 * Whether a column knows only three bytes a character, by table and column.
	 *
	 * @var array<string,array<string,bool>>
	 */
	private static $narrow = array();

	/**
	 * Puts core's HTML filters in force for everybody, and the strict ones on comments.
	 */
	public static function strictly() {
		kses_remove_filters();
		kses_init_filters();
		// For users with unfiltered_html core would let comments have what posts may have.
		remove_filter( 'pre_comment_content', 'wp_filter_post_kses' );
		add_filter( 'pre_comment_content', 'wp_filter_kses' );
		Rehome_Plain::look_again();
		self::$narrow = array();
	}

	/**
	 * A field of a post, as wp_insert_post() would store it.
	 *
	 * @param string $field post_title, post_content or post_excerpt.
	 * @param string $value What was sent.
	 * @return string
	 */
	public static function post_field( $field, $value ) {
		global $wpdb;
		$value = self::valid( $value );
		if ( '' === $value ) {
			return '';
		}
		if ( ! Rehome_Plain::is( $field, $value ) ) {
			// Core's filters are written for slashed text.
			$value = wp_unslash( sanitize_post_field( $field, wp_slash( $value ), 0, 'db' ) );
		}
		return self::fitting( $wpdb->posts, $field, $value );
	}

	/**
	 * A field of a comment, as wp_new_comment() would store it.
	 *
	 * @param string $filter pre_comment_author_name, pre_comment_author_url or pre_comment_content.
	 * @param string $column Column it goes to.
	 * @param string $value  What was sent.
	 * @return string
	 */
	public static function comment_field( $filter, $column, $value ) {
		global $wpdb;
		$value = self::valid( $value );
		if ( '' === $value ) {
			return '';
		}
		if ( ! Rehome_Plain::is( $filter, $value ) ) {
			$value = wp_unslash( apply_filters( $filter, wp_slash( $value ) ) );
		}
		return self::fitting( $wpdb->comments, $column, $value );
	}

	/**
	 * A slug.
	 *
	 * @param string $value What was sent.
	 * @return string
	 */
	public static function slug( $value ) {
		return Rehome_Plain::is( 'slug', $value ) ? $value : sanitize_title( $value );
	}

	/**
	 * Plain text for one line.
	 *
	 * @param string $value What was sent.
	 * @return string
	 */
	public static function line( $value ) {
		return sanitize_text_field( self::valid( $value ) );
	}

	/**
	 * Cuts text at a number of bytes, never inside a character.
	 *
	 * @param string $value Text.
	 * @param int    $most  Bytes.
	 * @return string
	 */
	public static function cut( $value, $most ) {
		$cut = substr( $value, 0, $most );
		while ( '' !== $cut && ! preg_match( '//u', $cut ) ) {
			$cut = substr( $cut, 0, -1 );
		}
		return $cut;
	}

	/**
	 * Text that a column holds: where it knows only three bytes a character, emoji become references.
	 *
	 * @param string $table  Table.
	 * @param string $column Column.
	 * @param string $value  Text.
	 * @return string
	 */
	private static function fitting( $table, $column, $value ) {
		if ( ! isset( self::$narrow[ $table ][ $column ] ) ) {
			self::$narrow[ $table ][ $column ] = 'utf8' === Rehome_Line::charset( $table, $column );
		}
		return self::$narrow[ $table ][ $column ] ? wp_encode_emoji( $value ) : $value;
	}

	/**
	 * Text without NUL, which no HTML may hold and some databases cut at. JSON can only bring valid UTF-8.
	 *
	 * @param string $value Text.
	 * @return string
	 */
	private static function valid( $value ) {
		return false === strpos( $value, "\0" ) ? $value : str_replace( "\0", '', $value );
	}
}
