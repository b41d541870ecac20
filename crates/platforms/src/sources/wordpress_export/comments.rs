//! Comments and pings of a post.

use super::index::plain;
use super::media::Gathered;
use super::posts::moment;
use super::reading::{Place, Reading};
use crate::sources::movable_type::{mentions::Use, text::Breaks};
use crate::wire::wxr::{Comment as Record, Item};
use blog::codes::wordpress_export as codes;
use blog::doors::{Depth, Halt, Intake, Original};
use blog::{
    Audience, Comment, CommentKind, CommentState, Item as Thing, ItemRef, Kind, Person, Post,
};

impl Reading {
    /// Delivers the comments of a post.
    pub(super) fn comments(
        &mut self,
        post: &Post,
        item: &Item<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        for (at, record) in item.comments.iter().enumerate() {
            let Some((kind, state)) = standing(record) else {
                self.left
                    .comment(record.kind.trim(), record.approved.trim(), 1);
                continue;
            };
            let id = self.comment_id(record, &post.id, at);
            let comment = self.comment(id, post, record, kind, state);
            let mark = ItemRef::new(
                match kind {
                    CommentKind::Comment => Kind::Comment,
                    CommentKind::Trackback | CommentKind::Pingback => Kind::Trackback,
                },
                &comment.id,
            );
            if comment.written.is_none() {
                let sentence = format!(
                    "A comment under \"{}\" has no date that can be read.",
                    post.label()
                );
                self.find(
                    intake,
                    &codes::DATE_UNREADABLE,
                    sentence,
                    Some(&mark),
                    &place.words(),
                )?;
            }
            self.comment_pictures(post, record, &mark, intake)?;
            let words = place.words();
            let original = if self.depth == Depth::Full {
                Original {
                    bytes: record.content.as_bytes(),
                    media_type: "text/html",
                    place: &words,
                }
            } else {
                Original::NONE
            };
            intake.item(Thing::Comment(comment), original)?;
        }
        Ok(())
    }

    fn comment(
        &self,
        id: String,
        post: &Post,
        record: &Record<'_>,
        kind: CommentKind,
        state: CommentState,
    ) -> Comment {
        let word = |word: &str| Some(word.trim().to_owned()).filter(|word| !word.is_empty());
        let body = if self.depth == Depth::Full {
            // WordPress keeps the lines of a comment as its writer typed them.
            Breaks::Lines.to_html(record.content.trim())
        } else {
            String::new()
        };
        Comment {
            id,
            post: post.id.clone(),
            parent: word(&record.parent).filter(|parent| parent != "0"),
            kind,
            author: Person {
                name: plain(&record.author),
                url: word(&record.url),
                email: word(&record.email),
            },
            written: moment(&record.date_utc, &record.date),
            body,
            state,
            title: None,
            ip: word(&record.ip),
        }
    }

    /// The number of a comment, or one made of its place where it has none or another has it already.
    fn comment_id(&mut self, record: &Record<'_>, post: &str, at: usize) -> String {
        let id = record.id.trim();
        if !id.is_empty() && id != "0" && self.comment_ids.insert(self.hash(id)) {
            return id.to_owned();
        }
        let hash = blake3::hash(record.content.as_bytes()).to_hex();
        format!("{post}#{}-{}", at + 1, &hash[..8])
    }

    fn comment_pictures(
        &mut self,
        post: &Post,
        record: &Record<'_>,
        mark: &ItemRef,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        if post.audience != Audience::Everyone || !record.content.contains("<img") {
            return Ok(());
        }
        let mut gathered = Gathered::default();
        gathered.collect(
            &record.content,
            post.base.as_deref(),
            &self.hosts,
            &|use_as| use_as == Use::Picture,
        );
        for mut media in gathered.media {
            media.used_by = Some(mark.clone());
            media.audience = post.audience;
            intake.item(Thing::Media(media), Original::NONE)?;
        }
        Ok(())
    }

    /// Takes note of comments under something that stays behind.
    pub(super) fn leave_comments(&mut self, item: &Item<'_>) {
        if !item.comments.is_empty() {
            self.left
                .comment("under", item.kind.trim(), item.comments.len());
        }
    }
}

/// What a comment is; `None` for one in the bin, and for kinds that only a plugin knows: they may hold what no reader was to see.
fn standing(record: &Record<'_>) -> Option<(CommentKind, CommentState)> {
    let kind = match record.kind.trim() {
        "" | "comment" => CommentKind::Comment,
        "pingback" => CommentKind::Pingback,
        "trackback" => CommentKind::Trackback,
        _ => return None,
    };
    let state = match record.approved.trim() {
        "1" | "approve" | "approved" => CommentState::Approved,
        "spam" => CommentState::Spam,
        "trash" | "post-trashed" => return None,
        _ => CommentState::Held,
    };
    Some((kind, state))
}
