//! The formats themselves. They know bytes and structure, not what a blog is.

pub mod dates;
pub mod encodings;
pub mod feeds;
pub mod http_message;
pub mod movable_type;
pub mod php_serialized;
pub mod warc;
pub mod wxr;
mod xml;
pub mod xmlrpc;
