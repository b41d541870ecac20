<?php
/** Posts that stood here before us: told, amended address by address, put back. */

/** A post as a person would have written it. */
function stood( $content, array $more = array() ) {
	kses_remove_filters();
	$id = wp_insert_post( wp_slash( $more + array( 'post_title' => 'Stood', 'post_content' => $content, 'post_status' => 'publish', 'post_date' => '2010-03-04 05:06:07' ) ) );
	kses_init();
	return $id;
}

function standing( array $fields ) {
	return call( 'POST', '/standing', $fields + array( 'blog' => Rehome_Tests::$blog, 'words' => array( 'spaces.live.com', 'users.api.live.net' ) ) );
}

/** What is told of one post. */
function told( $id ) {
	$answer = standing( array( 'posts' => array( $id ) ) );
	yes( isset( $answer['standing'][0] ), json_encode( $answer ) );
	return $answer['standing'][0];
}

function amendment( $id, $was, array $more = array() ) {
	return $more + array( 'mark' => mark( 'post', $id ), 'fingerprint' => 'aa', 'post' => $id, 'was' => $was, 'content' => array(), 'excerpt' => array(), 'fields' => array() );
}

function amend( array $amendments ) {
	return call( 'POST', '/amend', batch( array( 'amendments' => $amendments ) ) );
}

/** The edit of the first address that begins so. */
function edit( $text, $old, $new ) {
	return array( 'at' => strpos( $text, $old ), 'old' => $old, 'new' => $new );
}

const OLD_LINK  = 'http://ana.spaces.live.com/blog/cns!6E7B9216726D07B8!338.entry';
const OLD_FIELD = "http://cid-6e7b9216726d07b8.users.api.live.net/Users(1)/Blogs('6E7B9216726D07B8!242')/Entries('6E7B9216726D07B8!338')?authkey=Ab1!x*c%24";

test( 'what stands here is told with its custom fields, and nothing is written', function () {
	$text    = '<div class="bvMsg"><a href="' . OLD_LINK . '">é \\ "x"</a></div>';
	$id      = stood( $text );
	$private = stood( 'no word', array( 'post_status' => 'private' ) );
	add_post_meta( $private, 'spaces_0a_permalink', wp_slash( OLD_FIELD ) );
	add_post_meta( $private, 'packed', array( OLD_FIELD ) );
	$bin = stood( $text, array( 'post_status' => 'trash' ) );
	stood( 'no word at all' );
	$before = tables();
	$found  = array();
	$after  = $id - 1;
	do {
		$page  = standing( array( 'after' => $after ) );
		$after = $page['next'];
		$found = array_merge( $found, $page['standing'] );
	} while ( null !== $after );
	same( array( $id, $private ), array_column( $found, 'post' ) );
	same( array( $text, 'never', 'publish', false ), array( $found[0]['content'], $found[0]['left'], $found[0]['status'], $found[0]['locked'] ) );
	same( array( 'spaces_0a_permalink', OLD_FIELD ), array( $found[1]['fields'][0]['name'], $found[1]['fields'][0]['value'] ) );
	same( 1, count( $found[1]['fields'] ), 'serialised fields stay alone' );
	same( $before, tables() );
	yes( $bin > 0, 'a post in the bin' );
} );

test( 'an amendment changes the address and the field, keeps a revision, and nothing else', function () {
	$text = '<div class="bvMsg"><a href="' . OLD_LINK . '">é \\ "x"</a> [gallery] <script>x</script></div>';
	$id   = stood( $text );
	add_post_meta( $id, 'spaces_0a_permalink', wp_slash( OLD_FIELD ) );
	$row   = row( $id );
	$told  = told( $id );
	$new   = home_url( '/?p=5&amp;x=1' );
	$field = array( 'id' => $told['fields'][0]['id'], 'was' => OLD_FIELD, 'value' => strtok( OLD_FIELD, '?' ) );
	$wish  = amendment( $id, $told['hash'], array( 'content' => array( edit( $text, OLD_LINK, $new ) ), 'fields' => array( $field ) ) );
	$line  = only( amend( array( $wish ) ), 'amended', 'created' );
	same( array( $id, null ), array( $line['id'], $line['remark'] ) );
	$wanted = array( 'post_content' => str_replace( OLD_LINK, $new, $text ) ) + $row;
	same( array_diff_assoc( $wanted, row( $id ) ), array(), 'the row' );
	same( strtok( OLD_FIELD, '?' ), get_post_meta( $id, 'spaces_0a_permalink', true ) );
	$revisions = array_values( wp_get_post_revisions( $id ) );
	same( array( 1, $text ), array( count( $revisions ), $revisions[0]->post_content ) );
	same( 'as-left', told( $id )['left'] );
	$before = tables();
	only( amend( array( $wish ) ), 'amended', 'unchanged' );
	same( $before, tables(), 'a second time writes nothing' );

	$found = call( 'POST', '/find', array( 'blog' => Rehome_Tests::$blog, 'marks' => array( mark( 'post', $id ) ), 'whole' => true ) )['found'][0];
	same( array( $id, false, $wanted['post_content'] ), array( $found['id'], $found['edited'], $found['whole']['content'] ) );
	same( 'absent', call( 'POST', '/remove', batch( array( 'marks' => array( mark( 'post', $id ) ) ) ) )['removed'][0]['outcome'], 'what stood here is never removed' );
	yes( null !== row( $id ), 'still there' );

	$told = told( $id );
	$back = array( 'content' => array( edit( $told['content'], $new, OLD_LINK ) ), 'fields' => array( array( 'id' => $field['id'], 'was' => $field['value'], 'value' => OLD_FIELD ) ), 'back' => true );
	only( amend( array( amendment( $id, $told['hash'], $back ) ) ), 'amended', 'updated' );
	same( $row, row( $id ), 'byte for byte' );
	same( OLD_FIELD, get_post_meta( $id, 'spaces_0a_permalink', true ) );
	same( 'never', told( $id )['left'] );
	only( amend( array( amendment( $id, $told['hash'], $back ) ) ), 'amended', 'unchanged' );
} );

test( 'what somebody changed meanwhile is left, before an amendment and before it is taken back', function () {
	global $wpdb;
	$text = '<a href="' . OLD_LINK . '">x</a>';
	$id   = stood( $text );
	$told = told( $id );
	$wish = amendment( $id, $told['hash'], array( 'content' => array( edit( $text, OLD_LINK, 'http://a.example/' ) ) ) );
	$wpdb->update( $wpdb->posts, array( 'post_title' => 'Another title' ), array( 'ID' => $id ) );
	$wpdb->update( $wpdb->posts, array( 'post_content' => $text . '!' ), array( 'ID' => $id ) );
	$before = tables();
	only( amend( array( $wish ) ), 'amended', 'conflict' );
	same( $before, tables() );
	$wpdb->update( $wpdb->posts, array( 'post_content' => $text ), array( 'ID' => $id ) );
	only( amend( array( $wish ) ), 'amended', 'created' );
	same( 'Another title', row( $id )['post_title'] );

	$wpdb->update( $wpdb->posts, array( 'post_content' => '<a href="http://a.example/">mine</a>' ), array( 'ID' => $id ) );
	same( 'edited', told( $id )['left'] );
	$before = tables();
	$back   = array( 'content' => array( array( 'at' => 9, 'old' => 'http://a.example/', 'new' => OLD_LINK ) ), 'back' => true );
	only( amend( array( amendment( $id, told( $id )['hash'], $back ) ) ), 'amended', 'conflict' );
	same( $before, tables() );
} );

test( 'only whole web addresses are put into a text', function () {
	$text = '<a href="' . OLD_LINK . '">x</a>';
	$id   = stood( $text );
	$was  = told( $id )['hash'];
	foreach ( array( 'javascript:alert(1)', 'http://a.example/" onclick="x', "http://a.example/'x", 'http://a.example/ x', 'http://a.example/<b>', '', "http://a.example/\n" ) as $bad ) {
		$data = refused( amend( array( amendment( $id, $was, array( 'content' => array( edit( $text, OLD_LINK, $bad ) ) ) ) ) ), 'rehome_bad_request', 400 );
		same( 'amendments[0].content[0].new', $data['field'] );
	}
	only( amend( array( amendment( $id, $was, array( 'content' => array( array( 'at' => 8, 'old' => OLD_LINK, 'new' => 'http://a.example/' ) ) ) ) ) ), 'amended', 'conflict' );
	same( $text, row( $id )['post_content'] );
} );

test( 'posts are told to those who may edit them, and amended under a lease', function () {
	$id = stood( OLD_LINK );
	refused( call( 'POST', '/standing', array( 'blog' => 'x', 'words' => array( 'x' ) ), array( 'auth' => user_with( 'editor' ) ) ), 'rehome_forbidden', 403 );
	refused( call( 'POST', '/standing', array( 'blog' => 'x' ), array( 'auth' => null ) ), 'rehome_forbidden', 401 );
	$wish = amendment( $id, told( $id )['hash'], array( 'content' => array( edit( OLD_LINK, OLD_LINK, 'http://a.example/' ) ) ) );
	refused( call( 'POST', '/amend', array( 'fence' => 999999 ) + batch( array( 'amendments' => array( $wish ) ) ) ), 'rehome_stale_fence', 409 );
	same( OLD_LINK, row( $id )['post_content'] );
	$gone = only( amend( array( amendment( 99999999, 'x' ) ) ), 'amended', 'refused' );
	same( 0, $gone['id'] );
} );
