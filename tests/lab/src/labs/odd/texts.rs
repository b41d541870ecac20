//! Odd letters: alphabets that nobody declared, signs that nobody sees, HTML of all sorts.

use super::exports::{entry, head};
use super::{Case, Odd, case};
use crate::reading::word;

const CHINESE: &str = "今天天气很好，我们一起去公园散步，看到了很多美丽的花。";
const JAPANESE: &str = "今日は天気がいいので、公園へ散歩に行きました。花がきれいです。";
const RUSSIAN: &str = "Сегодня хорошая погода, и мы пошли гулять в парк.";

fn text(body: &str) -> String {
    entry(&head("before"), &word(1)) + &entry(&head(&word(2)), &format!("{} {body}", word(3)))
}

fn export(kind: u8, name: &'static str, body: &str) -> Case {
    case(
        kind,
        name,
        3,
        Odd::File("export.txt", text(body).into_bytes()),
    )
}

fn encoded(kind: u8, name: &'static str, label: &str, body: &str) -> Case {
    let bytes = match platforms::wire::encodings::named(label) {
        Some(encoding) => encoding.encode(&text(body)).0.into_owned(),
        None => Vec::new(),
    };
    case(kind, name, 3, Odd::File("export.txt", bytes))
}

fn utf_16(name: &'static str, mark: bool, big: bool) -> Case {
    let mark = if mark { "\u{FEFF}" } else { "" };
    let bytes = format!("{mark}{}", text("Grüße"))
        .encode_utf16()
        .flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        })
        .collect();
    // Words are looked for in what moved, which is read from UTF-16.
    case(41, name, 3, Odd::File("export.txt", bytes))
}

pub(super) fn cases() -> Vec<Case> {
    let mixed = [
        entry(&head("one"), &format!("{} Grüße 中文 и так далее", word(1))).into_bytes(),
        entry(&head("two"), "")
            .replace("BODY:\n", &format!("BODY:\n{} ", word(2)))
            .into_bytes(),
    ]
    .concat();
    let western = [
        mixed.as_slice(),
        format!("{}\n-----\nBODY:\n{} Il ", head("three"), word(3)).as_bytes(),
        b"\xE9tait une fois un caf\xE9\n-----\n--------\n",
    ]
    .concat();
    let lost = [text("before").as_bytes(), b"AUTHOR: Ana\nTITLE: x\nDATE: 05/30/2008 03:51:19 AM\n-----\nBODY:\n\xE4\xB8 \xE4\xB8\xAD\xE6\x96\x87 \xFF\n-----\n--------\n"].concat();
    let mut cases = vec![
        encoded(38, "gb18030-undeclared", "gb18030", CHINESE),
        encoded(
            38,
            "big5-undeclared",
            "big5",
            "今天天氣很好，我們一起去公園散步，看到了很多美麗的花。",
        ),
        encoded(38, "shift-jis-undeclared", "shift_jis", JAPANESE),
        encoded(38, "koi8-undeclared", "koi8-r", RUSSIAN),
        encoded(38, "windows-1251-undeclared", "windows-1251", RUSSIAN),
        encoded(
            38,
            "windows-1252-undeclared",
            "windows-1252",
            "Il était une fois un café à côté de l’église.",
        ),
        case(
            39,
            "alphabets-mixed-in-one-file",
            3,
            Odd::File("export.txt", western),
        ),
        export(40, "doubly-encoded", "CafÃ© â€™ GrÃ¼ÃŸe"),
        utf_16("utf-16-with-mark", true, false),
        utf_16("utf-16-without-mark", false, false),
        utf_16("utf-16-big-with-mark", true, true),
        export(42, "letters-lost-before-us", "caf? \u{FFFD} \u{FFFD}"),
        case(42, "broken-utf-8", 3, Odd::File("export.txt", lost)),
        export(20, "control-characters", "a\0b\u{1}c\u{b}d\u{1f}e\u{FFFE}f"),
        export(
            44,
            "emoji-joined-and-right-to-left",
            "👩‍👩‍👧 \u{202E}abc\u{202C} שלום \u{200B}",
        ),
        export(
            21,
            "references-in-text",
            "a&nbsp;b & c < d &unknown; &#0; &#x110000;",
        ),
        export(
            23,
            "doubly-escaped-html",
            "&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;",
        ),
        export(23, "cdata-in-html", "<![CDATA[a]]> ]]>"),
        export(37, "serialised-php", "a:1:{s:3:\"abc\";i:99;}"),
        export(
            62,
            "whole-page-as-body",
            "<html><head><title>x</title></head><body><p>y</p></body></html>",
        ),
        export(
            63,
            "word-html",
            "<p class=MsoNormal style='mso-margin:0'><o:p>&nbsp;</o:p></p><!--[if gte mso 9]><xml/><![endif]-->",
        ),
        export(
            64,
            "script-and-handlers",
            "<script>x()</script><a href=\"javascript:x\" onclick=y>z</a><base href=\"http://b.example/\">",
        ),
        export(
            65,
            "dead-players",
            "<object><embed src=\"http://video.example/x.swf\"></object>",
        ),
        export(
            66,
            "odd-picture-addresses",
            "<img src=\"file:///C:/a.jpg\"><img src=\"//x.example/b c.jpg\"><img src=\"blob:x\"><img src=\"%zz\"><img src=\"\">",
        ),
        export(
            67,
            "picture-in-the-text",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
        ),
        export(
            68,
            "lazy-pictures",
            "<img data-src=\"http://x.example/a.jpg\" src=\"spacer.gif\"><img srcset=\"http://x.example/1.jpg 1x, http://x.example/2.jpg 2x\" src=\"http://x.example/1.jpg\">",
        ),
        export(
            69,
            "tracking-pixel-and-smiley",
            "<img width=1 height=1 src=\"http://track.example/p.gif\"><img src=\"http://x.example/smile.gif\" alt=\":)\">",
        ),
        export(
            70,
            "mathematics-and-tables",
            "<math><mi>x</mi></math><svg><circle/></svg><table><tr><td>1</td></tr></table><pre>\ta</pre>",
        ),
        export(
            61,
            "tag-soup",
            "<p><b><i>a</p></b><table><td>b<tr><li>c</ul>",
        ),
        export(
            59,
            "links-to-own-posts",
            "<a href=\"https://x.example/2008/05/a.html\">a</a>",
        ),
    ];
    let titles = [
        (
            43,
            "entities-in-a-title",
            "a &amp; b &lt;b&gt; &quot;c&quot;",
        ),
        (43, "html-in-a-title", "<b>bold</b> and <i>italic</i>"),
        (44, "bidi-override-in-a-title", "photo\u{202E}gpj.exe"),
    ];
    for (kind, name, title) in titles {
        let text = entry(&head(&format!("{} {title}", word(1))), &word(2));
        cases.push(case(
            kind,
            name,
            2,
            Odd::File("export.txt", text.into_bytes()),
        ));
    }
    cases
}
