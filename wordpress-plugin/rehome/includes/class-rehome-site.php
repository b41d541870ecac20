<?php
/**
 * GET and POST /site: what this site is, what it takes, and the four settings that may be changed.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The site.
 */
final class Rehome_Site {

	/** Capabilities that a client wants to know of. */
	const CAN = array( 'unfiltered_html', 'manage_options', 'edit_others_posts', 'upload_files', 'moderate_comments', 'manage_categories', 'edit_pages', 'delete_others_posts', 'switch_themes' );

	/** Most users that are told. */
	const USERS = 500;

	/**
	 * GET /site. The parameter logins asks whether posts can be given to these users.
	 *
	 * @param WP_REST_Request|null $request The request.
	 * @return array
	 */
	public static function get( $request = null ) {
		$reasons = Rehome_Mode::reasons();
		$uploads = wp_get_upload_dir();
		$out     = array(
			'protocol'            => 1,
			'plugin'              => REHOME_VERSION,
			'wordpress'           => get_bloginfo( 'version' ),
			'php'                 => PHP_VERSION,
			'database'            => self::is_sqlite() ? 'sqlite' : 'mysql',
			'multisite'           => is_multisite(),
			'home'                => home_url(),
			'title'               => wp_specialchars_decode( get_option( 'blogname' ), ENT_QUOTES ),
			'tagline'             => wp_specialchars_decode( get_option( 'blogdescription' ), ENT_QUOTES ),
			'language'            => get_bloginfo( 'language' ),
			'time_zone'           => wp_timezone_string(),
			'permalink_structure' => (string) get_option( 'permalink_structure' ),
			'uploads'             => $uploads['baseurl'],
			'mode'                => $reasons ? Rehome_Mode::COMPATIBLE : Rehome_Mode::FAST,
			'mode_reasons'        => $reasons,
			'sizes'               => self::sizes(),
			'big_image_threshold' => (int) apply_filters( 'big_image_size_threshold', 2560, array( 0, 0 ), '', 0 ),
			'jpeg_quality'        => self::quality( 'image/jpeg', 82 ),
			'webp_quality'        => self::quality( 'image/webp', 86 ),
			'media_types'         => array_values( array_unique( Rehome_Media::types() ) ),
			'limits'              => Rehome_Limits::all(),
			'can'                 => array_combine( self::CAN, array_map( 'current_user_can', self::CAN ) ),
			'avatars'             => (bool) get_option( 'show_avatars' ),
		);
		if ( current_user_can( 'list_users' ) ) {
			$out['users'] = self::users();
		}
		$logins = null === $request ? null : $request->get_param( 'logins' );
		if ( is_array( $logins ) ) {
			$out['authors'] = self::authors( $logins );
		}
		return $out;
	}

	/**
	 * POST /site.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When a field is malformed.
	 */
	public static function set( WP_REST_Request $request ) {
		$input    = Rehome_Body::json( $request );
		$title    = $input->text( 'title', null );
		$tagline  = $input->text( 'tagline', null );
		$language = $input->text( 'language', null );
		$zone     = $input->text( 'time_zone', null );
		$remarks  = array();
		if ( null !== $zone ) {
			self::set_zone( $zone, $input->path( 'time_zone' ) );
		}
		if ( null !== $title ) {
			update_option( 'blogname', Rehome_Clean::line( $title ) );
		}
		if ( null !== $tagline ) {
			update_option( 'blogdescription', Rehome_Clean::line( $tagline ) );
		}
		if ( null !== $language && ! self::set_language( $language ) ) {
			$remarks[] = 'language ' . Rehome_Clean::line( $language ) . ' is not installed';
		}
		return self::get() + ( $remarks ? array( 'remarks' => $remarks ) : array() );
	}

	/**
	 * Whether the database is SQLite.
	 *
	 * @return bool
	 */
	public static function is_sqlite() {
		global $wpdb;
		return ( defined( 'DB_ENGINE' ) && 'sqlite' === DB_ENGINE ) || $wpdb instanceof WP_SQLite_DB;
	}

	/**
	 * The sizes that WordPress makes of a picture.
	 *
	 * @return array[]
	 */
	private static function sizes() {
		$out   = array();
		$sizes = apply_filters( 'intermediate_image_sizes_advanced', wp_get_registered_image_subsizes(), array(), 0 );
		foreach ( (array) $sizes as $name => $size ) {
			$out[] = array(
				'name'   => (string) $name,
				'width'  => (int) $size['width'],
				'height' => (int) $size['height'],
				'crop'   => (bool) $size['crop'],
			);
		}
		return $out;
	}

	/**
	 * Quality that this site saves pictures with.
	 *
	 * @param string $type  Media type.
	 * @param int    $usual WordPress's own.
	 * @return int
	 */
	private static function quality( $type, $usual ) {
		$quality = (int) apply_filters( 'wp_editor_set_quality', $usual, $type, array() );
		return 'image/jpeg' === $type ? (int) apply_filters( 'jpeg_quality', $quality, 'image_resize' ) : $quality;
	}

	/**
	 * People who may be authors.
	 *
	 * @return array[]
	 */
	private static function users() {
		$out   = array();
		$query = array(
			'capability' => 'edit_posts',
			'number'     => self::USERS,
			'fields'     => array( 'ID', 'user_login', 'display_name' ),
			'orderby'    => 'ID',
		);
		foreach ( get_users( $query ) as $user ) {
			$out[] = array(
				'id'    => (int) $user->ID,
				'login' => $user->user_login,
				'name'  => $user->display_name,
			);
		}
		return $out;
	}

	/**
	 * Whether posts can be given to somebody.
	 *
	 * @param array $logins Logins that were asked about.
	 * @return array[]
	 */
	private static function authors( array $logins ) {
		$out = array();
		foreach ( array_slice( array_filter( $logins, 'is_string' ), 0, self::USERS ) as $login ) {
			$user  = get_user_by( 'login', $login );
			$out[] = array(
				'login'     => $login,
				'may_write' => $user && user_can( $user, 'edit_posts' ),
			);
		}
		return $out;
	}

	/**
	 * Sets the time zone.
	 *
	 * @param string $zone Name of a zone, or an offset such as +08:00.
	 * @param string $path Field, for the message.
	 * @throws Rehome_Error When it is neither.
	 */
	private static function set_zone( $zone, $path ) {
		if ( preg_match( '/^([+-])(0\d|1[0-4]):(00|15|30|45)$/', $zone, $parts ) ) {
			$hours = (int) $parts[2] + (int) $parts[3] / 60;
			update_option( 'timezone_string', '' );
			update_option( 'gmt_offset', '-' === $parts[1] ? -$hours : $hours );
		} elseif ( in_array( $zone, timezone_identifiers_list( DateTimeZone::ALL_WITH_BC ), true ) ) {
			update_option( 'timezone_string', $zone );
		} else {
			throw Rehome_Error::bad( $path, 'A time zone such as "Europe/Prague" or "+08:00" is expected here.' );
		}
	}

	/**
	 * Sets the language, if WordPress has its files.
	 *
	 * @param string $language Language tag.
	 * @return bool Whether it has.
	 */
	private static function set_language( $language ) {
		$wish = strtolower( str_replace( '-', '_', $language ) );
		if ( 'en' === $wish || 'en_us' === $wish ) {
			update_option( 'WPLANG', '' );
			return true;
		}
		$near = null;
		foreach ( get_available_languages() as $locale ) {
			if ( strtolower( $locale ) === $wish ) {
				update_option( 'WPLANG', $locale );
				return true;
			}
			// de-DE where only "de" is there, or "de" where only de_DE is.
			if ( null === $near && strtok( strtolower( $locale ), '_' ) === strtok( $wish, '_' ) && ( false === strpos( $wish, '_' ) || false === strpos( $locale, '_' ) ) ) {
				$near = $locale;
			}
		}
		if ( null !== $near ) {
			update_option( 'WPLANG', $near );
		}
		return null !== $near;
	}
}
