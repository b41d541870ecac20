//! What stands around every page: head, title of the Space, navigation, modules at the side.

use crate::spaces::html::escape;
use crate::spaces::markup::pieces::category_address;
use crate::spaces::space::Audience;
use crate::spaces::view::View;

/// A whole page with `inner` as its main part.
pub(in crate::spaces) fn page(view: &View<'_>, heading: &str, inner: &str) -> String {
    let space = view.space;
    let home = space.home();
    let title = escape(&space.title);
    let direction = if matches!(view.market.code, "ar") {
        " dir=\"rtl\""
    } else {
        ""
    };
    let feed = if space.audience == Audience::Everyone {
        format!(
            "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{title}\" href=\"{home}/feed.rss\">"
        )
    } else {
        String::new()
    };
    let banner = if view.faults.read_only {
        "<div class=\"migrationBanner\">Windows Live Spaces is closing. This space can be read but no longer be changed. \
         You can still <a href=\"/migration/\">upgrade or download your blog</a> until March 16, 2011.</div>"
    } else {
        ""
    };
    format!(
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" \
         \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\r\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:bv=\"http://schemas.microsoft.com/spaces/bv\" \
         lang=\"{language}\"{direction}>\r\n<head><title>{heading}{title} - Windows Live Spaces</title>{feed}\
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head>\r\n\
         <body class=\"theme{theme}\">{banner}{top}<div id=\"AdContainer\"><iframe src=\"http://rad.msn.com/ADSAdClient31.dll\"></iframe></div>\
         <div id=\"MainContent\">{inner}</div>{side}<div id=\"pageFooter\">&copy; Microsoft</div></body></html>",
        language = view.market.code,
        theme = escape(&space.theme),
        top = top(view),
        side = side(view),
    )
}

/// The Space's title: `h1` until 2008, `#navTitle span` after.
fn top(view: &View<'_>) -> String {
    let (title, tagline) = (escape(&view.space.title), escape(&view.space.tagline));
    let tabs = [
        ("Home", "/"),
        ("Blog", "/blog/"),
        ("Photos", "/photos/"),
        ("Guestbook", "/guestbook"),
        ("Friends", "/friends/"),
        ("Profile", "/profile/"),
    ];
    let links: String = tabs
        .iter()
        .map(|(word, path)| format!("<a href=\"{}{path}\">{word}</a> ", view.space.home()))
        .collect();
    if view.markup.starts_with("2007")
        || view.markup == "2008-02"
        || view.markup == "2008-06"
        || view.markup == "about-2008"
    {
        format!(
            "<div id=\"header\"><h1>{title}</h1><h2 id=\"tagline\">{tagline}</h2><div class=\"tabs\">{links}</div></div>"
        )
    } else {
        format!(
            "<div id=\"header\"><div id=\"navTitle\"><span>{title}</span></div><div id=\"navTagline\">{tagline}</div>\
             <div class=\"tabs\">{links}</div></div>"
        )
    }
}

/// The modules: categories, archive, albums, lists.
fn side(view: &View<'_>) -> String {
    let home = view.space.home();
    let categories: String = view
        .space
        .categories()
        .iter()
        .map(|name| {
            format!(
                "<li><a href=\"{}\">{}</a></li>",
                category_address(view, name),
                view.category(name)
            )
        })
        .collect();
    let months: String = months(view)
        .iter()
        .map(|(year, month)| {
            format!(
                "<li><a href=\"{home}/?_c11_BlogPart_BlogPart=blogview&amp;_c=BlogPart&amp;partqs=amonth%3d{month}%26ayear%3d{year}\">{month}/{year}</a></li>"
            )
        })
        .collect();
    let albums: String = view
        .space
        .albums
        .iter()
        .map(|album| {
            format!(
                "<li><a href=\"{home}/photos/{}/\">{}</a></li>",
                view.space.handle(album.number),
                escape(&album.title)
            )
        })
        .collect();
    let lists: String = view
        .space
        .lists
        .iter()
        .map(|list| {
            format!(
                "<li><a href=\"{home}/Lists/{}/\">{}</a></li>",
                view.space.handle(list.number),
                escape(&list.title)
            )
        })
        .collect();
    format!(
        "<div id=\"side\"><div class=\"module\" id=\"categoriesModule\"><h3>Categories</h3><ul>{categories}</ul></div>\
         <div class=\"module\" id=\"archiveModule\"><h3>Archive</h3><ul>{months}</ul></div>\
         <div class=\"module\" id=\"albumsModule\"><h3>Photos</h3><ul>{albums}</ul></div>\
         <div class=\"module\" id=\"listsModule\"><h3>Lists</h3><ul>{lists}</ul></div></div>"
    )
}

/// Months that have entries, newest first, on the owner's clock.
fn months(view: &View<'_>) -> Vec<(i16, i8)> {
    let mut months: Vec<(i16, i8)> = view
        .entries()
        .iter()
        .map(|entry| {
            (
                view.local(entry.date).year(),
                view.local(entry.date).month(),
            )
        })
        .collect();
    months.dedup();
    months
}
