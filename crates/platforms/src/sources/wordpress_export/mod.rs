//! Source `wordpress-export`: WXR files, as every WordPress hands them out under Tools, Export; one file, or a folder or zip with
//! the parts that WordPress.com makes. Several files together are one blog.
//!
//! Files are read twice: first for what an item cannot know of itself (who may see the post a picture belongs to, which pictures a
//! gallery means, which post an old number was), then for the items. Neither pass keeps more than numbers of what it has read.
//!
//! * [`index`]: what the first pass keeps
//! * [`reading`]: the second pass, file by file, and its findings
//! * [`posts`], [`comments`], [`media`], [`bodies`]: from records to items
//! * [`leftovers`]: what has no place, counted by kind and named
//! * [`menus`]: what navigation menus say
//! * [`former_space`]: traces of the move from Live Spaces in 2010

mod bodies;
mod comments;
mod former_space;
mod index;
mod leftovers;
mod media;
mod menus;
mod posts;
mod reading;
mod text;

#[cfg(test)]
mod tests;

use crate::wire::encodings;
use blog::Kind;
use blog::doors::{
    Input, InputForm, Intake, Likeness, OptionCard, Peek, ReadError, Source, SourceCard,
};
use reading::Reading;
use std::io::Read;

/// What is looked at of a file to tell whether it is WXR.
const HEAD_BYTES: u64 = 64 * 1024;

/// See the card.
pub struct WordPressExport;

const OPTIONS: &[OptionCard] = &[
    OptionCard {
        name: "time-zone",
        help: "The time zone of dates without one, such as Europe/Berlin or +02:00.",
        secret: false,
    },
    OptionCard {
        name: "media",
        help: "A folder of media that were already downloaded, used before the network is asked.",
        secret: false,
    },
];

impl Source for WordPressExport {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "wordpress-export",
            title: "WordPress export (WXR)",
            reads: &[
                "an export file of any WordPress (WXR 1.0 to 1.2)",
                "a folder or zip with the parts of one export, as WordPress.com makes them",
                "the export of a blog that moved from Live Spaces in 2010, and repairs what that move broke",
            ],
            delivers: &[
                Kind::Post,
                Kind::Page,
                Kind::Comment,
                Kind::Trackback,
                Kind::Media,
                Kind::Category,
                Kind::Tag,
            ],
            options: OPTIONS,
        }
    }

    fn recognise(&self, peek: &Peek<'_>) -> Likeness {
        match peek.form {
            InputForm::Address => Likeness::No,
            InputForm::File => likeness_of_head(peek.head),
            InputForm::Folder | InputForm::Zip => likeness_of_names(peek.names),
        }
    }

    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let exports = exports(input)?;
        let mut reading = Reading::new(input, intake.depth());
        reading.announce(exports.iter().map(|export| export.bytes).sum());
        let alone = exports.len() == 1;
        for export in &exports {
            match opened(input, &export.name) {
                Ok(mut reader) => reading.look_over(&export.name, &mut reader, intake)?,
                // Not being read, the second pass tells it.
                Err(ReadError::LeftOut { .. }) if !alone => reading.index.miss_items(),
                Err(error) => return Err(error),
            }
        }
        reading.begin(intake)?;
        for export in &exports {
            let read = opened(input, &export.name)
                .and_then(|mut reader| reading.read(&export.name, &mut reader, intake));
            match read {
                // One part that breaks off is not the whole blog.
                Err(ReadError::Unreadable { place, what } | ReadError::LeftOut { place, what })
                    if !alone =>
                {
                    reading.leave_out(&place, &what);
                }
                other => other?,
            }
        }
        reading.finish(intake)
    }
}

/// One export inside the input.
struct Export {
    name: String,
    bytes: u64,
}

fn exports(input: &mut dyn Input) -> Result<Vec<Export>, ReadError> {
    let alone = input.form() == InputForm::File;
    let label = input.label().to_owned();
    if input.form() == InputForm::Address {
        return Err(ReadError::NotOurs {
            place: label,
            what: "a web address; give the file that WordPress hands out under Tools, Export"
                .to_owned(),
        });
    }
    let mut exports = Vec::new();
    for entry in input.entries()? {
        if !alone && !may_be_export(&entry.name) {
            continue;
        }
        let mut head = Vec::new();
        opened(input, &entry.name)?
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(|error| unreadable(&entry.name, &error))?;
        if likeness_of_head(&head) != Likeness::No {
            exports.push(Export {
                name: entry.name,
                bytes: entry.bytes,
            });
        }
    }
    if exports.is_empty() {
        return Err(ReadError::NotOurs {
            place: label,
            what:
                "no WordPress export; such a file begins with <rss and names wordpress.org/export"
                    .to_owned(),
        });
    }
    exports.sort_by_key(|export| numbered(&export.name));
    Ok(exports)
}

/// `garden` and 2 of `garden-2.xml`; `garden.xml` is the first of them, and pages that stand in several are whole in the earliest.
fn numbered(name: &str) -> (String, u64) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let number = |(front, number): (&str, &str)| Some((front.to_owned(), number.parse().ok()?));
    let numbered = stem.rsplit_once('-').and_then(number);
    numbered.unwrap_or_else(|| (stem.to_owned(), 1))
}

fn opened<'a>(input: &'a mut dyn Input, name: &str) -> Result<Box<dyn Read + 'a>, ReadError> {
    let reader = input.open(name)?;
    encodings::in_lines(reader).map_err(|error| unreadable(name, &error))
}

fn unreadable(name: &str, error: &std::io::Error) -> ReadError {
    ReadError::Unreadable {
        place: name.to_owned(),
        what: error.to_string(),
    }
}

/// WXR is RSS that names the export namespace of WordPress.
fn likeness_of_head(head: &[u8]) -> Likeness {
    let head = &head[..head.len().min(64 * 1024)];
    let text = encodings::decode(head, None).text;
    let named = text.contains("wordpress.org/export/") || text.contains("<wp:wxr_version>");
    match (text.contains("<rss"), named) {
        (true, true) => Likeness::Surely,
        (true, false) if text.contains("<wp:") => Likeness::Perhaps,
        _ => Likeness::No,
    }
}

fn likeness_of_names(names: &[String]) -> Likeness {
    let pages = names.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".html") || name.ends_with(".htm")
    });
    let mut exports = names.iter().filter(|name| may_be_export(name)).peekable();
    if exports.peek().is_none() {
        return Likeness::No;
    }
    let named = exports.any(|name| name.to_ascii_lowercase().contains("wordpress"));
    if named && !pages {
        Likeness::Surely
    } else {
        Likeness::Perhaps
    }
}

fn may_be_export(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    let last = last.trim_end_matches(['.', ' ']);
    !last.starts_with('.')
        && !name.starts_with("__MACOSX/")
        && [".xml", ".wxr", ".xml.txt"]
            .iter()
            .any(|end| last.ends_with(end))
}
