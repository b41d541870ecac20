<?php
/**
 * Rows of media: the attachment and its three fields of metadata, as core would write them after making the sizes itself.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Writing attachments.
 */
final class Rehome_Media_Writer {

	/**
	 * Mode: fast or compatible.
	 *
	 * @var string
	 */
	private $mode;

	/**
	 * Opens.
	 *
	 * @param string $mode fast or compatible.
	 */
	public function __construct( $mode ) {
		$this->mode = $mode;
	}

	/**
	 * Reserves an id.
	 *
	 * @return int
	 */
	public function reserve() {
		return Rehome_Post_Writer::reserve( 1 );
	}

	/**
	 * The row of an attachment.
	 *
	 * @param int $id Attachment.
	 * @return array|null
	 */
	public static function row( $id ) {
		$rows = Rehome_Posts::rows( array( $id ), true );
		return isset( $rows[ $id ] ) && 'attachment' === $rows[ $id ]['post_type'] ? $rows[ $id ] : null;
	}

	/**
	 * Hash of what an attachment is now.
	 *
	 * @param int        $id  Attachment.
	 * @param array|null $row Its row, if it is at hand.
	 * @return string
	 */
	public static function stored( $id, $row = null ) {
		$row = null === $row ? self::row( $id ) : $row;
		return null === $row ? '' : Rehome_Stored::media( $row, (string) get_post_meta( $id, '_wp_attachment_image_alt', true ), (string) get_post_meta( $id, '_wp_attached_file', true ) );
	}

	/**
	 * Writes an attachment.
	 *
	 * @param array      $row  Row, without what all attachments share.
	 * @param array|null $old  Its row now.
	 * @param array      $laid What Rehome_Media_Files::lay() said.
	 * @param array      $meta What metadata() made of it.
	 * @param string     $alt  Alternative text.
	 */
	public function write( array $row, $old, array $laid, array $meta, $alt ) {
		$id   = $row['ID'];
		$row += array(
			'post_author'           => null === $old ? get_current_user_id() : (int) $old['post_author'],
			'comment_status'        => 'closed',
			'ping_status'           => 'closed',
			'post_password'         => '',
			'to_ping'               => '',
			'pinged'                => '',
			'post_content_filtered' => '',
			'post_parent'           => null === $old ? 0 : (int) $old['post_parent'],
			'menu_order'            => 0,
			'post_type'             => 'attachment',
			'comment_count'         => 0,
		);
		if ( Rehome_Mode::FAST === $this->mode ) {
			$this->write_fast( $row, $old, $laid, $meta, $alt );
		} else {
			$this->write_compatible( $row, $old, $laid, $meta, $alt );
		}
		clean_post_cache( $id );
		wp_cache_delete( $id, 'post_meta' );
	}

	/**
	 * The rows themselves.
	 *
	 * @param array      $row  Row.
	 * @param array|null $old  Row now.
	 * @param array      $laid Files.
	 * @param array      $meta Metadata.
	 * @param string     $alt  Alternative text.
	 * @throws Rehome_Error When the database refuses.
	 */
	private function write_fast( array $row, $old, array $laid, array $meta, $alt ) {
		global $wpdb;
		$id     = $row['ID'];
		$fields = array(
			'_wp_attached_file'       => $laid['file'],
			'_wp_attachment_metadata' => maybe_serialize( $meta ),
		);
		if ( '' !== $alt ) {
			$fields['_wp_attachment_image_alt'] = $alt;
		}
		if ( null === $old ) {
			Rehome_Rows::write( 'INSERT', $wpdb->posts, array( $row ) );
		} else {
			unset( $row['ID'] );
			if ( false === $wpdb->update( $wpdb->posts, $row, array( 'ID' => $id ) ) ) {
				throw Rehome_Error::failed( 'updating a medium' );
			}
			Rehome_Rows::run(
				$wpdb->prepare(
					"DELETE FROM $wpdb->postmeta WHERE post_id = %d AND meta_key IN ('_wp_attached_file','_wp_attachment_metadata','_wp_attachment_image_alt')",
					$id
				),
				'metadata'
			);
		}
		$rows = array();
		foreach ( $fields as $key => $value ) {
			$rows[] = array(
				'post_id'    => $id,
				'meta_key'   => $key, // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key -- Written, not searched.
				'meta_value' => $value, // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value -- Written, not searched.
			);
		}
		Rehome_Rows::write( 'INSERT', $wpdb->postmeta, $rows );
	}

	/**
	 * The public functions.
	 *
	 * @param array      $row  Row.
	 * @param array|null $old  Row now.
	 * @param array      $laid Files.
	 * @param array      $meta Metadata.
	 * @param string     $alt  Alternative text.
	 * @throws Rehome_Error When core refuses.
	 */
	private function write_compatible( array $row, $old, array $laid, array $meta, $alt ) {
		$id = $row['ID'];
		if ( null === $old ) {
			$row['import_id'] = $id;
			unset( $row['ID'] );
		}
		$keep_ours = static function ( $data ) use ( $row ) {
			foreach ( array( 'post_modified', 'post_modified_gmt', 'post_name' ) as $column ) {
				$data[ $column ] = wp_slash( $row[ $column ] );
			}
			return $data;
		};
		add_filter( 'wp_insert_attachment_data', $keep_ours, 1 );
		$done = wp_insert_attachment( wp_slash( $row ), false, 0, true );
		remove_filter( 'wp_insert_attachment_data', $keep_ours, 1 );
		if ( is_wp_error( $done ) || (int) $done !== $id ) {
			throw Rehome_Error::failed( 'core refused a medium' );
		}
		update_attached_file( $id, $laid['path'] );
		/** This filter is documented in wp-admin/includes/image.php */
		$meta = apply_filters( 'wp_generate_attachment_metadata', $meta, $id, null === $old ? 'create' : 'update' );
		wp_update_attachment_metadata( $id, $meta );
		if ( '' !== $alt ) {
			update_post_meta( $id, '_wp_attachment_image_alt', wp_slash( $alt ) );
		} else {
			delete_post_meta( $id, '_wp_attachment_image_alt' );
		}
	}

	/**
	 * The field _wp_attachment_metadata, as core makes it. Reads the files, so it comes before they are moved.
	 *
	 * @param array $laid Files.
	 * @return array
	 */
	public static function metadata( array $laid ) {
		require_once ABSPATH . 'wp-admin/includes/image.php';
		if ( 0 !== strpos( $laid['type'], 'image/' ) ) {
			return self::metadata_of_sound( $laid );
		}
		$meta  = array(
			'width'    => $laid['width'],
			'height'   => $laid['height'],
			'file'     => $laid['file'],
			'filesize' => $laid['bytes'],
			'sizes'    => $laid['sizes'],
		);
		$about = wp_read_image_metadata( $laid['read_from'] );
		if ( $about ) {
			$meta['image_meta'] = $about;
		}
		if ( null !== $laid['original'] ) {
			$meta['original_image'] = $laid['original'];
		}
		return $meta;
	}

	/**
	 * Metadata of videos and sounds; of others only the size of the file.
	 *
	 * @param array $laid Files.
	 * @return array
	 */
	private static function metadata_of_sound( array $laid ) {
		require_once ABSPATH . 'wp-admin/includes/media.php';
		$meta = false;
		if ( 0 === strpos( $laid['type'], 'video/' ) ) {
			$meta = wp_read_video_metadata( $laid['read_from'] );
		} elseif ( 0 === strpos( $laid['type'], 'audio/' ) ) {
			$meta = wp_read_audio_metadata( $laid['read_from'] );
		}
		$meta = is_array( $meta ) ? $meta : array();
		unset( $meta['image'] ); // The cover inside a sound file; core makes an attachment of its own of it, which nobody asked for.
		return array( 'filesize' => $laid['bytes'] ) + $meta;
	}
}
