//! Read back (G18): what a WordPress makes of forty constructs, with and without the right to unfiltered HTML and with plugins that
//! alter what is written. Every piece that is not there afterwards must be named in the account; five hundred plain posts must raise
//! no alarm. On a network, also by the administrator of one site, who is not the network's.

mod constructs;

use super::{
    canary::site::Site,
    privacy::{Log, NoInput, now, scratch, told::Told},
};
use crate::{Goal, Lab, Wish};
use anyhow::{Context, Result};
use blog::{
    Audience, Finding, Item, ItemRef, Kind, Post, Secret, Severity,
    doors::{Destination, WriteError},
};
use campaign::{
    Bundle, Choices,
    transfer::{self, PackSettings},
};
use platforms::destinations::wordpress_plugin::{Settings, WordPressPlugin};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

pub(in crate::labs) const LAB: Lab = Lab {
    name: "readback",
    about: "every loss that a real WordPress makes of forty constructs is named, and plain posts raise no alarm (G18)",
    short: 60,
    long: 400,
    wordpress: true,
    catches: &[points::Bug::TrustTheAnswer],
    run,
};

/// A site's way with what is written: a name, and the code that makes it so.
const WAYS: [(&str, &str); 3] = [
    ("an administrator", ""),
    ("no right to unfiltered HTML", "define( 'DISALLOW_UNFILTERED_HTML', true );"),
    (
        "three plugins that alter texts",
        "add_filter( 'content_save_pre', function ( $t ) { return str_replace( array( '<table', '</table>' ), array( '<div', '</div>' ), $t ); } );
         add_filter( 'content_save_pre', function ( $t ) { return preg_replace( '/color:[^;\"]+;?/', '', $t ); } );
         add_filter( 'wp_insert_post_data', function ( $d ) { $d['post_content'] = str_replace( 'mid', 'middle', $d['post_content'] ); return $d; } );",
    ),
];

/// On a network, only the network's administrators may write unfiltered HTML.
const OF_ONE_SITE: &str = "the administrator of one site of a network";

/// A plugin that must be there, for as long as this lives.
struct MustUse(PathBuf);

impl MustUse {
    fn with(site: &Site, code: &str) -> Result<Self> {
        let folder = site.folder().join("wp-content/mu-plugins");
        fs::create_dir_all(&folder)?;
        let file = folder.join("rehome-lab.php");
        fs::write(&file, format!("<?php\n{code}\n"))?;
        Ok(Self(file))
    }
}

impl Drop for MustUse {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    let site = Site::of(wish.site.as_deref().context("a WordPress")?)?;
    let plain = if wish.long { 500 } else { 60 };
    let (mut looked, mut lost, mut silent, mut alarms) = (0, 0, 0, 0);
    let alone = site.is_on_network().then_some((OF_ONE_SITE, ""));
    for (way, code) in WAYS.into_iter().chain(alone) {
        site.reset()?;
        let _plugin = MustUse::with(&site, code)?;
        let (user, password) = if way == OF_ONE_SITE {
            let password = site.member("readbackadmin", "administrator")?;
            ("readbackadmin", Secret::new(password))
        } else {
            (site.user.as_str(), site.password.clone())
        };
        let seen = look(&site, user, password, plain)?;
        looked += constructs::ALL.len();
        lost += seen.lost;
        silent += seen.silent.len();
        alarms += seen.alarms.len();
        for sentence in seen.silent.iter().chain(&seen.alarms).take(20) {
            println!("  {way}: {sentence}");
        }
    }
    Ok(vec![
        Goal::at_least("constructs written", looked as f64, 3.0 * 40.0),
        Goal::at_least("pieces that did not arrive", lost as f64, 1.0),
        Goal::never("of them not named in the account", silent as u64),
        Goal::never("alarms about plain posts", alarms as u64),
        Goal::never(
            "authors let in without the right to import",
            u64::from(!author_is_refused(&site)?),
        ),
    ])
}

#[derive(Default)]
struct Seen {
    lost: usize,
    silent: Vec<String>,
    alarms: Vec<String>,
}

fn look(site: &Site, user: &str, password: Secret, plain: usize) -> Result<Seen> {
    let mut told = Told::nothing();
    let mut posts: Vec<Post> = constructs::ALL
        .iter()
        .enumerate()
        .map(|(at, construct)| {
            post(
                &format!("c{at}"),
                construct.name,
                &construct.html.replace('W', &word(at)),
            )
        })
        .collect();
    posts[0].slug = Some("s".repeat(300));
    posts[1].published = "2037-05-06T00:00:00Z".parse().ok();
    posts.extend(
        (0..plain).map(|at| post(&format!("p{at}"), &format!("Plain post {at}"), &prose(at))),
    );
    told.items = posts.into_iter().map(Item::Post).collect();
    let folder = scratch()?;
    let bundle = Bundle::create(folder.path())?;
    let log = Log::default();
    let choices = Choices::default();
    let mut destination = WordPressPlugin::new(&site.url, user, password, Settings::default());
    transfer::pack(
        &bundle,
        &told,
        &mut NoInput,
        &told,
        PackSettings::default(),
        &log,
    )?;
    transfer::tidy(&bundle, &log)?;
    let home = destination.open(&told.profile.identity.name())?;
    transfer::place(&bundle, &mut destination, &home, &choices, now(), &log)?;
    transfer::verify(&bundle, &mut destination, &home, &choices, now(), &log)?;
    let contents = contents(site)?;
    let mut about: BTreeMap<ItemRef, Vec<Finding>> = BTreeMap::new();
    for finding in bundle.findings()? {
        if let Some(item) = &finding.item {
            about.entry(item.clone()).or_default().push(finding);
        }
    }
    let of = |id: String| {
        about
            .get(&ItemRef::new(Kind::Post, id))
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let mut seen = Seen::default();
    for (at, construct) in constructs::ALL.iter().enumerate() {
        let raw = contents
            .get(construct.name)
            .map(String::as_str)
            .unwrap_or_default();
        let missing: Vec<String> = construct
            .pieces
            .iter()
            .map(|piece| piece.replace('W', &word(at)))
            .filter(|piece| !raw.contains(piece.as_str()))
            .collect();
        seen.lost += missing.len();
        if !missing.is_empty() && of(format!("c{at}")).is_empty() {
            seen.silent.push(format!(
                "{}: {} is not there and nothing says so; there is: {raw}",
                construct.name,
                missing.join(", ")
            ));
        }
    }
    for at in 0..plain {
        let loud = of(format!("p{at}"))
            .iter()
            .filter(|finding| finding.severity > Severity::Note);
        seen.alarms.extend(
            loud.map(|finding| format!("plain post {at}: {} {}", finding.code, finding.sentence)),
        );
    }
    Ok(seen)
}

fn post(id: &str, title: &str, body: &str) -> Post {
    let mut post = Post::new(id);
    post.title = title.to_owned();
    post.body = body.to_owned();
    post.addresses = vec![format!("http://old.example/blog/{id}.html")];
    post.published = "2008-04-05T10:00:00Z".parse().ok();
    post.audience = Audience::Everyone;
    post
}

fn word(at: usize) -> String {
    format!("zw{at:04}")
}

fn prose(at: usize) -> String {
    const TAILS: [&str; 6] = [
        "<p>It rained, and we \u{201c}stayed\u{201d} in &mdash; all day.</p>",
        "<p>See <a href=\"http://x.example/?a=1&amp;b=2\">there</a>.<br>And <strong>so</strong> on.</p>",
        "<ul><li>bread</li><li>milk &amp; honey</li></ul>",
        "<blockquote><p>He said: nothing.</p></blockquote>",
        "<h3>Later</h3><p>\u{6771}\u{4eac} \u{1f338} na\u{ef}ve caf\u{e9}</p>",
        "<p style=\"text-align:center\">* * *</p><hr>",
    ];
    format!(
        "<p>Day {at} of the garden.</p>{}{}",
        TAILS[at % 6],
        TAILS[(at / 6) % 6]
    )
}

/// Raw contents of all posts, by title.
fn contents(site: &Site) -> Result<BTreeMap<String, String>> {
    let mut contents = BTreeMap::new();
    for page in 1..=10 {
        let posts = site.ask(&format!(
            "/wp/v2/posts?context=edit&status=any&per_page=100&page={page}"
        ));
        let Ok(posts) = posts else { break };
        for post in posts.as_array().into_iter().flatten() {
            let word = |field: &str| post[field]["raw"].as_str().unwrap_or_default().to_owned();
            contents.insert(word("title"), word("content"));
        }
    }
    Ok(contents)
}

/// An author may not import, so the move ends before anything is written, and says why.
fn author_is_refused(site: &Site) -> Result<bool> {
    let password = site.member("readbackauthor", "author")?;
    let settings = Settings {
        timeout: Duration::from_secs(60),
        ..Settings::default()
    };
    let mut home =
        WordPressPlugin::new(&site.url, "readbackauthor", Secret::new(password), settings);
    Ok(matches!(
        home.open("space:readback"),
        Err(WriteError::Refused(_))
    ))
}

impl Site {
    /// A member with a role; answers the application password.
    fn member(&self, name: &str, role: &str) -> Result<String> {
        let known = self.ask(&format!("/wp/v2/users?context=edit&search={name}"))?;
        let id = match known[0]["id"].as_u64() {
            Some(id) => id,
            None => {
                let wish = json!({"username": name, "email": format!("{name}@mail.example"), "password": "not used anywhere 81", "roles": [role]});
                self.tell("/wp/v2/users", &wish)?["id"]
                    .as_u64()
                    .context("the id of the member")?
            }
        };
        let made = self.tell(
            &format!("/wp/v2/users/{id}/application-passwords"),
            &json!({"name": "lab"}),
        )?;
        made["password"]
            .as_str()
            .map(str::to_owned)
            .context("the member's password")
    }
}
