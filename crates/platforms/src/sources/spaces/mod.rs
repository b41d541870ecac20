//! Source `spaces`: Windows Live Spaces (MSN Spaces), living or saved.
//!
//! One model for all forms. `page` and `comments` read any dated markup (the markups are data in `markups`); `emit`
//! turns what they say into items; `living` walks a living host, `saved` a zip or folder, `keyed` the interface that a key
//! opens. What is absent: connecting and opening files ([`Input`] does), repairing bodies (`blog::tidy` does).

mod album_pages;
mod albums;
mod category_feeds;
mod comment_pages;
mod comments;
mod dating;
mod drafts;
mod emit;
mod grant;
mod guestbook;
mod host;
mod keyed;
mod keys;
mod lists;
mod living;
mod markups;
mod names;
mod options;
mod page;
mod page_links;
mod pictures;
mod saved;
mod text;

use blog::{
    Kind,
    address::spaces::{self, What},
    doors::{Input, InputForm, Intake, Likeness, OptionCard, Peek, ReadError, Source, SourceCard},
};

/// See the card.
pub struct LiveSpaces;

/// The settings.
const OPTIONS: &[OptionCard] = &[
    OptionCard {
        name: "market",
        help: "Market whose date format the pages use, such as en-gb; overrules what the pages say.",
        secret: false,
    },
    OptionCard {
        name: "time-zone",
        help: "Time zone of the dates on the pages, such as Europe/Berlin or +08:00.",
        secret: false,
    },
    OptionCard {
        name: "audience",
        help: "Who could see the Space (everyone, members, friends, named, owner), where its pages do not say it.",
        secret: false,
    },
    OptionCard {
        name: "site",
        help: "Name of the Space to read, where a web archive holds pages of several.",
        secret: false,
    },
    OptionCard {
        name: "authkey",
        help: "Key of the grant that the migration page gave; opens a private Space and its drafts.",
        secret: true,
    },
    OptionCard {
        name: "space-user",
        help: "Name of the Space, as editors sign in with; with the secret word it fetches drafts.",
        secret: false,
    },
    OptionCard {
        name: "secret-word",
        help: "Secret word of e-mail publishing, the password of editors; fetches drafts.",
        secret: true,
    },
];

impl Source for LiveSpaces {
    fn card(&self) -> SourceCard {
        SourceCard {
            name: "spaces",
            title: "Windows Live Spaces",
            reads: &[
                "a Space's address (name.spaces.live.com, cid-….spaces.live.com, spaces.msn.com/name)",
                "the download of 2010 (space.zip)",
                "a folder or zip of saved pages of a Space",
                "one saved page",
                "a web archive of a Space (WARC, WACZ, or a folder of WARC files)",
            ],
            delivers: &[
                Kind::Post,
                Kind::Comment,
                Kind::Trackback,
                Kind::Media,
                Kind::Album,
                Kind::List,
                Kind::Guestbook,
                Kind::Category,
            ],
            options: OPTIONS,
        }
    }

    fn recognise(&self, peek: &Peek<'_>) -> Likeness {
        match peek.form {
            InputForm::Address => match spaces::parse(peek.label) {
                Some(address) if address.space.is_some() && address.what != What::Picture => {
                    Likeness::Surely
                }
                _ => Likeness::No,
            },
            InputForm::File => {
                // The export of a blog that moved in 2010 has the Space's words in it, and is no page of it.
                let is_export = memchr::memmem::find(peek.head, b"wordpress.org/export/").is_some();
                if saved::looks_like_a_space(peek.head) && !is_export {
                    Likeness::Surely
                } else {
                    Likeness::No
                }
            }
            InputForm::Folder | InputForm::Zip => by_names(peek),
        }
    }

    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        let key = input.secret("authkey").cloned();
        let mut intake = keys::Keyless::new(intake, key.as_ref());
        match input.form() {
            InputForm::Address => living::read(input, &mut intake),
            InputForm::File | InputForm::Folder | InputForm::Zip => saved::read(input, &mut intake),
        }
    }
}

/// A folder or zip is judged by its names: handles in them are certain, pages beside `img/` likely.
fn by_names(peek: &Peek<'_>) -> Likeness {
    let mut lower = peek.names.iter().map(|name| name.to_ascii_lowercase());
    let label = peek.label.to_ascii_lowercase();
    if lower.clone().any(|name| {
        name.contains("cns!") || name.contains("cns%21") || name.contains("spaces.live.com")
    }) || label.ends_with("space.zip")
        || saved::looks_like_a_space(peek.head)
    {
        return Likeness::Surely;
    }
    let has_pages = lower.any(|name| name.ends_with(".html") || name.ends_with(".htm"));
    if has_pages {
        Likeness::Perhaps
    } else {
        Likeness::No
    }
}

#[cfg(test)]
mod tests;
