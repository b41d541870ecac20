//! Taking away what was placed and nothing else. What a person has touched stays, and what holds something that is theirs.

use super::hanging::Hanging;
use super::lookup::Route;
use super::seen::Seen;
use super::{Opened, WriteError};
use blog::doors::{Removal, Removed};
use blog::{ItemRef, Kind};
use serde_json::json;

/// Takes away what nobody touched since, all that carries a mark. Terms come last: what used them may be among the others.
pub(super) fn remove(home: &mut Opened, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
    let mut removed: Vec<Option<Removed>> = vec![None; marks.len()];
    let is_term = |at: &usize| matches!(marks[*at].kind, Kind::Category | Kind::Tag);
    let (terms, others): (Vec<usize>, Vec<usize>) = (0..marks.len()).partition(is_term);
    for places in [others, terms] {
        let some: Vec<ItemRef> = places.iter().map(|at| marks[*at].clone()).collect();
        let found = home.lookup.look(&home.calls, &some)?;
        let hangs = Hanging::on(home, &found)?;
        let mut gone = Vec::new();
        for ((at, mark), things) in places.into_iter().zip(some).zip(found) {
            let fate = fate(home, &things, &hangs)?;
            home.ids.remove(&mark);
            match fate {
                Fate::Stays(outcome, remark) => removed[at] = Some(line(mark, outcome, remark)),
                Fate::Goes => gone.push((at, mark, things)),
            }
        }
        let all: Vec<&Seen> = gone.iter().flat_map(|(_, _, things)| things).collect();
        let mut done = home.delete_all(&all)?.into_iter();
        for (at, mark, things) in gone {
            let went = done
                .by_ref()
                .take(things.len())
                .filter(|gone| *gone)
                .count();
            removed[at] = Some(match went == things.len() {
                true => line(mark, Removal::Removed, None),
                false => line(mark, Removal::Kept, Some("WordPress refused")),
            });
        }
    }
    Ok(removed.into_iter().flatten().collect())
}

fn line(mark: ItemRef, outcome: Removal, remark: Option<&str>) -> Removed {
    Removed {
        mark,
        outcome,
        remark: remark.map(str::to_owned),
    }
}

/// What becomes of things that carry one mark.
enum Fate {
    Goes,
    Stays(Removal, Option<&'static str>),
}

fn fate(home: &mut Opened, things: &[Seen], hangs: &Hanging) -> Result<Fate, WriteError> {
    if things.iter().any(Seen::is_edited) {
        return Ok(Fate::Stays(Removal::Kept, Some("edited")));
    }
    if things.is_empty() {
        return Ok(Fate::Stays(Removal::Absent, None));
    }
    let is_post = |thing: &&Seen| matches!(thing.route, Route::Posts | Route::Pages);
    if let Some(why) = things
        .iter()
        .filter(is_post)
        .find_map(|post| hangs.why_kept(post.id))
    {
        return Ok(Fate::Stays(Removal::Kept, Some(why)));
    }
    let mut all = Fate::Goes;
    for term in things.iter().filter(|thing| thing.route.is_term()) {
        if let stays @ Fate::Stays(..) = fate_of_term(home, term)? {
            all = stays;
        }
    }
    Ok(all)
}

/// A term that was there before us, or that others use, only loses our stamp.
fn fate_of_term(home: &mut Opened, thing: &Seen) -> Result<Fate, WriteError> {
    let rest = thing.unstamped();
    let is_used = thing.value["count"].as_u64().unwrap_or(0) > 0;
    let is_shared = rest != thing.text;
    if !(thing.is_adopted() || is_used || is_shared) {
        return Ok(Fate::Goes);
    }
    let call = (
        format!("{}/{}", thing.route.path(), thing.id),
        json!({ "description": rest }),
    );
    let remark = match home.calls.post(&call)? {
        Err(_) => "WordPress refused",
        Ok(_) if thing.is_adopted() => "adopted",
        Ok(_) => "it has posts that were not placed by this move",
    };
    Ok(Fate::Stays(Removal::Kept, Some(remark)))
}

/// Takes the younger ones away where several things carry a mark.
pub(super) fn remove_twins(home: &mut Opened, marks: &[ItemRef]) -> Result<u64, WriteError> {
    let mut gone = 0;
    for things in home.lookup.look(&home.calls, marks)? {
        for twin in things.iter().skip(1).filter(|twin| !twin.route.is_term()) {
            gone += u64::from(home.delete(twin)?);
        }
    }
    Ok(gone)
}
