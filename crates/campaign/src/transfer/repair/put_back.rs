//! Undo of a repair: everything that still reads as we left it gets back what it held before.

use super::{STAND, original, pictures};
use crate::{
    Bundle, Error, Watch,
    bundle::Row,
    transfer::{Undone, patience::patiently, steps, undo::write_down},
};
use blog::{
    ItemRef, Kind,
    body::references_everywhere,
    doors::{AmendThing, Destination, FieldChange, Placement, Removal, Removed, Thing},
    former_space::field_without_keys,
};
use std::{borrow::Cow, collections::BTreeSet};

/// Posts put back in one call.
const POSTS_A_CALL: usize = 50;

/// Why a picture stays.
const SHOWN_THERE: &str = "what was changed since may show it";

/// Puts the posts among `rows` back and answers the other rows, without those of pictures that a post left behind may show.
pub(in crate::transfer) fn put_back(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    rows: Vec<Row>,
    undone: &mut Undone,
    watch: &dyn Watch,
) -> Result<Vec<Row>, Error> {
    let stood = |row: &Row| STAND.contains(&row.item.kind);
    let (posts, others): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(stood);
    let mut shown = shown_before(bundle, &posts, &others)?;
    for rows in posts.chunks(POSTS_A_CALL) {
        let mut batch = Vec::new();
        for row in rows {
            batch.extend(before(bundle, row)?);
        }
        let removed = patiently(watch, || steps::REMOVE.run(|| destination.put_back(&batch)))?;
        steps::REMOVED.run(|| {
            bundle.together(|| {
                for removed in &removed {
                    write_down(bundle, removed, undone, watch)?;
                    if removed.outcome == Removal::Kept {
                        shown.extend(shown_in(bundle, &removed.mark)?);
                    }
                }
                Ok(())
            })
        })?;
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
    let (kept, others): (Vec<Row>, Vec<Row>) = others
        .into_iter()
        .partition(|row| shown.contains(&row.item));
    let keep = || {
        for row in &kept {
            let kept = Removed {
                mark: row.item.clone(),
                outcome: Removal::Kept,
                remark: Some(SHOWN_THERE.to_owned()),
            };
            write_down(bundle, &kept, undone, watch)?;
        }
        Ok(())
    };
    steps::REMOVED.run(|| bundle.together(keep))?;
    Ok(others)
}

/// A post as it was.
fn before(bundle: &Bundle, row: &Row) -> Result<Option<Placement>, Error> {
    let Some(standing) = original(bundle, &row.item)? else {
        return Ok(None);
    };
    let fields = standing
        .fields
        .into_iter()
        .filter_map(|field| match field_without_keys(&field.value) {
            Cow::Borrowed(_) => None,
            Cow::Owned(was) => Some(FieldChange {
                id: field.id,
                was,
                value: field.value,
            }),
        })
        .collect();
    let thing = AmendThing {
        id: standing.id,
        was: standing.hash,
        content: standing.content,
        excerpt: standing.excerpt,
        fields,
    };
    Ok(Some(Placement {
        mark: row.item.clone(),
        fingerprint: row.fingerprint.clone(),
        thing: Thing::Amend(Box::new(thing)),
    }))
}

/// The pictures among `others` that texts show to which this leads back: their owner changed them after a repair had shown them.
fn shown_before(
    bundle: &Bundle,
    posts: &[Row],
    others: &[Row],
) -> Result<BTreeSet<ItemRef>, Error> {
    let mut addresses = BTreeSet::new();
    for row in posts {
        if let Some(standing) = original(bundle, &row.item)? {
            for text in [&standing.content, &standing.excerpt] {
                let references = references_everywhere(text, standing.text_of());
                addresses.extend(references.into_iter().map(|reference| reference.address));
            }
        }
    }
    let is_shown = |row: &&Row| {
        let mut sizes = row.picture.iter().flat_map(|picture| &picture.sizes);
        sizes.any(|size| addresses.contains(&size.address))
    };
    let pictures = others.iter().filter(|row| row.item.kind == Kind::Media);
    Ok(pictures
        .filter(is_shown)
        .map(|row| row.item.clone())
        .collect())
}

/// The marks of the pictures that a post showed from dead hosts, and may show from the media library now.
fn shown_in(bundle: &Bundle, post: &ItemRef) -> Result<Vec<ItemRef>, Error> {
    let mut shown = Vec::new();
    if let Some(standing) = original(bundle, post)? {
        for media in pictures(&standing) {
            let item = ItemRef::new(Kind::Media, &media.id);
            shown.push(super::super::verify::stand_in(bundle, &item)?);
            shown.push(item);
        }
    }
    Ok(shown)
}
