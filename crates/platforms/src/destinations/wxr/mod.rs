//! Destination `wxr`: files that the importer of any WordPress takes, for homes where no plugin may be installed.
//!
//! What is placed is kept in a journal; [`blog::doors::Destination::finish`] writes the files from it, so a move may stop and go on as anywhere
//! else. Files are made for the importer as it is: titles and dates that are unique together (it takes two equal ones for one),
//! parents before children, pieces of at most 10 MB with the pictures of a post in the piece of the post, and links that lead to
//! the addresses the posts will have.
//!
//! * [`destination`]: opening, finding, taking away
//! * [`journal`]: what was placed
//! * [`rows`]: things as records, with the slugs and dates they get
//! * [`files`]: the files; [`records`]: what stands in them; [`threads`]: in which order comments do
//! * [`written`]: files on disk, and whether they are still what was written
//! * [`back`]: the files read back; [`visitor`]: looks at them as a visitor of the future home would

mod back;
mod destination;
mod files;
mod journal;
mod records;
mod rows;
mod threads;
mod visitor;
mod written;

#[cfg(test)]
mod tests;

use back::Back;
use blog::doors::{
    DestinationCard, HomeUser, Outcome, PictureSize, Placed, PlacedPicture, Placement, SiteWishes,
    Thing, WriteError,
};
use blog::{ItemRef, Kind};
use journal::Journal;
use rows::{Row, Rows};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
pub use written::not_as_written;

/// See [`Wxr`].
pub const CARD: DestinationCard = DestinationCard {
    name: "wxr",
    title: "WordPress import files (WXR)",
    needs: "A path that ends in .xml, and with --home the address of the WordPress that will import the files, whose permalinks must show day and name.",
    carries: &[
        Kind::Post,
        Kind::Page,
        Kind::Comment,
        Kind::Trackback,
        Kind::Media,
        Kind::Album,
        Kind::List,
        Kind::Guestbook,
        Kind::Link,
        Kind::Category,
        Kind::Tag,
    ],
    limits: &[
        "Nothing is imported by this program: the owner does it. `rehome verify --imported` visits the public pages afterwards; that what is hidden and the pictures arrived, nobody proves.",
        "Pictures lie in a folder beside the files, which must be on the web at the address in the files before the import; private ones as well, under names nobody guesses.",
        "The importer makes the smaller copies of pictures itself, which takes the new home's time.",
        "Importing twice is safe only while nobody changed titles or dates in between; the importer knows posts by nothing else.",
        "E-mail and IP addresses of commenters are not written.",
    ],
};

/// How the files are written.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The first file, ending in `.xml`; further ones are numbered, pictures go into the folder beside it.
    pub file: PathBuf,
    /// Address of the WordPress that will import the files.
    pub home: String,
    /// Title of the blog.
    pub title: String,
    /// Who wrote it: users of the new home, made by the importer where they are not there.
    pub users: Vec<HomeUser>,
    /// Address at which the folder of pictures will be on the web.
    pub pictures: Option<String>,
    /// Whether pictures are copied into the folder beside the files, by year and month. Else they are at `pictures` by their own
    /// names already.
    pub copies: bool,
    /// The zone of the new home, in which its dates and permalinks are.
    pub time_zone: String,
    /// File of the journal.
    pub journal: PathBuf,
    /// Longest file, in bytes.
    pub piece_bytes: usize,
}

/// The longest file: hosts take uploads of 8 to 64 MB, and the importer holds a whole one in memory.
pub const PIECE_BYTES: usize = 10_000_000;

/// Writes WXR.
#[derive(Debug)]
pub struct Wxr {
    settings: Settings,
    rows: Rows,
    journal: Option<Journal>,
    wishes: SiteWishes,
    /// The files as they were read back, until something is placed or taken away.
    back: Option<Arc<Mutex<Back>>>,
    /// What stands in files that somebody changed, with the name of the file; known once something is to be taken away.
    kept: Option<BTreeMap<ItemRef, String>>,
}

impl Wxr {
    /// Will write as `settings` say.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let rows = Rows::new(&settings);
        Self {
            settings,
            rows,
            journal: None,
            wishes: SiteWishes::default(),
            back: None,
            kept: None,
        }
    }

    /// Names a user that posts are given to.
    pub(crate) fn name_user(&mut self, user: HomeUser) {
        if !self.settings.users.contains(&user) {
            self.settings.users.push(user);
        }
    }

    /// Writes texts anew where `turn` answers another one, once every address is known.
    pub(crate) fn rewrite(
        &mut self,
        turn: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), WriteError> {
        let journal = self.journal()?;
        for (id, mark) in journal.marks() {
            let mut row = journal.row(&mark)?;
            let mut changed = false;
            for text in row.texts() {
                if let Some(new) = turn(text) {
                    *text = new;
                    changed = true;
                }
            }
            if changed {
                journal.keep(&mark, id, "", &row)?;
            }
        }
        journal.flush()
    }

    fn journal(&mut self) -> Result<&mut Journal, WriteError> {
        opened(&mut self.journal)
    }

    fn place_one(&mut self, placement: &Placement) -> Result<Placed, WriteError> {
        let known = self.journal()?.known(&placement.mark);
        if let Some((id, _)) = known.filter(|(_, print)| *print == placement.fingerprint) {
            let row = self.journal()?.row(&placement.mark)?;
            self.copy(placement, &row)?;
            return Ok(self.placed(placement.mark.clone(), Outcome::Unchanged, id, &row, None));
        }
        let outcome = if known_id(&self.journal, &placement.mark).is_some() {
            Outcome::Updated
        } else {
            Outcome::Created
        };
        let id = match known_id(&self.journal, &placement.mark) {
            Some(id) => id,
            None => self.journal()?.next_id(),
        };
        let Some((row, remark)) = self.rows.row(id, &placement.mark, &placement.thing) else {
            return Err(WriteError::NotAHome(
                "nothing stands in import files that could be put right".to_owned(),
            ));
        };
        self.copy(placement, &row)?;
        self.journal()?
            .keep(&placement.mark, id, &placement.fingerprint, &row)?;
        Ok(self.placed(placement.mark.clone(), outcome, id, &row, remark))
    }

    /// Puts a picture where the files say that it is.
    fn copy(&mut self, placement: &Placement, row: &Row) -> Result<(), WriteError> {
        let (true, Thing::Media(thing), Row::Media(media)) =
            (self.settings.copies, &placement.thing, row)
        else {
            return Ok(());
        };
        let to = self.settings.pictures_folder().join(&media.file);
        let mut hashes = vec![media.hash.clone()];
        let journal = self.journal()?;
        if journal.known(&placement.mark).is_some()
            && let Row::Media(before) = journal.row(&placement.mark)?
            && before.file == media.file
            && before.hash != media.hash
        {
            hashes.push(before.hash);
        }
        written::copy(&thing.file, &to, &hashes)
    }

    fn placed(
        &self,
        mark: ItemRef,
        outcome: Outcome,
        id: u64,
        row: &Row,
        remark: Option<String>,
    ) -> Placed {
        Placed {
            mark,
            outcome,
            id: Some(id),
            address: self.rows.address(id, row),
            picture: self.picture(id, row),
            remark,
        }
    }

    fn picture(&self, id: u64, row: &Row) -> Option<PlacedPicture> {
        let Row::Media(media) = row else { return None };
        Some(self.picture_at(id, self.rows.file_address(&media.file)))
    }

    fn picture_at(&self, id: u64, address: String) -> PlacedPicture {
        PlacedPicture {
            id,
            page: format!("{}/?attachment_id={id}", self.rows.home),
            shown_hash: None,
            sizes: vec![PictureSize {
                name: "full".to_owned(),
                address,
                width: 0,
                height: 0,
            }],
        }
    }
}

fn known_id(journal: &Option<Journal>, mark: &ItemRef) -> Option<u64> {
    journal.as_ref()?.known(mark).map(|(id, _)| id)
}

/// The file of a number, beside the first one.
fn piece_of(first: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return first.to_owned();
    }
    let stem = first.file_stem().unwrap_or_default().to_string_lossy();
    first.with_file_name(format!("{stem}-{number}.xml"))
}

impl Settings {
    /// The file of a number: `garden.xml`, `garden-2.xml` and so on.
    #[must_use]
    pub fn piece(&self, number: usize) -> PathBuf {
        piece_of(&self.file, number)
    }

    /// Where the folder of pictures is expected on the web.
    #[must_use]
    pub fn pictures_address(&self) -> String {
        let home = self.home.trim_end_matches('/');
        let own = || format!("{home}/wp-content/uploads/rehome");
        self.pictures.clone().unwrap_or_else(own)
    }

    /// `garden-media` for `garden.xml`.
    #[must_use]
    pub fn pictures_folder(&self) -> PathBuf {
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        self.file.with_file_name(format!("{stem}-media"))
    }
}

fn opened(journal: &mut Option<Journal>) -> Result<&mut Journal, WriteError> {
    let closed = || WriteError::NotDone("the files were not opened".to_owned());
    journal.as_mut().ok_or_else(closed)
}

/// A lock whose holder cannot have left anything half done.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
