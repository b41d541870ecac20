//! Where the links of a page lead: those that the platform put there, and those that people wrote.

use super::comments::name_text;
use super::page::{MOST_ANCESTORS, Page};
use blog::address::spaces::{self, Handle, Owner, SpaceAddress, SpaceName, What};
use dom_query::{Document, NodeRef};

/// Links of one page to albums and the like that are counted; a page of links has some hundreds.
const MOST_MENTIONS: usize = 10_000;

/// What a link outside bodies leads to, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linked {
    /// The thing.
    pub(super) handle: Handle,
    /// The words of the first link that has some.
    pub(super) title: Option<String>,
}

/// Every link of a page that leads to something of a Space.
pub(super) fn follow(document: &Document, page: &mut Page) {
    for link in document.select("a[href]").nodes() {
        let href = link.attr_or("href", "");
        if href.to_ascii_lowercase().contains("pagedir=next") {
            page.has_next_page = true;
        }
        let Some(address) = spaces::parse(&href) else {
            continue;
        };
        // A link inside a body names whatever its author pasted; only an old owner token under a known name is learned.
        if is_in_body(link) {
            mention(address, page);
        } else {
            follow_one(address, link, page);
        }
    }
}

fn mention(address: SpaceAddress, page: &mut Page) {
    if let (Some(SpaceName::Alias(alias)), Some(owner @ Owner::Token(_))) =
        (&address.space, &address.owner)
    {
        page.linked_tokens.push((alias.clone(), owner.clone()));
    }
    let counts = matches!(
        address.what,
        What::Entry(_) | What::Album(_) | What::Photo { .. } | What::List(_) | What::Guestbook
    );
    if counts && page.mentioned.len() < MOST_MENTIONS {
        page.mentioned.push(address);
    }
}

fn follow_one(address: SpaceAddress, link: &NodeRef<'_>, page: &mut Page) {
    let handle = |number: u64| address.owner.clone().map(|owner| Handle { owner, number });
    let is_new = match address.what {
        What::Guestbook => {
            page.links_guestbook = true;
            false
        }
        What::Entry(number) => handle(number).is_some_and(|handle| {
            let is_new = !page.linked_entries.contains(&handle);
            if is_new {
                page.linked_entries.push(handle);
            }
            is_new
        }),
        What::Album(number) => {
            handle(number).is_some_and(|handle| add(&mut page.linked_albums, handle, link))
        }
        What::List(number) => {
            handle(number).is_some_and(|handle| add(&mut page.linked_lists, handle, link))
        }
        _ => false,
    };
    if is_new
        && let Some(SpaceName::Alias(alias)) = address.space
        && !page.aliases.contains(&alias)
    {
        page.aliases.push(alias);
    }
}

/// Whether the link is the first to its thing. The words of a later one are taken where the first had none.
fn add(linked: &mut Vec<Linked>, handle: Handle, link: &NodeRef<'_>) -> bool {
    let title = Some(name_text(link)).filter(|title| !title.is_empty());
    match linked.iter_mut().find(|known| known.handle == handle) {
        Some(known) => {
            known.title = known.title.take().or(title);
            false
        }
        None => {
            linked.push(Linked { handle, title });
            true
        }
    }
}

/// Whether it stands in what somebody wrote, and not in what the platform put around it.
pub(super) fn is_in_body(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(Some(MOST_ANCESTORS)).any(|ancestor| {
        ancestor.has_class("bvMsg")
            || ancestor.has_class("cc2_cmt")
            || ancestor.has_class("ccCommentBox")
            || ancestor.has_class("bvCommentText")
            || ancestor.has_class("trackbacks")
    })
}
