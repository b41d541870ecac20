//! The formats themselves. They know bytes and structure, not what a blog is.

pub mod dates;
pub mod encodings;
pub mod feeds;
pub mod http_message;
pub mod json_feed;
pub mod movable_type;
pub mod warc;
pub mod wxr;
pub(crate) mod xml;
pub mod xmlrpc;

/// Text as it stands inside an element or a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    xml::escape(text)
}
