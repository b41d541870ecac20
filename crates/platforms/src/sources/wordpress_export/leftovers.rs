//! What has no place in a blog: counted by kind and named, never silent.

use blog::codes::wordpress_export as codes;
use blog::{Code, Finding};
use std::collections::BTreeMap;

/// Names that one finding tells.
const NAMES_MAX: usize = 5;
/// Names of custom fields.
const FIELDS_MAX: usize = 60;
/// Kinds that are kept apart; a hostile export must not fill the memory with words of its own.
const KINDS_MAX: usize = 1000;

/// Counts and names by kind.
#[derive(Debug, Default)]
pub(super) struct Leftovers {
    kinds: BTreeMap<(Group, String), Pile>,
}

#[derive(Debug, Default)]
struct Pile {
    count: usize,
    names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Bin,
    Kind,
    Taxonomy,
    Field,
    Comment,
    Arrangement,
}

/// Custom fields that say nothing once an item is elsewhere, or that were read.
const SILENT_FIELDS: &[&str] = &[
    "_thumbnail_id",
    "_wp_attachment_metadata",
    "_wp_attached_file",
    "_wp_attachment_image_alt",
    "_edit_last",
    "_edit_lock",
    "_wp_old_slug",
    "_wp_old_date",
    "_pingme",
    "_encloseme",
    "_publicize_pending",
    "_wp_page_template",
    "_attachment_original_parent_id",
    "_wp_trash_meta_status",
    "_wp_trash_meta_time",
    "_wp_desired_post_slug",
];

/// Whether a custom field says something of its own. The keys of the move of 2010 go nowhere.
pub(super) fn is_carried(key: &str) -> bool {
    let silent = ["_oembed_", "_menu_item_"];
    !SILENT_FIELDS.contains(&key)
        && !silent.iter().any(|start| key.starts_with(start))
        && !blog::former_space::is_field(key)
}

impl Leftovers {
    fn add(&mut self, group: Group, kind: &str, name: &str, count: usize) {
        let kind: String = kind.chars().take(80).collect();
        let mut key = (group, kind);
        if self.kinds.len() >= KINDS_MAX && !self.kinds.contains_key(&key) {
            key.1 = "others".to_owned();
        }
        let pile = self.kinds.entry(key).or_default();
        pile.count += count;
        let name = super::reading::short(name.trim());
        let most = match group {
            // The owner is asked for them by name.
            Group::Field => FIELDS_MAX,
            _ => NAMES_MAX,
        };
        if !name.is_empty() && pile.names.len() < most && !pile.names.contains(&name) {
            pile.names.push(name);
        }
    }

    /// An item that was thrown away.
    pub(super) fn bin(&mut self, kind: &str, name: &str) {
        self.add(Group::Bin, kind, name, 1);
    }

    /// An item of a kind that is not carried.
    pub(super) fn item(&mut self, kind: &str, name: &str) {
        self.add(Group::Kind, kind, name, 1);
    }

    /// A term that is neither category nor tag.
    pub(super) fn term(&mut self, taxonomy: &str, name: &str) {
        self.add(Group::Taxonomy, taxonomy, name, 1);
    }

    /// A custom field.
    pub(super) fn field(&mut self, key: &str) {
        if is_carried(key) {
            self.add(Group::Field, "", key, 1);
        }
    }

    /// Comments of a kind or state that is not carried.
    pub(super) fn comment(&mut self, kind: &str, state: &str, count: usize) {
        let words = match (kind, state) {
            ("under", what) => format!("under items of the kind \"{what}\""),
            (_, "trash" | "post-trashed") => "in the bin".to_owned(),
            (kind, _) => format!("of the kind \"{kind}\""),
        };
        self.add(Group::Comment, &words, "", count);
    }

    /// Something about posts that the new home will not know.
    pub(super) fn arrangement(&mut self, what: &str, name: &str) {
        self.add(Group::Arrangement, what, name, 1);
    }

    /// One finding for each kind.
    pub(super) fn findings(&self) -> Vec<Finding> {
        self.kinds
            .iter()
            .map(|((group, kind), pile)| {
                let (code, words) = told(*group, kind, pile.count);
                let names = if pile.names.is_empty() {
                    String::new()
                } else {
                    let quoted: Vec<String> = pile
                        .names
                        .iter()
                        .map(|name| format!("\"{name}\""))
                        .collect();
                    let more = if pile.count > pile.names.len() {
                        " and others"
                    } else {
                        ""
                    };
                    format!(": {}{more}", quoted.join(", "))
                };
                Finding::new(code, format!("{words}{names}."))
            })
            .collect()
    }
}

fn told(group: Group, kind: &str, count: usize) -> (&'static Code, String) {
    match group {
        Group::Bin => (
            &codes::IN_THE_BIN,
            format!("{count} of the kind \"{kind}\" in the bin or never written stay behind"),
        ),
        Group::Kind => (
            &codes::KIND_LEFT,
            format!("{count} of the kind \"{kind}\" stay behind"),
        ),
        Group::Taxonomy => (
            &codes::TAXONOMY_LEFT,
            format!("The taxonomy \"{kind}\", used {count} times, stays behind"),
        ),
        Group::Field => (
            &codes::FIELDS_LEFT,
            format!("{count} custom fields; a new home gets those that you name"),
        ),
        Group::Comment => (
            &codes::COMMENT_LEFT,
            format!("{count} comments {kind} stay behind"),
        ),
        Group::Arrangement => (
            &codes::ARRANGEMENT_LEFT,
            format!("{kind} ({count}) are not carried"),
        ),
    }
}
