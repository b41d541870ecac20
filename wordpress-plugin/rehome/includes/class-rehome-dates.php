<?php
/**
 * Moments: what comes in is UTC, what WordPress keeps is UTC and the site's own time, daylight saving included.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * The four date columns of a post and the two of a comment.
 */
final class Rehome_Dates {

	const NEVER = '0000-00-00 00:00:00';

	/**
	 * Local time of a moment in UTC.
	 *
	 * @param string $utc Moment.
	 * @return string
	 */
	public static function local( $utc ) {
		static $utc_zone = null;
		static $own_zone = null;
		static $is_utc   = false;
		// A request has one time zone; asking core for it costs more than the sum.
		if ( null === $own_zone ) {
			$utc_zone = new DateTimeZone( 'UTC' );
			$own_zone = wp_timezone();
			$is_utc   = in_array( $own_zone->getName(), array( 'UTC', '+00:00' ), true );
		}
		return $is_utc ? $utc : ( new DateTimeImmutable( $utc, $utc_zone ) )->setTimezone( $own_zone )->format( 'Y-m-d H:i:s' );
	}

	/**
	 * The date columns of a post.
	 *
	 * @param string|null $utc      When it was written.
	 * @param string|null $modified When it was last changed.
	 * @param bool        $floating Whether it may stay undated, as drafts do.
	 * @return array<string,string>
	 */
	public static function of_post( $utc, $modified, $floating ) {
		$now  = gmdate( 'Y-m-d H:i:s' );
		$gmt  = null === $utc ? ( $floating ? self::NEVER : $now ) : $utc;
		$date = self::local( null === $utc ? $now : $utc );
		return array(
			'post_date'         => $date,
			'post_date_gmt'     => $gmt,
			'post_modified'     => null === $modified ? $date : self::local( $modified ),
			'post_modified_gmt' => null === $modified ? $gmt : $modified,
		);
	}
}
