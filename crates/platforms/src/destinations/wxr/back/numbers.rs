//! Whose number is whose in the files.

use super::lost;
use crate::destinations::wxr::journal::Journal;
use crate::destinations::wxr::rows::{Row, TermRow};
use crate::destinations::wxr::threads::{self, Said};
use crate::wire::wxr::{Category, Item, Splitter, Term, number};
use blog::ItemRef;
use blog::doors::WriteError;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

/// Numbers of the files, and the marks they stand for.
pub(super) struct Numbers {
    pub(super) items: HashMap<u64, ItemRef>,
    pub(super) comments: HashMap<u64, ItemRef>,
    /// Terms as items name them, by taxonomy and slug; in files of older versions two may have the same.
    pub(super) terms: HashMap<(&'static str, String), Vec<u64>>,
}

impl Numbers {
    pub(super) fn of(journal: &mut Journal) -> Result<Self, WriteError> {
        let mut numbers = Self {
            items: HashMap::new(),
            comments: HashMap::new(),
            terms: HashMap::new(),
        };
        let mut under: HashMap<ItemRef, Vec<Said>> = HashMap::new();
        journal.each(|id, mark, row| match row {
            Row::Comment(comment) => under.entry(comment.post).or_default().push(Said {
                id,
                mark,
                parent: comment.parent,
            }),
            Row::Term(term) => {
                let named = (taxonomy(&term), term.slug);
                numbers.terms.entry(named).or_default().push(id);
                numbers.items.insert(id, mark);
            }
            Row::Post(_) | Row::Media(_) => {
                numbers.items.insert(id, mark);
            }
        })?;
        for said in under.into_values() {
            let numbered = threads::numbered(said).into_iter();
            let numbered = numbered.map(|comment| (comment.number, comment.mark));
            numbers.comments.extend(numbered);
        }
        Ok(numbers)
    }
}

fn taxonomy(term: &TermRow) -> &'static str {
    if term.tag { "post_tag" } else { "category" }
}

/// Of a changed file, whatever can still be made out: the marks it names.
pub(in crate::destinations::wxr) fn marks_in(
    path: &Path,
    journal: &mut Journal,
) -> Result<Vec<ItemRef>, WriteError> {
    let numbers = Numbers::of(journal)?;
    let mut pieces = Splitter::new(File::open(path).map_err(lost)?);
    let mut marks = Vec::new();
    while let Some(piece) = pieces.next_piece().map_err(lost)? {
        let text = String::from_utf8_lossy(piece.bytes);
        let (id, comments) = match piece.name {
            "item" => {
                let item = Item::read(&text);
                let comments = item.comments.iter();
                let comments: Vec<u64> = comments.filter_map(|c| number(&c.id)).collect();
                (number(&item.id), comments)
            }
            "wp:category" => (number(&Category::read(&text).id), Vec::new()),
            "wp:tag" => (number(&Term::read(&text).id), Vec::new()),
            _ => continue,
        };
        marks.extend(id.and_then(|id| numbers.items.get(&id)).cloned());
        let comments = comments.iter().filter_map(|id| numbers.comments.get(id));
        marks.extend(comments.cloned());
    }
    Ok(marks)
}
