<?php
/**
 * What an importer does: wp_insert_term(), wp_insert_post() and wp_insert_comment() in a loop, in one process.
 *
 * Usage: text.php SITE-FOLDER ADDRESS ROWS. Prints the processor seconds of this process and how many of them WordPress's start took.
 */

function rehome_bench_seconds() {
	$use = getrusage();
	return $use['ru_utime.tv_sec'] + $use['ru_stime.tv_sec'] + ( $use['ru_utime.tv_usec'] + $use['ru_stime.tv_usec'] ) / 1e6;
}

list( , $rehome_bench_folder, $rehome_bench_address, $rehome_bench_rows ) = $argv;

$_SERVER['HTTP_HOST']      = preg_replace( '#^https?://#', '', $rehome_bench_address );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
define( 'WP_IMPORTING', true );
require $rehome_bench_folder . '/wp-load.php';
$rehome_bench_start = rehome_bench_seconds();

function rehome_bench_date( $moment ) {
	$moment = $moment ? gmdate( 'Y-m-d H:i:s', strtotime( $moment ) ) : gmdate( 'Y-m-d H:i:s' );
	return array( get_date_from_gmt( $moment ), $moment );
}

function rehome_bench_key( $mark ) {
	return $mark['kind'] . ' ' . $mark['id'];
}

function rehome_bench_term( $thing, $kind, array $ids ) {
	$taxonomy = 'tag' === $kind ? 'post_tag' : 'category';
	$parent   = $thing['parent'] ? $ids[ rehome_bench_key( $thing['parent'] ) ] : 0;
	$done     = wp_insert_term( wp_slash( $thing['name'] ), $taxonomy, array( 'parent' => $parent, 'description' => $thing['description'] ) );
	return is_wp_error( $done ) ? $done->get_error_data() : $done['term_id'];
}

function rehome_bench_post( $thing, $mark, array $ids ) {
	list( $date, $date_gmt ) = rehome_bench_date( $thing['date_utc'] );
	$terms = array( 'category' => array(), 'post_tag' => array() );
	foreach ( $thing['terms'] as $term ) {
		$terms[ 'tag' === $term['kind'] ? 'post_tag' : 'category' ][] = $ids[ rehome_bench_key( $term ) ];
	}
	$id = wp_insert_post(
		wp_slash(
			array(
				'post_type'      => $thing['page'] ? 'page' : 'post',
				'post_title'     => $thing['title'],
				'post_content'   => $thing['content'],
				'post_excerpt'   => $thing['excerpt'],
				'post_name'      => (string) $thing['slug'],
				'post_status'    => $thing['status'],
				'post_date'      => $date,
				'post_date_gmt'  => $date_gmt,
				'comment_status' => $thing['comments_open'] ? 'open' : 'closed',
				'ping_status'    => $thing['pings_open'] ? 'open' : 'closed',
			)
		)
	);
	foreach ( $terms as $taxonomy => $of_post ) {
		wp_set_post_terms( $id, $of_post, $taxonomy );
	}
	add_post_meta( $id, '_source', rehome_bench_key( $mark ) );
	return $id;
}

function rehome_bench_comment( $thing, array $ids ) {
	list( $date, $date_gmt ) = rehome_bench_date( $thing['date_utc'] );
	$parent = $thing['parent'] ? rehome_bench_key( $thing['parent'] ) : '';
	$row    = wp_filter_comment(
		array(
			'comment_post_ID'      => $ids[ rehome_bench_key( $thing['post'] ) ],
			'comment_author'       => $thing['author'],
			'comment_author_email' => '',
			'comment_author_url'   => $thing['url'],
			'comment_author_IP'    => '',
			'comment_agent'        => '',
			'comment_content'      => $thing['content'],
			'comment_date'         => $date,
			'comment_date_gmt'     => $date_gmt,
			'comment_type'         => 'comment',
			'comment_approved'     => 'approved' === $thing['state'] ? 1 : ( 'spam' === $thing['state'] ? 'spam' : 0 ),
			'comment_parent'       => isset( $ids[ $parent ] ) ? $ids[ $parent ] : 0,
		)
	);
	return wp_insert_comment( wp_slash( $row ) );
}

wp_set_current_user( 1 );
kses_init_filters();
wp_defer_term_counting( true );
wp_defer_comment_counting( true );
$rehome_bench_ids  = array();
$rehome_bench_file = fopen( $rehome_bench_rows, 'r' );
for ( $rehome_bench_line = fgets( $rehome_bench_file ); false !== $rehome_bench_line; $rehome_bench_line = fgets( $rehome_bench_file ) ) {
	$rehome_bench_row   = json_decode( $rehome_bench_line, true );
	$rehome_bench_mark  = $rehome_bench_row['mark'];
	$rehome_bench_thing = $rehome_bench_row['thing'];
	if ( 'term' === $rehome_bench_row['row'] ) {
		$rehome_bench_id = rehome_bench_term( $rehome_bench_thing, $rehome_bench_mark['kind'], $rehome_bench_ids );
	} elseif ( 'post' === $rehome_bench_row['row'] ) {
		$rehome_bench_id = rehome_bench_post( $rehome_bench_thing, $rehome_bench_mark, $rehome_bench_ids );
	} else {
		$rehome_bench_id = rehome_bench_comment( $rehome_bench_thing, $rehome_bench_ids );
	}
	if ( ! $rehome_bench_id || is_wp_error( $rehome_bench_id ) ) {
		fwrite( STDERR, 'WordPress did not take ' . rehome_bench_key( $rehome_bench_mark ) . "\n" );
		exit( 1 );
	}
	$rehome_bench_ids[ rehome_bench_key( $rehome_bench_mark ) ] = (int) $rehome_bench_id;
}
wp_defer_term_counting( false );
wp_defer_comment_counting( false );
printf( "%.3f %.3f\n", rehome_bench_seconds(), $rehome_bench_start );
