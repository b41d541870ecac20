//! Keys and session residue in addresses: what let one reader in, or followed one reader around, is nobody else's business.
//!
//! [`without_keys`] takes one address, [`text_without_keys`] any text with addresses in it, HTML included. Everything that is no
//! key stays byte for byte as it was, so an address without keys is not touched at all.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::borrow::Cow;

/// Parameters whose value is a key, a session or the residue of a sign-in. Names are compared without case.
const NAMES: &[&str] = &[
    // Live Spaces and Windows Live ID.
    "authkey",
    "wa",
    "wctx",
    "wresult",
    "wtrealm",
    "wreply",
    "mspprt",
    "lc_ticket",
    // Sessions of servers and forums.
    "sid",
    "phpsessid",
    "jsessionid",
    "sessionid",
    "session_id",
    "sess",
    "session",
    "cfid",
    "cftoken",
    "s_id",
    "zenid",
    "oscsid",
    // Keys that open something.
    "token",
    "access_token",
    "auth_token",
    "authtoken",
    "oauth_token",
    "oauth_verifier",
    "id_token",
    "refresh_token",
    "auth",
    "api_key",
    "apikey",
    "secret",
    "client_secret",
    "password",
    "passwd",
    "pwd",
    "pass",
    "ticket",
    "sig",
    "signature",
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "awsaccesskeyid",
    "x-goog-signature",
    "x-goog-credential",
];

/// Beginnings of names of which the rest differs from server to server.
const BEGINNINGS: &[&str] = &["aspsessionid"];

/// How deep addresses inside parameters of addresses are looked into.
const NESTING_MAX: u32 = 3;

/// `address` without user name, password, keys and session residue.
#[must_use]
pub fn without_keys(address: &str) -> Cow<'_, str> {
    stripped(address, NESTING_MAX)
}

/// `text` with every `http` and `https` address in it [`without_keys`]. Works on HTML and JSON as they stand: `&amp;` and `\u0026` part
/// parameters too, and slashes may be escaped.
#[must_use]
pub fn text_without_keys(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(start) = next_address(text, from) {
        let end = start + length(&text[start..]);
        if let Cow::Owned(clean) = as_written(&text[start..end]) {
            out.push_str(&text[done..start]);
            out.push_str(&clean);
            done = end;
        }
        from = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// How JSON may write a slash and an ampersand.
const ESCAPED: [(&str, &str); 2] = [("\\/", "/"), ("\\u0026", "&")];

/// Bytes of the address that `text` begins with.
fn length(text: &str) -> usize {
    let mut from = 0;
    loop {
        let ends = |letter: char| letter.is_whitespace() || "\"'<>`\\".contains(letter);
        let end = text[from..].find(ends).map_or(text.len(), |at| from + at);
        let rest = &text[end..];
        match ESCAPED
            .iter()
            .find(|(escaped, _)| rest.starts_with(escaped))
        {
            Some((escaped, _)) => from = end + escaped.len(),
            None => return end,
        }
    }
}

/// An address without keys, escaped as it was.
fn as_written(address: &str) -> Cow<'_, str> {
    if !address.contains('\\') {
        return without_keys(address);
    }
    let was = ESCAPED.map(|(escaped, _)| address.contains(escaped));
    let mut plain = address.to_owned();
    for (escaped, sign) in ESCAPED {
        plain = plain.replace(escaped, sign);
    }
    let Cow::Owned(mut clean) = without_keys(&plain) else {
        return Cow::Borrowed(address);
    };
    for ((escaped, sign), was) in ESCAPED.into_iter().zip(was) {
        if was {
            clean = clean.replace(sign, escaped);
        }
    }
    Cow::Owned(clean)
}

/// Where the next address begins.
fn next_address(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', &bytes[from..])
        .map(|found| from + found)
        .filter(|colon| {
            ["//", r"\/\/"]
                .iter()
                .any(|sign| bytes[colon + 1..].starts_with(sign.as_bytes()))
        })
        .find_map(|colon| {
            [5, 4].into_iter().find_map(|length| {
                let start = colon.checked_sub(length).filter(|start| *start >= from)?;
                let scheme = &bytes[start..colon];
                (scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"http"))
                    .then_some(start)
            })
        })
}

fn stripped(address: &str, nesting: u32) -> Cow<'_, str> {
    let (front, fragment) = cut(address, '#');
    let (path, query) = cut(front, '?');
    let clean_path = path_without_keys(path);
    let clean_query = query.map(|query| parameters(query, nesting));
    let clean_fragment = fragment.map(|fragment| {
        if fragment.contains('=') {
            parameters(fragment, nesting)
        } else {
            Cow::Borrowed(fragment)
        }
    });
    let same = |was: Option<&str>, is: &Option<Cow<'_, str>>| was == is.as_deref();
    if clean_path == path && same(query, &clean_query) && same(fragment, &clean_fragment) {
        return Cow::Borrowed(address);
    }
    let mut out = clean_path.into_owned();
    for (sign, was, is) in [('?', query, clean_query), ('#', fragment, clean_fragment)] {
        // What held nothing but keys goes with its sign.
        if let (Some(was), Some(is)) = (was, is)
            && (was.is_empty() || !is.is_empty())
        {
            out.push(sign);
            out.push_str(&is);
        }
    }
    Cow::Owned(out)
}

fn cut(text: &str, sign: char) -> (&str, Option<&str>) {
    match text.split_once(sign) {
        Some((front, back)) => (front, Some(back)),
        None => (text, None),
    }
}

/// Without `user:password@`, and without `;jsessionid=…` in a segment.
fn path_without_keys(path: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(path);
    if let Some((scheme, rest)) = path.split_once("://") {
        let host_end = rest.find('/').unwrap_or(rest.len());
        if let Some(at) = rest[..host_end].rfind('@') {
            out = Cow::Owned(format!("{scheme}://{}", &rest[at + 1..]));
        }
    }
    if !out.contains(';') {
        return out;
    }
    let segment = |segment: &str| {
        let mut parts = segment.split(';');
        let first = parts.next().unwrap_or_default().to_owned();
        parts
            .filter(|part| !is_key(part))
            .fold(first, |kept, part| format!("{kept};{part}"))
    };
    let clean: Vec<String> = out.split('/').map(segment).collect();
    let clean = clean.join("/");
    if clean == *out {
        out
    } else {
        Cow::Owned(clean)
    }
}

/// Parameters without those that are keys; addresses in values are looked into.
fn parameters(query: &str, nesting: u32) -> Cow<'_, str> {
    let mut out = String::new();
    let mut changed = false;
    for part in split_keeping_signs(query) {
        let bare = part.trim_start_matches('&');
        let name_and_value = unescaped(bare.trim_start_matches(';'));
        if is_key(name_and_value) {
            changed = true;
            continue;
        }
        match nested(name_and_value, nesting) {
            Some(clean) => {
                changed = true;
                out.push_str(&part[..part.len() - name_and_value.len()]);
                out.push_str(&clean);
            }
            None => out.push_str(part),
        }
    }
    if !changed {
        return Cow::Borrowed(query);
    }
    let kept = unescaped(out.trim_start_matches(['&', ';'])).to_owned();
    Cow::Owned(kept)
}

/// The parameters, each with the sign before it.
fn split_keeping_signs(query: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = std::iter::once(0)
        .chain(query.match_indices('&').map(|(at, _)| at))
        .collect();
    starts.push(query.len());
    starts.dedup();
    (1..starts.len())
        .map(move |at| &query[starts[at - 1]..starts[at]])
        .collect::<Vec<_>>()
        .into_iter()
}

/// A parameter without what is left of an `&amp;` before it.
fn unescaped(part: &str) -> &str {
    ["amp;", "#38;", "#038;", "#x26;"]
        .iter()
        .find_map(|rest| part.strip_prefix(rest))
        .unwrap_or(part)
}

fn is_key(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    let name = percent_decode_str(name)
        .decode_utf8_lossy()
        .trim()
        .to_ascii_lowercase();
    parameter.contains('=')
        && (NAMES.contains(&name.as_str())
            || BEGINNINGS.iter().any(|start| name.starts_with(start)))
}

/// The parameter with a clean address as its value, where the value is an address with keys.
fn nested(parameter: &str, nesting: u32) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    if nesting == 0 || !decoded.contains(['?', '@', ';', '#']) {
        return None;
    }
    match stripped(&decoded, nesting - 1) {
        Cow::Borrowed(_) => None,
        Cow::Owned(clean) => Some(format!(
            "{name}={}",
            utf8_percent_encode(&clean, NON_ALPHANUMERIC)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, text_without_keys, without_keys};
    use proptest::prelude::*;
    use std::borrow::Cow;

    #[test]
    fn keys_go_from_what_json_escapes() {
        for (text, clean) in [
            (
                r#"{"u":"http:\/\/x.example\/a?authkey=s3cret&b=1\/c","n":"\n"}"#,
                r#"{"u":"http:\/\/x.example\/a?b=1\/c","n":"\n"}"#,
            ),
            (
                r#"{"u":"https://x.example/a?b=1\u0026authkey=s3cret\u0026c=2"}"#,
                r#"{"u":"https://x.example/a?b=1\u0026c=2"}"#,
            ),
        ] {
            assert_eq!(text_without_keys(text), clean);
            assert_eq!(text_without_keys(clean), clean);
        }
    }

    #[test]
    fn keys_go_and_everything_else_stays() {
        for (address, clean) in [
            (
                "http://x.example/a?authkey=s3cret&b=1",
                "http://x.example/a?b=1",
            ),
            (
                "http://x.example/a?b=1&amp;SID=s3cret&amp;c=2#top",
                "http://x.example/a?b=1&amp;c=2#top",
            ),
            ("http://x.example/a?PHPSESSID=s3cret", "http://x.example/a"),
            ("http://me:s3cret@x.example/a", "http://x.example/a"),
            (
                "http://x.example/a;jsessionid=s3cret/b.jsp?c=1",
                "http://x.example/a/b.jsp?c=1",
            ),
            (
                "http://x.example/a#access_token=s3cret&state=1",
                "http://x.example/a#state=1",
            ),
            (
                "http://x.example/?wa=wsignin1.0&wctx=s3cret&_c=Blog",
                "http://x.example/?_c=Blog",
            ),
            (
                "http://l.example/go?u=http%3A%2F%2Fx.example%2F%3Fauthkey%3Ds3cret%26b%3D1&n=2",
                "http://l.example/go?u=http%3A%2F%2Fx%2Eexample%2F%3Fb%3D1&n=2",
            ),
            ("/relative?sid=s3cret&p=3", "/relative?p=3"),
        ] {
            assert_eq!(without_keys(address), clean);
        }
    }

    #[test]
    fn an_address_without_keys_is_not_touched() {
        for address in [
            "http://x.example/a?b=1&c&&d=%20;e=2#f",
            "http://x.example/?",
            "http://x.example/inside-secrets?sidebar=1",
            "mailto:a@x.example",
            "http://a.spaces.live.com/blog/cns!2DB0770EAE61F13!1073.entry",
            "http://x.example/?utm_source=feed",
            "",
        ] {
            assert!(
                matches!(without_keys(address), Cow::Borrowed(_)),
                "{address}"
            );
        }
    }

    #[test]
    fn addresses_in_text_are_found() {
        let html = "<a href=\"http://x.example/?sid=s3cret&amp;p=1\">see HTTPS://y.example/?token=s3cret</a> sid=5 http://";
        assert_eq!(
            text_without_keys(html),
            "<a href=\"http://x.example/?p=1\">see HTTPS://y.example/</a> sid=5 http://"
        );
        assert!(matches!(
            text_without_keys("no address: 日本"),
            Cow::Borrowed(_)
        ));
    }

    proptest! {
        #[test]
        fn no_key_survives_anywhere_in_an_address(
            name in prop::sample::select(NAMES), upper: bool, place in 0..4_u8, escaped: bool,
            others in prop::collection::vec("[b-f]{1,3}=[g-m0-9%]{0,5}", 0..4), at in 0..4_usize,
        ) {
            let name = if upper { name.to_ascii_uppercase() } else { name.to_owned() };
            let mut all = others.clone();
            all.insert(at.min(others.len()), format!("{name}=QKEYQ"));
            let query = all.join(if escaped { "&amp;" } else { "&" });
            let address = match place {
                0 => format!("http://x.example/a?{query}"),
                1 => format!("http://x.example/a?n=1#{query}"),
                2 => format!("http://x.example/a;{name}=QKEYQ/c"),
                _ => format!("http://u:QKEYQ@x.example/?{query}"),
            };
            let clean = without_keys(&address).into_owned();
            prop_assert!(!clean.contains("QKEYQ"), "{} became {}", address, clean);
            for other in &others {
                prop_assert!(place == 2 || clean.contains(other.as_str()), "{} became {}", address, clean);
            }
            prop_assert_eq!(without_keys(&clean).into_owned(), clean.clone());
            let text = format!("see \"{address}\" and 中 <{address}>");
            prop_assert!(!text_without_keys(&text).contains("QKEYQ"));
        }

        #[test]
        fn any_text_may_come(text in "(http://|https://|[?&;#=@/%]|sid|amp;|\\PC|[ <\"]){0,40}") {
            let once = text_without_keys(&text).into_owned();
            prop_assert_eq!(text_without_keys(&once).into_owned(), once.clone());
        }
    }
}
