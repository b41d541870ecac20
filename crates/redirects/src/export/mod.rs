//! Rules for those who would rather use their own server: exact addresses, escaped for whoever reads them.
//!
//! Every format says the same: 301 or 302 to the new address, 410 for what was deleted (where the format can say that). Forms that
//! only this program understands are not in them: [`LEFT_OUT`].

mod apache;
mod caddy;
mod nginx;
mod redirection;
mod tables;

use crate::{Index, IndexError, index::Rule, known::Known};
use percent_encoding::percent_decode_str;
use std::{
    collections::{BTreeMap, HashSet},
    io::{self, Write},
};

/// What no rules of exact addresses can hold, for whoever uses them instead of `rehome redirects serve`.
///
/// The page of a category is the front page with a query, whose parts stood in any order and any case; the page of a photo was named
/// together with each album that it was ever in, and a photo without an album had none. An index keeps one key for all of these, from
/// which no list of addresses can be told.
pub const LEFT_OUT: &str = "Not in the rules, as their old addresses have too many forms to list: category pages and their feeds (a query, or \
     a name in any case), single photos (named with each album they were in), addresses with build folders or a second name of the owner. \
     `rehome redirects serve` answers them all.";

/// Whose rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// nginx: maps and a server, to be included at the level of `http`.
    Nginx,
    /// Apache with `mod_rewrite`: a virtual host for each host.
    Apache,
    /// Caddy: a site for each host.
    Caddy,
    /// HAProxy: a map file; its head says how it is used.
    Haproxy,
    /// Netlify: a `_redirects` file.
    Netlify,
    /// Cloudflare: a list for bulk redirects.
    CloudflareCsv,
    /// The WordPress plugin Redirection: its JSON. It knows paths only, so a file serves one host.
    RedirectionJson,
    /// Old address, new address, status.
    Csv,
}

/// Why rules could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The index could not be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// They could not be written.
    #[error("could not write the rules: {0}")]
    Write(#[from] io::Error),
}

/// One rule, as a format sees it.
struct Line {
    host: String,
    /// Escaped, as a browser sends it.
    path: String,
    status: u16,
    /// Empty where it was deleted.
    target: String,
}

impl Line {
    /// The path as servers compare it: escapes decoded.
    fn decoded_path(&self) -> Vec<u8> {
        percent_decode_str(&self.path).collect()
    }
}

/// Writes the rules of a whole index; answers how many there are.
///
/// # Errors
/// When the index cannot be read or is damaged, or the rules cannot be written.
pub fn write(index: &Index, format: Format, out: &mut dyn Write) -> Result<u64, ExportError> {
    match format {
        Format::Nginx => whole(index, out, nginx::write),
        Format::Apache => whole(index, out, apache::write),
        Format::Caddy => whole(index, out, caddy::write),
        Format::RedirectionJson => whole(index, out, redirection::write),
        Format::Haproxy => each(index, out, tables::HAPROXY),
        Format::Netlify => each(index, out, tables::NETLIFY),
        Format::CloudflareCsv => each(index, out, tables::CLOUDFLARE),
        Format::Csv => each(index, out, tables::CSV),
    }
}

/// The lines of each host, in order.
type Hosts = BTreeMap<String, Vec<Line>>;

/// A format that gathers the rules of a host.
fn whole(
    index: &Index,
    out: &mut dyn Write,
    write: fn(&Hosts, &mut dyn Write) -> io::Result<()>,
) -> Result<u64, ExportError> {
    let mut hosts = Hosts::new();
    let mut count = 0;
    each_line(index, |line| {
        count += 1;
        hosts.entry(line.host.clone()).or_default().push(line);
        Ok(())
    })?;
    write(&hosts, out)?;
    Ok(count)
}

/// A format of lines, each for itself.
struct Table {
    head: &'static str,
    /// Answers whether the format can say it.
    line: fn(&Line, &mut dyn Write) -> io::Result<bool>,
}

fn each(index: &Index, out: &mut dyn Write, table: Table) -> Result<u64, ExportError> {
    out.write_all(table.head.as_bytes())?;
    let mut count = 0;
    each_line(index, |line| {
        count += u64::from((table.line)(&line, out)?);
        Ok(())
    })?;
    Ok(count)
}

fn each_line(
    index: &Index,
    mut work: impl FnMut(Line) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let mut seen: HashSet<u128> = HashSet::new();
    index.each_rule(|rule| {
        // Some pages of two blogs of one host have one address; the first one holds, as in the index.
        let hash = blake3::hash(format!("{}{}", rule.host, rule.path).as_bytes());
        let (short, _) = hash
            .as_bytes()
            .split_first_chunk()
            .unwrap_or((&[0; 16], &[]));
        if !seen.insert(u128::from_le_bytes(*short)) {
            return Ok(());
        }
        line(rule).map_or(Ok(()), &mut work)
    })
}

fn line(rule: Rule) -> Option<Line> {
    let (status, target) = match rule.known {
        Known::Moved(moved) => (moved.standing.status(true).as_u16(), moved.target),
        Known::Gone { .. } => (410, String::new()),
        _ => return None,
    };
    Some(Line {
        host: rule.host,
        path: rule.path,
        status,
        target,
    })
}
