//! Which kind an entry is, and what it becomes.

use super::settings::Settings;
use crate::sources::feeds::pictures::{host_of, is_at_google, of_post};
use crate::wire::feeds::{FeedItem, FeedPiece};
use blog::address::text_without_keys;
use blog::body::plain_text;
use blog::codes::blogger as codes;
use blog::doors::{Intake, Original, ReadError};
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Finding, Item, ItemRef, Kind, Media,
    Person, Post, PostKind, PostState, Tag,
};
use std::collections::{BTreeMap, HashSet};

/// The scheme of the term that says which kind an entry of the old export is.
const KIND: &str = "http://schemas.google.com/g/2005#kind";

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Post,
    Page,
    Comment,
    /// Settings and the template, which are no items.
    Other,
}

/// What was read so far.
pub(super) struct Reading<'a> {
    settings: &'a Settings,
    place: &'a str,
    /// Pictures of the Takeout's albums, by their file names.
    albums: BTreeMap<String, String>,
    /// Posts that are there, with their audience.
    posts: BTreeMap<String, Audience>,
    comments: HashSet<String>,
    terms: HashSet<String>,
    trashed: u64,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        settings: &'a Settings,
        place: &'a str,
        albums: BTreeMap<String, String>,
    ) -> Self {
        Self {
            settings,
            place,
            albums,
            posts: BTreeMap::new(),
            comments: HashSet::new(),
            terms: HashSet::new(),
            trashed: 0,
        }
    }

    /// Takes an entry in: posts and pages in the first round, comments in the second.
    pub(super) fn take(
        &mut self,
        piece: FeedPiece,
        comments: bool,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let item = match piece {
            FeedPiece::Item(item) => item,
            FeedPiece::Bad(bad) if !comments => {
                let sentence = format!(
                    "Entry {} of the export could not be read: {}.",
                    bad.number, bad.what
                );
                intake.finding(Finding::new(&codes::BAD_ENTRY, sentence).at(self.place))?;
                return Ok(());
            }
            FeedPiece::Bad(_) => return Ok(()),
        };
        let kind = type_of(&item);
        if (kind == Type::Comment) != comments {
            return Ok(());
        }
        match kind {
            Type::Other => {}
            _ if item.trashed => self.trashed += 1,
            Type::Comment => self.comment(&item, intake)?,
            Type::Post | Type::Page => self.post(&item, kind, intake)?,
        }
        Ok(())
    }

    fn post(
        &mut self,
        item: &FeedItem,
        kind: Type,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let Some(id) = number_of(item.guid.as_deref()).filter(|id| !self.posts.contains_key(id))
        else {
            return Ok(());
        };
        let mut post = Post::new(id);
        if kind == Type::Page {
            post.kind = PostKind::Page;
        }
        post.title = plain_text(&item.title).trim().to_owned();
        post.body.clone_from(&item.body);
        let address = self.address(item);
        post.slug = address.as_deref().and_then(slug_of);
        post.base = address
            .clone()
            .or_else(|| self.settings.home().map(|home| format!("{home}/")));
        post.author = person(item);
        post.published = item.published.or(item.updated);
        post.modified = item.updated;
        self.state(item, &mut post, intake)?;
        // A draft never had an address that anybody saw.
        if post.state != PostState::Draft {
            post.addresses.extend(address);
        }
        self.labels(item, &mut post, intake)?;
        let about = reference(&post);
        let home = self.settings.home().and_then(host_of).map(str::to_owned);
        for mut media in of_post(&post, home.as_deref()) {
            self.look_in_albums(&mut media);
            media.audience = post.audience;
            media.taken = post.published;
            media.used_by = Some(about.clone());
            intake.item(Item::Media(media), Original::NONE)?;
        }
        self.posts.insert(post.id.clone(), post.audience);
        let original = text_without_keys(&item.original).into_owned();
        intake.item(Item::Post(post), self.original(&original))?;
        Ok(())
    }

    /// A picture that Google keeps may lie in the Takeout itself.
    fn look_in_albums(&self, media: &mut Media) {
        let name = media.file_name.as_ref().map(|name| name.to_lowercase());
        if let Some(entry) = name
            .and_then(|name| self.albums.get(&name))
            .filter(|_| is_at_google(&media.id))
        {
            media.candidates.insert(0, format!("input:/{entry}"));
        }
    }

    /// State and audience. What is not known to be published is the owner's alone.
    fn state(
        &self,
        item: &FeedItem,
        post: &mut Post,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        let status = item
            .status
            .as_deref()
            .unwrap_or("LIVE")
            .to_ascii_uppercase();
        post.audience = self.settings.audience();
        match status.as_str() {
            _ if item.draft => post.state = PostState::Draft,
            "LIVE" => {}
            "DRAFT" | "SOFT_TRASHED" => post.state = PostState::Draft,
            "SCHEDULED" => post.state = PostState::Scheduled,
            other => {
                post.state = PostState::Draft;
                let word: String = other.chars().take(40).collect();
                let sentence = format!(
                    "Nobody said whether “{}” is published (status “{word}”); it moves as a draft.",
                    post.label()
                );
                intake.finding(
                    Finding::new(&codes::STATUS_UNKNOWN, sentence).about(reference(post)),
                )?;
            }
        }
        if post.state == PostState::Draft {
            post.audience = Audience::Owner;
        }
        Ok(())
    }

    fn labels(
        &mut self,
        item: &FeedItem,
        post: &mut Post,
        intake: &mut dyn Intake,
    ) -> Result<(), ReadError> {
        for (_, label) in item.terms.iter().filter(|(scheme, _)| scheme != KIND) {
            let name = label.trim().to_owned();
            let known = if self.settings.labels_are_categories {
                &mut post.categories
            } else {
                &mut post.tags
            };
            if name.is_empty() || known.contains(&name) {
                continue;
            }
            known.push(name.clone());
            if self.terms.insert(name.clone()) {
                let term = if self.settings.labels_are_categories {
                    Item::Category(Category::named(&name))
                } else {
                    Item::Tag(Tag::named(name))
                };
                intake.item(term, Original::NONE)?;
            }
        }
        Ok(())
    }

    fn comment(&mut self, item: &FeedItem, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let post = item
            .answers
            .iter()
            .find_map(|answer| number_of(Some(answer)).filter(|id| self.posts.contains_key(id)));
        let Some(id) = number_of(item.guid.as_deref()) else {
            return Ok(());
        };
        let Some(post) = post else {
            let sentence =
                "A comment belongs to a post that is not in the export; it stayed behind.";
            intake.finding(
                Finding::new(&codes::COMMENT_WITHOUT_POST, sentence)
                    .about(ItemRef::new(Kind::Comment, &id)),
            )?;
            intake.aside(self.original(&text_without_keys(&item.original)))?;
            return Ok(());
        };
        let related = item
            .links
            .iter()
            .filter(|(rel, _)| rel == "related")
            .map(|(_, address)| address.as_str());
        let answers = item.answers.iter().map(String::as_str).chain(related);
        let parent = answers
            .filter_map(|answer| number_of(Some(answer)))
            .find(|answer| *answer != post && *answer != id);
        if !self.comments.insert(id.clone()) {
            return Ok(());
        }
        let comment = Comment {
            id,
            post,
            parent,
            kind: CommentKind::Comment,
            author: person(item).unwrap_or_default(),
            written: item.published.or(item.updated),
            body: item.body.clone(),
            state: match item
                .status
                .as_deref()
                .unwrap_or("LIVE")
                .to_ascii_uppercase()
                .as_str()
            {
                "LIVE" => CommentState::Approved,
                word if word.contains("SPAM") => CommentState::Spam,
                _ => CommentState::Held,
            },
            title: None,
            ip: None,
        };
        let original = text_without_keys(&item.original).into_owned();
        intake.item(Item::Comment(comment), self.original(&original))?;
        Ok(())
    }

    /// The old address: as the entry says, or the blog's with the file name.
    fn address(&self, item: &FeedItem) -> Option<String> {
        let linked = item
            .links
            .iter()
            .find(|(rel, address)| rel == "alternate" && address.starts_with("http"));
        if let Some((_, address)) = linked {
            return Some(address.clone());
        }
        let file = item
            .file_name
            .as_deref()
            .filter(|file| file.starts_with('/'))?;
        Some(format!("{}{file}", self.settings.home()?))
    }

    fn original<'b>(&'b self, text: &'b str) -> Original<'b> {
        Original {
            bytes: text.as_bytes(),
            media_type: "application/atom+xml",
            place: self.place,
        }
    }

    /// Says what stayed behind.
    pub(super) fn close(&self, intake: &mut dyn Intake) -> Result<(), ReadError> {
        if self.trashed > 0 {
            let sentence = format!(
                "{} behind.",
                match self.trashed {
                    1 => "1 entry lies in the bin of Blogger; it stayed".to_owned(),
                    many => format!("{many} entries lie in the bin of Blogger; they stayed"),
                }
            );
            intake.finding(Finding::new(&codes::TRASHED, sentence).at(self.place))?;
        }
        if self.settings.home().is_none() && !self.posts.is_empty() {
            let sentence = "The export does not say the old address of the blog, so no old address leads to its posts.";
            intake.finding(Finding::new(&codes::HOME_UNKNOWN, sentence))?;
        }
        Ok(())
    }
}

/// The pictures of a Takeout's albums by file name. Where two had the same name, Takeout numbers one (`x(1).jpg`), and nobody knows which
/// is which: such names are left out.
pub(super) fn albums<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for entry in names.filter(|name| name.contains("Albums/") && !name.contains("__MACOSX/")) {
        let name = entry.rsplit('/').next().unwrap_or(entry).to_lowercase();
        found.entry(unnumbered(&name)).or_default().push(entry);
    }
    let alone = |(name, entries): (String, Vec<&str>)| match entries.as_slice() {
        [entry] if unnumbered(entry) == **entry => Some((name, (*entry).to_owned())),
        _ => None,
    };
    found.into_iter().filter_map(alone).collect()
}

/// `x(1).jpg` without its number.
fn unnumbered(name: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let number = stem
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once('('));
    match number {
        Some((front, digits))
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{front}.{end}")
        }
        _ => name.to_owned(),
    }
}

/// Whether an entry may be a comment: its kind says so in letters of either case. Most posts are told apart without being read.
pub(super) fn may_be_comment(text: &str) -> bool {
    let begins = memchr::memchr2_iter(b'c', b'C', text.as_bytes());
    begins.into_iter().any(|at| {
        let word = text.as_bytes().get(at..at + 7);
        word.is_some_and(|word| word.eq_ignore_ascii_case(b"comment"))
    })
}

fn type_of(item: &FeedItem) -> Type {
    let term = item
        .terms
        .iter()
        .find(|(scheme, _)| scheme == KIND)
        .and_then(|(_, term)| term.rsplit('#').next());
    match item
        .kind
        .as_deref()
        .or(term)
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "post" => Type::Post,
        "page" => Type::Page,
        "comment" => Type::Comment,
        _ => Type::Other,
    }
}

/// The number in `tag:blogger.com,1999:blog-8800.post-101`, or at the end of an address of the interface.
fn number_of(id: Option<&str>) -> Option<String> {
    let id = id?;
    let last = id.rsplit(['-', '/']).next().unwrap_or_default();
    let is_number =
        !last.is_empty() && last.len() <= 24 && last.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| last.to_owned())
}

fn person(item: &FeedItem) -> Option<Person> {
    let name = plain_text(item.author.as_deref()?).trim().to_owned();
    let url = item
        .author_url
        .clone()
        .filter(|url| url.starts_with("http"));
    (!name.is_empty() && !name.contains('@')).then_some(Person {
        name,
        url,
        email: None,
    })
}

fn reference(post: &Post) -> ItemRef {
    let kind = match post.kind {
        PostKind::Page => Kind::Page,
        PostKind::Post => Kind::Post,
    };
    ItemRef::new(kind, &post.id)
}

fn slug_of(address: &str) -> Option<String> {
    let last = address.split(['?', '#']).next()?.rsplit('/').next()?;
    let stem = last.strip_suffix(".html").unwrap_or(last);
    (!stem.is_empty()).then(|| stem.to_owned())
}
