//! Handing an index on, through a folder and through stores that speak S3.

mod store;

use blog::Secret;
use redirects::{
    BucketPlace, BucketSettings, Builder, Entry, Fate, Index, IndexError, Key, Know, Known,
    Listener, Name, Place, Receiver, Record, Target, Thing, publish, receive, send,
};
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

fn blog(number: u64, time: &str) -> Record {
    let base = format!("https://blog{number}.example/{time}/");
    Record {
        names: vec![Name::Alias(format!("blog{number}")), Name::Cid(number + 1)],
        fate: Fate::Final,
        entries: vec![Entry {
            key: Key::Number(7, Thing::Entry),
            target: Target::At(format!("{base}2010/10/31/entry/")),
        }],
        base,
    }
}

fn build(folder: &Path, time: &str) {
    let mut builder = Builder::begin(folder, Listener::default()).expect("a folder");
    for number in 0..5 {
        builder.add(&blog(number, time)).expect("added");
    }
    builder.finish().expect("a generation");
}

fn target(index: &Index, number: u64) -> String {
    let path = format!("/blog/cns!{:X}!7.entry", number + 1);
    match index.know(&format!("blog{number}.spaces.live.com"), &path) {
        Ok(Known::Moved(moved)) => moved.target,
        other => panic!("blog {number}: {other:?}"),
    }
}

/// The story every place has to tell: a generation, changes, the next generation, a node that comes late, one that is damaged.
fn story(place: &Place) {
    let folders = tempfile::tempdir().expect("folders");
    let [home, node, late] = ["home", "node", "late"].map(|name| folders.path().join(name));
    assert!(receive(&node, place).is_err(), "nothing is there yet");
    build(&home, "g1");
    send(&home, place).expect("sent");
    receive(&node, place).expect("taken");
    let index = Index::open_still(&node).expect("an index");
    assert_eq!(
        target(&index, 0),
        "https://blog0.example/g1/2010/10/31/entry/"
    );
    for (number, time) in [(1, "a"), (2, "b"), (1, "c")] {
        publish(&home, &blog(number, time)).expect("published");
        send(&home, place).expect("sent");
    }
    publish(&home, &blog(9, "d")).expect("published");
    publish(&home, &blog(3, "e")).expect("published");
    assert_eq!(send(&home, place).expect("sent").change, 5);
    assert_eq!(receive(&node, place).expect("taken").change, 5);
    assert_eq!(receive(&late, place).expect("taken").change, 5);
    index.refresh().expect("news");
    for index in [index.clone(), Index::open_still(&late).expect("an index")] {
        for (number, time) in [(0, "g1"), (1, "c"), (2, "b"), (3, "e"), (9, "d")] {
            let expected = format!("https://blog{number}.example/{time}/2010/10/31/entry/");
            assert_eq!(target(&index, number), expected);
        }
    }
    build(&home, "g2");
    send(&home, place).expect("sent");
    receive(&node, place).expect("taken");
    index.refresh().expect("news");
    assert_eq!(
        target(&index, 1),
        "https://blog1.example/g2/2010/10/31/entry/"
    );
    // Damage is mended by taking it anew.
    drop(index);
    let segment = node.join("generation-0000000002/000.mdb");
    fs::write(&segment, b"rubbish").expect("written");
    assert!(Index::open_still(&node).is_err());
    receive(&node, place).expect("taken");
    let index = Index::open_still(&node).expect("an index");
    assert_eq!(
        target(&index, 4),
        "https://blog4.example/g2/2010/10/31/entry/"
    );
    // A home that fell behind does not overwrite what is newer.
    assert!(matches!(send(&late, place), Err(IndexError::Old { .. })));
}

#[test]
fn an_index_is_handed_on_through_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    story(&Place::Folder(folder.path().join("place")));
}

/// Bytes that this process has read so far.
#[cfg(target_os = "linux")]
fn bytes_read() -> u64 {
    let counts = fs::read_to_string("/proc/self/io").expect("counts");
    let read = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
    read.expect("a count").parse().expect("a number")
}

/// Who looks every few seconds does not hash everything every few seconds, and still mends what somebody touched.
#[cfg(target_os = "linux")]
#[test]
fn what_was_found_sound_is_not_hashed_at_each_look() {
    let folders = tempfile::tempdir().expect("folders");
    let [home, node] = ["home", "node"].map(|name| folders.path().join(name));
    let place = Place::Folder(folders.path().join("place"));
    let mut builder = Builder::begin(&home, Listener::default()).expect("a folder");
    for number in 0..20_000 {
        builder.add(&blog(number, "g1")).expect("added");
    }
    builder.finish().expect("a generation");
    publish(&home, &blog(1, "a")).expect("published");
    send(&home, &place).expect("sent");
    let mut receiver = Receiver::into_folder(&node);
    receiver.receive(&place).expect("taken");
    let segment = node.join("generation-0000000001/000.mdb");
    let all = fs::metadata(&segment).expect("a file").len();
    let before = bytes_read();
    for _ in 0..10 {
        receiver.receive(&place).expect("nothing is new");
    }
    let read = bytes_read() - before;
    assert!(read < all, "{read} bytes for {all} that nobody touched");
    // News are taken, and what somebody damaged is taken anew.
    publish(&home, &blog(2, "b")).expect("published");
    send(&home, &place).expect("sent");
    assert_eq!(receiver.receive(&place).expect("taken").change, 2);
    fs::write(&segment, b"rubbish").expect("written");
    fs::write(node.join("changes-0000000001.log"), b"").expect("written");
    assert_eq!(receiver.receive(&place).expect("taken").change, 2);
    let index = Index::open_still(&node).expect("an index");
    assert_eq!(
        target(&index, 2),
        "https://blog2.example/b/2010/10/31/entry/"
    );
}

#[test]
fn what_is_old_or_damaged_in_the_place_is_not_taken() {
    let folders = tempfile::tempdir().expect("folders");
    let [home, node, handed] = ["home", "node", "handed"].map(|name| folders.path().join(name));
    let place = Place::Folder(handed.clone());
    build(&home, "g1");
    send(&home, &place).expect("sent");
    let old = fs::read(handed.join("newest")).expect("read");
    build(&home, "g2");
    publish(&home, &blog(1, "a")).expect("published");
    send(&home, &place).expect("sent");
    let newest = fs::read(handed.join("newest")).expect("read");
    for name in [
        "newest",
        "generation-0000000002/manifest.json",
        "generation-0000000002/words",
        "generation-0000000002/000.mdb",
        "changes-0000000002/0000000000",
    ] {
        let path = handed.join(name);
        let sound = fs::read(&path).expect("read");
        for cut in [false, true] {
            let mut bytes = sound.clone();
            let at = bytes.len() / 2;
            if cut {
                bytes.truncate(at);
            } else if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 4;
            }
            if bytes == sound {
                continue;
            }
            fs::write(&path, bytes).expect("written");
            assert!(receive(&node, &place).is_err(), "{name}, cut: {cut}");
            // Told of something newer and without it: refused, rather than wrong.
            assert!(Index::open_still(&node).is_err(), "{name}, cut: {cut}");
        }
        fs::write(&path, sound).expect("written");
    }
    receive(&node, &place).expect("taken");
    let index = Index::open_still(&node).expect("an index");
    assert_eq!(
        target(&index, 1),
        "https://blog1.example/a/2010/10/31/entry/"
    );
    fs::write(handed.join("newest"), old).expect("written");
    assert!(matches!(
        receive(&node, &place),
        Err(IndexError::Old { .. })
    ));
    fs::write(handed.join("newest"), newest).expect("written");
    receive(&node, &place).expect("taken");
}

/// Two that both think they are the home: nodes stay with what is whole, and nobody gets a mixture.
#[test]
fn two_homes_that_do_not_know_of_each_other_mislead_nobody() {
    let folders = tempfile::tempdir().expect("folders");
    let [one, other, node, handed] =
        ["one", "other", "node", "handed"].map(|name| folders.path().join(name));
    let place = Place::Folder(handed);
    build(&one, "one");
    build(&other, "other");
    send(&one, &place).expect("sent");
    receive(&node, &place).expect("taken");
    publish(&other, &blog(1, "changed")).expect("published");
    send(&other, &place).expect("sent");
    assert!(
        receive(&node, &place).is_err(),
        "its change follows another generation"
    );
    assert!(
        Index::open_still(&node).is_err(),
        "told of more than it has"
    );
    // What makes it whole again is the next generation of either.
    build(&one, "again");
    send(&one, &place).expect("sent");
    receive(&node, &place).expect("taken");
    let index = Index::open_still(&node).expect("an index");
    assert_eq!(
        target(&index, 1),
        "https://blog1.example/again/2010/10/31/entry/"
    );
}

#[test]
fn an_index_is_handed_on_through_a_bucket() {
    let store = Arc::new(Mutex::new(HashMap::new()));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let kept = Arc::clone(&store);
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let store = Arc::clone(&kept);
            thread::spawn(move || while answer(&connection, &store).is_some() {});
        }
    });
    let settings = BucketSettings {
        endpoint: format!("http://127.0.0.1:{port}"),
        region: "us-east-1".to_owned(),
        bucket: "redirects".to_owned(),
        prefix: "spaces/".to_owned(),
        key: "AKIDEXAMPLE".to_owned(),
        secret: Secret::new("s3cret"),
    };
    let place = BucketPlace::new(&settings).expect("a bucket");
    assert!(!format!("{place:?} {settings:?}").contains("s3cret"));
    story(&Place::Bucket(Box::new(place)));
    let name = "/redirects/spaces/generation-0000000002/manifest.json";
    assert!(store.lock().expect("the store").contains_key(name));
    let refused = BucketSettings {
        key: "NOBODY".to_owned(),
        ..settings
    };
    let place = Place::Bucket(Box::new(BucketPlace::new(&refused).expect("a bucket")));
    let folder = tempfile::tempdir().expect("a folder");
    let said = receive(folder.path(), &place)
        .expect_err("refused")
        .to_string();
    assert!(
        said.contains("403") && !said.contains("Signature"),
        "{said}"
    );
}

type Store = Mutex<HashMap<String, Vec<u8>>>;

/// A store that keeps what it gets from whom it knows: one request.
fn answer(connection: &TcpStream, store: &Store) -> Option<()> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split(' ');
    let (method, address) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        match header.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some((name, _)) if name.eq_ignore_ascii_case("expect") => {
                let mut writer = connection;
                writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = address.split_once('?')?;
    let known =
        query.contains("X-Amz-Signature=") && query.contains("X-Amz-Credential=AKIDEXAMPLE");
    let mut store = store.lock().ok()?;
    let (status, content) = match (known, method.as_str()) {
        (false, _) => ("403 Forbidden", Vec::new()),
        (true, "PUT") => {
            store.insert(path.to_owned(), body);
            ("200 OK", Vec::new())
        }
        _ => match store.get(path) {
            Some(content) => ("200 OK", content.clone()),
            None => ("404 Not Found", Vec::new()),
        },
    };
    let mut writer = connection;
    write!(
        writer,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
        content.len()
    )
    .ok()?;
    writer.write_all(&content).ok()
}
