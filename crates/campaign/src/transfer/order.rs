//! The order in which things are placed: what others hang on comes first.

use crate::bundle::Stored;
use blog::{CommentKind, Item, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Parents before children; a ring of parents ends where it closes.
pub(super) fn parents_first(terms: &[Item]) -> Vec<&Item> {
    let mut ordered: Vec<&Item> = Vec::with_capacity(terms.len());
    let mut placed: BTreeSet<(Kind, &str)> = BTreeSet::new();
    let mut left: Vec<&Item> = terms.iter().collect();
    while !left.is_empty() {
        let (ready, waiting): (Vec<&Item>, Vec<&Item>) = left.iter().partition(|item| match item {
            Item::Category(category) => category
                .parent
                .as_deref()
                .is_none_or(|parent| placed.contains(&(Kind::Category, parent))),
            _ => true,
        });
        let stuck = ready.is_empty();
        for item in if stuck { &waiting } else { &ready } {
            placed.insert((item.kind(), item.id()));
            ordered.push(item);
        }
        left = if stuck { Vec::new() } else { waiting };
    }
    ordered
}

/// Pings first, then comments so that a parent stands before its answers; otherwise the order of the source.
pub(super) fn comments_in_thread_order(comments: &[Stored]) -> Vec<&Stored> {
    let parent = |stored: &Stored| match &stored.item {
        Item::Comment(comment) if comment.kind == CommentKind::Comment => comment.parent.clone(),
        _ => None,
    };
    let mut ordered: Vec<&Stored> = Vec::with_capacity(comments.len());
    let mut placed = BTreeSet::new();
    let mut left: Vec<&Stored> = comments.iter().collect();
    while !left.is_empty() {
        let before = ordered.len();
        left.retain(|stored| {
            let ready = parent(stored).is_none_or(|parent| placed.contains(&parent));
            if ready {
                placed.insert(stored.item.id().to_owned());
                ordered.push(stored);
            }
            !ready
        });
        if ordered.len() == before {
            ordered.append(&mut left);
        }
    }
    ordered
}

/// Pages by how deep they stand, the highest first: both sides of `below`, which says what stands below what. Rings stand at the end.
pub(super) fn levels(below: &[(String, String)]) -> Vec<Vec<String>> {
    let mut left: BTreeMap<&str, &str> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (child, parent) in below {
        order.push(child);
        left.insert(child, parent);
    }
    let roots = below.iter().map(|(_, parent)| parent.as_str());
    let mut level: Vec<&str> = roots.filter(|page| !left.contains_key(page)).collect();
    let mut seen = BTreeSet::new();
    level.retain(|page| seen.insert(*page));
    let mut levels = Vec::new();
    while !level.is_empty() {
        let above: BTreeSet<&str> = level.iter().copied().collect();
        levels.push(level.into_iter().map(str::to_owned).collect());
        let (next, rest) = order
            .into_iter()
            .partition(|page| left.get(page).is_some_and(|parent| above.contains(parent)));
        (level, order) = (next, rest);
    }
    if !order.is_empty() {
        levels.push(order.into_iter().map(str::to_owned).collect());
    }
    levels
}

/// The order in which things are taken away: children before what they hang on, the links page before the links that share its
/// fate.
pub(super) fn children_first(kind: Kind) -> u8 {
    match kind {
        Kind::Comment | Kind::Trackback | Kind::Guestbook => 0,
        Kind::Post | Kind::Page | Kind::Album | Kind::List => 1,
        Kind::Link => 2,
        Kind::Media => 3,
        Kind::Category | Kind::Tag => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn pages_come_level_by_level_and_rings_at_the_end() {
        let below = [
            ("leaf", "twig"),
            ("twig", "root"),
            ("other", "root"),
            ("a", "b"),
            ("b", "a"),
        ];
        let below = below.map(|(child, parent)| (child.to_owned(), parent.to_owned()));
        let expected: [&[&str]; 4] = [&["root"], &["twig", "other"], &["leaf"], &["a", "b"]];
        assert_eq!(levels(&below), expected);
        assert!(levels(&[]).is_empty());
    }
}
