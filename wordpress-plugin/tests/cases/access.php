<?php
/** Who may, and who may not. */

$rehome_routes = array(
	array( 'GET', '/site' ), array( 'POST', '/site' ), array( 'POST', '/writer' ), array( 'POST', '/place' ), array( 'POST', '/media' ), array( 'POST', '/chunk' ),
	array( 'POST', '/find' ), array( 'POST', '/remove' ), array( 'POST', '/finish' ), array( 'GET', '/state' ), array( 'POST', '/theme' ),
);

test( 'every route refuses a visitor with 401', function () use ( $rehome_routes ) {
	foreach ( $rehome_routes as $route ) {
		refused( call( $route[0], $route[1], 'POST' === $route[0] ? array( 'blog' => 'x' ) : null, array( 'auth' => null ) ), 'rehome_forbidden', 401 );
	}
} );

test( 'every route refuses a subscriber with 403 and names the capability', function () use ( $rehome_routes ) {
	foreach ( $rehome_routes as $route ) {
		$data = refused( call( $route[0], $route[1], 'POST' === $route[0] ? array( 'blog' => 'x' ) : null, array( 'auth' => user_with( 'subscriber' ) ) ), 'rehome_forbidden', 403 );
		yes( is_string( $data['capability'] ), 'no capability named' );
	}
} );

test( 'an editor, who may not import, can neither place nor read the state', function () {
	refused( place( array( 'posts' => array( post( 1 ) ) ), array( 'auth' => user_with( 'editor' ) ) ), 'rehome_forbidden', 403 );
	refused( call( 'GET', '/state', null, array( 'auth' => user_with( 'editor' ) ) ), 'rehome_forbidden', 403 );
} );

test( 'a wrong password is refused', function () {
	call( 'GET', '/site', null, array( 'auth' => 'admin:wrong wrong' ) );
	same( 401, Rehome_Tests::$status );
} );

test( 'plain http is refused where WordPress takes no application passwords', function () {
	refused( call( 'GET', '/site', null, array( 'fault' => 'insecure' ) ), 'rehome_insecure', 403 );
} );

test( 'the site tells what it is and what it takes', function () {
	$site = call( 'GET', '/site' );
	same( 1, $site['protocol'] );
	same( REHOME_TEST_INFO['wordpress'], $site['wordpress'] );
	same( 'sqlite' === REHOME_TEST_INFO['database'] ? 'sqlite' : 'mysql', $site['database'] );
	same( array( 'fast', array() ), array( $site['mode'], $site['mode_reasons'] ) );
	same( array( 'name' => 'thumbnail', 'width' => 150, 'height' => 150, 'crop' => true ), $site['sizes'][0] );
	same( 320, $site['limits']['posts'] );
	same( 'admin', $site['users'][0]['login'] );
	yes( ! in_array( 'text/html', $site['media_types'], true ), 'takes html' );
	foreach ( array( 'plugin', 'php', 'multisite', 'home', 'title', 'tagline', 'language', 'time_zone', 'permalink_structure', 'uploads', 'big_image_threshold', 'jpeg_quality', 'webp_quality', 'can', 'avatars' ) as $field ) {
		yes( array_key_exists( $field, $site ), "no $field" );
	}
} );

test( 'title, tagline and zone are set, and a language without files is remarked', function () {
	$old  = call( 'GET', '/site' );
	$site = call( 'POST', '/site', array( 'title' => "Ana's garden & <b>co</b>", 'tagline' => '花', 'time_zone' => 'Asia/Shanghai', 'language' => 'tlh-KL' ) );
	same( array( "Ana's garden & co", '花', 'Asia/Shanghai' ), array( $site['title'], $site['tagline'], $site['time_zone'] ) );
	same( array( 'language tlh-KL is not installed' ), $site['remarks'] );
	same( '+05:30', call( 'POST', '/site', array( 'time_zone' => '+05:30' ) )['time_zone'] );
	same( 'time_zone', refused( call( 'POST', '/site', array( 'time_zone' => 'Mars/Olympus' ) ), 'rehome_bad_request', 400 )['field'] );
	call( 'POST', '/site', array( 'title' => $old['title'], 'tagline' => '', 'time_zone' => '+00:00', 'language' => 'en-US' ) );
} );

test( 'a theme is changed, and one that is not there is told', function () {
	$now = wp_get_theme()->get_stylesheet();
	same( $now, call( 'POST', '/theme', array( 'stylesheet' => $now ) )['stylesheet'] );
	refused( call( 'POST', '/theme', array( 'stylesheet' => 'no-such-theme' ) ), 'rehome_bad_request', 404 );
} );

test( 'logins are told apart: who may write posts, who may not, who is not there', function () {
	user_with( 'author' );
	user_with( 'subscriber' );
	$site = call( 'GET', '/site?' . http_build_query( array( 'logins' => array( 'admin', 'test-author', 'test-subscriber', 'nobody' ) ) ) );
	same( array( true, true, false, false ), array_column( $site['authors'], 'may_write' ) );
	same( array( 'admin', 'test-author', 'test-subscriber', 'nobody' ), array_column( $site['authors'], 'login' ) );
	yes( ! isset( call( 'GET', '/site' )['authors'] ), 'told without being asked' );
} );
