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
	 * The page above, for a post that names one or has one.
	 *
	 * @param array      $item    Post of a request.
	 * @param array|null $old     Its row now.
	 * @param Rehome_Map $map     The map of the blog.
	 * @param string[]   $remarks Remarks, added to.
	 * @return int 0 at the top.
	 */
	public static function parent_of( array $item, $old, Rehome_Map $map, array &$remarks ) {
		$now = null === $old ? 0 : (int) $old['post_parent'];
		// A page that somebody hung below one of their own stays there.
		if ( $now && ! isset( Rehome_Map::ours( 'post', array( $now ) )[ $now ] ) ) {
			return $now;
		}
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
