//! The living host.

use crate::inputs::Wire;
use crate::taken::{Taken, compare, compare_others, read, sample};
use crate::{MARKUPS, grave};
use blog::{
    Audience, Identity, Item, Kind, Secret,
    address::{Meaning, spaces},
    doors::{ReadError, Source},
};
use platforms::sources::spaces::LiveSpaces;
use std::collections::HashSet;
use world::spaces::{Faults, Host, Space};

#[test]
fn every_sample_space_open_to_everyone_is_read_whole_in_every_markup() {
    for name in ["garden", "beijing", "cairo"] {
        for markup in MARKUPS {
            let mut space = sample(name);
            space.markup = Some(markup.to_owned());
            let host = Host::start(vec![space], Faults::default());
            let space = &host.spaces()[0];
            let mut input = Wire::to(&host, space.home());
            let taken = read(&mut input);
            let what = format!("{name} in {markup}");
            compare(space, &taken, &what);
            compare_others(space, &taken, &what);
            let profile = taken.profile.as_ref().expect("a profile");
            assert_eq!(profile.title, space.title, "{what}");
            assert_eq!(profile.audience, Audience::Everyone, "{what}");
            assert_eq!(
                profile.identity.name(),
                format!("space:{}", space.cid),
                "{what}"
            );
            let grave = grave(&taken.findings);
            assert!(grave.is_empty(), "{what}: {grave:?}");
            let asked: HashSet<&String> = input.asked.iter().collect();
            assert_eq!(
                asked.len(),
                input.asked.len(),
                "{what}: a page was asked twice: {:?}",
                input.asked
            );
        }
    }
}

#[test]
fn own_links_in_bodies_are_known_as_own() {
    let host = Host::start(vec![sample("beijing")], Faults::default());
    let taken = read(&mut Wire::to(&host, host.spaces()[0].home()));
    let identity = taken.profile.expect("a profile").identity;
    let Identity::Space { owner_tokens, .. } = &identity else {
        panic!("not a Space");
    };
    assert!(owner_tokens.contains(host.spaces()[0].old_owner.as_ref().expect("a token")));
    let mut own = 0;
    for item in &taken.items {
        let Item::Post(post) = item else { continue };
        for link in dom_query::Document::fragment(post.body.as_str())
            .select("a[href]")
            .nodes()
        {
            own += usize::from(matches!(
                spaces::meaning(&link.attr_or("href", ""), &identity),
                Meaning::Own(_)
            ));
        }
    }
    assert!(own > 0, "no own link was recognised");
}

#[test]
fn hundreds_of_comments_come_in_every_markup_in_the_right_order() {
    for markup in MARKUPS {
        let mut space = sample("garden");
        space.markup = Some(markup.to_owned());
        let host = Host::start(
            vec![space],
            Faults {
                many_comments: Some(130),
                ..Faults::default()
            },
        );
        let space = &host.spaces()[0];
        let taken = read(&mut Wire::to(&host, space.home()));
        compare(space, &taken, &format!("many comments in {markup}"));
        assert!(!taken.codes().contains(&"SP-002"), "{markup}");
    }
}

#[test]
fn drafts_come_with_the_secret_word() {
    let host = Host::start(
        vec![sample("beijing"), sample("garden"), sample("cairo")],
        Faults::default(),
    );
    let mut seen = 0;
    for space in host.spaces() {
        let Some(word) = &space.secret_word else {
            continue;
        };
        let mut input = Wire::to(&host, space.home());
        input.secrets.insert("secret-word", Secret::new(word));
        let taken = read(&mut input);
        let drafts = taken.items.iter().filter(|item| item.is_draft()).count();
        assert_eq!(
            drafts,
            space.entries.iter().filter(|e| e.draft).count(),
            "{}",
            space.title
        );
        assert!(!taken.codes().contains(&"SP-013"), "{:?}", taken.findings);
        seen += 1;
    }
    assert!(seen > 0, "no sample has a secret word");
}

#[test]
fn faults_of_the_host_become_findings_and_errors_that_say_what_to_do() {
    let space = sample("garden");
    let run = |faults: Faults| {
        let host = Host::start(vec![space.clone()], faults);
        let mut taken = Taken::default();
        let result = LiveSpaces.read(&mut Wire::to(&host, host.spaces()[0].home()), &mut taken);
        (result, taken)
    };
    let (result, taken) = run(Faults {
        read_only: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    assert!(taken.codes().contains(&"SP-005"));
    let (result, _) = run(Faults {
        closed: true,
        ..Faults::default()
    });
    assert!(
        matches!(result, Err(ReadError::Unreadable { .. })),
        "{result:?}"
    );
    let (result, _) = run(Faults {
        private: true,
        ..Faults::default()
    });
    assert!(
        matches!(result, Err(ReadError::Locked { .. })),
        "{result:?}"
    );
    let (result, _) = run(Faults {
        moved_to: Some("http://new.example/".to_owned()),
        ..Faults::default()
    });
    assert!(result.is_err());
    let (result, taken) = run(Faults {
        category_feed_broken: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    assert!(taken.codes().contains(&"SP-003"));
    let (result, taken) = run(Faults {
        msn_type: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    compare(&space, &taken, "with msn:type");
    // Every seventh answer is cut: some pieces are lost, each with a finding, and the rest is there.
    let (result, taken) = run(Faults {
        cut_answers: Some(7),
        ..Faults::default()
    });
    assert!(result.is_ok(), "{result:?}");
    assert!(taken.codes().contains(&"SP-019"), "{:?}", taken.codes());
    assert!(taken.count(Kind::Post) > 0);
}

#[test]
fn any_old_address_of_the_space_leads_to_it() {
    let host = Host::start(vec![sample("beijing")], Faults::default());
    let space = &host.spaces()[0];
    let alias = space.alias.clone().expect("an alias");
    for label in [
        format!("{alias}.spaces.live.com"),
        format!("http://spaces.msn.com/members/{alias}/"),
        space.entry_address(space.entries[0].number),
        format!("http://{}/", space.cid_host()),
    ] {
        let taken = read(&mut Wire::to(&host, label.clone()));
        compare(space, &taken, &label);
    }
}

#[test]
fn the_real_posts_of_one_space_are_read_back_as_they_were_served() {
    let root = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        std::path::PathBuf::from,
    );
    let folder = root.join("live-spaces-posts");
    if !folder.is_dir() {
        println!("skipped: samples are not here");
        return;
    }
    let space = Space::from_real_posts(&folder, "realposts").expect("the posts are read");
    let host = Host::start(vec![space], Faults::default());
    let space = &host.spaces()[0];
    let taken = read(&mut Wire::to(&host, space.home()));
    assert_eq!(taken.count(Kind::Post), 24);
    compare(space, &taken, "the real posts");
    let grave = grave(&taken.findings);
    assert!(grave.is_empty(), "{grave:?}");
}
