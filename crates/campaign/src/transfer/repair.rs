//! Repair: a blog that moved from Live Spaces in 2010 is put right where it stands.
//!
//! The home is read twice: first for what a post cannot know of itself (which post was which entry), then for the posts in which
//! something is broken; those become items of the bundle, with the text as it was as their original. From then on a repair is a
//! transfer like any other: pictures are fetched and placed, posts are composed ([`amended`]) and placed with the same care for lost
//! answers and other people's changes, and all is read back. Undo puts the originals back ([`put_back`]).

mod amended;
mod put_back;

pub(super) use put_back::put_back;

use super::{PackSettings, Stage, pack::fetch_pictures, patience::patiently, steps};
use crate::{
    Bundle, Error, Watch,
    bundle::{BundleIntake, Fact},
};
use blog::{
    Audience, Finding, Identity, Item, ItemRef, Kind, Media, Moment, Post, PostKind, PostState,
    Profile,
    body::{ReferenceKind, references},
    codes::repair as codes,
    doors::{Destination, Intake, Left, MediaFetch, NewHome, Original, Standing},
    former_space::{
        FormerSpace, Trace, WORDS, dead_pictures, entry_number, field_without_keys,
        text_without_keys,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name of a repair at its home: one home has one.
pub const NAME: &str = "repair";

/// What a bundle that is a repair knows of its blog.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Repair {
    /// Posts by the numbers of the entries they were.
    pub(super) entries: BTreeMap<u64, Target>,
}

/// Where links to an entry lead.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Target {
    pub(super) id: u64,
    pub(super) address: String,
    /// Whether everyone may read its address, which has its title in it.
    pub(super) open: bool,
}

/// What is broken in a post, and what of it can be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Broken {
    /// Links to entries that are posts here.
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
/// is broken in all posts together, and in how many.
///
/// # Errors
/// When the home does not answer for long, the bundle cannot be written, or the owner asked to stop.
pub fn survey(
    bundle: &Bundle,
    destination: &mut dyn Destination,
    home: &NewHome,
    shelf: &dyn MediaFetch,
    watch: &dyn Watch,
) -> Result<(Broken, usize), Error> {
    watch.stage(Stage::Pack);
    bundle.forget_findings(Stage::Pack)?;
    if bundle.fact::<jiff::Timestamp>(Fact::Made)?.is_none() {
        bundle.set_fact(Fact::Made, &watch.now())?;
    }
    bundle.set_fact(Fact::Source, &"repair")?;
    bundle.set_fact(Fact::Input, &home.address)?;
    let identity = learn(bundle, destination, home, watch)?;
    let mut intake = BundleIntake::start(bundle, watch)?;
    let outcome = each_standing(destination, watch, |standing| {
        keep(bundle, &mut intake, identity.as_ref(), standing)
    });
    intake.end(outcome.is_ok())?;
    outcome?;
    fetch_pictures(bundle, shelf, PackSettings::default(), watch)?;
    sum(bundle)
}

/// Calls `visit` with every post that may be broken.
fn each_standing(
    destination: &mut dyn Destination,
    watch: &dyn Watch,
    mut visit: impl FnMut(Standing) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let page = patiently(watch, || {
            steps::STANDING.run(|| destination.standing(WORDS, after))
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
    each_standing(destination, watch, |standing| {
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
    let identity = space.identity();
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

fn trace(standing: &Standing) -> Option<Trace> {
    let fields = standing.fields.iter();
    Trace::find(
        fields.map(|field| (field.name.as_str(), field.value.as_str())),
        &standing.content,
    )
}

/// The item that a post at the home is.
fn reference(standing: &Standing) -> ItemRef {
    let kind = if standing.page {
        Kind::Page
    } else {
        Kind::Post
    };
    ItemRef::new(kind, standing.id.to_string())
}

/// The second reading: a post in which something is broken becomes an item, with the pictures it shows.
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
    let post = post(&standing);
    intake.item(Item::Post(post), original).map_err(halted)
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
    post.base = Some(standing.address.clone());
    post.addresses = vec![standing.address.clone()];
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

/// The pictures that a post shows from dead hosts.
fn pictures(standing: &Standing) -> Vec<Media> {
    let mut pictures = dead_pictures(&standing.content);
    pictures.extend(dead_pictures(&standing.excerpt));
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
        broken.keys += usize::from(text_without_keys(text) != text.as_str());
        let links = references(text);
        broken.links += links
            .iter()
            .filter(|link| link.kind == ReferenceKind::Link)
            .filter_map(|link| entry_number(&link.address, identity?))
            .count();
    }
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

/// What is broken in a post, as far as the bundle knows what can be had.
pub(super) fn judged(
    bundle: &Bundle,
    repair: &Repair,
    standing: &Standing,
) -> Result<Broken, Error> {
    let identity = bundle.profile()?.identity;
    let mut judged = broken(standing, Some(&identity), &|_| true);
    let links = [&standing.content, &standing.excerpt].map(|text| references(text));
    let numbers = links
        .iter()
        .flatten()
        .filter(|link| link.kind == ReferenceKind::Link)
        .filter_map(|link| entry_number(&link.address, &identity));
    judged.dead_links = numbers
        .filter(|number| !repair.entries.contains_key(number))
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

/// What is broken in all posts of the bundle together, and in how many.
fn sum(bundle: &Bundle) -> Result<(Broken, usize), Error> {
    let repair: Repair = bundle.fact(Fact::Repair)?.unwrap_or_default();
    let (mut sum, mut posts, mut after) = (Broken::default(), 0, 0);
    loop {
        let page = bundle.page(&[Kind::Post, Kind::Page], after, 64)?;
        let Some(last) = page.last() else {
            return Ok((sum, posts));
        };
        after = last.seq;
        for stored in &page {
            if let Some(standing) = original(bundle, &stored.item.reference())? {
                sum.add(judged(bundle, &repair, &standing)?);
                posts += 1;
            }
        }
    }
}
