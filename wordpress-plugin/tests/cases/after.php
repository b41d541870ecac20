<?php
/** Finding again, and taking away. */

function find( array $marks, $whole = false ) {
	return call( 'POST', '/find', array( 'blog' => Rehome_Tests::$blog, 'marks' => $marks, 'whole' => $whole ) )['found'];
}

function remove( array $marks ) {
	$answer = call( 'POST', '/remove', batch( array( 'marks' => $marks ) ) );
	yes( isset( $answer['removed'] ), json_encode( $answer ) );
	return wp_list_pluck( $answer['removed'], 'outcome' );
}

/** One of each: marks and answer. */
function one_of_each() {
	$bytes = picture( 40, 40 );
	$media = media( array( medium( 1, $bytes ) ), array( $bytes ) );
	$rest  = place( array( 'terms' => array( term( 'category', 1, 'Each ' . Rehome_Tests::$blog ), term( 'category', 2, 'Below ' . Rehome_Tests::$blog, array( 'parent' => mark( 'category', 1 ) ) ), term( 'tag', 1, 'each tag ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1, array( 'terms' => array( mark( 'category', 2 ), mark( 'tag', 1 ) ), 'excerpt' => 'short', 'password' => 'p' ) ) ), 'comments' => array( comment( 1, 1 ), comment( 2, 1, array( 'parent' => mark( 'comment', 1 ) ) ) ) ) );
	return array( array( mark( 'category', 1 ), mark( 'category', 2 ), mark( 'tag', 1 ), mark( 'media', 1 ), mark( 'post', 1 ), mark( 'comment', 1 ), mark( 'comment', 2 ) ), $rest + $media );
}

test( 'what was placed is found with address and fingerprint, what was not answers null', function () {
	list( $marks, $answer ) = one_of_each();
	$found = find( array_merge( $marks, array( mark( 'post', 'none' ) ) ) );
	same( null, $found[7] );
	foreach ( array_slice( $found, 0, 7 ) as $index => $thing ) {
		same( array( $marks[ $index ], 'aa', false ), array( $thing['mark'], $thing['fingerprint'], $thing['edited'] ) );
		yes( 0 === strpos( $thing['address'], home_url() ), json_encode( $thing ) );
	}
	same( $answer['posts'][0]['address'], $found[4]['address'] );
	same( array( $answer['media'][0]['page'], $answer['media'][0]['sizes'] ), array( $found[3]['page'], $found[3]['sizes'] ) );
	yes( ! isset( $found[4]['whole'] ), 'whole unasked' );
} );

test( 'the whole of a thing is told when asked', function () {
	list( $marks, $answer ) = one_of_each();
	$found = find( $marks, true );
	$terms = array( $answer['terms'][1]['id'], $answer['terms'][2]['id'] );
	sort( $terms );
	$whole = $found[4]['whole'];
	same( array( 'publish', 'Post 1', '<p>Text of 1</p>', 'short', '2008-04-05 13:03:12', $terms, 'p', 2 ), array( $whole['status'], $whole['title'], $whole['content'], $whole['excerpt'], $whole['date_utc'], $whole['terms'], $whole['password'], $whole['comment_count'] ) );
	same( array( 'approved', 'Words 2', $answer['comments'][0]['id'], $answer['posts'][0]['id'] ), array( $found[6]['whole']['status'], $found[6]['whole']['content'], $found[6]['whole']['parent'], $found[6]['whole']['post'] ) );
	same( array( 'Photo 1', 'A caption', 'Alt text' ), array( $found[3]['whole']['title'], $found[3]['whole']['excerpt'], $found[3]['whole']['alt'] ) );
	same( $answer['terms'][0]['id'], $found[1]['whole']['parent'] );
} );

test( 'an edit by a person is seen, and a thing thrown away answers null', function () {
	list( $marks, $answer ) = one_of_each();
	wp_update_post( array( 'ID' => $answer['posts'][0]['id'], 'post_content' => 'by hand' ) );
	wp_update_comment( array( 'comment_ID' => $answer['comments'][0]['id'], 'comment_content' => 'by hand' ) );
	wp_delete_comment( $answer['comments'][1]['id'], true );
	update_post_meta( $answer['media'][0]['id'], '_wp_attachment_image_alt', 'by hand' );
	wp_update_term( $answer['terms'][0]['id'], 'category', array( 'description' => 'by hand' ) );
	$found = find( $marks );
	same( array( true, false, false, true, true, true ), wp_list_pluck( array_slice( $found, 0, 6 ), 'edited' ) );
	same( null, $found[6] );
} );

test( 'removing takes everything away that was placed, files too, in any order and twice', function () {
	global $wpdb;
	$files  = files();
	$before = tables();
	list( $marks ) = one_of_each();
	same( array_fill( 0, 7, 'removed' ), remove( $marks ) );
	$now = tables();
	unset( $before[ $wpdb->term_taxonomy ], $now[ $wpdb->term_taxonomy ] );
	same( array( $before, $files ), array( $now, files() ) );
	same( array_fill( 0, 7, 'absent' ), remove( $marks ) );
} );

test( 'terms can be removed parent by parent, one request each', function () {
	list( $marks ) = one_of_each();
	same( array( 'removed' ), remove( array( $marks[4] ) ) );
	same( array( 'removed' ), remove( array( $marks[0] ) ) );
	same( array( 'removed' ), remove( array( $marks[1] ) ) );
} );

test( 'edited things, adopted terms, terms with foreign posts and posts with foreign comments are kept', function () {
	$name = 'There before ' . Rehome_Tests::$blog;
	wp_insert_term( $name, 'category' );
	$answer  = place( array( 'terms' => array( term( 'category', 1, $name ), term( 'tag', 1, 'used ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1 ), post( 2, array( 'title' => 'Edited soon' ) ), post( 3 ) ), 'comments' => array( comment( 1, 3 ) ) ) );
	$foreign = wp_insert_post( array( 'post_title' => 'Foreign', 'post_status' => 'publish' ) );
	wp_set_object_terms( $foreign, array( $answer['terms'][1]['id'] ), 'post_tag' );
	wp_insert_comment( array( 'comment_post_ID' => $answer['posts'][0]['id'], 'comment_content' => 'a visitor' ) );
	wp_update_post( array( 'ID' => $answer['posts'][1]['id'], 'post_title' => 'Edited' ) );
	wp_set_comment_status( $answer['comments'][0]['id'], 'spam' );
	same( array( 'kept', 'kept', 'kept', 'kept', 'kept' ), remove( array( mark( 'category', 1 ), mark( 'tag', 1 ), mark( 'post', 1 ), mark( 'post', 2 ), mark( 'comment', 1 ) ) ) );
	yes( null !== row( $answer['posts'][0]['id'] ) && null !== row( $answer['posts'][1]['id'] ), 'gone' );
	wp_delete_post( $foreign, true );
} );

test( 'another blog does not see and cannot remove what this one placed', function () {
	list( $marks ) = one_of_each();
	$other = array( 'blog' => 'somebody else' );
	same( array_fill( 0, 7, null ), call( 'POST', '/find', $other + array( 'marks' => $marks ) )['found'] );
	same( array_fill( 0, 7, 'absent' ), wp_list_pluck( call( 'POST', '/remove', $other + batch( array( 'marks' => $marks ) ) )['removed'], 'outcome' ) );
} );

test( 'ids that differ only in case or accents are different things', function () {
	$ids   = array( 'Cafe', 'cafe', 'café', 'CAFE', 'cafe ' );
	$lines = place( array( 'posts' => array_map( 'post', $ids ) ) )['posts'];
	same( 5, count( array_unique( wp_list_pluck( $lines, 'id' ) ) ) );
	same( wp_list_pluck( $lines, 'id' ), wp_list_pluck( find( array_map( function ( $id ) { return mark( 'post', $id ); }, $ids ) ), 'id' ) );
} );

if ( is_multisite() ) {
	test( 'on a network every site has a map of its own, made when it is first used', function () {
		$path = '/s' . bin2hex( random_bytes( 3 ) ) . '/';
		$id   = wpmu_create_blog( get_network()->domain, $path, 'Second', 1 );
		$base = array( 'base' => REHOME_TEST_INFO['url'] . rtrim( $path, '/' ) );
		same( true, call( 'GET', '/site', null, $base )['multisite'] );
		$lease = call( 'POST', '/writer', array( 'blog' => Rehome_Tests::$blog, 'writer' => Rehome_Tests::WRITER, 'seconds' => 60 ), $base );
		same( 1, $lease['fence'] );
		$answer = call( 'POST', '/place', array( 'fence' => 1 ) + batch( array( 'posts' => array( post( 1 ) ), 'comments' => array( comment( 1, 1 ) ) ) ), $base );
		$line   = only( $answer, 'posts', 'created' );
		same( 0, strpos( $line['address'], $base['base'] ), $line['address'] );
		$picture = picture( 30, 30 );
		$head    = json_encode( array( 'fence' => 1 ) + batch( array( 'media' => array( medium( 1, $picture ) ) ) ) );
		$media   = call( 'POST', '/media', null, $base + array( 'raw' => pack( 'N', strlen( $head ) ) . $head . $picture, 'headers' => array( 'Content-Type: application/x-rehome-media' ) ) );
		yes( false !== strpos( only( $media, 'media', 'created' )['address'], "/sites/$id/2008/04/" ), json_encode( $media ) );
		same( array( null ), find( array( mark( 'post', 1 ) ) ) );
		switch_to_blog( $id );
		same( 'Post 1', get_post( $line['id'] )->post_title );
		restore_current_blog();
		wp_delete_site( $id );
	} );
}

function narrow( array $wishes ) {
	$lines = array();
	foreach ( $wishes as list( $mark, $status ) ) {
		$lines[] = array( 'mark' => $mark, 'status' => $status );
	}
	$answer = call( 'POST', '/narrow', batch( array( 'wishes' => $lines ) ) );
	yes( isset( $answer['narrowed'] ), json_encode( $answer ) );
	return $answer['narrowed'];
}

test( 'narrowing hides a post, a comment and a picture, also where a person edited them, and never widens', function () {
	list( $marks, $answer ) = one_of_each();
	$post = $answer['posts'][0]['id'];
	wp_update_post( array( 'ID' => $post, 'post_content' => 'by hand' ) );
	$wishes = array( array( $marks[4], 'private' ), array( $marks[5], 'private' ), array( $marks[3], 'private' ), array( mark( 'post', 'none' ), 'draft' ) );
	same( array( true, true, true, true ), narrow( $wishes ) );
	same( array( 'private', 'by hand', '' ), array( get_post( $post )->post_status, get_post( $post )->post_content, get_post( $post )->post_password ) );
	same( '0', get_comment( $answer['comments'][0]['id'] )->comment_approved );
	same( '1', get_comment( $answer['comments'][1]['id'] )->comment_approved );
	same( 'private', get_post( $answer['media'][0]['id'] )->post_status );
	same( array( true, false, false ), wp_list_pluck( find( array( $marks[4], $marks[5], $marks[3] ) ), 'edited' ) );
	same( array( true ), narrow( array( array( $marks[4], 'publish' ) ) ) );
	same( 'private', get_post( $post )->post_status );
	same( array( true ), narrow( array( array( $marks[4], 'draft' ) ) ) );
	same( 'draft', get_post( $post )->post_status );
} );

test( 'what was narrowed and not touched by a person is brought up to date and taken away as before', function () {
	place( array( 'posts' => array( post( 1 ) ) ) );
	same( array( true ), narrow( array( array( mark( 'post', 1 ), 'future' ) ) ) );
	$found = find( array( mark( 'post', 1 ) ), true );
	same( array( false, 'draft' ), array( $found[0]['edited'], $found[0]['whole']['status'] ) );
	same( array( 'removed' ), remove( array( mark( 'post', 1 ) ) ) );
} );
