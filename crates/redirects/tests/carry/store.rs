//! A store that others wrote and that checks signatures: `s3s-fs`, which keeps objects as files. Where it is not installed, that is
//! said and nothing is tested: `cargo install s3s-fs --features binary`.

use super::{blog, build, story, target};
use blog::Secret;
use redirects::{
    BucketPlace, BucketSettings, Index, IndexError, Place, Position, publish, receive, send,
};
use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const BUCKET: &str = "redirects";
const PATIENCE: Duration = Duration::from_secs(60);

struct Store {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Store {
    /// A running store with one empty bucket; `None` where there is no such program.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let program = std::env::var_os("REHOME_S3_STORE").unwrap_or_else(|| "s3s-fs".into());
        let started = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .args(["--access-key", "AKIDEXAMPLE", "--secret-key", "s3cret"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            println!("s3s-fs is not installed: handing on through a real store is not tested");
            return None;
        };
        let store = Self {
            child,
            port,
            folder,
        };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "the store did not start");
            thread::sleep(Duration::from_millis(20));
        }
        Some(store)
    }

    fn place(&self, bucket: &str, key: &str, secret: &str) -> Place {
        let settings = BucketSettings {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            region: "us-east-1".to_owned(),
            bucket: bucket.to_owned(),
            prefix: "spaces".to_owned(),
            key: key.to_owned(),
            secret: Secret::new(secret),
        };
        Place::Bucket(Box::new(BucketPlace::new(&settings).expect("a bucket")))
    }

    fn ours(&self) -> Place {
        self.place(BUCKET, "AKIDEXAMPLE", "s3cret")
    }

    /// Where an object lies.
    fn object(&self, name: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join("spaces").join(name)
    }
}

#[test]
fn an_index_is_handed_on_through_a_store_that_others_wrote() {
    let Some(store) = Store::start() else { return };
    story(&store.ours());
    assert!(store.object("generation-0000000002/manifest.json").exists());
}

#[test]
fn who_has_not_the_key_gets_and_leaves_nothing() {
    let Some(store) = Store::start() else { return };
    let folders = tempfile::tempdir().expect("folders");
    let [home, node] = ["home", "node"].map(|name| folders.path().join(name));
    build(&home, "g1");
    for stranger in [
        store.place(BUCKET, "AKIDEXAMPLE", "guessed"),
        store.place(BUCKET, "NOBODY", "s3cret"),
    ] {
        let said = send(&home, &stranger).expect_err("refused").to_string();
        assert!(said.contains("403"), "{said}");
        assert!(
            !said.contains("Signature") && !said.contains("guessed"),
            "{said}"
        );
        assert!(!store.object("newest").exists());
    }
    send(&home, &store.ours()).expect("sent");
    for stranger in [
        store.place(BUCKET, "AKIDEXAMPLE", "guessed"),
        store.place("elsewhere", "AKIDEXAMPLE", "s3cret"),
    ] {
        assert!(receive(&node, &stranger).is_err());
        assert!(Index::open_still(&node).is_err());
    }
}

#[test]
fn what_is_cut_or_old_in_a_store_is_not_taken() {
    let Some(store) = Store::start() else { return };
    let folders = tempfile::tempdir().expect("folders");
    let [home, node] = ["home", "node"].map(|name| folders.path().join(name));
    build(&home, "g1");
    send(&home, &store.ours()).expect("sent");
    let old = fs::read(store.object("newest")).expect("read");
    build(&home, "g2");
    publish(&home, &blog(1, "a")).expect("published");
    send(&home, &store.ours()).expect("sent");
    let newest = fs::read(store.object("newest")).expect("read");
    for name in [
        "newest",
        "generation-0000000002/manifest.json",
        "generation-0000000002/000.mdb",
        "changes-0000000002/0000000000",
    ] {
        let path = store.object(name);
        let sound = fs::read(&path).expect("read");
        fs::write(&path, &sound[..sound.len() / 2]).expect("cut");
        assert!(receive(&node, &store.ours()).is_err(), "{name} is cut");
        fs::remove_file(&path).expect("removed");
        assert!(receive(&node, &store.ours()).is_err(), "{name} is gone");
        assert!(Index::open_still(&node).is_err(), "{name}");
        fs::write(&path, sound).expect("written");
    }
    let whole = Position {
        generation: 2,
        change: 1,
    };
    assert_eq!(receive(&node, &store.ours()).expect("taken"), whole);
    fs::write(store.object("newest"), old).expect("written");
    assert!(matches!(
        receive(&node, &store.ours()),
        Err(IndexError::Old { .. })
    ));
    let index = Index::open_still(&node).expect("what it has is good");
    assert_eq!(
        target(&index, 1),
        "https://blog1.example/a/2010/10/31/entry/"
    );
    fs::write(store.object("newest"), newest).expect("written");
    assert_eq!(receive(&node, &store.ours()).expect("taken"), whole);
}
