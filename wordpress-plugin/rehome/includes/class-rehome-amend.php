<?php
/**
 * POST /amend: changes addresses in posts, entries of menus and comments that stood here before us, each only as long as it still reads as
 * it was read; and puts them back. Nothing but whole web addresses is ever put into a text, so no markup can come in this way, whoever asks.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Amendments and their undoing.
 */
final class Rehome_Amend {

	/** A whole web address, without anything that ends one in HTML. In the attributes of a block slash, ampersand and hyphen may be escaped. */
	const ADDRESS = '~^https?:(?://|\\\\/\\\\/)(?:[^\s"\'<>`\\\\\x00-\x20\x7f]|\\\\/|\\\\u002[6dD])*\z~i';

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 */
	public static function answer( WP_REST_Request $request ) {
		$input = Rehome_Body::json( $request );
		$blog  = $input->blog();
		$items = array_map( array( self::class, 'read' ), $input->items( 'amendments', 'posts' ) );

		list( $writer, $fence ) = Rehome_Writer::of( $input );
		Rehome_Map::ensure();
		$answers = Rehome_Writer::transaction(
			$writer,
			$fence,
			static function () use ( $blog, $items ) {
				$map = new Rehome_Map( $blog );
				$map->load( array_column( $items, 'mark' ) );
				$answers = array();
				$drop    = array();
				foreach ( $items as $item ) {
					$answers[] = self::one( $map, $item, $drop );
				}
				$map->save();
				$map->drop( $drop );
				return $answers;
			}
		);
		foreach ( $items as $item ) {
			Rehome_Stood::forget( Rehome_Standing_Comments::AMENDED === $item['type'] ? Rehome_Standing_Comments::KIND : '', $item['id'] );
		}
		return array( 'amended' => $answers );
	}

	/**
	 * Reads one wish.
	 *
	 * @param Rehome_Input $input The wish.
	 * @return array
	 */
	private static function read( Rehome_Input $input ) {
		$is_comment = $input->has( 'comment' );
		$item       = array(
			'mark'        => $input->mark( 'mark' ),
			'fingerprint' => $input->fingerprint(),
			'type'        => $is_comment ? Rehome_Standing_Comments::AMENDED : Rehome_Standing::AMENDED,
			'id'          => $input->number( $is_comment ? 'comment' : 'post' ),
			'was'         => $input->text( 'was' ),
			'back'        => $input->flag( 'back', false ),
			'fields'      => array(),
		);
		foreach ( array( 'content', 'excerpt' ) as $part ) {
			$item[ $part ] = array();
			foreach ( $input->items( $part, 'edits' ) as $edit ) {
				$item[ $part ][] = array( $edit->number( 'at' ), self::address( $edit, 'old' ), self::address( $edit, 'new' ) );
			}
		}
		foreach ( $input->items( 'fields', 'edits' ) as $field ) {
			$item['fields'][] = array( $field->number( 'id' ), $field->text( 'was' ), $field->text( 'value' ) );
		}
		return $item;
	}

	/**
	 * A web address of an edit.
	 *
	 * @param Rehome_Input $edit The edit.
	 * @param string       $name Its field.
	 * @return string
	 * @throws Rehome_Error When it is something else.
	 */
	private static function address( Rehome_Input $edit, $name ) {
		$text = $edit->text( $name );
		if ( ! preg_match( self::ADDRESS, $text ) ) {
			throw Rehome_Error::bad( $edit->path( $name ), 'A whole web address is expected here.' );
		}
		return $text;
	}

	/**
	 * Amends one of them, or puts it back.
	 *
	 * @param Rehome_Map    $map  The map.
	 * @param array         $item The wish.
	 * @param Rehome_Mark[] $drop Marks that the map shall forget.
	 * @return array
	 */
	private static function one( Rehome_Map $map, array $item, array &$drop ) {
		$known = $map->row( $item['mark'] );
		if ( null !== $known && ( $known['object_type'] !== $item['type'] || $known['object_id'] !== $item['id'] ) ) {
			return self::line( $item, 'refused', null, 'this mark belongs to something else' );
		}
		if ( null === $known && $item['back'] ) {
			return self::line( $item, 'unchanged', null, null );
		}
		$row = Rehome_Stood::row( $item['type'], $item['id'] );
		if ( null === $row ) {
			return self::line( $item, 'refused', null, 'it is not there any more, or not yours to edit' );
		}
		$hash = Rehome_Stored::amended( $row );
		$ours = null !== $known && $known['stored_hash'] === $hash;
		if ( $ours && ! $item['back'] && $known['fingerprint'] === $item['fingerprint'] ) {
			return self::line( $item, 'unchanged', $row, null );
		}
		if ( ! $ours && ( $item['back'] || $item['was'] !== $hash ) ) {
			return self::line( $item, 'conflict', $row, 'edited' );
		}
		$values = array(
			'post_content' => self::edited( $row['post_content'], $item['content'] ),
			'post_excerpt' => self::edited( $row['post_excerpt'], $item['excerpt'] ),
		);
		if ( in_array( null, $values, true ) ) {
			return self::line( $item, 'conflict', $row, 'edited' );
		}
		if ( ! Rehome_Stood::fits( $row, $values ) ) {
			return self::line( $item, 'refused', $row, 'the text is longer than the column' );
		}
		if ( ! Rehome_Stood::has_same_blocks( $row['post_content'], $values['post_content'] ) ) {
			return self::line( $item, 'refused', $row, 'its blocks could not be read any more' );
		}
		if ( $values['post_content'] !== $row['post_content'] || $values['post_excerpt'] !== $row['post_excerpt'] ) {
			if ( ! $item['back'] && Rehome_Standing::AMENDED === $item['type'] ) {
				self::keep_revision( $item['id'] );
			}
			Rehome_Stood::write( $row, $values );
		}
		// A comment and an entry of a menu have none that are ours to change.
		$left = in_array( $row['post_type'], array( Rehome_Standing::MENU_ENTRY, Rehome_Standing_Comments::KIND ), true ) ? array() : self::write_fields( $item );
		if ( $item['back'] ) {
			$drop[] = $item['mark'];
		} else {
			$map->put( $item['mark'], $item['type'], $item['id'], $item['fingerprint'], Rehome_Stored::amended( $values + $row ) );
		}
		Rehome_Stood::forget( $row['post_type'], $item['id'] );
		return self::line( $item, null === $known ? 'created' : 'updated', $row, $left ? 'custom fields changed meanwhile were left: ' . implode( ', ', $left ) : null );
	}

	/**
	 * A text with other addresses in it.
	 *
	 * @param string  $text  The text.
	 * @param array[] $edits Place, what stands there, what shall; in rising order.
	 * @return string|null Null when something else stands there.
	 */
	private static function edited( $text, array $edits ) {
		$out  = '';
		$done = 0;
		foreach ( $edits as list( $at, $old, $new ) ) {
			if ( $at < $done || substr( $text, $at, strlen( $old ) ) !== $old ) {
				return null;
			}
			$out .= substr( $text, $done, $at - $done ) . $new;
			$done = $at + strlen( $old );
		}
		return $out . substr( $text, $done );
	}

	/**
	 * Writes the custom fields that still are what they were.
	 *
	 * @param array $item The wish.
	 * @return string[] Names of the others.
	 */
	private static function write_fields( array $item ) {
		global $wpdb;
		$left = array();
		foreach ( $item['fields'] as list( $id, $was, $value ) ) {
			$rows = Rehome_Rows::read( $wpdb->prepare( "SELECT meta_key, meta_value FROM $wpdb->postmeta WHERE meta_id = %d AND post_id = %d", $id, $item['id'] ) );
			$now  = $rows ? $rows[0]->meta_value : null;
			if ( $now === $was && ! is_serialized( $now ) && ! is_serialized( $value ) ) {
				// phpcs:ignore WordPress.DB.SlowDBQuery -- It is a column to be written, and the row is found by its key.
				Rehome_Rows::update( $wpdb->postmeta, array( 'meta_value' => $value ), 'meta_id', $id );
			} elseif ( $now !== $value ) {
				$left[] = $rows ? $rows[0]->meta_key : "no. $id";
			}
		}
		wp_cache_delete( $item['id'], 'post_meta' );
		return $left;
	}

	/**
	 * Keeps the text as it is in a revision, where the site keeps revisions and has none of it yet.
	 *
	 * @param int $id Post.
	 */
	private static function keep_revision( $id ) {
		clean_post_cache( $id );
		$post = get_post( $id );
		if ( null === $post || ! wp_revisions_enabled( $post ) ) {
			return;
		}
		$newest = wp_get_post_revisions( $id, array( 'posts_per_page' => 1 ) );
		$newest = reset( $newest );
		if ( $newest && $newest->post_content === $post->post_content && $newest->post_excerpt === $post->post_excerpt && $newest->post_title === $post->post_title ) {
			return;
		}
		// It is what stands there already; what a filter would take out of it could not be put back.
		kses_remove_filters();
		_wp_put_post_revision( $id );
		kses_init();
	}

	/**
	 * One line of the answer.
	 *
	 * @param array       $item    The wish.
	 * @param string      $outcome What came of it.
	 * @param array|null  $row     Row of the posts table.
	 * @param string|null $remark  Why.
	 * @return array
	 */
	private static function line( array $item, $outcome, $row, $remark ) {
		return array(
			'mark'    => $item['mark']->as_array(),
			'outcome' => $outcome,
			'id'      => null === $row ? 0 : $item['id'],
			'address' => null === $row ? '' : Rehome_Standing::address( $row ),
			'slug'    => null === $row ? '' : $row['post_name'],
			'status'  => null === $row ? '' : $row['post_status'],
			'remark'  => $remark,
		);
	}
}
