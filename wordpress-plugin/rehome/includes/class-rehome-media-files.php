<?php
/**
 * Files of media on the disk: checked by their bytes, given a place and a name, moved at the last moment, taken back when the rows are not kept.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The files of one request.
 */
final class Rehome_Media_Files {

	/** Types that nobody but their name speaks for; without PHP's fileinfo they cannot be checked. */
	const PICTURES = array( 'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/tiff', 'image/heic', 'image/heif', 'image/x-icon' );

	/**
	 * Moves to make: from and to.
	 *
	 * @var array[]
	 */
	private $moves = array();

	/**
	 * Moves that were made: from, to, and whether nothing lay there before.
	 *
	 * @var array[]
	 */
	private $moved = array();

	/**
	 * Files to remove once the rows are kept.
	 *
	 * @var string[]
	 */
	private $old = array();

	/**
	 * Names given in this request that are not on the disk yet.
	 *
	 * @var array<string,bool>
	 */
	private $given = array();

	/**
	 * Says why an item cannot be taken; completes its files with their real type.
	 *
	 * @param array $item Item, completed.
	 * @return string|null
	 */
	public function check( array &$item ) {
		foreach ( $item['files'] as &$file ) {
			if ( isset( $file['upload'] ) ) {
				$file['path'] = Rehome_Uploads::path( $file['upload'] );
				if ( ! is_file( $file['path'] ) ) {
					return 'its upload is not here';
				}
				$file['bytes'] = filesize( $file['path'] );
				$file['md5']   = md5_file( $file['path'] );
			}
			if ( 0 === $file['bytes'] ) {
				return 'a file is empty';
			}
			if ( 'main' === $file['role'] && $file['md5'] !== $item['md5'] ) {
				return 'the bytes are not those of the md5';
			}
			$refusal = self::check_type( $file, $item['files'][0]['name'] );
			if ( null !== $refusal ) {
				return $refusal;
			}
		}
		unset( $file );
		if ( count( $item['files'] ) > 1 && 0 !== strpos( $item['files'][0]['type'], 'image/' ) ) {
			return 'only pictures have sizes';
		}
		return self::check_room( $item );
	}

	/**
	 * Gives places and names to the files of an item that passed check().
	 *
	 * @param array  $item  Item.
	 * @param string $local Its date in the site's time.
	 * @param int    $id    Its attachment, or 0.
	 * @return array file, url, type, width, height, sizes, original, read_from and remarks.
	 * @throws Rehome_Error When there is no folder.
	 */
	public function lay( array $item, $local, $id ) {
		$uploads = wp_upload_dir( $local );
		if ( ! empty( $uploads['error'] ) ) {
			throw Rehome_Error::failed( 'making the uploads folder' );
		}
		$folder = $uploads['path'];
		$main   = $item['files'][0];
		$now    = $id ? (string) get_attached_file( $id, true ) : '';
		$same   = '' !== $now && is_file( $now ) && md5_file( $now ) === $item['md5'];
		if ( $same && ( $item['public'] || self::is_secret( $now ) ) ) {
			// The very same picture keeps its address; only what is beside it changes. One that is not public any more gets the
			// name it was sent with, which nobody guesses.
			$folder = dirname( $now );
			$name   = basename( $now );
		} else {
			$name          = $this->free_name( $folder, self::clean_name( $main['name'], $main['extension'] ), $item['md5'] );
			$this->moves[] = array( $main['path'], "$folder/$name" );
		}
		$size = wp_getimagesize( $main['path'] );
		$laid = array(
			'path'      => "$folder/$name",
			'file'      => _wp_relative_upload_path( "$folder/$name" ),
			'url'       => $uploads['url'] . '/' . $name,
			'type'      => $main['type'],
			'bytes'     => $main['bytes'],
			'width'     => $size ? (int) $size[0] : 0,
			'height'    => $size ? (int) $size[1] : 0,
			'sizes'     => array(),
			'original'  => null,
			'read_from' => $main['path'],
			'remarks'   => array(),
		);
		$stem = pathinfo( $name, PATHINFO_FILENAME );
		foreach ( array_slice( $item['files'], 1 ) as $file ) {
			if ( 'original' === $file['role'] ) {
				$laid['original']  = $this->free_name( $folder, self::clean_name( $file['name'], $file['extension'] ), $file['md5'] );
				$laid['read_from'] = $file['path'];
				$this->moves[]     = array( $file['path'], $folder . '/' . $laid['original'] );
				continue;
			}
			$real = wp_getimagesize( $file['path'] );
			if ( ! $real || $real[0] !== $file['width'] || $real[1] !== $file['height'] ) {
				$laid['remarks'][] = 'the size ' . sanitize_key( $file['size'] ) . ' is not as large as it says and was left out';
				continue;
			}
			$own           = "$stem-{$file['width']}x{$file['height']}.{$file['extension']}";
			$this->moves[] = array( $file['path'], "$folder/$own" );

			$laid['sizes'][ sanitize_key( $file['size'] ) ] = array(
				'file'      => $own,
				'width'     => $file['width'],
				'height'    => $file['height'],
				'mime-type' => $file['type'],
				'filesize'  => $file['bytes'],
			);
		}
		$this->replace( $id, $folder, $laid );
		return $laid;
	}

	/**
	 * Puts the files where they belong.
	 *
	 * @throws Rehome_Error When the disk refuses.
	 */
	public function move() {
		foreach ( $this->moves as $move ) {
			list( $from, $to ) = $move;
			$is_new            = ! file_exists( $to );
			// phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- A refusal is told as an error below; WP_Filesystem cannot move without reading.
			if ( ! @rename( $from, $to ) && ! @copy( $from, $to ) ) {
				throw Rehome_Error::failed( 'moving a file into the uploads folder' );
			}
			$this->moved[] = array( $from, $to, $is_new );
			$stat          = stat( dirname( $to ) );
			// phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- As core does after an upload; some disks know no modes.
			@chmod( $to, $stat['mode'] & 0000666 );
		}
		$this->moves = array();
	}

	/**
	 * The rows are kept: what they replaced goes, and what had to be copied.
	 */
	public function keep() {
		foreach ( array_merge( $this->old, array_column( $this->moved, 0 ) ) as $path ) {
			if ( is_file( $path ) ) {
				wp_delete_file( $path );
			}
		}
		$this->moved = array();
	}

	/**
	 * The rows are not kept: what was put into the uploads folder goes back, so that the request can be repeated.
	 */
	public function undo() {
		foreach ( $this->moved as $move ) {
			list( $from, $to, $is_new ) = $move;
			if ( $is_new && ! is_file( $from ) ) {
				// phpcs:ignore WordPress.PHP.NoSilencedErrors, WordPress.WP.AlternativeFunctions -- Best effort: the request has failed already.
				@rename( $to, $from );
			}
			if ( $is_new && is_file( $to ) ) {
				wp_delete_file( $to );
			}
		}
		$this->moved = array();
	}

	/**
	 * Notes files of an older state of the same medium that the new one no longer has.
	 *
	 * @param int    $id     Attachment, or 0.
	 * @param string $folder Folder of the new files.
	 * @param array  $laid   New state.
	 */
	private function replace( $id, $folder, array $laid ) {
		if ( ! $id ) {
			return;
		}
		$was  = (string) get_attached_file( $id, true );
		$meta = wp_get_attachment_metadata( $id, true );
		$have = array( $laid['path'] );
		foreach ( $laid['sizes'] as $size ) {
			$have[] = $folder . '/' . $size['file'];
		}
		$had = array( $was );
		foreach ( isset( $meta['sizes'] ) ? $meta['sizes'] : array() as $size ) {
			$had[] = dirname( $was ) . '/' . $size['file'];
		}
		if ( isset( $meta['original_image'] ) ) {
			$had[] = dirname( $was ) . '/' . $meta['original_image'];
		}
		$this->old = array_merge( $this->old, array_diff( array_filter( $had ), $have ) );
	}

	/**
	 * Whether nobody guesses the name of a file: 128 bits, and what core adds.
	 *
	 * @param string $path File.
	 * @return bool
	 */
	private static function is_secret( $path ) {
		return 1 === preg_match( '/^[0-9a-f]{32}(-scaled|-rotated)?(-[0-9]+)?$/', pathinfo( $path, PATHINFO_FILENAME ) );
	}

	/**
	 * Says why a file is not what it is said to be; completes it with its extension.
	 *
	 * @param array  $file File, completed.
	 * @param string $name Name of the main file.
	 * @return string|null
	 */
	private static function check_type( array &$file, $name ) {
		$types     = Rehome_Media::types();
		$extension = self::extension( isset( $file['name'] ) ? $file['name'] : $name, $file['type'], $types );
		if ( null === $extension ) {
			return 'this site does not take the type ' . Rehome_Clean::line( $file['type'] );
		}
		$is_picture = 0 === strpos( $file['type'], 'image/' );
		if ( $is_picture ) {
			$real = wp_get_image_mime( $file['path'] );
			if ( $real !== $file['type'] ) {
				return 'the bytes are not of the type ' . $file['type'];
			}
		} elseif ( ! extension_loaded( 'fileinfo' ) ) {
			return 'this site cannot check the type of a file';
		}
		$checked = wp_check_filetype_and_ext( $file['path'], "file.$extension", $types );
		if ( $checked['type'] !== $file['type'] ) {
			return 'the bytes are not of the type ' . $file['type'];
		}
		$file['extension'] = $extension;
		return null;
	}

	/**
	 * The extension that a type has here: the one of the name if it is one of this type.
	 *
	 * @param string   $name  File name.
	 * @param string   $type  Media type.
	 * @param string[] $types Types as WordPress lists them.
	 * @return string|null Null when the type is not taken.
	 */
	private static function extension( $name, $type, array $types ) {
		$wish = strtolower( pathinfo( $name, PATHINFO_EXTENSION ) );
		foreach ( $types as $extensions => $known ) {
			if ( $known === $type ) {
				$all = explode( '|', $extensions );
				return in_array( $wish, $all, true ) ? $wish : $all[0];
			}
		}
		return null;
	}

	/**
	 * Says whether a network's quota has no room for an item.
	 *
	 * @param array $item Item.
	 * @return string|null
	 */
	private static function check_room( array $item ) {
		if ( ! is_multisite() || get_site_option( 'upload_space_check_disabled' ) ) {
			return null;
		}
		$bytes = array_sum( wp_list_pluck( $item['files'], 'bytes' ) );
		return $bytes > get_upload_space_available() ? 'the quota of this site is used up' : null;
	}

	/**
	 * A harmless name with this extension.
	 *
	 * @param string $name      Wished name.
	 * @param string $extension Extension.
	 * @return string
	 */
	private static function clean_name( $name, $extension ) {
		$stem = sanitize_file_name( pathinfo( str_replace( '\\', '/', $name ), PATHINFO_FILENAME ) );
		// One dot only: some servers run name.php.jpg.
		$stem = trim( preg_replace( '/[^\pL\pN_-]+/u', '-', $stem ), '-_' );
		$stem = Rehome_Clean::cut( '' === $stem ? 'file' : $stem, 150 );
		return "$stem.$extension";
	}

	/**
	 * A name that is free in a folder. A file that lies there without a row and has the very same bytes is left over from a request that
	 * died, and is taken over.
	 *
	 * @param string $folder Folder.
	 * @param string $name   Wished name.
	 * @param string $md5    Hash of the bytes.
	 * @return string
	 */
	private function free_name( $folder, $name, $md5 ) {
		if ( ! isset( $this->given[ "$folder/$name" ] ) && is_file( "$folder/$name" ) && md5_file( "$folder/$name" ) === $md5 && ! self::has_row( "$folder/$name" ) ) {
			$this->given[ "$folder/$name" ] = true;
			return $name;
		}
		$extension = pathinfo( $name, PATHINFO_EXTENSION );
		$stem      = pathinfo( $name, PATHINFO_FILENAME );
		$free      = wp_unique_filename( $folder, $name );
		for ( $n = 1; isset( $this->given[ "$folder/$free" ] ); $n++ ) {
			$free = wp_unique_filename( $folder, "$stem-$n.$extension" );
		}
		$this->given[ "$folder/$free" ] = true;
		return $free;
	}

	/**
	 * Whether an attachment has this file.
	 *
	 * @param string $path Path.
	 * @return bool
	 */
	private static function has_row( $path ) {
		global $wpdb;
		return null !== $wpdb->get_var( $wpdb->prepare( "SELECT post_id FROM $wpdb->postmeta WHERE meta_key = '_wp_attached_file' AND meta_value = %s LIMIT 1", _wp_relative_upload_path( $path ) ) );
	}
}
