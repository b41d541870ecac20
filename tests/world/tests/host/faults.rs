//! What goes wrong on purpose, and the log of what was asked.

use super::{GARDEN, entry_target, page, samples};

use world::spaces::{Album, Entry, Faults, Host, Photo, Space};

#[test]
fn faults_strike_where_they_are_told_to_and_only_there() {
    let host = samples(Faults::default());
    let reply = |target: &str| host.get(GARDEN, target).expect("an answer");
    let with = |faults: Faults| host.set_faults(faults);

    with(Faults {
        closed: true,
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 410);
    with(Faults {
        moved_to: Some("http://new.example/".to_owned()),
        ..Faults::default()
    });
    assert_eq!(
        (reply("/").status, reply("/").header("location")),
        (302, Some("http://new.example/"))
    );
    with(Faults {
        private: true,
        ..Faults::default()
    });
    assert!(reply("/").text().contains("Sign In") && reply("/feed.rss").status == 404);
    with(Faults {
        read_only: true,
        ..Faults::default()
    });
    assert!(reply("/").text().contains("migrationBanner"));
    with(Faults {
        msn_type: true,
        category_feed_broken: true,
        ..Faults::default()
    });
    assert!(
        reply("/feed.rss")
            .text()
            .contains("<msn:type>blogentry</msn:type>")
    );
    assert!(
        !reply("/category/Pond+life/feed.rss")
            .text()
            .contains("<item>")
    );
    with(Faults {
        cut_answers: Some(1),
        ..Faults::default()
    });
    let cut = reply("/");
    let promised: usize = cut
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .expect("a length");
    assert!(
        cut.body.len() < promised && !cut.body.is_empty(),
        "{} of {promised}",
        cut.body.len()
    );
    with(Faults {
        slow_answers: Some(1),
        slow_milliseconds: 120,
        ..Faults::default()
    });
    let before = std::time::Instant::now();
    reply("/");
    assert!(before.elapsed().as_millis() >= 120);
    with(Faults {
        server_errors: Some(1_000_000),
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 200);
    with(Faults {
        server_errors: Some(1),
        ..Faults::default()
    });
    assert_eq!(reply("/").status, 500);
}

#[test]
fn every_third_picture_fails_in_the_way_that_was_chosen() {
    let photos: Vec<Photo> = (1..=6)
        .map(|number| Photo {
            number,
            name: format!("p{number}.jpg"),
            width: 320,
            height: 240,
            ..Photo::default()
        })
        .collect();
    let album = Album {
        number: 50,
        title: "Six".to_owned(),
        photos,
        ..Album::default()
    };
    let space = Space {
        alias: Some("six".to_owned()),
        cid: "ABCDEF0123456789".to_owned(),
        albums: vec![album],
        ..Space::default()
    };
    let addresses: Vec<String> = (1..=6)
        .map(|number| space.picture(number).expect("a picture").original)
        .collect();
    let host = Host::start(
        vec![space],
        Faults {
            picture_404: Some(3),
            ..Faults::default()
        },
    );
    let statuses = || {
        addresses
            .iter()
            .map(|address| host.get_address(address).expect("an answer").status)
            .collect::<Vec<_>>()
    };
    assert_eq!(statuses(), [200, 200, 404, 200, 200, 404]);
    host.set_faults(Faults {
        picture_html: Some(2),
        ..Faults::default()
    });
    let kinds = addresses.iter().map(|address| {
        host.get_address(address)
            .expect("an answer")
            .header("content-type")
            .map(str::to_owned)
    });
    assert_eq!(
        kinds
            .filter(|kind| kind.as_deref() == Some("text/html; charset=utf-8"))
            .count(),
        3
    );
    host.set_faults(Faults {
        picture_thumbnail: Some(6),
        ..Faults::default()
    });
    let last = host.get_address(&addresses[5]).expect("an answer").body;
    assert_eq!(
        image::load_from_memory(&last).expect("a picture").width(),
        160
    );
}

#[test]
fn three_thousand_comments_can_be_walked_to_the_end() {
    let entry = Entry {
        number: 104,
        title: "Busy".to_owned(),
        date: "2010-09-01T00:00:00Z".parse().expect("a moment"),
        body: "<p>x</p>".to_owned(),
        ..Entry::default()
    };
    let space = Space {
        alias: Some("busy".to_owned()),
        cid: "ABCDEF0123456780".to_owned(),
        entries: vec![entry],
        ..Space::default()
    };
    let host = Host::start(
        vec![space],
        Faults {
            many_comments: Some(3_000),
            ..Faults::default()
        },
    );
    let mut address = "http://busy.spaces.live.com/blog/cns!ABCDEF0123456780!104.entry".to_owned();
    let mut count = 0;
    loop {
        let html = host.get_address(&address).expect("an answer").text();
        count += html.matches("class=\"cc2_cmt\"").count();
        let Some(next) = html
            .split("id=\"sn_ccpgNextCommentControl\" href=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
        else {
            break;
        };
        address = next.replace("&amp;", "&");
    }
    assert_eq!(count, 3_000);
}

#[test]
fn the_host_remembers_who_was_asked_for_what_and_control_changes_it() {
    let host = samples(Faults::default());
    page(&host, GARDEN, "/?authkey=secret");
    let log = host.log();
    assert_eq!(
        (
            log.len(),
            log[0].host.as_str(),
            log[0].path.as_str(),
            log[0].status
        ),
        (1, GARDEN, "/?authkey=secret", 200)
    );
    let control = |body: &str| {
        host.ask("POST", "127.0.0.1", "/__control", "", body.as_bytes())
            .expect("an answer")
    };
    assert_eq!(
        control("{\"faults\": {\"closed\": true}, \"forget_log\": true}").status,
        200
    );
    assert!(
        host.log().is_empty(),
        "control requests are not the world's"
    );
    assert_eq!(host.get(GARDEN, "/").expect("an answer").status, 410);
    assert_eq!(
        control("{\"faults\": {\"closed\": false}, \"now\": \"2011-01-01T00:00:00Z\"}").status,
        200
    );
    assert!(
        page(&host, GARDEN, &entry_target(388, "")).contains(" - Oct. 4"),
        "the clock was turned"
    );
    assert_eq!(control("{\"faults\": {\"earthquake\": 1}}").status, 400);
    assert_eq!(
        host.get(GARDEN, "/__control").expect("an answer").status,
        404,
        "only on loopback's own name"
    );
}
