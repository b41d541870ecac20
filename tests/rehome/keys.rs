//! The key of a private Space is kept nowhere: not in a packed bundle, its originals, its reports or what is said meanwhile.

use crate::program::{Said, command, rehome};
use flate2::read::DeflateDecoder;
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use world::spaces::{Faults, Host, Space};

/// Every spelling in which a key may have been written down.
fn spellings(key: &str) -> Vec<Vec<u8>> {
    let escaped: String = key
        .bytes()
        .map(|byte| match byte {
            b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect();
    let last = format!("{}%24", key.trim_end_matches('$'));
    let wide = key.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        key.as_bytes().to_vec(),
        escaped.clone().into_bytes(),
        escaped.to_lowercase().into_bytes(),
        last.into_bytes(),
        wide,
    ]
}

fn holds(bytes: &[u8], key: &str) -> bool {
    spellings(key)
        .iter()
        .any(|spelling| bytes.windows(spelling.len()).any(|w| w == spelling))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

/// The originals are kept deflated, so the bytes of the file do not show them.
fn originals(bundle: &Path) -> Vec<Vec<u8>> {
    let store = rusqlite::Connection::open(bundle.join("blog.sqlite")).expect("the store");
    let mut statement = store
        .prepare("SELECT bytes FROM original")
        .expect("a query");
    let rows = statement
        .query_map([], |row| row.get::<_, Vec<u8>>(0))
        .expect("rows");
    rows.map(|bytes| {
        let mut plain = Vec::new();
        DeflateDecoder::new(bytes.expect("a row").as_slice())
            .read_to_end(&mut plain)
            .expect("deflated bytes");
        plain
    })
    .collect()
}

#[test]
fn the_key_is_in_no_byte_of_a_packed_bundle_nor_in_what_is_said() {
    let mut space = Space::sample("kitchen").expect("the sample");
    let key = space.authkey.clone().expect("a key");
    // The owner once pasted the grant's own address into an entry, and the key alone into a title and a comment.
    let pasted = format!(
        "<p><a href=\"http://cid-3f9d20b86a1c75e4.users.api.live.net/Users(1)/Blogs('A!1')?authkey={}%24\">grant</a> \
         <img src=\"http://byfiles.storage.live.com/y1p?authkey={key}\"> {key}</p>",
        key.trim_end_matches('$')
    );
    space.entries[0].body.push_str(&pasted);
    space.entries[0].title.push_str(&key);
    space.entries[0].categories.push(format!("AuthKey={key}"));
    space.entries[0].comments[0].body.push_str(&pasted);
    space.entries[0].comments[0].author.push_str(&key);
    space.albums[0].title.push_str(&key);
    let host = Host::start(vec![space], Faults::default());
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("kitchen.rehome");
    let said: Said = command(&[
        "pack",
        "http://cid-3f9d20b86a1c75e4.spaces.live.com/",
        "--bundle",
        bundle.to_str().expect("a path"),
        "--connect-to",
        &host.address.to_string(),
        "--json",
    ])
    .env("REHOME_AUTHKEY", &key)
    .output()
    .expect("the executable runs")
    .into();
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let page = folder.path().join("report.html");
    let name = bundle.to_str().expect("a path");
    let html = rehome(&["report", name, "--html", page.to_str().expect("a path")]);
    let json = rehome(&["report", name, "--json"]);
    assert!(json.out.contains("struck-out"), "the pasted key was seen");
    for said in [&said, &html, &json] {
        assert!(!holds(said.out.as_bytes(), &key) && !holds(said.err.as_bytes(), &key));
    }
    let mut looked_at = 0;
    for file in files(folder.path()) {
        let bytes = fs::read(&file).expect("readable");
        looked_at += bytes.len();
        assert!(!holds(&bytes, &key), "the key is in {}", file.display());
    }
    assert!(looked_at > 50_000, "{looked_at} bytes");
    let originals = originals(&bundle);
    assert!(originals.len() > 5);
    assert!(originals.iter().all(|bytes| !holds(bytes, &key)));
    assert!(
        originals
            .iter()
            .any(|bytes| String::from_utf8_lossy(bytes).contains("struck-out")),
        "an original that held the key shows where it stood"
    );
}
