//! Pictures in a finished body: which stand alone, which of their sizes is shown, and the class that ties them to the new home.

use super::tree::{self, Element, Node, each_element};
use crate::doors::PlacedPicture;

/// A picture that stands alone, as its block needs it.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) address: String,
    pub(crate) alt: String,
    pub(crate) title: String,
    /// Width in pixels, where the author set one.
    pub(crate) width: Option<u32>,
    /// `left`, `center` or `right`.
    pub(crate) align: Option<String>,
    pub(crate) link: Option<Around>,
    /// Inline HTML.
    pub(crate) caption: String,
}

/// The link around a picture.
#[derive(Debug, Default)]
pub(crate) struct Around {
    pub(crate) href: String,
    pub(crate) target: String,
    pub(crate) rel: String,
}

/// Gives every placed picture the class by which the new home finds its sizes (`wp-image-7`).
pub(crate) fn mark(nodes: &mut [Node], picture: &dyn Fn(&str) -> Option<PlacedPicture>) {
    each_element(nodes, &mut |element| {
        if element.name != "img" {
            return;
        }
        let Some(placed) = element.get("src").and_then(picture) else {
            return;
        };
        let kept: Vec<&str> = element
            .get("class")
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter(|class| !class.starts_with("wp-image-"))
            .collect();
        let own = format!("wp-image-{}", placed.id);
        let classes = kept
            .into_iter()
            .chain([own.as_str()])
            .collect::<Vec<_>>()
            .join(" ");
        element.set("class", classes);
    });
}

/// The one picture that a paragraph or figure holds, if it holds nothing else.
pub(crate) fn only(element: &Element) -> Option<Shown> {
    let mut shown = Shown {
        align: alignment(element)?,
        ..Shown::default()
    };
    let mut found = false;
    for child in element.children.iter().filter(|child| !child.is_blank()) {
        let child = child.as_element()?;
        match child.name.as_str() {
            "img" if !found => read(child, &mut shown)?,
            "a" if !found => {
                let mut inner = child.children.iter().filter(|inner| !inner.is_blank());
                let image = inner
                    .next()?
                    .as_element()
                    .filter(|image| image.name == "img")?;
                if inner.next().is_some() {
                    return None;
                }
                shown.link = Some(Around {
                    href: child.get("href")?.to_owned(),
                    target: child.get("target").unwrap_or_default().to_owned(),
                    rel: child.get("rel").unwrap_or_default().to_owned(),
                });
                read(image, &mut shown)?;
            }
            "figcaption" if found && element.name == "figure" => {
                if child.children.iter().any(crate::tidy::paragraphs::is_block) {
                    return None;
                }
                shown.caption = tree::write(&child.children);
                continue;
            }
            _ => return None,
        }
        found = true;
    }
    found.then_some(shown)
}

/// The alignment that the element around a picture gives it; the outer `None` where it says more than that.
fn alignment(element: &Element) -> Option<Option<String>> {
    let mut align = None;
    for (name, value) in &element.attributes {
        match name.as_str() {
            "align" => align = Some(value.to_ascii_lowercase()),
            "style" => {
                for (property, value) in crate::tidy::declarations(value) {
                    if property == "text-align" {
                        align = Some(value.to_ascii_lowercase());
                    }
                }
            }
            "class" => {}
            _ => return None,
        }
    }
    // A picture alone in a line is centred by its block; left is where it stands anyway, right would make text flow around it.
    match align.as_deref() {
        Some("center") => Some(align),
        Some("left") | None => Some(None),
        Some(_) => None,
    }
}

fn read(image: &Element, shown: &mut Shown) -> Option<()> {
    shown.address = image.get("src")?.to_owned();
    shown.alt = image.get("alt").unwrap_or_default().to_owned();
    shown.title = image.get("title").unwrap_or_default().to_owned();
    let width = image
        .get("width")
        .and_then(|width| width.trim().trim_end_matches("px").parse().ok());
    shown.width = width.filter(|width| *width > 0);
    if let Some(align) = image.get("align").map(str::to_ascii_lowercase)
        && matches!(align.as_str(), "left" | "right")
    {
        shown.align = Some(align);
    }
    for (property, value) in image
        .get("style")
        .map(crate::tidy::declarations)
        .unwrap_or_default()
    {
        match (property.as_str(), value.as_str()) {
            ("float", "left" | "right") => shown.align = Some(value),
            ("width", pixels) => {
                shown.width = pixels
                    .strip_suffix("px")
                    .and_then(|pixels| pixels.trim().parse().ok())
                    .or(shown.width)
            }
            _ => {}
        }
    }
    Some(())
}

/// The registered name of the size that `address` is.
pub(crate) fn size_name<'a>(placed: &'a PlacedPicture, address: &str) -> &'a str {
    placed
        .sizes
        .iter()
        .find(|size| size.address == address)
        .map_or("full", |size| size.name.as_str())
}

/// Whether `address` is one of the files of a placed picture.
pub(crate) fn is_file_of(placed: Option<&PlacedPicture>, address: &str) -> bool {
    placed.is_some_and(|placed| placed.sizes.iter().any(|size| size.address == address))
}
