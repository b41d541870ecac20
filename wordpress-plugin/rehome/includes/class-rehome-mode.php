<?php
/**
 * Fast or compatible: looks whether this site's tables and plugins let rows be written directly.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The choice and its reasons.
 */
final class Rehome_Mode {

	const FAST       = 'fast';
	const COMPATIBLE = 'compatible';

	/** Hooks that plugins use to follow posts, comments and terms; in fast mode they would not hear of ours. */
	const TEXT_HOOKS = array(
		'save_post',
		'save_post_post',
		'save_post_page',
		'wp_insert_post',
		'wp_after_insert_post',
		'wp_insert_post_data',
		'wp_insert_post_parent',
		'pre_post_update',
		'post_updated',
		'edit_post',
		'transition_post_status',
		'publish_post',
		'publish_page',
		'new_to_publish',
		'draft_to_publish',
		'set_object_terms',
		'added_term_relationship',
		'add_term_relationship',
		'added_post_meta',
		'add_post_metadata',
		'wp_insert_comment',
		'edit_comment',
		'preprocess_comment',
		'wp_update_comment_count',
		'pre_wp_update_comment_count_now',
	);

	/** The same for media. */
	const MEDIA_HOOKS = array(
		'add_attachment',
		'edit_attachment',
		'attachment_updated',
		'wp_insert_attachment_data',
		'wp_generate_attachment_metadata',
		'wp_update_attachment_metadata',
		'update_attached_file',
		'added_post_meta',
		'add_post_metadata',
	);

	/** Columns of core's tables; one more or one less means that somebody keeps data we do not know. */
	const COLUMNS = array(
		'posts'              => 'ID post_author post_date post_date_gmt post_content post_title post_excerpt post_status comment_status ping_status post_password post_name to_ping pinged post_modified post_modified_gmt post_content_filtered post_parent guid menu_order post_type post_mime_type comment_count',
		'comments'           => 'comment_ID comment_post_ID comment_author comment_author_email comment_author_url comment_author_IP comment_date comment_date_gmt comment_content comment_karma comment_approved comment_agent comment_type comment_parent user_id',
		'postmeta'           => 'meta_id post_id meta_key meta_value',
		'term_relationships' => 'object_id term_taxonomy_id term_order',
	);

	/** How long the look at the tables is trusted. */
	const SCHEMA_SECONDS = 600;

	/**
	 * The mode for a request.
	 *
	 * @param string   $wish  auto, fast or compatible.
	 * @param string[] $hooks TEXT_HOOKS or MEDIA_HOOKS.
	 * @return string
	 */
	public static function choose( $wish, array $hooks = self::TEXT_HOOKS ) {
		if ( 'auto' !== $wish ) {
			return $wish;
		}
		return self::reasons( $hooks ) ? self::COMPATIBLE : self::FAST;
	}

	/**
	 * Why not fast. Empty when nothing speaks against it.
	 *
	 * @param string[] $hooks TEXT_HOOKS or MEDIA_HOOKS.
	 * @return string[]
	 */
	public static function reasons( array $hooks = self::TEXT_HOOKS ) {
		return array_merge( self::schema_reasons(), self::listeners( $hooks ) );
	}

	/**
	 * What is unusual about the tables.
	 *
	 * @return string[]
	 */
	private static function schema_reasons() {
		global $wpdb;
		$found = get_transient( 'rehome_schema' );
		if ( is_array( $found ) ) {
			return $found;
		}
		$found = array();
		foreach ( self::COLUMNS as $table => $columns ) {
			$real = $wpdb->get_col( "DESCRIBE {$wpdb->$table}", 0 );
			$odd  = array_merge( array_diff( explode( ' ', $columns ), $real ), array_diff( $real, explode( ' ', $columns ) ) );
			if ( $odd ) {
				$found[] = "the table $table is not as WordPress made it: " . implode( ', ', $odd );
			}
		}
		set_transient( 'rehome_schema', $found, self::SCHEMA_SECONDS );
		return $found;
	}

	/**
	 * Who listens. Core's own listeners are known and their work is done by this plugin; anybody else's is not.
	 *
	 * @param string[] $hooks Hooks to look at.
	 * @return string[]
	 */
	public static function listeners( array $hooks ) {
		global $wp_filter;
		$found = array();
		foreach ( $hooks as $hook ) {
			if ( empty( $wp_filter[ $hook ] ) ) {
				continue;
			}
			foreach ( $wp_filter[ $hook ]->callbacks as $callbacks ) {
				foreach ( $callbacks as $callback ) {
					$file = self::file_of( $callback['function'] );
					/**
					 * Filters whether a listener may be passed over in fast mode.
					 *
					 * @param bool   $known Whether it may.
					 * @param string $hook  Hook.
					 * @param string $file  File that the listener is written in, relative to the site.
					 */
					if ( ! apply_filters( 'rehome_known_listener', self::is_known( $file ), $hook, $file ) ) {
						$found[] = "$file listens on $hook";
					}
				}
			}
		}
		return array_values( array_unique( $found ) );
	}

	/**
	 * Whether a file belongs to core or to this plugin.
	 *
	 * @param string $file File, relative to the site.
	 * @return bool
	 */
	private static function is_known( $file ) {
		return 0 === strpos( $file, 'wp-includes/' ) || 0 === strpos( $file, 'wp-admin/' ) || 'php' === $file
			|| 0 === strpos( $file, 'wp-content/plugins/sqlite-database-integration/' );
	}

	/**
	 * The file that a callback is written in.
	 *
	 * @param callable $callback Callback.
	 * @return string Relative to the site; "php" for functions of PHP itself.
	 */
	private static function file_of( $callback ) {
		try {
			if ( is_string( $callback ) && false !== strpos( $callback, '::' ) ) {
				$callback = explode( '::', $callback );
			}
			if ( is_array( $callback ) ) {
				$reflection = new ReflectionMethod( $callback[0], $callback[1] );
			} elseif ( is_object( $callback ) && ! $callback instanceof Closure ) {
				$reflection = new ReflectionMethod( $callback, '__invoke' );
			} else {
				$reflection = new ReflectionFunction( $callback );
			}
		} catch ( ReflectionException $problem ) {
			return 'something unknown';
		}
		$file = $reflection->getFileName();
		if ( false === $file ) {
			return 'php';
		}
		$file = wp_normalize_path( $file );
		foreach ( array( wp_normalize_path( ABSPATH ), wp_normalize_path( realpath( ABSPATH ) ) . '/' ) as $root ) {
			if ( 0 === strpos( $file, $root ) ) {
				return substr( $file, strlen( $root ) );
			}
		}
		return basename( dirname( $file ) ) . '/' . basename( $file );
	}
}
