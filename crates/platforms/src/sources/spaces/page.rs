//! One HTML page of a Space, whatever its markup: the entries on it, what it says of the Space, and where it leads.

use super::album_pages::{self, AlbumPart};
use super::comments::{self, CommentPart, TrackbackPart, first, name_text};
use super::markups::ENTRY_MARKUPS;
use super::page_links::{self, Linked};
use super::{guestbook, lists, text};
use blog::address::spaces::{self, Handle, Owner, SpaceAddress, What};
use dom_query::{Document, NodeRef};

/// Blog parts nested deeper than this are no pages of the platform.
pub(super) const MOST_ANCESTORS: usize = 64;

/// What a page says of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryPart {
    /// Its handle.
    pub(super) handle: Handle,
    /// Title as plain text; may be empty.
    pub(super) title: String,
    /// HTML inside the wrapper.
    pub(super) body: String,
    /// The date heading as shown.
    pub(super) heading: Option<String>,
    /// The time, or date and time, of the footer as shown.
    pub(super) time: Option<String>,
    /// Names of its categories, decoded once.
    pub(super) categories: Vec<String>,
    /// How many comments the page says there are.
    pub(super) announced_comments: Option<u64>,
    /// The part of the page, for the untouched original.
    pub(super) original: String,
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Title of the Space.
    pub(super) title: String,
    /// Tagline of the Space.
    pub(super) tagline: String,
    /// Language or market that the page says it is in.
    pub(super) language: Option<String>,
    /// Entries, in the order of the page.
    pub(super) entries: Vec<EntryPart>,
    /// Handles of entries that the page links to, in order, each once.
    pub(super) linked_entries: Vec<Handle>,
    /// Albums that the page links to, each once.
    pub(super) linked_albums: Vec<Linked>,
    /// Lists that the page links to, each once.
    pub(super) linked_lists: Vec<Linked>,
    /// The page links to the guestbook.
    pub(super) links_guestbook: bool,
    /// What links inside bodies and comments lead to: entries, albums, photos, lists, guestbooks, of whatever Space.
    pub(super) mentioned: Vec<SpaceAddress>,
    /// Where the page says it was saved from.
    pub(super) own: Option<SpaceAddress>,
    /// Albums whose photos the page shows.
    pub(super) albums: Vec<AlbumPart>,
    /// The photo whose own page it is.
    pub(super) photo: Option<u64>,
    /// Lists that the page shows.
    pub(super) lists: Vec<Handle>,
    /// It is a page of the guestbook.
    pub(super) is_guestbook: bool,
    /// Names of the Space in the page's own links.
    pub(super) aliases: Vec<String>,
    /// Owner tokens of 2004-2006 in links inside bodies, each with the alias whose host it stands on.
    pub(super) linked_tokens: Vec<(String, Owner)>,
    /// Comments, newest first.
    pub(super) comments: Vec<CommentPart>,
    /// Trackbacks.
    pub(super) trackbacks: Vec<TrackbackPart>,
    /// Where the comments go on.
    pub(super) next_comments: Option<NextComments>,
    /// A page of the list of entries follows.
    pub(super) has_next_page: bool,
    /// It is the sign-in page, whatever its status.
    pub(super) is_sign_in: bool,
    /// It says that the Space can no longer be changed.
    pub(super) is_read_only: bool,
}

/// Where the comments of an entry go on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum NextComments {
    /// A plain link.
    Page(String),
    /// Only a script knew; these are the attributes it read.
    Script {
        /// The entry.
        entry: String,
        /// The last comment shown.
        last: String,
    },
}

/// Reads a page. One that is nested beyond measure is read as an empty one.
pub(super) fn read(html: &str) -> Page {
    if text::is_too_deep(html) {
        return Page::default();
    }
    let document = Document::from(html);
    let entries = entries(&document);
    let only_entry = match entries.as_slice() {
        [entry] => Some(entry.handle.number),
        _ => None,
    };
    let mut page = Page {
        title: first_text(&document, |markup| markup.blog_title),
        tagline: first_text(&document, |markup| markup.tagline),
        language: document
            .select("html[lang]")
            .attr("lang")
            .map(|lang| lang.trim().to_owned())
            .filter(|lang| !lang.is_empty()),
        comments: comments::comments(&document, only_entry),
        trackbacks: comments::trackbacks(&document),
        next_comments: next_comments(&document),
        is_sign_in: is_sign_in(&document) && entries.is_empty(),
        is_read_only: document.select(".migrationBanner").exists(),
        own: text::saved_from(html).and_then(spaces::parse),
        entries,
        ..Page::default()
    };
    page_links::follow(&document, &mut page);
    read_others(&document, &mut page);
    page
}

/// What is no entry: albums, a photo, lists, the guestbook. Where the markup does not tell, the page's own address does.
fn read_others(document: &Document, page: &mut Page) {
    page.albums = album_pages::albums(document);
    page.photo = album_pages::photo_number(document);
    page.lists = lists::shown(document);
    page.is_guestbook = page.entries.is_empty() && guestbook::is_guestbook(document);
    let Some(SpaceAddress { what, owner, .. }) = page.own.clone() else {
        return;
    };
    match what {
        What::Photo { photo, .. } => page.photo = Some(photo),
        What::List(number) if page.lists.is_empty() => {
            page.lists
                .extend(owner.map(|owner| Handle { owner, number }));
        }
        What::Guestbook if page.entries.is_empty() => page.is_guestbook = true,
        _ => {}
    }
}

fn entries(document: &Document) -> Vec<EntryPart> {
    let bodies = document.select("[id^=\"msgcns\"]");
    let mut entries: Vec<EntryPart> = Vec::new();
    for body in bodies.nodes() {
        let id = body.attr_or("id", "").replace("%21", "!");
        let Some(handle) = spaces::handle_within(&id) else {
            continue;
        };
        if entries
            .iter()
            .all(|known| known.handle.number != handle.number)
        {
            entries.push(entry(document, body, handle, bodies.nodes().len() == 1));
        }
    }
    entries
}

fn entry(document: &Document, body: &NodeRef<'_>, handle: Handle, alone: bool) -> EntryPart {
    let block = block(body, alone);
    let text = handle_text(&handle);
    let by_id = |piece: &str| {
        document
            .select(&format!("[id=\"{piece}{text}\"]"))
            .nodes()
            .first()
            .copied()
    };
    let title = by_id("subj").or_else(|| title_before(body));
    let footer = footer(body, &block);
    EntryPart {
        title: title.as_ref().map(name_text).unwrap_or_default(),
        body: body.inner_html().trim().to_owned(),
        heading: by_id("LastMDate").map(|node| node.text().trim().to_owned()),
        time: footer.as_ref().and_then(time),
        categories: categories(&block),
        announced_comments: announced_comments(&block, document, alone),
        original: block.html().to_string(),
        handle,
    }
}

/// How ids spell a handle.
pub(super) fn handle_text(handle: &Handle) -> String {
    match &handle.owner {
        Owner::Cid(owner) | Owner::Token(owner) => format!("cns!{owner}!{}", handle.number),
    }
}

/// The largest element around a body that holds no other; on the page of one entry the parent of the body.
fn block<'a>(body: &NodeRef<'a>, alone: bool) -> NodeRef<'a> {
    let holds_others = |node: &NodeRef<'_>| {
        dom_query::Selection::from(*node)
            .select("[id^=\"msgcns\"]")
            .nodes()
            .len()
            > 1
    };
    let mut block = *body;
    for ancestor in body.ancestors_it(Some(MOST_ANCESTORS)) {
        if !ancestor.is_element() || ancestor.has_name("body") || holds_others(&ancestor) {
            break;
        }
        block = ancestor;
        if alone && first(&block, ".footerLinks, .footer").is_some() {
            break;
        }
    }
    block
}

/// From mid-2007 the safer rule: the title is the element just before the body, when it is a heading.
fn title_before<'a>(body: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    body.prev_element_sibling().filter(|node| {
        node.node_name()
            .is_some_and(|name| matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5"))
            || node.has_class("subjectArea")
    })
}

fn footer<'a>(body: &NodeRef<'a>, block: &NodeRef<'a>) -> Option<NodeRef<'a>> {
    let mut sibling = body.next_element_sibling();
    while let Some(node) = sibling {
        if ENTRY_MARKUPS
            .iter()
            .any(|markup| node.has_class(markup.footer.trim_start_matches('.')))
        {
            return Some(node);
        }
        sibling = node.next_element_sibling();
    }
    ENTRY_MARKUPS
        .iter()
        .find_map(|markup| first(block, markup.footer))
}

/// The first text of the footer.
fn time(footer: &NodeRef<'_>) -> Option<String> {
    let marked = ENTRY_MARKUPS
        .iter()
        .filter_map(|markup| first(footer, markup.time))
        .map(|node| node.text().trim().to_owned())
        .find(|text| text.chars().any(char::is_numeric));
    marked.or_else(|| {
        footer
            .descendants_it()
            .filter(NodeRef::is_text)
            .map(|node| node.text().trim().to_owned())
            .find(|text| !text.is_empty())
            .filter(|text| text.chars().any(char::is_numeric))
    })
}

/// The links `blogCategory0`, `1`, …; where there are none the attribute `bv:cat` of list pages.
fn categories(block: &NodeRef<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: String| {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    };
    for link in dom_query::Selection::from(*block)
        .select(ENTRY_MARKUPS[0].categories)
        .nodes()
    {
        add(name_text(link));
    }
    if names.is_empty() {
        for node in std::iter::once(*block).chain(block.descendants_it()) {
            if let Some(name) = node.attr("bv:cat") {
                names.push(name.trim().to_owned());
                break;
            }
        }
        names.retain(|name| !name.is_empty());
    }
    names
}

/// What the script's attribute says, else the number in the link to the comments.
fn announced_comments(block: &NodeRef<'_>, document: &Document, alone: bool) -> Option<u64> {
    let attribute = alone
        .then(|| {
            document
                .select("*")
                .nodes()
                .iter()
                .find_map(|node| node.attr("bv:commentcount"))
        })
        .flatten()
        .and_then(|count| count.trim().parse().ok());
    attribute.or_else(|| {
        dom_query::Selection::from(*block)
            .select("a[href$=\"#comment\"]")
            .nodes()
            .iter()
            .find_map(|link| number_in_brackets(&link.text()))
    })
}

fn number_in_brackets(text: &str) -> Option<u64> {
    let start = text.rfind(['(', '（'])?;
    let digits: String = text[start..].chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn next_comments(document: &Document) -> Option<NextComments> {
    let link = document
        .select("a#sn_ccpgNextCommentControl[href], a[title^=\"Click to view next\"][href], a[href*=\"commentPH=\"]")
        .nodes()
        .iter()
        .find_map(|link| link.attr("href"));
    if let Some(href) = link {
        return Some(NextComments::Page(href.trim().to_owned()));
    }
    document.select("*").nodes().iter().find_map(|node| {
        let last = node.attr("bv:lastcns")?;
        let entry = node.attr("bv:cns")?;
        spaces::handle_within(&last)?;
        Some(NextComments::Script {
            entry: entry.to_string(),
            last: last.to_string(),
        })
    })
}

/// The page that a stranger got instead of what is not for everyone; its status was 200.
fn is_sign_in(document: &Document) -> bool {
    document
        .select("form[action*=\"login.live.com\"], form[action*=\"login.passport\"], form[action*=\"ppsecure\"], input[type=\"password\"][name=\"passwd\"]")
        .exists()
}

fn first_text(
    document: &Document,
    selector: impl Fn(&super::markups::EntryMarkup) -> &'static str,
) -> String {
    ENTRY_MARKUPS
        .iter()
        .filter_map(|markup| document.select(selector(markup)).nodes().first().copied())
        .map(|node| name_text(&node))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
