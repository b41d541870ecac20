//! A WordPress with the `rehome` plugin. The protocol is `docs/plugin-protocol.md`.
//!
//! What it has in common with the way without plugin is in [`super::wordpress`].
//!
//! * `words`: the protocol's words as structs
//! * `session`: signed-in calls and the writer's lease
//! * `opening`: what the new home can and cannot carry
//! * `rows`: placing terms, posts, comments; `items`: one of them on the wire; `pieces`: many of them in one request
//! * `amending`: posts that stood there before us
//! * `media`, `parcel`: placing pictures and files; `copies`: their smaller copies, made ahead where there is time;
//!   `memory`: for how many at a time

mod amending;
pub(super) mod copies;
mod items;
mod media;
mod memory;
mod opening;
mod parcel;
mod pieces;
mod reading;
mod rows;
mod session;
pub(super) mod words;

pub use copies::CopyMaker;

#[cfg(test)]
mod tests;

use super::wordpress::{Line, answers};
use blog::doors::{
    Destination, DestinationCard, FindDepth, Narrowing, NewHome, Observed, Placed, Placement,
    Removed, SiteWishes, Standing, StandingOf, Thing, Visitor, WriteError,
};
use blog::{ItemRef, Kind, Secret};
use pictures::{InProcess, Shrink};
use session::Session;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use words::Site;

/// What this destination says about itself.
pub const CARD: DestinationCard = DestinationCard {
    name: "wordpress-plugin",
    title: "WordPress with the rehome plugin",
    needs: "the address of a WordPress where the rehome plugin is switched on, an administrator's login name, and an \
            application password made for it under Users → Profile",
    carries: &Kind::ALL,
    limits: &[
        "E-mail and IP addresses of commenters stay in the bundle.",
        "File types that the WordPress does not allow are refused.",
        "Scripts, forms and embedded players in texts are removed by WordPress.",
        "Of custom fields those are written that you name, without markup that posts may not have; never those whose names begin with _.",
    ],
};

/// How the plugin shall write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The plugin decides.
    #[default]
    Auto,
    /// Straight into the tables.
    Fast,
    /// Through WordPress's own functions, so that other plugins notice.
    Compatible,
}

impl Mode {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Fast => "fast",
            Self::Compatible => "compatible",
        }
    }
}

/// How this destination is used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How the plugin shall write.
    pub mode: Mode,
    /// Threads that make smaller copies of pictures.
    pub threads: usize,
    /// Whether the password may travel unencrypted to another machine.
    pub allow_insecure: bool,
    /// Longest time for one call, answer included.
    pub timeout: Duration,
    /// Most memory for the pixels of pictures, all threads together. A larger picture works alone, where `shrink` allows it.
    pub picture_memory_bytes: u64,
    /// Who makes smaller copies of pictures.
    pub shrink: Arc<dyn Shrink>,
    /// Folder where smaller copies that were made ahead wait.
    pub copies_ahead: Option<PathBuf>,
    /// The name of the writer whose lease this is. A bundle keeps one, so that a move that was killed takes its own lease
    /// back at once; without one, a name is made up.
    pub writer: Option<String>,
}

impl Settings {
    fn line(&self) -> Line {
        Line {
            timeout: self.timeout,
            allow_insecure: self.allow_insecure,
        }
    }
}

/// A new name for a writer.
#[must_use]
pub fn new_writer() -> String {
    session::random_word()
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Auto,
            threads: 2,
            allow_insecure: false,
            timeout: Duration::from_secs(120),
            picture_memory_bytes: 96 * 1024 * 1024,
            shrink: Arc::new(InProcess),
            copies_ahead: None,
            writer: None,
        }
    }
}

/// The new home of one blog: a WordPress with the `rehome` plugin.
pub struct WordPressPlugin {
    address: String,
    user: String,
    password: Secret,
    settings: Settings,
    opened: Option<Opened>,
}

/// What is known once the home is open.
struct Opened {
    session: Session,
    site: Site,
    /// Whether requests go in pieces.
    in_pieces: bool,
    /// Bytes of a request with several rows; fewer once a server in front of the plugin refused as many.
    request_bytes: usize,
}

impl Opened {
    fn new(session: Session, site: Site, mode: Mode) -> Self {
        let in_pieces = opening::in_pieces(&site, mode);
        let request_bytes = opening::request_bytes(&site, mode);
        Self {
            in_pieces,
            session,
            site,
            request_bytes,
        }
    }

    /// Sends whole requests from now on: JSON, which everybody between us and the plugin lets through.
    fn give_up_pieces(&mut self) {
        self.in_pieces = false;
        self.request_bytes = opening::whole_request_bytes(&self.site);
        self.session.pack_again();
    }
}

/// What the plugin knows of itself.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct State {
    /// Blogs that were placed there, with how many things of each kind.
    pub blogs: Vec<StateOfBlog>,
    /// Whether somebody holds the writer's lease.
    pub busy: bool,
}

/// What was placed of one blog.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StateOfBlog {
    /// Stable name of the blog.
    pub blog: String,
    /// Kind of thing and how many.
    #[serde(default)]
    pub counts: serde_json::Value,
}

impl WordPressPlugin {
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

    /// What the plugin holds, by blog. Works before [`Destination::open`] too and takes no lease.
    ///
    /// # Errors
    /// When the destination does not answer or does not let us in.
    pub fn state(&mut self) -> Result<State, WriteError> {
        match &self.opened {
            Some(opened) => opened.session.state(),
            None => Session::connect(
                &self.address,
                &self.user,
                &self.password,
                &self.settings,
                "",
            )?
            .state(),
        }
    }

    /// Asks whether the address, the sign-in and the plugin are right, and takes nothing: a mistyped password is to be found
    /// before hours of reading, not behind them. `authors` are logins that posts will be given to. Answers who makes smaller
    /// copies as this site wants them.
    ///
    /// # Errors
    /// As [`Destination::open`]; [`WriteError::Refused`] names the authors who may not write there.
    pub fn knock(&self, authors: &[&str]) -> Result<CopyMaker, WriteError> {
        let session = self.session("")?;
        let site = opening::greet(&session)?;
        opening::refuse_unknown_authors(&session, authors)?;
        Ok(CopyMaker::of(&site, &self.settings))
    }

    /// Signs in to look, and takes nothing: no lease, no row.
    ///
    /// # Errors
    /// When the destination does not answer or does not let us in.
    pub fn look(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let session = self.session(blog)?;
        let site = opening::greet(&session)?;
        Ok(self.enter(session, site))
    }

    fn session(&self, blog: &str) -> Result<Session, WriteError> {
        Session::connect(
            &self.address,
            &self.user,
            &self.password,
            &self.settings,
            blog,
        )
    }

    fn enter(&mut self, session: Session, site: Site) -> NewHome {
        let home = opening::describe(&site, &session, &self.settings);
        self.opened = Some(Opened::new(session, site, self.settings.mode));
        home
    }

    fn opened(&mut self) -> Result<&mut Opened, WriteError> {
        self.opened.as_mut().ok_or_else(|| {
            WriteError::NotDone("the new home was not opened before it was used".to_owned())
        })
    }
}

impl Destination for WordPressPlugin {
    fn card(&self) -> DestinationCard {
        CARD
    }

    fn open(&mut self, blog: &str) -> Result<NewHome, WriteError> {
        let mut session = self.session(blog)?;
        let site = opening::greet(&session)?;
        session.take_lease()?;
        Ok(self.enter(session, site))
    }

    fn place(&mut self, batch: &[Placement]) -> Result<Vec<Placed>, WriteError> {
        let settings = self.settings.clone();
        let opened = self.opened()?;
        let mut answers: Vec<Option<Placed>> = vec![None; batch.len()];
        let is_media = |at: &usize| matches!(batch[*at].thing, Thing::Media(_));
        let is_amendment = |at: &usize| matches!(batch[*at].thing, Thing::Amend(_));
        // Pictures first: posts name them.
        let (pictures, others): (Vec<usize>, Vec<usize>) = (0..batch.len()).partition(is_media);
        let (amendments, others): (Vec<usize>, Vec<usize>) =
            others.into_iter().partition(is_amendment);
        let mut fill = |places: &[usize], placed: Vec<Placed>| {
            for (at, placed) in places.iter().zip(placed) {
                answers[*at] = Some(placed);
            }
        };
        if !pictures.is_empty() {
            let placed = media::place(opened, &settings, batch, &pictures)?;
            fill(&pictures, placed);
        }
        if !others.is_empty() {
            let placed = rows::place(opened, settings.mode, batch, &others)?;
            fill(&others, placed);
        }
        if !amendments.is_empty() {
            let placed = amending::amend(opened, batch, &amendments)?;
            fill(&amendments, placed);
        }
        let answers: Option<Vec<Placed>> = answers.into_iter().collect();
        answers.ok_or_else(|| {
            WriteError::Unknown("the new home did not answer for every item".to_owned())
        })
    }

    fn fence(&mut self) -> Result<bool, WriteError> {
        self.opened()?.session.raise_fence()
    }

    fn find(
        &mut self,
        marks: &[ItemRef],
        depth: FindDepth,
    ) -> Result<Vec<Option<Observed>>, WriteError> {
        let opened = self.opened()?;
        let find_max = opened.site.limits.find;
        Ok(reading::find(&opened.session, find_max, marks, depth)?)
    }

    fn remove(&mut self, marks: &[ItemRef]) -> Result<Vec<Removed>, WriteError> {
        let opened = self.opened()?;
        let find_max = opened.site.limits.find;
        reading::remove(&mut opened.session, find_max, marks)
    }

    fn standing(
        &mut self,
        of: StandingOf,
        words: &[&str],
        after: u64,
    ) -> Result<Vec<Standing>, WriteError> {
        amending::standing(&self.opened()?.session, of, words, after)
    }

    fn put_back(&mut self, batch: &[Placement]) -> Result<Vec<Removed>, WriteError> {
        amending::put_back(self.opened()?, batch)
    }

    fn narrow(&mut self, wishes: &[Narrowing]) -> Result<Vec<bool>, WriteError> {
        let opened = self.opened()?;
        let find_max = opened.site.limits.find;
        reading::narrow(&mut opened.session, find_max, wishes)
    }

    fn settle(&mut self, wishes: &SiteWishes) -> Result<(), WriteError> {
        let opened = self.opened()?;
        let site: Site = opening::settle(&opened.session, wishes)?;
        let refused = site.remarks.clone();
        opened.site = site;
        // The title may be set while the language's files are missing: what was not done must not look done.
        if refused.is_empty() {
            Ok(())
        } else {
            Err(WriteError::Refused(format!(
                "WordPress did not take every wish for the site as a whole: {}",
                answers::quote(&refused.join("; "))
            )))
        }
    }

    fn finish(&mut self) -> Result<(), WriteError> {
        self.opened()?.session.finish()
    }

    fn visitor(&mut self) -> Result<Arc<dyn Visitor>, WriteError> {
        Ok(Arc::new(self.opened()?.session.guest()))
    }
}
