//! A server whose index is refused: it says so and answers 503, until there is a sound one.

use super::known::settings;
use super::wire::{Answer, ask, connect, hear};
use redirects::server::Server;
use redirects::{
    Awaited, Builder, Entry, Fate, IndexError, Key, Listener, Name, Record, Target, Thing,
};
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than a machine needs on which everybody works.
const PATIENCE: Duration = Duration::from_secs(60);

fn build(folder: &Path, time: &str) {
    let base = format!("https://ana.example/{time}/");
    let record = Record {
        names: vec![Name::Alias("ana".to_owned())],
        fate: Fate::Final,
        entries: vec![Entry {
            key: Key::Number(7, Thing::Entry),
            target: Target::At(format!("{base}2010/10/31/entry/")),
        }],
        base,
    };
    let mut builder = Builder::begin(folder, Listener::default()).expect("a folder");
    builder.add(&record).expect("added");
    builder.finish().expect("a generation");
}

fn entry(at: SocketAddr) -> Answer {
    let mut stream = connect(at);
    let request = "GET /blog/cns!A1!7.entry HTTP/1.1\r\nHost: ana.spaces.live.com\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("written");
    hear(&mut stream, false).expect("an answer")
}

/// Asks until the answer has `status`; nothing in between may lead anywhere.
fn entry_with(at: SocketAddr, status: u16) -> Answer {
    let began = Instant::now();
    loop {
        let answer = entry(at);
        if answer.status == status {
            return answer;
        }
        assert_eq!(answer.status, 503);
        assert!(began.elapsed() < PATIENCE, "never {status}");
        thread::sleep(Duration::from_millis(20));
    }
}

struct House {
    server: Server,
    said: Arc<Mutex<Vec<String>>>,
}

impl House {
    fn open(folder: &Path) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        let say = Arc::new(move |what: &str| heard.lock().expect("heard").push(what.to_owned()));
        let index = Awaited::open(folder, say.clone()).expect("a folder");
        let server = Server::start(&settings(""), Arc::new(index), say).expect("a server");
        Self { server, said }
    }

    fn at(&self) -> SocketAddr {
        self.server.addresses().plain[0]
    }

    fn told(&self, path: &str) -> Answer {
        ask(
            self.server.addresses().admin.expect("admin"),
            "GET",
            path,
            "",
        )
    }

    fn has_said(&self, words: &str) -> bool {
        let said = self.said.lock().expect("heard");
        said.iter().any(|line| line.contains(words))
    }
}

#[test]
fn a_damaged_index_is_answered_with_503_until_a_sound_one_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    let segment = folder.path().join("generation-0000000001/000.mdb");
    let sound = fs::read(&segment).expect("read");
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    fs::write(&segment, flipped).expect("written");
    let house = House::open(folder.path());
    let refused = entry(house.at());
    assert_eq!((refused.status, refused.header("location")), (503, ""));
    assert_eq!(refused.header("retry-after"), "30");
    let ready = house.told("/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("damaged"), "{}", ready.text());
    let health = house.told("/healthz");
    assert_eq!(health.status, 200, "the process itself is well");
    assert!(health.text().contains("damaged"), "{}", health.text());
    let metrics = house.told("/metrics").text();
    assert!(metrics.contains("rehome_redirects_ready 0\n"), "{metrics}");
    assert!(metrics.contains("rehome_redirects_index_sound 0\n"));
    assert!(house.has_said("damaged"));
    fs::write(&segment, sound).expect("written");
    let led = entry_with(house.at(), 301);
    assert_eq!(
        led.header("location"),
        "https://ana.example/g1/2010/10/31/entry/"
    );
    assert_eq!(house.told("/readyz").text(), "ready\n");
    assert_eq!(house.told("/healthz").text(), "alive\n");
    assert!(house.has_said("generation 1"));
    house.server.stop();
}

#[test]
fn an_old_index_leads_nobody_until_the_newest_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), "g1");
    build(folder.path(), "g2");
    let newest = folder.path().join("generation-0000000002");
    let aside = folder.path().join("aside");
    fs::rename(&newest, &aside).expect("put aside");
    let house = House::open(folder.path());
    assert_eq!(entry(house.at()).status, 503);
    assert!(house.told("/readyz").text().contains("old"));
    fs::rename(&aside, &newest).expect("put back");
    let led = entry_with(house.at(), 301);
    assert_eq!(
        led.header("location"),
        "https://ana.example/g2/2010/10/31/entry/"
    );
    house.server.stop();
}

#[test]
fn a_node_may_start_before_its_first_generation_has_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = House::open(folder.path());
    assert_eq!(entry(house.at()).status, 503);
    build(folder.path(), "g1");
    entry_with(house.at(), 301);
    // From then on it sees what is newer by itself, and stays with what is good.
    build(folder.path(), "g2");
    let began = Instant::now();
    while !entry(house.at()).header("location").contains("/g2/") {
        assert!(began.elapsed() < PATIENCE, "never seen");
        thread::sleep(Duration::from_millis(20));
    }
    let bad = folder.path().join("generation-0000000003");
    fs::create_dir(&bad).expect("a folder");
    fs::write(bad.join("manifest.json"), "{}").expect("written");
    while !house.told("/readyz").text().contains("known before") {
        assert!(began.elapsed() < PATIENCE, "never noticed");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(house.told("/readyz").status, 200, "it answers well");
    let led = entry(house.at());
    assert!(led.header("location").contains("/g2/"));
    house.server.stop();
}

#[test]
fn a_folder_that_is_not_there_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("nowhere");
    let refused = Awaited::open(&nowhere, Arc::new(|_: &str| ()));
    assert!(matches!(refused, Err(IndexError::File { .. })));
}
