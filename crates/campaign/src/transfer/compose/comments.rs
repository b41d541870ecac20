//! Comments, pings and guestbook notes.

use super::{Composed, Composer, composed};
use crate::{
    Error,
    bundle::{Stored, Task},
    transfer::links::GUESTBOOK_PAGE,
};
use blog::{
    Comment, CommentKind, CommentState, GuestbookEntry, ItemRef, Kind,
    address::without_keys,
    body,
    doors::{CommentThing, Thing},
};

impl Composer<'_> {
    /// A comment or ping under `post`; `None` where it kills the program.
    pub(in crate::transfer) fn comment(
        &self,
        stored: &Stored,
        comment: &Comment,
        post: ItemRef,
    ) -> Result<Option<Composed>, Error> {
        let task = Task::composing(&stored.item.reference());
        self.noted(&task, || self.whole_comment(stored, comment, post))
    }

    /// A guestbook note; `None` where it kills the program.
    pub(in crate::transfer) fn note(
        &self,
        stored: &Stored,
        entry: &GuestbookEntry,
    ) -> Result<Option<Composed>, Error> {
        let task = Task::composing(&stored.item.reference());
        self.noted(&task, || self.whole_note(stored, entry))
    }

    fn whole_comment(
        &self,
        stored: &Stored,
        comment: &Comment,
        post: ItemRef,
    ) -> Result<Composed, Error> {
        let mark = stored.item.reference();
        let html = self
            .bundle
            .tidied(&mark, &stored.hash)?
            .map_or_else(|| comment.body.clone(), |tidy| tidy.html);
        let body = self.body(&mark, &html, None, false, true)?;
        let author = match (&comment.title, comment.kind) {
            (Some(title), CommentKind::Trackback | CommentKind::Pingback)
                if comment.author.name.is_empty() =>
            {
                title.clone()
            }
            _ => comment.author.name.clone(),
        };
        let thing = CommentThing {
            post,
            parent: comment
                .parent
                .as_ref()
                .map(|parent| ItemRef::new(Kind::Comment, parent)),
            kind: comment.kind,
            author,
            url: public_url(comment.author.url.as_deref()),
            date_utc: self.instant(comment.written.as_ref()),
            content: body::to_comment(&body.html),
            state: comment.state,
        };
        Ok(composed(
            mark,
            Thing::Comment(thing),
            body.met.open_links,
            Vec::new(),
        ))
    }

    fn whole_note(&self, stored: &Stored, entry: &GuestbookEntry) -> Result<Composed, Error> {
        let mark = stored.item.reference();
        let html = self
            .bundle
            .tidied(&mark, &stored.hash)?
            .map_or_else(|| entry.body.clone(), |tidy| tidy.html);
        let body = self.body(&mark, &html, None, false, true)?;
        let thing = CommentThing {
            post: ItemRef::new(Kind::Page, GUESTBOOK_PAGE),
            parent: None,
            kind: CommentKind::Comment,
            author: entry.author.name.clone(),
            url: public_url(entry.author.url.as_deref()),
            date_utc: self.instant(entry.written.as_ref()),
            content: body::to_comment(&body.html),
            state: CommentState::Approved,
        };
        Ok(composed(
            mark,
            Thing::Comment(thing),
            body.met.open_links,
            Vec::new(),
        ))
    }

    /// The post or page that a comment stands under.
    pub(super) fn post_of(&self, comment: &Comment) -> Result<ItemRef, Error> {
        let page = ItemRef::new(Kind::Page, &comment.post);
        let is_page = self.bundle.row(&page)?.is_some();
        Ok(if is_page {
            page
        } else {
            ItemRef::new(Kind::Post, &comment.post)
        })
    }
}

/// The web address of somebody who wrote here, without keys; a mail address is none.
pub(crate) fn public_url(url: Option<&str>) -> String {
    let url = url.unwrap_or_default().trim();
    let is_mail = url
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"))
        || (url.contains('@') && !url.contains('/'));
    if is_mail {
        String::new()
    } else {
        without_keys(url).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn a_mail_address_is_no_web_address() {
        for (url, public) in [
            (Some("MAILTO:ana@x.example"), ""),
            (Some("ana@x.example"), ""),
            (
                Some("http://ana:pw@x.example/?sid=1&p=2"),
                "http://x.example/?p=2",
            ),
            (Some("http://x.example/@ana"), "http://x.example/@ana"),
            (Some(" "), ""),
            (None, ""),
        ] {
            assert_eq!(public_url(url), public);
        }
    }
}
