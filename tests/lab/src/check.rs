//! The one comparison behind all labs of places and crashes: what the source had, what the ledger says, what the new home holds.

use blog::{ItemRef, Kind};
use campaign::bundle::{Row, State};
use std::collections::{BTreeMap, BTreeSet};
use world::plugin_home::{Site, Sort};

/// One item of the source, and the word that it is recognised by wherever it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) sort: Sort,
    pub(crate) token: String,
    /// Whether nobody but the owner may read it.
    pub(crate) hidden: bool,
}

/// One thing that stands at the new home.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) mark: ItemRef,
    pub(crate) id: u64,
    pub(crate) sort: Sort,
    /// What it is recognised by: its title, text, alternative text.
    pub(crate) text: String,
    /// Whether anybody may read it.
    pub(crate) open: bool,
}

/// What is wrong, each as a sentence for whoever has to look into it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wrongs {
    /// Items of the source that stand nowhere, or that the ledger knows to be somewhere and are not.
    pub(crate) lost: Vec<String>,
    /// Things that stand there twice, or that the ledger does not know.
    pub(crate) doubled: Vec<String>,
    /// Things that more people may read than at the source.
    pub(crate) wider: Vec<String>,
}

impl Wrongs {
    pub(crate) fn is_empty(&self) -> bool {
        self.lost.is_empty() && self.doubled.is_empty() && self.wider.is_empty()
    }

    pub(crate) fn add(&mut self, other: Wrongs) {
        self.lost.extend(other.lost);
        self.doubled.extend(other.doubled);
        self.wider.extend(other.wider);
    }

    /// Everything wrong, for people.
    pub(crate) fn sentences(&self) -> impl Iterator<Item = &String> {
        self.lost.iter().chain(&self.doubled).chain(&self.wider)
    }
}

/// Compares source, ledger and home.
pub(crate) fn compare(wanted: &[Wanted], ledger: &[Row], world: &[Standing]) -> Wrongs {
    let mut wrongs = Wrongs::default();
    let mut by_text: BTreeMap<(Sort, &str), Vec<&Standing>> = BTreeMap::new();
    for thing in world {
        by_text
            .entry((thing.sort, &thing.text))
            .or_default()
            .push(thing);
    }
    for item in wanted {
        let holds = |thing: &&Standing| thing.sort == item.sort && thing.text.contains(&item.token);
        let exactly = by_text.get(&(item.sort, item.token.as_str())).cloned();
        let here = exactly.unwrap_or_else(|| world.iter().filter(holds).collect());
        let name = format!("{:?} {}", item.sort, item.token);
        match here.as_slice() {
            [] => wrongs.lost.push(format!("{name} stands nowhere")),
            [thing] if thing.open && item.hidden => {
                wrongs.wider.push(format!("{name} can be read by anybody"));
            }
            [_] => {}
            more => wrongs
                .doubled
                .push(format!("{name} stands there {} times", more.len())),
        }
    }
    compare_ledger(ledger, world, &mut wrongs);
    wrongs
}

fn compare_ledger(ledger: &[Row], world: &[Standing], wrongs: &mut Wrongs) {
    let mut marks: BTreeMap<&ItemRef, u64> = BTreeMap::new();
    for thing in world {
        *marks.entry(&thing.mark).or_default() += 1;
    }
    for (mark, times) in marks.iter().filter(|(_, times)| **times > 1) {
        wrongs
            .doubled
            .push(format!("{mark} carries its mark {times} times"));
    }
    let known: BTreeSet<&ItemRef> = ledger.iter().map(|row| &row.item).collect();
    for thing in world.iter().filter(|thing| !known.contains(&thing.mark)) {
        wrongs
            .doubled
            .push(format!("{} stands there and not in the ledger", thing.mark));
    }
    let ids: BTreeSet<u64> = world.iter().map(|thing| thing.id).collect();
    for row in ledger {
        let there = row.new_id.is_some_and(|id| ids.contains(&id));
        // Links stand on one page, and a picture shares the place of an earlier one with the same bytes.
        let shares = matches!(row.item.kind, Kind::Link | Kind::Media);
        if row.state.is_there() && !there {
            wrongs
                .lost
                .push(format!("{} is in the ledger and not there", row.item));
        } else if row.state.is_there() && !shares && !marks.contains_key(&row.item) {
            wrongs
                .lost
                .push(format!("{} is there under another mark", row.item));
        } else if !row.state.is_there() && row.state != State::Removed {
            wrongs
                .lost
                .push(format!("{} ended as {}", row.item, row.state.as_str()));
        }
    }
}

/// What stands at a home that answers as the plugin does.
pub(crate) fn standing(site: &Site) -> Vec<Standing> {
    site.things
        .values()
        .map(|thing| {
            let kind = Kind::from_word(&thing.kind).unwrap_or(Kind::Post);
            let word = |name: &str| thing.sent[name].as_str().unwrap_or_default();
            let text = match thing.sort {
                Sort::Term => word("name").to_owned(),
                Sort::Post => word("title").to_owned(),
                Sort::Comment => word("content").to_owned(),
                Sort::Media => word("alt").to_owned(),
            };
            Standing {
                mark: ItemRef::new(kind, thing.mark.clone()),
                id: thing.id,
                sort: thing.sort,
                text,
                open: site.is_open(thing),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(token: &str, hidden: bool) -> Wanted {
        Wanted {
            sort: Sort::Post,
            token: token.to_owned(),
            hidden,
        }
    }

    fn standing(mark: &str, id: u64, open: bool) -> Standing {
        Standing {
            mark: ItemRef::new(Kind::Post, mark),
            id,
            sort: Sort::Post,
            text: format!("title {mark}"),
            open,
        }
    }

    #[test]
    fn each_kind_of_wrong_is_seen() {
        let world = [
            standing("a", 1, true),
            standing("a", 2, true),
            standing("b", 3, true),
        ];
        let wrongs = compare(
            &[wanted("a", false), wanted("b", true), wanted("c", false)],
            &[],
            &world,
        );
        assert_eq!(wrongs.lost, ["Post c stands nowhere"]);
        assert_eq!(wrongs.wider, ["Post b can be read by anybody"]);
        assert!(
            wrongs
                .doubled
                .iter()
                .any(|line| line.contains("Post a stands there 2 times"))
        );
        assert!(
            wrongs
                .doubled
                .iter()
                .any(|line| line.contains("mark 2 times"))
        );
        assert!(
            wrongs
                .doubled
                .iter()
                .any(|line| line.contains("not in the ledger"))
        );
    }
}
