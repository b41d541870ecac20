//! Two blogs, and an index of them.

use redirects::{
    Builder, Entry, Fate, Index, IndexError, Key, Know, Known, Listener, Moved, NO_DAY, Name,
    Record, Standing, Target, Thing,
};
use std::path::Path;

pub(crate) const CID: u64 = 0x2DB_0770_EAE6_1F13;

pub(crate) fn at(address: &str) -> Target {
    Target::At(address.to_owned())
}

pub(crate) fn number(number: u64, thing: Thing, target: Target) -> Entry {
    Entry {
        key: Key::Number(number, thing),
        target,
    }
}

pub(crate) fn text(key: &str, target: Target) -> Entry {
    Entry {
        key: Key::Text(key.to_owned()),
        target,
    }
}

pub(crate) fn ana() -> Record {
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

pub(crate) fn typepad() -> Record {
    Record {
        names: vec![
            Name::Site("ben.typepad.example/garden".to_owned()),
            Name::Site("garden.example".to_owned()),
        ],
        fate: Fate::UndoableUntil(NO_DAY),
        base: "https://ben.example/blog/".to_owned(),
        entries: vec![
            text(
                "path:/garden/2012/10/first_rose.html",
                at("https://ben.example/blog/2012/10/05/first-rose/"),
            ),
            number(
                12,
                Thing::Entry,
                at("https://ben.example/blog/2012/10/06/twelve/"),
            ),
        ],
    }
}

pub(crate) fn build(folder: &Path, records: &[Record]) {
    let mut listener = Listener::default();
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener).expect("a folder");
    for record in records {
        builder.add(record).expect("added");
    }
    builder.finish().expect("a generation");
}

pub(crate) fn moved(target: &str, standing: Standing, feed: bool) -> Known {
    Known::Moved(Moved {
        target: target.to_owned(),
        standing,
        feed,
    })
}

pub(crate) fn know(index: &Index, host: &str, path: &str) -> Known {
    index.know(host, path).expect("a sound index")
}

pub(crate) fn records(index: &Index) -> Vec<Record> {
    let mut records = Vec::new();
    index
        .each_record::<IndexError>(|record| {
            records.push(record);
            Ok(())
        })
        .expect("a sound index");
    records
}
