//! Comments and guestbook notes, each answer behind what it answers.

use super::{links, plan::Plan};
use crate::{Bundle, Error, bundle::Stored, transfer::public_url};
use blog::{
    Comment, CommentKind, CommentState, GuestbookEntry, Item, Kind,
    doors::archiving::{Part, Said},
};
use std::collections::{HashMap, HashSet};

/// What readers said under a post and were shown.
pub(super) fn under(
    bundle: &Bundle,
    plan: &Plan,
    part: Part,
    post: &str,
) -> Result<Vec<Said>, Error> {
    let comments: Vec<(Stored, Comment)> = bundle
        .comments_of(post)?
        .into_iter()
        .filter_map(|stored| match &stored.item {
            Item::Comment(comment) if comment.state == CommentState::Approved => {
                let comment = comment.clone();
                Some((stored, comment))
            }
            _ => None,
        })
        .collect();
    threaded(&comments)
        .into_iter()
        .enumerate()
        .map(|(number, (at, depth))| {
            let (stored, comment) = &comments[at];
            said(bundle, plan, part, stored, comment, number, depth)
        })
        .collect()
}

/// What waited for the owner, was called spam, or stood under a post that is not there.
pub(super) fn unseen(bundle: &Bundle, plan: &Plan) -> Result<Vec<Said>, Error> {
    let mut unseen = Vec::new();
    super::plan::each(bundle, &[Kind::Comment, Kind::Trackback], |stored| {
        if let Item::Comment(comment) = &stored.item
            && (comment.state != CommentState::Approved || plan.post_of(comment).is_none())
        {
            let number = unseen.len();
            unseen.push(said(
                bundle,
                plan,
                Part::Private,
                &stored,
                comment,
                number,
                0,
            )?);
        }
        Ok(())
    })?;
    Ok(unseen)
}

/// The notes of the guestbook.
pub(super) fn notes(bundle: &Bundle, plan: &Plan, part: Part) -> Result<Vec<Said>, Error> {
    let mut notes = Vec::new();
    super::plan::each(bundle, &[Kind::Guestbook], |stored| {
        if let Item::GuestbookEntry(entry) = &stored.item {
            let number = notes.len();
            notes.push(note(bundle, plan, part, &stored, entry, number)?);
        }
        Ok(())
    })?;
    Ok(notes)
}

fn said(
    bundle: &Bundle,
    plan: &Plan,
    part: Part,
    stored: &Stored,
    comment: &Comment,
    number: usize,
    depth: usize,
) -> Result<Said, Error> {
    let tidied = bundle.tidied(&stored.item.reference(), &stored.hash)?;
    let html = tidied.as_ref().map_or(&comment.body, |tidy| &tidy.html);
    let author = match &comment.title {
        Some(title) if comment.author.name.is_empty() => title,
        _ => &comment.author.name,
    };
    Ok(Said {
        anchor: format!("comment-{}", number + 1),
        depth,
        kind: comment.kind,
        author: author.clone(),
        url: public_url(comment.author.url.as_deref()),
        date: plan.zoned(comment.written.as_ref()),
        html: links::body(bundle, plan, part, html, None)?,
    })
}

fn note(
    bundle: &Bundle,
    plan: &Plan,
    part: Part,
    stored: &Stored,
    entry: &GuestbookEntry,
    number: usize,
) -> Result<Said, Error> {
    let tidied = bundle.tidied(&stored.item.reference(), &stored.hash)?;
    let html = tidied.as_ref().map_or(&entry.body, |tidy| &tidy.html);
    Ok(Said {
        anchor: format!("note-{}", number + 1),
        depth: 0,
        kind: CommentKind::Comment,
        author: entry.author.name.clone(),
        url: public_url(entry.author.url.as_deref()),
        date: plan.zoned(entry.written.as_ref()),
        html: links::body(bundle, plan, part, html, None)?,
    })
}

/// Positions and depths: an answer stands behind what it answers. What answers something that is not here, or itself in a ring,
/// stands at the top.
fn threaded(comments: &[(Stored, Comment)]) -> Vec<(usize, usize)> {
    let known: HashSet<&str> = comments
        .iter()
        .map(|(_, comment)| comment.id.as_str())
        .collect();
    let mut answers: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut waiting = Vec::new();
    for (at, (_, comment)) in comments.iter().enumerate() {
        match comment.parent.as_deref().filter(|id| known.contains(id)) {
            Some(parent) => answers.entry(parent).or_default().push(at),
            None => waiting.push((at, 0)),
        }
    }
    waiting.reverse();
    let mut ordered = Vec::with_capacity(comments.len());
    let mut placed = HashSet::new();
    let mut rest = 0..comments.len();
    loop {
        while let Some((at, depth)) = waiting.pop() {
            if !placed.insert(at) {
                continue;
            }
            ordered.push((at, depth));
            let under = answers.remove(comments[at].1.id.as_str());
            waiting.extend(under.into_iter().flatten().rev().map(|at| (at, depth + 1)));
        }
        match rest.find(|at| !placed.contains(at)) {
            Some(at) => waiting.push((at, 0)),
            None => return ordered,
        }
    }
}
