//! A new home in memory that keeps the promises of `blog::doors::Destination`, with the faults a real one has. The engine is
//! tested against it; what WordPress really does is tested against a real WordPress.

use blog::{
    Identity, ItemRef,
    doors::{
        Answer, Destination, DestinationCard, FindDepth, NewHome, Observed, ObservedWhole, Outcome,
        PictureSize, Placed, PlacedPicture, Placement, Removal, Removed, SiteWishes, Thing,
        WriteError,
    },
};
use std::collections::BTreeMap;

/// Its address.
pub const ADDRESS: &str = "http://home.example";

/// A thing as the home keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Id at this home.
    pub id: u64,
    /// What was sent last.
    pub placement: Placement,
    /// Whether somebody changed it since.
    pub edited: bool,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct HomeFaults {
    /// Every n-th batch is applied, but its answer is lost.
    pub lose_answer_every: u32,
    /// Every n-th batch is refused before it is applied.
    pub refuse_every: u32,
}

/// A new home in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryHome {
    /// Everything it keeps.
    pub kept: BTreeMap<ItemRef, Kept>,
    /// What goes wrong.
    pub faults: HomeFaults,
    /// Batches it was sent.
    pub batches: u32,
    /// Things it created or changed.
    pub writes: u64,
    /// Calls of any kind.
    pub calls: u64,
    next_id: u64,
}

impl MemoryHome {
    /// What a visitor finds at `address`.
    fn page(&self, address: &str) -> Option<(&Kept, bool)> {
        let kept = self
            .kept
            .values()
            .find(|kept| self.address(kept) == address)?;
        let open = match &kept.placement.thing {
            Thing::Post(post) => post.status.is_published(),
            _ => true,
        };
        Some((kept, open))
    }

    fn address(&self, kept: &Kept) -> String {
        match &kept.placement.thing {
            Thing::Media(media) => format!("{ADDRESS}/files/{}", media.file_name),
            Thing::Comment(_) => format!("{ADDRESS}/#comment-{}", kept.id),
            Thing::Term(_) => format!("{ADDRESS}/terms/{}/", kept.id),
            Thing::Post(_) => format!("{ADDRESS}/{}/", kept.id),
        }
    }

    fn apply(&mut self, placement: &Placement) -> Outcome {
        if let Some(kept) = self.kept.get_mut(&placement.mark) {
            if kept.placement.fingerprint == placement.fingerprint {
                return Outcome::Unchanged;
            }
            if kept.edited {
                return Outcome::Conflict;
            }
            kept.placement = placement.clone();
            self.writes += 1;
            return Outcome::Updated;
        }
        self.next_id += 1;
        self.writes += 1;
        let kept = Kept {
            id: self.next_id,
            placement: placement.clone(),
            edited: false,
        };
        self.kept.insert(placement.mark.clone(), kept);
        Outcome::Created
    }

    fn placed(&self, mark: &ItemRef, outcome: Outcome) -> Placed {
        let kept = &self.kept[mark];
        Placed {
            mark: mark.clone(),
            outcome,
            id: Some(kept.id),
            address: Some(self.address(kept)),
            picture: self.picture(kept),
            remark: None,
        }
    }

    fn picture(&self, kept: &Kept) -> Option<PlacedPicture> {
        matches!(kept.placement.thing, Thing::Media(_)).then(|| PlacedPicture {
            id: kept.id,
            page: self.address(kept),
            shown_hash: None,
            sizes: vec![PictureSize {
                name: "full".to_owned(),
                address: self.address(kept),
                width: 1,
                height: 1,
            }],
        })
    }

    fn whole(&self, kept: &Kept) -> ObservedWhole {
        let mut whole = ObservedWhole::default();
        match &kept.placement.thing {
            Thing::Post(post) => {
                post.status.as_str().clone_into(&mut whole.status);
                whole.title.clone_from(&post.title);
                whole.content.clone_from(&post.content);
                whole.date_utc = post.date_utc;
                whole.password = post.password.clone().unwrap_or_default();
                whole.terms = post
                    .terms
                    .iter()
                    .filter_map(|term| self.kept.get(term))
                    .map(|term| term.id)
                    .collect();
                whole.comment_count = self.comments(&kept.placement.mark);
            }
            Thing::Comment(comment) => {
                whole.status = match comment.state {
                    blog::CommentState::Approved => "approved",
                    blog::CommentState::Held => "held",
                    blog::CommentState::Spam => "spam",
                }
                .to_owned();
                whole.title.clone_from(&comment.author);
                whole.content.clone_from(&comment.content);
                whole.date_utc = comment.date_utc;
            }
            Thing::Term(_) | Thing::Media(_) => {}
        }
        whole
    }

    fn comments(&self, post: &ItemRef) -> u64 {
        let under = |kept: &&Kept| matches!(&kept.placement.thing, Thing::Comment(comment) if comment.post == *post && comment.state == blog::CommentState::Approved);
        self.kept.values().filter(under).count() as u64
    }
}

impl Destination for MemoryHome {
    fn card(&self) -> DestinationCard {
        DestinationCard {
            name: "memory",
            title: "a home in memory",
            needs: "nothing",
            carries: &[],
            limits: &[],
        }
    }

    fn open(&mut self, _blog: &str) -> Result<NewHome, WriteError> {
        Ok(NewHome {
            address: ADDRESS.to_owned(),
            software: "memory".to_owned(),
            time_zone: "UTC".to_owned(),
            batch_items: 3,
            batch_bytes: 1 << 20,
            mode: "fast".to_owned(),
            users: Vec::new(),
            findings: Vec::new(),
        })
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        self.calls += 1;
        self.batches += 1;
        let every = |n: u32| n > 0 && self.batches.is_multiple_of(n);
        let (refuse, lose) = (
            every(self.faults.refuse_every),
            every(self.faults.lose_answer_every),
        );
        if refuse {
            return Err(WriteError::NotDone(
                "refused before it was applied".to_owned(),
            ));
        }
        let placed = batch
            .iter()
            .map(|placement| {
                let outcome = self.apply(placement);
                self.placed(&placement.mark, outcome)
            })
            .collect();
        if lose {
            Err(WriteError::Unknown("the answer was lost".to_owned()))
        } else {
            Ok(placed)
        }
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.calls += 1;
        Ok(marks
            .iter()
            .map(|mark| {
                self.kept.get(mark).map(|kept| Observed {
                    id: kept.id,
                    address: Some(self.address(kept)),
                    fingerprint: kept.placement.fingerprint.clone(),
                    edited: kept.edited,
                    picture: self.picture(kept),
                    whole: (depth == FindDepth::Whole).then(|| self.whole(kept)),
                })
            })
            .collect())
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.calls += 1;
        Ok(marks
            .iter()
            .map(|mark| {
                let outcome = match self.kept.get(mark) {
                    None => Removal::Absent,
                    Some(kept) if kept.edited => Removal::Kept,
                    Some(_) => {
                        self.kept.remove(mark);
                        Removal::Removed
                    }
                };
                Removed {
                    mark: mark.clone(),
                    outcome,
                    remark: None,
                }
            })
            .collect())
    }

    fn settle(&mut self, _wishes: &SiteWishes) -> Result<(), WriteError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn visit(&mut self, address: &str, as_owner: bool) -> Result<Answer, WriteError> {
        let answer = |status, body: Vec<u8>| Answer {
            status,
            address: address.to_owned(),
            media_type: None,
            body,
        };
        Ok(match self.page(address) {
            Some((kept, open)) if open || as_owner => match &kept.placement.thing {
                Thing::Post(post) => answer(200, post.content.clone().into_bytes()),
                Thing::Media(media) => answer(200, std::fs::read(&media.file).unwrap_or_default()),
                _ => answer(200, Vec::new()),
            },
            _ if address.trim_end_matches('/') == ADDRESS => answer(200, Vec::new()),
            _ => answer(404, Vec::new()),
        })
    }
}

/// The identity of blogs in tests of the engine.
#[must_use]
pub fn identity() -> Identity {
    Identity::Site {
        roots: vec!["old.example/blog".to_owned()],
    }
}
