//! A real WordPress.
