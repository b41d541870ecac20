<?php
/**
 * Writing posts: fast (many rows in few statements) or compatible (core's public functions, so that plugins hear of each post). Both leave
 * equal rows.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Rows of posts, their terms, formats, featured pictures and stickiness.
 */
final class Rehome_Post_Writer {

	/** Columns that a new post leaves as the table has them. */
	const BY_DEFAULT = array(
		'post_parent'    => true,
		'menu_order'     => true,
		'post_mime_type' => true,
	);

	/** Columns of the table that joins posts and terms. */
	const RELATION = array( 'object_id', 'term_taxonomy_id' );

	/** Columns that an update leaves alone. */
	const NEVER_UPDATED = array(
		'ID'            => true,
		'comment_count' => true,
	);

	/**
	 * Mode: fast or compatible.
	 *
	 * @var string
	 */
	private $mode;

	/**
	 * Counts that change.
	 *
	 * @var Rehome_Tally
	 */
	private $tally;

	/**
	 * Term-taxonomy ids, by taxonomy and term.
	 *
	 * @var array<string,int>
	 */
	private $tt_ids = array();

	/**
	 * Opens.
	 *
	 * @param string       $mode  fast or compatible.
	 * @param Rehome_Tally $tally Counts that change.
	 */
	public function __construct( $mode, Rehome_Tally $tally ) {
		$this->mode  = $mode;
		$this->tally = $tally;
	}

	/**
	 * Reserves ids for new posts.
	 *
	 * @param int $count How many.
	 * @return int The first.
	 */
	public static function reserve( $count ) {
		global $wpdb;
		$blank = array(
			'post_content'          => '',
			'post_title'            => '',
			'post_excerpt'          => '',
			'to_ping'               => '',
			'pinged'                => '',
			'post_content_filtered' => '',
			'post_status'           => 'auto-draft',
		);
		return Rehome_Rows::reserve( $wpdb->posts, 'ID', $blank, $count );
	}

	/**
	 * Writes posts.
	 *
	 * @param array[] $posts Posts that are prepared whole.
	 * @return array[] The same, each with its stored hash.
	 */
	public function write( array $posts ) {
		if ( ! $posts ) {
			return array();
		}
		if ( Rehome_Mode::FAST === $this->mode ) {
			$this->write_fast( $posts );
		} else {
			$this->write_compatible( $posts );
			$real = Rehome_Posts::rows( array_column( array_column( $posts, 'row' ), 'ID' ), true );
		}
		$this->write_sticky( $posts );
		Rehome_Fields::write( $posts );
		foreach ( $posts as &$post ) {
			$id = $post['row']['ID'];
			if ( isset( $real[ $id ] ) ) {
				$post['row'] = $real[ $id ]; // Other plugins may have had a word.
			}
			$post['stored'] = Rehome_Stored::placed( $post['row'], $post['left'] );
			if ( 'future' === $post['row']['post_status'] ) {
				$this->schedule( $post['row'] );
			}
			$post['row']['post_content'] = '';
		}
		return $posts;
	}

	/**
	 * Many rows in few statements.
	 *
	 * @param array[] $posts Posts.
	 */
	private function write_fast( array $posts ) {
		global $wpdb;
		$rows      = array();
		$relations = array();
		$meta      = array();
		$updates   = array();
		$terms     = array( (int) get_option( 'default_category' ) => true );
		foreach ( $posts as $post ) {
			$terms += array_flip( $post['terms']['category'] ) + array_flip( $post['terms']['post_tag'] );
		}
		_prime_term_caches( array_keys( $terms ), false );
		$left_out = self::left_out( $posts );
		foreach ( $posts as $post ) {
			$id = $post['row']['ID'];
			$this->tally->wrote_post( $id );
			if ( null !== $post['old'] ) {
				$updates[ $id ] = $post;
				continue;
			}
			$rows[] = array_diff_key( $post['row'], $left_out );
			if ( $post['thumbnail'] ) {
				$meta[] = array(
					'post_id'    => $id,
					// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key -- A column that is written, not searched.
					'meta_key'   => '_thumbnail_id',
					// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value -- As above.
					'meta_value' => (string) $post['thumbnail'],
				);
			}
			foreach ( $this->wanted_relations( $post, array() ) as $tt_id ) {
				$relations[] = array( $id, $tt_id );
				if ( 'publish' === $post['row']['post_status'] ) {
					$this->tally->term_gained( $tt_id );
				}
			}
		}
		Rehome_Rows::write( 'INSERT', $wpdb->posts, $rows );
		Rehome_Rows::lists( 'INSERT', $wpdb->term_relationships, self::RELATION, $relations );
		Rehome_Rows::write( 'INSERT', $wpdb->postmeta, $meta );
		$this->update_fast( $updates );
	}

	/**
	 * Columns that none of these posts says anything in.
	 *
	 * @param array[] $posts Posts.
	 * @return array<string,bool>
	 */
	private static function left_out( array $posts ) {
		foreach ( $posts as $post ) {
			if ( $post['row']['post_parent'] || $post['row']['menu_order'] ) {
				return array_diff_key( self::BY_DEFAULT, array( 'post_parent' => true, 'menu_order' => true ) );
			}
		}
		return self::BY_DEFAULT;
	}

	/**
	 * Brings rows up to date: only columns that changed, and what belongs to the posts is looked up for all of them at once.
	 *
	 * @param array[] $posts Posts, by id.
	 */
	private function update_fast( array $posts ) {
		global $wpdb;
		if ( ! $posts ) {
			return;
		}
		update_meta_cache( 'post', array_keys( $posts ) );
		$now     = $this->relations_now( array_keys( $posts ) );
		$foreign = $this->foreign_of( $now );
		$new     = array();
		foreach ( $posts as $id => $post ) {
			$this->update_row( $post );
			$this->update_thumbnail( $post );
			$have = array_keys( $now[ $id ] );
			$wish = $this->wanted_relations( $post, $foreign[ $id ] );
			$gone = array_diff( $have, $wish );
			$more = array_diff( $wish, $have );
			if ( $gone ) {
				Rehome_Rows::run( "DELETE FROM $wpdb->term_relationships WHERE object_id = " . (int) $id . ' AND term_taxonomy_id IN (' . implode( ',', $gone ) . ')', 'terms of a post' );
			}
			foreach ( $more as $tt_id ) {
				$new[] = array( $id, $tt_id );
			}
			$same_weight = ( 'publish' === $post['row']['post_status'] ) === ( 'publish' === $post['old']['post_status'] );
			$this->tally->terms_changed( $same_weight ? array_merge( $gone, $more ) : array_merge( $have, $wish ) );
		}
		Rehome_Rows::lists( 'INSERT', $wpdb->term_relationships, self::RELATION, $new );
	}

	/**
	 * Writes the columns of one row that are not as they were.
	 *
	 * @param array $post Post.
	 */
	private function update_row( array $post ) {
		global $wpdb;
		$changed = array();
		foreach ( array_diff_key( $post['row'], self::NEVER_UPDATED ) as $column => $value ) {
			if ( (string) $value !== $post['old'][ $column ] ) {
				$changed[ $column ] = $value;
			}
		}
		if ( $changed ) {
			Rehome_Rows::update( $wpdb->posts, $changed, 'ID', $post['row']['ID'] );
		}
	}

	/**
	 * Categories, tags and formats that posts have.
	 *
	 * @param int[] $ids Posts.
	 * @return array<int,array<int,array>> By post and term-taxonomy id: term and taxonomy.
	 */
	private function relations_now( array $ids ) {
		global $wpdb;
		$now = array_fill_keys( $ids, array() );
		foreach ( array_chunk( array_map( 'intval', $ids ), 500 ) as $some ) {
			$sql = "SELECT tr.object_id, tt.term_taxonomy_id, tt.term_id, tt.taxonomy FROM $wpdb->term_relationships tr
				JOIN $wpdb->term_taxonomy tt ON tt.term_taxonomy_id = tr.term_taxonomy_id
				WHERE tr.object_id IN (" . implode( ',', $some ) . ") AND tt.taxonomy IN ('category','post_tag','post_format')";
			foreach ( Rehome_Rows::read( $sql ) as $row ) {
				$now[ (int) $row->object_id ][ (int) $row->term_taxonomy_id ] = array( (int) $row->term_id, $row->taxonomy );
			}
		}
		return $now;
	}

	/**
	 * Terms that a person gave to posts: those that this plugin never placed. They stay.
	 *
	 * @param array $now Result of relations_now().
	 * @return array<int,array<string,int[]>> Term ids, by post and taxonomy.
	 */
	private function foreign_of( array $now ) {
		$seen = array(
			'category' => array(),
			'post_tag' => array(),
		);
		foreach ( $now as $relations ) {
			foreach ( $relations as list( $term, $taxonomy ) ) {
				$seen[ $taxonomy ][ $term ] = true;
			}
		}
		$ours    = array(
			'category'    => Rehome_Map::ours( 'category', array_keys( $seen['category'] ) ) + array( (int) get_option( 'default_category' ) => true ),
			'post_tag'    => Rehome_Map::ours( 'post_tag', array_keys( $seen['post_tag'] ) ),
			'post_format' => isset( $seen['post_format'] ) ? $seen['post_format'] : array(),
		);
		$foreign = array();
		foreach ( $now as $id => $relations ) {
			$foreign[ $id ] = array();
			foreach ( $relations as list( $term, $taxonomy ) ) {
				if ( ! isset( $ours[ $taxonomy ][ $term ] ) ) {
					$foreign[ $id ][ $taxonomy ][] = $term;
				}
			}
		}
		return $foreign;
	}

	/**
	 * The public functions.
	 *
	 * @param array[] $posts Posts.
	 */
	private function write_compatible( array $posts ) {
		$row       = null;
		$keep_ours = static function ( $data ) use ( &$row ) {
			// Core sets the day of the change to now and the password of a private post to nothing; the slug was made unique already.
			foreach ( array( 'post_modified', 'post_modified_gmt', 'post_name', 'post_status' ) as $column ) {
				$data[ $column ] = wp_slash( $row[ $column ] );
			}
			return $data;
		};
		add_filter( 'wp_insert_post_data', $keep_ours, 1 );
		add_filter( 'wp_insert_post_empty_content', '__return_false', PHP_INT_MAX );
		wp_defer_term_counting( true );
		try {
			foreach ( $posts as $post ) {
				$row = $post['row'];
				$this->tally->wrote_post( $row['ID'] );
				$this->insert_compatible( $post );
			}
		} finally {
			remove_filter( 'wp_insert_post_data', $keep_ours, 1 );
			remove_filter( 'wp_insert_post_empty_content', '__return_false', PHP_INT_MAX );
		}
		wp_defer_term_counting( false );
	}

	/**
	 * One post through the public functions.
	 *
	 * @param array $post Post.
	 * @throws Rehome_Error When core refuses it.
	 */
	private function insert_compatible( array $post ) {
		$row = $post['row'];
		$id  = $row['ID'];

		$terms = array(
			'category' => $post['terms']['category'],
			'post_tag' => $post['terms']['post_tag'],
		);
		if ( null === $post['old'] ) {
			unset( $row['ID'] );
			$row['import_id'] = $id;
		} else {
			foreach ( $this->foreign_of( $this->relations_now( array( $id ) ) )[ $id ] as $taxonomy => $more ) {
				$terms[ $taxonomy ] = array_values( array_unique( array_merge( $terms[ $taxonomy ], $more ) ) );
			}
		}
		$row['post_category'] = $terms['category'];
		unset( $row['comment_count'] );
		$done = wp_insert_post( wp_slash( $row ), true );
		if ( is_wp_error( $done ) || $id !== (int) $done ) {
			throw Rehome_Error::failed( 'core refused a post' );
		}
		if ( 'post' === $row['post_type'] ) {
			wp_set_object_terms( $id, $terms['post_tag'], 'post_tag' );
			if ( '' !== $post['format'] || null !== $post['old'] ) {
				wp_set_object_terms( $id, '' === $post['format'] ? array() : array( 'post-format-' . $post['format'] ), 'post_format' );
			}
		}
		$this->update_thumbnail( $post );
	}

	/**
	 * Sets or takes away the featured picture.
	 *
	 * @param array $post Post.
	 */
	private function update_thumbnail( array $post ) {
		if ( $post['thumbnail'] ) {
			update_post_meta( $post['row']['ID'], '_thumbnail_id', $post['thumbnail'] );
		} elseif ( null !== $post['old'] ) {
			$now = (int) get_post_meta( $post['row']['ID'], '_thumbnail_id', true );
			if ( $now && isset( Rehome_Map::ours( 'media', array( $now ) )[ $now ] ) ) {
				delete_post_meta( $post['row']['ID'], '_thumbnail_id' );
			}
		}
	}

	/**
	 * Term-taxonomy ids that a post shall have.
	 *
	 * @param array $post    Post.
	 * @param array $foreign Term ids that a person gave to it, by taxonomy.
	 * @return int[]
	 */
	private function wanted_relations( array $post, array $foreign ) {
		if ( 'post' !== $post['row']['post_type'] ) {
			return array();
		}
		$out = array();
		foreach ( array( 'category', 'post_tag' ) as $taxonomy ) {
			$ids = array_merge( $post['terms'][ $taxonomy ], isset( $foreign[ $taxonomy ] ) ? $foreign[ $taxonomy ] : array() );
			if ( 'category' === $taxonomy && ! $ids ) {
				$ids = array( (int) get_option( 'default_category' ) );
			}
			foreach ( $ids as $id ) {
				$out[] = $this->tt_id( $id, $taxonomy );
			}
		}
		if ( '' !== $post['format'] ) {
			$out[] = $this->format_tt_id( $post['format'] );
		}
		return array_values( array_unique( array_filter( $out ) ) );
	}

	/**
	 * Term-taxonomy id of a term.
	 *
	 * @param int    $id       Term's id.
	 * @param string $taxonomy Taxonomy.
	 * @return int 0 when it is gone.
	 */
	private function tt_id( $id, $taxonomy ) {
		$key = "$taxonomy $id";
		if ( ! isset( $this->tt_ids[ $key ] ) ) {
			$term                 = get_term( $id, $taxonomy );
			$this->tt_ids[ $key ] = $term instanceof WP_Term ? (int) $term->term_taxonomy_id : 0;
		}
		return $this->tt_ids[ $key ];
	}

	/**
	 * Term-taxonomy id of a post format, which core keeps as a term.
	 *
	 * @param string $format Format.
	 * @return int
	 */
	private function format_tt_id( $format ) {
		$key = "post_format $format";
		if ( ! isset( $this->tt_ids[ $key ] ) ) {
			$term = term_exists( "post-format-$format", 'post_format' );
			$term = $term ? $term : wp_insert_term( "post-format-$format", 'post_format' );

			$this->tt_ids[ $key ] = is_wp_error( $term ) ? 0 : (int) $term['term_taxonomy_id'];
		}
		return $this->tt_ids[ $key ];
	}

	/**
	 * The list of sticky posts, written once.
	 *
	 * @param array[] $posts Posts.
	 */
	private function write_sticky( array $posts ) {
		$now  = array_map( 'intval', (array) get_option( 'sticky_posts', array() ) );
		$wish = $now;
		foreach ( $posts as $post ) {
			if ( $post['sticky'] ) {
				$wish[] = $post['row']['ID'];
			} elseif ( null !== $post['old'] ) {
				$wish = array_diff( $wish, array( $post['row']['ID'] ) );
			}
		}
		$wish = array_values( array_unique( $wish ) );
		if ( $wish !== $now ) {
			update_option( 'sticky_posts', $wish );
		}
	}

	/**
	 * Has the clock publish a post, as core does.
	 *
	 * @param array $row Row of the posts table.
	 */
	private function schedule( array $row ) {
		$arguments = array( (int) $row['ID'] );
		wp_clear_scheduled_hook( 'publish_future_post', $arguments );
		wp_schedule_single_event( strtotime( $row['post_date_gmt'] . ' GMT' ), 'publish_future_post', $arguments );
	}
}
