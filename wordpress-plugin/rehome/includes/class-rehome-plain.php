<?php
/**
 * Texts that core's filters would give back as they are: plain words, entities, a few tags without attributes, links to web addresses and
 * blocks without attributes. Running every text of a blog through kses takes a third of a request; most texts need none of it.
 *
 * A text counts as plain only where nobody but core filters it, and only by functions whose work is known here; otherwise, and with a
 * newer core that does more, everything goes through the filters. The tests compare both ways on texts of every sort.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The grammars of plain texts, made for one request.
 */
final class Rehome_Plain {

	/**
	 * Who may listen on the hooks of a field; with anybody else its texts are not looked at. `wp_targeted_link_rel` listens until
	 * WordPress 6.6 and touches links with a target only, which are not plain.
	 */
	const LISTENERS = array(
		'post_content'            => array(
			'pre_post_content' => array(),
			'content_save_pre' => array( 'wp_filter_global_styles_post', 'convert_invalid_entities', 'wp_filter_post_kses', 'wp_targeted_link_rel', 'balanceTags' ),
		),
		'post_excerpt'            => array(
			'pre_post_excerpt' => array(),
			'excerpt_save_pre' => array( 'convert_invalid_entities', 'wp_filter_post_kses', 'wp_targeted_link_rel', 'balanceTags' ),
		),
		'post_title'              => array(
			'pre_post_title' => array(),
			'title_save_pre' => array( 'trim', 'wp_filter_kses', 'wp_targeted_link_rel' ),
		),
		'pre_comment_author_name' => array(
			'pre_comment_author_name' => array( 'sanitize_text_field', 'wp_filter_kses', '_wp_specialchars' ),
			'sanitize_text_field'     => array(),
		),
		'pre_comment_author_url'  => array(
			'pre_comment_author_url' => array( 'wp_strip_all_tags', 'sanitize_url', 'wp_filter_kses' ),
			'clean_url'              => array(),
		),
		'pre_comment_content'     => array(
			'pre_comment_content' => array( 'convert_invalid_entities', 'wp_filter_kses', '_wp_kses_sanitize_note_mention_classes', 'wp_rel_ugc', 'wp_targeted_link_rel', 'balanceTags' ),
		),
		'slug'                    => array(
			'sanitize_title' => array( 'sanitize_title_with_dashes' ),
		),
	);

	/** The same for kses itself. */
	const KSES_LISTENERS = array(
		'pre_kses'             => array( 'wp_pre_kses_less_than', 'wp_pre_kses_block_attributes' ),
		'wp_kses_allowed_html' => array( '_wp_kses_allow_note_mention_span' ),
		'block_parser_class'   => array(),
		'all'                  => array(),
	);

	/** Words without markup: no control character that kses takes out, nothing that begins or ends a tag or an entity. */
	const WORDS = '[^<>&\x00-\x08\x0B\x0C\x0E-\x1F]';

	/** Tags that texts are full of. */
	const TAGS = array( 'p', 'div', 'strong', 'em', 'b', 'i', 'u', 's', 'del', 'ins', 'sub', 'sup', 'small', 'cite', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td' );

	/** Tags without an end. */
	const VOID_TAGS = array( 'br', 'hr' );

	/** Entities that texts are full of. */
	const ENTITIES = array( 'amp', 'lt', 'gt', 'quot', 'nbsp' );

	/** A web address without anything that an HTML or URL filter might touch. */
	const ADDRESS = 'https?://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._/-]*)?';

	/**
	 * Patterns, by field; empty where every text must be filtered.
	 *
	 * @var array<string,string>
	 */
	private static $patterns = array();

	/**
	 * Forgets what is known of the hooks. Called when the filters of a request are set.
	 */
	public static function look_again() {
		self::$patterns = array();
	}

	/**
	 * Whether the filters of a field would give a text back as it is.
	 *
	 * @param string $field One of LISTENERS.
	 * @param string $text  Text, not slashed, valid UTF-8.
	 * @return bool
	 */
	public static function is( $field, $text ) {
		if ( ! isset( self::$patterns[ $field ] ) ) {
			self::$patterns[ $field ] = self::is_only_core( $field ) ? self::pattern( $field ) : '';
		}
		return '' !== self::$patterns[ $field ] && 1 === preg_match( self::$patterns[ $field ], $text );
	}

	/**
	 * The grammar of a field.
	 *
	 * @param string $field Field.
	 * @return string Empty where there is none.
	 */
	private static function pattern( $field ) {
		switch ( $field ) {
			case 'slug':
				// Longer ones are cut.
				return '/^(?=.{1,200}$)[a-z0-9]++(?:-[a-z0-9]++)*+$/D';
			case 'post_title':
				// The ends are trimmed.
				return '/^(?! )[^<>&\x00-\x1F]++(?<! )$/D';
			case 'pre_comment_author_name':
				// White space is folded, and what looks like an octet goes out.
				return '/^(?! |.*  )[^<>&%\\\\"\'\x00-\x1F]++(?<! )$/D';
			case 'pre_comment_author_url':
				return '~^' . self::ADDRESS . '$~D';
			case 'pre_comment_content':
				return get_option( 'use_balanceTags' ) ? '' : '~^(?:' . self::inline( 'pre_comment_content', false ) . ')*+$~D';
			default:
				$inline = self::inline( 'post', true );
				$block  = '<!-- wp:([a-z]++(?:-[a-z]++)*+) -->(?:' . $inline . ')++<!-- /wp:\1 -->';
				// A text that could be JSON might be global styles.
				return get_option( 'use_balanceTags' ) ? '' : '~^(?!\s*+\{)(?:' . $inline . '|' . $block . ')*+$~D';
		}
	}

	/**
	 * What may stand inside a line: words, entities, tags, links.
	 *
	 * @param string $context Whose tags kses allows: post, or the name of a hook.
	 * @param bool   $links   Whether links stay as they are.
	 * @return string
	 */
	private static function inline( $context, $links ) {
		global $allowedentitynames;
		$allowed = wp_kses_allowed_html( $context );
		$may     = static function ( $tag ) use ( $allowed ) {
			// Where an attribute is required, a tag without any is not left as it is.
			return isset( $allowed[ $tag ] ) && false === strpos( (string) wp_json_encode( $allowed[ $tag ] ), '"required"' );
		};
		$parts   = array( self::WORDS . '++' );
		$tags    = array_filter( self::TAGS, $may );
		$voids   = array_filter( self::VOID_TAGS, $may );
		$names   = array_intersect( self::ENTITIES, (array) $allowedentitynames );
		if ( $tags ) {
			$parts[] = '</?(?:' . implode( '|', $tags ) . ')>';
		}
		if ( $voids ) {
			$parts[] = '<(?:' . implode( '|', $voids ) . ')(?: /)?>';
		}
		if ( $names ) {
			$parts[] = '&(?:' . implode( '|', $names ) . ');';
		}
		if ( $links && $may( 'a' ) && ! empty( $allowed['a']['href'] ) && ! array_diff( array( 'http', 'https' ), wp_allowed_protocols() ) ) {
			$parts[] = '<a href="' . self::ADDRESS . '">|</a>';
		}
		return implode( '|', $parts );
	}

	/**
	 * Whether nobody but core listens, and only functions whose work is known.
	 *
	 * @param string $field Field.
	 * @return bool
	 */
	private static function is_only_core( $field ) {
		global $wp_filter;
		foreach ( self::LISTENERS[ $field ] + self::KSES_LISTENERS as $hook => $known ) {
			foreach ( isset( $wp_filter[ $hook ] ) ? $wp_filter[ $hook ]->callbacks : array() as $callbacks ) {
				foreach ( $callbacks as $callback ) {
					if ( ! in_array( $callback['function'], $known, true ) ) {
						return false;
					}
				}
			}
		}
		return true;
	}
}
