//! The box that Live Spaces put around every body: `<div id="msgcns!CID!N" class="bvMsg">`.

use super::{For, notes::Notes};
use crate::body::tree::{Node, replace};
use crate::codes::tidy::WRAPPER;

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |element| {
        let is_box = element.name == "div"
            && (element.has_class("bvMsg")
                || element.get("id").is_some_and(|id| id.starts_with("msgcns")));
        if !is_box {
            return Err(element);
        }
        notes.count(&WRAPPER);
        Ok(element.children)
    });
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn the_box_of_spaces_is_taken_off() {
        let tidied = tidy(
            "<div id=\"msgcns!4F1B!141\" class=\"bvMsg\"><h5>by P</h5><p>x</p></div>",
            For::Post,
        );
        assert_eq!(tidied.html, "<h5>by P</h5>\n<p>x</p>");
        assert_eq!(tidied.findings.len(), 1);
        assert_eq!(tidied.findings[0].code, "TID-001");
    }
}
