//! Posts and pages: from a record to an item.

use super::index::plain;
use super::leftovers::is_carried;
use super::media::is_own_query;
use super::reading::{Place, Reading};
use crate::wire::wxr::Item as Record;
pub(super) use crate::wire::wxr::{moment, number};
use blog::codes::wordpress_export as codes;
use blog::doors::Halt;
use blog::doors::Intake;
use blog::post::FORMATS;
use blog::{Audience, Field, ItemRef, Kind, Post, PostKind, PostState, address};

/// What a status means for a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It comes along.
    Taken {
        state: PostState,
        audience: Audience,
        known: bool,
    },
    /// It was thrown away, or never written.
    Bin,
}

/// What WordPress's word for a state means. A word it does not know itself is nobody's but the owner's.
pub(super) fn standing(status: &str) -> Standing {
    let taken = |state, audience| Standing::Taken {
        state,
        audience,
        known: true,
    };
    match status.trim() {
        "publish" => taken(PostState::Published, Audience::Everyone),
        "future" => taken(PostState::Scheduled, Audience::Everyone),
        "private" => taken(PostState::Published, Audience::Owner),
        "draft" | "pending" => taken(PostState::Draft, Audience::Owner),
        "trash" | "auto-draft" => Standing::Bin,
        _ => Standing::Taken {
            state: PostState::Draft,
            audience: Audience::Owner,
            known: false,
        },
    }
}

pub(super) fn about(post: &Post) -> ItemRef {
    let kind = match post.kind {
        PostKind::Page => Kind::Page,
        PostKind::Post => Kind::Post,
    };
    ItemRef::new(kind, &post.id)
}

impl Reading {
    /// The post of a record, without body. `cut` posts become drafts.
    pub(super) fn post(
        &mut self,
        record: &Record<'_>,
        id: String,
        (mut state, mut audience): (PostState, Audience),
        cut: bool,
    ) -> Post {
        if cut {
            // Half a post is not published; its owner decides.
            (state, audience) = (PostState::Draft, Audience::Owner);
        }
        let mut post = Post::new(id);
        post.kind = if record.kind == "page" {
            PostKind::Page
        } else {
            PostKind::Post
        };
        post.title = plain(&record.title);
        post.state = state;
        post.audience = audience;
        post.author = self.index.person(&record.creator);
        post.published = moment(&record.date_utc, &record.date);
        post.modified = moment(&record.modified_utc, "");
        post.password = Some(record.password.to_string()).filter(|word| !word.is_empty());
        post.sticky = record.sticky.trim() == "1";
        post.comments_open = record.comment_status.trim() == "open";
        post.pings_open = record.ping_status.trim() == "open";
        post.slug = Some(record.name.trim().to_owned()).filter(|slug| !slug.is_empty());
        post.base = Some(record.link.trim().to_owned()).filter(|link| link.starts_with("http"));
        post.addresses = self.addresses(record);
        post.featured = record
            .meta("_thumbnail_id")
            .and_then(number)
            .map(|number| self.index.attachment_address(number));
        for term in &record.terms {
            match term.domain.as_str() {
                "category" => post.categories.push(category_id(&term.slug, &term.name)),
                "post_tag" => post.tags.push(plain(&term.name)),
                "post_format" => post.format = format_of(&term.slug),
                _ => {}
            }
        }
        post.fields = fields(record);
        if post.kind == PostKind::Page {
            post.parent = number(&record.parent).map(|parent| parent.to_string());
            post.order = record.menu_order.trim().parse().ok();
        }
        post
    }

    /// Every address of a post: its permalink, its number, what the former Space had.
    fn addresses(&self, record: &Record<'_>) -> Vec<String> {
        let home = self.index.home();
        let mut addresses: Vec<String> = Vec::new();
        let mut push = |address: String| {
            let address = address::without_keys(&address).into_owned();
            if address.starts_with("http") && !addresses.contains(&address) {
                addresses.push(address);
            }
        };
        let link = record.link.trim();
        if !is_own_query(link) {
            push(link.to_owned());
        }
        if let Some(number) = number(&record.id) {
            push(format!("{home}/?p={number}"));
        }
        let guid = record.guid.trim();
        if !is_own_query(guid) {
            push(guid.to_owned());
        }
        if let Some(address) = self.index.space.address_of(record) {
            push(address);
        }
        addresses
    }

    /// Says what is doubtful about a post.
    pub(super) fn tell_post(
        &mut self,
        post: &Post,
        record: &Record<'_>,
        known: bool,
        place: &Place<'_>,
        intake: &mut dyn Intake,
    ) -> Result<(), Halt> {
        let about = about(post);
        let mut told = Vec::new();
        if !known {
            told.push((
                &codes::STATUS_UNKNOWN,
                format!("\"{}\" has the state \"{}\", which WordPress does not know; it moves as a draft.", post.label(), super::reading::short(&record.status)),
            ));
        }
        if post.published.is_none() && post.state != PostState::Draft {
            told.push((
                &codes::DATE_UNREADABLE,
                format!(
                    "\"{}\" has no date that can be read (\"{}\").",
                    post.label(),
                    super::reading::short(&record.date)
                ),
            ));
        }
        for (code, sentence) in told {
            self.find(intake, code, sentence, Some(&about), &place.words())?;
        }
        Ok(())
    }
}

/// `quote` of `post-format-quote`.
fn format_of(slug: &str) -> Option<String> {
    let name = slug.trim().strip_prefix("post-format-")?;
    FORMATS.contains(&name).then(|| name.to_owned())
}

/// The custom fields that a new home may be handed.
fn fields(record: &Record<'_>) -> Vec<Field> {
    let fields = record.meta.iter().filter(|meta| is_carried(&meta.key));
    let fields = fields.map(|meta| Field {
        name: meta.key.to_string(),
        value: meta.value.to_string(),
    });
    fields.filter(Field::is_harmless).collect()
}

/// The id of a category: its slug, or its name where an export of 1.0 gives no slug.
pub(super) fn category_id(slug: &str, name: &str) -> String {
    let slug = slug.trim();
    if slug.is_empty() {
        plain(name)
    } else {
        slug.to_owned()
    }
}
