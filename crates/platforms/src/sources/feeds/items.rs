//! From feed items to posts and comments.

use super::pictures::{absolute, media_at, of_post};
use crate::wire::feeds::FeedItem;
use blog::address::{names_picture, text_without_keys};
use blog::body::plain_text;
use blog::{Audience, Comment, CommentKind, CommentState, Media, Person, Post, PostState};

/// How texts end that are only a beginning.
const BEGINNINGS: [&str; 7] = [
    "[…]",
    "[...]",
    "…",
    "...",
    "read more",
    "continue reading →",
    "continue reading",
];

/// A post that is shorter than this is not judged by how it ends.
const TELLING_LETTERS: usize = 80;

/// What is known of all items of a feed.
pub(super) struct Frame<'a> {
    /// Address of the document, for relative addresses.
    pub(super) base: &'a str,
    /// Host of the blog.
    pub(super) home: Option<&'a str>,
    /// Who may see what the feed says nothing else of.
    pub(super) audience: Audience,
}

/// The post of an item, and what it shows.
pub(super) fn post(item: &FeedItem, frame: &Frame<'_>) -> (Post, Vec<Media>) {
    let mut post = Post::new(id_of(item));
    let link = item
        .link
        .as_deref()
        .and_then(|link| absolute(link, Some(frame.base)));
    post.title = plain_text(&item.title).trim().to_owned();
    post.body.clone_from(&item.body);
    post.excerpt.clone_from(&item.summary);
    post.base = Some(link.clone().unwrap_or_else(|| frame.base.to_owned()));
    post.slug = link.as_deref().and_then(slug_of);
    post.addresses.extend(link);
    post.author = author(item);
    post.published = item.published.or(item.updated);
    post.modified = item.updated;
    post.categories = item
        .categories
        .iter()
        .map(|name| plain_text(name).trim().to_owned())
        .collect();
    post.audience = frame.audience;
    if let Some(word) = item.access.as_deref() {
        post.audience = post.audience.narrower(Audience::of_words([word]));
    }
    if item.draft {
        post.state = PostState::Draft;
        post.audience = Audience::Owner;
    }
    let mut media = of_post(&post, frame.home);
    add_enclosures(item, &mut post, &mut media);
    for media in &mut media {
        media.audience = post.audience;
        media.taken = post.published;
    }
    (post, media)
}

/// The comment of an item under the post `under`; `parent` is the comment it answers, where that is known.
pub(super) fn comment(item: &FeedItem, under: &str, parent: Option<String>) -> Comment {
    Comment {
        id: id_of(item),
        post: under.to_owned(),
        parent,
        kind: CommentKind::Comment,
        author: author(item).unwrap_or_default(),
        written: item.published.or(item.updated),
        body: item
            .comment_body
            .clone()
            .unwrap_or_else(|| item.body.clone()),
        state: CommentState::Approved,
        title: None,
        ip: None,
    }
}

/// The item as it stood, keys struck out.
pub(super) fn original(item: &FeedItem) -> String {
    text_without_keys(&item.original).into_owned()
}

/// What stays the same whenever the item is read again.
pub(super) fn id_of(item: &FeedItem) -> String {
    let named = item.guid.as_deref().or(item.link.as_deref());
    match named.map(str::trim).filter(|id| !id.is_empty()) {
        Some(id) => blog::address::without_keys(id).into_owned(),
        None => {
            let date = item
                .published
                .map(|moment| moment.to_string())
                .unwrap_or_default();
            let text = format!("{}\n{date}\n{}", item.title, item.body);
            format!(
                "item-{}",
                &blake3::hash(text.as_bytes()).to_hex().as_str()[..24]
            )
        }
    }
}

/// Whether the text is only the beginning of what stood on the page.
pub(super) fn is_beginning(item: &FeedItem) -> bool {
    let text = plain_text(&item.body).trim().to_lowercase();
    text.chars().count() >= TELLING_LETTERS && BEGINNINGS.iter().any(|end| text.ends_with(end))
}

/// A name. RSS writes `mail@host (Name)`; a bare mail address names nobody.
fn author(item: &FeedItem) -> Option<Person> {
    let text = plain_text(item.author.as_deref()?).trim().to_owned();
    let inside = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(name, _)| name.trim());
    let name = match (text.contains('@'), inside) {
        (true, Some(name)) if !name.is_empty() => name.to_owned(),
        (true, _) => return None,
        (false, _) => text.clone(),
    };
    let url = item
        .author_url
        .clone()
        .filter(|url| url.starts_with("http"));
    (!name.is_empty()).then_some(Person {
        name,
        url,
        email: None,
    })
}

fn slug_of(link: &str) -> Option<String> {
    let path = link.split(['?', '#']).next()?.split_once("://")?.1;
    let (_, path) = path.split_once('/')?;
    let last = path.rsplit('/').find(|part| !part.is_empty())?;
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    Some(stem.to_owned())
}

/// What hangs on an item and is not in its text is put below it.
fn add_enclosures(item: &FeedItem, post: &mut Post, media: &mut Vec<Media>) {
    for enclosure in &item.enclosures {
        let Some(address) = absolute(enclosure, post.base.as_deref()) else {
            continue;
        };
        let found = media_at(&address, None);
        if media.iter().any(|known| known.id == found.id) {
            continue;
        }
        let name = found.file_name.clone().unwrap_or_else(|| address.clone());
        let (address, name) = (crate::wire::escaped(&address), crate::wire::escaped(&name));
        post.body.push_str(&if names_picture(&address) {
            format!("<p><img src=\"{address}\" alt=\"\"></p>")
        } else {
            format!("<p><a href=\"{address}\">{name}</a></p>")
        });
        media.push(found);
    }
}
