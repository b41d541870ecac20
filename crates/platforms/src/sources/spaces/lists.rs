//! Lists of books, music, films, blogs, anything.

use super::comments::{first, name_text};
use super::living::Space;
use super::page;
use super::page_links::Linked;
use super::text;
use crate::wire::feeds::FeedItem;
use blog::{
    Finding, Item, ItemRef, Kind, List, ListEntry, Moment,
    address::spaces::{self, Handle, Owner},
    codes,
    doors::{Halt, Intake, Original, ReadError},
};
use dom_query::{Document, NodeRef};

/// What is known of a list before it is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    owner: Option<Owner>,
    title: Option<String>,
    topic: Option<String>,
    updated: Option<Moment>,
    body: String,
}

impl Known {
    /// What a feed item says.
    pub(super) fn learn(&mut self, item: &FeedItem, owner: Option<Owner>) {
        self.owner = self.owner.take().or(owner);
        self.title = self.title.take().or_else(|| Some(item.title.clone()));
        self.topic = self
            .topic
            .take()
            .or_else(|| item.kind.as_deref().and_then(topic));
        self.updated = self.updated.or(item.published);
        if self.body.is_empty() {
            self.body.clone_from(&item.body);
        }
    }

    /// What a link says.
    pub(super) fn link(&mut self, link: &Linked) {
        self.owner = self.owner.take().or(Some(link.handle.owner.clone()));
    }
}

/// Reads every list of a living Space.
pub(super) fn read(space: &mut Space<'_>, intake: &mut dyn Intake) -> Result<(), ReadError> {
    let page = space.host.at("/Lists/");
    if let Some(html) = space.host.optional_page(&page, intake)? {
        for link in page::read(&html).linked_lists {
            space
                .lists
                .entry(link.handle.number)
                .or_default()
                .link(&link);
        }
    }
    for (number, known) in std::mem::take(&mut space.lists) {
        read_list(space, number, known, intake)?;
    }
    Ok(())
}

fn read_list(
    space: &mut Space<'_>,
    number: u64,
    known: Known,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(owner) = known
        .owner
        .clone()
        .or_else(|| space.names.cid.clone().map(Owner::Cid))
    else {
        return Ok(());
    };
    let (Owner::Cid(spelled) | Owner::Token(spelled)) = &owner;
    let address = space.host.at(&format!("/Lists/cns!{spelled}!{number}/"));
    let html = space.host.page(&address, intake)?.unwrap_or_default();
    let mut list = on_page(&html, number);
    if list.entries.is_empty() && !known.body.is_empty() {
        list.entries = rows(&Document::fragment(known.body.as_str()).root());
    }
    list.title = known
        .title
        .filter(|title| !title.is_empty())
        .unwrap_or(list.title);
    list.topic = list.topic.or(known.topic);
    list.updated = known.updated;
    list.addresses = space.names.list_addresses(number, &owner);
    list.audience = space.audience;
    emit(list, &html, &address, intake)?;
    Ok(())
}

/// Emits a list with its page as the original; one without entries is told.
pub(super) fn emit(
    list: List,
    html: &str,
    place: &str,
    intake: &mut dyn Intake,
) -> Result<(), Halt> {
    if list.entries.is_empty() {
        let finding = Finding::new(
            &codes::spaces::LIST_UNREADABLE,
            format!(
                "The list '{}' shows no entries that could be recognised; it is kept empty.",
                list.title
            ),
        );
        let about = ItemRef::new(Kind::List, &list.id);
        intake.finding(finding.about(about).at(place))?;
    }
    let original = super::keys::strike_out(html);
    intake.item(
        Item::List(list),
        Original {
            bytes: original.as_bytes(),
            media_type: "text/html",
            place,
        },
    )
}

/// The lists whose entries a page shows, by the handles of their blocks.
pub(super) fn shown(document: &Document) -> Vec<Handle> {
    let mut handles: Vec<Handle> = Vec::new();
    for block in document.select("[id^=\"list\"]").nodes() {
        let id = block.attr_or("id", "").replace("%21", "!");
        if let Some(handle) = spaces::handle_within(&id).filter(|handle| !handles.contains(handle))
        {
            handles.push(handle);
        }
    }
    handles
}

/// The list on its page. How lists were marked up is in no source; a block with the list's handle is tried first.
pub(super) fn on_page(html: &str, number: u64) -> List {
    let html = if text::is_too_deep(html) { "" } else { html };
    let document = Document::from(html);
    let block = document
        .select(&format!(
            "[id^=\"list\"][id$=\"!{number}\"], [id^=\"list\"][id$=\"%21{number}\"], .listPart, #listPart"
        ))
        .nodes()
        .first()
        .copied();
    let class = block.as_ref().and_then(NodeRef::class);
    List {
        id: number.to_string(),
        title: block
            .and_then(|block| first(&block, ".listTitle, h3, h2"))
            .map(|node| name_text(&node))
            .unwrap_or_default(),
        topic: class.and_then(|class| class.split_whitespace().find_map(topic)),
        entries: block.map(|block| rows(&block)).unwrap_or_default(),
        addresses: Vec::new(),
        updated: None,
        audience: blog::Audience::default(),
    }
}

fn rows(block: &NodeRef<'_>) -> Vec<ListEntry> {
    dom_query::Selection::from(*block)
        .select("li, tr.listItem")
        .nodes()
        .iter()
        .map(row)
        .filter(|entry| !entry.title.is_empty())
        .collect()
}

fn row(row: &NodeRef<'_>) -> ListEntry {
    let piece = |selector: &str| {
        first(row, selector)
            .map(|node| name_text(&node))
            .filter(|text| !text.is_empty())
    };
    let link = first(row, "a[href]");
    ListEntry {
        title: piece(".listItemTitle")
            .or_else(|| link.as_ref().map(name_text))
            .unwrap_or_else(|| name_text(row)),
        note: piece(".listItemNote"),
        address: link
            .and_then(|a| a.attr("href"))
            .map(|href| href.trim().to_owned())
            .filter(|href| href.starts_with("http")),
        by: piece(".listItemAuthor"),
    }
}

/// `booklist`, `bookList`, `BookList` → `book`.
fn topic(kind: &str) -> Option<String> {
    let lower = kind.to_ascii_lowercase();
    lower
        .strip_suffix("list")
        .filter(|topic| !topic.is_empty())
        .map(str::to_owned)
}
