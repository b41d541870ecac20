//! Comments as WordPress keeps them: it stores no paragraphs, only their line ends, and makes paragraphs again when it shows them.

/// Finishes a tidied comment: paragraphs become blank lines, breaks become line ends, inline elements stay.
#[must_use]
pub fn to_comment(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        match line_end(&rest[at..end]) {
            Some(line_end) => text.push_str(line_end),
            None => text.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
    }
    text.push_str(rest);
    trimmed(&text)
}

/// What stands for a tag of a paragraph or break; `None` for every other tag.
fn line_end(tag: &str) -> Option<&'static str> {
    let inner = tag
        .trim_start_matches('<')
        .trim_end_matches(['>', '/', ' ']);
    let name = inner.split_ascii_whitespace().next().unwrap_or(inner);
    match name {
        "p" => Some(""),
        "/p" => Some("\n\n"),
        "br" => Some("\n"),
        _ => None,
    }
}

/// No more than one blank line in a row, none at the ends.
fn trimmed(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(str::trim) {
        if !(line.is_empty() && lines.last().is_some_and(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::to_comment;

    #[test]
    fn paragraphs_become_blank_lines_and_breaks_line_ends() {
        let html = "<p>One<br />and <a href=\"http://a.example/\">two</a></p>\n<p>Three</p>";
        assert_eq!(
            to_comment(html),
            "One\nand <a href=\"http://a.example/\">two</a>\n\nThree"
        );
    }

    #[test]
    fn what_is_finished_stays_as_it_is() {
        let finished = to_comment("<p>a</p><p>b &lt;p&gt; c</p>");
        assert_eq!(finished, "a\n\nb &lt;p&gt; c");
        assert_eq!(to_comment(&finished), finished);
    }
}
