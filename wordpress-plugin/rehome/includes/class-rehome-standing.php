<?php
/**
 * POST /standing: what stands on this site and was there before us, as far as it holds certain words. Writes nothing.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Posts, pages and other public kinds of posts, with the custom fields that hold one of the words; menus, their entries and patterns.
 * Comments are told by Rehome_Standing_Comments.
 */
final class Rehome_Standing {

	/** Kind of object in the map of what was amended and not placed. */
	const AMENDED = 'amended';

	/** Entries of menus: WordPress keeps them as posts. */
	const MENU_ENTRY = 'nav_menu_item';

	/** Kinds that have no page of their own, and are shown to readers nevertheless. */
	const WITHOUT_PAGE = array( self::MENU_ENTRY, 'wp_navigation', 'wp_block' );

	/** States of posts that are looked at. What lies in the bin stays as it is. */
	const STATES = array( 'publish', 'future', 'private', 'draft', 'pending' );

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input  = Rehome_Body::json( $request );
		$blog   = $input->blog();
		$words  = $input->texts( 'words', 'words' );
		$ids    = $input->has( 'posts' ) ? $input->numbers( 'posts', 'find' ) : self::with( $words, $input->number( 'after', 0 ), $blog );
		$fields = static function ( array $ids ) use ( $words ) {
			return self::fields( $ids, $words );
		};
		return self::told( $blog, $ids, self::AMENDED, $fields );
	}

	/**
	 * What an answer says of these things, as many as it has room for.
	 *
	 * @param string   $blog   Name in the map.
	 * @param int[]    $ids    Posts or comments.
	 * @param string   $type   Kind of object in the map.
	 * @param callable $fields Custom fields of some of them, by id.
	 * @return array
	 */
	public static function told( $blog, array $ids, $type, $fields ) {
		$rows  = array();
		$bytes = 0;
		$next  = null;
		foreach ( $ids as $id ) {
			$row = Rehome_Stood::row( $type, $id );
			if ( null === $row ) {
				continue;
			}
			$bytes += strlen( $row['post_content'] ) + strlen( $row['post_excerpt'] );
			if ( $rows && $bytes > Rehome_Limits::STANDING_BYTES ) {
				break;
			}
			$rows[ $id ] = $row;
			$next        = $id;
		}
		$left   = self::left( $blog, $type, array_keys( $rows ) );
		$fields = $fields( array_keys( $rows ) );
		$out    = array();
		foreach ( $rows as $id => $row ) {
			$out[] = self::describe( $row, isset( $left[ $id ] ) ? $left[ $id ] : null, isset( $fields[ $id ] ) ? $fields[ $id ] : array() );
		}
		// What could not be told is gone or not this user's: whoever asks on goes behind the last that was looked at.
		return array(
			'standing' => $out,
			'next'     => null === $next && $ids ? end( $ids ) : $next,
		);
	}

	/**
	 * The row of a post that may be amended: of a public kind, in a state that is looked at, and this user's to edit.
	 *
	 * @param int $id Post.
	 * @return array|null
	 */
	public static function row( $id ) {
		$rows = Rehome_Posts::rows( array( $id ), true );
		if ( ! isset( $rows[ $id ] ) || ! in_array( $rows[ $id ]['post_type'], self::kinds(), true )
			|| ! in_array( $rows[ $id ]['post_status'], self::STATES, true ) || ! current_user_can( 'edit_post', $id ) ) {
			return null;
		}
		if ( self::MENU_ENTRY === $rows[ $id ]['post_type'] && 'custom' !== get_post_meta( $id, '_menu_item_type', true ) ) {
			// It leads to a post or category of this site, and follows it by itself.
			return null;
		}
		return self::as_read( $rows[ $id ] );
	}

	/**
	 * A row as it is read and amended: the text of an entry of a menu is the address it leads to.
	 *
	 * @param array $row Row of the posts table.
	 * @return array
	 */
	public static function as_read( array $row ) {
		if ( self::MENU_ENTRY === $row['post_type'] ) {
			$row['post_content'] = (string) get_post_meta( (int) $row['ID'], '_menu_item_url', true );
			$row['post_excerpt'] = '';
		}
		return $row;
	}

	/**
	 * Where a reader sees it.
	 *
	 * @param array $row Row, as read.
	 * @return string Empty where it has no page of its own.
	 */
	public static function address( array $row ) {
		if ( Rehome_Standing_Comments::KIND === $row['post_type'] ) {
			return Rehome_Standing_Comments::address( $row );
		}
		return in_array( $row['post_type'], self::WITHOUT_PAGE, true ) ? '' : Rehome_Posts::address( $row );
	}

	/**
	 * Kinds of posts that readers see and people write.
	 *
	 * @return string[]
	 */
	public static function kinds() {
		$kinds = array_diff( get_post_types( array( 'public' => true ) ), array( 'attachment' ) );
		return array_values( array_unique( array_merge( array_values( $kinds ), array_filter( self::WITHOUT_PAGE, 'post_type_exists' ) ) ) );
	}

	/**
	 * Posts that hold one of the words, and those that were amended before.
	 *
	 * @param string[] $words Words.
	 * @param int      $after Only ids above this one.
	 * @param string   $blog  Name in the map.
	 * @return int[]
	 */
	private static function with( array $words, $after, $blog ) {
		global $wpdb;
		$post  = Rehome_Map::is_there() ? array( self::amended_before( 'ID', self::AMENDED, $blog ) ) : array();
		$field = array();
		foreach ( $words as $word ) {
			$like    = '%' . $wpdb->esc_like( $word ) . '%';
			$post[]  = $wpdb->prepare( 'post_content LIKE %s OR post_excerpt LIKE %s', $like, $like );
			$field[] = $wpdb->prepare( 'meta_value LIKE %s', $like );
		}
		if ( $field ) {
			$post[] = "ID IN ( SELECT post_id FROM $wpdb->postmeta WHERE " . implode( ' OR ', $field ) . ' )';
		}
		if ( ! $post ) {
			return array();
		}
		$sql = 'SELECT ID FROM ' . $wpdb->posts . ' WHERE ID > ' . (int) $after
			. ' AND post_type IN (' . Rehome_Rows::literals( self::kinds() ) . ') AND post_status IN (' . Rehome_Rows::literals( self::STATES ) . ')'
			. ' AND (' . implode( ' OR ', $post ) . ') ORDER BY ID LIMIT ' . Rehome_Limits::STANDING;
		return array_map( 'intval', array_column( Rehome_Rows::read( $sql, ARRAY_A ), 'ID' ) );
	}

	/**
	 * The condition of those that were amended before.
	 *
	 * @param string $column Column of their ids.
	 * @param string $type   Kind of object in the map.
	 * @param string $blog   Name in the map.
	 * @return string
	 */
	public static function amended_before( $column, $type, $blog ) {
		global $wpdb;
		return $wpdb->prepare( '%i IN ( SELECT object_id FROM %i WHERE object_type = %s AND blog = %s )', $column, Rehome_Map::table(), $type, $blog );
	}

	/**
	 * What the map knows of these things.
	 *
	 * @param string $blog Name in the map.
	 * @param string $type Kind of object in the map.
	 * @param int[]  $ids  Posts or comments.
	 * @return array<int,string> Hashes of what we left there, by id.
	 */
	private static function left( $blog, $type, array $ids ) {
		return $ids && Rehome_Map::is_there() ? ( new Rehome_Map( $blog ) )->stored( $type, $ids ) : array();
	}

	/**
	 * Custom fields of these posts that hold one of the words. Serialised ones stay alone: their lengths are counted inside.
	 *
	 * @param int[]    $ids   Posts.
	 * @param string[] $words Words.
	 * @return array<int,array[]> By id.
	 */
	private static function fields( array $ids, array $words ) {
		global $wpdb;
		$fields = array();
		if ( ! $ids || ! $words ) {
			return $fields;
		}
		$like = array();
		foreach ( $words as $word ) {
			$like[] = $wpdb->prepare( 'meta_value LIKE %s', '%' . $wpdb->esc_like( $word ) . '%' );
		}
		$sql = "SELECT meta_id, post_id, meta_key, meta_value FROM $wpdb->postmeta WHERE post_id IN (" . implode( ',', array_map( 'intval', $ids ) ) . ') AND (' . implode( ' OR ', $like ) . ') ORDER BY meta_id';
		foreach ( Rehome_Rows::read( $sql ) as $row ) {
			// The address of an entry of a menu is told as its text.
			if ( ! is_serialized( $row->meta_value ) && self::MENU_ENTRY !== get_post_type( (int) $row->post_id ) ) {
				$fields[ (int) $row->post_id ][] = array(
					'id'    => (int) $row->meta_id,
					'name'  => $row->meta_key,
					'value' => $row->meta_value,
				);
			}
		}
		return $fields;
	}

	/**
	 * One of them.
	 *
	 * @param array       $row    Row of the posts table.
	 * @param string|null $left   Hash of what we left there; null when we never were.
	 * @param array[]     $fields Custom fields.
	 * @return array
	 */
	private static function describe( array $row, $left, array $fields ) {
		$hash = Rehome_Stored::amended( $row );
		$ids  = isset( $row['comment_on'] ) ? array(
			'comment' => (int) $row['ID'],
			'post'    => $row['comment_on'],
		) : array( 'post' => (int) $row['ID'] );
		return $ids + array(
			'type'    => $row['post_type'],
			'status'  => $row['post_status'],
			'locked'  => '' !== $row['post_password'],
			'date'    => Rehome_Dates::NEVER === $row['post_date_gmt'] ? null : $row['post_date_gmt'],
			'title'   => $row['post_title'],
			'address' => self::address( $row ),
			'content' => $row['post_content'],
			'excerpt' => $row['post_excerpt'],
			'hash'    => $hash,
			'left'    => null === $left ? 'never' : ( $left === $hash ? 'as-left' : 'edited' ),
			'fields'  => $fields,
		);
	}
}
