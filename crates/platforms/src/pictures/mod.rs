//! What a file is (by its bytes), how large a picture is, and smaller copies of it.
//!
//! * [`dimensions`]: how large WordPress makes its smaller copies
//! * [`probe`]: type, size in pixels, orientation, whether it moves; without decoding
//! * [`shrink`]: the smaller copies themselves
//! * [`compare`]: whether two pictures show the same

mod compare;
mod decode;
mod dimensions;
mod encode;
mod probe;
mod shrink;

#[cfg(test)]
mod tests;

pub use compare::{PixelDifference, compare_pixels};
pub use decode::PictureError;
pub use dimensions::{Crop, Cut, SizeRule, constrain, cut_for};
pub use probe::{Probe, probe};
pub use shrink::{Made, ScaledMain, Settings, SubSize, decoded_bytes, sub_sizes};
