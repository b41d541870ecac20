use super::*;
use crate::{Builder, Entry, Fate, Key, Listener, Name, Record, Target, Thing, publish};
use std::fs;

fn blog(name: &str, time: &str) -> Record {
    Record {
        names: vec![Name::Alias(name.to_owned())],
        fate: Fate::Final,
        base: format!("https://{name}.example/{time}/"),
        entries: Vec::new(),
    }
}

fn build(folder: &Path, time: &str) {
    let mut builder = Builder::begin(folder, Listener::default()).expect("a folder");
    builder.add(&blog("ana", time)).expect("added");
    builder.finish().expect("a generation");
}

fn target(index: &Index, name: &str) -> String {
    match index.know(&format!("{name}.spaces.live.com"), "/") {
        Ok(Known::Moved(moved)) => moved.target,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_day_comes_also_where_what_is_newer_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let index = Index::open_still(folder.path()).expect("an index");
    index.inner.write().today = 0;
    let bad = folder.path().join("generation-0000000002");
    fs::create_dir(&bad).expect("a folder");
    fs::write(bad.join(MANIFEST), "{}").expect("written");
    assert!(index.refresh().is_err());
    assert_eq!(index.inner.read().today, today());
}

/// As when a damaged generation is replaced by a sound copy of it while it is served.
#[test]
fn a_generation_whose_folder_was_replaced_is_opened_anew() {
    let folders = tempfile::tempdir().expect("folders");
    let [served, other] = ["served", "other"].map(|name| folders.path().join(name));
    build(&served, "before");
    build(&other, "after");
    let index = Index::open_still(&served).expect("an index");
    index.inner.learn().expect("learned");
    assert_eq!(target(&index, "ana"), "https://ana.example/before/");
    let name = "generation-0000000001";
    // Meanwhile there is none.
    fs::rename(served.join(name), folders.path().join("aside")).expect("put aside");
    index.refresh().expect("nothing is new");
    assert_eq!(target(&index, "ana"), "https://ana.example/before/");
    fs::rename(other.join(name), served.join(name)).expect("put in its place");
    index.refresh().expect("a sound one");
    assert_eq!(target(&index, "ana"), "https://ana.example/after/");
    // It goes on as any other.
    publish(&served, &blog("ben", "later")).expect("published");
    index.refresh().expect("news");
    assert_eq!(target(&index, "ben"), "https://ben.example/later/");
}

/// The table of names beside the tree changes nothing but the time. Among the blogs is one whose head is too long to stand beside its
/// name, and one of many chunks.
#[test]
fn an_index_that_learned_its_names_answers_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut builder = Builder::begin(folder.path(), Listener::default()).expect("a folder");
    for number in 0..300_u64 {
        let mut blog = blog(&format!("blog{number}"), "then");
        blog.names.push(Name::Cid(number + 1));
        let (pages, letters) = match number {
            7 => (1, 1900),
            8 => (2000, 3),
            _ => (number % 5, 3),
        };
        blog.entries.extend((1..=pages).map(|page| Entry {
            key: Key::Number(page * 7, Thing::Entry),
            target: Target::At(format!(
                "https://other.example/{}/{page}",
                "x".repeat(letters)
            )),
        }));
        builder.add(&blog).expect("added");
    }
    builder.finish().expect("a generation");
    let index = Index::open_still(folder.path()).expect("an index");
    let answers = || -> Vec<_> {
        let hosts = (0..320).flat_map(|number| {
            let cid = format!("cid-{number:x}.spaces.live.com");
            [format!("blog{number}.spaces.live.com"), cid]
        });
        let asked = hosts.flat_map(|host| {
            ["/", "/blog/cns!1!7.entry", "/blog/cns!9!13993.entry"].map(|path| {
                let known = index.know(&host, path).expect("an answer");
                (known, index.serves(&host).expect("an answer"))
            })
        });
        asked.collect()
    };
    let before = answers();
    index.inner.learn().expect("learned");
    assert!(before == answers());
    let moved = |(known, _): &&(Known, bool)| matches!(known, Known::Moved(_));
    assert!(before.iter().filter(moved).count() > 600);
}

#[test]
fn a_damaged_copy_is_not_taken_in_place_of_what_answers() {
    let folders = tempfile::tempdir().expect("folders");
    let [served, other] = ["served", "other"].map(|name| folders.path().join(name));
    build(&served, "before");
    build(&other, "after");
    let index = Index::open_still(&served).expect("an index");
    let name = "generation-0000000001";
    fs::rename(served.join(name), folders.path().join("aside")).expect("put aside");
    fs::write(other.join(name).join("000.mdb"), "rubbish").expect("written");
    fs::rename(other.join(name), served.join(name)).expect("put in its place");
    assert!(index.refresh().is_err());
    assert_eq!(target(&index, "ana"), "https://ana.example/before/");
}

/// More than are taken at once, and one behind them that is damaged.
#[test]
fn many_changes_are_all_taken_and_a_bad_one_stops_there() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let index = Index::open_still(folder.path()).expect("an index");
    let other = Index::open_still(folder.path()).expect("an index");
    let many = TAKEN_AT_ONCE as u64 * 2 + 3;
    for number in 0..many {
        let name = format!("blog{number}");
        other.publish(&blog(&name, "later")).expect("published");
    }
    let log = folder::changes(folder.path(), 1);
    let mut bytes = fs::read(&log).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&log, &bytes).expect("written");
    assert!(index.refresh().is_err());
    assert_eq!(index.position().change, many - 1);
    bytes[last] ^= 1;
    fs::write(&log, &bytes).expect("written");
    index.refresh().expect("mended");
    assert_eq!(index.position().change, many);
    assert_eq!(
        target(&index, &format!("blog{}", many - 1)),
        format!("https://blog{}.example/later/", many - 1)
    );
}

/// News are read and checked without keeping anybody from being answered: here somebody is being answered all the time.
#[test]
fn news_are_checked_while_visitors_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let index = Index::open_still(folder.path()).expect("an index");
    publish(folder.path(), &blog("ben", "later")).expect("published");
    let log = folder::changes(folder.path(), 1);
    let mut bytes = fs::read(&log).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&log, &bytes).expect("written");
    let answered = index.inner.read();
    let (told, hear) = std::sync::mpsc::channel();
    let looking = index.clone();
    let look = std::thread::spawn(move || told.send(looking.refresh().is_err()));
    let refused = hear.recv_timeout(Duration::from_secs(20));
    drop(answered);
    look.join().expect("no panic").expect("heard");
    assert_eq!(refused, Ok(true));
}
