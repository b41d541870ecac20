//! Pictures, the archive, albums and the other pages, and the Space of real posts.

use super::{GARDEN, GARDEN_CID, page, samples};
use dom_query::Document;
use std::io::Cursor;
use std::path::PathBuf;
use world::spaces::{Faults, Host, Space};

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
    let pages = |room: &str| {
        names
            .iter()
            .filter(|name| name.starts_with(room) && name.ends_with(".html"))
            .count()
    };
    assert_eq!(pages("cns!"), 28, "a page for each entry");
    assert_eq!(pages("photos/"), 3 + 14, "three albums, fourteen photos");
    assert_eq!((pages("lists/"), pages("guestbook")), (2, 1));
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
