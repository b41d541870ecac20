//! What a file is (by its bytes), how large a picture is, and smaller copies of it.
//!
//! What is absent here on purpose: files, sockets, blogs. Bytes come in, bytes and figures come out. A crate of its own, so that it is
//! optimised wherever it is used (`docs/decisions/0029`).
//!
//! * [`dimensions`]: how large WordPress makes its smaller copies
//! * [`probe`]: type, size in pixels, orientation, whether it moves; without decoding
//! * [`shrink`]: the smaller copies themselves
//! * [`helpers`]: the same in processes of their own, which a hostile picture may kill
//! * [`compare`]: whether two pictures show the same

mod compare;
mod decode;
mod dimensions;
mod encode;
pub mod helpers;
mod probe;
mod shrink;

pub use compare::{PixelDifference, compare_pixels};
pub use decode::PictureError;
pub use dimensions::{Crop, Cut, SizeRule, constrain, cut_for};
use encode::COPY_TYPES;
pub use helpers::{Helpers, InProcess, Shrink};
pub use probe::{Probe, probe};
pub use shrink::{
    Made, PIXELS_MAX, SIDE_MAX, ScaledMain, Settings, SubSize, admit, decoded_bytes, sub_sizes,
};
