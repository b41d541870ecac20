//! Pieces that several periods share: the footer's links, the paging links, the older and newer entry.

use super::CommentPage;
use crate::spaces::html::{escape, in_query};
use crate::spaces::space::{Comment, Entry};
use crate::spaces::view::View;

/// The id of a piece of an entry: `msgcns!CID!N`.
pub(super) fn id(view: &View<'_>, piece: &str, number: u64) -> String {
    format!("{piece}{}", view.space.handle(number))
}

/// `<div id="msgcns!.." class="bvMsg">`, as entries were delivered to every client.
pub(super) fn body(view: &View<'_>, entry: &Entry) -> String {
    format!(
        "<div id=\"{}\" class=\"bvMsg\">{}</div>",
        id(view, "msg", entry.number),
        entry.body
    )
}

/// The links of the footer; the permalink is the fourth, in whatever language it is written.
pub(super) fn footer_links(view: &View<'_>, entry: &Entry) -> String {
    let address = view.entry_address(entry);
    let permalink = format!("{address}#permalink{}", view.space.handle(entry.number));
    format!(
        " | <a href=\"{address}#post\">Add a comment</a> | <a href=\"{address}#comment\">Read comments ({comments})</a> \
         | <a href=\"{address}#trackback\">Trackbacks ({trackbacks})</a> | <a href=\"{permalink}\">{word}</a> \
         | <a href=\"http://spaces.live.com/BlogIt.aspx?Title={title}&amp;SourceURL={source}&amp;description=\">Blog it</a>",
        comments = entry.comments.len(),
        trackbacks = entry.trackbacks.len(),
        word = view.market.permalink,
        title = in_query(&entry.title),
        source = in_query(&address),
    )
}

/// The links to the categories of an entry: `id="blogCategory0"` and so on.
pub(super) fn categories(view: &View<'_>, entry: &Entry) -> String {
    let links = entry.categories.iter().enumerate().map(|(position, name)| {
        format!(
            "<a id=\"blogCategory{position}\" href=\"{}\">{}</a>",
            category_address(view, name),
            view.category(name)
        )
    });
    links.collect::<Vec<_>>().join(", ")
}

/// The address of the page of one category.
pub(in crate::spaces) fn category_address(view: &View<'_>, name: &str) -> String {
    let partqs = in_query(&format!("cat={}", in_query(name)));
    format!(
        "{}/?_c11_BlogPart_BlogPart=blogview&amp;_c=BlogPart&amp;partqs={partqs}",
        view.space.home()
    )
}

/// The attribute `bv:cat` of list pages: the first category's name, empty when there is none.
pub(super) fn category_attribute(view: &View<'_>, entry: &Entry) -> String {
    entry
        .categories
        .first()
        .map(|name| view.category(name))
        .unwrap_or_default()
}

/// The address that shows the comments after those of `page`.
pub(super) fn next_comments(
    view: &View<'_>,
    entry: &Entry,
    page: &CommentPage<'_>,
) -> Option<String> {
    let last = view.space.handle(page.continues_after?);
    let handle = view.space.handle(entry.number);
    Some(format!(
        "{}?commentPH={last}&amp;_c11_BlogPart_handle={handle}&amp;_c11_BlogPart_blogpart=blogentry&amp;_c=BlogPart",
        view.entry_address(entry)
    ))
}

/// A link of the toolbar to a neighbouring entry.
pub(super) fn toolbar_link(view: &View<'_>, entry: &Entry, inside: &str) -> String {
    format!(
        "<li><a href=\"{}\">{inside}</a></li>",
        view.entry_address(entry)
    )
}

/// The author of a comment where e-mail addresses were still shown: a link when there is one, else plain text.
pub(super) fn author_with_mail(view: &View<'_>, comment: &Comment, scheme: &str) -> String {
    let name = view.author(comment);
    match &comment.email {
        Some(email) => format!("<a href=\"{scheme}{}\">{name}</a>", escape(email)),
        None => name,
    }
}

/// The web address of a comment's author, as a link.
pub(super) fn author_web_link(comment: &Comment) -> String {
    comment
        .url
        .as_ref()
        .map(|url| format!("<a href=\"{0}\">{0}</a>", escape(url)))
        .unwrap_or_default()
}

/// The form below the comments, which every period had.
pub(super) fn comment_form(view: &View<'_>, entry: &Entry) -> String {
    format!(
        "<a name=\"post\"></a><div class=\"commentForm\"><a href=\"{}#post\">Add a comment</a></div>",
        view.entry_address(entry)
    )
}

/// Trackbacks below an entry.
pub(super) fn trackbacks(view: &View<'_>, entry: &Entry) -> String {
    let address = format!(
        "{}/blog/{}.trak",
        view.space.home(),
        view.space.handle(entry.number)
    );
    let rows: String = entry
        .trackbacks
        .iter()
        .map(|ping| {
            format!(
                "<li class=\"bvTrackback\"><a class=\"tbTitle\" href=\"{}\">{}</a> <span class=\"tbBlog\">{}</span> \
                 <span class=\"tbDate\">{}</span><div class=\"tbExcerpt\">{}</div></li>",
                escape(&ping.url),
                escape(&ping.title),
                escape(&ping.blog),
                view.date_and_time(ping.date),
                escape(&ping.excerpt)
            )
        })
        .collect();
    format!(
        "<a name=\"trackback\"></a><div class=\"trackbacks\"><h5>Trackbacks ({})</h5><div>The trackback URL for this entry \
         is: <span class=\"tbUrl\">{address}</span></div><ul>{rows}</ul></div>",
        entry.trackbacks.len()
    )
}
