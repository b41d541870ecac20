//! XML-RPC, read leniently.
