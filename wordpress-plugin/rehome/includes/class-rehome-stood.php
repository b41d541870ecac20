<?php
/**
 * What stood here before us, whatever table it is in: its row as it is read, and how another text gets into it.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Posts, entries of menus, comments.
 */
final class Rehome_Stood {

	/**
	 * A row in the words of the posts table.
	 *
	 * @param string $type Kind of object in the map.
	 * @param int    $id   Post or comment.
	 * @return array|null Null where it is gone or not this user's to edit.
	 */
	public static function row( $type, $id ) {
		return Rehome_Standing_Comments::AMENDED === $type ? Rehome_Standing_Comments::row( $id ) : Rehome_Standing::row( $id );
	}

	/**
	 * Writes other texts.
	 *
	 * @param array $row    What row() answered.
	 * @param array $values post_content and post_excerpt.
	 */
	public static function write( array $row, array $values ) {
		global $wpdb;
		$id = (int) $row['ID'];
		switch ( $row['post_type'] ) {
			case Rehome_Standing_Comments::KIND:
				Rehome_Rows::update( $wpdb->comments, array( 'comment_content' => $values['post_content'] ), 'comment_ID', $id );
				break;
			case Rehome_Standing::MENU_ENTRY:
				$meta = Rehome_Rows::read( $wpdb->prepare( "SELECT meta_id FROM $wpdb->postmeta WHERE post_id = %d AND meta_key = '_menu_item_url' ORDER BY meta_id LIMIT 1", $id ) );
				// phpcs:ignore WordPress.DB.SlowDBQuery -- It is a column to be written, and the row is found by its key.
				Rehome_Rows::update( $wpdb->postmeta, array( 'meta_value' => $values['post_content'] ), 'meta_id', $meta ? (int) $meta[0]->meta_id : 0 );
				break;
			default:
				Rehome_Rows::update( $wpdb->posts, $values, 'ID', $id );
		}
		self::forget( $row['post_type'], $id );
	}

	/**
	 * Whether other texts fit into their columns. The database would cut them without a word.
	 *
	 * @param array $row    What row() answered.
	 * @param array $values post_content and post_excerpt.
	 * @return bool
	 */
	public static function fits( array $row, array $values ) {
		$short = Rehome_Standing_Comments::KIND === $row['post_type'] ? array( 'post_content', 'post_excerpt' ) : array( 'post_excerpt' );
		foreach ( $short as $column ) {
			if ( strlen( $values[ $column ] ) > Rehome_Limits::TEXT_BYTES ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Takes out of the caches what they hold of it.
	 *
	 * @param string $kind post_type of its row.
	 * @param int    $id   Post or comment.
	 */
	public static function forget( $kind, $id ) {
		if ( Rehome_Standing_Comments::KIND === $kind ) {
			clean_comment_cache( $id );
		} else {
			wp_cache_delete( $id, 'post_meta' );
			clean_post_cache( $id );
		}
	}

	/**
	 * Whether a text has the same blocks as another: their names, and the names of their attributes.
	 *
	 * @param string $before Text.
	 * @param string $after  Text.
	 * @return bool
	 */
	public static function has_same_blocks( $before, $after ) {
		return $before === $after || ! has_blocks( $before ) || self::outline( parse_blocks( $before ) ) === self::outline( parse_blocks( $after ) );
	}

	/**
	 * What blocks are, without what they hold.
	 *
	 * @param array[] $blocks Blocks.
	 * @return array
	 */
	private static function outline( array $blocks ) {
		$outline = array();
		foreach ( $blocks as $block ) {
			$outline[] = array( $block['blockName'], is_array( $block['attrs'] ) ? array_keys( $block['attrs'] ) : null, self::outline( $block['innerBlocks'] ) );
		}
		return $outline;
	}
}
