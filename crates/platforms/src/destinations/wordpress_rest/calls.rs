//! Signed-in calls to WordPress's own routes, one by one or up to 25 in one request.

use super::super::wordpress::answers::{Effect, Failure, quote, understand};
use super::super::wordpress::discovery::{Root, address_of, find_site, why_refused};
use super::super::wordpress::guest::Guest;
use super::super::wordpress::http::{Request, Wire, is_loopback};
use super::Settings;
use blog::{Secret, doors::WriteError};
use serde_json::{Value, json};
use url::Url;

/// Calls that WordPress takes in one request.
const BATCH_MAX: usize = 25;

/// Routes whose things it takes away several at a time.
const BATCHED: &[&str] = &[
    "wp/v2/posts",
    "wp/v2/pages",
    "wp/v2/categories",
    "wp/v2/tags",
];

/// One signed-in user at one site.
pub(super) struct Calls {
    wire: Wire,
    root: Root,
    user: String,
    /// Whether the site takes several calls in one request; found out at the first try.
    batches: bool,
}

/// A call of a batch: its route with its question, and what it says.
pub(super) type Call = (String, Value);

/// Why WordPress did not take one thing.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// WordPress's code.
    pub(super) code: String,
    /// WordPress's reason, for the owner.
    pub(super) remark: String,
    /// The error's `data`.
    pub(super) data: Value,
}

/// What became of one thing: WordPress's answer, or why it did not take it.
pub(super) type Answer = Result<Value, Refusal>;

impl Calls {
    /// Finds the site's interface; answers what the site says of itself too. Nobody is signed in yet.
    pub(super) fn connect(
        address: &str,
        user: &str,
        password: &Secret,
        settings: &Settings,
    ) -> Result<(Self, Value), WriteError> {
        let address = address_of(address)?;
        let line = settings.line();
        let wire = Wire::new(address.as_str(), user, password, &line);
        let (root, index) = find_site(&wire, &address, &line)?;
        let routes = index["routes"].as_object();
        let batches = routes.is_none_or(|routes| routes.contains_key("/batch/v1"));
        let calls = Self {
            wire,
            root,
            user: user.to_owned(),
            batches,
        };
        Ok((calls, index))
    }

    /// Whether the password travels unencrypted beyond this machine.
    pub(super) fn is_open_to_listeners(&self) -> bool {
        Url::parse(&self.root.route("", ""))
            .is_ok_and(|url| url.scheme() == "http" && !is_loopback(&url))
    }

    /// Whether addresses of posts carry numbers: then the interface has no path of its own either.
    pub(super) fn has_plain_permalinks(&self) -> bool {
        self.root.route("", "").contains("rest_route=")
    }

    /// Somebody who visits the site; the password goes along only to the site itself.
    pub(super) fn guest(&self) -> Guest {
        Guest::new(self.wire.clone(), self.root.clone())
    }

    /// Reads a route.
    pub(super) fn get(&self, route: &str, query: &str) -> Result<Value, Failure> {
        let answer = self.wire.call(&Request {
            address: &self.root.route(route, query),
            body: None,
            gzip: false,
            signed_in: true,
            md5: None,
        });
        self.explained(understand(
            answer,
            Effect::Read,
            &self.root.route(route, ""),
        ))
    }

    /// Writes one thing.
    pub(super) fn post(&self, (place, body): &Call) -> Result<Answer, WriteError> {
        let bytes = body.to_string().into_bytes();
        self.send(place, &bytes, "application/json", None)
    }

    /// Sends bytes to a route; `md5` is that of the file in them.
    pub(super) fn send(
        &self,
        place: &str,
        body: &[u8],
        media_type: &str,
        md5: Option<&str>,
    ) -> Result<Answer, WriteError> {
        let (route, query) = place.split_once('?').unwrap_or((place, ""));
        let answer = self.wire.call(&Request {
            address: &self.root.route(route, query),
            body: Some((body, media_type)),
            gzip: false,
            signed_in: true,
            md5,
        });
        let answer = understand(answer, Effect::Write, &self.root.route(route, ""));
        judged(self.explained(answer))
    }

    /// Writes several things, in as few requests as the site allows. An error means that what was sent may have been done in part.
    pub(super) fn post_all(&mut self, calls: &[Call]) -> Result<Vec<Answer>, WriteError> {
        let mut answers = Vec::with_capacity(calls.len());
        for piece in calls.chunks(BATCH_MAX) {
            match (self.batches, piece) {
                (true, [_, _, ..]) => match self.batch(piece)? {
                    Some(more) => answers.extend(more),
                    None => self.one_by_one(piece, &mut answers)?,
                },
                _ => self.one_by_one(piece, &mut answers)?,
            }
        }
        Ok(answers)
    }

    /// Takes several things away for good, in as few requests as the site allows. Pictures and comments go one by one: WordPress takes no
    /// batches of them.
    pub(super) fn delete_all(&mut self, places: &[String]) -> Result<Vec<Answer>, WriteError> {
        let goes_along = |place: &str| {
            let (route, _) = place.rsplit_once('/').unwrap_or_default();
            BATCHED.contains(&route)
        };
        let mut answers: Vec<Option<Answer>> = vec![None; places.len()];
        let all = 0..places.len();
        let (together, alone): (Vec<usize>, Vec<usize>) =
            all.partition(|at| self.batches && goes_along(&places[*at]));
        let mut rest = alone;
        for some in together.chunks(BATCH_MAX) {
            let requests: Vec<Value> = some
                .iter()
                .map(|at| json!({ "method": "DELETE", "path": format!("/{}?force=true", places[*at]) }))
                .collect();
            match self.several(&requests)? {
                Some(more) => some
                    .iter()
                    .zip(more)
                    .for_each(|(at, answer)| answers[*at] = Some(answer)),
                None => rest.extend(some),
            }
        }
        for at in rest {
            // Some servers in front of a WordPress know no DELETE; WordPress reads the method from the question too.
            let place = format!("{}?force=true&_method=DELETE", places[at]);
            answers[at] = Some(self.post(&(place, json!({})))?);
        }
        Ok(answers.into_iter().flatten().collect())
    }

    fn one_by_one(&self, calls: &[Call], answers: &mut Vec<Answer>) -> Result<(), WriteError> {
        for call in calls {
            answers.push(self.post(call)?);
        }
        Ok(())
    }

    /// `None` where the site takes no batches.
    fn batch(&mut self, calls: &[Call]) -> Result<Option<Vec<Answer>>, WriteError> {
        let requests: Vec<Value> = calls
            .iter()
            .map(|(place, body)| json!({ "method": "POST", "path": format!("/{place}"), "body": body }))
            .collect();
        self.several(&requests)
    }

    /// Several requests in one; `None` where the site takes none such.
    fn several(&mut self, requests: &[Value]) -> Result<Option<Vec<Answer>>, WriteError> {
        let sent = self.post(&("batch/v1".to_owned(), json!({ "requests": requests })))?;
        let answer = match sent {
            Ok(answer) => answer,
            Err(refusal) if refusal.code == "rest_no_route" || refusal.code.is_empty() => {
                self.batches = false;
                return Ok(None);
            }
            Err(refusal) => return Err(WriteError::Refused(refusal.remark)),
        };
        let responses = answer["responses"].as_array();
        let responses = responses.filter(|responses| responses.len() == requests.len());
        let Some(responses) = responses else {
            return Err(WriteError::Unknown(
                "WordPress answered for other things than it was sent".to_owned(),
            ));
        };
        responses
            .iter()
            .map(part)
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Asks the site once more why it refused us, so that the owner is told what to do.
    fn explained(&self, answer: Result<Value, Failure>) -> Result<Value, Failure> {
        answer.map_err(|failure| match failure.status {
            401 => {
                let (code, message) = (failure.code.clone(), failure.message.clone());
                Failure {
                    status: 401,
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

/// The answer to one call of a batch.
fn part(response: &Value) -> Result<Answer, WriteError> {
    let (status, body) = (
        response["status"].as_u64().unwrap_or(500),
        &response["body"],
    );
    if (200..300).contains(&status) {
        return Ok(Ok(body.clone()));
    }
    let text = |name: &str| quote(body[name].as_str().unwrap_or_default());
    let refusal = Refusal {
        code: text("code"),
        remark: text("message"),
        data: body["data"].clone(),
    };
    match status {
        401 => Err(WriteError::Refused(refusal.remark)),
        500.. => Err(WriteError::Unknown(format!(
            "WordPress answered {status} for a part of what it was sent: {}",
            refusal.remark
        ))),
        _ => Ok(Err(refusal)),
    }
}

/// Tells a thing that is not taken from a site that does not answer.
fn judged(answer: Result<Value, Failure>) -> Result<Answer, WriteError> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(failure) if is_about_content(failure.status) => Ok(Err(Refusal {
            remark: match failure.message.as_str() {
                "" => format!("WordPress answers it with status {}", failure.status),
                message => message.to_owned(),
            },
            code: failure.code,
            data: *failure.data,
        })),
        Err(failure) => Err(failure.error),
    }
}

/// Whether a status is about the thing that was sent, and not about the site or us.
fn is_about_content(status: u16) -> bool {
    matches!(
        status,
        400 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422
    )
}
