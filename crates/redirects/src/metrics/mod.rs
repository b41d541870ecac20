//! What an operator sees of the traffic: counts by outcome, the blogs whose old addresses are asked for most, the years of the
//! posts that are asked for (which decide how long to keep answering), and what is missed most. Never a visitor: no address, no
//! query string, nothing that joins two requests.

mod heavy;

pub(crate) use heavy::Counted;

use heavy::Heavy;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// One hit of so many is looked at closely.
pub(crate) const SAMPLE: u64 = 64;
/// Blogs and misses whose counts are held.
const HELD: usize = 2000;
/// Blogs and misses that are told.
const TOLD: usize = 200;
/// Years of posts that are told apart.
const YEARS: std::ops::Range<usize> = 1995..2045;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Moved,
    MovedUndoable,
    Gone,
    Closed,
    Unknown,
    Foreign,
    Waiting,
    Passed,
    Limited,
    Failed,
    Bad,
    Challenge,
}

const OUTCOMES: [(Outcome, &str); 12] = [
    (Outcome::Moved, "moved"),
    (Outcome::MovedUndoable, "moved_undoable"),
    (Outcome::Gone, "gone"),
    (Outcome::Closed, "closed"),
    (Outcome::Unknown, "unknown"),
    (Outcome::Foreign, "foreign"),
    (Outcome::Waiting, "waiting"),
    (Outcome::Passed, "passed"),
    (Outcome::Limited, "limited"),
    (Outcome::Failed, "failed"),
    (Outcome::Bad, "bad"),
    (Outcome::Challenge, "challenge"),
];

/// The counts of one thread; a line of the cache of its own, so that threads do not slow each other.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Tally {
    outcomes: [AtomicU64; OUTCOMES.len()],
    connections: AtomicU64,
}

impl Tally {
    /// Counts an outcome and answers how often it has been there. Only its own thread counts; others read.
    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        let cell = &self.outcomes[outcome as usize];
        let count = cell.load(Ordering::Relaxed) + 1;
        cell.store(count, Ordering::Relaxed);
        count
    }

    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }
}

/// The counts of all threads.
#[derive(Debug)]
pub(crate) struct Metrics {
    tallies: Vec<Tally>,
    blogs: Mutex<Heavy>,
    misses: Mutex<Heavy>,
    years: [AtomicU64; YEARS.end - YEARS.start],
}

impl Metrics {
    pub(crate) fn of(threads: usize) -> Self {
        Self {
            tallies: (0..threads).map(|_| Tally::default()).collect(),
            blogs: Mutex::new(Heavy::of(HELD)),
            misses: Mutex::new(Heavy::of(HELD)),
            years: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    /// The counts of one thread.
    pub(crate) fn tally(&self, thread: usize) -> &Tally {
        &self.tallies[thread]
    }

    /// A hit that was drawn for a closer look: whose it was, and how old the page is, as the new address or else the old one says.
    pub(crate) fn sample(&self, host: &str, path: &str, target: &str) {
        let page = target.split('/').skip(3);
        let year = year_in(page).or_else(|| year_in(path.split('/')));
        lock(&self.blogs).count(&blog(host, path), year);
        if let Some(year) = year {
            self.years[usize::from(year) - YEARS.start].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A miss, without its query string.
    pub(crate) fn missed(&self, host: &str, path: &str) {
        lock(&self.misses).count(&[host, path].concat(), None);
    }

    /// What is missed most, heaviest first.
    pub(crate) fn top_misses(&self) -> Vec<Counted> {
        lock(&self.misses).top(TOLD)
    }

    /// The blogs that are asked for most; counts are of one hit in [`SAMPLE`].
    pub(crate) fn top_blogs(&self) -> Vec<Counted> {
        lock(&self.blogs).top(TOLD)
    }

    /// All counts in the text form of Prometheus.
    pub(crate) fn prometheus(&self, generation: u64, ready: bool, sound: bool) -> String {
        let mut text = String::new();
        let sum = |of: fn(&Tally) -> u64| self.tallies.iter().map(of).sum::<u64>();
        family(
            &mut text,
            "rehome_redirects_requests_total",
            "counter",
            "Requests by what was answered.",
        );
        for (outcome, name) in OUTCOMES {
            let total: u64 = self
                .tallies
                .iter()
                .map(|tally| tally.outcomes[outcome as usize].load(Ordering::Relaxed))
                .sum();
            line(
                &mut text,
                format_args!("rehome_redirects_requests_total{{outcome=\"{name}\"}} {total}"),
            );
        }
        family(
            &mut text,
            "rehome_redirects_connections_total",
            "counter",
            "Connections taken.",
        );
        let connections = sum(|tally| tally.connections.load(Ordering::Relaxed));
        line(
            &mut text,
            format_args!("rehome_redirects_connections_total {connections}"),
        );
        family(
            &mut text,
            "rehome_redirects_sampled_hits_total",
            "counter",
            "Sampled hits by the year in the new or old address.",
        );
        for (year, hits) in YEARS.zip(&self.years) {
            let hits = hits.load(Ordering::Relaxed);
            if hits > 0 {
                line(
                    &mut text,
                    format_args!("rehome_redirects_sampled_hits_total{{year=\"{year}\"}} {hits}"),
                );
            }
        }
        family(
            &mut text,
            "rehome_redirects_generation",
            "gauge",
            "The generation of the index that answers.",
        );
        line(
            &mut text,
            format_args!("rehome_redirects_generation {generation}"),
        );
        family(
            &mut text,
            "rehome_redirects_index_sound",
            "gauge",
            "Whether the newest index that was seen is the one that answers.",
        );
        line(
            &mut text,
            format_args!("rehome_redirects_index_sound {}", u8::from(sound)),
        );
        family(
            &mut text,
            "rehome_redirects_ready",
            "gauge",
            "Whether new connections are taken and an index answers.",
        );
        line(
            &mut text,
            format_args!("rehome_redirects_ready {}", u8::from(ready)),
        );
        text
    }
}

fn family(text: &mut String, name: &str, kind: &str, help: &str) {
    line(text, format_args!("# HELP {name} {help}"));
    line(text, format_args!("# TYPE {name} {kind}"));
}

fn line(text: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing into a String does not fail.
    let _ = writeln!(text, "{words}");
}

/// A lock is poisoned only where a thread died while counting; its counts are good enough.
fn lock(heavy: &Mutex<Heavy>) -> std::sync::MutexGuard<'_, Heavy> {
    heavy
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The year that a permalink such as `/2007/02/x/` names.
fn year_in<'a>(mut folders: impl Iterator<Item = &'a str>) -> Option<u16> {
    folders.find_map(|folder| {
        let folder = folder.split(['?', '#']).next()?;
        let year: u16 = (folder.len() == 4).then(|| folder.parse().ok())??;
        YEARS.contains(&usize::from(year)).then_some(year)
    })
}

/// The name of a blog: its old host, however it was spelled, and where many stood on one host, its folder there.
fn blog(host: &str, path: &str) -> String {
    let host = host.split(':').next().unwrap_or("").to_ascii_lowercase();
    if !host.starts_with("spaces.") && !host.starts_with("spaces-f1.") {
        return host;
    }
    let mut folders = path.split('/').skip(1).filter(|folder| !folder.is_empty());
    let name = match folders.next() {
        Some(members) if members.eq_ignore_ascii_case("members") => folders.next(),
        first => first,
    };
    [&host, "/", &name.unwrap_or("").to_ascii_lowercase()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_count_together() {
        let metrics = Metrics::of(2);
        metrics.tally(0).count(Outcome::Moved);
        metrics.tally(1).count(Outcome::Moved);
        metrics.tally(1).count(Outcome::Challenge);
        let text = metrics.prometheus(7, true, true);
        for line in [
            "rehome_redirects_requests_total{outcome=\"moved\"} 2",
            "rehome_redirects_requests_total{outcome=\"challenge\"} 1",
            "rehome_redirects_requests_total{outcome=\"gone\"} 0",
            "rehome_redirects_generation 7",
            "rehome_redirects_ready 1",
        ] {
            assert!(text.lines().any(|seen| seen == line), "{line} in {text}");
        }
    }

    #[test]
    fn a_permalinks_year_is_the_age_of_a_hit() {
        let year = |target: &str| year_in(target.split('/').skip(3));
        assert_eq!(year("https://a.example/2007/02/x/"), Some(2007));
        assert_eq!(year("https://a.example/blog/2008?x"), Some(2008));
        assert_eq!(year("https://2007/02/"), None);
        assert_eq!(year("https://a.example/?p=2007"), None);
        assert_eq!(year("https://a.example/+200/"), None);
    }

    #[test]
    fn hits_are_told_by_blog_and_by_year() {
        let metrics = Metrics::of(1);
        for (host, path, target) in [
            (
                "ana.example",
                "/blog/cns!A1!7.entry",
                "https://a.example/2007/02/x/",
            ),
            ("ANA.example:80", "/", "https://a.example/"),
            ("ana.example", "/2009/05/y.html", "https://a.example/y/"),
            (
                "spaces.msn.com",
                "/members/Ben/",
                "https://b.example/2006/01/z/",
            ),
            ("spaces.msn.com", "/cem", "https://c.example/"),
        ] {
            metrics.sample(host, path, target);
        }
        let text = metrics.prometheus(0, true, true);
        for year in [2006, 2007, 2009] {
            assert!(text.contains(&format!("{{year=\"{year}\"}} 1")), "{text}");
        }
        let mut blogs = metrics.top_blogs();
        blogs.sort_by(|a, b| a.name.cmp(&b.name));
        let told = serde_json::to_string(&blogs).expect("JSON");
        assert_eq!(
            told,
            "[{\"name\":\"ana.example\",\"count\":3,\"over\":0,\"years\":{\"2007\":1,\"2009\":1}},\
             {\"name\":\"spaces.msn.com/ben\",\"count\":1,\"over\":0,\"years\":{\"2006\":1}},\
             {\"name\":\"spaces.msn.com/cem\",\"count\":1,\"over\":0}]"
        );
    }
}
