//! From a mentioned address to a picture or file: Typepad's assets back to their originals, attachments, everything else as it is.
//!
//! An asset of Typepad has an id (`6a…`) and many addresses: `/.a/6a…-320wi`, `-500wi`, `-pi` (full size), `-popup` (a page that
//! shows it). The bare `/.a/6a…` is the original; nobody links it.

use super::mentions::{Mention, Use};
use crate::input::saved::asset_id;
use blog::{
    Media,
    address::{names_file, names_other_file, names_picture},
    body::resolve,
};
use std::collections::HashMap;

/// The pictures and files of one entry, one for each however often it is mentioned.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) media: Vec<Media>,
    by_id: HashMap<String, usize>,
    /// Pictures whose address leads nowhere (`file:///C:/…`).
    pub(super) nowhere: Vec<String>,
}

impl Gathered {
    pub(super) fn clear(&mut self) {
        self.media.clear();
        self.by_id.clear();
        self.nowhere.clear();
    }

    /// Takes in a mention, resolved against `base`. `own` tells the blog's own hosts.
    pub(super) fn add(
        &mut self,
        mention: &Mention<'_>,
        base: Option<&str>,
        own: &dyn Fn(&str) -> bool,
    ) {
        let shown = mention.use_as == Use::Picture;
        if mention.use_as == Use::Link && !may_be_file(&mention.address) {
            return;
        }
        let Some(address) = absolute(&mention.address, base) else {
            let inline = mention
                .address
                .get(..5)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
            if shown && !inline {
                self.nowhere.push(mention.address.to_string());
            }
            return;
        };
        let Some(mut media) = to_media(&address, mention.use_as, own) else {
            return;
        };
        if mention.address != address.as_str() {
            media.stands_for.push(mention.address.to_string());
        }
        if shown {
            media.alt = mention
                .alt
                .as_deref()
                .map(str::trim)
                .filter(|alt| !alt.is_empty())
                .map(str::to_owned);
            media.title = mention
                .title
                .as_deref()
                .map(str::trim)
                .filter(|title| !title.is_empty())
                .map(str::to_owned);
        }
        match self.by_id.get(&media.id) {
            Some(at) => self.media[*at].merge(media),
            None => {
                self.by_id.insert(media.id.clone(), self.media.len());
                self.media.push(media);
            }
        }
    }
}

/// A cheap look before an address is taken apart: most links go to pages.
fn may_be_file(address: &str) -> bool {
    let path = &address[..address.find(['?', '#']).unwrap_or(address.len())];
    path.contains("6a") || path.contains("/files/") || names_file(path)
}

fn absolute(address: &str, base: Option<&str>) -> Option<String> {
    if let Some(resolved) = resolve(address, base) {
        let lower = resolved.get(..7).unwrap_or_default().to_ascii_lowercase();
        return (lower.starts_with("http://")
            || lower == "https:/"
            || lower.starts_with("input:/"))
        .then_some(resolved);
    }
    // Beside an export without addresses only the folder can hold it.
    let relative = address
        .trim()
        .trim_start_matches("./")
        .trim_start_matches('/');
    let plain = base.is_none()
        && !relative.is_empty()
        && !relative.contains(':')
        && !relative.starts_with('#');
    plain.then(|| format!("input:/{relative}"))
}

fn to_media(address: &str, use_as: Use, own: &dyn Fn(&str) -> bool) -> Option<Media> {
    let address = &address[..address.find('#').unwrap_or(address.len())];
    if let Some(asset) = Asset::of(address) {
        return Some(asset.media(address));
    }
    let (host, path) = host_and_path(address);
    let path = &path[..path.find('?').unwrap_or(path.len())];
    let wanted = match use_as {
        Use::Picture | Use::Player => true,
        Use::Embed => own(host) && names_file(path),
        Use::LinkAroundPicture => {
            names_picture(path) || (own(host) && (names_other_file(path) || in_files(path)))
        }
        Use::Link => own(host) && (in_files(path) || names_file(path)),
    };
    wanted.then(|| {
        let mut media = Media::at(address);
        media.file_name = path
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .map(|name| {
                percent_encoding::percent_decode_str(name)
                    .decode_utf8_lossy()
                    .into_owned()
            });
        media
    })
}

/// An address of one of Typepad's assets.
struct Asset<'a> {
    id: &'a str,
    /// All before the id: `https://x.typepad.com/.a/`.
    front: &'a str,
    /// `320wi`, `pi`, `popup`; empty for the original.
    variant: &'a str,
}

impl<'a> Asset<'a> {
    fn of(address: &'a str) -> Option<Self> {
        let id = asset_id(address)?;
        let at = address.find(id)?;
        let front = &address[..at];
        let (host, _) = host_and_path(address);
        // Blogs under a domain of their own have the same paths.
        let at_typepad = host.ends_with(".typepad.com") && front.ends_with('/');
        if !front.ends_with("/.a/") && !at_typepad {
            return None;
        }
        let rest = &address[at + id.len()..];
        let rest = &rest[..rest.find(['?', '/']).unwrap_or(rest.len())];
        Some(Self {
            id,
            front,
            variant: rest.trim_start_matches('-'),
        })
    }

    fn media(&self, address: &str) -> Media {
        let bare = format!("{}{}", self.front, self.id);
        let full = format!("{bare}-pi");
        let mut media = Media::at(address);
        media.id = self.id.to_owned();
        media.candidates = vec![bare, full];
        // A popup is a page; it means the picture but does not hold it.
        if self.variant != "popup" && !media.candidates.iter().any(|known| known == address) {
            media.candidates.push(address.to_owned());
        }
        media.file_name = Some(self.id.to_owned());
        media
    }
}

fn in_files(path: &str) -> bool {
    path.contains("/files/") && !path.ends_with('/')
}

/// Host and path of an absolute address.
pub(super) fn host_and_path(address: &str) -> (&str, &str) {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::super::mentions::collect;
    use super::Gathered;

    const ID: &str = "6a0153920ea60970b01b8d0c2e3d1970c";

    fn gathered(html: &str, base: Option<&str>) -> Gathered {
        let mut mentions = Vec::new();
        collect(html, &mut mentions);
        let mut gathered = Gathered::default();
        for mention in &mentions {
            gathered.add(mention, base, &|host| host == "x.typepad.com");
        }
        gathered
    }

    #[test]
    fn an_asset_is_one_picture_under_all_its_addresses_and_the_original_comes_first() {
        let html = format!(
            "<a href=\"http://x.typepad.com/.a/{ID}-popup\"><img alt=\"Soup\" src=\"http://x.typepad.com/.a/{ID}-320wi\"></a> <img src=\"http://x.typepad.com/.a/{ID}-800wi\">"
        );
        let found = gathered(&html, None);
        assert_eq!(found.media.len(), 1);
        let media = &found.media[0];
        let at = |variant: &str| format!("http://x.typepad.com/.a/{ID}{variant}");
        assert_eq!(media.id, ID);
        assert_eq!(
            media.candidates,
            [at(""), at("-pi"), at("-320wi"), at("-800wi")]
        );
        assert_eq!(media.stands_for, [at("-popup"), at("-320wi"), at("-800wi")]);
        assert_eq!(media.alt.as_deref(), Some("Soup"));
    }

    #[test]
    fn attachments_come_along_and_pages_do_not() {
        let html = "<a href=\"http://x.typepad.com/files/Chapter%206.pdf\">c</a><a href=\"/blog/2010/01/soup.html\">s</a>\
            <a href=\"http://other.example/x.pdf\">o</a><a href=\"http://other.example/big.JPG\"><img src=\"http://other.example/small.jpg\"></a>";
        let found = gathered(html, Some("https://x.typepad.com/blog/2011/01/a.html"));
        let names: Vec<_> = found
            .media
            .iter()
            .filter_map(|media| media.file_name.as_deref())
            .collect();
        assert_eq!(names, ["Chapter 6.pdf", "big.JPG", "small.jpg"]);
    }

    #[test]
    fn relative_addresses_are_resolved_and_keep_the_written_form() {
        let html = format!("<img src=\"/.a/{ID}-pi\">");
        let found = gathered(&html, Some("https://x.typepad.com/blog/a.html"));
        assert_eq!(
            found.media[0].stands_for,
            [
                format!("https://x.typepad.com/.a/{ID}-pi"),
                format!("/.a/{ID}-pi")
            ]
        );
        assert_eq!(
            gathered("<img src='pics/a.png'>", None).media[0].candidates,
            ["input:/pics/a.png"]
        );
    }

    #[test]
    fn a_picture_on_somebody_s_own_disk_is_told() {
        let found = gathered(
            "<img src=\"file:///C:/a.jpg\"><img src=\"data:image/png;base64,AA\">",
            Some("https://x.typepad.com/a.html"),
        );
        assert!(found.media.is_empty());
        assert_eq!(found.nowhere, ["file:///C:/a.jpg"]);
    }
}
