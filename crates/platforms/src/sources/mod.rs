//! Where blogs come from: the one list.

pub mod archive;
pub mod blogger;
pub mod feeds;
pub mod movable_type;
mod parts;
pub mod spaces;
mod telling;
pub mod wordpress_export;

use blog::doors::{Likeness, Peek, Source};

/// Every source, in the order of help and reference pages.
pub static SOURCES: &[&dyn Source] = &[
    &spaces::LiveSpaces,
    &movable_type::MovableType,
    &wordpress_export::WordPressExport,
    &archive::OwnArchive,
    &blogger::Blogger,
    &feeds::Feeds,
];

/// The source that is surest of `peek`, unless two are equally sure or none is.
#[must_use]
pub fn recognise(peek: &Peek<'_>) -> Option<&'static dyn Source> {
    // Documents of office programs are zips full of XML, which many a source would look into.
    const OFFICE: [&str; 2] = ["[Content_Types].xml", "META-INF/manifest.xml"];
    if peek
        .names
        .iter()
        .any(|name| OFFICE.contains(&name.as_str()))
    {
        return None;
    }
    let mut best: Option<(Likeness, &'static dyn Source)> = None;
    for source in SOURCES {
        let likeness = source.recognise(peek);
        if likeness > best.map_or(Likeness::No, |(best, _)| best) {
            best = Some((likeness, *source));
        }
    }
    best.map(|(_, source)| source)
}

/// The source named `name` on its card.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Source> {
    SOURCES
        .iter()
        .copied()
        .find(|source| source.card().name == name)
}
