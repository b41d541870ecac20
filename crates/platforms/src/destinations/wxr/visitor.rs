//! Looks at what was written as a visitor of the future home would: public pages with their text, pictures with their bytes,
//! nothing of what is private.

use super::journal::Journal;
use super::rows::{Row, Rows};
use super::{Settings, held};
use blog::doors::{Visitor, WriteError};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;

/// See the module.
pub(super) struct Reader {
    pub(super) settings: Settings,
    pub(super) rows: Rows,
    pub(super) journal: Mutex<(Journal, BTreeMap<String, blog::ItemRef>)>,
}

impl Visitor for Reader {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let home = &self.rows.home;
        if address.trim_end_matches('/') == *home {
            return Ok(200);
        }
        let plain = address.split('#').next().unwrap_or(address);
        let mut held = held(&self.journal);
        let (journal, by_address) = &mut *held;
        if by_address.is_empty() {
            for (id, mark) in journal.marks() {
                let row = journal.row(&mark)?;
                for known in [self.rows.address(id, &row), Some(format!("{home}/?p={id}"))] {
                    by_address
                        .entry(known.unwrap_or_default())
                        .or_insert_with(|| mark.clone());
                }
            }
        }
        let Some(mark) = by_address.get(plain).cloned() else {
            return Ok(404);
        };
        let lost = |error: io::Error| WriteError::NotDone(error.to_string());
        match journal.row(&mark)? {
            Row::Post(post) => {
                if post.status != "publish" && !as_owner {
                    return Ok(404);
                }
                let shown = if post.password.is_some() {
                    ""
                } else {
                    &post.content
                };
                write!(
                    to,
                    "<html><title>{0}</title><h1>{0}</h1>{shown}</html>",
                    post.title
                )
                .map_err(lost)?;
                Ok(200)
            }
            Row::Media(media) => {
                let path = self.settings.pictures_folder().join(&media.file);
                match std::fs::File::open(path) {
                    Ok(mut file) => io::copy(&mut file, to).map(|_| 200).map_err(lost),
                    Err(_) => Ok(404),
                }
            }
            Row::Term(_) => Ok(200),
            Row::Comment(_) => Ok(404),
        }
    }
}
