<?php
/** Pictures and other files. */

/** A picture with two sizes: item and bytes. */
function sized( $id, $seed = 1, array $fields = array() ) {
	$main  = picture( 400, 300, 'jpeg', $seed );
	$thumb = picture( 150, 150, 'jpeg', $seed );
	$small = picture( 300, 225, 'jpeg', $seed );
	$sizes = array(
		array( 'name' => 'thumbnail', 'width' => 150, 'height' => 150, 'media_type' => 'image/jpeg', 'bytes' => strlen( $thumb ) ),
		array( 'name' => 'medium', 'width' => 300, 'height' => 225, 'media_type' => 'image/jpeg', 'bytes' => strlen( $small ) ),
	);
	return array( medium( $id, $main, $fields + array( 'sizes' => $sizes ) ), array( $main, $thumb, $small ) );
}

function attachment( $id ) {
	return array( row( $id ), get_post_meta( $id, '_wp_attached_file', true ), wp_get_attachment_metadata( $id, true ), get_post_meta( $id, '_wp_attachment_image_alt', true ) );
}

foreach ( array( 'fast', 'compatible' ) as $rehome_mode ) {
	$rehome_head = array( 'head' => array( 'mode' => $rehome_mode ) );

	test( "[$rehome_mode] a picture arrives with its sizes, under the month of its date, and can be fetched", function () use ( $rehome_head ) {
		list( $item, $bytes ) = sized( getmypid() . '\\', 1, array( 'title' => 'T \\ <b>b</b>', 'caption' => 'C \\ <i>i</i><script>', 'alt' => 'A "\\" <b>' ) );
		$answer = media( array( $item ), $bytes, $rehome_head );
		$line   = only( $answer, 'media', 'created' );
		list( $row, $file, $meta, $alt ) = attachment( $line['id'] );
		same( '2008/04/', substr( $file, 0, 8 ) );
		same( array( 'attachment', 'inherit', 'image/jpeg', 'T \\ <b>b</b>', 'C \\ <i>i</i>', '2008-04-05 13:03:12' ), array( $row['post_type'], $row['post_status'], $row['post_mime_type'], $row['post_title'], $row['post_excerpt'], $row['post_date_gmt'] ) );
		same( 'A "\\"', $alt );
		same( array( 400, 300, $file, strlen( $bytes[0] ) ), array( $meta['width'], $meta['height'], $meta['file'], $meta['filesize'] ) );
		same( array( 'thumbnail', 'medium' ), array_keys( $meta['sizes'] ) );
		same( array( 'image/jpeg', strlen( $bytes[1] ), 150 ), array( $meta['sizes']['thumbnail']['mime-type'], $meta['sizes']['thumbnail']['filesize'], $meta['sizes']['thumbnail']['width'] ) );
		yes( isset( $meta['image_meta']['orientation'] ), 'no image_meta' );
		same( array( 'full', 'thumbnail', 'medium' ), wp_list_pluck( $line['sizes'], 'name' ) );
		foreach ( $line['sizes'] as $index => $size ) {
			same( md5( $bytes[ $index ] ), md5( wp_remote_retrieve_body( wp_remote_get( $size['address'] ) ) ), $size['address'] );
		}
		same( $line['address'], $line['sizes'][0]['address'] );
		same( $line['address'], $row['guid'] );
		yes( 0 === strpos( $line['page'], home_url() ), $line['page'] );
	} );

	test( "[$rehome_mode] repeating gives the same medium and leaves no second file", function () use ( $rehome_head ) {
		list( $item, $bytes ) = sized( 'again' . getmypid() );
		$first = only( media( array( $item ), $bytes, $rehome_head ), 'media', 'created' );
		$files = files();
		$rows  = tables();
		$again = only( media( array( $item ), $bytes, $rehome_head ), 'media', 'unchanged' );
		same( array( $first['id'], $first['address'], $first['page'], $first['sizes'] ), array( $again['id'], $again['address'], $again['page'], $again['sizes'] ) );
		same( array( $files, $rows ), array( files(), tables() ) );
	} );

	test( "[$rehome_mode] bytes that are not what they are said to be are refused and leave no file", function () use ( $rehome_head ) {
		$good  = picture( 20, 20 );
		$html  = '<html><script>alert(1)</script></html>';
		$files = files();
		$sized = medium( 7, $good, array( 'sizes' => array( array( 'name' => 'thumbnail', 'width' => 5, 'height' => 5, 'media_type' => 'image/jpeg', 'bytes' => strlen( $html ) ) ) ) );
		$items = array(
			array( medium( 1, $good, array( 'md5' => md5( 'x' ) ) ), array( $good ) ),
			array( medium( 2, $html ), array( $html ) ),
			array( medium( 3, $good, array( 'media_type' => 'image/png', 'file_name' => 'a.png' ) ), array( $good ) ),
			array( medium( 4, $html, array( 'media_type' => 'text/html', 'file_name' => 'a.html' ) ), array( $html ) ),
			array( medium( 5, '<?php echo 1;', array( 'media_type' => 'application/x-php', 'file_name' => 'a.php' ) ), array( '<?php echo 1;' ) ),
			array( medium( 6, '<svg xmlns="http://www.w3.org/2000/svg"/>', array( 'media_type' => 'image/svg+xml', 'file_name' => 'a.svg' ) ), array( '<svg xmlns="http://www.w3.org/2000/svg"/>' ) ),
			array( $sized, array( $good, $html ) ),
			array( medium( 8, '' ), array( '' ) ),
		);
		$lines = media( array_column( $items, 0 ), array_merge( ...array_column( $items, 1 ) ), $rehome_head )['media'];
		foreach ( $lines as $line ) {
			same( 'refused', $line['outcome'], json_encode( $line ) );
			yes( is_string( $line['remark'] ) && null === $line['id'], json_encode( $line ) );
		}
		same( $files, files() );
	} );

	test( "[$rehome_mode] names are never trusted", function () use ( $rehome_head ) {
		$names = array( '../../../wp-config.php', 'evil.php.jpg', '..\\..\\x.phtml', '.htaccess', '花の写真.jpeg', str_repeat( 'n', 300 ) . '.jpg', "a\0.php", 'x.jpg/../../y' );
		$items = array();
		$bytes = array();
		foreach ( $names as $index => $name ) {
			$bytes[] = picture( 20, 20 + $index );
			$items[] = medium( "n$index", end( $bytes ), array( 'file_name' => $name ) );
		}
		foreach ( media( $items, $bytes, $rehome_head )['media'] as $line ) {
			same( 'created', $line['outcome'], json_encode( $line ) );
			$path = get_attached_file( $line['id'], true );
			yes( (bool) preg_match( '#/uploads/(sites/\d+/)?2008/04/[^/.]+\.(jpe?g)$#u', $path ), $path );
			yes( is_file( $path ), $path );
		}
	} );

	test( "[$rehome_mode] a private picture is stored as private", function () use ( $rehome_head ) {
		$bytes = picture( 30, 30 );
		same( 'private', only( media( array( medium( 1, $bytes, array( 'public' => false ) ) ), array( $bytes ), $rehome_head ), 'media', 'created' )['status'] );
	} );

	test( "[$rehome_mode] a scaled picture keeps its original beside it", function () use ( $rehome_head ) {
		$scaled = picture( 200, 100 );
		$big    = picture( 400, 200 );
		$name   = 'big' . bin2hex( random_bytes( 3 ) );
		$line   = only( media( array( medium( 1, $scaled, array( 'file_name' => "$name-scaled.jpg", 'original' => array( 'file_name' => "$name.jpg", 'bytes' => strlen( $big ) ) ) ) ), array( $scaled, $big ), $rehome_head ), 'media', 'created' );
		same( "$name.jpg", wp_get_attachment_metadata( $line['id'], true )['original_image'] );
		same( md5( $big ), md5_file( wp_get_original_image_path( $line['id'], true ) ) );
	} );

	test( "[$rehome_mode] new words keep the address, new bytes replace the files, and an edited one is left alone", function () use ( $rehome_head ) {
		list( $item, $bytes ) = sized( 'up' . getmypid() );
		$first = only( media( array( $item ), $bytes, $rehome_head ), 'media', 'created' );
		$files = files();
		$words = only( media( array( array( 'fingerprint' => 'bb', 'alt' => '', 'title' => 'New' ) + $item ), $bytes, $rehome_head ), 'media', 'updated' );
		same( array( $first['id'], $first['address'], $files ), array( $words['id'], $words['address'], files() ) );
		same( array( 'New', '' ), array( get_post( $first['id'] )->post_title, get_post_meta( $first['id'], '_wp_attachment_image_alt', true ) ) );
		list( $other, $other_bytes ) = sized( 'up' . getmypid(), 5, array( 'fingerprint' => 'cc' ) );
		$replaced = only( media( array( $other ), $other_bytes, $rehome_head ), 'media', 'updated' );
		same( md5( $other_bytes[0] ), md5_file( get_attached_file( $replaced['id'], true ) ) );
		same( count( $files ), count( files() ), 'the old files went' );
		wp_update_post( array( 'ID' => $first['id'], 'post_excerpt' => 'by hand' ) );
		only( media( array( array( 'fingerprint' => 'dd' ) + $item ), $bytes, $rehome_head ), 'media', 'conflict' );
	} );

	test( "[$rehome_mode] rows that cannot be kept leave no files", function () use ( $rehome_head ) {
		list( $item, $bytes ) = sized( 'lost' . getmypid() );
		$before = array( files(), tables() );
		refused( media( array( $item ), $bytes, $rehome_head + array( 'fault' => 'no-files' ) ), 'rehome_failed', 500 );
		same( $before, array( files(), tables() ) );
		only( media( array( $item ), $bytes, $rehome_head ), 'media', 'created' );
	} );
}

test( 'both modes write equal attachments', function () {
	$found = array();
	foreach ( array( 'fast', 'compatible' ) as $mode ) {
		list( $item, $bytes ) = sized( "equal-$mode", 3, array( 'title' => 'Equal', 'file_name' => "equal-$mode.jpg" ) );
		$id   = only( media( array( $item ), $bytes, array( 'head' => array( 'mode' => $mode ) ) ), 'media', 'created' )['id'];
		$text = json_encode( array( attachment( $id ), array_keys( get_post_meta( $id ) ) ) );

		$found[] = preg_replace( '/(?<!\d)' . $id . '(?!\d)/', 'ID', str_replace( $mode, 'MODE', $text ) );
	}
	same( $found[0], $found[1] );
} );

test( 'a featured picture is set by its mark', function () {
	$bytes = picture( 40, 40 );
	$id    = only( media( array( medium( 1, $bytes ) ), array( $bytes ) ), 'media', 'created' )['id'];
	$post  = only( place( array( 'posts' => array( post( 1, array( 'featured' => mark( 'media', 1 ) ) ) ) ) ), 'posts', 'created' );
	same( $id, get_post_thumbnail_id( $post['id'] ) );
} );

test( 'a body that is cut, too long or not as its head says creates nothing', function () {
	$bytes  = picture( 40, 40 );
	$body   = media_body( array( medium( 1, $bytes ) ), array( $bytes ) );
	$before = array( files(), tables() );
	$send   = function ( $body ) {
		return call( 'POST', '/media', null, array( 'raw' => $body, 'headers' => array( 'Content-Type: application/x-rehome-media' ) ) );
	};
	foreach ( array( substr( $body, 0, -5 ), substr( $body, 0, 30 ), substr( $body, 0, 2 ), $body . 'x', pack( 'N', 99999999 ) . 'x', pack( 'N', 4 ) . 'null' ) as $broken ) {
		refused( $send( $broken ), 'rehome_bad_request', 400 );
	}
	same( 'media_body_bytes', refused( $send( str_repeat( 'x', 4194305 ) ), 'rehome_too_large', 413 )['limit'] );
	cut_call( '/media', 'application/x-rehome-media', $body, strlen( $body ) - 20 );
	same( $before, array( files(), tables() ) );
} );

test( 'a large file comes in chunks, a wrong offset is told, and cut chunks are taken back', function () {
	$bytes  = "%PDF-1.4\n" . random_bytes( 300000 );
	$upload = bin2hex( random_bytes( 16 ) );
	same( array( 'bytes' => 100000 ), chunk( $upload, 0, substr( $bytes, 0, 100000 ) ) );
	same( 100000, refused( chunk( $upload, 0, 'again' ), 'rehome_bad_request', 409 )['bytes'] );
	cut_call( "/chunk?upload=$upload&offset=100000", 'application/octet-stream', substr( $bytes, 100000, 50000 ), 20000 );
	same( array( 'bytes' => strlen( $bytes ) ), chunk( $upload, 100000, substr( $bytes, 100000 ) ) );
	refused( chunk( $upload, strlen( $bytes ), str_repeat( 'x', 2097153 ) ), 'rehome_too_large', 413 );
	same( 'upload', refused( chunk( '../x', 0, 'x' ), 'rehome_bad_request', 400 )['field'] );
	$item = array( 'upload' => $upload, 'bytes' => null, 'file_name' => 'book.pdf', 'media_type' => 'application/pdf' );
	$line = only( media( array( $item + medium( 1, $bytes ) ), array() ), 'media', 'created' );
	same( md5( $bytes ), md5_file( get_attached_file( $line['id'], true ) ) );
	same( 'refused', media( array( array( 'mark' => mark( 'media', 2 ) ) + $item + medium( 1, $bytes ) ), array() )['media'][0]['outcome'], 'an upload is used once' );
	$secret = bin2hex( random_bytes( 16 ) );
	chunk( $secret, 0, $bytes );
	same( array(), array_filter( files(), function ( $file ) { return (bool) preg_match( '/\.(part|tmp)$/', $file ); } ), 'pending files lie in public' );
} );

test( 'memory stays under 32 MiB for a full body of media', function () {
	$items = array();
	$bytes = array();
	for ( $n = 0; $n < 10; $n++ ) {
		$bytes[] = picture( 60, 60, 'jpeg', $n ) . random_bytes( 400000 );
		$items[] = medium( "m$n", end( $bytes ) );
	}
	foreach ( media( $items, $bytes )['media'] as $line ) {
		same( 'created', $line['outcome'], json_encode( $line ) );
	}
	yes( (int) Rehome_Tests::$headers['x-rehome-memory-peak'] < 33554432, Rehome_Tests::$headers['x-rehome-memory-peak'] );
	return round( Rehome_Tests::$headers['x-rehome-memory-peak'] / 1048576, 1 ) . ' MiB';
} );
