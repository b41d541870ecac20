//! A blog small enough to be seen at once, and a source that gives it: for tests of the engine.

use crate::home::identity;
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Item, ItemRef, Kind, Media, Moment,
    Person, Post, Profile,
    doors::{
        Answer, Arrival, Call, Entry, FetchedMedia, Input, InputForm, Intake, Likeness, MediaError,
        MediaFetch, Original, Peek, ReadError, Source, SourceCard,
    },
};
use jiff::Timestamp;

/// A source that delivers the items it was given.
pub struct Given {
    /// What the blog says of itself.
    pub profile: Profile,
    /// Its items, in order.
    pub items: Vec<Item>,
}

impl Source for Given {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "given",
            title: "given",
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
            intake.item(
                item.clone(),
                Original {
                    bytes: b"as it was",
                    media_type: "text/plain",
                    place: "here",
                },
            )?;
        }
        Ok(())
    }
}

/// An input that has nothing: its source needs none.
pub struct NoInput;

impl Input for NoInput {
    fn label(&self) -> &str {
        "given"
    }
    fn form(&self) -> InputForm {
        InputForm::File
    }
    fn now(&self) -> Timestamp {
        now()
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn std::io::Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "nothing here".to_owned(),
        })
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        Err(ReadError::Unreachable {
            place: call.address.to_owned(),
            what: "no network".to_owned(),
        })
    }
    fn option(&self, _: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _: &str) -> Option<&blog::Secret> {
        None
    }
}

/// Pictures whose address says `gone` are gone, those that say `cut` lack their end; the bytes of the others are their file name.
pub struct Shelf;

impl MediaFetch for Shelf {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        if address.contains("gone") {
            return Err(MediaError::Gone("answered 404".to_owned()));
        }
        let name = address.rsplit('/').next().unwrap_or(address);
        to.write_all(name.as_bytes())
            .map_err(|error| MediaError::CouldNotKeep(error.to_string()))?;
        Ok(FetchedMedia {
            media_type: "image/png".to_owned(),
            width: Some(1),
            height: Some(1),
            bytes: name.len() as u64,
            is_cut: address.contains("cut"),
        })
    }
}

/// The day on which tests of the engine run.
#[must_use]
pub fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

/// The profile of a small blog.
#[must_use]
pub fn profile(audience: Audience) -> Profile {
    Profile {
        title: "Small".to_owned(),
        tagline: String::new(),
        language: None,
        time_zone: Some("UTC".to_owned()),
        home: Some("http://old.example/blog/".to_owned()),
        owner: None,
        audience,
        identity: identity(),
    }
}

/// A public post of 2008.
#[must_use]
pub fn post(id: &str, body: &str) -> Post {
    let mut post = Post::new(id);
    post.title = format!("Post {id}");
    post.body = body.to_owned();
    post.addresses = vec![format!("http://old.example/blog/{id}.html")];
    post.published = Some(
        format!("2008-04-05T21:03:1{}Z", id.len() % 10)
            .parse::<Moment>()
            .expect("a moment"),
    );
    post.audience = Audience::Everyone;
    post
}

/// A comment of the day after.
#[must_use]
pub fn comment(id: &str, post: &str, parent: Option<&str>) -> Item {
    Item::Comment(Comment {
        id: id.to_owned(),
        post: post.to_owned(),
        parent: parent.map(str::to_owned),
        kind: CommentKind::Comment,
        author: Person::named("Reader"),
        written: Some("2008-04-06T00:00:00Z".parse().expect("a moment")),
        body: format!("<p>Comment {id}</p>"),
        state: CommentState::Approved,
        title: None,
        ip: None,
    })
}

/// Posts that link to each other in both directions, a thread told backwards, pictures of which one is gone.
#[must_use]
pub fn small_blog() -> Given {
    let mut one = post(
        "one",
        r#"<p>See <a href="http://old.example/blog/three.html">the third</a> and <img src="http://old.example/a.png"></p>"#,
    );
    one.categories = vec!["Garden".to_owned()];
    let two = post(
        "two",
        r#"<p>Back to <a href="http://old.example/blog/one.html">one</a>, <img src="http://old.example/gone.png"></p>"#,
    );
    let three = post("three", "<p>The third and last, quite alone.</p>");
    let media = |name: &str| {
        let mut media = Media::at(format!("http://old.example/{name}"));
        media.audience = Audience::Everyone;
        media.used_by = Some(ItemRef::new(Kind::Post, "two"));
        Item::Media(media)
    };
    Given {
        profile: profile(Audience::Everyone),
        items: vec![
            Item::Category(Category::named("Garden")),
            Item::Post(one),
            comment("c2", "one", Some("c1")),
            comment("c1", "one", None),
            Item::Post(two),
            Item::Post(three),
            media("a.png"),
            media("gone.png"),
        ],
    }
}
