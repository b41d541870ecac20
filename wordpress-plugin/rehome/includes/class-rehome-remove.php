<?php
/**
 * POST /remove: takes away what was placed and nothing else. What a person has touched stays.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Undo.
 */
final class Rehome_Remove {

	/** Order of work: what hangs on something goes before it. */
	const ORDER = array( 'comment', 'post', 'media', 'category', 'post_tag' );

	/**
	 * Files of removed media; they go once the rows are gone for good.
	 *
	 * @var string[]
	 */
	private $files = array();

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$blog  = $input->blog();
		$marks = $input->marks( 'marks', 'find' );

		list( $writer, $fence ) = Rehome_Writer::of( $input );
		Rehome_Map::ensure();
		$work    = new self();
		$answers = Rehome_Writer::transaction(
			$writer,
			$fence,
			static function () use ( $blog, $marks, $work ) {
				$map = new Rehome_Map( $blog );
				$map->load( $marks );
				return $work->remove_all( $map, $marks );
			}
		);
		foreach ( $work->files as $path ) {
			if ( is_file( $path ) ) {
				wp_delete_file( $path );
			}
		}
		return array( 'removed' => $answers );
	}

	/**
	 * Removes in an order that never leaves something hanging.
	 *
	 * @param Rehome_Map    $map   The map.
	 * @param Rehome_Mark[] $marks Marks.
	 * @return array[] Answers, in the order of the request.
	 */
	private function remove_all( Rehome_Map $map, array $marks ) {
		$later = function ( $path ) {
			$this->files[] = $path;
			return '';
		};
		add_filter( 'wp_delete_file', $later, PHP_INT_MAX );
		$answers = array();
		$drop    = array();
		try {
			foreach ( self::ORDER as $type ) {
				foreach ( $marks as $index => $mark ) {
					$row = $map->row( $mark );
					if ( null !== $row && $type === $row['object_type'] ) {
						list( $outcome, $remark ) = $this->remove_one( $map, $row );
						if ( 'kept' !== $outcome || 'adopted' === $remark ) {
							$drop[] = $mark;
							$map->forget( $mark );
						}
						$answers[ $index ] = self::line( $mark, $outcome, $remark );
					}
				}
			}
		} finally {
			remove_filter( 'wp_delete_file', $later, PHP_INT_MAX );
		}
		$map->drop( $drop );
		foreach ( $marks as $index => $mark ) {
			if ( ! isset( $answers[ $index ] ) ) {
				$answers[ $index ] = self::line( $mark, 'absent', null );
			}
		}
		ksort( $answers );
		return array_values( $answers );
	}

	/**
	 * Removes one.
	 *
	 * @param Rehome_Map $map The map.
	 * @param array      $row Row of the map.
	 * @return array{0:string,1:string|null} Outcome and remark.
	 */
	private function remove_one( Rehome_Map $map, array $row ) {
		switch ( $row['object_type'] ) {
			case 'comment':
				return $this->remove_comment( $row );
			case 'post':
				return $this->remove_post( $map, $row );
			case 'media':
				return $this->remove_media( $row );
			default:
				return $this->remove_term( $row );
		}
	}

	/**
	 * Removes a comment.
	 *
	 * @param array $row Row of the map.
	 * @return array{0:string,1:string|null}
	 */
	private function remove_comment( array $row ) {
		$id       = $row['object_id'];
		$comments = Rehome_Comments::rows( array( $id ) );
		if ( ! isset( $comments[ $id ] ) ) {
			return array( 'absent', null );
		}
		if ( Rehome_Stored::comment( $comments[ $id ] ) !== $row['stored_hash'] ) {
			return array( 'kept', 'edited' );
		}
		return wp_delete_comment( $id, true ) ? array( 'removed', null ) : array( 'kept', 'WordPress refused' );
	}

	/**
	 * Removes a post.
	 *
	 * @param Rehome_Map $map The map.
	 * @param array      $row Row of the map.
	 * @return array{0:string,1:string|null}
	 */
	private function remove_post( Rehome_Map $map, array $row ) {
		$id    = $row['object_id'];
		$posts = Rehome_Posts::rows( array( $id ), true );
		if ( ! isset( $posts[ $id ] ) ) {
			return array( 'absent', null );
		}
		$why = self::why_kept( $map, $posts[ $id ], $row['stored_hash'] );
		if ( null !== $why ) {
			return array( 'kept', $why );
		}
		$comments = self::comments_of( $id );
		if ( ! wp_delete_post( $id, true ) ) {
			return array( 'kept', 'WordPress refused' );
		}
		unstick_post( $id );
		foreach ( array_chunk( $comments, 500 ) as $some ) {
			Rehome_Rows::run( 'DELETE FROM ' . Rehome_Map::table() . " WHERE object_type = 'comment' AND object_id IN (" . implode( ',', $some ) . ')', 'the map' );
		}
		return array( 'removed', null );
	}

	/**
	 * Why a post is not taken away, if so. Without a page WordPress would move those below it one level up, to another address.
	 *
	 * @param Rehome_Map $map    The map.
	 * @param array      $post   Row of the posts table.
	 * @param string     $stored What the map keeps of it.
	 * @param int[]      $above  Pages that were asked on the way here.
	 * @return string|null
	 */
	private static function why_kept( Rehome_Map $map, array $post, $stored, array $above = array() ) {
		if ( Rehome_Stored::post( $post ) !== Rehome_Stored::hash_in( $stored ) ) {
			return 'edited';
		}
		$id       = (int) $post['ID'];
		$comments = self::comments_of( $id );
		$placed   = $map->stored( 'comment', $comments );
		if ( count( $placed ) < count( $comments ) ) {
			return 'it has comments that were not placed by this move';
		}
		foreach ( array_chunk( $comments, 100 ) as $some ) {
			foreach ( Rehome_Comments::rows( $some ) as $comment => $row ) {
				if ( Rehome_Stored::comment( $row ) !== $placed[ $comment ] ) {
					return 'it has a comment that was edited since';
				}
			}
		}
		$below = self::pages_below( $id, $post['post_type'] );
		$ours  = $map->stored( 'post', array_keys( $below ) );
		if ( count( $ours ) < count( $below ) ) {
			return 'it has pages below it that were not placed by this move';
		}
		$above[] = $id;
		foreach ( $below as $page => $row ) {
			if ( ! in_array( $page, $above, true ) && null !== self::why_kept( $map, $row, $ours[ $page ], $above ) ) {
				return 'a page below it is kept';
			}
		}
		return null;
	}

	/**
	 * Comments of a post.
	 *
	 * @param int $id Post.
	 * @return int[]
	 */
	private static function comments_of( $id ) {
		global $wpdb;
		return array_map( 'intval', $wpdb->get_col( $wpdb->prepare( "SELECT comment_ID FROM $wpdb->comments WHERE comment_post_ID = %d", $id ) ) );
	}

	/**
	 * Pages that stand below a page.
	 *
	 * @param int    $id   Page.
	 * @param string $type Its type.
	 * @return array<int,array> Rows by id.
	 */
	private static function pages_below( $id, $type ) {
		global $wpdb;
		if ( ! is_post_type_hierarchical( $type ) ) {
			return array();
		}
		$sql = $wpdb->prepare( "SELECT * FROM $wpdb->posts WHERE post_parent = %d AND post_type = %s AND post_status NOT IN ('auto-draft', 'trash')", $id, $type );
		return array_column( Rehome_Rows::read( $sql, ARRAY_A ), null, 'ID' );
	}

	/**
	 * Removes a medium; its files go after the commit.
	 *
	 * @param array $row Row of the map.
	 * @return array{0:string,1:string|null}
	 */
	private function remove_media( array $row ) {
		$id = $row['object_id'];
		if ( null === Rehome_Media_Writer::row( $id ) ) {
			return array( 'absent', null );
		}
		if ( Rehome_Media_Writer::stored( $id ) !== $row['stored_hash'] ) {
			return array( 'kept', 'edited' );
		}
		return wp_delete_attachment( $id, true ) ? array( 'removed', null ) : array( 'kept', 'WordPress refused' );
	}

	/**
	 * Removes a term.
	 *
	 * @param array $row Row of the map.
	 * @return array{0:string,1:string|null}
	 */
	private function remove_term( array $row ) {
		$id       = $row['object_id'];
		$taxonomy = $row['object_type'];
		$term     = Rehome_Terms::row( $id, $taxonomy );
		if ( null === $term ) {
			return array( 'absent', null );
		}
		if ( $row['adopted'] ) {
			return array( 'kept', 'adopted' );
		}
		if ( Rehome_Stored::term( $term ) !== $row['stored_hash'] ) {
			return array( 'kept', 'edited' );
		}
		$posts = get_objects_in_term( $id, $taxonomy );
		$posts = is_array( $posts ) ? array_map( 'intval', $posts ) : array();
		if ( count( Rehome_Map::ours( 'post', $posts ) ) < count( $posts ) ) {
			return array( 'kept', 'it has posts that were not placed by this move' );
		}
		$done = wp_delete_term( $id, $taxonomy );
		return true === $done ? array( 'removed', null ) : array( 'kept', 'WordPress refused' );
	}

	/**
	 * One line of the answer.
	 *
	 * @param Rehome_Mark $mark    Mark.
	 * @param string      $outcome removed, absent or kept.
	 * @param string|null $remark  Why.
	 * @return array
	 */
	private static function line( Rehome_Mark $mark, $outcome, $remark ) {
		return array(
			'mark'    => $mark->as_array(),
			'outcome' => $outcome,
			'remark'  => $remark,
		);
	}
}
