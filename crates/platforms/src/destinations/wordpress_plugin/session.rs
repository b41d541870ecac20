//! Signed-in calls for one blog, and the writer's lease.

use super::words::{LeaseWord, short_id};
use super::{Settings, State, StateOfBlog};
use crate::destinations::wordpress::answers::{Effect, Failure, understand};
use crate::destinations::wordpress::discovery::{Root, address_of, find_root, why_refused};
use crate::destinations::wordpress::guest::Guest;
use crate::destinations::wordpress::http::{Request, Wire, is_loopback};
use blog::Secret;
use blog::doors::WriteError;
use flate2::{Compression, write::GzEncoder};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::time::{Duration, Instant};
use url::Url;

/// How long a lease holds when nothing is heard of us. A killed run keeps the next one out no longer than this.
const LEASE_SECONDS: u64 = 60;

/// A lease older than this is renewed before the next write.
const RENEW_AFTER: Duration = Duration::from_secs(LEASE_SECONDS / 3);

/// Bodies shorter than this are not worth packing.
const GZIP_BYTES_MIN: usize = 2048;

/// Any bytes: a type that more firewalls know than ours.
pub(super) const BYTES_TYPE: &str = "application/octet-stream";

/// One signed-in user writing one blog to one site.
pub(super) struct Session {
    wire: Wire,
    root: Root,
    user: String,
    blog: String,
    writer: String,
    fence: u64,
    leased: Option<Instant>,
    /// Whether the server takes packed bodies; found out at the first one.
    packs: bool,
    /// What bodies with pictures and files are sent as; found out likewise.
    media_type: &'static str,
}

impl Session {
    /// Finds the site's interface and the plugin in it. Nothing is signed in yet.
    pub(super) fn connect(
        address: &str,
        user: &str,
        password: &Secret,
        settings: &Settings,
        blog: &str,
    ) -> Result<Self, WriteError> {
        let address = address_of(address)?;
        let wire = Wire::new(address.as_str(), user, password, &settings.line());
        let root = find_root(&wire, &address, &settings.line())?;
        Ok(Self {
            wire,
            root,
            user: user.to_owned(),
            blog: short_id(blog),
            writer: settings.writer.clone().unwrap_or_else(random_word),
            fence: 0,
            leased: None,
            packs: true,
            media_type: "application/x-rehome-media",
        })
    }

    /// Whether the password travels unencrypted beyond this machine.
    pub(super) fn is_open_to_listeners(&self) -> bool {
        Url::parse(&self.root.route("", ""))
            .is_ok_and(|url| url.scheme() == "http" && !is_loopback(&url))
    }

    /// `blog`, `writer` and `fence`, as every write begins.
    pub(super) fn head(&self) -> Value {
        json!({ "blog": self.blog, "writer": self.writer, "fence": self.fence })
    }

    /// Our blog's stable name.
    pub(super) fn blog(&self) -> &str {
        &self.blog
    }

    /// Reads a route of the plugin.
    pub(super) fn get<T: DeserializeOwned>(&self, route: &str) -> Result<T, Failure> {
        self.ask(route, "")
    }

    /// Reads a route of the plugin with a question (`name=value&…`).
    pub(super) fn ask<T: DeserializeOwned>(&self, route: &str, query: &str) -> Result<T, Failure> {
        let place = format!("rehome/v1/{route}");
        let address = self.root.route(&place, query);
        let answer = self.wire.call(&Request {
            address: &address,
            body: None,
            gzip: false,
            signed_in: true,
            md5: None,
        });
        self.explained(understand(
            answer,
            Effect::Read,
            &self.root.route(&place, ""),
        ))
    }

    /// Sends JSON to a route of the plugin.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        route: &str,
        body: &Value,
        effect: Effect,
    ) -> Result<T, Failure> {
        let bytes = body.to_string().into_bytes();
        self.send(route, "", (&bytes, "application/json"), false, effect)
    }

    /// Sends text of this media type, packed where that pays.
    pub(super) fn post_packed<T: DeserializeOwned>(
        &mut self,
        route: &str,
        text: &str,
        kind: &str,
    ) -> Result<T, Failure> {
        if self.packs && text.len() >= GZIP_BYTES_MIN {
            let packed = pack(text.as_bytes());
            let answer = self.send(route, "", (&packed, kind), true, Effect::Write);
            match answer {
                // Some servers in front of a WordPress do not know packed bodies; WordPress then sees none of the fields.
                Err(failure) if packing_is_to_blame(&failure) => self.packs = false,
                answer => return answer,
            }
        }
        self.send(route, "", (text.as_bytes(), kind), false, Effect::Write)
    }

    /// Sends pictures and files.
    pub(super) fn post_media<T: DeserializeOwned>(&mut self, body: &[u8]) -> Result<T, Failure> {
        let answer = self.send("media", "", (body, self.media_type), false, Effect::Write);
        match answer {
            Err(failure) if type_is_to_blame(&failure) && self.media_type != BYTES_TYPE => {
                self.media_type = BYTES_TYPE;
                self.send("media", "", (body, self.media_type), false, Effect::Write)
            }
            answer => answer,
        }
    }

    /// Finds out anew whether the server takes packed bodies: something else was to blame.
    pub(super) fn pack_again(&mut self) {
        self.packs = true;
    }

    /// Sends bytes to a route of the plugin.
    pub(super) fn send<T: DeserializeOwned>(
        &self,
        route: &str,
        query: &str,
        (body, media_type): (&[u8], &str),
        gzip: bool,
        effect: Effect,
    ) -> Result<T, Failure> {
        let place = format!("rehome/v1/{route}");
        let answer = self.wire.call(&Request {
            address: &self.root.route(&place, query),
            body: Some((body, media_type)),
            gzip,
            signed_in: true,
            md5: None,
        });
        self.explained(understand(answer, effect, &self.root.route(&place, "")))
    }

    /// Takes the lease, or makes it last.
    pub(super) fn take_lease(&mut self) -> Result<(), WriteError> {
        let body = json!({ "blog": self.blog, "writer": self.writer, "seconds": LEASE_SECONDS });
        let lease: LeaseWord = self.post("writer", &body, Effect::Write).map_err(busy)?;
        self.fence = lease.fence;
        self.leased = Some(Instant::now());
        Ok(())
    }

    /// Takes the lease under a new fence: requests that were sent under the old one, by this run or one that was killed, are
    /// refused from now on. `false` where the plugin is too old to do that.
    pub(super) fn raise_fence(&mut self) -> Result<bool, WriteError> {
        let before = self.fence;
        let body = json!({ "blog": self.blog, "writer": self.writer, "seconds": LEASE_SECONDS, "raise": true });
        let lease: LeaseWord = self.post("writer", &body, Effect::Write).map_err(busy)?;
        self.fence = lease.fence;
        self.leased = Some(Instant::now());
        Ok(lease.fence > before)
    }

    /// Makes the lease last when a third of it has passed. Called before each write, and while pictures are being made.
    pub(super) fn keep_lease(&mut self) -> Result<(), WriteError> {
        match self.leased {
            Some(taken) if taken.elapsed() < RENEW_AFTER => Ok(()),
            _ => self.take_lease(),
        }
    }

    /// Ends the move at the site and gives the lease back.
    pub(super) fn finish(&mut self) -> Result<(), WriteError> {
        self.keep_lease()?;
        let _: Value = self.post("finish", &self.head(), Effect::Write)?;
        self.leased = None;
        Ok(())
    }

    /// What the plugin holds.
    pub(super) fn state(&self) -> Result<State, WriteError> {
        let answer: Value = self.get("state")?;
        let blogs = answer["blogs"].as_array().cloned().unwrap_or_default();
        Ok(State {
            blogs: blogs
                .into_iter()
                .filter_map(|blog| serde_json::from_value::<StateOfBlog>(blog).ok())
                .collect(),
            busy: !answer["lease"].is_null(),
        })
    }

    /// Somebody who visits the site; the password goes along only to the site itself.
    pub(super) fn guest(&self) -> Guest {
        Guest::new(self.wire.clone(), self.root.clone())
    }

    /// Asks the site once more why it refused us, so that the owner is told what to do.
    fn explained<T>(&self, answer: Result<T, Failure>) -> Result<T, Failure> {
        answer.map_err(|failure| match failure.status {
            401 | 403 => {
                let (status, code) = (failure.status, failure.code.clone());
                let message = failure.message.clone();
                Failure {
                    status,
                    code,
                    message,
                    data: Box::default(),
                    error: why_refused(&self.wire, &self.root, &self.user, failure),
                }
            }
            _ => failure,
        })
    }
}

impl Drop for Session {
    /// A run that stops early gives its lease back, so that the next one need not wait. Best effort: the lease ends by itself.
    fn drop(&mut self) {
        if self.leased.is_some() {
            let body = json!({ "blog": self.blog, "writer": self.writer, "release": true });
            let _: Result<Value, Failure> = self.post("writer", &body, Effect::Write);
        }
    }
}

fn busy(failure: Failure) -> WriteError {
    if failure.status != 409 {
        return failure.error;
    }
    let expires = super::words::as_number(&failure.data["expires"]);
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    WriteError::Busy(match expires.saturating_sub(now) {
        0 => {
            "another run of rehome is writing to this WordPress; wait until it has ended".to_owned()
        }
        seconds => format!(
            "another run of rehome is writing to this WordPress; wait until it has ended (if it was stopped, {seconds} s are enough)"
        ),
    })
}

/// Whether somebody in front of WordPress may not let a media type through: there are firewalls that know a few of them.
pub(super) fn type_is_to_blame(failure: &Failure) -> bool {
    let is_wordpress = failure.code.starts_with("rehome_") || failure.code.starts_with("rest_");
    matches!(failure.status, 403 | 406 | 415) && !is_wordpress
}

fn packing_is_to_blame(failure: &Failure) -> bool {
    match failure.status {
        415 | 501 => true,
        400 => {
            let unread = |field: &str| failure.data["field"] == field;
            !failure.code.starts_with("rehome_") || unread("blog") || unread("body")
        }
        _ => false,
    }
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    // Writing into memory does not fail; an empty body would be refused by the plugin, not misread.
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::fast());
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Sixteen random hex digits: names a writer among others. It needs to be different, not secret.
pub(super) fn random_word() -> String {
    let mut hasher = std::hash::RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.write_i128(jiff::Timestamp::now().as_nanosecond());
    format!("{:016x}", hasher.finish())
}
