//! Where the names of a segment stand in its map: a table beside the tree, so that most look-ups need not go down the tree. It only
//! makes them quicker: what is not found here is looked for in the tree.

use crate::name::Sought;

/// So many places for so many names: few stand far from the first place that is looked at.
const PLACES: usize = 5;
const FILLED: usize = 4;

/// The names of a segment.
#[derive(Debug)]
pub(super) struct Names {
    slots: Box<[Slot]>,
}

/// Where a name and its value stand in the map, one behind the other.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    at: u32,
    value_bytes: u16,
    /// 0 where nothing stands: no name is empty.
    name_bytes: u8,
    /// Of the hash of the name: most others are told from it without a look at the map.
    tag: u8,
}

impl Names {
    /// A table with room for so many names.
    pub(super) fn with_room(names: usize) -> Self {
        // One place at least stays empty: there every search ends.
        let places = names * PLACES / FILLED + 1;
        Self {
            slots: vec![Slot::default(); places].into(),
        }
    }

    /// Takes in a name that stands at `at` in the map, its value behind it. What is too long for a slot is left to the tree.
    pub(super) fn take(&mut self, name: &Sought<'_>, at: usize, value: &[u8]) {
        let (first, tag) = self.place(name);
        let slot = || {
            Some(Slot {
                at: at.try_into().ok()?,
                value_bytes: value.len().try_into().ok()?,
                name_bytes: name.bytes.len().try_into().ok()?,
                tag,
            })
        };
        let Some(slot) = slot() else { return };
        let (before, from) = self.slots.split_at_mut(first);
        let mut free = from.iter_mut().chain(before);
        if let Some(free) = free.find(|slot| slot.name_bytes == 0) {
            *free = slot;
        }
    }

    /// The value of a name.
    pub(super) fn find<'m>(&self, name: &Sought<'_>, map: &'m [u8]) -> Option<&'m [u8]> {
        let (first, tag) = self.place(name);
        let (before, from) = self.slots.split_at(first);
        from.iter()
            .chain(before)
            .take_while(|slot| slot.name_bytes != 0)
            .filter(|slot| slot.tag == tag && usize::from(slot.name_bytes) == name.bytes.len())
            .find_map(|slot| slot.value(name.bytes, map))
    }

    /// Where to look first, and the tag. All names of a segment share the first bits of their sum, so it is mixed.
    fn place(&self, name: &Sought<'_>) -> (usize, u8) {
        let mixed = u64::from(name.sum).wrapping_mul(MIXER);
        let first = ((mixed >> 32) * self.slots.len() as u64) >> 32;
        (first as usize, (mixed >> 24) as u8)
    }
}

impl Slot {
    /// The value, where the name is the one that stands there.
    fn value<'m>(&self, name: &[u8], map: &'m [u8]) -> Option<&'m [u8]> {
        let value = map.get(self.at as usize..)?.strip_prefix(name)?;
        value.get(..usize::from(self.value_bytes))
    }
}

/// An odd number whose bits are as by chance (2^64 by the golden ratio).
const MIXER: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of names and values, and where each name stands in it.
    fn map(pairs: &[(String, String)]) -> (Vec<u8>, Names) {
        let (mut map, mut names) = (Vec::new(), Names::with_room(pairs.len()));
        for (name, value) in pairs {
            names.take(&Sought::of(name.as_bytes()), map.len(), value.as_bytes());
            map.extend_from_slice(name.as_bytes());
            map.extend_from_slice(value.as_bytes());
        }
        (map, names)
    }

    #[test]
    fn every_name_is_found_and_no_other() {
        let pair = |number| (format!("aname{number}"), format!("value of {number}"));
        let pairs: Vec<_> = (0..5000).map(pair).collect();
        let (map, names) = map(&pairs);
        for (name, value) in &pairs {
            let found = names.find(&Sought::of(name.as_bytes()), &map);
            assert_eq!(found, Some(value.as_bytes()));
        }
        for number in 5000..10_000 {
            let name = format!("aname{number}");
            assert_eq!(names.find(&Sought::of(name.as_bytes()), &map), None);
        }
    }

    #[test]
    fn a_name_that_does_not_stand_where_the_table_says_is_not_found() {
        let (map, names) = map(&[("aana".to_owned(), "value".to_owned())]);
        let ana = Sought::of(b"aana");
        assert_eq!(names.find(&ana, &map), Some(&b"value"[..]));
        for cut in [&map[1..], &map[..5], &[]] {
            assert_eq!(names.find(&ana, cut), None);
        }
    }

    #[test]
    fn what_is_too_long_for_the_table_is_left_to_the_tree() {
        let long = "x".repeat(1 << 16);
        let (map, names) = map(&[("aana".to_owned(), long.clone()), (long, String::new())]);
        assert!(names.slots.iter().all(|slot| slot.name_bytes == 0));
        assert_eq!(names.find(&Sought::of(b"aana"), &map), None);
    }
}
