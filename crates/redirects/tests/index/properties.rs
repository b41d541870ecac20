//! What holds for all blogs and all requests.

use crate::support::{CID, ana, build, know, typepad};
use proptest::prelude::*;
use redirects::{Closure, Entry, Index, Key, Know, Known, Name, Record, Target, Thing};
use std::{collections::BTreeSet, path::Path};

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
                (Known::Gone { what: Closure::Item, .. }, Some(Target::Gone)) | (Known::Unknown { .. }, None) => {}
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
