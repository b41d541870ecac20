<?php
/**
 * Unique slugs by core's rules (wp_unique_post_slug), but against one set that is loaded once per request and not with a query for each try.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The slugs of one request.
 */
final class Rehome_Slugs {

	/** Longest slug that the column holds. */
	const MOST_BYTES = 200;

	/**
	 * Slugs known to be taken: slug => list of [type, parent, id].
	 *
	 * @var array<string,array[]>
	 */
	private $taken = array();

	/**
	 * Slugs that were asked for in the database already.
	 *
	 * @var array<string,bool>
	 */
	private $asked = array();

	/**
	 * Slugs whose numbered variants were loaded too.
	 *
	 * @var array<string,bool>
	 */
	private $families = array();

	/**
	 * Where to go on counting: slug and space => number.
	 *
	 * @var array<string,int>
	 */
	private $next = array();

	/**
	 * Loads what is known of these slugs.
	 *
	 * @param string[] $slugs Slugs.
	 */
	public function load( array $slugs ) {
		global $wpdb;
		$new = array();
		foreach ( $slugs as $slug ) {
			if ( '' !== $slug && ! isset( $this->asked[ $slug ] ) ) {
				$this->asked[ $slug ] = true;
				$new[]                = (string) $slug;
			}
		}
		foreach ( array_chunk( $new, 200 ) as $some ) {
			$this->note_all( "SELECT post_name, post_type, post_parent, ID FROM $wpdb->posts WHERE post_name IN (" . Rehome_Rows::literals( $some ) . ')' );
		}
	}

	/**
	 * A slug that is free, and taken from now on.
	 *
	 * @param string $slug   Wished slug, sanitised.
	 * @param int    $id     Post's id.
	 * @param string $status Post's status.
	 * @param string $type   Post's type.
	 * @param string $old    Slug that this very post has now.
	 * @param int    $above  Page that it stands below.
	 * @return string
	 */
	public function unique( $slug, $id, $status, $type, $old = '', $above = 0 ) {
		if ( in_array( $status, array( 'draft', 'pending', 'auto-draft' ), true ) ) {
			return $slug;
		}
		$override = apply_filters( 'pre_wp_unique_post_slug', null, $slug, $id, $status, $type, $above );
		if ( null !== $override ) {
			return $override;
		}
		$this->load( array( $slug ) );
		$free = $slug;
		if ( $this->is_taken( $slug, $id, $type, $above ) || self::is_reserved( $slug, $type, $old, $above ) ) {
			$free = $this->numbered( $slug, $id, $type, $above );
		}
		$free                   = apply_filters( 'wp_unique_post_slug', $free, $id, $status, $type, $above, $slug );
		$this->taken[ $free ][] = array( $type, $above, $id );
		return $free;
	}

	/**
	 * The slug with the lowest free number behind it.
	 *
	 * @param string $slug  Slug.
	 * @param int    $id    Post's id.
	 * @param string $type  Post's type.
	 * @param int    $above Page that it stands below.
	 * @return string
	 */
	private function numbered( $slug, $id, $type, $above ) {
		global $wpdb;
		if ( ! isset( $this->families[ $slug ] ) ) {
			$this->families[ $slug ] = true;
			// Long slugs lose their end to the number, so a family has one common beginning.
			$stem = strlen( $slug ) > self::MOST_BYTES - 8 ? _truncate_post_slug( $slug, self::MOST_BYTES - 8 ) : $slug . '-';
			$this->note_all( $wpdb->prepare( "SELECT post_name, post_type, post_parent, ID FROM $wpdb->posts WHERE post_name LIKE %s", $wpdb->esc_like( $stem ) . '%' ) );
		}
		$place = "$type $above $slug";
		$n     = isset( $this->next[ $place ] ) ? $this->next[ $place ] : 2;
		do {
			$try = _truncate_post_slug( $slug, self::MOST_BYTES - ( strlen( (string) $n ) + 1 ) ) . "-$n";
			++$n;
		} while ( $this->is_taken( $try, $id, $type, $above ) );
		$this->next[ $place ] = $n;
		return $try;
	}

	/**
	 * Whether somebody else has it, in the space that this type shares.
	 *
	 * @param string $slug  Slug.
	 * @param int    $id    Post's id.
	 * @param string $type  Post's type.
	 * @param int    $above Page that it stands below.
	 * @return bool
	 */
	private function is_taken( $slug, $id, $type, $above ) {
		if ( ! isset( $this->taken[ $slug ] ) ) {
			return false;
		}
		foreach ( $this->taken[ $slug ] as $holder ) {
			list( $held_type, $held_parent, $held_id ) = $holder;
			if ( $held_id === $id ) {
				continue;
			}
			if ( 'attachment' === $type || ( $held_type === $type && ! is_post_type_hierarchical( $type ) ) ) {
				return true;
			}
			if ( is_post_type_hierarchical( $type ) && $above === $held_parent && ( $held_type === $type || 'attachment' === $held_type ) ) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether WordPress needs the word itself: feeds, embeds, page numbers, years, months and days.
	 *
	 * @param string $slug  Slug.
	 * @param string $type  Post's type.
	 * @param string $old   Slug that this very post has now.
	 * @param int    $above Page that it stands below.
	 * @return bool
	 */
	private static function is_reserved( $slug, $type, $old, $above ) {
		global $wp_rewrite;
		$feeds = is_array( $wp_rewrite->feeds ) ? $wp_rewrite->feeds : array();
		if ( in_array( $slug, $feeds, true ) || 'embed' === $slug ) {
			return true;
		}
		if ( 'attachment' === $type ) {
			return (bool) apply_filters( 'wp_unique_post_slug_is_bad_attachment_slug', false, $slug );
		}
		if ( is_post_type_hierarchical( $type ) ) {
			return preg_match( "@^($wp_rewrite->pagination_base)?\d+$@", $slug )
				|| apply_filters( 'wp_unique_post_slug_is_bad_hierarchical_slug', false, $slug, $type, $above );
		}
		return ( 'post' === $type && $old !== $slug && self::is_like_a_date( $slug ) )
			|| apply_filters( 'wp_unique_post_slug_is_bad_flat_slug', false, $slug, $type );
	}

	/**
	 * Whether a number would be read as part of a date in the site's permalinks.
	 *
	 * @param string $slug Slug.
	 * @return bool
	 */
	private static function is_like_a_date( $slug ) {
		$number = preg_match( '/^[0-9]+$/', $slug ) ? (int) $slug : 0;
		if ( 0 === $number ) {
			return false;
		}
		$parts = array_values( array_filter( explode( '/', (string) get_option( 'permalink_structure' ) ) ) );
		$at    = array_search( '%postname%', $parts, true );
		if ( false === $at ) {
			return false;
		}
		return 0 === $at || ( '%year%' === $parts[ $at - 1 ] && $number < 13 ) || ( '%monthnum%' === $parts[ $at - 1 ] && $number < 32 );
	}

	/**
	 * Notes the slugs that a query finds.
	 *
	 * @param string $sql Query.
	 */
	private function note_all( $sql ) {
		foreach ( Rehome_Rows::read( $sql ) as $row ) {
			$this->taken[ $row->post_name ][] = array( $row->post_type, (int) $row->post_parent, (int) $row->ID );
		}
	}
}
