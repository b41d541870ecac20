<?php
/**
 * Categories and tags. They are few, so they go through the public API in both modes.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The terms of one batch.
 */
final class Rehome_Terms {

	/** Longest name that the column holds. */
	const NAME_CHARS = 200;

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
	 * Opens.
	 *
	 * @param Rehome_Map $map  The map of the blog.
	 * @param string     $mode fast or compatible.
	 */
	public function __construct( Rehome_Map $map, $mode ) {
		$this->map  = $map;
		$this->mode = $mode;
	}

	/**
	 * Reads the terms of a request.
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
				'taxonomy'    => $input->word( 'taxonomy', array( 'category', 'post_tag' ) ),
				'name'        => $input->text( 'name' ),
				'slug'        => $input->text( 'slug', null ),
				'parent'      => $input->maybe_mark( 'parent' ),
				'description' => $input->text( 'description', '' ),
			);
		}
		return $items;
	}

	/**
	 * All marks that they name.
	 *
	 * @param array[] $items Terms.
	 * @return Rehome_Mark[]
	 */
	public static function marks( array $items ) {
		$marks = array();
		foreach ( $items as $item ) {
			$marks[] = $item['mark'];
			$marks[] = $item['parent'];
		}
		return $marks;
	}

	/**
	 * Places them, parents first.
	 *
	 * @param array[] $items Terms.
	 * @return array[] Answers, in the order of the request.
	 */
	public function place( array $items ) {
		$items = Rehome_Order::parents_first( $items );
		$this->prime( $items );
		$answers = $this->place_new( $items );
		foreach ( array_diff_key( $items, $answers ) as $index => $item ) {
			$answers[ $index ] = $this->place_one( $item );
		}
		ksort( $answers );
		return array_values( $answers );
	}

	/**
	 * Loads the terms that are here already, at once.
	 *
	 * @param array[] $items Terms.
	 */
	private function prime( array $items ) {
		$ids = array();
		foreach ( $items as $item ) {
			$ids[] = $this->map->id( $item['mark'], $item['taxonomy'] );
			$ids[] = $this->map->id( $item['parent'], $item['taxonomy'] );
		}
		_prime_term_caches( array_values( array_unique( array_filter( $ids ) ) ), false );
	}

	/**
	 * Places new terms in few statements, as far as nothing else has their names.
	 *
	 * @param array[] $items Terms, parents first.
	 * @return array[] Answers, by index; without those that must be placed one by one.
	 */
	private function place_new( array $items ) {
		if ( Rehome_Mode::FAST !== $this->mode || Rehome_Mode::listeners( Rehome_Term_Writer::HOOKS ) ) {
			return array();
		}
		$new     = array();
		$remarks = array();
		$indexes = array();
		foreach ( $items as $index => $item ) {
			$indexes[ $item['mark']->name() ] = $index;
			if ( null === $this->map->row( $item['mark'] ) ) {
				$remarks[ $index ] = array();
				$new[ $index ]     = array(
					'taxonomy' => $item['taxonomy'],
					'name'     => $this->name( $item, $remarks[ $index ] ),
					'slug'     => (string) $item['slug'],
				) + $this->arguments( $item, $remarks[ $index ] );

				$parent = 'category' === $item['taxonomy'] && null !== $item['parent'] ? $item['parent']->name() : null;
				if ( null !== $parent && isset( $new[ $indexes[ $parent ] ?? -1 ] ) ) {
					$new[ $index ]['parent'] = -1 - $indexes[ $parent ];
					$remarks[ $index ]       = array_slice( $remarks[ $index ], 0, -1 );
				}
				$new[ $index ]['description'] = $item['description'];
			}
		}
		$ids     = Rehome_Term_Writer::write( $new );
		$answers = array();
		_prime_term_caches( array_values( $ids ), false );
		foreach ( $ids as $index => $id ) {
			$item = $items[ $index ];
			$this->map->put( $item['mark'], $item['taxonomy'], $id, $item['fingerprint'], self::stored( $id, $item['taxonomy'] ) );
			$answers[ $index ] = self::line( $item, 'created', $id, $remarks[ $index ] );
		}
		return $answers;
	}

	/**
	 * The columns of a term that a person could edit.
	 *
	 * @param int    $id       Term's id.
	 * @param string $taxonomy Taxonomy.
	 * @return array|null Null when it is gone.
	 */
	public static function row( $id, $taxonomy ) {
		$term = get_term( $id, $taxonomy );
		if ( ! $term instanceof WP_Term ) {
			return null;
		}
		return array(
			'name'        => $term->name,
			'slug'        => $term->slug,
			'description' => $term->description,
			'parent'      => $term->parent,
		);
	}

	/**
	 * Places one.
	 *
	 * @param array $item Term.
	 * @return array Answer.
	 */
	private function place_one( array $item ) {
		$known = $this->map->row( $item['mark'] );
		$row   = null !== $known && $known['object_type'] === $item['taxonomy'] ? self::row( $known['object_id'], $item['taxonomy'] ) : null;
		if ( null === $row ) {
			return $this->create( $item );
		}
		$id = $known['object_id'];
		if ( $known['fingerprint'] === $item['fingerprint'] ) {
			return self::line( $item, 'unchanged', $id, array() );
		}
		if ( $known['adopted'] ) {
			$this->map->put( $item['mark'], $item['taxonomy'], $id, $item['fingerprint'], $known['stored_hash'], true );
			return self::line( $item, 'unchanged', $id, array( 'adopted' ) );
		}
		if ( Rehome_Stored::term( $row ) !== $known['stored_hash'] ) {
			return self::line( $item, 'conflict', $id, array( 'edited' ) );
		}
		return $this->update( $item, $id );
	}

	/**
	 * Makes a new one, or adopts the one that is there.
	 *
	 * @param array $item Term.
	 * @return array Answer.
	 */
	private function create( array $item ) {
		$remarks = array();
		$name    = $this->name( $item, $remarks );
		if ( '' === $name ) {
			return self::line( $item, 'refused', null, array( 'the name is empty' ) );
		}
		$done = wp_insert_term( wp_slash( $name ), $item['taxonomy'], $this->arguments( $item, $remarks ) );
		if ( is_wp_error( $done ) && 'term_exists' === $done->get_error_code() ) {
			$id        = (int) $done->get_error_data();
			$remarks[] = 'adopted';
			$this->map->put( $item['mark'], $item['taxonomy'], $id, $item['fingerprint'], self::stored( $id, $item['taxonomy'] ), true );
			return self::line( $item, 'created', $id, $remarks );
		}
		if ( is_wp_error( $done ) ) {
			return self::line( $item, 'refused', null, array( $done->get_error_code() ) );
		}
		$id = (int) $done['term_id'];
		$this->map->put( $item['mark'], $item['taxonomy'], $id, $item['fingerprint'], self::stored( $id, $item['taxonomy'] ) );
		return self::line( $item, 'created', $id, $remarks );
	}

	/**
	 * Brings one up to date.
	 *
	 * @param array $item Term.
	 * @param int   $id   Its id.
	 * @return array Answer.
	 */
	private function update( array $item, $id ) {
		$remarks = array();
		$name    = $this->name( $item, $remarks );
		$done    = wp_update_term( $id, $item['taxonomy'], array( 'name' => wp_slash( $name ) ) + $this->arguments( $item, $remarks ) );
		if ( is_wp_error( $done ) ) {
			return self::line( $item, 'refused', $id, array( $done->get_error_code() ) );
		}
		$this->map->put( $item['mark'], $item['taxonomy'], $id, $item['fingerprint'], self::stored( $id, $item['taxonomy'] ) );
		return self::line( $item, 'updated', $id, $remarks );
	}

	/**
	 * The name as far as the column holds it.
	 *
	 * @param array    $item    Term.
	 * @param string[] $remarks Remarks, added to.
	 * @return string
	 */
	private function name( array $item, array &$remarks ) {
		$name = trim( str_replace( "\0", '', $item['name'] ) );
		if ( mb_strlen( $name ) > self::NAME_CHARS ) {
			$remarks[] = 'the name was cut';
			$name      = mb_substr( $name, 0, self::NAME_CHARS );
		}
		return $name;
	}

	/**
	 * What wp_insert_term() and wp_update_term() are told beside the name.
	 *
	 * @param array    $item    Term.
	 * @param string[] $remarks Remarks, added to.
	 * @return array
	 */
	private function arguments( array $item, array &$remarks ) {
		$parent = 'category' === $item['taxonomy'] ? $this->map->id( $item['parent'], 'category' ) : 0;
		if ( null !== $item['parent'] && 0 === $parent ) {
			$remarks[] = 'placed without its parent, which is not here';
		}
		$arguments = array(
			'parent'      => $parent,
			'description' => wp_slash( $item['description'] ),
		);
		if ( null !== $item['slug'] && '' !== $item['slug'] ) {
			$arguments['slug'] = $item['slug'];
		}
		return $arguments;
	}

	/**
	 * Hash of what a term is now.
	 *
	 * @param int    $id       Term's id.
	 * @param string $taxonomy Taxonomy.
	 * @return string
	 */
	private static function stored( $id, $taxonomy ) {
		$row = self::row( $id, $taxonomy );
		return null === $row ? '' : Rehome_Stored::term( $row );
	}

	/**
	 * An answer with address and slug.
	 *
	 * @param array    $item    Term.
	 * @param string   $outcome Outcome.
	 * @param int|null $id      Term's id.
	 * @param string[] $remarks Remarks.
	 * @return array
	 */
	private static function line( array $item, $outcome, $id, array $remarks ) {
		$more = array();
		$term = null === $id ? null : get_term( $id, $item['taxonomy'] );
		if ( $term instanceof WP_Term ) {
			$link = get_term_link( $term );
			$more = array(
				'address' => is_wp_error( $link ) ? null : $link,
				'slug'    => $term->slug,
			);
		}
		return Rehome_Place::line( $item['mark'], $outcome, $id, $remarks, $more );
	}
}
