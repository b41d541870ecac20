//! The Atom interface that the migration of 2010 read through: with a key it opens private Spaces, and shows what no page does.
//!
//! Only its addresses are known for certain; the elements of an entry are read as Atom has them, whatever their prefixes.

use super::album_pages::photo_of_item;
use super::albums;
use super::comments::CommentPart;
use super::emit::{self, Beside, Setting};
use super::grant::{Grant, Pages, locked, without_key};
use super::keys::strike_out;
use super::living::Space;
use super::page::EntryPart;
use crate::wire::feeds::{BadItem, FeedItem};
use blog::{
    Audience, Code, Finding,
    address::spaces::{self, Handle, Owner, What},
    codes,
    doors::{Intake, ReadError},
};
use std::collections::HashSet;

/// Numbers that the blog itself had in accounts that were seen.
const BLOG_NUMBERS: [u64; 3] = [102, 116, 242];

/// Reads a Space whose pages ask to sign in.
pub(super) fn read_private(
    space: &mut Space<'_>,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(key) = space.host.input().secret("authkey").cloned() else {
        return Err(locked(
            space,
            "the Space is private and asks visitors to sign in; give the key of your migration grant (authkey), or \
             download the Space as a zip and give that",
        ));
    };
    let said = super::options::audience(space.host.input());
    let most = said
        .unwrap_or(Audience::Friends)
        .narrower(Audience::Friends);
    space.audience = said.unwrap_or_default().narrower(most);
    intake.profile(space.profile())?;
    intake.finding(Finding::new(
        &codes::spaces::NOT_FOR_EVERYONE,
        "The Space asks visitors to sign in; what is read from it is kept as private.",
    ))?;
    let grant = Grant::new(space, key, most)?;
    if !read_entries(space, &grant, &HashSet::new(), intake)? {
        return Err(locked(space, "the key was refused"));
    }
    let sentence = if read_albums(space, &grant, intake)? {
        "The key opened the entries, their comments and the albums; lists, trackbacks and the guestbook ask to sign in and stay behind."
    } else {
        "The key opened the entries and their comments; albums, lists, trackbacks and the guestbook ask to sign in and stay behind."
    };
    intake.finding(Finding::new(&codes::spaces::BEHIND_SIGN_IN, sentence))?;
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
    let grant = Grant::new(space, key, space.audience)?;
    if !read_entries(space, &grant, &shown, intake)? {
        intake.finding(Finding::new(
            &codes::spaces::KEY_REFUSED,
            "The interface of the Space did not accept the key; what pages show was read.",
        ))?;
    }
    Ok(())
}

/// Reads the collection of entries but those in `known`. `false` when the interface does not open.
fn read_entries(
    space: &mut Space<'_>,
    grant: &Grant,
    known: &HashSet<u64>,
    intake: &mut dyn Intake,
) -> Result<bool, ReadError> {
    for blog in BLOG_NUMBERS {
        let cid = space.names.cid.as_deref().unwrap_or("");
        let mut pages = Pages::from(format!("{}/Blogs('{cid}!{blog}')/Entries", grant.base));
        let mut is_open = false;
        while let Some((here, (_, items, bad))) = pages.page(space, grant)? {
            is_open = true;
            for item in items {
                entry(space, item, &here, grant, known, intake)?;
            }
            broken(&bad, &here, &codes::spaces::UNREADABLE_ENTRY, intake)?;
        }
        if is_open {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the albums, which the same family of interfaces calls folders. `false` when it does not open them.
fn read_albums(
    space: &mut Space<'_>,
    grant: &Grant,
    intake: &mut dyn Intake,
) -> Result<bool, ReadError> {
    let mut pages = Pages::from(format!("{}/Folders", grant.base));
    let mut is_open = false;
    while let Some((here, (_, folders, bad))) = pages.page(space, grant)? {
        is_open = true;
        broken(&bad, &here, &codes::spaces::ALBUM_INCOMPLETE, intake)?;
        for folder in folders {
            album(space, folder, grant, intake)?;
        }
    }
    Ok(is_open)
}

fn album(
    space: &mut Space<'_>,
    folder: FeedItem,
    grant: &Grant,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(Handle { owner, number }) = own_handle(&folder) else {
        return Ok(());
    };
    let (Owner::Cid(spelled) | Owner::Token(spelled)) = &owner;
    let place = format!("{}/Folders('{spelled}!{number}')/Files", grant.base);
    let mut photos = Vec::new();
    let mut pages = Pages::from(place.clone());
    while let Some((here, (_, files, bad))) = pages.page(space, grant)? {
        broken(&bad, &here, &codes::spaces::ALBUM_INCOMPLETE, intake)?;
        photos.extend(files.into_iter().filter_map(photo_of_item));
    }
    for photo in &mut photos {
        // A file's entry has no page that a link in a body could mean.
        photo.page = None;
    }
    let album = albums::Ready {
        number,
        owner,
        title: Some(folder.title),
        updated: folder.updated.or(folder.published),
        photos,
        audience: stated(folder.access.as_deref(), space.audience).narrower(grant.most),
        place,
    };
    albums::emit(album, &space.names, intake)?;
    Ok(())
}

/// Tells of the broken entries of a page.
fn broken(
    bad: &[BadItem],
    here: &str,
    code: &Code,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    for item in bad {
        let sentence = format!(
            "Entry {} of a page of the interface is broken ({}); it stays behind.",
            item.number, item.what
        );
        intake.finding(Finding::new(code, sentence).at(strike_out(here)))?;
    }
    Ok(())
}

fn entry(
    space: &mut Space<'_>,
    item: FeedItem,
    here: &str,
    grant: &Grant,
    known: &HashSet<u64>,
    intake: &mut dyn Intake,
) -> Result<(), ReadError> {
    let Some(handle) = entry_handle(&item).filter(|handle| !known.contains(&handle.number)) else {
        return Ok(());
    };
    space.names.owner(&handle.owner);
    let comments = comments(space, comments_address(&item, here, &handle), grant)?;
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
    let setting = Setting {
        audience: grant.most,
        ..space.setting(&base, &base)
    };
    emit::entry(&part, comments, &[], &beside, setting, intake)?;
    Ok(())
}

fn entry_handle(item: &FeedItem) -> Option<Handle> {
    let addresses = [item.guid.as_deref(), item.link.as_deref()];
    let named = addresses.into_iter().flatten().find_map(|address| {
        let parsed = spaces::parse(address)?;
        match (parsed.what, parsed.owner) {
            (What::Entry(number), Some(owner)) => Some(Handle { owner, number }),
            _ => None,
        }
    });
    named.or_else(|| own_handle(item))
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
    grant: &Grant,
) -> Result<Vec<FeedItem>, ReadError> {
    let mut all = Vec::new();
    let mut pages = Pages::from(first);
    while let Some((_, (_, items, _))) = pages.page(space, grant)? {
        all.extend(items);
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

/// Bodies came as the page's own fragment, wrapper and all.
fn unwrapped(body: &str) -> String {
    let document = dom_query::Document::fragment(body);
    match document.select("[id^=\"msgcns\"]").nodes() {
        [wrapper] => wrapper.inner_html().trim().to_owned(),
        _ => body.to_owned(),
    }
}
