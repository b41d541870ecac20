//! Feeds, the Atom interface, MetaWeblog, the contact card, and who is let in.

use super::{GARDEN, elements, entry_target, page, samples};

use world::spaces::Faults;

#[test]
fn feeds_are_one_well_formed_line_with_the_elements_in_order() {
    let host = samples(Faults::default());
    let feeds = [
        "/feed.rss",
        "/blog/feed.rss",
        "/category/Pond+life/feed.rss",
        "/photos/feed.rss",
        "/photos/cns!5C41A9E07D2B36F!161/feed.rss",
        "/blog/cns!5C41A9E07D2B36F!226/comments/feed.rss",
    ];
    for feed in feeds {
        let xml = page(&host, GARDEN, feed);
        let names = elements(&xml);
        assert!(
            xml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><?xml-stylesheet"),
            "{feed}"
        );
        assert_eq!(
            names[..5],
            ["rss", "channel", "title", "description", "link"],
            "{feed}"
        );
        assert!(
            names.contains(&"live:identity".to_owned()) && names.contains(&"item".to_owned()),
            "{feed}"
        );
        assert!(xml.contains("<live:id>415486331663332207</live:id>"));
        assert!(!xml.contains("msn:type"));
    }
    let items = |feed: &str| page(&host, GARDEN, feed).matches("<item>").count();
    assert_eq!(items("/blog/feed.rss"), 20);
    assert_eq!(items("/photos/cns!5C41A9E07D2B36F!161/feed.rss"), 7);
    assert!(
        page(&host, GARDEN, "/photos/feed.rss").contains("<title>Photo Album: The pond</title>")
    );
    let chinese = page(&host, "linsworkbench.spaces.live.com", "/blog/feed.rss");
    assert!(
        chinese.contains("<category>&#35745;&#31639;&#26426;&#19982; Internet</category>"),
        "references, as stored"
    );
    assert!(chinese.contains("锟斤拷"), "bodies are plain UTF-8");
}

#[test]
fn a_space_for_friends_has_no_feeds_and_shows_strangers_the_sign_in_page() {
    let host = samples(Faults::default());
    let name = "kitchentable.spaces.live.com";
    assert_eq!(host.get(name, "/feed.rss").expect("an answer").status, 404);
    for target in [
        "/",
        "/blog/cns!3F9D20B86A1C75E4!142.entry",
        "/photos/",
        "/guestbook",
        "/migration/space.zip",
        "/?authkey=wrong",
    ] {
        let html = page(&host, name, target);
        assert!(
            html.contains("https://login.live.com/")
                && !html.contains("crumpets")
                && !html.contains("kitchen table"),
            "{target}"
        );
    }
    let inside = page(
        &host,
        name,
        "/blog/cns!3F9D20B86A1C75E4!142.entry?authkey=kT5!zYw8*Bn%24",
    );
    assert!(inside.contains("crumpets"));
    let friends_entry = page(&host, GARDEN, &entry_target(333, ""));
    assert!(friends_entry.contains("https://login.live.com/") && !friends_entry.contains("garage"));
    let draft = host.get(GARDEN, &entry_target(392, "")).expect("an answer");
    assert_eq!(draft.status, 404, "a draft has no page");
}

#[test]
fn the_atom_interface_opens_only_with_its_key_and_pages_through_everything() {
    let host = samples(Faults::default());
    let root = "http://cid-05c41a9e07d2b36f.users.api.live.net/Users(415486331663332207)/Blogs('5C41A9E07D2B36F!102')/Entries";
    for key in ["", "?authkey=wrong"] {
        assert_eq!(
            host.get_address(&format!("{root}{key}"))
                .expect("an answer")
                .status,
            403
        );
    }
    let mut address = format!("{root}?authkey=Qx!7pLm2*Za%24");
    let mut entries = 0;
    loop {
        let xml = host.get_address(&address).expect("an answer").text();
        entries += elements(&xml)
            .iter()
            .filter(|name| *name == "entry")
            .count();
        let next = xml
            .split("rel=\"next\"")
            .nth(1)
            .and_then(|rest| rest.split("href=\"").nth(1))
            .and_then(|rest| rest.split('"').next());
        let Some(next) = next else { break };
        address = next.replace("&amp;", "&");
    }
    assert_eq!(entries, 29, "all but the drafts, friends-only among them");
    let one = host
        .get_address(&format!(
            "{root}('5C41A9E07D2B36F!226')/Comments?authkey=Qx!7pLm2*Za%24"
        ))
        .expect("an answer")
        .text();
    assert_eq!(
        elements(&one)
            .iter()
            .filter(|name| *name == "entry")
            .count(),
        20
    );
    let friends = host
        .get_address(&format!(
            "{root}('5C41A9E07D2B36F!333')?authkey=Qx!7pLm2*Za%24"
        ))
        .expect("an answer")
        .text();
    assert!(friends.contains("<live:audience>Friends</live:audience>"));
}

#[test]
fn metaweblog_wants_https_marks_its_bytes_and_stops_at_twenty() {
    let host = samples(Faults::default());
    let call = |secure: bool, method: &str, parameters: &[&str]| {
        let values: String = parameters
            .iter()
            .map(|value| format!("<param><value><string>{value}</string></value></param>"))
            .collect();
        let body = format!(
            "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>"
        );
        let headers = if secure {
            "X-Forwarded-Proto: https\r\n"
        } else {
            ""
        };
        host.ask(
            "POST",
            "storage.msn.com",
            "/storageservice/MetaWeblog.rpc",
            headers,
            body.as_bytes(),
        )
        .expect("an answer")
    };
    let login = ["anas-garden", "rhubarb-crumble"];
    assert_eq!(
        call(false, "blogger.getUsersBlogs", &["k", login[0], login[1]]).status,
        403
    );
    let recent = call(
        true,
        "metaWeblog.getRecentPosts",
        &["MyBlog", login[0], login[1], "500"],
    );
    assert_eq!(&recent.body[..3], [0xef, 0xbb, 0xbf], "the byte-order mark");
    let text = recent.text();
    elements(text.trim_start_matches('\u{feff}'));
    assert_eq!(text.matches("<name>postid</name>").count(), 20);
    assert!(
        text.contains("Plan for the winter"),
        "drafts are among them"
    );
    assert!(text.contains("<boolean>0</boolean>"));
    let fault = |reply: world::spaces::Reply, code: &str| {
        assert!(
            reply.text().contains(&format!("<int>{code}</int>")),
            "{}",
            reply.text()
        )
    };
    fault(
        call(true, "metaWeblog.getRecentPosts", &["MyBlog", login[0]]),
        "2041",
    );
    fault(
        call(
            true,
            "metaWeblog.getPost",
            &["5C41A9E07D2B36F!99999", login[0], login[1]],
        ),
        "40003",
    );
    assert!(
        call(
            true,
            "metaWeblog.getPost",
            &["5C41A9E07D2B36F!392", login[0], login[1]]
        )
        .text()
        .contains("Lift the dahlias")
    );
    assert!(
        call(
            true,
            "metaWeblog.getCategories",
            &["MyBlog", login[0], "wrong"]
        )
        .text()
        .contains("<fault>")
    );
    assert_eq!(
        host.ask(
            "POST",
            "storage.msn.com",
            "/storageservice/MetaWeblog.rpc",
            "X-Forwarded-Proto: https\r\n",
            b"<broken"
        )
        .expect("an answer")
        .status,
        400
    );
}

#[test]
fn the_contact_card_tells_what_is_new() {
    let host = samples(Faults::default());
    let ask = |cid: &str| {
        let body = format!(
            "<soap:Envelope><soap:Body><GetXmlFeed><cid>{cid}</cid></GetXmlFeed></soap:Body></soap:Envelope>"
        );
        host.ask(
            "POST",
            "cc.services.spaces.live.com",
            "/contactcard/contactcardservice.asmx",
            "",
            body.as_bytes(),
        )
        .expect("an answer")
    };
    let card = ask("415486331663332207");
    elements(&card.text());
    assert!(card.text().contains("<albumName>The pond</albumName>"));
    assert_eq!(
        ask("4584085293190739428").status,
        500,
        "not for a Space of friends"
    );
}
