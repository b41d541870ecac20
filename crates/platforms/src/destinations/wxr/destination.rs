//! Import files as a destination: opened, found, taken away, written.

use super::back::{self, Back, Sort};
use super::journal::Journal;
use super::rows::Row;
use super::{CARD, Wxr, files, held, opened, visitor, written};
use blog::doors::{
    CustomFields, Destination, DestinationCard, FILES, FindDepth, NewHome, Observed, Placed,
    Placement, Removal, Removed, SiteWishes, Visitor, WriteError,
};
use blog::{Finding, ItemRef};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

impl Destination for Wxr {
    fn card(&self) -> DestinationCard {
        CARD
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let mut journal = Journal::open(&self.settings.journal, blog)?;
        journal.each(|id, _, row| self.rows.learn(id, &row))?;
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
        (self.back, self.kept) = (None, None);
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

    /// A mark is the journal's word, as the files are made of it; a whole thing is what the files say.
    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        marks
            .iter()
            .map(|mark| self.find_one(mark, depth))
            .collect()
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.back = None;
        let removed: Result<Vec<Removed>, WriteError> =
            marks.iter().map(|mark| self.remove_one(mark)).collect();
        self.journal()?.flush()?;
        removed
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.wishes = wishes.clone();
        Ok(())
    }

    /// Writes the files; where nothing is left that could stand in them, takes them away.
    fn finish(&mut self) -> Result<(), WriteError> {
        let kept = self.kept.take().unwrap_or_default();
        self.back = None;
        let journal = opened(&mut self.journal)?;
        let marks = journal.marks();
        if journal.ever_held() && marks.iter().all(|(_, mark)| kept.contains_key(mark)) {
            return written::take_away_from(1, &self.settings, journal);
        }
        files::write(&self.settings, &self.rows, journal, &self.wishes)
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        Ok(Arc::new(visitor::Reader {
            settings: self.settings.clone(),
            back: self.back()?,
        }))
    }

    fn faults(&mut self) -> Result<Vec<Finding>, WriteError> {
        let back = self.back()?;
        Ok(held(&back).faults().to_vec())
    }
}

impl Wxr {
    /// The files read back.
    fn back(&mut self) -> Result<Arc<Mutex<Back>>, WriteError> {
        if let Some(back) = &self.back {
            return Ok(Arc::clone(back));
        }
        let journal = opened(&mut self.journal)?;
        let back = Back::read(&self.settings, &self.rows, journal)?;
        let back = Arc::new(Mutex::new(back));
        self.back = Some(Arc::clone(&back));
        Ok(back)
    }

    fn find_one(
        &mut self,
        mark: &ItemRef,
        depth: FindDepth,
    ) -> Result<Option<Observed>, WriteError> {
        let Some((id, fingerprint)) = self.journal()?.known(mark) else {
            return Ok(None);
        };
        let mut observed = Observed {
            id,
            fingerprint: fingerprint.to_owned(),
            ..Observed::default()
        };
        if depth == FindDepth::Mark {
            let row = self.journal()?.row(mark)?;
            observed.address = self.rows.address(id, &row);
            observed.picture = self.picture(id, &row);
            return Ok(Some(observed));
        }
        let back = self.back()?;
        let told = held(&back).told(mark)?;
        let told = told.filter(|told| !self.lacks_its_file(&told.sort));
        Ok(told.map(|told| {
            let is_media = matches!(told.sort, Sort::Media { .. });
            observed.picture = told
                .address
                .clone()
                .filter(|_| is_media)
                .map(|address| self.picture_at(id, address));
            observed.address = told.address;
            observed.whole = Some(told.whole);
            observed
        }))
    }

    /// Of a picture the file has to be there, too.
    fn lacks_its_file(&self, sort: &Sort) -> bool {
        match sort {
            Sort::Media { file: Some(file) } if self.settings.copies => {
                !self.settings.pictures_folder().join(file).exists()
            }
            _ => false,
        }
    }

    fn remove_one(&mut self, mark: &ItemRef) -> Result<Removed, WriteError> {
        let removed = |outcome, remark| Removed {
            mark: mark.clone(),
            outcome,
            remark,
        };
        if self.journal()?.known(mark).is_none() {
            return Ok(removed(Removal::Absent, None));
        }
        let mut kept = self.kept()?.get(mark).cloned();
        if let (true, true, Row::Media(media)) = (
            self.settings.copies,
            kept.is_none(),
            self.journal()?.row(mark)?,
        ) {
            let path = self.settings.pictures_folder().join(&media.file);
            if !written::take_away(&path, &[media.hash])? {
                self.kept()?.insert(mark.clone(), media.file.clone());
                kept = Some(media.file);
            }
        }
        if let Some(file) = kept {
            let remark = format!("“{file}” was changed since it was written");
            return Ok(removed(Removal::Kept, Some(remark)));
        }
        self.journal()?.forget(mark)?;
        Ok(removed(Removal::Removed, None))
    }

    /// What stands in files that somebody changed.
    fn kept(&mut self) -> Result<&mut BTreeMap<ItemRef, String>, WriteError> {
        if self.kept.is_none() {
            let mut kept = BTreeMap::new();
            let journal = opened(&mut self.journal)?;
            let changed = written::changed(&self.settings.file, journal.files());
            for path in changed.map_err(|error| WriteError::NotDone(error.to_string()))? {
                let name = written::name_of(&path);
                for mark in back::marks_in(&path, journal)? {
                    kept.insert(mark, name.clone());
                }
            }
            self.kept = Some(kept);
        }
        Ok(self.kept.get_or_insert_default())
    }
}
