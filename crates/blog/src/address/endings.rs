//! What the ending of an address says of the file behind it. Bytes say it better, once they are there.

/// Endings of pictures.
const PICTURES: &[&str] = &[
    "jpg", "jpeg", "jpe", "png", "gif", "webp", "avif", "bmp", "tif", "tiff", "heic",
];

/// Endings of other files that people put into posts.
const OTHERS: &[&str] = &[
    "pdf", "zip", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf", "csv", "odt", "ods",
    "odp", "mp3", "m4a", "wav", "ogg", "oga", "flac", "mp4", "m4v", "mov", "wmv", "avi", "webm",
    "ogv", "mpg", "epub", "ics", "7z", "rar", "svg", "psd", "dwg", "key", "pages",
];

/// Whether an address ends as that of a picture does; its query does not count.
#[must_use]
pub fn names_picture(address: &str) -> bool {
    has_ending(address, PICTURES)
}

/// Whether an address ends as that of a document, sound, film or another file that is no picture does.
#[must_use]
pub fn names_other_file(address: &str) -> bool {
    has_ending(address, OTHERS)
}

/// Whether an address ends as that of a picture or of any other file does.
#[must_use]
pub fn names_file(address: &str) -> bool {
    names_picture(address) || names_other_file(address)
}

fn has_ending(address: &str, endings: &[&str]) -> bool {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    // A host has an ending too.
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => address,
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && endings
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_of_the_path_decides() {
        for picture in [
            "http://a/b/c.JPG",
            "c.jpeg?w=300",
            "input:/x/y.png#top",
            "/a.b/c.heic",
        ] {
            assert!(names_picture(picture), "{picture}");
            assert!(!names_other_file(picture), "{picture}");
        }
        for other in ["http://a/b/Plan.pdf?dl=1", "talk.MP3"] {
            assert!(names_other_file(other) && names_file(other), "{other}");
            assert!(!names_picture(other), "{other}");
        }
        for neither in [
            "",
            ".jpg",
            "http://a/.png",
            "http://a/b.jpg/c",
            "http://a/b?c=d.jpg",
            "http://a.pages/",
            "http://a.pages",
            "jpg",
        ] {
            assert!(!names_file(neither), "{neither}");
        }
    }
}
