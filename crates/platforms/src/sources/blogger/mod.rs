//! Source `blogger`: Google Takeout (`Blogger/Blogs/NAME/feed.atom` with `settings.csv`) and the older Atom export of one file.
//!
//! Both are one Atom feed in which posts, pages, comments, settings and the template stand side by side.
//!
//! * `settings`: what is said of the blog as a whole
//! * `entries`: which kind an entry is, and what it becomes
//! * pictures are found as in any feed (`feeds::pictures`)

mod entries;
mod settings;

#[cfg(test)]
mod tests;

use crate::sources::parts::may_read;
use crate::wire::encodings;
use crate::wire::feeds::{self, Broken, FeedHead, FeedPiece, FeedReader};
use blog::codes::blogger as codes;
use blog::doors::{
    Input, InputForm, Intake, Likeness, OptionCard, Peek, ReadError, Source, SourceCard,
};
use blog::{Finding, Kind};
use entries::Reading;
use settings::Settings;
use std::io::Read;

/// Bytes of a `settings.csv`.
const SETTINGS_BYTES_MAX: u64 = 1 << 20;

/// See the card.
pub struct Blogger;

const OPTIONS: &[OptionCard] = &[
    OptionCard {
        name: "blog",
        help: "Name of the blog to read, where a Takeout holds several.",
        secret: false,
    },
    OptionCard {
        name: "home",
        help: "The old address of the blog, such as http://name.blogspot.com, for exports that do not say it.",
        secret: false,
    },
    OptionCard {
        name: "labels",
        help: "`categories` to file posts under their labels as categories; without it labels become tags.",
        secret: false,
    },
    OptionCard {
        name: "audience",
        help: "`everyone` when everyone could read the blog, for exports that do not say it.",
        secret: false,
    },
    OptionCard {
        name: "media",
        help: "A folder of media that were already downloaded, used before the network is asked.",
        secret: false,
    },
];

impl Source for Blogger {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "blogger",
            title: "Blogger export",
            reads: &[
                "a Google Takeout with Blogger in it (zip or folder)",
                "the export file of Blogger itself (blog-….xml), or one feed.atom of a Takeout",
            ],
            delivers: &[
                Kind::Post,
                Kind::Page,
                Kind::Comment,
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
            InputForm::File if is_export(peek.head) => Likeness::Surely,
            InputForm::File => Likeness::No,
            InputForm::Folder | InputForm::Zip
                if peek.names.iter().any(|name| is_takeout(name)) =>
            {
                Likeness::Surely
            }
            InputForm::Folder | InputForm::Zip => Likeness::No,
        }
    }

    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let export = chosen(input)?;
        let mut settings = Settings::wished(input);
        if let Some(csv) = beside(input, &export)? {
            match whole(input, &csv, SETTINGS_BYTES_MAX) {
                Ok(bytes) => settings.take_csv(&encodings::decode(&bytes, None).text),
                // What it says of the blog is not known then; a finding is told.
                Err(ReadError::LeftOut { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let names = input.entries()?;
        let bytes = names.iter().find(|entry| entry.name == export);
        let mut passes = Passes {
            export: &export,
            total: bytes.map_or(0, |entry| entry.bytes) * PASSES,
            before: 0,
            keeps: false,
        };
        // Settings stand before the posts in old exports, but nothing promises it.
        let head = passes.over(
            input,
            intake,
            &|text| text.contains(".settings."),
            &mut |piece, _| {
                if let FeedPiece::Item(item) = piece {
                    settings.take_entry(&item);
                }
                Ok(())
            },
        )?;
        settings.take_head(&head);
        let albums = entries::albums(names.iter().map(|entry| entry.name.as_str()));
        let mut reading = Reading::new(&settings, &export, albums);
        intake.profile(settings.profile())?;
        if !settings.says_who_reads() {
            let sentence =
                "The export does not say who could read the blog; everything moves as private.";
            intake.finding(Finding::new(&codes::AUDIENCE_UNKNOWN, sentence))?;
        }
        // Comments may stand before their posts, so posts are taken in first.
        passes.keeps = true;
        passes.over(input, intake, &|_| true, &mut |piece, intake| {
            reading.take(piece, false, intake)
        })?;
        passes.keeps = false;
        passes.over(
            input,
            intake,
            &entries::may_be_comment,
            &mut |piece, intake| reading.take(piece, true, intake),
        )?;
        reading.close(intake)
    }
}

/// How often an export is read: for its settings, its posts, its comments. It is longer than what fits into memory.
const PASSES: u64 = 3;

/// How often progress is told, in bytes.
const PROGRESS_BYTES: u64 = 4 << 20;

/// Readings of one export.
struct Passes<'a> {
    export: &'a str,
    total: u64,
    /// Bytes of the passes before the one at hand.
    before: u64,
    /// Whether entries that may not be read are kept in this pass.
    keeps: bool,
}

type Take<'a> = &'a mut dyn FnMut(FeedPiece, &mut dyn Intake) -> Result<(), ReadError>;

impl Passes<'_> {
    /// Reads the export once, entry by entry; of those that `wanted` lets pass, each goes to `take`.
    fn over(
        &mut self,
        input: &mut dyn Input,
        intake: &mut dyn Intake,
        wanted: &dyn Fn(&str) -> bool,
        take: Take<'_>,
    ) -> Result<FeedHead, ReadError> {
        let unreadable = |error: std::io::Error| ReadError::Unreadable {
            place: self.export.to_owned(),
            what: error.to_string(),
        };
        let reader = input.open(self.export)?;
        let reader = FeedReader::open(reader, Some("utf-8")).map_err(unreadable)?;
        let Some(mut reader) = reader else {
            return Err(ReadError::NotOurs {
                place: self.export.to_owned(),
                what: "not an export of Blogger".to_owned(),
            });
        };
        let mut told = 0;
        let broken = |broken| match broken {
            Broken::Halt(halt) => halt.into(),
            Broken::Reading(error) => unreadable(error),
        };
        let (export, keeps) = (self.export, self.keeps);
        while let Some(piece) = reader
            .next(&mut |number, text| {
                Ok(wanted(text)
                    && may_read(&mut *intake, export, number, &|| text.to_owned(), keeps)?)
            })
            .map_err(broken)?
        {
            take(piece, intake)?;
            if reader.done() >= told + PROGRESS_BYTES {
                told = reader.done();
                intake.progress((self.before + told).min(self.total), Some(self.total))?;
            }
        }
        self.before += reader.done();
        Ok(reader.head())
    }
}

/// Whether this is the beginning of an export of Blogger, old or new; a live feed of a blog has no entries of its own kind.
fn is_export(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    let is_takeout = text.contains("schemas.google.com/blogger/2018");
    let is_archive = text.contains("tag:blogger.com,1999:blog-") && text.contains(".archive</id>");
    feeds::is_feed(head) && (is_takeout || is_archive)
}

/// `Takeout/Blogger/Blogs/NAME/feed.atom`; folders may be missing or translated, the file is not.
fn is_takeout(name: &str) -> bool {
    name.rsplit('/').next() == Some("feed.atom") && !name.contains("__MACOSX/")
}

/// The export to be read: the only one, or the one that the owner names.
fn chosen(input: &mut dyn Input) -> Result<String, ReadError> {
    let alone = input.form() == InputForm::File;
    let wish = input.option("blog").map(str::to_owned);
    let mut exports: Vec<String> = Vec::new();
    for entry in input.entries()? {
        if alone || is_takeout(&entry.name) {
            exports.push(entry.name);
        }
    }
    let blog_of = |name: &str| name.rsplit('/').nth(1).unwrap_or(name).to_owned();
    if let Some(wish) = &wish {
        exports.retain(|name| alone || blog_of(name).eq_ignore_ascii_case(wish));
    }
    let place = input.label().to_owned();
    match exports.as_slice() {
        [export] => Ok(export.clone()),
        [] => Err(ReadError::NotOurs {
            place,
            what: match wish {
                Some(wish) => format!("it holds no blog “{wish}”"),
                None => "it holds no feed.atom of a blog".to_owned(),
            },
        }),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|name| format!("“{}”", blog_of(name)))
                .collect();
            Err(ReadError::NotOurs {
                place,
                what: format!(
                    "it holds several blogs ({}); name one with --set blog=NAME",
                    names.join(", ")
                ),
            })
        }
    }
}

/// The `settings.csv` beside an export.
fn beside(input: &mut dyn Input, export: &str) -> Result<Option<String>, ReadError> {
    let folder = export.strip_suffix("feed.atom").unwrap_or_default();
    let wanted = format!("{folder}settings.csv");
    let is_there = input
        .entries()?
        .into_iter()
        .any(|entry| entry.name == wanted);
    Ok(is_there.then_some(wanted))
}

fn whole(input: &mut dyn Input, name: &str, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let unreadable = |what: String| ReadError::Unreadable {
        place: name.to_owned(),
        what,
    };
    let read = input.open(name)?.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(unreadable(format!("it is longer than {} MiB", most >> 20)));
    }
    Ok(bytes)
}
