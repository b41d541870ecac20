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

	/** How long a look at the tables is trusted. */
	const CHARSETS_SECONDS = 600;

	/**
	 * Character sets, by table and column; false for numbers and dates.
	 *
	 * @var array<string,array<string,string|false>>|null
	 */
	private static $charsets = null;

	/**
	 * Whether the database was asked for some of them.
	 *
	 * @var bool
	 */
	private static $is_new = false;

	/**
	 * The last prepared statement, by its text; false where it could not be prepared.
	 *
	 * @var array<string,mysqli_stmt|false>
	 */
	private static $prepared = array();

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
		$known = array( 'utf8mb4', false );
		foreach ( $columns as $column ) {
			if ( ! in_array( self::charset( $table, $column ), $known, true ) ) {
				return null;
			}
		}
		return $link;
	}

	/**
	 * Character set of a column, as wpdb tells it, but for utf8 by its newer name, which core does not know everywhere. Asking the database makes a table of its own for each answer, so answers are kept.
	 *
	 * @param string $table  Table.
	 * @param string $column Column.
	 * @return string|false False for numbers and dates.
	 */
	public static function charset( $table, $column ) {
		global $wpdb;
		if ( has_filter( 'pre_get_col_charset' ) ) {
			$charset = $wpdb->get_col_charset( $table, $column );
			return 'utf8mb3' === $charset ? 'utf8' : $charset;
		}
		if ( null === self::$charsets ) {
			$known          = get_transient( 'rehome_charsets' );
			self::$charsets = is_array( $known ) ? $known : array();
		}
		if ( ! isset( self::$charsets[ $table ][ $column ] ) ) {
			$charset = $wpdb->get_col_charset( $table, $column );

			self::$charsets[ $table ][ $column ] = is_wp_error( $charset ) ? 'unknown' : $charset;
			self::$is_new                        = true;
		}
		$charset = self::$charsets[ $table ][ $column ];
		return 'utf8mb3' === $charset ? 'utf8' : $charset;
	}

	/**
	 * Keeps what was asked of the database for later requests. Called after the commit.
	 */
	public static function remember() {
		if ( self::$is_new ) {
			set_transient( 'rehome_charsets', self::$charsets, self::CHARSETS_SECONDS );
		}
		self::$charsets = null;
		self::$is_new   = false;
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
	 * Sends rows as the values of a prepared statement.
	 *
	 * @param mysqli  $link What to() answered.
	 * @param string  $head Statement up to its rows.
	 * @param array[] $rows Rows of the same length, valid UTF-8.
	 * @return bool Whether it was done; false where the connection prepares nothing.
	 * @throws Rehome_Error When the database refuses.
	 */
	public static function send_rows( mysqli $link, $head, array $rows ) {
		global $wpdb;
		$tuple  = '(' . implode( ',', array_fill( 0, count( $rows[0] ), '?' ) ) . ')';
		$sql    = $head . implode( ',', array_fill( 0, count( $rows ), $tuple ) );
		$values = array_merge( ...$rows );
		if ( ! isset( self::$prepared[ $sql ] ) ) {
			self::$prepared = array( $sql => $link->prepare( $sql ) );
		}
		$statement = self::$prepared[ $sql ];
		if ( ! $statement instanceof mysqli_stmt ) {
			return false;
		}
		++$wpdb->num_queries;
		if ( ! $statement->bind_param( str_repeat( 's', count( $values ) ), ...$values ) || ! $statement->execute() ) {
			throw Rehome_Error::failed( 'a statement was refused' );
		}
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
