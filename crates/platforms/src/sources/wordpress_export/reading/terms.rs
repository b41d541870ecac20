//! Categories and tags, those of the channel and those that only posts name.

use super::Reading;
use crate::sources::wordpress_export::index::{CATEGORY, TAG, plain};
use crate::sources::wordpress_export::menus::Target;
use crate::sources::wordpress_export::posts::{category_id, number};
use crate::wire::wxr::{Category as CategoryRecord, Item as Record, Term};
use blog::doors::{Halt, Intake, Original};
use blog::{Category, Item, Tag};
use std::borrow::Cow;

impl Reading {
    pub(super) fn category(
        &mut self,
        record: &CategoryRecord<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let word = |word: &str| Some(word.trim().to_owned()).filter(|word| !word.is_empty());
        let id = category_id(&record.slug, &record.name);
        self.menu_term(&record.id, &record.name);
        if id.is_empty() || !self.categories.insert(id.clone()) {
            return Ok(());
        }
        let name = plain(&record.name);
        let category = Category {
            name: if name.is_empty() { id.clone() } else { name },
            parent: word(&record.parent),
            slug: word(&record.slug),
            description: word(&record.description),
            listed: self.index.lists(CATEGORY, &id),
            id,
        };
        intake.item(Item::Category(category), Original::NONE)
    }

    fn menu_term(&mut self, id: &str, name: &str) {
        if let Some(id) = number(id) {
            let name = plain(name);
            self.index.menus.title(Target::Term(id), &name);
        }
    }

    pub(super) fn term(&mut self, record: &Term<'_>, intake: &mut dyn Intake) -> Result<(), Halt> {
        self.menu_term(&record.id, &record.name);
        if !record.description.trim().is_empty() {
            self.left.arrangement("descriptions of tags", &record.name);
        }
        self.tag(&plain(&record.name), intake)
    }

    fn tag(&mut self, name: &str, intake: &mut dyn Intake) -> Result<(), Halt> {
        if name.is_empty() || !self.tags.insert(name.to_owned()) {
            return Ok(());
        }
        intake.item(
            Item::Tag(Tag {
                listed: self.index.lists(TAG, name),
                ..Tag::named(name)
            }),
            Original::NONE,
        )
    }

    /// Categories and tags that only posts name, and other taxonomies.
    pub(super) fn terms(
        &mut self,
        record: &Record<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        for term in &record.terms {
            match term.domain.as_str() {
                "category" => {
                    let category = CategoryRecord {
                        slug: Cow::Borrowed(&term.slug),
                        name: Cow::Borrowed(&term.name),
                        ..CategoryRecord::default()
                    };
                    self.category(&category, intake)?;
                }
                "post_tag" => self.tag(&plain(&term.name), intake)?,
                // It comes along with the post.
                "post_format" => {}
                other => self.left.term(other, &term.name),
            }
        }
        Ok(())
    }
}
