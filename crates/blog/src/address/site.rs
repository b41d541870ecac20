//! Exact addresses under a blog's roots (Typepad, Movable Type and others without structure).
//!
//! Scheme, `www.`, port, query and fragment do not tell two pages of such a blog apart; the case of the path does.

use super::{AddressKey, Meaning};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

/// What stays escaped in a key, so that one page has one spelling.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?');

/// What `address` means for the blog under `roots`: its root is `home`, everything below is `path:/…` with the whole path.
#[must_use]
pub fn meaning(address: &str, roots: &[String]) -> Meaning {
    let address = address.trim();
    let absolute = match address.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("http://{rest}")),
        None => Url::parse(address),
    };
    let Ok(url) = absolute else {
        return Meaning::Foreign;
    };
    let (true, Some(host)) = (matches!(url.scheme(), "http" | "https"), url.host_str()) else {
        return Meaning::Foreign;
    };
    let path = normal_path(url.path());
    for root in roots {
        let (root_host, root_path) = root.split_once('/').unwrap_or((root, ""));
        if !same_host(host, root_host) {
            continue;
        }
        let root_path = normal_path(&format!("/{root_path}"));
        if path == root_path {
            if let Some(number) = number(&url) {
                return Meaning::Own(AddressKey(format!("number:{number}")));
            }
            return Meaning::Own(AddressKey("home".to_owned()));
        }
        let below = root_path == "/"
            || path
                .strip_prefix(root_path.as_str())
                .is_some_and(|rest| rest.starts_with('/'));
        if below {
            return Meaning::Own(AddressKey(format!("path:{path}")));
        }
    }
    Meaning::Foreign
}

/// The number by which every WordPress shows a post, page or attachment, whatever its permalinks look like: `/?p=12`.
fn number(url: &Url) -> Option<u64> {
    let named =
        |(name, _): &(_, _)| matches!(AsRef::as_ref(name), "p" | "page_id" | "attachment_id");
    let (_, number) = url.query_pairs().find(named)?;
    number.parse().ok().filter(|number| *number > 0)
}

/// One spelling per page: escapes decoded where they change nothing, no `index.html`, no slash at the end.
fn normal_path(path: &str) -> String {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let mut path = decoded.as_ref();
    for index in ["/index.html", "/index.htm", "/index.php"] {
        path = path.strip_suffix(index).unwrap_or(path);
    }
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return "/".to_owned();
    }
    utf8_percent_encode(path, ESCAPED).to_string()
}

fn same_host(host: &str, root: &str) -> bool {
    fn bare(host: &str) -> &str {
        match host.get(..4) {
            Some(www) if www.eq_ignore_ascii_case("www.") => &host[4..],
            _ => host,
        }
    }
    let root = root.split(':').next().unwrap_or(root);
    bare(host).eq_ignore_ascii_case(bare(root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn roots() -> Vec<String> {
        vec![
            "ana.typepad.com/garden".to_owned(),
            "garden.example".to_owned(),
        ]
    }

    #[test]
    fn spellings_of_one_page_have_one_key() {
        for address in [
            "http://ana.typepad.com/garden/2012/10/First-Rose.html",
            "https://www.ana.typepad.com/garden/2012/10/First-Rose.html#comments",
            "HTTP://ANA.TYPEPAD.COM:80/garden/2012/10/First%2DRose.html?cid=6a00",
            "//ana.typepad.com/garden/2012/10/First-Rose.html/",
        ] {
            assert_eq!(
                meaning(address, &roots()),
                Meaning::Own(AddressKey(
                    "path:/garden/2012/10/First-Rose.html".to_owned()
                )),
                "{address}"
            );
        }
    }

    #[test]
    fn the_root_of_the_blog_is_its_home() {
        for address in [
            "http://ana.typepad.com/garden",
            "http://ana.typepad.com/garden/",
            "http://ana.typepad.com/garden/index.html",
            "https://garden.example",
        ] {
            assert_eq!(
                meaning(address, &roots()),
                Meaning::Own(AddressKey("home".to_owned())),
                "{address}"
            );
        }
    }

    #[test]
    fn a_post_of_wordpress_is_known_by_its_number_at_the_root_only() {
        let key = |address: &str| match meaning(address, &roots()) {
            Meaning::Own(AddressKey(key)) => key,
            other => format!("{other:?}"),
        };
        assert_eq!(key("https://garden.example/?p=12"), "number:12");
        assert_eq!(key("http://www.garden.example?page_id=12&x=1"), "number:12");
        assert_eq!(key("https://garden.example/?p=x"), "home");
        assert_eq!(key("https://garden.example/a?p=12"), "path:/a");
    }

    #[test]
    fn the_case_of_a_path_and_the_folder_of_another_blog_are_somebody_elses() {
        for address in [
            "http://ana.typepad.com/Garden/2012/10/x.html",
            "http://ana.typepad.com/gardening/x.html",
            "http://ana.typepad.com/",
            "http://other.typepad.com/garden/",
            "mailto:ana@garden.example",
            "/garden/2012/10/x.html",
        ] {
            assert_eq!(meaning(address, &roots()), Meaning::Foreign, "{address}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall(text in "\\PC{0,200}") {
            let _ = meaning(&text, &roots());
            let _ = meaning(&format!("http://garden.example/{text}"), &roots());
        }
    }
}
