//! Old addresses and what the index holds for them. A visitor who is led anywhere but to a published address is a find too.

use redirects::server::BothWays;
use redirects::server::settings::Settings;
use redirects::{
    Builder, Entry, Fate, Index, Key, Know, Known, Listener, Name, Record, Target, Thing,
};
use std::sync::{Arc, LazyLock};

const CID: u64 = 0x2DB_0770_EAE6_1F13;
const HOMES: [&str; 3] = [
    "https://garden.example/",
    "https://kept.example/blog/",
    "https://site.example/",
];

/// A small index with every kind of answer, open as long as the lab runs.
static INDEX: LazyLock<(tempfile::TempDir, Option<Index>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
    let index = build(folder.path()).ok();
    (folder, index)
});

fn build(folder: &std::path::Path) -> Result<Index, redirects::IndexError> {
    let records = records();
    let mut listener = Listener::default();
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener)?;
    for record in &records {
        builder.add(record)?;
    }
    builder.finish()?;
    Index::open_still(folder)
}

fn records() -> Vec<Record> {
    let [garden, kept, site] = HOMES;
    let numbered = |number, thing, target| Entry {
        key: Key::Number(number, thing),
        target,
    };
    let texts = ["photos", "category:wpf", "path:/2008/05/a-title.html"];
    let entries = |home: &str| -> Vec<Entry> {
        let many = (100..200).map(|number| {
            let address = format!("{home}2007/02/entry-{number}/");
            numbered(number * 3, Thing::Entry, Target::At(address))
        });
        let few = [
            numbered(7, Thing::Album, Target::Home),
            numbered(9, Thing::Photo, Target::Gone),
            numbered(11, Thing::List, Target::At(format!("{home}list/"))),
        ];
        let texts = texts.map(|text| Entry {
            key: Key::Text(text.to_owned()),
            target: Target::At(format!("{home}found/")),
        });
        few.into_iter().chain(many).chain(texts).collect()
    };
    let record = |names: Vec<Name>, fate, home: &str| Record {
        names,
        fate,
        base: home.to_owned(),
        entries: entries(home),
    };
    vec![
        record(
            vec![
                Name::Alias("garden".to_owned()),
                Name::Cid(CID),
                Name::Token("1pABCDEFGHIJKLMNOPQRSTUV".to_owned()),
            ],
            Fate::Final,
            garden,
        ),
        record(
            vec![Name::Alias("kept".to_owned())],
            Fate::UndoableUntil(redirects::NO_DAY),
            kept,
        ),
        record(
            vec![Name::Site("x.typepad.com/blog".to_owned())],
            Fate::Final,
            site,
        ),
        record(vec![Name::Alias("waits".to_owned())], Fate::Waiting, ""),
        record(vec![Name::Alias("left".to_owned())], Fate::Gone, ""),
    ]
}

/// Host and path of old addresses, each in a line of its own.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    [
        "garden.spaces.live.com\n/blog/cns!2DB0770EAE61F13!300.entry?wa=wsignin1.0",
        "cid-02db0770eae61f13.spaces.live.com:80\n/blog/cns%212DB0770EAE61F13%21303.trak",
        "spaces.msn.com\n/members/garden/PersonalSpace.aspx?_c11_blogpart_handle=cns%211pABCDEFGHIJKLMNOPQRSTUV!306",
        "garden.spaces.live.com\n/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d2%26ayear%3d2007",
        "garden.spaces.live.com\n/photos/cns!2DB0770EAE61F13!7/cns!2DB0770EAE61F13!9",
        "garden.spaces.live.com\n/feed.rss",
        "garden.spaces.live.com\n/blog/feed.rss?category=wpf",
        "kept.spaces.live.com\n/default.aspx?sa=1",
        "x.typepad.com\n/blog/2008/05/a-title.html",
        "www.x.typepad.com\n/blog/atom.xml",
        "waits.spaces.live.com\n/lists",
        "left.spaces.live.com\n/guestbook",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(super) fn address(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (host, path) = text.split_once('\n').unwrap_or((&text, "/"));
    let Some(index) = &INDEX.1 else {
        panic!("the index of the lab could not be built");
    };
    let _ = index.serves(host);
    let led = match index.know(host, path) {
        Ok(Known::Moved(moved)) => moved.target,
        Ok(Known::Unknown {
            nearest: Some(nearest),
        }) => nearest,
        Ok(_) => return,
        Err(error) => panic!("a sound index could not answer: {error}"),
    };
    assert!(
        HOMES.iter().any(|home| led.starts_with(home)) && redirects::answer::is_target(&led),
        "led to {led:?}"
    );
}

/// Whole conversations of HTTP/1.1.
pub(super) fn requests() -> Vec<Vec<u8>> {
    let entry = "GET /blog/cns!2DB0770EAE61F13!300.entry?utm_source=x HTTP/1.1\r\nHost: garden.spaces.live.com\r\n";
    let other =
        "HEAD /guestbook HTTP/1.1\r\nhost: left.spaces.live.com\r\nConnection: keep-alive\r\n\r\n";
    [
        format!("{entry}Accept: */*\r\nUser-Agent: a\r\n\r\n{other}{entry}\r\n"),
        format!("{entry}Content-Length: 5\r\n\r\nhello{other}"),
        format!("{entry}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n{other}"),
        format!("{other}{entry}Connection: close\r\n\r\n{other}"),
        format!("{entry}Upgrade: h2c\r\nConnection: upgrade\r\n\r\n"),
        format!("{entry}Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"),
        "POST /lists HTTP/1.1\r\nHost: waits.spaces.live.com\r\nContent-Length: 3\r\n\r\na=b"
            .to_owned(),
        "GET http://kept.spaces.live.com/?mkt=ar HTTP/1.0\r\nAccept-Language: zh-TW\r\n\r\n"
            .to_owned(),
        "GET /?mkt=de HTTP/1.1\r\nHost: nobody.spaces.live.com\r\nIf-None-Match: *\r\n\r\n"
            .to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec()
}

thread_local! {
    static BOTH: Option<BothWays> = both();
}

fn both() -> Option<BothWays> {
    let text = "listen = [\"127.0.0.1:0\"]\n[limits]\nmisses = 1000000000000";
    let know: Arc<dyn Know> = Arc::new(INDEX.1.clone()?);
    BothWays::new(&Settings::read(text).ok()?, &know).ok()
}

/// The short way and hyper answer the same, cut in two or not, and lead nowhere but home.
pub(super) fn request(bytes: &[u8]) {
    BOTH.with(|both| {
        let Some(both) = both else {
            panic!("the servers of the lab could not be made");
        };
        let cut = bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>() % (bytes.len() + 1);
        let (begin, rest) = bytes.split_at(cut);
        let [short, hyper] = both.hear(&[begin, rest]);
        assert_eq!(
            String::from_utf8_lossy(&short),
            String::from_utf8_lossy(&hyper),
            "two answers to one request"
        );
        for line in String::from_utf8_lossy(&short).split("\r\n") {
            if let Some(led) = line.strip_prefix("location: ") {
                assert!(
                    HOMES.iter().any(|home| led.starts_with(home)),
                    "led to {led:?}"
                );
            }
        }
    });
}

/// What lies in an index for blogs: every value of the small one.
pub(super) fn blocks() -> Vec<Vec<u8>> {
    records().iter().flat_map(redirects::blocks_of).collect()
}

pub(super) fn block(bytes: &[u8]) {
    redirects::read_block(bytes);
}
