//! What kills the program is handled aside, and the account says so; what was only killed from outside, or is another one now, is not.

use super::{effects::killed_twice, go};
use blog::{Audience, Item, PostKind};
use campaign::{
    bundle::Task,
    report::{Report, Verdict},
    watch::Blind,
};
use world::{
    home::MemoryHome,
    small::{Given, comment, post, profile},
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
