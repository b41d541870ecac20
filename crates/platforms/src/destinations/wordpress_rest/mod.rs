//! A WordPress as it is, without any plugin: its own REST interface (`wp/v2`), with an application password.
//!
//! * `calls`: signed-in calls, one by one or up to 25 in one request
//! * `opening`: who we are there, what the new home can and cannot carry
//! * `stamp`: how a thing is known again; `seen`: a thing with one; `lookup`: which thing carries which mark
//! * `copies`: smaller copies of pictures, where they are taken
//! * `terms`, `media`, `posts`, `comments`: placing each kind; `room`: where comments wait that nobody is to see
//! * `tree`: where pages stand
//! * `reading`: finding, narrowing; `removing`: taking away, unless something is `hanging` on it

mod calls;
mod comments;
mod copies;
mod hanging;
mod lookup;
mod media;
mod opening;
mod posts;
mod reading;
mod removing;
mod room;
mod seen;
mod stamp;
mod terms;
mod tree;

use super::wordpress::Line;
use super::wordpress_plugin::CopyMaker;
use blog::doors::{
    CommentThing, Destination, DestinationCard, FindDepth, MediaThing, Narrowing, NewHome,
    Observed, Outcome, Placed, Placement, PostThing, Removed, SiteWishes, TermThing, Thing,
    Visitor, WriteError,
};
use blog::{ItemRef, Kind, Secret};
use calls::Calls;
use jiff::Timestamp;
use lookup::Lookup;
use opening::Site;
use pictures::{InProcess, Shrink};
use seen::Seen;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What this destination says about itself.
pub const CARD: DestinationCard = DestinationCard {
    name: "wordpress-rest",
    title: "WordPress without a plugin",
    needs: "the address of a WordPress (5.6 or newer), an administrator's login name, and an application password made for it \
            under Users → Profile",
    carries: &Kind::ALL,
    limits: &[
        "Dates of the last change become the day of the move.",
        "Custom fields stay in the bundle.",
        "Trackbacks and pingbacks become ordinary comments.",
        "Picture files lie in the folder of the month of the move.",
        "WordPress makes the smaller copies of pictures itself; from 7.1 on, over https, it takes ours of large ones.",
        "Files of more than 256 MiB stay in the bundle, as do those that the WordPress does not allow.",
        "E-mail and IP addresses of commenters stay in the bundle.",
        "Scripts, forms and embedded players in texts are removed.",
        "Users without the right unfiltered_html lose more: WordPress filters what they write.",
        "Each text carries a comment of HTML that no reader sees; by it things are found again.",
        "There is no fence: after a lost answer the move waits until the WordPress cannot be working on it any more.",
    ],
};

/// How this destination is used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the password may travel unencrypted to another machine.
    pub allow_insecure: bool,
    /// Longest time for one call, answer included.
    pub timeout: Duration,
    /// Seconds after which the WordPress cannot be working on a call any more whose answer was lost; by default as long as a call
    /// may take, and a minute at least.
    pub settle_seconds: Option<u64>,
    /// Who makes smaller copies of pictures, where the WordPress takes them.
    pub shrink: Arc<dyn Shrink>,
    /// Most memory for the pixels of pictures.
    pub picture_memory_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_insecure: false,
            timeout: Duration::from_secs(120),
            settle_seconds: None,
            shrink: Arc::new(InProcess),
            picture_memory_bytes: 96 * 1024 * 1024,
        }
    }
}

impl Settings {
    fn line(&self) -> Line {
        Line {
            timeout: self.timeout,
            allow_insecure: self.allow_insecure,
        }
    }
}

/// The new home of one blog: a WordPress without plugin.
pub struct WordPressRest {
    address: String,
    user: String,
    password: Secret,
    settings: Settings,
    opened: Option<Opened>,
}

/// What is known once the home is open.
struct Opened {
    calls: Calls,
    site: Site,
    blog_word: String,
    lookup: Lookup,
    /// Ids that were asked for, so that a thousand posts of one category ask once.
    ids: BTreeMap<ItemRef, u64>,
    /// Categories and tags that are there, so that a thousand of them are read once.
    terms: BTreeMap<lookup::Route, terms::There>,
    /// Posts that comments belong to: id and date.
    posts: BTreeMap<ItemRef, (u64, Option<Timestamp>)>,
    /// Whether the site's search was seen to find what was just placed.
    searches: bool,
    /// The id of the waiting room, once it is open.
    waiting_room: Option<u64>,
    /// Whether comments are taken without an e-mail address; found out at the first one.
    wants_email: bool,
    /// Who makes smaller copies of pictures; nobody where the site makes them itself.
    copies: Option<CopyMaker>,
}

impl WordPressRest {
    /// The WordPress at `address` (scheme may be left out), as `user` with an application password.
    #[must_use]
    pub fn new(address: &str, user: &str, password: Secret, settings: Settings) -> Self {
        Self {
            address: address.trim().to_owned(),
            user: user.trim().to_owned(),
            password,
            settings,
            opened: None,
        }
    }

    /// Asks whether address and sign-in are right and takes nothing. `authors` are logins that posts will be given to.
    ///
    /// # Errors
    /// As [`Destination::open`]; [`WriteError::Refused`] names the authors who are not there.
    pub fn knock(&self, authors: &[&str]) -> Result<(), WriteError> {
        let (_, site) = self.greet()?;
        opening::refuse_unknown_authors(&site, authors)
    }

    fn greet(&self) -> Result<(Calls, Site), WriteError> {
        let (calls, index) =
            Calls::connect(&self.address, &self.user, &self.password, &self.settings)?;
        let site = opening::greet(&calls, &index)?;
        Ok((calls, site))
    }

    fn opened(&mut self) -> Result<&mut Opened, WriteError> {
        self.opened.as_mut().ok_or_else(|| {
            WriteError::NotDone("the new home was not opened before it was used".to_owned())
        })
    }
}

impl Destination for WordPressRest {
    fn card(&self) -> DestinationCard {
        CARD
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let (calls, site) = self.greet()?;
        let home = opening::describe(&site, &calls, &self.settings);
        let blog_word = stamp::blog_word(blog);
        let copies = copies::maker(&calls, &self.settings);
        self.opened = Some(Opened {
            copies,
            lookup: Lookup::new(&blog_word),
            blog_word,
            calls,
            site,
            ids: BTreeMap::new(),
            terms: BTreeMap::new(),
            posts: BTreeMap::new(),
            searches: false,
            waiting_room: None,
            wants_email: false,
        });
        Ok(home)
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        let home = self.opened()?;
        let mut answers: Vec<Option<Placed>> = vec![None; batch.len()];
        let parts = Parts::of(batch);
        // What others name goes first.
        terms::place(home, &parts.terms, &mut answers)?;
        media::place(home, &parts.media, &mut answers)?;
        posts::place(home, &parts.posts, &mut answers)?;
        comments::place(home, &parts.comments, &mut answers)?;
        let answers: Option<Vec<Placed>> = answers.into_iter().collect();
        answers.ok_or_else(|| {
            WriteError::Unknown("the new home did not answer for every item".to_owned())
        })
    }

    /// WordPress has no fence. Whoever asks is in doubt about what arrived: nothing that was seen before is believed any more.
    fn fence(&mut self) -> Result<bool, WriteError> {
        self.opened()?.forget();
        Ok(false)
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        reading::find(self.opened()?, marks, depth)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        removing::remove(self.opened()?, marks)
    }

    fn remove_twins(&mut self, marks: &[ItemRef]) -> Result<u64, WriteError> {
        removing::remove_twins(self.opened()?, marks)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        reading::narrow(self.opened()?, wishes)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        opening::settle(&self.opened()?.calls, wishes)
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        room::close(self.opened()?)
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        Ok(Arc::new(self.opened()?.calls.guest()))
    }
}

/// A batch by kind; each with its place in the batch.
#[derive(Default)]
struct Parts<'a> {
    terms: Vec<(usize, &'a Placement, &'a TermThing)>,
    media: Vec<(usize, &'a Placement, &'a MediaThing)>,
    posts: Vec<(usize, &'a Placement, &'a PostThing)>,
    comments: Vec<(usize, &'a Placement, &'a CommentThing)>,
}

impl<'a> Parts<'a> {
    fn of(batch: &'a [Placement]) -> Self {
        let mut parts = Self::default();
        for (at, placement) in batch.iter().enumerate() {
            match &placement.thing {
                Thing::Term(thing) => parts.terms.push((at, placement, thing)),
                Thing::Media(thing) => parts.media.push((at, placement, thing)),
                Thing::Post(thing) => parts.posts.push((at, placement, thing)),
                Thing::Comment(thing) => parts.comments.push((at, placement, thing)),
                // Only offered by the plugin; `standing` says so before anything is composed.
                Thing::Amend(_) => {}
            }
        }
        parts
    }
}

impl Opened {
    fn forget(&mut self) {
        self.lookup = Lookup::new(&self.blog_word);
        self.ids.clear();
        self.terms.clear();
        self.posts.clear();
        self.waiting_room = None;
    }

    /// The id of what was placed for `mark`, if it is there.
    fn id_of(&mut self, mark: &ItemRef) -> Result<Option<u64>, WriteError> {
        if let Some(id) = self.ids.get(mark) {
            return Ok(Some(*id));
        }
        let found = self.lookup.look(&self.calls, std::slice::from_ref(mark))?;
        let id = found
            .first()
            .and_then(|things| things.first())
            .map(|thing| thing.id);
        if let Some(id) = id {
            self.ids.insert(mark.clone(), id);
        }
        Ok(id)
    }

    /// Id and date of the post that was placed for `mark`, if it is there.
    fn post_of(&mut self, mark: &ItemRef) -> Result<Option<(u64, Option<Timestamp>)>, WriteError> {
        if let Some(post) = self.posts.get(mark) {
            return Ok(Some(*post));
        }
        let found = self.lookup.look(&self.calls, std::slice::from_ref(mark))?;
        let post = found.first().and_then(|things| things.first());
        let post = post.map(|thing| (thing.id, thing.date_utc()));
        if let Some(post) = post {
            self.posts.insert(mark.clone(), post);
        }
        Ok(post)
    }

    /// Asks the site's search once for what was just placed. One that does not find it would make the next run place it twice.
    fn try_search(&mut self, mark: &ItemRef) -> Result<(), WriteError> {
        if self.searches {
            return Ok(());
        }
        let mut afresh = Lookup::new(&self.blog_word);
        let found = afresh.look(&self.calls, std::slice::from_ref(mark))?;
        self.searches = found.iter().any(|things| !things.is_empty());
        if self.searches {
            return Ok(());
        }
        Err(WriteError::Refused(
            "the search of this WordPress does not find what was just placed (a search plugin takes its place); switch that off for the move, or use the rehome plugin".to_owned(),
        ))
    }

    /// Takes a thing away for good; `false` when WordPress will not.
    fn delete(&mut self, thing: &Seen) -> Result<bool, WriteError> {
        Ok(self.delete_all(&[thing])?.contains(&true))
    }

    /// Takes things away for good, in as few requests as WordPress allows; `false` where it will not.
    fn delete_all(&mut self, things: &[&Seen]) -> Result<Vec<bool>, WriteError> {
        let places: Vec<String> = things
            .iter()
            .map(|thing| format!("{}/{}", thing.route.path(), thing.id))
            .collect();
        let answers = self.calls.delete_all(&places)?;
        let gone: BTreeSet<u64> = things.iter().map(|thing| thing.id).collect();
        self.ids.retain(|_, id| !gone.contains(id));
        self.posts.retain(|_, (id, _)| !gone.contains(id));
        self.terms.clear();
        let is_gone = |answer: calls::Answer| match answer {
            Ok(_) => true,
            Err(refusal) => {
                refusal.code.ends_with("_invalid_id") || refusal.code == "rest_term_invalid"
            }
        };
        Ok(answers.into_iter().map(is_gone).collect())
    }
}

/// A text of the source that pretends to carry a stamp loses it.
fn text_only(text: &str, blog_word: &str) -> String {
    stamp::read(text, blog_word).0
}

fn done(mark: &ItemRef, outcome: Outcome, seen: &Seen) -> Placed {
    Placed {
        mark: mark.clone(),
        outcome,
        id: Some(seen.id),
        address: seen.address(),
        picture: seen.picture(),
        remark: None,
    }
}

fn refused(mark: &ItemRef, remark: String) -> Placed {
    Placed {
        mark: mark.clone(),
        outcome: Outcome::Refused,
        id: None,
        address: None,
        picture: None,
        remark: Some(remark),
    }
}

/// A remark, with one more.
fn remarked(remark: Option<String>, more: &str) -> Option<String> {
    Some(match remark {
        Some(remark) if remark.contains(more) => remark,
        Some(remark) => format!("{remark}; {more}"),
        None => more.to_owned(),
    })
}

/// Without its stamp a thing cannot be found again, and a second run would place it twice.
fn stamp_was_lost() -> WriteError {
    WriteError::Refused(
        "this WordPress takes comments of HTML out of texts, by which the move finds things again (a plugin or theme does that); use the rehome plugin instead".to_owned(),
    )
}
