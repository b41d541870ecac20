//! A WordPress that moved from Live Spaces in 2010, put right where it stands.

mod everywhere;

use super::*;
use serde_json::json;
use std::process::Command;

/// The account of the Space.
const CID: &str = "6E7B9216726D07B8";
/// The key that the move of 2010 left behind.
const KEY: &str = "S3cr!t*Key99";

/// The site with posts that a person might have had there since 2010.
struct Standing {
    site: Site,
    home: String,
    wordpress: String,
    ids: Vec<String>,
    addresses: Vec<String>,
    /// Comments, post by post.
    comments: Vec<String>,
}

impl Standing {
    fn with(posts: &Value) -> Option<Self> {
        let site = Site::take()?;
        let mut standing = Self {
            home: site.turn.about.home.clone(),
            wordpress: site.turn.about.site.clone(),
            site,
            ids: Vec::new(),
            addresses: Vec::new(),
            comments: Vec::new(),
        };
        // The first visitor of a site makes WordPress write a menu of its pages.
        anonymous(&standing.home_page());
        let file = standing.site.folder.path().join("posts.json");
        fs::write(&file, posts.to_string()).expect("written");
        let said = standing.posts(&["insert", file.to_str().expect("a path")]);
        for line in said.as_array().expect("a list") {
            standing.ids.push(line["id"].to_string());
            standing
                .addresses
                .push(line["address"].as_str().expect("text").to_owned());
            let comments = line["comments"].as_array().expect("a list");
            standing
                .comments
                .extend(comments.iter().map(Value::to_string));
        }
        Some(standing)
    }

    fn home_page(&self) -> String {
        format!("{}/", self.site.url.trim_end_matches('/'))
    }

    /// Asks the site's own PHP.
    fn posts(&self, words: &[&str]) -> Value {
        let said = self.said(words);
        serde_json::from_str(said.lines().last().unwrap_or_default())
            .unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    fn said(&self, words: &[&str]) -> String {
        let output = Command::new("php")
            .arg("-c")
            .arg(format!("{}/conf/php.ini", self.home))
            .arg(repository("tests/world/wordpress/php/posts.php"))
            .args([&self.wordpress, &self.site.url])
            .args(words)
            .output();
        let said = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        said.unwrap_or_else(|error| error.to_string())
    }

    fn rows(&self) -> Value {
        let mut rows = self.posts(&["rows"]);
        rows.as_object_mut().expect("an object").remove("kept");
        rows
    }

    fn content(&self, at: usize) -> String {
        let rows = self.rows();
        let posts = rows["posts"].as_array().expect("posts");
        let row = posts.iter().find(|row| row["ID"] == self.ids[at].as_str());
        row.expect("the post")["post_content"]
            .as_str()
            .expect("text")
            .to_owned()
    }

    fn repair(&self, bundle: &Path, more: &[&str]) -> Said {
        let bundle = bundle.to_str().expect("a path");
        let mut words = vec![
            "repair",
            &self.site.url,
            "--user",
            &self.site.user,
            "--bundle",
            bundle,
            "--json",
        ];
        words.extend_from_slice(more);
        self.site.run(&words)
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let mut words = vec!["delete"];
        words.extend(self.ids.iter().map(String::as_str));
        // Whatever it says: a test that failed already must not fail twice.
        self.said(&words);
    }
}

fn field(number: u64) -> Value {
    let value = format!(
        "http://cid-{}.users.api.live.net/Users(1)/Blogs('{CID}!242')/Entries('{CID}!{number}')?authkey={KEY}%24",
        CID.to_ascii_lowercase()
    );
    json!({ "spaces_1d3f038117de6df561f7bf0516bb226c_permalink": value })
}

fn post(title: &str, number: u64, inside: &str, status: &str) -> Value {
    json!({
        "post_title": title,
        "post_content": format!("<div id=\"msgcns!{CID}!{number}\" class=\"bvMsg\"><p>Ünïcode \\ & <b>{title}</b></p>\n\n{inside}</div>"),
        "post_status": status,
        "post_date": "2010-03-04 05:06:07",
        "meta": field(number),
    })
}

fn photo() -> Vec<u8> {
    let photo =
        "fixtures/movable-type/kitchen-notes-media/6a00d8341c9a1053ef0120a5c3b2e2970b-800wi.jpg";
    fs::read(repository(photo)).expect("a picture")
}

/// A picture like the photo that is another one.
fn other_photo() -> Vec<u8> {
    let mut bytes = photo();
    bytes.extend_from_slice(b"another");
    bytes
}

fn web_archive(folder: &Path, address: &str, body: &[u8]) -> PathBuf {
    let message = [
        &b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n"[..],
        body,
    ]
    .concat();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2010-09-12T10:11:12Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    let file = folder.join("crawl.warc");
    let record = [head.as_bytes(), &message, b"\r\n\r\n"].concat();
    fs::write(&file, record).expect("written");
    file
}

fn zip_of(folder: &Path, name: &str, body: &[u8]) -> PathBuf {
    let file = folder.join("space.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&file).expect("a file"));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .expect("an entry");
    std::io::Write::write_all(&mut zip, body).expect("written");
    zip.finish().expect("a zip");
    file
}

fn codes(account: &Value, code: &str) -> Vec<String> {
    account["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["code"] == code)
        .map(|finding| finding["sentence"].as_str().expect("words").to_owned())
        .collect()
}

#[test]
fn a_blog_that_moved_in_2010_is_put_right_in_its_place_and_back_again() {
    let entry = |number: u64| format!("http://ana.spaces.live.com/blog/cns!{CID}!{number}.entry");
    let full = "http://storage.live.com/items/6E7B9216726D07B8!4711:Scaled";
    let small = "http://blufiles.storage.msn.com/y1pT_small?PARTNER=WRITER";
    let named = "https://omlweq.bay.livefilestore.com/y1msuPR9BML/Roses%20in%20May.jpg";
    let gone = "http://tkfiles.storage.msn.com/y1pGone?PARTNER=WRITER";
    let posts = json!([
        post(
            "First",
            101,
            &format!(
                "<a href=\"{}#comment\">second</a> <a href='{}'>private</a> <a href=\"{}\">never</a>",
                entry(102),
                entry(103),
                entry(999)
            ),
            "publish"
        ),
        post(
            "Second",
            102,
            &format!(
                "<a href=\"{full}\"><img src=\"{small}\" alt=\"Roses\"></a> <img src=\"{named}\"> <img src=\"{gone}\">\n[gallery ids=\"1\"]"
            ),
            "publish"
        ),
        post(
            "Third",
            103,
            &format!(
                "<a href=\"{}?&amp;wa=wsignin1.0&amp;authkey={KEY}\">first</a> <img src=\"{named}\">",
                entry(101)
            ),
            "private"
        ),
        post("Fourth", 104, "nothing else", "draft"),
        json!({ "post_title": "Written later", "post_content": "<p>https://x.example/?token=mine</p>", "post_status": "publish" }),
    ]);
    let Some(standing) = Standing::with(&posts) else {
        return;
    };
    let site = &standing.site;
    let folder = tempfile::tempdir().expect("a folder");
    let archive = web_archive(folder.path(), full, &photo());
    let zip = zip_of(folder.path(), "img/Roses in May.jpg", &other_photo());
    let pictures = [
        "--pictures",
        archive.to_str().expect("a path"),
        "--pictures",
        zip.to_str().expect("a path"),
    ];
    let bundle = site.bundle("repair");
    let before = standing.rows();

    let mut look = pictures.to_vec();
    look.push("--dry-run");
    let said = standing.repair(&bundle, &look);
    assert_eq!(said.status, 0, "{} {}", said.out, said.err);
    let survey = said
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|word| word["event"] == "survey")
        .expect("a survey");
    assert_eq!(survey["posts"], 4, "{survey}");
    let wanted =
        json!({ "links": 3, "dead_links": 1, "pictures": 3, "dead_pictures": 1, "keys": 5 });
    assert_eq!(survey["broken"], wanted, "{survey}");
    assert_eq!(standing.rows(), before, "a survey writes nothing");
    assert!(!bundle.exists());

    let said = standing.repair(&bundle, &pictures);
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    assert_eq!(
        account["counts"]["verified"]["post"], 3,
        "{}",
        account["counts"]
    );
    assert_eq!(account["counts"]["verified"]["draft"], 1);
    assert_eq!(account["counts"]["open"]["media"], 0);
    assert_eq!(account["counts"]["left"]["media"], 1, "{account}");
    let dead = codes(&account, "MOV-001");
    assert_eq!(dead.len(), 1);
    assert!(
        dead[0].contains("tkfiles.storage.msn.com/y1pGone") && dead[0].contains("“Second”"),
        "{dead:?}"
    );
    assert_eq!(codes(&account, "REP-003").len(), 4);
    assert!(
        account["sentence"]
            .as_str()
            .expect("words")
            .contains("put right")
    );

    let rows = standing.posts(&["rows"]);
    let text = rows.to_string();
    assert!(
        !text.contains("authkey") && !text.contains("wsignin"),
        "a key was left"
    );
    let (first, second, third) = (
        standing.content(0),
        standing.content(1),
        standing.content(2),
    );
    assert!(
        first.contains(&format!(
            "<a href=\"{}#comments\">second</a>",
            standing.addresses[1]
        )),
        "{first}"
    );
    assert!(
        first.contains(&format!("<a href='{}/?p={}'>", site.url, standing.ids[2])),
        "the title of a private post is not told: {first}"
    );
    assert!(first.contains(&entry(999)), "a link without a post stays");
    assert!(
        !second.contains("storage.live.com") && !second.contains("livefilestore"),
        "{second}"
    );
    assert!(
        second.contains(gone) && second.contains("[gallery ids=\"1\"]"),
        "{second}"
    );
    assert!(second.contains("/wp-content/uploads/2010/03/"), "{second}");
    assert!(third.contains(&standing.addresses[0]), "{third}");
    assert_eq!(
        standing.content(4),
        "<p>https://x.example/?token=mine</p>",
        "a living key is not ours"
    );
    let kept = rows["kept"].as_array().expect("revisions");
    for id in &standing.ids[..3] {
        let id: u64 = id.parse().expect("a number");
        let is_kept = kept.iter().any(|parent| parent.as_u64() == Some(id));
        assert!(is_kept, "no revision of {id}");
    }
    let named_picture = third.split("<img src=\"").nth(1).expect("a picture");
    let (status, _) = anonymous(named_picture.split('"').next().expect("an address"));
    assert_eq!(status, 200);

    let said = standing.repair(&bundle, &pictures);
    assert!(
        writes(&said).starts_with("0 created, 0 updated"),
        "{}",
        writes(&said)
    );
    assert_eq!(
        standing.posts(&["rows"]),
        rows,
        "a second run writes nothing"
    );
    let said = site.run(&["verify", bundle.to_str().expect("a path")]);
    assert_eq!(said.status, 1, "{}", said.err);

    let mine = first.replace("second</a>", "mine</a>");
    standing.posts(&["set", &standing.ids[0], "post_content", &mine]);
    let said = site.run(&["undo", bundle.to_str().expect("a path"), "--json"]);
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    assert!(said.out.contains("\"kept\":1"), "{}", said.out);
    assert_eq!(standing.content(0), mine, "an owner's edit is left");
    standing.posts(&[
        "set",
        &standing.ids[0],
        "post_content",
        posts[0]["post_content"].as_str().expect("text"),
    ]);
    // The custom field of a post that was changed since stays without its key.
    let clean = |rows: &Value| {
        let kept = &standing.ids[0];
        let mut rows = rows.clone();
        let meta = rows["meta"].as_array_mut().expect("fields");
        meta.retain(|row| row["post_id"] != kept.as_str());
        rows
    };
    assert_eq!(clean(&standing.rows()), clean(&before), "byte for byte");
    let said = standing.repair(&bundle, &pictures);
    assert_eq!(
        said.status, 4,
        "what was taken back is not done unasked: {}",
        said.err
    );
    let said = standing.repair(&bundle, &[&pictures[..], &["--again"]].concat());
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    assert!(!standing.rows().to_string().contains("authkey"));
    let said = site.run(&["undo", bundle.to_str().expect("a path")]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(clean(&standing.rows()), clean(&before));
}

#[test]
fn the_real_posts_that_moved_in_2010_lose_their_keys_and_link_to_each_other_again_in_their_place() {
    let Some(folder) = samples("live-spaces-posts") else {
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    files.sort();
    let mut numbers = Vec::new();
    let mut picture = None;
    let posts: Vec<Value> = files
        .iter()
        .enumerate()
        .map(|(at, path)| {
            let text = fs::read_to_string(path).expect("a post");
            let text = text.replace("\r\n", "\n");
            let (_, rest) = text.split_once("---\n").expect("front matter");
            let (head, body) = rest.split_once("\n---\n").expect("its end");
            let value = |name: &str| {
                let line = head.lines().find_map(|line| line.strip_prefix(name));
                line.expect("a line").trim().to_owned()
            };
            let number = body.split("msgcns!").nth(1).expect("its box");
            let number = number.split(['"', '!']).nth(1).expect("its number").to_owned();
            let dead = body.split('"').find(|word| word.contains("livefilestore.com/"));
            picture = picture.take().or(dead.map(str::to_owned));
            // Half of them keep only the box around the body, as some exports did.
            let meta = if at % 2 == 0 {
                let value = format!("http://cid-04f1b7368284539e5.users.api.live.net/Users(1)/Blogs('4F1B7368284539E5!102')/Entries('4F1B7368284539E5!{number}')?authkey={KEY}%24");
                json!({ "spaces_1d3f038117de6df561f7bf0516bb226c_permalink": value })
            } else {
                json!({})
            };
            numbers.push(number);
            json!({ "post_title": value("title:"), "post_content": body, "post_status": "publish", "post_date": format!("{}:00", value("date:")), "meta": meta })
        })
        .collect();
    assert_eq!(posts.len(), 24);
    let Some(standing) = Standing::with(&json!(posts)) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let picture = picture.expect("the sample has pictures that were left behind");
    let archive = web_archive(folder.path(), &picture, &photo());
    let pictures = ["--pictures", archive.to_str().expect("a path")];
    let bundle = standing.site.bundle("real-repair");
    let before = standing.rows();
    let said = standing.repair(&bundle, &pictures);
    assert_eq!(said.status, 1, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_adds_up(&account);
    let after = standing.rows();
    let text = after.to_string();
    assert!(
        !text.contains("authkey") && !text.contains("S3cr"),
        "a key was left"
    );
    assert!(!text.contains("wsignin"), "residue of a sign-in was left");
    for number in &numbers {
        let link =
            format!("babaandthepigman.spaces.live.com/blog/cns!4F1B7368284539E5!{number}.entry");
        let links = text.matches(&format!("href=\\\"http://{link}")).count();
        assert_eq!(links, 0, "{link}");
    }
    let old = |rows: &Value| {
        rows.to_string()
            .matches("babaandthepigman.spaces.live.com/blog/cns!")
            .count()
    };
    assert!(
        old(&before) > old(&after),
        "the sample has links between its posts"
    );
    assert!(!text.contains(&picture), "the picture was found");
    assert_eq!(
        account["counts"]["verified"]["media"], 1,
        "{}",
        account["counts"]
    );
    let said = standing.repair(&bundle, &pictures);
    assert!(
        writes(&said).starts_with("0 created, 0 updated"),
        "{}",
        writes(&said)
    );
    assert_eq!(standing.rows(), after);
    let said = standing
        .site
        .run(&["undo", bundle.to_str().expect("a path")]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(standing.rows(), before, "byte for byte");
}

#[test]
fn an_export_of_such_a_blog_takes_its_pictures_from_the_same_saved_places() {
    let full = "http://storage.live.com/items/6E7B9216726D07B8!4711:Scaled";
    let small = "http://blufiles.storage.msn.com/y1pT_small?PARTNER=WRITER";
    let named = "https://omlweq.bay.livefilestore.com/y1msuPR9BML/Roses%20in%20May.jpg";
    let key = field(102)["spaces_1d3f038117de6df561f7bf0516bb226c_permalink"].clone();
    let export = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Ana</title><link>https://ana.example</link><wp:wxr_version>1.2</wp:wxr_version>\
         <item><title>Second</title><link>https://ana.example/second/</link><content:encoded><![CDATA[<div id=\"msgcns!{CID}!102\" class=\"bvMsg\">\
         <a href=\"{full}\"><img src=\"{small}\"></a> <img src=\"{named}\"></div>]]></content:encoded><wp:post_id>7</wp:post_id>\
         <wp:post_date_gmt>2010-03-04 05:06:07</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>\
         <wp:postmeta><wp:meta_key>spaces_1d3f038117de6df561f7bf0516bb226c_permalink</wp:meta_key><wp:meta_value><![CDATA[{}]]></wp:meta_value></wp:postmeta>\
         </item></channel></rss>",
        key.as_str().expect("text")
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ana.wordpress.xml");
    fs::write(&file, export).expect("written");
    let archive = web_archive(folder.path(), full, &photo());
    let zip = zip_of(folder.path(), "img/Roses in May.jpg", &other_photo());
    let bundle = folder.path().join("bundle");
    let said = rehome(&[
        "pack",
        file.to_str().expect("a path"),
        "--pictures",
        archive.to_str().expect("a path"),
        "--media",
        zip.to_str().expect("a path"),
        "--bundle",
        bundle.to_str().expect("a path"),
    ]);
    assert_eq!(said.status, 0, "{} {}", said.out, said.err);
    let account = report(&bundle);
    assert_eq!(codes(&account, "MOV-001"), Vec::<String>::new());
    let store = rusqlite::Connection::open(bundle.join("blog.sqlite")).expect("the bundle");
    let mut kept = store
        .prepare("SELECT DISTINCT hash FROM media WHERE state = 'kept'")
        .expect("a question");
    let kept: BTreeSet<String> = kept
        .query_map([], |row| row.get(0))
        .expect("answers")
        .collect::<Result<_, _>>()
        .expect("hashes");
    let bytes = |hash: &String| fs::read(bundle.join("media").join(&hash[..2]).join(hash));
    let kept: Vec<Vec<u8>> = kept
        .iter()
        .map(|hash| bytes(hash).expect("a file"))
        .collect();
    assert_eq!(
        kept.len(),
        2,
        "the full size from the web archive, and the file of that name from the zip"
    );
    assert!(kept.contains(&photo()) && kept.contains(&other_photo()));
    let data: String = store
        .query_row("SELECT group_concat(data) FROM item", [], |row| row.get(0))
        .expect("items");
    assert!(!data.contains("S3cr"), "no key is kept of an export");
    let junk = folder.path().join("junk.txt");
    fs::write(&junk, "no pictures").expect("written");
    let said = rehome(&[
        "pack",
        file.to_str().expect("a path"),
        "--media",
        junk.to_str().expect("a path"),
        "--bundle",
        folder.path().join("other").to_str().expect("a path"),
    ]);
    assert_eq!(said.status, 4, "{}", said.err);
    assert!(
        said.err.contains("no folder, zip or web archive"),
        "{}",
        said.err
    );
}
