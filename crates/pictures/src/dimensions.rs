//! How large WordPress makes its smaller copies: `image_resize_dimensions()` and `wp_constrain_dimensions()`, to the pixel.
//!
//! A copy of another size would be a file that WordPress itself would make again, or not find.

use serde::{Deserialize, Serialize};

/// One registered size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeRule {
    /// Registered name, e.g. `medium`.
    pub name: String,
    /// Width of the box, 0 for unbounded.
    pub width: u32,
    /// Height of the box, 0 for unbounded.
    pub height: u32,
    /// Whether the picture is cut to fill the box.
    pub crop: Crop,
}

/// Whether a picture is cut to fill its box, and which part stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Crop {
    /// Fitted into the box, nothing cut off.
    Fit,
    /// Cut; each number says where the kept part lies: -1 left or top, 0 centre, 1 right or bottom.
    Fill(i8, i8),
}

/// Which part of a picture goes into which size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Left edge of the part.
    pub left: u32,
    /// Top edge of the part.
    pub top: u32,
    /// Width of the part.
    pub part_width: u32,
    /// Height of the part.
    pub part_height: u32,
    /// Width of the copy.
    pub width: u32,
    /// Height of the copy.
    pub height: u32,
}

impl Cut {
    /// All of a picture of one size, at another.
    pub(crate) fn whole(of: (u32, u32), to: (u32, u32)) -> Self {
        Self {
            left: 0,
            top: 0,
            part_width: of.0,
            part_height: of.1,
            width: to.0,
            height: to.1,
        }
    }
}

/// The copy of a `width` x `height` picture that WordPress makes for `rule`; `None` where it makes none.
#[must_use]
pub fn cut_for(width: u32, height: u32, rule: &SizeRule) -> Option<Cut> {
    let (box_width, box_height) = (rule.width, rule.height);
    if width == 0 || height == 0 || (box_width == 0 && box_height == 0) {
        return None;
    }
    // A box that is unbounded one way is compared the other way only.
    let larger_than_picture = match (box_width, box_height) {
        (_, 0) => width < box_width,
        (0, _) => height < box_height,
        _ => width < box_width && height < box_height,
    };
    if larger_than_picture {
        return None;
    }
    let cut = match rule.crop {
        Crop::Fill(x, y) => fill(width, height, box_width, box_height, (x, y)),
        Crop::Fit => {
            let (new_width, new_height) = constrain(width, height, box_width, box_height);
            Cut::whole((width, height), (new_width, new_height))
        }
    };
    let identical = cut.width.abs_diff(width) <= 1 && cut.height.abs_diff(height) <= 1;
    (!identical && cut.width > 0 && cut.height > 0).then_some(cut)
}

/// `wp_constrain_dimensions()`: the size of a picture inside a box; 0 is unbounded, and nothing grows.
#[must_use]
pub fn constrain(width: u32, height: u32, box_width: u32, box_height: u32) -> (u32, u32) {
    if box_width == 0 && box_height == 0 {
        return (width, height);
    }
    let ratio_of = |side: u32, side_max: u32| {
        (side_max > 0 && side > side_max).then(|| f64::from(side_max) / f64::from(side))
    };
    let (by_width, by_height) = (ratio_of(width, box_width), ratio_of(height, box_height));
    let (one, other) = (by_width.unwrap_or(1.0), by_height.unwrap_or(1.0));
    let (smaller, larger) = (one.min(other), one.max(other));
    let too_large = round(f64::from(width) * larger) > box_width
        || round(f64::from(height) * larger) > box_height;
    let ratio = if too_large { smaller } else { larger };
    let mut new_width = round(f64::from(width) * ratio).max(1);
    let mut new_height = round(f64::from(height) * ratio).max(1);
    // WordPress's own correction: rounding leaves some pictures one pixel short of the box.
    if by_width.is_some() && new_width + 1 == box_width {
        new_width = box_width;
    }
    if by_height.is_some() && new_height + 1 == box_height {
        new_height = box_height;
    }
    (new_width, new_height)
}

fn fill(width: u32, height: u32, box_width: u32, box_height: u32, keep: (i8, i8)) -> Cut {
    let aspect = f64::from(width) / f64::from(height);
    let mut new_width = box_width.min(width);
    let mut new_height = box_height.min(height);
    if new_width == 0 {
        new_width = round(f64::from(new_height) * aspect);
    }
    if new_height == 0 {
        new_height = round(f64::from(new_width) / aspect);
    }
    let ratio =
        (f64::from(new_width) / f64::from(width)).max(f64::from(new_height) / f64::from(height));
    let part_width = round(f64::from(new_width) / ratio).min(width);
    let part_height = round(f64::from(new_height) / ratio).min(height);
    let edge = |room: u32, keep: i8| match keep {
        ..0 => 0,
        0 => room / 2,
        1.. => room,
    };
    Cut {
        left: edge(width - part_width, keep.0),
        top: edge(height - part_height, keep.1),
        part_width,
        part_height,
        width: new_width,
        height: new_height,
    }
}

/// PHP's `round()`: away from zero at the half, after rounding to 15 significant digits, so that 100.49999999999999 counts
/// as the 100.5 it stands for.
fn round(value: f64) -> u32 {
    if value <= 0.0 {
        return 0;
    }
    let digits = 14 - value.log10().floor() as i32;
    let scale = 10_f64.powi(digits);
    ((value * scale).round() / scale).round() as u32
}
