//! A home in memory with the faults of a real one, and an anonymous reader who looks at everything after every call.

use super::told::Told;
use blog::{
    CommentState, ItemRef, Kind,
    doors::{
        Destination, DestinationCard, FindDepth, Narrowing, NewHome, Observed, Placed, Placement,
        Removed, SiteWishes, Thing, Visitor, WriteError,
    },
};
use std::sync::Arc;
use world::{
    dice::Dice,
    home::{ADDRESS, Kept, MemoryHome},
};

/// The home and who looks at it.
pub(super) struct Eyes<'a> {
    home: MemoryHome,
    told: &'a Told,
    dice: Dice,
    /// Whether calls fail, lose their answer, or are the last of a run.
    pub(super) faults: bool,
    /// Words that everyone could read and must not, with where.
    pub(super) leaks: Vec<String>,
    /// Things looked at.
    pub(super) looks: u64,
}

impl<'a> Eyes<'a> {
    pub(super) fn new(told: &'a Told, seed: u64) -> Self {
        Self {
            home: MemoryHome::default(),
            told,
            dice: Dice::from_words(&["eyes", &seed.to_string()]),
            faults: true,
            leaks: Vec::new(),
            looks: 0,
        }
    }

    /// From now on the source says something else.
    pub(super) fn now(self, told: &Told) -> Eyes<'_> {
        Eyes {
            home: self.home,
            told,
            dice: self.dice,
            faults: true,
            leaks: self.leaks,
            looks: self.looks,
        }
    }

    /// Looks at everything that stands there.
    pub(super) fn look_at_all(&mut self) {
        let all: Vec<ItemRef> = self.home.kept.keys().cloned().collect();
        self.look(&all);
    }

    fn look(&mut self, marks: &[ItemRef]) {
        for mark in marks {
            let Some(kept) = self.home.kept.get(mark) else {
                continue;
            };
            self.looks += 1;
            let shown = self.shown(kept);
            for word in self.told.leaks(&shown) {
                self.leaks.push(format!("{mark} shows {word}"));
            }
        }
    }

    /// What an anonymous reader gets to see of a thing.
    fn shown(&self, kept: &Kept) -> String {
        match &kept.placement.thing {
            Thing::Post(post) if post.status.is_published() => {
                format!(
                    "{} {} {} {}",
                    post.title,
                    post.content,
                    post.excerpt,
                    pretty(kept)
                )
            }
            Thing::Post(_) => String::new(),
            Thing::Term(term) => {
                format!(
                    "{} {} {}",
                    term.name,
                    term.description,
                    term.slug.as_deref().unwrap_or("")
                )
            }
            Thing::Media(media) if media.open.is_some() => {
                format!(
                    "{} {} {} {}",
                    media.file_name, media.title, media.caption, media.alt
                )
            }
            // The file answers to whoever guesses its name.
            Thing::Media(media) => {
                let stem = media.file_name.split('.').next().unwrap_or_default();
                let is_secret =
                    stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
                if is_secret {
                    String::new()
                } else {
                    self.told.secret.iter().next().cloned().unwrap_or_default()
                }
            }
            Thing::Comment(comment) => {
                let under = self
                    .home
                    .kept
                    .get(&comment.post)
                    .map(|kept| &kept.placement.thing);
                let open = matches!(under, Some(Thing::Post(post)) if post.status.is_published());
                if open && comment.state == CommentState::Approved {
                    format!("{} {} {}", comment.author, comment.url, comment.content)
                } else {
                    String::new()
                }
            }
            Thing::Amend(amended) => amended.content.clone(),
        }
    }

    fn dressed(&self, mut placed: Placed) -> Placed {
        if let Some(kept) = self.home.kept.get(&placed.mark)
            && matches!(placed.mark.kind, Kind::Post | Kind::Page)
        {
            placed.address = Some(pretty(kept));
        }
        placed
    }
}

/// Addresses of posts hold their slug, as those of WordPress do.
fn pretty(kept: &Kept) -> String {
    let slug = match &kept.placement.thing {
        Thing::Post(post) => post.slug.as_deref().unwrap_or("post"),
        _ => "thing",
    };
    format!("{ADDRESS}/{slug}-{}/", kept.id)
}

impl Destination for Eyes<'_> {
    fn card(&self) -> DestinationCard {
        self.home.card()
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let mut home = self.home.open(blog)?;
        home.batch_items = 1 + self.dice.below(40) as usize;
        Ok(home)
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        let chance = if self.faults {
            self.dice.below(40)
        } else {
            u64::MAX
        };
        match chance {
            0 => {
                return Err(WriteError::NotDone(
                    "refused before it was applied".to_owned(),
                ));
            }
            // As if the run were killed before its effect.
            1 => return Err(WriteError::Refused("killed before".to_owned())),
            _ => {}
        }
        let placed = self.home.place(batch)?;
        let marks: Vec<ItemRef> = batch
            .iter()
            .map(|placement| placement.mark.clone())
            .collect();
        self.look(&marks);
        match chance {
            2 => Err(WriteError::Unknown("the answer was lost".to_owned())),
            // As if the run were killed after its effect.
            3 => Err(WriteError::Refused("killed after".to_owned())),
            _ => Ok(placed
                .into_iter()
                .map(|placed| self.dressed(placed))
                .collect()),
        }
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        let mut found = self.home.find(marks, depth)?;
        for (mark, observed) in marks.iter().zip(&mut found) {
            if let (Some(observed), Some(kept), Kind::Post | Kind::Page) =
                (observed.as_mut(), self.home.kept.get(mark), mark.kind)
            {
                observed.address = Some(pretty(kept));
            }
        }
        Ok(found)
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        self.home.fence()
    }

    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        self.home.remove_twins(marks)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        self.home.narrow(wishes)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.home.remove(marks)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.home.settle(wishes)
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        self.home.finish()
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        self.home.visitor()
    }
}
