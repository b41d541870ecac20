//! The first words with a new home: which versions meet, what it can and cannot carry.

use super::session::Session;
use super::words::Site;
use super::{Mode, Settings, pieces};
use crate::destinations::wordpress::answers::Effect;
use blog::Finding;
use blog::codes::place;
use blog::doors::{CustomFields, HomeUser, NewHome, SiteWishes, WriteError};
use serde_json::{Map, Value};

/// The protocol that this program speaks.
const PROTOCOL: u64 = 1;

/// Types of files that blogs are full of; a WordPress that refuses them loses something.
const USUAL_MEDIA_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// Text in one request. More saves nothing and costs the hosting's PHP memory.
const REQUEST_BYTES_WISHED: usize = 2 * 1024 * 1024;

/// Logins that an error repeats, so that the right one can be picked.
const AUTHORS_TOLD: usize = 20;

/// Most users that the plugin lists.
const USERS_LISTED_MAX: usize = 500;

/// What is needed for what.
const NEEDED: [(&str, &str); 5] = [
    ("edit_others_posts", "posts"),
    ("edit_pages", "pages"),
    ("manage_categories", "categories and tags"),
    ("moderate_comments", "comments"),
    ("upload_files", "pictures and files"),
];

/// Whether requests go in pieces. Where every row passes through WordPress's own functions, as many as that would take too long.
pub(super) fn in_pieces(site: &Site, mode: Mode) -> bool {
    let is_fast = match mode {
        Mode::Auto => site.mode == Mode::Fast.as_str(),
        asked => asked == Mode::Fast,
    };
    is_fast && site.limits.pieces_bytes > 0
}

/// Bytes of a request with several rows.
pub(super) fn request_bytes(site: &Site, mode: Mode) -> usize {
    if in_pieces(site, mode) {
        site.limits.pieces_bytes.min(pieces::REQUEST_BYTES)
    } else {
        whole_request_bytes(site)
    }
}

/// The same for requests that come as a whole.
pub(super) fn whole_request_bytes(site: &Site) -> usize {
    site.limits.body_bytes.min(REQUEST_BYTES_WISHED)
}

/// How the addresses of posts are made, where date and slug say it all.
fn post_addresses(site: &Site) -> Option<String> {
    let pattern = [
        ("%year%", "{year}"),
        ("%monthnum%", "{month}"),
        ("%day%", "{day}"),
        ("%hour%", "{hour}"),
        ("%minute%", "{minute}"),
        ("%second%", "{second}"),
        ("%postname%", "{slug}"),
    ]
    .iter()
    .fold(
        site.permalink_structure.replace(['{', '}'], "%"),
        |pattern, (tag, part)| pattern.replace(tag, part),
    );
    let is_known = pattern.starts_with('/') && pattern.contains("{slug}") && !pattern.contains('%');
    is_known.then(|| format!("{}{pattern}", site.home.trim_end_matches('/')))
}

/// Asks the plugin about the site.
pub(super) fn greet(session: &Session) -> Result<Site, WriteError> {
    let site: Site = session.get("site")?;
    match site.protocol {
        PROTOCOL => Ok(site),
        0 => Err(WriteError::NotAHome(format!(
            "{} answers, but not as the rehome plugin does; upload the plugin that came with this program",
            site.home
        ))),
        newer if newer > PROTOCOL => Err(WriteError::NotAHome(format!(
            "the rehome plugin there ({}) is newer than this program; use a newer rehome",
            site.plugin
        ))),
        _ => Err(WriteError::NotAHome(format!(
            "the rehome plugin there ({}) is too old for this program; upload the newer one under Plugins → Add New Plugin",
            site.plugin
        ))),
    }
}

/// Asks whether posts can be given to these logins, and refuses where not: a mistyped one is to be found before anything moves.
pub(super) fn refuse_unknown_authors(session: &Session, logins: &[&str]) -> Result<(), WriteError> {
    if logins.is_empty() {
        return Ok(());
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for login in logins {
        query.append_pair("logins[]", login);
    }
    let site: Site = session.ask("site", &query.finish())?;
    let unknown: Vec<String> = logins
        .iter()
        .filter(|login| !may_write(&site, login))
        .map(|login| format!("“{login}”"))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = site.users.iter().map(|user| user.login.as_str()).collect();
    Err(WriteError::Refused(format!(
        "{} has no user {} who may write posts; nothing was moved. {}Name another login, or make that user under Users → Add New User",
        site.home,
        unknown.join(", "),
        match known.as_slice() {
            [] => String::new(),
            known => format!(
                "Users who may: {}. ",
                known[..known.len().min(AUTHORS_TOLD)].join(", ")
            ),
        }
    )))
}

/// An older plugin says nothing of the logins asked about, but lists the users it may list.
fn may_write(site: &Site, login: &str) -> bool {
    match &site.authors {
        Some(authors) => authors
            .iter()
            .any(|author| author.login == login && author.may_write),
        None => {
            let is_listed = site
                .users
                .iter()
                .any(|user| user.login.eq_ignore_ascii_case(login));
            is_listed || site.users.is_empty() || site.users.len() >= USERS_LISTED_MAX
        }
    }
}

/// The new home in neutral words.
pub(super) fn describe(site: &Site, session: &Session, settings: &Settings) -> NewHome {
    let mode = match settings.mode {
        super::Mode::Auto => site.mode.as_str(),
        asked => asked.as_str(),
    };
    let reasons = site.mode_reasons.join("; ");
    NewHome {
        address: site.home.clone(),
        software: format!(
            "WordPress {} (PHP {}), rehome plugin {}, {mode} mode",
            site.wordpress, site.php, site.plugin
        ),
        time_zone: site.time_zone.clone(),
        custom_fields: match site.limits.fields {
            0 => CustomFields::None,
            _ => CustomFields::Named,
        },
        post_addresses: post_addresses(site),
        // A request takes so many posts and so many comments beside them; `rows` cuts where a batch has more of one kind.
        batch_items: match in_pieces(site, settings.mode) {
            true => pieces::BATCH_ITEMS,
            false => (site.limits.posts + site.limits.comments).max(1),
        },
        // What a batch weighs is guessed; a little less than a request holds, so that its end is not a request of its own.
        batch_bytes: request_bytes(site, settings.mode) / 8 * 7,
        mode: if reasons.is_empty() {
            mode.to_owned()
        } else {
            format!("{mode}: {reasons}")
        },
        users: site
            .users
            .iter()
            .map(|user| HomeUser {
                login: user.login.clone(),
                name: user.name.clone(),
            })
            .collect(),
        findings: findings(site, session),
        settle_seconds: settings.timeout.as_secs().max(60),
    }
}

/// Sends the owner's wishes for the site as a whole.
pub(super) fn settle(session: &Session, wishes: &SiteWishes) -> Result<Site, WriteError> {
    let mut body = Map::new();
    let named = [
        ("title", &wishes.title),
        ("tagline", &wishes.tagline),
        ("language", &wishes.language),
        ("time_zone", &wishes.time_zone),
    ];
    for (name, wish) in named {
        if let Some(wish) = wish {
            body.insert(name.to_owned(), Value::String(wish.clone()));
        }
    }
    if body.is_empty() {
        return greet(session);
    }
    Ok(session.post("site", &Value::Object(body), Effect::Write)?)
}

fn findings(site: &Site, session: &Session) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note =
        |code, sentence: String| findings.push(Finding::new(code, sentence).at(&site.home));
    if site.plugin != env!("CARGO_PKG_VERSION") {
        note(
            &place::PLUGIN_VERSION,
            format!(
                "The rehome plugin there is version {}, this program is {}; they understand each other.",
                site.plugin,
                env!("CARGO_PKG_VERSION")
            ),
        );
    }
    if session.is_open_to_listeners() {
        note(
            &place::UNENCRYPTED,
            "The application password travels to this site unencrypted.".to_owned(),
        );
    }
    if site.permalink_structure.is_empty() {
        note(
            &place::PLAIN_PERMALINKS,
            "The site uses plain permalinks: posts get addresses like ?p=123 instead of words."
                .to_owned(),
        );
    }
    if site.avatars {
        note(
            &place::AVATARS_ON,
            "The site shows avatars: WordPress asks gravatar.com for a picture of each commenter. Comments arrive without e-mail addresses, so nobody's is sent, but every visitor's browser still loads default pictures from there.".to_owned(),
        );
    }
    if site.mode == "compatible" {
        note(
            &place::COMPATIBLE_MODE,
            format!(
                "The plugin writes the slower, compatible way here: {}.",
                if site.mode_reasons.is_empty() {
                    "it gave no reason".to_owned()
                } else {
                    site.mode_reasons.join("; ")
                }
            ),
        );
    }
    let missing: Vec<&str> = USUAL_MEDIA_TYPES
        .into_iter()
        .filter(|usual| {
            !site.media_types.is_empty() && !site.media_types.iter().any(|t| t == usual)
        })
        .collect();
    if !missing.is_empty() {
        note(
            &place::MEDIA_TYPES_MISSING,
            format!("This WordPress does not accept {}.", missing.join(", ")),
        );
    }
    let lacking: Vec<&str> = NEEDED
        .into_iter()
        .filter(|(capability, _)| !site.can(capability))
        .map(|(_, what)| what)
        .collect();
    if !lacking.is_empty() && site.can.is_object() {
        note(
            &place::ROLE_LACKS,
            format!(
                "The user we are signed in as may not write {} there.",
                lacking.join(", ")
            ),
        );
    }
    findings
}
