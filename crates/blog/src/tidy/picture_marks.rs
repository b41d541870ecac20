//! `rel="WLPP"` and `rel="WLPP;url=…;cnsid=…"`: notes of the old photo service to itself. Whoever needs the join from picture to
//! photo reads it from the original body, before tidying.

use super::notes::Notes;
use crate::body::tree::{Node, each_element};
use crate::codes::tidy::PICTURE_MARKS;

pub(super) fn run(nodes: &mut [Node], notes: &mut Notes) {
    each_element(nodes, &mut |element| {
        let Some(rel) = element.get("rel") else {
            return;
        };
        if !rel.to_ascii_uppercase().contains("WLPP") {
            return;
        }
        let kept: Vec<&str> = rel
            .split_ascii_whitespace()
            .filter(|word| !word.to_ascii_uppercase().starts_with("WLPP"))
            .collect();
        let kept = kept.join(" ");
        if kept.is_empty() || kept.contains("cnsid=") {
            element.take("rel");
        } else {
            element.set("rel", kept);
        }
        notes.count(&PICTURE_MARKS);
    });
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn marks_of_the_photo_service_go_and_other_relations_stay() {
        let html = "<p><a href=\"http://h.example/a\" rel=\"WLPP;url=http://h.example/a;cnsid=cns&#033;1&#033;2\">x</a> <a href=\"http://h.example/b\" rel=\"nofollow WLPP\">y</a></p>";
        assert_eq!(
            tidy(html, For::Post).html,
            "<p><a href=\"http://h.example/a\">x</a> <a href=\"http://h.example/b\" rel=\"nofollow\">y</a></p>"
        );
    }
}
