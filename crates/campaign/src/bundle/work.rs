//! Work that may kill the process. An input that is too much for the memory or the stack takes the whole run with it and cannot say
//! so: it is counted before the work begins.

use super::Bundle;
use crate::Error;
use blog::ItemRef;
use rusqlite::OptionalExtension;

/// Deaths after which an item is handled aside, without the work that kills.
pub const DEATHS_MAX: u32 = 2;

impl Bundle {
    /// Writes down, durably, that work on one item begins, and answers how many runs died of it so far. From [`DEATHS_MAX`] on the
    /// caller handles it aside. Work on items of which nothing is known may begin for many at once with [`Bundle::begin_works`].
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_work(&self, item: &ItemRef) -> Result<u32, Error> {
        Ok(self
            .store
            .prepare_cached(
                "INSERT INTO work (kind, id, at_it, deaths) VALUES (?1, ?2, 1, 0)
                 ON CONFLICT (kind, id) DO UPDATE SET deaths = deaths + at_it, at_it = 1 RETURNING deaths",
            )?
            .query_row((item.kind.as_str(), &item.id), |row| row.get(0))?)
    }

    /// Writes down, durably and as one, that work on many items begins. Those that an earlier run may have died of are answered
    /// and not begun: they are for [`Bundle::begin_work`], one by one, so that the innocent are told from the culprit.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_works(&self, items: &[ItemRef]) -> Result<Vec<ItemRef>, Error> {
        self.together(|| {
            let mut suspects = Vec::new();
            for item in items {
                let known = self
                    .store
                    .prepare_cached("SELECT 1 FROM work WHERE kind = ?1 AND id = ?2")?
                    .query_row((item.kind.as_str(), &item.id), |_| Ok(()))
                    .optional()?;
                if known.is_some() {
                    // Somebody among many killed the run: that is no death of this one's own.
                    self.store
                        .prepare_cached(
                            "UPDATE work SET at_it = 0 WHERE kind = ?1 AND id = ?2 AND at_it = 2",
                        )?
                        .execute((item.kind.as_str(), &item.id))?;
                    suspects.push(item.clone());
                } else {
                    self.store
                        .prepare_cached(
                            "INSERT INTO work (kind, id, at_it, deaths) VALUES (?1, ?2, 2, 0)",
                        )?
                        .execute((item.kind.as_str(), &item.id))?;
                }
            }
            Ok(suspects)
        })
    }

    /// Writes down that work on items came to its end. May be part of a larger transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_work(&self, item: &ItemRef) -> Result<(), Error> {
        self.store
            .prepare_cached("DELETE FROM work WHERE kind = ?1 AND id = ?2")?
            .execute((item.kind.as_str(), &item.id))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Bundle, DEATHS_MAX};
    use blog::{ItemRef, Kind};

    fn post(id: &str) -> ItemRef {
        ItemRef::new(Kind::Post, id)
    }

    #[test]
    fn an_item_that_kills_run_after_run_is_known_after_the_second_time_and_its_neighbours_are_not_blamed()
     {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let all = [post("good"), post("killer")];
        assert!(bundle.begin_works(&all).expect("begun").is_empty());
        // The run dies. The next one takes each by itself.
        assert_eq!(bundle.begin_works(&all).expect("begun"), all);
        assert_eq!(bundle.begin_work(&post("good")).expect("begun"), 0);
        bundle.end_work(&post("good")).expect("ended");
        assert_eq!(bundle.begin_work(&post("killer")).expect("begun"), 0);
        // It dies of the killer alone, twice.
        assert_eq!(bundle.begin_works(&all).expect("begun"), [post("killer")]);
        assert_eq!(bundle.begin_work(&post("killer")).expect("begun"), 1);
        assert_eq!(
            bundle.begin_work(&post("killer")).expect("begun"),
            DEATHS_MAX
        );
    }
}
