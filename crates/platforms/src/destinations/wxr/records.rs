//! Rows as records of the format: posts with their terms, fields and comments, and attachments.

use super::files::{Blog, NOBODY};
use super::rows::{CommentRow, MediaRow, PostRow, Row, Rows};
use crate::wire::wxr::record::ItemTerm;
use crate::wire::wxr::{Comment, Item, Meta};
use blog::Kind;

impl Blog {
    /// A post with its comments, each with its number and that of what it answers.
    pub(super) fn post(
        &self,
        id: u64,
        post: &PostRow,
        comments: Vec<(u64, u64, CommentRow)>,
        rows: &Rows,
    ) -> Item<'static> {
        let date = post.date.or(post.known_by).map(|date| rows.wall(date));
        let utc = post.date.map(utc);
        let none = || "0000-00-00 00:00:00".to_owned();
        let open = |open: bool| if open { "open" } else { "closed" };
        let row = Row::Post(Box::new(post.clone()));
        let featured = post
            .featured
            .as_ref()
            .and_then(|mark| self.by_mark.get(mark));
        Item {
            title: post.title.clone().into(),
            link: rows.address(id, &row).unwrap_or_default().into(),
            creator: post
                .author
                .clone()
                .unwrap_or_else(|| NOBODY.to_owned())
                .into(),
            guid: format!("{}/?p={id}", rows.home).into(),
            content: post.content.clone().into(),
            excerpt: post.excerpt.clone().into(),
            id: id.to_string().into(),
            date: date.unwrap_or_else(none).into(),
            date_utc: utc.unwrap_or_else(none).into(),
            modified_utc: post
                .modified
                .or(post.date)
                .map_or_else(none, self::utc)
                .into(),
            comment_status: open(post.comments_open).into(),
            ping_status: open(post.pings_open).into(),
            name: post.slug.clone().into(),
            status: post.status.clone().into(),
            parent: post
                .parent
                .as_ref()
                .and_then(|mark| self.by_mark.get(mark))
                .map_or_else(|| "0".to_owned(), u64::to_string)
                .into(),
            menu_order: post.order.to_string().into(),
            kind: if post.page { "page" } else { "post" }.into(),
            password: post.password.clone().unwrap_or_default().into(),
            sticky: if post.sticky { "1" } else { "0" }.into(),
            terms: self.terms_of(post),
            meta: featured
                .map(|id| Meta {
                    key: "_thumbnail_id".into(),
                    value: id.to_string().into(),
                })
                .into_iter()
                .chain(post.fields.iter().map(|field| Meta {
                    key: field.name.clone().into(),
                    value: field.value.clone().into(),
                }))
                .collect(),
            comments: comments
                .into_iter()
                .map(|(id, parent, comment)| written(id, parent, comment, post, rows))
                .collect(),
            ..Item::default()
        }
    }

    fn terms_of(&self, post: &PostRow) -> Vec<ItemTerm<'static>> {
        let named = post
            .terms
            .iter()
            .filter_map(|mark| Some((mark, &self.terms.get(mark)?.1)));
        let mut terms: Vec<ItemTerm<'static>> = named
            .map(|(mark, term)| ItemTerm {
                domain: if mark.kind == Kind::Tag {
                    "post_tag"
                } else {
                    "category"
                }
                .to_owned(),
                slug: term.slug.clone(),
                name: term.name.clone().into(),
            })
            .collect();
        if let Some(format) = &post.format {
            terms.push(ItemTerm {
                domain: "post_format".to_owned(),
                slug: format!("post-format-{format}"),
                name: format.clone().into(),
            });
        }
        terms
    }
}

fn utc(date: jiff::Timestamp) -> String {
    date.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn written(
    id: u64,
    parent: u64,
    comment: CommentRow,
    post: &PostRow,
    rows: &Rows,
) -> Comment<'static> {
    let date = comment.date.or(post.date);
    Comment {
        id: id.to_string().into(),
        author: comment.author.into(),
        url: comment.url.into(),
        date: date.map(|date| rows.wall(date)).unwrap_or_default().into(),
        date_utc: date.map(utc).unwrap_or_default().into(),
        content: comment.content.into(),
        approved: match comment.state.as_str() {
            "approved" => "1",
            "spam" => "spam",
            _ => "0",
        }
        .into(),
        kind: comment.kind.into(),
        parent: parent.to_string().into(),
        ..Comment::default()
    }
}

/// The name of a file without folders and ending.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A picture or file, where the importer will look for it.
pub(super) fn attachment(id: u64, media: &MediaRow, rows: &Rows, parent: u64) -> Item<'static> {
    let address = rows.file_address(&media.file);
    let stem = stem(&media.file);
    let meta = |key: &'static str, value: &str| {
        (!value.is_empty()).then(|| Meta {
            key: key.into(),
            value: value.to_owned().into(),
        })
    };
    Item {
        title: if media.title.is_empty() {
            stem.to_owned()
        } else {
            media.title.clone()
        }
        .into(),
        link: format!("{}/?attachment_id={id}", rows.home).into(),
        creator: NOBODY.into(),
        guid: address.clone().into(),
        excerpt: media.caption.clone().into(),
        id: id.to_string().into(),
        date: rows.wall(media.date).into(),
        date_utc: utc(media.date).into(),
        modified_utc: utc(media.date).into(),
        comment_status: "closed".into(),
        ping_status: "closed".into(),
        name: format!("{stem}-{id}").into(),
        status: if media.open { "inherit" } else { "private" }.into(),
        parent: parent.to_string().into(),
        menu_order: "0".into(),
        kind: "attachment".into(),
        sticky: "0".into(),
        attachment: address.into(),
        meta: meta("_wp_attachment_image_alt", &media.alt)
            .into_iter()
            .collect(),
        ..Item::default()
    }
}
