//! Text whose encoding nobody declared.
