//! One visit and what it proves: a page shows its text, a hidden one does not, a picture is the right bytes, a link leads
//! somewhere.

use blog::{
    Finding, ItemRef, body,
    codes::verify as codes,
    doors::{Visitor, WriteError},
};
use std::io::{self, Write};

/// Bytes of a page that are looked at: a post of a novel's length with ten thousand comments.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Letters of a hidden page that must not turn up at its address. Shorter texts prove nothing.
const TELLING_LETTERS: usize = 24;

/// A visit to be made.
#[derive(Debug)]
pub(super) struct Errand {
    /// The item whose page, picture or link it is.
    pub(super) item: ItemRef,
    /// Where to go.
    pub(super) address: String,
    /// What to look for.
    pub(super) look: Look,
}

/// What a visitor looks for.
#[derive(Debug)]
pub(super) enum Look {
    /// A page that shows this text to everyone.
    Shown(String),
    /// A page that does not show this text to everyone.
    Hidden(String),
    /// A picture that is served, whatever its bytes.
    Served,
    /// A file with these bytes.
    Bytes {
        /// Hash (blake3, hex) of what was sent.
        hash: String,
        /// Where a copy was sent to be shown in its place: the hash of the copy, if it is known.
        or_copy: Option<Option<String>>,
    },
    /// Any page.
    Link,
}

impl Errand {
    /// Makes the visit.
    ///
    /// # Errors
    /// When there is no whole answer, or the home asks to come back later.
    pub(super) fn run(&self, visitor: &dyn Visitor) -> Result<Option<Finding>, WriteError> {
        let finding = match &self.look {
            Look::Shown(text) => self.page(visitor)?.shown(text),
            Look::Hidden(text) => self.page(visitor)?.hidden(text),
            Look::Served => self.file(visitor)?.served(),
            Look::Bytes { hash, or_copy } => self.file(visitor)?.bytes(hash, or_copy.as_ref()),
            Look::Link => self.link(visitor)?,
        };
        Ok(finding.map(|finding| finding.about(self.item.clone()).at(&self.address)))
    }

    fn page(&self, visitor: &dyn Visitor) -> Result<Page, WriteError> {
        let mut body = Body(Vec::new());
        let status = visitor.visit(&self.address, false, &mut body)?;
        Ok(Page {
            status,
            body: body.0,
        })
    }

    fn file(&self, visitor: &dyn Visitor) -> Result<File, WriteError> {
        let mut hasher = blake3::Hasher::new();
        let status = visitor.visit(&self.address, false, &mut hasher)?;
        Ok(File {
            status,
            is_empty: hasher.count() == 0,
            hash: hasher.finalize().to_hex().to_string(),
        })
    }

    /// A page that only the owner may see is no broken link.
    fn link(&self, visitor: &dyn Visitor) -> Result<Option<Finding>, WriteError> {
        let mut status = 0;
        for as_owner in [false, true] {
            status = visitor.visit(&self.address, as_owner, &mut io::sink())?;
            if status == 200 {
                return Ok(None);
            }
        }
        let sentence = format!(
            "A link between own posts leads to a page that answers {status} at the new home."
        );
        Ok(Some(Finding::new(&codes::LINK_BROKEN, sentence)))
    }
}

/// The beginning of a body; the rest is let go.
struct Body(Vec<u8>);

impl Write for Body {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PAGE_BYTES_MAX - self.0.len();
        self.0.extend_from_slice(&bytes[..bytes.len().min(room)]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Page {
    status: u16,
    body: Vec<u8>,
}

impl Page {
    fn letters(&self) -> String {
        letters(&body::plain_text(&String::from_utf8_lossy(&self.body)))
    }

    fn shown(&self, text: &str) -> Option<Finding> {
        if self.status != 200 {
            let sentence = format!(
                "A visitor gets the answer {} instead of the page.",
                self.status
            );
            return Some(Finding::new(&codes::NOT_SHOWN, sentence));
        }
        let page = self.letters();
        // A shortcode is there to be something else when it is shown.
        let is_shortcode = |line: &&str| line.starts_with('[') && line.ends_with(']');
        let lines: Vec<String> = text
            .lines()
            .filter(|line| !is_shortcode(&line.trim()))
            .map(letters)
            .filter(|line| line.chars().count() > 3)
            .collect();
        let missing = lines
            .iter()
            .filter(|line| !page.contains(line.as_str()))
            .count();
        (missing > 0).then(|| {
            let sentence = if missing == lines.len() {
                "The page shows nothing of its text.".to_owned()
            } else {
                format!(
                    "The page lacks {missing} of the {} lines of its text.",
                    lines.len()
                )
            };
            Finding::new(&codes::NOT_ALL_SHOWN, sentence)
        })
    }

    fn hidden(&self, text: &str) -> Option<Finding> {
        if self.status != 200 {
            return None;
        }
        let telling = text
            .lines()
            .map(letters)
            .find(|line| line.chars().count() >= TELLING_LETTERS)?;
        self.letters().contains(&telling).then(|| {
            Finding::new(
                &codes::WIDER,
                "A visitor can read it at the new home although not everyone should.",
            )
        })
    }
}

/// Letters and digits only: WordPress makes quotes curly, dashes long and `3x4` a product, and that is no loss.
fn letters(text: &str) -> String {
    text.chars()
        .map(|character| if character == '×' { 'x' } else { character })
        .filter(|character| character.is_alphanumeric())
        .collect()
}

struct File {
    status: u16,
    is_empty: bool,
    hash: String,
}

impl File {
    fn served(&self) -> Option<Finding> {
        (self.status != 200 || self.is_empty).then(|| {
            let sentence = match self.status {
                200 => "Whoever asks for the picture file gets an empty one.".to_owned(),
                status => format!("Whoever asks for the picture file gets the answer {status}."),
            };
            Finding::new(&codes::PICTURE_NOT_SERVED, sentence)
        })
    }

    fn bytes(&self, sent: &str, or_copy: Option<&Option<String>>) -> Option<Finding> {
        if let Some(finding) = self.served() {
            return Some(finding);
        }
        if self.hash == sent {
            return None;
        }
        let is_copy =
            or_copy.is_some_and(|copy| copy.as_ref().is_none_or(|copy| *copy == self.hash));
        Some(if is_copy {
            Finding::new(
                &codes::PICTURE_SCALED,
                "The new home shows a copy of this picture that is upright and within its size limit; the original lies beside it.",
            )
        } else {
            Finding::new(
                &codes::PICTURE_DIFFERS,
                "The file at the new home is not the one that was sent.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn a_page_shows_a_line_however_it_dresses_it() {
        let page = Page {
            status: 200,
            body: "<p>Wind \u{201c}North\u{201d}, 300\u{d7}200</p><img><p>and rain</p>".into(),
        };
        let shown = |text: &str| page.shown(text).map(|finding| finding.sentence);
        assert_eq!(
            shown("Wind \"North\", 300x200\nand rain\n[contact-form]"),
            None
        );
        assert_eq!(
            shown("Wind \"North\", 300x200\nand snow"),
            Some("The page lacks 1 of the 2 lines of its text.".to_owned())
        );
    }
}
