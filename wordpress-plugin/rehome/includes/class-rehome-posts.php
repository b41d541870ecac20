<?php
/**
 * Posts and pages of one batch: what they become, and whether anything must be done at all. Writing is in Rehome_Post_Writer.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The posts of one batch.
 */
final class Rehome_Posts {

	/**
	 * The map of the blog.
	 *
	 * @var Rehome_Map
	 */
	private $map;

	/**
	 * Who writes the rows.
	 *
	 * @var Rehome_Post_Writer
	 */
	private $writer;

	/**
	 * Slugs of this site.
	 *
	 * @var Rehome_Slugs
	 */
	private $slugs;

	/**
	 * Rows behind the answers, without their text, by id.
	 *
	 * @var array<int,array>
	 */
	private $rows = array();

	/**
	 * Addresses that were asked for, by id.
	 *
	 * @var array<int,string>
	 */
	private $addresses = array();

	/**
	 * Ids of authors, by login; 0 = nobody who may write here.
	 *
	 * @var array<string,int>
	 */
	private $authors = array();

	/**
	 * Counts that change.
	 *
	 * @var Rehome_Tally
	 */
	private $tally;

	/**
	 * Approved comments that come with new posts, by name of the post's mark.
	 *
	 * @var array<string,int>
	 */
	private $expected = array();

	/**
	 * Opens.
	 *
	 * @param Rehome_Map   $map   The map of the blog.
	 * @param string       $mode  fast or compatible.
	 * @param Rehome_Tally $tally Counts that change.
	 */
	public function __construct( Rehome_Map $map, $mode, Rehome_Tally $tally ) {
		$this->map    = $map;
		$this->tally  = $tally;
		$this->slugs  = new Rehome_Slugs();
		$this->writer = new Rehome_Post_Writer( $mode, $tally );
	}

	/**
	 * Reads the posts of a request.
	 *
	 * @param Rehome_Input[] $inputs What was sent.
	 * @return array[]
	 */
	public static function read( array $inputs ) {
		$items = array();
		foreach ( $inputs as $input ) {
			$items[] = array(
				'mark'          => $input->mark( 'mark' ),
				'fingerprint'   => $input->fingerprint(),
				'type'          => $input->word( 'type', array( 'post', 'page' ), 'post' ),
				'status'        => $input->word( 'status', array( 'publish', 'private', 'draft', 'future' ) ),
				'title'         => $input->text( 'title', '' ),
				'content'       => $input->text( 'content', '' ),
				'excerpt'       => $input->text( 'excerpt', '' ),
				'slug'          => (string) $input->text( 'slug', null ),
				'date'          => $input->moment( 'date_utc' ),
				'modified'      => $input->moment( 'modified_utc' ),
				'author'        => $input->text( 'author', null ),
				'password'      => (string) $input->text( 'password', null ),
				'sticky'        => $input->flag( 'sticky', false ),
				'comments_open' => $input->flag( 'comments_open', true ),
				'pings_open'    => $input->flag( 'pings_open', false ),
				'terms'         => $input->marks( 'terms', 'terms' ),
				'format'        => $input->text( 'format', null ),
				'featured'      => $input->maybe_mark( 'featured' ),
				'parent'        => $input->maybe_mark( 'parent' ),
				'order'         => $input->place( 'order' ),
				'fields'        => Rehome_Fields::read( $input ),
			);
		}
		return $items;
	}

	/**
	 * All marks that they name.
	 *
	 * @param array[] $items Posts.
	 * @return Rehome_Mark[]
	 */
	public static function marks( array $items ) {
		$marks = array();
		foreach ( $items as $item ) {
			$marks[] = $item['mark'];
			$marks[] = $item['featured'];
			$marks[] = $item['parent'];
			foreach ( $item['terms'] as $mark ) {
				$marks[] = $mark;
			}
		}
		return $marks;
	}

	/**
	 * Places them.
	 *
	 * @param array[]           $items    Posts.
	 * @param array<string,int> $expected Approved comments that come with them, by name of the post's mark: their rows count them from the
	 *                                    beginning.
	 * @return array[] Answers.
	 */
	public function place( array $items, array $expected ) {
		$this->expected = $expected;

		$now     = $this->present( $items );
		$answers = array();
		$wanted  = array();
		foreach ( $items as $index => $item ) {
			$known = $this->map->row( $item['mark'] );
			$old   = null !== $known && isset( $now[ $known['object_id'] ] ) ? $now[ $known['object_id'] ] : null;
			if ( null !== $old && $known['fingerprint'] === $item['fingerprint'] ) {
				$answers[ $index ] = Rehome_Place::line( $item['mark'], 'unchanged', (int) $old['ID'] );
			} elseif ( null !== $old && Rehome_Stored::post( $old ) !== Rehome_Stored::hash_in( $known['stored_hash'] ) ) {
				$answers[ $index ] = Rehome_Place::line( $item['mark'], 'conflict', (int) $old['ID'], array( 'edited' ) );
			} else {
				$post = $this->prepare( $item, $old, null === $old ? '' : $known['stored_hash'] );
				if ( null !== $post['refused'] ) {
					$answers[ $index ] = Rehome_Place::line( $item['mark'], 'refused', null === $old ? null : (int) $old['ID'], array( $post['refused'] ) );
				} else {
					$wanted[ $index ] = $post;
				}
			}
			if ( null !== $old ) {
				$this->remember( $old );
			}
			$items[ $index ]['content'] = '';
		}
		unset( $now );
		$this->give_slugs( $wanted );
		foreach ( $this->writer->write( $wanted ) as $index => $post ) {
			$mark = $items[ $index ]['mark'];
			$id   = (int) $post['row']['ID'];
			if ( null === $post['old'] && isset( $expected[ $mark->name() ] ) ) {
				$this->tally->post_gained( $id, -$expected[ $mark->name() ] );
			}
			$this->map->put( $mark, 'post', $id, $items[ $index ]['fingerprint'], $post['stored'] );
			$this->remember( $post['row'] );
			$answers[ $index ] = Rehome_Place::line( $mark, $post['old'] ? 'updated' : 'created', $id, $post['remarks'] );
		}
		ksort( $answers );
		$this->complete( $answers );
		return array_values( $answers );
	}

	/**
	 * Addresses, slugs and states in the answers.
	 *
	 * @param array[] $answers Answers, completed.
	 */
	private function complete( array &$answers ) {
		foreach ( $answers as &$answer ) {
			if ( null !== $answer['id'] && isset( $this->rows[ $answer['id'] ] ) ) {
				$row               = $this->rows[ $answer['id'] ];
				$answer['address'] = $this->address_of( (int) $row['ID'] );
				$answer['slug']    = $row['post_name'];
				$answer['status']  = $row['post_status'];
			}
		}
	}

	/**
	 * Public address of a post of this batch, or of one that here() read.
	 *
	 * @param int $id Post.
	 * @return string
	 */
	public function address_of( $id ) {
		if ( ! isset( $this->addresses[ $id ] ) ) {
			$this->addresses[ $id ] = self::address( $this->rows[ $id ] );
		}
		return $this->addresses[ $id ];
	}

	/**
	 * Public address of a post.
	 *
	 * @param array $row Row of the posts table; its text may be missing.
	 * @return string
	 */
	public static function address( array $row ) {
		$post         = new WP_Post( (object) $row );
		$post->filter = 'raw';
		return (string) get_permalink( $post );
	}

	/**
	 * The rows that are there already; those that will only be told are loaded without their text.
	 *
	 * @param array[] $items Posts.
	 * @return array<int,array> By id.
	 */
	private function present( array $items ) {
		$whole = array();
		$brief = array();
		foreach ( $items as $item ) {
			$known = $this->map->row( $item['mark'] );
			if ( null !== $known && 'post' === $known['object_type'] ) {
				if ( $known['fingerprint'] === $item['fingerprint'] ) {
					$brief[] = $known['object_id'];
				} else {
					$whole[] = $known['object_id'];
				}
			}
		}
		return self::rows( $whole, true ) + self::rows( $brief, false );
	}

	/**
	 * Rows of the posts table.
	 *
	 * @param int[] $ids   Ids.
	 * @param bool  $whole With their text.
	 * @return array<int,array> By id.
	 */
	public static function rows( array $ids, $whole ) {
		global $wpdb;
		$columns = $whole ? '*' : 'ID, post_author, post_date, post_date_gmt, post_status, post_name, post_parent, post_type, post_password, comment_count';
		$rows    = array();
		foreach ( array_chunk( array_map( 'intval', $ids ), 200 ) as $some ) {
			foreach ( Rehome_Rows::read( "SELECT $columns FROM $wpdb->posts WHERE ID IN (" . implode( ',', $some ) . ')', ARRAY_A ) as $row ) {
				$rows[ (int) $row['ID'] ] = $row;
			}
		}
		return $rows;
	}

	/**
	 * Rows of posts without their text: those of this batch are known, the others are read.
	 *
	 * @param int[] $ids Ids.
	 * @return array<int,array> By id; without those that are gone.
	 */
	public function here( array $ids ) {
		$this->rows += self::rows( array_diff( $ids, array_keys( $this->rows ) ), false );
		return array_intersect_key( $this->rows, array_flip( $ids ) );
	}

	/**
	 * Keeps what an answer needs of a row.
	 *
	 * @param array $row Row of the posts table.
	 */
	private function remember( array $row ) {
		$row['post_content']            = '';
		$row['post_excerpt']            = '';
		$this->rows[ (int) $row['ID'] ] = $row;
	}

	/**
	 * What a post becomes: its row, its terms, and what must be remarked.
	 *
	 * @param array      $item   Post.
	 * @param array|null $old    Its row now.
	 * @param string     $stored What the map keeps of it.
	 * @return array
	 */
	private function prepare( array $item, $old, $stored ) {
		$remarks = array();
		$place   = Rehome_Tree::place( $item, $old, Rehome_Stored::place_in( $stored ), $this->map, $remarks );
		$dates   = Rehome_Dates::of_post( $item['date'], $item['modified'], 'draft' === $item['status'] );
		$status  = self::status( $item['status'], $dates['post_date_gmt'], $remarks );
		$row     = array(
			'ID'                    => null === $old ? 0 : (int) $old['ID'],
			'post_author'           => $this->author( $item['author'], $remarks ),
			'post_content'          => Rehome_Clean::post_field( 'post_content', $item['content'] ),
			'post_title'            => Rehome_Clean::post_field( 'post_title', $item['title'] ),
			'post_excerpt'          => Rehome_Clean::post_field( 'post_excerpt', $item['excerpt'] ),
			'post_status'           => $status,
			'comment_status'        => $item['comments_open'] ? 'open' : 'closed',
			'ping_status'           => $item['pings_open'] ? 'open' : 'closed',
			'post_password'         => 'private' === $status ? '' : $item['password'],
			'post_name'             => '' === $item['slug'] ? '' : Rehome_Clean::slug( $item['slug'] ),
			'to_ping'               => '',
			'pinged'                => '',
			'post_content_filtered' => '',
			'post_parent'           => $place['parent'],
			'guid'                  => null === $old ? '' : $old['guid'],
			'menu_order'            => $place['order'],
			'post_type'             => $item['type'],
			'post_mime_type'        => '',
			'comment_count'         => null === $old ? $this->expected_of( $item['mark'] ) : (int) $old['comment_count'],
		) + $dates;
		$post    = array(
			'row'       => $row,
			'old'       => $old,
			'left'      => $place['left'],
			'sticky'    => $item['sticky'] && 'post' === $item['type'],
			'terms'     => $this->terms( $item, $remarks ),
			'format'    => self::format( $item, $remarks ),
			'thumbnail' => $this->map->id( $item['featured'], 'media' ),
			'fields'    => $item['fields'] ? Rehome_Fields::sound( $item['fields'], $remarks ) : array(),
			'refused'   => self::refusal( $row, $item, $old ),
			'ours'      => $this->map,
		);
		if ( null !== $item['featured'] && 0 === $post['thumbnail'] ) {
			$remarks[] = 'placed without its featured picture, which is not here';
		}
		if ( '' !== $item['password'] && 'private' === $status ) {
			$remarks[] = 'a private post has no password';
		}
		$post['remarks'] = $remarks;
		return $post;
	}

	/**
	 * Approved comments that come with a new post.
	 *
	 * @param Rehome_Mark $mark Mark of the post.
	 * @return int
	 */
	private function expected_of( Rehome_Mark $mark ) {
		$name = $mark->name();
		return isset( $this->expected[ $name ] ) ? $this->expected[ $name ] : 0;
	}

	/**
	 * Why a post cannot be kept, if so.
	 *
	 * @param array      $row  Its row.
	 * @param array      $item What was sent.
	 * @param array|null $old  Its row now.
	 * @return string|null
	 */
	private static function refusal( array $row, array $item, $old ) {
		if ( strlen( $row['post_title'] ) > Rehome_Limits::TEXT_BYTES ) {
			return 'the title is longer than the column';
		}
		if ( strlen( $row['post_excerpt'] ) > Rehome_Limits::TEXT_BYTES ) {
			return 'the excerpt is longer than the column';
		}
		if ( mb_strlen( $row['post_password'] ) > Rehome_Limits::PASSWORD_CHARS ) {
			return 'the password is longer than the column';
		}
		if ( null !== $old && $old['post_type'] !== $item['type'] ) {
			return 'it is here as a ' . $old['post_type'];
		}
		// A statement that the server would not take ends the connection, so it is not tried.
		if ( strlen( $row['post_content'] ) > self::packet_bytes() ) {
			return 'the text is longer than the database takes';
		}
		return null;
	}

	/**
	 * Room for one text in a statement.
	 *
	 * @return int
	 */
	private static function packet_bytes() {
		global $wpdb;
		static $bytes = null;
		if ( null === $bytes ) {
			$bytes = defined( 'DB_ENGINE' ) && 'sqlite' === DB_ENGINE ? PHP_INT_MAX : (int) $wpdb->get_var( 'SELECT @@max_allowed_packet' );
			// Escaping can double a text.
			$bytes = $bytes > 0 && PHP_INT_MAX !== $bytes ? intdiv( $bytes, 2 ) - 65536 : PHP_INT_MAX;
		}
		return $bytes;
	}

	/**
	 * The status, never wider than asked.
	 *
	 * @param string   $wish    What was asked.
	 * @param string   $gmt     When it was written, UTC.
	 * @param string[] $remarks Remarks, added to.
	 * @return string
	 */
	private static function status( $wish, $gmt, array &$remarks ) {
		$ahead = strcmp( $gmt, gmdate( 'Y-m-d H:i:s', time() + MINUTE_IN_SECONDS ) ) >= 0;
		if ( 'publish' === $wish && $ahead ) {
			$remarks[] = 'its date lies ahead, so it is scheduled';
			return 'future';
		}
		if ( 'future' === $wish && ! $ahead ) {
			$remarks[] = 'its date has passed, so it is a draft';
			return 'draft';
		}
		return $wish;
	}

	/**
	 * Id of the author, or of the user who moves.
	 *
	 * @param string|null $login   Login.
	 * @param string[]    $remarks Remarks, added to.
	 * @return int
	 */
	private function author( $login, array &$remarks ) {
		if ( null === $login || '' === $login ) {
			return get_current_user_id();
		}
		if ( ! isset( $this->authors[ $login ] ) ) {
			$user                    = get_user_by( 'login', $login );
			$this->authors[ $login ] = $user && user_can( $user, 'edit_posts' ) ? (int) $user->ID : 0;
		}
		if ( 0 === $this->authors[ $login ] ) {
			$remarks[] = 'the author has no account here';
			return get_current_user_id();
		}
		return $this->authors[ $login ];
	}

	/**
	 * Ids of the terms, by taxonomy.
	 *
	 * @param array    $item    Post.
	 * @param string[] $remarks Remarks, added to.
	 * @return array<string,int[]>
	 */
	private function terms( array $item, array &$remarks ) {
		$terms = array(
			'category' => array(),
			'post_tag' => array(),
		);
		foreach ( $item['terms'] as $mark ) {
			$row = $this->map->row( $mark );
			if ( null === $row || ! isset( $terms[ $row['object_type'] ] ) ) {
				$remarks[] = 'placed without the ' . $mark->kind . ' ' . $mark->id . ', which is not here';
			} elseif ( 'post' === $item['type'] ) {
				$terms[ $row['object_type'] ][ $row['object_id'] ] = $row['object_id'];
			} else {
				$remarks[] = 'pages have no categories and tags';
				break;
			}
		}
		return array_map( 'array_values', $terms );
	}

	/**
	 * The post format.
	 *
	 * @param array    $item    Post.
	 * @param string[] $remarks Remarks, added to.
	 * @return string Empty for the standard one.
	 */
	private static function format( array $item, array &$remarks ) {
		$format = (string) $item['format'];
		if ( '' === $format || 'standard' === $format || 'post' !== $item['type'] ) {
			return '';
		}
		if ( ! array_key_exists( $format, get_post_format_strings() ) ) {
			$remarks[] = 'the format is unknown here';
			return '';
		}
		return $format;
	}

	/**
	 * Gives ids to new posts and slugs to all, in the order of the request.
	 *
	 * @param array[] $wanted Posts of prepare(), completed.
	 */
	private function give_slugs( array &$wanted ) {
		$bases = array();
		$new   = 0;
		foreach ( $wanted as $index => $post ) {
			$row = $post['row'];
			$new = $new + ( $row['ID'] ? 0 : 1 );
			if ( '' === $row['post_name'] && 'draft' !== $row['post_status'] ) {
				// An address that is in use stays.
				$row['post_name'] = null !== $post['old'] && '' !== $post['old']['post_name'] ? $post['old']['post_name'] : sanitize_title( $row['post_title'] );
			}
			$bases[ $index ] = $row['post_name'];
		}
		$this->slugs->load( $bases );
		$next      = $this->writer->reserve( $new );
		$post_guid = home_url( '/?p=' );
		$page_guid = home_url( '/?page_id=' );
		foreach ( $wanted as $index => &$post ) {
			$row       = &$post['row'];
			$row['ID'] = $row['ID'] ? $row['ID'] : $next++;
			$base      = '' === $bases[ $index ] && 'draft' !== $row['post_status'] ? sanitize_title( $row['post_title'], (string) $row['ID'] ) : $bases[ $index ];
			$old       = null === $post['old'] ? '' : $post['old']['post_name'];

			$row['post_name'] = $this->slugs->unique( $base, $row['ID'], $row['post_status'], $row['post_type'], $old, $row['post_parent'] );
			if ( '' === $row['guid'] ) {
				$row['guid'] = ( 'page' === $row['post_type'] ? $page_guid : $post_guid ) . $row['ID'];
			}
			unset( $row );
		}
	}
}
