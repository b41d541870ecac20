//! What an answer of a WordPress means: data, one of its errors, or a page that came in between.

use super::http::{Reply, Silence};
use blog::doors::WriteError;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How much may stand before the data: a PHP warning, a byte order mark.
const GARBAGE_BYTES_MAX: usize = 64 * 1024;

/// How many opening braces inside the garbage are tried.
const BRACES_TRIED_MAX: usize = 64;

/// Longest wait that is told of a `Retry-After`: nobody means more. How much of it is waited for is the caller's decision.
const WAIT_SECONDS_MAX: u64 = 366 * 24 * 3600;

/// Longest page title or foreign message that is repeated in a sentence.
const QUOTE_CHARS_MAX: usize = 160;

/// A call that did not bring what it was made for.
#[derive(Debug)]
pub(crate) struct Failure {
    /// HTTP status, 0 when there was no answer.
    pub(crate) status: u16,
    /// WordPress's code, empty when the answer was not its own.
    pub(crate) code: String,
    /// WordPress's message.
    pub(crate) message: String,
    /// The error's `data`.
    pub(crate) data: Box<Value>,
    /// What it means to the caller.
    pub(crate) error: WriteError,
}

impl From<Failure> for WriteError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

impl Failure {
    /// A well-formed answer that does not fit what was asked.
    pub(crate) fn misfit(sentence: &str) -> Self {
        plain(200, WriteError::Unknown(sentence.to_owned()))
    }
}

/// Whether a call changes something: decides what no answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only reads.
    Read,
    /// It may have changed something.
    Write,
}

/// Reads the answer to a call at `place` (an address without secrets).
pub(crate) fn understand<T: DeserializeOwned>(
    outcome: Result<Reply, Silence>,
    effect: Effect,
    place: &str,
) -> Result<T, Failure> {
    let reply = outcome.map_err(|silence| unanswered(silence, effect, place))?;
    if !(200..300).contains(&reply.status) {
        return Err(refusal(&reply, effect, place));
    }
    let Some(value) = json_of(&reply.body) else {
        return Err(not_json(&reply, effect, place));
    };
    serde_json::from_value(value).map_err(|error| {
        let sentence =
            format!("{place} answered with data that is not the rehome plugin's ({error})");
        plain(reply.status, uncertain(effect, sentence))
    })
}

/// The data of a body. Something may stand before it, as long as all of the rest is data.
pub(crate) fn json_of(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if let Ok(value) = serde_json::from_slice(body) {
        return Some(value);
    }
    let head = &body[..body.len().min(GARBAGE_BYTES_MAX)];
    memchr::memchr_iter(b'{', head)
        .take(BRACES_TRIED_MAX)
        .find_map(|at| serde_json::from_slice(&body[at..]).ok())
}

/// The title of a page, or its first words.
pub(crate) fn page_title(body: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&body[..body.len().min(GARBAGE_BYTES_MAX)]).into_owned();
    let lower = head.to_ascii_lowercase();
    let inside = lower.find("<title").and_then(|open| {
        let start = open + lower[open..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        Some(head[start..end].to_owned())
    });
    let text = inside.unwrap_or_else(|| without_tags(&head));
    let text = quote(&text);
    (!text.is_empty()).then_some(text)
}

/// A foreign message, short enough and plain enough for a sentence.
pub(crate) fn quote(text: &str) -> String {
    let text = without_tags(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn without_tags(text: &str) -> String {
    let mut inside = false;
    let mut plain = String::new();
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            letter if !inside && (!letter.is_control() || letter.is_whitespace()) => {
                plain.push(letter);
            }
            _ => {}
        }
    }
    plain.trim().to_owned()
}

/// Seconds that a `Retry-After` asks for, as a number or a date.
pub(crate) fn wait_seconds(header: Option<&str>, now: Timestamp) -> Option<u64> {
    let wait = crate::fetch::asked_wait(header?, now)?;
    Some(wait.as_secs().min(WAIT_SECONDS_MAX))
}

/// Whether a status says that nothing was done and that the same call is welcome later: the request came too slowly, too
/// many came, or the site is closed for the moment.
pub(crate) fn is_for_later(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 503)
}

/// The error of such a status.
pub(crate) fn later(reply: &Reply, what: String) -> WriteError {
    WriteError::Later {
        what,
        wait_seconds: wait_seconds(reply.header("retry-after"), Timestamp::now()),
    }
}

fn unanswered(silence: Silence, effect: Effect, place: &str) -> Failure {
    let error = match (silence, effect) {
        (Silence::NotSent(what), _) => {
            WriteError::NotDone(format!("{place} could not be reached: {what}"))
        }
        (Silence::Broken(what), Effect::Read) => {
            WriteError::NotDone(format!("{place} gave no whole answer: {what}"))
        }
        (Silence::Broken(what), Effect::Write) => {
            WriteError::Unknown(format!("{place} gave no whole answer: {what}"))
        }
        (Silence::TooLarge, effect) => uncertain(
            effect,
            format!("{place} answered with more than 16 MiB, which was not read to its end"),
        ),
    };
    plain(0, error)
}

fn refusal(reply: &Reply, effect: Effect, place: &str) -> Failure {
    let value = json_of(&reply.body).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = text("code").to_owned();
    let message = if code.is_empty() {
        page_title(&reply.body).unwrap_or_default()
    } else {
        quote(text("message"))
    };
    let error = status_error(reply, effect, place, &code, &message);
    Failure {
        status: reply.status,
        data: Box::new(value.get("data").cloned().unwrap_or_default()),
        code,
        message,
        error,
    }
}

fn status_error(
    reply: &Reply,
    effect: Effect,
    place: &str,
    code: &str,
    message: &str,
) -> WriteError {
    let said = if message.is_empty() {
        format!("{place} answered with status {}", reply.status)
    } else {
        format!("{place} answered with status {}: {message}", reply.status)
    };
    match reply.status {
        300..400 => WriteError::NotDone(format!(
            "{place} sends us elsewhere ({}); give the address that the site itself uses",
            reply.header("location").map_or_else(String::new, quote)
        )),
        401 | 403 => WriteError::Refused(said),
        404 if code == "rest_no_route" => WriteError::NotAHome(format!(
            "{place} is not there: the rehome plugin is not installed or not switched on; upload it under Plugins → Add New and activate it"
        )),
        409 => WriteError::Busy(said),
        status if is_for_later(status) => later(reply, said),
        400..500 => WriteError::Refused(said),
        _ if code == "rehome_schema" => WriteError::Refused(format!(
            "{said}; switch the rehome plugin off and on again, which makes its table anew"
        )),
        _ => uncertain(effect, said),
    }
}

fn not_json(reply: &Reply, effect: Effect, place: &str) -> Failure {
    let sentence = match page_title(&reply.body) {
        Some(title) => format!("{place} answered with a page titled \"{title}\" instead of data"),
        None => format!("{place} answered with something that is not data"),
    };
    let error = match effect {
        Effect::Read => WriteError::NotAHome(sentence),
        Effect::Write => WriteError::Unknown(sentence),
    };
    Failure {
        message: page_title(&reply.body).unwrap_or_default(),
        ..plain(reply.status, error)
    }
}

fn uncertain(effect: Effect, sentence: String) -> WriteError {
    match effect {
        Effect::Read => WriteError::NotDone(sentence),
        Effect::Write => WriteError::Unknown(sentence),
    }
}

fn plain(status: u16, error: WriteError) -> Failure {
    Failure {
        status,
        code: String::new(),
        message: String::new(),
        data: Box::default(),
        error,
    }
}
