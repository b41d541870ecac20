<?php
/**
 * What stops a request: an exception that becomes the answer's error.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * One error of the protocol.
 */
final class Rehome_Error extends Exception {

	/**
	 * Code of the protocol, such as rehome_busy.
	 *
	 * @var string
	 */
	private $name;

	/**
	 * HTTP status and whatever else the answer's data holds.
	 *
	 * @var array
	 */
	private $data;

	/**
	 * Makes one.
	 *
	 * @param string $name    Code of the protocol.
	 * @param int    $status  HTTP status.
	 * @param string $message A sentence. It holds no content and no secret.
	 * @param array  $data    More for the answer's data.
	 */
	public function __construct( $name, $status, $message, array $data = array() ) {
		parent::__construct( $message );
		$this->name = $name;
		$this->data = array( 'status' => $status ) + $data;
	}

	/**
	 * A field that is missing or of the wrong type.
	 *
	 * @param string $field   Its path, such as posts[3].date_utc.
	 * @param string $message What is wrong, as a sentence.
	 * @return self
	 */
	public static function bad( $field, $message ) {
		return new self( 'rehome_bad_request', 400, $message, array( 'field' => $field ) );
	}

	/**
	 * Something over one of the limits.
	 *
	 * @param string $limit Name of the limit.
	 * @param int    $most  Its value.
	 * @return self
	 */
	public static function too_large( $limit, $most ) {
		/* translators: 1: name of a limit, 2: its value. */
		$message = sprintf( __( 'The request is over the limit %1$s (%2$d).', 'rehome' ), $limit, $most );
		return new self( 'rehome_too_large', 413, $message, array( 'limit' => $limit ) );
	}

	/**
	 * The database or the disk refused; nothing of the request was kept.
	 *
	 * @param string $what What was being done.
	 * @return self
	 */
	public static function failed( $what ) {
		/* translators: %s: what was being done. */
		$message = sprintf( __( 'The site could not finish (%s); nothing of this request was kept.', 'rehome' ), $what );
		return new self( 'rehome_failed', 500, $message );
	}

	/**
	 * The same as WordPress speaks it.
	 *
	 * @return WP_Error
	 */
	public function as_wp_error() {
		return new WP_Error( $this->name, $this->getMessage(), $this->data );
	}

	/**
	 * Code of the protocol.
	 *
	 * @return string
	 */
	public function name() {
		return $this->name;
	}
}
