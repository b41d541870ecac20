//! `rehome sources` and `rehome destinations`: the cards.

use crate::status::Status;
use platforms::{destinations, sources};
use std::io::Write;

pub(super) fn sources(json: bool) -> anyhow::Result<Status> {
    let cards: Vec<_> = sources::SOURCES
        .iter()
        .map(|source| source.card())
        .collect();
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &cards)?;
        writeln!(out)?;
        return Ok(Status::Complete);
    }
    for card in cards {
        writeln!(out, "{} — {}", card.name, card.title)?;
        for form in card.reads {
            writeln!(out, "  reads {form}")?;
        }
        let kinds: Vec<&str> = card.delivers.iter().map(|kind| kind.as_str()).collect();
        writeln!(out, "  delivers {}", kinds.join(", "))?;
        for option in card.options {
            let way = if option.secret {
                format!("--secret-file {}=FILE", option.name)
            } else {
                format!("--set {}=VALUE", option.name)
            };
            writeln!(out, "  {way:<34} {}", option.help)?;
        }
        writeln!(out)?;
    }
    Ok(Status::Complete)
}

pub(super) fn destinations(json: bool) -> anyhow::Result<Status> {
    let cards = destinations::cards();
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &cards)?;
        writeln!(out)?;
        return Ok(Status::Complete);
    }
    for card in cards {
        writeln!(out, "{} — {}", card.name, card.title)?;
        writeln!(out, "  {}", card.needs)?;
        let kinds: Vec<&str> = card.carries.iter().map(|kind| kind.as_str()).collect();
        writeln!(out, "  carries {}", kinds.join(", "))?;
        for limit in card.limits {
            writeln!(out, "  but {limit}")?;
        }
    }
    Ok(Status::Complete)
}
