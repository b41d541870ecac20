//! The source as a whole, on saved pages of every dated markup and on a host made of them. Here is what the tests are made of.

mod foreign_bytes;
mod living;
mod recognised;
mod saved;

use super::*;
use blog::{
    Audience, Comment, CommentKind, Finding, Item, Media, Post, PostState, Profile, Secret,
    doors::{Answer, Call, Depth, Entry, Halt, Original},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;

/// An input made of what a test says.
#[derive(Default)]
pub(super) struct Made {
    label: String,
    form: Option<InputForm>,
    files: BTreeMap<String, Vec<u8>>,
    pages: HashMap<String, (u16, Vec<u8>)>,
    options: HashMap<String, String>,
    secrets: HashMap<String, Secret>,
    asked: Vec<String>,
}

impl Made {
    fn folder(files: &[(&str, &[u8])]) -> Self {
        Self {
            label: "my-space".to_owned(),
            form: Some(InputForm::Folder),
            files: files
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
                .collect(),
            ..Self::default()
        }
    }

    fn host(label: &str, pages: Vec<(String, u16, String)>) -> Self {
        Self {
            label: label.to_owned(),
            form: Some(InputForm::Address),
            pages: pages
                .into_iter()
                .map(|(address, status, body)| (address, (status, body.into_bytes())))
                .collect(),
            ..Self::default()
        }
    }
}

impl Input for Made {
    fn label(&self) -> &str {
        &self.label
    }
    fn form(&self) -> InputForm {
        self.form.unwrap_or(InputForm::Folder)
    }
    fn now(&self) -> Timestamp {
        "2010-10-01T12:00:00Z".parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(self
            .files
            .iter()
            .map(|(name, bytes)| Entry {
                name: name.clone(),
                bytes: bytes.len() as u64,
            })
            .collect())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        match self.files.get(name) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(ReadError::Unreadable {
                place: name.to_owned(),
                what: "there is no such file".to_owned(),
            }),
        }
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        self.asked.push(call.address.to_owned());
        let (status, body) = self
            .pages
            .get(call.address)
            .cloned()
            .unwrap_or((404, b"not here".to_vec()));
        Ok(Answer {
            status,
            address: call.address.to_owned(),
            media_type: None,
            body,
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }
}

/// Everything that was taken in.
#[derive(Default)]
pub(super) struct Taken {
    profile: Option<Profile>,
    items: Vec<Item>,
    originals: Vec<String>,
    findings: Vec<Finding>,
}

impl Intake for Taken {
    fn depth(&self) -> Depth {
        Depth::Full
    }
    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }
    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        self.items.push(item);
        self.originals
            .push(String::from_utf8_lossy(original.bytes).into_owned());
        Ok(())
    }
    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }
    fn progress(&mut self, _done: u64, _total: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

impl Taken {
    fn posts(&self) -> Vec<&Post> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Post(post) = item {
                    Some(post)
                } else {
                    None
                }
            })
            .collect()
    }
    fn comments(&self) -> Vec<&Comment> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Comment(comment) = item {
                    Some(comment)
                } else {
                    None
                }
            })
            .collect()
    }
    fn media(&self) -> Vec<&Media> {
        self.items
            .iter()
            .filter_map(|item| {
                if let Item::Media(media) = item {
                    Some(media)
                } else {
                    None
                }
            })
            .collect()
    }
    fn codes(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}

fn taken(input: &mut Made) -> Taken {
    let mut taken = Taken::default();
    LiveSpaces
        .read(input, &mut taken)
        .expect("the input is a Space");
    taken
}

const MARKUPS: [(&str, &str); 7] = [
    (
        "2007-05",
        include_str!("../../../../../../fixtures/spaces-pages/2007-05.html"),
    ),
    (
        "2007-10",
        include_str!("../../../../../../fixtures/spaces-pages/2007-10.html"),
    ),
    (
        "2008-02",
        include_str!("../../../../../../fixtures/spaces-pages/2008-02.html"),
    ),
    (
        "2008-06",
        include_str!("../../../../../../fixtures/spaces-pages/2008-06.html"),
    ),
    (
        "about-2008",
        include_str!("../../../../../../fixtures/spaces-pages/about-2008.html"),
    ),
    (
        "2008-12",
        include_str!("../../../../../../fixtures/spaces-pages/2008-12.html"),
    ),
    (
        "2010-07",
        include_str!("../../../../../../fixtures/spaces-pages/2010-07.html"),
    ),
];

const GUESTBOOK: &str = include_str!("../../../../../../fixtures/spaces-pages/guestbook.html");
const SIGN_IN: &str = include_str!("../../../../../../fixtures/spaces-pages/sign-in.html");
