//! Stories of a running server on the loopback: every kind of answer, both versions of HTTP, TLS, the old home behind it, and how it
//! begins anew and ends. What is known stands in memory here; the index has tests of its own.

mod answers;
mod authority;
mod awaited;
mod bounds;
mod ends;
mod known;
mod newer;
mod old_home;
mod secure;
mod wire;
