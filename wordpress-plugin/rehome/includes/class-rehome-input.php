<?php
/**
 * Reading what a client sent: every field has a type, and a wrong one is told by its path.
 *
 * @package Rehome
 */

defined( 'ABSPATH' ) || exit;

/**
 * One object of a request's JSON.
 */
final class Rehome_Input {

	/** Kinds of things that a mark can name. */
	const KINDS = array( 'post', 'page', 'comment', 'trackback', 'media', 'album', 'list', 'guestbook', 'link', 'category', 'tag' );

	/**
	 * The fields.
	 *
	 * @var array
	 */
	private $fields;

	/**
	 * Path of this object in the request, for messages.
	 *
	 * @var string
	 */
	private $path;

	/**
	 * Takes an object.
	 *
	 * @param mixed  $fields What was sent.
	 * @param string $path   Where.
	 * @throws Rehome_Error When it is no object.
	 */
	public function __construct( $fields, $path = '' ) {
		if ( ! is_array( $fields ) ) {
			throw Rehome_Error::bad( $path, 'An object is expected here.' );
		}
		$this->fields = $fields;
		$this->path   = $path;
	}

	/**
	 * Lets go of the fields: what was read of them is held elsewhere.
	 */
	public function forget() {
		$this->fields = array();
	}

	/**
	 * Path of a field of this object.
	 *
	 * @param string $name Field.
	 * @return string
	 */
	public function path( $name ) {
		return '' === $this->path ? $name : $this->path . '.' . $name;
	}

	/**
	 * Whether a field is there and not null.
	 *
	 * @param string $name Field.
	 * @return bool
	 */
	public function has( $name ) {
		return isset( $this->fields[ $name ] );
	}

	/**
	 * Text.
	 *
	 * @param string      $name    Field.
	 * @param string|null $absent What a missing or null field means; without it the field must be there.
	 * @return string|null
	 * @throws Rehome_Error When it is no text.
	 */
	public function text( $name, $absent = '!' ) {
		if ( ! isset( $this->fields[ $name ] ) ) {
			if ( '!' === $absent ) {
				throw Rehome_Error::bad( $this->path( $name ), 'This field is missing.' );
			}
			return $absent;
		}
		if ( ! is_string( $this->fields[ $name ] ) ) {
			throw Rehome_Error::bad( $this->path( $name ), 'Text is expected here.' );
		}
		return $this->fields[ $name ];
	}

	/**
	 * One word of a closed set.
	 *
	 * @param string      $name    Field.
	 * @param string[]    $words   The set.
	 * @param string|null $absent For a missing field; without it the field must be there.
	 * @return string|null
	 * @throws Rehome_Error When it is none of them.
	 */
	public function word( $name, array $words, $absent = '!' ) {
		$word = $this->text( $name, $absent );
		if ( $word !== $absent && ! in_array( $word, $words, true ) ) {
			throw Rehome_Error::bad( $this->path( $name ), 'One of these is expected here: ' . implode( ' ', $words ) . '.' );
		}
		return $word;
	}

	/**
	 * A whole number, not negative.
	 *
	 * @param string   $name    Field.
	 * @param int|null $absent For a missing field; without it the field must be there.
	 * @return int|null
	 * @throws Rehome_Error When it is no such number.
	 */
	public function number( $name, $absent = -1 ) {
		if ( ! isset( $this->fields[ $name ] ) && -1 !== $absent ) {
			return $absent;
		}
		if ( ! isset( $this->fields[ $name ] ) || ! is_int( $this->fields[ $name ] ) || $this->fields[ $name ] < 0 ) {
			throw Rehome_Error::bad( $this->path( $name ), 'A whole number is expected here.' );
		}
		return $this->fields[ $name ];
	}

	/**
	 * A place in an order: a whole number that a column holds, or nothing.
	 *
	 * @param string $name Field.
	 * @return int|null
	 * @throws Rehome_Error When it is something else.
	 */
	public function place( $name ) {
		if ( ! isset( $this->fields[ $name ] ) ) {
			return null;
		}
		if ( ! is_int( $this->fields[ $name ] ) || $this->fields[ $name ] < -2147483648 || $this->fields[ $name ] > 2147483647 ) {
			throw Rehome_Error::bad( $this->path( $name ), 'A whole number is expected here.' );
		}
		return $this->fields[ $name ];
	}

	/**
	 * Yes or no.
	 *
	 * @param string $name    Field.
	 * @param bool   $absent For a missing field.
	 * @return bool
	 * @throws Rehome_Error When it is something else.
	 */
	public function flag( $name, $absent ) {
		if ( ! isset( $this->fields[ $name ] ) ) {
			return $absent;
		}
		if ( ! is_bool( $this->fields[ $name ] ) ) {
			throw Rehome_Error::bad( $this->path( $name ), 'True or false is expected here.' );
		}
		return $this->fields[ $name ];
	}

	/**
	 * A moment in UTC as WordPress writes it.
	 *
	 * @param string $name Field.
	 * @return string|null
	 * @throws Rehome_Error When it is none.
	 */
	public function moment( $name ) {
		$text = $this->text( $name, null );
		if ( null === $text ) {
			return null;
		}
		if ( ! self::is_moment( $text ) ) {
			throw Rehome_Error::bad( $this->path( $name ), 'A moment such as "2008-04-05 13:03:12" is expected here.' );
		}
		return $text;
	}

	/**
	 * A list of texts, none of them empty.
	 *
	 * @param string $name  Field; a missing one is an empty list.
	 * @param string $limit Name of the limit for its length.
	 * @return string[]
	 * @throws Rehome_Error When it is no such list or too long.
	 */
	public function texts( $name, $limit ) {
		$list = $this->list_of( $name, $limit );
		foreach ( $list as $index => $text ) {
			if ( ! is_string( $text ) || '' === $text || strlen( $text ) > Rehome_Limits::ID_BYTES ) {
				throw Rehome_Error::bad( $this->path( $name ) . '[' . $index . ']', 'A word of 1 to 150 bytes is expected here.' );
			}
		}
		return $list;
	}

	/**
	 * A list of whole numbers.
	 *
	 * @param string $name  Field; a missing one is an empty list.
	 * @param string $limit Name of the limit for its length.
	 * @return int[]
	 * @throws Rehome_Error When it is no such list or too long.
	 */
	public function numbers( $name, $limit ) {
		$list = $this->list_of( $name, $limit );
		foreach ( $list as $index => $number ) {
			if ( ! is_int( $number ) || $number < 0 ) {
				throw Rehome_Error::bad( $this->path( $name ) . '[' . $index . ']', 'A whole number is expected here.' );
			}
		}
		return $list;
	}

	/**
	 * A list of objects.
	 *
	 * @param string $name Field; a missing one is an empty list.
	 * @param string $limit Name of the limit for its length.
	 * @return Rehome_Input[]
	 * @throws Rehome_Error When it is no list or too long.
	 */
	public function items( $name, $limit ) {
		$out = array();
		foreach ( $this->list_of( $name, $limit ) as $index => $item ) {
			$out[] = new self( $item, $this->path( $name ) . '[' . $index . ']' );
		}
		return $out;
	}

	/**
	 * One object.
	 *
	 * @param string $name Field.
	 * @return Rehome_Input
	 * @throws Rehome_Error When it is none.
	 */
	public function item( $name ) {
		return new self( isset( $this->fields[ $name ] ) ? $this->fields[ $name ] : null, $this->path( $name ) );
	}

	/**
	 * A list of marks.
	 *
	 * @param string $name  Field; a missing one is an empty list.
	 * @param string $limit Name of the limit for its length.
	 * @return Rehome_Mark[]
	 * @throws Rehome_Error When it is no list of marks or too long.
	 */
	public function marks( $name, $limit ) {
		$out = array();
		foreach ( $this->list_of( $name, $limit ) as $index => $fields ) {
			$out[] = $this->as_mark( $fields, $name . '[' . $index . ']' );
		}
		return $out;
	}

	/**
	 * A mark.
	 *
	 * @param string $name Field.
	 * @return Rehome_Mark
	 * @throws Rehome_Error When it is missing or none.
	 */
	public function mark( $name ) {
		$mark = $this->maybe_mark( $name );
		if ( null === $mark ) {
			throw Rehome_Error::bad( $this->path( $name ), 'This field is missing.' );
		}
		return $mark;
	}

	/**
	 * A mark or nothing.
	 *
	 * @param string $name Field.
	 * @return Rehome_Mark|null
	 * @throws Rehome_Error When it is something else.
	 */
	public function maybe_mark( $name ) {
		return isset( $this->fields[ $name ] ) ? $this->as_mark( $this->fields[ $name ], $name ) : null;
	}

	/**
	 * The client's hash of what it sent.
	 *
	 * @return string
	 * @throws Rehome_Error When it is no hash.
	 */
	public function fingerprint() {
		$text = $this->text( 'fingerprint' );
		if ( ! self::is_fingerprint( $text ) ) {
			throw Rehome_Error::bad( $this->path( 'fingerprint' ), 'At most 64 hexadecimal digits are expected here.' );
		}
		return $text;
	}

	/**
	 * Name of the source blog.
	 *
	 * @return string
	 * @throws Rehome_Error When it is missing, empty or too long.
	 */
	public function blog() {
		$blog = $this->text( 'blog' );
		if ( '' === $blog || strlen( $blog ) > Rehome_Limits::ID_BYTES ) {
			throw Rehome_Error::bad( $this->path( 'blog' ), 'The name of a blog has 1 to 150 bytes.' );
		}
		return $blog;
	}

	/**
	 * A list as it was sent.
	 *
	 * @param string $name  Field; a missing one is an empty list.
	 * @param string $limit Name of the limit for its length.
	 * @return array
	 * @throws Rehome_Error When it is no list or too long.
	 */
	public function all( $name, $limit ) {
		return $this->list_of( $name, $limit );
	}

	/**
	 * Whether something is a client's hash.
	 *
	 * @param mixed $text What was sent.
	 * @return bool
	 */
	public static function is_fingerprint( $text ) {
		return is_string( $text ) && 1 === preg_match( '/^[0-9a-f]{1,64}$/D', $text );
	}

	/**
	 * Whether something names a thing.
	 *
	 * @param mixed $kind Kind of thing.
	 * @param mixed $id   Its id.
	 * @return bool
	 */
	public static function is_mark( $kind, $id ) {
		return is_string( $id ) && '' !== $id && strlen( $id ) <= Rehome_Limits::ID_BYTES && in_array( $kind, self::KINDS, true );
	}

	/**
	 * Whether something is a moment between the years 1000 and 9999, the range of a DATETIME column, as WordPress writes it.
	 *
	 * @param mixed $text What was sent.
	 * @return bool
	 */
	public static function is_moment( $text ) {
		return is_string( $text ) && preg_match( '/^([1-9]\d{3})-(\d\d)-(\d\d) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/D', $text, $parts )
			&& checkdate( (int) $parts[2], (int) $parts[3], (int) $parts[1] );
	}

	/**
	 * The plain list behind items().
	 *
	 * @param string $name  Field.
	 * @param string $limit Name of the limit.
	 * @return array
	 * @throws Rehome_Error When it is no list or too long.
	 */
	private function list_of( $name, $limit ) {
		if ( ! isset( $this->fields[ $name ] ) ) {
			return array();
		}
		$list = $this->fields[ $name ];
		if ( ! is_array( $list ) || array_values( $list ) !== $list ) {
			throw Rehome_Error::bad( $this->path( $name ), 'A list is expected here.' );
		}
		$most = Rehome_Limits::of( $limit );
		if ( count( $list ) > $most ) {
			throw Rehome_Error::too_large( $limit, $most );
		}
		return $list;
	}

	/**
	 * A mark of a field. Most requests hold thousands, and nearly all are sound.
	 *
	 * @param mixed  $fields What was sent.
	 * @param string $name   Field.
	 * @return Rehome_Mark
	 * @throws Rehome_Error When it is none.
	 */
	private function as_mark( $fields, $name ) {
		if ( isset( $fields['kind'], $fields['id'] ) && is_string( $fields['id'] ) && in_array( $fields['kind'], self::KINDS, true ) ) {
			$id = $fields['id'];
		} else {
			$mark = new self( $fields, $this->path( $name ) );
			$mark->word( 'kind', self::KINDS );
			$id = $mark->text( 'id' );
		}
		if ( '' === $id || strlen( $id ) > Rehome_Limits::ID_BYTES ) {
			throw Rehome_Error::bad( $this->path( $name ) . '.id', 'The id of a mark has 1 to 150 bytes.' );
		}
		return new Rehome_Mark( $fields['kind'], $id );
	}
}
