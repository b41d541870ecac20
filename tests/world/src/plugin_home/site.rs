//! What the home keeps. Everything a request changes is changed under one lock, or not at all.

use super::stood::Stood;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A category or tag.
    Term,
    /// A post or page.
    Post,
    /// A comment.
    Comment,
    /// A picture or file.
    Media,
}

/// One thing as the home keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Id at this home.
    pub id: u64,
    /// The blog it came with.
    pub blog: String,
    /// Kind in its mark.
    pub kind: String,
    /// Id in its mark.
    pub mark: String,
    /// What it is.
    pub sort: Sort,
    /// Fingerprint of what was sent last.
    pub fingerprint: String,
    /// What was sent last, as it came.
    pub sent: Value,
    /// Its state: `publish`, `private`, ...; `approved`, `held`, `spam`; empty for terms.
    pub status: String,
    /// Whether somebody changed it since.
    pub edited: bool,
    /// Where it is.
    pub address: String,
    /// Its slug.
    pub slug: String,
    /// For comments: the id of their post.
    pub post: u64,
    /// For pictures: name of the size, address, width, height.
    pub files: Vec<(String, String, u64, u64)>,
}

/// The whole home.
#[derive(Debug, Default)]
pub struct Site {
    /// Everything it keeps, by id.
    pub things: BTreeMap<u64, Thing>,
    /// What stood there before anybody came, by id.
    pub stood: BTreeMap<u64, Stood>,
    /// Bytes by address.
    pub(super) files: HashMap<String, Vec<u8>>,
    pub(super) uploads: HashMap<String, Vec<u8>>,
    /// Words that nobody but the owner may read; looked for after every change.
    pub secret_words: Vec<String>,
    /// How often a change left one of them readable by anybody, with the first such place.
    pub sightings: (u64, Option<String>),
    /// Things that were created or changed.
    pub writes: u64,
    /// Requests of any kind.
    pub requests: u64,
    /// Requests that came to nothing because their writer had lost the lease or its fence was old.
    pub shut_out: u64,
    /// When the first request that may write came in since this was cleared.
    pub first_write_asked: Option<std::time::Instant>,
    pub(super) home: String,
    map: HashMap<(String, String, String), u64>,
    lease: Lease,
    next_id: u64,
}

#[derive(Debug, Default)]
struct Lease {
    fence: u64,
    writer: String,
    expires: i64,
}

/// An answer: status and body.
pub(super) type Reply = (u16, Value);

pub(super) fn refusal(status: u16, code: &str, message: &str, data: Value) -> Reply {
    let mut data = data;
    data["status"] = status.into();
    (
        status,
        json!({ "code": code, "message": message, "data": data }),
    )
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

impl Site {
    pub(super) fn new(home: &str) -> Self {
        Self {
            home: home.to_owned(),
            ..Self::default()
        }
    }

    /// The thing with this mark.
    #[must_use]
    pub fn find(&self, blog: &str, kind: &str, mark: &str) -> Option<&Thing> {
        let key = (blog.to_owned(), kind.to_owned(), mark.to_owned());
        self.things.get(self.map.get(&key)?)
    }

    /// Its owner changes a thing: its text gets `words` more.
    pub fn edit(&mut self, id: u64, words: &str) {
        if let Some(thing) = self.things.get_mut(&id) {
            thing.edited = true;
            let content = format!("{} {words}", text(&thing.sent, "content"));
            thing.sent["content"] = content.into();
        }
    }

    fn named(&self, blog: &str, mark: &Value) -> Option<u64> {
        self.find(blog, text(mark, "kind"), text(mark, "id"))
            .map(|thing| thing.id)
    }

    // ------------------------------------------------------------ the lease

    pub(super) fn writer(&mut self, asked: &Value) -> Reply {
        let (writer, now) = (text(asked, "writer"), Timestamp::now().as_second());
        if asked["release"] == true {
            if self.lease.writer == writer {
                self.lease.writer.clear();
                self.lease.expires = 0;
            }
            return (200, json!({ "released": true }));
        }
        if self.lease.writer != writer {
            if !self.lease.writer.is_empty() && self.lease.expires > now {
                let data = json!({ "holder": self.lease.writer, "expires": self.lease.expires });
                return refusal(409, "rehome_busy", "another writer holds the lease", data);
            }
            self.lease.fence += 1;
            writer.clone_into(&mut self.lease.writer);
        } else if asked["raise"] == true {
            self.lease.fence += 1;
        }
        self.lease.expires = now + asked["seconds"].as_i64().unwrap_or(120);
        let (fence, expires) = (self.lease.fence, self.lease.expires);
        (200, json!({ "fence": fence, "expires": expires }))
    }

    /// Whether this writer may write; an answer when not.
    pub(super) fn shut_out(&mut self, asked: &Value) -> Option<Reply> {
        let holds = text(asked, "writer") == self.lease.writer
            && asked["fence"].as_u64() == Some(self.lease.fence)
            && !self.lease.writer.is_empty();
        if holds {
            let minute = Timestamp::now().as_second() + 60;
            self.lease.expires = self.lease.expires.max(minute);
            return None;
        }
        self.shut_out += 1;
        let message = "this writer no longer holds the lease; nothing was written";
        Some(refusal(409, "rehome_stale_fence", message, json!({})))
    }

    // ------------------------------------------------------------ placing

    pub(super) fn place(&mut self, asked: &Value) -> Reply {
        if let Some(reply) = self.shut_out(asked) {
            return reply;
        }
        let blog = text(asked, "blog");
        let mut answers = json!({ "mode": "fast" });
        for (name, sort) in [
            ("terms", Sort::Term),
            ("posts", Sort::Post),
            ("comments", Sort::Comment),
        ] {
            let items = asked[name]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            answers[name] = items
                .iter()
                .map(|item| self.make(blog, sort, item))
                .collect();
        }
        self.look_for_secrets();
        (200, answers)
    }

    /// Makes one thing as it was sent, and answers as the plugin does.
    pub(super) fn make(&mut self, blog: &str, sort: Sort, sent: &Value) -> Value {
        let mark = &sent["mark"];
        if sort == Sort::Comment && self.named(blog, &sent["post"]).is_none() {
            return json!({ "mark": mark, "outcome": "refused", "remark": "its post is not here" });
        }
        let fingerprint = text(sent, "fingerprint");
        let (id, outcome) = match self.named(blog, mark) {
            None => (self.create(blog, sort, sent), "created"),
            Some(id) if self.things[&id].fingerprint == fingerprint => (id, "unchanged"),
            Some(id) if self.things[&id].edited => (id, "conflict"),
            Some(id) => {
                self.writes += 1;
                (id, "updated")
            }
        };
        if matches!(outcome, "created" | "updated")
            && let Some(thing) = self.things.get_mut(&id)
        {
            fingerprint.clone_into(&mut thing.fingerprint);
            thing.status = status(sort, sent);
            thing.sent = sent.clone();
        }
        let thing = &self.things[&id];
        json!({ "mark": mark, "outcome": outcome, "id": id, "address": thing.address, "slug": thing.slug,
            "status": thing.status, "remark": null })
    }

    fn create(&mut self, blog: &str, sort: Sort, sent: &Value) -> u64 {
        self.next_id += 1;
        self.writes += 1;
        let (id, home) = (self.next_id, &self.home);
        let (kind, mark) = (text(&sent["mark"], "kind"), text(&sent["mark"], "id"));
        let slug = match text(sent, "slug") {
            "" => id.to_string(),
            wished => format!("{wished}-{id}"),
        };
        let address = match sort {
            Sort::Term => format!("{home}/terms/{slug}/"),
            Sort::Post => format!("{home}/{slug}/"),
            Sort::Comment => format!("{home}/?comment={id}"),
            Sort::Media => String::new(),
        };
        let thing = Thing {
            id,
            blog: blog.to_owned(),
            kind: kind.to_owned(),
            mark: mark.to_owned(),
            sort,
            fingerprint: String::new(),
            sent: Value::Null,
            status: String::new(),
            edited: false,
            address,
            slug,
            post: self.named(blog, &sent["post"]).unwrap_or(0),
            files: Vec::new(),
        };
        self.things.insert(id, thing);
        let key = (blog.to_owned(), kind.to_owned(), mark.to_owned());
        self.map.insert(key, id);
        id
    }

    // ------------------------------------------------------------ finding, removing

    pub(super) fn found(&self, asked: &Value) -> Reply {
        let (blog, whole) = (text(asked, "blog"), asked["whole"] == true);
        let marks = asked["marks"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let found: Vec<Value> = marks
            .iter()
            .map(|mark| {
                let thing = self.named(blog, mark);
                let told = thing.map(|id| self.describe(&self.things[&id], whole));
                told.or_else(|| self.found_amended(mark))
                    .unwrap_or_default()
            })
            .collect();
        (200, json!({ "found": found }))
    }

    fn describe(&self, thing: &Thing, whole: bool) -> Value {
        let mut told = json!({ "mark": { "kind": thing.kind, "id": thing.mark }, "id": thing.id, "address": thing.address,
            "fingerprint": thing.fingerprint, "edited": thing.edited, "adopted": false });
        if thing.sort == Sort::Media {
            told["page"] = format!("{}/attachment/{}/", self.home, thing.id).into();
            told["sizes"] = self.sizes(thing);
        }
        if whole {
            told["whole"] = self.whole(thing);
        }
        told
    }

    fn whole(&self, thing: &Thing) -> Value {
        let sent = &thing.sent;
        let terms: Vec<u64> = sent["terms"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|mark| self.named(&thing.blog, mark))
            .collect();
        let comments = self
            .comments_of(thing)
            .filter(|comment| comment.status == "approved");
        let title = match thing.sort {
            Sort::Term => text(sent, "name"),
            Sort::Comment => text(sent, "author"),
            Sort::Post | Sort::Media => text(sent, "title"),
        };
        let id_of = |name: &str| self.named(&thing.blog, &sent[name]).unwrap_or(0);
        json!({ "status": thing.status, "title": title, "content": text(sent, "content"), "excerpt": text(sent, "excerpt"),
            "slug": thing.slug, "date_utc": text(sent, "date_utc"), "terms": terms, "parent": id_of("parent"),
            "post": id_of("post"), "password": text(sent, "password"), "comment_count": comments.count() })
    }

    /// The comments of a post.
    pub(super) fn comments_of<'a>(&'a self, post: &'a Thing) -> impl Iterator<Item = &'a Thing> {
        self.things
            .values()
            .filter(|thing| thing.sort == Sort::Comment && thing.post == post.id)
    }

    pub(super) fn remove(&mut self, asked: &Value) -> Reply {
        if let Some(reply) = self.shut_out(asked) {
            return reply;
        }
        let blog = text(asked, "blog");
        let marks = asked["marks"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let ids: Vec<Option<u64>> = marks.iter().map(|mark| self.named(blog, mark)).collect();
        let removed: Vec<Value> = marks
            .iter()
            .zip(ids)
            .map(|(mark, id)| {
                let outcome = match id {
                    None => "absent",
                    Some(id) if self.things.get(&id).is_some_and(|thing| thing.edited) => "kept",
                    Some(id) => {
                        self.take_away(id);
                        "removed"
                    }
                };
                json!({ "mark": mark, "outcome": outcome, "remark": (outcome == "kept").then_some("somebody edited it") })
            })
            .collect();
        (200, json!({ "removed": removed }))
    }

    /// Makes things no more visible than wished, whoever edited them.
    pub(super) fn narrow(&mut self, asked: &Value) -> Reply {
        if let Some(reply) = self.shut_out(asked) {
            return reply;
        }
        let blog = text(asked, "blog");
        let wishes = asked["wishes"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for wish in wishes {
            let Some(id) = self.named(blog, &wish["mark"]) else {
                continue;
            };
            if let Some(thing) = self.things.get_mut(&id)
                && width(&thing.status) > width(text(wish, "status"))
            {
                thing.status = match thing.sort {
                    Sort::Comment => "held".to_owned(),
                    Sort::Media => "private".to_owned(),
                    Sort::Post | Sort::Term => text(wish, "status").to_owned(),
                };
                self.writes += 1;
            }
        }
        (200, json!({ "narrowed": vec![true; wishes.len()] }))
    }

    fn take_away(&mut self, id: u64) {
        let Some(thing) = self.things.get(&id).cloned() else {
            return;
        };
        let comments: Vec<u64> = match thing.sort {
            Sort::Post => self.comments_of(&thing).map(|comment| comment.id).collect(),
            _ => Vec::new(),
        };
        self.writes += 1;
        for (_, address, _, _) in &thing.files {
            self.files.remove(address);
        }
        self.map
            .retain(|_, there| *there != id && !comments.contains(there));
        self.things
            .retain(|there, _| *there != id && !comments.contains(there));
    }

    pub(super) fn finish(&mut self, asked: &Value) -> Reply {
        if let Some(reply) = self.shut_out(asked) {
            return reply;
        }
        self.lease.writer.clear();
        self.lease.expires = 0;
        (200, json!({ "ok": true }))
    }

    pub(super) fn state(&self) -> Reply {
        let mut counts: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for thing in self.things.values() {
            *counts
                .entry(&thing.blog)
                .or_default()
                .entry(&thing.kind)
                .or_default() += 1;
        }
        let blogs: Vec<Value> = counts
            .into_iter()
            .map(|(blog, counts)| json!({ "blog": blog, "counts": counts }))
            .collect();
        let lease = (!self.lease.writer.is_empty())
            .then(|| json!({ "writer": self.lease.writer, "fence": self.lease.fence, "expires": self.lease.expires }));
        (200, json!({ "blogs": blogs, "lease": lease }))
    }
}

/// The state of what was sent; never wider than asked.
fn status(sort: Sort, sent: &Value) -> String {
    match (sort, text(sent, "status")) {
        (Sort::Term, _) => String::new(),
        (Sort::Media, _) if sent["public"] == true => "inherit".to_owned(),
        (Sort::Media, _) => "private".to_owned(),
        (Sort::Post, "publish") if is_ahead(text(sent, "date_utc")) => "future".to_owned(),
        (Sort::Post, "future") if !is_ahead(text(sent, "date_utc")) => "draft".to_owned(),
        (_, asked) => asked.to_owned(),
    }
}

/// How visible a state is.
fn width(status: &str) -> u8 {
    match status {
        "publish" | "inherit" | "approved" => 3,
        "future" => 2,
        "private" | "held" | "spam" => 1,
        _ => 0,
    }
}

fn is_ahead(date_utc: &str) -> bool {
    let now = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
    date_utc > now.as_str()
}
