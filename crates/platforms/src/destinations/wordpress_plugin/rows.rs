//! Placing terms, posts and comments: requests of a bearable size, and what to do when one item spoils its request.

use super::items::{Part, Row, row};
use super::session::type_is_to_blame;
use super::words::{Became, Limits, Mark, PlaceAnswer};
use super::{Mode, Opened, pieces};
use crate::destinations::wordpress::answers::{Failure, quote};
use blog::ItemRef;
use blog::doors::{Outcome, Placed, Placement, WriteError};
use serde_json::Value;
use std::collections::HashSet;

/// Single items that fail one after the other before the site itself is suspected.
const SUSPECTS_MAX: usize = 3;

/// However little a server takes at once, requests are not made smaller than this on its account.
const REQUEST_BYTES_MIN: usize = 16 * 1024;

/// Bytes of a request around its items.
const FRAME_BYTES: usize = 1024;

/// Places the items at `places` of `batch`, and answers in their order.
pub(super) fn place(
    opened: &mut Opened,
    mode: Mode,
    batch: &[Placement],
    places: &[usize],
) -> Result<Vec<Placed>, WriteError> {
    let began_in_pieces = opened.in_pieces;
    match place_once(opened, mode, batch, places) {
        // They were given up on the way, before anything was written.
        Err(_) if began_in_pieces && !opened.in_pieces => place_once(opened, mode, batch, places),
        answer => answer,
    }
}

fn place_once(
    opened: &mut Opened,
    mode: Mode,
    batch: &[Placement],
    places: &[usize],
) -> Result<Vec<Placed>, WriteError> {
    let mut round = Round {
        opened,
        mode,
        answers: vec![None; places.len()],
        suspects: Vec::new(),
        placed_any: false,
    };
    let limits = round.opened.site.limits.clone();
    let mut rows: Vec<Row<'_>> = places
        .iter()
        .enumerate()
        .filter_map(|(at, place)| row(at, &batch[*place], round.opened.in_pieces, &limits))
        .collect();
    if round.opened.in_pieces && comments_follow(&rows) {
        // A post and its comments in the same piece are written at once.
        rows.sort_by_key(|row| row.part != Part::Terms);
    } else {
        rows.sort_by_key(|row| row.part);
    }
    let (fitting, too_large): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.json.len() + FRAME_BYTES <= limits.body_bytes);
    for row in &too_large {
        let what = format!(
            "its {} bytes are more than this WordPress takes at once ({})",
            row.json.len(),
            limits.body_bytes
        );
        round.answers[row.at] = Some(refused(row.item, what));
    }
    round.send_all(&fitting, usize::MAX)?;
    round.judge_suspects()?;
    let answers: Option<Vec<Placed>> = round.answers.into_iter().collect();
    answers
        .ok_or_else(|| WriteError::Unknown("the new home did not answer for every item".to_owned()))
}

/// An item that is not taken.
pub(super) fn refused(item: &ItemRef, remark: String) -> Placed {
    Placed {
        mark: item.clone(),
        outcome: Outcome::Refused,
        id: None,
        address: None,
        picture: None,
        remark: Some(remark),
    }
}

/// The plugin's word for an outcome.
pub(super) fn outcome_of(word: &str) -> Option<Outcome> {
    Some(match word {
        "created" => Outcome::Created,
        "unchanged" => Outcome::Unchanged,
        "updated" => Outcome::Updated,
        "conflict" => Outcome::Conflict,
        "refused" => Outcome::Refused,
        _ => return None,
    })
}

/// One call of `place`: its answers so far, and the items that failed alone.
struct Round<'a, 'b> {
    opened: &'a mut Opened,
    mode: Mode,
    answers: Vec<Option<Placed>>,
    suspects: Vec<(usize, &'b ItemRef, Failure)>,
    placed_any: bool,
}

impl<'b> Round<'_, 'b> {
    /// Sends rows in requests that fit, of at most `rows_max` rows.
    fn send_all(&mut self, rows: &[Row<'b>], rows_max: usize) -> Result<(), WriteError> {
        let mut left = rows;
        while !left.is_empty() {
            let count = match self.opened.in_pieces {
                true => fit_bytes(left, self.opened.request_bytes),
                false => fit(left, &self.opened.site.limits, self.opened.request_bytes),
            };
            let (pack, rest) = left.split_at(count.min(rows_max));
            self.send(pack)?;
            left = rest;
        }
        Ok(())
    }

    /// Sends one request; halves it while it is too large or something in it makes the whole fail.
    fn send(&mut self, pack: &[Row<'b>]) -> Result<(), WriteError> {
        if pack.is_empty() {
            return Ok(());
        }
        self.opened.session.keep_lease()?;
        let head = self.opened.session.head();
        let (bytes, outcome) = if self.opened.in_pieces {
            let limits = &self.opened.site.limits;
            let body = pieces::request(&head, self.mode, pack, limits);
            let session = &mut self.opened.session;
            let answer = session.post_packed::<pieces::PiecesAnswer>("place", &body, pieces::TYPE);
            let limits = &self.opened.site.limits;
            let whole = answer.map(|answer| answer.whole(pack, limits));
            (body.len(), whole)
        } else {
            let body = request(&head, self.mode, pack);
            let session = &mut self.opened.session;
            let answer = session.post_packed("place", &body, "application/json");
            (body.len(), answer.map(Some))
        };
        let failure = match outcome {
            Ok(Some(answer)) => return self.take(pack, answer),
            Ok(None) => return Err(for_others()),
            Err(failure) => failure,
        };
        if self.opened.in_pieces && !self.placed_any && type_is_to_blame(&failure) {
            self.opened.give_up_pieces();
            return Err(failure.error);
        }
        if !is_about_content(&failure) {
            return Err(failure.error);
        }
        if let [row] = pack {
            self.suspects.push((row.at, row.item, failure));
            // Everything fails: the site is ill, not the items. Asking on would mark a whole blog as refused.
            if !self.placed_any && self.suspects.len() >= SUSPECTS_MAX {
                self.judge_suspects()?;
            }
            return Ok(());
        }
        if is_about_bytes(&failure) {
            // The next requests need not be refused to find out.
            let bytes = (bytes / 2).max(REQUEST_BYTES_MIN);
            self.opened.request_bytes = self.opened.request_bytes.min(bytes);
        }
        self.send_all(pack, pack.len().div_ceil(2))
    }

    /// Takes in the answers to one request.
    fn take(&mut self, pack: &[Row<'b>], answer: PlaceAnswer) -> Result<(), WriteError> {
        for (part, answers) in [
            (Part::Terms, answer.terms),
            (Part::Posts, answer.posts),
            (Part::Comments, answer.comments),
        ] {
            let rows = || pack.iter().filter(|row| row.part == part);
            let same = rows().count() == answers.len()
                && rows()
                    .zip(&answers)
                    .all(|(row, word)| word.mark == Mark::of(row.item));
            if !same {
                return Err(for_others());
            }
            for (row, word) in rows().zip(answers) {
                let (mut placed, status) = placed(row.item, word)?;
                if matches!(placed.outcome, Outcome::Created | Outcome::Updated) {
                    placed.remark = both(placed.remark, row.left_out.clone());
                }
                let placed = self.checked(row, (placed, status))?;
                self.answers[row.at] = Some(placed);
            }
        }
        self.placed_any = true;
        Ok(())
    }

    /// Nothing private may become public, not even by a mistake of the other side: such a thing is taken away at once.
    fn checked(
        &mut self,
        row: &Row<'b>,
        (placed, status): (Placed, String),
    ) -> Result<Placed, WriteError> {
        let ours = matches!(placed.outcome, Outcome::Created | Outcome::Updated);
        let narrow = row.status.is_some_and(|status| !status.is_open());
        if !(ours && narrow && matches!(status.as_str(), "publish" | "future")) {
            return Ok(placed);
        }
        let marks = [row.item.clone()];
        super::reading::remove(&mut self.opened.session, 1, &marks)?;
        Ok(refused(
            row.item,
            "the new home made it public although it is not; it was taken away again".to_owned(),
        ))
    }

    /// Items that made their request fail: theirs is the fault when the site takes other requests.
    fn judge_suspects(&mut self) -> Result<(), WriteError> {
        let Some((_, _, failure)) = self.suspects.first() else {
            return Ok(());
        };
        let server_error = failure.status >= 500;
        if server_error && !self.placed_any {
            let body = request(&self.opened.session.head(), self.mode, &[]);
            let healthy = self
                .opened
                .session
                .post_packed::<PlaceAnswer>("place", &body, "application/json")
                .is_ok();
            if !healthy {
                let (_, _, failure) = self.suspects.swap_remove(0);
                return Err(failure.error);
            }
        }
        for (at, item, failure) in self.suspects.drain(..) {
            self.answers[at] = Some(refused(item, remark_of(&failure)));
        }
        Ok(())
    }
}

fn for_others() -> WriteError {
    WriteError::Unknown("the plugin answered for other items than it was sent".to_owned())
}

/// Whether a failure may come from what was sent: then smaller requests find the item.
fn is_about_content(failure: &Failure) -> bool {
    match failure.status {
        400 | 413 | 422 => true,
        500 => failure.code != "rehome_schema",
        _ => false,
    }
}

/// Whether a request was too long. A server in front of the plugin names no limit; the plugin does, and has some for numbers of things too.
fn is_about_bytes(failure: &Failure) -> bool {
    let limit = failure.data["limit"].as_str();
    failure.status == 413 && limit.is_none_or(|limit| limit.ends_with("bytes"))
}

/// Two remarks as one.
fn both(one: Option<String>, other: Option<String>) -> Option<String> {
    let all: Vec<String> = one.into_iter().chain(other).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn remark_of(failure: &Failure) -> String {
    match (failure.status, failure.message.is_empty()) {
        (413, _) if is_about_bytes(failure) => {
            "it is larger than this WordPress takes at once".to_owned()
        }
        (status, true) => format!("the new home answers it with status {status}"),
        (status, false) => format!(
            "the new home answers it with status {status}: {}",
            failure.message
        ),
    }
}

/// An answer of the plugin as ours, with the status that the thing now has.
pub(super) fn placed(item: &ItemRef, word: Became) -> Result<(Placed, String), WriteError> {
    let outcome = outcome_of(&word.outcome).ok_or_else(|| {
        WriteError::Unknown(format!(
            "the plugin answered \"{}\" for {item}, which is no outcome",
            quote(&word.outcome)
        ))
    })?;
    let text = |text: String| (!text.is_empty()).then_some(text);
    let placed = Placed {
        mark: item.clone(),
        outcome,
        id: (word.id > 0).then_some(word.id),
        address: text(word.address),
        picture: None,
        remark: text(word.remark),
    };
    Ok((placed, word.status))
}

/// How many of the rows go into one request, or one piece, of at most `bytes_max`; one at least.
pub(super) fn fit(rows: &[Row<'_>], limits: &Limits, bytes_max: usize) -> usize {
    let count_max = |part: Part| match part {
        Part::Terms => limits.terms.max(1),
        Part::Posts => limits.posts.max(1),
        Part::Comments => limits.comments.max(1),
    };
    let mut counts = [0; Part::ALL.len()];
    let fitting = rows[..fit_bytes(rows, bytes_max)].iter().take_while(|row| {
        let count = &mut counts[row.part as usize];
        *count += 1;
        *count <= count_max(row.part)
    });
    fitting.count().max(1)
}

/// How many of the rows have at most `bytes_max` together; one at least.
fn fit_bytes(rows: &[Row<'_>], bytes_max: usize) -> usize {
    let mut bytes = FRAME_BYTES;
    let fitting = rows.iter().take_while(|row| {
        bytes += row.json.len() + 1;
        bytes <= bytes_max
    });
    fitting.count().max(1).min(rows.len())
}

/// Whether each comment stands behind its post, where that is among the rows.
fn comments_follow(rows: &[Row<'_>]) -> bool {
    let posts = rows.iter().filter(|row| row.part == Part::Posts);
    let among: HashSet<&ItemRef> = posts.map(|row| row.item).collect();
    let mut seen = HashSet::new();
    rows.iter().all(|row| {
        seen.insert(row.item);
        row.post
            .is_none_or(|post| !among.contains(post) || seen.contains(post))
    })
}

/// The body of one request.
fn request(head: &Value, mode: Mode, pack: &[Row<'_>]) -> String {
    let list = |part: Part| {
        let rows: Vec<&str> = pack
            .iter()
            .filter(|row| row.part == part)
            .map(|row| row.json.as_str())
            .collect();
        rows.join(",")
    };
    let mut head = head.clone();
    head["mode"] = mode.as_str().into();
    let head = head.to_string();
    let head = head.strip_suffix('}').unwrap_or(&head);
    format!(
        "{head},\"terms\":[{}],\"posts\":[{}],\"comments\":[{}]}}",
        list(Part::Terms),
        list(Part::Posts),
        list(Part::Comments)
    )
}
