//! Whole exports: our own, and the theme reviewers' where it is here.

mod arrangement;

use super::*;
use crate::fetch::{FetchSettings, Fetcher};
use crate::input::{self, Options};
use blog::doors::{Depth, Halt, Original};
use blog::{
    Audience, Category, Comment, CommentKind, CommentState, Finding, Item, Media, Moment, Post,
    PostKind, PostState, Profile,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Keeps everything that is read.
#[derive(Default)]
struct Desk {
    counts_only: bool,
    profile: Option<Profile>,
    posts: Vec<Post>,
    comments: Vec<Comment>,
    media: BTreeMap<String, Media>,
    categories: Vec<Category>,
    tags: Vec<String>,
    listed_tags: Vec<String>,
    findings: Vec<Finding>,
    originals: Vec<Vec<u8>>,
    aside: usize,
    /// Items, in the order in which they were met.
    places: Vec<String>,
    /// Of the item that was met then, earlier runs died.
    deadly: Option<usize>,
}

impl Intake for Desk {
    fn depth(&self) -> Depth {
        if self.counts_only {
            Depth::Counts
        } else {
            Depth::Full
        }
    }

    fn may_read(&mut self, place: &str) -> Result<bool, Halt> {
        let known = self.places.iter().position(|known| known == place);
        let at = known.unwrap_or_else(|| {
            self.places.push(place.to_owned());
            self.places.len() - 1
        });
        Ok(self.deadly != Some(at))
    }

    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }

    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        assert!(self.profile.is_some(), "the profile comes first");
        match item {
            Item::Post(post) => {
                self.originals.push(original.bytes.to_vec());
                self.posts.push(post);
            }
            Item::Comment(comment) => self.comments.push(comment),
            Item::Media(media) => match self.media.get_mut(&media.id) {
                Some(known) => known.merge(media),
                None => {
                    self.media.insert(media.id.clone(), media);
                }
            },
            Item::Category(category) => self.categories.push(category),
            Item::Tag(tag) => {
                self.listed_tags
                    .extend(tag.listed.then(|| tag.name.clone()));
                self.tags.push(tag.name);
            }
            other => panic!("an export has no {}", other.kind()),
        }
        Ok(())
    }

    fn aside(&mut self, _original: Original<'_>) -> Result<(), Halt> {
        self.aside += 1;
        Ok(())
    }

    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> Result<(), Halt> {
        assert!(total.is_none_or(|total| done <= total));
        Ok(())
    }
}

impl Desk {
    fn post(&self, id: &str) -> &Post {
        let found = self.posts.iter().find(|post| post.id == id);
        found.unwrap_or_else(|| panic!("no post {id}"))
    }

    fn comment(&self, id: &str) -> Option<&Comment> {
        self.comments.iter().find(|comment| comment.id == id)
    }

    fn picture(&self, end: &str) -> &Media {
        let found = self.media.values().find(|media| media.id.ends_with(end));
        found.unwrap_or_else(|| panic!("no picture {end} in {:?}", self.media.keys()))
    }

    fn sentences(&self, code: &str) -> Vec<&str> {
        let of_code = self.findings.iter().filter(|finding| finding.code == code);
        of_code.map(|finding| finding.sentence.as_str()).collect()
    }
}

fn read_as(path: &Path, counts_only: bool) -> Desk {
    let desk = Desk {
        counts_only,
        ..Desk::default()
    };
    read_on(path, desk)
}

fn read_on(path: &Path, mut desk: Desk) -> Desk {
    let options = Options {
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        now: "2026-01-01T00:00:00Z".parse().expect("a time"),
    };
    let fetcher = Arc::new(Fetcher::new(FetchSettings::default()));
    let mut input =
        input::open(path.to_str().expect("Unicode"), fetcher, options).expect("an input");
    let peek = input.peek().expect("a peek");
    let source = crate::sources::recognise(&peek.lend()).expect("recognised");
    assert_eq!(source.card().name, "wordpress-export");
    WordPressExport.read(&mut input, &mut desk).expect("read");
    desk
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn garden() -> Desk {
    read_as(
        &repository().join("fixtures/wordpress_export/garden.xml"),
        false,
    )
}

#[test]
fn states_become_audiences_and_never_wider_ones() {
    let garden = garden();
    let of = |id: &str| {
        let post = garden.post(id);
        (post.kind, post.state, post.audience)
    };
    use Audience::{Everyone, Owner};
    use PostKind::{Page, Post};
    use PostState::{Draft, Published, Scheduled};
    assert_eq!(of("1"), (Post, Published, Everyone));
    assert_eq!(of("3"), (Page, Published, Everyone));
    assert_eq!(of("5"), (Post, Draft, Owner));
    assert_eq!(of("6"), (Post, Published, Owner));
    assert_eq!(of("7"), (Post, Published, Everyone));
    assert_eq!(garden.post("7").password.as_deref(), Some("open sesame"));
    assert_eq!(of("8"), (Post, Scheduled, Everyone));
    assert_eq!(of("10"), (Post, Draft, Owner), "a state nobody knows");
    assert_eq!(garden.picture("/secret.jpg").audience, Owner);
    assert_eq!(
        garden.picture("/child.jpg").audience,
        Owner,
        "behind a password"
    );
    assert_eq!(garden.picture("/rose.jpg").audience, Everyone);
    assert_eq!(garden.posts.len(), 10);
}

#[test]
fn what_has_no_place_is_counted_by_kind_and_named() {
    let garden = garden();
    assert_eq!(
        garden.sentences("WXR-003"),
        ["1 of the kind \"post\" in the bin or never written stay behind: \"Thrown away\"."]
    );
    assert_eq!(
        garden.sentences("WXR-004"),
        ["2 of the kind \"product\" stay behind: \"Shovel\", \"Rake\"."]
    );
    assert_eq!(
        garden.sentences("WXR-005"),
        ["The menu \"Main\" stays behind; its entries are \"Home\"."]
    );
    assert_eq!(
        garden.sentences("WXR-006"),
        ["The taxonomy \"series\", used 1 times, stays behind: \"Spring series\"."]
    );
    assert_eq!(
        garden.sentences("WXR-007"),
        ["2 custom fields; a new home gets those that you name: \"_yoast_score\", \"weather\"."]
    );
    assert_eq!(garden.sentences("WXR-008").len(), 1);
    assert_eq!(
        garden.sentences("WXR-009").len(),
        3,
        "{:?}",
        garden.sentences("WXR-009")
    );
    assert_eq!(
        garden.sentences("WXR-012").len(),
        1,
        "{:?}",
        garden.sentences("WXR-012")
    );
    assert_eq!(garden.post("4").parent.as_deref(), Some("3"));
    assert_eq!(garden.aside, 4, "the bin, two products, a menu entry");
    let original = String::from_utf8_lossy(&garden.originals[0]).into_owned();
    assert!(
        original.contains("a:1:{s:3:\"url\";s:23:\"https://garden.example/\";}"),
        "byte for byte"
    );
}

#[test]
fn comments_keep_threads_and_states_and_no_internal_note_travels() {
    let garden = garden();
    let of = |id: &str| {
        garden
            .comment(id)
            .map(|comment| (comment.kind, comment.state))
    };
    assert_eq!(
        of("31"),
        Some((CommentKind::Comment, CommentState::Approved))
    );
    assert_eq!(
        garden.comment("33").expect("an answer").parent.as_deref(),
        Some("31")
    );
    assert_eq!(
        garden.comment("31").expect("one").body,
        "<p>First!<br />\nreally</p>"
    );
    assert_eq!(of("34"), Some((CommentKind::Comment, CommentState::Spam)));
    assert_eq!(of("36"), Some((CommentKind::Comment, CommentState::Held)));
    assert_eq!(
        of("37"),
        Some((CommentKind::Pingback, CommentState::Approved))
    );
    assert_eq!(
        of("38"),
        Some((CommentKind::Trackback, CommentState::Approved))
    );
    assert_eq!([of("35"), of("39"), of("40")], [None; 3]);
}

#[test]
fn a_picture_is_one_item_with_all_its_addresses_and_words() {
    let garden = garden();
    let rose = garden.picture("/rose.jpg");
    let at = |name: &str| format!("https://garden.example/wp-content/uploads/2020/05/{name}");
    assert_eq!(
        rose.candidates[0],
        at("rose.jpg"),
        "the original, before the scaled one"
    );
    for address in [
        at("rose-scaled.jpg"),
        at("rose-300x225.jpg"),
        at("rose-1024x768.jpg"),
        "https://garden.example/?attachment_id=11".to_owned(),
        "https://garden.example/rose/".to_owned(),
    ] {
        assert!(
            rose.stands_for.contains(&address),
            "{address}: {:?}",
            rose.stands_for
        );
    }
    assert_eq!(rose.alt.as_deref(), Some("a red rose"));
    assert_eq!(rose.title.as_deref(), Some("Rose"));
    assert_eq!(rose.caption.as_deref(), Some("A <em>rose</em>"));
    assert_eq!(
        garden.post("1").featured.as_deref(),
        Some("https://garden.example/?attachment_id=12")
    );
    let count = read_as(
        &repository().join("fixtures/wordpress_export/garden.xml"),
        true,
    )
    .media
    .len();
    assert_eq!(
        (garden.media.len(), count),
        (6, 6),
        "a survey counts the same"
    );
}

#[test]
fn the_classic_editor_s_lines_and_shortcodes_become_html_and_blocks_stay() {
    let garden = garden();
    let roses = &garden.post("1").body;
    assert!(
        roses.starts_with("<p>First line<br />\nsecond line</p>\n\n<h2>Heads</h2>"),
        "{roses}"
    );
    assert!(
        roses.contains("<figure class=\"alignleft\"><a href="),
        "{roses}"
    );
    assert!(
        roses.contains("<figcaption>Our <b>rose</b></figcaption>"),
        "{roses}"
    );
    assert!(roses.contains("?attachment_id=12\"></figure><figure><img src=\"https://garden.example/?attachment_id=11\""), "{roses}");
    assert!(roses.ends_with("a ]]> b</p>"), "{roses}");
    let blocks = &garden.post("2").body;
    assert!(
        blocks.starts_with("<!-- wp:image {\"id\":11")
            && blocks.ends_with("<!-- /wp:shortcode -->")
    );
    let attached = &garden.post("14").body;
    let (second, first) = (attached.find("=16"), attached.find("=15"));
    assert!(
        second.is_some() && second < first,
        "in the order of the gallery: {attached}"
    );
}

#[test]
fn addresses_people_terms_and_dates_come_along() {
    let garden = garden();
    let roses = garden.post("1");
    assert_eq!(
        roses.addresses,
        [
            "https://garden.example/2020/05/roses/",
            "https://garden.example/?p=1"
        ]
    );
    assert_eq!(roses.title, "Roses & thorns");
    assert_eq!(roses.author.as_ref().expect("an author").name, "Ana Garcia");
    assert_eq!(
        roses.published,
        Some(Moment::Instant(
            "2020-05-01T10:00:00Z".parse().expect("a time")
        ))
    );
    assert!(
        matches!(garden.post("5").published, Some(Moment::Wall(_))),
        "a draft has no instant"
    );
    assert_eq!(
        (roses.categories.as_slice(), roses.tags.as_slice()),
        (&["red-roses".to_owned()][..], &["Thorns".to_owned()][..])
    );
    assert_eq!(garden.categories[0].parent.as_deref(), Some("flowers"));
    let profile = garden.profile.expect("a profile");
    assert_eq!(
        (profile.title.as_str(), profile.tagline.as_str()),
        ("Ana’s garden", "Roses & more")
    );
    assert_eq!(profile.identity.name(), "site:garden.example");
}

#[test]
fn parts_of_one_export_are_one_blog_in_whatever_order() {
    let text = std::fs::read_to_string(repository().join("fixtures/wordpress_export/garden.xml"))
        .expect("the fixture");
    let (head, rest) = text.split_at(text.find("<item>").expect("items"));
    let items: Vec<&str> = rest.split_inclusive("</item>\n").collect();
    let folder = tempfile::tempdir().expect("a folder");
    // The last items first, and the middle twice.
    for (name, part) in [("a.xml", &items[8..19]), ("b.xml", &items[..12])] {
        let part = format!("{head}{}</channel></rss>", part.concat());
        std::fs::write(folder.path().join(format!("garden.wordpress.{name}")), part)
            .expect("written");
    }
    let (parts, whole) = (read_as(folder.path(), false), garden());
    let ids = |desk: &Desk| {
        let mut ids: Vec<String> = desk
            .posts
            .iter()
            .map(|post| format!("{} {}", post.id, post.body))
            .collect();
        ids.extend(desk.comments.iter().map(|comment| comment.id.clone()));
        ids.extend(
            desk.media
                .values()
                .map(|media| format!("{} {:?}", media.id, media.audience)),
        );
        ids.sort();
        ids
    };
    assert_eq!(ids(&parts), ids(&whole));
}

#[test]
fn the_theme_reviewers_export_is_accounted_to_the_last_item() {
    let sample = repository().join("../shared/samples/wxr/themeunittestdata.wordpress.xml");
    if !sample.exists() {
        println!("skipped: the theme unit test data are not here");
        return;
    }
    let desk = read_as(&sample, false);
    let kinds = |kind: PostKind| desk.posts.iter().filter(|post| post.kind == kind).count();
    assert_eq!((kinds(PostKind::Post), kinds(PostKind::Page)), (51, 21));
    assert_eq!(desk.comments.len(), 32);
    let menus = desk.sentences("WXR-005");
    let entries = |menu: &&str| 1 + menu.matches("\", \"").count();
    assert_eq!(
        (menus.len(), menus.iter().map(entries).sum()),
        (5, 70_usize)
    );
    assert_eq!(desk.aside, 70);
}

/// The 24 real posts as an export with the traces of 2010, and each post's old number with the links to entries in its body.
fn moved_in_2010(folder: &Path) -> Option<(PathBuf, BTreeMap<String, String>)> {
    use crate::wire::wxr::{Item as Record, Meta, write::Channel, write::Writer};
    let root = std::env::var_os("REHOME_SAMPLES");
    let root = root.map_or_else(|| repository().join("../shared/samples"), PathBuf::from);
    let mut files: Vec<_> = std::fs::read_dir(root.join("live-spaces-posts"))
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut writer = Writer::default();
    writer.begin(&Channel {
        title: "babaandthepigman".to_owned(),
        link: "https://peted.example".to_owned(),
        ..Channel::default()
    });
    let mut links = BTreeMap::new();
    for (at, path) in files.iter().enumerate() {
        // Whoever has the samples has all of them: from here on nothing is skipped.
        let text = std::fs::read_to_string(path).expect("a post");
        let text = text.replace("\r\n", "\n");
        let (_, rest) = text.split_once("---\n").expect("front matter");
        let (head, body) = rest.split_once("\n---\n").expect("its end");
        let title = head.lines().find_map(|line| line.strip_prefix("title: "))?;
        let name = path.file_stem()?.to_str()?.to_owned();
        let number = body
            .split("msgcns!")
            .nth(1)?
            .split(['"', '!'])
            .nth(1)?
            .to_owned();
        let link = format!(
            "https://peted.example/{}/{}/{}/",
            &name[..4],
            &name[5..7],
            &name[11..]
        );
        // Half of them keep only the box around the body, as some exports did.
        let meta = if at % 2 == 0 {
            let value = format!(
                "http://cid-04f1b7368284539e5.users.api.live.net/Users(1)/Blogs('4F1B7368284539E5!102')/Entries('4F1B7368284539E5!{number}')?authkey=S3cr!t*Key99%24"
            );
            vec![Meta {
                key: "spaces_1d3f038117de6df561f7bf0516bb226c_permalink".into(),
                value: value.into(),
            }]
        } else {
            Vec::new()
        };
        writer.item(&Record {
            title: title.to_owned().into(),
            link: link.clone().into(),
            content: body.to_owned().into(),
            id: (at + 1).to_string().into(),
            date_utc: format!("{} 10:00:00", &name[..10]).into(),
            status: "publish".into(),
            kind: "post".into(),
            meta,
            ..Record::default()
        });
        links.insert(number, link);
    }
    writer.end();
    let path = folder.join("peted.wordpress.xml");
    std::fs::write(&path, writer.text).expect("written");
    Some((path, links))
}

#[test]
fn real_posts_that_moved_in_2010_lose_their_keys_and_link_to_each_other_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((path, links)) = moved_in_2010(folder.path()) else {
        println!("skipped: the real posts of a Space are not here");
        return;
    };
    let before = std::fs::read_to_string(&path).expect("the export");
    let named = |text: &str, number: &str| {
        text.matches(&format!("cns!4F1B7368284539E5!{number}.entry"))
            .count()
    };
    assert!(before.contains("S3cr!t*Key99"));
    let desk = read_as(&path, false);
    assert_eq!((desk.posts.len(), links.len()), (24, 24));
    let mut repaired = 0;
    for (post, original) in desk.posts.iter().zip(&desk.originals) {
        let told = serde_json::to_string(post).expect("JSON");
        assert!(
            !told.contains("S3cr") && !told.contains("authkey"),
            "{}",
            post.title
        );
        assert!(
            !String::from_utf8_lossy(original).contains("S3cr"),
            "{}",
            post.title
        );
        assert!(
            post.addresses.iter().any(|address| address
                .starts_with("http://cid-4f1b7368284539e5.spaces.live.com/blog/cns!")),
            "{:?}",
            post.addresses
        );
        let body = &blog::body::references(&post.body);
        for reference in body
            .iter()
            .filter(|reference| reference.kind == blog::body::ReferenceKind::Link)
        {
            for number in links.keys() {
                assert_eq!(
                    named(&reference.address, number),
                    0,
                    "{} in {}",
                    reference.address,
                    post.title
                );
            }
            repaired += usize::from(links.values().any(|link| *link == reference.address));
        }
    }
    assert!(repaired > 0, "the sample has links between its posts");
    assert_eq!(
        desk.sentences("WXR-031"),
        [format!(
            "{repaired} links between posts of the former Space lead to the posts again."
        )]
    );
    assert!(desk.sentences("WXR-030")[0].contains("24 posts came from a Space"));
    assert!(
        desk.sentences("WXR-030")[0].contains("12 keys"),
        "{:?}",
        desk.sentences("WXR-030")
    );
    assert_eq!(
        desk.sentences("WXR-033").len(),
        1,
        "pictures that stayed on dead hosts are counted"
    );
}
