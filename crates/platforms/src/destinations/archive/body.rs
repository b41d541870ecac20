//! Foreign HTML on our pages. It was tidied already: no scripts, no forms. Here its addresses become those of the archive, what it
//! would fetch from elsewhere becomes a link, and what a reader without eyes stumbles over is mended.

use super::{address, colours, words::Words};
use blog::body::plain_text;
use dom_query::{Document, NodeRef, Selection};
use std::collections::{HashMap, HashSet};

/// What ids of foreign HTML begin with on our pages, so that they are never one of ours.
const FOREIGN_ID: &str = "in-";

/// Elements that show something from an address of their own.
const PLAYERS: &str = "iframe, video, audio, embed, object, source, track, picture > source";

/// Foreign HTML for the page at the path `here`, below headings of `level`.
pub(super) fn on_page(html: &str, here: &str, level: u8, words: &Words) -> String {
    if html.trim().is_empty() {
        return String::new();
    }
    let document = Document::fragment(without_delimiters(html));
    let root = document.select("html");
    addresses(&root, words, &|address| address::on_page(here, address));
    root.select("img").set_attr("loading", "lazy");
    ids(&root);
    styles(&root);
    headings(&root, level);
    lists(&root);
    tables(&root, words);
    root.inner_html().to_string()
}

/// Foreign HTML for Markdown: nothing but its addresses changes, and what would be fetched from elsewhere becomes a link.
pub(super) fn in_markdown(html: &str, words: &Words) -> String {
    if html.trim().is_empty() {
        return String::new();
    }
    let document = Document::fragment(without_delimiters(html));
    let root = document.select("html");
    addresses(&root, words, &address::on_generated);
    root.inner_html().to_string()
}

/// HTML without the remarks that a WordPress finds its blocks by; other programs know nothing of them.
fn without_delimiters(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<!-- ") {
        let (before, remark) = rest.split_at(at);
        plain.push_str(before);
        let inner = &remark["<!-- ".len()..];
        let end = remark.find("-->").map_or(remark.len(), |end| end + 3);
        if !inner.trim_start_matches('/').starts_with("wp:") {
            plain.push_str(&remark[..end]);
        }
        rest = &remark[end..];
    }
    plain.push_str(rest);
    plain
}

fn addresses(root: &Selection<'_>, words: &Words, turn: &dyn Fn(&str) -> Option<String>) {
    for picture in root.select("img").iter() {
        self::picture(&picture, words, turn);
    }
    for player in root.select(PLAYERS).iter() {
        let source = ["src", "data"]
            .into_iter()
            .find_map(|name| player.attr(name));
        let source = source.or_else(|| player.select("[src]").attr("src"));
        player.replace_with_html(instead(
            source.as_deref().unwrap_or_default(),
            "",
            false,
            words,
        ));
    }
    let anchors: HashSet<String> = root
        .select("[id], a[name]")
        .iter()
        .flat_map(|element| [element.attr("id"), element.attr("name")])
        .flatten()
        .map(|id| id.to_string())
        .collect();
    for link in root.select("a[href], area[href]").iter() {
        self::link(&link, words, turn, &anchors);
    }
    for element in root
        .select("[background], [srcset], [poster], [longdesc], [cite]")
        .iter()
    {
        element.remove_attrs(&["background", "srcset", "poster", "longdesc", "cite"]);
    }
}

fn picture(picture: &Selection<'_>, words: &Words, turn: &dyn Fn(&str) -> Option<String>) {
    let source = picture.attr_or("src", "").to_string();
    let alt = picture.attr_or("alt", "").to_string();
    let is_media = |path: &str| {
        path.trim_start_matches(blog::doors::archiving::PRIVATE)
            .starts_with("media/")
    };
    let kept = address::path(&source)
        .filter(|(path, _)| is_media(path))
        .and_then(|_| turn(&source));
    match kept {
        Some(address) => {
            picture.set_attr("src", &address);
            picture.set_attr("alt", &alt);
        }
        None => {
            let linked = picture.ancestors(None).is("a");
            picture.replace_with_html(instead(&source, &alt, linked, words));
        }
    }
}

/// What stands for a picture or player that the archive does not have: the way to it, if there is one.
fn instead(source: &str, alt: &str, linked: bool, words: &Words) -> String {
    let said = match alt.trim() {
        "" => words.picture_elsewhere,
        alt => alt,
    };
    let said = escape(said);
    if linked || !is_elsewhere(source) {
        format!("<span class=\"elsewhere\">{said}</span>")
    } else {
        format!(
            "<a class=\"elsewhere\" href=\"{}\">{said}</a>",
            escape(source)
        )
    }
}

fn is_elsewhere(address: &str) -> bool {
    let start = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    start.starts_with("http://") || start.starts_with("https://")
}

fn link(
    link: &Selection<'_>,
    words: &Words,
    turn: &dyn Fn(&str) -> Option<String>,
    anchors: &HashSet<String>,
) {
    let href = link.attr_or("href", "").trim().to_owned();
    let is_mail = href.to_ascii_lowercase().starts_with("mailto:");
    let inside = href
        .strip_prefix('#')
        .is_some_and(|anchor| anchors.contains(anchor));
    let new =
        turn(&href).or_else(|| (is_elsewhere(&href) || is_mail || inside).then(|| href.clone()));
    let says_nothing = plain_text(&link.inner_html()).is_empty();
    let pictures = link.select("img");
    if let (Some(new), false) = (new, says_nothing && pictures.is_empty()) {
        link.set_attr("href", &new);
        if says_nothing
            && pictures
                .iter()
                .all(|picture| picture.attr_or("alt", "").trim().is_empty())
        {
            pictures.first().set_attr("alt", words.picture);
        }
    } else {
        link.remove_attrs(&["href", "target", "rel"]);
    }
}

/// Ids of a body never meet ours, and none stands twice.
fn ids(root: &Selection<'_>) {
    let mut seen = HashSet::new();
    for element in root.select("[id], a[name]").iter() {
        let id = element.attr("id").or_else(|| element.attr("name"));
        element.remove_attrs(&["id", "name"]);
        if let Some(id) = id.filter(|id| !id.trim().is_empty() && seen.insert(id.to_string())) {
            element.set_attr("id", &format!("{FOREIGN_ID}{id}"));
        }
    }
    for link in root.select("a[href^=\"#\"]").iter() {
        let anchor = link.attr_or("href", "#").to_string();
        link.set_attr("href", &format!("#{FOREIGN_ID}{}", &anchor[1..]));
    }
}

fn styles(root: &Selection<'_>) {
    for element in root.select("[style]").iter() {
        match colours::readable(&element.attr_or("style", "")) {
            Some(style) => element.set_attr("style", &style),
            None => element.remove_attr("style"),
        }
    }
    for element in root.select("font, [color], [bgcolor]").iter() {
        let colour = element
            .attr("color")
            .and_then(|colour| colours::parse(&colour));
        element.remove_attrs(&["color", "bgcolor", "face"]);
        if let Some(colour) = colour.filter(|colour| colours::is_readable(*colour)) {
            element.set_attr("style", &format!("--said:#{colour:06x}"));
        }
    }
}

/// Headings follow the page's own and leave out no level; one that says nothing is none.
fn headings(root: &Selection<'_>, level: u8) {
    let mut given: HashMap<u8, u8> = HashMap::new();
    let mut last = level;
    for heading in root.select("h1, h2, h3, h4, h5, h6").iter() {
        if plain_text(&heading.inner_html()).is_empty() && heading.select("img").is_empty() {
            heading.rename("div");
            continue;
        }
        let name = heading.nodes().first().and_then(NodeRef::node_name);
        let old: u8 = name
            .and_then(|name| name[1..].parse().ok())
            .unwrap_or(level + 1);
        given.retain(|known, _| *known <= old);
        let new = match given.get(&old) {
            Some(new) => *new,
            None => given.values().max().copied().unwrap_or(level).min(last) + 1,
        }
        .min(6);
        given.insert(old, new);
        last = new;
        heading.rename(&format!("h{new}"));
    }
}

/// A line of a list stands in a list, and nothing else does.
fn lists(root: &Selection<'_>) {
    for item in root.select("li").iter() {
        if !item.parent().is("ul, ol, menu") {
            item.rename("div");
        }
    }
    for other in root.select("ul > *, ol > *").iter() {
        if !other.is("li, script, template") {
            let html = format!("<li>{}</li>", other.html());
            other.replace_with_html(html);
        }
    }
    for list in root.select("dl").iter() {
        let children = list.children();
        let is_list = children
            .iter()
            .next()
            .is_some_and(|first| first.is("dt, div"))
            && children
                .iter()
                .last()
                .is_some_and(|last| last.is("dd, div"))
            && children
                .iter()
                .all(|child| child.is("dt, dd, div, script, template"));
        if !is_list {
            list.rename("div");
        }
    }
    for term in root.select("dt, dd").iter() {
        if !term.parent().is("dl, dl > div") {
            term.rename("div");
        }
    }
}

/// A table that is wider than the page can be moved by itself, with the keyboard, too.
fn tables(root: &Selection<'_>, words: &Words) {
    for cell in root.select("th").iter() {
        if plain_text(&cell.inner_html()).is_empty() {
            cell.rename("td");
        }
    }
    for table in root.select("table").iter() {
        if !table.ancestors(None).is("table") {
            let html = format!(
                "<div class=\"wide\" role=\"group\" aria-label=\"{}\" tabindex=\"0\">{}</div>",
                escape(words.table),
                table.html()
            );
            table.replace_with_html(html);
        }
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{super::words::Words, in_markdown, on_page};

    fn page(html: &str) -> String {
        on_page(html, "posts/a", 1, Words::of(None))
    }

    #[test]
    fn a_caption_that_is_half_a_list_becomes_none() {
        let half = page("<dl class=\"wp-caption\"><dt>a</dt></dl>");
        assert_eq!(half, "<div class=\"wp-caption\"><div>a</div></div>");
        let whole = "<dl><dt>a</dt><dd>b</dd></dl>";
        assert_eq!(page(whole), whole);
    }

    #[test]
    fn pictures_come_from_the_archive_or_become_links() {
        assert_eq!(
            page("<p><img src=\"archive:/media/a.jpg\"></p>"),
            "<p><img src=\"../markdown/static/media/a.jpg\" alt=\"\" loading=\"lazy\"></p>"
        );
        assert_eq!(
            page("<p><img src=\"http://x.example/a.jpg\" alt=\"a <hill>\"></p>"),
            "<p><a class=\"elsewhere\" href=\"http://x.example/a.jpg\">a &lt;hill&gt;</a></p>"
        );
        assert_eq!(
            page("<a href=\"http://x.example/\"><img src=\"http://x.example/a.jpg\"></a>"),
            "<a href=\"http://x.example/\"><span class=\"elsewhere\">A picture that is elsewhere</span></a>"
        );
        for html in [
            "<img src=\"file:///etc/passwd\">",
            "<img src=\"x.jpg\" srcset=\"http://x.example/2.jpg 2x\">",
            "<iframe src=\"http://x.example/\"></iframe>",
            "<video poster=\"http://x.example/p.jpg\"><source src=\"http://x.example/v.mp4\"></video>",
            "<table background=\"http://x.example/b.gif\"><tr><td style=\"background:url(http://x.example/c.gif)\">a</td></tr></table>",
        ] {
            let html = page(html);
            assert!(!html.contains(" src=") && !html.contains("url("), "{html}");
            assert!(
                !html.contains("srcset") && !html.contains("background"),
                "{html}"
            );
        }
    }

    #[test]
    fn links_lead_where_they_can_and_say_something() {
        assert_eq!(
            page(
                "<a href=\"archive:/posts/b#comments\">b</a> <a href=\"x.html\">c</a> <a href=\"#in\">d</a><b id=\"in\">e</b><a href=\"http://x.example/\"></a>"
            ),
            "<a href=\"b.html#comments\">b</a> <a>c</a> <a href=\"#in-in\">d</a><b id=\"in-in\">e</b><a></a>"
        );
        assert_eq!(
            page("<a href=\"archive:/media/b.jpg\"><img src=\"archive:/media/a.jpg\"></a>"),
            "<a href=\"../markdown/static/media/b.jpg\"><img src=\"../markdown/static/media/a.jpg\" alt=\"Picture\" loading=\"lazy\"></a>"
        );
    }

    #[test]
    fn delimiters_of_blocks_are_for_a_wordpress_only() {
        assert_eq!(
            page(
                "<!-- wp:paragraph {\"a\":1} -->\n<p>a<!--more-->b</p>\n<!-- /wp:paragraph --><!-- mine --><!-- wp:cut"
            ),
            "\n<p>a<!--more-->b</p>\n<!-- mine -->"
        );
    }

    #[test]
    fn headings_leave_out_no_level() {
        assert_eq!(
            page("<h4>a</h4><h1>b</h1><h3>c</h3><h3> </h3><h1>d</h1>"),
            "<h2>a</h2><h2>b</h2><h3>c</h3><div> </div><h2>d</h2>"
        );
    }

    #[test]
    fn lines_of_lists_stand_in_lists() {
        assert_eq!(
            page("<div><li>a</li></div><ul><li>b</li><ul><li>c</li></ul></ul>"),
            "<div><div>a</div></div><ul><li>b</li><li><ul><li>c</li></ul></li></ul>"
        );
    }

    #[test]
    fn markdown_keeps_styles_and_headings() {
        assert_eq!(
            in_markdown(
                "<h4 id=\"x\" style=\"color:yellow\">a</h4><a href=\"archive:/posts/b\">b</a>",
                Words::of(None)
            ),
            "<h4 id=\"x\" style=\"color:yellow\">a</h4><a href=\"/posts/b/\">b</a>"
        );
    }
}
