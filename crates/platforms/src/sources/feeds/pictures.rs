//! The pictures and files that a body shows, each once, the original before its smaller copies.

use blog::address::{names_file, names_other_file, names_picture};
use blog::body::{ReferenceKind, references, resolve};
use blog::{Media, Post};
use std::collections::HashMap;

/// Everything that `post` shows. Links to files count where they lead to `home`, the host of the blog.
pub(in crate::sources) fn of_post(post: &Post, home: Option<&str>) -> Vec<Media> {
    let base = post.base.as_deref();
    let mut gathered = Gathered::default();
    for reference in references(&post.body) {
        let Some(address) = absolute(&reference.address, base) else {
            continue;
        };
        let around = reference
            .link_around
            .as_deref()
            .and_then(|link| absolute(link, base));
        let larger = around.filter(|link| names_picture(link));
        let wanted = match reference.kind {
            ReferenceKind::Picture | ReferenceKind::SourceSet | ReferenceKind::Poster => true,
            ReferenceKind::Embed => names_file(&address),
            ReferenceKind::Link => {
                names_other_file(&address)
                    && home.is_some_and(|home| host_of(&address) == Some(home))
            }
            ReferenceKind::Style => false,
        };
        if wanted {
            let mut media = media_at(&address, larger.as_deref());
            if reference.address != address {
                media.stands_for.push(reference.address.clone());
            }
            media.alt = reference.alt.filter(|alt| !alt.trim().is_empty());
            media.title = reference.title.filter(|title| !title.trim().is_empty());
            gathered.add(media);
        }
    }
    gathered.media
}

/// The picture or file at `address`; `larger` is the one that a link around it leads to.
pub(in crate::sources) fn media_at(address: &str, larger: Option<&str>) -> Media {
    let mut candidates = Vec::new();
    for place in larger.into_iter().chain([address]) {
        for candidate in best_first(place) {
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
    }
    // What is the largest is known by now: smaller ones behind it.
    let id = candidates
        .first()
        .cloned()
        .unwrap_or_else(|| address.to_owned());
    let mut media = Media::at(&id);
    media.file_name = file_name(&id);
    for place in [Some(address), larger].into_iter().flatten() {
        if !media.stands_for.iter().any(|known| known == place) {
            media.stands_for.push(place.to_owned());
        }
    }
    media.candidates = candidates;
    media
}

/// An absolute web address, or one inside the input.
pub(in crate::sources) fn absolute(address: &str, base: Option<&str>) -> Option<String> {
    let resolved = resolve(address.trim(), base)?;
    let is_web = ["http://", "https://", "input:/"]
        .iter()
        .any(|start| resolved.starts_with(start));
    is_web.then(|| resolved.split('#').next().unwrap_or_default().to_owned())
}

/// The host of an address, lower case, without `www.`.
pub(in crate::sources) fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// Whether Google keeps the picture for Blogger.
pub(in crate::sources) fn is_at_google(address: &str) -> bool {
    let hosts = ["blogspot.com", "googleusercontent.com", "ggpht.com"];
    host_of(address).is_some_and(|host| {
        let of = |end: &str| {
            host.strip_suffix(end)
                .is_some_and(|front| front.is_empty() || front.ends_with('.'))
        };
        hosts.iter().any(|end| of(end))
    })
}

/// The original of a picture before the copy that is shown, where the host's way of naming copies is known.
fn best_first(address: &str) -> Vec<String> {
    let original = google_original(address)
        .or_else(|| wordpress_original(address))
        .filter(|original| original != address);
    original.into_iter().chain([address.to_owned()]).collect()
}

/// Google keeps pictures of Blogger under `/s320/name.jpg`, or `…=w640-h480`; `s0` is the original.
fn google_original(address: &str) -> Option<String> {
    if !is_at_google(address) {
        return None;
    }
    let (place, name) = address.rsplit_once('/')?;
    if let Some((front, size)) = place.rsplit_once('/')
        && is_size(size)
    {
        return Some(format!("{front}/s0/{name}"));
    }
    let (front, size) = name.rsplit_once('=')?;
    is_size(size).then(|| format!("{place}/{front}=s0"))
}

/// `s320`, `w640-h480`, `s72-c`, `s1600-rw`, `s640-h`: letters with numbers, joined by dashes.
fn is_size(word: &str) -> bool {
    let is_part = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &part[letters.len()..];
        match letters {
            "s" | "w" | "h" => !digits.is_empty() && digits.len() <= 5,
            "c" | "p" | "k" | "no" | "nu" | "d" | "rw" | "rj" | "n" | "pp" | "cc" => {
                digits.is_empty()
            }
            _ => false,
        }
    };
    let mut parts = word.split('-');
    let first = parts.next().unwrap_or_default();
    let starts_with_size = matches!(first.as_bytes().first(), Some(b's' | b'w' | b'h'));
    starts_with_size && is_part(first) && parts.all(|part| part == "h" || is_part(part))
}

/// WordPress keeps copies as `name-300x200.jpg`, and WordPress.com makes them for `?w=300`.
fn wordpress_original(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if !query.is_empty() {
        let is_copy = path.contains(".files.wordpress.com/")
            && query.split('&').all(|part| {
                matches!(
                    part.split('=').next(),
                    Some("w" | "h" | "crop" | "resize" | "fit" | "quality" | "strip")
                )
            });
        return is_copy.then(|| path.to_owned());
    }
    let (stem, end) = path.rsplit_once('.')?;
    let (front, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let is_number = |text: &str| {
        (2..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (path.contains("/wp-content/uploads/") && is_number(width) && is_number(height))
        .then(|| format!("{front}.{end}"))
}

fn file_name(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let name = path.rsplit('/').next().filter(|name| name.contains('.'))?;
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    Some(name.into_owned())
}

/// Each picture once, however often it is shown.
#[derive(Default)]
struct Gathered {
    media: Vec<Media>,
    by_id: HashMap<String, usize>,
}

impl Gathered {
    fn add(&mut self, media: Media) {
        match self.by_id.get(&media.id) {
            Some(at) => self.media[*at].merge(media),
            None => {
                self.by_id.insert(media.id.clone(), self.media.len());
                self.media.push(media);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{best_first, of_post};
    use blog::Post;

    #[test]
    fn the_original_comes_before_the_copy() {
        for (shown, original) in [
            (
                "http://2.bp.blogspot.com/_a/Sx/AAA/b/s320/IMG 1.jpg",
                "http://2.bp.blogspot.com/_a/Sx/AAA/b/s0/IMG 1.jpg",
            ),
            (
                "https://1.bp.blogspot.com/-a/b/w640-h480/x.png",
                "https://1.bp.blogspot.com/-a/b/s0/x.png",
            ),
            (
                "https://blogger.googleusercontent.com/img/b/R29/AVv/s72-c/x.jpg",
                "https://blogger.googleusercontent.com/img/b/R29/AVv/s0/x.jpg",
            ),
            (
                "https://lh3.googleusercontent.com/abc=w640-h480",
                "https://lh3.googleusercontent.com/abc=s0",
            ),
            (
                "https://lh3.googleusercontent.com/abc=s320-c",
                "https://lh3.googleusercontent.com/abc=s0",
            ),
            (
                "http://a.example/wp-content/uploads/2009/01/b-300x225.jpg",
                "http://a.example/wp-content/uploads/2009/01/b.jpg",
            ),
            (
                "http://a.files.wordpress.com/2009/01/b.jpg?w=300&h=225",
                "http://a.files.wordpress.com/2009/01/b.jpg",
            ),
        ] {
            assert_eq!(best_first(shown), [original, shown]);
        }
        for alone in [
            "http://evilblogspot.com/s320/x.jpg",
            "http://2.bp.blogspot.com/_a/stories/x.jpg",
            "http://a.example/pics/b-300x225.jpg",
            "http://a.example/x.jpg?w=300",
        ] {
            assert_eq!(best_first(alone), [alone]);
        }
    }

    #[test]
    fn a_thumbnail_and_what_it_links_to_are_one_picture() {
        let mut post = Post::new("1");
        post.body = "<a href='http://4.bp.blogspot.com/_a/s1600-h/x.JPG'><img alt='Sea' src='http://4.bp.blogspot.com/_a/s400/x.JPG'></a>\
            <img src='/y.png'><a href='http://a.example/z.pdf'>z</a><a href='http://b.example/z.pdf'>z</a>".to_owned();
        post.base = Some("http://www.a.example/2009/01/p.html".to_owned());
        let media = of_post(&post, Some("a.example"));
        let ids: Vec<_> = media.iter().map(|media| media.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "http://4.bp.blogspot.com/_a/s0/x.JPG",
                "http://www.a.example/y.png",
                "http://a.example/z.pdf"
            ]
        );
        assert_eq!(media[0].candidates.len(), 3);
        assert_eq!(media[0].alt.as_deref(), Some("Sea"));
        assert!(
            media[1]
                .stands_for
                .iter()
                .any(|address| address == "/y.png")
        );
    }
}
