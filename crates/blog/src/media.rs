//! Pictures and other files.

use crate::{Audience, ItemRef, Moment, address::without_keys};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

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
    /// Who may see it: the widest of the items that show it. A draft, or a post that waits for its date, shows it to its owner.
    pub audience: Audience,
}

impl Media {
    /// A picture known by one address only.
    #[must_use]
    pub fn at(address: impl Into<String>) -> Self {
        let address = address.into();
        Self {
            id: without_keys(&address).into_owned(),
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

    /// Takes in what another mention of the same picture knows. The wider audience holds: a picture in a public post is public. Its
    /// words are those of the mentions with that audience: what a private post calls a picture stays private.
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
        let said = Said {
            file_name: other.file_name,
            title: other.title,
            caption: other.caption,
            alt: other.alt,
            taken: other.taken,
            used_by: other.used_by,
        };
        match other.audience.cmp(&self.audience) {
            Ordering::Less => {}
            Ordering::Equal => self.say(said, false),
            Ordering::Greater => {
                self.audience = other.audience;
                self.say(said, true);
            }
        }
    }

    /// The picture alone, without anything that somebody says of it.
    #[must_use]
    pub fn without_words(self) -> Self {
        Self {
            file_name: None,
            title: None,
            caption: None,
            alt: None,
            ..self
        }
    }

    /// Takes `said` where nothing was said yet, or in the place of all that was.
    fn say(&mut self, said: Said, instead: bool) {
        fn take<T>(mine: &mut Option<T>, theirs: Option<T>, instead: bool) {
            if instead || mine.is_none() {
                *mine = theirs;
            }
        }
        take(&mut self.file_name, said.file_name, instead);
        take(&mut self.title, said.title, instead);
        take(&mut self.caption, said.caption, instead);
        take(&mut self.alt, said.alt, instead);
        take(&mut self.taken, said.taken, instead);
        take(&mut self.used_by, said.used_by, instead);
    }
}

/// What one mention says of a picture, beside its addresses.
struct Said {
    file_name: Option<String>,
    title: Option<String>,
    caption: Option<String>,
    alt: Option<String>,
    taken: Option<Moment>,
    used_by: Option<ItemRef>,
}

#[cfg(test)]
mod tests {
    use super::Media;
    use crate::Audience;

    fn mention(audience: Audience, alt: Option<&str>) -> Media {
        let mut media = Media::at("http://x.example/a.png");
        media.audience = audience;
        media.alt = alt.map(str::to_owned);
        media
    }

    #[test]
    fn what_a_private_post_calls_a_picture_stays_private_whichever_comes_first() {
        let private = mention(Audience::Owner, Some("the scan of my letter"));
        for alt in [None, Some("a letter")] {
            let public = mention(Audience::Everyone, alt);
            let (mut one, mut other) = (private.clone(), public.clone());
            one.merge(public);
            other.merge(private.clone());
            assert_eq!(one, other);
            assert_eq!(
                (one.audience, one.alt.as_deref()),
                (Audience::Everyone, alt)
            );
        }
    }

    #[test]
    fn mentions_of_one_audience_complete_each_other() {
        let mut known = mention(Audience::Friends, None);
        known.merge(mention(Audience::Friends, Some("a hill")));
        known.merge(mention(Audience::Friends, Some("another word")));
        assert_eq!(known.alt.as_deref(), Some("a hill"));
    }
}
