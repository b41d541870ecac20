//! The helpers that make smaller copies: this program, started by itself.

use pictures::{
    Crop, Helpers, InProcess, PictureError, Settings, Shrink, SizeRule,
    helpers::HELPER_PICTURE_BYTES,
};
use std::path::PathBuf;

/// A real photograph of the fixtures.
const PHOTO: &[u8] = include_bytes!(
    "../../fixtures/movable-type/kitchen-notes-media/6a00d8341c9a1053ef0120a5c3b2e2970b-800wi.jpg"
);

fn helpers() -> Helpers {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_rehome"));
    Helpers::new(program, vec!["picture-helper".into()])
}

fn sizes() -> Vec<SizeRule> {
    let rule = |name: &str, side, crop| SizeRule {
        name: name.to_owned(),
        width: side,
        height: side,
        crop,
    };
    vec![
        rule("thumbnail", 50, Crop::Fill(0, 0)),
        rule("medium", 100, Crop::Fit),
        rule("twin", 100, Crop::Fit),
    ]
}

/// A PNG that claims 10,000 x 10,000 pixels of eight bytes each.
fn immense() -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(10_000_u32.to_be_bytes());
    file.extend(10_000_u32.to_be_bytes());
    // 16 bits, see-through; then the sums that belong to it.
    file.extend([16, 6, 0, 0, 0]);
    let sum = crc32(&file[12..]);
    file.extend(sum.to_be_bytes());
    let packed = [0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];
    for (name, body) in [(b"IDAT", &packed[..]), (b"IEND", &[])] {
        let begin = file.len() + 4;
        file.extend((body.len() as u32).to_be_bytes());
        file.extend(name);
        file.extend(body);
        let sum = crc32(&file[begin..]);
        file.extend(sum.to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[test]
fn a_helper_makes_what_we_would_make_ourselves() {
    let ours = InProcess.sub_sizes(PHOTO, &sizes(), Settings::default());
    let made = helpers().sub_sizes(PHOTO, &sizes(), Settings::default());
    assert!(ours.is_ok());
    assert_eq!(made, ours);
}

#[test]
fn a_picture_that_takes_too_much_memory_ends_its_helper_and_the_next_picture_gets_another() {
    let helpers = helpers();
    let boundless = Settings {
        memory_bytes_max: u64::MAX,
        ..Settings::default()
    };
    for _ in 0..3 {
        let error = helpers
            .sub_sizes(&immense(), &sizes(), boundless)
            .expect_err("more than a helper may take");
        assert!(
            matches!(error, PictureError::Stopped(_) | PictureError::Broken(_)),
            "{error:?}"
        );
        let made = helpers
            .sub_sizes(PHOTO, &sizes(), boundless)
            .expect("copies");
        assert_eq!(made.sizes.len(), 3);
    }
}

#[test]
fn a_picture_may_take_as_much_as_is_said_and_not_more() {
    let settings = Settings {
        memory_bytes_max: helpers().picture_bytes_max(1),
        ..Settings::default()
    };
    assert_eq!(settings.memory_bytes_max, HELPER_PICTURE_BYTES);
    let error = helpers()
        .sub_sizes(&immense(), &sizes(), settings)
        .expect_err("twice as much");
    assert!(matches!(error, PictureError::TooLarge { .. }), "{error:?}");
}
