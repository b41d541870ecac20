//! The page of the guestbook, where its notes hang as comments: whether visitors see them there. Some themes show no comments on
//! pages (that of WordPress 6.7 to 6.9 is one), and then the page shows them itself.

use super::{
    Choices, Done, Stage, compose::Composed, compose::composed, links::GUESTBOOK_PAGE,
    patience::patiently, place,
};
use crate::{Bundle, Error, Watch, bundle::Fact};
use blog::{
    Finding, Item, ItemRef, Kind, body, codes,
    doors::{Destination, NewHome, Thing, Visitor},
    render,
};
use jiff::Timestamp;

/// Notes that are looked for on the page. Themes show fifty at a time, the newest or the oldest.
const NOTES_MAX: usize = 5_000;

/// Letters of a note that are looked for.
const NOTE_CHARACTERS: usize = 40;

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

/// What a visitor sees of the notes on their page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The page is there, and shows none.
    Never,
    Once,
    /// The theme shows them, and so does the page itself.
    Twice,
    /// Nobody can say: there is no note, or something else answers where the page should be.
    Unknown,
}

/// Looks, after a run that wrote something, whether a visitor sees the notes on their page. Where not, the page is written once
/// more, with a block that shows them; where the theme came to show them as well, without it.
pub(super) fn make_seen(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    choices: &Choices,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Done, Error> {
    // What stands in files is shown by nobody yet.
    if home.is_files() {
        return Ok(Done::default());
    }
    let shows_itself = bundle.fact::<bool>(Fact::NotesUnseen)?.unwrap_or(false);
    let (itself, sentence) = match shown(bundle, &*destination.visitor()?, watch)? {
        Shown::Never if !shows_itself => (
            true,
            "the theme there shows no comments on pages; the guestbook gets a block that shows its notes",
        ),
        Shown::Twice if shows_itself => (
            false,
            "the theme there shows comments on pages now; the guestbook does without its block",
        ),
        _ => return Ok(Done::default()),
    };
    bundle.set_fact(Fact::NotesUnseen, &itself)?;
    watch.say(sentence);
    place(bundle, destination, home, choices, now, watch)
}

/// Says so where no visitor sees the notes, whatever was tried.
pub(super) fn tell(
    bundle: &Bundle,
    visitor: &dyn Visitor,
    home: &NewHome,
    watch: &dyn Watch,
) -> Result<(), Error> {
    if home.is_files() || shown(bundle, visitor, watch)? != Shown::Never {
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

/// What everyone sees of the notes.
fn shown(bundle: &Bundle, visitor: &dyn Visitor, watch: &dyn Watch) -> Result<Shown, Error> {
    let row = bundle.ledger(&page())?.filter(|row| row.state.is_there());
    let Some(address) = row.and_then(|row| row.new_address) else {
        return Ok(Shown::Unknown);
    };
    let mut notes = Vec::new();
    for stored in bundle.page(&[Kind::Guestbook], 0, NOTES_MAX)? {
        let row = bundle.ledger(&stored.item.reference())?;
        let there = row.filter(|row| row.state.is_there());
        if let (Some(id), Item::GuestbookEntry(entry)) =
            (there.and_then(|row| row.new_id), &stored.item)
        {
            notes.push((id, body::plain_text(&entry.body)));
        }
    }
    if notes.is_empty() {
        return Ok(Shown::Unknown);
    }
    let (status, html) = patiently(watch, || {
        let mut html = Vec::new();
        let status = visitor.visit(&address, false, &mut html)?;
        Ok((status, html))
    })?;
    if status != 200 {
        return Ok(Shown::Unknown);
    }
    let html = String::from_utf8_lossy(&html);
    let text = body::plain_text(&html);
    let page = render::guestbook(bundle.profile()?.language.as_deref());
    let times = notes
        .iter()
        .map(|(id, note)| places(&html, *id).max(told(&text, note)));
    Ok(match times.max() {
        // A page that says that the site opens soon shows no notes either.
        Some(0) | None if !text.contains(&body::plain_text(&page.body)) => Shown::Unknown,
        Some(0) | None => Shown::Never,
        Some(1) => Shown::Once,
        Some(_) => Shown::Twice,
    })
}

/// How often a page names the place of a comment. Every theme names it so, for links lead there; quotes are the minifier's choice.
fn places(html: &str, id: u64) -> usize {
    let count = |before: &str| {
        let name = format!("{before}comment-{id}");
        let is_place = |at: &usize| {
            let (front, rest) = (&html[..*at], &html[at + name.len()..]);
            let front = front.trim_end_matches(['"', '\'']).trim_end();
            let front = front.strip_suffix('=').map(str::trim_end);
            let is_id = front.is_some_and(|front| {
                let name = front
                    .get(front.len().saturating_sub(3)..)
                    .unwrap_or_default();
                name.trim_start().eq_ignore_ascii_case("id") && name.len() == 3
            });
            is_id && !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '-')
        };
        let found = html.match_indices(&name).map(|(at, _)| at);
        found.filter(is_place).count()
    };
    // Many a theme gives the box around the comment one, and the comment in it the other.
    count("").max(count("div-"))
}

/// How often a page tells the text of a note; short ones may stand anywhere.
fn told(text: &str, note: &str) -> usize {
    let end = note
        .char_indices()
        .nth(NOTE_CHARACTERS)
        .map_or(note.len(), |(at, _)| at);
    match note[..end].chars().count() < NOTE_CHARACTERS {
        true => 0,
        false => text.matches(&note[..end]).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::{places, told};

    #[test]
    fn the_place_of_a_comment_is_known_however_it_is_spelled() {
        for (html, times) in [
            (r#"<li id="comment-7">"#, 1),
            ("<li class=x ID='comment-7' >", 1),
            ("<li id=comment-7>", 1),
            ("<li id=comment-7 class=x><p id=comment-7>", 2),
            (r#"<li id="comment-7"><div id = "div-comment-7">"#, 1),
            (r#"<li id="comment-71"> <li id="comment-7-more">"#, 0),
            (r##"<a href="#comment-7"> <a grid="comment-7">"##, 0),
        ] {
            assert_eq!(places(html, 7), times, "{html}");
        }
    }

    #[test]
    fn a_note_is_known_by_its_text_where_that_is_long_enough() {
        let note = "We stayed a week and liked the garden, the soup and the stairs.";
        assert_eq!(told(&format!("Menu {note} Footer"), note), 1);
        assert_eq!(told("Hello and welcome", "Hello"), 0);
        assert_eq!(told("We stayed", note), 0);
    }
}
