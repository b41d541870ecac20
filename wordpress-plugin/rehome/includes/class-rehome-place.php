<?php
/**
 * POST /place: terms, posts and comments, all of a request in one transaction.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * One piece or many, and the answers.
 */
final class Rehome_Place {

	/**
	 * Answers the route.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return array
	 * @throws Rehome_Error When it is malformed, over a limit, not allowed or not this writer's turn.
	 */
	public static function answer( WP_REST_Request $request ) {
		$in_pieces = Rehome_Pieces::are_in( $request );
		$pieces    = $in_pieces ? Rehome_Pieces::of( $request ) : self::one( Rehome_Body::json( $request ) );
		$input     = $pieces->current();
		$blog      = $input->blog();
		$wish      = $input->word( 'mode', array( 'auto', Rehome_Mode::FAST, Rehome_Mode::COMPATIBLE ), 'auto' );

		list( $writer, $fence ) = Rehome_Writer::of( $input );
		unset( $input );
		$pieces->next();
		// What is wrong with the first piece is told before a transaction is opened.
		$first = $pieces->valid() ? new Rehome_Piece( $pieces->current() ) : null;

		// Nothing of a batch goes in circles, and looking for circles among so many small things takes long.
		gc_disable();
		Rehome_Map::ensure();
		Rehome_Clean::strictly();
		$mode  = Rehome_Mode::choose( $wish );
		$tally = new Rehome_Tally();
		$out   = Rehome_Writer::transaction(
			$writer,
			$fence,
			static function () use ( $blog, $mode, $tally, $pieces, $in_pieces, &$first ) {
				$out = array();
				while ( null !== $first ) {
					$placed = $first->place( $blog, $mode, $tally );
					$out[]  = $in_pieces ? self::briefly( $placed ) : $placed;
					$first  = null;
					$pieces->next();
					if ( $pieces->valid() ) {
						$first = new Rehome_Piece( $pieces->current() );
					}
				}
				$tally->count();
				if ( Rehome_Mode::COMPATIBLE === $mode ) {
					$tally->clean_talks();
				}
				return $out;
			}
		);
		$tally->committed();
		return array( 'mode' => $mode ) + ( $in_pieces ? array( 'pieces' => $out ) : $out[0] );
	}

	/**
	 * One line of an answer.
	 *
	 * @param Rehome_Mark $mark    Mark.
	 * @param string      $outcome created, unchanged, updated, conflict or refused.
	 * @param int|null    $id      WordPress id.
	 * @param string[]    $remarks What a person should know.
	 * @param array       $more    address, slug and status.
	 * @return array
	 */
	public static function line( Rehome_Mark $mark, $outcome, $id, array $remarks = array(), array $more = array() ) {
		return array(
			'mark'    => $mark,
			'outcome' => $outcome,
			'id'      => $id,
			'address' => isset( $more['address'] ) ? $more['address'] : null,
			'slug'    => isset( $more['slug'] ) ? $more['slug'] : null,
			'status'  => isset( $more['status'] ) ? $more['status'] : null,
			'remark'  => $remarks ? implode( '; ', $remarks ) : null,
		);
	}

	/**
	 * The answers of a piece, each as a list: ten thousand of them are held until the last piece is done.
	 *
	 * @param array $placed Answers of Rehome_Piece::place().
	 * @return array
	 */
	private static function briefly( array $placed ) {
		$brief = array();
		foreach ( array_filter( $placed ) as $part => $lines ) {
			foreach ( $lines as $line ) {
				$brief[ $part ][] = array( $line['outcome'], $line['id'], $line['address'], $line['status'], $line['remark'] );
			}
		}
		return $brief;
	}

	/**
	 * A request that is its own only piece.
	 *
	 * @param Rehome_Input $input The request.
	 * @return Generator
	 */
	private static function one( Rehome_Input $input ) {
		yield $input;
		yield $input;
	}
}
