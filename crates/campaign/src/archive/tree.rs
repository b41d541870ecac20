//! Pages in the order of a menu: each before those below it, neighbours by their places, else as they were read.

use blog::ItemRef;
use std::collections::{BTreeMap, BTreeSet};

/// Where a page stands among others.
#[derive(Debug, Default)]
pub(super) struct Leaf {
    /// The page above it.
    pub(super) above: Option<ItemRef>,
    /// Its place among its neighbours.
    pub(super) place: i32,
}

/// Positions of `pages` in their new order. A page whose page above is not among them stands at the top, as do those of a ring.
pub(super) fn in_tree_order(pages: &[ItemRef], tree: &[Leaf]) -> Vec<usize> {
    let here: BTreeSet<&ItemRef> = pages.iter().collect();
    let mut below: BTreeMap<Option<&ItemRef>, Vec<usize>> = BTreeMap::new();
    for (at, leaf) in tree.iter().enumerate() {
        let above = leaf.above.as_ref().filter(|page| here.contains(page));
        below.entry(above).or_default().push(at);
    }
    for neighbours in below.values_mut() {
        neighbours.sort_by_key(|at| (tree[*at].place, *at));
    }
    let mut order = Vec::with_capacity(pages.len());
    let mut left: Vec<usize> = below.remove(&None).unwrap_or_default();
    left.reverse();
    while let Some(at) = left.pop() {
        order.push(at);
        let children = below.remove(&Some(&pages[at])).unwrap_or_default();
        left.extend(children.into_iter().rev());
    }
    order.extend(below.into_values().flatten());
    order
}

#[cfg(test)]
mod tests {
    use super::{Leaf, in_tree_order};
    use blog::{ItemRef, Kind};

    #[test]
    fn each_page_stands_before_those_below_it() {
        let page = |id: &str| ItemRef::new(Kind::Page, id);
        let leaf = |above: Option<&str>, place| Leaf {
            above: above.map(page),
            place,
        };
        let pages = ["leaf", "root", "first", "lost", "a", "b"].map(page);
        let tree = [
            leaf(Some("root"), 2),
            leaf(None, 5),
            leaf(Some("root"), 1),
            leaf(Some("elsewhere"), 0),
            leaf(Some("b"), 0),
            leaf(Some("a"), 0),
        ];
        let order = in_tree_order(&pages, &tree);
        let ids: Vec<&str> = order.iter().map(|at| pages[*at].id.as_str()).collect();
        assert_eq!(ids, ["lost", "root", "first", "leaf", "b", "a"]);
    }
}
