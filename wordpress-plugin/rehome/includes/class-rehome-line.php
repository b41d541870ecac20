<?php
/**
 * Large statements straight to the database. wpdb::query() runs regular expressions over every statement that is not ASCII, which for
 * the rows of a blog takes longer than making them. They are not needed where it is known what they would find out.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The connection that wpdb holds.
 */
final class Rehome_Line {

	/**
	 * Whether all texts are utf8mb4, by table and columns.
	 *
	 * @var array<string,bool>
	 */
	private static $takes_all = array();

	/**
	 * The connection for statements that write these columns. Only where wpdb is core's own and untouched, nobody listens to
	 * statements, and the columns take every character that valid UTF-8 can hold.
	 *
	 * @param string   $table   Table.
	 * @param string[] $columns Its columns.
	 * @return mysqli|null
	 */
	public static function to( $table, array $columns ) {
		global $wpdb;
		if ( 'wpdb' !== get_class( $wpdb ) || ( defined( 'SAVEQUERIES' ) && SAVEQUERIES ) || self::is_overheard() ) {
			return null;
		}
		$link = $wpdb->dbh;
		if ( ! $link instanceof mysqli || 'utf8mb4' !== $link->character_set_name() ) {
			return null;
		}
		$key = $table . ' ' . implode( ' ', $columns );
		if ( ! isset( self::$takes_all[ $key ] ) ) {
			self::$takes_all[ $key ] = true;
			foreach ( $columns as $column ) {
				// False: a number or a date.
				if ( ! in_array( $wpdb->get_col_charset( $table, $column ), array( 'utf8mb4', false ), true ) ) {
					self::$takes_all[ $key ] = false;
				}
			}
		}
		return self::$takes_all[ $key ] ? $link : null;
	}

	/**
	 * Sends one statement.
	 *
	 * @param mysqli $link What to() answered.
	 * @param string $sql  Statement.
	 * @return bool Whether it was done; false where wpdb has to judge it.
	 * @throws Rehome_Error When the database refuses.
	 */
	public static function send( mysqli $link, $sql ) {
		global $wpdb;
		if ( ! mb_check_encoding( $sql, 'UTF-8' ) ) {
			return false;
		}
		++$wpdb->num_queries;
		if ( true !== $link->query( $sql ) ) {
			throw Rehome_Error::failed( 'a statement was refused' );
		}
		$wpdb->insert_id = (int) $link->insert_id;
		return true;
	}

	/**
	 * Whether anybody but core and this plugin wants to see or change statements.
	 *
	 * @return bool
	 */
	private static function is_overheard() {
		global $wpdb, $wp_filter;
		$known = array( array( $wpdb, 'remove_placeholder_escape' ), array( 'Rehome_Writer', 'stop_at_failure' ) );
		foreach ( isset( $wp_filter['query'] ) ? $wp_filter['query']->callbacks : array() as $callbacks ) {
			foreach ( $callbacks as $callback ) {
				if ( ! in_array( $callback['function'], $known, true ) ) {
					return true;
				}
			}
		}
		return false;
	}
}
