//! A host made of pages.

use super::*;

#[test]
fn a_private_space_without_a_key_is_locked_although_its_page_says_200() {
    let mut input = Made::host(
        "http://ana-garden.spaces.live.com",
        vec![(
            "http://ana-garden.spaces.live.com/".to_owned(),
            200,
            SIGN_IN.to_owned(),
        )],
    );
    let mut taken = Taken::default();
    let result = LiveSpaces.read(&mut input, &mut taken);
    assert!(
        matches!(result, Err(ReadError::Locked { .. })),
        "{result:?}"
    );
    assert!(taken.items.is_empty());
}

#[test]
fn a_living_space_without_a_feed_is_not_for_everyone() {
    let home = "http://ana-garden.spaces.live.com";
    let entry = format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry");
    let page = MARKUPS[6].1.to_owned();
    let mut input = Made::host(
        "ana-garden.spaces.live.com",
        vec![
            (format!("{home}/"), 200, page.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                page.clone(),
            ),
            (entry.clone(), 200, page),
        ],
    );
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert_ne!(taken.posts()[0].audience, Audience::Everyone);
    assert!(taken.codes().contains(&"SP-004"));
    assert_eq!(taken.posts()[0].base.as_deref(), Some(entry.as_str()));
    let asked: std::collections::HashSet<&String> = input.asked.iter().collect();
    assert_eq!(
        asked.len(),
        input.asked.len(),
        "a page was asked twice: {:?}",
        input.asked
    );
}

#[test]
fn drafts_come_through_the_editors_interface_and_the_secret_word_stays_there() {
    let home = "http://ana-garden.spaces.live.com";
    let page = MARKUPS[6].1.to_owned();
    let answer = "\u{feff}<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value><struct>\
        <member><name>postid</name><value>A1B2C3D4E5F60718!99</value></member><member><name>title</name><value>Not yet</value></member>\
        <member><name>description</name><value>&lt;p&gt;half&lt;/p&gt;</value></member><member><name>publish</name><value><boolean>0</boolean></value></member>\
        <member><name>dateCreated</name><value><dateTime.iso8601>20100901T10:00:00</dateTime.iso8601></value></member></struct></value></data></array></value></param></params></methodResponse>";
    let mut input = Made::host(
        home,
        vec![
            (format!("{home}/"), 200, page.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                page.clone(),
            ),
            (
                format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry"),
                200,
                page,
            ),
            (
                "https://storage.msn.com/storageservice/MetaWeblog.rpc".to_owned(),
                200,
                answer.to_owned(),
            ),
        ],
    );
    input
        .secrets
        .insert("secret-word".to_owned(), Secret::new("opensesame"));
    let taken = taken(&mut input);
    let draft = taken
        .posts()
        .into_iter()
        .find(|post| post.state == PostState::Draft)
        .expect("a draft");
    assert_eq!(draft.id, "99");
    assert_eq!(draft.audience, Audience::Owner);
    assert_eq!(
        draft.published.map(|m| m.to_string()).as_deref(),
        Some("2010-09-01T10:00:00Z")
    );
    let kept = format!("{:?}{:?}{:?}", taken.items, taken.originals, taken.findings);
    assert!(!kept.contains("opensesame"));
}

#[test]
fn comment_pages_that_lead_in_circles_are_left() {
    let home = "http://ana-garden.spaces.live.com";
    let entry = format!("{home}/blog/cns!A1B2C3D4E5F60718!74.entry");
    let circle = MARKUPS[0].1.replace(
        "<a name=\"trackback\">",
        &format!("<a title=\"Click to view next 20 comments\" href=\"{entry}?commentPH=cns!A1B2C3D4E5F60718!80\">Next</a><a name=\"trackback\">"),
    );
    let mut input = Made::host(
        home,
        vec![
            (format!("{home}/"), 200, circle.clone()),
            (
                format!("{home}/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart"),
                200,
                circle.clone(),
            ),
            (entry.clone(), 200, circle.clone()),
            (
                format!("{entry}?commentPH=cns!A1B2C3D4E5F60718!80"),
                200,
                circle,
            ),
        ],
    );
    let taken = taken(&mut input);
    assert_eq!(taken.posts().len(), 1);
    assert!(taken.codes().contains(&"SP-002"));
    assert!(input.asked.len() < 20, "{:?}", input.asked);
}
