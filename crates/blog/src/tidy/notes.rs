//! What the repairs did to one body, on its way to becoming findings.

use crate::{Code, Finding};
use std::collections::HashSet;

/// At most this many different details are named in one sentence.
const DETAILS_MAX: usize = 5;

/// A detail longer than this is cut: it is somebody's address or markup.
const DETAIL_CHARACTERS_MAX: usize = 120;

/// Counts and details by code.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Tags found inside the body, each once, in their order.
    pub(crate) tags: Vec<String>,
    known_tags: HashSet<String>,
    counted: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    code: &'static Code,
    count: usize,
    details: Vec<String>,
    more: bool,
}

impl Notes {
    /// Takes a tag that is not known yet.
    pub(crate) fn tag(&mut self, name: String) {
        if self.known_tags.insert(name.to_lowercase()) {
            self.tags.push(name);
        }
    }

    /// Counts one change.
    pub(crate) fn count(&mut self, code: &'static Code) {
        self.entry(code).count += 1;
    }

    /// Counts one change and names what it was about.
    pub(crate) fn name(&mut self, code: &'static Code, detail: impl AsRef<str>) {
        let detail = shorten(detail.as_ref());
        let entry = self.entry(code);
        entry.count += 1;
        if entry.details.contains(&detail) {
            return;
        }
        if entry.details.len() < DETAILS_MAX {
            entry.details.push(detail);
        } else {
            entry.more = true;
        }
    }

    fn entry(&mut self, code: &'static Code) -> &mut Counted {
        let at = match self.counted.iter().position(|known| known.code == code) {
            Some(at) => at,
            None => {
                self.counted.push(Counted {
                    code,
                    count: 0,
                    details: Vec::new(),
                    more: false,
                });
                self.counted.len() - 1
            }
        };
        &mut self.counted[at]
    }

    /// One finding for each kind of change: `Smileys became characters (3 times): smile, rose.`
    pub(crate) fn findings(self) -> Vec<Finding> {
        self.counted
            .into_iter()
            .map(|counted| {
                let mut sentence = counted.code.title.to_owned();
                if counted.count > 1 {
                    sentence.push_str(&format!(" ({} times)", counted.count));
                }
                if !counted.details.is_empty() {
                    sentence.push_str(": ");
                    sentence.push_str(&counted.details.join(", "));
                    if counted.more {
                        sentence.push_str(" and others");
                    }
                }
                sentence.push('.');
                Finding::new(counted.code, sentence)
            })
            .collect()
    }
}

/// Cuts a detail and takes the query out of addresses: keys and mail addresses travel there.
fn shorten(detail: &str) -> String {
    let detail = match detail
        .find("://")
        .and_then(|at| detail[at..].find('?').map(|query| at + query))
    {
        Some(query) => &detail[..query],
        None => detail,
    };
    if detail.to_ascii_lowercase().contains("mailto:") {
        return "a mail link".to_owned();
    }
    let folded = crate::body::text::fold(detail);
    if folded.chars().count() <= DETAIL_CHARACTERS_MAX {
        return folded;
    }
    folded
        .chars()
        .take(DETAIL_CHARACTERS_MAX)
        .chain(['…'])
        .collect()
}
