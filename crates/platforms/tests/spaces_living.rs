//! The Spaces reader against the sample host: what it takes in is what the host was given, in every dated markup.

use blog::{
    Audience, CommentKind, Finding, Identity, Item, Kind, Moment, Post, PostState, Profile, Secret,
    address::{Meaning, spaces},
    doors::{
        Answer, Call, Depth, Entry, Halt, Input, InputForm, Intake, Original, ReadError, Source,
    },
};
use jiff::{Timestamp, tz::TimeZone};
use platforms::sources::spaces::LiveSpaces;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use world::spaces::{Faults, Host, Space};

/// The clock of a host that nobody set.
const NOW: &str = "2010-10-04T18:00:00Z";

const MARKUPS: [&str; 7] = [
    "2007-05",
    "2007-10",
    "2008-02",
    "2008-06",
    "about-2008",
    "2008-12",
    "2010-07",
];

/// Status, location, type and body of an answer.
type Raw = (u16, Option<String>, Option<String>, Vec<u8>);

/// An input that asks the sample host whatever the address says.
struct Wire {
    label: String,
    to: SocketAddr,
    options: HashMap<&'static str, String>,
    secrets: HashMap<&'static str, Secret>,
    asked: Vec<String>,
}

impl Wire {
    fn to(host: &Host, label: String) -> Self {
        Self {
            label,
            to: host.address,
            options: HashMap::new(),
            secrets: HashMap::new(),
            asked: Vec::new(),
        }
    }

    fn once(&self, call: &Call<'_>, address: &str) -> std::io::Result<Raw> {
        let (scheme, rest) = address.split_once("://").expect("an absolute address");
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(slash);
        let target = target.split('#').next().unwrap_or("");
        let slash = if target.starts_with('/') { "" } else { "/" };
        let target = target.replace(' ', "%20");
        let mut stream = TcpStream::connect(self.to)?;
        let body = call.body.unwrap_or(b"");
        let mut head = format!(
            "{} {slash}{target} HTTP/1.0\r\nHost: {host}\r\nX-Forwarded-Proto: {scheme}\r\nContent-Length: {}\r\n",
            call.method,
            body.len()
        );
        for (name, value) in call.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end = bytes
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .ok_or_else(|| std::io::Error::other("no head"))?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .ok_or_else(|| std::io::Error::other("no status"))?;
        let header = |name: &str| {
            head.lines()
                .find_map(|line| {
                    line.split_once(':')
                        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
                })
                .map(|(_, value)| value.trim().to_owned())
        };
        let body = bytes[end + 4..].to_vec();
        let announced: usize = header("content-length")
            .and_then(|l| l.parse().ok())
            .unwrap_or(body.len());
        if body.len() < announced {
            return Err(std::io::Error::other("the answer was cut"));
        }
        Ok((status, header("location"), header("content-type"), body))
    }
}

impl Input for Wire {
    fn label(&self) -> &str {
        &self.label
    }
    fn form(&self) -> InputForm {
        InputForm::Address
    }
    fn now(&self) -> Timestamp {
        NOW.parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        Err(ReadError::Unreadable {
            place: name.to_owned(),
            what: "no files".to_owned(),
        })
    }
    fn ask(&mut self, call: &Call<'_>) -> Result<Answer, ReadError> {
        let mut address = call.address.to_owned();
        for _ in 0..5 {
            self.asked.push(address.clone());
            let unreachable = |error: std::io::Error| ReadError::Unreachable {
                place: "the host".to_owned(),
                what: error.to_string(),
            };
            let (status, location, media_type, body) =
                self.once(call, &address).map_err(unreachable)?;
            match location {
                Some(to) if (300..400).contains(&status) => address = to,
                _ => {
                    return Ok(Answer {
                        status,
                        address,
                        media_type,
                        body,
                    });
                }
            }
        }
        Err(ReadError::Unreachable {
            place: "the host".to_owned(),
            what: "goes in circles".to_owned(),
        })
    }
    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
    fn secret(&self, name: &str) -> Option<&Secret> {
        self.secrets.get(name)
    }
}

/// The zip of the host.
struct Files(BTreeMap<String, Vec<u8>>);

impl Input for Files {
    fn label(&self) -> &str {
        "space.zip"
    }
    fn form(&self) -> InputForm {
        InputForm::Zip
    }
    fn now(&self) -> Timestamp {
        NOW.parse().expect("a time")
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(self
            .0
            .iter()
            .map(|(name, bytes)| Entry {
                name: name.clone(),
                bytes: bytes.len() as u64,
            })
            .collect())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        let bytes = self.0.get(name).ok_or_else(|| ReadError::Unreadable {
            place: name.to_owned(),
            what: "missing".to_owned(),
        })?;
        Ok(Box::new(bytes.as_slice()))
    }
    fn ask(&mut self, _call: &Call<'_>) -> Result<Answer, ReadError> {
        Err(ReadError::Unreachable {
            place: "nowhere".to_owned(),
            what: "a zip asks nobody".to_owned(),
        })
    }
    fn option(&self, _name: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _name: &str) -> Option<&Secret> {
        None
    }
}

#[derive(Default)]
struct Taken {
    profile: Option<Profile>,
    items: Vec<Item>,
    kept: Vec<u8>,
    findings: Vec<Finding>,
}

impl Intake for Taken {
    fn depth(&self) -> Depth {
        Depth::Full
    }
    fn profile(&mut self, profile: Profile) -> Result<(), Halt> {
        self.profile = Some(profile);
        Ok(())
    }
    fn item(&mut self, item: Item, original: Original<'_>) -> Result<(), Halt> {
        self.items.push(item);
        self.kept.extend_from_slice(original.bytes);
        self.kept.extend_from_slice(original.place.as_bytes());
        Ok(())
    }
    fn finding(&mut self, finding: Finding) -> Result<(), Halt> {
        self.findings.push(finding);
        Ok(())
    }
    fn progress(&mut self, _done: u64, _total: Option<u64>) -> Result<(), Halt> {
        Ok(())
    }
}

impl Taken {
    fn post(&self, number: u64) -> &Post {
        let id = number.to_string();
        self.items
            .iter()
            .find_map(|item| match item {
                Item::Post(post) if post.id == id => Some(post),
                _ => None,
            })
            .unwrap_or_else(|| panic!("entry {id} is missing"))
    }
    fn count(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind() == kind).count()
    }
    fn distinct(&self, kind: Kind) -> usize {
        self.items
            .iter()
            .filter(|item| item.kind() == kind)
            .map(Item::id)
            .collect::<HashSet<_>>()
            .len()
    }
    fn codes(&self) -> Vec<&str> {
        self.findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect()
    }
}

fn read(input: &mut dyn Input) -> Taken {
    let mut taken = Taken::default();
    LiveSpaces
        .read(input, &mut taken)
        .expect("the Space is read");
    taken
}

fn sample(name: &str) -> Space {
    Space::sample(name).expect("a sample Space")
}

fn text(html: &str) -> String {
    dom_query::Document::fragment(html)
        .text()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the host was given, compared with what was taken in.
fn compare(space: &Space, taken: &Taken, what: &str) {
    let zone = TimeZone::get(&space.time_zone).expect("a zone");
    let visible: Vec<_> = space
        .entries
        .iter()
        .filter(|e| {
            !e.draft
                && e.audience
                    .is_none_or(|a| a == world::spaces::Audience::Everyone)
        })
        .collect();
    let published = taken
        .items
        .iter()
        .filter(|item| matches!(item, Item::Post(post) if post.state == PostState::Published))
        .count();
    assert_eq!(published, visible.len(), "{what}: entries");
    let mut comments = 0;
    let mut pings = 0;
    for entry in &visible {
        let post = taken.post(entry.number);
        assert_eq!(
            post.title,
            text(&entry.title),
            "{what}: title of {}",
            entry.number
        );
        assert_eq!(
            text(&post.body),
            text(&entry.body),
            "{what}: body of {}",
            entry.number
        );
        assert_eq!(
            post.categories, entry.categories,
            "{what}: categories of {}",
            entry.number
        );
        let published = post
            .published
            .unwrap_or_else(|| panic!("{what}: {} has no date", entry.number))
            .instant(&zone);
        assert!(
            (published.as_second() - entry.date.as_second()).abs() < 60,
            "{what}: {} is of {published}, not of {}",
            entry.number,
            entry.date
        );
        let mut wanted: Vec<_> = entry.comments.iter().collect();
        wanted.sort_by_key(|comment| (comment.date, comment.number));
        let found: Vec<_> = taken
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Comment(comment)
                    if comment.post == post.id && comment.kind == CommentKind::Comment =>
                {
                    Some(comment)
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            found.len(),
            wanted.len(),
            "{what}: comments of {}",
            entry.number
        );
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(
                text(&found.body),
                text(&wanted.body),
                "{what}: a comment of {}",
                entry.number
            );
            assert!(
                found.written.is_some(),
                "{what}: a comment of {} has no date",
                entry.number
            );
        }
        comments += wanted.len();
        pings += entry.trackbacks.len();
    }
    assert_eq!(
        taken.distinct(Kind::Comment),
        comments,
        "{what}: ids of comments"
    );
    assert_eq!(taken.distinct(Kind::Trackback), pings, "{what}: trackbacks");
}

#[test]
fn every_sample_space_open_to_everyone_is_read_whole_in_every_markup() {
    for name in ["garden", "beijing", "cairo"] {
        for markup in MARKUPS {
            let mut space = sample(name);
            space.markup = Some(markup.to_owned());
            let host = Host::start(vec![space], Faults::default());
            let space = &host.spaces()[0];
            let mut input = Wire::to(&host, space.home());
            let taken = read(&mut input);
            let what = format!("{name} in {markup}");
            compare(space, &taken, &what);
            assert_eq!(
                taken.count(Kind::Album),
                space.albums.len(),
                "{what}: albums"
            );
            assert_eq!(taken.count(Kind::List), space.lists.len(), "{what}: lists");
            assert_eq!(
                taken.count(Kind::Guestbook),
                space.guestbook.len(),
                "{what}: guestbook"
            );
            for item in &taken.items {
                match item {
                    Item::Album(album) => {
                        let wanted = space
                            .albums
                            .iter()
                            .find(|a| a.number.to_string() == album.id)
                            .expect("known");
                        assert_eq!(album.title, wanted.title, "{what}");
                        let numbers: Vec<String> =
                            wanted.photos.iter().map(|p| p.number.to_string()).collect();
                        assert_eq!(album.photos, numbers, "{what}: photos of {}", wanted.title);
                    }
                    Item::List(list) => {
                        let wanted = space
                            .lists
                            .iter()
                            .find(|l| l.number.to_string() == list.id)
                            .expect("known");
                        let titles: Vec<&str> =
                            list.entries.iter().map(|e| e.title.as_str()).collect();
                        let wanted: Vec<&str> =
                            wanted.items.iter().map(|i| i.title.as_str()).collect();
                        assert_eq!(titles, wanted, "{what}: list {}", list.title);
                    }
                    _ => {}
                }
            }
            let profile = taken.profile.as_ref().expect("a profile");
            assert_eq!(profile.title, space.title, "{what}");
            assert_eq!(profile.audience, Audience::Everyone, "{what}");
            assert_eq!(
                profile.identity.name(),
                format!("space:{}", space.cid),
                "{what}"
            );
            let grave: Vec<&Finding> = taken
                .findings
                .iter()
                .filter(|f| !matches!(f.code.as_str(), "SP-015" | "SP-016"))
                .collect();
            assert!(grave.is_empty(), "{what}: {grave:?}");
            let asked: HashSet<&String> = input.asked.iter().collect();
            assert_eq!(
                asked.len(),
                input.asked.len(),
                "{what}: a page was asked twice: {:?}",
                input.asked
            );
        }
    }
}

#[test]
fn own_links_in_bodies_are_known_as_own() {
    let host = Host::start(vec![sample("beijing")], Faults::default());
    let taken = read(&mut Wire::to(&host, host.spaces()[0].home()));
    let identity = taken.profile.expect("a profile").identity;
    let Identity::Space { owner_tokens, .. } = &identity else {
        panic!("not a Space");
    };
    assert!(owner_tokens.contains(host.spaces()[0].old_owner.as_ref().expect("a token")));
    let mut own = 0;
    for item in &taken.items {
        let Item::Post(post) = item else { continue };
        for link in dom_query::Document::fragment(post.body.as_str())
            .select("a[href]")
            .nodes()
        {
            own += usize::from(matches!(
                spaces::meaning(&link.attr_or("href", ""), &identity),
                Meaning::Own(_)
            ));
        }
    }
    assert!(own > 0, "no own link was recognised");
}

#[test]
fn hundreds_of_comments_come_in_every_markup_in_the_right_order() {
    for markup in MARKUPS {
        let mut space = sample("garden");
        space.markup = Some(markup.to_owned());
        let host = Host::start(
            vec![space],
            Faults {
                many_comments: Some(130),
                ..Faults::default()
            },
        );
        let space = &host.spaces()[0];
        let taken = read(&mut Wire::to(&host, space.home()));
        compare(space, &taken, &format!("many comments in {markup}"));
        assert!(!taken.codes().contains(&"SP-002"), "{markup}");
    }
}

#[test]
fn the_zip_gives_the_same_entries_as_the_living_host() {
    for name in ["garden", "beijing", "cairo"] {
        let host = Host::start(vec![sample(name)], Faults::default());
        let space = &host.spaces()[0];
        let mut wire = Wire::to(&host, space.home());
        let address = format!("{}/migration/space.zip", space.home());
        let zip = wire.ask(&Call::get(&address)).expect("an answer");
        assert_eq!(zip.status, 200, "{name}");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).expect("a zip");
        let mut files = BTreeMap::new();
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("readable");
            let name = file.name().expect("a name").into_owned();
            files.insert(name, bytes);
        }
        let taken = read(&mut Files(files));
        let what = format!("zip of {name}");
        compare(space, &taken, &what);
        assert!(
            taken
                .items
                .iter()
                .all(|item| !matches!(item, Item::Post(post) if post.audience != Audience::Owner)),
            "{what}"
        );
        assert_eq!(
            taken.profile.expect("a profile").identity.name(),
            format!("space:{}", space.cid)
        );
        for item in &taken.items {
            if let Item::Media(media) = item
                && media.candidates.iter().any(|c| c.contains("/img/"))
            {
                assert!(
                    media.candidates[0].starts_with("input:/img/"),
                    "{what}: {media:?}"
                );
            }
        }
    }
}

#[test]
fn a_private_space_opens_with_its_key_and_the_key_is_kept_nowhere() {
    let host = Host::start(vec![sample("kitchen")], Faults::default());
    let space = &host.spaces()[0];
    let label = format!("http://{}/", space.cid_host());
    let locked = LiveSpaces.read(&mut Wire::to(&host, label.clone()), &mut Taken::default());
    assert!(
        matches!(locked, Err(ReadError::Locked { .. })),
        "{locked:?}"
    );
    let key = space.authkey.clone().expect("the sample has a key");
    let mut input = Wire::to(&host, label);
    input.secrets.insert("authkey", Secret::new(&key));
    let taken = read(&mut input);
    let published = space.entries.iter().filter(|entry| !entry.draft).count();
    assert_eq!(taken.count(Kind::Post), published);
    assert_eq!(
        taken.distinct(Kind::Comment),
        space
            .entries
            .iter()
            .filter(|e| !e.draft)
            .map(|e| e.comments.len())
            .sum::<usize>()
    );
    for item in &taken.items {
        if let Item::Post(post) = item {
            assert!(post.audience <= Audience::Friends, "{post:?}");
            assert!(matches!(post.published, Some(Moment::Instant(_))));
        }
    }
    let kept = format!(
        "{:?}{:?}{:?}{}",
        taken.items,
        taken.findings,
        taken.profile,
        String::from_utf8_lossy(&taken.kept)
    );
    let core: String = key
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    assert!(core.len() < 3 || !kept.contains(&key), "the key was kept");
    let mut input = Wire::to(&host, format!("http://{}/", space.cid_host()));
    input.secrets.insert("authkey", Secret::new("wrong"));
    assert!(matches!(
        LiveSpaces.read(&mut input, &mut Taken::default()),
        Err(ReadError::Locked { .. })
    ));
}

#[test]
fn drafts_come_with_the_secret_word() {
    let host = Host::start(
        vec![sample("beijing"), sample("garden"), sample("cairo")],
        Faults::default(),
    );
    let mut seen = 0;
    for space in host.spaces() {
        let Some(word) = &space.secret_word else {
            continue;
        };
        let mut input = Wire::to(&host, space.home());
        input.secrets.insert("secret-word", Secret::new(word));
        let taken = read(&mut input);
        let drafts = taken.items.iter().filter(|item| item.is_draft()).count();
        assert_eq!(
            drafts,
            space.entries.iter().filter(|e| e.draft).count(),
            "{}",
            space.title
        );
        assert!(!taken.codes().contains(&"SP-013"), "{:?}", taken.findings);
        seen += 1;
    }
    assert!(seen > 0, "no sample has a secret word");
}

#[test]
fn faults_of_the_host_become_findings_and_errors_that_say_what_to_do() {
    let space = sample("garden");
    let run = |faults: Faults| {
        let host = Host::start(vec![space.clone()], faults);
        let mut taken = Taken::default();
        let result = LiveSpaces.read(&mut Wire::to(&host, host.spaces()[0].home()), &mut taken);
        (result, taken)
    };
    let (result, taken) = run(Faults {
        read_only: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    assert!(taken.codes().contains(&"SP-005"));
    let (result, _) = run(Faults {
        closed: true,
        ..Faults::default()
    });
    assert!(
        matches!(result, Err(ReadError::Unreadable { .. })),
        "{result:?}"
    );
    let (result, _) = run(Faults {
        private: true,
        ..Faults::default()
    });
    assert!(
        matches!(result, Err(ReadError::Locked { .. })),
        "{result:?}"
    );
    let (result, _) = run(Faults {
        moved_to: Some("http://new.example/".to_owned()),
        ..Faults::default()
    });
    assert!(result.is_err());
    let (result, taken) = run(Faults {
        category_feed_broken: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    assert!(taken.codes().contains(&"SP-003"));
    let (result, taken) = run(Faults {
        msn_type: true,
        ..Faults::default()
    });
    assert!(result.is_ok());
    compare(&space, &taken, "with msn:type");
    // Every seventh answer is cut: some pieces are lost, each with a finding, and the rest is there.
    let (result, taken) = run(Faults {
        cut_answers: Some(7),
        ..Faults::default()
    });
    assert!(result.is_ok(), "{result:?}");
    assert!(taken.codes().contains(&"SP-019"), "{:?}", taken.codes());
    assert!(taken.count(Kind::Post) > 0);
}

#[test]
fn any_old_address_of_the_space_leads_to_it() {
    let host = Host::start(vec![sample("beijing")], Faults::default());
    let space = &host.spaces()[0];
    let alias = space.alias.clone().expect("an alias");
    for label in [
        format!("{alias}.spaces.live.com"),
        format!("http://spaces.msn.com/members/{alias}/"),
        space.entry_address(space.entries[0].number),
        format!("http://{}/", space.cid_host()),
    ] {
        let taken = read(&mut Wire::to(&host, label.clone()));
        compare(space, &taken, &label);
    }
}

#[test]
fn the_real_posts_of_one_space_are_read_back_as_they_were_served() {
    let root = std::env::var_os("REHOME_SAMPLES").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
        std::path::PathBuf::from,
    );
    let folder = root.join("live-spaces-posts");
    if !folder.is_dir() {
        println!("skipped: samples are not here");
        return;
    }
    let space = Space::from_real_posts(&folder, "realposts").expect("the posts are read");
    let host = Host::start(vec![space], Faults::default());
    let space = &host.spaces()[0];
    let taken = read(&mut Wire::to(&host, space.home()));
    assert_eq!(taken.count(Kind::Post), 24);
    compare(space, &taken, "the real posts");
    let grave: Vec<&Finding> = taken
        .findings
        .iter()
        .filter(|finding| !matches!(finding.code.as_str(), "SP-015" | "SP-016"))
        .collect();
    assert!(grave.is_empty(), "{grave:?}");
}
