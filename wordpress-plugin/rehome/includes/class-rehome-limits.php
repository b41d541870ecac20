<?php
/**
 * The bounds of a request, each with its reason.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Numbers that GET /site tells and every route keeps.
 */
final class Rehome_Limits {

	/** A post of 8 MiB is a book; a batch is far smaller. */
	const BODY_BYTES = 8388608;
	/** A request in pieces. PHP holds one piece of it at a time; the transaction is open as long as a host needs for so much. */
	const PIECES_BYTES = 8388608;
	/** Rows of one piece. */
	const POSTS = 320;
	/** As above; comments are short. */
	const COMMENTS = 1600;
	/** Terms go through the public API one by one. */
	const TERMS = 200;
	/** Pictures of one request, sub-sizes included. */
	const MEDIA = 10;
	/** Sub-sizes of one picture; themes and plugins register a dozen or two. */
	const SIZES = 40;
	/** What a small host takes in one request. */
	const MEDIA_BODY_BYTES = 4194304;
	/** One piece of a large file; it is never held as a whole. */
	const CHUNK_BYTES = 2097152;
	/** Marks of one look-up or removal. */
	const FIND = 500;
	/** Posts of one answer of /standing, and the bytes of their texts. */
	const STANDING       = 50;
	const STANDING_BYTES = 2097152;
	/** Words that /standing looks for. */
	const WORDS = 20;
	/** Addresses changed in one text. */
	const EDITS = 20000;
	/** Custom fields of one post, and the bytes of one: builders of pages fill some, but not these. */
	const FIELDS      = 200;
	const FIELD_BYTES = 1048576;
	/** One file in pieces: a long video. */
	const UPLOAD_BYTES = 2147483648;
	/** Head of a media request: ten items with their sizes are far smaller. */
	const MEDIA_HEAD_BYTES = 262144;
	/** Room of a TEXT column (title, excerpt, comment): 65,535 bytes. */
	const TEXT_BYTES = 65535;
	/** Room of a TINYTEXT column (name of a commenter). */
	const TINY_BYTES = 245;
	/** Room of the column for a commenter's address. */
	const URL_CHARS = 200;
	/** Room of the column for a password. */
	const PASSWORD_CHARS = 255;
	/** Longest id of a mark. */
	const ID_BYTES = 150;
	/** One INSERT statement: far below any max_allowed_packet, and the SQLite driver parses statements in PHP, at fifty bytes a byte. */
	const STATEMENT_BYTES = 65536;
	/** The same where nothing but the database reads it: a quarter of the smallest max_allowed_packet that is usual. */
	const LINE_BYTES = 262144;
	/** Seconds that a lease may last. */
	const LEASE_SECONDS = 3600;

	/**
	 * All of them, as GET /site tells.
	 *
	 * @return array<string,int>
	 */
	public static function all() {
		static $all = null;
		if ( null !== $all ) {
			return $all;
		}
		$post = wp_convert_hr_to_bytes( (string) ini_get( 'post_max_size' ) );
		$post = $post > 0 ? $post : self::BODY_BYTES;
		$all  = array(
			'body_bytes'       => min( self::BODY_BYTES, $post ),
			'pieces_bytes'     => min( self::PIECES_BYTES, $post ),
			'posts'            => self::POSTS,
			'comments'         => self::COMMENTS,
			'terms'            => self::TERMS,
			'media'            => self::MEDIA,
			'sizes'            => self::SIZES,
			'media_body_bytes' => min( self::MEDIA_BODY_BYTES, $post ),
			'chunk_bytes'      => min( self::CHUNK_BYTES, $post ),
			'upload_bytes'     => self::UPLOAD_BYTES,
			'find'             => self::FIND,
			'words'            => self::WORDS,
			'edits'            => self::EDITS,
			'fields'           => self::FIELDS,
		);
		return $all;
	}

	/**
	 * One of them.
	 *
	 * @param string $name Name, as in all().
	 * @return int
	 */
	public static function of( $name ) {
		$all = self::all();
		return $all[ $name ];
	}
}
