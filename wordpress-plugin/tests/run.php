<?php
/**
 * The runner: loads the site's WordPress to look into its database, talks HTTP to it, and says ok or not ok for each test.
 *
 * Usage: run.php INFO [word in the name of the tests to run]
 *
 * @package Rehome
 */

$_SERVER['HTTP_HOST']       = preg_replace( '#^https?://#', '', json_decode( $argv[1] )->url );
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
define( 'REHOME_TEST_INFO', json_decode( $argv[1], true ) );
require REHOME_TEST_INFO['site'] . '/wp-load.php';
require __DIR__ . '/lib.php';
foreach ( glob( __DIR__ . '/cases/*.php' ) as $rehome_case ) {
	require $rehome_case;
}

$rehome_passed = 0;
$rehome_failed = 0;
foreach ( Rehome_Tests::$all as $rehome_name => $rehome_test ) {
	if ( isset( $argv[2] ) && false === strpos( $rehome_name, $argv[2] ) ) {
		continue;
	}
	try {
		Rehome_Tests::fresh();
		$rehome_note = $rehome_test();
		++$rehome_passed;
		echo "ok $rehome_name", is_string( $rehome_note ) ? " ($rehome_note)" : '', "\n";
	} catch ( Throwable $rehome_problem ) {
		++$rehome_failed;
		$rehome_at = '';
		foreach ( $rehome_problem->getTrace() as $rehome_frame ) {
			if ( isset( $rehome_frame['file'] ) && false !== strpos( $rehome_frame['file'], '/cases/' ) ) {
				$rehome_at = basename( $rehome_frame['file'] ) . ':' . $rehome_frame['line'];
				break;
			}
		}
		echo "not ok $rehome_name\n    $rehome_at ", str_replace( "\n", "\n    ", $rehome_problem->getMessage() ), "\n";
	}
}
echo "$rehome_passed passed, $rehome_failed failed\n";
exit( $rehome_failed > 0 || 0 === $rehome_passed ? 1 : 0 );
