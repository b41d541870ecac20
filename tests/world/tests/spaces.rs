//! The sample host, asked from outside: every page in every markup, feeds, interfaces, pictures, archive and faults.

use dom_query::Document;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;
use world::spaces::markup::MARKUPS;
use world::spaces::{Album, Entry, Faults, Host, Photo, Space, fixtures_folder, load_all};

const GARDEN: &str = "anas-garden.spaces.live.com";
const GARDEN_CID: &str = "5C41A9E07D2B36F";

fn samples(faults: Faults) -> Host {
    Host::start(
        load_all(&fixtures_folder()).expect("the fixtures load"),
        faults,
    )
}

fn page(host: &Host, name: &str, target: &str) -> String {
    let reply = host.get(name, target).expect("an answer");
    assert_eq!(reply.status, 200, "{name}{target}");
    reply.text()
}

fn entry_target(number: u64, query: &str) -> String {
    format!("/blog/cns!{GARDEN_CID}!{number}.entry{query}")
}

/// Reads the whole of an XML document; gives the names of its elements in order.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut names, mut open) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                open.push(());
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => names.push(tag.name().as_ref().to_owned()),
            Event::End(_) => {
                open.pop().expect("a start for every end");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "every element is closed");
    names
}

#[test]
fn every_markup_shows_an_entry_with_the_marks_of_its_period() {
    let host = samples(Faults::default());
    let marks: &[(&str, &[&str])] = &[
        (
            "2007-05",
            &[
                ".footer > span",
                "h1",
                ".bvCommentText.bvwordwrap",
                "#ctl00_MainContentPlaceholder_ctl00_Toolbar_Internal_LeftToolbarList li a img[src*='~Left~']",
                "a[title='Click to view next 20 comments'][href*='commentPH=cns!']",
            ],
        ),
        (
            "2007-10",
            &[
                ".footerLinks > nobr",
                "h1",
                ".bvCommentText",
                "#ctl00_MainContentPlaceholder_ctl01_Toolbar_Internal_RightToolbarList li a img[src*='~Left~']",
            ],
        ),
        (
            "2008-02",
            &[
                ".footerLinks > nobr",
                ".bvCommentText .ccViewComment",
                ".ccViewAuthorUrl.ltrText a",
                "[bv\\:commentcount='47']",
            ],
        ),
        (
            "2008-06",
            &[
                ".footerLinks > nobr",
                "[id^='ccNamecns!']",
                "[id^='ccDatecns!']",
                "[id^='entrycns!']",
            ],
        ),
        (
            "about-2008",
            &[".footerLinks > nobr", "[id^='entrycns!']", ".bvCommentText"],
        ),
        (
            "2008-12",
            &[
                "#navTitle span",
                ".ccCommentBox .Comment",
                ".ccDateBox span",
                "a#sn_ccpgNextCommentControl",
            ],
        ),
        (
            "2010-07",
            &[
                "#navTitle span",
                ".cc2_cmt .cc2_dnmmain",
                ".cc2_txt",
                ".cc2_tsmain",
                "a#sn_ccpgNextCommentControl",
            ],
        ),
    ];
    assert_eq!(
        marks.len(),
        MARKUPS.len(),
        "a new markup needs its marks here"
    );
    for (name, selectors) in marks {
        let html = page(
            &host,
            GARDEN,
            &entry_target(226, &format!("?__markup={name}")),
        );
        let document = Document::from(html.as_str());
        let common = [
            "[id^='LastMDatecns!']",
            "[id^='subjcns!']",
            "div.bvMsg[id^='msgcns!']",
            "#blogCategory0",
        ];
        for selector in common.iter().chain(*selectors) {
            assert!(document.select(selector).exists(), "{name}: no {selector}");
        }
        assert_eq!(
            document.select("[id^='subjcns!']").text().trim(),
            "Why I don't use peat",
            "{name}"
        );
        let footer = if *name == "2007-05" {
            ".footer a"
        } else {
            ".footerLinks a"
        };
        assert_eq!(
            document
                .select(footer)
                .iter()
                .nth(3)
                .expect("a fourth link")
                .text()
                .as_ref(),
            "Permalink",
            "{name}"
        );
        assert!(
            html.contains("LastMDatecns!5C41A9E07D2B36F!226\">7/8/2007<"),
            "{name}"
        );
    }
}

#[test]
fn the_whole_date_stands_in_the_footer_where_the_scraper_of_2008_found_it() {
    let host = samples(Faults::default());
    let html = page(
        &host,
        GARDEN,
        &entry_target(263, "?__markup=about-2008&mkt=zh-cn"),
    );
    assert!(
        html.contains("<div class=\"footerLinks\"><nobr>2008/4/5 13:03:12</nobr>"),
        "{html}"
    );
    let newest = page(&host, GARDEN, &entry_target(263, ""));
    assert!(
        newest.contains("<nobr>1:03 PM</nobr>"),
        "a theme without seconds"
    );
    assert!(newest.contains("LastMDatecns!5C41A9E07D2B36F!263\">4/5/2008<"));
    let seconds = page(
        &host,
        "linsworkbench.spaces.live.com",
        "/blog/cns!D3A6F0912C7B584E!120.entry",
    );
    assert!(
        seconds.contains("<nobr>22:05:09</nobr>"),
        "a theme with seconds"
    );
    assert!(seconds.contains(">固定链接</a>"));
}

#[test]
fn list_pages_hold_twenty_entries_and_lead_to_all_public_ones() {
    let host = samples(Faults::default());
    for markup in MARKUPS {
        let mut seen = BTreeSet::new();
        let mut target = format!(
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&__markup={}",
            markup.name
        );
        let mut pages = 0;
        loop {
            pages += 1;
            let html = page(&host, GARDEN, &target);
            let document = Document::from(html.as_str());
            let ids: Vec<String> = document
                .select(".bvMsg")
                .iter()
                .filter_map(|body| body.attr("id"))
                .map(|id| id.to_string())
                .collect();
            assert!(ids.len() <= 20);
            assert!(
                ids.iter().all(|id| seen.insert(id.clone())),
                "an entry twice"
            );
            let next = document.select("a[href*='pagedir=Next']");
            let Some(href) = next.attr("href") else { break };
            target = format!(
                "{}&__markup={}",
                href.trim_start_matches("http://anas-garden.spaces.live.com"),
                markup.name
            );
        }
        assert_eq!((pages, seen.len()), (2, 28), "{}", markup.name);
    }
    let last = page(
        &host,
        GARDEN,
        "/default.aspx?_c11_BlogPart_pagedir=Last&_c11_BlogPart_BlogPart=blogview&_c=BlogPart",
    );
    assert_eq!(last.matches("class=\"bvMsg\"").count(), 20);
    assert!(last.contains("msgcns!5C41A9E07D2B36F!104"));
    assert_eq!(last.matches(".entry#trackback\">Trackbacks (").count(), 20);
}

#[test]
fn months_and_categories_narrow_the_list_in_both_spellings() {
    let host = samples(Faults::default());
    let count = |target: &str| {
        page(&host, GARDEN, target)
            .matches("class=\"bvMsg\"")
            .count()
    };
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d3%26ayear%3d2007"),
        1
    );
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3DPond%2Blife"),
        4
    );
    assert_eq!(
        count("/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=catPond%2blife"),
        4
    );
    let home = page(&host, "linsworkbench.spaces.live.com", "/");
    let document = Document::from(home.as_str());
    let link = document
        .select("#categoriesModule a")
        .iter()
        .next()
        .expect("a category")
        .attr("href")
        .expect("an address");
    let narrowed = host.get_address(&link).expect("an answer").text();
    assert_eq!(narrowed.matches("class=\"bvMsg\"").count(), 4, "{link}");
}

#[test]
fn comments_come_in_pages_of_twenty_newest_first_and_none_is_lost() {
    let host = samples(Faults::default());
    for (markup, class) in [
        ("2007-05", ".bvCommentText"),
        ("2007-10", ".bvCommentText"),
        ("2008-12", ".ccCommentBox"),
        ("2010-07", ".cc2_cmt"),
    ] {
        let mut counts = Vec::new();
        let mut target = entry_target(226, &format!("?__markup={markup}"));
        loop {
            let html = page(&host, GARDEN, &target);
            let document = Document::from(html.as_str());
            counts.push(document.select(class).length());
            let Some(href) = document.select("a[href*='commentPH=']").attr("href") else {
                break;
            };
            target = format!(
                "{}&__markup={markup}",
                href.trim_start_matches("http://anas-garden.spaces.live.com")
            );
        }
        assert_eq!(counts, [20, 20, 7], "{markup}");
    }
    let first = page(&host, GARDEN, &entry_target(226, ""));
    assert!(first.find("Greg here. Hello.") < first.find("Found this through a search"));
    assert!(
        first.contains(" - 3 hours ago"),
        "told by the host's own clock"
    );
    assert!(first.contains(" - 1 day ago"));
}

#[test]
fn the_script_services_answer_the_further_comments_as_an_escaped_list() {
    let host = samples(Faults::default());
    let html = page(&host, GARDEN, &entry_target(226, "?__markup=2008-02"));
    let last = html
        .split("bv:lastcns=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the attribute");
    let target = format!(
        "/parts/sharedcontrols/CommentControl/CommentsService.fpp?cn=Microsoft.Spaces.Web.Controls.CommentsService&mn=get_comments&__markup=2008-02\
         &d=%22cns!{GARDEN_CID}!226%22,%22{last}%22,null,20,%22Last%22,%22Wide%22"
    );
    let script = page(&host, GARDEN, &target);
    assert!(script.contains("\"<ul class=\\\"bvCommentList\\\">"));
    assert!(script.contains("<\\/ul>\""));
    assert_eq!(script.matches("ccViewComment").count(), 20);
    assert!(script.contains(",20,true]]"));
    let old = format!(
        "/parts/blog/script/BlogService.fpp?mn=get_comments&__markup=2007-05&d=cns!{GARDEN_CID}!226,{last},1,20,Public,0"
    );
    assert_eq!(
        page(&host, GARDEN, &old).matches("bvCommentText").count(),
        20
    );
}

#[test]
fn all_old_hosts_and_spellings_of_an_entry_show_the_same_page() {
    let host = samples(Faults::default());
    let reference = page(&host, GARDEN, &entry_target(146, ""));
    let spellings = [
        "http://cid-05c41a9e07d2b36f.spaces.live.com/blog/cns!5C41A9E07D2B36F!146.entry",
        "https://cid-05c41a9e07d2b36f.spaces.live.com/Blog/cns%215c41a9e07d2b36f%21146.entry?sa=467434071",
        "http://spaces.msn.com/members/anas-garden/Blog/cns!1pGq-7wZsB_nR4tUoXv2cLkA!146.entry",
        "http://spaces.msn.com/anas-garden/PersonalSpace.aspx?_c11_BlogPart_blogpart=blogentry&_c=BlogPart&_c02_owner=1&handle=cns!5C41A9E07D2B36F!146",
        "http://anas-garden.spaces.msn.com/blog/cns!5C41A9E07D2B36F!146.entry",
        "http://anas-garden.spaces.live.com/mmm2008-05-17_13.22/mmm2007-10-25_18.59/Blog/cns!1pGq-7wZsB_nR4tUoXv2cLkA!146.entry",
        "http://anas-garden.spaces.live.com/?_c11_BlogPart_handle=cns!5C41A9E07D2B36F!146&_c11_BlogPart_BlogPart=blogentry&_c=BlogPart&_c02_owner=1#commentbody",
        "http://ANAS-GARDEN.spaces.live.com/blog/cns!5C41A9E07D2B36F!146.entry?&_c02_vws=1&wa=wsignin1.0&sa=613584902",
    ];
    for spelling in spellings {
        assert_eq!(
            host.get_address(spelling).expect("an answer").text(),
            reference,
            "{spelling}"
        );
    }
    let by_cid = page(&host, "cid-05c41a9e07d2b36f.spaces.live.com", "/");
    assert_eq!(by_cid, page(&host, GARDEN, "/"));
    assert_eq!(
        host.get_address(
            "http://anas-garden.spaces.live.com/mmm2007-02-10_13.26/user.asp?act=view&id=1"
        )
        .expect("an answer")
        .status,
        404
    );
}

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
fn pictures_answer_under_every_token_with_the_size_that_it_names() {
    let host = samples(Faults::default());
    let spaces = host.spaces();
    let garden = spaces
        .iter()
        .find(|space| space.cid == GARDEN_CID)
        .expect("the garden");
    let snowdrops = garden.picture(353).expect("a picture");
    let original = host.get_address(&snowdrops.original).expect("an answer");
    assert_eq!(original.header("content-type"), Some("image/jpeg"));
    assert_eq!(
        original.body,
        host.get_address(&snowdrops.twin).expect("an answer").body,
        "two tokens, one picture"
    );
    let width = |address: &str| {
        let reply = host.get_address(address).expect("an answer");
        image::load_from_memory(&reply.body)
            .unwrap_or_else(|error| panic!("{address}: {error}"))
            .width()
    };
    assert_eq!(width(&snowdrops.original), 1600);
    assert_eq!(width(&snowdrops.web), 600);
    assert_eq!(width(&snowdrops.thumbnail), 160);
    assert_eq!(width(&format!("{}:thumbnail", snowdrops.original)), 160);
    let named = garden.picture(272).expect("a picture").original;
    assert!(
        named.contains("livefilestore.com/y1m")
            && named.ends_with("image_thumb[3] 61095F84.png?psid=1"),
        "{named}"
    );
    assert_eq!(width(&named), 800);
    assert_eq!(
        host.get_address("http://byfiles.storage.msn.com/y1pNoSuchToken")
            .expect("an answer")
            .status,
        404
    );
    assert_eq!(
        host.get_address("http://spaces.live.com/rte/emoticons/smile_cry.gif")
            .expect("an answer")
            .header("content-type"),
        Some("image/gif")
    );
}

#[test]
fn the_archive_opens_and_holds_pages_pictures_and_nothing_private() {
    let host = samples(Faults::default());
    let reply = host.get(GARDEN, "/migration/space.zip").expect("an answer");
    let mut zip = zip::ZipArchive::new(Cursor::new(reply.body)).expect("a zip");
    let names: Vec<String> = zip
        .file_names()
        .map(|name| name.expect("a name").into_owned())
        .collect();
    assert_eq!(
        names
            .iter()
            .filter(|name| name.ends_with(".html") && *name != "index.html")
            .count(),
        28
    );
    assert!(names.contains(&"img/353_snowdrops.jpg".to_owned()));
    assert!(
        !names
            .iter()
            .any(|name| name.contains("!333.") || name.contains("!392."))
    );
    let read = |zip: &mut zip::ZipArchive<Cursor<Vec<u8>>>, name: &str| {
        std::io::read_to_string(zip.by_name(name).expect("the page")).expect("text")
    };
    let peat = read(&mut zip, "cns!5C41A9E07D2B36F!226.html");
    assert_eq!(
        peat.matches("class=\"cc2_cmt\"").count(),
        47,
        "all comments on one page"
    );
    let snowdrops = read(&mut zip, "cns!5C41A9E07D2B36F!352.html");
    assert!(
        snowdrops.contains("src=\"img/353_snowdrops.jpg\"")
            && !snowdrops.contains("storage.msn.com")
    );
    let index = read(&mut zip, "index.html");
    assert!(
        index.find("388.html") < index.find("104.html"),
        "links in date order"
    );
}

#[test]
fn albums_lists_guestbook_friends_and_profile_have_their_pages() {
    let host = samples(Faults::default());
    let albums = page(&host, GARDEN, "/photos/");
    assert_eq!(
        Document::from(albums.as_str())
            .select(".albumCover")
            .length(),
        3
    );
    let album = page(&host, GARDEN, "/photos/cns!5C41A9E07D2B36F!161/");
    assert_eq!(
        Document::from(album.as_str())
            .select(".photoThumb")
            .length(),
        7
    );
    let photo = page(
        &host,
        GARDEN,
        "/photos/cns!5C41A9E07D2B36F!161/cns!5C41A9E07D2B36F!166?owner=1",
    );
    assert!(photo.contains("Newt &quot;Isaac&quot; &amp; duckweed"));
    let list = page(
        &host,
        GARDEN,
        "/Lists/cns!5C41A9E07D2B36F!308/?_c02_owner=1",
    );
    assert_eq!(
        Document::from(list.as_str()).select(".listItem").length(),
        3
    );
    let guestbook = page(&host, GARDEN, "/guestbook");
    let document = Document::from(guestbook.as_str());
    assert_eq!(document.select("#guestbook .cc2_cmt").length(), 20);
    let next = document
        .select("a#sn_ccpgNextCommentControl")
        .attr("href")
        .expect("a next page");
    let rest = host.get_address(&next).expect("an answer").text();
    assert_eq!(
        Document::from(rest.as_str())
            .select("#guestbook .cc2_cmt")
            .length(),
        8
    );
    assert!(page(&host, GARDEN, "/friends/").contains("lucia-and-the-cat"));
    assert!(
        page(
            &host,
            GARDEN,
            "/Profile.aspx?cid=415486331663332207&mkt=en-us&action=view"
        )
        .contains("Ana Whitlock")
    );
    assert!(page(&host, "laylas-notebook.spaces.live.com", "/").contains("dir=\"rtl\""));
}

#[test]
fn faults_strike_where_they_are_told_to_and_only_there() {
    let host = samples(Faults::default());
    let reply = |target: &str| host.get(GARDEN, target).expect("an answer");
    let with = |faults: Faults| host.set_faults(faults);

    with(Faults {
        closed: true,
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 410);
    with(Faults {
        moved_to: Some("http://new.example/".to_owned()),
        ..Faults::default()
    });
    assert_eq!(
        (reply("/").status, reply("/").header("location")),
        (302, Some("http://new.example/"))
    );
    with(Faults {
        private: true,
        ..Faults::default()
    });
    assert!(reply("/").text().contains("Sign In") && reply("/feed.rss").status == 404);
    with(Faults {
        read_only: true,
        ..Faults::default()
    });
    assert!(reply("/").text().contains("migrationBanner"));
    with(Faults {
        msn_type: true,
        category_feed_broken: true,
        ..Faults::default()
    });
    assert!(
        reply("/feed.rss")
            .text()
            .contains("<msn:type>blogentry</msn:type>")
    );
    assert!(
        !reply("/category/Pond+life/feed.rss")
            .text()
            .contains("<item>")
    );
    with(Faults {
        cut_answers: Some(1),
        ..Faults::default()
    });
    let cut = reply("/");
    let promised: usize = cut
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .expect("a length");
    assert!(
        cut.body.len() < promised && !cut.body.is_empty(),
        "{} of {promised}",
        cut.body.len()
    );
    with(Faults {
        slow_answers: Some(1),
        slow_milliseconds: 120,
        ..Faults::default()
    });
    let before = std::time::Instant::now();
    reply("/");
    assert!(before.elapsed().as_millis() >= 120);
    with(Faults {
        server_errors: Some(1_000_000),
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 200);
    with(Faults {
        server_errors: Some(1),
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 500);
}

#[test]
fn every_third_picture_fails_in_the_way_that_was_chosen() {
    let photos: Vec<Photo> = (1..=6)
        .map(|number| Photo {
            number,
            name: format!("p{number}.jpg"),
            width: 320,
            height: 240,
            ..Photo::default()
        })
        .collect();
    let album = Album {
        number: 50,
        title: "Six".to_owned(),
        photos,
        ..Album::default()
    };
    let space = Space {
        alias: Some("six".to_owned()),
        cid: "ABCDEF0123456789".to_owned(),
        albums: vec![album],
        ..Space::default()
    };
    let addresses: Vec<String> = (1..=6)
        .map(|number| space.picture(number).expect("a picture").original)
        .collect();
    let host = Host::start(
        vec![space],
        Faults {
            picture_404: Some(3),
            ..Faults::default()
        },
    );
    let statuses = || {
        addresses
            .iter()
            .map(|address| host.get_address(address).expect("an answer").status)
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(), [200, 200, 404, 200, 200, 404]);
    host.set_faults(Faults {
        picture_html: Some(2),
        ..Faults::default()
    });
    let kinds = addresses.iter().map(|address| {
        host.get_address(address)
            .expect("an answer")
            .header("content-type")
            .map(str::to_owned)
    });
    assert_eq!(
        kinds
            .filter(|kind| kind.as_deref() == Some("text/html; charset=utf-8"))
            .count(),
        3
    );
    host.set_faults(Faults {
        picture_thumbnail: Some(6),
        ..Faults::default()
    });
    let last = host.get_address(&addresses[5]).expect("an answer").body;
    assert_eq!(
        image::load_from_memory(&last).expect("a picture").width(),
        160
    );
}

#[test]
fn three_thousand_comments_can_be_walked_to_the_end() {
    let entry = Entry {
        number: 104,
        title: "Busy".to_owned(),
        date: "2010-09-01T00:00:00Z".parse().expect("a moment"),
        body: "<p>x</p>".to_owned(),
        ..Entry::default()
    };
    let space = Space {
        alias: Some("busy".to_owned()),
        cid: "ABCDEF0123456780".to_owned(),
        entries: vec![entry],
        ..Space::default()
    };
    let host = Host::start(
        vec![space],
        Faults {
            many_comments: Some(3_000),
            ..Faults::default()
        },
    );
    let mut address = "http://busy.spaces.live.com/blog/cns!ABCDEF0123456780!104.entry".to_owned();
    let mut count = 0;
    loop {
        let html = host.get_address(&address).expect("an answer").text();
        count += html.matches("class=\"cc2_cmt\"").count();
        let Some(next) = html
            .split("id=\"sn_ccpgNextCommentControl\" href=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
        else {
            break;
        };
        address = next.replace("&amp;", "&");
    }
    assert_eq!(count, 3_000);
}

#[test]
fn the_host_remembers_who_was_asked_for_what_and_control_changes_it() {
    let host = samples(Faults::default());
    page(&host, GARDEN, "/?authkey=secret");
    let log = host.log();
    assert_eq!(
        (
            log.len(),
            log[0].host.as_str(),
            log[0].path.as_str(),
            log[0].status
        ),
        (1, GARDEN, "/?authkey=secret", 200)
    );
    let control = |body: &str| {
        host.ask("POST", "127.0.0.1", "/__control", "", body.as_bytes())
            .expect("an answer")
    };
    assert_eq!(
        control("{\"faults\": {\"closed\": true}, \"forget_log\": true}").status,
        200
    );
    assert!(
        host.log().is_empty(),
        "control requests are not the world's"
    );
    assert_eq!(host.get(GARDEN, "/").expect("an answer").status, 410);
    assert_eq!(
        control("{\"faults\": {\"closed\": false}, \"now\": \"2011-01-01T00:00:00Z\"}").status,
        200
    );
    assert!(
        page(&host, GARDEN, &entry_target(388, "")).contains(" - Oct. 4"),
        "the clock was turned"
    );
    assert_eq!(control("{\"faults\": {\"earthquake\": 1}}").status, 400);
    assert_eq!(
        host.get(GARDEN, "/__control").expect("an answer").status,
        404,
        "only on loopback's own name"
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

#[test]
fn real_posts_are_served_as_one_space_without_a_jekyll_mark_left() {
    let samples = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        PathBuf::from,
    );
    let folder = samples.join("live-spaces-posts");
    if !folder.is_dir() {
        println!("skipped: samples are not here");
        return;
    }
    let space = Space::from_real_posts(&folder, "realposts").expect("the real posts load");
    assert_eq!(space.entries.len(), 24);
    assert!(
        space
            .entries
            .iter()
            .all(|entry| !entry.body.contains("site.baseurl"))
    );
    let addresses: Vec<String> = space
        .pictures
        .iter()
        .filter_map(|photo| space.picture(photo.number))
        .map(|picture| picture.original)
        .collect();
    let (cid, first) = (space.cid.clone(), space.entries[0].number);
    let host = Host::start(vec![space], Faults::default());
    let html = page(
        &host,
        "realposts.spaces.live.com",
        &format!("/blog/cns!{cid}!{first}.entry"),
    );
    assert!(html.contains("Azure Management API"));
    for address in addresses.iter().take(2) {
        assert_eq!(
            host.get_address(address).expect("an answer").status,
            200,
            "{address}"
        );
    }
}
