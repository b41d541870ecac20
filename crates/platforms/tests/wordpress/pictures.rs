//! Pictures and files: served in every size, sent in pieces, refused alone.

use super::*;

pub(super) fn media(
    id: &str,
    folder: &std::path::Path,
    name: &str,
    bytes: &[u8],
    media_type: &str,
) -> Placement {
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("a file");
    let hash = blake3::hash(bytes).to_hex().to_string();
    let thing = MediaThing {
        file,
        hash,
        media_type: media_type.to_owned(),
        bytes: bytes.len() as u64,
        file_name: name.to_owned(),
        title: "A picture".to_owned(),
        caption: String::new(),
        alt: "Sunset".to_owned(),
        date_utc: "2008-04-05T13:03:12Z".parse().expect("a moment"),
        open: Some(leave()),
    };
    placement(mark(Kind::Media, id), Thing::Media(thing))
}

/// A picture that is no plain colour; `seed` makes it different from others.
pub(super) fn picture(width: u32, height: u32, seed: u32, format: image::ImageFormat) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([
            (x * 255 / width) as u8,
            (y * 255 / height) as u8,
            ((x / 9 + y / 7 + seed) % 256) as u8,
        ])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

#[test]
fn pictures_are_served_in_every_size() {
    let Some(site) = site() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut home = site.open(&fresh("space:pictures"));
    let seed = jiff::Timestamp::now().subsec_nanosecond().unsigned_abs();
    let wide = picture(1600, 1200, seed, image::ImageFormat::Jpeg);
    let large = picture(3000, 2000, seed, image::ImageFormat::Jpeg);
    let drawn = picture(800, 500, seed, image::ImageFormat::Png);
    let batch = [
        media(
            "wide",
            folder.path(),
            "Übersicht am See.jpg",
            &wide,
            "image/jpeg",
        ),
        media("large", folder.path(), "large.jpg", &large, "image/jpeg"),
        media("drawn", folder.path(), "drawn.png", &drawn, "image/png"),
    ];
    let first = home.place(&batch).expect("placed");
    let files: [&[u8]; 3] = [&wide, &large, &drawn];
    for (placed, sent) in first.iter().zip(files) {
        assert_eq!(placed.outcome, Outcome::Created, "{placed:?}");
        let sizes = &placed.picture.as_ref().expect("sizes").sizes;
        assert!(
            sizes.iter().any(|size| size.name == "thumbnail"),
            "{sizes:?}"
        );
        for size in sizes {
            let answer = visit(&mut home, &size.address, false).expect("an answer");
            assert_eq!(answer.status, 200, "{}", size.address);
            if size.name == "original" {
                assert_eq!(answer.body, sent, "the original lies beside the copy");
                continue;
            }
            let seen = ::pictures::probe(&answer.body);
            assert_eq!(
                (seen.width, seen.height),
                (Some(size.width), Some(size.height)),
                "{size:?}"
            );
        }
        let full = sizes
            .iter()
            .find(|size| size.name == "full")
            .expect("the full size");
        assert!(full.address.contains("/2008/04/"), "{}", full.address);
        let bytes = visit(&mut home, &full.address, false)
            .expect("an answer")
            .body;
        if full.width == 2560 {
            assert!(full.address.contains("-scaled"), "{}", full.address);
            assert!(
                sizes.iter().any(|size| size.name == "original"),
                "{sizes:?}"
            );
        } else {
            assert_eq!(bytes, sent);
        }
    }
    let second = home.place(&batch).expect("placed again");
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(other.outcome, Outcome::Unchanged);
        let seen = |placed: &blog::doors::Placed| {
            let picture = placed.picture.clone().expect("a picture");
            (picture.id, picture.page, picture.sizes)
        };
        assert_eq!(seen(one), seen(other));
    }
    let marks = ["wide", "large", "drawn"].map(|id| mark(Kind::Media, id));
    let removed = home.remove(&marks).expect("removed");
    assert!(
        removed
            .iter()
            .all(|removed| removed.outcome == Removal::Removed),
        "{removed:?}"
    );
    let gone = &first[0].picture.as_ref().expect("sizes").sizes[0].address;
    assert_eq!(
        visit(&mut home, gone, false).expect("an answer").status,
        404
    );
    home.finish().expect("finished");
}

#[test]
fn a_file_larger_than_one_request_goes_in_pieces() {
    let Some(site) = site() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut home = site.open(&fresh("space:pieces"));
    let mut film = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free".to_vec();
    let seed = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
    while film.len() < 7_000_001 {
        let hash = blake3::hash(&[&seed[..], &film.len().to_le_bytes()].concat());
        film.extend_from_slice(hash.as_bytes());
    }
    let batch = [media("film", folder.path(), "film.mp4", &film, "video/mp4")];
    let placed = home.place(&batch).expect("placed");
    assert_eq!(placed[0].outcome, Outcome::Created, "{placed:?}");
    let sizes = &placed[0].picture.as_ref().expect("an address").sizes;
    let served = visit(&mut home, &sizes[0].address, false).expect("an answer");
    assert_eq!(served.status, 200);
    assert!(served.body == film, "the film is not what was sent");
    home.finish().expect("finished");
}

#[test]
fn a_file_that_is_not_what_it_says_is_refused_alone() {
    let Some(site) = site() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut home = site.open(&fresh("space:liar"));
    let seed = jiff::Timestamp::now().subsec_nanosecond().unsigned_abs();
    let good = picture(400, 300, seed, image::ImageFormat::Jpeg);
    let batch = [
        media(
            "page",
            folder.path(),
            "page.jpg",
            b"<?php echo 'no picture at all';",
            "image/jpeg",
        ),
        media("good", folder.path(), "good.jpg", &good, "image/jpeg"),
        media(
            "odd",
            folder.path(),
            "odd.xyz",
            b"whatever this is",
            "application/x-odd",
        ),
    ];
    let placed = home.place(&batch).expect("answered");
    let outcomes: Vec<_> = placed.iter().map(|placed| placed.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Refused, Outcome::Created, Outcome::Refused],
        "{placed:?}"
    );
    assert!(placed[0].remark.is_some());
    home.finish().expect("finished");
}
