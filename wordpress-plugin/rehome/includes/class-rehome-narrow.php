<?php
/**
 * POST /narrow: makes things no more visible than asked, also where a person edited them. Nothing else of them changes.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Narrowing wins.
 */
final class Rehome_Narrow {

	/** How visible a state is; what is not in here (trash, pending, auto-draft) nobody new sees. */
	const WIDTH = array(
		'draft'   => 0,
		'private' => 1,
		'future'  => 2,
		'publish' => 3,
	);

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input  = Rehome_Body::json( $request );
		$blog   = $input->blog();
		$wishes = array();
		foreach ( $input->items( 'wishes', 'find' ) as $item ) {
			$wishes[] = array( $item->mark( 'mark' ), $item->word( 'status', array_keys( self::WIDTH ) ) );
		}

		list( $writer, $fence ) = Rehome_Writer::of( $input );
		Rehome_Map::ensure();
		$done = Rehome_Writer::transaction(
			$writer,
			$fence,
			static function () use ( $blog, $wishes ) {
				$map = new Rehome_Map( $blog );
				$map->load( array_column( $wishes, 0 ) );
				$done = array();
				foreach ( $wishes as list( $mark, $status ) ) {
					$row    = $map->row( $mark );
					$done[] = null === $row || self::one( $map, $mark, $row, $status );
				}
				$map->save();
				return $done;
			}
		);
		return array( 'narrowed' => $done );
	}

	/**
	 * Narrows one.
	 *
	 * @param Rehome_Map  $map    The map.
	 * @param Rehome_Mark $mark   Its mark.
	 * @param array       $row    Its row of the map.
	 * @param string      $status The widest it may be.
	 * @return bool Whether it is no wider than that now.
	 */
	private static function one( Rehome_Map $map, Rehome_Mark $mark, array $row, $status ) {
		$id   = $row['object_id'];
		$hash = null;
		switch ( $row['object_type'] ) {
			case 'post':
				$hash = self::post( $id, $status, $row['stored_hash'] );
				break;
			case 'comment':
				$hash = 'publish' === $status ? null : self::comment( $id, $row['stored_hash'] );
				break;
			case 'media':
				$hash = 'publish' === $status ? null : self::media( $id, $row['stored_hash'] );
				break;
			default:
				// A term has no state of its own: it is seen where a visible post carries it.
				return true;
		}
		if ( null !== $hash ) {
			$map->put( $mark, $row['object_type'], $id, $row['fingerprint'], $hash, (bool) $row['adopted'] );
		}
		return true;
	}

	/**
	 * Narrows a post.
	 *
	 * @param int    $id     Its id.
	 * @param string $status The widest it may be.
	 * @param string $stored The hash of what we placed.
	 * @return string|null The hash of what we placed, as it is now; null when nobody but a person's edit made it what it was.
	 */
	private static function post( $id, $status, $stored ) {
		global $wpdb;
		$posts = Rehome_Posts::rows( array( $id ), true );
		if ( ! isset( $posts[ $id ] ) ) {
			return null;
		}
		$post = $posts[ $id ];
		$now  = isset( self::WIDTH[ $post['post_status'] ] ) ? self::WIDTH[ $post['post_status'] ] : 0;
		if ( $now <= self::WIDTH[ $status ] ) {
			return null;
		}
		// A planned post must not appear by itself at a moment that has passed.
		if ( 'future' === $status ) {
			$status = 'draft';
		}
		$ours   = Rehome_Stored::post( $post ) === Rehome_Stored::hash_in( $stored );
		$values = array( 'post_status' => $status );
		if ( 'private' === $status ) {
			$values['post_password'] = '';
		}
		Rehome_Rows::update( $wpdb->posts, $values, 'ID', $id );
		clean_post_cache( $id );
		wp_clear_scheduled_hook( 'publish_future_post', array( $id ) );
		return $ours ? Rehome_Stored::placed( $values + $post, Rehome_Stored::place_in( $stored ) ) : null;
	}

	/**
	 * Holds a comment back.
	 *
	 * @param int    $id     Its id.
	 * @param string $stored The hash of what we placed.
	 * @return string|null As for a post.
	 */
	private static function comment( $id, $stored ) {
		global $wpdb;
		$comments = Rehome_Comments::rows( array( $id ) );
		if ( ! isset( $comments[ $id ] ) || '1' !== (string) $comments[ $id ]['comment_approved'] ) {
			return null;
		}
		$values = array( 'comment_approved' => '0' );
		Rehome_Rows::update( $wpdb->comments, $values, 'comment_ID', $id );
		clean_comment_cache( $id );
		return Rehome_Stored::comment( $comments[ $id ] ) === $stored ? Rehome_Stored::comment( $values + $comments[ $id ] ) : null;
	}

	/**
	 * Hides the page of a medium. Its file keeps its address: whoever knows that can still fetch it.
	 *
	 * @param int    $id     Its id.
	 * @param string $stored The hash of what we placed.
	 * @return string|null As for a post.
	 */
	private static function media( $id, $stored ) {
		global $wpdb;
		$row = Rehome_Media_Writer::row( $id );
		if ( null === $row || 'private' === $row['post_status'] ) {
			return null;
		}
		$ours = Rehome_Media_Writer::stored( $id ) === $stored;
		Rehome_Rows::update( $wpdb->posts, array( 'post_status' => 'private' ), 'ID', $id );
		clean_post_cache( $id );
		return $ours ? Rehome_Media_Writer::stored( $id ) : null;
	}
}
