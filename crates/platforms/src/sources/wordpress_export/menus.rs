//! Navigation menus, which belong to the theme that shows them: they stay behind, but what they say is told, so that they can be built
//! again. An entry names its page or category by number, so titles are picked up while the items are read.

use super::posts::number;
use super::reading::short;
use crate::wire::wxr::Item;
use blog::Finding;
use blog::codes::wordpress_export as codes;
use std::collections::{BTreeMap, HashMap};

/// Entries that are kept; a hostile export must not fill the memory with more.
const ENTRIES_MAX: usize = 2000;
/// Entries of one menu that a finding names.
const NAMED: usize = 60;
/// Menus in menus that an entry names.
const DEEPEST: usize = 5;

/// What the entry of a menu leads to, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Item(u64),
    Term(u64),
}

#[derive(Debug)]
struct Entry {
    order: i64,
    above: Option<u64>,
    title: String,
    target: Option<Target>,
    address: String,
}

/// The menus of an export.
#[derive(Debug, Default)]
pub(super) struct Menus {
    entries: BTreeMap<(String, u64), Entry>,
    /// Titles of what entries lead to, once they were read.
    titles: HashMap<Target, String>,
    more: usize,
}

impl Menus {
    /// Takes in a menu entry.
    pub(super) fn learn(&mut self, item: &Item<'_>) {
        let Some(id) = number(&item.id) else { return };
        if self.entries.len() >= ENTRIES_MAX {
            self.more += 1;
            return;
        }
        let menu = item.terms.iter().find(|term| term.domain == "nav_menu");
        let object = item.meta("_menu_item_object_id").and_then(number);
        let target = match item.meta("_menu_item_type").unwrap_or_default() {
            "post_type" => object.map(Target::Item),
            "taxonomy" => object.map(Target::Term),
            _ => None,
        };
        if let Some(target) = target {
            self.titles.entry(target).or_default();
        }
        let entry = Entry {
            order: item.menu_order.trim().parse().unwrap_or(0),
            above: item.meta("_menu_item_menu_item_parent").and_then(number),
            title: short(super::index::plain(&item.title).trim()),
            target,
            address: item.meta("_menu_item_url").unwrap_or_default().to_owned(),
        };
        let menu = menu.map_or(String::new(), |menu| super::index::plain(&menu.name));
        self.entries.insert((short(&menu), id), entry);
    }

    /// Takes note of the title of something, if an entry leads to it.
    pub(super) fn title(&mut self, target: Target, title: &str) {
        if let Some(known) = self.titles.get_mut(&target) {
            *known = short(title.trim());
        }
    }

    /// One finding for each menu.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut menus: BTreeMap<&str, Vec<(&i64, u64)>> = BTreeMap::new();
        for ((menu, id), entry) in &self.entries {
            menus.entry(menu).or_default().push((&entry.order, *id));
        }
        let mut findings: Vec<Finding> = menus
            .into_iter()
            .map(|(menu, mut ids)| {
                ids.sort_unstable();
                let named = ids.iter().take(NAMED).map(|(_, id)| self.path(menu, *id));
                let named: Vec<String> = named.map(|name| format!("\"{name}\"")).collect();
                let more = if ids.len() > NAMED { " and others" } else { "" };
                let menu = match menu {
                    "" => "A menu without a name".to_owned(),
                    menu => format!("The menu \"{menu}\""),
                };
                let sentence = format!(
                    "{menu} stays behind; its entries are {}{more}.",
                    named.join(", ")
                );
                Finding::new(&codes::MENU_LEFT, sentence)
            })
            .collect();
        if self.more > 0 {
            let sentence = format!("{} further entries of menus stay behind.", self.more);
            findings.push(Finding::new(&codes::MENU_LEFT, sentence));
        }
        findings
    }

    /// The names of an entry and of those it stands below: `About › Team`.
    fn path(&self, menu: &str, id: u64) -> String {
        let mut names = Vec::new();
        let mut next = Some(id);
        while let Some(entry) = next
            .filter(|_| names.len() < DEEPEST)
            .and_then(|id| self.entries.get(&(menu.to_owned(), id)))
        {
            names.push(self.name(entry));
            next = entry.above;
        }
        names.reverse();
        names.join(" › ")
    }

    fn name<'a>(&'a self, entry: &'a Entry) -> &'a str {
        let title = entry.target.and_then(|target| self.titles.get(&target));
        let names = [Some(&entry.title), title, Some(&entry.address)];
        let said = names.into_iter().flatten().find(|name| !name.is_empty());
        said.map_or("an entry without a name", String::as_str)
    }
}
