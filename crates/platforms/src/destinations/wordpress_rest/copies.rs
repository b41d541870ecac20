//! Smaller copies of pictures, made here and sent after the picture, where a WordPress takes them: 7.1 and newer, over https. Others make them
//! themselves, which costs a small host minutes.

use super::Settings;
use super::calls::Calls;
use super::lookup::Route;
use super::media::form;
use crate::destinations::wordpress_plugin::copies::{CopyMaker, rule};
use crate::destinations::wordpress_plugin::words::SizeWord;
use blog::doors::WriteError;
use pictures::Made;
use serde_json::{Value, json};
use std::sync::Arc;

/// Pixels from which on a picture is sent with copies of ours.
const WORTH_PIXELS: u64 = 2_000_000;

/// Who makes copies for this site; `None` where it takes none.
pub(super) fn maker(calls: &Calls, settings: &Settings) -> Option<CopyMaker> {
    let index = calls
        .get("", "_fields=image_sizes,image_size_threshold")
        .ok()?;
    let rules = index["image_sizes"]
        .as_object()?
        .iter()
        .filter_map(|(name, size)| {
            rule(&SizeWord {
                name: name.clone(),
                width: size["width"].as_u64().unwrap_or(0),
                height: size["height"].as_u64().unwrap_or(0),
                crop: size["crop"].clone(),
            })
        })
        .collect();
    let threshold = index["image_size_threshold"].as_u64().unwrap_or(0);
    let wishes = pictures::Settings {
        big_image_threshold: u32::try_from(threshold).unwrap_or(0),
        ..pictures::Settings::default()
    };
    let shrink = Arc::clone(&settings.shrink);
    let memory = settings.picture_memory_bytes;
    Some(CopyMaker::new(rules, wishes, memory, shrink, None))
}

/// Sends the copies of the picture with this id, whose file is called `name`. Where the site does not take one of them it is asked to
/// make them itself.
pub(super) fn send(calls: &Calls, id: u64, name: &str, made: &Made) -> Result<(), WriteError> {
    let mut taken = Vec::new();
    for copy in copies(name, made) {
        let fields: Vec<(&str, String)> = copy
            .sizes
            .iter()
            .map(|size| (copy.field, size.clone()))
            .chain([("convert_format", "false".to_owned())])
            .collect();
        let boundary = format!("rehome-{id}-copy");
        let body = form(&boundary, &fields, &copy.name, &copy.media_type, copy.bytes);
        let place = format!("{}/{id}/sideload", Route::Media.path());
        let media_type = format!("multipart/form-data; boundary={boundary}");
        match calls.send(&place, &body, &media_type, None)? {
            Ok(word) => taken.push(word),
            Err(_) => return ask_for(calls, id),
        }
    }
    let place = format!("{}/{id}/finalize", Route::Media.path());
    match calls.post(&(place, json!({ "sub_sizes": taken })))? {
        Ok(_) => Ok(()),
        Err(_) => ask_for(calls, id),
    }
}

/// Asks the site to make what copies are missing. What it cannot make is missing then: the picture itself is there.
pub(super) fn ask_for(calls: &Calls, id: u64) -> Result<(), WriteError> {
    let place = format!("{}/{id}/post-process", Route::Media.path());
    calls
        .post(&(place, json!({ "action": "create-image-subsizes" })))
        .map(|_| ())
}

/// Whether the site says that copies of a picture are missing.
pub(super) fn are_missing(value: &Value) -> bool {
    let missing = value["missing_image_sizes"].as_array();
    value["media_type"] == "image" && missing.is_some_and(|missing| !missing.is_empty())
}

/// Whether a picture is worth the requests: a host makes the copies of a small one faster than it takes them.
pub(super) fn is_worth_it(bytes: &[u8]) -> bool {
    let seen = pictures::probe(bytes);
    seen.width
        .zip(seen.height)
        .is_some_and(|(width, height)| u64::from(width) * u64::from(height) >= WORTH_PIXELS)
}

/// One file to send, and the sizes it is.
struct Copy<'a> {
    field: &'static str,
    sizes: Vec<String>,
    name: String,
    media_type: String,
    bytes: &'a [u8],
}

/// The copies as files; what is shown instead of the original comes last, for the others are named after the original.
fn copies<'a>(name: &str, made: &'a Made) -> Vec<Copy<'a>> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut copies: Vec<Copy<'a>> = Vec::new();
    for size in &made.sizes {
        let same = |copy: &&mut Copy<'_>| *copy.bytes == size.bytes[..];
        if let Some(copy) = copies.iter_mut().find(same) {
            copy.sizes.push(size.name.clone());
            continue;
        }
        copies.push(Copy {
            field: "image_size[]",
            sizes: vec![size.name.clone()],
            name: format!("{stem}-{}x{}.{ending}", size.width, size.height),
            media_type: size.media_type.to_owned(),
            bytes: &size.bytes,
        });
    }
    if let Some(main) = &made.main {
        let size = if main.suffix == "scaled" {
            "scaled"
        } else {
            "original"
        };
        copies.push(Copy {
            field: "image_size",
            sizes: vec![size.to_owned()],
            name: format!("{stem}-{}.{ending}", main.suffix),
            media_type: pictures::probe(&main.bytes).media_type,
            bytes: &main.bytes,
        });
    }
    copies
}
