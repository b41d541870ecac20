<?php
/**
 * The name of one thing from one old home.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * Kind and id; the blog is known from the request.
 */
final class Rehome_Mark implements JsonSerializable {

	/**
	 * Kind of thing.
	 *
	 * @var string
	 */
	public $kind;

	/**
	 * Its id at the source.
	 *
	 * @var string
	 */
	public $id;

	/**
	 * Both as one text; asked for many times.
	 *
	 * @var string
	 */
	private $name;

	/**
	 * Answer of key(), and the blog it was made for.
	 *
	 * @var string[]
	 */
	private $key = array( '', '' );

	/**
	 * Makes one.
	 *
	 * @param string $kind Kind of thing.
	 * @param string $id   Its id at the source.
	 */
	public function __construct( $kind, $id ) {
		$this->kind = $kind;
		$this->id   = $id;
		$this->name = $kind . ' ' . $id;
	}

	/**
	 * As it travels.
	 *
	 * @return array
	 */
	public function as_array() {
		return array(
			'kind' => $this->kind,
			'id'   => $this->id,
		);
	}

	/**
	 * The same, where an answer is written.
	 *
	 * @return array
	 */
	#[ReturnTypeWillChange]
	public function jsonSerialize() {
		return $this->as_array();
	}

	/**
	 * One text for kind and id, which tells marks of one blog apart.
	 *
	 * @return string
	 */
	public function name() {
		return $this->name;
	}

	/**
	 * What the map is keyed by. A hash, so that neither collations nor the length of index keys matter.
	 *
	 * @param string $blog Name of the source blog.
	 * @return string
	 */
	public function key( $blog ) {
		if ( $this->key[0] !== $blog ) {
			$this->key = array( $blog, hash( 'sha256', $blog . "\0" . $this->kind . "\0" . $this->id ) );
		}
		return $this->key[1];
	}
}
