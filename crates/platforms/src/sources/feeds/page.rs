//! One page of a feed, as an address answers it.

use crate::sources::parts::may_read;
use crate::wire::encodings;
use crate::wire::feeds::{self, BadItem, Broken, FeedHead, FeedItem, FeedPiece, Taker};
use blog::address::without_keys;
use blog::doors::{Answer, Halt, Intake};

/// One page of a feed.
pub(super) struct Page {
    /// Its address, or `input:/…`.
    pub(super) place: String,
    pub(super) head: FeedHead,
    pub(super) items: Vec<FeedItem>,
    pub(super) bad: Vec<BadItem>,
}

/// The page in an answer; `None` where it is no feed.
pub(super) fn parsed(answer: &Answer, intake: &mut dyn Intake) -> Result<Option<Page>, Halt> {
    let declared = answer.media_type.as_deref().and_then(charset);
    let prolog = encodings::in_prolog(&answer.body);
    let text = encodings::decode(&answer.body, prolog.as_deref().or(declared)).text;
    let mut page = Filling {
        place: without_keys(&answer.address).into_owned(),
        page: Page {
            place: answer.address.clone(),
            head: FeedHead::default(),
            items: Vec::new(),
            bad: Vec::new(),
        },
        intake,
    };
    match feeds::take(&text, &mut page) {
        Ok(Some(head)) => Ok(Some(Page { head, ..page.page })),
        Err(Broken::Halt(halt)) => Err(halt),
        Ok(None) | Err(Broken::Reading(_)) => Ok(None),
    }
}

/// A page that is being read.
struct Filling<'a> {
    place: String,
    page: Page,
    intake: &'a mut dyn Intake,
}

impl Taker for Filling<'_> {
    fn wants(&mut self, number: usize, text: &dyn Fn() -> String) -> Result<bool, Halt> {
        Ok(number <= feeds::MOST_ITEMS && may_read(self.intake, &self.place, number, text, true)?)
    }

    fn take(&mut self, piece: FeedPiece) -> Result<(), Halt> {
        match piece {
            FeedPiece::Item(item) => self.page.items.push(*item),
            FeedPiece::Bad(bad) => self.page.bad.push(bad),
        }
        Ok(())
    }
}

fn charset(media_type: &str) -> Option<&str> {
    let (_, rest) = media_type.split_once("charset=")?;
    Some(rest.split(';').next()?.trim().trim_matches(['"', '\'']))
}
