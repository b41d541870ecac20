//! What an export says of the blog as a whole: entries of the old one, `settings.csv` of a Takeout, and what the owner says.

use crate::wire::feeds::{FeedHead, FeedItem};
use blog::body::plain_text;
use blog::doors::Input;
use blog::{Audience, Identity, Profile, when};

/// What is known of the blog.
#[derive(Debug, Default)]
pub(super) struct Settings {
    title: String,
    tagline: String,
    language: Option<String>,
    time_zone: Option<String>,
    home: Option<String>,
    blog: Option<String>,
    readers: Option<Audience>,
    /// Whether labels become categories.
    pub(super) labels_are_categories: bool,
}

impl Settings {
    /// What the owner says; it holds against what the export says, except that a blog with chosen readers stays theirs.
    pub(super) fn wished(input: &dyn Input) -> Self {
        let is = |name: &str, word: &str| {
            input
                .option(name)
                .is_some_and(|value| value.eq_ignore_ascii_case(word))
        };
        Self {
            home: input.option("home").map(with_scheme),
            readers: is("audience", "everyone").then_some(Audience::Everyone),
            labels_are_categories: is("labels", "categories"),
            ..Self::default()
        }
    }

    /// Takes an entry of the kind `settings` in (`tag:…blog-1.settings.BLOG_DESCRIPTION`).
    pub(super) fn take_entry(&mut self, item: &FeedItem) {
        let id = item.guid.as_deref().unwrap_or_default();
        if let Some((_, name)) = id.split_once(".settings.") {
            self.take(name, &plain_text(&item.body));
        }
    }

    /// Takes a `settings.csv` in: one line of names, one of values.
    pub(super) fn take_csv(&mut self, text: &str) {
        let rows = rows(text);
        if let [names, values, ..] = rows.as_slice() {
            for (name, value) in names.iter().zip(values) {
                self.take(name, value);
            }
        }
    }

    pub(super) fn take_head(&mut self, head: &FeedHead) {
        set(&mut self.title, plain_text(&head.title).trim());
        let home = head.link.as_deref().filter(|link| link.starts_with("http"));
        self.home = self.home.take().or(home.map(str::to_owned));
    }

    /// One setting. Names of the old export are `BLOG_…`, of a Takeout `blog_…`.
    fn take(&mut self, name: &str, value: &str) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if value.is_empty() {
            return;
        }
        let keep = |field: &mut Option<String>, value: String| {
            field.get_or_insert(value);
        };
        match name.as_str() {
            "blog_name" => set(&mut self.title, value),
            "blog_description" => set(&mut self.tagline, value),
            "blog_language" | "blog_locale" => keep(&mut self.language, value.replace('_', "-")),
            "blog_time_zone" | "blog_timezone" if when::zone(value).is_some() => {
                keep(&mut self.time_zone, value.to_owned());
            }
            "blog_custom_domain" => keep(&mut self.home, with_scheme(value)),
            "blog_subdomain" if !value.contains('.') => {
                keep(&mut self.home, format!("http://{value}.blogspot.com/"));
            }
            "blog_subdomain" => keep(&mut self.home, with_scheme(value)),
            "blog_id" => keep(&mut self.blog, value.to_owned()),
            "blog_read_access_mode" | "blog_reader_access" | "blog_read_access" => {
                self.take_readers(value)
            }
            _ => {}
        }
    }

    /// `PUBLIC`, `READERS` (people who were invited), `PRIVATE` (the authors). Another word means the owner alone.
    fn take_readers(&mut self, word: &str) {
        let stated = match word.to_ascii_uppercase().as_str() {
            "PUBLIC" | "PUBLIC_BLOG" => Audience::Everyone,
            "READERS" | "CUSTOM" | "INVITED_READERS" => Audience::Named,
            _ => Audience::Owner,
        };
        self.readers = Some(self.readers.map_or(stated, |known| known.narrower(stated)));
    }

    /// Whether anybody said who could read the blog.
    pub(super) fn says_who_reads(&self) -> bool {
        self.readers.is_some()
    }

    pub(super) fn audience(&self) -> Audience {
        self.readers.unwrap_or_default()
    }

    /// The old address, without the last slash.
    pub(super) fn home(&self) -> Option<&str> {
        self.home.as_deref().map(|home| home.trim_end_matches('/'))
    }

    pub(super) fn profile(&self) -> Profile {
        let root = self
            .home()
            .and_then(|home| home.split_once("://"))
            .map(|(_, rest)| rest.to_lowercase());
        Profile {
            title: self.title.clone(),
            tagline: self.tagline.clone(),
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
            home: self.home.clone(),
            owner: None,
            audience: self.audience(),
            identity: Identity::Site {
                roots: vec![root.unwrap_or_else(|| self.title.to_lowercase())],
            },
        }
    }
}

fn set(field: &mut String, value: &str) {
    if field.is_empty() {
        value.clone_into(field);
    }
}

fn with_scheme(address: &str) -> String {
    let address = address.trim();
    if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}/")
    }
}

/// The first rows of a table in RFC 4180: fields with commas, quotes and line ends stand in quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
                if rows.len() == 2 {
                    return rows;
                }
            }
            other => field.push(other),
        }
    }
    row.push(field);
    rows.push(row);
    rows
}
