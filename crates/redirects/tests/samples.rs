//! Real addresses, where the samples are at hand.

use redirects::{
    Builder, Entry, Fate, Index, Key, Know, Known, Listener, Name, Record, Target, Thing,
};
use std::{collections::BTreeSet, path::Path};

fn samples(file: &str) -> Option<String> {
    let root = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        std::path::PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join("spaces").join(file)).ok();
    if text.is_none() {
        println!("skipped: samples are not here ({file})");
    }
    text
}

/// Host, and path with query, as a browser would ask for the address. `None` where a browser would not.
fn request(address: &str) -> Option<(&str, String)> {
    let rest = address
        .strip_prefix("http://")
        .or_else(|| address.strip_prefix("https://"))?;
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    // A link that was cut out of a longer one: no browser asks a host of such a name.
    if host.contains('&') {
        return None;
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some((host, format!("{slash}{path}")))
}

/// The number that an address names last, as anybody would read it.
fn last_number(address: &str) -> Option<u64> {
    let decoded = address.replace("%21", "!");
    let at = decoded.to_ascii_lowercase().find("cns!")?;
    let numbers = decoded[at..].split('!').skip(2).step_by(2);
    numbers
        .filter_map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            part[..digits].parse().ok()
        })
        .last()
}

fn open(folder: &Path, records: &[Record]) -> Index {
    let mut listener = Listener::default();
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener).expect("a folder");
    for record in records {
        builder.add(record).expect("added");
    }
    builder.finish().expect("a generation");
    Index::open_still(folder).expect("an index")
}

fn blog(name: Name, numbers: impl IntoIterator<Item = u64>) -> Record {
    let entry = |number| Entry {
        key: Key::Number(number, Thing::Entry),
        target: Target::At(format!("https://new.example/{name}/{number}/")),
    };
    Record {
        base: format!("https://new.example/{name}/"),
        fate: Fate::Final,
        entries: numbers.into_iter().map(entry).collect(),
        names: vec![name],
    }
}

#[test]
fn every_link_of_one_real_blog_leads_to_its_entry() {
    let (Some(links), Some(pictures)) = (
        samples("urls-one-blog-spaces.tsv"),
        samples("urls-one-blog-photos.txt"),
    ) else {
        return;
    };
    let links: Vec<&str> = links
        .lines()
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    assert_eq!(links.len(), 298);
    let numbers: BTreeSet<u64> = links.iter().filter_map(|link| last_number(link)).collect();
    let mut record = blog(Name::Alias("ruanqizhen".to_owned()), numbers);
    record.names.push(Name::Cid(0x5852_D4F7_97C5_3FB6));
    record
        .names
        .push(Name::Token("1pU-rgQVTuuWM1TX8W8PfmDA".to_owned()));
    let folder = tempfile::tempdir().expect("a folder");
    let index = open(folder.path(), &[record]);
    let (mut entries, mut homes) = (0, 0);
    for link in &links {
        let Some((host, path)) = request(link) else {
            continue;
        };
        let known = index.know(host, &path).expect("a sound index");
        let own = link.to_ascii_lowercase().contains("ruanqizhen")
            || link.contains("5852D4F797C53FB6")
            || link.contains("1pU-rgQVTuuWM1TX8W8PfmDA");
        match (own, last_number(link), known) {
            (true, Some(number), Known::Moved(moved)) => {
                let expected = format!("https://new.example/ruanqizhen/{number}/");
                assert_eq!(moved.target, expected, "{link}");
                entries += 1;
            }
            (true, None, Known::Moved(moved)) => {
                assert!(moved.target.starts_with("https://new.example/ruanqizhen/"));
                homes += 1;
            }
            (true, None, Known::Unknown { .. } | Known::Closed) => {}
            (false, _, Known::Closed | Known::Foreign) => {}
            (_, _, known) => panic!("{link}: {known:?}"),
        }
    }
    assert!(entries > 200, "only {entries} links to entries");
    assert!(homes > 5, "only {homes} links to the front page");
    let mut seen = 0;
    for address in pictures.lines().filter(|line| !line.is_empty()) {
        let (host, path) = request(address).expect("a web address");
        // The storage hosts stay with the platform: nothing there says whose a picture is.
        assert_eq!(
            index.know(host, &path).expect("sound"),
            Known::Foreign,
            "{address}"
        );
        seen += 1;
    }
    assert_eq!(seen, 501);
}

#[test]
fn every_literal_address_is_answered_as_the_file_says() {
    let Some(text) = samples("urls-literal.tsv") else {
        return;
    };
    let rows: Vec<(String, &str)> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((
                columns
                    .next()?
                    .replace("{0}.", "name.")
                    .replace("%@", "name"),
                columns.next()?,
            ))
        })
        .collect();
    assert_eq!(rows.len(), 111);
    let mut records = Vec::new();
    for (address, _) in &rows {
        let host = address.split("://").nth(1).unwrap_or(address);
        let label = host
            .split(['.', '/'])
            .next()
            .unwrap_or("")
            .to_ascii_lowercase();
        if let Some(hex) = label.strip_prefix("cid-")
            && let Ok(cid) = u64::from_str_radix(hex, 16)
        {
            records.push(blog(Name::Cid(cid), last_number(address)));
        } else if host.contains(".spaces.") {
            records.push(blog(Name::Alias(label), last_number(address)));
        }
    }
    // One record a name: addresses of one Space put their numbers together.
    records.sort_by(|a, b| a.names.cmp(&b.names));
    records.dedup_by(|later, first| {
        let same = later.names == first.names;
        if same {
            first.entries.append(&mut later.entries);
        }
        same
    });
    let folder = tempfile::tempdir().expect("a folder");
    let index = open(folder.path(), &records);
    let (mut asked, mut entries) = (0, 0);
    for (address, kind) in &rows {
        let Some((host, path)) = request(address) else {
            continue;
        };
        asked += 1;
        let known = index.know(host, &path).expect("a sound index");
        let own = host.contains(".spaces.") && !address.contains("{");
        // Its Space is one of those above, by its name in the path.
        let member = address.contains("spaces.msn.com/members/");
        match (own, *kind, known) {
            (
                true,
                "entry" | "entry-encoded" | "entry-trackback" | "entry-query" | "trackback",
                Known::Moved(moved),
            ) => {
                let number = last_number(address).expect("a number");
                assert!(
                    moved.target.ends_with(&format!("/{number}/")),
                    "{address}: {}",
                    moved.target
                );
                entries += 1;
            }
            (true, "home" | "home-owner" | "blog-page", Known::Moved(_)) => {}
            (_, kind, Known::Moved(moved)) => {
                assert!(
                    (own || member) && !kind.starts_with("bogus"),
                    "{address} ({kind}) led to {}",
                    moved.target
                );
                assert!(moved.target.starts_with("https://new.example/"));
            }
            (own, kind, known) => {
                assert!(
                    !own || !kind.starts_with("entry"),
                    "{address} ({kind}): {known:?}"
                );
            }
        }
    }
    assert!(asked > 90, "only {asked} were asked for");
    assert!(entries > 15, "only {entries} entries");
}
