//! One file after the other, each whole and by the rules of XML, then item by item.

use super::numbers::Numbers;
use super::{Back, Sort, Told, lost};
use crate::destinations::wxr::journal::Journal;
use crate::destinations::wxr::records::stem;
use crate::destinations::wxr::rows::{PostRow, Row, Rows, TermRow};
use crate::destinations::wxr::written;
use crate::wire::wxr::write::is_xml;
use crate::wire::wxr::{Category, Comment, Item, Splitter, Term, moment, number};
use crate::wire::xml;
use blog::codes::verify as codes;
use blog::doors::{ObservedWhole, WriteError};
use blog::{Field, ItemRef, Moment};
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The longest file that is read: our own are far shorter, unless one post is not.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// The files, one after the other.
pub(super) struct Reading<'a> {
    pub(super) rows: &'a Rows,
    pub(super) journal: &'a mut Journal,
    pub(super) numbers: Numbers,
    /// How many files could be read.
    pub(super) files: usize,
    pub(super) back: Back,
}

impl Reading<'_> {
    /// Reads one file.
    pub(super) fn file(&mut self, path: &Path) -> Result<(), WriteError> {
        let name = written::name_of(path);
        let bytes = match read_whole(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let sentence = format!("“{name}” cannot be read: {error}.");
                self.back.fault(&codes::FILE_DAMAGED, path, sentence);
                return Ok(());
            }
        };
        let hash = blake3::hash(&bytes).to_hex();
        let hashes = self.journal.files().get(&name);
        let is_ours = hashes.is_some_and(|hashes| hashes.iter().any(|known| **known == *hash));
        let text = match text_of(&bytes) {
            Ok(text) => text,
            Err(what) => {
                let sentence = format!(
                    "“{name}” is no XML that an importer could read: {what}. What stands in it counts as missing."
                );
                self.back.fault(&codes::FILE_DAMAGED, path, sentence);
                return Ok(());
            }
        };
        if !is_ours {
            let sentence = format!("“{name}” was changed since it was written.");
            self.back.fault(&codes::FILE_CHANGED, path, sentence);
        }
        self.files += 1;
        let mut pieces = Splitter::new(text.as_bytes());
        while let Some(piece) = pieces.next_piece().map_err(lost)? {
            let text = std::str::from_utf8(piece.bytes).unwrap_or_default();
            match piece.name {
                "item" => self.item(&Item::read(text))?,
                "wp:category" => {
                    let Category {
                        id,
                        slug,
                        parent,
                        name,
                        description,
                    } = Category::read(text);
                    let above = ("category", parent.into_owned());
                    let above = self.numbers.terms.get(&above).cloned();
                    let above = above.unwrap_or_default();
                    self.term(&id, &name, &slug, &description, &above)?;
                }
                "wp:tag" => {
                    let tag = Term::read(text);
                    self.term(&tag.id, &tag.name, &tag.slug, &tag.description, &[])?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The mark and row of what has a number in the files; `None` for what somebody put there.
    fn known(&mut self, word: &str) -> Result<Option<(u64, ItemRef, Row)>, WriteError> {
        let Some((id, mark)) =
            number(word).and_then(|id| Some((id, self.numbers.items.get(&id)?.clone())))
        else {
            return Ok(None);
        };
        let row = self.journal.row(&mark)?;
        Ok(Some((id, mark, row)))
    }

    fn term(
        &mut self,
        id: &str,
        name: &str,
        slug: &str,
        description: &str,
        above: &[u64],
    ) -> Result<(), WriteError> {
        let Some((id, mark, Row::Term(row))) = self.known(id)? else {
            return Ok(());
        };
        let wished = row.parent.as_ref();
        let wished = wished.and_then(|mark| self.journal.known(mark).map(|(id, _)| id));
        let parent = wished
            .filter(|id| above.contains(id))
            .or(above.first().copied());
        let as_written = name == row.name && slug == row.slug && parent == wished;
        let now = Row::Term(TermRow {
            slug: slug.to_owned(),
            ..row
        });
        let told = Told {
            sort: Sort::Term,
            address: self.rows.address(id, &now),
            whole: ObservedWhole {
                title: name.to_owned(),
                slug: slug.to_owned(),
                excerpt: description.to_owned(),
                parent: parent.unwrap_or(0),
                ..ObservedWhole::default()
            },
        };
        self.tell(mark, told, as_written)
    }

    fn item(&mut self, item: &Item<'_>) -> Result<(), WriteError> {
        match self.known(&item.id)? {
            Some((id, mark, Row::Post(row))) => self.post(id, mark, &row, item),
            Some((_, mark, Row::Media(row))) => {
                let is_unnamed = row.title.is_empty() && item.title == stem(&row.file);
                let title = if is_unnamed { "" } else { item.title.as_ref() };
                let is_there = item.attachment == self.rows.file_address(&row.file);
                let told = Told {
                    sort: Sort::Media {
                        file: is_there.then(|| row.file.clone()),
                    },
                    address: Some(item.attachment.clone().into_owned()),
                    whole: ObservedWhole {
                        status: item.status.clone().into_owned(),
                        title: title.to_owned(),
                        excerpt: item.excerpt.clone().into_owned(),
                        slug: item.name.clone().into_owned(),
                        date_utc: self.date(&item.date_utc, &item.date),
                        ..ObservedWhole::default()
                    },
                };
                self.tell(mark, told, true)
            }
            _ => Ok(()),
        }
    }

    fn post(
        &mut self,
        id: u64,
        mark: ItemRef,
        row: &PostRow,
        item: &Item<'_>,
    ) -> Result<(), WriteError> {
        let mut shown = 0;
        for comment in &item.comments {
            shown += u64::from(self.comment(id, comment)?);
        }
        let date = self.date(&item.date_utc, &item.date);
        let second = |date: Option<Timestamp>| date.map(Timestamp::as_second);
        let is_dated_so = second(date) == second(row.date.or(row.known_by));
        let parent = number(&item.parent);
        let above = parent.and_then(|parent| self.numbers.items.get(&parent).cloned());
        let now = PostRow {
            slug: item.name.clone().into_owned(),
            status: item.status.clone().into_owned(),
            parent: above,
            date: if is_dated_so { row.date } else { date },
            ..row.clone()
        };
        let terms = item.terms.iter().filter_map(|term| {
            let named = (taxonomy_named(&term.domain)?, term.slug.clone());
            self.numbers.terms.get(&named)
        });
        let fields = item.meta.iter().filter(|meta| meta.key != "_thumbnail_id");
        let whole = ObservedWhole {
            status: now.status.clone(),
            title: item.title.clone().into_owned(),
            content: item.content.clone().into_owned(),
            excerpt: item.excerpt.clone().into_owned(),
            slug: now.slug.clone(),
            // A date that was moved by seconds was told when it was.
            date_utc: if is_dated_so { row.wished } else { date },
            terms: terms.flatten().copied().collect(),
            parent: parent.unwrap_or(0),
            order: item.menu_order.trim().parse().ok(),
            password: item.password.clone().into_owned(),
            comment_count: shown,
            fields: fields
                .map(|meta| Field {
                    name: meta.key.clone().into_owned(),
                    value: meta.value.clone().into_owned(),
                })
                .collect(),
            ..ObservedWhole::default()
        };
        let as_written = now == *row
            && whole.title == row.title
            && whole.content == row.content
            && whole.excerpt == row.excerpt
            && whole.order == Some(row.order)
            && whole.password == row.password.as_deref().unwrap_or_default();
        let told = Told {
            sort: Sort::Post,
            address: self.rows.address(id, &Row::Post(Box::new(now))),
            whole,
        };
        self.tell(mark, told, as_written)
    }

    /// Answers whether everyone will see it.
    fn comment(&mut self, post: u64, comment: &Comment<'_>) -> Result<bool, WriteError> {
        let known = number(&comment.id).and_then(|number| self.numbers.comments.get(&number));
        let status = match comment.approved.trim() {
            "1" => "approved",
            "0" => "held",
            other => other,
        };
        let Some(mark) = known.cloned() else {
            return Ok(false);
        };
        let parent = number(&comment.parent).and_then(|id| self.numbers.comments.get(&id));
        let parent = parent.and_then(|mark| self.journal.known(mark));
        let told = Told {
            sort: Sort::Comment,
            address: None,
            whole: ObservedWhole {
                status: status.to_owned(),
                title: comment.author.clone().into_owned(),
                content: comment.content.clone().into_owned(),
                date_utc: self.date(&comment.date_utc, &comment.date),
                post,
                parent: parent.map_or(0, |(id, _)| id),
                ..ObservedWhole::default()
            },
        };
        self.tell(mark, told, true)?;
        Ok(status == "approved")
    }

    /// Both dates of a thing say the same, or the one on the wall counts: that is what readers will see.
    fn date(&self, utc: &str, wall: &str) -> Option<Timestamp> {
        let instant = match moment(utc, "") {
            Some(Moment::Instant(instant)) => Some(instant),
            _ => None,
        };
        if let Some(instant) = instant.filter(|instant| self.rows.wall(*instant) == wall.trim()) {
            return Some(instant);
        }
        match moment("", wall) {
            Some(Moment::Wall(wall)) => self.rows.instant(wall),
            _ => None,
        }
    }

    /// Keeps what is told first, and of a thing that several files tell (terms, and pages above pages) what is not as it was written.
    fn tell(&mut self, mark: ItemRef, mut told: Told, as_written: bool) -> Result<(), WriteError> {
        if let Some(at) = self.back.things.get_mut(&mark)
            && (as_written || !at.as_written)
        {
            at.tellings += 1;
            return Ok(());
        }
        // Only the first telling of a page has its comments and custom fields.
        if let Some(first) = self.back.told(&mark)? {
            told.whole.comment_count = first.whole.comment_count;
            told.whole.fields = first.whole.fields;
        }
        self.back.keep(mark, &told, as_written)
    }
}

fn taxonomy_named(domain: &str) -> Option<&'static str> {
    ["category", "post_tag"]
        .into_iter()
        .find(|known| *known == domain)
}

fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = File::open(path)?
        .take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if read as u64 > FILE_BYTES_MAX {
        return Err(io::Error::other("it is longer than 1 GiB"));
    }
    Ok(bytes)
}

/// The text of a file, where a strict reader of XML takes it.
fn text_of(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to()))?;
    if let Some((at, letter)) = text.char_indices().find(|(_, letter)| !is_xml(*letter)) {
        return Err(format!("it holds {letter:?} (at byte {at})"));
    }
    xml::fault(text).map_or(Ok(text), Err)
}
