//! Blogs of any size.
