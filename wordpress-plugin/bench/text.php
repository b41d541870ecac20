<?php
/**
 * CPU of placing 200 posts with 600 comments: this plugin over HTTP against a loop of wp_insert_post() and wp_insert_comment() in one process,
 * in turn on the same site. Server CPU = PHP + web server + database. Needs nginx + php-fpm + MariaDB. Usage: text.php INFO [ROUNDS].
 *
 * @package Rehome
 */

$rehome_info = json_decode( $argv[1], true );
$rehome_home = $rehome_info['home'];

/** CPU seconds of all server processes of this home, from their start. */
function server_cpu( $home ) {
	$ticks = 0;
	foreach ( array( 'fpm', 'nginx', 'mariadb' ) as $name ) {
		$parent = trim( (string) @file_get_contents( "$home/run/$name.pid" ) );
		if ( '' === $parent ) {
			continue;
		}
		foreach ( array_merge( array( $parent ), preg_split( '/\s+/', trim( (string) @file_get_contents( "/proc/$parent/task/$parent/children" ) ) ) ) as $id ) {
			$stat = (string) @file_get_contents( "/proc/$id/stat" );
			if ( '' !== $stat ) {
				$fields = explode( ' ', substr( $stat, strrpos( $stat, ')' ) + 2 ) );
				$ticks += (int) $fields[11] + (int) $fields[12];
			}
		}
	}
	return $ticks / 100;
}

function send( array $info, $path, $body ) {
	static $curl = null;
	$curl = $curl ? $curl : curl_init();
	curl_setopt_array( $curl, array( CURLOPT_URL => $info['url'] . '/wp-json/rehome/v1' . $path, CURLOPT_RETURNTRANSFER => true, CURLOPT_USERPWD => $info['user'] . ':' . $info['app_password'], CURLOPT_POSTFIELDS => gzencode( json_encode( $body ) ), CURLOPT_HTTPHEADER => array( 'Content-Type: application/json', 'Content-Encoding: gzip', 'Expect:' ) ) );
	$answer = json_decode( curl_exec( $curl ), true );
	if ( isset( $answer['code'] ) ) {
		exit( json_encode( $answer ) . "\n" );
	}
	return $answer;
}

/** The blog: terms, posts and comments, as the protocol has them. */
function blog( $seed ) {
	mt_srand( $seed );
	$words = explode( ' ', 'the old house stood by river and we walked there every evening with bread cheese some wine while children played in long grass until it was dark' );
	$text  = function ( $n ) use ( $words ) {
		$out = '';
		for ( $i = 0; $i < $n; $i++ ) {
			$out .= $words[ mt_rand( 0, count( $words ) - 1 ) ] . ' ';
		}
		return $out;
	};
	$terms = array();
	for ( $n = 0; $n < 52; $n++ ) {
		$terms[] = array( 'mark' => array( 'kind' => $n < 12 ? 'category' : 'tag', 'id' => "$n" ), 'fingerprint' => 'aa', 'taxonomy' => $n < 12 ? 'category' : 'post_tag', 'name' => "Term $n" );
	}
	$posts = array();
	for ( $n = 0; $n < 200; $n++ ) {
		$own = array( $terms[ $n % 12 ]['mark'], $terms[ 12 + $n % 40 ]['mark'], $terms[ 12 + ( $n * 7 + 1 ) % 40 ]['mark'] );
		$posts[] = array( 'mark' => array( 'kind' => 'post', 'id' => "$n" ), 'fingerprint' => 'aa', 'type' => 'post', 'status' => 'publish', 'title' => 'Post ' . $text( 5 ), 'content' => '<p>' . implode( "</p>\n<p>", array( $text( 120 ), $text( 120 ), $text( 120 ) ) ) . '</p><p><img src="http://e.com/a.jpg" alt="x" /></p>', 'date_utc' => gmdate( 'Y-m-d H:i:s', 1200000000 + $n * 86400 ), 'terms' => $own );
	}
	$comments = array();
	for ( $n = 0; $n < 600; $n++ ) {
		$comments[] = array( 'mark' => array( 'kind' => 'comment', 'id' => "$n" ), 'fingerprint' => 'aa', 'post' => $posts[ $n % 200 ]['mark'], 'parent' => $n >= 400 ? array( 'kind' => 'comment', 'id' => (string) ( $n - 400 ) ) : null, 'author' => "Guest $n", 'url' => 'http://e.com/', 'date_utc' => gmdate( 'Y-m-d H:i:s', 1300000000 + $n * 60 ), 'content' => $text( 40 ), 'status' => 'approved' );
	}
	return array( $terms, $posts, $comments );
}

/** The loop, in a process of its own. */
function loop( array $info, array $blog ) {
	$_SERVER['HTTP_HOST']      = preg_replace( '#^https?://#', '', $info['url'] );
	$_SERVER['REQUEST_URI']    = '/';
	$_SERVER['REQUEST_METHOD'] = 'GET';
	define( 'WP_IMPORTING', true );
	require $info['site'] . '/wp-load.php';
	wp_set_current_user( 1 );
	kses_init_filters();
	list( $terms, $posts, $comments ) = $blog;
	$ids = array();
	wp_defer_term_counting( true );
	wp_defer_comment_counting( true );
	foreach ( $terms as $term ) {
		$done = wp_insert_term( $term['name'], $term['taxonomy'] );

		$ids[ $term['mark']['kind'] . $term['mark']['id'] ] = $done['term_id'];
	}
	foreach ( $posts as $post ) {
		$id = wp_insert_post( wp_slash( array( 'post_title' => $post['title'], 'post_content' => $post['content'], 'post_status' => 'publish', 'post_date_gmt' => $post['date_utc'], 'post_date' => get_date_from_gmt( $post['date_utc'] ), 'post_category' => array( $ids[ 'category' . $post['terms'][0]['id'] ] ) ) ) );
		wp_set_object_terms( $id, array( $ids[ 'tag' . $post['terms'][1]['id'] ], $ids[ 'tag' . $post['terms'][2]['id'] ] ), 'post_tag' );
		add_post_meta( $id, '_source', $post['mark']['id'] );
		$ids[ 'post' . $post['mark']['id'] ] = $id;
	}
	foreach ( $comments as $comment ) {
		$row = wp_filter_comment( array( 'comment_agent' => '', 'comment_author_IP' => '', 'comment_author_email' => '', 'comment_post_ID' => $ids[ 'post' . $comment['post']['id'] ], 'comment_author' => $comment['author'], 'comment_author_url' => $comment['url'], 'comment_content' => $comment['content'], 'comment_date_gmt' => $comment['date_utc'], 'comment_date' => get_date_from_gmt( $comment['date_utc'] ), 'comment_approved' => 1, 'comment_parent' => $comment['parent'] ? $ids[ 'comment' . $comment['parent']['id'] ] : 0 ) );
		$ids[ 'comment' . $comment['mark']['id'] ] = wp_insert_comment( wp_slash( $row ) );
	}
	wp_defer_term_counting( false );
	wp_defer_comment_counting( false );
}

if ( isset( $argv[2] ) && 'loop' === $argv[2] ) {
	loop( $rehome_info, blog( (int) $argv[3] ) );
	$rehome_use = getrusage();
	echo $rehome_use['ru_utime.tv_sec'] + $rehome_use['ru_stime.tv_sec'] + ( $rehome_use['ru_utime.tv_usec'] + $rehome_use['ru_stime.tv_usec'] ) / 1e6;
	exit;
}

$rehome_rounds = isset( $argv[2] ) ? (int) $argv[2] : 3;
$rehome_site   = dirname( __DIR__, 2 ) . '/tests/world/wordpress/site.sh';
$rehome_found  = array();
for ( $rehome_round = 0; $rehome_round < $rehome_rounds; $rehome_round++ ) {
	foreach ( array( 'fast', 'compatible', 'loop' ) as $rehome_way ) {
		passthru( escapeshellarg( $rehome_site ) . ' reset' );
		$rehome_blog = blog( 7 );
		for ( $rehome_warm = 0; $rehome_warm < 8; $rehome_warm++ ) {
			file_get_contents( $rehome_info['url'] . '/wp-json/' );
		}
		sleep( 2 ); // The database goes on cleaning up after the reset.
		$rehome_cpu  = server_cpu( $rehome_home );
		$rehome_wall = microtime( true );
		$rehome_own  = 0;
		if ( 'loop' === $rehome_way ) {
			$rehome_own = (float) shell_exec( 'php -c ' . escapeshellarg( "$rehome_home/conf/php.ini" ) . ' ' . escapeshellarg( __FILE__ ) . ' ' . escapeshellarg( $argv[1] ) . ' loop 7' );
		} else {
			$rehome_lease = send( $rehome_info, '/writer', array( 'blog' => 'bench', 'writer' => 'beefbeefbeef', 'seconds' => 600 ) );
			$rehome_who   = array( 'blog' => 'bench', 'writer' => 'beefbeefbeef', 'fence' => $rehome_lease['fence'], 'mode' => $rehome_way );
			send( $rehome_info, '/place', $rehome_who + array( 'terms' => $rehome_blog[0], 'posts' => $rehome_blog[1], 'comments' => array_slice( $rehome_blog[2], 0, 300 ) ) );
			send( $rehome_info, '/place', $rehome_who + array( 'comments' => array_slice( $rehome_blog[2], 300 ) ) );
			send( $rehome_info, '/finish', $rehome_who );
		}
		$rehome_found[ $rehome_way ]['cpu'][]  = server_cpu( $rehome_home ) - $rehome_cpu + $rehome_own;
		$rehome_found[ $rehome_way ]['wall'][] = microtime( true ) - $rehome_wall;
	}
}
foreach ( $rehome_found as $rehome_way => $rehome_figures ) {
	foreach ( $rehome_figures as $rehome_metric => $rehome_values ) {
		sort( $rehome_values );
		$rehome_median[ $rehome_way ][ $rehome_metric ] = $rehome_values[ intdiv( count( $rehome_values ), 2 ) ];
	}
}
foreach ( $rehome_median as $rehome_way => $rehome_values ) {
	printf( "%-10s %6.2f CPU s (1/%.1f of the loop)  %6.2f s wall (1/%.1f)\n", $rehome_way, $rehome_values['cpu'], $rehome_median['loop']['cpu'] / $rehome_values['cpu'], $rehome_values['wall'], $rehome_median['loop']['wall'] / $rehome_values['wall'] );
}
