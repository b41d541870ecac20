//! Comments beyond the first twenty: pages behind plain links, or answers that a script fetched.

use super::comments::{self, CommentPart};
use super::host::Host;
use super::page::{self, NextComments, Page};
use blog::doors::{Intake, ReadError};
use std::collections::HashSet;

/// Pages of twenty comments under one entry, or of the guestbook; 3,000 comments were the most that was seen.
const MOST_COMMENT_PAGES: usize = 5_000;

/// The comments of `page`, which stands at `address`, and of every page they go on, newest first.
pub(super) fn all(
    host: &mut Host<'_>,
    address: &str,
    entry: u64,
    page: &Page,
    intake: &mut dyn Intake,
) -> Result<Vec<CommentPart>, ReadError> {
    let mut all = page.comments.clone();
    let announced = page
        .entries
        .first()
        .and_then(|part| part.announced_comments);
    let mut next = page.next_comments.clone();
    // A host that answers every page with the first one must not lead in circles.
    let mut followed = HashSet::new();
    for _ in 0..MOST_COMMENT_PAGES {
        let Some(here) = next.take().filter(|next| followed.insert(next.clone())) else {
            break;
        };
        let is_script = matches!(here, NextComments::Script { .. });
        // The attributes that the script read stand on every page, also where nothing follows.
        if is_script && announced.is_none_or(|announced| all.len() as u64 >= announced) {
            break;
        }
        let (more, following) = match here {
            NextComments::Page(link) => linked(host, address, &link, intake)?,
            NextComments::Script {
                entry: handle,
                last,
            } => scripted(host, entry, &handle, &last, intake)?,
        };
        // Honest equal comments stay two: only what has the same number is the same.
        let known: HashSet<u64> = all.iter().filter_map(|comment| comment.number).collect();
        let before = all.len();
        all.extend(
            more.into_iter()
                .filter(|comment| comment.number.is_none_or(|number| !known.contains(&number))),
        );
        if all.len() == before {
            break;
        }
        next = following;
    }
    Ok(all)
}

/// One page of comments and where they go on.
type CommentPage = (Vec<CommentPart>, Option<NextComments>);

fn linked(
    host: &mut Host<'_>,
    address: &str,
    link: &str,
    intake: &mut dyn Intake,
) -> Result<CommentPage, ReadError> {
    let Some(link) = blog::body::resolve(link, Some(address)) else {
        return Ok((Vec::new(), None));
    };
    let Some(html) = host.page(&link, intake)? else {
        return Ok((Vec::new(), None));
    };
    let page = page::read(&html);
    Ok((page.comments, page.next_comments))
}

fn scripted(
    host: &mut Host<'_>,
    entry: u64,
    handle: &str,
    last: &str,
    intake: &mut dyn Intake,
) -> Result<CommentPage, ReadError> {
    let (more, behind) = host
        .comment_script(handle, last, intake)?
        .map(|text| comments::comments_of_script(&text, Some(entry)))
        .unwrap_or_default();
    let by_number = || {
        let number = more.last()?.number?;
        let (front, _) = last.rsplit_once('!')?;
        Some(format!("{front}!{number}"))
    };
    let following = behind
        .or_else(by_number)
        .filter(|next| next != last)
        .map(|last| NextComments::Script {
            entry: handle.to_owned(),
            last,
        });
    Ok((more, following))
}
