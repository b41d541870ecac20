//! What stands in which file, where a blog takes several.

use super::*;

#[test]
fn pictures_stand_in_the_file_of_their_post_and_no_file_is_longer_than_it_may_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = wxr(folder.path(), 40_000);
    files.open("site:old.example").expect("open");
    let pictures: Vec<_> = (1..=20)
        .map(|id| picture(folder.path(), id, id % 5 != 0))
        .collect();
    let placed = files.place(&pictures).expect("placed");
    let posts: Vec<_> = (1..=20)
        .map(|id| {
            let address = &placed[id - 1].picture.as_ref().expect("a picture").sizes[0].address;
            let mut thing = post(id, &format!("Title {id}"), 1_300_000_000 + id as i64);
            thing.content = format!(
                "<p><img src=\"{address}\"></p><p>{}</p>",
                "word ".repeat(1500)
            );
            posted(id, thing)
        })
        .collect();
    files.place(&posts).expect("placed");
    files.finish().expect("written");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.path().join("out"))
        .expect("a folder")
        .flatten()
    {
        if entry
            .path()
            .extension()
            .is_none_or(|ending| ending != "xml")
        {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a file");
        assert!(text.len() <= 40_000, "{}", text.len());
        for item in text
            .split("<item>")
            .skip(1)
            .filter(|item| item.contains("<img"))
        {
            let address = item
                .split("<img src=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .expect("an address");
            assert!(
                text.contains(&format!("<wp:attachment_url><![CDATA[{address}]]>")),
                "{address}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 20);
    let private = read(&folder.path().join("out")).media;
    assert_eq!(
        private.len(),
        20,
        "one file each, whatever they were called"
    );
}

#[test]
fn pages_stand_below_pages_in_every_file_and_their_addresses_say_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = wxr(folder.path(), 30_000);
    files.open("site:old.example").expect("open");
    let page = |id: usize, slug: &str, parent: Option<usize>| {
        let mut thing = post(id, &format!("Page {id}"), 1_300_000_000 + id as i64);
        thing.page = true;
        thing.slug = Some(slug.to_owned());
        thing.parent = parent.map(|parent| mark(Kind::Page, parent));
        thing.order = Some(id as i32);
        thing.content = format!("<p>{}</p>", "word ".repeat(3000));
        placement(mark(Kind::Page, id), Thing::Post(Box::new(thing)))
    };
    let pages = [
        page(1, "about", None),
        page(2, "team", Some(1)),
        page(3, "team", Some(2)),
        page(4, "team", Some(1)),
        page(5, "team", None),
    ];
    let placed = files.place(&pages).expect("placed");
    let ends = [
        "/about/",
        "/about/team/",
        "/about/team/team/",
        "/about/team-2/",
        "/team/",
    ];
    for (placed, end) in placed.iter().zip(ends) {
        let expected = format!("{HOME}{end}");
        assert_eq!(placed.address.as_ref(), Some(&expected));
    }
    files
        .place(&[comment(1, 1, None)])
        .expect("a comment that is told once");
    files.finish().expect("written");
    let mut parts = 0;
    for entry in std::fs::read_dir(folder.path().join("out")).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        assert!(text.len() <= 50_000, "{}", text.len());
        let said = |name: &str| -> Vec<u64> {
            let start = format!("<wp:{name}>");
            let pieces = text.split(&start).skip(1);
            let numbers = pieces.filter_map(|rest| rest.split("</").next()?.parse().ok());
            numbers.collect()
        };
        let (ids, parents) = (said("post_id"), said("post_parent"));
        for parent in parents.iter().filter(|parent| **parent > 0) {
            let above = ids.iter().position(|id| id == parent);
            assert!(
                above.is_some(),
                "{parent} is not in the file of what stands below it"
            );
        }
        parts += 1;
    }
    assert!(parts > 1, "one file proves nothing");
    let found = read(&folder.path().join("out"));
    let tree: Vec<(Option<&str>, Option<i32>)> = (1..=5)
        .map(|id| {
            let title = format!("Page {id}");
            let of_title: Vec<&Post> = found
                .posts
                .iter()
                .filter(|post| post.title == title)
                .collect();
            assert_eq!(of_title.len(), 1, "{title} is told once");
            let above = of_title[0].parent.as_deref();
            let above = above.and_then(|above| found.posts.iter().find(|post| post.id == above));
            (above.map(|above| above.title.as_str()), of_title[0].order)
        })
        .collect();
    assert_eq!(
        tree,
        [
            (None, Some(1)),
            (Some("Page 1"), Some(2)),
            (Some("Page 2"), Some(3)),
            (Some("Page 1"), Some(4)),
            (None, Some(5)),
        ]
    );
}

#[test]
fn a_page_that_stands_in_several_files_is_known_again_and_gets_its_fields_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = wxr(folder.path(), 30_000);
    files.open("site:old.example").expect("open");
    let page = |id: usize, parent: Option<usize>| {
        let mut thing = post(id, "Page", 1_300_000_000 + id as i64);
        thing.page = true;
        thing.parent = parent.map(|parent| mark(Kind::Page, parent));
        thing.slug = Some(format!("page-{id}"));
        thing.content = format!("<p>{}</p>", "word ".repeat(2000));
        if parent.is_none() {
            // As unfinished pages are; two of them have the same title.
            (thing.date_utc, thing.status) = (None, Status::DRAFT);
            thing.fields = fields("happy");
            thing.featured = Some(mark(Kind::Media, 1));
        }
        placement(mark(Kind::Page, id), Thing::Post(Box::new(thing)))
    };
    files
        .place(&[picture(folder.path(), 1, true)])
        .expect("placed");
    let pages: Vec<_> = [(1, None), (2, None)]
        .into_iter()
        .chain((3..9).map(|id| (id, Some(id % 2 + 1))))
        .map(|(id, parent)| page(id, parent))
        .collect();
    files.place(&pages).expect("placed");
    let mut words = comment(1, 1, None);
    if let Thing::Comment(comment) = &mut words.thing {
        comment.post = mark(Kind::Page, 1);
    }
    files.place(&[words]).expect("placed");
    files.finish().expect("written");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder.path().join("out")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "xml") {
            texts.push(std::fs::read_to_string(path).expect("a file"));
        }
    }
    let all = texts.concat();
    let items: Vec<&str> = all.split("<item>").skip(1).collect();
    let of = |slug: &str| -> Vec<&str> {
        let name = format!("<wp:post_name><![CDATA[{slug}]]>");
        let of = items.iter().filter(|item| item.contains(&name));
        of.copied().collect()
    };
    let mut dates = BTreeMap::new();
    for slug in ["page-1", "page-2"] {
        let told = of(slug);
        assert!(told.len() > 1, "{slug} stands in one file only");
        let with = |word: &str| told.iter().map(|item| item.matches(word).count()).sum();
        let counts: [usize; 2] = ["<wp:postmeta>", "_thumbnail_id"].map(with);
        assert_eq!(counts, [3, 1], "two fields and a picture of {slug}");
        for item in told {
            let said = |name: &str| {
                let start = format!("<wp:{name}><![CDATA[");
                let rest = item.split(&start).nth(1).expect("a date");
                rest[..19].to_owned()
            };
            assert_eq!(said("post_date_gmt"), "0000-00-00 00:00:00", "unfinished");
            dates.entry(said("post_date")).or_insert(slug);
        }
    }
    assert_eq!(dates.len(), 2, "each the same everywhere: {dates:?}");
    assert!(!dates.contains_key("0000-00-00 00:00:00"));
    let desk = read(&folder.path().join("out"));
    let with_fields = desk.posts.iter().filter(|post| post.fields.len() == 2);
    assert_eq!((desk.posts.len(), with_fields.count()), (8, 2));
    assert_eq!(desk.comments.len(), 1);
}
