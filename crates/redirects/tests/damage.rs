//! Old and damaged indexes: nobody is led wrong, and nothing falls.

use redirects::{
    Builder, Entry, Fate, Index, IndexError, Key, Know, Known, Listener, Name, Record, Target,
    Thing, publish,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

const GENERATIONS: u64 = 21;
const RESTARTS: u64 = 200;
const BLOGS: u64 = 12;
const ENTRIES: u64 = 60;
const CHANGES: u64 = 3;

/// Numbers by chance, the same in every run (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// A blog whose new addresses say at which `time` they were right.
fn blog(number: u64, time: &str) -> Record {
    let base = format!("https://blog{number}.example/{time}/");
    let entry = |at: u64| Entry {
        key: Key::Number(at * 3, Thing::Entry),
        target: Target::At(format!("{base}2010/10/31/entry-{at}/")),
    };
    Record {
        names: vec![Name::Alias(format!("blog{number}")), Name::Cid(number + 1)],
        fate: Fate::Final,
        entries: (1..=ENTRIES).map(entry).collect(),
        base,
    }
}

fn build(folder: &Path, time: &str) {
    let records: Vec<Record> = (0..BLOGS).map(|number| blog(number, time)).collect();
    let mut listener = Listener::default();
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener).expect("a folder");
    for record in &records {
        builder.add(record).expect("added");
    }
    builder.finish().expect("a generation");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("copied");
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.file_name().is_some_and(|name| name != "lock") {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// Asks for every address. A redirect must be the one of now; that nothing is known (any more) is no harm.
fn ask_all(index: &Index, time: &dyn Fn(u64) -> String) -> u64 {
    let mut led = 0;
    for number in 0..BLOGS {
        for (host, at) in (1..=ENTRIES).flat_map(|at| {
            [
                format!("blog{number}.spaces.live.com"),
                format!("cid-{:016x}.spaces.live.com", number + 1),
            ]
            .map(|host| (host, at))
        }) {
            let path = format!("/blog/cns!{:X}!{}.entry", number + 1, at * 3);
            match index.know(&host, &path) {
                Ok(Known::Moved(moved)) => {
                    let right = format!(
                        "https://blog{number}.example/{}/2010/10/31/entry-{at}/",
                        time(number)
                    );
                    assert_eq!(moved.target, right, "{host}{path}");
                    led += 1;
                }
                Ok(Known::Closed) | Err(_) => {}
                Ok(other) => panic!("{host}{path}: {other:?}"),
            }
        }
    }
    led
}

/// What a generation was like when it was the newest, and the folder as it is after the last one and its changes.
struct History {
    _folder: tempfile::TempDir,
    generations: Vec<PathBuf>,
    now: PathBuf,
}

fn history() -> History {
    let folder = tempfile::tempdir().expect("a folder");
    let now = folder.path().join("now");
    let mut generations = Vec::new();
    for number in 1..=GENERATIONS {
        build(&now, &format!("g{number}"));
        let kept = folder.path().join(format!("kept{number}"));
        copy(&now.join(format!("generation-{number:010}")), &kept);
        generations.push(kept);
    }
    for number in 0..CHANGES {
        publish(&now, &blog(number, "change")).expect("published");
    }
    History {
        _folder: folder,
        generations,
        now,
    }
}

fn right(number: u64) -> String {
    if number < CHANGES {
        "change".to_owned()
    } else {
        format!("g{GENERATIONS}")
    }
}

/// Does one kind of harm to a copy of the folder.
fn harm(history: &History, folder: &Path, chance: &mut Chance) -> &'static str {
    let newest = folder.join(format!("generation-{GENERATIONS:010}"));
    let changes = folder.join(format!("changes-{GENERATIONS:010}.log"));
    let all = files(folder);
    let file = &all[chance.below(all.len() as u64) as usize];
    let mut bytes = fs::read(file).expect("read");
    match chance.below(6) {
        0 => {
            let old = chance.below(GENERATIONS);
            fs::remove_dir_all(&newest).expect("removed");
            copy(
                &history.generations[old as usize],
                &folder.join(format!("generation-{:010}", old + 1)),
            );
            "the newest generation is gone and an older one is there"
        }
        1 => {
            let old = chance.below(GENERATIONS - 1);
            fs::remove_dir_all(&newest).expect("removed");
            copy(&history.generations[old as usize], &newest);
            "an older generation stands under the newest name"
        }
        2 => {
            let kept = fs::read(&changes).expect("read");
            let length = chance.below(kept.len() as u64) as usize;
            fs::write(&changes, &kept[..length]).expect("written");
            "changes are cut"
        }
        3 if !bytes.is_empty() => {
            let at = chance.below(bytes.len() as u64) as usize;
            bytes[at] ^= 1 << chance.below(8);
            fs::write(file, bytes).expect("written");
            "a bit is flipped"
        }
        4 if file.file_name().is_some_and(|name| name != "highest") => {
            fs::remove_file(file).expect("removed");
            "a file is gone"
        }
        _ => {
            bytes.truncate(chance.below(bytes.len().max(1) as u64) as usize);
            fs::write(file, bytes).expect("written");
            "a file is cut"
        }
    }
}

#[test]
fn two_hundred_restarts_with_old_and_damaged_indexes_lead_nobody_wrong() {
    let history = history();
    let sound = Index::open_still(&history.now).expect("an index");
    assert_eq!(ask_all(&sound, &right), BLOGS * ENTRIES * 2);
    let mut chance = Chance(20);
    let (mut refused, mut served) = (0, 0);
    for restart in 0..RESTARTS {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&history.now, folder.path());
        let harm = harm(&history, folder.path(), &mut chance);
        match Index::open_still(folder.path()) {
            Ok(index) => {
                served += 1;
                ask_all(&index, &right);
            }
            Err(IndexError::None(_)) => panic!("restart {restart}: {harm}: nothing is there"),
            Err(_) => refused += 1,
        }
    }
    println!("{refused} refused, {served} served");
    assert!(refused > RESTARTS / 2, "only {refused} were refused");
    assert!(
        served > 0,
        "harm beside what answers is no reason to refuse"
    );
}

#[test]
fn every_block_of_the_newest_generation_flipped_once_is_refused() {
    const BLOCK: usize = 4096;
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let generation = folder.path().join("generation-0000000001");
    let mut chance = Chance(37);
    let mut flipped = 0;
    for file in files(&generation) {
        let sound = fs::read(&file).expect("read");
        for block in 0..sound.len().div_ceil(BLOCK) {
            let width = BLOCK.min(sound.len() - block * BLOCK);
            let mut bytes = sound.clone();
            bytes[block * BLOCK + chance.below(width as u64) as usize] ^= 1 << chance.below(8);
            fs::write(&file, &bytes).expect("written");
            assert!(
                Index::open_still(folder.path()).is_err(),
                "{} block {block}",
                file.display()
            );
            flipped += 1;
        }
        fs::write(&file, &sound).expect("written");
    }
    assert!(flipped > 5);
    Index::open_still(folder.path()).expect("sound again");
}

#[test]
fn what_is_damaged_while_it_is_served_is_not_taken_and_the_last_good_one_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let index = Index::open_still(folder.path()).expect("an index");
    build(folder.path(), "g2");
    let words = folder.path().join("generation-0000000002/words");
    let sound = fs::read(&words).expect("read");
    fs::write(&words, &sound[1..]).expect("written");
    assert!(index.refresh().is_err());
    let first = |_: u64| "g1".to_owned();
    assert_eq!(ask_all(&index, &first), BLOGS * ENTRIES * 2);
    // A restart would answer with something old: it is refused instead.
    assert!(Index::open_still(folder.path()).is_err());
    fs::write(&words, &sound).expect("written");
    index.refresh().expect("news");
    let second = |_: u64| "g2".to_owned();
    assert_eq!(ask_all(&index, &second), BLOGS * ENTRIES * 2);
}

#[test]
fn a_change_that_was_not_finished_is_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    publish(folder.path(), &blog(0, "first")).expect("published");
    let changes = folder.path().join("changes-0000000001.log");
    let mut bytes = fs::read(&changes).expect("read");
    let whole = bytes.len();
    bytes.extend_from_within(..whole / 2);
    fs::write(&changes, &bytes).expect("written");
    let index = Index::open_still(folder.path()).expect("an index");
    assert_eq!(index.position().change, 1);
    let position = publish(folder.path(), &blog(1, "second")).expect("published");
    assert_eq!(position.change, 2);
    index.refresh().expect("news");
    let time = |number: u64| ["first", "second", "g1"][number.min(2) as usize].to_owned();
    assert_eq!(ask_all(&index, &time), BLOGS * ENTRIES * 2);
}
