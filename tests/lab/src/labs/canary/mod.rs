//! The canary crawl (G13): a blog of every audience moves into a real WordPress, and while and after it does, an anonymous reader and
//! a subscriber look everywhere for words that not everyone may read. Then the executable moves an export with drafts, and what it
//! says is searched for the same.

mod crawl;
mod export;
pub(in crate::labs) mod site;

use super::privacy::{
    Log, NoInput, now, scratch,
    told::{Plan, Told, words},
};
use crate::{Goal, Lab, Wish};
use anyhow::{Context, Result};
use blog::{Audience, doors::Destination};
use campaign::{
    Bundle, Choices,
    transfer::{self, PackSettings},
};
use crawl::{Reader, Sight};
use platforms::destinations::{
    wordpress_plugin::{Settings, WordPressPlugin},
    wordpress_rest::{self, WordPressRest},
};
use site::Site;
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Instant,
};

pub(in crate::labs) const LAB: Lab = Lab {
    name: "canary",
    about: "no reader of a real WordPress finds a word of a restricted item, while a blog moves in and afterwards (G13)",
    short: 40,
    long: 900,
    wordpress: true,
    catches: &[points::Bug::WidenOneAudience, points::Bug::LogATitle],
    run,
};

pub(in crate::labs) const WITHOUT_PLUGIN: Lab = Lab {
    name: "canary-rest",
    about: "the same of a blog that moves in without the plugin, whose things have states between two calls",
    short: 40,
    long: 900,
    wordpress: true,
    catches: &[points::Bug::LogATitle],
    run: run_without_plugin,
};

/// The way that a blog moves in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::labs) enum Way {
    Plugin,
    Rest,
}

impl Way {
    /// The word of `--way`.
    fn word(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Rest => "rest",
        }
    }

    /// Posts of the long and the short blog. Without the plugin each comment is two calls.
    fn posts(self) -> (u64, u64) {
        match self {
            Self::Plugin => (500, 20),
            Self::Rest => (120, 8),
        }
    }

    /// Words that the long blog must hold at least.
    fn words(self) -> f64 {
        match self {
            Self::Plugin => 2_000.0,
            Self::Rest => 400.0,
        }
    }

    fn destination(self, site: &Site) -> Box<dyn Destination> {
        let password = site.password.clone();
        match self {
            Self::Plugin => Box::new(WordPressPlugin::new(
                &site.url,
                &site.user,
                password,
                Settings::default(),
            )),
            Self::Rest => Box::new(WordPressRest::new(
                &site.url,
                &site.user,
                password,
                wordpress_rest::Settings::default(),
            )),
        }
    }
}

fn run(wish: &Wish) -> Result<Vec<Goal>> {
    run_by(Way::Plugin, wish)
}

fn run_without_plugin(wish: &Wish) -> Result<Vec<Goal>> {
    run_by(Way::Rest, wish)
}

fn run_by(way: Way, wish: &Wish) -> Result<Vec<Goal>> {
    let site = Site::of(wish.site.as_deref().context("a WordPress")?)?;
    site.reset()?;
    let plan = Plan {
        posts: if wish.long {
            way.posts().0
        } else {
            way.posts().1
        },
        blog: Some(Audience::Everyone),
        friends_become_public: false,
        picture_side: 400,
    };
    let told = Told::new(wish.seed, plan);
    let log = Log::default();
    let mut during = moved(way, &site, &told, plan, &log)?;
    let export = export::written(wish.seed, if wish.long { 60 } else { 12 })?;
    let said = export::moved(&export, &site, way.word(), &wish.rehome)?;
    let told_all = [&told, &export.told];
    let greatest = site.greatest_id()?;
    let anonymous =
        Reader::anonymous(&site.url).crawl(&told_all, greatest, Instant::now() + wish.time / 3)?;
    let subscriber =
        site.subscriber()?
            .crawl(&told_all, greatest, Instant::now() + wish.time / 3)?;
    let own = site.own_portraits()?;
    let strangers = anonymous
        .portraits
        .union(&subscriber.portraits)
        .filter(|hash| !own.contains(*hash))
        .count();
    let pages = anonymous.pages + subscriber.pages + during.pages;
    let open = anonymous.open.len();
    let polled = during.pages;
    during.add(anonymous);
    let logged: Vec<String> = said
        .iter()
        .chain(
            log.said
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .iter(),
        )
        .flat_map(|line| {
            told_all
                .iter()
                .flat_map(|told| told.leaks(line))
                .collect::<Vec<_>>()
        })
        .collect();
    show("anonymous", &during);
    show("subscriber", &subscriber);
    let restricted = told.secret.len() + export.told.secret.len();
    Ok(vec![
        Goal::at_least("restricted words", restricted as f64, wish.due(way.words())),
        Goal::at_least("answers read", pages as f64, 1.0),
        Goal::at_least("of them while it moved", polled as f64, 1.0),
        Goal::at_least(
            "public words found (the crawler is awake)",
            open as f64,
            1.0,
        ),
        Goal::never(
            "words that an anonymous reader found",
            during.leaks.len() as u64,
        ),
        Goal::never(
            "words that a subscriber found",
            subscriber.leaks.len() as u64,
        ),
        Goal::never("portraits of commenters", strangers as u64),
        Goal::never("restricted words said while working", logged.len() as u64),
        Goal::never(
            "keys and addresses of people in the report",
            export.personal_in(&site_report(wish, &export)?),
        ),
    ])
}

fn show(who: &str, sight: &Sight) {
    for (word, place) in sight.leaks.iter().take(12) {
        println!("  {who} read {word} at {place}");
    }
}

fn site_report(wish: &Wish, export: &export::Export) -> Result<String> {
    let done = std::process::Command::new(&wish.rehome)
        .arg("report")
        .arg("--json")
        .arg(export.bundle())
        .output()
        .context("rehome could not be started")?;
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Moves the blog; meanwhile somebody looks again and again at what is quickest to show something new.
fn moved(way: Way, site: &Site, told: &Told, plan: Plan, log: &Log) -> Result<Sight> {
    let folder = scratch()?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let reader = Reader::anonymous(&site.url);
            let mut sight = Sight::default();
            while !over.load(Ordering::Relaxed) {
                for path in QUICK {
                    reader.look(path, &[told], &mut sight);
                }
            }
            sight
        });
        let done = carry(folder.path(), way, site, told, plan, log);
        over.store(true, Ordering::Relaxed);
        let sight = watching
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        done.map(|()| sight)
    })
}

/// Where new things show first.
const QUICK: [&str; 9] = [
    "/wp-json/wp/v2/posts?per_page=100",
    "/wp-json/wp/v2/media?per_page=100",
    "/wp-json/wp/v2/comments?per_page=100",
    "/wp-json/wp/v2/categories?per_page=100",
    "/wp-json/wp/v2/tags?per_page=100",
    "/wp-json/wp/v2/pages?per_page=100",
    "/feed/",
    "/comments/feed/",
    "/",
];

fn carry(folder: &Path, way: Way, site: &Site, told: &Told, plan: Plan, log: &Log) -> Result<()> {
    let bundle = Bundle::create(folder)?;
    let choices = Choices {
        friends_become_public: plan.friends_become_public,
        ..Choices::default()
    };
    let mut destination = way.destination(site);
    transfer::pack(
        &bundle,
        told,
        &mut NoInput,
        told,
        PackSettings::default(),
        log,
    )?;
    transfer::tidy(&bundle, log)?;
    let home = destination.open(&told.profile.identity.name())?;
    transfer::place(&bundle, destination.as_mut(), &home, &choices, now(), log)?;
    transfer::verify(&bundle, destination.as_mut(), &home, &choices, now(), log)?;
    Ok(())
}

/// Words of a text; for the sake of the export's own search.
fn all_words(text: &str) -> Vec<String> {
    words(text).map(str::to_owned).collect()
}
