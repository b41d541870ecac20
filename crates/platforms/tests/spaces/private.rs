//! A Space behind the sign-in page, opened by its key.

use crate::inputs::Wire;
use crate::taken::{Taken, compare_albums, read, sample};
use blog::{
    Audience, Item, Kind, Moment, Secret,
    doors::{ReadError, Source},
};
use platforms::sources::spaces::LiveSpaces;
use world::spaces::{Faults, Host};

#[test]
fn a_private_space_opens_with_its_key_and_the_key_is_kept_nowhere() {
    let host = Host::start(vec![sample("kitchen")], Faults::default());
    let space = &host.spaces()[0];
    let label = format!("http://{}/", space.cid_host());
    let locked = LiveSpaces.read(&mut Wire::to(&host, label.clone()), &mut Taken::default());
    assert!(
        matches!(locked, Err(ReadError::Locked { .. })),
        "{locked:?}"
    );
    let key = space.authkey.clone().expect("the sample has a key");
    let mut input = Wire::to(&host, label);
    input.secrets.insert("authkey", Secret::new(&key));
    let taken = read(&mut input);
    let published = space.entries.iter().filter(|entry| !entry.draft).count();
    assert_eq!(taken.count(Kind::Post), published);
    assert_eq!(
        taken.distinct(Kind::Comment),
        space
            .entries
            .iter()
            .filter(|e| !e.draft)
            .map(|e| e.comments.len())
            .sum::<usize>()
    );
    for item in &taken.items {
        if let Item::Post(post) = item {
            assert!(post.audience <= Audience::Friends, "{post:?}");
            assert!(matches!(post.published, Some(Moment::Instant(_))));
        }
    }
    for entry in space.entries.iter().filter(|entry| !entry.draft) {
        let wanted = match entry.audience {
            None => Audience::Friends,
            Some(_) => Audience::Named,
        };
        assert_eq!(taken.post(entry.number).audience, wanted, "{}", entry.title);
    }
    compare_albums(space, &taken, "the grant opens albums");
    let told = taken
        .findings
        .iter()
        .find(|finding| finding.code == "SP-020");
    let told = &told.expect("a word about what stays behind").sentence;
    assert!(
        told.contains("lists, trackbacks and the guestbook") && !told.contains("albums, lists")
    );
    let kept = format!(
        "{:?}{:?}{:?}{}",
        taken.items,
        taken.findings,
        taken.profile,
        String::from_utf8_lossy(&taken.kept)
    );
    let core: String = key
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    assert!(core.len() < 3 || !kept.contains(&key), "the key was kept");
    let mut input = Wire::to(&host, format!("http://{}/", space.cid_host()));
    input.secrets.insert("authkey", Secret::new("wrong"));
    assert!(matches!(
        LiveSpaces.read(&mut input, &mut Taken::default()),
        Err(ReadError::Locked { .. })
    ));
}

#[test]
fn what_the_grant_does_not_open_is_one_finding() {
    let faults = Faults {
        no_folders: true,
        ..Faults::default()
    };
    let host = Host::start(vec![sample("kitchen")], faults);
    let space = &host.spaces()[0];
    let mut input = Wire::to(&host, format!("http://{}/", space.cid_host()));
    let key = space.authkey.as_ref().expect("the sample has a key");
    input.secrets.insert("authkey", Secret::new(key));
    let taken = read(&mut input);
    assert_eq!(taken.count(Kind::Album), 0);
    let told: Vec<_> = taken
        .findings
        .iter()
        .filter(|finding| finding.code == "SP-020")
        .collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0]
            .sentence
            .contains("albums, lists, trackbacks and the guestbook")
    );
}
