//! The few pages that people see at an old address that leads nowhere (any more): small, without script, pictures or foreign
//! parts, in nine languages. Pages that are the same for everybody are rendered once.

mod language;
mod words;

pub use language::{choose, market};
pub use words::{LANGUAGES, Words};

use askama::Template;
use bytes::Bytes;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The platform has closed and the blog did not move.
    Closed,
    /// Deleted for good.
    Gone,
    /// Nothing is known there.
    Unknown,
    /// Not yet moved.
    Waiting,
}

const SUBJECTS: [Subject; 4] = [
    Subject::Closed,
    Subject::Gone,
    Subject::Unknown,
    Subject::Waiting,
];

/// Addresses that the pages offer; what is absent is not offered.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// Where owners see to their blogs.
    pub portal: Option<String>,
    /// Takes the old name of a blog as the parameter `name`.
    pub search: Option<String>,
    /// Where one begins a new blog; offered once the platform has closed.
    pub start: Option<String>,
}

/// A rendered page.
#[derive(Debug, Clone)]
pub struct Page {
    /// UTF-8 HTML.
    pub html: Bytes,
    /// A strong entity tag: equal tags, equal bytes.
    pub etag: String,
    /// Tag of its language.
    pub language: &'static str,
}

/// All pages.
#[derive(Debug)]
pub struct Pages {
    links: Links,
    /// By subject, then by language.
    ready: Vec<Page>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Html<'a> {
    words: &'a Words,
    title: &'a str,
    text: &'a str,
    near: Option<&'a str>,
    links: &'a Links,
    closed: bool,
}

impl Pages {
    /// Renders what can be rendered now.
    #[must_use]
    pub fn new(links: Links) -> Self {
        let ready = SUBJECTS
            .iter()
            .flat_map(|subject| LANGUAGES.iter().map(|words| (*subject, words)))
            .map(|(subject, words)| render(subject, words, &links, None))
            .collect();
        Self { links, ready }
    }

    /// The page about `subject` in the language at `language`; `near` is the address of the nearest page that is known.
    #[must_use]
    pub fn page(&self, subject: Subject, language: usize, near: Option<&str>) -> Page {
        let language = language.min(LANGUAGES.len() - 1);
        match near {
            Some(_) => render(subject, &LANGUAGES[language], &self.links, near),
            None => self.ready[subject as usize * LANGUAGES.len() + language].clone(),
        }
    }
}

fn render(subject: Subject, words: &'static Words, links: &Links, near: Option<&str>) -> Page {
    let (title, text) = match subject {
        Subject::Closed => words.closed,
        Subject::Gone => words.gone,
        Subject::Unknown => words.unknown,
        Subject::Waiting => words.waiting,
    };
    let html = Html {
        words,
        title,
        text,
        near,
        links,
        closed: subject == Subject::Closed,
    };
    // Rendering fails only where a value's `Display` does, and there are strings only.
    let html = Bytes::from(html.render().unwrap_or_default());
    Page {
        etag: format!("\"{}\"", &blake3::hash(&html).to_hex()[..16]),
        html,
        language: words.tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &Page) -> String {
        String::from_utf8(page.html.to_vec()).expect("UTF-8")
    }

    #[test]
    fn every_page_speaks_its_language_and_says_its_direction() {
        let pages = Pages::new(Links::default());
        for (at, words) in LANGUAGES.iter().enumerate() {
            for subject in SUBJECTS {
                let html = text(&pages.page(subject, at, None));
                let root = format!("<html lang=\"{}\" dir=\"{}\">", words.tag, words.direction);
                assert!(html.contains(&root), "{subject:?} in {}", words.tag);
            }
        }
        assert_eq!(
            LANGUAGES
                .iter()
                .filter(|words| words.direction == "rtl")
                .count(),
            1
        );
    }

    #[test]
    fn links_are_offered_only_where_there_are_some() {
        let bare = text(&Pages::new(Links::default()).page(Subject::Closed, 0, None));
        assert!(!bare.contains("href=") && !bare.contains("<form"));
        let links = Links {
            portal: Some("https://portal.example/?a=1&b=2".to_owned()),
            search: Some("https://find.example/".to_owned()),
            start: Some("https://start.example/".to_owned()),
        };
        let pages = Pages::new(links);
        let closed = text(&pages.page(Subject::Closed, 0, None));
        assert!(
            closed.contains("href=\"https://portal.example/?a=1&#38;b=2\""),
            "{closed}"
        );
        assert!(closed.contains("action=\"https://find.example/\""));
        assert!(closed.contains("https://start.example/"));
        let gone = text(&pages.page(Subject::Gone, 0, None));
        assert!(
            !gone.contains("https://start.example/"),
            "nobody asks a mourner to begin anew"
        );
    }

    #[test]
    fn a_near_page_cannot_leave_its_attribute() {
        let pages = Pages::new(Links::default());
        let html = text(&pages.page(Subject::Unknown, 0, Some("https://a.example/\"><script>")));
        assert!(!html.contains("<script>"), "{html}");
    }

    #[test]
    fn equal_pages_have_equal_tags_and_others_do_not() {
        let pages = Pages::new(Links::default());
        let tag = |subject, language| pages.page(subject, language, None).etag;
        assert_eq!(tag(Subject::Gone, 0), tag(Subject::Gone, 0));
        assert_ne!(tag(Subject::Gone, 0), tag(Subject::Gone, 1));
        assert_ne!(tag(Subject::Gone, 0), tag(Subject::Closed, 0));
    }
}
