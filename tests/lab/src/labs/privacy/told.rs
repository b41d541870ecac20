//! A blog of every audience, in which each text, name, file and key holds a word of its own, and what everyone may read of it. The
//! answer is worked out here from what the blog says, never by the code that is looked at.

use blog::{
    Album, Audience, Category, Comment, CommentKind, CommentState, GuestbookEntry, Item, ItemRef,
    Kind, Link, List, ListEntry, Media, Moment, Person, Post, PostKind, PostState, Profile, Tag,
    doors::{
        Arrival, FetchedMedia, Input, Intake, Likeness, MediaError, MediaFetch, Original, Peek,
        ReadError, Source, SourceCard,
    },
};
use image::{ImageFormat, Rgb, RgbImage};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};
use world::{dice::Dice, home};

const AUDIENCES: [Audience; 6] = [
    Audience::Owner,
    Audience::Named,
    Audience::Friends,
    Audience::Members,
    Audience::Unlisted,
    Audience::Everyone,
];

/// Where the blog was.
const ROOT: &str = "http://old.example/blog";

/// Every word of a blog begins like this, and is 16 bytes long.
pub(crate) const MARK: &str = "zq";

/// What a blog is made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Posts and pages.
    pub(crate) posts: u64,
    /// Who may see the blog as a whole; `None` draws it.
    pub(crate) blog: Option<Audience>,
    /// Whether the owner said that what friends could see may be public.
    pub(crate) friends_become_public: bool,
    /// Side of its pictures in pixels.
    pub(crate) picture_side: u32,
}

/// A blog, and which of its words everyone may read.
pub(crate) struct Told {
    pub(crate) profile: Profile,
    pub(crate) items: Vec<Item>,
    pictures: BTreeMap<String, Vec<u8>>,
    /// Words that everyone may read.
    pub(crate) open: BTreeSet<String>,
    /// Words that not everyone may read.
    pub(crate) secret: BTreeSet<String>,
    /// Of those: keys, mail and network addresses, which belong into no public place, log or report at all.
    pub(crate) personal: BTreeSet<String>,
    /// Old file names of pictures that not everyone may see.
    pub(crate) file_names: Vec<String>,
}

impl Told {
    /// The blog of a seed.
    pub(crate) fn new(seed: u64, plan: Plan) -> Self {
        let mut dice = Dice::from_words(&["told", &seed.to_string()]);
        let blog = plan.blog.unwrap_or_else(|| match dice.below(3) {
            0 => audience(&mut dice),
            _ => Audience::Everyone,
        });
        let mut teller = Teller {
            dice,
            plan,
            blog,
            told: Self {
                profile: profile(blog),
                ..Self::nothing()
            },
        };
        teller.tell();
        teller.told
    }

    /// A blog of which nothing was told yet.
    pub(crate) fn nothing() -> Self {
        Self {
            profile: profile(Audience::Everyone),
            items: Vec::new(),
            pictures: BTreeMap::new(),
            open: BTreeSet::new(),
            secret: BTreeSet::new(),
            personal: BTreeSet::new(),
            file_names: Vec::new(),
        }
    }

    /// Words in `text` that not everyone may read.
    pub(crate) fn leaks(&self, text: &str) -> Vec<String> {
        words(text)
            .filter(|word| self.secret.contains(*word))
            .map(str::to_owned)
            .collect()
    }
}

/// Every word of the blog in `text`.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(MARK)
        .filter_map(|(at, _)| text.get(at..at + 16))
}

struct Teller {
    dice: Dice,
    plan: Plan,
    blog: Audience,
    told: Told,
}

impl Teller {
    fn tell(&mut self) {
        let terms = (self.plan.posts / 4).max(2);
        let mut open_terms = BTreeSet::new();
        for number in 0..self.plan.posts {
            self.post(number, terms, &mut open_terms);
        }
        for number in 0..terms {
            self.terms(number, &open_terms);
        }
        for number in 0..self.plan.posts / 8 + 1 {
            self.album(number);
            self.list(number);
        }
        for number in 0..self.plan.posts / 10 + 1 {
            self.gathered(number);
        }
        // Sources deliver in any order; what is said first must not decide what everyone sees.
        for at in (1..self.told.items.len()).rev() {
            let other = self.dice.below(at as u64 + 1) as usize;
            self.told.items.swap(at, other);
        }
    }

    /// Whether everyone could see what was stated as `stated`, or the owner says that everyone may.
    fn everyone(&self, stated: Audience) -> bool {
        match stated.min(self.blog) {
            Audience::Everyone => true,
            Audience::Friends => self.plan.friends_become_public,
            _ => false,
        }
    }

    /// A word, known to be everyone's or not.
    fn word(&mut self, open: bool) -> String {
        let word = format!("{MARK}{:014x}", self.dice.roll() >> 8);
        if open {
            &mut self.told.open
        } else {
            &mut self.told.secret
        }
        .insert(word.clone());
        word
    }

    fn personal(&mut self) -> String {
        let word = self.word(false);
        self.told.personal.insert(word.clone());
        word
    }

    fn chance(&mut self, of: u64) -> bool {
        self.dice.below(of) == 0
    }

    fn post(&mut self, number: u64, terms: u64, open_terms: &mut BTreeSet<u64>) {
        let mut post = Post::new(number.to_string());
        post.audience = audience(&mut self.dice);
        post.state = match self.dice.below(8) {
            0 => PostState::Draft,
            1 => PostState::Scheduled,
            _ => PostState::Published,
        };
        let year = match post.state {
            PostState::Scheduled if self.chance(2) => 2037,
            _ => 2004 + self.dice.below(7),
        };
        post.published = (!self.chance(12)).then(|| date(year, number));
        let open = post.state == PostState::Published && self.everyone(post.audience);
        if self.chance(8) {
            post.kind = PostKind::Page;
        }
        post.title = format!("Title {}", self.word(open));
        post.slug = Some(format!("slug-{}", self.word(open)));
        post.excerpt = Some(format!("<p>In short {}</p>", self.word(open)));
        post.addresses = vec![format!("{ROOT}/{number}.html")];
        post.base = post.addresses.first().cloned();
        post.author = Some(Person {
            name: "Ana".to_owned(),
            url: None,
            email: Some(format!("{}@mail.example", self.personal())),
        });
        for _ in 0..self.dice.below(3) {
            let term = self.dice.below(terms);
            if open {
                open_terms.insert(term);
            }
            post.categories.push(format!("c{term}"));
            post.tags.push(tag_name(term));
        }
        let seen = if post.state == PostState::Published {
            post.audience
        } else {
            Audience::Owner
        };
        post.body = self.body(number, seen, open);
        let comments = self.dice.below(3);
        for comment in 0..comments {
            self.comment(number, comment, open);
        }
        self.told.items.push(Item::Post(post));
    }

    /// A body with a word, a link to another post, a link with a key, and pictures.
    fn body(&mut self, number: u64, seen: Audience, open: bool) -> String {
        let word = self.word(open);
        let (key, other) = (self.personal(), self.dice.below(self.plan.posts));
        let mut body = format!(
            "<p>Text {word} and <a href=\"{ROOT}/{other}.html\">another</a>, \
             <a href=\"http://x.example/page?authkey={key}&amp;n=1\">a page</a>.</p>"
        );
        for _ in 0..self.dice.below(3) {
            let picture = self.dice.below(self.plan.posts / 3 + 4);
            let (address, alt) = (picture_address(picture), self.word(open));
            body.push_str(&format!("<p><img src=\"{address}\" alt=\"{alt}\" /></p>"));
            self.picture(
                picture,
                seen,
                Some(ItemRef::new(Kind::Post, number.to_string())),
            );
        }
        if self.chance(4) {
            let picture = self.dice.below(self.plan.posts / 3 + 4);
            body.push_str(&format!(
                "<p><a href=\"{}\">look</a></p>",
                picture_address(picture)
            ));
        }
        body
    }

    /// One mention of a picture, with words of its own.
    fn picture(&mut self, number: u64, seen: Audience, used_by: Option<ItemRef>) -> String {
        let open = self.everyone(seen);
        let mut media = Media::at(picture_address(number));
        media.audience = seen;
        media.used_by = used_by;
        let name = format!("photo-{}.png", self.word(open));
        if !open {
            self.told.file_names.push(name.clone());
        }
        media.file_name = Some(name);
        media.title = (!self.chance(3)).then(|| self.word(open));
        media.caption = (!self.chance(3)).then(|| self.word(open));
        media.alt = (!self.chance(3)).then(|| self.word(open));
        media.taken = (!self.chance(2)).then(|| date(2006, number));
        // Some pictures have the bytes of others.
        let shade = if number.is_multiple_of(5) {
            number / 10
        } else {
            number + 1_000
        };
        self.told
            .pictures
            .entry(picture_address(number))
            .or_insert_with(|| png(shade, self.plan.picture_side));
        let id = media.id.clone();
        self.told.items.push(Item::Media(media));
        id
    }

    fn terms(&mut self, number: u64, open: &BTreeSet<u64>) {
        let open = open.contains(&number);
        let word = tag_name(number).split_off(4);
        if open {
            &mut self.told.open
        } else {
            &mut self.told.secret
        }
        .insert(word);
        let (name, about) = (self.word(open), self.word(open));
        let has_parent = number > 0 && self.chance(2);
        self.told.items.push(Item::Category(Category {
            id: format!("c{number}"),
            name: format!("Shelf {name}"),
            parent: has_parent.then(|| format!("c{}", number / 2)),
            slug: None,
            description: Some(format!("About {about}")),
            listed: open,
        }));
        self.told
            .items
            .push(Item::Tag(Tag::named(tag_name(number))));
    }

    fn comment(&mut self, post: u64, number: u64, post_is_open: bool) {
        let state = match self.dice.below(5) {
            0 => CommentState::Held,
            1 => CommentState::Spam,
            _ => CommentState::Approved,
        };
        let open = post_is_open && state == CommentState::Approved;
        let author = self.somebody(open);
        let (word, other) = (self.word(open), self.dice.below(self.plan.posts));
        let ip = self.personal();
        self.told.items.push(Item::Comment(Comment {
            id: format!("{post}.{number}"),
            post: post.to_string(),
            parent: None,
            kind: CommentKind::Comment,
            author,
            written: Some(date(2009, number)),
            body: format!("<p>Says {word}, see <a href=\"{ROOT}/{other}.html\">there</a></p>"),
            state,
            title: None,
            ip: Some(ip),
        }));
    }

    fn somebody(&mut self, open: bool) -> Person {
        let key = self.personal();
        let url = match self.dice.below(3) {
            0 => Some(format!("mailto:{key}@mail.example")),
            1 => Some(format!("http://home.example/me?sid={key}&n=1")),
            _ => None,
        };
        Person {
            name: format!("Reader {}", self.word(open)),
            url,
            email: Some(format!("{}@mail.example", self.personal())),
        }
    }

    fn album(&mut self, number: u64) {
        let seen = audience(&mut self.dice);
        let open = self.everyone(seen);
        let id = format!("a{number}");
        let photos = (0..2)
            .map(|_| {
                let picture = self.dice.below(self.plan.posts / 3 + 4);
                self.picture(picture, seen, Some(ItemRef::new(Kind::Album, &id)))
            })
            .collect();
        let (title, about) = (self.word(open), self.word(open));
        self.told.items.push(Item::Album(Album {
            id,
            title: format!("Album {title}"),
            description: Some(format!("About {about}")),
            photos,
            addresses: vec![format!("{ROOT}/album{number}.html")],
            updated: Some(date(2007, number)),
            audience: seen,
        }));
    }

    fn list(&mut self, number: u64) {
        let seen = audience(&mut self.dice);
        let open = self.everyone(seen);
        let (title, entry) = (self.word(open), self.word(open));
        self.told.items.push(Item::List(List {
            id: format!("l{number}"),
            title: format!("List {title}"),
            topic: None,
            entries: vec![ListEntry {
                title: format!("Entry {entry}"),
                ..ListEntry::default()
            }],
            addresses: vec![format!("{ROOT}/list{number}.html")],
            updated: Some(date(2007, number)),
            audience: seen,
        }));
    }

    /// What is gathered on pages that reach as far as the blog.
    fn gathered(&mut self, number: u64) {
        let open = self.everyone(Audience::Everyone);
        let author = self.somebody(open);
        let (note, link) = (self.word(open), self.word(open));
        self.told.items.push(Item::GuestbookEntry(GuestbookEntry {
            id: format!("g{number}"),
            author,
            written: Some(date(2008, number)),
            body: format!("<p>Note {note}</p>"),
        }));
        self.told.items.push(Item::Link(Link {
            id: format!("http://friend.example/{number}"),
            title: format!("Friend {link}"),
            address: format!("http://friend.example/{number}"),
            note: None,
            group: None,
        }));
    }
}

fn audience(dice: &mut Dice) -> Audience {
    match dice.below(2) {
        0 => Audience::Everyone,
        _ => AUDIENCES[dice.below(6) as usize],
    }
}

/// A tag's id is its name, so its word follows from its number.
fn tag_name(number: u64) -> String {
    let word = Dice::from_words(&["tag", &number.to_string()]).roll() >> 8;
    format!("tag {MARK}{word:014x}")
}

fn picture_address(number: u64) -> String {
    format!("http://old.example/files/{number}.png")
}

fn date(year: u64, number: u64) -> Moment {
    format!(
        "{year}-{:02}-{:02}T{:02}:00:00Z",
        number % 12 + 1,
        number % 28 + 1,
        number % 24
    )
    .parse()
    .expect("a date of the calendar")
}

fn png(shade: u64, side: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(side, side, |x, y| {
        Rgb([
            (shade % 251) as u8,
            (shade / 251 % 251) as u8,
            ((x * 7 + y * 13) % 256) as u8,
        ])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture in memory");
    bytes.into_inner()
}

fn profile(audience: Audience) -> Profile {
    Profile {
        title: "A blog".to_owned(),
        tagline: String::new(),
        language: None,
        time_zone: Some("UTC".to_owned()),
        home: Some(format!("{ROOT}/")),
        owner: None,
        audience,
        identity: home::identity(),
    }
}

impl Source for Told {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "told",
            title: "told",
            reads: &[],
            delivers: &[],
            options: &[],
        }
    }

    fn recognise(&self, _: &Peek<'_>) -> Likeness {
        Likeness::Surely
    }

    fn read(&self, _: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        intake.profile(self.profile.clone())?;
        for item in &self.items {
            let original = Original {
                bytes: b"as it was",
                media_type: "text/plain",
                place: "the lab",
            };
            intake.item(item.clone(), original)?;
        }
        Ok(())
    }
}

impl MediaFetch for Told {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        let bytes = self
            .pictures
            .get(address)
            .ok_or_else(|| MediaError::Gone("answered 404".to_owned()))?;
        to.write_all(bytes)
            .map_err(|error| MediaError::CouldNotKeep(error.to_string()))?;
        Ok(FetchedMedia {
            media_type: "image/png".to_owned(),
            width: Some(self.side()),
            height: Some(self.side()),
            bytes: bytes.len() as u64,
            is_cut: false,
        })
    }
}

impl Told {
    fn side(&self) -> u32 {
        let width = self
            .pictures
            .values()
            .next()
            .and_then(|png| png.get(16..20)?.try_into().ok());
        width.map_or(1, u32::from_be_bytes)
    }
}
