//! The archive: one zip that needs nothing. A site that opens from the disk and can be put on any web server, Markdown that static
//! site generators take as it is, a JSON Feed, the pictures once, checksums, and records that [`crate::sources::archive`] reads.
//!
//! What is private stands in a zip inside, encrypted with AES-256 around a zip of its own, so that not even names show.
//!
//! * [`container`]: files and checksums; [`locked`]: the private part
//! * [`site`]: the pages; [`body`]: foreign HTML on them; [`colours`]: its colours; [`words`], [`dates`]: what we say ourselves
//! * [`markdown`], [`front_matter`], [`generators`]: the folder for generators
//! * [`feeds`], [`search`]: what programs read; [`import_files`]: what WordPress's importer reads
//! * [`address`]: names of the archive as addresses

mod address;
mod body;
mod colours;
mod container;
mod dates;
mod feeds;
mod front_matter;
mod generators;
mod import_files;
pub mod locked;
mod markdown;
mod search;
mod site;
mod words;

use blog::{
    Secret,
    doors::archiving::{About, Archive, KeptPicture, Line, MEDIA_FOLDER, Page, Part, RECORDS},
};
use container::Container;
pub use import_files::NOWHERE;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// Records of one file. A reader holds two of these files at a time.
const RECORDS_BYTES: usize = 4 << 20;

/// What the owner reads first.
const README: &str = include_str!("../../../templates/archive/README.txt");

/// An archive being written.
pub struct ZipArchive {
    open: Container<File>,
    passphrase: Option<Secret>,
    private: Option<Container<File>>,
    part: Part,
    site: site::Site,
    text: generators::Folder,
    feed: feeds::Feed,
    index: search::Index,
    import: import_files::ImportFiles,
    records: Vec<u8>,
    record_files: usize,
}

impl ZipArchive {
    /// Begins an archive in `file`. Without a passphrase it has no private part. `home` is the address of the WordPress that its
    /// import files are for, where it is known.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn create(file: File, passphrase: Option<Secret>, home: Option<&str>) -> io::Result<Self> {
        let about = About::default();
        Ok(Self {
            open: Container::new(file),
            passphrase,
            private: None,
            part: Part::Open,
            site: site::Site::new(Part::Open, &about),
            text: generators::Folder::new(Part::Open, &about),
            feed: feeds::Feed::new(Part::Open, &about)?,
            index: search::Index::new()?,
            import: import_files::ImportFiles::new(home),
            records: Vec::new(),
            record_files: 0,
        })
    }

    /// Ends the archive: the private part is locked, the checksums are written.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<File> {
        if let (Some(private), Some(passphrase)) = (self.private, &self.passphrase) {
            let plain = private.finish()?;
            let mut locked = locked::lock(plain, passphrase)?;
            self.open.copy(locked::LOCKED, &mut locked)?;
        }
        self.open.text("README.txt", README)?;
        self.open.finish()
    }

    fn to(&mut self) -> &mut Container<File> {
        self.private.as_mut().unwrap_or(&mut self.open)
    }

    fn flush_records(&mut self) -> io::Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        self.record_files += 1;
        let name = records_file(self.part, self.record_files);
        let records = std::mem::take(&mut self.records);
        self.to().bytes(&name, &records)
    }
}

/// The name of the file with the records of a part, from 1.
pub(crate) fn records_file(part: Part, number: usize) -> String {
    let (stem, ending) = RECORDS.rsplit_once('.').unwrap_or((RECORDS, ""));
    format!("{}{stem}-{number:05}.{ending}", part.prefix())
}

impl Archive for ZipArchive {
    fn begin(&mut self, part: Part, about: &About) -> io::Result<()> {
        if part == Part::Private {
            self.private = Some(Container::new(tempfile::tempfile()?));
        }
        self.part = part;
        self.site = site::Site::new(part, about);
        self.text = generators::Folder::new(part, about);
        self.feed = feeds::Feed::new(part, about)?;
        self.index = search::Index::new()?;
        self.record_files = 0;
        self.import.begin(part, about)
    }

    fn picture(&mut self, picture: &KeptPicture) -> io::Result<()> {
        let name = format!("{}{MEDIA_FOLDER}{}", self.part.prefix(), picture.name);
        let mut bytes = File::open(&picture.file)?;
        self.to().copy(&name, &mut bytes)?;
        self.import.picture(picture)
    }

    fn page(&mut self, page: &Page) -> io::Result<()> {
        let (name, html) = self.site.page(page)?;
        self.to().text(&name, &html)?;
        let (name, markdown) = self.text.page(page);
        self.to().text(&name, &markdown)?;
        self.feed.page(page)?;
        self.import.page(page)?;
        self.index.page(page)
    }

    fn file(&mut self, path: &str, bytes: &mut dyn Read) -> io::Result<()> {
        let name = format!("{}{path}", self.part.prefix());
        self.site.has_file(path);
        self.to().copy(&name, bytes)
    }

    fn record(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.records, line)?;
        self.records.push(b'\n');
        if self.records.len() >= RECORDS_BYTES {
            self.flush_records()?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.flush_records()?;
        let part = self.part;
        for (name, text) in self.site.gather()? {
            self.to().text(&name, &text)?;
        }
        for (name, text) in self.text.gather()? {
            self.to().text(&name, &text)?;
        }
        let (atom, mut json) = self.feed.end()?;
        if part == Part::Open {
            self.to().text("feed.xml", &atom)?;
        }
        let prefix = part.prefix();
        self.to().copy(&format!("{prefix}feed.json"), &mut json)?;
        let import = self.import.end()?;
        if !import.is_empty() {
            let readme = self.import.readme();
            self.to()
                .text(&format!("{prefix}wordpress/README.txt"), &readme)?;
        }
        for (name, mut file) in import {
            self.to().copy(&format!("{prefix}{name}"), &mut file)?;
        }
        let mut index = self.index.end()?;
        self.to()
            .copy(&format!("{prefix}assets/search-index.js"), &mut index)
    }
}

/// Where an archive is written before it is whole, beside its place.
#[must_use]
pub fn unfinished(place: &Path) -> std::path::PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
