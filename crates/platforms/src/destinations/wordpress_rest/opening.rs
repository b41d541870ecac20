//! The first words with a new home: who we are there, and what it can and cannot carry.

use super::Settings;
use super::calls::Calls;
use blog::Finding;
use blog::codes::{place, wordpress_rest as codes};
use blog::doors::{CustomFields, HomeUser, NewHome, SiteWishes, WriteError};
use serde_json::{Map, Value, json};

/// Items of one batch: as many as WordPress takes in one request, so that a lost answer puts few in doubt.
const BATCH_ITEMS: usize = 25;

/// Bytes of one batch. Servers in front of a WordPress often stop at a few MB.
const BATCH_BYTES: usize = 768 * 1024;

/// Users asked for; a blog has few.
const USERS_MAX: usize = 100;

/// Logins that an error repeats, so that the right one can be picked.
const AUTHORS_TOLD: usize = 20;

/// What is needed for what.
const NEEDED: [(&str, &str); 5] = [
    ("edit_others_posts", "posts"),
    ("edit_pages", "pages"),
    ("manage_categories", "categories and tags"),
    ("moderate_comments", "comments"),
    ("upload_files", "pictures and files"),
];

/// What the site says of itself and of us.
#[derive(Debug)]
pub(super) struct Site {
    home: String,
    time_zone: String,
    capabilities: Value,
    users: Vec<User>,
    has_batches: bool,
}

#[derive(Debug)]
struct User {
    id: u64,
    login: String,
    name: String,
}

impl Site {
    /// The id of the user with this login.
    pub(super) fn user_id(&self, login: &str) -> Option<u64> {
        let same = |user: &&User| user.login.eq_ignore_ascii_case(login);
        self.users.iter().find(same).map(|user| user.id)
    }

    fn can(&self, capability: &str) -> bool {
        self.capabilities[capability].as_bool().unwrap_or(false)
    }
}

/// Signs in, and asks who we are and who else may write.
pub(super) fn greet(calls: &Calls, index: &Value) -> Result<Site, WriteError> {
    let me = calls.get(
        "wp/v2/users/me",
        "context=edit&_fields=id,username,name,capabilities",
    )?;
    let user = |value: &Value| {
        Some(User {
            id: value["id"].as_u64()?,
            login: value["username"].as_str()?.to_owned(),
            name: value["name"].as_str().unwrap_or_default().to_owned(),
        })
    };
    let query = format!("context=edit&per_page={USERS_MAX}&_fields=id,username,name");
    // Who may not list users may still write as himself.
    let listed = calls.get("wp/v2/users", &query).unwrap_or_default();
    let mut users: Vec<User> = listed
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(user)
        .collect();
    if users.is_empty() {
        users.extend(user(&me));
    }
    let text = |name: &str| index[name].as_str().unwrap_or_default().to_owned();
    let routes = index["routes"].as_object();
    Ok(Site {
        home: text("home"),
        time_zone: match text("timezone_string").as_str() {
            "" => offset(&index["gmt_offset"]),
            zone => zone.to_owned(),
        },
        capabilities: me["capabilities"].clone(),
        users,
        has_batches: routes.is_none_or(|routes| routes.contains_key("/batch/v1")),
    })
}

/// WordPress's hours from UTC, which may be halves and quarters, as an offset.
fn offset(hours: &Value) -> String {
    let hours = hours
        .as_f64()
        .or_else(|| hours.as_str()?.parse().ok())
        .unwrap_or(0.0);
    let minutes = (hours * 60.0).round().clamp(-1440.0, 1440.0);
    if minutes == 0.0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0.0 { '-' } else { '+' };
    let minutes = minutes.abs() as u32;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Refuses logins that posts cannot be given to: a mistyped one is to be found before anything moves.
pub(super) fn refuse_unknown_authors(site: &Site, logins: &[&str]) -> Result<(), WriteError> {
    let unknown: Vec<String> = logins
        .iter()
        .filter(|login| site.user_id(login).is_none())
        .map(|login| format!("“{login}”"))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = site.users.iter().map(|user| user.login.as_str()).collect();
    Err(WriteError::Refused(format!(
        "{} has no user {}; nothing was moved. Users there: {}. Name another login, or make that user under Users → Add New User",
        site.home,
        unknown.join(", "),
        known[..known.len().min(AUTHORS_TOLD)].join(", ")
    )))
}

/// The new home in neutral words.
pub(super) fn describe(site: &Site, calls: &Calls, settings: &Settings) -> NewHome {
    NewHome {
        address: site.home.clone(),
        software: "WordPress, through its own REST interface".to_owned(),
        time_zone: site.time_zone.clone(),
        custom_fields: CustomFields::None,
        post_addresses: None,
        batch_items: BATCH_ITEMS,
        batch_bytes: BATCH_BYTES,
        mode: if site.has_batches {
            "rest"
        } else {
            "rest, one by one"
        }
        .to_owned(),
        users: site
            .users
            .iter()
            .map(|user| HomeUser {
                login: user.login.clone(),
                name: user.name.clone(),
            })
            .collect(),
        findings: findings(site, calls),
        settle_seconds: settings
            .settle_seconds
            .unwrap_or(settings.timeout.as_secs().max(60)),
    }
}

/// Sends the owner's wishes for the site as a whole.
pub(super) fn settle(calls: &Calls, wishes: &SiteWishes) -> Result<(), WriteError> {
    let named = [
        ("title", &wishes.title),
        ("description", &wishes.tagline),
        ("language", &wishes.language),
        ("timezone", &wishes.time_zone),
    ];
    // One by one: a language that is not installed there must not cost the title.
    let mut refused = Vec::new();
    for (name, wish) in named {
        let Some(wish) = wish else { continue };
        let wish = if name == "language" {
            wordpress_language(wish)
        } else {
            wish.clone()
        };
        let body: Map<String, Value> = [(name.to_owned(), json!(wish))].into_iter().collect();
        if let Err(refusal) = calls.post(&("wp/v2/settings".to_owned(), Value::Object(body)))? {
            refused.push(format!("{name}: {}", refusal.remark));
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    Err(WriteError::Refused(format!(
        "WordPress did not take every wish for the site as a whole: {}",
        refused.join("; ")
    )))
}

/// A BCP 47 language as WordPress calls it: `pt-BR` is `pt_BR`, and English as such is its own.
fn wordpress_language(language: &str) -> String {
    match language {
        "en" | "en-US" => String::new(),
        other => other.replace('-', "_"),
    }
}

fn findings(site: &Site, calls: &Calls) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note =
        |code, sentence: &str| findings.push(Finding::new(code, sentence).at(&site.home));
    note(
        &codes::WITHOUT_PLUGIN,
        "The blog is placed through WordPress's own REST interface. Dates of the last change become the day of the move, picture files lie in the folder of this month, and trackbacks become comments.",
    );
    if !site.can("unfiltered_html") {
        note(
            &codes::FILTERED_HTML,
            "WordPress filters what this user writes (unfiltered_html is missing): styles and elements that it does not know are taken out.",
        );
    }
    if calls.is_open_to_listeners() {
        note(
            &place::UNENCRYPTED,
            "The application password travels to this site unencrypted.",
        );
    }
    if calls.has_plain_permalinks() {
        note(
            &place::PLAIN_PERMALINKS,
            "The site uses plain permalinks: posts get addresses like ?p=123 instead of words.",
        );
    }
    let lacking: Vec<&str> = NEEDED
        .into_iter()
        .filter(|(capability, _)| !site.can(capability))
        .map(|(_, what)| what)
        .collect();
    if !lacking.is_empty() {
        note(
            &place::ROLE_LACKS,
            &format!(
                "The user we are signed in as may not write {} there.",
                lacking.join(", ")
            ),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{offset, wordpress_language};
    use serde_json::json;

    #[test]
    fn hours_become_an_offset() {
        for (hours, expected) in [
            (json!(0), "UTC"),
            (json!(8), "+08:00"),
            (json!("-3.5"), "-03:30"),
            (json!(5.75), "+05:45"),
            (json!(null), "UTC"),
        ] {
            assert_eq!(offset(&hours), expected);
        }
    }

    #[test]
    fn languages_have_wordpress_names() {
        assert_eq!(wordpress_language("pt-BR"), "pt_BR");
        assert_eq!(wordpress_language("en"), "");
    }
}
