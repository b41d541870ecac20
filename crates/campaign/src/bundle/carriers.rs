//! Which posts carry which categories and tags, when they were published and who may see them: whether the name of a term is public
//! hangs on it, and which archives the new home has.

use super::Bundle;
use crate::Error;
use blog::{Audience, ItemRef, Kind, Moment, PostState};

/// A post or page, as far as the lists it stands in are concerned.
pub(crate) struct Carrier {
    pub(crate) kind: Kind,
    pub(crate) audience: Audience,
    pub(crate) state: PostState,
    /// When it was published; for an undated one, when its neighbour was.
    pub(crate) published: Option<Moment>,
    /// Its categories and tags, those found in its body included.
    pub(crate) terms: Vec<ItemRef>,
}

impl Bundle {
    /// Every post and page.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) fn carriers(
        &self,
        mut visit: impl FnMut(Carrier) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // One call with several paths reads the JSON once.
        let mut statement = self.store.prepare_cached(
            "SELECT item.seq, json_extract(data, '$.audience', '$.state', '$.published', '$.categories', '$.tags'), tidied.tags, item.kind
             FROM item LEFT JOIN tidied ON tidied.kind = item.kind AND tidied.id = item.id AND tidied.hash = item.hash
             WHERE item.kind IN ('post', 'page')",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let said: String = row.get(1)?;
            let (audience, state, published, categories, tags): (
                _,
                _,
                _,
                Vec<String>,
                Vec<String>,
            ) = serde_json::from_str(&said)?;
            let found: Vec<String> = match row.get::<_, Option<String>>(2)? {
                Some(found) => serde_json::from_str(&found)?,
                None => Vec::new(),
            };
            let categories = categories
                .into_iter()
                .map(|id| ItemRef::new(Kind::Category, id));
            let tags = tags
                .into_iter()
                .chain(found)
                .map(|name| ItemRef::new(Kind::Tag, name));
            let is_page = row.get::<_, String>(3)? == Kind::Page.as_str();
            let published = match published {
                None => self.dated_neighbour(row.get(0)?)?,
                dated => dated,
            };
            visit(Carrier {
                kind: if is_page { Kind::Page } else { Kind::Post },
                audience,
                state,
                published,
                terms: categories.chain(tags).collect(),
            })?;
        }
        Ok(())
    }

    /// Forgets that a term was placed, once it was taken away again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn forget_placed(&self, item: &ItemRef) -> Result<(), Error> {
        self.store
            .prepare_cached("DELETE FROM ledger WHERE kind = ?1 AND id = ?2")?
            .execute((item.kind.as_str(), &item.id))?;
        Ok(())
    }
}
