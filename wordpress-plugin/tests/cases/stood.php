<?php
/** Comments, entries of menus, menus made of blocks and patterns that stood here before us. The helpers are in repair.php. */

/** A comment as a reader would have written it. */
function stood_comment( $post, $content, array $more = array() ) {
	kses_remove_filters();
	$id = wp_insert_comment( wp_slash( $more + array( 'comment_post_ID' => $post, 'comment_author' => 'Bea', 'comment_content' => $content, 'comment_approved' => 1, 'comment_date' => '2010-03-05 05:06:07' ) ) );
	kses_init();
	return $id;
}

function standing_comments( array $fields ) {
	return call( 'POST', '/standing-comments', $fields + array( 'blog' => Rehome_Tests::$blog, 'words' => array( 'spaces.live.com' ) ) );
}

/** What is told of one comment. */
function told_comment( $id ) {
	$answer = standing_comments( array( 'comments' => array( $id ) ) );
	yes( isset( $answer['standing'][0] ), json_encode( $answer ) );
	return $answer['standing'][0];
}

function comment_amendment( $id, $was, array $more = array() ) {
	return $more + array( 'mark' => mark( 'comment', $id ), 'fingerprint' => 'aa', 'comment' => $id, 'was' => $was, 'content' => array(), 'excerpt' => array(), 'fields' => array() );
}

/** An entry of a menu as its owner made it. */
function stood_menu_entry( $menu, $address, array $more = array() ) {
	$id = wp_update_nav_menu_item( $menu, 0, $more + array( 'menu-item-type' => 'custom', 'menu-item-title' => 'My Space', 'menu-item-url' => $address, 'menu-item-status' => 'publish' ) );
	yes( is_int( $id ), json_encode( $id ) );
	return $id;
}

test( 'comments are told with the state of their post, and nothing is written', function () {
	$open    = stood( 'no word' );
	$private = stood( 'no word', array( 'post_status' => 'private' ) );
	$text    = 'See ' . OLD_LINK . " é \\ \"x\"";
	$shown   = stood_comment( $open, $text );
	$held    = stood_comment( $open, $text, array( 'comment_approved' => 0 ) );
	$hidden  = stood_comment( $private, $text );
	stood_comment( $open, $text, array( 'comment_approved' => 'spam' ) );
	stood_comment( $open, $text, array( 'comment_type' => 'order_note' ) );
	stood_comment( $open, 'no word' );
	$before = tables();
	$found  = array();
	$after  = $shown - 1;
	do {
		$page  = standing_comments( array( 'after' => $after ) );
		$after = $page['next'];
		$found = array_merge( $found, $page['standing'] );
	} while ( null !== $after );
	same( array( $shown, $held, $hidden ), array_column( $found, 'comment' ) );
	same( array( $open, $open, $private ), array_column( $found, 'post' ) );
	same( array( 'publish', 'pending', 'private' ), array_column( $found, 'status' ) );
	same( array( $text, 'never', 'Bea', 'comment' ), array( $found[0]['content'], $found[0]['left'], $found[0]['title'], $found[0]['type'] ) );
	yes( false !== strpos( $found[0]['address'], '#comment-' . $shown ), $found[0]['address'] );
	same( $before, tables() );
} );

test( 'a comment is amended, found, and put back byte for byte', function () {
	$post   = stood( 'no word' );
	$text   = 'See ' . OLD_LINK . '. <script>x</script> \\ é';
	$id     = stood_comment( $post, $text );
	$whole  = comment_row( $id );
	$count  = row( $post );
	$told   = told_comment( $id );
	$new    = home_url( '/?p=5&amp;x=1' );
	$wish   = comment_amendment( $id, $told['hash'], array( 'content' => array( edit( $text, OLD_LINK, $new ) ) ) );
	$line   = only( amend( array( $wish ) ), 'amended', 'created' );
	same( array( $id, null ), array( $line['id'], $line['remark'] ) );
	same( array_merge( $whole, array( 'comment_content' => str_replace( OLD_LINK, $new, $text ) ) ), comment_row( $id ) );
	same( $count, row( $post ), 'its post stays as it is' );
	same( 'as-left', told_comment( $id )['left'] );
	$before = tables();
	only( amend( array( $wish ) ), 'amended', 'unchanged' );
	same( $before, tables(), 'a second time writes nothing' );

	$found = call( 'POST', '/find', array( 'blog' => Rehome_Tests::$blog, 'marks' => array( mark( 'comment', $id ) ), 'whole' => true ) )['found'][0];
	same( array( $id, false, str_replace( OLD_LINK, $new, $text ) ), array( $found['id'], $found['edited'], $found['whole']['content'] ) );
	same( 'absent', call( 'POST', '/remove', batch( array( 'marks' => array( mark( 'comment', $id ) ) ) ) )['removed'][0]['outcome'], 'what stood here is never removed' );

	$back = array( 'content' => array( edit( $found['whole']['content'], $new, OLD_LINK ) ), 'back' => true );
	only( amend( array( comment_amendment( $id, told_comment( $id )['hash'], $back ) ) ), 'amended', 'updated' );
	same( $whole, comment_row( $id ), 'byte for byte' );
	same( 'never', told_comment( $id )['left'] );
	only( amend( array( comment_amendment( $id, $told['hash'], $back ) ) ), 'amended', 'unchanged' );
} );

test( 'a text that would not fit into its column any more is refused, not cut', function () {
	$post = stood( 'no word' );
	$text = OLD_LINK . ' ' . str_repeat( 'x', 65535 - strlen( OLD_LINK ) - 5 );
	$new  = 'http://a.example/' . str_repeat( 'y', strlen( OLD_LINK ) );
	$id   = stood_comment( $post, $text );
	same( $text, comment_row( $id )['comment_content'] );
	$line = only( amend( array( comment_amendment( $id, told_comment( $id )['hash'], array( 'content' => array( edit( $text, OLD_LINK, $new ) ) ) ) ) ), 'amended', 'refused' );
	yes( false !== strpos( $line['remark'], 'longer than the column' ), $line['remark'] );
	same( $text, comment_row( $id )['comment_content'] );
	same( 'never', told_comment( $id )['left'] );
	$on = stood( OLD_LINK, array( 'post_excerpt' => $text ) );
	only( amend( array( amendment( $on, told( $on )['hash'], array( 'excerpt' => array( edit( $text, OLD_LINK, $new ) ) ) ) ) ), 'amended', 'refused' );
	same( $text, row( $on )['post_excerpt'] );
	$fits = 'http://a.example/';
	only( amend( array( comment_amendment( $id, told_comment( $id )['hash'], array( 'content' => array( edit( $text, OLD_LINK, $fits ) ) ) ) ) ), 'amended', 'created' );
} );

test( 'a comment that was edited meanwhile, or whose mark is something else, is left', function () {
	global $wpdb;
	$post = stood( OLD_LINK );
	$id   = stood_comment( $post, OLD_LINK );
	$told = told_comment( $id );
	$wish = comment_amendment( $id, $told['hash'], array( 'content' => array( edit( OLD_LINK, OLD_LINK, 'http://a.example/' ) ) ) );
	$wpdb->update( $wpdb->comments, array( 'comment_content' => OLD_LINK . '!' ), array( 'comment_ID' => $id ) );
	$before = tables();
	only( amend( array( $wish ) ), 'amended', 'conflict' );
	same( $before, tables() );
	$wpdb->update( $wpdb->comments, array( 'comment_content' => OLD_LINK, 'comment_author' => 'Bob' ), array( 'comment_ID' => $id ) );
	only( amend( array( $wish ) ), 'amended', 'created' );
	same( 'Bob', comment_row( $id )['comment_author'] );
	$as_post = amendment( $post, told( $post )['hash'], array( 'mark' => mark( 'comment', $id ), 'fingerprint' => 'bb', 'content' => array( edit( OLD_LINK, OLD_LINK, 'http://a.example/' ) ) ) );
	only( amend( array( $as_post ) ), 'amended', 'refused' );
	same( OLD_LINK, row( $post )['post_content'] );
	wp_set_comment_status( $id, 'trash' );
	same( array(), standing_comments( array( 'comments' => array( $id ) ) )['standing'], 'what lies in the bin stays as it is' );
	refused( call( 'POST', '/standing-comments', array( 'blog' => 'x', 'words' => array( 'x' ) ), array( 'auth' => user_with( 'editor' ) ) ), 'rehome_forbidden', 403 );
} );

test( 'an entry of a menu that leads to the old place is amended and put back; its title and entries of pages stay', function () {
	$menu = wp_create_nav_menu( 'Menu ' . wp_rand() );
	$id   = stood_menu_entry( $menu, OLD_LINK );
	$page = stood_menu_entry( $menu, '', array( 'menu-item-type' => 'post_type', 'menu-item-object' => 'post', 'menu-item-object-id' => stood( OLD_LINK ) ) );
	add_post_meta( $page, '_menu_item_note', OLD_LINK );
	$row    = row( $id );
	$told   = told( $id );
	$before = get_post_meta( $id );
	same( array( 'nav_menu_item', OLD_LINK, '', 'My Space', array(), '' ), array( $told['type'], $told['content'], $told['excerpt'], $told['title'], $told['fields'], $told['address'] ) );
	same( array(), standing( array( 'posts' => array( $page ) ) )['standing'] );
	$new  = home_url( '/?page_id=5&x=1' );
	$wish = amendment( $id, $told['hash'], array( 'content' => array( edit( OLD_LINK, OLD_LINK, $new ) ) ) );
	only( amend( array( $wish ) ), 'amended', 'created' );
	wp_cache_delete( $id, 'post_meta' );
	same( $new, get_post_meta( $id, '_menu_item_url', true ) );
	same( array( '_menu_item_url' => array( $new ) ) + $before, array( '_menu_item_url' => get_post_meta( $id, '_menu_item_url' ) ) + get_post_meta( $id ), 'nothing but the address' );
	same( $row, row( $id ), 'its row and title stay' );
	same( 'as-left', told( $id )['left'] );
	$found = call( 'POST', '/find', array( 'blog' => Rehome_Tests::$blog, 'marks' => array( mark( 'post', $id ) ), 'whole' => true ) )['found'][0];
	same( array( false, $new, '' ), array( $found['edited'], $found['whole']['content'], $found['address'] ) );
	$tables = tables();
	only( amend( array( $wish ) ), 'amended', 'unchanged' );
	same( $tables, tables() );

	update_post_meta( $id, '_menu_item_url', 'http://mine.example/' );
	same( 'edited', told( $id )['left'] );
	$back = array( 'content' => array( array( 'at' => 0, 'old' => $new, 'new' => OLD_LINK ) ), 'back' => true );
	only( amend( array( amendment( $id, told( $id )['hash'], $back ) ) ), 'amended', 'conflict' );
	update_post_meta( $id, '_menu_item_url', $new );
	only( amend( array( amendment( $id, told( $id )['hash'], $back ) ) ), 'amended', 'updated' );
	wp_cache_delete( $id, 'post_meta' );
	same( $before, get_post_meta( $id ), 'byte for byte' );
	same( 'never', told( $id )['left'] );
	wp_delete_nav_menu( $menu );
} );

test( 'addresses in the attributes of blocks are amended in a post, a menu and a pattern, and the blocks stay blocks', function () {
	$text = '<!-- wp:cover {"url":"http:\\/\\/ana.spaces.live.com\\/a\\u0026b","dimRatio":50} --><div class="wp-block-cover"></div><!-- /wp:cover -->'
		. '<!-- wp:navigation-link {"label":"é","url":"' . OLD_LINK . '"} /-->';
	foreach ( array( 'post', 'wp_navigation', 'wp_block' ) as $type ) {
		$id   = stood( $text, array( 'post_type' => $type ) );
		$row  = row( $id );
		$told = told( $id );
		same( array( $type, $text ), array( $told['type'], $told['content'] ) );
		$new   = 'http://a.example/?a=1\\u0026b=\\u002d\\u002d';
		$edits = array( edit( $text, 'http:\\/\\/ana.spaces.live.com\\/a\\u0026b', $new ), edit( $text, OLD_LINK, 'http://a.example/2' ) );
		only( amend( array( amendment( $id, $told['hash'], array( 'content' => $edits ) ) ) ), 'amended', 'created' );
		$blocks = parse_blocks( row( $id )['post_content'] );
		same( array( 'http://a.example/?a=1&b=--', 50 ), array_values( $blocks[0]['attrs'] ) );
		same( 'http://a.example/2', $blocks[1]['attrs']['url'] );
		$now  = row( $id )['post_content'];
		$back = array( edit( $now, $new, 'http:\\/\\/ana.spaces.live.com\\/a\\u0026b' ), edit( $now, 'http://a.example/2', OLD_LINK ) );
		only( amend( array( amendment( $id, told( $id )['hash'], array( 'content' => $back, 'back' => true ) ) ) ), 'amended', 'updated' );
		same( $row, row( $id ), 'byte for byte' );
	}
} );

test( 'an edit that would break a block is refused, and no escape but those of an address gets in', function () {
	$text = '<!-- wp:navigation-link {"label":"a","url":"' . OLD_LINK . '","x":"y"} /-->';
	$id   = stood( $text );
	$was  = told( $id )['hash'];
	foreach ( array( 'http://a.example/\\u0022', 'http://a.example/\\u003cb\\u003e', 'http://a.example/\\', 'http:\\//a.example/', 'http://a.example/\\u0026 x' ) as $bad ) {
		refused( amend( array( amendment( $id, $was, array( 'content' => array( edit( $text, OLD_LINK, $bad ) ) ) ) ) ), 'rehome_bad_request', 400 );
	}
	$odd = '<!-- wp:a {"url":"' . OLD_LINK . '/"} /--><!-- wp:b {"k":{"http://b.example/":1}} /-->';
	$id  = stood( $odd );
	// Its blocks would have an attribute of another name.
	$wish = amendment( $id, told( $id )['hash'], array( 'content' => array( edit( $odd, 'http://b.example/', 'http://c.example/' ) ) ) );
	only( amend( array( $wish ) ), 'amended', 'created' );
	$top  = '<!-- wp:a {"http://b.example/":"' . OLD_LINK . '"} /-->';
	$id   = stood( $top );
	$wish = amendment( $id, told( $id )['hash'], array( 'content' => array( edit( $top, 'http://b.example/', 'http://c.example/' ) ) ) );
	only( amend( array( $wish ) ), 'amended', 'refused' );
	same( $top, row( $id )['post_content'] );
} );
