//! `style` attributes: cut into declarations, and only what the new home keeps stays.

use super::notes::Notes;
use crate::body::tree::{Element, Node, each_element};
use crate::codes::tidy::STYLE;

pub(super) fn run(nodes: &mut [Node], notes: &mut Notes) {
    each_element(nodes, &mut |element| {
        let Some(style) = element.get("style") else {
            return;
        };
        let mut kept = Vec::new();
        for (property, value) in declarations(style) {
            let value = plain_colors(&value);
            if is_kept(&property, &value) {
                kept.push((property, value));
            } else if !property.is_empty() {
                notes.name(&STYLE, property);
            }
        }
        set(element, &kept);
    });
}

/// No more bytes of a style are read; what follows is taken off. Editors wrote a few hundred.
const STYLE_BYTES_MAX: usize = 64 * 1024;

/// The declarations of a style: property in lower case, value as written. Quotes and brackets hold together.
pub(crate) fn declarations(style: &str) -> Vec<(String, String)> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    let mut depth = 0_usize;
    for (at, character) in style.char_indices() {
        if at >= STYLE_BYTES_MAX {
            break;
        }
        match character {
            '"' | '\'' => {
                quote = match quote {
                    None => Some(character),
                    Some(open) if open == character => None,
                    open => open,
                };
            }
            '(' if quote.is_none() => depth += 1,
            ')' if quote.is_none() => depth = depth.saturating_sub(1),
            ';' if quote.is_none() && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(if character.is_ascii_whitespace() {
                ' '
            } else {
                character
            });
        }
    }
    parts
        .iter()
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let (property, value) = part.split_once(':').unwrap_or((part, ""));
            (
                property.trim().to_ascii_lowercase(),
                value.trim().to_owned(),
            )
        })
        .collect()
}

/// Writes declarations back; an element without any loses the attribute.
pub(crate) fn set(element: &mut Element, declarations: &[(String, String)]) {
    if declarations.is_empty() {
        element.take("style");
        return;
    }
    let written: Vec<String> = declarations
        .iter()
        .map(|(property, value)| format!("{property}:{value}"))
        .collect();
    element.set("style", written.join(";"));
}

/// Adds declarations behind those an element has.
pub(super) fn add(element: &mut Element, more: &[(String, String)]) {
    let mut all = element.get("style").map(declarations).unwrap_or_default();
    all.extend_from_slice(more);
    set(element, &all);
}

/// Whether the new home keeps the declaration. It refuses values with brackets (other than addresses and computations),
/// backslashes, `&`, `=`, `}` and remarks.
fn is_kept(property: &str, value: &str) -> bool {
    let known =
        PROPERTIES.contains(&property) || FAMILIES.iter().any(|family| in_family(property, family));
    if !known || value.is_empty() || value.contains(['<', '>', '{', '"']) {
        return false;
    }
    let value = match (ADDRESSED.contains(&property), address_in(value)) {
        (true, Some((address, rest))) if is_safe_address(&address) => rest,
        (_, Some(_)) => return false,
        (_, None) => value.to_owned(),
    };
    let unsafe_words = [
        "expression",
        "javascript:",
        "behavior",
        "-moz-binding",
        "/*",
    ];
    let lower = value.to_ascii_lowercase();
    !value.contains(['\\', '(', '&', '=', '}'])
        && !unsafe_words.iter().any(|word| lower.contains(word))
}

/// The address in `url(…)` and the value without it.
fn address_in(value: &str) -> Option<(String, String)> {
    let at = value.to_ascii_lowercase().find("url(")?;
    let rest = &value[at + 4..];
    let end = rest.find(')')?;
    let address = rest[..end].trim().trim_matches(['\'', '"']).to_owned();
    Some((address, format!("{}{}", &value[..at], &rest[end + 1..])))
}

fn is_safe_address(address: &str) -> bool {
    super::addresses::is_safe(address) && !address.contains(['(', '\\'])
}

/// `rgb(255, 0, 0)` as `#ff0000`: the new home refuses the brackets.
fn plain_colors(value: &str) -> String {
    let mut plain = String::new();
    let mut rest = value;
    while let Some(at) = rest.to_ascii_lowercase().find("rgb") {
        let written = &rest[at..];
        match read_color(written) {
            Some((length, color)) => {
                plain.push_str(&rest[..at]);
                plain.push_str(&color);
                rest = &rest[at + length..];
            }
            None => {
                plain.push_str(&rest[..at + 3]);
                rest = &rest[at + 3..];
            }
        }
    }
    plain + rest
}

fn read_color(text: &str) -> Option<(usize, String)> {
    let open = text.find('(')?;
    if !matches!(text[..open].to_ascii_lowercase().trim_end(), "rgb" | "rgba") {
        return None;
    }
    let close = open + text[open..].find(')')?;
    let numbers: Vec<u8> = text[open + 1..close]
        .split([',', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .take(3)
        .map(|part| {
            part.parse::<f32>()
                .ok()
                .filter(|number| (0.0..=255.0).contains(number))
                .map(|number| number as u8)
        })
        .collect::<Option<_>>()?;
    let [red, green, blue] = numbers.as_slice() else {
        return None;
    };
    Some((close + 1, format!("#{red:02x}{green:02x}{blue:02x}")))
}

fn in_family(property: &str, family: &str) -> bool {
    property
        .strip_prefix(family)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Properties that come with all their sides.
const FAMILIES: &[&str] = &["border-top", "border-right", "border-bottom", "border-left"];

/// Properties whose value may be an address.
const ADDRESSED: &[&str] = &["background", "background-image"];

/// The properties that WordPress keeps in posts, those of old blogs that do no harm (facts of `safecss_filter_attr`, 6.1 to 6.8).
const PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "background-image",
    "background-position",
    "background-size",
    "background-attachment",
    "border",
    "border-radius",
    "border-width",
    "border-color",
    "border-style",
    "border-spacing",
    "border-collapse",
    "caption-side",
    "columns",
    "column-count",
    "column-fill",
    "column-gap",
    "column-rule",
    "column-span",
    "column-width",
    "color",
    "filter",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "letter-spacing",
    "line-height",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "height",
    "min-height",
    "max-height",
    "width",
    "min-width",
    "max-width",
    "margin",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "margin-top",
    "padding",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "padding-top",
    "clear",
    "cursor",
    "direction",
    "float",
    "list-style-type",
    "object-fit",
    "object-position",
    "overflow",
    "vertical-align",
];

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn safe_styles_stay_and_others_are_named() {
        let tidied = tidy(
            "<p style=\"COLOR: rgb(255, 0, 16); position:fixed; background:url('http://h.example/a;b.gif') red; width:expression(alert(1));\">x</p>",
            For::Post,
        );
        assert_eq!(
            tidied.html,
            "<p style=\"color:#ff0010;background:url('http://h.example/a;b.gif') red\">x</p>"
        );
        assert!(
            tidied.findings[0].sentence.contains("position, width"),
            "{:?}",
            tidied.findings
        );
    }
}
