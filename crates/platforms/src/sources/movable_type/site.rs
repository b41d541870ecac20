//! What an export says of its blog: nothing outright. Addresses and names are gathered from the permalinks.

use super::{media::host_and_path, text::unescape};
use blog::{Audience, Identity, Person, Profile};
use std::collections::BTreeMap;

/// The blog's roots and people as seen so far.
#[derive(Debug, Default)]
pub(super) struct Site {
    /// Roots such as `x.typepad.com/blog`, with the number of their entries, in the order they were seen.
    roots: Vec<(String, usize)>,
    https: bool,
    /// Whether permalinks carry year and month; then one without is a page.
    dated: bool,
    authors: BTreeMap<String, (usize, Option<String>)>,
}

/// What the owner said about the blog.
#[derive(Debug, Default, Clone)]
pub(super) struct Wishes {
    pub(super) title: Option<String>,
    pub(super) time_zone: Option<String>,
    pub(super) language: Option<String>,
    pub(super) home: Option<String>,
}

impl Site {
    /// Looks over the head of an export.
    pub(super) fn learn(&mut self, head: &[u8]) {
        for at in memchr::memmem::find_iter(head, b"UNIQUE URL: ") {
            if let Some(line) = line(head, at + 12).filter(|_| at == 0 || head[at - 1] == b'\n') {
                self.note_address(line);
            }
        }
        for at in memchr::memmem::find_iter(head, b"\nAUTHOR EMAIL: ") {
            let start = head[..at]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |end| end + 1);
            let name = std::str::from_utf8(&head[start..at])
                .ok()
                .and_then(|line| line.trim_end().strip_prefix("AUTHOR: "));
            if let Some(name) = name {
                let known = self
                    .authors
                    .entry(unescape(name.trim()).into_owned())
                    .or_default();
                known.0 += 1;
                known.1 = line(head, at + 15)
                    .filter(|email| !email.is_empty())
                    .map(str::to_owned);
            }
        }
        self.roots
            .sort_by_key(|(_, entries)| std::cmp::Reverse(*entries));
    }

    /// Takes note of a permalink; answers whether its root is new.
    pub(super) fn note_address(&mut self, address: &str) -> bool {
        let Some((root, dated)) = root(address) else {
            return false;
        };
        self.dated |= dated;
        self.https |= address.starts_with("https:");
        if let Some((_, entries)) = self.roots.iter_mut().find(|(known, _)| *known == root) {
            *entries += 1;
            return false;
        }
        self.roots.push((root, 1));
        true
    }

    /// Whether a permalink is that of a page.
    pub(super) fn is_page(&self, address: &str) -> bool {
        self.dated && root(address).is_some_and(|(_, dated)| !dated)
    }

    /// Whether files on `host` are this blog's own: its hosts, and Typepad's, where members put files.
    pub(super) fn owns(&self, host: &str) -> bool {
        let host = host.split(':').next().unwrap_or(host);
        self.roots.iter().any(|(root, _)| {
            root.split('/')
                .next()
                .is_some_and(|own| own.eq_ignore_ascii_case(host))
        }) || host.ends_with(".typepad.com")
    }

    /// The profile as far as it is known. `label` names the export where no address does.
    pub(super) fn profile(&self, wishes: &Wishes, label: &str) -> Profile {
        let mut roots: Vec<String> = self.roots.iter().map(|(root, _)| root.clone()).collect();
        if let Some(home) = &wishes.home {
            let (host, path) = host_and_path(home);
            let root = format!("{}{}", host.to_lowercase(), path.trim_end_matches('/'));
            roots.retain(|known| *known != root);
            roots.insert(0, root);
        }
        let home = wishes.home.clone().or_else(|| {
            let scheme = if self.https { "https" } else { "http" };
            roots.first().map(|root| format!("{scheme}://{root}/"))
        });
        let title = wishes.title.clone().unwrap_or_else(|| {
            title_from(roots.first().map_or_else(|| stem(label), String::as_str))
        });
        if roots.is_empty() {
            // No address is known, so none is the blog's own; the name keeps two such blogs apart.
            roots.push(stem(label).to_owned());
        }
        Profile {
            title,
            tagline: String::new(),
            language: wishes.language.clone(),
            time_zone: wishes.time_zone.clone(),
            home,
            owner: self.owner(),
            audience: Audience::Everyone,
            identity: Identity::Site { roots },
        }
    }

    fn owner(&self) -> Option<Person> {
        let (name, (_, email)) = self
            .authors
            .iter()
            .max_by_key(|(_, (entries, _))| *entries)?;
        Some(Person {
            email: email.clone(),
            ..Person::named(name)
        })
    }
}

/// The root a permalink stands under, and whether year and month stand between them.
fn root(address: &str) -> Option<(String, bool)> {
    let (host, path) = host_and_path(address.trim());
    if host.is_empty() || !address.trim().starts_with("http") {
        return None;
    }
    let path = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.pop();
    let is_number = |part: &str, digits: usize| {
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let year = parts
        .windows(2)
        .position(|pair| is_number(pair[0], 4) && is_number(pair[1], 2));
    let front = year.map_or(parts.as_slice(), |at| &parts[..at]);
    let root = std::iter::once(host.to_lowercase())
        .chain(front.iter().map(|part| (*part).to_owned()))
        .collect::<Vec<_>>();
    Some((root.join("/"), year.is_some()))
}

/// A title made of a host name, for want of a better one: `kitchen-notes.typepad.com/blog` is "Kitchen notes".
fn title_from(root: &str) -> String {
    let host = stem(root.split('/').next().unwrap_or(root));
    let name = host
        .strip_prefix("www.")
        .unwrap_or(host)
        .split('.')
        .next()
        .unwrap_or(host);
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The last part of a path, without its ending.
fn stem(label: &str) -> &str {
    let name = label
        .rsplit(['/', '\\'])
        .find(|part| !part.is_empty())
        .unwrap_or(label);
    name.strip_suffix(".txt").unwrap_or(name)
}

fn line(head: &[u8], from: usize) -> Option<&str> {
    let end = memchr::memchr(b'\n', &head[from..])?;
    std::str::from_utf8(&head[from..from + end])
        .ok()
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::{Site, Wishes, root, title_from};
    use blog::Identity;

    #[test]
    fn the_root_is_what_stands_before_the_year() {
        assert_eq!(
            root("https://X.typepad.com/blog/2025/05/a.html "),
            Some(("x.typepad.com/blog".into(), true))
        );
        assert_eq!(
            root("https://x.typepad.com/blog/about.html"),
            Some(("x.typepad.com/blog".into(), false))
        );
        assert_eq!(
            root("https://www.own.example/2025/05/a.html"),
            Some(("www.own.example".into(), true))
        );
        assert_eq!(root("nonsense"), None);
    }

    #[test]
    fn a_permalink_without_year_is_a_page_where_others_have_one() {
        let mut site = Site::default();
        site.learn(b"UNIQUE URL: https://x.typepad.com/blog/about.html \nAUTHOR: Ana\nAUTHOR EMAIL: a@example.org\n");
        assert!(!site.is_page("https://x.typepad.com/blog/about.html"));
        site.learn(b"UNIQUE URL: https://x.typepad.com/blog/2025/05/a.html \n");
        assert!(site.is_page("https://x.typepad.com/blog/about.html"));
        assert!(!site.is_page("https://x.typepad.com/blog/2025/05/a.html"));
        let profile = site.profile(&Wishes::default(), "export.txt");
        assert_eq!(
            profile.identity,
            Identity::Site {
                roots: vec!["x.typepad.com/blog".into()]
            }
        );
        assert_eq!(
            (profile.title.as_str(), profile.home.as_deref()),
            ("X", Some("https://x.typepad.com/blog/"))
        );
        assert_eq!(profile.owner.expect("an author").name, "Ana");
    }

    #[test]
    fn a_host_becomes_a_title_and_a_file_a_name() {
        assert_eq!(
            title_from("kitchen-notes.typepad.com/blog"),
            "Kitchen notes"
        );
        let profile = Site::default().profile(&Wishes::default(), "/home/a/my-export.txt");
        assert_eq!(
            (profile.title.as_str(), profile.identity.name()),
            ("My export", "site:my-export".into())
        );
    }
}
