use super::{to_blocks, to_classic};
use crate::doors::{PictureSize, PlacedPicture};
use crate::tidy::{For, tidy};
use proptest::prelude::*;

fn nothing(_: &str) -> Option<PlacedPicture> {
    None
}

fn placed(address: &str) -> Option<PlacedPicture> {
    let id = address
        .strip_prefix("http://new/")?
        .split(['.', '-'])
        .next()?
        .parse()
        .ok()?;
    let size = |name: &str, address: String| PictureSize {
        name: name.into(),
        address,
        width: 10,
        height: 10,
    };
    Some(PlacedPicture {
        id,
        page: String::new(),
        shown_hash: None,
        sizes: vec![
            size("full", format!("http://new/{id}.jpg")),
            size("large", format!("http://new/{id}-l.jpg")),
        ],
    })
}

#[test]
fn code_gives_up_its_font_to_be_a_block_that_wraps() {
    let written = super::to_blocks(
        "<pre style=\"font-family:Courier New;font-size:10pt\">a <b>b</b></pre>",
        &|_| None,
    );
    assert_eq!(
        written,
        "<!-- wp:preformatted -->\n<pre class=\"wp-block-preformatted\">a <b>b</b></pre>\n<!-- /wp:preformatted -->"
    );
    let coloured = "<pre style=\"color:red\">a</pre>";
    assert_eq!(super::to_blocks(coloured, &|_| None), coloured);
}

#[test]
fn lines_become_the_blocks_the_editor_writes() {
    assert_eq!(
        to_blocks(
            "<p>a<br />b</p>\n<h3>t</h3>\n<!--more-->\n<p dir=\"rtl\" align=\"center\">ש</p>\n<hr />",
            &nothing
        ),
        "<!-- wp:paragraph -->\n<p>a<br />b</p>\n<!-- /wp:paragraph -->\n\n\
         <!-- wp:heading {\"level\":3} -->\n<h3 class=\"wp-block-heading\">t</h3>\n<!-- /wp:heading -->\n\n\
         <!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n\
         <!-- wp:paragraph {\"align\":\"center\",\"direction\":\"rtl\"} -->\n<p class=\"has-text-align-center\" dir=\"rtl\">ש</p>\n<!-- /wp:paragraph -->\n\n\
         <!-- wp:separator -->\n<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>\n<!-- /wp:separator -->"
    );
}

#[test]
fn what_no_block_says_stays_as_it_is() {
    let html = "<table border=\"1\"><tbody><tr><td>x</td></tr></tbody></table>";
    assert_eq!(to_blocks(html, &nothing), html);
}

#[test]
fn a_linked_picture_becomes_an_image_block_with_its_number() {
    assert_eq!(
        to_blocks(
            "<p><a href=\"http://new/7.jpg\"><img src=\"http://new/7-l.jpg\" alt=\"A--b\" width=\"300\" /></a></p>",
            &placed
        ),
        "<!-- wp:image {\"height\":\"auto\",\"id\":7,\"linkDestination\":\"media\",\"sizeSlug\":\"large\",\"width\":\"300px\"} -->\n\
         <figure class=\"wp-block-image size-large is-resized\"><a href=\"http://new/7.jpg\"><img src=\"http://new/7-l.jpg\" alt=\"A--b\" class=\"wp-image-7\" style=\"width:300px;height:auto\"/></a></figure>\n\
         <!-- /wp:image -->"
    );
}

#[test]
fn attributes_cannot_end_their_comment() {
    let block = to_blocks("<!--more a \"b\" & c-->", &nothing);
    assert!(
        block.starts_with("<!-- wp:more {\"customText\":\"a \\u0022b\\u0022 \\u0026 c\"} -->"),
        "{block}"
    );
}

const ALBUM: &str = "<figure class=\"rehome-gallery\"><figure><img src=\"http://new/1.jpg\" alt=\"x\" /><figcaption>Cap</figcaption></figure><figure><img src=\"http://new/2.jpg\" alt=\"\" /></figure></figure>";

#[test]
fn an_album_becomes_a_gallery_in_both_editors() {
    let tidied = tidy(ALBUM, For::Post).html;
    assert_eq!(tidied, ALBUM);
    let blocks = to_blocks(&tidied, &placed);
    assert!(blocks.starts_with("<!-- wp:gallery {\"linkTo\":\"none\"} -->\n<figure class=\"wp-block-gallery has-nested-images columns-default is-cropped\"><!-- wp:image {\"id\":1,"), "{blocks}");
    assert!(blocks.contains("<figcaption class=\"wp-element-caption\">Cap</figcaption>"));
    assert_eq!(
        to_classic(&tidied, &placed),
        "[gallery ids=\"1,2\" link=\"file\"]"
    );
    assert_eq!(to_classic(&tidied, &nothing), ALBUM);
}

#[test]
fn an_embed_stands_on_its_own_line_in_the_classic_editor() {
    let html = "<p>a</p>\n<p class=\"rehome-embed\"><a href=\"https://vimeo.com/1\">https://vimeo.com/1</a></p>";
    assert_eq!(
        to_classic(html, &nothing),
        "<p>a</p>\n\nhttps://vimeo.com/1"
    );
    assert!(
        to_blocks(html, &nothing)
            .contains("<div class=\"wp-block-embed__wrapper\">\nhttps://vimeo.com/1\n</div>")
    );
}

#[test]
fn lists_nest_in_items_and_quotes_hold_paragraphs() {
    let html =
        "<ol start=\"3\"><li>a<ul><li>b</li></ul></li></ol>\n<blockquote><p>q</p></blockquote>";
    let blocks = to_blocks(html, &nothing);
    assert!(blocks.contains("<!-- wp:list {\"ordered\":true,\"start\":3} -->\n<ol start=\"3\" class=\"wp-block-list\"><!-- wp:list-item -->\n<li>a<!-- wp:list -->"), "{blocks}");
    assert!(
        blocks.contains("<blockquote class=\"wp-block-quote\"><!-- wp:paragraph -->\n<p>q</p>"),
        "{blocks}"
    );
}

proptest! {
    #[test]
    fn blocks_keep_every_word(html in "(<(/?)(p|div|b|i|ul|li|h2|blockquote|pre|br|table|tr|td|a|img)( (style|class|align)='[a-z:; -]{0,12}')*>|[a-z\\[\\]{} \\n中é]{1,5}){0,25}") {
        let tidied = tidy(&html, For::Post).html;
        let letters = |html: &str| crate::body::plain_text(html).split_whitespace().collect::<String>();
        prop_assert_eq!(letters(&to_blocks(&tidied, &nothing)), letters(&tidied));
        prop_assert_eq!(letters(&to_classic(&tidied, &nothing)), letters(&tidied));
    }
}
