//! Source `movable-type`: exports in the Movable Type import format, as Typepad handed them out in 2025; one file, or a folder
//! or zip with several and the saved media beside them. Several exports together are one blog.
//!
//! * [`text`]: line breaks, Markdown, references
//! * [`mentions`] and [`media`]: which pictures and files a body means
//! * [`site`]: what can be known of the blog as a whole
//! * [`reading`], [`posts`] and [`delivery`]: from entries to items

mod delivery;
mod media;
pub(super) mod mentions;
mod posts;
mod reading;
mod site;
pub(super) mod text;

#[cfg(test)]
mod tests;

use crate::wire::encodings;
use blog::Kind;
use blog::doors::{
    Input, InputForm, Intake, Likeness, OptionCard, Peek, ReadError, Source, SourceCard,
};
use reading::Reading;
use std::io::Read;

/// What is looked at of each file before any is read.
const HEAD_BYTES: u64 = 1 << 20;

/// See the card.
pub struct MovableType;

const OPTIONS: &[OptionCard] = &[
    OptionCard {
        name: "title",
        help: "The blog's title, which the export does not hold.",
        secret: false,
    },
    OptionCard {
        name: "time-zone",
        help: "The time zone of the blog's dates, such as Europe/Berlin or +02:00.",
        secret: false,
    },
    OptionCard {
        name: "language",
        help: "The language of the blog, such as en or pt-BR.",
        secret: false,
    },
    OptionCard {
        name: "home",
        help: "The old address of the blog, for exports without addresses.",
        secret: false,
    },
    OptionCard {
        name: "media",
        help: "A folder of media that were already downloaded, used before the network is asked.",
        secret: false,
    },
];

impl Source for MovableType {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "movable-type",
            title: "Movable Type or Typepad export",
            reads: &[
                "an export file in the Movable Type import format",
                "a folder or zip with such files and saved media beside them",
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
        let mut reading = Reading::new(input, intake.depth());
        let exports = exports(input, &mut reading)?;
        intake.profile(reading.profile())?;
        let total = exports.iter().map(|export| export.bytes).sum();
        let alone = exports.len() == 1;
        for export in &exports {
            let read = in_lines(input, &export.name)
                .and_then(|reader| reading.read(&export.name, reader, total, intake));
            match read {
                // One file that breaks off is not the whole blog.
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

/// The files of the input that are exports; `reading` learns from their heads.
fn exports(input: &mut dyn Input, reading: &mut Reading) -> Result<Vec<Export>, ReadError> {
    let alone = input.form() == InputForm::File;
    let label = input.label().to_owned();
    if input.form() == InputForm::Address {
        return Err(ReadError::NotOurs {
            place: label,
            what: "a web address; give the export file that Typepad let you download".to_owned(),
        });
    }
    let mut exports = Vec::new();
    for entry in input.entries_where(&|name| alone || may_be_export(name))? {
        let head = match head(input, &entry.name) {
            Err(ReadError::Unreadable { place, what } | ReadError::LeftOut { place, what })
                if !alone =>
            {
                reading.leave_out(&place, &what);
                continue;
            }
            other => other?,
        };
        if likeness_of_head(&head) != Likeness::No {
            reading.learn(&head);
            exports.push(Export {
                name: entry.name,
                bytes: entry.bytes,
            });
        }
    }
    if exports.is_empty() {
        let what = "no export in the Movable Type format; such a file begins with lines like \"AUTHOR: …\" and \"TITLE: …\"";
        return Err(ReadError::NotOurs {
            place: label,
            what: what.to_owned(),
        });
    }
    Ok(exports)
}

/// The first bytes of an entry, in lines.
fn head(input: &mut dyn Input, name: &str) -> Result<Vec<u8>, ReadError> {
    let mut head = Vec::new();
    in_lines(input, name)?
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(|error| ReadError::Unreadable {
            place: name.to_owned(),
            what: error.to_string(),
        })?;
    Ok(head)
}

fn in_lines<'a>(input: &'a mut dyn Input, name: &str) -> Result<Box<dyn Read + 'a>, ReadError> {
    let reader = input.open(name)?;
    encodings::in_lines(reader).map_err(|error| ReadError::Unreadable {
        place: name.to_owned(),
        what: error.to_string(),
    })
}

/// An export begins with a head, and its first section is not far.
fn likeness_of_head(head: &[u8]) -> Likeness {
    let head = &head[..head.len().min(64 * 1024)];
    let text = encodings::decode(head, None).text;
    let mut keys = 0;
    for line in text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .take(60)
    {
        let line = line.trim_start_matches('\u{FEFF}').trim_end();
        if line == "-----" || line == "BODY:" {
            return if keys >= 2 {
                Likeness::Surely
            } else if keys == 1 {
                Likeness::Perhaps
            } else {
                Likeness::No
            };
        }
        let is_key = [
            "AUTHOR:",
            "TITLE:",
            "STATUS:",
            "DATE:",
            "BASENAME:",
            "ALLOW COMMENTS:",
            "ALLOW PINGS:",
            "AUTHOR EMAIL:",
            "NO ENTRY:",
            "PRIMARY CATEGORY:",
            "UNIQUE URL:",
            "CONVERT BREAKS:",
            "CATEGORY:",
        ]
        .iter()
        .any(|key| line.starts_with(key));
        keys += usize::from(is_key);
        if keys == 0 {
            return Likeness::No;
        }
    }
    // A head that was cut: too little to be sure.
    if keys >= 2 {
        Likeness::Perhaps
    } else {
        Likeness::No
    }
}

fn likeness_of_names(names: &[String]) -> Likeness {
    let ends = |end: &str| {
        names
            .iter()
            .any(|name| name.to_ascii_lowercase().ends_with(end))
    };
    if !names.iter().any(|name| may_be_export(name)) {
        return Likeness::No;
    }
    // Pages and feeds beside it may be another platform's archive with a note in it.
    let pages = ends(".html") || ends(".htm") || ends(".xml");
    let assets = names
        .iter()
        .any(|name| crate::input::saved::asset_id(name).is_some());
    if (assets && !pages) || ends(".mtif") || ends(".mtif.txt") {
        Likeness::Surely
    } else {
        Likeness::Perhaps
    }
}

fn may_be_export(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    // Windows drops dots and blanks at the end of names; other systems and zips keep them.
    let name = name.trim_end_matches(['.', ' ']);
    !name.starts_with('.')
        && [".txt", ".mtif", ".mt"]
            .iter()
            .any(|end| name.ends_with(end))
}
