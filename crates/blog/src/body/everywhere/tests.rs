use super::{TextOf, references_everywhere, rewrite_everywhere};
use crate::body::{ReferenceKind, address_edits};
use proptest::prelude::*;

fn turned(text: &str, of: TextOf) -> String {
    rewrite_everywhere(text, of, &mut |reference| {
        let rest = reference.address.strip_prefix("http://old.example/")?;
        Some(format!("http://new.example/{rest}?a=1&b=--"))
    })
}

#[test]
fn addresses_in_the_attributes_of_blocks_change_and_no_other_byte() {
    let before = "<!-- wp:cover { \"url\" : \"http:\\/\\/old.example/a\\u0026b\",\"dimRatio\":50,\"title\":\"é \\u003c \\\"http://old.example/\\\"\" } -->\
        <img class=\"wp-block-cover__image-background\" src=\"http://old.example/a&amp;b\"/><!-- /wp:cover -->\
        <!-- wp:gallery {\"images\":[{\"url\":\"http://old.example/1\",\"link\":\"http://old.example/2\"}],\"ids\":[1]} --><!-- /wp:gallery -->\
        <!-- wp:navigation-link {\"label\":\"Old\",\"url\":\"http://old.example/3\"} /--><!-- wp:broken {\"url\":\"http://old.example/4\", -->";
    let after = turned(before, TextOf::Post);
    let new = |rest: &str| format!("http://new.example/{rest}?a=1\\u0026b=\\u002d\\u002d");
    let wanted = before
        .replace("http:\\/\\/old.example/a\\u0026b", &new("a\\u0026b"))
        .replace("\"http://old.example/1", &format!("\"{}", new("1")))
        .replace("\"http://old.example/2", &format!("\"{}", new("2")))
        .replace("\"http://old.example/3", &format!("\"{}", new("3")))
        .replace(
            "src=\"http://old.example/a&amp;b",
            "src=\"http://new.example/a&amp;b?a=1&amp;b=--",
        );
    assert_eq!(after, wanted);
    let kinds: Vec<_> = references_everywhere(before, TextOf::Post)
        .into_iter()
        .map(|reference| (reference.element, reference.kind, reference.address))
        .collect();
    assert!(
        kinds.contains(&(
            "wp:cover".to_owned(),
            ReferenceKind::Picture,
            "http://old.example/a&b".to_owned()
        )),
        "{kinds:?}"
    );
    assert!(kinds.contains(&(
        "wp:gallery".to_owned(),
        ReferenceKind::Link,
        "http://old.example/2".to_owned()
    )));
    // What travels to the home are these addresses, there and back.
    assert_eq!(address_edits(before, &after).expect("addresses").len(), 5);
    assert!(address_edits(&after, before).is_some());
}

#[test]
fn a_card_changes_with_its_block_and_words_stay() {
    let before = "<!-- wp:embed {\"url\":\"http://old.example/1\"} --><figure><div class=\"wp-block-embed__wrapper\">\nhttp://old.example/1\n</div></figure><!-- /wp:embed -->\n\
        http://old.example/2\r\n<p>http://old.example/3</p> see http://old.example/4 <a href=\"x\">http://old.example/5</a>\n<b>x</b>http://old.example/6\n<pre>\nhttp://old.example/7\n</pre>";
    let after = turned(before, TextOf::Post);
    for changed in [1, 2, 3] {
        assert!(
            !after.contains(&format!("old.example/{changed}")),
            "{after}"
        );
    }
    for kept in [4, 5, 6, 7] {
        assert!(after.contains(&format!("old.example/{kept}")), "{after}");
    }
    assert!(after.contains("\nhttp://new.example/2?a=1&amp;b=--\r\n"));
    assert!(address_edits(before, &after).is_some());
}

#[test]
fn every_address_of_a_comment_is_a_link_but_for_what_is_the_text_of_one() {
    let before = "See http://old.example/1, (http://old.example/2). <a href=\"http://old.example/3\">http://old.example/4</a> <code>http://old.example/5</code>";
    let wanted = "See http://new.example/1?a=1&amp;b=--, (http://new.example/2?a=1&amp;b=--). <a href=\"http://new.example/3?a=1&amp;b=--\">http://old.example/4</a> <code>http://old.example/5</code>";
    let after = turned(before, TextOf::Comment);
    assert_eq!(after, wanted);
    assert!(address_edits(before, &after).is_some());
}

#[test]
fn an_address_alone_is_no_markup() {
    assert_eq!(
        turned("http://old.example/?x=1&copy=2", TextOf::Address),
        "http://new.example/?x=1&copy=2?a=1&b=--"
    );
    assert_eq!(turned("/relative", TextOf::Address), "/relative");
}

const SOUP: &str = "(<(a|p|div|/a|/p|pre|!-- wp:x \\{\"k\":\"|!-- wp:y \\{\"http://k\":\\[\"http://v\")[^é]{0,8}(-->|>)?|http://[a-z.,/&;\\\\\"]{0,8}|[\n a-z<>é中&;\"'{}:\\\\-]{0,6}){0,12}";

proptest! {
    #[test]
    fn leaving_everything_as_it_is_changes_no_byte(text in SOUP) {
        for of in [TextOf::Post, TextOf::Comment, TextOf::Address] {
            prop_assert_eq!(&rewrite_everywhere(&text, of, &mut |_| None), &text);
        }
    }

    #[test]
    fn what_is_rewritten_reads_back(text in SOUP) {
        for of in [TextOf::Post, TextOf::Comment] {
            let count = |text: &str, address: &str| {
                let all = references_everywhere(text, of);
                all.iter().filter(|reference| reference.address == address).count()
            };
            let new = "http://new.example/x";
            let places = references_everywhere(&text, of).len();
            let rewritten = rewrite_everywhere(&text, of, &mut |reference| (reference.address != new).then(|| new.to_owned()));
            prop_assert!(count(&rewritten, new) >= places.min(1), "{}", rewritten);
        }
    }
}
