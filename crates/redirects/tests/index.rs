//! The index as a whole: what is published is answered, and nothing else is.

use proptest::prelude::*;
use redirects::{
    Builder, Closure, Entry, Fate, Index, IndexError, Key, Know, Known, Listener, Moved, NO_DAY,
    Name, Record, Standing, Target, Thing, publish,
};
use std::{collections::BTreeSet, path::Path};

const CID: u64 = 0x2DB_0770_EAE6_1F13;

fn at(address: &str) -> Target {
    Target::At(address.to_owned())
}

fn number(number: u64, thing: Thing, target: Target) -> Entry {
    Entry {
        key: Key::Number(number, thing),
        target,
    }
}

fn text(key: &str, target: Target) -> Entry {
    Entry {
        key: Key::Text(key.to_owned()),
        target,
    }
}

fn ana() -> Record {
    Record {
        names: vec![
            Name::Alias("ana-garden".to_owned()),
            Name::Cid(CID),
            Name::Token("1pU-rgQVTuuWM1TX8W8PfmDA".to_owned()),
        ],
        fate: Fate::Final,
        base: "https://ana.example/".to_owned(),
        entries: vec![
            number(
                1073,
                Thing::Entry,
                at("https://ana.example/2010/10/31/first-rose/"),
            ),
            number(
                1080,
                Thing::Entry,
                at("https://ana.example/2010/11/02/%e6%98%a5%e5%a4%a9/"),
            ),
            number(1090, Thing::Entry, Target::Gone),
            number(1100, Thing::Entry, Target::Home),
            number(186, Thing::Album, at("https://ana.example/summer/")),
            text("category:wpf", at("https://ana.example/category/wpf/")),
            text("photos", at("https://ana.example/photos/")),
        ],
    }
}

fn typepad() -> Record {
    Record {
        names: vec![
            Name::Site("ben.typepad.example/garden".to_owned()),
            Name::Site("garden.example".to_owned()),
        ],
        fate: Fate::UndoableUntil(NO_DAY),
        base: "https://ben.example/blog/".to_owned(),
        entries: vec![text(
            "path:/garden/2012/10/first_rose.html",
            at("https://ben.example/blog/2012/10/05/first-rose/"),
        )],
    }
}

fn build(folder: &Path, records: &[Record]) {
    let mut listener = Listener::default();
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener).expect("a folder");
    for record in records {
        builder.add(record).expect("added");
    }
    builder.finish().expect("a generation");
}

fn moved(target: &str, standing: Standing, feed: bool) -> Known {
    Known::Moved(Moved {
        target: target.to_owned(),
        standing,
        feed,
    })
}

fn know(index: &Index, host: &str, path: &str) -> Known {
    index.know(host, path).expect("a sound index")
}

#[test]
fn every_form_of_an_old_address_leads_to_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), &[ana(), typepad()]);
    let index = Index::open_still(folder.path()).expect("an index");
    let rose = "https://ana.example/2010/10/31/first-rose/";
    let home = "https://ana.example/";
    for (host, path, target) in [
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            rose,
        ),
        (
            "ANA-garden.spaces.live.com:80",
            "/Blog/CNS%212db0770eae61f13%211073.ENTRY?wa=wsignin1.0",
            rose,
        ),
        (
            "cid-02db0770eae61f13.spaces.live.com",
            "/mmm2007-02-10_13.26/blog/cns!1pU-rgQVTuuWM1TX8W8PfmDA!1073.trak",
            rose,
        ),
        (
            "ana-garden.spaces.msn.com",
            "/?_c11_BlogPart_handle=cns!2DB0770EAE61F13!1073&_c11_BlogPart_blogpart=blogentry&_c=BlogPart",
            rose,
        ),
        (
            "spaces.msn.com",
            "/members/ana-garden/Blog/cns!1pU-rgQVTuuWM1TX8W8PfmDA!1073.entry",
            rose,
        ),
        ("spaces.msn.com", "/ana-garden/", home),
        // The owner changed the name of the Space; the account number says whose it is.
        (
            "old-name.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            rose,
        ),
        ("ana-garden.spaces.live.com", "/", home),
        (
            "ana-garden.spaces.live.com",
            "/default.aspx?_c02_owner=1",
            home,
        ),
        ("ana-garden.spaces.live.com", "/guestbook", home),
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1100.entry",
            home,
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/cns!2DB0770EAE61F13!186/",
            "https://ana.example/summer/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/cns!2DB0770EAE61F13!186/cns!2DB0770EAE61F13!199",
            "https://ana.example/summer/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/",
            "https://ana.example/photos/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3DWPF",
            "https://ana.example/category/wpf/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d11%26ayear%3d2010",
            "https://ana.example/2010/11/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d4%26ayear%3d2010",
            home,
        ),
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1080.entry",
            "https://ana.example/2010/11/02/%e6%98%a5%e5%a4%a9/",
        ),
    ] {
        assert_eq!(
            know(&index, host, path),
            moved(target, Standing::Final, false),
            "{host}{path}"
        );
    }
    for (path, target) in [
        ("/feed.rss", "https://ana.example/feed/"),
        ("/blog/feed.rss", "https://ana.example/feed/"),
        (
            "/category/WPF/feed.rss",
            "https://ana.example/category/wpf/feed/",
        ),
        (
            "/blog/cns!2DB0770EAE61F13!1073/comments/feed.rss",
            "https://ana.example/2010/10/31/first-rose/feed/",
        ),
    ] {
        let known = know(&index, "ana-garden.spaces.live.com", path);
        assert_eq!(known, moved(target, Standing::Final, true), "{path}");
    }
    for (host, path, target, feed) in [
        (
            "ben.typepad.example",
            "/garden/2012/10/first_rose.html",
            "2012/10/05/first-rose/",
            false,
        ),
        (
            "www.ben.typepad.example",
            "/garden/2012/10/first%5Frose.html?cid=6a#c",
            "2012/10/05/first-rose/",
            false,
        ),
        ("ben.typepad.example", "/garden/", "", false),
        ("garden.example", "/index.html", "", false),
        ("ben.typepad.example", "/garden/atom.xml", "feed/", true),
    ] {
        let target = format!("https://ben.example/blog/{target}");
        assert_eq!(
            know(&index, host, path),
            moved(&target, Standing::Undoable, feed),
            "{host}{path}"
        );
    }
}

#[test]
fn what_did_not_move_is_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let waiting = Record {
        names: vec![Name::Alias("later".to_owned())],
        fate: Fate::Waiting,
        base: String::new(),
        entries: Vec::new(),
    };
    let gone = Record {
        names: vec![Name::Alias("deleted".to_owned())],
        fate: Fate::Gone,
        ..waiting.clone()
    };
    build(folder.path(), &[ana(), typepad(), waiting, gone]);
    let index = Index::open_still(folder.path()).expect("an index");
    let space = "ana-garden.spaces.live.com";
    let near = |nearest: &str| Known::Unknown {
        nearest: Some(nearest.to_owned()),
    };
    for (host, path, known) in [
        (
            space,
            "/blog/cns!2DB0770EAE61F13!1090.entry",
            Known::Gone(Closure::Item),
        ),
        (
            space,
            "/blog/cns!2DB0770EAE61F13!1074.entry",
            near("https://ana.example/2010/10/31/first-rose/"),
        ),
        (
            space,
            "/blog/cns!2DB0770EAE61F13!9999.entry",
            near("https://ana.example/2010/11/02/%e6%98%a5%e5%a4%a9/"),
        ),
        (
            space,
            "/blog/cns!1!1073.entry",
            near("https://ana.example/"),
        ),
        (space, "/nothing/here.html", near("https://ana.example/")),
        ("later.spaces.live.com", "/blog/", Known::Waiting),
        (
            "deleted.spaces.live.com",
            "/blog/",
            Known::Gone(Closure::Blog),
        ),
        ("nobody.spaces.live.com", "/", Known::Closed),
        ("spaces.live.com", "/", Known::Closed),
        ("ben.typepad.example", "/kitchen/", Known::Closed),
        (
            "garden.example",
            "/unknown.html",
            near("https://ben.example/blog/"),
        ),
        ("stranger.example", "/", Known::Foreign),
        (
            "stranger.example",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            Known::Foreign,
        ),
        ("", "/", Known::Foreign),
        ("a/b@evil.example", "/", Known::Foreign),
    ] {
        assert_eq!(know(&index, host, path), known, "{host}{path}");
    }
    for (host, served) in [
        (space, true),
        ("cid-02db0770eae61f13.spaces.live.com", true),
        ("spaces.msn.com", true),
        ("nobody.spaces.live.com", false),
        ("ben.typepad.example", true),
        ("www.garden.example", true),
        ("stranger.example", false),
    ] {
        assert_eq!(index.serves(host).expect("a sound index"), served, "{host}");
    }
}

#[test]
fn what_is_published_is_seen_by_who_has_the_index_open() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), &[ana()]);
    let index = Index::open_still(folder.path()).expect("an index");
    let rose = "/blog/cns!2DB0770EAE61F13!1073.entry";
    publish(folder.path(), &typepad()).expect("published");
    let mut changed = ana();
    changed.names.remove(0);
    changed.fate = Fate::UndoableUntil(NO_DAY);
    changed.entries = (1..2000)
        .map(|n| {
            number(
                n,
                Thing::Entry,
                at(&format!("https://ana.example/2010/10/31/rose-{n}/")),
            )
        })
        .collect();
    publish(folder.path(), &changed).expect("published");
    assert_eq!(know(&index, "garden.example", "/"), Known::Foreign);
    index.refresh().expect("news");
    assert_eq!(
        know(&index, "garden.example", "/"),
        moved("https://ben.example/blog/", Standing::Undoable, false)
    );
    // The name was given up, the account number was not.
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", "/"),
        Known::Closed
    );
    for n in [1, 999, 1073, 1999] {
        let path = format!("/blog/cns!2DB0770EAE61F13!{n}.entry");
        let target = format!("https://ana.example/2010/10/31/rose-{n}/");
        assert_eq!(
            know(&index, "cid-2db0770eae61f13.spaces.live.com", &path),
            moved(&target, Standing::Undoable, false)
        );
    }
    publish(folder.path(), &ana()).expect("published");
    index.refresh().expect("news");
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", rose),
        moved(
            "https://ana.example/2010/10/31/first-rose/",
            Standing::Final,
            false
        )
    );
    assert_eq!(index.position().change, 3);

    // The next generation takes in what was published.
    let mut listener = Listener::default();
    let records = records(&index);
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder.path(), listener).expect("a folder");
    records
        .iter()
        .for_each(|record| builder.add(record).expect("added"));
    builder.finish().expect("a generation");
    index.refresh().expect("news");
    assert_eq!(index.position().generation, 2);
    assert_eq!(index.position().change, 0);
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", rose),
        moved(
            "https://ana.example/2010/10/31/first-rose/",
            Standing::Final,
            false
        )
    );
}

fn records(index: &Index) -> Vec<Record> {
    let mut records = Vec::new();
    index
        .each_record::<IndexError>(|record| {
            records.push(record);
            Ok(())
        })
        .expect("a sound index");
    records
}

fn any_target() -> impl Strategy<Value = Target> {
    prop_oneof![
        "https://ana\\.example/[0-9]{4}/[01][0-9]/[0-3][0-9]/([a-z]{1,6}-?|%e6%98%a5|%E6){1,5}/"
            .prop_map(Target::At),
        "https://ana\\.example/([a-z0-9]{1,6}[-/?#%.]?){0,5}/?".prop_map(Target::At),
        "(https?|javascript|//)[:/a-z.@ \\r\\n]{0,30}".prop_map(Target::At),
        Just(Target::Home),
        Just(Target::Gone),
    ]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let thing = prop::sample::select(vec![Thing::Entry, Thing::Album, Thing::List, Thing::Photo]);
    let key = prop_oneof![
        4 => (0..3000_u64, thing).prop_map(|(number, thing)| Key::Number(number, thing)),
        1 => "(category|path):/?[a-z/春]{0,12}".prop_map(Key::Text),
    ];
    (key, any_target()).prop_map(|(key, target)| Entry { key, target })
}

fn is_safe(target: &str) -> bool {
    let rest = target
        .strip_prefix("https://")
        .or_else(|| target.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        && target.bytes().all(|b| b.is_ascii_graphic())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_taken_in_is_given_back(entries in prop::collection::vec(any_entry(), 0..300), asked in prop::collection::vec((0..3100_u64, any::<bool>()), 40)) {
        let folder = tempfile::tempdir().expect("a folder");
        let record = Record { entries, ..ana() };
        build(folder.path(), &[record.clone(), typepad()]);
        let index = Index::open_still(folder.path()).expect("an index");
        let mut expected = std::collections::BTreeMap::new();
        for entry in &record.entries {
            let key = match &entry.key {
                Key::Number(number, _) => number.to_string(),
                Key::Text(text) => text.clone(),
            };
            expected.entry(key).or_insert(match &entry.target {
                Target::At(address) if is_safe_target(address) => entry.target.clone(),
                Target::At(_) | Target::Home => Target::Home,
                Target::Gone => Target::Gone,
            });
        }
        let given = index.record(&Name::Cid(CID)).expect("sound").expect("there");
        prop_assert_eq!(given.entries.len(), expected.len());
        for entry in given.entries {
            let key = match entry.key {
                Key::Number(number, _) => number.to_string(),
                Key::Text(text) => text,
            };
            // The base and the front page are one.
            let home = Target::At(record.base.clone());
            let same = expected[&key] == entry.target || (expected[&key] == home && entry.target == Target::Home);
            prop_assert!(same, "{}: {:?} for {:?}", key, entry.target, expected[&key]);
        }
        for (number, album) in asked {
            let path = if album { format!("/photos/cns!2DB0770EAE61F13!{number}/") } else { format!("/blog/cns!2DB0770EAE61F13!{number}.entry") };
            match (know(&index, "ana-garden.spaces.live.com", &path), expected.get(&number.to_string())) {
                (Known::Moved(moved), Some(Target::At(address))) => prop_assert_eq!(&moved.target, address),
                (Known::Moved(moved), Some(Target::Home)) => prop_assert_eq!(&moved.target, &record.base),
                (Known::Gone(Closure::Item), Some(Target::Gone)) | (Known::Unknown { .. }, None) => {}
                (known, expected) => prop_assert!(false, "{}: {:?} for {:?}", path, known, expected),
            }
        }
    }

    #[test]
    fn nobody_is_led_anywhere_but_where_a_ledger_said(host in "(ana-garden|cid-[0-9a-f]{1,17}|www|\\PC{0,9}|evil\\.example)\\.?(spaces\\.live\\.com|spaces\\.msn\\.com|garden\\.example|ben\\.typepad\\.example|\\PC{0,9})(:[0-9]{1,6}|@evil\\.example)?", path in "(/|//evil\\.example|/blog/|/garden/|cns!|2DB0770EAE61F13!?|1073|\\.entry|http://|\\?|&|partqs=|amonth%3d[0-9]{1,2}%26ayear%3d[0-9]{4}|cat|feed\\.rss|%2[0-9a-f]|\\PC|\r\n|\\\\){0,12}") {
        let folder = shared();
        let index = Index::open_still(folder).expect("an index");
        let mut published: BTreeSet<String> = [ana(), typepad()].iter().flat_map(|record| {
            let targets = record.entries.iter().filter_map(|entry| match &entry.target {
                Target::At(address) => Some(address.clone()),
                Target::Home | Target::Gone => None,
            });
            targets.chain([record.base.clone()]).collect::<Vec<_>>()
        }).collect();
        published.extend(["https://ana.example/2010/10/".to_owned(), "https://ana.example/2010/11/".to_owned()]);
        match know(&index, &host, &path) {
            Known::Moved(moved) => {
                let target = if moved.feed { moved.target.strip_suffix("feed/").expect("a feed") } else { &moved.target };
                prop_assert!(published.contains(target), "{}{} led to {}", host, path, moved.target);
                prop_assert!(is_safe(&moved.target));
            }
            Known::Unknown { nearest: Some(nearest) } => prop_assert!(published.contains(&nearest)),
            _ => {}
        }
        let _ = index.serves(&host);
    }
}

fn is_safe_target(address: &str) -> bool {
    let host = address
        .split("://")
        .nth(1)
        .unwrap_or("")
        .split(['/', '?', '#'])
        .next()
        .unwrap_or("");
    (address.starts_with("http://") || address.starts_with("https://"))
        && !host.is_empty()
        && !host.contains('@')
        && address.bytes().all(|b| b.is_ascii_graphic())
}

/// One index for all cases of a property.
fn shared() -> &'static Path {
    static FOLDER: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            build(folder.path(), &[ana(), typepad()]);
            folder
        })
        .path()
}
