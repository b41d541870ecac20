//! What the first pass keeps: the blog as a whole, and by number what an item cannot know of itself.

use super::bodies::gallery_ids;
use super::former_space::FormerSpace;
use super::menus::Menus;
use super::posts::{Standing, category_id, number, standing};
use crate::wire::wxr::{Author, Item};
use blog::{Audience, Identity, Person, Profile, address};
use std::collections::{HashMap, HashSet};

/// The taxonomies that come along.
pub(super) const CATEGORY: &str = "category";
/// See [`CATEGORY`].
pub(super) const TAG: &str = "post_tag";

/// What is known before the items are read.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) title: String,
    pub(super) tagline: String,
    pub(super) language: Option<String>,
    pub(super) link: String,
    pub(super) base: String,
    /// Login to display name and mail address, in the order of the export.
    pub(super) authors: Vec<(String, Person)>,
    by_login: HashMap<String, usize>,
    /// Who may see the pictures of a post, page or other item.
    audiences: HashMap<u64, Audience>,
    /// Pages that come along.
    pages: HashSet<u64>,
    /// Attachments, with what they are attached to.
    attachments: HashMap<u64, u64>,
    /// Attachments that posts name by number.
    wanted: HashMap<u64, Audience>,
    /// Pictures attached to something: what, place, number.
    children: Vec<(u64, u32, u64)>,
    /// Categories and tags of what was hidden from readers, thrown away or never published.
    hidden_terms: HashSet<(&'static str, String)>,
    /// Whether there are items that were not looked at, or not whole.
    misses_items: bool,
    pub(super) space: FormerSpace,
    pub(super) menus: Menus,
}

impl Index {
    /// Takes in a child of the channel that is no item.
    pub(super) fn channel(&mut self, name: &str, text: &str, element: &str) {
        let word = text.trim();
        match name {
            "title" if self.title.is_empty() => self.title = plain(word),
            "description" if self.tagline.is_empty() => self.tagline = plain(word),
            "link" if self.link.is_empty() => word.clone_into(&mut self.link),
            "language" if !word.is_empty() => self.language = Some(word.to_owned()),
            "wp:base_blog_url" if self.base.is_empty() => word.clone_into(&mut self.base),
            "wp:author" => {
                let author = Author::read(element);
                self.author(&author.login, &author.display_name, &author.email);
            }
            _ => {}
        }
    }

    fn author(&mut self, login: &str, name: &str, email: &str) {
        if login.trim().is_empty() || self.by_login.contains_key(login) {
            return;
        }
        let name = if name.trim().is_empty() { login } else { name };
        let person = Person {
            email: Some(email.trim().to_owned()).filter(|email| !email.is_empty()),
            ..Person::named(plain(name))
        };
        self.by_login.insert(login.to_owned(), self.authors.len());
        self.authors.push((login.to_owned(), person));
    }

    /// Takes in an item.
    pub(super) fn item(&mut self, item: &Item<'_>) {
        if item.kind != "attachment" {
            self.note_hidden_terms(item);
        }
        let Some(id) = number(&item.id) else { return };
        if item.kind == "attachment" {
            let parent = number(&item.parent).unwrap_or(0);
            self.attachments.insert(id, parent);
            if parent > 0 && address::names_picture(&item.attachment) {
                let order = item.menu_order.trim().parse().unwrap_or(0);
                self.children.push((parent, order, id));
            }
            return;
        }
        if item.kind == "nav_menu_item" {
            self.menus.learn(item);
        }
        let audience = pictures_audience(item);
        self.audiences.entry(id).or_insert(audience);
        if item.kind == "page" && matches!(standing(&item.status), Standing::Taken { .. }) {
            self.pages.insert(id);
        }
        let featured = item.meta("_thumbnail_id").and_then(number);
        for picture in featured.into_iter().chain(gallery_ids(&item.content)) {
            let widest = self.wanted.entry(picture).or_default();
            *widest = audience.max(*widest);
        }
        self.space.learn(item);
    }

    fn note_hidden_terms(&mut self, item: &Item<'_>) {
        let is_shown = matches!(
            standing(&item.status),
            Standing::Taken {
                state: blog::PostState::Published,
                audience: Audience::Everyone,
                ..
            }
        );
        if is_shown {
            return;
        }
        for term in &item.terms {
            let hidden = match term.domain.as_str() {
                CATEGORY => (CATEGORY, category_id(&term.slug, &term.name)),
                TAG => (TAG, plain(&term.name)),
                _ => continue,
            };
            self.hidden_terms.insert(hidden);
        }
    }

    /// There is an item that cannot be looked at, or not whole: nobody knows what it hides.
    pub(super) fn miss_items(&mut self) {
        self.misses_items = true;
    }

    /// Whether the old home showed the name of a category or tag to everyone: a WordPress lists all of them, but one that hangs on
    /// something hidden may tell of it.
    pub(super) fn lists(&self, taxonomy: &'static str, id: &str) -> bool {
        !self.misses_items && !self.hidden_terms.contains(&(taxonomy, id.to_owned()))
    }

    /// Makes ready for questions.
    pub(super) fn seal(&mut self) {
        self.children.sort_unstable();
        self.children.dedup();
    }

    /// The address of the blog, without a slash at the end.
    pub(super) fn home(&self) -> &str {
        let home = if self.base.is_empty() {
            &self.link
        } else {
            &self.base
        };
        home.trim_end_matches('/')
    }

    /// Whether there is an attachment of this number.
    pub(super) fn has_attachment(&self, number: u64) -> bool {
        self.attachments.contains_key(&number)
    }

    /// Whether an item of this number is in the export and no attachment.
    pub(super) fn has_post(&self, number: u64) -> bool {
        self.audiences.contains_key(&number)
    }

    /// Whether a page of this number comes along.
    pub(super) fn has_page(&self, number: u64) -> bool {
        self.pages.contains(&number)
    }

    /// The pictures attached to a post, in their order.
    pub(super) fn pictures_of(&self, post: u64) -> impl Iterator<Item = u64> {
        let from = self.children.partition_point(|child| child.0 < post);
        let of_post = move |child: &&(u64, u32, u64)| child.0 == post;
        self.children[from..]
            .iter()
            .take_while(of_post)
            .map(|child| child.2)
    }

    /// Who may see an attachment: who sees what it is attached to, or a post that names it. One attached to nothing is everyone's,
    /// as WordPress shows its page to all.
    pub(super) fn audience_of_attachment(&self, id: u64, parent: u64) -> Audience {
        let attached = match parent {
            0 => Audience::Everyone,
            parent => self.audiences.get(&parent).copied().unwrap_or_default(),
        };
        attached.max(self.wanted.get(&id).copied().unwrap_or_default())
    }

    /// The person behind a login.
    pub(super) fn person(&self, login: &str) -> Option<Person> {
        let login = login.trim();
        match self.by_login.get(login) {
            Some(at) => Some(self.authors[*at].1.clone()),
            None => (!login.is_empty()).then(|| Person::named(login)),
        }
    }

    /// The blog as a whole.
    pub(super) fn profile(&self, time_zone: Option<&str>, label: &str) -> Profile {
        let root = |address: &str| {
            let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
            let rest = rest
                .split(['?', '#'])
                .next()
                .unwrap_or(rest)
                .trim_end_matches('/');
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!("{}{path}", host.to_ascii_lowercase())
        };
        let mut roots: Vec<String> = Vec::new();
        for address in [self.base.as_str(), self.link.as_str()] {
            let root = root(address.trim());
            if !root.is_empty() && !roots.contains(&root) {
                roots.push(root);
            }
        }
        let home = Some(format!("{}/", self.home())).filter(|home| home.len() > 1);
        if roots.is_empty() {
            // No address is known, so none is the blog's own; the name keeps two such blogs apart.
            roots.push(label.rsplit(['/', '\\']).next().unwrap_or(label).to_owned());
        }
        Profile {
            title: self.title.clone(),
            tagline: self.tagline.clone(),
            language: self.language.clone(),
            time_zone: time_zone.map(str::to_owned),
            home,
            owner: self.authors.first().map(|(_, person)| person.clone()),
            audience: Audience::Everyone,
            identity: Identity::Site { roots },
        }
    }

    /// The address that means an attachment by its number.
    pub(super) fn attachment_address(&self, number: u64) -> String {
        address::attachment(self.home(), number)
    }
}

/// Who may see the pictures of an item. What stands behind a password is shown to those who know it; its files get names nobody
/// guesses.
pub(super) fn pictures_audience(item: &Item<'_>) -> Audience {
    match standing(&item.status) {
        Standing::Taken {
            audience, state, ..
        } if state == blog::PostState::Published && item.password.is_empty() => audience,
        _ => Audience::Owner,
    }
}

/// Plain text of what WordPress escaped once.
pub(super) fn plain(text: &str) -> String {
    crate::sources::movable_type::text::unescape(text.trim()).into_owned()
}
