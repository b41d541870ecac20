//! Destination `wxr`: files that the importer of any WordPress takes, for homes where no plugin may be installed.
//!
//! What is placed is kept in a journal; [`Destination::finish`] writes the files from it, so a move may stop and go on as anywhere
//! else. Files are made for the importer as it is: titles and dates that are unique together (it takes two equal ones for one),
//! parents before children, pieces of at most 10 MB with the pictures of a post in the piece of the post, and links that lead to
//! the addresses the posts will have.
//!
//! * [`journal`]: what was placed
//! * [`rows`]: things as records, with the slugs and dates they get
//! * [`files`]: the files
//! * [`visitor`]: looks at what was written as a visitor of the future home would

mod files;
mod journal;
mod rows;
mod visitor;

#[cfg(test)]
mod tests;

use blog::doors::{
    CustomFields, Destination, DestinationCard, FILES, FindDepth, HomeUser, NewHome, Observed,
    ObservedWhole, Outcome, PictureSize, Placed, PlacedPicture, Placement, Removal, Removed,
    SiteWishes, Thing, Visitor, WriteError,
};
use blog::{ItemRef, Kind};
use journal::Journal;
use rows::{Row, Rows};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

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
        "Nothing is imported by this program: the owner does it, and nobody proves afterwards that all of it arrived.",
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
        self.journal
            .as_mut()
            .ok_or_else(|| WriteError::NotDone("the files were not opened".to_owned()))
    }

    fn place_one(&mut self, placement: &Placement) -> Result<Placed, WriteError> {
        let known = self.journal()?.known(&placement.mark);
        if let Some((id, _)) = known.filter(|(_, print)| *print == placement.fingerprint) {
            let row = self.journal()?.row(&placement.mark)?;
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
        if let (true, Thing::Media(thing), Row::Media(media)) =
            (self.settings.copies, &placement.thing, &row)
        {
            let to = self.settings.pictures_folder().join(&media.file);
            copy(&thing.file, &to)
                .map_err(|error| WriteError::NotDone(format!("{}: {error}", to.display())))?;
        }
        self.journal()?
            .keep(&placement.mark, id, &placement.fingerprint, &row)?;
        Ok(self.placed(placement.mark.clone(), outcome, id, &row, remark))
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
        Some(PlacedPicture {
            id,
            page: format!("{}/?attachment_id={id}", self.rows.home),
            shown_hash: None,
            sizes: vec![PictureSize {
                name: "full".to_owned(),
                address: self.rows.file_address(&media.file),
                width: 0,
                height: 0,
            }],
        })
    }
}

fn known_id(journal: &Option<Journal>, mark: &ItemRef) -> Option<u64> {
    journal.as_ref()?.known(mark).map(|(id, _)| id)
}

/// A link to the file where the disk can, else a copy.
fn copy(from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::remove_file(to) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::hard_link(from, to).or_else(|_| std::fs::copy(from, to).map(|_| ()))
}

impl Settings {
    /// The file of a number: `garden.xml`, `garden-2.xml` and so on.
    #[must_use]
    pub fn piece(&self, number: usize) -> PathBuf {
        if number == 1 {
            return self.file.clone();
        }
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        self.file.with_file_name(format!("{stem}-{number}.xml"))
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

impl Destination for Wxr {
    fn card(&self) -> DestinationCard {
        CARD
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let journal = Journal::open(&self.settings.journal, blog)?;
        for (id, row) in journal.rows()? {
            self.rows.learn(id, &row);
        }
        self.journal = Some(journal);
        Ok(NewHome {
            address: self.settings.home.clone(),
            software: "WXR 1.2".to_owned(),
            time_zone: self.settings.time_zone.clone(),
            custom_fields: CustomFields::All,
            post_addresses: None,
            batch_items: 200,
            batch_bytes: 4 << 20,
            mode: FILES.to_owned(),
            users: self.settings.users.clone(),
            findings: Vec::new(),
            settle_seconds: 0,
        })
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        let placed: Result<Vec<Placed>, WriteError> = batch
            .iter()
            .map(|placement| self.place_one(placement))
            .collect();
        self.journal()?.flush()?;
        placed
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        // Nobody else writes here, and every call has ended when it answers.
        Ok(true)
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        let mut found = Vec::with_capacity(marks.len());
        for mark in marks {
            let Some((id, fingerprint)) = self.journal()?.known(mark) else {
                found.push(None);
                continue;
            };
            let fingerprint = fingerprint.to_owned();
            let row = self.journal()?.row(mark)?;
            let whole = match depth {
                FindDepth::Mark => None,
                FindDepth::Whole => Some(self.whole(&row)?),
            };
            found.push(Some(Observed {
                id,
                address: self.rows.address(id, &row),
                fingerprint,
                picture: self.picture(id, &row),
                whole,
                ..Observed::default()
            }));
        }
        Ok(found)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        let mut removed = Vec::with_capacity(marks.len());
        for mark in marks {
            let there = self.journal()?.forget(mark)?;
            removed.push(Removed {
                mark: mark.clone(),
                outcome: if there {
                    Removal::Removed
                } else {
                    Removal::Absent
                },
                remark: None,
            });
        }
        self.journal()?.flush()?;
        Ok(removed)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.wishes = wishes.clone();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        let journal = self
            .journal
            .as_mut()
            .ok_or_else(|| WriteError::NotDone("the files were not opened".to_owned()))?;
        files::write(&self.settings, &self.rows, journal, &self.wishes).map_err(|error| {
            WriteError::NotDone(format!("{}: {error}", self.settings.file.display()))
        })
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        let journal = Journal::open_again(self.journal()?)?;
        Ok(Arc::new(visitor::Reader {
            settings: self.settings.clone(),
            rows: self.rows.clone(),
            journal: Mutex::new((journal, BTreeMap::new())),
        }))
    }
}

impl Wxr {
    fn whole(&mut self, row: &Row) -> Result<ObservedWhole, WriteError> {
        let mut whole = row.observed();
        if let Row::Post(post) = row {
            let ids = |mark: &ItemRef| known_id(&self.journal, mark);
            whole.terms = post.terms.iter().filter_map(ids).collect();
            whole.parent = post.parent.as_ref().and_then(ids).unwrap_or(0);
            let mark = post.mark.clone();
            whole.comment_count = self.journal()?.approved_under(&mark);
        }
        if let Row::Comment(comment) = row {
            whole.post = known_id(&self.journal, &comment.post).unwrap_or(0);
            let parent = comment.parent.as_ref();
            whole.parent = parent
                .and_then(|mark| known_id(&self.journal, mark))
                .unwrap_or(0);
        }
        Ok(whole)
    }
}

/// A lock whose holder cannot have left anything half done.
fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
