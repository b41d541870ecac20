//! The dated markups of entries and comments. All of it is data: one markup is one entry of a list with its selectors.
//!
//! What is known of them was read off programs that moved Spaces between May 2007 and July 2010. Every reader tries the
//! markups newest first; a field that a page does not have in its own markup is looked for in the others, because owners'
//! themes mixed them.

/// Where the pieces of an entry stand. `{}` in a selector is the entry's handle text.
#[derive(Debug)]
pub(super) struct EntryMarkup {
    /// Year and month.
    #[allow(dead_code, reason = "names the row for people; Debug shows it")]
    pub(super) name: &'static str,
    /// Title of the Space.
    pub(super) blog_title: &'static str,
    /// Tagline of the Space.
    pub(super) tagline: &'static str,
    /// Footer of an entry; its first text is the time.
    pub(super) footer: &'static str,
    /// The element inside the footer that holds the time alone.
    pub(super) time: &'static str,
    /// Links to the categories of an entry.
    pub(super) categories: &'static str,
}

/// Entry markups, newest first.
pub(super) static ENTRY_MARKUPS: &[EntryMarkup] = &[
    EntryMarkup {
        name: "2010-07",
        blog_title: "#navTitle span",
        tagline: "#navTagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "2008-12",
        blog_title: "#navTitle",
        tagline: "#navTagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "about-2008",
        blog_title: "h1",
        tagline: "#tagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "2008-06",
        blog_title: "h1",
        tagline: "#tagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "2008-02",
        blog_title: "h1",
        tagline: "#tagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "2007-10",
        blog_title: "h1",
        tagline: "#tagline",
        footer: ".footerLinks",
        time: "nobr",
        categories: "[id^=\"blogCategory\"]",
    },
    EntryMarkup {
        name: "2007-05",
        blog_title: "h1",
        tagline: "#tagline",
        footer: ".footer",
        time: "span",
        categories: "[id^=\"blogCategory\"]",
    },
];

/// Where the pieces of a comment stand.
#[derive(Debug)]
pub(super) struct CommentMarkup {
    /// Year and month.
    #[allow(dead_code, reason = "names the row for people; Debug shows it")]
    pub(super) name: &'static str,
    /// One comment.
    pub(super) block: &'static str,
    /// What a block of this markup has inside and blocks of older ones have not; empty when the class of the block says it all.
    pub(super) mark: &'static str,
    /// How the pieces are found.
    pub(super) pieces: Pieces,
}

/// How the pieces of a comment are found.
#[derive(Debug)]
pub(super) enum Pieces {
    /// By selectors inside the block.
    Named {
        /// The name of the author; empty where it is the first element of the block.
        author: &'static str,
        /// The text.
        body: &'static str,
        /// The date.
        date: Date,
        /// The link to the author's web address or profile.
        web: &'static str,
    },
    /// By position: author, text, date, link.
    InOrder,
}

/// Where the date of a comment stands.
#[derive(Debug)]
pub(super) enum Date {
    /// Inside the block.
    Inside(&'static str),
    /// In the element before or after the body, whichever reads as a date.
    BesideBody,
    /// In the next such element of the page, not always a sibling.
    Following(&'static str),
}

/// Comment markups, newest first.
pub(super) static COMMENT_MARKUPS: &[CommentMarkup] = &[
    CommentMarkup {
        name: "2010-07",
        block: ".cc2_cmt",
        mark: "",
        pieces: Pieces::Named {
            author: ".cc2_dnmmain",
            body: ".cc2_txt",
            date: Date::Inside(".cc2_tsmain"),
            web: ".cc2_dnmmain a[href]",
        },
    },
    CommentMarkup {
        name: "2008-12",
        block: ".ccCommentBox",
        mark: "",
        pieces: Pieces::Named {
            author: ".cxp_ic_name, .ccName",
            body: ".Comment",
            date: Date::Following(".ccDateBox"),
            web: ".cxp_ic_name a[href]",
        },
    },
    CommentMarkup {
        name: "2008-06",
        block: ".bvCommentText",
        mark: "[id^=\"ccName\"]",
        pieces: Pieces::Named {
            author: "[id^=\"ccName\"]",
            body: ".ccViewComment",
            date: Date::Inside("[id^=\"ccDate\"]"),
            web: ".ccViewAuthorUrl a[href]",
        },
    },
    CommentMarkup {
        name: "2008-02",
        block: ".bvCommentText",
        mark: ".ccViewComment",
        pieces: Pieces::Named {
            author: "",
            body: ".ccViewComment",
            date: Date::BesideBody,
            web: ".ccViewAuthorUrl a[href]",
        },
    },
    CommentMarkup {
        name: "2007",
        block: ".bvCommentText",
        mark: "",
        pieces: Pieces::InOrder,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use dom_query::Matcher;

    #[test]
    fn every_selector_of_the_lists_is_one() {
        let mut selectors = Vec::new();
        for markup in ENTRY_MARKUPS {
            selectors.extend([
                markup.blog_title,
                markup.tagline,
                markup.footer,
                markup.time,
                markup.categories,
            ]);
        }
        for markup in COMMENT_MARKUPS {
            selectors.push(markup.block);
            selectors.push(markup.mark);
            if let Pieces::Named {
                author,
                body,
                date,
                web,
            } = &markup.pieces
            {
                selectors.extend([*author, *body, *web]);
                if let Date::Inside(date) | Date::Following(date) = date {
                    selectors.push(date);
                }
            }
        }
        for selector in selectors.into_iter().filter(|s| !s.is_empty()) {
            assert!(Matcher::new(selector).is_ok(), "{selector}");
        }
        assert_eq!(ENTRY_MARKUPS.len(), 7);
        assert_eq!(COMMENT_MARKUPS.len(), 5);
    }
}
