//! What kills the program is handled aside, and the account says so; what was only killed from outside, or is another one now, is not.

use super::{effects::killed_twice, go};
use blog::{
    Audience, Item, Media, PostKind,
    doors::{
        Answer, Arrival, Call, Entry, FetchedMedia, Input, InputForm, Intake, Likeness, MediaError,
        MediaFetch, Peek, ReadError, Source, SourceCard,
    },
};
use campaign::{
    Bundle,
    bundle::Task,
    report::{Report, Verdict},
    transfer,
    watch::Blind,
};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};
use world::{
    home::MemoryHome,
    small::{Given, NoInput, Shelf, comment, post, profile},
};

fn given(items: Vec<Item>) -> Given {
    Given {
        profile: profile(Audience::Everyone),
        items,
    }
}

#[test]
fn what_kills_composing_is_left_with_its_comments_and_the_move_is_complete() {
    let mut below = post("below", "<p>Below.</p>");
    below.kind = PostKind::Page;
    below.parent = Some("killer".to_owned());
    for kind in [PostKind::Post, PostKind::Page] {
        let mut killer = post("killer", "<p>Dies.</p>");
        killer.kind = kind;
        let reference = Item::Post(killer.clone()).reference();
        let source = given(vec![
            Item::Post(killer),
            comment("c1", "killer", None),
            comment("c2", "killer", Some("c1")),
            Item::Post(post("other", "<p>Lives.</p>")),
            comment("c3", "other", None),
            Item::Post(below.clone()),
        ]);
        let folder = tempfile::tempdir().expect("a folder");
        let bundle = killed_twice(folder.path(), &Task::composing(&reference));
        let mut home = MemoryHome::default();
        go(&bundle, &source, &mut home, &Blind).expect("the move");
        let report = Report::of(&bundle).expect("a report");
        let counts = &report.account.counts;
        assert_eq!(report.account.verdict, Verdict::CompleteWithFindings);
        assert_eq!(
            (counts.left.post + counts.left.page, counts.left.comment),
            (1, 2)
        );
        assert_eq!((counts.open.total(), counts.verified.total()), (0, 3));
        let reason = |id: &str| {
            let line = report.items.iter().find(|line| line.id == id);
            line.and_then(|line| line.reason.clone())
                .unwrap_or_default()
        };
        assert!(
            reason("killer").contains("died twice"),
            "{:?}",
            report.items
        );
        assert!(
            reason("c2").contains("stands under a post"),
            "{:?}",
            report.items
        );
        let is_told = |finding: &blog::Finding| finding.code == "MOV-033";
        let is_below = kind == PostKind::Page;
        assert_eq!(report.account.findings.iter().any(is_told), is_below);
    }
}

/// Whether a run that died now would be counted against something.
fn is_at_work(bundle: &Path) -> bool {
    let notes = fs::read_dir(bundle.join("at-work")).expect("notes");
    let mut notes = notes.map(|note| fs::read_to_string(note.expect("a note").path()));
    notes.any(|note| note.expect("readable").starts_with('['))
}

/// A stranger's server that takes its time: it and whoever waits for it look whether somebody is at work.
struct Slow(PathBuf);

impl MediaFetch for Slow {
    fn fetch(&self, address: &str, to: &mut dyn Arrival) -> Result<FetchedMedia, MediaError> {
        assert!(is_at_work(&self.0), "before");
        to.waits().expect("noted");
        assert!(!is_at_work(&self.0), "while it waits");
        to.works().expect("noted");
        assert!(is_at_work(&self.0), "afterwards");
        Shelf.fetch(address, to)
    }
}

impl Input for Slow {
    fn ask(&mut self, _: &Call<'_>) -> Result<Answer, ReadError> {
        assert!(!is_at_work(&self.0), "while it waits");
        Ok(Answer {
            status: 200,
            address: String::new(),
            media_type: None,
            body: Vec::new(),
        })
    }
    fn label(&self) -> &str {
        "slow"
    }
    fn form(&self) -> InputForm {
        InputForm::Address
    }
    fn now(&self) -> jiff::Timestamp {
        world::small::now()
    }
    fn entries(&mut self) -> Result<Vec<Entry>, ReadError> {
        Ok(Vec::new())
    }
    fn open(&mut self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        NoInput.open(name).map(|_| unreachable!("nothing is there"))
    }
    fn option(&self, _: &str) -> Option<&str> {
        None
    }
    fn secret(&self, _: &str) -> Option<&blog::Secret> {
        None
    }
}

/// Asks the input once, and goes on with the answer.
struct Asking(Given, PathBuf);

impl Source for Asking {
    fn card(&self) -> SourceCard {
        self.0.card()
    }
    fn recognise(&self, peek: &Peek<'_>) -> Likeness {
        self.0.recognise(peek)
    }
    fn read(&self, input: &mut dyn Input, intake: &mut dyn Intake) -> Result<(), ReadError> {
        input.ask(&Call::get("http://slow.example/"))?;
        assert!(is_at_work(&self.1), "with the answer");
        self.0.read(input, intake)
    }
}

#[test]
fn who_waits_for_a_page_or_a_picture_is_not_at_work_and_who_has_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = || folder.path().to_owned();
    let picture = Item::Media(Media::at("http://slow.example/1.png".to_owned()));
    let source = Asking(given(vec![picture]), path());
    let bundle = Bundle::create(folder.path()).expect("a bundle");
    let (mut input, shelf) = (Slow(path()), Slow(path()));
    let settings = transfer::PackSettings::default();
    transfer::pack(&bundle, &source, &mut input, &shelf, settings, &Blind).expect("packed");
    assert!(bundle.wanted_media().expect("the store").is_empty());
}
