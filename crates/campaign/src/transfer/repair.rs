//! Repair: a blog that moved from Live Spaces in 2010 is put right where it stands.
//!
//! The home is read twice: first for what a post cannot know of itself (which post was which entry), then for the posts, entries of
//! menus and comments in which something is broken; those become items of the bundle, with the text as it was as their original. From
//! then on a repair is a transfer like any other: pictures are fetched and placed, texts are composed ([`amended`]) and placed with the
//! same care for lost answers and other people's changes, and all is read back. Undo puts the originals back ([`put_back`]).
//! WordPress keeps the entries of a menu among its posts, and here they are counted as such.

mod amended;
mod put_back;

pub(super) use put_back::put_back;

use super::{PackSettings, Stage, pack::fetch_pictures, patience::patiently, steps};
use crate::{
    Bundle, Error, Watch,
    bundle::{BundleIntake, Fact},
};
use blog::{
    Audience, Comment, CommentKind, CommentState, Finding, Identity, Item, ItemRef, Kind, Media,
    Moment, Person, Post, PostKind, PostState, Profile,
    codes::repair as codes,
    doors::{Destination, Intake, Left, MediaFetch, NewHome, Original, Standing, StandingOf},
    former_space::{
        FormerSpace, OwnPage, Trace, WORDS, dead_pictures, field_without_keys, holds_keys,
        own_links,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of a repair at its home: one home has one.
pub const NAME: &str = "repair";

/// Kinds of items that stand at the home and are put right.
pub(super) const STAND: &[Kind] = &[Kind::Post, Kind::Page, Kind::Comment];

/// What a bundle that is a repair knows of its blog.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Repair {
    /// Posts by the numbers of the entries they were.
    pub(super) entries: BTreeMap<u64, Target>,
}

impl Repair {
    /// Whether the blog has this page of the Space.
    pub(super) fn leads_to(&self, page: OwnPage) -> bool {
        match page {
            OwnPage::Entry(number) => self.entries.contains_key(&number),
            OwnPage::Front => true,
        }
    }
}

/// Where links to an entry lead.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Target {
    pub(super) id: u64,
    pub(super) address: String,
    /// Whether everyone may read its address, which has its title in it.
    pub(super) open: bool,
}

/// What is broken in a text, and what of it can be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Broken {
    /// Links to the Space itself and to entries that are posts here.
    pub links: usize,
    /// Links to entries that are none.
    pub dead_links: usize,
    /// Pictures on dead hosts that were found.
    pub pictures: usize,
    /// Pictures on dead hosts that were not.
    pub dead_pictures: usize,
    /// Texts and custom fields with keys in them.
    pub keys: usize,
}

impl Broken {
    fn any(self) -> bool {
        self != Self::default()
    }

    fn add(&mut self, other: Self) {
        self.links += other.links;
        self.dead_links += other.dead_links;
        self.pictures += other.pictures;
        self.dead_pictures += other.dead_pictures;
        self.keys += other.keys;
    }
}

/// Whether a bundle is a repair.
///
/// # Errors
/// When it cannot be read.
pub fn is_repair(bundle: &Bundle) -> Result<bool, Error> {
    Ok(bundle.fact::<Repair>(Fact::Repair)?.is_some())
}

/// Reads what is broken at the home into `bundle`, and fetches what pictures `shelf` still has. Writes nothing at the home. Answers what
/// is broken in all of it together, and where.
///
/// # Errors
/// When the home does not answer for long, the bundle cannot be written, or the owner asked to stop.
pub fn survey(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    shelf: &dyn MediaFetch,
    watch: &dyn Watch,
) -> Result<(Broken, Places), Error> {
    watch.stage(Stage::Pack);
    bundle.forget_findings(Stage::Pack)?;
    if bundle.fact::<jiff::Timestamp>(Fact::Made)?.is_none() {
        bundle.set_fact(Fact::Made, &watch.now())?;
    }
    bundle.set_fact(Fact::Source, &"repair")?;
    bundle.set_fact(Fact::Input, &home.address)?;
    let identity = learn(bundle, destination, home, watch)?;
    let mut intake = BundleIntake::start(bundle, watch)?;
    let mut outcome = Ok(());
    for of in [StandingOf::Posts, StandingOf::Comments] {
        outcome = outcome.and_then(|()| {
            each_standing(destination, of, watch, |standing| {
                keep(bundle, &mut intake, identity.as_ref(), standing)
            })
        });
    }
    intake.end(outcome.is_ok())?;
    outcome?;
    fetch_pictures(bundle, shelf, PackSettings::default(), watch)?;
    sum(bundle)
}

/// Where something is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Places {
    /// Posts, pages, menus and patterns.
    pub posts: usize,
    /// Comments.
    pub comments: usize,
    /// Entries of menus.
    pub menu_entries: usize,
}

/// Calls `visit` with everything that may be broken.
fn each_standing(
    destination: &mut dyn Destination,
    of: StandingOf,
    watch: &dyn Watch,
    mut visit: impl FnMut(Standing) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let page = patiently(watch, || {
            steps::STANDING.run(|| destination.standing(of, WORDS, after))
        })?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id.max(after + 1);
        page.into_iter().try_for_each(&mut visit)?;
        if watch.stop_asked() {
            return Err(Error::Interrupted);
        }
    }
}

/// The first reading: which Space the blog was, and which post was which entry.
fn learn(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    watch: &dyn Watch,
) -> Result<Option<Identity>, Error> {
    let mut space = FormerSpace::default();
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    let mut others = Vec::new();
    each_standing(destination, StandingOf::Posts, watch, |standing| {
        if let Some(trace) = trace(&standing) {
            // Of two posts that were one entry, the public one is meant.
            let public = standing.is_public();
            let address = if public {
                standing.address.as_str()
            } else {
                ""
            };
            space.learn(&trace, address, &standing.content);
            if !public {
                others.push((trace, standing.address.clone()));
            }
            let target = Target {
                id: standing.id,
                open: standing.is_public(),
                address: standing.address,
            };
            targets.insert(target.address.clone(), target);
        }
        Ok(())
    })?;
    for (trace, address) in others {
        space.learn(&trace, &address, "");
    }
    let target =
        |(number, address): (&u64, &String)| Some((*number, targets.get(address)?.clone()));
    let repair = Repair {
        entries: space.entries().iter().filter_map(target).collect(),
    };
    let identity = named_as_before(space.identity(), bundle.fact(Fact::Profile)?);
    let roots = vec![home.address.clone()];
    bundle.set_fact(
        Fact::Profile,
        &Profile {
            title: home.address.clone(),
            tagline: String::new(),
            language: None,
            time_zone: None,
            home: Some(home.address.clone()),
            owner: None,
            audience: Audience::Everyone,
            identity: identity.clone().unwrap_or(Identity::Site { roots }),
        },
    )?;
    let finding = match repair.entries.len() {
        0 => Finding::new(&codes::NO_TRACE, "No post tells which Space it came from."),
        1 => Finding::new(
            &codes::WAS_A_SPACE,
            "1 post came from a Space; its old number is known.",
        ),
        many => Finding::new(
            &codes::WAS_A_SPACE,
            format!("{many} posts came from a Space; their old numbers are known."),
        ),
    };
    watch.finding(&finding);
    bundle.keep_finding(Stage::Pack, &finding)?;
    bundle.set_fact(Fact::Repair, &repair)?;
    Ok(identity)
}

/// A Space with the names that an earlier reading found: the links that told them may be put right by now.
fn named_as_before(identity: Option<Identity>, before: Option<Profile>) -> Option<Identity> {
    let mut identity = identity?;
    if let (
        Identity::Space { cid, aliases, .. },
        Some(Identity::Space {
            cid: same,
            aliases: known,
            ..
        }),
    ) = (&mut identity, before.map(|profile| profile.identity))
        && *cid == same
    {
        aliases.extend(known);
        aliases.sort();
        aliases.dedup();
    }
    Some(identity)
}

fn trace(standing: &Standing) -> Option<Trace> {
    let fields = standing.fields.iter();
    Trace::find(
        fields.map(|field| (field.name.as_str(), field.value.as_str())),
        &standing.content,
    )
}

/// The item that a post or comment at the home is.
fn reference(standing: &Standing) -> ItemRef {
    let kind = match (standing.comment_on, standing.page) {
        (Some(_), _) => Kind::Comment,
        (None, true) => Kind::Page,
        (None, false) => Kind::Post,
    };
    ItemRef::new(kind, standing.id.to_string())
}

/// The second reading: what holds something broken becomes an item, with the pictures it shows.
fn keep(
    bundle: &Bundle,
    intake: &mut BundleIntake<'_>,
    identity: Option<&Identity>,
    standing: Standing,
) -> Result<(), Error> {
    let item = reference(&standing);
    let known = original(bundle, &item)?;
    let left = standing.left;
    let standing = match (left, known) {
        // What was there before us stays what undo puts back.
        (Left::AsLeft, Some(known)) => known,
        (Left::Edited, Some(known)) if !broken(&standing, identity, &|_| true).any() => known,
        (Left::Edited, _) => {
            // Its new text is whole and its owner's; what is broken in that is put right from there on.
            bundle.forget_placed(&item)?;
            standing
        }
        (_, _) => standing,
    };
    if !broken(&standing, identity, &|_| true).any() {
        return Ok(());
    }
    let json = serde_json::to_vec(&standing)?;
    let original = Original {
        bytes: &json,
        media_type: "application/json",
        place: &standing.address,
    };
    let halted = |halt| Error::from(blog::doors::ReadError::Halt(halt)).normalised();
    for media in pictures(&standing) {
        intake
            .item(Item::Media(media), Original::NONE)
            .map_err(halted)?;
    }
    let item = match standing.comment_on {
        Some(post) => Item::Comment(comment(&standing, post)),
        None => Item::Post(post(&standing)),
    };
    intake.item(item, original).map_err(halted)
}

fn comment(standing: &Standing, post: u64) -> Comment {
    Comment {
        id: standing.id.to_string(),
        post: post.to_string(),
        parent: None,
        kind: CommentKind::Comment,
        author: Person {
            name: standing.title.clone(),
            ..Person::default()
        },
        written: standing.date_utc.map(Moment::Instant),
        body: standing.content.clone(),
        state: if standing.status == "pending" {
            CommentState::Held
        } else {
            CommentState::Approved
        },
        title: None,
        ip: None,
    }
}

fn post(standing: &Standing) -> Post {
    let mut post = Post::new(standing.id.to_string());
    post.kind = if standing.page {
        PostKind::Page
    } else {
        PostKind::Post
    };
    post.title.clone_from(&standing.title);
    post.state = match standing.status.as_str() {
        "publish" | "private" => PostState::Published,
        "future" => PostState::Scheduled,
        _ => PostState::Draft,
    };
    post.audience = audience(standing);
    post.published = standing.date_utc.map(Moment::Instant);
    if !standing.address.is_empty() {
        post.base = Some(standing.address.clone());
        post.addresses = vec![standing.address.clone()];
    }
    post.addresses
        .extend(trace(standing).map(|trace| trace.address()));
    post.body.clone_from(&standing.content);
    post.excerpt = Some(standing.excerpt.clone()).filter(|excerpt| !excerpt.is_empty());
    post
}

fn audience(standing: &Standing) -> Audience {
    if standing.is_public() {
        Audience::Everyone
    } else {
        Audience::Owner
    }
}

/// The pictures that a text shows from dead hosts.
fn pictures(standing: &Standing) -> Vec<Media> {
    let mut pictures = dead_pictures(&standing.content, standing.text_of());
    pictures.extend(dead_pictures(&standing.excerpt, standing.text_of()));
    for media in &mut pictures {
        media.used_by = Some(reference(standing));
        media.audience = audience(standing);
    }
    pictures
}

/// The post as it was before us.
pub(super) fn original(bundle: &Bundle, item: &ItemRef) -> Result<Option<Standing>, Error> {
    let bytes = bundle.original(item)?;
    Ok(bytes
        .map(|bytes| serde_json::from_slice(&bytes))
        .transpose()?)
}

/// What is broken in a post. `found` says of a picture whether it was.
fn broken(
    standing: &Standing,
    identity: Option<&Identity>,
    found: &dyn Fn(&Media) -> bool,
) -> Broken {
    let mut broken = Broken::default();
    for text in [&standing.content, &standing.excerpt] {
        broken.keys += usize::from(holds_keys(text, standing.text_of()));
    }
    broken.links = identity.map_or(0, |identity| links_of(standing, identity).len());
    for field in &standing.fields {
        broken.keys += usize::from(field_without_keys(&field.value) != field.value.as_str());
    }
    for media in pictures(standing) {
        if found(&media) {
            broken.pictures += 1;
        } else {
            broken.dead_pictures += 1;
        }
    }
    broken
}

/// The pages of the Space that content and excerpt lead to.
pub(super) fn links_of(standing: &Standing, identity: &Identity) -> Vec<(String, OwnPage)> {
    [&standing.content, &standing.excerpt]
        .into_iter()
        .flat_map(|text| own_links(text, standing.text_of(), identity))
        .collect()
}

/// What is broken in a post, as far as the bundle knows what can be had.
pub(super) fn judged(
    bundle: &Bundle,
    repair: &Repair,
    standing: &Standing,
) -> Result<Broken, Error> {
    let identity = bundle.profile()?.identity;
    let mut judged = broken(standing, Some(&identity), &|_| true);
    judged.dead_links = links_of(standing, &identity)
        .iter()
        .filter(|(_, page)| !repair.leads_to(*page))
        .count();
    judged.links -= judged.dead_links;
    for media in pictures(standing) {
        let stored = bundle.stored_media(&media.id)?;
        if stored.is_none_or(|stored| stored.hash.is_empty()) {
            judged.dead_pictures += 1;
            judged.pictures -= 1;
        }
    }
    Ok(judged)
}

/// What is broken in all of the bundle together, and where.
fn sum(bundle: &Bundle) -> Result<(Broken, Places), Error> {
    let repair: Repair = bundle.fact(Fact::Repair)?.unwrap_or_default();
    let (mut sum, mut places, mut after) = (Broken::default(), Places::default(), 0);
    loop {
        let page = bundle.page(STAND, after, 64)?;
        let Some(last) = page.last() else {
            return Ok((sum, places));
        };
        after = last.seq;
        for stored in &page {
            if let Some(standing) = original(bundle, &stored.item.reference())? {
                sum.add(judged(bundle, &repair, &standing)?);
                *match (standing.menu_entry, standing.comment_on) {
                    (true, _) => &mut places.menu_entries,
                    (false, Some(_)) => &mut places.comments,
                    (false, None) => &mut places.posts,
                } += 1;
            }
        }
    }
}
