//! The folder `wordpress/`: each part as files for WordPress's own importer, made by [`crate::destinations::wxr`] from the same pages
//! as everything else, so that nothing private can stand in the open ones.
//!
//! Nobody knows yet where the new home will be. Unless the owner says it, the files name [`NOWHERE`], and the README beside them says
//! what to put in its place.

use super::body::escape;
use crate::destinations::wxr::{PIECE_BYTES, Settings, Wxr};
use blog::{
    CommentState, ItemRef, Kind,
    audience::Open,
    body::to_blocks,
    doors::{
        CommentThing, Destination, HomeUser, MediaThing, Placement, PostThing, Status, TermThing,
        Thing, WriteError,
        archiving::{About, KeptPicture, Page, Part, Photo, SCHEME, Said, Target},
    },
    render::GALLERY_CLASS,
    slug::slug,
};
use jiff::{Timestamp, Zoned};
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io,
    path::PathBuf,
};
use tempfile::TempDir;

/// The new home of files that were written before there was one. The domain can never be anybody's.
pub const NOWHERE: &str = "https://new-home.invalid";

/// Placements that are written together.
const BATCH: usize = 200;

/// The import files of one part after the other.
pub(super) struct ImportFiles {
    home: String,
    part: Part,
    writing: Option<Writing>,
    /// Where everything will be, by its path in the archive.
    addresses: HashMap<String, String>,
    /// Categories and tags that the open part named: an imported one is everyone's at once.
    open_terms: HashMap<(Kind, String), Open>,
}

/// The files of one part, while its pages pass.
struct Writing {
    folder: TempDir,
    files: Wxr,
    waiting: Vec<Placement>,
    terms: HashSet<ItemRef>,
    about: About,
    posts: usize,
}

impl ImportFiles {
    pub(super) fn new(home: Option<&str>) -> Self {
        Self {
            home: home.unwrap_or(NOWHERE).trim_end_matches('/').to_owned(),
            part: Part::Open,
            writing: None,
            addresses: HashMap::new(),
            open_terms: HashMap::new(),
        }
    }

    pub(super) fn begin(&mut self, part: Part, about: &About) -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut files = Wxr::new(Settings {
            file: folder.path().join("blog.xml"),
            home: self.home.clone(),
            title: about.title.clone(),
            users: Vec::new(),
            pictures: None,
            copies: false,
            time_zone: about.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()),
            journal: folder.path().join("journal"),
            piece_bytes: PIECE_BYTES,
        });
        files.open(&about.name).map_err(lost)?;
        self.part = part;
        self.writing = Some(Writing {
            folder,
            files,
            waiting: Vec::new(),
            terms: HashSet::new(),
            about: about.clone(),
            posts: 0,
        });
        Ok(())
    }

    pub(super) fn picture(&mut self, picture: &KeptPicture) -> io::Result<()> {
        let thing = MediaThing {
            file: PathBuf::new(),
            hash: String::new(),
            media_type: String::new(),
            bytes: 0,
            file_name: picture.name.clone(),
            title: picture.title.clone(),
            caption: picture.caption.clone(),
            alt: picture.alt.clone(),
            date_utc: picture
                .date
                .as_ref()
                .map_or(Timestamp::UNIX_EPOCH, Zoned::timestamp),
            open: picture.open,
        };
        let path = format!("{}media/{}", self.part.prefix(), picture.name);
        self.place(ItemRef::new(Kind::Media, path), Thing::Media(thing))
    }

    pub(super) fn page(&mut self, page: &Page) -> io::Result<()> {
        // Comments that stand under nothing have no place at a WordPress.
        if page.kind == Kind::Comment {
            return Ok(());
        }
        let terms = self.terms(page)?;
        let author_login = page.author.as_ref().map(|name| self.login(name));
        let is_post = matches!(page.kind, Kind::Post | Kind::Album);
        let thing = PostThing {
            page: !is_post,
            status: match page.open {
                Some(open) => Status::published(open),
                None if page.draft => Status::DRAFT,
                None => Status::PRIVATE,
            },
            title: page.title.clone(),
            content: to_blocks(&content(page), &|_| None),
            excerpt: page.excerpt.clone(),
            slug: Some(slug_of(page)),
            date_utc: page.date.as_ref().map(Zoned::timestamp),
            modified_utc: page.modified.as_ref().map(Zoned::timestamp),
            author_login,
            password: None,
            sticky: page.sticky,
            comments_open: true,
            pings_open: false,
            terms,
            format: (page.kind == Kind::Album).then_some("gallery"),
            parent: page
                .parent
                .as_ref()
                .map(|path| ItemRef::new(Kind::Page, path)),
            order: page.order,
            fields: Vec::new(),
            featured: page
                .featured
                .as_ref()
                .map(|path| ItemRef::new(Kind::Media, path)),
        };
        let kind = if is_post { Kind::Post } else { Kind::Page };
        let mark = ItemRef::new(kind, &page.path);
        self.place(mark.clone(), Thing::Post(Box::new(thing)))?;
        self.comments(&mark, &page.comments)?;
        if let Some(writing) = &mut self.writing {
            writing.posts += 1;
        }
        Ok(())
    }

    fn comments(&mut self, post: &ItemRef, comments: &[Said]) -> io::Result<()> {
        // What is open above the comment at hand, one at each depth.
        let mut above: Vec<ItemRef> = Vec::new();
        for said in comments {
            let mark = ItemRef::new(Kind::Comment, format!("{}#{}", post.id, said.anchor));
            above.truncate(said.depth);
            let parent = above.last().cloned();
            above.push(mark.clone());
            let thing = CommentThing {
                post: post.clone(),
                parent,
                kind: said.kind,
                author: said.author.clone(),
                url: said.url.clone(),
                date_utc: said.date.as_ref().map(Zoned::timestamp),
                content: said.html.clone(),
                state: CommentState::Approved,
            };
            self.place(mark, Thing::Comment(thing))?;
        }
        Ok(())
    }

    /// The marks of the terms of a page that everyone may read.
    fn terms(&mut self, page: &Page) -> io::Result<Vec<ItemRef>> {
        let named = |kind| move |target| (kind, target);
        let categories = page.categories.iter().map(named(Kind::Category));
        let carried = categories.chain(page.tags.iter().map(named(Kind::Tag)));
        let mut marks = Vec::new();
        for (kind, target) in carried {
            let name = (kind, target.title.clone());
            if let (Some(open), Part::Open) = (page.open, self.part) {
                self.open_terms.insert(name.clone(), open);
            }
            if let Some(open) = self.open_terms.get(&name).copied() {
                marks.extend(self.term(kind, target, open)?);
            }
        }
        Ok(marks)
    }

    /// Places a term and what is above it, once.
    fn term(&mut self, kind: Kind, target: &Target, open: Open) -> io::Result<Option<ItemRef>> {
        let mark = ItemRef::new(kind, &target.path);
        let Some(writing) = &mut self.writing else {
            return Ok(None);
        };
        if !writing.terms.insert(mark.clone()) {
            return Ok(Some(mark));
        }
        let chapters = &writing.about.categories;
        let chapter = chapters
            .iter()
            .find(|chapter| chapter.target == *target)
            .cloned();
        let above = chapter.as_ref().and_then(|chapter| chapter.parent.as_ref());
        let above = above.and_then(|path| chapters.iter().find(|other| other.target.path == *path));
        let above = above.map(|above| above.target.clone());
        let parent = match above {
            Some(above) if self.is_open(kind, &above) => self.term(kind, &above, open)?,
            _ => None,
        };
        let thing = TermThing {
            open,
            name: target.title.clone(),
            slug: target.path.rsplit('/').next().map(str::to_owned),
            parent,
            description: chapter
                .map(|chapter| chapter.description)
                .unwrap_or_default(),
        };
        self.place(mark.clone(), Thing::Term(thing))?;
        Ok(Some(mark))
    }

    /// In the open part everything is; in the other one what the open part named.
    fn is_open(&self, kind: Kind, target: &Target) -> bool {
        self.part == Part::Open || self.open_terms.contains_key(&(kind, target.title.clone()))
    }

    fn login(&mut self, name: &str) -> String {
        let login = match slug(name, 50) {
            empty if empty.is_empty() => "author".to_owned(),
            login => login,
        };
        if let Some(writing) = &mut self.writing {
            writing.files.name_user(HomeUser {
                login: login.clone(),
                name: name.to_owned(),
            });
        }
        login
    }

    fn place(&mut self, mark: ItemRef, thing: Thing) -> io::Result<()> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        writing.waiting.push(Placement {
            mark,
            fingerprint: String::new(),
            thing,
        });
        if writing.waiting.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(writing) = &mut self.writing else {
            return Ok(());
        };
        let batch = std::mem::take(&mut writing.waiting);
        for placed in writing.files.place(&batch).map_err(lost)? {
            if let Some(address) = placed.address {
                self.addresses.insert(placed.mark.id, address);
            }
        }
        Ok(())
    }

    /// Ends the part: its files, by their names behind the part's prefix.
    pub(super) fn end(&mut self) -> io::Result<Vec<(String, File)>> {
        self.flush()?;
        let Some(mut writing) = self.writing.take() else {
            return Ok(Vec::new());
        };
        if writing.posts == 0 {
            return Ok(Vec::new());
        }
        writing
            .files
            .rewrite(&|text| self.relinked(text))
            .map_err(lost)?;
        writing.files.finish().map_err(lost)?;
        let mut files = Vec::new();
        for number in 1.. {
            let name = match number {
                1 => "blog.xml".to_owned(),
                _ => format!("blog-{number}.xml"),
            };
            match File::open(writing.folder.path().join(&name)) {
                Ok(file) => files.push((format!("wordpress/{name}"), file)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(files)
    }

    /// What the owner does with the files.
    pub(super) fn readme(&self) -> String {
        include_str!("../../../templates/archive/wordpress.txt").replace("NEW-HOME", &self.home)
    }

    /// The text with the names of the archive as addresses of the new home; `None` where it has none. Names stand in tags and in the
    /// attributes of blocks; none of their letters is escaped in either.
    fn relinked(&self, text: &str) -> Option<String> {
        let mut new = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(SCHEME) {
            new.push_str(&rest[..at]);
            let name = &rest[at + SCHEME.len()..];
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_/.#".contains(letter);
            let end = name.find(|letter| !is_name(letter)).unwrap_or(name.len());
            new.push_str(&self.address(&name[..end]));
            rest = &name[end..];
        }
        new.push_str(rest);
        (new != text).then_some(new)
    }

    /// Where what is called `name` in the archive will be.
    fn address(&self, name: &str) -> String {
        let (path, fragment) = name.split_once('#').unwrap_or((name, ""));
        let bare = path.strip_prefix(Part::Private.prefix()).unwrap_or(path);
        let home = &self.home;
        match (self.addresses.get(path), bare.split_once('/')) {
            (Some(address), _) if fragment == "comments" => format!("{address}#comments"),
            (Some(address), _) => address.clone(),
            (None, Some(("months", month))) => format!("{home}/{}/", month.replace('-', "/")),
            (None, _) if bare == "feed" => format!("{home}/feed/"),
            // A page that says why something is not public has no counterpart there.
            (None, _) if bare == "not-public" => "#".to_owned(),
            (None, _) => format!("{home}/"),
        }
    }
}

/// The body, with the pictures of an album.
fn content(page: &Page) -> String {
    let mut html = page.html.clone();
    let figures: String = page.photos.iter().filter_map(figure).collect();
    if !figures.is_empty() {
        html.push_str(&format!(
            "<figure class=\"{GALLERY_CLASS}\">{figures}</figure>"
        ));
    }
    html
}

fn figure(photo: &Photo) -> Option<String> {
    let path = photo.path.as_ref()?;
    let caption = match photo.caption.as_str() {
        "" => String::new(),
        caption => format!("<figcaption>{caption}</figcaption>"),
    };
    let alt = escape(&photo.alt);
    Some(format!(
        "<figure><img src=\"{SCHEME}{path}\" alt=\"{alt}\">{caption}</figure>"
    ))
}

/// The last part of the old address, else that of the page in the archive without its day.
fn slug_of(page: &Page) -> String {
    if let Some(slug) = page.slug.as_ref().filter(|slug| !slug.is_empty()) {
        return slug.clone();
    }
    let last = page.path.rsplit('/').next().unwrap_or_default();
    let day = page
        .date
        .as_ref()
        .map(|date| date.strftime("%Y-%m-%d-").to_string());
    let bare = day.and_then(|day| last.strip_prefix(&day));
    bare.unwrap_or(last).to_owned()
}

fn lost(error: WriteError) -> io::Error {
    io::Error::other(error)
}
