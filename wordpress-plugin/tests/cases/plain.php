<?php
/**
 * What goes around core's filters is what they would give back.
 *
 * @package Rehome
 */

/** A text through core's filters, as saving sends it there. */
function filtered( $field, $text ) {
	if ( 'slug' === $field ) {
		return sanitize_title( $text );
	}
	return wp_unslash( 0 === strpos( $field, 'post_' ) ? sanitize_post_field( $field, wp_slash( $text ), 0, 'db' ) : apply_filters( $field, wp_slash( $text ) ) );
}

/** A text of some pieces, drawn with a seed, mostly well-formed. */
function drawn_text() {
	static $pieces = array(
		'words', ' ', '  ', "\n", "\t", 'O\'Neil', '"quoted"', 'back\\slash', '\\0', 'é', '漢字', '🐦', "\u{a0}", '100%', '%41', '%zz', '.', '/', '-', '--', '--->', '{', '}', '[gallery]', '&', '&amp;', '&lt;', '&nbsp;', '&quot;', '&copy;', '&bogus;', '&#128;', '&#39;', '&#x3c;',
		'<', '>', '<p>', '</p>', '<P>', '<p >', '<p class="a">', '<em>', '</em>', '<br>', '<br />', '<br/>', '<hr>', '<pre>', '<code>', '</code>', '<li>', '<span>', '<span class="x">', '<script>', '</script>', '<iframe src="http://a.example/">', '<!-- more -->', '<!-- wp:paragraph -->', '<!-- /wp:paragraph -->', '<!-- wp:list -->', '<!-- /wp:list -->',
		"<!-- wp:paragraph -->\n<p>inside</p>\n<!-- /wp:paragraph -->", '<!-- wp:quote --><!-- wp:paragraph --><p>deep</p><!-- /wp:paragraph --><!-- /wp:quote -->', '<!-- wp:paragraph --><!-- /wp:paragraph -->', '<!-- wp:separator /-->', '<!-- wp:image {"id":3} -->', '<!--', '-->', '<![CDATA[x]]>', '<?php', '</>', '</1>',
		'<a href="https://a.example/b-c/1.html">', '<a href="http://a.example">', '<a href="javascript:alert(1)">', '<a href="http://a.example/?b=1&c=2">', '<a href="http://a.example/" onclick="x">', "<a href='http://a.example/'>", '</a>', 'http://guest.example/', 'https://a.example/~ana/', 'mailto:ana@a.example', 'ftp://a.example/', "\x01", "\x0b", "\x7f",
	);
	$text = '';
	for ( $count = mt_rand( 1, 5 ); $count > 0; $count-- ) {
		$text .= $pieces[ mt_rand( 0, count( $pieces ) - 1 ) ];
	}
	return $text;
}

test( 'a text that skips the filters is what the filters would make of it', function () {
	Rehome_Clean::strictly();
	mt_srand( 20081122 );
	$skipped = array_fill_keys( array_keys( Rehome_Plain::LISTENERS ), 0 );
	for ( $round = 0; $round < 20000; $round++ ) {
		$text = drawn_text();
		foreach ( array_keys( $skipped ) as $field ) {
			if ( Rehome_Plain::is( $field, $text ) ) {
				++$skipped[ $field ];
				same( $text, filtered( $field, $text ), $field );
			}
		}
	}
	foreach ( $skipped as $field => $count ) {
		yes( $count > 40, "only $count texts of $field skipped the filters, so this says nothing" );
	}
} );

test( 'what blogs are full of skips the filters', function () {
	Rehome_Clean::strictly();
	$usual = array(
		'post_content'            => "<!-- wp:paragraph -->\n<p>As I <em>wrote</em> <a href=\"https://a.example/2008/04/day/\">before</a> &amp; then.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:heading -->\n<h2>漢字</h2>\n<!-- /wp:heading -->",
		'post_excerpt'            => 'Some words, “quoted”.',
		'post_title'              => 'A day at the sea: it\'s over',
		'pre_comment_author_name' => 'Ana Müller',
		'pre_comment_author_url'  => 'http://guest.example/about/',
		'pre_comment_content'     => "I <em>liked</em> it.\nThank you!",
		'slug'                    => 'a-day-2',
	);
	foreach ( $usual as $field => $text ) {
		yes( Rehome_Plain::is( $field, $text ), $field );
	}
} );

test( 'where a plugin filters texts, none skips the filters', function () {
	$shout = static function ( $text ) {
		return strtoupper( $text );
	};
	foreach ( array( 'content_save_pre', 'pre_kses', 'wp_kses_allowed_html' ) as $hook ) {
		add_filter( $hook, $hook === 'wp_kses_allowed_html' ? '__return_empty_array' : $shout );
		Rehome_Clean::strictly();
		yes( ! Rehome_Plain::is( 'post_content', '<p>words</p>' ), $hook );
		remove_filter( $hook, $hook === 'wp_kses_allowed_html' ? '__return_empty_array' : $shout );
	}
	Rehome_Clean::strictly();
	yes( Rehome_Plain::is( 'post_content', '<p>words</p>' ), 'the plugin is gone' );
} );
