//! The address in `Location`: what may stand there, and which parameters of the old address travel along.

use crate::scan;
use std::borrow::Cow;

/// Bytes of an address; browsers and proxies refuse longer ones.
const ADDRESS_BYTES: usize = 8 * 1024;
/// Bytes of the query that is looked at.
const QUERY_BYTES: usize = 2 * 1024;

/// Whether `address` may stand in a header and in an attribute: absolute http(s) with a host, visible ASCII, and nothing that
/// would end a header, an attribute or a `<...>` of `Link`.
#[must_use]
pub fn is_target(address: &str) -> bool {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    let Some(rest) = rest else { return false };
    let host = rest.as_bytes().first();
    host.is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'[')
        && address.len() <= ADDRESS_BYTES
        && scan::all(address.as_bytes(), may_stand)
}

fn may_stand(byte: u8) -> bool {
    byte.is_ascii_graphic() & scan::is_none_of(byte, b"\"<>\\`")
}

/// `target` with those parameters of `query` that `keep` names. A parameter that the target has of its own stays the target's.
#[must_use]
pub fn carry_query<'a>(target: &'a str, query: Option<&str>, keep: &[String]) -> Cow<'a, str> {
    let Some(query) = query.filter(|query| query.len() <= QUERY_BYTES && !keep.is_empty()) else {
        return Cow::Borrowed(target);
    };
    let (page, fragment) = match target.find('#') {
        Some(at) => target.split_at(at),
        None => (target, ""),
    };
    let own = page.split_once('?').map_or("", |(_, own)| own);
    let mut carried = String::new();
    for pair in query.split('&') {
        if wanted(name(pair), keep) && pair.bytes().all(may_stand) && !has(own, name(pair)) {
            let first = own.is_empty() && carried.is_empty() && !page.contains('?');
            carried.push(if first { '?' } else { '&' });
            carried.push_str(pair);
        }
    }
    if carried.is_empty() {
        return Cow::Borrowed(target);
    }
    Cow::Owned([page, &carried, fragment].concat())
}

fn name(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

fn has(query: &str, wanted: &str) -> bool {
    query.split('&').any(|pair| name(pair) == wanted)
}

fn wanted(name: &str, keep: &[String]) -> bool {
    !name.is_empty()
        && keep.iter().any(|rule| match rule.strip_suffix('*') {
            Some(begin) => name.starts_with(begin),
            None => name == rule,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn carried(target: &str, query: &str) -> String {
        let keep = ["utm_*".to_owned(), "ref".to_owned()];
        carry_query(target, Some(query), &keep).into_owned()
    }

    #[test]
    fn only_the_named_parameters_travel() {
        let new = "https://new.example/2007/02/a/";
        assert_eq!(carried(new, "wa=wsignin1.0&sa=1"), new);
        assert_eq!(
            carried(new, "utm_source=x&mkt=de&ref=y"),
            format!("{new}?utm_source=x&ref=y")
        );
        assert_eq!(carried(new, "utm_=\"onload"), new);
        assert_eq!(carried(new, "&&=&"), new);
    }

    #[test]
    fn the_targets_own_query_and_fragment_stay_where_they_are() {
        assert_eq!(
            carried("https://new.example/?p=7#comments", "ref=y&p=8"),
            "https://new.example/?p=7&ref=y#comments"
        );
        assert_eq!(
            carried("https://new.example/?ref=own", "ref=y"),
            "https://new.example/?ref=own"
        );
        assert_eq!(
            carried("https://new.example/#a", "ref=y"),
            "https://new.example/?ref=y#a"
        );
    }

    #[test]
    fn what_is_no_address_is_no_target() {
        for bad in [
            "",
            "/2007/",
            "//evil.example/",
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "ftp://a.example/",
            "https://a.example/\r\nSet-Cookie: a=b",
            "https://a.example/ b",
            "https://a.example/\"x",
            "https://a.example/<",
            "https://a.example/\u{e9}",
            "https://\\evil.example",
            "HTTPS://a.example/",
        ] {
            assert!(!is_target(bad), "{bad:?}");
        }
        assert!(is_target("https://a.example/") && is_target("http://[::1]:8080/x?y=z#q"));
    }

    proptest! {
        /// Whatever the visitor asks: the new address stays at the host that was published, and stays an address.
        #[test]
        fn a_query_never_changes_where_a_redirect_leads(query in "\\PC{0,80}|(utm_[a-z]{0,3}(=[ -~]{0,12})?&?){0,6}") {
            let target = "https://new.example/2007/02/a/?p=1#c";
            let keep = ["utm_*".to_owned()];
            let to = carry_query(target, Some(&query), &keep);
            prop_assert!(is_target(&to), "{to}");
            prop_assert!(to.starts_with("https://new.example/2007/02/a/?p=1"));
            prop_assert!(to.ends_with("#c"));
        }
    }
}
