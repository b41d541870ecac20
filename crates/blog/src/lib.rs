//! What a blog is: plain data and pure repairs.
//!
//! This crate knows nobody. What is absent here on purpose: a runtime, files, sockets, clocks, databases. Whoever needs
//! the time or a byte from outside passes it in.
//!
//! * the things that travel: [`item`], [`post`], [`comment`], [`media`], [`album`], [`list`], [`guestbook`], [`link`], [`term`]
//!   and what stands beside a post: [`field`]
//! * what surrounds them: [`profile`], [`audience`], [`when`], [`secret`]
//! * what a person should know: [`finding`] and the one list of [`codes`]
//! * old addresses: [`address`]; new ones: [`mod@slug`]
//! * what the move of 2010 left in posts: [`former_space`]
//! * HTML: [`body`] (parse, find, rewrite, compare), [`tidy`] (one file per repair), [`render`] (neutral items as posts)
//! * the doors to the outside: [`doors`]

pub mod address;
pub mod album;
pub mod audience;
pub mod body;
pub mod codes;
pub mod comment;
pub mod doors;
pub mod field;
pub mod finding;
pub mod former_space;
pub mod guestbook;
pub mod item;
pub mod link;
pub mod list;
pub mod media;
pub mod post;
pub mod profile;
pub mod render;
pub mod secret;
pub mod slug;
pub mod term;
pub mod tidy;
pub mod when;

pub use album::Album;
pub use audience::{Audience, Open, Reach};
pub use comment::{Comment, CommentKind, CommentState};
pub use field::Field;
pub use finding::{Code, Finding, Remedy, Severity};
pub use guestbook::GuestbookEntry;
pub use item::{Item, ItemRef, Kind};
pub use link::Link;
pub use list::{List, ListEntry};
pub use media::Media;
pub use post::{Person, Post, PostKind, PostState};
pub use profile::{Identity, Profile};
pub use secret::Secret;
pub use term::{Category, Tag};
pub use when::Moment;
