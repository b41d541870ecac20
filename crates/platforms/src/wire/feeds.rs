//! RSS 2.0 and Atom as Spaces wrote them, read leniently.
