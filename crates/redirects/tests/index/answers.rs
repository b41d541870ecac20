//! What is published is answered, and nothing else is.

use crate::support::{ana, at, build, know, moved, number, records, typepad};
use redirects::{
    Builder, Closure, Fate, Index, Know, Known, Listener, NO_DAY, Name, Record, Standing, Thing,
    publish,
};

#[test]
fn every_form_of_an_old_address_leads_to_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), &[ana(), typepad()]);
    let index = Index::open_still(folder.path()).expect("an index");
    let rose = "https://ana.example/2010/10/31/first-rose/";
    let home = "https://ana.example/";
    for (host, path, target) in [
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            rose,
        ),
        (
            "ANA-garden.spaces.live.com:80",
            "/Blog/CNS%212db0770eae61f13%211073.ENTRY?wa=wsignin1.0",
            rose,
        ),
        (
            "cid-02db0770eae61f13.spaces.live.com",
            "/mmm2007-02-10_13.26/blog/cns!1pU-rgQVTuuWM1TX8W8PfmDA!1073.trak",
            rose,
        ),
        (
            "ana-garden.spaces.msn.com",
            "/?_c11_BlogPart_handle=cns!2DB0770EAE61F13!1073&_c11_BlogPart_blogpart=blogentry&_c=BlogPart",
            rose,
        ),
        (
            "spaces.msn.com",
            "/members/ana-garden/Blog/cns!1pU-rgQVTuuWM1TX8W8PfmDA!1073.entry",
            rose,
        ),
        ("spaces.msn.com", "/ana-garden/", home),
        // The owner changed the name of the Space; the account number says whose it is.
        (
            "old-name.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            rose,
        ),
        ("ana-garden.spaces.live.com", "/", home),
        (
            "ana-garden.spaces.live.com",
            "/default.aspx?_c02_owner=1",
            home,
        ),
        ("ana-garden.spaces.live.com", "/guestbook", home),
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1100.entry",
            home,
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/cns!2DB0770EAE61F13!186/",
            "https://ana.example/summer/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/cns!2DB0770EAE61F13!186/cns!2DB0770EAE61F13!199",
            "https://ana.example/summer/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/photos/",
            "https://ana.example/photos/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=cat%3DWPF",
            "https://ana.example/category/wpf/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d11%26ayear%3d2010",
            "https://ana.example/2010/11/",
        ),
        (
            "ana-garden.spaces.live.com",
            "/?_c11_BlogPart_BlogPart=blogview&_c=BlogPart&partqs=amonth%3d4%26ayear%3d2010",
            home,
        ),
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1080.entry",
            "https://ana.example/2010/11/02/%e6%98%a5%e5%a4%a9/",
        ),
    ] {
        assert_eq!(
            know(&index, host, path),
            moved(target, Standing::Final, false),
            "{host}{path}"
        );
    }
    for (path, target) in [
        ("/feed.rss", "https://ana.example/feed/"),
        ("/blog/feed.rss", "https://ana.example/feed/"),
        (
            "/category/WPF/feed.rss",
            "https://ana.example/category/wpf/feed/",
        ),
        (
            "/blog/cns!2DB0770EAE61F13!1073/comments/feed.rss",
            "https://ana.example/2010/10/31/first-rose/feed/",
        ),
    ] {
        let known = know(&index, "ana-garden.spaces.live.com", path);
        assert_eq!(known, moved(target, Standing::Final, true), "{path}");
    }
    for (host, path, target, feed) in [
        (
            "ben.typepad.example",
            "/garden/2012/10/first_rose.html",
            "2012/10/05/first-rose/",
            false,
        ),
        (
            "www.ben.typepad.example",
            "/garden/2012/10/first%5Frose.html?cid=6a#c",
            "2012/10/05/first-rose/",
            false,
        ),
        ("ben.typepad.example", "/garden/", "", false),
        (
            "ben.typepad.example",
            "/garden/?p=12",
            "2012/10/06/twelve/",
            false,
        ),
        (
            "garden.example",
            "/?page_id=12&x=1",
            "2012/10/06/twelve/",
            false,
        ),
        ("garden.example", "/index.html", "", false),
        ("ben.typepad.example", "/garden/atom.xml", "feed/", true),
    ] {
        let target = format!("https://ben.example/blog/{target}");
        assert_eq!(
            know(&index, host, path),
            moved(&target, Standing::Undoable, feed),
            "{host}{path}"
        );
    }
}

#[test]
fn what_did_not_move_is_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let waiting = Record {
        names: vec![Name::Alias("later".to_owned())],
        fate: Fate::Waiting,
        base: String::new(),
        entries: Vec::new(),
    };
    let gone = Record {
        names: vec![Name::Alias("deleted".to_owned())],
        fate: Fate::Gone,
        ..waiting.clone()
    };
    build(folder.path(), &[ana(), typepad(), waiting, gone]);
    let index = Index::open_still(folder.path()).expect("an index");
    let space = "ana-garden.spaces.live.com";
    let near = |nearest: &str| Known::Unknown {
        nearest: Some(nearest.to_owned()),
    };
    for (host, path, known) in [
        (
            space,
            "/blog/cns!2DB0770EAE61F13!1090.entry",
            Known::Gone {
                what: Closure::Item,
                standing: Standing::Final,
            },
        ),
        (
            space,
            "/blog/cns!2DB0770EAE61F13!1074.entry",
            near("https://ana.example/2010/10/31/first-rose/"),
        ),
        (
            space,
            "/blog/cns!2DB0770EAE61F13!9999.entry",
            near("https://ana.example/2010/11/02/%e6%98%a5%e5%a4%a9/"),
        ),
        (
            space,
            "/blog/cns!1!1073.entry",
            near("https://ana.example/"),
        ),
        (space, "/nothing/here.html", near("https://ana.example/")),
        ("later.spaces.live.com", "/blog/", Known::Waiting),
        (
            "deleted.spaces.live.com",
            "/blog/",
            Known::Gone {
                what: Closure::Blog,
                standing: Standing::Final,
            },
        ),
        ("nobody.spaces.live.com", "/", Known::Closed),
        ("spaces.live.com", "/", Known::Closed),
        ("ben.typepad.example", "/kitchen/", Known::Closed),
        (
            "garden.example",
            "/unknown.html",
            near("https://ben.example/blog/"),
        ),
        ("stranger.example", "/", Known::Foreign),
        (
            "stranger.example",
            "/blog/cns!2DB0770EAE61F13!1073.entry",
            Known::Foreign,
        ),
        ("", "/", Known::Foreign),
        ("a/b@evil.example", "/", Known::Foreign),
    ] {
        assert_eq!(know(&index, host, path), known, "{host}{path}");
    }
    for (host, served) in [
        (space, true),
        ("cid-02db0770eae61f13.spaces.live.com", true),
        ("spaces.msn.com", true),
        ("nobody.spaces.live.com", false),
        ("ben.typepad.example", true),
        ("www.garden.example", true),
        ("stranger.example", false),
    ] {
        assert_eq!(index.serves(host).expect("a sound index"), served, "{host}");
    }
}

#[test]
fn what_is_published_is_seen_by_who_has_the_index_open() {
    let folder = tempfile::tempdir().expect("a folder");
    build(folder.path(), &[ana()]);
    let index = Index::open_still(folder.path()).expect("an index");
    let rose = "/blog/cns!2DB0770EAE61F13!1073.entry";
    publish(folder.path(), &typepad()).expect("published");
    let mut changed = ana();
    changed.names.remove(0);
    changed.fate = Fate::UndoableUntil(NO_DAY);
    changed.entries = (1..2000)
        .map(|n| {
            number(
                n,
                Thing::Entry,
                at(&format!("https://ana.example/2010/10/31/rose-{n}/")),
            )
        })
        .collect();
    publish(folder.path(), &changed).expect("published");
    assert_eq!(know(&index, "garden.example", "/"), Known::Foreign);
    index.refresh().expect("news");
    assert_eq!(
        know(&index, "garden.example", "/"),
        moved("https://ben.example/blog/", Standing::Undoable, false)
    );
    // The name was given up, the account number was not.
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", "/"),
        Known::Closed
    );
    for n in [1, 999, 1073, 1999] {
        let path = format!("/blog/cns!2DB0770EAE61F13!{n}.entry");
        let target = format!("https://ana.example/2010/10/31/rose-{n}/");
        assert_eq!(
            know(&index, "cid-2db0770eae61f13.spaces.live.com", &path),
            moved(&target, Standing::Undoable, false)
        );
    }
    publish(folder.path(), &ana()).expect("published");
    index.refresh().expect("news");
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", rose),
        moved(
            "https://ana.example/2010/10/31/first-rose/",
            Standing::Final,
            false
        )
    );
    assert_eq!(index.position().change, 3);

    // The next generation takes in what was published.
    let mut listener = Listener::default();
    let records = records(&index);
    records.iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder.path(), listener).expect("a folder");
    records
        .iter()
        .for_each(|record| builder.add(record).expect("added"));
    builder.finish().expect("a generation");
    index.refresh().expect("news");
    assert_eq!(index.position().generation, 2);
    assert_eq!(index.position().change, 0);
    assert_eq!(
        know(&index, "ana-garden.spaces.live.com", rose),
        moved(
            "https://ana.example/2010/10/31/first-rose/",
            Standing::Final,
            false
        )
    );
}

#[test]
fn what_was_deleted_of_a_move_that_may_be_undone_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let space = Record {
        fate: Fate::UndoableUntil(NO_DAY),
        ..ana()
    };
    build(folder.path(), &[space]);
    let index = Index::open_still(folder.path()).expect("an index");
    let path = "/blog/cns!2DB0770EAE61F13!1090.entry";
    let gone = Known::Gone {
        what: Closure::Item,
        standing: Standing::Undoable,
    };
    assert_eq!(know(&index, "ana-garden.spaces.live.com", path), gone);
}
