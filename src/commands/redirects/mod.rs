//! `rehome redirects`: the index of old addresses, from ledgers to answers.

mod blog;
mod carry;
mod check;
mod serve;
mod write;

use crate::{cli::RedirectsCommand, explain::WrongUse, status::Status};
use redirects::{Closure, Index, Know, Known, Standing};
use std::path::Path;

pub(super) use serve::run as serve;

pub(super) fn run(command: RedirectsCommand, quiet: bool, json: bool) -> anyhow::Result<Status> {
    match command {
        RedirectsCommand::Build {
            to,
            standing,
            bundles,
        } => write::build(&to, &bundles, &standing, json),
        RedirectsCommand::Publish {
            dir,
            standing,
            bundle,
        } => write::publish(&dir, &bundle, &standing),
        RedirectsCommand::Lookup { dir, url } => lookup(&dir, &url, json),
        RedirectsCommand::Stats { dir } => stats(&dir, json),
        RedirectsCommand::Check {
            dir,
            server,
            sample,
        } => check::run(&dir, &server, sample),
        RedirectsCommand::Send { dir, place } => carry::send(&dir, &place),
        RedirectsCommand::Receive { dir, place, every } => carry::receive(&dir, &place, every),
        RedirectsCommand::Serve(args) => serve::run(&args, quiet, json),
        RedirectsCommand::Export { dir, format, to } => write::export(&dir, format, to.as_deref()),
    }
}

/// Host, and path with query, of an address.
fn request(address: &str) -> Option<(&str, String)> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let slash = if path.starts_with('/') { "" } else { "/" };
    (!host.is_empty()).then(|| (host, format!("{slash}{path}")))
}

fn lookup(folder: &Path, address: &str, json: bool) -> anyhow::Result<Status> {
    let index = Index::open_still(folder)?;
    let (host, path) = request(address).ok_or_else(|| WrongUse {
        what: format!("{address} is no web address"),
        next: "give the whole old address, as a link has it.",
        status: Status::WrongInput,
    })?;
    let known = index.know(host, &path)?;
    let (word, target) = words(&known);
    if json {
        let position = index.position();
        println!(
            "{}",
            serde_json::json!({ "address": address, "answer": word, "target": target, "generation": position.generation, "change": position.change })
        );
    } else {
        println!("{word}");
        if let Some(target) = target {
            println!("{target}");
        }
    }
    Ok(match known {
        Known::Moved(_) | Known::Gone { .. } => Status::Complete,
        _ => Status::Incomplete,
    })
}

/// What is known, for people, and the address that belongs to it.
fn words(known: &Known) -> (&'static str, Option<&str>) {
    match known {
        Known::Moved(moved) => {
            let word = match (moved.standing, moved.feed) {
                (Standing::Final, true) => "a feed, moved for good",
                (Standing::Final, false) => "moved for good",
                (Standing::Undoable, true) => "a feed, moved; the move may still be undone",
                (Standing::Undoable, false) => "moved; the move may still be undone",
            };
            (word, Some(&moved.target))
        }
        Known::Gone { what, .. } => match what {
            Closure::Blog => ("gone: the blog was deleted", None),
            Closure::Item => ("gone: it was deleted", None),
        },
        Known::Waiting => ("its blog has not moved yet", None),
        Known::Closed => (
            "its platform closed, and its blog is not in the index",
            None,
        ),
        Known::Unknown { nearest } => (
            "its blog moved, and has nothing at this address; nearest is",
            nearest.as_deref(),
        ),
        Known::Foreign => ("no address of a blog in the index", None),
    }
}

fn stats(folder: &Path, json: bool) -> anyhow::Result<Status> {
    let index = Index::open_still(folder)?;
    let (stats, position) = (index.stats()?, index.position());
    let each = stats.bytes as f64 / stats.addresses.max(1) as f64;
    if json {
        println!(
            "{}",
            serde_json::json!({
                "generation": position.generation, "change": position.change,
                "moved": stats.moved, "undoable": stats.undoable, "waiting": stats.waiting, "gone": stats.gone,
                "addresses": stats.addresses, "with_target": stats.with_target, "bytes": stats.bytes,
            })
        );
    } else {
        println!("{position}");
        println!(
            "  blogs        {:>12} moved ({} may still be undone), {} waiting, {} deleted",
            stats.moved, stats.undoable, stats.waiting, stats.gone
        );
        println!(
            "  addresses    {:>12}, {} with a new address of their own",
            stats.addresses, stats.with_target
        );
        println!("  bytes        {:>12}, {each:.1} an address", stats.bytes);
    }
    Ok(Status::Complete)
}
