//! Whole moves into a real WordPress, told with the commands an owner types. They take turns: a WordPress has one writer.

mod exports;
mod importer;
mod repair;

use crate::program::{Said, command, rehome, repository, samples};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use world::{
    spaces::{Faults, Host, Space},
    wordpress::Turn,
};

/// Stories that hold by both ways to a WordPress, each told once by each way.
macro_rules! by_both_ways {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[test]
            fn with_the_plugin() {
                super::$story("plugin");
            }

            #[test]
            fn without_the_plugin() {
                super::$story("rest");
            }
        }
    )+};
}

by_both_ways! {
    a_space_with_albums_and_a_guestbook_moves_whole_and_twice_changes_nothing,
    a_friends_only_space_arrives_private_and_no_visitor_sees_it,
    chinese_and_arabic_spaces_keep_their_words_and_directions,
    undo_leaves_the_new_home_as_it_was,
}

/// A real WordPress that `./test` started, held by one story at a time.
pub(crate) struct Site {
    pub(crate) url: String,
    pub(crate) user: String,
    pub(crate) password: String,
    /// The way that moves go: `plugin` or `rest`.
    way: &'static str,
    folder: TempDir,
    turn: Turn,
}

impl Site {
    /// The site, or `None` with a plain word that there is none.
    fn take() -> Option<Self> {
        Self::take_by("plugin")
    }

    /// The same, for moves by another way.
    pub(crate) fn take_by(way: &'static str) -> Option<Self> {
        let turn = Turn::take()?;
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self {
            url: turn.about.url.clone(),
            user: turn.about.user.clone(),
            password: turn.about.app_password.clone(),
            way,
            folder,
            turn,
        })
    }

    pub(crate) fn bundle(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.rehome"))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        command(arguments)
            .env("REHOME_PASSWORD", &self.password)
            .output()
            .expect("the executable runs")
            .into()
    }

    pub(crate) fn go(&self, input: &str, bundle: &Path, more: &[&str]) -> Said {
        let bundle = bundle.to_str().expect("a path");
        let mut arguments = vec![
            "move", input, &self.url, "--user", &self.user, "--bundle", bundle, "--json", "--way",
            self.way,
        ];
        arguments.extend_from_slice(more);
        self.run(&arguments)
    }

    pub(crate) fn undo(&self, bundle: &Path) {
        let said = self.run(&["undo", bundle.to_str().expect("a path")]);
        assert!(said.status <= 1, "undo: {}", said.err);
    }
}

pub(crate) fn report(bundle: &Path) -> Value {
    let said = rehome(&["report", "--json", bundle.to_str().expect("a path")]);
    serde_json::from_str(&said.out)
        .unwrap_or_else(|error| panic!("{error}: {} {}", said.out, said.err))
}

fn connect_to(host: &Host) -> String {
    host.address.to_string()
}

/// Every count that the account gives, and that it adds up.
pub(crate) fn assert_adds_up(report: &Value) {
    let counts = &report["counts"];
    for (kind, source) in counts["source"].as_object().expect("counts") {
        let of = |step: &str| counts[step][kind].as_u64().expect("a number");
        assert_eq!(
            source.as_u64(),
            Some(of("verified") + of("left") + of("open")),
            "{kind} does not add up: {counts}"
        );
    }
}

/// What a second run of the same move says that it did: the sentence with the numbers.
fn writes(said: &Said) -> String {
    said.out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|event| event["sentence"].as_str().map(str::to_owned))
        .find(|sentence| sentence.contains(" created, "))
        .expect("a move says what it did")
}

pub(crate) fn raw_contents(site: &Site) -> String {
    let credentials = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{}:{}", site.user, site.password),
    );
    let mut all = String::new();
    for kind in ["posts", "pages"] {
        for page in 1..20 {
            let address = format!(
                "{}/wp-json/wp/v2/{kind}?context=edit&status=any&per_page=100&page={page}",
                site.url
            );
            let answer = ureq::get(&address)
                .header("Authorization", format!("Basic {credentials}"))
                .call();
            let Ok(mut answer) = answer else { break };
            all.push_str(
                &answer
                    .body_mut()
                    .with_config()
                    .limit(64 << 20)
                    .read_to_string()
                    .expect("a body"),
            );
        }
    }
    all
}

fn anonymous(address: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut answer = agent.get(address).call().expect("an answer");
    (
        answer.status().as_u16(),
        answer.body_mut().read_to_string().unwrap_or_default(),
    )
}

fn a_space_with_albums_and_a_guestbook_moves_whole_and_twice_changes_nothing(way: &'static str) {
    let Some(site) = Site::take_by(way) else {
        return;
    };
    let host = Host::start(
        vec![Space::sample("garden").expect("the sample")],
        Faults::default(),
    );
    let bundle = site.bundle("garden");
    let address = "http://anas-garden.spaces.live.com/";
    let said = site.go(address, &bundle, &["--connect-to", &connect_to(&host)]);
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    assert_eq!(
        account["counts"]["verified"], account["counts"]["source"],
        "every item of the garden arrives"
    );
    assert_eq!(account["counts"]["source"]["album"], 3);
    assert_eq!(account["counts"]["source"]["guestbook"], 28);
    assert!(!raw_contents(&site).contains("authkey"));
    assert_a_visitor_sees_a_note(&account);

    let again = site.go(address, &bundle, &["--connect-to", &connect_to(&host)]);
    assert!(again.status <= 1, "{}", again.err);
    assert!(
        writes(&again).starts_with("0 created, 0 updated"),
        "{}",
        writes(&again)
    );

    let other = site.bundle("garden-elsewhere");
    let elsewhere = site.go(address, &other, &["--connect-to", &connect_to(&host)]);
    assert!(elsewhere.status <= 1, "{}", elsewhere.err);
    assert!(
        writes(&elsewhere).starts_with("0 created"),
        "another machine doubles nothing: {}",
        writes(&elsewhere)
    );
    site.undo(&bundle);
}

/// Comments of pages are shown by some themes only; the guestbook is nothing without its notes.
fn assert_a_visitor_sees_a_note(account: &Value) {
    let items = account["items"].as_array().expect("items");
    let notes: Vec<&str> = items
        .iter()
        .filter(|item| item["kind"] == "guestbook")
        .filter_map(|item| item["new_address"].as_str())
        .collect();
    let (address, _) = notes[0].split_once('#').expect("a place on a page");
    let (status, page) = anonymous(address);
    let seen = |note: &&&str| {
        let (_, place) = note.split_once('#').expect("a place on a page");
        page.contains(&format!("id=\"{place}\""))
    };
    assert_eq!(status, 200);
    assert!(
        notes.iter().filter(seen).count() > 0,
        "none of {} notes is seen at {address}",
        notes.len()
    );
}

fn a_friends_only_space_arrives_private_and_no_visitor_sees_it(way: &'static str) {
    let Some(site) = Site::take_by(way) else {
        return;
    };
    let space = Space::sample("kitchen").expect("the sample");
    let key = space.authkey.clone().expect("a key");
    let host = Host::start(vec![space], Faults::default());
    let bundle = site.bundle("kitchen");
    let said: Said = command(&[
        "move",
        "http://cid-3f9d20b86a1c75e4.spaces.live.com/",
        &site.url,
        "--user",
        &site.user,
        "--way",
        site.way,
    ])
    .args([
        "--bundle",
        bundle.to_str().expect("a path"),
        "--connect-to",
        &connect_to(&host),
        "--json",
    ])
    .env("REHOME_PASSWORD", &site.password)
    .env("REHOME_AUTHKEY", &key)
    .output()
    .expect("the executable runs")
    .into();
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    let posts: Vec<&Value> = account["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter(|item| item["kind"] == "post")
        .collect();
    assert!(posts.len() >= 6, "{}", account["counts"]["source"]);
    for post in &posts {
        let (status, body) = anonymous(post["new_address"].as_str().expect("an address"));
        let title = post["title"].as_str().expect("a title");
        assert!(
            status == 404 || !body.contains(title),
            "a visitor sees “{title}”"
        );
    }
    let (_, feed) = anonymous(&format!("{}/?feed=rss2", site.url));
    assert!(!feed.contains("haircut"), "the feed shows a private post");
    let everything = format!(
        "{}{}",
        said.out,
        fs::read_to_string(bundle.join("blog.sqlite-wal")).unwrap_or_default()
    );
    assert!(!everything.contains(&key), "the key is kept nowhere");
    let stored = fs::read(bundle.join("blog.sqlite")).expect("the bundle");
    assert!(
        !stored
            .windows(key.len())
            .any(|window| window == key.as_bytes()),
        "the key is not in the bundle"
    );
    site.undo(&bundle);
}

fn chinese_and_arabic_spaces_keep_their_words_and_directions(way: &'static str) {
    let Some(site) = Site::take_by(way) else {
        return;
    };
    for (sample, alias, word) in [
        ("beijing", "linsworkbench", "小林"),
        ("cairo", "laylas-notebook", "ليلى"),
    ] {
        let host = Host::start(
            vec![Space::sample(sample).expect("the sample")],
            Faults::default(),
        );
        let bundle = site.bundle(sample);
        let said = site.go(
            &format!("http://{alias}.spaces.live.com/"),
            &bundle,
            &["--connect-to", &connect_to(&host)],
        );
        assert!(said.status <= 1, "{} {}", said.out, said.err);
        let account = report(&bundle);
        assert_adds_up(&account);
        assert_eq!(account["counts"]["verified"], account["counts"]["source"]);
        assert!(
            account["profile"]["title"]
                .as_str()
                .expect("a title")
                .contains(word)
        );
        assert!(
            !account.to_string().contains("&#"),
            "references were decoded"
        );
        site.undo(&bundle);
    }
}

#[test]
fn a_movable_type_export_with_downloaded_pictures_moves_whole() {
    let Some(site) = Site::take() else { return };
    let bundle = site.bundle("kitchen-notes");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let said = site.go(
        export.to_str().expect("a path"),
        &bundle,
        &["--media", media.to_str().expect("a path")],
    );
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    assert_eq!(account["counts"]["open"]["media"], 0);
    let bundle_name = bundle.to_str().expect("a path");
    let said = site.run(&["verify", bundle_name, "--quiet"]);
    let sentence = account["sentence"].as_str().expect("a sentence");
    assert_eq!((said.out.as_str(), said.err.trim_end()), ("", sentence));
    let waiting = bundle.join("media/copies");
    assert!(!waiting.exists(), "copies made ahead were left behind");
    site.undo(&bundle);
}

fn undo_leaves_the_new_home_as_it_was(way: &'static str) {
    let Some(site) = Site::take_by(way) else {
        return;
    };
    let before = raw_contents(&site);
    let bundle = site.bundle("undone");
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let said = site.go(
        export.to_str().expect("a path"),
        &bundle,
        &["--media", media.to_str().expect("a path")],
    );
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    assert_ne!(raw_contents(&site), before);
    site.undo(&bundle);
    assert_eq!(raw_contents(&site), before);
}

#[test]
fn pictures_that_cannot_be_had_are_named_with_post_and_address() {
    let Some(site) = Site::take() else { return };
    let faults = Faults {
        picture_404: Some(3),
        ..Faults::default()
    };
    let host = Host::start(vec![Space::sample("garden").expect("the sample")], faults);
    let bundle = site.bundle("gone-pictures");
    let said = site.go(
        "http://anas-garden.spaces.live.com/",
        &bundle,
        &["--connect-to", &connect_to(&host)],
    );
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    let findings = account["findings"].as_array().expect("findings");
    let named = |code: &str| {
        findings
            .iter()
            .filter(|finding| finding["code"] == code)
            .count() as u64
    };
    assert_eq!(
        named("MOV-001"),
        account["counts"]["left"]["media"]
            .as_u64()
            .expect("a number")
    );
    assert!(
        named("MOV-001") + named("MOV-002") > 0,
        "every third picture address answered 404"
    );
    site.undo(&bundle);
}

#[test]
fn a_wrong_password_and_a_missing_home_are_told_apart() {
    let Some(site) = Site::take() else { return };
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let export = export.to_str().expect("a path");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let media = media.to_str().expect("a path");
    let bundle = site.bundle("refused");
    let bundle = bundle.to_str().expect("a path");
    let said: Said = command(&[
        "move", export, &site.url, "--user", &site.user, "--bundle", bundle, "--media", media,
    ])
    .env("REHOME_PASSWORD", "wrong wrong wrong")
    .output()
    .expect("the executable runs")
    .into();
    assert_eq!(said.status, 5, "{}", said.err);
    assert!(said.err.contains("application password"), "{}", said.err);
    let bundle = site.bundle("nowhere");
    let said = site.run(&[
        "move",
        export,
        "http://127.0.0.1:9",
        "--user",
        "ana",
        "--media",
        media,
        "--bundle",
        bundle.to_str().expect("a path"),
    ]);
    assert!(matches!(said.status, 3 | 5), "{} {}", said.status, said.err);
}

#[test]
fn a_login_that_the_new_home_does_not_know_is_refused_before_anything_moves() {
    let Some(site) = Site::take() else { return };
    let export = repository("fixtures/movable-type/kitchen-notes.txt");
    let media = repository("fixtures/movable-type/kitchen-notes-media");
    let bundle = site.bundle("stranger");
    let before = raw_contents(&site);
    let said = site.go(
        export.to_str().expect("a path"),
        &bundle,
        &[
            "--author",
            "Marta Quill=nobody-of-that-name",
            "--media",
            media.to_str().expect("a path"),
        ],
    );
    assert_eq!(said.status, 5, "{} {}", said.out, said.err);
    assert!(
        said.err.contains("nobody-of-that-name"),
        "the message names the login: {}",
        said.err
    );
    assert_eq!(raw_contents(&site), before, "something moved: {}", said.out);
}

#[test]
fn both_real_typepad_exports_arrive_with_every_entry_comment_and_address() {
    let Some(folder) = samples("typepad") else {
        return;
    };
    let Some(site) = Site::take() else { return };
    let no_pictures = tempfile::tempdir().expect("a folder");
    for (name, entries, comments) in [
        ("getcoreinterface", 57, 2),
        ("infrastructure-modeling", 353, 328),
    ] {
        let export = folder.join(format!("{name}.mtif.txt"));
        let text = String::from_utf8_lossy(&fs::read(&export).expect("the export")).into_owned();
        let bundle = site.bundle(name);
        // The pictures' hosts are gone or out of reach: nothing listens here, so each is named as missing at once.
        let said = site.go(
            export.to_str().expect("a path"),
            &bundle,
            &[
                "--media",
                no_pictures.path().to_str().expect("a path"),
                "--connect-to",
                "127.0.0.1:9",
            ],
        );
        assert_eq!(said.status, 1, "{}", said.err);
        let account = report(&bundle);
        assert_adds_up(&account);
        let source = &account["counts"]["source"];
        let count = |kind: &str| source[kind].as_u64().expect("a number");
        assert_eq!(
            count("post") + count("page") + count("draft"),
            entries,
            "{source}"
        );
        assert_eq!(count("comment") + count("trackback"), comments, "{source}");
        let known: BTreeSet<&str> = account["items"]
            .as_array()
            .expect("items")
            .iter()
            .flat_map(|item| item["old_addresses"].as_array().expect("addresses"))
            .filter_map(Value::as_str)
            .collect();
        for address in text
            .lines()
            .filter_map(|line| line.strip_prefix("UNIQUE URL:"))
        {
            assert!(
                known.contains(address.trim()),
                "{address} is not in the ledger"
            );
        }
        site.undo(&bundle);
    }
}

#[test]
fn of_the_real_spaces_posts_no_link_to_an_own_post_is_left_behind() {
    the_real_posts_move("plugin");
}

#[test]
fn of_the_real_spaces_posts_no_link_to_an_own_post_is_left_behind_without_the_plugin() {
    the_real_posts_move("rest");
}

fn the_real_posts_move(way: &'static str) {
    let Some(site) = Site::take_by(way) else {
        return;
    };
    let Some(folder) = samples("live-spaces-posts") else {
        return;
    };
    let space = Space::from_real_posts(&folder, "realposts").expect("the posts");
    let entries = space.entries.len();
    let numbers: BTreeSet<u64> = space.entries.iter().map(|entry| entry.number).collect();
    let host = Host::start(vec![space], Faults::default());
    let bundle = site.bundle("realposts");
    let said = site.go(
        "http://realposts.spaces.live.com/",
        &bundle,
        &["--connect-to", &connect_to(&host)],
    );
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    assert_eq!(
        account["counts"]["verified"]["post"].as_u64(),
        Some(entries as u64),
        "{}",
        account["counts"]
    );
    let contents = raw_contents(&site);
    for number in numbers {
        let link = format!("!{number}.entry");
        assert!(
            !contents.contains(&format!("spaces.live.com/blog/cns!4F1B7368284539E5{link}")),
            "a link to {number} was left"
        );
    }
    site.undo(&bundle);
}
