//! What goes wrong between a client and this home. Shares are in thousandths of the requests that write.

use crate::dice::Dice;

/// What goes wrong, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// Every request takes up to this long before it acts; a client that is gone by then changes nothing about it.
    pub delay_ms: u64,
    /// Of a thousand: applied, and the connection closed without a word.
    pub lost: u32,
    /// Of a thousand: the connection is closed at once, and the request applied up to [`Faults::late_ms`] later.
    pub late: u32,
    /// How late a late request may act.
    pub late_ms: u64,
    /// Of a thousand: applied, and the answer cut in its middle.
    pub cut: u32,
    /// Of a thousand: applied, and answered with 500.
    pub error_after: u32,
    /// Of a thousand: answered with 500, nothing done.
    pub error_before: u32,
    /// Of a thousand: answered with 429, nothing done, `Retry-After` in one of [`RETRY_AFTER`].
    pub too_many: u32,
    /// Before any chance: the first so many are dropped, nothing done, and the one after them is late.
    pub bad_start: u64,
}

impl Faults {
    /// Slow, and nothing else: what a kill makes of it is bad enough.
    #[must_use]
    pub fn slow(delay_ms: u64) -> Self {
        Self {
            delay_ms,
            ..Self::default()
        }
    }

    /// Everything that may go wrong, `each` times in a thousand.
    #[must_use]
    pub fn all(delay_ms: u64, late_ms: u64, each: u32) -> Self {
        Self {
            delay_ms,
            lost: each,
            late: each,
            late_ms,
            cut: each,
            error_after: each,
            error_before: each,
            too_many: each,
            bad_start: 0,
        }
    }
}

/// The forms of `Retry-After` that servers send; the empty one is none. None asks for more than two seconds.
pub(super) const RETRY_AFTER: [&str; 8] = [
    "",
    "0",
    "1",
    " 1 ",
    "-7",
    "soon",
    "Thu, 01 Jan 2009 00:00:00 GMT",
    "Thu, 01-Jan-09 00:00:00 GMT",
];

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Well,
    Dropped,
    Lost,
    Late(u64),
    Cut,
    ErrorAfter,
    ErrorBefore,
    TooMany(&'static str),
}

impl Faults {
    /// The fate of one writing request, the `number`-th since these faults began, counted from 0.
    pub(super) fn fate(&self, number: u64, dice: &mut Dice) -> Fate {
        if self.bad_start > 0 && number <= self.bad_start {
            return if number < self.bad_start {
                Fate::Dropped
            } else {
                Fate::Late(self.late_ms)
            };
        }
        let mut rest = dice.below(1000);
        let mut falls = |share: u32| {
            let hit = rest < u64::from(share);
            rest = if hit {
                u64::MAX
            } else {
                rest.saturating_sub(u64::from(share))
            };
            hit
        };
        if falls(self.lost) {
            Fate::Lost
        } else if falls(self.late) {
            Fate::Late(dice.below(self.late_ms + 1))
        } else if falls(self.cut) {
            Fate::Cut
        } else if falls(self.error_after) {
            Fate::ErrorAfter
        } else if falls(self.error_before) {
            Fate::ErrorBefore
        } else if falls(self.too_many) {
            Fate::TooMany(RETRY_AFTER[dice.below(RETRY_AFTER.len() as u64) as usize])
        } else {
            Fate::Well
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Faults};
    use crate::dice::Dice;

    #[test]
    fn fates_fall_as_often_as_they_are_ordered() {
        let faults = Faults::all(0, 50, 100);
        let mut dice = Dice::from_seed(1);
        let fates: Vec<Fate> = (0..10_000).map(|at| faults.fate(at, &mut dice)).collect();
        let share = |of: fn(&Fate) -> bool| fates.iter().filter(|fate| of(fate)).count();
        for count in [
            share(|fate| *fate == Fate::Lost),
            share(|fate| matches!(fate, Fate::Late(ms) if *ms <= 50)),
            share(|fate| *fate == Fate::Cut),
            share(|fate| *fate == Fate::ErrorAfter),
            share(|fate| *fate == Fate::ErrorBefore),
            share(|fate| matches!(fate, Fate::TooMany(_))),
        ] {
            assert!((850..1150).contains(&count), "{count}");
        }
        assert_eq!(Faults::slow(30).fate(0, &mut dice), Fate::Well);
    }

    #[test]
    fn a_bad_start_falls_the_same_way_whatever_the_dice_say() {
        let faults = Faults {
            bad_start: 2,
            late_ms: 7,
            ..Faults::default()
        };
        let fates: Vec<Fate> = (0..4)
            .map(|at| faults.fate(at, &mut Dice::from_seed(at)))
            .collect();
        let expected = [Fate::Dropped, Fate::Dropped, Fate::Late(7), Fate::Well];
        assert_eq!(fates, expected);
    }
}
