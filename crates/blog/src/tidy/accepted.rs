//! What the new home accepts. Everything it would strip when it saves is taken out here first, and named. The tables mirror the
//! facts of WordPress's `wp_kses_post` (6.1 to 6.8) less form controls; comments have the narrower set of `wp_kses_data`.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, replace, text_of};
use crate::codes::tidy::{ACTIVE, ATTRIBUTE, ELEMENT, EVENT, PARAGRAPHS, REMARK, STYLE};

/// Elements that go with everything they hold.
pub(crate) const REMOVED: &[&str] = &[
    "script", "style", "template", "iframe", "frame", "frameset", "object", "embed", "applet",
    "param", "input", "select", "textarea", "button", "datalist", "option", "optgroup", "meta",
    "link", "base", "title", "canvas", "noembed", "noframes", "bgsound", "keygen", "portal", "xml",
];

pub(super) fn run(nodes: &mut Vec<Node>, purpose: For, notes: &mut Notes) {
    drop_removed(nodes, notes);
    replace(nodes, &mut |mut element| {
        let Some(attributes) = accepted(&element.name, purpose) else {
            return Ok(dissolved(element, purpose, notes));
        };
        element.attributes.retain(|(name, _)| {
            let global = purpose == For::Post && is_global(name);
            let kept = is_attribute_name(name) && (global || attributes.contains(&name.as_str()));
            if !kept && name.starts_with("on") {
                notes.name(&EVENT, format!("{name} of <{}>", element.name));
            } else if !kept {
                notes.name(&ATTRIBUTE, format!("{name} of <{}>", element.name));
            }
            kept
        });
        Err(element)
    });
}

/// Active and foreign content goes as a whole, before anything below it is looked at; so do remarks that are no break.
fn drop_removed(nodes: &mut Vec<Node>, notes: &mut Notes) {
    nodes.retain_mut(|node| match node {
        Node::Element(element) => {
            let foreign = element.name.starts_with("svg:") || element.name.starts_with("math:");
            if foreign || REMOVED.contains(&element.name.as_str()) {
                match element.name.as_str() {
                    "style" => notes.name(&STYLE, "a style sheet"),
                    _ => notes.name(&ACTIVE, description(element)),
                }
                return false;
            }
            drop_removed(&mut element.children, notes);
            true
        }
        Node::Comment(text) => {
            let is_break = is_break(text);
            if !is_break {
                notes.count(&REMARK);
            }
            // The new home shortens dashes in a remark; longer ones could end it.
            while text.contains("--") {
                *text = text.replace("--", "\u{2013}");
            }
            is_break
        }
        Node::Text(_) => true,
    });
}

/// `<!--more-->`, `<!--more Read on-->`, `<!--nextpage-->`.
pub(crate) fn is_break(text: &str) -> bool {
    let more = text == "more" || (text.starts_with("more ") && !text.contains(['<', '>', '\n']));
    more || text == "nextpage"
}

/// What was removed, for the report: `<iframe> of ads.example`.
fn description(element: &Element) -> String {
    let name = element.name.rsplit(':').next().unwrap_or_default();
    let address = element
        .get("src")
        .or_else(|| element.get("data"))
        .or_else(|| element.get("href"));
    let host = address
        .and_then(|address| crate::body::resolve(address, None))
        .and_then(|address| url::Url::parse(&address).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    match host {
        Some(host) => format!("<{name}> of {host}"),
        None => format!("<{name}>"),
    }
}

/// What stays of an element that is not accepted.
fn dissolved(element: Element, purpose: For, notes: &mut Notes) -> Vec<Node> {
    if purpose == For::Comment && element.name == "img" {
        notes.name(&ELEMENT, "<img>");
        return comment_picture(&element);
    }
    let parts_lines = !INLINE.contains(&element.name.as_str());
    // A comment is plain paragraphs: boxes become lines, and nothing a reader sees is lost.
    if purpose == For::Comment && matches!(element.name.as_str(), "div" | "span" | "font") {
        notes.count(&PARAGRAPHS);
    } else {
        notes.name(&ELEMENT, format!("<{}>", element.name));
    }
    if purpose == For::Comment && parts_lines && !text_of(&element.children).trim().is_empty() {
        return vec![Node::Element(Element::new("p", element.children))];
    }
    element.children
}

/// Elements within a line; dissolving them parts nothing.
const INLINE: &[&str] = &[
    "span", "font", "u", "small", "big", "sub", "sup", "tt", "kbd", "samp", "var", "ins",
    "acronym", "mark", "label", "dfn",
];

/// A picture in a comment is no picture at the new home; it becomes a link to it.
fn comment_picture(element: &Element) -> Vec<Node> {
    let address = element
        .get("src")
        .and_then(|src| crate::body::resolve(src, None));
    let alt = element
        .get("alt")
        .map(str::trim)
        .filter(|alt| !alt.is_empty());
    let Some(address) = address else {
        return alt.map(Node::text).into_iter().collect();
    };
    let mut link = Element::new("a", vec![Node::text(alt.unwrap_or(&address))]);
    link.set("href", address.clone());
    vec![Node::Element(link)]
}

/// Whether the new home keeps `attribute` of `element` in a post; any element that it keeps may have a class.
pub(crate) fn is_accepted(element: &str, attribute: &str) -> bool {
    accepted_in_posts(element).is_some_and(|own| {
        is_attribute_name(attribute) && (is_global(attribute) || own.contains(&attribute))
    })
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b':')
        })
}

fn is_global(name: &str) -> bool {
    const GLOBAL: &[&str] = &[
        "aria-describedby",
        "aria-details",
        "aria-label",
        "aria-labelledby",
        "aria-hidden",
        "class",
        "dir",
        "id",
        "lang",
        "style",
        "title",
        "role",
        "xml:lang",
    ];
    GLOBAL.contains(&name)
        || name
            .strip_prefix("data-")
            .is_some_and(|rest| !rest.is_empty())
}

/// The attributes an element may have besides the global ones, or `None` where it is not accepted.
fn accepted(name: &str, purpose: For) -> Option<&'static [&'static str]> {
    match purpose {
        For::Post => accepted_in_posts(name),
        For::Comment => Some(match name {
            "a" => &["href", "title"],
            "abbr" => &["title"],
            "blockquote" | "q" => &["cite"],
            "del" => &["datetime"],
            "b" | "br" | "cite" | "code" | "em" | "i" | "p" | "s" | "strike" | "strong" => &[],
            _ => return None,
        }),
    }
}

fn accepted_in_posts(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "a" => &["href", "rel", "rev", "name", "target"],
        "area" => &["alt", "coords", "href", "nohref", "shape", "target"],
        "audio" => &["autoplay", "controls", "loop", "muted", "preload", "src"],
        "video" => &[
            "autoplay",
            "controls",
            "height",
            "loop",
            "muted",
            "playsinline",
            "poster",
            "preload",
            "src",
            "width",
        ],
        "track" => &["default", "kind", "label", "src", "srclang"],
        "blockquote" | "q" => &["cite"],
        "del" => &["datetime"],
        "ins" => &["datetime", "cite"],
        "details" => &["align", "open"],
        "article" | "aside" | "div" | "figure" | "figcaption" | "footer" | "h1" | "h2" | "h3"
        | "h4" | "h5" | "h6" | "header" | "hgroup" | "main" | "nav" | "p" | "section" | "span"
        | "summary" | "caption" => &["align"],
        "hr" => &["align", "noshade", "size", "width"],
        "img" => &[
            "alt", "align", "border", "height", "hspace", "loading", "longdesc", "vspace", "src",
            "usemap", "width",
        ],
        "li" => &["align", "value"],
        "map" => &["name"],
        "ul" => &["type"],
        "ol" => &["start", "type", "reversed"],
        "pre" => &["width"],
        "table" => &[
            "align",
            "bgcolor",
            "border",
            "cellpadding",
            "cellspacing",
            "rules",
            "summary",
            "width",
        ],
        "col" | "colgroup" => &["align", "char", "charoff", "span", "valign", "width"],
        "tbody" | "thead" | "tfoot" => &["align", "char", "charoff", "valign"],
        "tr" => &["align", "bgcolor", "char", "charoff", "valign"],
        "td" | "th" => &[
            "abbr", "align", "axis", "bgcolor", "char", "charoff", "colspan", "headers", "height",
            "nowrap", "rowspan", "scope", "valign", "width",
        ],
        "address" | "abbr" | "acronym" | "b" | "bdo" | "big" | "br" | "cite" | "code" | "dd"
        | "dfn" | "dl" | "dt" | "em" | "i" | "kbd" | "mark" | "rb" | "rp" | "rt" | "rtc"
        | "ruby" | "s" | "samp" | "small" | "strike" | "strong" | "sub" | "sup" | "tt" | "u"
        | "var" => &[],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::Severity;
    use crate::tidy::{For, tidy};

    #[test]
    fn active_content_goes_and_is_named() {
        let html = "<p onclick=\"x()\">a<script>bad()</script></p><iframe src=\"http://ads.example/x?key=1\"></iframe><form><input value=\"v\">text</form><svg><text>s</text></svg>";
        let tidied = tidy(html, For::Post);
        assert_eq!(tidied.html, "<p>a</p>\n<p>text</p>");
        let lost = tidied
            .findings
            .iter()
            .find(|finding| finding.severity == Severity::Lost)
            .expect("a loss");
        assert!(
            lost.sentence
                .contains("<script>, <iframe> of ads.example, <input>, <svg>"),
            "{}",
            lost.sentence
        );
    }

    #[test]
    fn comments_keep_few_elements_and_all_words() {
        let html = "<div class=x><span style=\"color:red\">Hi <b>you</b></span></div><ul><li>one<li>two</ul><img src=\"http://h.example/a.png\" alt=\"pic\"><a href=\"http://h.example\" target=_blank>l</a>";
        assert_eq!(
            tidy(html, For::Comment).html,
            "<p>Hi <b>you</b></p>\n<p>one</p>\n<p>two</p>\n<p><a href=\"http://h.example/a.png\">pic</a><a href=\"http://h.example\">l</a></p>"
        );
    }

    #[test]
    fn breaks_stay_and_other_remarks_go() {
        assert_eq!(
            tidy(
                "<p>a</p><!--more--><p>b</p><!-- wp:html --><p>c</p>",
                For::Post
            )
            .html,
            "<p>a</p>\n<!--more-->\n<p>b</p>\n<p>c</p>"
        );
    }
}
