//! A new home in memory that keeps the promises of `blog::doors::Destination`, with the faults a real one has. The engine is
//! tested against it; what WordPress really does is tested against a real WordPress.

mod faults;

pub use faults::{Clock, HomeFaults};

use blog::{
    Identity, ItemRef,
    doors::{
        CustomFields, Destination, DestinationCard, FindDepth, Narrowing, NewHome, Observed,
        ObservedWhole, Outcome, PictureSize, Placed, PlacedPicture, Placement, PostThing, Removal,
        Removed, SiteWishes, Stand, Thing, Visitor, WriteError,
    },
};
use faults::{Mishap, Pending};
use jiff::ToSpan;
use points::Bug;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

/// Its address.
pub const ADDRESS: &str = "http://home.example";

/// Seconds after which it says that it cannot be working on a call any more.
pub const SETTLE_SECONDS: u64 = 60;

/// How long one call takes.
const CALL: Duration = Duration::from_millis(20);

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

/// A new home in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryHome {
    /// Everything it keeps.
    pub kept: BTreeMap<ItemRef, Kept>,
    /// Pages that their owner moved, and where to.
    pub arranged: BTreeMap<ItemRef, Stand>,
    /// Things that carry the mark of another: creates that arrived after their repetition.
    pub twins: Vec<Kept>,
    /// What goes wrong.
    pub faults: HomeFaults,
    /// Whether its theme shows no comments on pages.
    pub pages_hide_comments: bool,
    /// Whether, besides, it does not run the block that shows them.
    pub blocks_hide_comments: bool,
    /// Whether its pages come without quotes that HTML does not need.
    pub minifies: bool,
    /// Whether every page says that the site opens soon.
    pub opens_soon: bool,
    /// Whether it can shut earlier calls out. One that cannot has to be waited for.
    pub fenced: bool,
    /// Whether a create that looked before its repetition arrived still creates. A home with unique marks refuses that.
    pub twins_possible: bool,
    /// Whether the addresses of its posts are made of year and slug, and it says so beforehand.
    pub says_addresses: bool,
    /// Slugs that others had first.
    pub slugs_taken: Vec<String>,
    /// Whether it cannot make a thing less visible without overwriting it.
    pub cannot_narrow: bool,
    /// The time there.
    pub clock: Clock,
    /// Batches it was sent.
    pub batches: u32,
    /// Things it created or changed.
    pub writes: u64,
    /// Calls of any kind.
    pub calls: u64,
    /// What it was told about the blog as a whole.
    pub wishes: Option<SiteWishes>,
    next_id: u64,
    fence: u64,
    pending: Vec<Pending>,
}

impl MemoryHome {
    /// The owner changes a thing there by hand.
    pub fn edit(&mut self, mark: &ItemRef) {
        if let Some(kept) = self.kept.get_mut(mark) {
            kept.edited = true;
            if let Thing::Post(post) = &mut kept.placement.thing {
                post.content.push_str("<p>By the owner.</p>");
            }
        }
    }

    /// Whether everything that was sent late has arrived or was shut out.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.pending.is_empty()
    }

    /// A call: time passes, and what is late may arrive before it is answered.
    pub fn call(&mut self) {
        self.calls += 1;
        self.clock.pass(CALL);
        let now = self.clock.now();
        let (due, rest) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|pending| pending.due <= now);
        self.pending = rest;
        let due: Vec<Pending> = due;
        for late in due {
            if !self.fenced || late.fence == self.fence {
                self.arrive(&late);
            }
        }
    }

    fn arrive(&mut self, late: &Pending) {
        for placement in &late.batch {
            let doubles = self.twins_possible && late.absent.contains(&placement.mark);
            if doubles && self.kept.contains_key(&placement.mark) {
                self.next_id += 1;
                self.twins.push(Kept {
                    id: self.next_id,
                    placement: placement.clone(),
                    edited: false,
                });
            } else {
                self.apply(placement);
            }
        }
    }

    fn delay(&mut self, batch: &[Placement]) {
        let seconds = i64::try_from(self.faults.late_seconds).unwrap_or(i64::MAX / 1_000_000);
        let marks = batch.iter().map(|placement| placement.mark.clone());
        self.pending.push(Pending {
            due: self.clock.now() + seconds.seconds(),
            fence: self.fence,
            absent: marks.filter(|mark| !self.kept.contains_key(mark)).collect(),
            batch: batch.to_vec(),
        });
    }

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

    /// The comments of a page as themes show them, at least the places that links lead to. A theme that shows none shows them
    /// where the page has a block for them.
    fn comments_under(&self, page: &ItemRef) -> String {
        let shows_itself = |kept: &Kept| matches!(&kept.placement.thing, Thing::Post(post) if post.content.contains("<!-- wp:comments -->"));
        let runs = |kept: &Kept| !self.blocks_hide_comments && shows_itself(kept);
        let times = usize::from(!self.pages_hide_comments)
            + usize::from(self.kept.get(page).is_some_and(runs));
        let of_page = |kept: &&Kept| matches!(&kept.placement.thing, Thing::Comment(comment) if comment.post == *page);
        let quote = if self.minifies { "" } else { "\"" };
        let place = |kept: &Kept| format!("<li id={quote}comment-{}{quote}></li>", kept.id);
        let places: String = self.kept.values().filter(of_page).map(place).collect();
        places.repeat(times)
    }

    fn address(&self, kept: &Kept) -> String {
        match &kept.placement.thing {
            Thing::Media(media) => format!("{ADDRESS}/files/{}", media.file_name),
            Thing::Comment(_) => format!("{ADDRESS}/#comment-{}", kept.id),
            Thing::Term(_) => format!("{ADDRESS}/terms/{}/", kept.id),
            Thing::Post(post) if self.says_addresses => self.by_slug(post, kept.id),
            Thing::Post(_) | Thing::Amend(_) => format!("{ADDRESS}/{}/", kept.id),
        }
    }

    fn by_slug(&self, post: &PostThing, id: u64) -> String {
        let slug = post.slug.clone().unwrap_or_else(|| id.to_string());
        let year = post.date_utc.map(|date| date.strftime("%Y").to_string());
        let twin = if self.slugs_taken.contains(&slug) {
            "-2"
        } else {
            ""
        };
        format!("{ADDRESS}/{}/{slug}{twin}/", year.unwrap_or_default())
    }

    fn apply(&mut self, placement: &Placement) -> Outcome {
        if let Some(kept) = self.kept.get_mut(&placement.mark) {
            if kept.placement.fingerprint == placement.fingerprint {
                return Outcome::Unchanged;
            }
            if kept.edited && !points::planted(Bug::OverwriteEdits) {
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
                whole.excerpt.clone_from(&post.excerpt);
                whole.date_utc = post.date_utc;
                whole.password = post.password.clone().unwrap_or_default();
                whole.terms = post
                    .terms
                    .iter()
                    .filter_map(|term| self.kept.get(term))
                    .map(|term| term.id)
                    .collect();
                whole.comment_count = self.comments(&kept.placement.mark);
                whole.fields.clone_from(&post.fields);
                let parent = post.parent.as_ref().and_then(|page| self.kept.get(page));
                whole.parent = parent.map_or(0, |page| page.id);
                whole.order = post.order;
                whole.left = Some(Stand {
                    parent: whole.parent,
                    order: post.order.unwrap_or(0),
                });
                if let Some(stand) = self.arranged.get(&kept.placement.mark) {
                    whole.parent = stand.parent;
                    whole.order = Some(stand.order);
                }
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
                let id = |mark: &ItemRef| self.kept.get(mark).map(|kept| kept.id);
                whole.post = Some(&comment.post).and_then(id).unwrap_or(0);
                whole.parent = comment.parent.as_ref().and_then(id).unwrap_or(0);
            }
            Thing::Amend(amended) => whole.content.clone_from(&amended.content),
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
            post_addresses: self
                .says_addresses
                .then(|| format!("{ADDRESS}/{{year}}/{{slug}}/")),
            batch_items: 3,
            batch_bytes: 1 << 20,
            mode: "fast".to_owned(),
            users: Vec::new(),
            findings: Vec::new(),
            custom_fields: CustomFields::Named,
            settle_seconds: SETTLE_SECONDS,
        })
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        self.call();
        self.fence += 1;
        Ok(self.fenced)
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        self.call();
        self.batches += 1;
        let mishap = self.faults.of(self.batches, batch);
        let lost = || WriteError::Unknown("the answer was lost".to_owned());
        match mishap {
            Some(Mishap::Poisoned) => {
                return Err(WriteError::Unknown("answered 500".to_owned()));
            }
            Some(Mishap::Busy) => {
                return Err(WriteError::Later {
                    what: "too many requests".to_owned(),
                    wait_seconds: self.faults.busy_seconds,
                });
            }
            Some(Mishap::Refused) => {
                return Err(WriteError::NotDone(
                    "refused before it was applied".to_owned(),
                ));
            }
            Some(Mishap::Late) => {
                self.delay(batch);
                return Err(lost());
            }
            Some(Mishap::Lost | Mishap::Cut) | None => {}
        }
        let mut placed: Vec<Placed> = batch
            .iter()
            .map(|placement| {
                let outcome = self.apply(placement);
                self.placed(&placement.mark, outcome)
            })
            .collect();
        match mishap {
            Some(Mishap::Lost) => Err(lost()),
            Some(Mishap::Cut) => {
                placed.pop();
                Ok(placed)
            }
            _ => Ok(placed),
        }
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        self.call();
        let twins = |mark: &ItemRef| {
            let twin = |kept: &&Kept| kept.placement.mark == *mark;
            self.twins.iter().filter(twin).count() as u64
        };
        Ok(marks
            .iter()
            .map(|mark| {
                self.kept.get(mark).map(|kept| Observed {
                    id: kept.id,
                    address: Some(self.address(kept)),
                    fingerprint: kept.placement.fingerprint.clone(),
                    edited: kept.edited,
                    twins: twins(mark),
                    picture: self.picture(kept),
                    whole: (depth == FindDepth::Whole).then(|| self.whole(kept)),
                })
            })
            .collect())
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        self.call();
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

    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        self.call();
        let before = self.twins.len();
        self.twins
            .retain(|twin| !marks.contains(&twin.placement.mark));
        Ok((before - self.twins.len()) as u64)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        self.call();
        if self.cannot_narrow {
            return Ok(vec![false; wishes.len()]);
        }
        for wish in wishes {
            if let Some(kept) = self.kept.get_mut(&wish.mark) {
                match &mut kept.placement.thing {
                    Thing::Post(post) => post.status = wish.status,
                    Thing::Media(media) => media.open = None,
                    Thing::Comment(comment) => comment.state = blog::CommentState::Held,
                    Thing::Term(_) | Thing::Amend(_) => {}
                }
            }
        }
        Ok(vec![true; wishes.len()])
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        self.wishes = Some(wishes.clone());
        Ok(())
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        Ok(Arc::new(self.clone()))
    }
}

/// Sees the home as it was when the visitor was called.
impl Visitor for MemoryHome {
    fn visit(&self, address: &str, as_owner: bool, to: &mut dyn Write) -> Result<u16, WriteError> {
        let body = match self.page(address) {
            Some(_) if self.opens_soon => b"<h1>Opening soon</h1>".to_vec(),
            Some((kept, open)) if open || as_owner => match &kept.placement.thing {
                Thing::Post(post) if post.page => [
                    post.content.as_str(),
                    &self.comments_under(&kept.placement.mark),
                ]
                .concat()
                .into_bytes(),
                Thing::Post(post) => post.content.clone().into_bytes(),
                Thing::Media(media) => std::fs::read(&media.file).unwrap_or_default(),
                _ => Vec::new(),
            },
            _ if address.trim_end_matches('/') == ADDRESS => Vec::new(),
            _ => return Ok(404),
        };
        to.write_all(&body)
            .map_err(|error| WriteError::NotDone(error.to_string()))?;
        Ok(200)
    }
}

/// The identity of blogs in tests of the engine.
#[must_use]
pub fn identity() -> Identity {
    Identity::Site {
        roots: vec!["old.example/blog".to_owned()],
    }
}
