//! What an operator may set, as it stands in the TOML file of `rehome redirects serve`. Names carry their units.

use super::proxy::Network;
use crate::{answer::Rules, pages::Links};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// All settings. What is absent has the value of [`Settings::default`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where plain HTTP is answered.
    pub listen: Vec<SocketAddr>,
    /// Where HTTPS is answered; needs `tls`.
    pub listen_tls: Vec<SocketAddr>,
    /// Where health, metrics and lists are told; never to the public.
    pub admin: Option<SocketAddr>,
    /// Threads that answer; 0 is one for each core.
    pub workers: usize,
    /// `http://host:port` of the old platform, for blogs that have not moved; without it they get a page with 503.
    pub old_home: Option<String>,
    /// Peers that must say by the PROXY protocol who the visitor is.
    pub proxy_protocol_from: Vec<String>,
    /// Addresses that the pages offer.
    pub pages: Links,
    /// How long answers may be kept, and what travels along.
    pub rules: Rules,
    /// Bounds against slow and greedy visitors.
    pub limits: Limits,
    /// Certificates.
    pub tls: Option<Tls>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: vec![
                SocketAddr::from(([0u8; 4], 8080)),
                SocketAddr::from(([0u16; 8], 8080)),
            ],
            listen_tls: Vec::new(),
            admin: Some(SocketAddr::from(([127, 0, 0, 1], 9180))),
            workers: 0,
            old_home: None,
            proxy_protocol_from: Vec::new(),
            pages: Links::default(),
            rules: Rules::default(),
            limits: Limits::default(),
            tls: None,
        }
    }
}

/// Bounds, each with a number that an honest visitor never meets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once; more wait to be let in.
    pub connections: usize,
    /// Seconds for the head of a request to arrive; also how long an idle connection is kept, and one that does not listen. In HTTP/2,
    /// for the first request, and between two looks whether the visitor is still there.
    pub head_seconds: u64,
    /// Seconds for a TLS handshake, a certificate on demand included.
    pub handshake_seconds: u64,
    /// Seconds that a connection may live in all.
    pub connection_seconds: u64,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Misses of one visitor in ten seconds; hits are never limited.
    pub misses: u64,
    /// Pages about blogs that did not move from a closed platform, for one visitor in ten seconds. So many that many readers behind
    /// one address are all answered.
    pub closed_pages: u64,
    /// Seconds that the old home may take to begin its answer, and to go on with it.
    pub old_home_seconds: u64,
    /// Requests at the old home at once; more wait for as long as it may take to answer.
    pub old_home_at_once: usize,
    /// Bytes of a request's body on its way to the old home.
    pub body_bytes: usize,
    /// Seconds between the word on `/readyz` that it stops and the closing of the doors, for a balancer to hear it.
    pub announce_seconds: u64,
    /// Seconds after a wish to stop in which open connections may still ask once more.
    pub idle_seconds: u64,
    /// Seconds after a wish to stop when whatever is still open is cut, those of `idle_seconds` included.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            head_seconds: 15,
            handshake_seconds: 20,
            connection_seconds: 3600,
            head_bytes: 16 * 1024,
            misses: 200,
            closed_pages: 2000,
            old_home_seconds: 30,
            old_home_at_once: 256,
            body_bytes: 16 << 20,
            announce_seconds: 0,
            idle_seconds: 3,
            drain_seconds: 30,
        }
    }
}

/// Where certificates come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Folder with a folder for each host: `blog.example/chain.pem` and `key.pem`; `_.spaces.example` holds a wildcard's.
    /// Certificates on demand are written here as well.
    pub certificates: PathBuf,
    /// Asks an authority for what is missing.
    pub acme: Option<Acme>,
}

/// Certificates on demand (ACME, RFC 8555, proven by HTTP-01 on the plain listeners), for hosts of the index only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acme {
    /// The directory of the authority.
    pub directory: String,
    /// Where the authority may write to, e.g. `mailto:operator@example.org`.
    #[serde(default)]
    pub contact: Vec<String>,
    /// A PEM file with the root of an authority that the world does not know.
    pub root: Option<PathBuf>,
    /// Orders in an hour, over all hosts.
    #[serde(default = "orders_per_hour")]
    pub orders_per_hour: u32,
    /// Days before its end when a certificate is renewed.
    #[serde(default = "renew_days")]
    pub renew_days: i64,
}

fn orders_per_hour() -> u32 {
    50
}

fn renew_days() -> i64 {
    30
}

/// Why settings are not taken.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Not TOML, or not what stands there.
    #[error("could not understand the settings: {0}")]
    Form(#[from] toml::de::Error),
    /// A value that cannot be.
    #[error("could not take the setting {name}: {why}")]
    Value {
        /// Of the setting.
        name: &'static str,
        /// In words.
        why: String,
    },
}

impl Settings {
    /// Reads and checks the TOML text of a file.
    ///
    /// # Errors
    /// When something in it is unknown or cannot be.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(text)?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks what types cannot say.
    ///
    /// # Errors
    /// When a value cannot be.
    pub fn check(&self) -> Result<(), SettingsError> {
        let wrong = |name, why: &str| {
            Err(SettingsError::Value {
                name,
                why: why.to_owned(),
            })
        };
        if self.listen.is_empty() && self.listen_tls.is_empty() {
            return wrong("listen", "nothing is listened to");
        }
        if !self.listen_tls.is_empty() && self.tls.is_none() {
            return wrong("listen_tls", "HTTPS needs [tls] certificates");
        }
        let links = [&self.pages.portal, &self.pages.search, &self.pages.start];
        if !links
            .into_iter()
            .flatten()
            .all(|link| crate::answer::is_target(link))
        {
            return wrong("pages", "each should be a whole http or https address");
        }
        if let Some(old) = &self.old_home
            && (!crate::answer::is_target(old) || !old.starts_with("http://"))
        {
            return wrong("old_home", "it should read http://HOST:PORT");
        }
        self.networks().map(|_| ())
    }

    /// The networks of `proxy_protocol_from`.
    pub(super) fn networks(&self) -> Result<Vec<Network>, SettingsError> {
        let read = |text: &String| {
            text.parse().map_err(|why| SettingsError::Value {
                name: "proxy_protocol_from",
                why,
            })
        };
        self.proxy_protocol_from.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_file_is_read() {
        let settings = Settings::read(
            r#"
            listen = ["0.0.0.0:80", "[::]:80"]
            listen_tls = ["[::]:443"]
            old_home = "http://10.0.0.7:8080"
            proxy_protocol_from = ["10.0.0.0/8"]
            [pages]
            portal = "https://portal.example/"
            [rules]
            final_seconds = 600
            [limits]
            misses = 5
            [tls]
            certificates = "/var/lib/rehome/certificates"
            [tls.acme]
            directory = "https://authority.example/directory"
            "#,
        )
        .expect("settings");
        assert_eq!(
            (
                settings.rules.final_seconds,
                settings.rules.undoable_seconds
            ),
            (600, 60)
        );
        assert_eq!(settings.limits.misses, 5);
        let acme = settings.tls.and_then(|tls| tls.acme).expect("acme");
        assert_eq!((acme.orders_per_hour, acme.renew_days), (50, 30));
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (text, word) in [
            ("listne = []", "listne"),
            ("listen = []", "listen"),
            ("listen_tls = [\"[::]:443\"]", "listen_tls"),
            ("old_home = \"https://a.example\"", "old_home"),
            (
                "proxy_protocol_from = [\"10.0.0.0/40\"]",
                "proxy_protocol_from",
            ),
            ("[pages]\nportal = \"javascript:alert(1)\"", "pages"),
        ] {
            let error = Settings::read(text).expect_err(text).to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
