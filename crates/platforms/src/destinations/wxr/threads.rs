//! Comments under one post, each before its answers: the importer sorts by numbers and looks for what is answered above.

use blog::ItemRef;
use std::collections::{BTreeSet, HashMap};

/// A comment, with the number it was given when it was placed and what it answers.
pub(super) struct Said {
    pub(super) id: u64,
    pub(super) mark: ItemRef,
    pub(super) parent: Option<ItemRef>,
}

/// A comment with the number it has in the file.
pub(super) struct Numbered {
    pub(super) number: u64,
    /// Number of what it answers, 0 if none.
    pub(super) parent: u64,
    pub(super) mark: ItemRef,
}

/// The same comments in the order of their numbers, which are theirs dealt anew where an answer was placed before what it answers.
pub(super) fn numbered(said: Vec<Said>) -> Vec<Numbered> {
    let mut free: Vec<u64> = said.iter().map(|said| said.id).collect();
    free.sort_unstable_by(|one, other| other.cmp(one));
    let here: BTreeSet<ItemRef> = said.iter().map(|said| said.mark.clone()).collect();
    let mut numbers: HashMap<ItemRef, u64> = HashMap::new();
    let mut ordered = Vec::new();
    let mut rest = said;
    while !rest.is_empty() {
        let before = rest.len();
        let mut later = Vec::new();
        for said in rest {
            let parent = said.parent.as_ref().filter(|parent| here.contains(parent));
            match parent.map(|parent| numbers.get(parent)) {
                Some(None) => later.push(said),
                known => {
                    let parent = known.flatten().copied().unwrap_or(0);
                    let number = free.pop().unwrap_or(said.id);
                    numbers.insert(said.mark.clone(), number);
                    ordered.push(Numbered {
                        number,
                        parent,
                        mark: said.mark,
                    });
                }
            }
        }
        if later.len() == before {
            // A ring of answers has no first; each stands by itself.
            for said in later.drain(..) {
                ordered.push(Numbered {
                    number: free.pop().unwrap_or(said.id),
                    parent: 0,
                    mark: said.mark,
                });
            }
        }
        rest = later;
    }
    ordered
}
