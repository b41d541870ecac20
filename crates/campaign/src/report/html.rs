//! The account as one HTML page that an owner would keep: nothing loaded from elsewhere, printable, light and dark, and right
//! in both directions of writing.

use super::{Labels, Line, Report, Verdict};
use askama::Template;
use blog::{Finding, Kind, Severity};
use std::collections::BTreeMap;

/// Names shown behind one sentence; the rest of them are counted. All of them are in the JSON.
const NAMES_PER_SENTENCE: usize = 60;

/// Sentences of one code shown in full; the rest of them are counted. All of them are in the JSON.
const SENTENCES_PER_CODE: usize = 40;

/// Groups that are no longer than this are open when the page is opened.
const OPEN_SENTENCES: usize = 4;

/// A picture without a name of its own is called by its address, which is cut here.
const NAME_CHARACTERS_MAX: usize = 56;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    kinds: Vec<KindRow>,
    chapters: Vec<Chapter<'a>>,
    shelves: Vec<Shelf<'a>>,
    version: &'static str,
}

impl Page<'_> {
    fn verdict_class(&self) -> &'static str {
        match self.report.account.verdict {
            Verdict::Complete => "complete",
            Verdict::CompleteWithFindings => "complete-with-findings",
            Verdict::Incomplete => "incomplete",
        }
    }

    fn labels(&self) -> &'static Labels {
        self.report.account.work.labels()
    }

    fn title(&self) -> &str {
        match self.report.account.profile.title.trim() {
            "" => "A blog without a title",
            title => title,
        }
    }
}

struct KindRow {
    name: &'static str,
    source: u64,
    verified: u64,
    left: u64,
    open: u64,
}

struct Chapter<'a> {
    title: &'static str,
    groups: Vec<Group<'a>>,
}

/// The findings of one code.
struct Group<'a> {
    code: &'a str,
    title: &'static str,
    remedy: &'a str,
    count: usize,
    open: bool,
    said: Vec<Said<'a>>,
    more: usize,
}

/// One sentence, and everything it was said of.
struct Said<'a> {
    /// Empty where the heading says it already.
    sentence: &'a str,
    names: Vec<Name<'a>>,
    more: usize,
}

/// An item by its name, with the way to it.
struct Name<'a> {
    kind: &'static str,
    title: String,
    /// The post that a comment stands under.
    under: Option<&'a str>,
    link: Option<&'a str>,
    place: Option<&'a str>,
}

/// Every item of one kind.
struct Shelf<'a> {
    name: &'static str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    name: Name<'a>,
    old: Option<&'a str>,
    more_old: usize,
    state: &'static str,
    settled: bool,
    reason: Option<&'a str>,
}

/// Renders the report.
///
/// # Errors
/// When the template fails, which only a broken writer makes it do.
pub fn html(report: &Report) -> Result<String, askama::Error> {
    let index = Index::of(report);
    Page {
        report,
        kinds: kinds(report),
        chapters: chapters(report, &index),
        shelves: shelves(report, &index),
        version: env!("CARGO_PKG_VERSION"),
    }
    .render()
}

/// Finds lines by item, and titles by address.
struct Index<'a> {
    lines: BTreeMap<(Kind, &'a str), &'a Line>,
    titles: BTreeMap<&'a str, &'a str>,
}

impl<'a> Index<'a> {
    fn of(report: &'a Report) -> Self {
        let lines = report
            .items
            .iter()
            .map(|line| ((line.kind, line.id.as_str()), line))
            .collect();
        let titles = report
            .items
            .iter()
            .filter(|line| line.kind != Kind::Media)
            .filter_map(|line| {
                let address = line.new_address.as_deref()?;
                (!address.contains('#')).then_some((address, line.title.as_str()))
            })
            .collect();
        Self { lines, titles }
    }

    fn name(&self, line: &'a Line, place: Option<&'a str>) -> Name<'a> {
        let link = line.new_address.as_deref();
        let under = link
            .and_then(|link| link.split_once('#'))
            .and_then(|(post, _)| self.titles.get(post).copied());
        Name {
            kind: match line.kind {
                Kind::Post | Kind::Page => "",
                Kind::Media => "picture or file",
                Kind::Guestbook => "guestbook note",
                kind => kind.as_str(),
            },
            title: shortened(&line.title),
            under,
            link,
            // A picture is shown at its own address; saying it twice helps nobody.
            place: place.filter(|place| Some(*place) != link),
        }
    }
}

fn shortened(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() {
        return "without a title".to_owned();
    }
    let is_address = title.starts_with("http://") || title.starts_with("https://");
    let count = title.chars().count();
    if !is_address || count <= NAME_CHARACTERS_MAX {
        return title.to_owned();
    }
    let half = NAME_CHARACTERS_MAX / 2;
    let start: String = title.chars().take(half).collect();
    let end: String = title.chars().skip(count - half).collect();
    format!("{start}…{end}")
}

fn kinds(report: &Report) -> Vec<KindRow> {
    let counts = &report.account.counts;
    let of = |counts: &crate::survey::Counts, name: &str| {
        counts
            .named()
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(0, |(_, count)| *count)
    };
    counts
        .source
        .named()
        .into_iter()
        .map(|(name, source)| KindRow {
            name,
            source,
            verified: of(&counts.verified, name),
            left: of(&counts.left, name),
            open: of(&counts.open, name),
        })
        .collect()
}

fn chapters<'a>(report: &'a Report, index: &Index<'a>) -> Vec<Chapter<'a>> {
    [
        (Severity::Blocking, "To be settled first"),
        (Severity::Lost, report.account.work.labels().lost),
        (Severity::Changed, report.account.work.labels().changed),
        (Severity::Note, "Good to know"),
    ]
    .into_iter()
    .filter_map(|(severity, title)| {
        let mut by_code: Vec<(&str, Vec<&Finding>)> = Vec::new();
        for finding in &report.account.findings {
            if finding.severity != severity {
                continue;
            }
            match by_code.iter_mut().find(|(code, _)| *code == finding.code) {
                Some((_, group)) => group.push(finding),
                None => by_code.push((&finding.code, vec![finding])),
            }
        }
        let groups: Vec<Group<'_>> = by_code
            .into_iter()
            .map(|(code, findings)| group(code, &findings, severity, index))
            .collect();
        (!groups.is_empty()).then_some(Chapter { title, groups })
    })
    .collect()
}

fn group<'a>(
    code: &'a str,
    findings: &[&'a Finding],
    severity: Severity,
    index: &Index<'a>,
) -> Group<'a> {
    let title = blog::codes::all()
        .into_iter()
        .find(|known| known.name == code)
        .map_or("", |known| known.title);
    let mut said: Vec<Said<'a>> = Vec::new();
    for finding in findings {
        let sentence = once(&finding.sentence);
        // What the heading says is not said again, unless nothing else would stand there.
        let repeats = finding.item.is_some() && sentence.trim_end_matches('.') == title;
        let sentence = if repeats { "" } else { sentence };
        let at = match said.iter().position(|said| said.sentence == sentence) {
            Some(at) => at,
            None => {
                said.push(Said {
                    sentence,
                    names: Vec::new(),
                    more: 0,
                });
                said.len() - 1
            }
        };
        let said = &mut said[at];
        let place = finding.place.as_deref();
        let line = finding
            .item
            .as_ref()
            .and_then(|item| index.lines.get(&(item.kind, item.id.as_str())).copied());
        if said.names.len() == NAMES_PER_SENTENCE {
            said.more += 1;
        } else if let Some(line) = line {
            said.names.push(index.name(line, place));
        } else if let Some(place) = place {
            said.names.push(Name {
                kind: "",
                title: String::new(),
                under: None,
                link: None,
                place: Some(place),
            });
        }
    }
    let more = said.len().saturating_sub(SENTENCES_PER_CODE);
    said.truncate(SENTENCES_PER_CODE);
    Group {
        code,
        title,
        remedy: findings.first().map_or("", |finding| &finding.remedy),
        count: findings.len(),
        open: severity == Severity::Blocking
            || (severity > Severity::Note && findings.len() <= OPEN_SENTENCES),
        said,
        more,
    }
}

/// A sentence without its “(3 times)”: how often a repair was made in one post parts no findings.
fn once(sentence: &str) -> &str {
    let Some((start, end)) = sentence
        .rsplit_once(" (")
        .and_then(|(start, times)| Some((start, times.strip_suffix(" times).")?)))
    else {
        return sentence;
    };
    if end.bytes().all(|byte| byte.is_ascii_digit()) {
        start
    } else {
        sentence
    }
}

fn shelves<'a>(report: &'a Report, index: &Index<'a>) -> Vec<Shelf<'a>> {
    let mut shelves: Vec<Shelf<'a>> = Vec::new();
    for line in &report.items {
        let name = shelf(line.kind);
        let row = row(line, index);
        match shelves.iter_mut().find(|shelf| shelf.name == name) {
            Some(shelf) => shelf.rows.push(row),
            None => shelves.push(Shelf {
                name,
                rows: vec![row],
            }),
        }
    }
    shelves.sort_by_key(|shelf| ORDER.iter().position(|name| *name == shelf.name));
    shelves
}

/// Headings of the shelves, in the order of the page.
const ORDER: [&str; 11] = [
    "Posts",
    "Pages",
    "Albums",
    "Lists",
    "Guestbook notes",
    "Comments",
    "Trackbacks",
    "Pictures and files",
    "Links",
    "Categories",
    "Tags",
];

fn shelf(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "Posts",
        Kind::Page => "Pages",
        Kind::Album => "Albums",
        Kind::List => "Lists",
        Kind::Guestbook => "Guestbook notes",
        Kind::Comment => "Comments",
        Kind::Trackback => "Trackbacks",
        Kind::Media => "Pictures and files",
        Kind::Link => "Links",
        Kind::Category => "Categories",
        Kind::Tag => "Tags",
    }
}

fn row<'a>(line: &'a Line, index: &Index<'a>) -> Row<'a> {
    let (state, settled) = match line.state.as_str() {
        "verified" => ("arrived", true),
        "conflict" => ("arrived, changed there since", true),
        "left" => ("stayed behind", true),
        "placed" => ("placed, not read back yet", false),
        "missing" => ("not found at the new home", false),
        "refused" => ("refused by the new home", false),
        _ => ("still to be moved", false),
    };
    Row {
        name: Name {
            kind: "",
            ..index.name(line, None)
        },
        old: line.old_addresses.first().map(String::as_str),
        more_old: line.old_addresses.len().saturating_sub(1),
        state,
        settled,
        reason: line.reason.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use super::{once, shortened};
    use crate::{Bundle, bundle::Fact, report::Report};
    use blog::{Audience, Identity, Profile};

    #[test]
    fn the_title_says_what_the_account_is_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = Bundle::create(folder.path()).expect("a bundle");
        let profile = Profile {
            title: "Small".to_owned(),
            tagline: String::new(),
            language: None,
            time_zone: None,
            home: None,
            owner: None,
            audience: Audience::Everyone,
            identity: Identity::Site { roots: Vec::new() },
        };
        bundle.set_fact(Fact::Profile, &profile).expect("kept");
        let title = || {
            let html = super::html(&Report::of(&bundle).expect("a report")).expect("a page");
            let (front, _) = html.split_once("</title>").expect("a title");
            front.rsplit("<title>").next().map(str::to_owned)
        };
        assert_eq!(title().as_deref(), Some("Small: the account of its move"));
        let none = serde_json::json!({ "entries": {} });
        bundle.set_fact(Fact::Repair, &none).expect("kept");
        assert_eq!(title().as_deref(), Some("Small: the account of its repair"));
    }

    #[test]
    fn how_often_a_repair_was_made_parts_no_findings() {
        assert_eq!(
            once("Smileys became characters (3 times)."),
            "Smileys became characters"
        );
        assert_eq!(
            once("It was kept (many times)."),
            "It was kept (many times)."
        );
        assert_eq!(once("Plain."), "Plain.");
    }

    #[test]
    fn a_picture_named_by_a_long_address_is_cut_in_its_middle() {
        let address = format!("http://files.example/{}/end.jpg", "x".repeat(200));
        let name = shortened(&address);
        assert!(name.starts_with("http://files.example/") && name.ends_with("/end.jpg"));
        assert_eq!(name.chars().count(), 57);
        assert_eq!(shortened("  "), "without a title");
        let words = "w ".repeat(100);
        assert_eq!(shortened(&words), words.trim());
    }
}
