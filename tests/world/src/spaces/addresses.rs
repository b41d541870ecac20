//! The addresses of a picture: every variant under an own opaque token, on one of the many picture hosts.

use super::space::{Photo, Space};
use crate::dice::Dice;

/// Which bytes stand behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Variant {
    /// As put up.
    Original,
    /// The same bytes under a second token.
    Twin,
    /// At most 600 pixels wide.
    Web,
    /// At most 160 pixels wide.
    Thumbnail,
}

pub(super) const VARIANTS: [Variant; 4] = [
    Variant::Original,
    Variant::Twin,
    Variant::Web,
    Variant::Thumbnail,
];

/// Where one picture is found.
#[derive(Debug, Clone)]
pub struct PictureAddresses {
    /// As put up.
    pub original: String,
    /// The same bytes under a second token, on a sister host.
    pub twin: String,
    /// Web size.
    pub web: String,
    /// Thumbnail.
    pub thumbnail: String,
}

/// One form of address: a host, its sister, the start of its tokens and whether the file name follows.
struct Form {
    name: &'static str,
    host: &'static str,
    sister: &'static str,
    token: &'static str,
    named: bool,
    query: &'static str,
}

const FORMS: &[Form] = &[
    form(
        "byfiles",
        "http://byfiles.storage.msn.com",
        "http://byfiles.storage.live.com",
        "y1p",
    ),
    form(
        "blufiles",
        "http://blufiles.storage.msn.com",
        "http://blufiles.storage.live.com",
        "y1p",
    ),
    form(
        "bl3302files",
        "http://bl3302files.storage.live.com",
        "http://byfiles.storage.msn.com",
        "y1p",
    ),
    form(
        "storage",
        "http://storage.msn.com",
        "http://by1.storage.msn.com",
        "x1p",
    ),
    form(
        "tk1",
        "http://tk1.storage.msn.com",
        "http://by2.storage.msn.com",
        "x1p",
    ),
    form(
        "tkfiles",
        "http://tkfiles.storage.msn.com",
        "http://tk.files.storage.msn.com",
        "x1p",
    ),
    Form {
        named: true,
        ..form(
            "public",
            "http://public.bay.livefilestore.com",
            "http://public.blu.livefilestore.com",
            "y1p",
        )
    },
    Form {
        named: true,
        query: "?psid=1",
        ..form(
            "user",
            "https://gkasoq.bay.livefilestore.com",
            "https://gkasoq.blu.livefilestore.com",
            "y1m",
        )
    },
    Form {
        named: true,
        query: "?download&psid=1",
        ..form(
            "download",
            "https://qocjma.blu.livefilestore.com",
            "https://qocjma.bay.livefilestore.com",
            "y1m",
        )
    },
];

const fn form(
    name: &'static str,
    host: &'static str,
    sister: &'static str,
    token: &'static str,
) -> Form {
    Form {
        name,
        host,
        sister,
        token,
        named: false,
        query: "",
    }
}

/// The token of one variant of a photo.
pub(super) fn token(space: &Space, photo: &Photo, variant: Variant) -> String {
    let number = photo.number.to_string();
    let mut dice = Dice::from_words(&[&space.cid, &number, &photo.name, &format!("{variant:?}")]);
    let length = 74 + dice.below(90) as usize;
    format!("{}{}", form_of(photo).token, dice.token(length))
}

/// All addresses of `photo`.
pub(super) fn addresses(space: &Space, photo: &Photo) -> PictureAddresses {
    let address = |variant: Variant| {
        let form = form_of(photo);
        let host = if variant == Variant::Twin {
            form.sister
        } else {
            form.host
        };
        let mut text = format!("{host}/{}", token(space, photo, variant));
        if form.named {
            text.push('/');
            text.push_str(&photo.name);
        }
        text.push_str(if photo.writer {
            "?PARTNER=WRITER"
        } else {
            form.query
        });
        text
    };
    PictureAddresses {
        original: address(Variant::Original),
        twin: address(Variant::Twin),
        web: address(Variant::Web),
        thumbnail: address(Variant::Thumbnail),
    }
}

fn form_of(photo: &Photo) -> &'static Form {
    FORMS
        .iter()
        .find(|form| form.name == photo.form)
        .unwrap_or(&FORMS[0])
}

impl Space {
    /// The addresses of picture `number`, where the Space has it.
    #[must_use]
    pub fn picture(&self, number: u64) -> Option<PictureAddresses> {
        self.photo(number).map(|photo| addresses(self, photo))
    }

    /// Replaces `{{original N}}`, `{{twin N}}`, `{{web N}}`, `{{thumbnail N}}`, `{{wlpp N}}`, `{{entry N}}`, `{{cid}}`,
    /// `{{alias}}` and `{{owner}}` in `text`. An unknown word stays as it is.
    #[must_use]
    pub fn fill_in(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let Some((word, behind)) = after.split_once("}}") else {
                filled.push_str("{{");
                rest = after;
                continue;
            };
            match self.meaning_of(word) {
                Some(value) => {
                    filled.push_str(&value);
                    rest = behind;
                }
                None => {
                    filled.push_str("{{");
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    /// As [`Space::fill_in`], in every body, comment and note.
    pub fn fill_in_everywhere(&mut self) {
        let filled = |space: &Self, text: &str| space.fill_in(text.trim_end());
        for position in 0..self.entries.len() {
            let entry = &self.entries[position];
            let body = filled(self, &entry.body);
            let comments: Vec<String> = entry
                .comments
                .iter()
                .map(|comment| filled(self, &comment.body))
                .collect();
            let entry = &mut self.entries[position];
            entry.body = body;
            for (comment, body) in entry.comments.iter_mut().zip(comments) {
                comment.body = body;
            }
        }
        let notes: Vec<String> = self
            .guestbook
            .iter()
            .map(|note| filled(self, &note.body))
            .collect();
        for (note, body) in self.guestbook.iter_mut().zip(notes) {
            note.body = body;
        }
    }

    fn meaning_of(&self, word: &str) -> Option<String> {
        let (kind, number) = word.trim().split_once(' ').unwrap_or((word.trim(), ""));
        match kind {
            "cid" => Some(self.cid.clone()),
            "alias" => Some(self.name()),
            "owner" => self.old_owner.clone(),
            "entry" => Some(self.entry_address(number.parse().ok()?)),
            "wlpp" => {
                let original = self.picture(number.parse().ok()?)?.original;
                Some(format!(
                    "WLPP;url={original};cnsid=cns&#033;{}&#033;{number}",
                    self.cid
                ))
            }
            _ => {
                let picture = self.picture(number.parse().ok()?)?;
                match kind {
                    "original" => Some(picture.original),
                    "twin" => Some(picture.twin),
                    "web" => Some(picture.web),
                    "thumbnail" => Some(picture.thumbnail),
                    _ => None,
                }
            }
        }
    }
}
