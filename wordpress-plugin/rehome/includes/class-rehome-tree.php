<?php
/**
 * Pages below other pages.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Which page a page stands below.
 */
final class Rehome_Tree {

	/**
	 * Where a post stands. What somebody moved, or put in another order, stays where they put it.
	 *
	 * @param array      $item    Post of a request.
	 * @param array|null $old     Its row now.
	 * @param int[]      $left    Page above and place in the order as we left them.
	 * @param Rehome_Map $map     The map of the blog.
	 * @param string[]   $remarks Remarks, added to.
	 * @return array parent and order; left: the same as the map shall remember them, null for what is written now.
	 */
	public static function place( array $item, $old, array $left, Rehome_Map $map, array &$remarks ) {
		$parent = null === $old ? $left[0] : (int) $old['post_parent'];
		$order  = null === $old ? $left[1] : (int) $old['menu_order'];
		$moved  = $parent !== $left[0];
		$sorted = $order !== $left[1];
		if ( $moved && $map->id( $item['parent'], 'post' ) !== $parent ) {
			$remarks[] = 'it stays where somebody moved it';
		}
		return array(
			'parent' => $moved ? $parent : self::parent_of( $item, $old, $map, $remarks ),
			'order'  => $sorted || null === $item['order'] ? $order : $item['order'],
			'left'   => array( $moved ? $left[0] : null, $sorted ? $left[1] : null ),
		);
	}

	/**
	 * The page above that a post names.
	 *
	 * @param array      $item    Post of a request.
	 * @param array|null $old     Its row now.
	 * @param Rehome_Map $map     The map of the blog.
	 * @param string[]   $remarks Remarks, added to.
	 * @return int 0 at the top.
	 */
	private static function parent_of( array $item, $old, Rehome_Map $map, array &$remarks ) {
		if ( null === $item['parent'] || 'page' !== $item['type'] ) {
			return 0;
		}
		$parent = $map->id( $item['parent'], 'post' );
		if ( 0 === $parent || 'page' !== get_post_type( $parent ) ) {
			$remarks[] = 'placed at the top, as the page above it is not here';
			return 0;
		}
		$id = null === $old ? 0 : (int) $old['ID'];
		if ( $id && ( $id === $parent || in_array( $id, get_post_ancestors( $parent ), true ) ) ) {
			$remarks[] = 'placed at the top, as it would stand below itself';
			return 0;
		}
		return $parent;
	}
}
