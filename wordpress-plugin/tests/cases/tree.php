<?php
/** Pages below other pages, and custom fields. */

foreach ( array( 'fast', 'compatible' ) as $rehome_mode ) {
	$rehome_in = function ( array $fields ) use ( $rehome_mode ) {
		return place( array( 'mode' => $rehome_mode ) + $fields );
	};
	$page = function ( $id, array $fields = array() ) {
		return post( $id, $fields + array( 'mark' => mark( 'page', $id ), 'type' => 'page' ) );
	};
	$fields_of = function ( $id, $name ) {
		global $wpdb;
		// get_col() makes null of what is empty.
		return array_map( 'strval', $wpdb->get_col( $wpdb->prepare( "SELECT meta_value FROM $wpdb->postmeta WHERE post_id = %d AND meta_key = %s ORDER BY meta_id", $id, $name ) ) );
	};

	test( "[$rehome_mode] pages stand below pages, in their places, and their addresses say so", function () use ( $rehome_in, $page ) {
		$word = 'tree' . bin2hex( random_bytes( 3 ) );
		$top  = only( $rehome_in( array( 'posts' => array( $page( 'top', array( 'slug' => $word, 'order' => 3 ) ) ) ) ), 'posts', 'created' );
		$leaf = array( 'slug' => 'team', 'parent' => mark( 'page', 'top' ), 'order' => -1 );
		$both = $rehome_in( array( 'posts' => array( $page( 'leaf', $leaf ), $page( 'plain', array( 'slug' => 'team' ) ) ) ) );
		$one  = $both['posts'][0];
		same( array( (string) $top['id'], '-1' ), array( row( $one['id'] )['post_parent'], row( $one['id'] )['menu_order'] ) );
		same( '3', row( $top['id'] )['menu_order'] );
		same( home_url( "/$word/team/" ), $one['address'], 'a slug is unique among its neighbours only' );
		same( 200, (int) wp_remote_retrieve_response_code( wp_remote_get( $one['address'] ) ) );
		same( null, $one['remark'] );
		$twin = only( $rehome_in( array( 'posts' => array( $page( 'twin', $leaf ) ) ) ), 'posts', 'created' );
		same( 'team-2', $twin['slug'] );
		$found = find( array( mark( 'page', 'leaf' ) ), true );
		same( array( $top['id'], -1, array() ), array( $found[0]['whole']['parent'], $found[0]['whole']['order'], $found[0]['whole']['fields'] ) );
		$before = tables();
		same( 'unchanged', $rehome_in( array( 'posts' => array( $page( 'leaf', $leaf ), $page( 'plain', array( 'slug' => 'team' ) ) ) ) )['posts'][0]['outcome'] );
		same( $before, tables() );
	} );

	test( "[$rehome_mode] a page above that is not here leaves a page at the top, and no page stands below itself", function () use ( $rehome_in, $page ) {
		$line = only( $rehome_in( array( 'posts' => array( $page( 'lost', array( 'parent' => mark( 'page', 'nowhere' ) ) ) ) ) ), 'posts', 'created' );
		same( '0', row( $line['id'] )['post_parent'] );
		yes( false !== strpos( $line['remark'], 'above' ), $line['remark'] );
		$top  = only( $rehome_in( array( 'posts' => array( $page( 'top' ) ) ) ), 'posts', 'created' );
		$leaf = only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'parent' => mark( 'page', 'top' ) ) ) ) ) ), 'posts', 'created' );
		$ring = only( $rehome_in( array( 'posts' => array( $page( 'top', array( 'fingerprint' => 'bb', 'parent' => mark( 'page', 'leaf' ) ) ) ) ) ), 'posts', 'updated' );
		same( '0', row( $top['id'] )['post_parent'] );
		yes( false !== strpos( $ring['remark'], 'itself' ), $ring['remark'] );
		same( (string) $top['id'], row( $leaf['id'] )['post_parent'] );
		$post = only( $rehome_in( array( 'posts' => array( post( 'p', array( 'parent' => mark( 'page', 'top' ) ) ) ) ) ), 'posts', 'created' );
		same( '0', row( $post['id'] )['post_parent'], 'posts stand below nothing' );
	} );

	test( "[$rehome_mode] an update moves a page, but not one that somebody hung below a page of their own", function () use ( $rehome_in, $page ) {
		$rehome_in( array( 'posts' => array( $page( 'a' ), $page( 'b' ) ) ) );
		$above = function ( $id ) {
			return find( array( mark( 'page', $id ) ), false )[0]['id'];
		};
		$leaf = only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'parent' => mark( 'page', 'a' ), 'order' => 5 ) ) ) ) ), 'posts', 'created' );
		only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'fingerprint' => 'bb', 'parent' => mark( 'page', 'b' ) ) ) ) ) ), 'posts', 'updated' );
		same( array( (string) $above( 'b' ), '5' ), array( row( $leaf['id'] )['post_parent'], row( $leaf['id'] )['menu_order'] ), 'no order leaves the order' );
		only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'fingerprint' => 'cc', 'order' => 0 ) ) ) ) ), 'posts', 'updated' );
		same( array( '0', '0' ), array( row( $leaf['id'] )['post_parent'], row( $leaf['id'] )['menu_order'] ) );
		$theirs = wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'Theirs', 'post_status' => 'publish' ) );
		wp_update_post( array( 'ID' => $leaf['id'], 'post_parent' => $theirs ) );
		only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'fingerprint' => 'dd', 'parent' => mark( 'page', 'a' ) ) ) ) ) ), 'posts', 'updated' );
		wp_cache_flush();
		same( (string) $theirs, row( $leaf['id'] )['post_parent'] );
		wp_delete_post( $theirs, true );
	} );

	test( "[$rehome_mode] what an owner moved or put in another order stays there when the text changes", function () use ( $rehome_in, $rehome_mode, $page ) {
		$above = array();
		foreach ( array( 'a', 'b' ) as $id ) {
			$above[ $id ] = only( $rehome_in( array( 'posts' => array( $page( $id ) ) ) ), 'posts', 'created' )['id'];
		}
		$send = function ( $id, $print, array $fields = array() ) use ( $rehome_in, $rehome_mode, $page ) {
			$fields += array( 'parent' => mark( 'page', 'a' ), 'order' => 5, 'slug' => "moved-$rehome_mode-$id", 'fingerprint' => $print, 'content' => "<p>Text $print</p>" );
			return $rehome_in( array( 'posts' => array( $page( $id, $fields ) ) ) )['posts'][0];
		};
		$is = function ( $id ) {
			wp_cache_flush();
			$row = row( $id );
			return array( (int) $row['post_parent'], (int) $row['menu_order'], $row['post_content'] );
		};
		$top   = $send( 'top', 'aa' )['id'];
		$under = $send( 'under', 'aa' )['id'];
		$order = $send( 'order', 'aa' )['id'];
		wp_update_post( array( 'ID' => $top, 'post_parent' => 0 ) );
		wp_update_post( array( 'ID' => $under, 'post_parent' => $above['b'] ) );
		wp_update_post( array( 'ID' => $order, 'menu_order' => 1 ) );
		$left = array_column( array_column( find( array( mark( 'page', 'top' ), mark( 'page', 'under' ), mark( 'page', 'order' ) ), true ), 'whole' ), 'left' );
		same( array_fill( 0, 3, array( 'parent' => $above['a'], 'order' => 5 ) ), $left, 'where we left it is known on' );
		foreach ( array( 'bb', 'cc' ) as $print ) {
			$line = $send( 'top', $print );
			same( array( 'updated', home_url( "/moved-$rehome_mode-top/" ) ), array( $line['outcome'], $line['address'] ), 'its address stays' );
			yes( false !== strpos( (string) $line['remark'], 'moved' ), (string) $line['remark'] );
			$send( 'under', $print, array( 'order' => 7 ) );
			$send( 'order', $print, array( 'parent' => mark( 'page', 'b' ) ) );
			same( array( 0, 5, "<p>Text $print</p>" ), $is( $top ) );
			same( array( $above['b'], 7, "<p>Text $print</p>" ), $is( $under ) );
			same( array( $above['b'], 1, "<p>Text $print</p>" ), $is( $order ) );
		}
		// Put back where we left it, it is ours again.
		wp_update_post( array( 'ID' => $top, 'post_parent' => $above['a'] ) );
		$send( 'top', 'dd', array( 'parent' => null, 'order' => 0 ) );
		same( array( 0, 0, '<p>Text dd</p>' ), $is( $top ) );
		same( false, find( array( mark( 'page', 'top' ) ), false )[0]['edited'] );
		same( 'removed', call( 'POST', '/remove', batch( array( 'marks' => array( mark( 'page', 'under' ) ) ) ) )['removed'][0]['outcome'] );
	} );

	test( "[$rehome_mode] what was narrowed keeps its place", function () use ( $rehome_in, $page ) {
		$a    = only( $rehome_in( array( 'posts' => array( $page( 'a' ) ) ) ), 'posts', 'created' );
		$leaf = only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'parent' => mark( 'page', 'a' ), 'order' => 5 ) ) ) ) ), 'posts', 'created' );
		same( array( true ), call( 'POST', '/narrow', batch( array( 'wishes' => array( array( 'mark' => mark( 'page', 'leaf' ), 'status' => 'private' ) ) ) ) )['narrowed'] );
		same( false, find( array( mark( 'page', 'leaf' ) ), false )[0]['edited'] );
		only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'fingerprint' => 'bb', 'parent' => null, 'order' => 6, 'status' => 'private' ) ) ) ) ), 'posts', 'updated' );
		same( array( '0', '6' ), array( row( $leaf['id'] )['post_parent'], row( $leaf['id'] )['menu_order'] ) );
		yes( $a['id'] > 0, 'a page above' );
	} );

	test( "[$rehome_mode] a page that has pages of somebody below it is kept, and so is what stands above that", function () use ( $rehome_in, $page ) {
		$top    = only( $rehome_in( array( 'posts' => array( $page( 'top', array( 'slug' => 'kept-' . bin2hex( random_bytes( 3 ) ) ) ) ) ) ), 'posts', 'created' );
		$middle = only( $rehome_in( array( 'posts' => array( $page( 'middle', array( 'parent' => mark( 'page', 'top' ) ) ) ) ) ), 'posts', 'created' );
		$side   = only( $rehome_in( array( 'posts' => array( $page( 'side', array( 'parent' => mark( 'page', 'top' ) ) ) ) ) ), 'posts', 'created' );
		$theirs = wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'Theirs', 'post_status' => 'publish', 'post_parent' => $middle['id'] ) );
		$before = get_permalink( $theirs );
		$remove = function ( ...$ids ) {
			$marks = array_map( function ( $id ) { return mark( 'page', $id ); }, $ids );
			return call( 'POST', '/remove', batch( array( 'marks' => $marks ) ) )['removed'];
		};
		$gone   = $remove( 'top', 'middle', 'side' );
		same( array( 'kept', 'kept', 'removed' ), wp_list_pluck( $gone, 'outcome' ) );
		yes( false !== strpos( $gone[1]['remark'], 'not placed by this move' ), $gone[1]['remark'] );
		wp_cache_flush();
		same( $before, get_permalink( $theirs ), 'its address stays' );
		// Nor is a page moved that somebody edited.
		wp_delete_post( $theirs, true );
		wp_update_post( array( 'ID' => $middle['id'], 'post_title' => 'Mine now' ) );
		same( array( 'kept', 'kept' ), wp_list_pluck( $remove( 'top', 'middle' ), 'outcome' ) );
		same( (string) $top['id'], row( $middle['id'] )['post_parent'] );
		wp_delete_post( $middle['id'], true );
		same( array( 'removed' ), wp_list_pluck( $remove( 'top' ), 'outcome' ) );
		same( null, row( $side['id'] ) );
	} );

	test( "[$rehome_mode] removing a page above leaves what stands below it ours to remove", function () use ( $rehome_in, $page ) {
		$top  = only( $rehome_in( array( 'posts' => array( $page( 'top' ) ) ) ), 'posts', 'created' );
		$leaf = only( $rehome_in( array( 'posts' => array( $page( 'leaf', array( 'parent' => mark( 'page', 'top' ), 'fields' => array( array( 'name' => 'mood', 'value' => 'happy' ) ) ) ) ) ) ), 'posts', 'created' );
		$gone = call( 'POST', '/remove', batch( array( 'marks' => array( mark( 'page', 'top' ), mark( 'page', 'leaf' ) ) ) ) );
		same( array( 'removed', 'removed' ), wp_list_pluck( $gone['removed'], 'outcome' ) );
		wp_cache_flush();
		same( array( null, null ), array( row( $top['id'] ), row( $leaf['id'] ) ) );
		same( array(), get_post_meta( $leaf['id'] ) );
	} );

	test( "[$rehome_mode] custom fields arrive byte for byte, serialised ones too, and nothing is written twice", function () use ( $rehome_in, $fields_of ) {
		$array  = 'a:2:{s:3:"url";s:19:"http://a.example/é";i:0;s:4:"\\o/ ";}';
		$fields = array( array( 'name' => 'mood', 'value' => "happy \\ 😀" ), array( 'name' => 'mood', 'value' => 'twice' ), array( 'name' => 'data', 'value' => $array ), array( 'name' => 'empty', 'value' => '' ) );
		$line   = only( $rehome_in( array( 'posts' => array( post( 1, array( 'fields' => $fields ) ) ) ) ), 'posts', 'created' );
		same( null, $line['remark'] );
		same( array( "happy \\ 😀", 'twice' ), $fields_of( $line['id'], 'mood' ) );
		same( array( $array ), $fields_of( $line['id'], 'data' ), 'not serialised once more' );
		same( array( '' ), $fields_of( $line['id'], 'empty' ) );
		same( 'http://a.example/é', get_post_meta( $line['id'], 'data', true )['url'] );
		same( $fields, find( array( mark( 'post', 1 ) ), true )[0]['whole']['fields'] );
		$before = tables();
		only( $rehome_in( array( 'posts' => array( post( 1, array( 'fields' => $fields ) ) ) ) ), 'posts', 'unchanged' );
		same( $before, tables() );
		same( false, find( array( mark( 'post', 1 ) ), false )[0]['edited'] );
	} );

	test( "[$rehome_mode] names of programs, objects and markup are not taken", function () use ( $rehome_in, $fields_of ) {
		$bad = array(
			'_wp_page_template' => 'evil.php',
			'_thumbnail_id'     => '1',
			'object'            => 'O:8:"stdClass":0:{}',
			'inside'            => 'a:1:{i:0;O:8:"stdClass":0:{}}',
			'twice'             => 's:19:"O:8:"stdClass":0:{}";',
			'script'            => 'x <script>alert(1)</script>',
			'frame'             => '<iframe src="http://e.com"></iframe>',
			'event'             => '<b onclick="x()">b</b>',
			' '                 => 'no name',
		);
		$good = array(
			'plain'  => '3 < 4 & 5',
			'markup' => '<p>One<br/>two <a href="http://e.com/?a=1&b=2">l</a></p>',
			'talk'   => 'O:8 is no object',
		);
		$send = array();
		foreach ( $bad + $good as $name => $value ) {
			$send[] = array( 'name' => $name, 'value' => $value );
		}
		$line = only( $rehome_in( array( 'posts' => array( post( 1, array( 'fields' => $send ) ) ) ) ), 'posts', 'created' );
		foreach ( $bad as $name => $value ) {
			same( array(), $fields_of( $line['id'], $name ), $name );
			yes( '' === trim( $name ) || false !== strpos( $line['remark'], "custom field $name" ), $line['remark'] );
		}
		foreach ( $good as $name => $value ) {
			same( array( $value ), $fields_of( $line['id'], $name ), (string) $line['remark'] );
		}
	} );

	test( "[$rehome_mode] a field with letters that the table has no room for stays behind, and its post arrives", function () use ( $rehome_mode, $fields_of ) {
		foreach ( array( 'utf8', 'utf8mb3' ) as $number => $charset ) {
			$fields = array( array( 'name' => 'smile', 'value' => 'happy 😀' ), array( 'name' => '😀', 'value' => 'x' ), array( 'name' => 'mood', 'value' => 'é 漢' ) );
			$batch  = array( 'mode' => $rehome_mode, 'posts' => array( post( $number, array( 'title' => 'Title 😀', 'fields' => $fields ) ) ) );
			$line   = only( place( $batch, array( 'fault' => $charset ) ), 'posts', 'created' );
			same( array( array(), array(), array( 'é 漢' ) ), array( $fields_of( $line['id'], 'smile' ), $fields_of( $line['id'], '😀' ), $fields_of( $line['id'], 'mood' ) ), $charset );
			yes( false !== strpos( (string) $line['remark'], 'custom field smile' ), (string) $line['remark'] );
			same( 'Title &#x1f600;', row( $line['id'] )['post_title'], $charset );
		}
	} );

	test( "[$rehome_mode] a field of somebody whose name differs in its letters' case stays", function () use ( $rehome_in ) {
		$sent = function ( $print, $value ) use ( $rehome_in ) {
			return $rehome_in( array( 'posts' => array( post( 1, array( 'fingerprint' => $print, 'fields' => array( array( 'name' => 'mood', 'value' => $value ) ) ) ) ) ) );
		};
		$id = only( $sent( 'aa', 'one' ), 'posts', 'created' )['id'];
		add_post_meta( $id, 'Mood', 'mine' );
		only( $sent( 'bb', 'two' ), 'posts', 'updated' );
		wp_cache_flush();
		same( array( array( 'mine' ), array( 'two' ) ), array( get_post_meta( $id, 'Mood' ), get_post_meta( $id, 'mood' ) ) );
	} );

	test( "[$rehome_mode] an update brings fields up to date and leaves those that somebody changed or had", function () use ( $rehome_in, $fields_of ) {
		$with = function ( $print, array $values ) {
			$fields = array();
			foreach ( $values as $name => $value ) {
				$fields[] = array( 'name' => $name, 'value' => $value );
			}
			return array( 'posts' => array( post( 1, array( 'fingerprint' => $print, 'fields' => $fields ) ) ) );
		};
		$line = only( $rehome_in( $with( 'aa', array( 'mood' => 'one', 'gone' => 'x', 'theirs' => 'y' ) ) ), 'posts', 'created' );
		$id   = $line['id'];
		update_post_meta( $id, 'theirs', 'changed here' );
		add_post_meta( $id, 'views', '7' );
		$line = only( $rehome_in( $with( 'bb', array( 'mood' => 'two', 'theirs' => 'z', 'views' => '1' ) ) ), 'posts', 'updated' );
		wp_cache_flush();
		same( array( array( 'two' ), array(), array( 'changed here' ), array( '7' ) ), array( $fields_of( $id, 'mood' ), $fields_of( $id, 'gone' ), $fields_of( $id, 'theirs' ), $fields_of( $id, 'views' ) ) );
		yes( false !== strpos( $line['remark'], 'theirs' ) && false !== strpos( $line['remark'], 'views' ), $line['remark'] );
		$line = only( $rehome_in( $with( 'cc', array() ) ), 'posts', 'updated' );
		wp_cache_flush();
		same( array( array(), array( 'changed here' ), array( '7' ) ), array( $fields_of( $id, 'mood' ), $fields_of( $id, 'theirs' ), $fields_of( $id, 'views' ) ) );
	} );
}

test( 'wrong fields and places are named, and nothing of such a request is written', function () {
	$before = tables();
	same( 'posts[0].fields[1].value', refused( place( array( 'posts' => array( post( 1, array( 'fields' => array( array( 'name' => 'a', 'value' => '' ), array( 'name' => 'b' ) ) ) ) ) ) ), 'rehome_bad_request', 400 )['field'] );
	same( 'posts[0].order', refused( place( array( 'posts' => array( post( 1, array( 'order' => 'first' ) ) ) ) ), 'rehome_bad_request', 400 )['field'] );
	same( 'posts[0].order', refused( place( array( 'posts' => array( post( 1, array( 'order' => 2147483648 ) ) ) ) ), 'rehome_bad_request', 400 )['field'] );
	$many = array_fill( 0, 201, array( 'name' => 'a', 'value' => 'b' ) );
	same( 'fields', refused( place( array( 'posts' => array( post( 1, array( 'fields' => $many ) ) ) ) ), 'rehome_too_large', 413 )['limit'] );
	same( $before, tables() );
} );

test( 'a page may have the first and the last place that the column holds', function () {
	foreach ( array( -2147483648, 2147483647 ) as $number => $order ) {
		$line = only( place( array( 'posts' => array( post( $number, array( 'mark' => mark( 'page', $number ), 'type' => 'page', 'order' => $order ) ) ) ) ), 'posts', 'created' );
		same( (string) $order, row( $line['id'] )['menu_order'] );
	}
} );
