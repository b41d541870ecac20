//! The waiting room: a private post where comments begin that nobody is to see, not for a moment, and those of posts that take no
//! new ones. The second call moves them to their post. It is made when it is needed first and taken away when the move ends; one
//! that a killed run left is found by its mark and used again.

use super::lookup::Route;
use super::seen::Seen;
use super::stamp::{Stamp, stamped};
use super::{Opened, stamp_was_lost};
use blog::doors::{Stand, WriteError};
use blog::{ItemRef, Kind};
use serde_json::json;

/// Its mark: no source names an item like this.
fn mark() -> ItemRef {
    ItemRef::new(Kind::Page, "rehome/waiting-room")
}

/// Its id; makes it where it is not there.
pub(super) fn open(home: &mut Opened) -> Result<u64, WriteError> {
    if let Some(id) = home.waiting_room {
        return Ok(id);
    }
    let id = match home.id_of(&mark())? {
        Some(id) => id,
        None => make(home)?,
    };
    home.waiting_room = Some(id);
    Ok(id)
}

fn make(home: &mut Opened) -> Result<u64, WriteError> {
    let stamp = Stamp {
        mark: home.lookup.name(&mark()),
        print: String::new(),
        sum: None,
        left: Stand::default(),
    };
    let text = "Comments wait here for a moment on their way to their posts. This post goes when the move ends.";
    let place = format!("{}?context=edit", Route::Posts.path());
    let body = json!({
        "title": "Comments on their way",
        "content": stamped(text, &home.blog_word, &stamp),
        "status": "private",
        "comment_status": "open",
        "ping_status": "closed",
    });
    let made = home.calls.post(&(place, body))?;
    let made = made.map_err(|refusal| WriteError::Refused(refusal.remark))?;
    let seen = Seen::of(Route::Posts, &made, &home.blog_word, &stamp.mark);
    let seen = seen.ok_or_else(stamp_was_lost)?;
    home.lookup.made(&seen);
    Ok(seen.id)
}

/// Takes it away, also one that an earlier run left, once nobody waits in it any more.
pub(super) fn close(home: &mut Opened) -> Result<(), WriteError> {
    let found = home.lookup.look(&home.calls, &[mark()])?;
    for room in found.into_iter().flatten() {
        let query = format!("post={}&status=any&per_page=1&_fields=id", room.id);
        let waiting = home
            .calls
            .get(Route::Comments.path(), &format!("context=edit&{query}"))?;
        if waiting.as_array().is_some_and(Vec::is_empty) {
            home.delete(&room)?;
        }
    }
    home.waiting_room = None;
    Ok(())
}
