<?php
/**
 * Requests in pieces: one transaction, whatever the number of pieces, and no more in memory than one of them.
 *
 * @package Rehome
 */

/** Sends pieces; gives back the answer. Options as for call(), and `gzip`, `head`. */
function pieces( array $pieces, array $options = array() ) {
	$lines   = array( batch( isset( $options['head'] ) ? $options['head'] : array( 'mode' => 'fast' ) ) );
	$lines   = array_merge( $lines, $pieces );
	$body    = implode( "\n", array_map( static function ( $line ) { return is_string( $line ) ? $line : json_encode( $line, JSON_UNESCAPED_UNICODE ); }, $lines ) );
	$headers = array( 'Content-Type: application/x-rehome-pieces' );
	if ( ! empty( $options['gzip'] ) ) {
		$headers[] = 'Content-Encoding: gzip';
		$body      = gzencode( $body );
	}
	return call( 'POST', '/place', null, array( 'raw' => isset( $options['cut'] ) ? substr( $body, 0, $options['cut'] ) : $body, 'headers' => $headers ) + $options );
}

/** A comment as a list. */
function listed( array $comment ) {
	$parent = isset( $comment['parent'] ) ? $comment['parent'] : array( 'kind' => null, 'id' => null );
	return array( $comment['mark']['kind'], $comment['mark']['id'], $comment['fingerprint'], $comment['post']['kind'], $comment['post']['id'], $parent['kind'], $parent['id'], isset( $comment['type'] ) ? $comment['type'] : 'comment', $comment['author'], isset( $comment['url'] ) ? $comment['url'] : '', $comment['date_utc'], $comment['content'], $comment['status'] );
}

/** What is in the tables of these posts and comments, without what differs from run to run. */
function rows_of( array $posts, array $comments ) {
	$rows = array();
	foreach ( $posts as $id ) {
		$row = row( $id );
		unset( $row['ID'], $row['guid'], $row['post_name'] );
		$rows[] = $row;
	}
	foreach ( $comments as $id ) {
		$row              = comment_row( $id );
		$row['has_parent'] = '0' !== $row['comment_parent'];
		unset( $row['comment_ID'], $row['comment_post_ID'], $row['comment_parent'] );
		$rows[] = $row;
	}
	return $rows;
}

test( 'what comes in pieces is what comes as a whole', function () {
	$rows = array();
	foreach ( array( 'whole', 'pieces', 'packed' ) as $way ) {
		Rehome_Tests::$blog .= $way[1];
		$terms    = array( term( 'category', 'c', 'Pieces ' . Rehome_Tests::$blog ) );
		$posts    = array( post( 1, array( 'title' => 'One', 'content' => '<p>' . str_repeat( 'long é ', 400 ) . '</p>', 'terms' => array( mark( 'category', 'c' ) ) ) ), post( 2, array( 'title' => 'Two <script>x</script>' ) ) );
		$comments = array(
			comment( 1, 1, array( 'content' => 'First \\o/ <script>x</script> 😀', 'url' => 'http://ana.example/' ) ),
			comment( 2, 1, array( 'parent' => mark( 'comment', 1 ), 'author' => "O'Ne\\il" ) ),
			comment( 3, 2, array( 'type' => 'trackback' ) ),
			comment( 4, 2, array( 'status' => 'spam' ) ),
			comment( 5, 2, array( 'status' => 'held' ) ),
		);
		$listed   = array_map( 'listed', $comments );
		if ( 'whole' === $way ) {
			$answer   = place( array( 'mode' => 'fast', 'terms' => $terms, 'posts' => $posts, 'comments' => $comments ) );
			$post_ids = wp_list_pluck( $answer['posts'], 'id' );
			$ids      = wp_list_pluck( $answer['comments'], 'id' );
		} else {
			$answer = pieces( array( array( 'terms' => $terms, 'posts' => array( $posts[0] ), 'comments' => array( $listed[0] ) ), array( 'comments' => array( $listed[1] ) ), array( 'posts' => array( $posts[1] ), 'comments' => array( $listed[2], $listed[3], $comments[4] ) ) ), array( 'gzip' => 'packed' === $way ) );
			same( array( 'created', 'publish', null ), array( $answer['pieces'][0]['posts'][0][0], $answer['pieces'][0]['posts'][0][3], $answer['pieces'][0]['posts'][0][4] ), json_encode( $answer ) );
			$post_ids = array( $answer['pieces'][0]['posts'][0][1], $answer['pieces'][2]['posts'][0][1] );
			$ids      = array( $answer['pieces'][0]['comments'][0][1], $answer['pieces'][1]['comments'][0][1], $answer['pieces'][2]['comments'][0][1], $answer['pieces'][2]['comments'][1][1], $answer['pieces'][2]['comments'][2][1] );
			same( get_permalink( $post_ids[0] ) . '#comment-' . $ids[1], $answer['pieces'][1]['comments'][0][2] );
			same( array( 'approved', 'spam', 'held' ), wp_list_pluck( $answer['pieces'][2]['comments'], 3 ) );
			same( 1, get_term( $answer['pieces'][0]['terms'][0][1] )->count );
		}
		same( array( '2', '1' ), array( row( $post_ids[0] )['comment_count'], row( $post_ids[1] )['comment_count'] ) );
		same( (string) $ids[0], comment_row( $ids[1] )['comment_parent'] );
		$rows[ $way ] = rows_of( $post_ids, $ids );
		// The same marks by the other way are the same things.
		$again = 'whole' === $way ? pieces( array( array( 'terms' => $terms, 'posts' => $posts, 'comments' => $listed ) ) )['pieces'][0] : place( array( 'mode' => 'fast', 'terms' => $terms, 'posts' => $posts, 'comments' => $comments ) );
		foreach ( array( 'terms', 'posts', 'comments' ) as $list ) {
			foreach ( $again[ $list ] as $line ) {
				same( 'unchanged', 'whole' === $way ? $line[0] : $line['outcome'] );
			}
		}
	}
	same( $rows['whole'], $rows['pieces'] );
	same( $rows['whole'], $rows['packed'] );
} );

test( 'a piece that is wrong takes the ones before it along', function () {
	$good   = array( 'posts' => array( post( 1 ) ), 'comments' => array( listed( comment( 1, 1 ) ) ) );
	$before = tables();
	foreach ( array(
		'pieces[1].posts[0].status'        => array( 'posts' => array( post( 2, array( 'status' => 'trash' ) ) ) ),
		'pieces[1].comments[0].date_utc'   => array( 'comments' => array( listed( comment( 2, 1, array( 'date_utc' => '2008-13-01 00:00:00' ) ) ) ) ),
		'pieces[1].comments[0].post.kind'  => array( 'comments' => array( listed( array( 'post' => mark( 'planet', 1 ) ) + comment( 2, 1 ) ) ) ),
		'pieces[1].comments[0].status'     => array( 'comments' => array( listed( array( 'status' => 'loud' ) + comment( 2, 1 ) ) ) ),
		'pieces[1].comments[0].mark'       => array( 'comments' => array( array_slice( listed( comment( 2, 1 ) ), 1 ) ) ),
		'pieces[1]'                        => '{"posts":',
	) as $field => $bad ) {
		same( $field, refused( pieces( array( $good, $bad ) ), 'rehome_bad_request', 400 )['field'] );
		same( $before, tables(), $field );
	}
	// A cut body is not the pieces that it still holds.
	$body = strlen( json_encode( batch( array( 'mode' => 'fast' ) ) ) ) + strlen( json_encode( $good ) ) + 30;
	refused( pieces( array( $good, $good ), array( 'cut' => $body ) ), 'rehome_bad_request', 400 );
	refused( pieces( array( $good ), array( 'gzip' => true, 'cut' => 200 ) ), 'rehome_bad_request', 400 );
	same( $before, tables() );
	refused( pieces( array( $good ), array( 'head' => array( 'writer' => 'bbbbbbbbbbbbbbbb' ) ) ), 'rehome_stale_fence', 409 );
	same( $before, tables() );
	same( 'created', pieces( array( $good ) )['pieces'][0]['posts'][0][0] );
} );

test( 'comments that are no objects and no lists are named, in pieces and as a whole', function () {
	$good   = listed( comment( 1, 1 ) );
	$odd    = array( 'x' => $good[5] ) + array_diff_key( $good, array( 5 => true ) );
	$before = tables();
	foreach ( array( array( 'x', 'comments[0]' ), array( 7, 'comments[0]' ), array( true, 'comments[0]' ), array( $odd, 'comments[0].mark' ) ) as list( $bad, $field ) ) {
		same( $field, refused( place( array( 'posts' => array( post( 1 ) ), 'comments' => array( $bad ) ) ), 'rehome_bad_request', 400 )['field'] );
		same( "pieces[0].$field", refused( pieces( array( array( 'posts' => array( post( 1 ) ), 'comments' => array( $bad ) ) ) ), 'rehome_bad_request', 400 )['field'] );
	}
	same( $before, tables() );
} );

test( 'what fails in a later piece leaves nothing behind, and the repeat succeeds', function () {
	foreach ( array( 'fail', 'die' ) as $fault ) {
		$request = array( array( 'posts' => array( post( $fault ) ) ), array( 'comments' => array( listed( comment( $fault, $fault ) ) ) ) );
		$before  = tables();
		pieces( $request, array( 'fault' => $fault ) );
		same( $before, tables(), $fault );
		same( 'created', pieces( $request )['pieces'][1]['comments'][0][0] );
	}
} );

test( 'every piece asks for what its content needs', function () {
	$author = user_with( 'editor' );
	$before = tables();
	pieces( array( array( 'posts' => array( post( 1 ) ) ) ), array( 'auth' => null ) );
	same( 401, Rehome_Tests::$status );
	pieces( array( array( 'posts' => array( post( 1 ) ) ) ), array( 'auth' => user_with( 'author' ) ) );
	same( 403, Rehome_Tests::$status );
	pieces( array( array( 'posts' => array( post( 1 ) ) ) ), array( 'auth' => $author ) );
	same( 403, Rehome_Tests::$status, 'an editor may not import' );
	same( $before, tables() );
} );

test( 'a request in pieces may be large, and PHP holds little of it', function () {
	$pieces = array();
	$number = 0;
	for ( $piece = 0; $piece < 12; $piece++ ) {
		$posts    = array();
		$comments = array();
		for ( $n = 0; $n < 150; $n++ ) {
			$posts[] = post( ++$number, array( 'content' => str_repeat( "<p>Some text of post $n with é <b>words</b>.</p>\n", 60 ) ) );
			for ( $c = 0; $c < 4; $c++ ) {
				$comments[] = listed( comment( "$number-$c", $number, array( 'content' => str_repeat( 'words ', 30 ) ) ) );
			}
		}
		$pieces[] = array( 'posts' => $posts, 'comments' => $comments );
	}
	$answer = pieces( $pieces, array( 'gzip' => true ) );
	same( 12, count( $answer['pieces'] ), substr( json_encode( $answer ), 0, 300 ) );
	same( array( 150, 600 ), array( count( $answer['pieces'][11]['posts'] ), count( $answer['pieces'][11]['comments'] ) ) );
	same( '4', row( $answer['pieces'][11]['posts'][7][1] )['comment_count'] );
	$peak = (int) Rehome_Tests::$headers['x-rehome-memory-peak'];
	yes( $peak < 33554432, "memory $peak" );
	$before = tables();
	$many   = array_fill( 0, 9, array( 'posts' => array( post( 1, array( 'content' => str_repeat( 'x', 1048576 ) ) ) ) ) );
	same( 'pieces_bytes', refused( pieces( $many ), 'rehome_too_large', 413 )['limit'] );
	same( 'posts', refused( pieces( array( array( 'posts' => array_fill( 0, 321, post( 1 ) ) ) ) ), 'rehome_too_large', 413 )['limit'] );
	$bomb = call( 'POST', '/place', null, array( 'raw' => gzencode( str_repeat( ' ', 60 * 1048576 ) ), 'headers' => array( 'Content-Type: application/x-rehome-pieces', 'Content-Encoding: gzip' ) ) );
	same( 'pieces_bytes', refused( $bomb, 'rehome_too_large', 413 )['limit'] );
	yes( (int) Rehome_Tests::$headers['x-rehome-memory-peak'] < 33554432, 'memory of a bomb ' . Rehome_Tests::$headers['x-rehome-memory-peak'] );
	same( $before, tables() );
	return round( $peak / 1048576, 1 ) . ' MiB';
} );

test( 'a new post counts the comments that came with it, and not those that were refused', function () {
	global $wpdb;
	$long   = comment( 2, 1, array( 'content' => str_repeat( 'long ', 14000 ) ) );
	$answer = pieces( array( array( 'posts' => array( post( 1 ), post( 2 ) ), 'comments' => array( listed( comment( 1, 1 ) ), listed( $long ), listed( comment( 3, 1, array( 'status' => 'held' ) ) ), listed( comment( 4, 'nowhere' ) ) ) ), array( 'comments' => array( listed( comment( 5, 1 ) ) ) ) ) );
	same( array( 'created', 'refused', 'created', 'refused' ), wp_list_pluck( $answer['pieces'][0]['comments'], 0 ) );
	same( array( '2', '0' ), array( row( $answer['pieces'][0]['posts'][0][1] )['comment_count'], row( $answer['pieces'][0]['posts'][1][1] )['comment_count'] ) );
	// A post that a person threw away comes back with what came with it, and with what is still there.
	$wpdb->delete( $wpdb->posts, array( 'ID' => $answer['pieces'][0]['posts'][0][1] ) );
	$again = pieces( array( array( 'posts' => array( post( 1 ) ), 'comments' => array( listed( comment( 6, 1 ) ) ) ) ) );
	same( array( 'created', '1' ), array( $again['pieces'][0]['posts'][0][0], row( $again['pieces'][0]['posts'][0][1] )['comment_count'] ) );
} );
