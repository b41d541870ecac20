//! The download of 2010, in the shapes that its sources allow: what a living Space gives, the download gives too, and what it
//! lacks is named.

use crate::inputs::{Files, Wire};
use crate::taken::{Taken, compare, compare_others, read, sample};
use blog::{
    Audience, Finding, Identity, Item, Kind, Media, Severity,
    address::{Meaning, spaces},
    doors::{Call, Input},
};
use std::collections::BTreeSet;
use world::spaces::{Download, Faults, Host};

fn host(name: &str, download: Download) -> Host {
    let mut space = sample(name);
    space.download = download;
    Host::start(vec![space], Faults::default())
}

fn finding<'a>(taken: &'a Taken, code: &str) -> Option<&'a Finding> {
    taken.findings.iter().find(|finding| finding.code == code)
}

#[test]
fn a_whole_download_gives_the_same_blog_as_the_living_host() {
    for name in ["garden", "beijing", "cairo"] {
        let host = host(name, Download::Whole);
        let space = &host.spaces()[0];
        let living = read(&mut Wire::to(&host, space.home()));
        let saved = read(&mut Files::of(&host));
        let what = format!("zip of {name}");
        compare(space, &saved, &what);
        compare_others(space, &saved, &what);
        let (was, is) = (
            living.profile.as_ref().expect("a profile"),
            saved.profile.as_ref().expect("a profile"),
        );
        assert_eq!(
            (&is.title, &is.tagline, &is.identity),
            (&was.title, &was.tagline, &was.identity),
            "{what}"
        );
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Media) {
            let ids = |taken: &Taken| -> BTreeSet<String> {
                let of_kind = taken.items.iter().filter(|item| item.kind() == kind);
                of_kind.map(|item| item.id().to_owned()).collect()
            };
            assert_eq!(ids(&saved), ids(&living), "{what}: {kind}");
        }
        for item in &saved.items {
            if let Item::Post(post) = item {
                assert_eq!(post.audience, Audience::Owner, "{what}");
            }
        }
    }
}

#[test]
fn every_picture_of_the_living_host_comes_from_the_download_too() {
    let host = host("garden", Download::Whole);
    let home = host.spaces()[0].home();
    let mut wire = Wire::to(&host, home);
    let living = read(&mut wire);
    let mut files = Files::of(&host);
    let saved = read(&mut files);
    let mut bytes_of = |taken: &Taken| -> BTreeSet<Vec<u8>> {
        let media = taken.items.iter().filter_map(|item| match item {
            Item::Media(media) => Some(media),
            _ => None,
        });
        media
            .map(|media| best_bytes(media, &mut wire, &files))
            .collect()
    };
    let (was, is) = (bytes_of(&living), bytes_of(&saved));
    assert_eq!(was.len(), 20, "21 public pictures, two of them one file");
    assert!(was == is, "{} pictures of {}", is.len(), was.len());
}

/// The bytes behind the first candidate that gives some.
fn best_bytes(media: &Media, wire: &mut Wire, files: &Files) -> Vec<u8> {
    for candidate in &media.candidates {
        if let Some(name) = candidate.strip_prefix("input:/") {
            let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
            if let Some(bytes) = files.files.get(name.as_ref()) {
                return bytes.clone();
            }
        } else if let Ok(answer) = wire.ask(&Call::get(candidate))
            && answer.status == 200
        {
            return answer.body;
        }
    }
    panic!("no bytes behind {media:?}");
}

#[test]
fn a_download_of_entries_alone_names_each_kind_that_stays_behind() {
    let host = host("garden", Download::Entries);
    let space = &host.spaces()[0];
    let saved = read(&mut Files::of(&host));
    compare(space, &saved, "entries alone");
    assert_eq!(
        saved.profile.as_ref().expect("a profile").title,
        space.title
    );
    assert_eq!(saved.count(Kind::Album) + saved.count(Kind::List), 0);
    let albums = finding(&saved, "SP-021").expect("a word about albums");
    assert_eq!(albums.severity, Severity::Lost);
    assert!(
        albums.sentence.starts_with("2 albums are linked"),
        "{albums:?}"
    );
    for code in ["SP-022", "SP-023", "SP-024"] {
        let told = finding(&saved, code).unwrap_or_else(|| panic!("{code} is missing"));
        assert!(!told.remedy.is_empty(), "{told:?}");
    }
    assert_eq!(
        finding(&saved, "SP-023").map(|guestbook| guestbook.severity),
        Some(Severity::Lost),
        "entries link to the guestbook"
    );
    assert!(finding(&saved, "SP-025").is_none());
}

#[test]
fn links_written_as_file_names_lead_to_the_entries_they_led_to() {
    let host = host("garden", Download::Numbered);
    let space = &host.spaces()[0];
    let saved = read(&mut Files::of(&host));
    compare(space, &saved, "numbered files");
    let identity = &saved.profile.as_ref().expect("a profile").identity;
    let Identity::Space { aliases, .. } = identity else {
        panic!("not a Space");
    };
    assert_eq!(aliases, &["anas-garden"], "learned from links in bodies");
    let mut own = 0;
    for item in &saved.items {
        let (Item::Post(_) | Item::Comment(_)) = item else {
            continue;
        };
        let (body, base) = match item {
            Item::Post(post) => (&post.body, post.base.as_deref()),
            Item::Comment(comment) => (&comment.body, None),
            _ => continue,
        };
        for reference in blog::body::references(body) {
            if reference.kind != blog::body::ReferenceKind::Link {
                continue;
            }
            let address = reference.address;
            let to_picture = blog::body::resolve(&address, base)
                .is_some_and(|address| address.starts_with("input:/img/"));
            assert!(
                to_picture || !address.ends_with(".html") || address.contains("://"),
                "{address} is no file at the new home"
            );
            assert!(!address.starts_with('/'), "{address} leads nowhere");
            own += usize::from(matches!(
                spaces::meaning(&address, identity),
                Meaning::Own(_)
            ));
        }
    }
    assert!(own > 20, "{own} own links");
}
