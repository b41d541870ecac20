<?php
/**
 * One piece of a batch: terms, posts and comments that are read, placed and answered together. A request holds one or many; however many
 * there are, no more than one is in memory at a time.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * What a piece holds, and the order of its work.
 */
final class Rehome_Piece {

	/**
	 * Terms.
	 *
	 * @var array[]
	 */
	private $terms;

	/**
	 * Posts.
	 *
	 * @var array[]
	 */
	private $posts;

	/**
	 * Comments.
	 *
	 * @var array[]
	 */
	private $comments;

	/**
	 * Reads one.
	 *
	 * @param Rehome_Input $input What was sent.
	 */
	public function __construct( Rehome_Input $input ) {
		$this->terms    = Rehome_Terms::read( $input->items( 'terms', 'terms' ) );
		$this->posts    = Rehome_Posts::read( $input->items( 'posts', 'posts' ) );
		$this->comments = Rehome_Comments::read( $input );
		$input->forget();
		$this->permit();
		self::each_once( $this->terms, 'terms' );
		self::each_once( array_merge( $this->posts, $this->comments ), 'posts and comments' );
	}

	/**
	 * Places it. The caller has a transaction open. What it held is let go.
	 *
	 * @param string       $blog  Name of the source blog.
	 * @param string       $mode  fast or compatible.
	 * @param Rehome_Tally $tally What is left to be done once.
	 * @return array Answers: terms, posts, comments.
	 */
	public function place( $blog, $mode, Rehome_Tally $tally ) {
		$map = new Rehome_Map( $blog );
		$map->load( array_merge( Rehome_Terms::marks( $this->terms ), Rehome_Posts::marks( $this->posts ), Rehome_Comments::marks( $this->comments ) ) );
		$expected = Rehome_Mode::FAST === $mode ? Rehome_Comments::approved( $this->comments ) : array();
		$place    = new Rehome_Posts( $map, $mode, $tally );
		$out      = array(
			'terms' => ( new Rehome_Terms( $map, $mode ) )->place( $this->terms ),
			'posts' => $place->place( $this->posts, $expected ),
		);

		$this->posts     = array();
		$out['comments'] = ( new Rehome_Comments( $map, $mode, $place, $tally ) )->place( $this->comments );
		$this->comments  = array();
		$map->save();
		return $out;
	}

	/**
	 * Asks for the capabilities that its content needs.
	 */
	private function permit() {
		$needed = array();
		if ( $this->terms ) {
			$needed['manage_categories'] = true;
		}
		if ( $this->comments ) {
			$needed['moderate_comments'] = true;
		}
		foreach ( $this->posts as $post ) {
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
	 * Refuses a piece that names one thing twice.
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
