<?php
/**
 * Plugin Name: rehome tests: faults and witnesses, switched on by a header of the request. Lives in mu-plugins while the tests run.
 *
 * @package Rehome
 */

$rehome_test = isset( $_SERVER['HTTP_X_REHOME_TEST'] ) ? $_SERVER['HTTP_X_REHOME_TEST'] : '';

add_filter(
	'rest_post_dispatch',
	static function ( $response ) {
		$response->header( 'X-Rehome-Memory-Peak', (string) memory_get_peak_usage() );
		return $response;
	}
);
foreach ( array( 'wp_mail', 'pre_wp_mail', 'do_pings', 'pre_http_request' ) as $rehome_hook ) {
	add_filter(
		$rehome_hook,
		static function ( $value ) use ( $rehome_hook ) {
			file_put_contents( WP_CONTENT_DIR . '/rehome-noise.log', "$rehome_hook\n", FILE_APPEND );
			return $value;
		},
		1
	);
}
if ( 'listen' === $rehome_test ) {
	add_action(
		'save_post',
		static function ( $id ) {
			update_post_meta( $id, 'heard_of', '1' );
		}
	);
}
if ( 'insecure' === $rehome_test ) {
	add_filter( 'wp_is_application_passwords_available', '__return_false' );
}
if ( in_array( $rehome_test, array( 'fail', 'die', 'drop-connection' ), true ) ) {
	add_filter(
		'query',
		static function ( $sql ) use ( $rehome_test ) {
			global $wpdb;
			if ( 0 === strpos( $sql, "INSERT INTO $wpdb->comments" ) || 0 === strpos( $sql, "INSERT INTO `$wpdb->comments`" ) ) {
				if ( 'die' === $rehome_test ) {
					exit;
				}
				if ( 'drop-connection' === $rehome_test && isset( $wpdb->dbh ) && $wpdb->dbh instanceof mysqli ) {
					mysqli_close( mysqli_connect( null, DB_USER, DB_PASSWORD, null, 0, substr( DB_HOST, strlen( 'localhost:' ) ) ) );
					$other = mysqli_connect( 'localhost', DB_USER, DB_PASSWORD, '', 0, substr( DB_HOST, strlen( 'localhost:' ) ) );
					mysqli_query( $other, 'KILL ' . mysqli_thread_id( $wpdb->dbh ) );
					return $sql;
				}
				return str_replace( 'INTO', 'INTO nowhere_at_all', $sql );
			}
			return $sql;
		},
		1
	);
}
if ( 'no-files' === $rehome_test ) {
	add_filter(
		'query',
		static function ( $sql ) {
			return preg_match( '/^(INSERT|REPLACE) INTO \w+rehome_map/', $sql ) ? 'REPLACE INTO nowhere_at_all VALUES (1)' : $sql;
		}
	);
}
if ( 'overheard' === $rehome_test ) {
	add_filter(
		'query',
		static function ( $sql ) {
			return $sql;
		}
	);
}
if ( in_array( $rehome_test, array( 'utf8', 'utf8mb3' ), true ) ) {
	add_filter(
		'pre_get_col_charset',
		static function () use ( $rehome_test ) {
			return $rehome_test;
		}
	);
}
if ( 'foreign-map' === $rehome_test ) {
	add_filter(
		'query',
		static function ( $sql ) {
			global $wpdb;
			return 0 === strpos( $sql, 'DESCRIBE' ) && false !== strpos( $sql, 'rehome_map' ) ? "DESCRIBE $wpdb->options" : $sql;
		}
	);
}
