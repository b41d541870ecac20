//! Own literal addresses of every form, arbitrary bytes, and the samples where they are at hand.

use super::*;
use proptest::prelude::*;

const CID: &str = "A1B2C3D4E5F60718";
const TOKEN: &str = "1pAbCdEfGhIjKlMnOpQrStUv";

fn garden() -> Identity {
    Identity::Space {
        cid: Some(CID.to_owned()),
        aliases: vec!["ana-garden".to_owned()],
        owner_tokens: vec![TOKEN.to_owned()],
    }
}

fn own(key: &str) -> Meaning {
    Meaning::Own(AddressKey(key.to_owned()))
}

#[test]
fn every_form_of_an_own_address_has_the_key_of_what_it_names() {
    let cases = [
        ("http://spaces.msn.com/members/ana-garden", "home"),
        ("http://spaces.msn.com/members/ana-garden/", "home"),
        (
            "spaces.msn.com/members/Ana-Garden/PersonalSpace.aspx?_c02_owner=1&_c=",
            "home",
        ),
        (
            "http://spaces.msn.com/ana-garden/PersonalSpace.aspx?something",
            "home",
        ),
        (
            "http://spaces.msn.com/ana-garden/blog/cns!A1B2C3D4E5F60718!74.entry",
            "entry:74",
        ),
        (
            "http://spaces.msn.com/members/ana-garden/Blog/cns!1pAbCdEfGhIjKlMnOpQrStUv!74.entry",
            "entry:74",
        ),
        (
            "http://spaces.msn.com/mmm2006-01-02_03.04/ana-garden/mmm2006-01-02_03.04/blog/cns!1pAbCdEfGhIjKlMnOpQrStUv!74.entry",
            "entry:74",
        ),
        (
            "http://ana-garden.spaces.msn.com/Blog/cns!1pOtherOtherOtherOther12!74.entry",
            "entry:74",
        ),
        (
            "http://ana-garden.spaces.live.com/mmm2008-05-17_13.22/mmm2007-10-25_18.59/Blog/cns!A1B2C3D4E5F60718!74.entry",
            "entry:74",
        ),
        (
            "https://cid-a1b2c3d4e5f60718.spaces.live.com/blog/cns!A1B2C3D4E5F60718!74.entry",
            "entry:74",
        ),
        (
            "http://ana-garden.spaces.live.com/blog/cns%21a1b2c3d4e5f60718%21675.entry#trackback",
            "entry:675",
        ),
        (
            "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!9.entry?&_c02_vws=1&wa=wsignin1.0&sa=1",
            "entry:9",
        ),
        (
            "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!9.trak",
            "entry:9",
        ),
        (
            "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!9.entry#permalinkcns!A1B2C3D4E5F60718!9",
            "entry:9",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_handle=cns!A1B2C3D4E5F60718!21&_c11_BlogPart_BlogPart=blogentry&_c=BlogPart",
            "entry:21",
        ),
        (
            "http://spaces.msn.com/ana-garden/PersonalSpace.aspx?_c01_blogpart_blogpart=blogentry&_c=BlogPart&handle=cns!A1B2C3D4E5F60718!21",
            "entry:21",
        ),
        (
            "https://web.archive.org/web/20071117124343id_/http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!285.entry",
            "entry:285",
        ),
        (
            "ttp://ana-garden.spaces.live.com/Blog/cns!1pAbCdEfGhIjKlMnOpQrStUv!2225.entry",
            "entry:2225",
        ),
        (
            "http://cid-a1b2c3d4e5f60718.users.api.live.net/Users(-6795153568590067944)/Blogs('A1B2C3D4E5F60718!102')/Entries('A1B2C3D4E5F60718!963')?authkey=x",
            "entry:963",
        ),
        ("http://ana-garden.spaces.live.com/feed.rss", "feed"),
        ("http://ana-garden.spaces.live.com/blog/feed.rss", "feed"),
        (
            "http://ana-garden.spaces.live.com/category/Ana's+Posts/feed.rss",
            "feed:category:Ana's Posts",
        ),
        (
            "http://ana-garden.spaces.live.com/blog/cns!A1B2C3D4E5F60718!12/comments/feed.rss",
            "feed:entry:12",
        ),
        (
            "http://ana-garden.spaces.live.com/photos/feed.rss",
            "feed:photos",
        ),
        (
            "http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!186/feed.rss",
            "feed:album:186",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=catAna's%2bPosts",
            "category:Ana's Posts",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3dC%252b%252b",
            "category:C++",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3d%25E6%2597%25A5%25E8%25AE%25B0",
            "category:日记",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c11_BlogPart_FullView=1&_c11_blogpart_blogpart=blogview&_c=blogpart&partqs=amonth%3d2%26ayear%3d2007",
            "month:2007-02",
        ),
        (
            "http://ana-garden.spaces.live.com/default.aspx?_c11_BlogPart_pagedir=Last&_c11_BlogPart_BlogPart=blogview&_c=BlogPart",
            "home",
        ),
        (
            "http://ana-garden.spaces.live.com/Photos/?owner=1",
            "photos",
        ),
        (
            "http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!138/",
            "album:138",
        ),
        (
            "http://ana-garden.spaces.live.com/photos/cns!A1B2C3D4E5F60718!138/cns!A1B2C3D4E5F60718!151?owner=1",
            "photo:151",
        ),
        (
            "http://ana-garden.spaces.live.com/?_c02_PhotoAlbum_spaHandle=cns!A1B2C3D4E5F60718!138&_c=PhotoAlbum",
            "album:138",
        ),
        (
            "http://ana-garden.spaces.live.com/Lists/cns!A1B2C3D4E5F60718!154/?_c02_owner=1",
            "list:154",
        ),
        ("http://ana-garden.spaces.live.com/guestbook", "guestbook"),
        (
            "http://spaces.live.com/profile.aspx?cid=-6795153568590067944&mkt=en-us",
            "profile",
        ),
        ("http://ana-garden.spaces.live.com", "home"),
        (
            "HTTP://ANA-GARDEN.SPACES.LIVE.COM:80/BLOG/CNS!A1B2C3D4E5F60718!7.ENTRY",
            "entry:7",
        ),
        // No host, or a strange one: the owner part alone decides.
        ("cns!1pAbCdEfGhIjKlMnOpQrStUv!31", "entry:31"),
        (
            "http://mirror.example/blog/cns!1pAbCdEfGhIjKlMnOpQrStUv!31.entry",
            "entry:31",
        ),
        ("/blog/cns!A1B2C3D4E5F60718!31.entry", "entry:31"),
        // A Space that once had another name.
        (
            "http://anas-old-name.spaces.live.com/blog/cns!A1B2C3D4E5F60718!31.entry",
            "entry:31",
        ),
    ];
    for (address, key) in cases {
        assert_eq!(meaning(address, &garden()), own(key), "{address}");
    }
}

#[test]
fn pasted_relative_links_are_bogus_and_nobody_elses_pages_are_ours() {
    for address in [
        "http://spaces.msn.com/mmm2005-08-03_15.21/#",
        "http://spaces.msn.com/library/en-us/shellcc/platform/create.asp",
        "http://ana-garden.spaces.live.com/mmm2007-02-10_13.26/user.asp?act=view&id=1",
        "http://ana-garden.spaces.live.com/&t=b&lq=x",
        "http://ana-garden.spaces.live.com&title=园",
    ] {
        assert_eq!(meaning(address, &garden()), Meaning::Bogus, "{address}");
    }
    for address in [
        "http://other.spaces.live.com/blog/cns!1234567890ABCDEF!74.entry",
        "http://other.spaces.live.com/blog/cns!1pAbCdEfGhIjKlMnOpQrStUv!74.entry",
        "http://other.spaces.live.com/mmm2007-02-10_13.26/user.asp",
        "http://mobile.spaces.live.com",
        "http://spaces.live.com/api.aspx?wx_action=createEvent",
        "http://ana-garden.spaces.live.com/rte/emoticons/smile_cry.gif",
        "http://storage.msn.com/x1pToken",
        "http://notspaces.live.com/blog/cns!1!2.entry",
        "https://example.com/",
        "mailto:ana@example.com",
        "",
    ] {
        assert_eq!(meaning(address, &garden()), Meaning::Foreign, "{address}");
    }
}

#[test]
fn three_spellings_of_an_account_number_are_one() {
    assert_eq!(cid("0d9bc809858885a4").as_deref(), Some("D9BC809858885A4"));
    assert_eq!(
        cid_from_decimal("-5863621987198436459").as_deref(),
        Some("AEA03ADE93DDFB95")
    );
    assert_eq!(
        cid_from_decimal("205766389534170899").as_deref(),
        Some("2DB0770EAE61F13")
    );
    assert_eq!(
        cid_to_decimal("AEA03ADE93DDFB95"),
        Some(-5_863_621_987_198_436_459)
    );
    assert_eq!(cid("not hex"), None);
    assert_eq!(cid("0000"), None);
}

#[test]
fn a_handle_is_found_inside_ids_and_rels() {
    let found = handle_within("msgcns!A1B2C3D4E5F60718!12").expect("a handle");
    assert_eq!(found.number, 12);
    let found = handle_within("WLPP;url=http://x/y;cnsid=cns!1pAbCdEfGhIjKlMnOpQrStUv!44")
        .expect("a handle");
    assert_eq!(found.owner, Owner::Token(TOKEN.to_owned()));
    assert_eq!(handle_within("cns!cns!!12"), None);
}

/// The word of the sample file for what was parsed.
fn kinds(what: &What) -> &'static [&'static str] {
    match what {
        What::Home => &[
            "home",
            "home-owner",
            "home-mkt",
            "home-cid",
            "ping-changes-url",
        ],
        What::Blog => &["blog-page"],
        What::BlogManagement => &["blog-manage"],
        What::Entry(_) => &[
            "entry",
            "entry-archived",
            "entry-buildpath",
            "entry-comments",
            "entry-edit",
            "entry-encoded",
            "entry-fragment",
            "entry-owner",
            "entry-residue",
            "entry-trackback",
        ],
        What::Category(_) => &["category"],
        What::Month { .. } => &["archive-month"],
        What::Photos => &["photos"],
        What::Photo { .. } => &["photo"],
        What::List(_) => &["list", "list-owner"],
        What::Guestbook => &["guestbook"],
        What::Friends => &["friends"],
        What::Profile => &["profile"],
        What::Feed(FeedOf::Space) => &["feed-space"],
        What::Feed(FeedOf::Blog) => &["feed-blog"],
        What::Feed(FeedOf::Category(_)) => &["feed-category"],
        What::Feed(FeedOf::Photos) => &["feed-photos"],
        What::Feed(FeedOf::Album(_)) => &["feed-album"],
        What::Feed(FeedOf::Comments(_)) => &["feed-comments"],
        What::Emoticon(_) => &["emoticon"],
        What::Service => &["service"],
        What::Picture => &["photo-host"],
        What::SkyDrive => &["skydrive"],
        What::MigratedPost => &["migrated-post"],
        What::MigratedPicture => &["migrated-image"],
        What::Bogus => &["bogus"],
        _ => &[],
    }
}

fn samples(file: &str) -> Option<String> {
    let root = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        std::path::PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join("spaces").join(file)).ok();
    if text.is_none() {
        println!("skipped: samples are not here ({file})");
    }
    text
}

#[test]
fn every_literal_address_of_the_samples_is_what_the_file_says() {
    let Some(text) = samples("urls-literal.tsv") else {
        return;
    };
    let mut seen = 0;
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let mut columns = line.split('\t');
        let (Some(address), Some(kind)) = (columns.next(), columns.next()) else {
            continue;
        };
        // Templates of programs stand in the file with their place holders.
        let address = address
            .replace("{0}.", "name.")
            .replace("{1}", "2DB0770EAE61F13!12")
            .replace("%@", "name");
        let parsed = parse(&address).unwrap_or_else(|| panic!("not parsed: {address}"));
        assert!(
            kinds(&parsed.what).contains(&kind),
            "{address}: {kind} but {parsed:?}"
        );
        seen += 1;
    }
    assert_eq!(seen, 111);
}

#[test]
fn every_link_and_picture_of_one_real_blog_is_understood() {
    let (Some(links), Some(pictures)) = (
        samples("urls-one-blog-spaces.tsv"),
        samples("urls-one-blog-photos.txt"),
    ) else {
        return;
    };
    let mut own_links = 0;
    let mut all = 0;
    for line in links
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let address = line.split('\t').nth(1).expect("two columns");
        let parsed = parse(address).unwrap_or_else(|| panic!("not parsed: {address}"));
        all += 1;
        let is_own = parsed.space == Some(SpaceName::Alias("ruanqizhen".to_owned()));
        own_links += usize::from(is_own && matches!(parsed.what, What::Entry(_)));
        if address.contains("cns!") || address.contains("cns%21") {
            assert!(parsed.owner.is_some(), "{address}: {parsed:?}");
        }
    }
    assert_eq!(all, 298);
    assert!(own_links > 150, "only {own_links} links to own entries");
    let mut seen = 0;
    for address in pictures.lines().filter(|line| !line.is_empty()) {
        assert_eq!(
            parse(address).map(|p| p.what),
            Some(What::Picture),
            "{address}"
        );
        seen += 1;
    }
    assert_eq!(seen, 501);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fall(text in "\\PC{0,200}") {
        let _ = parse(&text);
        let _ = meaning(&text, &garden());
        let _ = handle_within(&text);
    }

    #[test]
    fn no_tail_on_a_spaces_host_makes_the_parser_fall(tail in "[/?&#=%!a-zA-Z0-9._+\\-\u{80}-\u{4ff}]{0,120}") {
        let _ = meaning(&format!("http://ana-garden.spaces.live.com{tail}"), &garden());
        let _ = meaning(&format!("http://spaces.msn.com/members/{tail}"), &garden());
        let _ = meaning(&format!("http://ana-garden.spaces.live.com/?partqs={tail}"), &garden());
    }

    #[test]
    fn the_number_is_the_key_however_the_owner_is_spelled(number in 1_u64..1_000_000, stamps in 0_usize..6, escaped: bool) {
        let mark = if escaped { "%21" } else { "!" };
        let folders = "/mmm2007-07-26_17.23".repeat(stamps);
        for owner in [CID, TOKEN, "1234"] {
            let address = format!("http://ana-garden.spaces.live.com{folders}/blog/cns{mark}{owner}{mark}{number}.entry");
            prop_assert_eq!(meaning(&address, &garden()), own(&format!("entry:{number}")));
        }
    }
}
