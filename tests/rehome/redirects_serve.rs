//! `rehome redirects serve` as an operator runs it: started, given new settings, killed, started again, ended.

use crate::program::command;
use redirects::{Builder, Entry, Fate, Key, Listener, Name, Record, Target, Thing, publish};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

const OLD: &str = "/blog/cns!A1!7.entry";
const NEW: &str = "https://ana.example.org/2007/02/garden/";

struct Server {
    child: Child,
    at: String,
}

impl Server {
    fn start(index: &Path, settings: &Path) -> Self {
        let words = ["--json", "redirects", "serve", "--settings"];
        let mut child = command(&words)
            .arg(settings)
            .arg(index)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the executable runs");
        let mut line = String::new();
        let told = child.stdout.take().expect("an output");
        BufReader::new(told).read_line(&mut line).expect("a line");
        let told: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON");
        let at = told["plain"][0].as_str().expect("an address").to_owned();
        Self { child, at }
    }

    /// Status, `Location` and `Cache-Control`.
    fn ask(&self, path: &str) -> (u16, String, String) {
        let agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .new_agent();
        let answer = agent
            .get(format!("http://{}{path}", self.at))
            .header("Host", "ana.spaces.live.com")
            .call()
            .expect("an answer");
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value
                .map_or("", |value| value.to_str().expect("text"))
                .to_owned()
        };
        (
            answer.status().as_u16(),
            header("location"),
            header("cache-control"),
        )
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Until `done`, or the story has failed.
    fn until(&self, done: impl Fn(&Self) -> bool) {
        for _ in 0..1000 {
            if done(self) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        panic!("it never came");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn record(number: u64, target: &str) -> Record {
    Record {
        names: vec![Name::Alias("ana".to_owned())],
        fate: Fate::Final,
        base: "https://ana.example.org/".to_owned(),
        entries: vec![Entry {
            key: Key::Number(number, Thing::Entry),
            target: Target::At(target.to_owned()),
        }],
    }
}

#[cfg(unix)]
#[test]
fn a_server_reloads_is_killed_comes_back_and_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, settings) = (
        folder.path().join("index"),
        folder.path().join("settings.toml"),
    );
    fs::create_dir(&index).expect("a folder");
    let set = |rules: &str| {
        let text = format!("listen = [\"127.0.0.1:0\"]\nadmin = \"127.0.0.1:0\"\n{rules}");
        fs::write(&settings, text).expect("written");
    };
    set("");
    let mut builder = Builder::begin(&index, Listener::default()).expect("an index");
    builder.add(&record(7, NEW)).expect("added");
    builder.finish().expect("built");

    let server = Server::start(&index, &settings);
    let moved = |keep: &str| (301, NEW.to_owned(), keep.to_owned());
    assert_eq!(server.ask(OLD), moved("public, max-age=86400"));
    assert_eq!(server.ask("/blog/cns!A1!9000.entry").0, 404);

    set("[rules]\nfinal_seconds = 600");
    server.signal("-HUP");
    server.until(|server| server.ask(OLD) == moved("public, max-age=600"));
    set("[rules]\nfinal_seconds = \"soon\"");
    server.signal("-HUP");
    // What is wrong is not taken, and does not end the server.
    sleep(Duration::from_millis(200));
    assert_eq!(server.ask(OLD), moved("public, max-age=600"));

    let newer = "https://ana.example.org/2007/02/garden-2/";
    publish(&index, &record(7, newer)).expect("published");
    server.until(|server| server.ask(OLD).1 == newer);

    drop(server);
    set("");
    let mut server = Server::start(&index, &settings);
    assert_eq!(
        server.ask(OLD).1,
        newer,
        "what was published outlives a kill"
    );
    server.signal("-TERM");
    let ended = server.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn a_server_whose_index_is_damaged_waits_for_a_sound_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, settings) = (
        folder.path().join("index"),
        folder.path().join("settings.toml"),
    );
    let text = "listen = [\"127.0.0.1:0\"]\nadmin = \"127.0.0.1:0\"\n";
    fs::write(&settings, text).expect("written");
    let mut builder = Builder::begin(&index, Listener::default()).expect("an index");
    builder.add(&record(7, NEW)).expect("added");
    builder.finish().expect("built");
    let segment = index.join("generation-0000000001/000.mdb");
    let sound = fs::read(&segment).expect("read");
    fs::write(&segment, &sound[..sound.len() / 2]).expect("cut");
    let server = Server::start(&index, &settings);
    assert_eq!(server.ask(OLD).0, 503);
    fs::write(&segment, &sound).expect("written");
    server.until(|server| server.ask(OLD).1 == NEW);
}

#[test]
fn settings_that_cannot_be_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("settings.toml");
    fs::write(&settings, "listne = []").expect("written");
    let mut builder = Builder::begin(folder.path(), Listener::default()).expect("an index");
    builder.add(&record(7, NEW)).expect("added");
    builder.finish().expect("built");
    let said: crate::program::Said = command(&["redirects", "serve", "--settings"])
        .arg(&settings)
        .arg(folder.path())
        .output()
        .expect("the executable runs")
        .into();
    assert_eq!(said.status, 4, "{}", said.err);
    assert!(said.err.contains("listne"), "{}", said.err);
}
