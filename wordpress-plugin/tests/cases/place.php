<?php
/** Posts, comments and terms. */

foreach ( array( 'fast', 'compatible' ) as $rehome_mode ) {
	$rehome_in = function ( array $fields ) use ( $rehome_mode ) {
		return place( array( 'mode' => $rehome_mode ) + $fields );
	};

	test( "[$rehome_mode] a post arrives whole", function () use ( $rehome_in ) {
		update_option( 'timezone_string', 'Europe/Prague' );
		$answer = $rehome_in( array(
			'terms' => array( term( 'category', 'c', 'Whole ' . Rehome_Tests::$blog ), term( 'tag', 't', 'tag ' . Rehome_Tests::$blog ) ),
			'posts' => array( post( 1, array( 'title' => '  Emoji 😀 and \\back\\slash\\0  ', 'content' => "<p>C:\\new\\0 \\\\ 花 😀 <b>bold</b></p>", 'excerpt' => 'An \\excerpt', 'slug' => 'Wished Slug ' . getmypid() . $GLOBALS['rehome_n'] = 1 + ( $GLOBALS['rehome_n'] ?? 0 ), 'modified_utc' => '2009-01-02 03:04:05', 'author' => 'admin', 'password' => 'pa\\ss', 'sticky' => true, 'comments_open' => false, 'pings_open' => true, 'terms' => array( mark( 'category', 'c' ), mark( 'tag', 't' ) ), 'format' => 'gallery' ) ) ),
		) );
		$line   = only( $answer, 'posts', 'created' );
		same( null, $line['remark'] );
		$row = row( $line['id'] );
		same( array( 'Emoji 😀 and \\back\\slash\\0', "<p>C:\\new\\0 \\\\ 花 😀 <b>bold</b></p>", 'An \\excerpt', 'pa\\ss' ), array( $row['post_title'], $row['post_content'], $row['post_excerpt'], $row['post_password'] ) );
		same( array( '2008-04-05 15:03:12', '2008-04-05 13:03:12', '2009-01-02 04:04:05', '2009-01-02 03:04:05' ), array( $row['post_date'], $row['post_date_gmt'], $row['post_modified'], $row['post_modified_gmt'] ), 'daylight saving in April, none in January' );
		same( array( '1', 'closed', 'open', 'publish', 'post', '0', home_url( '/?p=' . $line['id'] ) ), array( $row['post_author'], $row['comment_status'], $row['ping_status'], $row['post_status'], $row['post_type'], $row['comment_count'], $row['guid'] ) );
		same( $line['slug'], $row['post_name'] );
		same( home_url( "/2008/04/{$row['post_name']}/" ), $line['address'] );
		same( array( $answer['terms'][0]['id'] ), wp_get_object_terms( $line['id'], 'category', array( 'fields' => 'ids' ) ) );
		same( array( $answer['terms'][1]['id'] ), wp_get_object_terms( $line['id'], 'post_tag', array( 'fields' => 'ids' ) ) );
		same( 1, get_term( $answer['terms'][0]['id'] )->count );
		same( 'gallery', get_post_format( $line['id'] ) );
		yes( is_sticky( $line['id'] ), 'not sticky' );
		update_option( 'timezone_string', '' );
	} );

	test( "[$rehome_mode] repeating a request after a lost answer gives the same ids and writes nothing", function () use ( $rehome_in ) {
		$request = array( 'terms' => array( term( 'category', 'c', 'Again ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1 ), post( 2 ) ), 'comments' => array( comment( 1, 1 ), comment( 2, 1, array( 'parent' => mark( 'comment', 1 ) ) ) ) );
		$first   = $rehome_in( $request );
		$before  = tables();
		$second  = $rehome_in( $request );
		same( $before, tables() );
		foreach ( array( 'terms', 'posts', 'comments' ) as $list ) {
			foreach ( $first[ $list ] as $index => $line ) {
				$line['outcome'] = 'unchanged';
				same( $line, $second[ $list ][ $index ] );
			}
		}
	} );

	test( "[$rehome_mode] two posts of one title and minute both arrive, and so do posts without any title", function () use ( $rehome_in ) {
		$answer = $rehome_in( array( 'posts' => array( post( 1, array( 'title' => 'Twins' ) ), post( 2, array( 'title' => 'Twins' ) ), post( 3, array( 'title' => '', 'content' => '' ) ), post( 4, array( 'title' => '', 'content' => '' ) ) ) ) );
		same( array( 'created', 'created', 'created', 'created' ), wp_list_pluck( $answer['posts'], 'outcome' ) );
		same( 4, count( array_unique( wp_list_pluck( $answer['posts'], 'slug' ) ) ) );
		same( (string) $answer['posts'][2]['id'], explode( '-', $answer['posts'][2]['slug'] )[0], 'a post without a title is called by its id' );
	} );

	test( "[$rehome_mode] HTML is cleaned although the user is an administrator, and blocks survive", function () use ( $rehome_in ) {
		$blocks = "<!-- wp:image {\"id\":5,\"sizeSlug\":\"large\",\"className\":\"is-style-rounded\"} -->\n<figure class=\"wp-block-image size-large is-style-rounded\"><img src=\"http://example.com/a.jpg\" alt=\"x &amp; y\" class=\"wp-image-5\" /></figure>\n<!-- /wp:image -->\n\n<!-- wp:paragraph {\"metadata\":{\"name\":\"a \\u002d\\u002d b\"}} -->\n<p>Text -- with dashes</p>\n<!-- /wp:paragraph -->";
		$bad    = '<p onclick="x()">A<script>alert(1)</script><iframe src="http://e.com"></iframe><a href="javascript:x()">l</a></p>';
		$answer = $rehome_in( array( 'posts' => array( post( 1, array( 'content' => $blocks ) ), post( 2, array( 'content' => $bad, 'title' => 'T<script>x</script>', 'excerpt' => '<form>e</form>' ) ) ), 'comments' => array( comment( 1, 1, array( 'content' => '<script>x</script><img src="x"><b>b</b> <a href="http://e.com">l</a>', 'author' => '<i>Ana</i>', 'url' => 'javascript:alert(1)' ) ) ) ) );
		same( $blocks, row( $answer['posts'][0]['id'] )['post_content'] );
		$row = row( $answer['posts'][1]['id'] );
		same( '<p>Aalert(1)<a href="x()">l</a></p>', $row['post_content'] );
		same( array( 'Tx', 'e' ), array( $row['post_title'], $row['post_excerpt'] ) );
		$comment = comment_row( $answer['comments'][0]['id'] );
		same( 'x<b>b</b> <a href="http://e.com" rel="nofollow ugc">l</a>', $comment['comment_content'] );
		same( array( 'Ana', '' ), array( $comment['comment_author'], $comment['comment_author_url'] ) );
	} );

	test( "[$rehome_mode] comments keep thread, kind, state, date, author and backslashes, and counts are right", function () use ( $rehome_in ) {
		$answer = $rehome_in( array( 'posts' => array( post( 1 ) ), 'comments' => array(
			comment( 3, 1, array( 'parent' => mark( 'comment', 2 ), 'content' => 'deepest \\o/ 😀' ) ),
			comment( 2, 1, array( 'parent' => mark( 'comment', 1 ), 'url' => 'http://ana.example/a?b=1&c=2' ) ),
			comment( 1, 1, array( 'author' => "O'Ne\\il \"花\"" ) ),
			comment( 4, 1, array( 'status' => 'spam' ) ),
			comment( 5, 1, array( 'status' => 'held' ) ),
			comment( 6, 1, array( 'type' => 'trackback' ) ),
			comment( 7, 1, array( 'parent' => mark( 'comment', 'nowhere' ) ) ),
		) ) );
		$ids    = wp_list_pluck( $answer['comments'], 'id' );
		same( (string) $ids[1], comment_row( $ids[0] )['comment_parent'] );
		same( (string) $ids[2], comment_row( $ids[1] )['comment_parent'] );
		same( 'deepest \\o/ 😀', comment_row( $ids[0] )['comment_content'] );
		same( 'http://ana.example/a?b=1&amp;c=2', comment_row( $ids[1] )['comment_author_url'] );
		same( "O'Ne\\il \"花\"", comment_row( $ids[2] )['comment_author'] );
		same( array( 'spam', '0', 'trackback', '0' ), array( comment_row( $ids[3] )['comment_approved'], comment_row( $ids[4] )['comment_approved'], comment_row( $ids[5] )['comment_type'], comment_row( $ids[6] )['comment_parent'] ) );
		yes( false !== strpos( $answer['comments'][6]['remark'], 'parent' ), 'no remark' );
		same( '5', row( $answer['posts'][0]['id'] )['comment_count'] );
		same( $answer['posts'][0]['address'] . '#comment-' . $ids[0], $answer['comments'][0]['address'] );
		same( '', comment_row( $ids[0] )['comment_author_email'] . comment_row( $ids[0] )['comment_author_IP'] );
	} );

	test( "[$rehome_mode] comments that answer each other in a circle all arrive", function () use ( $rehome_in ) {
		$answer = $rehome_in( array( 'posts' => array( post( 1 ) ), 'comments' => array( comment( 1, 1, array( 'parent' => mark( 'comment', 2 ) ) ), comment( 2, 1, array( 'parent' => mark( 'comment', 1 ) ) ), comment( 3, 1, array( 'parent' => mark( 'comment', 3 ) ) ) ) ) );
		same( array( 'created', 'created', 'created' ), wp_list_pluck( $answer['comments'], 'outcome' ) );
		$parents = array_map( function ( $line ) { return comment_row( $line['id'] )['comment_parent']; }, $answer['comments'] );
		same( 2, count( array_filter( $parents, function ( $parent ) { return '0' === $parent; } ) ) );
	} );

	test( "[$rehome_mode] the status is never wider than asked", function () use ( $rehome_in ) {
		$ahead  = gmdate( 'Y-m-d H:i:s', time() + 86400 * 30 );
		$answer = $rehome_in( array( 'posts' => array(
			post( 1, array( 'status' => 'private', 'password' => 'x' ) ),
			post( 2, array( 'status' => 'draft', 'date_utc' => null ) ),
			post( 3, array( 'status' => 'future' ) ),
			post( 4, array( 'status' => 'publish', 'date_utc' => $ahead ) ),
			post( 5, array( 'status' => 'future', 'date_utc' => $ahead ) ),
			post( 6, array( 'status' => 'private', 'date_utc' => $ahead ) ),
		) ) );
		$lines  = $answer['posts'];
		same( array( 'private', 'draft', 'draft', 'future', 'future', 'private' ), wp_list_pluck( $lines, 'status' ) );
		same( '', row( $lines[0]['id'] )['post_password'] );
		same( array( '0000-00-00 00:00:00', '' ), array( row( $lines[1]['id'] )['post_date_gmt'], row( $lines[1]['id'] )['post_name'] ) );
		yes( null !== $lines[2]['remark'] && null !== $lines[3]['remark'], 'no remark' );
		same( array( false, true, true ), array( (bool) wp_next_scheduled( 'publish_future_post', array( $lines[2]['id'] ) ), (bool) wp_next_scheduled( 'publish_future_post', array( $lines[3]['id'] ) ), (bool) wp_next_scheduled( 'publish_future_post', array( $lines[4]['id'] ) ) ) );
		same( 404, (int) wp_remote_retrieve_response_code( wp_remote_get( $lines[0]['address'] ) ), 'a private post is not for visitors' );
	} );

	test( "[$rehome_mode] slugs follow core's rules", function () use ( $rehome_in ) {
		$run    = 'x' . bin2hex( random_bytes( 3 ) );
		$long   = str_repeat( 'long', 60 ) . $run;
		$cjk    = str_repeat( '花', 70 ) . $run;
		$wishes = array( "$run", "$run", 'feed', 'embed', '5', '2010', $long, $long, $cjk, $cjk, 'Ünï & cödé ' . $run, "$run-2" );
		$posts  = array();
		foreach ( $wishes as $index => $wish ) {
			$posts[] = post( $index, array( 'slug' => $wish ) );
		}
		$posts[] = post( 'page', array( 'type' => 'page', 'slug' => $run, 'mark' => mark( 'page', 1 ) ) );
		$posts[] = post( 'page2', array( 'type' => 'page', 'slug' => $run, 'mark' => mark( 'page', 2 ) ) );
		$posts[] = post( 'page3', array( 'type' => 'page', 'slug' => '2010', 'mark' => mark( 'page', 3 ) ) );
		$found   = wp_list_pluck( $rehome_in( array( 'posts' => $posts ) )['posts'], 'slug' );
		foreach ( $found as $index => $slug ) {
			yes( strlen( $slug ) <= 200, 'too long' );
		}
		same( array( $run, "$run-2" ), array_slice( $found, 0, 2 ) );
		yes( 'feed' !== $found[2] && 'embed' !== $found[3] && '5' !== $found[4] && '2010' !== $found[14], 'a reserved word: ' . json_encode( $found ) );
		yes( 0 === strpos( $found[5], '2010' ), $found[5] );
		same( count( array_unique( array_slice( $found, 0, 12 ) ) ), 12 );
		same( array( $run, "$run-2" ), array_slice( $found, 12, 2 ), 'pages have a space of their own' );
		same( "$run-2-2", $found[11] );
		same( 'uni-code-' . $run, str_replace( 'codes', 'code', $found[10] ) );
	} );

	test( "[$rehome_mode] a changed fingerprint brings up to date what nobody touched, and leaves alone what somebody edited", function () use ( $rehome_in ) {
		$first = $rehome_in( array( 'terms' => array( term( 'category', 'a', 'Up A ' . Rehome_Tests::$blog ), term( 'category', 'b', 'Up B ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1, array( 'terms' => array( mark( 'category', 'a' ) ), 'sticky' => true, 'format' => 'quote' ) ), post( 2 ) ), 'comments' => array( comment( 1, 1 ), comment( 2, 1 ) ) ) );
		wp_update_post( array( 'ID' => $first['posts'][1]['id'], 'post_title' => 'Edited by hand' ) );
		wp_set_comment_status( $first['comments'][1]['id'], 'hold' );
		wp_update_term( $first['terms'][1]['id'], 'category', array( 'name' => 'Edited ' . Rehome_Tests::$blog ) );
		wp_set_post_terms( $first['posts'][0]['id'], array( 'by hand' ), 'post_tag', true );
		$new    = array( 'fingerprint' => 'bb' );
		$second = $rehome_in( array( 'terms' => array( term( 'category', 'a', 'Up A2 ' . Rehome_Tests::$blog, $new ), term( 'category', 'b', 'Up B2', $new ) ), 'posts' => array( post( 1, $new + array( 'title' => 'Newer \\o/', 'status' => 'private', 'modified_utc' => '2010-01-01 00:00:00' ) ), post( 2, $new ) ), 'comments' => array( comment( 1, 1, $new + array( 'content' => 'Newer \\o/' ) ), comment( 2, 1, $new ) ) ) );
		foreach ( array( 'terms', 'posts', 'comments' ) as $list ) {
			same( array( 'updated', 'conflict' ), wp_list_pluck( $second[ $list ], 'outcome' ), $list );
			same( wp_list_pluck( $first[ $list ], 'id' ), wp_list_pluck( $second[ $list ], 'id' ) );
		}
		$row = row( $first['posts'][0]['id'] );
		same( array( 'Newer \\o/', 'private', '2010-01-01 00:00:00', 'post-1' === substr( $row['post_name'], 0, 6 ) ), array( $row['post_title'], $row['post_status'], $row['post_modified_gmt'], true ) );
		same( 'Newer \\o/', comment_row( $first['comments'][0]['id'] )['comment_content'] );
		same( 'Edited by hand', row( $first['posts'][1]['id'] )['post_title'] );
		same( array( (int) get_option( 'default_category' ) ), wp_get_object_terms( $first['posts'][0]['id'], 'category', array( 'fields' => 'ids' ) ) );
		same( array( 'by hand' ), wp_get_object_terms( $first['posts'][0]['id'], 'post_tag', array( 'fields' => 'names' ) ), 'what a person added stays' );
		same( array( false, false ), array( get_post_format( $first['posts'][0]['id'] ), is_sticky( $first['posts'][0]['id'] ) ) );
		same( array(), wp_get_post_revisions( $first['posts'][0]['id'] ) );
		same( 'unchanged', $rehome_in( array( 'posts' => array( post( 1, $new ) ) ) )['posts'][0]['outcome'] );
	} );

	test( "[$rehome_mode] nothing is announced: no mail, no ping, no call to the outside", function () use ( $rehome_in ) {
		update_option( 'comments_notify', 1 );
		update_option( 'moderation_notify', 1 );
		update_option( 'default_pingback_flag', 1 );
		wp_clear_scheduled_hook( 'do_pings' );
		@unlink( WP_CONTENT_DIR . '/rehome-noise.log' );
		$answer = $rehome_in( array( 'posts' => array( post( 1, array( 'content' => '<a href="http://127.0.0.1:1/x">l</a>', 'pings_open' => true ) ) ), 'comments' => array( comment( 1, 1 ), comment( 2, 1, array( 'status' => 'held' ) ) ) ) );
		call( 'POST', '/finish', batch( array() ) );
		same( array( false, false, false ), array( file_exists( WP_CONTENT_DIR . '/rehome-noise.log' ), wp_next_scheduled( 'do_pings' ), file_exists( REHOME_TEST_INFO['home'] . '/log/mail.log' ) ) );
		same( array(), array_intersect( array( '_pingme', '_encloseme' ), array_keys( get_post_meta( $answer['posts'][0]['id'] ) ) ) );
		update_option( 'comments_notify', 0 );
		update_option( 'moderation_notify', 0 );
	} );

	test( "[$rehome_mode] what fails in the middle leaves nothing behind, and the repeat succeeds", function () use ( $rehome_mode ) {
		$request = array( 'mode' => $rehome_mode, 'terms' => array( term( 'tag', 't', 'Fail ' . Rehome_Tests::$blog ) ), 'posts' => array( post( 1, array( 'terms' => array( mark( 'tag', 't' ) ), 'sticky' => true ) ) ), 'comments' => array( comment( 1, 1 ) ) );
		$faults  = 'sqlite' === REHOME_TEST_INFO['database'] ? array( 'fail', 'die' ) : array( 'fail', 'die', 'drop-connection' );
		foreach ( $faults as $fault ) {
			$before = tables();
			$sticky = get_option( 'sticky_posts' );
			$answer = place( $request, array( 'fault' => $fault ) );
			if ( 'fail' === $fault ) {
				refused( $answer, 'rehome_failed', 500 );
			}
			yes( ! isset( $answer['posts'] ), "$fault: an answer" );
			same( $before, tables(), $fault );
			same( $sticky, get_option( 'sticky_posts' ), $fault );
		}
		only( place( $request ), 'posts', 'created' );
	} );

	test( "[$rehome_mode] a post that its owner threw away for good can be placed again", function () use ( $rehome_in ) {
		$id = only( $rehome_in( array( 'posts' => array( post( 1 ) ) ) ), 'posts', 'created' )['id'];
		wp_delete_post( $id, true );
		yes( $id !== only( $rehome_in( array( 'posts' => array( post( 1 ) ) ) ), 'posts', 'created' )['id'], 'the same id' );
	} );

	test( "[$rehome_mode] what the columns cannot hold is refused or cut with a remark, and the rest arrives", function () use ( $rehome_in ) {
		$answer = $rehome_in( array( 'posts' => array( post( 1, array( 'title' => str_repeat( '花', 30000 ) ) ), post( 2 ), post( 3, array( 'author' => 'nobody', 'format' => 'opera', 'featured' => mark( 'media', 'none' ), 'terms' => array( mark( 'tag', 'none' ) ) ) ) ), 'comments' => array( comment( 1, 1 ), comment( 2, 2, array( 'author' => str_repeat( '花', 200 ), 'url' => 'http://e.com/' . str_repeat( 'a', 300 ) ) ), comment( 3, 2, array( 'content' => str_repeat( 'x', 70000 ) ) ) ) ) );
		same( array( 'refused', 'created', 'created' ), wp_list_pluck( $answer['posts'], 'outcome' ) );
		same( null, $answer['posts'][0]['id'] );
		same( 4, count( explode( '; ', $answer['posts'][2]['remark'] ) ), (string) $answer['posts'][2]['remark'] );
		same( array( 'refused', 'created', 'refused' ), wp_list_pluck( $answer['comments'], 'outcome' ) );
		same( str_repeat( '花', 81 ), comment_row( $answer['comments'][1]['id'] )['comment_author'] );
	} );
}

test( 'both modes write equal rows', function () {
	global $wpdb;
	$dump = array();
	foreach ( array( 'fast', 'compatible' ) as $mode ) {
		$blog    = Rehome_Tests::$blog . $mode;
		$request = array( 'blog' => $blog, 'mode' => $mode,
			'terms' => array( term( 'category', 'c', "Equal $blog" ) ),
			'posts' => array( post( 1, array( 'title' => "Equal $mode", 'content' => "a \\ 'b' \"c\" 😀<script>", 'terms' => array( mark( 'category', 'c' ) ), 'format' => 'aside', 'modified_utc' => '2010-10-10 10:10:10' ) ), post( 2, array( 'title' => "Draft $mode", 'status' => 'draft', 'slug' => "d-$mode" ) ), post( 3, array( 'title' => "Private $mode", 'status' => 'private' ) ), post( 4, array( 'title' => "Page $mode", 'type' => 'page' ) ), post( 5, array( 'title' => "Ahead $mode", 'status' => 'future', 'date_utc' => '2099-01-01 00:00:00' ) ) ),
			'comments' => array( comment( 2, 1, array( 'parent' => mark( 'comment', 1 ), 'content' => "x \\ 'y' <b>" ) ), comment( 1, 1 ) ) );
		$answer = place( $request );
		$ids    = implode( ',', wp_list_pluck( $answer['posts'], 'id' ) );
		$rows   = array(
			$wpdb->get_results( "SELECT * FROM $wpdb->posts WHERE ID IN ($ids) ORDER BY ID", ARRAY_A ),
			$wpdb->get_results( "SELECT * FROM $wpdb->comments WHERE comment_post_ID IN ($ids) ORDER BY comment_ID", ARRAY_A ),
			$wpdb->get_results( "SELECT meta_key, meta_value FROM $wpdb->postmeta WHERE post_id IN ($ids) ORDER BY meta_id", ARRAY_A ),
			$wpdb->get_results( "SELECT t.slug, tr.term_order, tt.count > 0 AS counted FROM $wpdb->term_relationships tr JOIN $wpdb->term_taxonomy tt ON tt.term_taxonomy_id = tr.term_taxonomy_id JOIN $wpdb->terms t ON t.term_id = tt.term_id WHERE tr.object_id IN ($ids) ORDER BY tr.object_id, t.slug", ARRAY_A ),
		);
		// Ids and the word for the mode are all that may differ.
		$text = json_encode( $rows, JSON_UNESCAPED_UNICODE );
		foreach ( array_merge( $answer['posts'], $answer['comments'] ) as $index => $line ) {
			$text = preg_replace( '/(?<![\d])' . $line['id'] . '(?![\d])/', "#$index", $text );
		}
		$dump[ $mode ] = str_replace( $mode, 'MODE', $text );
	}
	// An id can be part of the dates; both modes then lose the same digits only if the ids do not meet them.
	$shape = function ( $text ) { return preg_replace( '/#\d+|\b\d+\b/', '#', $text ); };
	same( $shape( $dump['fast'] ), $shape( $dump['compatible'] ) );
} );

test( 'a plugin that listens makes the mode compatible, says why, and is heard', function () {
	$site = call( 'GET', '/site', null, array( 'fault' => 'listen' ) );
	same( 'compatible', $site['mode'] );
	yes( false !== strpos( $site['mode_reasons'][0], 'save_post' ), json_encode( $site['mode_reasons'] ) );
	$answer = place( array( 'posts' => array( post( 1 ) ) ), array( 'fault' => 'listen' ) );
	same( 'compatible', $answer['mode'] );
	same( '1', get_post_meta( $answer['posts'][0]['id'], 'heard_of', true ) );
	same( 'fast', place( array( 'mode' => 'fast', 'posts' => array( post( 2 ) ) ), array( 'fault' => 'listen' ) )['mode'] );
} );

test( 'categories keep their tree whatever their order, and one that is there is adopted', function () {
	$name  = 'Tree ' . Rehome_Tests::$blog;
	$there = wp_insert_term( $name, 'category' );
	$lines = place( array( 'terms' => array( term( 'category', 3, 'Leaf', array( 'parent' => mark( 'category', 2 ), 'description' => 'A <b>\\leaf</b><script>' ) ), term( 'category', 2, 'Branch & co', array( 'parent' => mark( 'category', 1 ) ) ), term( 'category', 1, $name ), term( 'tag', 1, 'Lonely ' . Rehome_Tests::$blog, array( 'parent' => mark( 'tag', 9 ) ) ), term( 'category', 9, '  ' ) ) ) )['terms'];
	same( array( 'created', 'created', 'created', 'created', 'refused' ), wp_list_pluck( $lines, 'outcome' ) );
	same( array( $there['term_id'], 'adopted' ), array( $lines[2]['id'], $lines[2]['remark'] ) );
	same( array( $lines[1]['id'], $lines[2]['id'] ), array( get_term( $lines[0]['id'] )->parent, get_term( $lines[1]['id'] )->parent ) );
	same( 'A <b>\\leaf</b>', get_term( $lines[0]['id'] )->description );
	yes( false !== strpos( $lines[3]['remark'], 'parent' ), 'no remark' );
} );

test( 'terms in bulk are the terms that core would make: slugs, markup, twins, taken names and parents', function () {
	$own   = ' ' . Rehome_Tests::$blog;
	$names = array( 'Café', '中文', 'A & B <i>x</i>', 'cafe', 'Same', "Back\\slash 'quote'" );
	$terms = array();
	foreach ( array( 'tag', 'category' ) as $kind ) {
		foreach ( $names as $n => $name ) {
			$terms[] = term( $kind, "$kind$n", $name . $own, array( 'description' => 'About <b>it</b> \\ <script>x</script>' ) );
		}
	}
	$terms[] = term( 'category', 'child', 'Child' . $own, array( 'parent' => mark( 'category', 'category4' ) ) );
	$terms[] = term( 'category', 'grandchild', 'Grandchild' . $own, array( 'parent' => mark( 'category', 'child' ) ) );
	$rows    = array();
	foreach ( array( 'fast', 'compatible' ) as $mode ) {
		Rehome_Tests::$blog .= $mode[0];
		$answer              = place( array( 'mode' => $mode, 'terms' => $terms ) );
		foreach ( $answer['terms'] as $line ) {
			$kept            = get_term( $line['id'] );
			$rows[ $mode ][] = array( $line['outcome'], $line['remark'], $line['slug'], $kept->slug, $kept->name, $kept->description, $kept->taxonomy, $kept->parent ? get_term( $kept->parent )->name : '' );
		}
		foreach ( array_reverse( $answer['terms'] ) as $line ) {
			wp_delete_term( $line['id'], get_term( $line['id'] ) ? get_term( $line['id'] )->taxonomy : 'category' );
		}
	}
	same( $rows['compatible'], $rows['fast'] );
} );

test( 'a malformed field is named by its path and nothing is written', function () {
	$before = tables();
	$cases  = array(
		'posts[1].date_utc'          => array( 'posts' => array( post( 1 ), post( 2, array( 'date_utc' => '2010-02-30 00:00:00' ) ) ) ),
		'posts[0].status'            => array( 'posts' => array( post( 1, array( 'status' => 'trash' ) ) ) ),
		'posts[0].mark.kind'         => array( 'posts' => array( post( 1, array( 'mark' => mark( 'planet', 1 ) ) ) ) ),
		'posts[0].mark.id'           => array( 'posts' => array( post( 1, array( 'mark' => mark( 'post', str_repeat( 'x', 151 ) ) ) ) ) ),
		'posts[0].title'             => array( 'posts' => array( post( 1, array( 'title' => array( 'x' ) ) ) ) ),
		'posts[0].terms[0].id'       => array( 'posts' => array( post( 1, array( 'terms' => array( array( 'kind' => 'tag' ) ) ) ) ) ),
		'comments[0].post'           => array( 'comments' => array( array( 'post' => null ) + comment( 1, 1 ) ) ),
		'terms'                      => array( 'terms' => array( 'a' => 1 ) ),
		'terms[0].taxonomy'          => array( 'terms' => array( term( 'tag', 1, 'x', array( 'taxonomy' => 'nav_menu' ) ) ) ),
		'posts[0].fingerprint'       => array( 'posts' => array( post( 1, array( 'fingerprint' => "'; DROP" ) ) ) ),
		'posts and comments'         => array( 'posts' => array( post( 1 ), post( 1 ) ) ),
		'mode'                       => array( 'mode' => 'slow' ),
		'fence'                      => array( 'fence' => 'x' ),
		'writer'                     => array( 'writer' => '%' ),
		'blog'                       => array( 'blog' => '' ),
	);
	foreach ( $cases as $field => $request ) {
		same( $field, refused( place( $request ), 'rehome_bad_request', 400 )['field'] );
	}
	call( 'POST', '/place', null, array( 'raw' => '{"blog":', 'headers' => array( 'Content-Type: application/json' ) ) );
	same( 400, Rehome_Tests::$status );
	same( $before, tables() );
} );

test( 'the bounds hold: posts, body, inflated body', function () {
	$before = tables();
	$many   = array();
	for ( $n = 0; $n < 321; $n++ ) {
		$many[] = post( $n );
	}
	same( 'posts', refused( place( array( 'posts' => $many ) ), 'rehome_too_large', 413 )['limit'] );
	same( 'find', refused( call( 'POST', '/find', batch( array( 'marks' => array_fill( 0, 501, mark( 'post', 1 ) ) ) ) ), 'rehome_too_large', 413 )['limit'] );
	same( 'body_bytes', refused( place( array( 'posts' => array( post( 1, array( 'content' => str_repeat( 'x', 8388608 ) ) ) ) ) ), 'rehome_too_large', 413 )['limit'] );
	$bomb = gzencode( str_repeat( ' ', 60 * 1048576 ) );
	same( 'body_bytes', refused( call( 'POST', '/place', null, array( 'raw' => $bomb, 'headers' => array( 'Content-Type: application/json', 'Content-Encoding: gzip' ) ) ), 'rehome_too_large', 413 )['limit'] );
	yes( (int) Rehome_Tests::$headers['x-rehome-memory-peak'] < 33554432, 'memory ' . Rehome_Tests::$headers['x-rehome-memory-peak'] );
	same( $before, tables() );
} );

test( 'a gzip body is read, and one that is cut or broken is not', function () {
	$body    = gzencode( json_encode( batch( array( 'posts' => array( post( 1 ) ) ) ) ) );
	$headers = array( 'Content-Type: application/json', 'Content-Encoding: gzip' );
	$before  = tables();
	refused( call( 'POST', '/place', null, array( 'raw' => substr( $body, 0, -20 ), 'headers' => $headers ) ), 'rehome_bad_request', 400 );
	refused( call( 'POST', '/place', null, array( 'raw' => 'not gzip at all', 'headers' => $headers ) ), 'rehome_bad_request', 400 );
	call( 'POST', '/place', null, array( 'raw' => $body, 'headers' => $headers, 'auth' => null ) );
	same( 401, Rehome_Tests::$status );
	same( $before, tables() );
	only( call( 'POST', '/place', null, array( 'raw' => $body, 'headers' => $headers ) ), 'posts', 'created' );
} );

test( 'a request whose body is cut creates nothing', function () {
	$body   = json_encode( batch( array( 'posts' => array( post( 1 ), post( 2 ) ) ) ) );
	$before = tables();
	yes( false === strpos( (string) cut_call( '/place', 'application/json', $body, strlen( $body ) - 30 ), 'created' ), 'created' );
	same( $before, tables() );
} );

test( 'a full batch stays under 32 MiB of memory', function () {
	$peaks = array();
	foreach ( array( 'fast', 'compatible' ) as $mode ) {
		$posts    = array();
		$comments = array();
		for ( $n = 0; $n < 320; $n++ ) {
			$posts[] = post( "$mode$n", array( 'content' => str_repeat( "<p>Some text of post $n with <b>words</b>.</p>\n", 60 ) ) );
		}
		for ( $n = 0; $n < 1600; $n++ ) {
			$comments[] = comment( "$mode$n", $mode . $n % 320, array( 'content' => str_repeat( 'words ', 50 ) ) );
		}
		same( 320, count( place( array( 'mode' => $mode, 'posts' => $posts, 'comments' => $comments ) )['posts'] ) );
		$peaks[] = $mode . ' ' . round( Rehome_Tests::$headers['x-rehome-memory-peak'] / 1048576, 1 ) . ' MiB';
		yes( (int) Rehome_Tests::$headers['x-rehome-memory-peak'] < 33554432, end( $peaks ) );
	}
	return implode( ', ', $peaks );
} );

test( 'an emoji survives on a database that knows only three bytes a character', function () {
	$answer = place( array( 'posts' => array( post( 1, array( 'title' => 'Face 😀' ) ) ), 'comments' => array( comment( 1, 1, array( 'content' => '😀' ) ) ) ), array( 'fault' => 'utf8' ) );
	same( array( 'Face &#x1f600;', '&#x1f600;' ), array( row( $answer['posts'][0]['id'] )['post_title'], comment_row( $answer['comments'][0]['id'] )['comment_content'] ) );
} );

test( 'a map table of somebody else is not touched', function () {
	$before = tables();
	refused( place( array( 'posts' => array( post( 1 ) ) ), array( 'fault' => 'foreign-map' ) ), 'rehome_schema', 500 );
	same( $before, tables() );
} );

test( 'the map table makes itself where it is missing', function () {
	global $wpdb;
	$rows = $wpdb->get_results( "SELECT * FROM {$wpdb->prefix}rehome_map", ARRAY_A );
	$wpdb->query( "DROP TABLE {$wpdb->prefix}rehome_map" );
	only( place( array( 'posts' => array( post( 1 ) ) ) ), 'posts', 'created' );
	Rehome_Rows::write( 'INSERT', $wpdb->prefix . 'rehome_map', $rows );
} );
