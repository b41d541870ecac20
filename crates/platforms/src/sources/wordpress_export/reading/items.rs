//! Items of an export: posts and pages with their bodies, and attachments.

use super::{Place, Reading, short};
use crate::sources::wordpress_export::bodies;
use crate::sources::wordpress_export::former_space::without_move_keys;
use crate::sources::wordpress_export::index::{pictures_audience, plain};
use crate::sources::wordpress_export::menus::Target;
use crate::sources::wordpress_export::posts::{Standing, about, number, standing};
use crate::wire::wxr::cut::Cut;
use crate::wire::wxr::{Item as Record, Piece};
use blog::codes::{input as input_codes, wordpress_export as codes};
use blog::doors::{Depth, Halt, Intake, Original};
use blog::{Item, Post, PostState};
use std::hash::BuildHasher;

impl Reading {
    pub(super) fn item(
        &mut self,
        record: &Record<'_>,
        piece: &Piece<'_>,
        replaced: usize,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let kind = record.kind.trim();
        let name = plain(&record.title);
        for meta in &record.meta {
            self.left.field(&meta.key);
        }
        let (state, audience, known) = match standing(&record.status) {
            _ if kind == "attachment" => return self.attach(record, piece, place, intake),
            Standing::Taken {
                state,
                audience,
                known,
            } if matches!(kind, "post" | "page" | "") => (state, audience, known),
            gone => {
                match gone {
                    Standing::Bin => self.left.bin(kind, &name),
                    // Told with its menu.
                    Standing::Taken { .. } if kind == "nav_menu_item" => {}
                    Standing::Taken { .. } => self.left.item(kind, &name),
                }
                self.leave_comments(record);
                return self.keep_aside(piece, place, intake);
            }
        };
        let Some(id) = self.item_id(record, place, intake)? else {
            return Ok(());
        };
        let mut post = self.post(record, id, (state, audience), piece.cut.is_some());
        if let Some(number) = number(&record.id) {
            self.index.menus.title(Target::Item(number), &name);
        }
        self.tell_post(&post, record, known, place, intake)?;
        self.tell_bytes(&post, piece, replaced, place, intake)?;
        self.arrangement(&post);
        self.terms(record, intake)?;
        self.body(&mut post, record, place, intake)?;
        let words = place.words();
        let bytes = without_move_keys(piece.bytes);
        let original = if self.depth == Depth::Full {
            Original {
                bytes: &bytes,
                media_type: "application/rss+xml",
                place: &words,
            }
        } else {
            Original::NONE
        };
        intake.item(Item::Post(post.clone()), original)?;
        self.comments(&post, record, place, intake)
    }

    /// The id of an item; `None` for one that was read already.
    fn item_id(
        &mut self,
        record: &Record<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<Option<String>, Halt> {
        let content = self
            .hasher
            .hash_one((&record.title, &record.content, &record.date));
        let Some(number) = number(&record.id) else {
            return Ok(Some(format!("unnumbered-{content:016x}")));
        };
        match self.items.insert(number, content) {
            None => return Ok(Some(number.to_string())),
            // Parts of one export may overlap.
            Some(known) if known == content => return Ok(None),
            Some(_) => {}
        }
        let hash = blake3::hash(record.content.as_bytes()).to_hex();
        let sentence = format!(
            "\"{}\" has the number {number}, as another item has.",
            short(&record.title)
        );
        self.find(intake, &codes::NUMBER_TWICE, sentence, None, &place.words())?;
        Ok(Some(format!("{number}-{}", &hash[..8])))
    }

    fn attach(
        &mut self,
        record: &Record<'_>,
        piece: &Piece<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        self.leave_comments(record);
        if record.status.trim() == "trash" {
            self.left.bin("attachment", &record.title);
            return self.keep_aside(piece, place, intake);
        }
        let Some(media) = self.attachment(record) else {
            self.left
                .item("attachment without an address", &record.title);
            return self.keep_aside(piece, place, intake);
        };
        let words = place.words();
        let original = if self.depth == Depth::Full {
            Original {
                bytes: piece.bytes,
                media_type: "application/rss+xml",
                place: &words,
            }
        } else {
            Original::NONE
        };
        intake.item(Item::Media(media), original)
    }

    /// Body, excerpt, and the pictures they show.
    fn body(
        &mut self,
        post: &mut Post,
        record: &Record<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let about = about(post);
        let content = self.index.space.repair(&record.content).into_owned();
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.clear();
        for text in [content.as_str(), &record.excerpt] {
            gathered.collect(text, post.base.as_deref(), &self.hosts, &|_| true);
        }
        self.index.space.left_pictures(gathered.dead.len());
        let audience = match post.state {
            PostState::Published => pictures_audience(record),
            PostState::Draft | PostState::Scheduled => blog::Audience::Owner,
        };
        for mut media in gathered.media.drain(..) {
            media.taken = post.published;
            media.used_by = Some(about.clone());
            media.audience = audience;
            intake.item(Item::Media(media), Original::NONE)?;
        }
        self.gathered = gathered;
        if self.depth == Depth::Counts {
            return Ok(());
        }
        let body = bodies::to_html(&content, number(&record.id), &self.index);
        if body.empty_galleries > 0 {
            let sentence = format!(
                "\"{}\" shows a gallery of pictures that are not in the export.",
                post.label()
            );
            self.find(
                intake,
                &codes::GALLERY_EMPTY,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        post.body = body.html;
        let excerpt = record.excerpt.trim();
        post.excerpt = (!excerpt.is_empty()).then(|| excerpt.to_owned());
        Ok(())
    }

    fn arrangement(&mut self, post: &Post) {
        let parent = post.parent.as_deref().and_then(number);
        if parent.is_some_and(|parent| !self.index.has_page(parent)) {
            self.left.arrangement(
                "pages below a page that is not in the export",
                &post.label(),
            );
        }
    }

    fn tell_bytes(
        &mut self,
        post: &Post,
        piece: &Piece<'_>,
        replaced: usize,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let about = about(post);
        let label = post.label();
        let told = match piece.cut {
            Some(Cut::FileEnds) => Some((
                &codes::CUT,
                format!(
                    "The export \"{}\" ends before the end of \"{label}\", which was read as far as it goes and moves as a draft.",
                    place.export
                ),
            )),
            Some(Cut::TooLong) => Some((
                &codes::TOO_LONG,
                format!(
                    "\"{label}\" is longer than 32 MiB; its beginning was read and moves as a draft."
                ),
            )),
            None if replaced > 0 => Some((
                &input_codes::LETTERS_LOST,
                format!("In \"{label}\" {replaced} places could not be read and show as \u{FFFD}."),
            )),
            None => None,
        };
        match told {
            Some((code, sentence)) => {
                self.find(intake, code, sentence, Some(&about), &place.words())
            }
            None => Ok(()),
        }
    }
}
