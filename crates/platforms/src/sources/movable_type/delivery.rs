//! What an entry brings along: its body, its pictures and files, its comments and pings.

use super::media::Gathered;
use super::mentions::{Mention, Use, collect};
use super::reading::{Place, Reading, short};
use super::text::{Breaks, join, unescape};
use crate::wire::movable_type::{Comment as WireComment, Entry, Section, date};
use blog::codes::movable_type as codes;
use blog::doors::{Depth, Halt, Intake, Original};
use blog::{
    Audience, Comment, CommentKind, CommentState, Item, ItemRef, Kind, Moment, Person, Post,
    PostState,
};

impl Reading {
    /// Body, media and comments of an entry.
    pub(super) fn deliver(
        &mut self,
        mut post: Post,
        about: &ItemRef,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let (body, extended) = (entry.section("BODY"), entry.section("EXTENDED BODY"));
        let breaks = Breaks::from_value(entry.field("CONVERT BREAKS"), body);
        if breaks == Breaks::Unknown {
            let way = short(entry.field("CONVERT BREAKS").unwrap_or_default());
            let sentence = format!(
                "\"{}\" is written as \"{way}\", which is not rendered here; its lines were kept.",
                post.label()
            );
            self.find(
                intake,
                &codes::BREAKS_UNKNOWN,
                sentence,
                Some(about),
                &place.words(),
            )?;
        }
        let markdown = matches!(breaks, Breaks::Markdown { .. });
        // Pictures of Markdown are seen only once it is rendered; all else is looked at as it stands.
        let full = self.depth == Depth::Full || markdown;
        let html = if full {
            join(breaks.to_html(body), &breaks.to_html(extended))
        } else {
            String::new()
        };
        let excerpt = entry.section("EXCERPT").trim();
        post.excerpt = (!excerpt.is_empty()).then(|| excerpt.to_owned());
        let seen: &[&str] = if full {
            &[&html, excerpt]
        } else {
            &[body, extended, excerpt]
        };
        self.media(seen, &post, about, place, intake)?;
        let (id, audience) = (post.id.clone(), post.audience);
        if self.depth == Depth::Full {
            post.body = html;
            let words = place.words();
            intake.item(
                Item::Post(post),
                Original {
                    bytes: place.bytes,
                    media_type: "text/plain",
                    place: &words,
                },
            )?;
        } else {
            intake.item(Item::Post(post), Original::NONE)?;
        }
        self.comments(&id, audience, entry, place, intake)
    }

    fn media(
        &mut self,
        texts: &[&str],
        post: &Post,
        about: &ItemRef,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let mut mentions: Vec<Mention<'_>> = Vec::new();
        for text in texts {
            collect(text, &mut mentions);
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        gathered.clear();
        for mention in &mentions {
            gathered.add(mention, post.base.as_deref(), &|host| self.site.owns(host));
        }
        for mut media in gathered.media.drain(..) {
            media.taken = post.published;
            media.used_by = Some(about.clone());
            media.audience = match post.state {
                PostState::Published => post.audience,
                PostState::Draft | PostState::Scheduled => Audience::Owner,
            };
            intake.item(Item::Media(media), Original::NONE)?;
        }
        for address in &gathered.nowhere {
            let sentence = format!(
                "\"{}\" shows a picture that was never on the web (\"{}\").",
                post.label(),
                short(&crate::fetch::without_query(address))
            );
            self.find(
                intake,
                &codes::PICTURE_NOWHERE,
                sentence,
                Some(about),
                &place.words(),
            )?;
        }
        self.gathered = gathered;
        Ok(())
    }

    pub(super) fn comments(
        &mut self,
        post: &str,
        audience: Audience,
        entry: &Entry<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let said = entry
            .sections
            .iter()
            .filter(|section| matches!(section.name, "COMMENT" | "PING"));
        let words = place.words();
        // A part with comments only is numbered apart from the entry it belongs to.
        let part = if entry.field("NO ENTRY").is_some() {
            format!("{}.", place.line)
        } else {
            String::new()
        };
        for (at, section) in said.enumerate() {
            let id = comment_id(post, &part, at + 1, section);
            let comment = self.comment(id, post, section, place, intake)?;
            let mut mentions = Vec::new();
            if audience == Audience::Everyone && section.text.contains("<img") {
                collect(section.text, &mut mentions);
            }
            let about = ItemRef::new(
                if comment.kind == CommentKind::Comment {
                    Kind::Comment
                } else {
                    Kind::Trackback
                },
                &comment.id,
            );
            for mention in mentions
                .iter()
                .filter(|mention| mention.use_as == Use::Picture)
            {
                let mut gathered = Gathered::default();
                gathered.add(mention, entry.field("UNIQUE URL"), &|host| {
                    self.site.owns(host)
                });
                for mut media in gathered.media {
                    media.used_by = Some(about.clone());
                    media.audience = audience;
                    intake.item(Item::Media(media), Original::NONE)?;
                }
            }
            let original = if self.depth == Depth::Full {
                Original {
                    bytes: section.text.as_bytes(),
                    media_type: "text/plain",
                    place: &words,
                }
            } else {
                Original::NONE
            };
            intake.item(Item::Comment(comment), original)?;
        }
        Ok(())
    }

    fn comment(
        &mut self,
        id: String,
        post: &str,
        section: &Section<'_>,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<Comment, Halt> {
        let wire = WireComment::parse(section.text);
        let written = wire.field("DATE").and_then(date).map(Moment::Wall);
        let is_ping = section.name == "PING";
        let kind = if is_ping {
            CommentKind::Trackback
        } else {
            CommentKind::Comment
        };
        if written.is_none() {
            let about = ItemRef::new(
                if is_ping {
                    Kind::Trackback
                } else {
                    Kind::Comment
                },
                &id,
            );
            let sentence = format!("A comment under \"{post}\" has no date that can be read.");
            self.find(
                intake,
                &codes::DATE_UNREADABLE,
                sentence,
                Some(&about),
                &place.words(),
            )?;
        }
        let name = if is_ping {
            wire.field("BLOG NAME").or(wire.field("TITLE"))
        } else {
            wire.field("AUTHOR")
        };
        let body = if self.depth == Depth::Full {
            // Movable Type showed the lines of a comment as its writer typed them.
            let text = wire.text.trim().replace("\r\n", "\n");
            Breaks::from_value(None, &text).to_html(&text)
        } else {
            String::new()
        };
        Ok(Comment {
            id,
            post: post.to_owned(),
            parent: None,
            kind,
            author: Person {
                name: unescape(name.unwrap_or_default()).into_owned(),
                url: wire.field("URL").map(str::to_owned),
                email: wire.field("EMAIL").map(str::to_owned),
            },
            written,
            body,
            state: CommentState::Approved,
            title: wire
                .field("TITLE")
                .filter(|_| is_ping)
                .map(|title| unescape(title).into_owned()),
            ip: wire.field("IP").map(str::to_owned),
        })
    }
}

/// The post, the position and the content, so that two honest equal comments stay two.
fn comment_id(post: &str, part: &str, position: usize, section: &Section<'_>) -> String {
    let hash = blake3::hash(section.text.as_bytes()).to_hex();
    format!("{post}#{part}{position}-{}", &hash[..8])
}
