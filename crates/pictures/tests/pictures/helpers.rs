//! Helpers that misbehave, with programs that every Unix has. What a real helper does is tested with the executable
//! (`tests/rehome/helpers.rs`).

use pictures::{Crop, Helpers, Made, PictureError, SIDE_MAX, Settings, Shrink, SizeRule};
use std::{ffi::OsString, path::PathBuf, time::Duration};

/// A picture that is worth a helper.
fn picture(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(400, 300)
        .write_to(&mut bytes, format)
        .expect("a picture");
    bytes.into_inner()
}

fn made_by(program: &str, arguments: &[&str]) -> Result<Made, PictureError> {
    let arguments = arguments.iter().map(OsString::from).collect();
    let helpers =
        Helpers::new(PathBuf::from(program), arguments).within(Duration::from_millis(300));
    let sizes = [SizeRule {
        name: "medium".to_owned(),
        width: 300,
        height: 300,
        crop: Crop::Fit,
    }];
    helpers.sub_sizes(
        &picture(image::ImageFormat::Png),
        &sizes,
        Settings::default(),
    )
}

#[test]
fn a_helper_that_never_answers_is_stopped() {
    let error = made_by("sleep", &["600"]).expect_err("no answer");
    let words = error.to_string();
    assert!(words.contains("took too long"), "{words}");
}

#[test]
fn a_helper_that_dies_or_is_none_costs_one_picture_its_copies() {
    for program in ["false", "/nowhere/at/all"] {
        let error = made_by(program, &[]).expect_err("no helper");
        assert!(matches!(error, PictureError::Stopped(_)), "{error:?}");
    }
}

#[test]
fn a_helper_that_talks_nonsense_is_not_believed() {
    let error = made_by("cat", &[]).expect_err("its own words");
    assert!(matches!(error, PictureError::Stopped(_)), "{error:?}");
}

#[test]
fn no_helper_is_started_for_what_its_header_says_is_too_large() {
    let mut immense = picture(image::ImageFormat::Gif);
    let side = u16::try_from(SIDE_MAX + 1).expect("a side of a GIF");
    immense[6..8].copy_from_slice(&side.to_le_bytes());
    let helpers = Helpers::new(PathBuf::from("/nowhere/at/all"), Vec::new());
    let error = helpers
        .sub_sizes(&immense, &[], Settings::default())
        .expect_err("too large");
    assert!(matches!(error, PictureError::TooLarge { .. }), "{error:?}");
}
