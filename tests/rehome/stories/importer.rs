//! Import files in WordPress's own importer, its attachments fetched. No registry has that plugin: the story is told where
//! `REHOME_WORDPRESS_IMPORTER` names the folder of its `wordpress-importer.php`, and says so where it does not.

use super::*;
use std::process::Command;

/// Names the folder of the importer.
const IMPORTER: &str = "REHOME_WORDPRESS_IMPORTER";

/// What came, and is to go when the story ends.
struct Came<'a> {
    site: &'a Site,
    file: PathBuf,
    all: Value,
}

fn php(site: &Site, words: &[&str]) -> (bool, String) {
    let about = &site.turn.about;
    let output = Command::new("php")
        .arg("-c")
        .arg(format!("{}/conf/php.ini", about.home))
        .arg(repository("tests/world/wordpress/php/import.php"))
        .args([&about.site, &about.url])
        .args(words)
        .output()
        .expect("php runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    (output.status.success(), format!("{said}{errors}"))
}

impl<'a> Came<'a> {
    fn with(site: &'a Site, importer: &str, file: &Path) -> Self {
        let (well, said) = php(site, &[importer, file.to_str().expect("a path")]);
        assert!(well, "{said}");
        let line = said.lines().find(|line| line.starts_with("{\"posts\""));
        let line = line.unwrap_or_else(|| panic!("no answer: {said}"));
        let kept = site.folder.path().join("came.json");
        fs::write(&kept, line).expect("written");
        Self {
            site,
            file: kept,
            all: serde_json::from_str(line).expect("JSON"),
        }
    }

    fn of(&self, kind: &str) -> Vec<&Value> {
        let posts = self.all["posts"].as_array().expect("posts");
        posts
            .iter()
            .filter(|post| post["post_type"] == kind)
            .collect()
    }
}

impl Drop for Came<'_> {
    fn drop(&mut self) {
        php(self.site, &["forget", self.file.to_str().expect("a path")]);
    }
}

#[test]
fn import_files_arrive_whole_through_the_importer_of_wordpress_itself() {
    let Ok(importer) = std::env::var(IMPORTER) else {
        println!("skipped: WordPress's own importer is not here ({IMPORTER} is not set)");
        return;
    };
    let Some(site) = Site::take() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out.xml");
    let word = |path: &Path| path.to_str().expect("a path").to_owned();
    let bundle = folder.path().join("files.rehome");
    let said = rehome(&[
        "move",
        &word(&repository("fixtures/movable-type/kitchen-notes.txt")),
        &word(&out),
        "--home",
        &site.url,
        "--media",
        &word(&repository("fixtures/movable-type/kitchen-notes-media")),
        "--bundle",
        &word(&bundle),
    ]);
    assert!(said.status <= 1, "{} {}", said.out, said.err);
    let counts = &report(&bundle)["counts"]["verified"];
    let count = |kind: &str| counts[kind].as_u64().expect("a number") as usize;
    // As the README beside the files says: pictures first, into the folder that the files name.
    let uploads = Path::new(&site.turn.about.site).join("wp-content/uploads/rehome");
    let copied = Command::new("cp")
        .arg("-r")
        .args([&folder.path().join("out-media"), &uploads])
        .status();
    assert!(copied.expect("cp runs").success());
    let came = Came::with(&site, &importer, &out);
    fs::remove_dir_all(&uploads).expect("taken away");

    let said = came.all["said"].as_str().expect("words");
    assert!(
        !said.contains("Failed") && !said.contains("already exists"),
        "{said}"
    );
    assert_eq!(came.of("page").len(), count("page"), "{said}");
    assert_eq!(came.of("post").len(), count("post") + count("draft"));
    let comments = came.all["comments"].as_array().expect("comments").len();
    assert_eq!(comments, count("comment") + count("trackback"));
    let files = came.of("attachment");
    let media: BTreeSet<u64> = files
        .iter()
        .map(|file| file["file"][1].as_u64().expect("a size"))
        .collect();
    assert!(!media.contains(&0) && media.len() > 3, "{files:?}");
    for post in came.of("post") {
        let content = post["post_content"].as_str().expect("text");
        assert!(
            !content.contains("uploads/rehome/"),
            "it shows where its picture lay before: {content}"
        );
        assert!(!content.contains(".a/6a00d8341c9a1053ef0120a5c3b1d1970b"));
    }
    let again = php(&site, &[&importer, &word(&out)]).1;
    let line = again.lines().find(|line| line.starts_with("{\"posts\""));
    let again: Value = serde_json::from_str(line.expect("an answer")).expect("JSON");
    let posts = again["posts"].as_array().expect("posts");
    assert!(
        posts.iter().all(|post| post["post_type"] == "attachment"),
        "a second import brings no post again: {posts:?}"
    );
    for post in posts {
        let only = serde_json::json!({ "posts": [post], "terms": [] });
        let file = folder.path().join("again.json");
        fs::write(&file, only.to_string()).expect("written");
        php(&site, &["forget", &word(&file)]);
    }
}
