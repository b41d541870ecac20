<?php
/**
 * POST /place: terms, posts and comments of one batch, in one transaction.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The order of work, and the answers.
 */
final class Rehome_Place {

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When it is malformed, over a limit, not allowed or not this writer's turn.
	 */
	public static function answer( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$blog  = $input->blog();
		$wish  = $input->word( 'mode', array( 'auto', Rehome_Mode::FAST, Rehome_Mode::COMPATIBLE ), 'auto' );

		list( $writer, $fence ) = Rehome_Writer::of( $input );

		$terms    = Rehome_Terms::read( $input->items( 'terms', 'terms' ) );
		$posts    = Rehome_Posts::read( $input->items( 'posts', 'posts' ) );
		$comments = Rehome_Comments::read( $input->items( 'comments', 'comments' ) );
		unset( $input );
		self::permit( $terms, $posts, $comments );
		self::each_once( $terms, 'terms' );
		self::each_once( array_merge( $posts, $comments ), 'posts and comments' );

		// Nothing of a batch goes in circles, and looking for circles among so many small things takes long.
		gc_disable();
		Rehome_Map::ensure();
		Rehome_Clean::strictly();
		$mode = Rehome_Mode::choose( $wish );
		$work = static function () use ( $blog, $mode, &$terms, &$posts, &$comments ) {
			$map = new Rehome_Map( $blog );
			$map->load( array_merge( Rehome_Terms::marks( $terms ), Rehome_Posts::marks( $posts ), Rehome_Comments::marks( $comments ) ) );
			$place = new Rehome_Posts( $map, $mode );
			$say   = new Rehome_Comments( $map, $mode, $place );
			$out   = array(
				'terms'    => ( new Rehome_Terms( $map, $mode ) )->place( $terms ),
				'posts'    => $place->place( $posts ),
				'comments' => $say->place( $comments ),
			);
			$posts = array();
			$map->save();
			return array( $out, $place, $say );
		};

		list( $out, $place, $say ) = Rehome_Writer::transaction( $writer, $fence, $work );
		$place->committed( $out['posts'] );
		$say->committed( $out['comments'] );
		return array( 'mode' => $mode ) + $out;
	}

	/**
	 * One line of an answer.
	 *
	 * @param Rehome_Mark $mark    Mark.
	 * @param string      $outcome created, unchanged, updated, conflict or refused.
	 * @param int|null    $id      WordPress id.
	 * @param string[]    $remarks What a person should know.
	 * @param array       $more    address, slug and status.
	 * @return array
	 */
	public static function line( Rehome_Mark $mark, $outcome, $id, array $remarks = array(), array $more = array() ) {
		return array(
			'mark'    => $mark->as_array(),
			'outcome' => $outcome,
			'id'      => $id,
			'address' => isset( $more['address'] ) ? $more['address'] : null,
			'slug'    => isset( $more['slug'] ) ? $more['slug'] : null,
			'status'  => isset( $more['status'] ) ? $more['status'] : null,
			'remark'  => $remarks ? implode( '; ', $remarks ) : null,
		);
	}

	/**
	 * Asks for the capabilities that the content of the batch needs.
	 *
	 * @param array $terms    Terms.
	 * @param array $posts    Posts.
	 * @param array $comments Comments.
	 */
	private static function permit( array $terms, array $posts, array $comments ) {
		$needed = array();
		if ( $terms ) {
			$needed['manage_categories'] = true;
		}
		if ( $comments ) {
			$needed['moderate_comments'] = true;
		}
		foreach ( $posts as $post ) {
			$type = 'page' === $post['type'] ? 'pages' : 'posts';
			if ( 'page' === $post['type'] ) {
				$needed['edit_pages']        = true;
				$needed['edit_others_pages'] = true;
			}
			if ( 'draft' !== $post['status'] ) {
				$needed[ "publish_$type" ] = true;
			}
		}
		Rehome_Routes::need( array_keys( $needed ) );
	}

	/**
	 * Refuses a batch that names one thing twice.
	 *
	 * @param array  $items Items.
	 * @param string $field Field, for the message.
	 * @throws Rehome_Error When it does.
	 */
	private static function each_once( array $items, $field ) {
		$seen = array();
		foreach ( $items as $item ) {
			$key = $item['mark']->name();
			if ( isset( $seen[ $key ] ) ) {
				throw Rehome_Error::bad( $field, 'One mark comes twice: ' . $item['mark']->kind . ' ' . $item['mark']->id . '.' );
			}
			$seen[ $key ] = true;
		}
	}
}
