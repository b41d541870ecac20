<?php
/** One writer at a time. */

function writer( $name, array $more = array() ) {
	return call( 'POST', '/writer', $more + array( 'blog' => Rehome_Tests::$blog, 'writer' => $name, 'seconds' => 60 ) );
}

test( 'a live lease of another writer is told, with holder and end', function () {
	$data = refused( writer( 'bbbbbbbbbbbbbbbb' ), 'rehome_busy', 409 );
	same( Rehome_Tests::WRITER, $data['holder'] );
	yes( $data['expires'] > time(), 'ended' );
} );

test( 'renewing a lease keeps the fence', function () {
	same( Rehome_Tests::$fence, writer( Rehome_Tests::WRITER )['fence'] );
} );

test( 'a writer whose lease was taken over writes nothing any more', function () {
	global $wpdb;
	$old = Rehome_Tests::$fence;
	$wpdb->query( "UPDATE $wpdb->options SET option_value = '$old|" . Rehome_Tests::WRITER . "|1|0' WHERE option_name = 'rehome_writer'" );
	$new = writer( 'bbbbbbbbbbbbbbbb' );
	same( $old + 1, $new['fence'] );
	$before = tables();
	refused( place( array( 'posts' => array( post( 1 ) ) ) ), 'rehome_stale_fence', 409 );
	refused( call( 'POST', '/remove', batch( array( 'marks' => array( mark( 'post', 1 ) ) ) ) ), 'rehome_stale_fence', 409 );
	refused( call( 'POST', '/finish', batch( array() ) ), 'rehome_stale_fence', 409 );
	$picture = picture( 20, 20 );
	$files   = files();
	refused( media( array( medium( 1, $picture ) ), array( $picture ) ), 'rehome_stale_fence', 409 );
	same( $before, tables() );
	same( $files, files() );
	writer( 'bbbbbbbbbbbbbbbb', array( 'release' => true ) );
	same( $old + 2, writer( Rehome_Tests::WRITER )['fence'], 'the fence only grows' );
} );

test( 'a writer may raise its own fence, which shuts its earlier requests out', function () {
	$old = Rehome_Tests::$fence;
	$new = writer( Rehome_Tests::WRITER, array( 'raise' => true ) );
	same( $old + 1, $new['fence'] );
	$before = tables();
	refused( place( array( 'posts' => array( post( 1 ) ) ) ), 'rehome_stale_fence', 409 );
	same( $before, tables() );
	same( $old + 1, writer( Rehome_Tests::WRITER )['fence'], 'renewing keeps the raised fence' );
} );

test( 'a writer without a lease cannot write', function () {
	refused( call( 'POST', '/place', array( 'writer' => 'cccccccccccccccc' ) + batch( array( 'posts' => array( post( 1 ) ) ) ) ), 'rehome_stale_fence', 409 );
} );

test( 'two requests of one writer at once are done one after the other', function () {
	$multi   = curl_multi_init();
	$handles = array();
	for ( $n = 0; $n < 4; $n++ ) {
		$posts = array();
		for ( $i = 0; $i < 20; $i++ ) {
			$posts[] = post( "$n-$i", array( 'title' => 'Same title' ) );
		}
		$curl = curl_init( REHOME_TEST_INFO['url'] . '/wp-json/rehome/v1/place' );
		curl_setopt_array( $curl, array( CURLOPT_RETURNTRANSFER => true, CURLOPT_USERPWD => REHOME_TEST_INFO['user'] . ':' . REHOME_TEST_INFO['app_password'], CURLOPT_POSTFIELDS => json_encode( batch( array( 'posts' => $posts ) ) ), CURLOPT_HTTPHEADER => array( 'Content-Type: application/json' ) ) );
		curl_multi_add_handle( $multi, $curl );
		$handles[] = $curl;
	}
	do {
		curl_multi_exec( $multi, $running );
		curl_multi_select( $multi, 0.1 );
	} while ( $running );
	$slugs = array();
	foreach ( $handles as $curl ) {
		$answer = json_decode( curl_multi_getcontent( $curl ), true );
		yes( isset( $answer['posts'] ), curl_multi_getcontent( $curl ) );
		foreach ( $answer['posts'] as $line ) {
			same( 'created', $line['outcome'] );
			$slugs[ $line['slug'] ] = true;
		}
	}
	same( 80, count( $slugs ) );
} );

test( 'the state counts by kind and shows the lease', function () {
	place( array( 'terms' => array( term( 'tag', 't', 'State tag ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1 ), post( 2 ) ), 'comments' => array( comment( 1, 1 ) ) ) );
	$state = call( 'GET', '/state' );
	$found = array_values( array_filter( $state['blogs'], function ( $blog ) { return Rehome_Tests::$blog === $blog['blog']; } ) );
	same( array( 'comment' => 1, 'post' => 2, 'tag' => 1 ), $found[0]['counts'] );
	same( Rehome_Tests::WRITER, $state['lease']['writer'] );
} );

test( 'finishing recounts, fires the action and gives the lease back', function () {
	global $wpdb;
	$answer = place( array( 'terms' => array( term( 'category', 'k', 'Finish ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1, array( 'terms' => array( mark( 'category', 'k' ) ) ) ) ), 'comments' => array( comment( 1, 1 ) ) ) );
	$term   = $answer['terms'][0]['id'];
	$wpdb->query( "UPDATE $wpdb->term_taxonomy SET count = 9 WHERE term_id = $term" );
	$wpdb->query( "UPDATE $wpdb->posts SET comment_count = 9 WHERE ID = " . $answer['posts'][0]['id'] );
	same( array( 'ok' => true ), call( 'POST', '/finish', batch( array() ) ) );
	same( '1', $wpdb->get_var( "SELECT count FROM $wpdb->term_taxonomy WHERE term_id = $term" ) );
	same( '1', row( $answer['posts'][0]['id'] )['comment_count'] );
	same( null, call( 'GET', '/state' )['lease'] );
} );
