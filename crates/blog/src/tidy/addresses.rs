//! Addresses that no reader could follow: scripts, files on the author's own computer, kinds the new home refuses.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, replace};
use crate::codes::tidy::{ADDRESS, PICTURE};

/// The schemes WordPress accepts, and `input`, our own for files beside the input.
const SCHEMES: &[&str] = &[
    "http", "https", "ftp", "ftps", "mailto", "news", "irc", "irc6", "ircs", "gopher", "nntp",
    "feed", "telnet", "mms", "rtsp", "sms", "svn", "tel", "fax", "xmpp", "webcal", "urn", "input",
];

/// Attributes that hold addresses.
const ATTRIBUTES: &[&str] = &[
    "href", "src", "cite", "longdesc", "poster", "data", "action", "usemap",
];

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |mut element| {
        late_source(&mut element);
        let mut refused = Vec::new();
        for name in ATTRIBUTES {
            let unsafe_value = element.get(name).is_some_and(|address| !is_safe(address));
            if unsafe_value {
                refused.extend(element.take(name));
            }
        }
        if element.name == "img" && element.get("src").is_none_or(|src| src.trim().is_empty()) {
            notes.name(&PICTURE, picture_name(&element, refused.first()));
            let alt = element.get("alt").map(str::trim).unwrap_or_default();
            return Ok(vec![Node::text(alt)]);
        }
        for address in &refused {
            notes.name(&ADDRESS, kind_of(address));
        }
        if element.name == "a"
            && !refused.is_empty()
            && element.get("name").is_none()
            && element.get("id").is_none()
        {
            return Ok(element.children);
        }
        Err(element)
    });
}

/// Pictures that a script was to load keep their real address in `data-src`.
fn late_source(element: &mut Element) {
    if element.name != "img" {
        return;
    }
    for name in ["data-src", "data-original", "data-lazy-src"] {
        if let Some(address) = element.take(name)
            && is_safe(&address)
            && !address.trim().is_empty()
        {
            element.set("src", address);
        }
    }
}

/// Whether an address is relative or of a kind the new home accepts. Control characters and blanks do not hide a scheme.
pub(super) fn is_safe(address: &str) -> bool {
    match scheme(address) {
        Some(scheme) => SCHEMES.contains(&scheme.as_str()),
        None => !address.trim().starts_with("\\\\"),
    }
}

fn scheme(address: &str) -> Option<String> {
    let bare: String = address
        .chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .take(64)
        .collect();
    let end = bare.find([':', '/', '?', '#'])?;
    (bare.as_bytes().get(end) == Some(&b':')).then(|| bare[..end].to_ascii_lowercase())
}

/// What a report says of a refused address: its kind, not its content.
fn kind_of(address: &str) -> String {
    match scheme(address).as_deref() {
        Some("javascript" | "vbscript" | "livescript") => "a script".to_owned(),
        Some("file") => "a file on the author's computer".to_owned(),
        Some(scheme) if scheme.len() == 1 => "a file on the author's computer".to_owned(),
        Some("data") => "data written into the address".to_owned(),
        Some(scheme) => format!("the scheme {scheme}:"),
        None => "a network folder".to_owned(),
    }
}

fn picture_name(element: &Element, refused: Option<&String>) -> String {
    let alt = element
        .get("alt")
        .map(str::trim)
        .filter(|alt| !alt.is_empty());
    let kind = refused.map_or_else(|| "no address".to_owned(), |address| kind_of(address));
    alt.map_or_else(|| kind.clone(), |alt| format!("\"{alt}\" ({kind})"))
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn scripts_and_local_files_are_unlinked_and_their_text_stays() {
        let html = "<p><a href=\" java\nscript:alert(1)\">a</a><a href=\"file:///C:/x\">b</a><a href=\"#top\">c</a><img src=\"C:\\x.jpg\" alt=\"me\"><a href=\"javascript:x\" name=\"here\">d</a></p>";
        let tidied = tidy(html, For::Post);
        assert_eq!(
            tidied.html,
            "<p>ab<a href=\"#top\">c</a>me<a name=\"here\">d</a></p>"
        );
        let codes: Vec<&str> = tidied
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        assert_eq!(codes, ["TID-012", "TID-022"]);
    }
}
