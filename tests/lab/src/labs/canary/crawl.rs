//! A reader who looks at everything a WordPress shows without being let in, and as a subscriber.

use crate::labs::privacy::told::{MARK, Told, words};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::{Duration, Instant},
};

/// Largest answer that is read. Nothing that a lab's WordPress shows is longer.
const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// Links that are followed from pages, beside the addresses that are known beforehand.
const FOLLOWED_MAX: usize = 600;

/// Lists of the REST interface that anybody may ask.
const LISTS: [&str; 9] = [
    "posts",
    "pages",
    "media",
    "comments",
    "categories",
    "tags",
    "users",
    "search",
    "types",
];

/// Ways to ask such a list for what it does not give of itself.
const TRICKS: [&str; 7] = [
    "context=embed",
    "context=edit",
    "status=private",
    "status=any",
    "status=draft",
    "search=zq",
    "hide_empty=false&orderby=id",
];

/// Who looks.
pub(super) struct Reader {
    agent: ureq::Agent,
    site: String,
    /// `Cookie` for pages, `Authorization` for the REST interface; none for an anonymous reader.
    pub(super) cookie: Option<String>,
    pub(super) authorization: Option<String>,
}

/// What was seen.
#[derive(Default)]
pub(super) struct Sight {
    pub(super) pages: u64,
    /// Restricted words and where they stood.
    pub(super) leaks: BTreeMap<String, String>,
    /// Words that everyone may read and did.
    pub(super) open: BTreeSet<String>,
    /// Hashes of mail addresses in addresses of portraits.
    pub(super) portraits: BTreeSet<String>,
}

impl Reader {
    pub(super) fn anonymous(site: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        Self {
            agent,
            site: site.trim_end_matches('/').to_owned(),
            cookie: None,
            authorization: None,
        }
    }

    /// The body of an answer with its head (redirects tell, too), or nothing where there was none.
    pub(super) fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut call = self.agent.get(format!("{}{path}", self.site));
        let rest = path.starts_with("/wp-json");
        if let Some(cookie) = self.cookie.as_deref().filter(|_| !rest) {
            call = call.header("Cookie", cookie);
        }
        if let Some(authorization) = self.authorization.as_deref().filter(|_| rest) {
            call = call.header("Authorization", authorization);
        }
        let mut answer = call.call().ok()?;
        let mut text: String = answer
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let bytes = answer
            .body_mut()
            .with_config()
            .limit(ANSWER_BYTES_MAX)
            .read_to_vec()
            .ok()?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        Some((answer.status().as_u16(), text))
    }

    fn post(&self, path: &str, body: &str) -> Option<String> {
        let mut answer = self
            .agent
            .post(format!("{}{path}", self.site))
            .header("Content-Type", "text/xml")
            .send(body)
            .ok()?;
        answer.body_mut().read_to_string().ok()
    }

    /// Looks at one address.
    pub(super) fn look(
        &self,
        path: &str,
        told: &[&Told],
        sight: &mut Sight,
    ) -> Option<(u16, String)> {
        let (status, text) = self.get(path)?;
        sight.take(path, &text, told);
        Some((status, text))
    }

    /// Looks at everything.
    pub(super) fn crawl(&self, told: &[&Told], greatest_id: u64, until: Instant) -> Result<Sight> {
        let mut sight = Sight::default();
        for path in fixed() {
            self.look(&path, told, &mut sight);
        }
        for list in LISTS {
            self.list(list, told, &mut sight);
        }
        self.routes(told, &mut sight)?;
        for path in guessed(told) {
            if let Some((status, _)) = self.look(&path, told, &mut sight)
                && status == 200
            {
                sight
                    .leaks
                    .insert(format!("file {path}"), "answers to its old name".to_owned());
            }
        }
        for (method, arguments) in CALLS {
            let body = format!(
                "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>{arguments}</params></methodCall>"
            );
            if let Some(text) = self.post("/xmlrpc.php", &body) {
                sight.take(method, &text, told);
            }
        }
        self.follow(told, &mut sight, until);
        for id in 1..=greatest_id {
            if Instant::now() >= until {
                break;
            }
            for path in numbered(id) {
                self.look(&path, told, &mut sight);
            }
        }
        Ok(sight)
    }

    fn list(&self, list: &str, told: &[&Told], sight: &mut Sight) {
        for page in 1..=12 {
            let path = format!("/wp-json/wp/v2/{list}?per_page=100&page={page}");
            match self.look(&path, told, sight) {
                Some((200, text)) if !text.ends_with("[]") => {}
                _ => break,
            }
        }
        for trick in TRICKS {
            self.look(
                &format!("/wp-json/wp/v2/{list}?per_page=100&{trick}"),
                told,
                sight,
            );
        }
    }

    /// Every route that the site names, as it stands there.
    fn routes(&self, told: &[&Told], sight: &mut Sight) -> Result<()> {
        let (_, text) = self.get("/wp-json/").context("the site does not answer")?;
        let start = text.find('{').context("the site has no REST interface")?;
        let index: Value =
            serde_json::from_str(&text[start..]).context("the index of the REST interface")?;
        let routes = index["routes"]
            .as_object()
            .context("the routes of the REST interface")?;
        for route in routes.keys().filter(|route| !route.contains("(?P")) {
            self.look(&format!("/wp-json{route}"), told, sight);
        }
        Ok(())
    }

    /// Follows links from page to page.
    fn follow(&self, told: &[&Told], sight: &mut Sight, until: Instant) {
        let mut waiting: VecDeque<String> =
            VecDeque::from(["/".to_owned(), "/wp-sitemap.xml".to_owned()]);
        let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
        let mut followed = 0;
        while let Some(path) = waiting.pop_front() {
            if followed == FOLLOWED_MAX || Instant::now() >= until {
                break;
            }
            followed += 1;
            let Some((_, text)) = self.look(&path, told, sight) else {
                continue;
            };
            for link in links(&text, &self.site) {
                if known.insert(link.clone()) {
                    waiting.push_back(link);
                }
            }
        }
    }
}

impl Sight {
    pub(super) fn take(&mut self, place: &str, text: &str, told: &[&Told]) {
        self.pages += 1;
        if text.contains(MARK) {
            for word in words(text) {
                if told.iter().any(|told| told.secret.contains(word)) {
                    // A question that holds the word may be answered with it.
                    if !place.contains(word) {
                        self.leaks
                            .entry(word.to_owned())
                            .or_insert_with(|| place.to_owned());
                    }
                } else if told.iter().any(|told| told.open.contains(word)) {
                    self.open.insert(word.to_owned());
                }
            }
        }
        for (at, sign) in text.match_indices("/avatar/") {
            let hash: String = text[at + sign.len()..]
                .chars()
                .take_while(char::is_ascii_hexdigit)
                .collect();
            if hash.len() >= 32 {
                self.portraits.insert(hash);
            }
        }
    }

    pub(super) fn add(&mut self, other: Sight) {
        self.pages += other.pages;
        self.leaks.extend(other.leaks);
        self.open.extend(other.open);
        self.portraits.extend(other.portraits);
    }
}

/// Calls of XML-RPC that need nobody's name, and some that should.
const CALLS: [(&str, &str); 5] = [
    ("system.listMethods", ""),
    ("mt.supportedMethods", ""),
    (
        "pingback.extensions.getPingbacks",
        "<param><value>http://127.0.0.1/?p=5</value></param>",
    ),
    (
        "wp.getPost",
        "<param><value>1</value></param><param><value>x</value></param><param><value>x</value></param><param><value><int>5</int></value></param>",
    ),
    (
        "metaWeblog.getRecentPosts",
        "<param><value>1</value></param><param><value>x</value></param><param><value>x</value></param><param><value><int>99</int></value></param>",
    ),
];

/// Addresses that every WordPress has.
fn fixed() -> Vec<String> {
    let mut all: Vec<String> = [
        "/feed/",
        "/feed/atom/",
        "/feed/rdf/",
        "/comments/feed/",
        "/?feed=comments-atom",
        "/robots.txt",
        "/wp-sitemap.xml",
        "/wp-sitemap-posts-post-1.xml",
        "/wp-sitemap-posts-page-1.xml",
        "/wp-sitemap-taxonomies-category-1.xml",
        "/wp-sitemap-taxonomies-post_tag-1.xml",
        "/wp-sitemap-users-1.xml",
        "/?s=zq",
        "/?s=Title",
        "/?s=zq&feed=rss2",
        "/?post_status=private",
        "/?post_type=attachment&post_status=any",
        "/?author=1",
        "/?post_format=gallery",
        "/wp-content/uploads/",
        "/wp-content/uploads/rehome/",
        "/wp-content/",
        "/readme.html",
        "/wp-links-opml.php",
        "/wp-trackback.php?p=5",
        "/wp-json/wp/v2/posts/revisions",
        "/wp-login.php",
        "/xmlrpc.php?rsd",
    ]
    .map(str::to_owned)
    .to_vec();
    for year in 2003..=2012 {
        all.push(format!("/{year}/"));
        all.push(format!("/?m={year}&feed=rss2"));
        for month in 1..=12 {
            all.push(format!("/wp-content/uploads/{year}/{month:02}/"));
        }
    }
    all
}

/// Old names of restricted pictures, where a WordPress would have put them.
fn guessed(told: &[&Told]) -> Vec<String> {
    let names = told.iter().flat_map(|told| &told.file_names).take(40);
    names
        .flat_map(|name| {
            (1..=12).map(move |month| format!("/wp-content/uploads/2006/{month:02}/{name}"))
        })
        .collect()
}

/// Addresses of everything with a number.
fn numbered(id: u64) -> Vec<String> {
    let mut all: Vec<String> = ["p", "page_id", "attachment_id", "cat", "tag_id"]
        .iter()
        .map(|name| format!("/?{name}={id}"))
        .collect();
    all.push(format!("/?p={id}&feed=rss2"));
    all.push(format!("/?p={id}&embed=true"));
    for list in ["posts", "pages", "media", "comments", "categories", "tags"] {
        all.push(format!("/wp-json/wp/v2/{list}/{id}"));
    }
    all.push(format!("/wp-json/wp/v2/comments?post={id}"));
    all.push(format!("/wp-json/wp/v2/posts/{id}/revisions"));
    all.push(format!(
        "/wp-json/oembed/1.0/embed?url=http%3A%2F%2F127.0.0.1%2F%3Fp%3D{id}"
    ));
    all
}

/// Links to pages of the site itself.
fn links(text: &str, site: &str) -> Vec<String> {
    let mut all = Vec::new();
    for start in [
        "href=\"",
        "href='",
        "<loc>",
        "<link>",
        "<comments>",
        "src=\"",
    ] {
        for (at, sign) in text.match_indices(start) {
            let rest = &text[at + sign.len()..];
            let end = rest.find(['"', '\'', '<']).unwrap_or(0);
            let address = rest[..end].replace("&amp;", "&").replace("&#038;", "&");
            if let Some(path) = address.strip_prefix(site)
                && path.starts_with('/')
                && !path.starts_with("/wp-includes")
            {
                all.push(path.split('#').next().unwrap_or(path).to_owned());
            }
        }
    }
    all
}
