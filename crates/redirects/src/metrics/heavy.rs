//! The most frequent names of an endless stream, in fixed memory (the Space-Saving sketch of Metwally, Agrawal and El Abbadi):
//! a name that is not held takes the place of the rarest one and its count. A count is never too small, and too large by at
//! most `over`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bytes of a name that are kept.
const NAME_BYTES: usize = 200;

/// The heaviest names.
#[derive(Debug)]
pub(super) struct Heavy {
    capacity: usize,
    held: Vec<Counted>,
    by_name: HashMap<Box<str>, usize>,
    by_count: BTreeSet<(u64, usize)>,
}

/// A name with its count.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Counted {
    /// What was counted.
    pub(crate) name: Box<str>,
    /// How often, at most.
    pub(crate) count: u64,
    /// By how much `count` may be too large.
    pub(crate) over: u64,
    /// How often for pages of which year; what has no year is in `count` alone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) years: BTreeMap<u16, u64>,
}

impl Heavy {
    pub(super) fn of(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            held: Vec::new(),
            by_name: HashMap::new(),
            by_count: BTreeSet::new(),
        }
    }

    /// Counts `name` once, for a page of `year` where it has one.
    pub(super) fn count(&mut self, name: &str, year: Option<u16>) {
        let at = self.place(cut(name));
        if let Some((year, held)) = year.zip(at.and_then(|at| self.held.get_mut(at))) {
            *held.years.entry(year).or_default() += 1;
        }
    }

    /// Where `name` is held, counted.
    fn place(&mut self, name: &str) -> Option<usize> {
        if let Some(&at) = self.by_name.get(name) {
            self.raise(at);
            return Some(at);
        }
        if self.held.len() < self.capacity {
            let at = self.held.len();
            self.by_name.insert(name.into(), at);
            self.by_count.insert((1, at));
            self.held.push(Counted {
                name: name.into(),
                count: 1,
                over: 0,
                years: BTreeMap::new(),
            });
            return Some(at);
        }
        let &(rarest, at) = self.by_count.first()?;
        let name: Box<str> = name.into();
        let held = &mut self.held[at];
        let before = std::mem::replace(&mut held.name, name.clone());
        held.over = rarest;
        held.years.clear();
        self.by_name.remove(&before);
        self.by_name.insert(name, at);
        self.raise(at);
        Some(at)
    }

    fn raise(&mut self, at: usize) {
        let counted = &mut self.held[at];
        self.by_count.remove(&(counted.count, at));
        counted.count += 1;
        self.by_count.insert((counted.count, at));
    }

    /// The heaviest `most`, heaviest first.
    pub(super) fn top(&self, most: usize) -> Vec<Counted> {
        self.by_count
            .iter()
            .rev()
            .take(most)
            .map(|&(_, at)| self.held[at].clone())
            .collect()
    }
}

fn cut(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frequent_stays_and_memory_does_not_grow() {
        let mut heavy = Heavy::of(50);
        for round in 0..10_000_u16 {
            heavy.count(&format!("rare-{round}"), None);
            if round % 4 == 0 {
                heavy.count("often", Some(2000 + round % 8));
            }
        }
        let top = heavy.top(1);
        assert_eq!(&*top[0].name, "often");
        assert_eq!(
            top[0].years.keys().copied().collect::<Vec<_>>(),
            [2000, 2004]
        );
        assert!(top[0].count >= 2500 && top[0].count - top[0].over <= 2500);
        assert_eq!(
            (heavy.held.len(), heavy.by_name.len(), heavy.by_count.len()),
            (50, 50, 50)
        );
    }

    #[test]
    fn a_long_name_is_cut_between_letters() {
        let mut heavy = Heavy::of(2);
        heavy.count(&"é".repeat(NAME_BYTES), None);
        assert_eq!(heavy.top(1)[0].name.len(), NAME_BYTES);
    }
}
