//! What was asked: host, path and query of a request, with the residue of ten years taken off.

use percent_encoding::percent_decode_str;

/// One request, as the routes see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    pub(super) method: String,
    /// Lower case, without port.
    pub(super) host: String,
    /// Path and query as they came.
    pub(super) target: String,
    /// The path, decoded, without build-stamp folders; its case kept.
    pub(super) path: String,
    /// Parameters, decoded; names in lower case with `_c01_` and the like taken off.
    pub(super) query: Vec<(String, String)>,
    /// The client asked `https`.
    pub(super) secure: bool,
    pub(super) body: Vec<u8>,
}

impl Asked {
    pub(super) fn new(method: &str, host: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        Self {
            method: method.to_owned(),
            host,
            target: target.to_owned(),
            path: without_build_stamps(&decoded(path)),
            query: parameters(query),
            secure: false,
            body: Vec::new(),
        }
    }

    /// The first parameter of this name that is not empty.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let named = |(key, value): &&(String, String)| key == name && !value.is_empty();
        self.query
            .iter()
            .find(named)
            .map(|(_, value)| value.as_str())
    }

    /// The path in lower case without slashes at its ends.
    pub(super) fn plain_path(&self) -> String {
        self.path.trim_matches('/').to_ascii_lowercase()
    }
}

/// The parameters of a query string. `partqs=catRob's+Posts` keeps its value as it is; the caller knows what to do with it.
pub(super) fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (
                without_part(&decoded(name).to_ascii_lowercase()),
                decoded(&value.replace('+', " ")),
            )
        })
        .collect()
}

pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `_c11_blogpart_handle` becomes `handle`, `_c11_blogpart_blogpart` becomes `blogpart`, `_c02_owner` becomes `owner`.
fn without_part(name: &str) -> String {
    let bytes = name.as_bytes();
    let numbered = bytes.len() > 5
        && bytes.starts_with(b"_c")
        && bytes[2].is_ascii_digit()
        && bytes[3].is_ascii_digit()
        && bytes[4] == b'_';
    if !numbered {
        return name.to_owned();
    }
    let rest = &name[5..];
    rest.strip_prefix("blogpart_").unwrap_or(rest).to_owned()
}

fn without_build_stamps(path: &str) -> String {
    let mut rest = path;
    while let Some(stripped) = rest
        .strip_prefix('/')
        .filter(|inner| starts_with_stamp(inner))
    {
        rest = stripped.find('/').map_or("/", |slash| &stripped[slash..]);
    }
    rest.to_owned()
}

/// `mmm2008-05-17_13.22`
fn starts_with_stamp(text: &str) -> bool {
    let folder = text.split('/').next().unwrap_or("");
    let lower = folder.to_ascii_lowercase();
    lower.strip_prefix("mmm").is_some_and(|stamp| {
        stamp.len() == "2008-05-17_13.22".len()
            && stamp
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'))
    })
}

/// Owner and number of a handle `cns!OWNER!N`, wherever in `text` it starts. The owner's case is kept.
pub(super) fn handle(text: &str) -> Option<(String, u64)> {
    let start = text.to_ascii_lowercase().find("cns!")? + "cns!".len();
    let (owner, behind) = text.get(start..)?.split_once('!')?;
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    Some((owner.to_owned(), digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Asked, handle};

    #[test]
    fn build_stamps_and_encoded_marks_are_taken_off() {
        let asked = Asked::new(
            "GET",
            "Garden.spaces.live.com:8080",
            "/mmm2008-05-17_13.22/mmm2007-10-25_18.59/Blog/cns%211pU-r!1073.entry?&_c02_vws=1&_c11_BlogPart_Handle=a%21b",
        );
        assert_eq!(asked.host, "garden.spaces.live.com");
        assert_eq!(asked.path, "/Blog/cns!1pU-r!1073.entry");
        assert_eq!(asked.parameter("handle"), Some("a!b"));
        assert_eq!(handle(&asked.path), Some(("1pU-r".to_owned(), 1073)));
    }

    #[test]
    fn a_path_that_only_resembles_a_build_stamp_stays() {
        let asked = Asked::new("GET", "x", "/mmm-photos/1");
        assert_eq!(asked.path, "/mmm-photos/1");
    }
}
