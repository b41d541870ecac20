//! Leftovers of Word and other Office programs: `mso-` styles, `o:p`, XML islands, conditional remarks, `MsoNormal`.

use super::{For, notes::Notes};
use crate::body::tree::{Node, each_element, replace, text_of};
use crate::codes::tidy::WORD;

/// Prefixes of Office's own elements.
const PREFIXES: &[&str] = &["o:", "w:", "v:", "st1:", "m:", "x:", "u1:"];

/// Styles that only Office reads.
const STYLES: &[&str] = &[
    "mso-",
    "tab-stops",
    "text-autospace",
    "layout-grid",
    "panose-1",
    "-aw-",
];

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    drop_islands(nodes, notes);
    replace(nodes, &mut |element| {
        if !PREFIXES
            .iter()
            .any(|prefix| element.name.starts_with(prefix))
        {
            return Err(element);
        }
        notes.count(&WORD);
        Ok(element.children)
    });
    each_element(nodes, &mut |element| {
        if let Some(class) = element.get("class") {
            let kept: Vec<&str> = class
                .split_ascii_whitespace()
                .filter(|class| !is_office_class(class))
                .collect();
            if kept.len() < class.split_ascii_whitespace().count() {
                let kept = kept.join(" ");
                notes.count(&WORD);
                if kept.is_empty() {
                    element.take("class");
                } else {
                    element.set("class", kept);
                }
            }
        }
        if let Some(style) = element.get("style") {
            let (kept, dropped): (Vec<_>, Vec<_>) = super::styles::declarations(style)
                .into_iter()
                .partition(|(property, _)| !STYLES.iter().any(|own| property.starts_with(own)));
            if !dropped.is_empty() {
                notes.count(&WORD);
                super::styles::set(element, &kept);
            }
        }
    });
}

fn is_office_class(class: &str) -> bool {
    class.starts_with("Mso") || class.starts_with("WordSection") || class == "Section1"
}

/// Conditional remarks, `xml` islands and Office's style sheets go with what they hold.
fn drop_islands(nodes: &mut Vec<Node>, notes: &mut Notes) {
    nodes.retain_mut(|node| {
        let is_office = match node {
            Node::Comment(text) => {
                let text = text.trim_start();
                text.starts_with("[if") || text.starts_with("[endif") || text.contains("Fragment")
            }
            Node::Element(element) if element.name == "xml" => true,
            Node::Element(element) if element.name == "style" => {
                let sheet = text_of(&element.children);
                sheet.contains("mso-") || sheet.contains("Mso") || sheet.contains("@font-face")
            }
            Node::Element(element) => {
                drop_islands(&mut element.children, notes);
                false
            }
            Node::Text(_) => false,
        };
        if is_office {
            notes.count(&WORD);
        }
        !is_office
    });
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn text_from_word_keeps_its_look_and_loses_its_leftovers() {
        let html = "<!--[if gte mso 9]><xml><w:x>1</w:x></xml><![endif]--><style>p.MsoNormal{mso-x:1}</style>\
            <p class=\"MsoNormal\" style=\"margin:0 0 10pt; mso-pagination: none\"><![if !supportLists]><span lang=\"EN-US\" style=\"color:red\">Hello</span><o:p></o:p></p>";
        let tidied = tidy(html, For::Post);
        assert_eq!(
            tidied.html,
            "<p style=\"margin:0 0 10pt\"><span lang=\"EN-US\" style=\"color:red\">Hello</span></p>"
        );
        assert_eq!(tidied.findings.len(), 1, "{:?}", tidied.findings);
    }
}
