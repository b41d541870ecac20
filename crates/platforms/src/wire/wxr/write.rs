//! Records as WXR 1.2, element by element as WordPress itself writes them, so that its importer takes them.

use super::record::{Author, Category, Comment, Item, Meta, Term};
use crate::wire::xml::escape;
use std::fmt::Write as _;

/// What stands above the items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Channel {
    /// Title of the blog.
    pub title: String,
    /// Address of the blog.
    pub link: String,
    /// Tagline.
    pub description: String,
    /// BCP 47 language.
    pub language: String,
}

/// Writes WXR into memory.
#[derive(Debug, Default, Clone)]
pub struct Writer {
    /// What is written.
    pub text: String,
    /// Characters that XML cannot hold and that were left out.
    pub left_out: usize,
}

const NAMESPACES: &str = "xmlns:excerpt=\"http://wordpress.org/export/1.2/excerpt/\" \
    xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
    xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:wp=\"http://wordpress.org/export/1.2/\"";

impl Writer {
    /// Begins a file.
    pub fn begin(&mut self, channel: &Channel) {
        self.text
            .push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(self.text, "<rss version=\"2.0\" {NAMESPACES}>\n<channel>");
        for (name, value) in [
            ("title", &channel.title),
            ("link", &channel.link),
            ("description", &channel.description),
            ("language", &channel.language),
        ] {
            self.plain(name, value);
        }
        self.plain("wp:wxr_version", "1.2");
        self.plain("wp:base_site_url", &channel.link);
        self.plain("wp:base_blog_url", &channel.link);
    }

    /// Ends a file.
    pub fn end(&mut self) {
        self.text.push_str("</channel>\n</rss>\n");
    }

    /// An author.
    pub fn author(&mut self, author: &Author<'_>) {
        self.open("wp:author");
        self.data("wp:author_login", &author.login);
        self.data("wp:author_email", &author.email);
        self.data("wp:author_display_name", &author.display_name);
        self.close("wp:author");
    }

    /// A category.
    pub fn category(&mut self, number: u64, category: &Category<'_>) {
        self.open("wp:category");
        self.plain("wp:term_id", &number.to_string());
        self.data("wp:category_nicename", &category.slug);
        self.data("wp:category_parent", &category.parent);
        self.data("wp:cat_name", &category.name);
        self.data("wp:category_description", &category.description);
        self.close("wp:category");
    }

    /// A tag.
    pub fn tag(&mut self, number: u64, tag: &Term<'_>) {
        self.open("wp:tag");
        self.plain("wp:term_id", &number.to_string());
        self.data("wp:tag_slug", &tag.slug);
        self.data("wp:tag_name", &tag.name);
        self.data("wp:tag_description", &tag.description);
        self.close("wp:tag");
    }

    /// An item with its terms, custom fields and comments.
    pub fn item(&mut self, item: &Item<'_>) {
        self.open("item");
        self.data("title", &item.title);
        self.plain("link", &item.link);
        self.data("dc:creator", &item.creator);
        let _ = writeln!(
            self.text,
            "<guid isPermaLink=\"false\">{}</guid>\n<description></description>",
            escape(&item.guid)
        );
        self.data("content:encoded", &item.content);
        self.data("excerpt:encoded", &item.excerpt);
        self.plain("wp:post_id", &item.id);
        self.data("wp:post_date", &item.date);
        self.data("wp:post_date_gmt", &item.date_utc);
        self.data("wp:post_modified", &item.modified_utc);
        self.data("wp:post_modified_gmt", &item.modified_utc);
        self.data("wp:comment_status", &item.comment_status);
        self.data("wp:ping_status", &item.ping_status);
        self.data("wp:post_name", &item.name);
        self.data("wp:status", &item.status);
        self.plain("wp:post_parent", &item.parent);
        self.plain("wp:menu_order", &item.menu_order);
        self.data("wp:post_type", &item.kind);
        self.data("wp:post_password", &item.password);
        self.plain("wp:is_sticky", &item.sticky);
        if !item.attachment.is_empty() {
            self.data("wp:attachment_url", &item.attachment);
        }
        for term in &item.terms {
            let _ = write!(
                self.text,
                "<category domain=\"{}\" nicename=\"{}\">",
                escape(&term.domain),
                escape(&term.slug)
            );
            self.hidden(&term.name);
            self.text.push_str("</category>\n");
        }
        for meta in &item.meta {
            self.meta(meta);
        }
        for comment in &item.comments {
            self.comment(comment);
        }
        self.close("item");
    }

    fn meta(&mut self, meta: &Meta<'_>) {
        self.open("wp:postmeta");
        self.data("wp:meta_key", &meta.key);
        self.data("wp:meta_value", &meta.value);
        self.close("wp:postmeta");
    }

    fn comment(&mut self, comment: &Comment<'_>) {
        self.open("wp:comment");
        self.plain("wp:comment_id", &comment.id);
        self.data("wp:comment_author", &comment.author);
        self.data("wp:comment_author_email", &comment.email);
        self.plain("wp:comment_author_url", &comment.url);
        self.data("wp:comment_author_IP", &comment.ip);
        self.data("wp:comment_date", &comment.date);
        self.data("wp:comment_date_gmt", &comment.date_utc);
        self.data("wp:comment_content", &comment.content);
        self.data("wp:comment_approved", &comment.approved);
        self.data("wp:comment_type", &comment.kind);
        self.plain("wp:comment_parent", &comment.parent);
        self.plain("wp:comment_user_id", "0");
        self.close("wp:comment");
    }

    fn open(&mut self, name: &str) {
        let _ = writeln!(self.text, "<{name}>");
    }

    fn close(&mut self, name: &str) {
        let _ = writeln!(self.text, "</{name}>");
    }

    fn plain(&mut self, name: &str, value: &str) {
        let _ = write!(self.text, "<{name}>");
        let value = self.allowed(value);
        self.text.push_str(&escape(&value));
        let _ = writeln!(self.text, "</{name}>");
    }

    fn data(&mut self, name: &str, value: &str) {
        let _ = write!(self.text, "<{name}>");
        self.hidden(value);
        let _ = writeln!(self.text, "</{name}>");
    }

    /// As `CDATA`. What would end it is split between two; a carriage return, which a reader of XML would turn into a line end,
    /// stands between two as a reference.
    fn hidden(&mut self, value: &str) {
        let value = self
            .allowed(value)
            .replace("]]>", "]]]]><![CDATA[>")
            .replace('\r', "]]>&#13;<![CDATA[");
        self.text.push_str("<![CDATA[");
        self.text.push_str(&value);
        self.text.push_str("]]>");
    }

    /// The value without characters that XML 1.0 cannot hold, however they are written.
    fn allowed(&mut self, value: &str) -> String {
        let mut kept = String::with_capacity(value.len());
        for character in value.chars() {
            if is_xml(character) {
                kept.push(character);
            } else {
                self.left_out += 1;
            }
        }
        kept
    }
}

/// Whether XML 1.0 knows a character.
#[must_use]
pub fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
