//! How the client takes answers, odd ones among them. The answers are recorded ones, replayed by a plain listener.

mod answers;
mod batches;
mod media;
mod pieces;
mod replay;
