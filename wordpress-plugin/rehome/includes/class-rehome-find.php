<?php
/**
 * POST /find: did these things arrive, and are they as we left them?
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Looking up marks.
 */
final class Rehome_Find {

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$map   = new Rehome_Map( $input->blog() );
		$marks = $input->marks( 'marks', 'find' );
		$whole = $input->flag( 'whole', false );
		Rehome_Map::ensure();
		$map->load( $marks );
		$things = new self();
		$things->load( array_filter( array_map( array( $map, 'row' ), $marks ) ) );
		$found = array();
		foreach ( $marks as $mark ) {
			$row     = $map->row( $mark );
			$found[] = null === $row ? null : $things->describe( $mark, $row, $whole );
		}
		return array( 'found' => $found );
	}

	/**
	 * Rows of posts and attachments, by id.
	 *
	 * @var array<int,array>
	 */
	private $posts = array();

	/**
	 * Rows of comments, by id.
	 *
	 * @var array<int,array>
	 */
	private $comments = array();

	/**
	 * Loads what these map rows point to, each table once.
	 *
	 * @param array[] $rows Rows of the map.
	 */
	private function load( array $rows ) {
		$posts    = array();
		$comments = array();
		foreach ( $rows as $row ) {
			if ( in_array( $row['object_type'], array( 'post', 'media', Rehome_Standing::AMENDED ), true ) ) {
				$posts[] = $row['object_id'];
			} elseif ( in_array( $row['object_type'], array( 'comment', Rehome_Standing_Comments::AMENDED ), true ) ) {
				$comments[] = $row['object_id'];
			}
		}
		$this->posts    = Rehome_Posts::rows( $posts, true );
		$this->comments = Rehome_Comments::rows( $comments );
		update_meta_cache( 'post', $posts );
		update_object_term_cache( $posts, 'post' );
		$parents = array();
		foreach ( $this->comments as $comment ) {
			if ( ! isset( $this->posts[ (int) $comment['comment_post_ID'] ] ) ) {
				$parents[] = (int) $comment['comment_post_ID'];
			}
		}
		$this->posts += Rehome_Posts::rows( $parents, false );
	}

	/**
	 * One thing.
	 *
	 * @param Rehome_Mark $mark  Mark.
	 * @param array       $row   Row of the map.
	 * @param bool        $whole With its content.
	 * @return array|null Null when it is gone.
	 */
	private function describe( Rehome_Mark $mark, array $row, $whole ) {
		$id = $row['object_id'];
		switch ( $row['object_type'] ) {
			case 'post':
				$more = isset( $this->posts[ $id ] ) ? $this->post( $this->posts[ $id ], $whole ) : null;
				if ( isset( $more['whole'] ) ) {
					// What stands elsewhere now was moved by a person.
					$more['whole']['left'] = array_combine( array( 'parent', 'order' ), Rehome_Stored::place_in( $row['stored_hash'] ) );
				}
				break;
			case Rehome_Standing::AMENDED:
				$more = isset( $this->posts[ $id ] ) ? $this->stood( Rehome_Standing::as_read( $this->posts[ $id ] ), $whole ) : null;
				break;
			case Rehome_Standing_Comments::AMENDED:
				$more = isset( $this->comments[ $id ] ) ? array( 'stored' => Rehome_Stored::amended( Rehome_Standing_Comments::as_read( $this->comments[ $id ] ) ) ) + $this->comment( $this->comments[ $id ], $whole ) : null;
				break;
			case 'media':
				$more = isset( $this->posts[ $id ] ) ? $this->media( $this->posts[ $id ], $whole ) : null;
				break;
			case 'comment':
				$more = isset( $this->comments[ $id ] ) ? $this->comment( $this->comments[ $id ], $whole ) : null;
				break;
			default:
				$more = $this->term( $id, $row['object_type'], $whole );
		}
		if ( null === $more ) {
			return null;
		}
		$edited = Rehome_Stored::hash_in( $row['stored_hash'] ) !== $more['stored'];
		unset( $more['stored'] );
		return array(
			'mark'        => $mark->as_array(),
			'id'          => $id,
			'address'     => $more['address'],
			'fingerprint' => $row['fingerprint'],
			'edited'      => $edited && ! $row['adopted'],
			'adopted'     => (bool) $row['adopted'],
		) + $more;
	}

	/**
	 * A post or entry of a menu that stood here before us.
	 *
	 * @param array $row   Row, as it is amended.
	 * @param bool  $whole With its content.
	 * @return array
	 */
	private function stood( array $row, $whole ) {
		return array(
			'address' => Rehome_Standing::address( $row ),
			'stored'  => Rehome_Stored::amended( $row ),
		) + $this->post( $row, $whole );
	}

	/**
	 * A post or page.
	 *
	 * @param array $row   Row.
	 * @param bool  $whole With its content.
	 * @return array
	 */
	private function post( array $row, $whole ) {
		$out = array(
			'address' => Rehome_Posts::address( $row ),
			'stored'  => Rehome_Stored::post( $row ),
		);
		if ( $whole ) {
			$out['whole'] = array(
				'status'        => $row['post_status'],
				'type'          => $row['post_type'],
				'title'         => $row['post_title'],
				'content'       => $row['post_content'],
				'excerpt'       => $row['post_excerpt'],
				'slug'          => $row['post_name'],
				'date_utc'      => Rehome_Dates::NEVER === $row['post_date_gmt'] ? null : $row['post_date_gmt'],
				'modified_utc'  => Rehome_Dates::NEVER === $row['post_modified_gmt'] ? null : $row['post_modified_gmt'],
				'terms'         => self::terms_of( (int) $row['ID'] ),
				'parent'        => (int) $row['post_parent'],
				'post'          => 0,
				'password'      => $row['post_password'],
				'comment_count' => (int) $row['comment_count'],
				'author'        => (int) $row['post_author'],
				'sticky'        => is_sticky( (int) $row['ID'] ),
				'format'        => get_post_format( (int) $row['ID'] ) ? get_post_format( (int) $row['ID'] ) : null,
				'featured'      => (int) get_post_meta( (int) $row['ID'], '_thumbnail_id', true ),
				'comments_open' => 'open' === $row['comment_status'],
				'order'         => (int) $row['menu_order'],
				'fields'        => Rehome_Fields::of( (int) $row['ID'] ),
			);
		}
		return $out;
	}

	/**
	 * A medium.
	 *
	 * @param array $row   Row.
	 * @param bool  $whole With its content.
	 * @return array
	 */
	private function media( array $row, $whole ) {
		$id  = (int) $row['ID'];
		$out = Rehome_Media::addresses( $id ) + array( 'stored' => Rehome_Media_Writer::stored( $id, $row ) );
		if ( $whole ) {
			$out['whole'] = array(
				'status'        => $row['post_status'],
				'title'         => $row['post_title'],
				'content'       => $row['post_content'],
				'excerpt'       => $row['post_excerpt'],
				'slug'          => $row['post_name'],
				'date_utc'      => $row['post_date_gmt'],
				'terms'         => array(),
				'parent'        => (int) $row['post_parent'],
				'post'          => 0,
				'password'      => '',
				'comment_count' => (int) $row['comment_count'],
				'alt'           => (string) get_post_meta( $id, '_wp_attachment_image_alt', true ),
				'media_type'    => $row['post_mime_type'],
			);
		}
		return $out;
	}

	/**
	 * A comment.
	 *
	 * @param array $row   Row.
	 * @param bool  $whole With its content.
	 * @return array
	 */
	private function comment( array $row, $whole ) {
		$post = (int) $row['comment_post_ID'];
		$page = isset( $this->posts[ $post ] ) ? Rehome_Posts::address( $this->posts[ $post ] ) : '';
		$out  = array(
			'address' => Rehome_Comments::address( (int) $row['comment_ID'], $page, (bool) get_option( 'page_comments' ) ),
			'stored'  => Rehome_Stored::comment( $row ),
		);
		if ( $whole ) {
			$words        = array_flip( Rehome_Comments::STATUS );
			$out['whole'] = array(
				'status'        => isset( $words[ $row['comment_approved'] ] ) ? $words[ $row['comment_approved'] ] : $row['comment_approved'],
				'type'          => $row['comment_type'],
				'title'         => $row['comment_author'],
				'content'       => $row['comment_content'],
				'excerpt'       => '',
				'slug'          => '',
				'date_utc'      => $row['comment_date_gmt'],
				'terms'         => array(),
				'parent'        => (int) $row['comment_parent'],
				'post'          => $post,
				'password'      => '',
				'comment_count' => 0,
				'author'        => $row['comment_author'],
				'url'           => $row['comment_author_url'],
			);
		}
		return $out;
	}

	/**
	 * A term.
	 *
	 * @param int    $id       Term.
	 * @param string $taxonomy Taxonomy.
	 * @param bool   $whole    With its content.
	 * @return array|null
	 */
	private function term( $id, $taxonomy, $whole ) {
		$row = Rehome_Terms::row( $id, $taxonomy );
		if ( null === $row ) {
			return null;
		}
		$link = get_term_link( $id, $taxonomy );
		$out  = array(
			'address' => is_wp_error( $link ) ? '' : $link,
			'stored'  => Rehome_Stored::term( $row ),
		);
		if ( $whole ) {
			$term         = get_term( $id, $taxonomy );
			$out['whole'] = array(
				'status'        => '',
				'title'         => wp_specialchars_decode( $row['name'], ENT_QUOTES ),
				'content'       => $row['description'],
				'excerpt'       => '',
				'slug'          => $row['slug'],
				'date_utc'      => null,
				'terms'         => array(),
				'parent'        => $row['parent'],
				'post'          => 0,
				'password'      => '',
				'comment_count' => 0,
				'posts'         => (int) $term->count,
			);
		}
		return $out;
	}

	/**
	 * Ids of the categories and tags of a post.
	 *
	 * @param int $id Post.
	 * @return int[]
	 */
	private static function terms_of( $id ) {
		$ids = array();
		foreach ( array( 'category', 'post_tag' ) as $taxonomy ) {
			$terms = get_the_terms( $id, $taxonomy );
			foreach ( is_array( $terms ) ? $terms : array() as $term ) {
				$ids[] = (int) $term->term_id;
			}
		}
		sort( $ids );
		return $ids;
	}
}
