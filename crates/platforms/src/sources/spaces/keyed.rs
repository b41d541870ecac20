//! The Atom interface that the migration of 2010 read through: with a key it opens private Spaces, and shows what no page does.
//!
//! Only its addresses are known for certain; the elements of an entry are read as Atom has them, whatever their prefixes.

use super::comments::CommentPart;
use super::emit::{self, Beside};
use super::keys::strike_out;
use super::living::Space;
use super::page::EntryPart;
use super::text;
use crate::wire::feeds::{self, BadItem, FeedHead, FeedItem};
use blog::{
    Audience, Finding, Secret,
    address::spaces::{self, Handle, Owner, What},
    codes,
    doors::{Call, Intake, ReadError},
};
use std::collections::HashSet;

/// Numbers that the blog itself had in accounts that were seen.
const BLOG_NUMBERS: [u64; 3] = [102, 116, 242];

/// Pages of an Atom collection.
const MOST_PAGES: usize = 10_000;

/// One page of a collection: what stands above, the entries, those that are broken.
type Collected = (FeedHead, Vec<FeedItem>, Vec<BadItem>);

/// Reads a Space whose pages ask to sign in.
pub(super) fn read_private(
    space: &mut Space<'_>,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(key) = space.host.input().secret("authkey").cloned() else {
        return Err(ReadError::Locked {
            place: format!("{}/", space.host.root()),
            what: "the Space is private and asks visitors to sign in; give the key of your migration grant (authkey), or \
                   download the Space as a zip and give that"
                .to_owned(),
        });
    };
    space.audience = super::options::audience(space.host.input())
        .unwrap_or_default()
        .narrower(Audience::Friends);
    intake.profile(space.profile())?;
    intake.finding(Finding::new(
        &codes::spaces::NOT_FOR_EVERYONE,
        "The Space asks visitors to sign in; what is read from it is kept as private.",
    ))?;
    if !read_collection(space, &key, &HashSet::new(), intake)? {
        return Err(ReadError::Locked {
            place: format!("{}/", space.host.root()),
            what: "the key was refused".to_owned(),
        });
    }
    intake.finding(Finding::new(
        &codes::spaces::BEHIND_SIGN_IN,
        "The key opened the entries and comments; albums, lists and the guestbook ask to sign in and stay behind.",
    ))?;
    super::drafts::read(space, intake)?;
    intake.profile(space.profile())?;
    Ok(())
}

/// Reads what pages did not show, when the owner gave a key.
pub(super) fn read_rest(
    space: &mut Space<'_>,
    shown: &[Handle],
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(key) = space.host.input().secret("authkey").cloned() else {
        return Ok(());
    };
    let shown: HashSet<u64> = shown.iter().map(|handle| handle.number).collect();
    if !read_collection(space, &key, &shown, intake)? {
        intake.finding(Finding::new(
            &codes::spaces::KEY_REFUSED,
            "The interface of the Space did not accept the key; what pages show was read.",
        ))?;
    }
    Ok(())
}

/// Reads the collection of entries but those in `known`. `false` when the interface does not open.
fn read_collection(
    space: &mut Space<'_>,
    key: &Secret,
    known: &HashSet<u64>,
    intake: &mut dyn Intake,
) -> Result<bool, ReadError> {
    let Some(base) = base(space) else {
        return Err(ReadError::Locked {
            place: format!("{}/", space.host.root()),
            what: "the key opens an address that holds the account number, and nothing names it; give the address in the form \
                   http://cid-….spaces.live.com, with the number that your grant shows"
                .to_owned(),
        });
    };
    for blog in BLOG_NUMBERS {
        let first = format!(
            "{base}/Blogs('{}!{blog}')/Entries",
            space.names.cid.as_deref().unwrap_or("")
        );
        let mut address = Some(first);
        let mut is_open = false;
        for _ in 0..MOST_PAGES {
            let Some(here) = address.take() else {
                break;
            };
            let Some((head, items, bad)) = collection(space, &here, key)? else {
                break;
            };
            is_open = true;
            for item in items {
                entry(space, item, &here, key, known, intake)?;
            }
            for item in bad {
                intake.finding(
                    Finding::new(
                        &codes::spaces::UNREADABLE_ENTRY,
                        format!(
                            "Entry {} of a page of the interface is broken ({}); it stays behind.",
                            item.number, item.what
                        ),
                    )
                    .at(strike_out(&here)),
                )?;
            }
            address = head
                .next
                .and_then(|next| blog::body::resolve(&next, Some(&here)))
                .map(|next| without_key(&next));
        }
        if is_open {
            return Ok(true);
        }
    }
    Ok(false)
}

fn entry(
    space: &mut Space<'_>,
    item: FeedItem,
    here: &str,
    key: &Secret,
    known: &HashSet<u64>,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let addresses = [item.guid.as_deref(), item.link.as_deref()];
    let handle = addresses.into_iter().flatten().find_map(|address| {
        let parsed = spaces::parse(address)?;
        match (parsed.what, parsed.owner) {
            (What::Entry(number), Some(owner)) => Some(Handle { owner, number }),
            _ => None,
        }
    });
    let handle = handle.or_else(|| own_handle(&item));
    let Some(handle) = handle.filter(|handle| !known.contains(&handle.number)) else {
        return Ok(());
    };
    space.names.owner(&handle.owner);
    let comments = comments(space, comments_address(&item, here, &handle), key)?;
    let (id, body) = (handle.number, unwrapped(&item.body));
    let part = EntryPart {
        handle,
        title: super::comments::name_text(
            &dom_query::Document::fragment(item.title.as_str()).root(),
        ),
        original: body.clone(),
        body,
        heading: None,
        time: None,
        categories: item.categories,
        announced_comments: item.comment_count,
    };
    let beside = Beside {
        published: item.published.or(item.updated),
        modified: item.updated,
        comments: emit::CommentMoments::of(&comments),
        audience: Some(stated(item.access.as_deref(), space.audience)),
        is_draft: item.draft,
        ..Beside::default()
    };
    let comments: Vec<CommentPart> = comments.into_iter().map(comment).collect();
    let base = format!(
        "{}/blog/cns!{}!{id}.entry",
        space.host.root(),
        space.names.cid.as_deref().unwrap_or("")
    );
    super::saved::check_count(
        intake,
        id,
        &part.title,
        part.announced_comments,
        comments.len(),
        &base,
    )?;
    emit::entry(
        &part,
        comments,
        &[],
        &beside,
        space.setting(&base, &base),
        intake,
    )?;
    Ok(())
}

/// A word about who may see an entry; no word means what holds for the Space, an unknown one the owner alone.
fn stated(word: Option<&str>, space: Audience) -> Audience {
    match word.map(str::trim) {
        None | Some("") => space,
        Some(word) => Audience::of_words([word]),
    }
}

/// Where an entry's comments are: behind its own link, else below its place in the collection `here`.
fn comments_address(item: &FeedItem, here: &str, handle: &Handle) -> String {
    if let Some(link) = &item.comments_feed
        && let Some(link) = blog::body::resolve(link, Some(here))
    {
        return without_key(&link);
    }
    let collection = here.split('?').next().unwrap_or(here);
    let (Owner::Cid(owner) | Owner::Token(owner)) = &handle.owner;
    format!("{collection}('{owner}!{}')/Comments", handle.number)
}

fn comments(
    space: &mut Space<'_>,
    first: String,
    key: &Secret,
) -> Result<Vec<FeedItem>, ReadError> {
    let mut all = Vec::new();
    let mut address = Some(first);
    for _ in 0..MOST_PAGES {
        let Some(here) = address.take() else {
            break;
        };
        let Some((head, items, _)) = collection(space, &here, key)? else {
            break;
        };
        all.extend(items);
        address = head
            .next
            .and_then(|next| blog::body::resolve(&next, Some(&here)))
            .map(|next| without_key(&next));
    }
    Ok(all)
}

fn comment(item: FeedItem) -> CommentPart {
    CommentPart {
        number: own_handle(&item).map(|handle| handle.number),
        author: item.author.unwrap_or_default(),
        author_url: item.author_url,
        author_email: None,
        date: None,
        body: item.comment_body.unwrap_or(item.body),
    }
}

/// The handle among the item's ids: `cns!CID!N` or, as this interface wrote it, `CID!N`.
fn own_handle(item: &FeedItem) -> Option<Handle> {
    item.ids
        .iter()
        .find_map(|id| spaces::handle(id).or_else(|| spaces::handle_within(id)))
}

/// One page of a collection. The key goes into the call and nowhere else.
fn collection(
    space: &mut Space<'_>,
    address: &str,
    key: &Secret,
) -> Result<Option<Collected>, ReadError> {
    let joint = if address.contains('?') { '&' } else { '?' };
    // People copy the key as it stands in an address, its last sign escaped.
    let plain = percent_encoding::percent_decode_str(key.reveal()).decode_utf8_lossy();
    let value = percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC);
    let asked = format!("{address}{joint}authkey={value}");
    let answer = space.host.call(&Call {
        method: "GET",
        address: &asked,
        headers: &[("Accept", "application/atom+xml")],
        body: None,
    })?;
    let Ok(answer) = answer else {
        return Ok(None);
    };
    if answer.status != 200 {
        return Ok(None);
    }
    let text = text::decode(&answer.body, answer.media_type.as_deref());
    Ok(feeds::read_all(&text))
}

fn base(space: &Space<'_>) -> Option<String> {
    let cid = space.names.cid.as_deref()?;
    let decimal = spaces::cid_to_decimal(cid)?;
    Some(format!(
        "http://cid-{:0>16}.users.api.live.net/Users({decimal})",
        cid.to_ascii_lowercase()
    ))
}

/// A link to the next page may carry the key; it is put on again by the call.
fn without_key(address: &str) -> String {
    let struck = strike_out(address);
    let (path, query) = struck.split_once('?').unwrap_or((&struck, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !parameter.starts_with("authkey="))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

/// Bodies came as the page's own fragment, wrapper and all.
fn unwrapped(body: &str) -> String {
    let document = dom_query::Document::fragment(body);
    match document.select("[id^=\"msgcns\"]").nodes() {
        [wrapper] => wrapper.inner_html().trim().to_owned(),
        _ => body.to_owned(),
    }
}
