//! What stood at the home before anybody came: told by words, amended address by address, put back.

use super::site::{Reply, Site, text};
use serde_json::{Value, json};

/// Told in one answer: few, so that whoever reads must ask again.
const TOLD: usize = 3;

/// A post, entry of a menu or comment that somebody wrote there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stood {
    /// Its id there.
    pub id: u64,
    /// `post`, `page`, `nav_menu_item`, `wp_navigation`; `comment`.
    pub kind: String,
    /// For a comment: the post that it stands under.
    pub on: u64,
    /// Its title; of a comment its author.
    pub title: String,
    /// `publish`, `private`, ...
    pub status: String,
    /// Its text, or the address that an entry of a menu leads to.
    pub content: String,
    /// Custom field: name and value.
    pub field: Option<(String, String)>,
    /// What became of an amendment: mark, fingerprint, and the text that was left.
    pub left: Option<(String, String, String)>,
}

impl Site {
    /// Puts something there, as its owner would have; answers its id.
    pub fn furnish(&mut self, stood: Stood) -> u64 {
        let id = 1 + self.stood.keys().max().copied().unwrap_or(0);
        self.stood.insert(id, Stood { id, ..stood });
        id
    }

    /// Its own address.
    #[must_use]
    pub fn home_address(&self) -> &str {
        &self.home
    }

    /// The file at an address.
    #[must_use]
    pub fn bytes_at(&self, address: &str) -> Option<&[u8]> {
        self.files.get(address).map(Vec::as_slice)
    }

    /// The address of a post that stood there.
    #[must_use]
    pub fn address_of(&self, stood: &Stood) -> String {
        match stood.kind.as_str() {
            "comment" => format!("{}/stood-{}/#comment-{}", self.home, stood.on, stood.id),
            "nav_menu_item" | "wp_navigation" => String::new(),
            _ => format!("{}/stood-{}/", self.home, stood.id),
        }
    }

    /// `POST /standing` and `/standing-comments`.
    pub(super) fn standing(&self, asked: &Value, comments: bool) -> Reply {
        let words: Vec<&str> = asked["words"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let named = asked[if comments { "comments" } else { "posts" }].as_array();
        let after = asked["after"].as_u64().unwrap_or(0);
        let is_meant = |stood: &&Stood| match named {
            Some(ids) => ids.iter().any(|id| id.as_u64() == Some(stood.id)),
            None => stood.id > after && (stood.left.is_some() || holds(stood, &words)),
        };
        let told: Vec<Value> = self
            .stood
            .values()
            .filter(|stood| (stood.kind == "comment") == comments)
            .filter(is_meant)
            .take(TOLD)
            .map(|stood| self.told(stood, &words))
            .collect();
        let id = if comments { "comment" } else { "post" };
        let next = told.last().map(|last| last[id].clone());
        (200, json!({ "standing": told, "next": next }))
    }

    fn told(&self, stood: &Stood, words: &[&str]) -> Value {
        let left = match &stood.left {
            None => "never",
            Some((_, _, left)) if *left == stood.content => "as-left",
            Some(_) => "edited",
        };
        let fields: Vec<Value> = stood
            .field
            .iter()
            .filter(|(_, value)| words.iter().any(|word| value.contains(word)))
            .map(|(name, value)| json!({ "id": stood.id, "name": name, "value": value }))
            .collect();
        let mut told = json!({ "post": stood.id, "type": stood.kind, "status": stood.status, "locked": false, "date": "2010-03-04 05:06:07",
            "title": stood.title, "address": self.address_of(stood), "content": stood.content, "excerpt": "", "hash": stood.content,
            "left": left, "fields": fields });
        if stood.kind == "comment" {
            told["comment"] = stood.id.into();
            told["post"] = stood.on.into();
        }
        told
    }

    /// `POST /amend`.
    pub(super) fn amend(&mut self, asked: &Value) -> Reply {
        if let Some(reply) = self.shut_out(asked) {
            return reply;
        }
        let wishes = asked["amendments"].as_array().cloned().unwrap_or_default();
        let amended: Vec<Value> = wishes.iter().map(|wish| self.amend_one(wish)).collect();
        (200, json!({ "amended": amended }))
    }

    fn amend_one(&mut self, wish: &Value) -> Value {
        let id = wish["post"].as_u64().or_else(|| wish["comment"].as_u64());
        let (mark, back) = (&wish["mark"], wish["back"] == true);
        let line = |outcome: &str, address: &str| json!({ "mark": mark, "outcome": outcome, "id": id.unwrap_or(0), "address": address, "slug": "", "status": "publish", "remark": null });
        let Some(stood) = id.and_then(|id| self.stood.get(&id)).cloned() else {
            return line("refused", "");
        };
        let address = self.address_of(&stood);
        let is_ours = stood
            .left
            .as_ref()
            .is_some_and(|left| left.2 == stood.content);
        let same_print = |left: &(String, String, String)| left.1 == text(wish, "fingerprint");
        match &stood.left {
            None if back => return line("unchanged", &address),
            Some(left) if is_ours && !back && same_print(left) => {
                return line("unchanged", &address);
            }
            _ if !is_ours && (back || text(wish, "was") != stood.content) => {
                return line("conflict", &address);
            }
            _ => {}
        }
        let Some(content) = edited(&stood.content, &wish["content"]) else {
            return line("conflict", &address);
        };
        let is_new = stood.left.is_none();
        self.writes += 1;
        let mut changed = stood;
        for field in wish["fields"].as_array().into_iter().flatten() {
            if let Some((_, value)) = &mut changed.field
                && value == text(field, "was")
            {
                text(field, "value").clone_into(value);
            }
        }
        changed.left = (!back).then(|| {
            (
                format!("{} {}", text(mark, "kind"), text(mark, "id")),
                text(wish, "fingerprint").to_owned(),
                content.clone(),
            )
        });
        changed.content = content;
        self.stood.insert(changed.id, changed);
        line(if is_new { "created" } else { "updated" }, &address)
    }

    /// What `/find` tells of an amendment.
    pub(super) fn found_amended(&self, mark: &Value) -> Option<Value> {
        let name = format!("{} {}", text(mark, "kind"), text(mark, "id"));
        let stood = self.stood.values().find(|stood| {
            stood
                .left
                .as_ref()
                .is_some_and(|(mark, _, _)| *mark == name)
        })?;
        let (_, fingerprint, left) = stood.left.as_ref()?;
        Some(
            json!({ "mark": mark, "id": stood.id, "address": self.address_of(stood), "fingerprint": fingerprint,
            "edited": *left != stood.content, "adopted": false,
            "whole": { "status": stood.status, "title": stood.title, "content": stood.content, "excerpt": "", "slug": "",
                "date_utc": null, "terms": [], "parent": 0, "post": stood.on, "password": "", "comment_count": 0 } }),
        )
    }
}

fn holds(stood: &Stood, words: &[&str]) -> bool {
    let field = stood.field.as_ref().map_or("", |(_, value)| value);
    words
        .iter()
        .any(|word| stood.content.contains(word) || field.contains(word))
}

/// A text with edits made; `None` where something else stands there.
fn edited(content: &str, edits: &Value) -> Option<String> {
    let (mut out, mut done) = (String::new(), 0);
    for edit in edits.as_array().into_iter().flatten() {
        let at = usize::try_from(edit["at"].as_u64()?).ok()?;
        let old = text(edit, "old");
        if at < done || !content.get(at..)?.starts_with(old) {
            return None;
        }
        out.push_str(&content[done..at]);
        out.push_str(text(edit, "new"));
        done = at + old.len();
    }
    out.push_str(&content[done..]);
    Some(out)
}
