//! The doors to the outside: signatures and the plain data that passes through them. Nothing here acts.
//!
//! Open sets get a small object-safe trait. What a platform can do is data on its card, not another trait.
//!
//! * [`reading`]: where items come from
//! * [`bytes`]: where the bytes of pictures come from
//! * [`placing`]: where items go, ready made
//! * [`observing`]: what a new home answers, and holds
//! * [`amending`]: what stood at a home before us, and how it is put right
//! * [`archiving`]: what a whole blog is kept in

pub mod amending;
pub mod archiving;
pub mod bytes;
pub mod observing;
pub mod placing;
pub mod reading;

pub use amending::*;
pub use bytes::{Arrival, FetchedMedia, MediaError, MediaFetch, MediaPrepare};
pub use observing::*;
pub use placing::*;
pub use reading::*;
