//! The pages around the blog part: frame, lists of entries, photos, lists, guestbook, people, sign-in.

pub(super) mod blog;
pub(super) mod frame;
pub(super) mod guestbook;
pub(super) mod lists;
pub(super) mod people;
pub(super) mod photos;
pub(super) mod sign_in;
