//! An archive, unpacked in memory: its open part, and its private part unlocked.

use super::PASSPHRASE;
use blog::{
    Item, Secret,
    body::plain_lines,
    doors::archiving::{Line, Record},
};
use platforms::destinations::archive::locked;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{Cursor, Read, Seek},
    path::Path,
};

type Files = BTreeMap<String, Vec<u8>>;

/// Both parts of an archive.
pub(super) struct Kept {
    pub(super) open: Files,
    pub(super) private: Files,
}

impl Kept {
    pub(super) fn read(zip: &Path) -> Self {
        let open = unpacked(File::open(zip).expect("an archive"));
        let private = open.get(locked::LOCKED).map(|bytes| {
            let mut plain = Vec::new();
            let secret = Secret::new(PASSPHRASE);
            locked::unlock(Cursor::new(bytes), &secret, &mut plain).expect("unlocked");
            unpacked(Cursor::new(plain))
        });
        Self {
            open,
            private: private.unwrap_or_default(),
        }
    }

    /// Everything, as it lies in one folder once the private part is unpacked there, too.
    pub(super) fn all(&self) -> BTreeMap<&str, &[u8]> {
        self.open
            .iter()
            .chain(&self.private)
            .filter(|(name, _)| *name != "SHA256SUMS")
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect()
    }

    /// As `sha256sum -c` does: every file is named, and is what its sum says.
    pub(super) fn assert_checksums(&self) {
        for part in [&self.open, &self.private] {
            let Some(list) = part.get("SHA256SUMS") else {
                assert!(part.is_empty());
                continue;
            };
            let list = String::from_utf8(list.clone()).expect("a list");
            let mut named = 0;
            for line in list.lines() {
                let (sum, name) = line.split_once("  ").expect("a sum and a name");
                let bytes = part.get(name).unwrap_or_else(|| panic!("no {name}"));
                let real: String = Sha256::digest(bytes)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                assert_eq!(sum, real, "{name}");
                named += 1;
            }
            assert_eq!(named + 1, part.len());
        }
    }

    fn records(files: &Files) -> Vec<Line> {
        files
            .iter()
            .filter(|(name, _)| name.contains("rehome/blog-"))
            .flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n'))
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).expect("a record"))
            .collect()
    }

    /// Items of which the open part has nothing.
    pub(super) fn private_items(&self) -> Vec<Item> {
        Self::records(&self.private)
            .into_iter()
            .filter(|line| !line.whole)
            .filter_map(|line| match line.record {
                Record::Item(item) => Some(item),
                _ => None,
            })
            .collect()
    }

    /// Titles, names, slugs and lines of private items stand nowhere in the open part, unless something open says the same.
    pub(super) fn assert_private_stays_private(&self, blog: &str) {
        let said_openly: String = Self::records(&self.open)
            .into_iter()
            .filter_map(|line| match line.record {
                Record::Item(item) => Some(everything(&item).to_lowercase()),
                _ => None,
            })
            .collect();
        // Its bytes are locked; every other file is text or a picture.
        let of_this_blog =
            |name: &str| name != locked::LOCKED && !name.ends_with(".jpg") && !is_fixed(name);
        let texts: Vec<(&String, String)> = self
            .open
            .iter()
            .filter(|(name, _)| of_this_blog(name))
            .map(|(name, bytes)| (name, String::from_utf8_lossy(bytes).to_lowercase()))
            .collect();
        let mut looked_for = 0;
        for item in self.private_items() {
            for word in words(&item) {
                let word = word.to_lowercase();
                // Shorter words are said by the markup itself (`<title>`).
                if word.chars().count() < 6 || said_openly.contains(&word) {
                    continue;
                }
                looked_for += 1;
                for (name, text) in &texts {
                    assert!(!text.contains(&word), "{blog}: {name} says {word:?}");
                    assert!(!name.contains(&word), "{blog}: a file is called {name}");
                }
            }
        }
        println!("{blog}: {looked_for} private words looked for");
        let mails = Self::records(&self.open).into_iter().any(|line| {
            let text = serde_json::to_string(&line).expect("JSON");
            text.contains("\"email\":\"") || text.contains("\"ip\":\"")
        });
        assert!(!mails, "{blog}: somebody's address is in the open part");
    }

    /// Equal but for the account of how it was read, and the sums and salt that follow from it.
    pub(super) fn assert_same(&self, other: &Self, blog: &str) {
        let aside = |name: &str| {
            ["report.html", "report.json", "SHA256SUMS", "private.zip"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        for (mine, theirs) in [(&self.open, &other.open), (&self.private, &other.private)] {
            let names: Vec<&String> = mine.keys().collect();
            assert_eq!(names, theirs.keys().collect::<Vec<_>>(), "{blog}");
            for (name, bytes) in mine.iter().filter(|(name, _)| !aside(name)) {
                if *bytes != theirs[name] {
                    let (one, two) = (
                        String::from_utf8_lossy(bytes),
                        String::from_utf8_lossy(&theirs[name]),
                    );
                    let differs = one.lines().zip(two.lines()).find(|(one, two)| one != two);
                    panic!("{blog}: {name} differs: {differs:?}");
                }
            }
        }
    }
}

/// Whether a file is the same in every archive.
fn is_fixed(name: &str) -> bool {
    let fixed = ["markdown/templates/", "markdown/layouts/"];
    fixed.iter().any(|folder| name.starts_with(folder))
        || ["README.txt", "style.css", "search.js"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// What an item says that nobody else should know.
fn words(item: &Item) -> Vec<String> {
    let mut words = Vec::new();
    match item {
        Item::Post(post) => {
            words.push(post.title.clone());
            words.extend(post.slug.clone());
            words.extend(post.password.clone());
            words.extend(post.addresses.clone());
            words.extend(lines(&post.body));
        }
        Item::Comment(comment) => words.extend(lines(&comment.body)),
        Item::Media(media) => {
            words.extend(
                [&media.title, &media.alt, &media.caption]
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
            words.extend(media.file_name.clone());
        }
        Item::Album(album) => {
            words.push(album.title.clone());
            words.extend(album.description.clone());
        }
        Item::List(list) => {
            words.push(list.title.clone());
            words.extend(list.entries.iter().map(|entry| entry.title.clone()));
        }
        Item::GuestbookEntry(entry) => words.extend(lines(&entry.body)),
        Item::Link(link) => words.push(link.title.clone()),
        Item::Category(category) => words.push(category.name.clone()),
        Item::Tag(tag) => words.push(tag.name.clone()),
    }
    words
}

/// All that an item says: a private word may stand in the middle of an open line, too.
fn everything(item: &Item) -> String {
    let body = match item {
        Item::Post(post) => &post.body,
        Item::Comment(comment) => &comment.body,
        Item::GuestbookEntry(entry) => &entry.body,
        _ => "",
    };
    format!("{}\n{body}\n", words(item).join("\n"))
}

/// The beginnings of what a reader sees, line by line.
fn lines(html: &str) -> Vec<String> {
    plain_lines(html)
        .into_iter()
        .map(|line| line.chars().take(30).collect::<String>().trim().to_owned())
        .collect()
}

fn unpacked(zip: impl Read + Seek) -> Files {
    let mut zip = zip::ZipArchive::new(zip).expect("a zip");
    (0..zip.len())
        .map(|at| {
            let mut entry = zip.by_index(at).expect("an entry");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("its bytes");
            (entry.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}
