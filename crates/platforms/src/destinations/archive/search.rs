//! The index that search works with from a disk: a script that sets one variable, as pages from a disk may load nothing else.

use blog::{
    body::plain_text,
    doors::archiving::{Page, Part},
};
use serde_json::json;
use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
};

/// Characters of a page that are searched. The longest post of the sample blogs has a third of it.
const CHARACTERS: usize = 50_000;

/// The index of one part, while its pages pass.
pub(super) struct Index {
    file: BufWriter<File>,
    first: bool,
}

impl Index {
    pub(super) fn new() -> io::Result<Self> {
        let mut file = BufWriter::new(tempfile::tempfile()?);
        file.write_all(b"window.searchIndex = [")?;
        Ok(Self { file, first: true })
    }

    /// A row: the address from the search page, title, day, text.
    pub(super) fn page(&mut self, page: &Page) -> io::Result<()> {
        let mut text = plain_text(&page.html);
        for more in page
            .photos
            .iter()
            .map(|photo| &photo.caption)
            .chain(page.comments.iter().map(|said| &said.html))
        {
            text.push(' ');
            text.push_str(&plain_text(more));
        }
        let text: String = text.chars().take(CHARACTERS).collect();
        let path = page
            .path
            .strip_prefix(Part::Private.prefix())
            .unwrap_or(&page.path);
        let day = page.date.as_ref().map(|date| date.date().to_string());
        let row = json!([format!("{path}.html"), page.title, day, text.trim()]);
        let separator: &[u8] = if self.first { b"\n" } else { b",\n" };
        self.first = false;
        self.file.write_all(separator)?;
        self.file.write_all(script(&row.to_string()).as_bytes())
    }

    /// The whole, at its beginning.
    pub(super) fn end(&mut self) -> io::Result<File> {
        self.file.write_all(b"\n];\n")?;
        self.file.flush()?;
        let mut file = self.file.get_ref().try_clone()?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// JSON as a script takes it.
fn script(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
