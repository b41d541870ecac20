//! The real WordPress of a lab.

use super::crawl::Reader;
use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use blog::Secret;
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path};
use world::wordpress::About;

/// Somebody who may read and nothing else.
const SUBSCRIBER: &str = "canary-reader";

pub(in crate::labs) struct Site {
    pub(in crate::labs) url: String,
    pub(in crate::labs) user: String,
    pub(in crate::labs) password: Secret,
    about: About,
}

impl Site {
    /// The site that a file of `site.sh up` tells of.
    pub(in crate::labs) fn of(file: &Path) -> Result<Self> {
        let about = About::read_all(file)?.swap_remove(0);
        Ok(Self {
            url: about.url.clone(),
            user: about.user.clone(),
            password: Secret::new(about.app_password.clone()),
            about,
        })
    }

    /// Whether it is one of a network's sites.
    pub(in crate::labs) fn is_on_network(&self) -> bool {
        self.about.is_on_network()
    }

    /// Where its files are.
    pub(in crate::labs) fn folder(&self) -> &Path {
        Path::new(&self.about.site)
    }

    /// Empties it.
    pub(in crate::labs) fn reset(&self) -> Result<()> {
        self.about.reset()
    }

    fn authorization(&self, user: &str, password: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
    }

    /// Asks the REST interface as the administrator.
    pub(in crate::labs) fn ask(&self, path: &str) -> Result<Value> {
        let mut answer = ureq::get(format!("{}/wp-json{path}", self.url))
            .header(
                "Authorization",
                self.authorization(&self.user, self.password.reveal()),
            )
            .call()
            .with_context(|| path.to_owned())?;
        let text = answer
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_to_string()?;
        Ok(serde_json::from_str(&text)?)
    }

    pub(in crate::labs) fn tell(&self, path: &str, what: &Value) -> Result<Value> {
        let mut answer = ureq::post(format!("{}/wp-json{path}", self.url))
            .header(
                "Authorization",
                self.authorization(&self.user, self.password.reveal()),
            )
            .header("Content-Type", "application/json")
            .send(what.to_string())
            .with_context(|| path.to_owned())?;
        Ok(serde_json::from_str(&answer.body_mut().read_to_string()?)?)
    }

    /// A number that no post, page, picture, comment or term is greater than.
    pub(super) fn greatest_id(&self) -> Result<u64> {
        let mut greatest = 0;
        for list in [
            "posts?status=any&",
            "pages?status=any&",
            "media?status=inherit,private&",
            "comments?status=all&",
        ] {
            let newest = self.ask(&format!(
                "/wp/v2/{list}per_page=1&orderby=id&order=desc&context=edit"
            ))?;
            greatest = greatest.max(newest[0]["id"].as_u64().unwrap_or_default());
        }
        Ok(greatest)
    }

    /// Portraits of the site's own users: they were there before.
    pub(super) fn own_portraits(&self) -> Result<BTreeSet<String>> {
        let mut own: BTreeSet<String> = [
            // Of nobody: the hashes of no address at all.
            "d41d8cd98f00b204e9800998ecf8427e",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ]
        .map(str::to_owned)
        .into();
        let users = self
            .ask("/wp/v2/users?context=edit&per_page=100")?
            .to_string();
        let users = users.replace("\\/", "/");
        for (at, sign) in users.match_indices("/avatar/") {
            own.insert(
                users[at + sign.len()..]
                    .chars()
                    .take_while(char::is_ascii_hexdigit)
                    .collect(),
            );
        }
        Ok(own)
    }

    /// A reader who is signed in and may nothing else.
    pub(super) fn subscriber(&self) -> Result<Reader> {
        let known = self.ask(&format!("/wp/v2/users?context=edit&search={SUBSCRIBER}"))?;
        let secret = format!("{:x}", md5_like(&self.about.home));
        let id = match known[0]["id"].as_u64() {
            Some(id) => id,
            None => self
                .tell(
                    "/wp/v2/users",
                    &json!({"username": SUBSCRIBER, "email": "reader@mail.example", "password": secret, "roles": ["subscriber"]}),
                )?["id"]
                .as_u64()
                .context("the id of the subscriber")?,
        };
        let made = self.tell(
            &format!("/wp/v2/users/{id}/application-passwords"),
            &json!({"name": "canary"}),
        )?;
        let word = made["password"]
            .as_str()
            .context("the password of the subscriber")?;
        let mut reader = Reader::anonymous(&self.url);
        reader.authorization = Some(self.authorization(SUBSCRIBER, word));
        reader.cookie = Some(self.cookie(&secret)?);
        Ok(reader)
    }

    fn cookie(&self, secret: &str) -> Result<String> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .into();
        let answer = agent
            .post(format!("{}/wp-login.php", self.url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
            .send(format!("log={SUBSCRIBER}&pwd={secret}&testcookie=1"))?;
        let cookies: Vec<String> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| Some(value.to_str().ok()?.split(';').next()?.to_owned()))
            .collect();
        if !cookies
            .iter()
            .any(|cookie| cookie.starts_with("wordpress_logged_in"))
        {
            bail!(
                "the subscriber could not sign in (status {})",
                answer.status()
            );
        }
        Ok(cookies.join("; "))
    }
}

/// The subscriber's password: the same for the same site, so that a second run can sign in.
fn md5_like(text: &str) -> u64 {
    world::dice::Dice::from_words(&["subscriber", text]).roll() | 1 << 63
}
