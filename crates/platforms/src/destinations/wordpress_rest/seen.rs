//! A thing at the new home, as WordPress shows it to its owner.

use super::lookup::Route;
use super::stamp::{self, Stamp};
use blog::doors::{FindDepth, Observed, ObservedWhole, PictureSize, PlacedPicture, Stand};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::Value;

/// The slug of a post that is not finished begins with this: it is a draft whose look, date and address follow in a second call.
pub(super) const UNFINISHED_SLUG: &str = "rehome-unfinished-";

/// The address that a comment has until it is finished. Most WordPresses take no comment without one; it reaches nobody (RFC 2606).
pub(super) const UNFINISHED_EMAIL: &str = "unfinished@rehome.invalid";

/// A thing with one of our stamps.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Where it is.
    pub(super) route: Route,
    /// Its id.
    pub(super) id: u64,
    /// What our stamp in it says.
    pub(super) stamp: Stamp,
    /// All of it.
    pub(super) value: Value,
    /// Its text without stamps.
    pub(super) text: String,
    blog_word: String,
}

/// The text that a stamp stands in.
pub(super) fn text_of(route: Route, value: &Value) -> String {
    let text = match route {
        Route::Posts | Route::Pages | Route::Comments => &value["content"]["raw"],
        Route::Media => &value["description"]["raw"],
        Route::Categories | Route::Tags => &value["description"],
    };
    text.as_str().unwrap_or_default().to_owned()
}

impl Seen {
    /// The thing in `value`, once for each of our stamps: a category can stand for several.
    pub(super) fn all(route: Route, value: &Value, blog_word: &str) -> Vec<Self> {
        let Some(id) = value["id"].as_u64() else {
            return Vec::new();
        };
        let (text, stamps) = stamp::read(&text_of(route, value), blog_word);
        let seen = |stamp| Self {
            route,
            id,
            stamp,
            value: value.clone(),
            text: text.clone(),
            blog_word: blog_word.to_owned(),
        };
        stamps.into_iter().map(seen).collect()
    }

    /// The thing in `value` with the stamp of `mark`.
    pub(super) fn of(route: Route, value: &Value, blog_word: &str, mark: &str) -> Option<Self> {
        let all = Self::all(route, value, blog_word);
        all.into_iter().find(|seen| seen.stamp.mark == mark)
    }

    /// Whether all calls that make it what it shall be were done.
    pub(super) fn is_finished(&self) -> bool {
        match self.route {
            Route::Posts | Route::Pages => {
                !(self.text_at("slug").starts_with(UNFINISHED_SLUG)
                    && self.text_at("status") == "draft")
            }
            Route::Comments => self.text_at("author_email") != UNFINISHED_EMAIL,
            _ => true,
        }
    }

    /// Whether somebody changed it since we left it.
    pub(super) fn is_edited(&self) -> bool {
        let sum = self.stamp.sum.as_ref();
        self.is_finished() && sum.is_some_and(|sum| *sum != self.sum())
    }

    /// Whether it was there before us.
    pub(super) fn is_adopted(&self) -> bool {
        self.stamp.sum.is_none()
    }

    /// What it is now, in short, with the status that it has.
    pub(super) fn sum(&self) -> String {
        self.sum_with(self.text_at("status"))
    }

    /// What it will be, in short, with `status`.
    pub(super) fn sum_with(&self, status: &str) -> String {
        let raw = |name: &str| self.value[name]["raw"].as_str().unwrap_or_default();
        let at = |name: &str| self.text_at(name);
        match self.route {
            Route::Posts | Route::Pages => stamp::sum(&[
                raw("title"),
                &self.text,
                raw("excerpt"),
                settled(status),
                at("password"),
            ]),
            Route::Media => stamp::sum(&[
                raw("title"),
                &self.text,
                raw("caption"),
                at("alt_text"),
                settled(status),
            ]),
            Route::Comments => stamp::sum(&[
                at("author_name"),
                at("author_url"),
                &self.text,
                settled(status),
            ]),
            Route::Categories | Route::Tags => stamp::sum(&[at("name"), &self.text]),
        }
    }

    /// A field that is a text.
    pub(super) fn text_at(&self, name: &str) -> &str {
        self.value[name].as_str().unwrap_or_default()
    }

    /// Its public address.
    pub(super) fn address(&self) -> Option<String> {
        Some(self.text_at("link").to_owned()).filter(|address| !address.is_empty())
    }

    /// The id of what it stands below.
    pub(super) fn parent(&self) -> Option<u64> {
        self.value["parent"].as_u64().filter(|id| *id > 0)
    }

    /// Where it stands, of a page.
    pub(super) fn stand(&self) -> Stand {
        let order = self.value["menu_order"].as_i64().unwrap_or(0);
        Stand {
            parent: self.parent().unwrap_or(0),
            // A place that we cannot have given it is not ours, whatever it is exactly.
            order: order.clamp(i32::MIN.into(), i32::MAX.into()) as i32,
        }
    }

    /// When it was published.
    pub(super) fn date_utc(&self) -> Option<Timestamp> {
        let time: DateTime = self.text_at("date_gmt").parse().ok()?;
        Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
    }

    /// In neutral words. `twins` more things carry the same mark.
    pub(super) fn observed(&self, depth: FindDepth, twins: usize) -> Observed {
        Observed {
            id: self.id,
            address: self.address(),
            fingerprint: match self.is_finished() {
                true => self.stamp.print.clone(),
                false => String::new(),
            },
            edited: self.is_edited(),
            twins: twins as u64,
            picture: self.picture(),
            whole: (depth == FindDepth::Whole).then(|| self.whole()),
        }
    }

    fn whole(&self) -> ObservedWhole {
        let raw = |name: &str| {
            self.value[name]["raw"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let number = |name: &str| self.value[name].as_u64().unwrap_or(0);
        let ids = |name: &str| {
            let ids = self.value[name].as_array().cloned().unwrap_or_default();
            ids.into_iter().filter_map(|id| id.as_u64())
        };
        let (title, excerpt) = match self.route {
            Route::Posts | Route::Pages => (raw("title"), raw("excerpt")),
            Route::Media => (raw("title"), raw("caption")),
            Route::Comments => (self.text_at("author_name").to_owned(), String::new()),
            Route::Categories | Route::Tags => (self.text_at("name").to_owned(), String::new()),
        };
        let status = match self.text_at("status") {
            "hold" => "held",
            status => status,
        };
        ObservedWhole {
            status: status.to_owned(),
            title,
            content: self.text.clone(),
            excerpt,
            slug: self.text_at("slug").to_owned(),
            date_utc: self.date_utc(),
            terms: ids("categories").chain(ids("tags")).collect(),
            parent: self.parent().unwrap_or(0),
            order: self.value["menu_order"]
                .as_i64()
                .and_then(|order| order.try_into().ok()),
            left: self.left(),
            post: number("post"),
            password: self.text_at("password").to_owned(),
            comment_count: 0,
            fields: Vec::new(),
        }
    }

    /// Where we left it, of a page.
    fn left(&self) -> Option<Stand> {
        (self.route == Route::Pages && self.is_finished()).then_some(self.stamp.left)
    }

    /// What pages need to show a picture or file.
    pub(super) fn picture(&self) -> Option<PlacedPicture> {
        if self.route != Route::Media {
            return None;
        }
        let details = &self.value["media_details"];
        let number = |value: &Value| {
            value
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0)
        };
        let full = self.text_at("source_url");
        let mut sizes = vec![PictureSize {
            name: "full".to_owned(),
            address: full.to_owned(),
            width: number(&details["width"]),
            height: number(&details["height"]),
        }];
        let made = details["sizes"].as_object().into_iter().flatten();
        sizes.extend(
            made.filter(|(name, _)| *name != "full")
                .filter_map(|(name, size)| {
                    Some(PictureSize {
                        name: name.clone(),
                        address: size["source_url"].as_str()?.to_owned(),
                        width: number(&size["width"]),
                        height: number(&size["height"]),
                    })
                }),
        );
        // WordPress keeps the file it was sent beside a copy of bearable size.
        if let (Some(original), Some((folder, _))) =
            (details["original_image"].as_str(), full.rsplit_once('/'))
        {
            sizes.push(PictureSize {
                name: "original".to_owned(),
                address: format!("{folder}/{original}"),
                width: 0,
                height: 0,
            });
        }
        Some(PlacedPicture {
            id: self.id,
            page: self.text_at("link").to_owned(),
            shown_hash: None,
            sizes,
        })
    }

    /// Its text with our stamp as it should be for a thing with `status`, and with the stamps of others that stand in it.
    pub(super) fn restamped(&self, stamp: &Stamp) -> String {
        let others = stamp::read(&text_of(self.route, &self.value), &self.blog_word).1;
        let others = others.iter().filter(|other| other.mark != stamp.mark);
        let text = stamp::stamped(&self.text, &self.blog_word, stamp);
        others.fold(text, |text, other| {
            stamp::stamped(&text, &self.blog_word, other)
        })
    }

    /// Its text without our stamp.
    pub(super) fn unstamped(&self) -> String {
        let others = stamp::read(&text_of(self.route, &self.value), &self.blog_word).1;
        let others = others.iter().filter(|other| other.mark != self.stamp.mark);
        let text = self.text.clone();
        others.fold(text, |text, other| {
            stamp::stamped(&text, &self.blog_word, other)
        })
    }
}

/// A status as it counts for an edit: what is planned becomes published by itself.
fn settled(status: &str) -> &str {
    match status {
        "future" | "publish" | "inherit" => "open",
        other => other,
    }
}
