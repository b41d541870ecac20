//! Things that a body may hold and a WordPress may alter, and what a reader would miss of each.

/// One construct: its name, HTML, and the pieces of which every one must stand at the new home or be named in the account. `W` stands
/// for a word that belongs to this post alone.
pub(super) struct Construct {
    pub(super) name: &'static str,
    pub(super) html: &'static str,
    pub(super) pieces: &'static [&'static str],
}

const fn of(name: &'static str, html: &'static str, pieces: &'static [&'static str]) -> Construct {
    Construct { name, html, pieces }
}

/// All of them.
pub(super) const ALL: &[Construct] = &[
    of(
        "iframe",
        "<p>W</p><iframe src=\"http://player.example/W\"></iframe>",
        &["W", "<iframe"],
    ),
    of(
        "script",
        "<p>W</p><script>document.write('x')</script>",
        &["W", "<script"],
    ),
    of(
        "form",
        "<p>W</p><form action=\"http://x.example/\"><input name=\"q\"><button>go W</button></form>",
        &["W", "<form", "<input"],
    ),
    of(
        "object",
        "<object data=\"http://x.example/a.swf\"><param name=\"a\" value=\"b\">other W</object>",
        &["W", "<object"],
    ),
    of(
        "embed",
        "<p>W</p><embed src=\"http://x.example/a.swf\">",
        &["W", "a.swf"],
    ),
    of("marquee", "<marquee>runs W</marquee>", &["W", "<marquee"]),
    of("blink", "<blink>W</blink>", &["W"]),
    of(
        "onclick",
        "<p onclick=\"alert(1)\">W</p>",
        &["W", "onclick"],
    ),
    of(
        "javascript address",
        "<p><a href=\"javascript:alert(1)\">W</a></p>",
        &["W", "javascript:"],
    ),
    of(
        "style attribute",
        "<p style=\"color:red;position:fixed\">W</p>",
        &["W", "color", "position"],
    ),
    of(
        "style element",
        "<style>p{color:red}</style><p>W</p>",
        &["W", "<style"],
    ),
    of(
        "svg",
        "<svg width=\"9\" height=\"9\"><circle r=\"4\"></circle><text>W</text></svg>",
        &["<svg", "<circle"],
    ),
    of(
        "math",
        "<p>W <math><mi>x</mi><mo>=</mo><mn>1</mn></math></p>",
        &["W", "<math"],
    ),
    of(
        "data picture",
        "<p>W <img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\" alt=\"dot\"></p>",
        &["W", "data:image", "dot"],
    ),
    of(
        "data page",
        "<p><a href=\"data:text/html,hello\">W</a></p>",
        &["W", "data:text"],
    ),
    of(
        "backslashes",
        "<p>C:\\temp\\W \\\\ \\n \\\"</p>",
        &["C:\\temp\\W \\\\ \\n \\\""],
    ),
    of("no-break space", "<p>a\u{a0}W\u{a0}b</p>", &["W"]),
    of(
        "emoji",
        "<p>\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} W \u{1f1e8}\u{1f1ff}</p>",
        &[
            "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} W",
            "\u{1f1e8}\u{1f1ff}",
        ],
    ),
    of(
        "zero width",
        "<p>a\u{200b}W\u{feff}b\u{200c}c</p>",
        &["a\u{200b}W"],
    ),
    of("vertical tab", "<p>a\u{b}b W</p>", &["W"]),
    of(
        "bidi",
        "<p>\u{202e}W\u{202c} \u{2066}x\u{2069}</p>",
        &["\u{202e}W\u{202c}"],
    ),
    of(
        "shortcode",
        "<p>[gallery ids=\"1,2\"] [caption]W[/caption] [[not one]]</p>",
        &["[gallery ids=", "[caption]W[/caption]", "[[not one]]"],
    ),
    of(
        "block comment",
        "<!-- wp:paragraph --><p>W</p><!-- /wp:paragraph -->",
        &["W"],
    ),
    of(
        "more",
        "<p>W</p><!--more--><p>rest W</p>",
        &["W", "<!--more"],
    ),
    of(
        "next page",
        "<p>W</p><!--nextpage--><p>second W</p>",
        &["W", "<!--nextpage"],
    ),
    of(
        "table",
        "<table border=\"1\" summary=\"s\"><caption>W</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td colspan=\"2\">b</td></tr></tbody></table>",
        &["W", "<table", "colspan"],
    ),
    of(
        "pre",
        "<pre>  two  W\n\ttab &lt;b&gt;</pre>",
        &["  two  W\n\ttab &lt;b&gt;"],
    ),
    of(
        "code",
        "<p><code>a &lt; b &amp;&amp; W</code></p>",
        &["a &lt; b &amp;&amp; W"],
    ),
    of(
        "nested lists",
        "<ul><li>a<ol><li>b<ul><li>W</li></ul></li></ol></li></ul>",
        &["W", "<ol"],
    ),
    of(
        "entities",
        "<p>&amp;lt; &eacute; &#8212; &amp;amp;W &copy;</p>",
        &["&amp;lt;", "W"],
    ),
    of(
        "very long word",
        concat!(
            "<p>W",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "</p>"
        ),
        &["Waaaaaaaa"],
    ),
    of(
        "definition list",
        "<dl><dt>W</dt><dd>means</dd></dl>",
        &["W", "<dl", "<dd"],
    ),
    of(
        "ruby",
        "<p><ruby>\u{6f22}<rp>(</rp><rt>W</rt><rp>)</rp></ruby></p>",
        &["W", "<ruby"],
    ),
    of(
        "old colours",
        "<p><font color=\"#ff0000\" size=\"5\" face=\"Arial\">W</font> <center>mid</center></p>",
        &["W", "ff0000", "mid"],
    ),
    of(
        "audio and video",
        "<p>W</p><audio src=\"http://x.example/a.mp3\" controls></audio><video src=\"http://x.example/a.mp4\" controls></video>",
        &["W", "a.mp3", "a.mp4"],
    ),
    of(
        "map",
        "<p>W <img src=\"http://x.invalid/a.gif\" usemap=\"#m\" alt=\"plan\"></p><map name=\"m\"><area href=\"http://x.example/\" shape=\"rect\" coords=\"0,0,1,1\" alt=\"a\"></map>",
        &["W", "usemap", "<area"],
    ),
    of(
        "microdata",
        "<p itemscope itemtype=\"http://schema.example/P\"><span itemprop=\"name\" data-x=\"1\">W</span></p>",
        &["W"],
    ),
    of(
        "meta and base",
        "<meta http-equiv=\"refresh\" content=\"0;url=http://x.example/\"><base href=\"http://y.example/\"><p>W</p>",
        &["W", "<meta"],
    ),
    of(
        "link element",
        "<link rel=\"stylesheet\" href=\"http://x.example/a.css\"><p>W</p>",
        &["W", "<link"],
    ),
    of(
        "unclosed",
        "<p><b>bold <i>both</b> W <div>in</p> <li>alone",
        &["W", "alone"],
    ),
    of(
        "dollars and percents",
        "<p>$1 \\1 %s %% {{W}} ${x} &percnt;</p>",
        &["$1 \\1 %s %% {{W}} ${x}"],
    ),
    of(
        "quotes",
        "<p>\"W\" 'x' -- ... (c) 1/2 ``y''</p>",
        &["\"W\" 'x' -- ... (c) 1/2 ``y''"],
    ),
];
