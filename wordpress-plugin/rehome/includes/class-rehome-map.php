<?php
/**
 * The map: which old thing became which new one. A table of its own, written in the transaction that writes the rows.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The part of the map that belongs to one blog.
 */
final class Rehome_Map {

	/** Raised when the table changes; also the mark in the option that it was made. */
	const VERSION = '1';

	/** Columns that the table must have; with others it is foreign. */
	const COLUMNS = array( 'mark_key', 'blog', 'kind', 'source_id', 'object_type', 'object_id', 'fingerprint', 'stored_hash', 'adopted' );

	/**
	 * Name of the source blog.
	 *
	 * @var string
	 */
	private $blog;

	/**
	 * Rows known so far, by name of their mark; null = known to be absent.
	 *
	 * @var array<string,array|null>
	 */
	private $known = array();

	/**
	 * New rows to write, by name of their mark: values in the order of COLUMNS.
	 *
	 * @var array<string,array>
	 */
	private $added = array();

	/**
	 * Rows to write anew, as above.
	 *
	 * @var array<string,array>
	 */
	private $changed = array();

	/**
	 * Opens the map of one blog.
	 *
	 * @param string $blog Name of the source blog.
	 */
	public function __construct( $blog ) {
		$this->blog = $blog;
	}

	/**
	 * Name of the table of this site.
	 *
	 * @return string
	 */
	public static function table() {
		global $wpdb;
		return $wpdb->prefix . 'rehome_map';
	}

	/**
	 * Makes the table where it is missing. Not tied to activation, so that the plugin also works among the mu-plugins and on sites that
	 * joined a network later.
	 *
	 * @throws Rehome_Error When there is no such table and none can be made, or it is somebody else's.
	 */
	public static function ensure() {
		global $wpdb;
		$table    = self::table();
		$silently = $wpdb->suppress_errors( true );
		$columns  = $wpdb->get_col( $wpdb->prepare( 'DESCRIBE %i', $table ), 0 );
		if ( ! $columns ) {
			$wpdb->query(
				// phpcs:ignore WordPress.DB.PreparedSQL.InterpolatedNotPrepared -- The name of the plugin's own table.
				"CREATE TABLE IF NOT EXISTS $table (
					mark_key char(64) NOT NULL,
					blog varchar(150) NOT NULL,
					kind varchar(20) NOT NULL,
					source_id varchar(150) NOT NULL,
					object_type varchar(20) NOT NULL,
					object_id bigint(20) unsigned NOT NULL,
					fingerprint varchar(64) NOT NULL,
					stored_hash varchar(64) NOT NULL,
					adopted tinyint(1) NOT NULL DEFAULT 0,
					PRIMARY KEY  (mark_key),
					KEY object_of (object_type,object_id)
				) " . $wpdb->get_charset_collate()
			);
			$columns = $wpdb->get_col( $wpdb->prepare( 'DESCRIBE %i', $table ), 0 );
		}
		$wpdb->suppress_errors( $silently );
		if ( array_diff( self::COLUMNS, (array) $columns ) ) {
			throw new Rehome_Error( 'rehome_schema', 500, __( 'The table rehome_map is missing and cannot be made, or it is not of this plugin.', 'rehome' ) );
		}
	}

	/**
	 * Whether the table is there; makes none.
	 *
	 * @return bool
	 */
	public static function is_there() {
		global $wpdb;
		$silently = $wpdb->suppress_errors( true );
		$columns  = $wpdb->get_col( $wpdb->prepare( 'DESCRIBE %i', self::table() ), 0 );
		$wpdb->suppress_errors( $silently );
		$wpdb->last_error = '';
		return array() === array_diff( self::COLUMNS, (array) $columns );
	}

	/**
	 * Loads the rows of these marks at once.
	 *
	 * @param Rehome_Mark[] $marks Marks; nulls are skipped.
	 */
	public function load( array $marks ) {
		$names = array();
		foreach ( $marks as $mark ) {
			if ( null !== $mark ) {
				$name = $mark->name();
				if ( ! array_key_exists( $name, $this->known ) ) {
					$names[ $mark->key( $this->blog ) ] = $name;
					$this->known[ $name ]               = null;
				}
			}
		}
		foreach ( array_chunk( array_keys( $names ), 500 ) as $some ) {
			// The keys are hexadecimal digits that this class made.
			foreach ( Rehome_Rows::read( 'SELECT * FROM ' . self::table() . " WHERE mark_key IN ('" . implode( "','", $some ) . "')", ARRAY_A ) as $row ) {
				$row['object_id'] = (int) $row['object_id'];
				$row['adopted']   = (int) $row['adopted'];

				$this->known[ $names[ $row['mark_key'] ] ] = $row;
			}
		}
	}

	/**
	 * The row of a mark that was loaded.
	 *
	 * @param Rehome_Mark $mark Mark.
	 * @return array|null
	 */
	public function row( Rehome_Mark $mark ) {
		$name = $mark->name();
		if ( isset( $this->known[ $name ] ) ) {
			return $this->known[ $name ];
		}
		$noted = isset( $this->added[ $name ] ) ? $this->added[ $name ] : ( isset( $this->changed[ $name ] ) ? $this->changed[ $name ] : null );
		return null === $noted ? null : array_combine( self::COLUMNS, $noted );
	}

	/**
	 * The WordPress id of a mark that was loaded, if it is of this type.
	 *
	 * @param Rehome_Mark|null $mark Mark.
	 * @param string           $type Type of object: post, comment, media or a taxonomy.
	 * @return int 0 when there is none.
	 */
	public function id( $mark, $type ) {
		if ( null === $mark ) {
			return 0;
		}
		$name = $mark->name();
		if ( isset( $this->added[ $name ] ) ) {
			return $type === $this->added[ $name ][4] ? $this->added[ $name ][5] : 0;
		}
		$row = $this->row( $mark );
		return null !== $row && $type === $row['object_type'] ? $row['object_id'] : 0;
	}

	/**
	 * Notes what a mark became; written by save().
	 *
	 * @param Rehome_Mark $mark        Mark.
	 * @param string      $type        Type of object.
	 * @param int         $id          WordPress id.
	 * @param string      $fingerprint The client's hash.
	 * @param string      $stored      Hash of what WordPress holds now.
	 * @param bool        $adopted     Whether it was there before us.
	 */
	public function put( Rehome_Mark $mark, $type, $id, $fingerprint, $stored, $adopted = false ) {
		$name = $mark->name();
		$row  = array( $mark->key( $this->blog ), $this->blog, $mark->kind, $mark->id, $type, (int) $id, $fingerprint, $stored, $adopted ? 1 : 0 );
		// Only what load() did not find is new: the lease keeps anybody else from adding it meanwhile.
		if ( isset( $this->added[ $name ] ) || ( ! isset( $this->known[ $name ] ) && array_key_exists( $name, $this->known ) ) ) {
			$this->added[ $name ] = $row;
		} else {
			$this->changed[ $name ] = $row;
		}
		unset( $this->known[ $name ] );
	}

	/**
	 * Forgets a mark whose thing is gone.
	 *
	 * @param Rehome_Mark $mark Mark.
	 */
	public function forget( Rehome_Mark $mark ) {
		$name                 = $mark->name();
		$this->known[ $name ] = null;
		unset( $this->added[ $name ], $this->changed[ $name ] );
	}

	/**
	 * Writes what put() noted. The caller has a transaction open.
	 */
	public function save() {
		foreach ( array(
			'INSERT'  => $this->added,
			'REPLACE' => $this->changed,
		) as $verb => $rows ) {
			// In the order of the key, so that neighbours are written together.
			$rows = array_column( $rows, null, 0 );
			ksort( $rows, SORT_STRING );
			Rehome_Rows::lists( $verb, self::table(), self::COLUMNS, array_values( $rows ) );
		}
		$this->added   = array();
		$this->changed = array();
	}

	/**
	 * Takes rows out of the table. The caller has a transaction open.
	 *
	 * @param Rehome_Mark[] $marks Marks.
	 */
	public function drop( array $marks ) {
		$keys = array();
		foreach ( $marks as $mark ) {
			$keys[] = $mark->key( $this->blog );
			$this->forget( $mark );
		}
		foreach ( array_chunk( $keys, 500 ) as $some ) {
			Rehome_Rows::run( 'DELETE FROM ' . self::table() . " WHERE mark_key IN ('" . implode( "','", $some ) . "')", 'the map' );
		}
	}

	/**
	 * What this blog's rows keep of these ids.
	 *
	 * @param string $type Type of object.
	 * @param int[]  $ids  WordPress ids.
	 * @return array<int,string> Stored hashes, keyed by id; without those of others.
	 */
	public function stored( $type, array $ids ) {
		global $wpdb;
		$stored = array();
		foreach ( array_chunk( array_map( 'intval', $ids ), 500 ) as $some ) {
			$sql = $wpdb->prepare( 'SELECT object_id, stored_hash FROM %i WHERE object_type = %s AND blog = %s', self::table(), $type, $this->blog );
			foreach ( Rehome_Rows::read( $sql . ' AND object_id IN (' . implode( ',', $some ) . ')' ) as $row ) {
				$stored[ (int) $row->object_id ] = $row->stored_hash;
			}
		}
		return $stored;
	}

	/**
	 * Of these ids, those that this plugin placed, for any blog.
	 *
	 * @param string $type Type of object.
	 * @param int[]  $ids  WordPress ids.
	 * @return array<int,bool> Keyed by id.
	 */
	public static function ours( $type, array $ids ) {
		global $wpdb;
		$ours = array();
		foreach ( array_chunk( array_map( 'intval', $ids ), 500 ) as $some ) {
			$sql = $wpdb->prepare( 'SELECT object_id FROM %i WHERE object_type = %s', self::table(), $type );
			foreach ( Rehome_Rows::read( $sql . ' AND object_id IN (' . implode( ',', $some ) . ')' ) as $row ) {
				$ours[ (int) $row->object_id ] = true;
			}
		}
		return $ours;
	}
}
