<?php
/**
 * Statements that go straight to the database: only where nobody would miss them, and with the same outcome.
 *
 * @package Rehome
 */

/** Whether this site's database is one that statements can go straight to. */
function has_line() {
	global $wpdb;
	return isset( $wpdb->dbh ) && $wpdb->dbh instanceof mysqli;
}

test( 'statements go straight to the database only where nobody listens and every column takes every character', function () {
	global $wpdb;
	$to = static function () use ( $wpdb ) { return null !== Rehome_Line::to( $wpdb->comments, array( 'comment_ID', 'comment_content', 'comment_date' ) ); };
	same( has_line(), $to(), 'nobody listens' );
	$listen = static function ( $sql ) { return $sql; };
	add_filter( 'query', $listen );
	same( false, $to(), 'somebody listens' );
	remove_filter( 'query', $listen );
	$narrow = static function ( $charset, $table, $column ) { return 'comment_content' === $column ? 'latin1' : $charset; };
	add_filter( 'pre_get_col_charset', $narrow, 10, 3 );
	same( false, $to(), 'a narrow column' );
	remove_filter( 'pre_get_col_charset', $narrow );
	same( has_line(), $to(), 'nobody listens any more' );
	$core = $wpdb;
	$GLOBALS['wpdb'] = new class() extends wpdb {
		public function __construct() {}
	};
	$GLOBALS['wpdb']->dbh = $core->dbh;
	$other = Rehome_Line::to( $core->comments, array( 'comment_ID' ) );
	$GLOBALS['wpdb'] = $core;
	same( null, $other, 'a class of somebody else' );
} );

test( 'rows that went straight are the rows that wpdb writes', function () {
	$odd = "it's \"so\" \\ \\' %s %1\$s 100 % \n \r\n \t \x1a 😀 é 漢字 -- /* */ ; ` " . str_repeat( 'long ', 30 ) . "\\";
	$all = array();
	foreach ( array( '', 'overheard' ) as $number => $fault ) {
		$posts    = array( post( "before$number" ), post( "p$number", array( 'title' => $odd, 'content' => "<p>$odd</p>", 'excerpt' => $odd, 'password' => "p\x01%'\x02\\😀", 'slug' => 'straight' ) ) );
		$comments = array( comment( "c'%\\$number", "p$number", array( 'content' => $odd, 'author' => $odd ) ) );
		$answer   = place( array( 'mode' => 'fast', 'posts' => $posts, 'comments' => $comments ), $fault ? array( 'fault' => $fault ) : array() );
		$row      = row( $answer['posts'][1]['id'] );
		$said     = comment_row( $answer['comments'][0]['id'] );
		yes( false !== strpos( $row['post_content'], '100 % ' ) && false !== strpos( $row['post_content'], '😀' ), $row['post_content'] );
		same( "p\x01%'\x02\\😀", $row['post_password'] );
		$posts[1]['title']      .= ' again';
		$posts[1]['fingerprint'] = 'ab';
		only( place( array( 'mode' => 'fast', 'posts' => array( $posts[1] ) ), $fault ? array( 'fault' => $fault ) : array() ), 'posts', 'updated' );
		$row = row( $answer['posts'][1]['id'] );
		same( ' again', substr( $row['post_title'], -6 ) );
		unset( $row['ID'], $row['guid'], $row['post_name'], $said['comment_ID'], $said['comment_post_ID'] );
		$all[] = array( $row, $said );
		// Known again by its mark, which is in the map as it was sent.
		only( place( array( 'mode' => 'fast', 'posts' => $posts, 'comments' => $comments ) ), 'comments', 'unchanged' );
	}
	same( $all[0], $all[1] );
} );

test( 'a statement that fails on its straight way leaves nothing behind, and the repeat succeeds', function () {
	global $wpdb;
	if ( ! has_line() ) {
		return 'not with this database';
	}
	$batch  = array( 'mode' => 'fast', 'posts' => array( post( 1 ) ), 'comments' => array( comment( 1, 1, array( 'content' => 'stumbles' ) ) ) );
	$before = tables();
	$wpdb->query( "CREATE TRIGGER rehome_stumble BEFORE INSERT ON $wpdb->comments FOR EACH ROW IF NEW.comment_content = 'stumbles' THEN SIGNAL SQLSTATE '45000'; END IF" );
	$answer = place( $batch );
	$wpdb->query( 'DROP TRIGGER rehome_stumble' );
	same( 500, Rehome_Tests::$status, json_encode( $answer ) );
	same( $before, tables() );
	only( place( $batch ), 'comments', 'created' );
} );

test( 'rows get their ids in the order in which they were given, long ones among short ones', function () {
	global $wpdb;
	$rows = array();
	foreach ( array( 5, 2000, 7, 900, 3000, 9 ) as $bytes ) {
		$rows[] = array( 'post_id' => 987654321, 'meta_key' => 'order', 'meta_value' => str_repeat( 'x', $bytes ) );
	}
	Rehome_Rows::write( 'INSERT', $wpdb->postmeta, $rows );
	$found = $wpdb->get_col( "SELECT LENGTH(meta_value) FROM $wpdb->postmeta WHERE post_id = 987654321 ORDER BY meta_id" );
	$wpdb->delete( $wpdb->postmeta, array( 'post_id' => 987654321 ) );
	same( array( 5, 2000, 7, 900, 3000, 9 ), array_map( 'intval', $found ) );
} );
