//! Neutral items that WordPress has no kind for, as posts and pages: albums, lists, guestbook, blogroll.
//!
//! What is written here is plain HTML with a few classes of our own, so that it passes through tidying, relinking and the
//! finishing step ([`crate::body::to_blocks`], [`crate::body::to_classic`]) like any other body. Everything that came from outside is escaped.

mod words;

use crate::body::characters::{escape_text, escape_value};
use crate::body::{plain_text, resolve};
use crate::{Album, Link, List, ListEntry, Media, Post, PostKind};
use std::collections::HashMap;
use words::Words;

/// The class of the figure that holds an album's pictures; the finishing step makes a gallery of it.
pub const GALLERY_CLASS: &str = "rehome-gallery";

/// An album as a gallery post. Pictures are referred to by their first candidate address; rewriting finds them.
#[must_use]
pub fn album(album: &Album, photos: &[Media]) -> Post {
    album_in(album, photos, None)
}

/// An album as a gallery post, words in `language`.
#[must_use]
pub fn album_in(album: &Album, photos: &[Media], language: Option<&str>) -> Post {
    let words = Words::of(language);
    let by_id: HashMap<&str, &Media> = photos
        .iter()
        .map(|media| (media.id.as_str(), media))
        .collect();
    let mut body = album
        .description
        .as_deref()
        .map_or_else(String::new, paragraphs);
    let figures: String = album
        .photos
        .iter()
        .filter_map(|id| by_id.get(id.as_str()).and_then(|media| figure(media)))
        .collect();
    if !figures.is_empty() {
        body.push_str(&format!(
            "<figure class=\"{GALLERY_CLASS}\">{figures}</figure>"
        ));
    }
    Post {
        title: titled(&album.title, words.album),
        body,
        addresses: album.addresses.clone(),
        published: album.updated,
        modified: album.updated,
        audience: album.audience,
        ..Post::new(&album.id)
    }
}

/// A list as a page.
#[must_use]
pub fn list(list: &List) -> Post {
    list_in(list, None)
}

/// A list as a page, words in `language`.
#[must_use]
pub fn list_in(list: &List, language: Option<&str>) -> Post {
    let words = Words::of(language);
    let entries: String = list
        .entries
        .iter()
        .map(|entry| line(entry, words))
        .collect();
    let body = if entries.is_empty() {
        String::new()
    } else {
        format!("<ul class=\"rehome-list\">{entries}</ul>")
    };
    Post {
        kind: PostKind::Page,
        title: titled(&list.title, words.list),
        body,
        addresses: list.addresses.clone(),
        published: list.updated,
        modified: list.updated,
        audience: list.audience,
        comments_open: false,
        ..Post::new(&list.id)
    }
}

/// The page that guestbook notes hang under. Its audience is the narrowest; the caller gives it the blog's.
#[must_use]
pub fn guestbook(language: Option<&str>) -> Post {
    let words = Words::of(language);
    Post {
        kind: PostKind::Page,
        title: words.guestbook.to_owned(),
        body: format!("<p>{}</p>", escape_text(words.guestbook_sentence)),
        slug: Some("guestbook".to_owned()),
        ..Post::new("guestbook")
    }
}

/// The blogroll as a page, grouped as at the old home. Its audience is the narrowest; the caller gives it the blog's.
#[must_use]
pub fn links(links: &[Link], language: Option<&str>) -> Post {
    let words = Words::of(language);
    let mut groups: Vec<(&str, Vec<&Link>)> = Vec::new();
    for link in links {
        let name = link.group.as_deref().map_or("", str::trim);
        match groups.iter_mut().find(|(group, _)| *group == name) {
            Some((_, members)) => members.push(link),
            None => groups.push((name, vec![link])),
        }
    }
    let mut body = String::new();
    for (group, members) in groups {
        if !group.is_empty() {
            body.push_str(&format!("<h2>{}</h2>", escape_text(group)));
        }
        let lines: String = members
            .into_iter()
            .map(|link| line(&entry_of(link), words))
            .collect();
        body.push_str(&format!("<ul class=\"rehome-list\">{lines}</ul>"));
    }
    Post {
        kind: PostKind::Page,
        title: words.links.to_owned(),
        body,
        slug: Some("links".to_owned()),
        comments_open: false,
        ..Post::new("links")
    }
}

fn entry_of(link: &Link) -> ListEntry {
    ListEntry {
        title: link.title.clone(),
        note: link.note.clone(),
        address: Some(link.address.clone()),
        by: None,
    }
}

/// One photo with its caption. `None` for a photo without any address.
fn figure(media: &Media) -> Option<String> {
    let address = media.candidates.first().or(media.stands_for.first())?;
    let caption = [&media.caption, &media.title]
        .into_iter()
        .flatten()
        .map(|text| crate::tidy::caption(text))
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let words = plain_text(&caption);
    let alt = media.alt.as_deref().map_or(words.as_str(), str::trim);
    let below = if caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{caption}</figcaption>")
    };
    Some(format!(
        "<figure><img src=\"{}\" alt=\"{}\"/>{below}</figure>",
        escape_value(address, '"'),
        escape_value(alt, '"'),
    ))
}

/// One line of a list: the title as a link where it leads somewhere, who made it, the owner's note.
fn line(entry: &ListEntry, words: &Words) -> String {
    let address = entry
        .address
        .as_deref()
        .and_then(|address| resolve(address, None));
    let title = match (entry.title.trim(), &address) {
        ("", Some(address)) => address.clone(),
        ("", None) => words.untitled.to_owned(),
        (title, _) => title.to_owned(),
    };
    let mut line = match &address {
        Some(address) => format!(
            "<a href=\"{}\">{}</a>",
            escape_value(address, '"'),
            escape_text(&title)
        ),
        None => escape_text(&title),
    };
    if let Some(by) = said(entry.by.as_deref()) {
        line.push_str(&format!(" \u{2013} {}", escape_text(by)));
    }
    if let Some(note) = said(entry.note.as_deref()) {
        line.push_str("<br/>");
        line.push_str(&with_breaks(note));
    }
    format!("<li>{line}</li>")
}

fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn titled(title: &str, otherwise: &str) -> String {
    said(Some(title)).unwrap_or(otherwise).to_owned()
}

/// Plain text as paragraphs, parted at empty lines.
fn paragraphs(text: &str) -> String {
    text.replace("\r\n", "\n")
        .split("\n\n")
        .filter_map(|paragraph| said(Some(paragraph)))
        .map(|paragraph| format!("<p>{}</p>", with_breaks(paragraph)))
        .collect()
}

fn with_breaks(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escape_text(line.trim())).collect();
    lines.join("<br/>")
}

#[cfg(test)]
mod tests {
    use super::{album, guestbook, links, list, list_in};
    use crate::{Album, Audience, Link, List, ListEntry, Media, PostKind};

    fn holiday() -> Album {
        Album {
            id: "186".into(),
            title: "  ".into(),
            description: Some("Sun & sea\nlong\n\n<b>end".into()),
            photos: vec!["2".into(), "lost".into(), "1".into()],
            addresses: vec!["http://x/photos/cns!1!186/".into()],
            updated: Some("2008-04-05T21:03:12Z".parse().expect("a moment")),
            audience: Audience::Everyone,
        }
    }

    fn photo(id: &str, caption: Option<&str>) -> Media {
        Media {
            id: id.into(),
            caption: caption.map(Into::into),
            ..Media::at(format!("http://x/{id}?a=1&b=2"))
        }
    }

    #[test]
    fn an_album_becomes_a_gallery_in_its_own_order() {
        let post = album(
            &holiday(),
            &[
                photo("1", None),
                photo("2", Some("A \"rose\"<br><em>red</em>")),
            ],
        );
        assert_eq!(
            post.body,
            "<p>Sun &amp; sea<br/>long</p><p>&lt;b&gt;end</p><figure class=\"rehome-gallery\">\
             <figure><img src=\"http://x/2?a=1&amp;b=2\" alt=\"A &quot;rose&quot; red\"/><figcaption>A \"rose\"<br /><em>red</em></figcaption></figure>\
             <figure><img src=\"http://x/1?a=1&amp;b=2\" alt=\"\"/></figure></figure>"
        );
        assert_eq!(post.title, "Photo album");
        assert_eq!(post.audience, Audience::Everyone);
        assert_eq!(post.addresses, holiday().addresses);
        assert_eq!(post.published, holiday().updated);
    }

    #[test]
    fn a_list_keeps_links_makers_and_notes_and_no_script() {
        let entries = vec![
            ListEntry {
                title: "Dune".into(),
                by: Some("F. Herbert".into()),
                note: Some("twice\nread".into()),
                address: Some("http://books.example/?a&b".into()),
            },
            ListEntry {
                title: "<i>".into(),
                address: Some("javascript:alert(1)".into()),
                ..ListEntry::default()
            },
        ];
        let post = list(&List {
            id: "7".into(),
            title: "Books".into(),
            topic: None,
            entries,
            addresses: Vec::new(),
            updated: None,
            audience: Audience::default(),
        });
        assert_eq!(
            post.body,
            "<ul class=\"rehome-list\"><li><a href=\"http://books.example/?a&amp;b\">Dune</a> – F. Herbert<br/>twice<br/>read</li><li>&lt;i&gt;</li></ul>"
        );
        assert_eq!(post.kind, PostKind::Page);
    }

    #[test]
    fn words_come_in_the_language_of_the_blog() {
        assert_eq!(guestbook(Some("zh-CN")).title, "留言板");
        assert_eq!(guestbook(Some("zh-Hant-HK")).title, "留言簿");
        assert_eq!(guestbook(Some("DE_de")).title, "Gästebuch");
        assert_eq!(guestbook(Some("tlh")).title, "Guestbook");
        assert!(guestbook(None).comments_open);
        let empty = List {
            id: "7".into(),
            title: String::new(),
            topic: None,
            entries: Vec::new(),
            addresses: Vec::new(),
            updated: None,
            audience: Audience::default(),
        };
        assert_eq!(list_in(&empty, Some("fr")).title, "Liste");
    }

    #[test]
    fn the_blogroll_keeps_its_groups() {
        let link = |title: &str, group: Option<&str>| Link {
            id: title.into(),
            title: title.into(),
            address: format!("http://{title}.example/"),
            note: None,
            group: group.map(Into::into),
        };
        let post = links(
            &[
                link("a", Some("Friends")),
                link("b", None),
                link("c", Some("Friends")),
            ],
            None,
        );
        assert_eq!(
            post.body,
            "<h2>Friends</h2><ul class=\"rehome-list\"><li><a href=\"http://a.example/\">a</a></li><li><a href=\"http://c.example/\">c</a></li></ul>\
             <ul class=\"rehome-list\"><li><a href=\"http://b.example/\">b</a></li></ul>"
        );
    }
}
