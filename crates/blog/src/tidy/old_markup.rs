//! Markup of the nineties in today's words: `font`, `center`, `background`, `xmp`, `dir`. What it looked like stays.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, each_element, replace};
use crate::codes::tidy::FONTS;

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |mut element| match element.name.as_str() {
        "font" | "basefont" => {
            notes.count(&FONTS);
            let style = font_style(&mut element);
            if element.name == "basefont" || (style.is_empty() && element.attributes.is_empty()) {
                return Ok(element.children);
            }
            element.name = "span".to_owned();
            super::styles::add(&mut element, &style);
            Ok(vec![Node::Element(element)])
        }
        "center" => {
            notes.count(&FONTS);
            element.name = "div".to_owned();
            super::styles::add(
                &mut element,
                &[("text-align".to_owned(), "center".to_owned())],
            );
            Ok(vec![Node::Element(element)])
        }
        "xmp" | "listing" | "plaintext" => Ok(renamed(element, "pre", notes)),
        "dir" | "menu" => Ok(renamed(element, "ul", notes)),
        "nobr" => {
            notes.count(&FONTS);
            Ok(element.children)
        }
        _ => Err(element),
    });
    each_element(nodes, &mut |element| {
        if !matches!(
            element.name.as_str(),
            "table" | "td" | "th" | "tr" | "tbody"
        ) {
            return;
        }
        if let Some(address) = element.take("background") {
            notes.count(&FONTS);
            let plain = !address.is_empty() && !address.contains(['"', '\'', '(', ')', '\\', ' ']);
            if plain {
                let value = format!("url({address})");
                super::styles::add(element, &[("background-image".to_owned(), value)]);
            }
        }
    });
}

fn renamed(mut element: Element, name: &str, notes: &mut Notes) -> Vec<Node> {
    notes.count(&FONTS);
    element.name = name.to_owned();
    vec![Node::Element(element)]
}

fn font_style(element: &mut Element) -> Vec<(String, String)> {
    let mut style = Vec::new();
    if let Some(color) = element.take("color") {
        let color = color.trim();
        let plain = color
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
        if plain && !color.is_empty() {
            let hash = color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit());
            style.push((
                "color".to_owned(),
                format!("{}{color}", if hash { "#" } else { "" }),
            ));
        }
    }
    if let Some(face) = element.take("face") {
        let clean: String = face
            .chars()
            .filter(|character| {
                !matches!(
                    character,
                    '"' | '\''
                        | ';'
                        | '\\'
                        | '('
                        | ')'
                        | '&'
                        | '='
                        | '}'
                        | '{'
                        | '<'
                        | '>'
                        | ':'
                        | '\n'
                        | '\r'
                )
            })
            .filter(|character| !character.is_control())
            .collect();
        let clean = clean.replace("/*", "").trim().to_owned();
        if !clean.is_empty() {
            style.push(("font-family".to_owned(), clean));
        }
    }
    if let Some(size) = element.take("size").and_then(|size| font_size(&size)) {
        style.push(("font-size".to_owned(), size.to_owned()));
    }
    style
}

/// The seven sizes of `font`; three is the size of the text around it.
fn font_size(size: &str) -> Option<&'static str> {
    let size = size.trim();
    let number: i32 = size.trim_start_matches('+').parse().ok()?;
    let number = if size.starts_with(['+', '-']) {
        number.saturating_add(3)
    } else {
        number
    };
    match number {
        i32::MIN..=1 => Some("x-small"),
        2 => Some("small"),
        3 => None,
        4 => Some("large"),
        5 => Some("x-large"),
        6 => Some("xx-large"),
        _ => Some("3em"),
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn fonts_become_styles_and_empty_fonts_vanish() {
        let html = "<p><font color=ff0000 face=\"'Times New Roman', serif\" size=+1>red</font> <font size=3>plain</font></p><center>mid</center>";
        assert_eq!(
            tidy(html, For::Post).html,
            "<p><span style=\"color:#ff0000;font-family:Times New Roman, serif;font-size:large\">red</span> plain</p>\n<p style=\"text-align:center\">mid</p>"
        );
    }
}
