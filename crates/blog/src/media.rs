//! Pictures and other files.

use crate::{Audience, ItemRef, Moment};
use serde::{Deserialize, Serialize};

/// A picture or file, known by its addresses until its bytes are fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// Stable id: the photo's number where the platform has one, else the address of the original.
    pub id: String,
    /// Addresses where the bytes may be had, best (the original) first. `http…`, or `input:/…` for a file inside the input.
    pub candidates: Vec<String>,
    /// Every address in bodies that means this picture: thumbnail, web size, original, popup page.
    pub stands_for: Vec<String>,
    /// File name at the source.
    pub file_name: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Caption (plain text or simple HTML).
    pub caption: Option<String>,
    /// Text for those who cannot see the picture.
    pub alt: Option<String>,
    /// When it was taken or put up; decides the year and month folder at the new home.
    pub taken: Option<Moment>,
    /// The item that shows it first.
    pub used_by: Option<ItemRef>,
    /// Who may see it: the widest of the items that show it.
    pub audience: Audience,
}

impl Media {
    /// A picture known by one address only.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        let address = address.into();
        Self {
            id: address.clone(),
            candidates: vec![address.clone()],
            stands_for: vec![address],
            file_name: None,
            title: None,
            caption: None,
            alt: None,
            taken: None,
            used_by: None,
            audience: Audience::default(),
        }
    }

    /// Takes in what another mention of the same picture knows. The wider audience holds: a picture in a public post is public.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in [
            (&mut self.candidates, other.candidates),
            (&mut self.stands_for, other.stands_for),
        ] {
            for address in theirs {
                if !mine.contains(&address) {
                    mine.push(address);
                }
            }
        }
        self.file_name = self.file_name.take().or(other.file_name);
        self.title = self.title.take().or(other.title);
        self.caption = self.caption.take().or(other.caption);
        self.alt = self.alt.take().or(other.alt);
        self.taken = self.taken.take().or(other.taken);
        self.used_by = self.used_by.take().or(other.used_by);
        self.audience = self.audience.max(other.audience);
    }
}
