//! Classic HTML as WordPress blocks: exactly the markup that the editor itself writes, so that it opens without a warning. What
//! has no exact counterpart stays as it is, between the blocks (the editor calls that a classic block).

mod structures;

use super::characters::{escape_text, escape_value};
use super::own_blocks;
use super::pictures::{self, Shown};
use super::tree::{self, Element, Node};
use crate::doors::PlacedPicture;
use crate::render::GALLERY_CLASS;
use crate::tidy::{EMBED_CLASS, For, is_break, limits, paragraphs};
use serde_json::{Map, Value, json};
use structures::{code, list, quote, table};

/// Answers for addresses of placed pictures.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<PlacedPicture>;

/// Turns finished classic HTML into blocks: paragraphs, headings, lists, quotes, code, tables, pictures, galleries and
/// embeds where they map cleanly, a classic block (`core/freeform`) for the rest. `picture` answers for addresses of placed pictures.
/// What is made of blocks already stays as it is.
#[must_use]
pub fn to_blocks(html: &str, picture: &dyn Fn(&str) -> Option<PlacedPicture>) -> String {
    if own_blocks::is_blocks(html) {
        return html.to_owned();
    }
    finished(html, picture, &|node| block(node, picture))
}

/// Finishes tidied HTML for the classic editor: embeds as bare addresses on lines of their own, albums as the gallery shortcode,
/// pictures with the classes that let the new home offer their sizes.
#[must_use]
pub fn to_classic(html: &str, picture: &dyn Fn(&str) -> Option<PlacedPicture>) -> String {
    if own_blocks::is_blocks(html) {
        return html.to_owned();
    }
    finished(html, picture, &|node| match node {
        Node::Element(element) if element.has_class(GALLERY_CLASS) => {
            classic_gallery(element, picture)
        }
        Node::Element(element) if element.has_class(EMBED_CLASS) => {
            embed_address(element).map(|address| escape_text(&address))
        }
        _ => None,
    })
}

/// The body with every line in a block, each written by `special` or as it is. What cannot be parsed in reasonable time stays as it
/// is.
fn finished(html: &str, picture: Lookup, special: &dyn Fn(&Node) -> Option<String>) -> String {
    let Some(pieces) = limits::bound(html) else {
        return html.to_owned();
    };
    let mut blocks = Vec::new();
    for piece in pieces {
        let mut nodes = tree::parse(&piece.html);
        paragraphs::run(&mut nodes, For::Post, &mut crate::tidy::Notes::default());
        pictures::mark(&mut nodes, picture);
        blocks.extend(
            nodes.iter().map(|node| {
                special(node).unwrap_or_else(|| tree::write(std::slice::from_ref(node)))
            }),
        );
    }
    blocks.join("\n\n")
}

/// One node as a block, or `None` where no block says exactly this.
fn block(node: &Node, picture: Lookup) -> Option<String> {
    let element = match node {
        Node::Element(element) => element,
        Node::Comment(text) => return break_block(text),
        Node::Text(_) => return None,
    };
    match element.name.as_str() {
        "p" if element.has_class(EMBED_CLASS) => embed(element),
        "p" => image(element, picture).or_else(|| paragraph(element)),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => heading(element),
        "ul" | "ol" => list(element),
        "blockquote" => quote(element, picture),
        "pre" => code(element),
        "table" => table(element),
        "hr" => (element.get("style").is_none()).then(|| {
            delimited(
                "separator",
                Map::new(),
                "<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>",
            )
        }),
        "figure" if element.has_class(GALLERY_CLASS) => gallery(element, picture),
        "figure" => image(element, picture),
        _ => None,
    }
}

/// A block between its delimiters.
fn delimited(name: &str, attributes: Map<String, Value>, inner: &str) -> String {
    let attributes = if attributes.is_empty() {
        String::new()
    } else {
        format!(" {}", written(&Value::Object(attributes)))
    };
    format!("<!-- wp:{name}{attributes} -->\n{inner}\n<!-- /wp:{name} -->")
}

/// Attributes as WordPress writes them: nothing in them can end the comment they stand in.
pub(super) fn written(attributes: &Value) -> String {
    attributes
        .to_string()
        .replace("--", "\\u002d\\u002d")
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace("\\\"", "\\u0022")
}

fn break_block(text: &str) -> Option<String> {
    if !is_break(text) {
        return None;
    }
    if text == "nextpage" {
        return Some(delimited("nextpage", Map::new(), "<!--nextpage-->"));
    }
    let mut attributes = Map::new();
    if let Some(custom) = text
        .strip_prefix("more ")
        .map(str::trim)
        .filter(|custom| !custom.is_empty())
    {
        attributes.insert("customText".to_owned(), json!(custom));
        return Some(delimited(
            "more",
            attributes,
            &format!("<!--more {custom}-->"),
        ));
    }
    Some(delimited("more", attributes, "<!--more-->"))
}

/// What the attributes of a line of text come to.
#[derive(Default)]
struct Line {
    align: Option<String>,
    right_to_left: bool,
    class: Option<String>,
    anchor: Option<String>,
    /// Styles that can move to a span inside.
    inner: Vec<(String, String)>,
}

/// Reads the attributes of a paragraph or heading; `None` where one of them has no counterpart.
fn line(element: &Element) -> Option<Line> {
    const MOVABLE: &[&str] = &[
        "color",
        "background-color",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "text-decoration",
        "font",
    ];
    let mut line = Line::default();
    for (name, value) in &element.attributes {
        match name.as_str() {
            "align" => line.align = Some(value.trim().to_ascii_lowercase()),
            "dir" if value.eq_ignore_ascii_case("rtl") => line.right_to_left = true,
            "dir" if value.eq_ignore_ascii_case("ltr") => {}
            "class" if is_plain_class(value) => line.class = Some(super::text::fold(value)),
            "id" if is_plain_class(value) && !value.contains(' ') => {
                line.anchor = Some(value.clone())
            }
            "style" => {
                for (property, value) in crate::tidy::declarations(value) {
                    match property.as_str() {
                        "text-align" => line.align = Some(value.to_ascii_lowercase()),
                        "direction" if value == "rtl" => line.right_to_left = true,
                        known if MOVABLE.contains(&known) => line.inner.push((property, value)),
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
    }
    let plain = match line.align.as_deref() {
        None | Some("") => None,
        Some("left" | "start") if !line.right_to_left => None,
        Some(align @ ("left" | "center" | "right")) => Some(align.to_owned()),
        Some(_) => return None,
    };
    line.align = plain;
    Some(line)
}

fn is_plain_class(value: &str) -> bool {
    !value.trim().is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b' '))
}

/// The inline content, inside a span where styles had to move.
fn content(element: &Element, inner: &[(String, String)]) -> Option<String> {
    if element.children.iter().any(paragraphs::is_block) {
        return None;
    }
    if inner.is_empty() {
        return Some(tree::write(&element.children));
    }
    let mut span = Element::new("span", element.children.clone());
    crate::tidy::set_style(&mut span, inner);
    Some(tree::write(&[Node::Element(span)]))
}

fn tag(name: &str, attributes: &[(&str, String)]) -> String {
    let mut tag = format!("<{name}");
    for (attribute, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        tag.push_str(&format!(
            " {attribute}=\"{}\"",
            tree::guarded(&escape_value(value, '"'))
        ));
    }
    tag + ">"
}

fn classes(parts: &[&str]) -> String {
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

fn paragraph(element: &Element) -> Option<String> {
    let line = line(element)?;
    let content = content(element, &line.inner)?;
    let mut attributes = Map::new();
    let mut align_class = String::new();
    if let Some(align) = &line.align {
        attributes.insert("align".to_owned(), json!(align));
        align_class = format!("has-text-align-{align}");
    }
    if line.right_to_left {
        attributes.insert("direction".to_owned(), json!("rtl"));
    }
    let class = line.class.unwrap_or_default();
    if !class.is_empty() {
        attributes.insert("className".to_owned(), json!(class));
    }
    let start = tag(
        "p",
        &[
            ("id", line.anchor.unwrap_or_default()),
            ("class", classes(&[&align_class, &class])),
            (
                "dir",
                if line.right_to_left {
                    "rtl".to_owned()
                } else {
                    String::new()
                },
            ),
        ],
    );
    Some(delimited(
        "paragraph",
        attributes,
        &format!("{start}{content}</p>"),
    ))
}

fn heading(element: &Element) -> Option<String> {
    let line = line(element)?;
    if line.right_to_left {
        return None;
    }
    let content = content(element, &line.inner)?;
    let name = element.name.as_str();
    let mut attributes = Map::new();
    let mut align_class = String::new();
    if let Some(align) = &line.align {
        attributes.insert("textAlign".to_owned(), json!(align));
        align_class = format!("has-text-align-{align}");
    }
    let level: u8 = name.strip_prefix('h')?.parse().ok()?;
    if level != 2 {
        attributes.insert("level".to_owned(), json!(level));
    }
    let class = line.class.unwrap_or_default();
    if !class.is_empty() {
        attributes.insert("className".to_owned(), json!(class));
    }
    let start = tag(
        name,
        &[
            ("id", line.anchor.unwrap_or_default()),
            (
                "class",
                classes(&["wp-block-heading", &align_class, &class]),
            ),
        ],
    );
    Some(delimited(
        "heading",
        attributes,
        &format!("{start}{content}</{name}>"),
    ))
}

/// A paragraph or figure that holds one picture.
fn image(element: &Element, picture: Lookup) -> Option<String> {
    let shown = pictures::only(element)?;
    Some(image_block(&shown, picture))
}

fn image_block(shown: &Shown, picture: Lookup) -> String {
    let placed = picture(&shown.address);
    let size = placed
        .as_ref()
        .map_or("full", |placed| pictures::size_name(placed, &shown.address));
    let size = size.to_owned();
    let mut attributes = Map::new();
    let mut image_class = String::new();
    if let Some(placed) = &placed {
        attributes.insert("id".to_owned(), json!(placed.id));
        image_class = format!("wp-image-{}", placed.id);
    }
    let mut style = String::new();
    if let Some(width) = shown.width {
        attributes.insert("width".to_owned(), json!(format!("{width}px")));
        attributes.insert("height".to_owned(), json!("auto"));
        style = format!("width:{width}px;height:auto");
    }
    attributes.insert("sizeSlug".to_owned(), json!(size));
    let to_media = shown
        .link
        .as_ref()
        .is_some_and(|link| pictures::is_file_of(placed.as_ref(), &link.href));
    let destination = match &shown.link {
        None => "none",
        Some(_) if to_media => "media",
        Some(_) => "custom",
    };
    attributes.insert("linkDestination".to_owned(), json!(destination));
    let align_class = shown.align.as_ref().map_or_else(String::new, |align| {
        attributes.insert("align".to_owned(), json!(align));
        format!("align{align}")
    });
    let class = classes(&[
        "wp-block-image",
        &align_class,
        &format!("size-{size}"),
        if shown.width.is_some() {
            "is-resized"
        } else {
            ""
        },
    ]);
    let mut image = format!(
        "<img src=\"{}\" alt=\"{}\"",
        tree::guarded(&escape_value(&shown.address, '"')),
        tree::guarded(&escape_value(&shown.alt, '"'))
    );
    for (name, value) in [
        ("class", &image_class),
        ("style", &style),
        ("title", &shown.title),
    ] {
        if !value.is_empty() {
            image.push_str(&format!(
                " {name}=\"{}\"",
                tree::guarded(&escape_value(value, '"'))
            ));
        }
    }
    image.push_str("/>");
    if let Some(link) = &shown.link {
        let opening = tag(
            "a",
            &[
                ("href", link.href.clone()),
                ("target", link.target.clone()),
                ("rel", link.rel.clone()),
            ],
        );
        image = format!("{opening}{image}</a>");
    }
    if !shown.caption.is_empty() {
        image.push_str(&format!(
            "<figcaption class=\"wp-element-caption\">{}</figcaption>",
            shown.caption
        ));
    }
    delimited(
        "image",
        attributes,
        &format!("<figure class=\"{class}\">{image}</figure>"),
    )
}

fn gallery(element: &Element, picture: Lookup) -> Option<String> {
    let images: Vec<String> = gallery_pictures(element)?
        .iter()
        .map(|shown| image_block(shown, picture))
        .collect();
    let attributes = Map::from_iter([("linkTo".to_owned(), json!("none"))]);
    let inner = format!(
        "<figure class=\"wp-block-gallery has-nested-images columns-default is-cropped\">{}</figure>",
        images.join("\n\n")
    );
    Some(delimited("gallery", attributes, &inner))
}

fn gallery_pictures(element: &Element) -> Option<Vec<Shown>> {
    element
        .children
        .iter()
        .filter(|child| !child.is_blank())
        .map(|child| child.as_element().and_then(pictures::only))
        .collect()
}

/// The shortcode of the classic editor, when every picture was placed; plain figures otherwise.
fn classic_gallery(element: &Element, picture: Lookup) -> Option<String> {
    let ids: Vec<String> = gallery_pictures(element)?
        .iter()
        .map(|shown| picture(&shown.address).map(|placed| placed.id.to_string()))
        .collect::<Option<_>>()?;
    (!ids.is_empty()).then(|| format!("[gallery ids=\"{}\" link=\"file\"]", ids.join(",")))
}

fn embed_address(element: &Element) -> Option<String> {
    let address = element
        .children
        .iter()
        .find_map(|child| child.as_element()?.get("href").map(str::to_owned))?;
    (address.starts_with("http") && !address.contains(char::is_whitespace)).then_some(address)
}

fn embed(element: &Element) -> Option<String> {
    let address = embed_address(element)?;
    let provider = [
        ("youtube.com", "youtube"),
        ("vimeo.com", "vimeo"),
        ("dailymotion.com", "dailymotion"),
        ("videopress.com", "videopress"),
        ("ted.com", "ted"),
    ]
    .iter()
    .find(|(host, _)| address.contains(host))
    .map(|(_, provider)| *provider)?;
    let attributes = Map::from_iter([
        ("url".to_owned(), json!(address)),
        ("type".to_owned(), json!("video")),
        ("providerNameSlug".to_owned(), json!(provider)),
    ]);
    let inner = format!(
        "<figure class=\"wp-block-embed is-type-video is-provider-{provider} wp-block-embed-{provider}\"><div class=\"wp-block-embed__wrapper\">\n{}\n</div></figure>",
        escape_text(&address)
    );
    Some(delimited("embed", attributes, &inner))
}

#[cfg(test)]
mod tests;
