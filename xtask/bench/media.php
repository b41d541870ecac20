<?php
/**
 * What WordPress does with photos: copy the file, wp_insert_attachment(), wp_generate_attachment_metadata() with GD, in one process.
 *
 * Usage: media.php SITE-FOLDER ADDRESS FOLDER-OF-PHOTOS. Prints the processor seconds of this process and how many of them
 * WordPress's start took.
 */

function rehome_bench_seconds() {
	$use = getrusage();
	return $use['ru_utime.tv_sec'] + $use['ru_stime.tv_sec'] + ( $use['ru_utime.tv_usec'] + $use['ru_stime.tv_usec'] ) / 1e6;
}

list( , $rehome_bench_folder, $rehome_bench_address, $rehome_bench_photos ) = $argv;

$_SERVER['HTTP_HOST']      = preg_replace( '#^https?://#', '', $rehome_bench_address );
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
define( 'WP_IMPORTING', true );
require $rehome_bench_folder . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/image.php';
$rehome_bench_start = rehome_bench_seconds();

// WordPress prefers Imagick, which takes twice as long: GD is the stricter comparison.
add_filter(
	'wp_image_editors',
	static function () {
		return array( 'WP_Image_Editor_GD' );
	}
);
wp_set_current_user( 1 );
foreach ( glob( $rehome_bench_photos . '/*.jpg' ) as $rehome_bench_photo ) {
	$rehome_bench_upload = wp_upload_dir( '2008/04' );
	$rehome_bench_target = $rehome_bench_upload['path'] . '/' . wp_unique_filename( $rehome_bench_upload['path'], basename( $rehome_bench_photo ) );
	if ( ! copy( $rehome_bench_photo, $rehome_bench_target ) ) {
		exit( 1 );
	}
	$rehome_bench_id = wp_insert_attachment(
		array(
			'post_mime_type' => 'image/jpeg',
			'post_title'     => basename( $rehome_bench_photo ),
			'post_status'    => 'inherit',
			'guid'           => $rehome_bench_upload['url'] . '/' . basename( $rehome_bench_target ),
		),
		$rehome_bench_target
	);
	$rehome_bench_data = wp_generate_attachment_metadata( $rehome_bench_id, $rehome_bench_target );
	if ( empty( $rehome_bench_data['sizes'] ) ) {
		fwrite( STDERR, "PHP made no smaller copies of $rehome_bench_photo; is the gd extension there?\n" );
		exit( 1 );
	}
	wp_update_attachment_metadata( $rehome_bench_id, $rehome_bench_data );
	add_post_meta( $rehome_bench_id, '_source', basename( $rehome_bench_photo ) );
}
printf( "%.3f %.3f\n", rehome_bench_seconds(), $rehome_bench_start );
