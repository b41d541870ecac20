//! Broken addresses outside of tags in posts: comments, the attributes of blocks, menus of both kinds, patterns.

use super::*;

fn entry(number: u64) -> String {
    format!("http://ana.spaces.live.com/blog/cns!{CID}!{number}.entry")
}

const FRONT: &str = "http://ana.spaces.live.com/";
const NAMED: &str = "https://omlweq.bay.livefilestore.com/y1msuPR9BML/Roses%20in%20May.jpg";
const GONE: &str = "http://tkfiles.storage.msn.com/y1pGone?PARTNER=WRITER";

fn comment(author: &str, text: &str, approved: u8) -> Value {
    json!({ "comment_author": author, "comment_content": text, "comment_approved": approved, "comment_date": "2010-03-05 05:06:07" })
}

fn blocks() -> String {
    let in_json = NAMED.replace('/', "\\/");
    format!(
        "<!-- wp:cover {{\"url\":\"{in_json}\",\"dimRatio\":50,\"isDark\":true}} -->\n<div class=\"wp-block-cover\"><span aria-hidden=\"true\" class=\"wp-block-cover__background has-background-dim\"></span>\
         <img class=\"wp-block-cover__image-background\" alt=\"\" src=\"{NAMED}\" data-object-fit=\"cover\"/><div class=\"wp-block-cover__inner-container\"></div></div>\n<!-- /wp:cover -->\n\n\
         <!-- wp:embed {{\"url\":\"{embedded}\",\"type\":\"wp-embed\"}} -->\n<figure class=\"wp-block-embed is-type-wp-embed\"><div class=\"wp-block-embed__wrapper\">\n{embedded}\n</div></figure>\n<!-- /wp:embed -->\n\n\
         <!-- wp:cover {{\"url\":\"{GONE}\"}} -->\n<div class=\"wp-block-cover\"><img class=\"wp-block-cover__image-background\" alt=\"\" src=\"{GONE}\" data-object-fit=\"cover\"/></div>\n<!-- /wp:cover -->\n\n\
         <!-- wp:rss {{\"feedURL\":\"http://ana.spaces.live.com/feed.rss?a=1\\u0026authkey={KEY}\"}} /-->\n\n\
         <!-- wp:paragraph -->\n<p>\\ Ünïcode <a href=\"{FRONT}\">home</a></p>\n<!-- /wp:paragraph -->",
        embedded = entry(102)
    )
}

fn menu_of_blocks() -> String {
    format!(
        "<!-- wp:navigation-link {{\"label\":\"Ünïcode\",\"url\":\"{FRONT}\",\"kind\":\"custom\"}} /-->\n\
         <!-- wp:navigation-submenu {{\"label\":\"Private\",\"url\":\"{}?authkey={KEY}\"}} --><!-- wp:navigation-link {{\"label\":\"Never\",\"url\":\"{}\"}} /--><!-- /wp:navigation-submenu -->",
        entry(103),
        entry(999)
    )
}

fn posts() -> Value {
    // From this link follows how the Space was called.
    let link = format!("<a href=\"{}\">second</a>", entry(102));
    let mut first = post("First", 101, &link, "publish");
    first["comments"] = json!([
        comment(
            "Bea",
            &format!(
                "See {}. And <a href=\"{}?authkey={KEY}\">this</a> \\ ü",
                entry(102),
                entry(103)
            ),
            1
        ),
        comment(
            "Cy",
            &format!("<a href=\"{NAMED}\">the roses</a>, {FRONT}"),
            1
        ),
        comment("Held", &format!("waiting: {}", entry(101)), 0),
        comment("Whole", "nothing broken, https://x.example/?token=mine", 1),
    ]);
    let mut third = post("Third", 103, "nothing else", "private");
    third["comments"] = json!([comment(
        "Dee",
        &format!("so, {} and {}", entry(103), entry(999)),
        1
    )]);
    json!([
        first,
        post("Second", 102, "nothing else", "publish"),
        third,
        { "post_title": "Blocks", "post_content": blocks(), "post_status": "publish" },
        { "post_title": "Navigation", "post_content": menu_of_blocks(), "post_status": "publish", "post_type": "wp_navigation" },
        { "post_title": "Pattern", "post_content": format!("<!-- wp:paragraph -->\n<p><a href=\"{}\">second</a></p>\n<!-- /wp:paragraph -->", entry(102)), "post_status": "publish", "post_type": "wp_block" },
    ])
}

impl Standing {
    /// A menu of own links; its entries are counted among the posts that go when the story ends.
    fn menu(&mut self, links: &Value) -> usize {
        let file = self.site.folder.path().join("menu.json");
        fs::write(&file, links.to_string()).expect("written");
        let said = self.posts(&["menu", file.to_str().expect("a path")]);
        let first = self.ids.len();
        let entries = said["entries"].as_array().expect("entries");
        self.ids.extend(entries.iter().map(Value::to_string));
        first
    }

    fn field(&self, at: usize, name: &str) -> String {
        let rows = self.rows();
        let fields = rows["meta"].as_array().expect("fields");
        let row = fields
            .iter()
            .find(|row| row["post_id"] == self.ids[at].as_str() && row["meta_key"] == name);
        row.expect("the field")["meta_value"]
            .as_str()
            .expect("text")
            .to_owned()
    }

    fn comment(&self, at: usize) -> String {
        let rows = self.rows();
        let said = rows["said"].as_array().expect("comments");
        let row = said
            .iter()
            .find(|row| row["comment_ID"] == self.comments[at].as_str());
        row.expect("the comment")["comment_content"]
            .as_str()
            .expect("text")
            .to_owned()
    }
}

/// The addresses in a text that are in quotes behind `name`.
fn quoted<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let parts = text.split(name).skip(1);
    parts
        .map(|part| part.split('"').next().unwrap_or_default())
        .collect()
}

#[test]
fn comments_blocks_and_menus_are_put_right_in_their_place_and_back_again() {
    let Some(mut standing) = Standing::with(&posts()) else {
        return;
    };
    let menu = standing.menu(&json!({
        "My old Space": FRONT,
        "Second": entry(102),
        "Third": format!("{}?authkey={KEY}", entry(103)),
        "Never": entry(999),
        "Elsewhere": "https://x.example/?token=mine",
    }));
    let site = &standing.site;
    let folder = tempfile::tempdir().expect("a folder");
    let zip = zip_of(folder.path(), "img/Roses in May.jpg", &photo());
    let pictures = ["--pictures", zip.to_str().expect("a path")];
    let bundle = site.bundle("everywhere");
    let before = standing.rows();

    let mut look = pictures.to_vec();
    look.push("--dry-run");
    let said = standing.repair(&bundle, &look);
    assert_eq!(said.status, 0, "{} {}", said.out, said.err);
    let survey = said
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|word| word["event"] == "survey")
        .expect("a survey");
    // Each of the three posts that came from the Space has its key in a custom field.
    assert_eq!(
        (
            &survey["posts"],
            &survey["comments"],
            &survey["menu_entries"]
        ),
        (&json!(6), &json!(4), &json!(4)),
        "{survey}"
    );
    let wanted =
        json!({ "links": 14, "dead_links": 3, "pictures": 2, "dead_pictures": 1, "keys": 7 });
    assert_eq!(survey["broken"], wanted, "{survey}");
    assert_eq!(standing.rows(), before, "a survey writes nothing");

    let said = standing.repair(&bundle, &pictures);
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    assert_eq!(
        account["counts"]["verified"]["comment"], 4,
        "{}",
        account["counts"]
    );
    assert_eq!(account["counts"]["open"]["comment"], 0);
    assert_eq!(codes(&account, "VER-007"), Vec::<String>::new());
    let told = codes(&account, "REP-003");
    assert!(
        told.iter()
            .any(|line| line.starts_with("The comment of “Bea”: 2 links")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("The menu entry “My old Space”: 1 link")),
        "{told:?}"
    );
    assert!(
        codes(&account, "REP-005")
            .iter()
            .any(|line| line.contains("the menu entry “Never”")),
        "a menu entry that leads nowhere is told"
    );
    let rows = standing.posts(&["rows"]);
    let text = rows.to_string();
    assert!(
        !text.contains("authkey") && !text.contains(KEY),
        "a key was left"
    );
    comments_read_right(&standing);
    blocks_read_right(&standing);
    menus_read_right(&standing, menu);

    let said = standing.repair(&bundle, &pictures);
    assert!(
        writes(&said).starts_with("0 created, 0 updated"),
        "{}",
        writes(&said)
    );
    assert_eq!(
        standing.posts(&["rows"]),
        rows,
        "a second run writes nothing"
    );
    let said = site.run(&["verify", bundle.to_str().expect("a path")]);
    assert_eq!(said.status, 1, "{}", said.err);
    let said = site.run(&["undo", bundle.to_str().expect("a path")]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(standing.rows(), before, "byte for byte");
}

fn comments_read_right(standing: &Standing) {
    let home = standing.site.url.trim_end_matches('/');
    let third = format!("{home}/?p={}", standing.ids[2]);
    assert_eq!(
        standing.comment(0),
        format!(
            "See {}. And <a href=\"{third}\">this</a> \\ ü",
            standing.addresses[1]
        ),
        "the title of a private post is not told"
    );
    let shown = standing.comment(1);
    assert!(
        !shown.contains("livefilestore") && shown.ends_with(&format!(", {home}/")),
        "{shown}"
    );
    let picture = quoted(&shown, "href=\"")[0];
    assert_eq!(anonymous(picture).0, 200);
    assert_eq!(
        standing.comment(2),
        format!("waiting: {}", standing.addresses[0])
    );
    assert_eq!(
        standing.comment(3),
        "nothing broken, https://x.example/?token=mine"
    );
    let hidden = standing.comment(4);
    assert!(
        hidden.contains("/third/ and ") && hidden.ends_with(&entry(999)),
        "who reads a private post may read its address: {hidden}"
    );
}

fn blocks_read_right(standing: &Standing) {
    let content = standing.content(3);
    let in_json = quoted(&content, "{\"url\":\"");
    let in_tag = quoted(&content, "src=\"");
    // Said twice, the same both times, or the editor would call the block broken.
    assert_eq!(in_json[0], in_tag[0], "{content}");
    assert!(in_json[0].contains("/wp-content/uploads/"), "{content}");
    assert_eq!(anonymous(in_json[0]).0, 200);
    assert_eq!((in_json[2], in_tag[1]), (GONE, GONE), "not to be had");
    let second = &standing.addresses[1];
    assert_eq!(in_json[1], second);
    assert!(
        content.contains(&format!("__wrapper\">\n{second}\n</div>")),
        "{content}"
    );
    assert_eq!(
        quoted(&content, "{\"feedURL\":\""),
        ["http://ana.spaces.live.com/feed.rss?a=1"]
    );
    let home = standing.site.url.trim_end_matches('/');
    assert!(
        content.contains(&format!("<p>\\ Ünïcode <a href=\"{home}/\">home</a></p>")),
        "{content}"
    );
    assert!(
        content.contains("\"dimRatio\":50,\"isDark\":true} -->"),
        "{content}"
    );
    let pattern = standing.content(5);
    assert_eq!(quoted(&pattern, "href=\""), [second.as_str()]);
}

fn menus_read_right(standing: &Standing, menu: usize) {
    let home = standing.site.url.trim_end_matches('/');
    let third = format!("{home}/?p={}", standing.ids[2]);
    // In the order of their titles.
    let url = |at: usize| standing.field(menu + at, "_menu_item_url");
    assert_eq!(url(0), "https://x.example/?token=mine");
    assert_eq!(url(1), format!("{home}/"));
    assert_eq!(url(2), entry(999));
    assert_eq!(url(3), standing.addresses[1]);
    assert_eq!(url(4), third, "the title of a private post is not told");
    let navigation = standing.content(4);
    assert_eq!(
        quoted(&navigation, "\"url\":\""),
        [format!("{home}/"), third, entry(999)]
    );
    assert!(
        navigation.contains("{\"label\":\"Ünïcode\","),
        "{navigation}"
    );
}
