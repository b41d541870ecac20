//! Looks at the files as a visitor of the future home would: public pages with their text, pictures with their bytes, nothing of what
//! is private.

use super::back::{Back, Sort};
use super::{Settings, held};
use blog::doors::{Visitor, WriteError};
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// See the module.
pub(super) struct Reader {
    pub(super) settings: Settings,
    pub(super) back: Arc<Mutex<Back>>,
}

impl Visitor for Reader {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let home = self.settings.home.trim_end_matches('/');
        if address.trim_end_matches('/') == home {
            return Ok(200);
        }
        let plain = address.split('#').next().unwrap_or(address);
        let told = {
            let mut back = held(&self.back);
            match back.at_address(plain).cloned() {
                Some(mark) => back.told(&mark)?,
                None => None,
            }
        };
        let Some(told) = told else { return Ok(404) };
        let lost = |error: io::Error| WriteError::NotDone(error.to_string());
        match told.sort {
            Sort::Post => {
                let page = told.whole;
                if page.status != "publish" && !as_owner {
                    return Ok(404);
                }
                let shown = if page.password.is_empty() {
                    &page.content
                } else {
                    ""
                };
                write!(
                    to,
                    "<html><title>{0}</title><h1>{0}</h1>{shown}</html>",
                    page.title
                )
                .map_err(lost)?;
                Ok(200)
            }
            Sort::Media { file: Some(file) } => {
                match File::open(self.settings.pictures_folder().join(file)) {
                    Ok(mut file) => io::copy(&mut file, to).map(|_| 200).map_err(lost),
                    Err(_) => Ok(404),
                }
            }
            Sort::Term => Ok(200),
            Sort::Media { file: None } | Sort::Comment => Ok(404),
        }
    }
}
