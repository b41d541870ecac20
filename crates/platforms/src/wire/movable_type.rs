//! The Movable Type import format, as Typepad wrote it until 2025.
//!
//! An export is a row of entries. An entry is a head of `KEY: value` lines and sections (`BODY:`, `COMMENT:` …), each ended by
//! five dashes, the entry by eight. Nothing is escaped, so people's own dashes stand in bodies as well: a line of dashes ends
//! something only when what follows it looks like a beginning. The text streams through one buffer; entries and sections are
//! borrowed from it.

use super::dates::LONGEST_DATE_BYTES;
use jiff::civil::DateTime;
use std::io::{self, Read};

/// The longest entry that is read whole. Real ones stay below 1 MiB, those with pasted pictures below this; what is longer
/// comes in pieces, so that memory stays bounded whatever the file is.
pub const ENTRY_BYTES: usize = 32 << 20;
/// Above this an entry may be as long as any.
const LONG_BYTES: usize = 1 << 20;
/// How far behind eight dashes a head is looked for.
const HEAD_BYTES: usize = 16 * 1024;
/// What is read from the file at once.
const READ_BYTES: usize = 1 << 20;
/// Lines in a head that are no `KEY: value`, such as the rest of a title with a line break in it.
const ODD_HEAD_LINES: usize = 5;

/// The keys of a head.
const KEYS: [&str; 17] = [
    "AUTHOR",
    "AUTHOR EMAIL",
    "AUTHOR URL",
    "TITLE",
    "STATUS",
    "ALLOW COMMENTS",
    "CONVERT BREAKS",
    "ALLOW PINGS",
    "BASENAME",
    "PRIMARY CATEGORY",
    "CATEGORY",
    "TAGS",
    "KEYWORDS",
    "UNIQUE URL",
    "DATE",
    "NO ENTRY",
    "IMAGE",
];
/// The keys of a comment or ping.
const COMMENT_KEYS: [&str; 7] = ["AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME"];

/// Cuts an export into entries.
pub struct Splitter<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where the current entry begins in `buffer`, and where what was read ends.
    start: usize,
    end: usize,
    ended: bool,
    offset: u64,
    line: u64,
    continues: bool,
}

/// One entry, or a piece of one that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a> {
    /// The bytes, without the closing eight dashes.
    pub bytes: &'a [u8],
    /// Bytes of the file that this accounts for: all spans together are the file.
    pub span: u64,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    /// Whether it is the rest of an entry that was too long.
    pub continues: bool,
    /// Whether its end is missing: the entry is too long, or the file ends without eight dashes.
    pub open: bool,
}

impl<R: Read> Splitter<R> {
    /// Reads from `reader`.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; 2 * READ_BYTES],
            start: 0,
            end: 0,
            ended: false,
            offset: 0,
            line: 1,
            continues: false,
        }
    }

    /// The first bytes of the file, at most 1 MiB, without consuming them.
    ///
    /// # Errors
    /// When reading fails.
    pub fn head(&mut self) -> io::Result<&[u8]> {
        while !self.ended && self.end - self.start < READ_BYTES {
            self.fill()?;
        }
        Ok(&self.buffer[self.start..self.end.min(self.start + READ_BYTES)])
    }

    /// The next entry.
    ///
    /// # Errors
    /// When reading fails; what was read until then was delivered.
    pub fn next_entry(&mut self) -> io::Result<Option<Raw<'_>>> {
        let mut scanned = 0;
        loop {
            match find_end(&self.buffer[self.start..self.end], scanned, self.ended) {
                End::At { content, span } => return Ok(Some(self.take(content, span, false))),
                End::Unknown { scanned: so_far } => scanned = so_far,
            }
            let have = self.end - self.start;
            if self.ended {
                return Ok((have > 0).then(|| self.take(have, have, true)));
            }
            if have >= ENTRY_BYTES + HEAD_BYTES {
                return Ok(Some(self.take(ENTRY_BYTES, ENTRY_BYTES, true)));
            }
            self.fill()?;
        }
    }

    fn take(&mut self, content: usize, span: usize, open: bool) -> Raw<'_> {
        let bytes = &self.buffer[self.start..self.start + span];
        let raw = Raw {
            bytes: &bytes[..content],
            span: span as u64,
            offset: self.offset,
            line: self.line,
            continues: self.continues,
            open,
        };
        self.start += span;
        self.offset += span as u64;
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        self.continues = open;
        raw
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.buffer.len() - self.end < READ_BYTES {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.buffer.len() - self.end < READ_BYTES {
                // Room for the longest entry at once: a buffer that doubles leaves as much behind as it holds.
                let longest = ENTRY_BYTES + HEAD_BYTES + 4 * READ_BYTES;
                if self.end > LONG_BYTES && self.buffer.capacity() < longest {
                    self.buffer.reserve_exact(longest - self.buffer.len());
                }
                self.buffer.resize(self.end + READ_BYTES, 0);
            }
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

enum End {
    /// The entry's own bytes, and those with the dashes.
    At { content: usize, span: usize },
    /// Not in sight; no need to look before `scanned` again.
    Unknown { scanned: usize },
}

fn find_end(bytes: &[u8], scanned: usize, ended: bool) -> End {
    let finder = memchr::memmem::Finder::new(b"-------");
    let mut from = scanned;
    while let Some(found) = finder.find(&bytes[from..]) {
        let at = from + found;
        let dashes = bytes[at..].iter().take_while(|byte| **byte == b'-').count();
        let known = ended || bytes.len() - at > HEAD_BYTES + dashes;
        if !known {
            return End::Unknown { scanned: at };
        }
        from = at + dashes;
        let begins_line = at == 0 || bytes[at - 1] == b'\n';
        if !(7..=12).contains(&dashes) || !begins_line {
            continue;
        }
        // Too few or too many dashes, as programs wrote that meant well, count only between two perfect entries.
        let behind_section = after_section(&bytes[..at]);
        if dashes != 8 && !behind_section {
            continue;
        }
        let rest = &bytes[from..];
        let line_end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        if rest[..line_end].iter().all(u8::is_ascii_whitespace)
            && begins_entry(&rest[line_end..], ended, behind_section && dashes == 8)
        {
            return End::At {
                content: at,
                span: from + line_end,
            };
        }
    }
    // Dashes may be cut by the end of what was read; the line's beginning stands before them.
    End::Unknown {
        scanned: from.max(bytes.len().saturating_sub(8)),
    }
}

/// Whether the last line with something on it is five dashes.
fn after_section(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    before.ends_with(b"-----") && (before.len() == 5 || before[before.len() - 6] == b'\n')
}

/// Whether what follows eight dashes is another entry or nothing. Behind a closed section a head may have odd lines in it;
/// inside a section it must be a perfect one, because people quote.
fn begins_entry(rest: &[u8], ended: bool, after_section: bool) -> bool {
    let whole = ended && rest.len() <= HEAD_BYTES;
    let rest = &rest[..rest.len().min(HEAD_BYTES)];
    let (mut known, mut odd, mut named, mut dated, mut closed, mut first) =
        (0, 0, false, false, false, true);
    for line in rest.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if line == b"-----" {
            closed = true;
            break;
        }
        match std::str::from_utf8(line)
            .ok()
            .and_then(|line| key_value(line, &KEYS))
        {
            Some((key, _)) => {
                known += 1;
                named |= key == "AUTHOR" || key == "TITLE";
                dated |= key == "DATE";
            }
            // The file is cut in the middle of the first key.
            None if first
                && whole
                && after_section
                && KEYS.iter().any(|key| key.as_bytes().starts_with(line)) =>
            {
                return true;
            }
            None if first => return false,
            // A line in another encoding still shows its key.
            None if line.contains(&b':')
                && KEYS.iter().any(|key| line.starts_with(key.as_bytes())) =>
            {
                known += 1
            }
            None => odd += 1,
        }
        first = false;
        if odd > ODD_HEAD_LINES {
            return false;
        }
    }
    if first {
        return whole && !closed;
    }
    let cut = whole && !closed;
    if after_section {
        known >= 2 || cut
    } else {
        odd == 0 && named && (known >= 3 && dated && closed)
    }
}

/// An entry, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// `KEY: value`, in order, values trimmed.
    pub fields: Vec<(&'a str, &'a str)>,
    /// Lines of the head that are no `KEY: value`.
    pub odd_lines: usize,
    /// Bytes behind the head that stand in no section.
    pub unclaimed: usize,
    /// `BODY`, `EXTENDED BODY`, `EXCERPT`, `KEYWORDS`, `TAGS`, `COMMENT`, `PING`.
    pub sections: Vec<Section<'a>>,
}

/// One section of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section<'a> {
    /// Name without the colon.
    pub name: &'a str,
    /// Text, without the line break that ends it.
    pub text: &'a str,
    /// Whether five dashes close it.
    pub closed: bool,
}

/// A comment or ping, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comment<'a> {
    /// `KEY: value`, values trimmed.
    pub fields: Vec<(&'a str, &'a str)>,
    /// What was said.
    pub text: &'a str,
}

impl<'a> Entry<'a> {
    /// Takes an entry apart.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let mut entry = Self::default();
        let mut at = entry.read_head(text);
        while let Some((section, next)) = section(text, at, &mut entry.unclaimed) {
            entry.sections.push(section);
            at = next;
        }
        entry
    }

    /// The first value of `key`, where it has one.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'a str> {
        field(&self.fields, key)
    }

    /// Every value of `key`.
    pub fn fields_of(&self, key: &'static str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(found, value)| *found == key && !value.is_empty())
            .map(|(_, value)| *value)
    }

    /// Whether it has a second body: another entry, when the row of dashes that should part them is missing.
    #[must_use]
    pub fn holds_another(&self) -> bool {
        let bodies = self
            .sections
            .iter()
            .filter(|section| section.name == "BODY");
        bodies.count() > 1
    }

    /// The text of the section `name`; empty where there is none.
    #[must_use]
    pub fn section(&self, name: &str) -> &'a str {
        self.sections
            .iter()
            .find(|section| section.name == name)
            .map_or("", |section| section.text)
    }

    /// Reads up to the first section; answers where that begins.
    fn read_head(&mut self, text: &'a str) -> usize {
        let mut at = 0;
        while at < text.len() {
            let (line, next) = line_at(text, at);
            if is_dashes(line) {
                return next;
            }
            // A head that was never closed, as in exports made by hand.
            if matches!(line.trim_end(), "BODY:" | "EXTENDED BODY:") {
                return at;
            }
            match key_value(line, &KEYS) {
                Some(field) => self.fields.push(field),
                None if line.trim().is_empty() => {}
                None => self.odd_lines += 1,
            }
            at = next;
        }
        at
    }
}

impl<'a> Comment<'a> {
    /// Takes the text of a `COMMENT` or `PING` section apart. Each key counts once, so that a text which begins with `URL:`
    /// stays a text.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let mut comment = Self::default();
        let mut at = 0;
        while at < text.len() {
            let (line, next) = line_at(text, at);
            match key_value(line, &COMMENT_KEYS) {
                Some((key, value)) if !comment.fields.iter().any(|(seen, _)| *seen == key) => {
                    comment.fields.push((key, value))
                }
                _ => break,
            }
            at = next;
        }
        comment.text = &text[at..];
        comment
    }

    /// The value of `key`, where it has one.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&'a str> {
        field(&self.fields, key)
    }
}

/// `05/30/2025 03:51:19 AM`, or without AM and PM, or without seconds. Nobody says in which zone.
#[must_use]
pub fn date(text: &str) -> Option<DateTime> {
    if text.len() > LONGEST_DATE_BYTES {
        return None;
    }
    let mut words = text.split_ascii_whitespace();
    let mut day = words.next()?.splitn(3, '/');
    let (month, date, year_text) = (day.next()?, day.next()?, day.next()?);
    let (month, date, year): (i8, i8, i16) = (
        month.parse().ok()?,
        date.parse().ok()?,
        year_text.parse().ok()?,
    );
    let mut clock = words
        .next()
        .unwrap_or("0:0:0")
        .splitn(3, ':')
        .map(str::parse::<i8>);
    let hour = clock.next()?.ok()?;
    let minute = clock.next().unwrap_or(Ok(0)).ok()?;
    let second = clock.next().unwrap_or(Ok(0)).ok()?;
    let hour = match words.next().map(str::to_ascii_uppercase).as_deref() {
        Some("PM") if hour < 12 => hour + 12,
        Some("AM") if hour == 12 => 0,
        Some("AM" | "PM") | None => hour,
        Some(_) => return None,
    };
    // Two-digit years were written around the turn of the century.
    let year = match (year, year_text.len()) {
        (0..=69, 2) => year + 2000,
        (70..=99, 2) => year + 1900,
        _ => year,
    };
    DateTime::new(year, month, date, hour, minute, second, 0).ok()
}

/// The section that begins at `at`, and where the next begins.
fn section<'a>(text: &'a str, at: usize, unclaimed: &mut usize) -> Option<(Section<'a>, usize)> {
    let mut at = at;
    let name = loop {
        if at >= text.len() {
            return None;
        }
        let (line, next) = line_at(text, at);
        if let Some(name) = section_name(line) {
            // What follows the name on its line is text too.
            at += name.len() + 1;
            at += text[at..].len() - text[at..].trim_start_matches([' ', '\t', '\r']).len();
            if text[at..].starts_with('\n') {
                at = next;
            }
            break name;
        }
        if !is_dashes(line) && !line.trim_end().bytes().all(|byte| byte == b'-') {
            *unclaimed += line.trim().len();
        }
        at = next;
    };
    // The dashes may stand at once behind the name.
    let bytes = text.as_bytes();
    let mut from = at.saturating_sub(1);
    while let Some(found) = memchr::memmem::find(&bytes[from..], b"\n-----") {
        let dashes = from + found + 1;
        let (line, next) = line_at(text, dashes);
        if is_dashes(line) && begins_section(text, next) {
            let content = &text[at..dashes.max(at)];
            let content = content.strip_suffix('\n').unwrap_or(content);
            let content = content.strip_suffix('\r').unwrap_or(content);
            return Some((
                Section {
                    name,
                    text: content,
                    closed: true,
                },
                next,
            ));
        }
        from = dashes;
    }
    Some((
        Section {
            name,
            text: &text[at..],
            closed: false,
        },
        text.len(),
    ))
}

/// Whether a section, or nothing, begins here.
fn begins_section(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start();
    // Dashes alone at the very end are an entry's end that is cut.
    if rest.len() <= 10 && rest.trim_end().bytes().all(|byte| byte == b'-') {
        return true;
    }
    let (line, next) = line_at(text, text.len() - rest.len());
    match section_name(line) {
        Some("COMMENT" | "PING") => {
            key_value(line_at(text, next).0, &COMMENT_KEYS).is_some() || next >= text.len()
        }
        Some("KEYWORDS" | "TAGS") => true,
        Some(_) => line.trim_end().ends_with(':'),
        None => false,
    }
}

fn section_name(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    matches!(
        name,
        "BODY" | "EXTENDED BODY" | "EXCERPT" | "KEYWORDS" | "TAGS" | "COMMENT" | "PING"
    )
    .then_some(name)
}

/// The line that begins at `at`, without its end, and where the next begins.
fn line_at(text: &str, at: usize) -> (&str, usize) {
    match memchr::memchr(b'\n', &text.as_bytes()[at..]) {
        Some(end) => (&text[at..at + end], at + end + 1),
        None => (&text[at..], text.len()),
    }
}

fn is_dashes(line: &str) -> bool {
    line.trim_end() == "-----"
}

fn key_value<'a>(line: &'a str, keys: &[&'static str]) -> Option<(&'a str, &'a str)> {
    let (key, value) = line.trim_start_matches('\u{FEFF}').split_once(':')?;
    keys.contains(&key).then(|| (key, value.trim()))
}

fn field<'a>(fields: &[(&'a str, &'a str)], key: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(found, value)| *found == key && !value.is_empty())
        .map(|(_, value)| *value)
}

#[cfg(test)]
#[path = "movable_type_tests.rs"]
mod tests;
