<?php
/**
 * Comments, trackbacks and pingbacks of one batch.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The comments of one batch.
 */
final class Rehome_Comments {

	/** Words of the protocol and what the column holds. */
	const STATUS = array(
		'approved' => '1',
		'held'     => '0',
		'spam'     => 'spam',
	);

	/** The same the other way round. */
	const WORDS = array(
		'1'    => 'approved',
		'0'    => 'held',
		'spam' => 'spam',
	);

	/** Columns that a new comment leaves as the table has them. */
	const BY_DEFAULT = array(
		'comment_author_email' => true,
		'comment_author_IP'    => true,
		'comment_karma'        => true,
		'comment_agent'        => true,
		'user_id'              => true,
	);

	/**
	 * The map of the blog.
	 *
	 * @var Rehome_Map
	 */
	private $map;

	/**
	 * Mode: fast or compatible.
	 *
	 * @var string
	 */
	private $mode;

	/**
	 * Posts of the answers: comment => post.
	 *
	 * @var array<int,int>
	 */
	private $posts = array();

	/**
	 * The posts of the same batch.
	 *
	 * @var Rehome_Posts
	 */
	private $batch;

	/**
	 * Counts that change.
	 *
	 * @var Rehome_Tally
	 */
	private $tally;

	/**
	 * Opens.
	 *
	 * @param Rehome_Map   $map   The map of the blog.
	 * @param string       $mode  fast or compatible.
	 * @param Rehome_Posts $batch The posts of the same batch, placed.
	 * @param Rehome_Tally $tally Counts that change.
	 */
	public function __construct( Rehome_Map $map, $mode, Rehome_Posts $batch, Rehome_Tally $tally ) {
		$this->tally = $tally;
		$this->map   = $map;
		$this->mode  = $mode;
		$this->batch = $batch;
	}

	/**
	 * Reads the comments of a request.
	 *
	 * @param Rehome_Input[] $inputs What was sent.
	 * @return array[]
	 */
	public static function read( array $inputs ) {
		$items = array();
		foreach ( $inputs as $input ) {
			$items[] = array(
				'mark'        => $input->mark( 'mark' ),
				'fingerprint' => $input->fingerprint(),
				'post'        => $input->mark( 'post' ),
				'parent'      => $input->maybe_mark( 'parent' ),
				'type'        => $input->word( 'type', array( 'comment', 'trackback', 'pingback' ), 'comment' ),
				'author'      => $input->text( 'author', '' ),
				'url'         => $input->text( 'url', '' ),
				'date'        => $input->moment( 'date_utc' ),
				'content'     => $input->text( 'content', '' ),
				'status'      => $input->word( 'status', array_keys( self::STATUS ) ),
			);
		}
		return $items;
	}

	/**
	 * All marks that they name.
	 *
	 * @param array[] $items Comments.
	 * @return Rehome_Mark[]
	 */
	public static function marks( array $items ) {
		$marks = array();
		foreach ( $items as $item ) {
			$marks[] = $item['mark'];
			$marks[] = $item['post'];
			$marks[] = $item['parent'];
		}
		return $marks;
	}

	/**
	 * Approved ones.
	 *
	 * @param array[] $items Comments.
	 * @return array<string,int> How many, by name of the post's mark.
	 */
	public static function approved( array $items ) {
		$counts = array();
		foreach ( $items as $item ) {
			if ( 'approved' === $item['status'] ) {
				$name            = $item['post']->name();
				$counts[ $name ] = 1 + ( isset( $counts[ $name ] ) ? $counts[ $name ] : 0 );
			}
		}
		return $counts;
	}

	/**
	 * Places them. New ones get their ids first, so that a reply may stand before what it answers.
	 *
	 * @param array[] $items Comments.
	 * @return array[] Answers.
	 */
	public function place( array $items ) {
		$now     = $this->present( $items );
		$posts   = $this->posts_of( $items );
		$answers = array();
		$wanted  = array();
		foreach ( $items as $index => $item ) {
			$known = $this->map->row( $item['mark'] );
			$old   = null !== $known && 'comment' === $known['object_type'] && isset( $now[ $known['object_id'] ] ) ? $now[ $known['object_id'] ] : null;
			$id    = null === $old ? null : (int) $old['comment_ID'];
			if ( null !== $old ) {
				$this->posts[ $id ] = (int) $old['comment_post_ID'];
			}
			if ( null !== $old && $known['fingerprint'] === $item['fingerprint'] ) {
				$answers[ $index ] = self::line( $item, 'unchanged', $id, array(), $old['comment_approved'] );
			} elseif ( null !== $old && Rehome_Stored::comment( $old ) !== $known['stored_hash'] ) {
				$answers[ $index ] = self::line( $item, 'conflict', $id, array( 'edited' ), $old['comment_approved'] );
			} elseif ( ! isset( $posts[ $this->map->id( $item['post'], 'post' ) ] ) ) {
				$answers[ $index ] = self::line( $item, 'refused', $id, array( 'its post is not here' ), null );
			} else {
				$comment = $this->prepare( $item, $old );
				if ( strlen( $comment['row']['comment_content'] ) > Rehome_Limits::TEXT_BYTES ) {
					$answers[ $index ] = self::line( $item, 'refused', $id, array( 'the text is longer than the column' ), null );
				} else {
					$wanted[ $index ] = $comment;
				}
			}
		}
		$this->write( $items, $wanted );
		foreach ( $wanted as $index => $comment ) {
			$row = $comment['row'];
			$id  = (int) $row['comment_ID'];
			$this->map->put( $items[ $index ]['mark'], 'comment', $id, $items[ $index ]['fingerprint'], Rehome_Stored::comment( $row ) );
			$this->posts[ $id ] = (int) $row['comment_post_ID'];
			$answers[ $index ]  = self::line( $items[ $index ], $comment['old'] ? 'updated' : 'created', $id, $comment['remarks'], $row['comment_approved'] );
		}
		ksort( $answers );
		$this->complete( $answers );
		return array_values( $answers );
	}

	/**
	 * Addresses in the answers.
	 *
	 * @param array[] $answers Answers, completed.
	 */
	private function complete( array &$answers ) {
		$rows     = $this->batch->here( array_unique( array_values( $this->posts ) ) );
		$in_pages = (bool) get_option( 'page_comments' );
		foreach ( $answers as &$answer ) {
			$post = isset( $this->posts[ $answer['id'] ] ) ? $this->posts[ $answer['id'] ] : 0;
			if ( isset( $rows[ $post ] ) ) {
				$answer['address'] = self::address( $answer['id'], $this->batch->address_of( $post ), $in_pages );
			}
		}
	}

	/**
	 * Public address of a comment.
	 *
	 * @param int    $id       Comment.
	 * @param string $page     Address of its post.
	 * @param bool   $in_pages Whether this site spreads comments over pages.
	 * @return string
	 */
	public static function address( $id, $page, $in_pages ) {
		// Only where comments are spread over pages must core count on which one it stands.
		return $in_pages ? (string) get_comment_link( $id ) : $page . '#comment-' . $id;
	}

	/**
	 * Rows of the comments table.
	 *
	 * @param int[] $ids Ids.
	 * @return array<int,array> By id.
	 */
	public static function rows( array $ids ) {
		global $wpdb;
		$rows = array();
		foreach ( array_chunk( array_map( 'intval', $ids ), 500 ) as $some ) {
			foreach ( Rehome_Rows::read( "SELECT * FROM $wpdb->comments WHERE comment_ID IN (" . implode( ',', $some ) . ')', ARRAY_A ) as $row ) {
				$rows[ (int) $row['comment_ID'] ] = $row;
			}
		}
		return $rows;
	}

	/**
	 * The rows that are there already.
	 *
	 * @param array[] $items Comments.
	 * @return array<int,array> By id.
	 */
	private function present( array $items ) {
		$ids = array();
		foreach ( $items as $item ) {
			$ids[] = $this->map->id( $item['mark'], 'comment' );
		}
		return self::rows( array_filter( $ids ) );
	}

	/**
	 * The posts that are there, of those that the comments name.
	 *
	 * @param array[] $items Comments.
	 * @return array<int,array> By id.
	 */
	private function posts_of( array $items ) {
		$ids = array();
		foreach ( $items as $item ) {
			$ids[ $this->map->id( $item['post'], 'post' ) ] = true;
		}
		return $this->batch->here( array_filter( array_keys( $ids ) ) );
	}

	/**
	 * What a comment becomes.
	 *
	 * @param array      $item Comment.
	 * @param array|null $old  Its row now.
	 * @return array
	 */
	private function prepare( array $item, $old ) {
		$remarks = array();
		$author  = Rehome_Clean::comment_field( 'pre_comment_author_name', 'comment_author', $item['author'] );
		$url     = Rehome_Clean::comment_field( 'pre_comment_author_url', 'comment_author_url', $item['url'] );
		if ( strlen( $author ) > Rehome_Limits::TINY_BYTES ) {
			$author    = Rehome_Clean::cut( $author, Rehome_Limits::TINY_BYTES );
			$remarks[] = 'the name of the author was cut';
		}
		if ( mb_strlen( $url ) > Rehome_Limits::URL_CHARS ) {
			$url       = '';
			$remarks[] = 'the address of the author is longer than the column and was left out';
		}
		$utc = null === $item['date'] ? gmdate( 'Y-m-d H:i:s' ) : $item['date'];
		$row = array(
			'comment_ID'           => null === $old ? 0 : (int) $old['comment_ID'],
			'comment_post_ID'      => $this->map->id( $item['post'], 'post' ),
			'comment_author'       => $author,
			'comment_author_email' => null === $old ? '' : $old['comment_author_email'],
			'comment_author_url'   => $url,
			'comment_author_IP'    => '',
			'comment_date'         => Rehome_Dates::local( $utc ),
			'comment_date_gmt'     => $utc,
			'comment_content'      => Rehome_Clean::comment_field( 'pre_comment_content', 'comment_content', $item['content'] ),
			'comment_karma'        => 0,
			'comment_approved'     => self::STATUS[ $item['status'] ],
			'comment_agent'        => '',
			'comment_type'         => $item['type'],
			'comment_parent'       => 0,
			'user_id'              => 0,
		);
		return array(
			'row'     => $row,
			'old'     => $old,
			'remarks' => $remarks,
		);
	}

	/**
	 * Writes rows and counts, parents first, so that each comment knows the id of what it answers.
	 *
	 * @param array[] $items  Comments as sent.
	 * @param array[] $wanted Comments of prepare(), completed.
	 */
	private function write( array $items, array &$wanted ) {
		global $wpdb;
		if ( ! $wanted ) {
			return;
		}
		$before = $this->parents_before( $items );
		$placed = array();
		$rows   = array();
		$next   = Rehome_Mode::FAST === $this->mode ? $this->reserve( $wanted ) : 0;
		foreach ( array_keys( Rehome_Order::parents_first( array_intersect_key( $items, $wanted ) ) ) as $index ) {
			$comment = &$wanted[ $index ];
			$row     = &$comment['row'];
			$this->give_parent( $items[ $index ]['parent'], $comment, $placed, $before );
			if ( null !== $comment['old'] ) {
				$this->tally->talk_changed( (int) $comment['old']['comment_post_ID'] );
				$this->tally->talk_changed( (int) $row['comment_post_ID'] );
				$this->update( $row );
			} elseif ( Rehome_Mode::FAST === $this->mode ) {
				$row['comment_ID'] = $next++;
				$rows[]            = $row;
				if ( '1' === $row['comment_approved'] ) {
					$this->tally->post_gained( $row['comment_post_ID'], 1 );
				}
			} else {
				$row = $this->insert_compatible( $row );
				$this->tally->talk_changed( (int) $row['comment_post_ID'] );
			}
			$placed[ $items[ $index ]['mark']->name() ] = array( (int) $row['comment_ID'], (int) $row['comment_post_ID'] );
			unset( $comment, $row );
		}
		Rehome_Rows::write( 'INSERT', $wpdb->comments, $rows, self::BY_DEFAULT );
	}

	/**
	 * Reserves ids for new comments.
	 *
	 * @param array[] $wanted Comments of prepare().
	 * @return int The first.
	 */
	private function reserve( array $wanted ) {
		global $wpdb;
		$new = 0;
		foreach ( $wanted as $comment ) {
			$new += null === $comment['old'] ? 1 : 0;
		}
		$blank = array(
			'comment_post_ID' => 0,
			'comment_author'  => '',
			'comment_content' => '',
		);
		return Rehome_Rows::reserve( $wpdb->comments, 'comment_ID', $blank, $new );
	}

	/**
	 * Sets what a comment answers, if that is a comment of the same post.
	 *
	 * @param Rehome_Mark|null $answered Mark of the parent.
	 * @param array            $comment  Comment, completed.
	 * @param array            $placed   Comments of this batch, by mark: id and post.
	 * @param array            $before   Comments that were there: post, by id.
	 */
	private function give_parent( $answered, array &$comment, array $placed, array $before ) {
		if ( null === $answered ) {
			return;
		}
		$key  = $answered->name();
		$id   = $this->map->id( $answered, 'comment' );
		$held = isset( $placed[ $key ] ) ? $placed[ $key ] : ( isset( $before[ $id ] ) ? array( $id, $before[ $id ] ) : null );
		if ( null === $held || $held[1] !== $comment['row']['comment_post_ID'] || $held[0] === $comment['row']['comment_ID'] ) {
			$comment['remarks'][] = 'placed without its parent, which is not here';
		} else {
			$comment['row']['comment_parent'] = $held[0];
		}
	}

	/**
	 * Parents that are there already.
	 *
	 * @param array[] $items Comments.
	 * @return array<int,int> Post, by comment.
	 */
	private function parents_before( array $items ) {
		global $wpdb;
		$ids = array();
		foreach ( $items as $item ) {
			$ids[ $this->map->id( $item['parent'], 'comment' ) ] = true;
		}
		$ids   = array_filter( array_keys( $ids ) );
		$found = array();
		if ( $ids ) {
			foreach ( Rehome_Rows::read( "SELECT comment_ID, comment_post_ID FROM $wpdb->comments WHERE comment_ID IN (" . implode( ',', $ids ) . ')' ) as $row ) {
				$found[ (int) $row->comment_ID ] = (int) $row->comment_post_ID;
			}
		}
		return $found;
	}

	/**
	 * One new comment through the public function.
	 *
	 * @param array $row Row.
	 * @return array The row as it is kept; other plugins may have had a word.
	 * @throws Rehome_Error When core refuses it.
	 */
	private function insert_compatible( array $row ) {
		unset( $row['comment_ID'] );
		wp_defer_comment_counting( true );
		$id   = (int) wp_insert_comment( wp_slash( $row ) );
		$kept = $id ? self::rows( array( $id ) ) : array();
		if ( ! isset( $kept[ $id ] ) ) {
			throw Rehome_Error::failed( 'core refused a comment' );
		}
		$row                    = $kept[ $id ];
		$row['comment_ID']      = $id;
		$row['comment_post_ID'] = (int) $row['comment_post_ID'];
		return $row;
	}

	/**
	 * Brings one row up to date.
	 *
	 * @param array $row Row.
	 * @throws Rehome_Error When the database refuses.
	 */
	private function update( array $row ) {
		global $wpdb;
		$id = $row['comment_ID'];
		unset( $row['comment_ID'] );
		if ( false === $wpdb->update( $wpdb->comments, $row, array( 'comment_ID' => $id ) ) ) {
			throw Rehome_Error::failed( 'updating a comment' );
		}
		clean_comment_cache( $id );
		if ( Rehome_Mode::COMPATIBLE === $this->mode ) {
			/** This action is documented in wp-includes/comment.php */
			do_action( 'edit_comment', $id, $row );
		}
	}

	/**
	 * One line of an answer.
	 *
	 * @param array       $item     Comment as sent.
	 * @param string      $outcome  Outcome.
	 * @param int|null    $id       Comment.
	 * @param string[]    $remarks  Remarks.
	 * @param string|null $approved What the column holds.
	 * @return array
	 */
	private static function line( array $item, $outcome, $id, array $remarks, $approved ) {
		$more = array( 'status' => isset( self::WORDS[ $approved ] ) ? self::WORDS[ $approved ] : $approved );
		return Rehome_Place::line( $item['mark'], $outcome, $id, $remarks, $more );
	}
}
