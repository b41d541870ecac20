<?php
/**
 * POST /media: pictures and other files with their ready-made sub-sizes. What a file is, is decided by its bytes; where it lies, by its date;
 * what it is called, by its cleaned name.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The media of one batch.
 */
final class Rehome_Media {

	/** Types that a browser would run as part of the site; never taken, whatever the user may otherwise upload. */
	const NEVER = array( 'text/html', 'text/css', 'application/javascript', 'text/javascript', 'image/svg+xml', 'application/xhtml+xml', 'application/java', 'application/x-shockwave-flash' );

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
	 * Slugs of this site.
	 *
	 * @var Rehome_Slugs
	 */
	private $slugs;

	/**
	 * The files on the disk.
	 *
	 * @var Rehome_Media_Files
	 */
	private $files;

	/**
	 * Who writes rows.
	 *
	 * @var Rehome_Media_Writer
	 */
	private $writer;

	/**
	 * Opens.
	 *
	 * @param Rehome_Map         $map   The map of the blog.
	 * @param string             $mode  fast or compatible.
	 * @param Rehome_Media_Files $files The files on the disk.
	 */
	private function __construct( Rehome_Map $map, $mode, Rehome_Media_Files $files ) {
		$this->map    = $map;
		$this->mode   = $mode;
		$this->slugs  = new Rehome_Slugs();
		$this->files  = $files;
		$this->writer = new Rehome_Media_Writer( $mode );
	}

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When it is malformed, cut, over a limit or not this writer's turn.
	 * @throws Throwable    What went wrong otherwise, once no file is left behind.
	 */
	public static function answer( WP_REST_Request $request ) {
		$body  = new Rehome_Media_Body();
		$files = new Rehome_Media_Files();
		try {
			$stream = Rehome_Body::stream( $request );
			$head   = $body->head( $stream );
			$blog   = $head->blog();
			$mode   = $head->word( 'mode', array( 'auto', Rehome_Mode::FAST, Rehome_Mode::COMPATIBLE ), 'auto' );
			$items  = self::read( $head->items( 'media', 'media' ) );

			list( $writer, $fence ) = Rehome_Writer::of( $head );
			$body->take_files( $stream, $items );
			fclose( $stream );

			Rehome_Map::ensure();
			Rehome_Clean::strictly();
			$mode    = Rehome_Mode::choose( $mode, Rehome_Mode::MEDIA_HOOKS );
			$answers = Rehome_Writer::transaction(
				$writer,
				$fence,
				static function () use ( $blog, $mode, $items, $files ) {
					$map = new Rehome_Map( $blog );
					$map->load( wp_list_pluck( $items, 'mark' ) );
					$answers = ( new self( $map, $mode, $files ) )->place( $items );
					$map->save();
					// Last of all, so that a process that dies leaves as few files without a row as can be.
					$files->move();
					return $answers;
				}
			);
			$files->keep();
			return array(
				'mode'  => $mode,
				'media' => self::complete( $answers ),
			);
		} catch ( Throwable $problem ) {
			$files->undo();
			throw $problem;
		} finally {
			$body->clean();
		}
	}

	/**
	 * Media types that this plugin takes.
	 *
	 * @return array<string,string> As WordPress lists them: extensions => type.
	 */
	public static function types() {
		return array_filter(
			get_allowed_mime_types(),
			static function ( $type ) {
				return ! in_array( $type, self::NEVER, true );
			}
		);
	}

	/**
	 * Addresses of a medium, for the answer of /media and /find.
	 *
	 * @param int $id Attachment.
	 * @return array page, address and sizes.
	 */
	public static function addresses( $id ) {
		$url   = (string) wp_get_attachment_url( $id );
		$meta  = wp_get_attachment_metadata( $id, true );
		$sizes = array(
			array(
				'name'    => 'full',
				'address' => $url,
				'width'   => isset( $meta['width'] ) ? (int) $meta['width'] : 0,
				'height'  => isset( $meta['height'] ) ? (int) $meta['height'] : 0,
			),
		);
		foreach ( isset( $meta['sizes'] ) ? $meta['sizes'] : array() as $name => $size ) {
			$sizes[] = array(
				'name'    => (string) $name,
				'address' => path_join( dirname( $url ), $size['file'] ),
				'width'   => (int) $size['width'],
				'height'  => (int) $size['height'],
			);
		}
		if ( ! empty( $meta['original_image'] ) ) {
			$sizes[] = array(
				'name'    => 'original',
				'address' => (string) wp_get_original_image_url( $id ),
				'width'   => 0,
				'height'  => 0,
			);
		}
		return array(
			'page'    => (string) get_attachment_link( $id ),
			'address' => $url,
			'sizes'   => $sizes,
		);
	}

	/**
	 * Reads the items of a head.
	 *
	 * @param Rehome_Input[] $inputs What was sent.
	 * @return array[]
	 * @throws Rehome_Error When a field is malformed.
	 */
	private static function read( array $inputs ) {
		$items = array();
		foreach ( $inputs as $input ) {
			$type = $input->text( 'media_type' );
			$main = array(
				'role' => 'main',
				'name' => $input->text( 'file_name' ),
				'type' => $type,
			);
			if ( $input->has( 'upload' ) ) {
				$main['upload'] = $input->text( 'upload' );
				if ( ! preg_match( '/^[0-9a-f]{16,64}$/', $main['upload'] ) ) {
					throw Rehome_Error::bad( $input->path( 'upload' ), 'An upload is named by 16 to 64 hexadecimal digits.' );
				}
			} else {
				$main['bytes'] = $input->number( 'bytes' );
			}
			$files = array( $main );
			if ( $input->has( 'original' ) ) {
				$original = $input->item( 'original' );
				$files[]  = array(
					'role'  => 'original',
					'name'  => $original->text( 'file_name' ),
					'type'  => $type,
					'bytes' => $original->number( 'bytes' ),
				);
			}
			foreach ( $input->items( 'sizes', 'sizes' ) as $size ) {
				$files[] = array(
					'role'   => 'size',
					'size'   => $size->text( 'name' ),
					'width'  => $size->number( 'width' ),
					'height' => $size->number( 'height' ),
					'type'   => $size->text( 'media_type', $type ),
					'bytes'  => $size->number( 'bytes' ),
				);
			}
			$md5 = $input->text( 'md5' );
			if ( ! preg_match( '/^[0-9a-f]{32}$/', $md5 ) ) {
				throw Rehome_Error::bad( $input->path( 'md5' ), '32 hexadecimal digits are expected here.' );
			}
			$items[] = array(
				'mark'        => $input->mark( 'mark' ),
				'fingerprint' => $input->fingerprint(),
				'md5'         => $md5,
				'title'       => $input->text( 'title', '' ),
				'caption'     => $input->text( 'caption', '' ),
				'alt'         => $input->text( 'alt', '' ),
				'date'        => $input->moment( 'date_utc' ),
				'public'      => $input->flag( 'public', false ),
				'files'       => $files,
			);
		}
		return $items;
	}

	/**
	 * Places them.
	 *
	 * @param array[] $items Items with their files.
	 * @return array[] Answers without addresses.
	 */
	private function place( array $items ) {
		$answers = array();
		foreach ( $items as $item ) {
			$answers[] = $this->place_one( $item );
		}
		return $answers;
	}

	/**
	 * Places one.
	 *
	 * @param array $item Item.
	 * @return array Answer.
	 */
	private function place_one( array $item ) {
		$known = $this->map->row( $item['mark'] );
		$id    = $this->map->id( $item['mark'], 'media' );
		$old   = $id ? Rehome_Media_Writer::row( $id ) : null;
		if ( null !== $old && $known['fingerprint'] === $item['fingerprint'] ) {
			return Rehome_Place::line( $item['mark'], 'unchanged', $id );
		}
		if ( null !== $old && Rehome_Media_Writer::stored( $id ) !== $known['stored_hash'] ) {
			return Rehome_Place::line( $item['mark'], 'conflict', $id, array( 'edited' ) );
		}
		$refusal = $this->files->check( $item );
		$texts   = self::texts( $item );
		if ( null === $refusal && ( strlen( $texts['post_title'] ) > Rehome_Limits::TEXT_BYTES || strlen( $texts['post_excerpt'] ) > Rehome_Limits::TEXT_BYTES ) ) {
			$refusal = 'the title or caption is longer than the column';
		}
		if ( null !== $refusal ) {
			return Rehome_Place::line( $item['mark'], 'refused', null === $old ? null : $id, array( $refusal ) );
		}
		$dates = Rehome_Dates::of_post( $item['date'], null, false );
		$laid  = $this->files->lay( $item, $dates['post_date'], $id );
		$stem  = pathinfo( $laid['file'], PATHINFO_FILENAME );
		$row   = $texts + $dates + array(
			'ID'             => null === $old ? $this->writer->reserve() : $id,
			'post_status'    => $item['public'] ? 'inherit' : 'private',
			'post_mime_type' => $laid['type'],
			'guid'           => null === $old ? $laid['url'] : $old['guid'],
		);
		if ( '' === $row['post_title'] ) {
			$row['post_title'] = Rehome_Clean::line( $stem );
		}
		$row['post_name'] = null === $old ? $this->slugs->unique( sanitize_title( $stem ), $row['ID'], 'inherit', 'attachment' ) : $old['post_name'];

		$meta = Rehome_Media_Writer::metadata( $laid );
		if ( Rehome_Mode::COMPATIBLE === $this->mode ) {
			$this->files->move(); // Plugins that hear of the medium want to see its files.
		}
		$this->writer->write( $row, $old, $laid, $meta, Rehome_Clean::line( $item['alt'] ) );
		$this->map->put( $item['mark'], 'media', $row['ID'], $item['fingerprint'], Rehome_Media_Writer::stored( $row['ID'] ) );
		return Rehome_Place::line( $item['mark'], null === $old ? 'created' : 'updated', $row['ID'], $laid['remarks'] );
	}

	/**
	 * The texts of an item, cleaned.
	 *
	 * @param array $item Item.
	 * @return array
	 */
	private static function texts( array $item ) {
		return array(
			'post_title'   => Rehome_Clean::post_field( 'post_title', $item['title'] ),
			'post_content' => '',
			'post_excerpt' => Rehome_Clean::post_field( 'post_excerpt', $item['caption'] ),
		);
	}

	/**
	 * Adds addresses to answers, after the commit.
	 *
	 * @param array[] $answers Answers.
	 * @return array[]
	 */
	private static function complete( array $answers ) {
		$ids = array_filter( wp_list_pluck( $answers, 'id' ) );
		foreach ( $ids as $id ) {
			clean_post_cache( $id );
		}
		_prime_post_caches( $ids, false, true );
		foreach ( $answers as &$answer ) {
			$post = $answer['id'] ? get_post( $answer['id'] ) : null;
			if ( null !== $post ) {
				$answer = self::addresses( $answer['id'] ) + array(
					'slug'   => $post->post_name,
					'status' => $post->post_status,
				) + $answer;
			}
		}
		return $answers;
	}
}
