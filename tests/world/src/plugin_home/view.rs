//! What a visitor finds, and what anybody could read at this moment. A picture's file is had by everyone who has its address, as at a
//! real WordPress; what is private is that nobody is told the address.

use super::site::{Site, Sort, Thing, text};

impl Site {
    /// Everything that anybody may read: pages, lists, feeds, terms, comments.
    #[must_use]
    pub fn public_text(&self) -> String {
        let mut open: String = self
            .things
            .values()
            .filter(|thing| thing.sort == Sort::Term)
            .map(|term| format!("{} {}\n", text(&term.sent, "name"), term.slug))
            .collect();
        for thing in self.things.values().filter(|thing| self.is_open(thing)) {
            open.push_str(&self.page(thing));
            open.push('\n');
        }
        open
    }

    /// Whether anybody may read it. A password hides the text of a post, not its title.
    #[must_use]
    pub fn is_open(&self, thing: &Thing) -> bool {
        match thing.sort {
            Sort::Term => true,
            Sort::Post => thing.status == "publish",
            Sort::Media => thing.status == "inherit",
            Sort::Comment => {
                let post = self.things.get(&thing.post);
                thing.status == "approved" && post.is_some_and(|post| post.status == "publish")
            }
        }
    }

    /// Counts when a secret word can be read by anybody now.
    pub(super) fn look_for_secrets(&mut self) {
        if self.secret_words.is_empty() {
            return;
        }
        let open = self.public_text();
        if let Some(word) = self.secret_words.iter().find(|word| open.contains(*word)) {
            let at = self
                .things
                .values()
                .find(|thing| self.is_open(thing) && self.page(thing).contains(word))
                .map(|thing| format!("{word} in {} {}", thing.kind, thing.mark));
            self.sightings.0 += 1;
            self.sightings
                .1
                .get_or_insert(at.unwrap_or_else(|| word.clone()));
        }
    }

    /// The page at an address: status, type, bytes.
    pub(super) fn visit(&self, address: &str, as_owner: bool) -> (u16, &'static str, Vec<u8>) {
        if let Some(bytes) = self.files.get(address) {
            return (200, "application/octet-stream", bytes.clone());
        }
        let is_here = |thing: &&Thing| {
            (thing.sort != Sort::Media && thing.address == address)
                || (thing.sort == Sort::Media
                    && address.ends_with(&format!("/attachment/{}/", thing.id)))
        };
        match self.things.values().find(is_here) {
            Some(thing) if as_owner || self.is_open(thing) => (
                200,
                "text/html; charset=UTF-8",
                self.page(thing).into_bytes(),
            ),
            None if self.is_page_of_stood(address, as_owner) => (
                200,
                "text/html; charset=UTF-8",
                b"<title>Stood</title>".to_vec(),
            ),
            _ if address.trim_end_matches('/') == self.home => (
                200,
                "text/html; charset=UTF-8",
                self.public_text().into_bytes(),
            ),
            _ => (
                404,
                "text/html; charset=UTF-8",
                b"<title>Not found</title>".to_vec(),
            ),
        }
    }

    fn is_page_of_stood(&self, address: &str, as_owner: bool) -> bool {
        self.stood.values().any(|stood| {
            self.address_of(stood) == address && (as_owner || stood.status == "publish")
        })
    }

    fn page(&self, thing: &Thing) -> String {
        let sent = &thing.sent;
        let mut page = format!(
            "<title>{}</title><h1>{}</h1>",
            text(sent, "title"),
            text(sent, "title")
        );
        let locked = !text(sent, "password").is_empty();
        let names: &[&str] = match thing.sort {
            Sort::Post if locked => &[],
            Sort::Post => &["content", "excerpt"],
            Sort::Comment => &["author", "url", "content"],
            Sort::Media => &["caption", "alt", "file_name"],
            Sort::Term => &["name", "description"],
        };
        for name in names {
            page.push_str(&format!("<div>{}</div>", text(sent, name)));
        }
        if thing.sort == Sort::Post && !locked {
            for comment in self
                .comments_of(thing)
                .filter(|comment| comment.status == "approved")
            {
                page.push_str(&format!("<p id=\"comment-{}\">", comment.id));
                page.push_str(&self.page(comment));
            }
        }
        page
    }
}
