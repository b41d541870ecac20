//! The page of the guestbook, where its notes hang as comments: whether visitors see them there. Some themes show no comments on
//! pages (that of WordPress 6.7 to 6.9 is one), and then the page shows them itself.

use super::{
    Choices, Done, Stage, compose::Composed, compose::composed, links::GUESTBOOK_PAGE,
    patience::patiently, place,
};
use crate::{Bundle, Error, Watch, bundle::Fact};
use blog::{
    Finding, ItemRef, Kind, codes,
    doors::{Destination, NewHome, Thing, Visitor},
};
use jiff::Timestamp;

/// Notes that are looked for on the page. Themes show fifty at a time, the newest or the oldest.
const NOTES_MAX: usize = 5_000;

/// WordPress's own block that shows the comments of what it stands in, as the editor writes it.
const COMMENTS: &str = r#"

<!-- wp:comments -->
<div class="wp-block-comments"><!-- wp:comment-template -->
<!-- wp:comment-author-name /-->

<!-- wp:comment-date /-->

<!-- wp:comment-content /-->

<!-- wp:comment-reply-link /-->
<!-- /wp:comment-template -->

<!-- wp:comments-pagination -->
<!-- wp:comments-pagination-previous /-->

<!-- wp:comments-pagination-numbers /-->

<!-- wp:comments-pagination-next /-->
<!-- /wp:comments-pagination -->

<!-- wp:post-comments-form /--></div>
<!-- /wp:comments -->"#;

/// The page as it shows its comments itself.
pub(super) fn with_comments(page: Composed) -> Composed {
    match page.placement.thing {
        Thing::Post(mut post) => {
            post.content.push_str(COMMENTS);
            composed(
                page.placement.mark,
                Thing::Post(post),
                page.open_links,
                page.findings,
            )
        }
        _ => page,
    }
}

/// Looks, after a run that wrote something, whether a visitor sees the notes on their page. Where not, the page is written once
/// more, with a block that shows them.
pub(super) fn make_seen(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    let shows_itself = bundle.fact::<bool>(Fact::NotesUnseen)?.unwrap_or(false);
    // What stands in files is shown by nobody yet.
    if shows_itself || home.is_files() || are_seen(bundle, &*destination.visitor()?, watch)? {
        return Ok(Done::default());
    }
    bundle.set_fact(Fact::NotesUnseen, &true)?;
    watch.say("the theme there shows no comments on pages; the guestbook gets a block that shows its notes");
    place(bundle, destination, home, choices, now, watch)
}

/// Says so where no visitor sees the notes, whatever was tried.
pub(super) fn tell(
    bundle: &Bundle,
    visitor: &dyn Visitor,
    home: &NewHome,
    watch: &dyn Watch,
) -> Result<(), Error> {
    if home.is_files() || are_seen(bundle, visitor, watch)? {
        return Ok(());
    }
    let finding = Finding::new(
        &codes::verify::NOTES_UNSEEN,
        "The notes of the guestbook are there as comments, but its page shows none of them.",
    );
    let finding = finding.about(page());
    if bundle.keep_finding(Stage::Verify, &finding)? {
        watch.finding(&finding);
    }
    Ok(())
}

fn page() -> ItemRef {
    ItemRef::new(Kind::Page, GUESTBOOK_PAGE)
}

/// Whether the page shows a note. True as well where there is no page that everyone sees, or no note.
fn are_seen(bundle: &Bundle, visitor: &dyn Visitor, watch: &dyn Watch) -> Result<bool, Error> {
    let row = bundle.ledger(&page())?.filter(|row| row.state.is_there());
    let Some(address) = row.and_then(|row| row.new_address) else {
        return Ok(true);
    };
    let mut notes = Vec::new();
    for stored in bundle.page(&[Kind::Guestbook], 0, NOTES_MAX)? {
        let row = bundle.ledger(&stored.item.reference())?;
        let there = row.filter(|row| row.state.is_there());
        notes.extend(there.and_then(|row| row.new_id));
    }
    if notes.is_empty() {
        return Ok(true);
    }
    let (status, html) = patiently(watch, || {
        let mut html = Vec::new();
        let status = visitor.visit(&address, false, &mut html)?;
        Ok((status, html))
    })?;
    let html = String::from_utf8_lossy(&html);
    // Every theme names the place of a comment so, for links lead there.
    let shows = |id: &u64| {
        ["", "div-"]
            .iter()
            .any(|before| html.contains(&format!("id=\"{before}comment-{id}\"")))
    };
    Ok(status != 200 || notes.iter().any(shows))
}
