<?php
/**
 * New terms as rows, many in few statements. Only for those that meet nothing: a term whose name or slug is taken, here or in the
 * request, is left to wp_insert_term(), which knows when to adopt and when to number.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Rows of terms.
 */
final class Rehome_Term_Writer {

	/** Hooks that plugins use to follow terms. Where one listens, every term goes through the public function. */
	const HOOKS = array(
		'pre_insert_term',
		'wp_insert_term_data',
		'wp_insert_term_duplicate_term_check',
		'create_term',
		'created_term',
		'saved_term',
		'create_category',
		'created_category',
		'saved_category',
		'create_post_tag',
		'created_post_tag',
		'saved_post_tag',
		'edit_terms',
		'edited_terms',
		'edit_term_taxonomy',
		'edited_term_taxonomy',
		'term_id_filter',
		'wp_unique_term_slug',
		'wp_unique_term_slug_is_bad_slug',
	);

	/** Longest slug that the column holds. */
	const SLUG_BYTES = 200;

	/**
	 * Writes the terms that meet nothing.
	 *
	 * @param array[] $terms Terms, by index, parents first: taxonomy, name, slug, description, parent (an id, or -1 - index).
	 * @return array<int,int> Ids of those that were written, by index.
	 */
	public static function write( array $terms ) {
		global $wpdb;
		$rows = self::free( self::cleaned( $terms ) );
		if ( ! $rows ) {
			return array();
		}
		$blank = array(
			'name' => '',
			'slug' => '',
		);
		$next  = Rehome_Rows::reserve( $wpdb->terms, 'term_id', $blank, count( $rows ) );
		$ids   = array();
		foreach ( array_keys( $rows ) as $index ) {
			$ids[ $index ] = $next++;
		}
		$names      = array();
		$taxonomies = array();
		foreach ( $rows as $index => $row ) {
			$names[]      = array(
				'term_id'    => $ids[ $index ],
				'name'       => $row['name'],
				'slug'       => $row['slug'],
				'term_group' => 0,
			);
			$taxonomies[] = array(
				'term_id'     => $ids[ $index ],
				'taxonomy'    => $row['taxonomy'],
				'description' => $row['description'],
				'parent'      => $row['parent'] < 0 ? $ids[ -1 - $row['parent'] ] : $row['parent'],
				'count'       => 0,
			);
			if ( $row['parent'] ) {
				delete_option( $row['taxonomy'] . '_children' );
			}
		}
		Rehome_Rows::write( 'INSERT', $wpdb->terms, $names );
		Rehome_Rows::write( 'INSERT', $wpdb->term_taxonomy, $taxonomies );
		wp_cache_set_terms_last_changed();
		return $ids;
	}

	/**
	 * The columns as wp_insert_term() would fill them.
	 *
	 * @param array[] $terms Terms, by index.
	 * @return array[] The same; without those whose columns core must judge.
	 */
	private static function cleaned( array $terms ) {
		$rows = array();
		foreach ( $terms as $index => $term ) {
			$clean = sanitize_term(
				array(
					'name'        => wp_slash( $term['name'] ),
					'description' => wp_slash( $term['description'] ),
					'slug'        => $term['slug'],
				),
				$term['taxonomy'],
				'db'
			);
			$name  = wp_unslash( $clean['name'] );
			$slug  = '' === $clean['slug'] ? sanitize_title( $name ) : $clean['slug'];
			if ( '' !== trim( $name ) && '' !== $slug && strlen( $slug ) <= self::SLUG_BYTES && mb_strlen( $name ) <= self::SLUG_BYTES ) {
				$rows[ $index ] = array(
					'name'        => $name,
					'slug'        => $slug,
					'description' => wp_unslash( $clean['description'] ),
				) + $term;
			}
		}
		return $rows;
	}

	/**
	 * Those whose name and slug nobody has, and whose parent is known.
	 *
	 * @param array[] $rows Rows, by index, parents first.
	 * @return array[]
	 */
	private static function free( array $rows ) {
		$seen = self::taken( $rows );
		$free = array();
		foreach ( $rows as $index => $row ) {
			$keys = array( $row['slug'], sanitize_title( $row['name'] ), mb_strtolower( $row['name'] ) );
			$met  = false;
			foreach ( $keys as $key ) {
				$met          = $met || ( isset( $seen[ $key ] ) && $seen[ $key ] !== $index );
				$seen[ $key ] = isset( $seen[ $key ] ) ? $seen[ $key ] : $index;
			}
			if ( ! $met && ( $row['parent'] >= 0 || isset( $free[ -1 - $row['parent'] ] ) ) ) {
				$free[ $index ] = $row;
			}
		}
		return $free;
	}

	/**
	 * Names and slugs of the site that are like the wished ones, by the database's own comparison.
	 *
	 * @param array[] $rows Rows.
	 * @return array<string,int> Each with -1, which is no index.
	 */
	private static function taken( array $rows ) {
		global $wpdb;
		$taken = array();
		foreach ( array_chunk( $rows, 200 ) as $some ) {
			$slugs = Rehome_Rows::literals( array_column( $some, 'slug' ) );
			$names = Rehome_Rows::literals( array_column( $some, 'name' ) );
			foreach ( Rehome_Rows::read( "SELECT name, slug FROM $wpdb->terms WHERE slug IN ($slugs) OR name IN ($names)" ) as $row ) {
				foreach ( array( strtolower( $row->slug ), sanitize_title( $row->name ), mb_strtolower( $row->name ) ) as $key ) {
					$taken[ $key ] = -1;
				}
			}
		}
		return $taken;
	}
}
