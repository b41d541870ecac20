//! Old addresses and what the index holds for them. A visitor who is led anywhere but to a published address is a find too.

use redirects::{
    Builder, Entry, Fate, Index, Key, Know, Known, Listener, Name, Record, Target, Thing,
};
use std::sync::LazyLock;

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

/// What lies in an index for blogs: every value of the small one.
pub(super) fn blocks() -> Vec<Vec<u8>> {
    records().iter().flat_map(redirects::blocks_of).collect()
}

pub(super) fn block(bytes: &[u8]) {
    redirects::read_block(bytes);
}
