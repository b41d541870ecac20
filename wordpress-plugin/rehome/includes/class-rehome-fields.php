<?php
/**
 * Custom fields of posts: which are taken, how they are written, and which of them are still as we left them.
 *
 * Values are written and read as the bytes they are: nothing here ever unserialises one.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The custom fields of one batch.
 */
final class Rehome_Fields {

	/** The custom field that says which others are ours: names, each with the hashes of its values. */
	const NOTE = '_rehome_fields';

	/** Beginnings of objects inside a serialised value. What such an object does when it is read, nobody knows. */
	const OBJECTS = '/[OCE]:[+-]?\d+:"/';

	/**
	 * Reads the custom fields of a post of a request.
	 *
	 * @param Rehome_Input $input The post.
	 * @return array[] Each with name and value.
	 */
	public static function read( Rehome_Input $input ) {
		$fields = array();
		foreach ( $input->items( 'fields', 'fields' ) as $field ) {
			$fields[] = array(
				'name'  => $field->text( 'name' ),
				'value' => $field->text( 'value' ),
			);
		}
		return $fields;
	}

	/**
	 * The fields that may stand here.
	 *
	 * @param array[]  $fields  Fields.
	 * @param string[] $remarks Remarks, added to.
	 * @return array<string,string[]> Values by name.
	 */
	public static function sound( array $fields, array &$remarks ) {
		$sound = array();
		foreach ( $fields as $field ) {
			$name = $field['name'];
			$why  = self::why_not( $name, $field['value'] );
			if ( null === $why ) {
				$sound[ $name ][] = $field['value'];
			} else {
				$remarks[] = 'placed without the custom field ' . mb_substr( $name, 0, 40 ) . ": $why";
			}
		}
		return $sound;
	}

	/**
	 * Why a field is not taken, if so.
	 *
	 * @param string $name  Name.
	 * @param string $value Value.
	 * @return string|null
	 */
	private static function why_not( $name, $value ) {
		if ( '' === trim( $name ) || mb_strlen( $name ) > 255 || preg_match( '/[\x00-\x1f]/', $name ) ) {
			return 'that is no name';
		}
		if ( is_protected_meta( $name, 'post' ) ) {
			return 'its name belongs to WordPress or a plugin';
		}
		if ( strlen( $value ) > Rehome_Limits::FIELD_BYTES ) {
			return 'it is too long';
		}
		if ( is_serialized( $value ) && preg_match( self::OBJECTS, $value ) ) {
			return 'it holds an object of a program';
		}
		if ( ! self::fits( $name ) || ! self::fits( $value ) ) {
			return 'it holds letters that the database has no room for';
		}
		return self::is_clean( $value ) ? null : 'it holds markup that posts may not have';
	}

	/**
	 * Whether the table takes every letter of a text. wpdb refuses a statement with one that does not fit any of its columns.
	 *
	 * @param string $text Name or value.
	 * @return bool
	 */
	private static function fits( $text ) {
		global $wpdb;
		if ( ! preg_match( '/[^\x00-\x7f]/', $text ) ) {
			return true;
		}
		foreach ( array( 'meta_key', 'meta_value' ) as $column ) {
			$charset = Rehome_Line::charset( $wpdb->postmeta, $column );
			if ( 'utf8' === $charset ) {
				$fits = ! preg_match( '/[\xf0-\xf4]/', $text );
			} else {
				$fits = in_array( $charset, array( 'utf8mb4', false ), true ) || $wpdb->strip_invalid_text_for_column( $wpdb->postmeta, $column, $text ) === $text;
			}
			if ( ! $fits ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Whether cleaning would leave the markup in a value. It is not cleaned: a changed length would spoil a serialised value.
	 *
	 * @param string $value Value.
	 * @return bool
	 */
	private static function is_clean( $value ) {
		if ( false === strpos( $value, '<' ) ) {
			return true;
		}
		$form = static function ( $html ) {
			$html = preg_replace( '~\s*/?>~', '>', html_entity_decode( $html, ENT_QUOTES | ENT_HTML5 ) );
			return str_replace( array( '"', "'" ), '', (string) $html );
		};
		return $form( wp_kses_post( $value ) ) === $form( $value );
	}

	/**
	 * Writes the fields of posts. One that somebody changed, or that was here before, stays as it is.
	 *
	 * @param array[] $posts Posts of Rehome_Posts, completed: remarks.
	 */
	public static function write( array &$posts ) {
		global $wpdb;
		$rows = array();
		foreach ( $posts as &$post ) {
			$old = null === $post['old'] ? '' : (string) get_post_meta( $post['row']['ID'], self::NOTE, true );
			if ( $post['fields'] || '' !== $old ) {
				array_push( $rows, ...self::rows_of( $post, self::note( $old ) ) );
			}
		}
		Rehome_Rows::write( 'INSERT', $wpdb->postmeta, $rows );
	}

	/**
	 * New rows of one post; rows that they replace are taken away.
	 *
	 * @param array                  $post Post, completed.
	 * @param array<string,string[]> $note What we left there.
	 * @return array[]
	 */
	private static function rows_of( array &$post, array $note ) {
		$id   = (int) $post['row']['ID'];
		$now  = null === $post['old'] ? array() : (array) get_post_meta( $id );
		$keep = array();
		$rows = array();
		$gone = array();
		foreach ( $note as $name => $left ) {
			$have = isset( $now[ $name ] ) ? $now[ $name ] : array();
			if ( self::sums( $have ) === $left ) {
				$gone[] = (string) $name;
				unset( $now[ $name ] );
			} else {
				$keep[ $name ] = $left;
			}
		}
		if ( $note ) {
			self::take_away( $id, array_merge( $gone, array( self::NOTE ) ) );
		}
		foreach ( $post['fields'] as $name => $values ) {
			if ( isset( $now[ $name ] ) || isset( $keep[ $name ] ) ) {
				$post['remarks'][] = 'the custom field ' . mb_substr( (string) $name, 0, 40 ) . ' is left as it is here';
				continue;
			}
			$keep[ $name ] = self::sums( $values );
			foreach ( $values as $value ) {
				$rows[] = self::row( $id, (string) $name, $value );
			}
		}
		if ( $keep ) {
			$rows[] = self::row( $id, self::NOTE, (string) wp_json_encode( $keep ) );
		}
		return $rows;
	}

	/**
	 * Takes fields of a post away. Names that the database takes for equal (Mood and mood) are not.
	 *
	 * @param int      $id    Post.
	 * @param string[] $names Names.
	 */
	private static function take_away( $id, array $names ) {
		global $wpdb;
		$gone = array();
		foreach ( Rehome_Rows::read( "SELECT meta_id, meta_key FROM $wpdb->postmeta WHERE post_id = $id" ) as $row ) {
			if ( in_array( $row->meta_key, $names, true ) ) {
				$gone[] = (int) $row->meta_id;
			}
		}
		if ( $gone ) {
			Rehome_Rows::run( "DELETE FROM $wpdb->postmeta WHERE meta_id IN (" . implode( ',', $gone ) . ')', 'custom fields' );
		}
	}

	/**
	 * A row of the table of custom fields.
	 *
	 * @param int    $id    Post.
	 * @param string $name  Name.
	 * @param string $value Value.
	 * @return array
	 */
	private static function row( $id, $name, $value ) {
		return array(
			'post_id'    => $id,
			// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key -- A column that is written, not searched.
			'meta_key'   => $name,
			// phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value -- As above.
			'meta_value' => $value,
		);
	}

	/**
	 * What we left at a post.
	 *
	 * @param string $text The note; may be empty.
	 * @return array<string,string[]>
	 */
	private static function note( $text ) {
		$note = json_decode( $text, true );
		return is_array( $note ) ? $note : array();
	}

	/**
	 * Hashes of values, in an order of their own.
	 *
	 * @param string[] $values Values.
	 * @return string[]
	 */
	private static function sums( array $values ) {
		$sums = array_map( 'md5', array_values( $values ) );
		sort( $sums );
		return $sums;
	}

	/**
	 * The fields of a post that we placed, as they are now.
	 *
	 * @param int $id Post, its custom fields loaded.
	 * @return array[] Each with name and value.
	 */
	public static function of( $id ) {
		$all = (array) get_post_meta( $id );
		$out = array();
		foreach ( isset( $all[ self::NOTE ] ) ? array_keys( self::note( $all[ self::NOTE ][0] ) ) : array() as $name ) {
			foreach ( isset( $all[ $name ] ) ? $all[ $name ] : array() as $value ) {
				$out[] = array(
					'name'  => (string) $name,
					'value' => $value,
				);
			}
		}
		return $out;
	}
}
