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

	/** Columns of a new comment; the table knows the others. */
	const COLUMNS = array( 'comment_ID', 'comment_post_ID', 'comment_author', 'comment_author_url', 'comment_date', 'comment_date_gmt', 'comment_content', 'comment_approved', 'comment_type', 'comment_parent' );

	/** A comment as a list: the order of its fields. */
	const FIELDS = array( 'kind', 'id', 'fingerprint', 'post_kind', 'post_id', 'parent_kind', 'parent_id', 'type', 'author', 'url', 'date_utc', 'content', 'status' );

	const TYPES = array( 'comment', 'trackback', 'pingback' );

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
	 * @param Rehome_Input $input The request.
	 * @return array[]
	 */
	public static function read( Rehome_Input $input ) {
		$items = array();
		$post  = null;
		foreach ( $input->all( 'comments', 'comments' ) as $index => $fields ) {
			$item    = self::is_list( $fields ) ? self::read_list( $fields, $post ) : null;
			$item    = null === $item ? self::read_one( new Rehome_Input( self::named( $fields ), $input->path( 'comments' ) . "[$index]" ) ) : $item;
			$post    = $item['post'];
			$items[] = $item;
		}
		return $items;
	}

	/**
	 * Whether something is a comment as a list.
	 *
	 * @param mixed $fields What was sent.
	 * @return bool
	 */
	private static function is_list( $fields ) {
		return is_array( $fields ) && count( self::FIELDS ) === count( $fields ) && array_values( $fields ) === $fields;
	}

	/**
	 * Reads one that came as a list. There are thousands, and nearly all are sound.
	 *
	 * @param array            $fields What was sent.
	 * @param Rehome_Mark|null $post   The post of the comment before: mostly the same.
	 * @return array|null Null when something is wrong with it; read_one() says what.
	 */
	private static function read_list( array $fields, $post ) {
		list( $kind, $id, $fingerprint, $post_kind, $post_id, $parent_kind, $parent_id, $type, $author, $url, $date, $content, $status ) = $fields;
		if ( ! is_string( $content ) || ! is_string( $author ) || ! is_string( $url ) || ! is_string( $status ) || ! isset( self::STATUS[ $status ] ) || ! in_array( $type, self::TYPES, true )
			|| ! Rehome_Input::is_fingerprint( $fingerprint ) || ! Rehome_Input::is_mark( $kind, $id ) || ( null !== $date && ! Rehome_Input::is_moment( $date ) ) ) {
			return null;
		}
		if ( null === $post || $post->id !== $post_id || $post->kind !== $post_kind ) {
			if ( ! Rehome_Input::is_mark( $post_kind, $post_id ) ) {
				return null;
			}
			$post = new Rehome_Mark( $post_kind, $post_id );
		}
		if ( null !== $parent_kind && ! Rehome_Input::is_mark( $parent_kind, $parent_id ) ) {
			return null;
		}
		return array(
			'mark'        => new Rehome_Mark( $kind, $id ),
			'fingerprint' => $fingerprint,
			'post'        => $post,
			'parent'      => null === $parent_kind ? null : new Rehome_Mark( $parent_kind, $parent_id ),
			'type'        => $type,
			'author'      => $author,
			'url'         => $url,
			'date'        => $date,
			'content'     => $content,
			'status'      => $status,
		);
	}

	/**
	 * Reads one by the names of its fields.
	 *
	 * @param Rehome_Input $input What was sent.
	 * @return array
	 */
	private static function read_one( Rehome_Input $input ) {
		return array(
			'mark'        => $input->mark( 'mark' ),
			'fingerprint' => $input->fingerprint(),
			'post'        => $input->mark( 'post' ),
			'parent'      => $input->maybe_mark( 'parent' ),
			'type'        => $input->word( 'type', self::TYPES, 'comment' ),
			'author'      => $input->text( 'author', '' ),
			'url'         => $input->text( 'url', '' ),
			'date'        => $input->moment( 'date_utc' ),
			'content'     => $input->text( 'content', '' ),
			'status'      => $input->word( 'status', array_keys( self::STATUS ) ),
		);
	}

	/**
	 * A list as the fields it stands for.
	 *
	 * @param mixed $fields What was sent.
	 * @return mixed
	 */
	private static function named( $fields ) {
		if ( ! self::is_list( $fields ) ) {
			return $fields;
		}
		$named = array_combine( self::FIELDS, $fields );
		foreach ( array( 'post', 'parent' ) as $what ) {
			$named[ $what ] = null === $named[ "{$what}_kind" ] ? null : array(
				'kind' => $named[ "{$what}_kind" ],
				'id'   => $named[ "{$what}_id" ],
			);
		}
		$named['mark'] = array(
			'kind' => $named['kind'],
			'id'   => $named['id'],
		);
		return $named;
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
		$new     = array();
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
			} elseif ( null === $old && Rehome_Mode::FAST === $this->mode ) {
				$new[ $index ] = $item;
			} else {
				$wanted[ $index ] = $this->prepare( $item, $old );
			}
			if ( isset( $wanted[ $index ] ) && strlen( $wanted[ $index ]['row']['comment_content'] ) > Rehome_Limits::TEXT_BYTES ) {
				unset( $wanted[ $index ] );
				$answers[ $index ] = self::line( $item, 'refused', $id, array( 'the text is longer than the column' ), null );
			}
		}
		$before   = $this->parents_before( $items );
		$answers += $this->insert( $new, $before );
		$this->write( $items, $wanted, $before );
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
	 * Inserts new ones, many in few statements, parents first, so that each knows the id of what it answers.
	 *
	 * @param array[] $items  Comments.
	 * @param array   $before Comments that were there: post, by id.
	 * @return array[] Answers, with the keys of the items.
	 */
	private function insert( array $items, array $before ) {
		global $wpdb;
		$next    = $this->reserve( count( $items ) );
		$rows    = array();
		$answers = array();
		foreach ( Rehome_Order::parents_first( $items ) as $index => $item ) {
			$remarks                        = array();
			list( $author, $url, $content ) = self::words( $item, $remarks );
			if ( strlen( $content ) > Rehome_Limits::TEXT_BYTES ) {
				$answers[ $index ] = self::line( $item, 'refused', null, array( 'the text is longer than the column' ), null );
				continue;
			}
			$id       = $next++;
			$post     = $this->map->id( $item['post'], 'post' );
			$parent   = null === $item['parent'] ? 0 : $this->parent( $item['parent'], $id, $post, $before, $remarks );
			$utc      = null === $item['date'] ? gmdate( 'Y-m-d H:i:s' ) : $item['date'];
			$local    = Rehome_Dates::local( $utc );
			$approved = self::STATUS[ $item['status'] ];
			$rows[]   = array( $id, $post, $author, $url, $local, $utc, $content, $approved, $item['type'], $parent );
			if ( '1' === $approved ) {
				$this->tally->post_gained( $post, 1 );
			}
			$this->map->put( $item['mark'], 'comment', $id, $item['fingerprint'], Rehome_Stored::new_comment( $author, $url, $local, $content, $approved, $item['type'] ) );
			$this->posts[ $id ] = $post;
			$answers[ $index ]  = self::line( $item, 'created', $id, $remarks, $approved );
		}
		Rehome_Rows::lists( 'INSERT', $wpdb->comments, self::COLUMNS, $rows );
		return $answers;
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
	 * The words of a comment, cleaned.
	 *
	 * @param array    $item    Comment.
	 * @param string[] $remarks Remarks, added to.
	 * @return string[] Name and address of who wrote it, and the text.
	 */
	private static function words( array $item, array &$remarks ) {
		$author = Rehome_Clean::comment_field( 'pre_comment_author_name', 'comment_author', $item['author'] );
		$url    = Rehome_Clean::comment_field( 'pre_comment_author_url', 'comment_author_url', $item['url'] );
		if ( strlen( $author ) > Rehome_Limits::TINY_BYTES ) {
			$author    = Rehome_Clean::cut( $author, Rehome_Limits::TINY_BYTES );
			$remarks[] = 'the name of the author was cut';
		}
		if ( strlen( $url ) > Rehome_Limits::URL_CHARS && mb_strlen( $url ) > Rehome_Limits::URL_CHARS ) {
			$url       = '';
			$remarks[] = 'the address of the author is longer than the column and was left out';
		}
		return array( $author, $url, Rehome_Clean::comment_field( 'pre_comment_content', 'comment_content', $item['content'] ) );
	}

	/**
	 * What a comment becomes.
	 *
	 * @param array      $item Comment.
	 * @param array|null $old  Its row now.
	 * @return array
	 */
	private function prepare( array $item, $old ) {
		$remarks                        = array();
		list( $author, $url, $content ) = self::words( $item, $remarks );

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
			'comment_content'      => $content,
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
	 * Updates, and the public functions' new ones: parents first, so that each comment knows the id of what it answers.
	 *
	 * @param array[] $items  Comments as sent.
	 * @param array[] $wanted Comments of prepare(), completed.
	 * @param array   $before Comments that were there: post, by id.
	 */
	private function write( array $items, array &$wanted, array $before ) {
		foreach ( array_keys( Rehome_Order::parents_first( array_intersect_key( $items, $wanted ) ) ) as $index ) {
			$comment  = &$wanted[ $index ];
			$row      = &$comment['row'];
			$answered = $items[ $index ]['parent'];
			if ( null !== $answered ) {
				$row['comment_parent'] = $this->parent( $answered, $row['comment_ID'], $row['comment_post_ID'], $before, $comment['remarks'] );
			}
			if ( null !== $comment['old'] ) {
				$this->tally->talk_changed( (int) $comment['old']['comment_post_ID'] );
				$this->update( $row );
			} else {
				$row = $this->insert_compatible( $row );
				// Its own answers find it by its mark.
				$this->map->put( $items[ $index ]['mark'], 'comment', $row['comment_ID'], $items[ $index ]['fingerprint'], '' );
			}
			$this->tally->talk_changed( (int) $row['comment_post_ID'] );
			$this->posts[ (int) $row['comment_ID'] ] = (int) $row['comment_post_ID'];
			unset( $comment, $row );
		}
	}

	/**
	 * Reserves ids for new comments.
	 *
	 * @param int $count How many.
	 * @return int The first.
	 */
	private function reserve( $count ) {
		global $wpdb;
		$blank = array(
			'comment_post_ID' => 0,
			'comment_author'  => '',
			'comment_content' => '',
		);
		return Rehome_Rows::reserve( $wpdb->comments, 'comment_ID', $blank, $count );
	}

	/**
	 * What a comment answers, if that is a comment of the same post: one of this batch, or one that was there.
	 *
	 * @param Rehome_Mark $answered Mark of the parent.
	 * @param int         $id       The comment.
	 * @param int         $post     Its post.
	 * @param array       $before   Comments that were there: post, by id.
	 * @param string[]    $remarks  Remarks, added to.
	 * @return int 0 when there is none.
	 */
	private function parent( Rehome_Mark $answered, $id, $post, array $before, array &$remarks ) {
		$parent = $this->map->id( $answered, 'comment' );
		$held   = isset( $this->posts[ $parent ] ) ? $this->posts[ $parent ] : ( isset( $before[ $parent ] ) ? $before[ $parent ] : 0 );
		if ( 0 === $parent || $held !== $post || $parent === $id ) {
			$remarks[] = 'placed without its parent, which is not here';
			return 0;
		}
		return $parent;
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
