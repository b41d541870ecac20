<?php
/**
 * Parents before children.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Ordering of what has a mark and a parent.
 */
final class Rehome_Order {

	/**
	 * The same items in an order in which each comes after its parent, as far as the parent is among them. A circle is cut where it is met.
	 *
	 * @param array[] $items Items with mark and parent.
	 * @return array[] The same, with their keys.
	 */
	public static function parents_first( array $items ) {
		if ( ! array_filter( array_column( $items, 'parent' ) ) ) {
			return $items;
		}
		$place = array();
		foreach ( $items as $index => $item ) {
			$place[ $item['mark']->name() ] = $index;
		}
		$ordered = array();
		foreach ( array_keys( $items ) as $index ) {
			$line = array();
			while ( null !== $index && ! isset( $ordered[ $index ] ) && ! isset( $line[ $index ] ) ) {
				$line[ $index ] = true;
				$parent         = $items[ $index ]['parent'];
				$key            = null === $parent ? '' : $parent->name();
				$index          = isset( $place[ $key ] ) ? $place[ $key ] : null;
			}
			foreach ( array_reverse( array_keys( $line ) ) as $next ) {
				$ordered[ $next ] = $items[ $next ];
			}
		}
		return $ordered;
	}
}
