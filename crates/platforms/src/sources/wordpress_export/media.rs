//! Pictures and files: attachments of the export, and addresses that bodies mention.
//!
//! One picture has many addresses in a WordPress: the file, its scaled copies (`-300x200`), what was scaled on upload (`-scaled`),
//! a copy of a copy on another host (`i0.wp.com`), a width in the query (`?w=300`). All of them are one item, named by the address of the original.

use super::posts::{moment, number};
use super::reading::Reading;
use crate::sources::movable_type::mentions::{Mention, Use, collect};
use crate::wire::wxr::Item;
use blog::{
    Audience, ItemRef, Kind, Media,
    address::{names_other_file, names_picture},
    body::resolve,
    field::php_serialized,
    former_space::is_dead_picture,
};
use std::collections::{HashMap, HashSet};

/// Sizes of one picture that are looked at; themes register some thirty.
const SIZES_MAX: usize = 100;

/// Whether an address only names a number: `https://x/?p=12`, `?attachment_id=12`.
pub(super) fn is_own_query(address: &str) -> bool {
    ["?p=", "?page_id=", "?attachment_id=", "?post_type="]
        .iter()
        .any(|query| address.contains(query))
}

/// An address taken apart.
struct Parts<'a> {
    scheme: &'a str,
    host: String,
    path: &'a str,
    query: bool,
}

fn parts(address: &str) -> Option<Parts<'_>> {
    let (scheme, rest) = address.split_once("://")?;
    let rest = &rest[..rest.find('#').unwrap_or(rest.len())];
    let (rest, query) = match rest.find('?') {
        Some(at) => (&rest[..at], true),
        None => (rest, false),
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    // Copies of a copy: the host stands in the path.
    let copied = ["i0.wp.com", "i1.wp.com", "i2.wp.com", "i3.wp.com"].contains(&host.as_str());
    if copied && path.len() > 1 {
        let inner = &path[1..];
        let (host, path) = inner.split_at(inner.find('/')?);
        return Some(Parts {
            scheme,
            host: host.to_ascii_lowercase(),
            path,
            query: true,
        });
    }
    Some(Parts {
        scheme,
        host,
        path,
        query,
    })
}

impl Parts<'_> {
    /// Whether WordPress made this address, by its own rules of naming.
    fn is_upload(&self) -> bool {
        self.path.contains("/wp-content/uploads/")
            || self.host.ends_with(".files.wordpress.com")
            || self.path.contains("/files/20")
    }

    fn plain(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.path)
    }
}

/// The path of the original: without `-300x200`, `-scaled`, `-rotated`.
fn original_path(path: &str) -> String {
    let Some((stem, ending)) = path.rsplit_once('.') else {
        return path.to_owned();
    };
    let mut stem = stem;
    if let Some((front, size)) = stem.rsplit_once('-') {
        let is_size = size.split_once('x').is_some_and(|(width, height)| {
            [width, height].iter().all(|side| {
                (2..=5).contains(&side.len()) && side.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        if is_size && !front.ends_with('/') {
            stem = front;
        }
    }
    for mark in ["-scaled", "-rotated"] {
        stem = stem.strip_suffix(mark).unwrap_or(stem);
    }
    format!("{stem}.{ending}")
}

/// The pictures and files of one text, one for each however often it is mentioned.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) media: Vec<Media>,
    by_id: HashMap<String, usize>,
    /// Addresses on hosts of Microsoft that are gone.
    pub(super) dead: Vec<String>,
}

impl Gathered {
    pub(super) fn clear(&mut self) {
        self.media.clear();
        self.by_id.clear();
        self.dead.clear();
    }

    /// Takes in what `html` mentions in a use that is `wanted`.
    pub(super) fn collect(
        &mut self,
        html: &str,
        base: Option<&str>,
        own: &HashSet<String>,
        wanted: &dyn Fn(Use) -> bool,
    ) {
        let mut mentions = Vec::new();
        collect(html, &mut mentions);
        let mut around: Option<String> = None;
        for mention in mentions.iter().filter(|mention| wanted(mention.use_as)) {
            let Some(address) = resolve(&mention.address, base) else {
                continue;
            };
            if mention.use_as == Use::LinkAroundPicture {
                // The picture it stands around comes next.
                around = Some(address.clone());
            }
            let link = (mention.use_as == Use::Picture)
                .then(|| around.take())
                .flatten();
            self.add(mention, &address, link.as_deref(), own);
        }
    }

    fn add(
        &mut self,
        mention: &Mention<'_>,
        address: &str,
        link: Option<&str>,
        own: &HashSet<String>,
    ) {
        if !address.starts_with("http") || is_own_query(address) {
            return;
        }
        let Some(parts) = parts(address) else { return };
        let upload = parts.is_upload();
        let ours = own.contains(&parts.host) || own.contains(host_of_files(&parts.host));
        let picture = names_picture(parts.path);
        let file = picture || names_other_file(parts.path);
        let dead = is_dead_picture(address);
        let wanted = match mention.use_as {
            Use::Picture | Use::Player => true,
            Use::LinkAroundPicture => picture || dead || (ours && file),
            Use::Link | Use::Embed => ours && file && upload,
        };
        if !wanted {
            return;
        }
        let mut media = named(&parts, address, upload);
        let with_mention = |media: &mut Media, spelling: &str| {
            if !media.stands_for.iter().any(|known| known == spelling) {
                media.stands_for.push(spelling.to_owned());
            }
        };
        with_mention(&mut media, &mention.address);
        if dead {
            self.dead.push(address.to_owned());
        }
        if mention.use_as == Use::Picture {
            let alt = mention.alt.as_deref().map(str::trim);
            media.alt = alt.filter(|alt| !alt.is_empty()).map(str::to_owned);
            // The move of 2010 kept thumbnails only; what they link to was the picture itself.
            if let Some(link) = link.filter(|link| is_dead_picture(link)) {
                media.candidates.insert(0, link.to_owned());
            }
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

/// A picture or file known by an address. One of WordPress's own is named by its original.
fn named(parts: &Parts<'_>, address: &str, upload: bool) -> Media {
    let address = &address[..address.find('#').unwrap_or(address.len())];
    let mut media = Media::at(address);
    if upload {
        let original = original_path(parts.path);
        let plain = parts.plain();
        let full = format!("{}://{}{original}", parts.scheme, parts.host);
        media.id = format!("{}{original}", parts.host);
        media.candidates = vec![full, plain];
        if parts.query {
            media.candidates.push(address.to_owned());
        }
        media.candidates.dedup();
        for candidate in media.candidates.clone() {
            if !media.stands_for.contains(&candidate) {
                media.stands_for.push(candidate);
            }
        }
    }
    media.file_name = file_name(media.candidates.first().map_or(address, String::as_str));
    media
}

fn file_name(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    Some(name.into_owned())
}

/// `x.wordpress.com` for `x.files.wordpress.com`.
fn host_of_files(host: &str) -> &str {
    host.strip_suffix(".files.wordpress.com").unwrap_or(host)
}

/// The hosts whose files are the blog's own, with the bare names of blogs at WordPress.com.
pub(super) fn own_hosts(roots: &[String]) -> HashSet<String> {
    let mut hosts = HashSet::new();
    for root in roots {
        let host = root.split('/').next().unwrap_or(root);
        let host = host.split(':').next().unwrap_or(host);
        hosts.insert(host.to_owned());
        if let Some(name) = host.strip_suffix(".wordpress.com") {
            hosts.insert(name.to_owned());
        }
    }
    hosts
}

impl Reading {
    /// The picture or file of an attachment.
    pub(super) fn attachment(&mut self, item: &Item<'_>) -> Option<Media> {
        let address = [&item.attachment, &item.guid]
            .into_iter()
            .map(|address| address.trim())
            .find(|address| address.starts_with("http"))?;
        let id = number(&item.id)?;
        let parts = parts(address)?;
        let mut media = named(&parts, address, true);
        // Of two attachments that would be one picture, the second is its own.
        let hash = self.hash(&media.id);
        if *self.attached.entry(hash).or_insert(id) != id {
            media.id = format!("{}{}#{id}", parts.host, parts.path);
            media.candidates = vec![parts.plain()];
            media.stands_for = vec![address.to_owned()];
        }
        if let Some(metadata) = item.meta("_wp_attachment_metadata") {
            add_sizes(&mut media, address, metadata);
        }
        let mut mean = |address: &str| {
            if address.starts_with("http") && !media.stands_for.iter().any(|known| known == address)
            {
                media.stands_for.push(address.to_owned());
            }
        };
        mean(&self.index.attachment_address(id));
        mean(item.link.trim());
        mean(item.guid.trim());
        let word = |word: &str| Some(word.trim().to_owned()).filter(|word| !word.is_empty());
        media.file_name = media
            .candidates
            .first()
            .and_then(|original| file_name(original));
        media.title = word(&super::index::plain(&item.title));
        media.caption = word(&item.excerpt);
        media.alt = item.meta("_wp_attachment_image_alt").and_then(word);
        media.taken = moment(&item.date_utc, &item.date);
        let parent = number(&item.parent).unwrap_or(0);
        media.audience = self.index.audience_of_attachment(id, parent);
        if parent > 0 && self.index.has_post(parent) {
            media.used_by = Some(ItemRef::new(Kind::Post, parent.to_string()));
        }
        if media.caption.is_none() && media.audience == Audience::Everyone {
            media.caption = word(&item.content);
        } else if !item.content.trim().is_empty() {
            self.left.arrangement("descriptions of pictures", "");
        }
        Some(media)
    }
}

/// The addresses of the copies that WordPress made, and of the file before it was scaled.
fn add_sizes(media: &mut Media, address: &str, metadata: &str) {
    let Some(value) = php_serialized::read(metadata.trim()) else {
        return;
    };
    let Some((folder, _)) = address.rsplit_once('/') else {
        return;
    };
    let sizes = value
        .get("sizes")
        .map(php_serialized::Value::entries)
        .unwrap_or_default();
    for (_, size) in sizes.iter().take(SIZES_MAX) {
        if let Some(file) = size.get("file").and_then(php_serialized::Value::text)
            && !file.contains('/')
        {
            media.stands_for.push(format!("{folder}/{file}"));
        }
    }
    if let Some(file) = value
        .get("original_image")
        .and_then(php_serialized::Value::text)
        && !file.contains('/')
    {
        let original = format!("{folder}/{file}");
        media.candidates.retain(|known| *known != original);
        media.candidates.insert(0, original.clone());
        media.stands_for.push(original);
    }
}

#[cfg(test)]
mod tests {
    use super::{Gathered, original_path, own_hosts};

    #[test]
    fn the_original_of_a_copy_has_its_name_without_the_size() {
        for (path, original) in [
            ("/a/rose-300x200.jpg", "/a/rose.jpg"),
            ("/a/rose-scaled.jpg", "/a/rose.jpg"),
            ("/a/rose-2x4.jpg", "/a/rose-2x4.jpg"),
            ("/a/-300x200.jpg", "/a/-300x200.jpg"),
            ("/a/rose", "/a/rose"),
            ("/a/é-rotated.png", "/a/é.png"),
        ] {
            assert_eq!(original_path(path), original);
        }
    }

    #[test]
    fn all_addresses_of_one_upload_are_one_picture_and_the_original_comes_first() {
        let html = "<a href=\"https://x.example/wp-content/uploads/2010/01/rose.jpg\"><img src=\"https://x.example/wp-content/uploads/2010/01/rose-300x200.jpg\"></a>\
            <img src=\"https://i0.wp.com/x.example/wp-content/uploads/2010/01/rose.jpg?resize=1,2\"><a href='/about/'>a</a>";
        let mut gathered = Gathered::default();
        gathered.collect(
            html,
            Some("https://x.example/p/"),
            &own_hosts(&["x.example".into()]),
            &|_| true,
        );
        assert_eq!(gathered.media.len(), 1, "{:?}", gathered.media);
        let media = &gathered.media[0];
        assert_eq!(media.id, "x.example/wp-content/uploads/2010/01/rose.jpg");
        assert_eq!(
            media.candidates[0],
            "https://x.example/wp-content/uploads/2010/01/rose.jpg"
        );
        assert!(
            media
                .stands_for
                .iter()
                .any(|address| address.starts_with("https://i0.wp.com/"))
        );
    }
}
