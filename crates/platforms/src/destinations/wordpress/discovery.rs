//! Where the REST interface of a site is, and why somebody is not let in.

use super::Line;
use super::answers::{
    Effect, Failure, is_for_later, json_of, later, page_title, quote, understand,
};
use super::http::{Reply, Request, Silence, Wire, is_loopback};
use blog::doors::WriteError;
use serde_json::Value;
use url::Url;

/// The address of the REST interface, as `https://host/wp-json/` or `https://host/?rest_route=/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root(Url);

impl Root {
    /// The address of a route. `query` is `name=value&…` or empty.
    pub(crate) fn route(&self, route: &str, query: &str) -> String {
        let mut address = self.0.to_string();
        address.push_str(route);
        if !query.is_empty() {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(query);
        }
        address
    }

    /// Whether `url` is of the same origin, so that the password may go there.
    pub(crate) fn is_home_of(&self, url: &Url) -> bool {
        url.origin() == self.0.origin()
    }
}

/// The address as typed, as an address: `https` where nothing is said, `http` on this machine.
pub(crate) fn address_of(typed: &str) -> Result<Url, WriteError> {
    let text = if typed.contains("://") {
        typed.to_owned()
    } else {
        let url = Url::parse(&format!("http://{typed}"));
        let scheme = if url.as_ref().is_ok_and(is_loopback) {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{typed}")
    };
    let mut url = Url::parse(&text).map_err(|error| {
        WriteError::NotAHome(format!(
            "\"{typed}\" is no web address ({error}); give it like https://my-blog.example"
        ))
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(WriteError::NotAHome(format!(
            "\"{typed}\" is no web address; give it like https://my-blog.example"
        )));
    }
    // A password in the address would end up in messages.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    Ok(url)
}

/// Finds the REST interface of the site at `address`, with the rehome plugin in it.
pub(crate) fn find_root(wire: &Wire, address: &Url, line: &Line) -> Result<Root, WriteError> {
    if let Some(root) = plain_root(wire, address, line)? {
        return Ok(root);
    }
    let (root, index) = find_site(wire, address, line)?;
    plugin_is_there(&index)?;
    Ok(root)
}

/// Finds the REST interface of the site at `address`, and what it says of itself, whatever runs in it.
pub(crate) fn find_site(
    wire: &Wire,
    address: &Url,
    line: &Line,
) -> Result<(Root, Value), WriteError> {
    let front = wire.read(address.as_str(), &|_| false);
    let front = match front {
        Ok(reply) => reply,
        Err(Silence::TooLarge) => {
            return Err(WriteError::NotAHome(format!(
                "{address} answers with an endless page"
            )));
        }
        Err(Silence::NotSent(what) | Silence::Broken(what)) => {
            return Err(WriteError::NotDone(format!(
                "{address} could not be reached: {what}"
            )));
        }
    };
    let mut last = None;
    for candidate in candidates(&front) {
        guard(&candidate, address, line)?;
        match index(wire, &candidate) {
            Ok(index) => {
                return is_a_wordpress(&index, &candidate).map(|()| (Root(candidate), index));
            }
            Err(failure) => last = Some(failure),
        }
    }
    if is_for_later(front.status) {
        let title = page_title(&front.body).unwrap_or_else(|| front.status.to_string());
        return Err(later(
            &front,
            format!("{address} is closed for the moment ({title})"),
        ));
    }
    Err(match last {
        Some(Failure {
            error: error @ (WriteError::NotDone(_) | WriteError::Later { .. }),
            ..
        }) => error,
        _ => WriteError::NotAHome(not_a_wordpress(address, &front)),
    })
}

/// The usual case in two cheap calls: the front page's head names the interface, and our plugin answers there. The whole page and
/// the index of all routes cost a WordPress several times as much; they are asked for where this does not tell.
fn plain_root(wire: &Wire, address: &Url, line: &Line) -> Result<Option<Root>, WriteError> {
    let Ok(front) = wire.glance(address.as_str()) else {
        return Ok(None);
    };
    if front.headers.get("link").is_none() {
        return Ok(None);
    }
    let Some(candidate) = candidates(&front).into_iter().next() else {
        return Ok(None);
    };
    guard(&candidate, address, line)?;
    let root = Root(candidate);
    let ours = wire.read(&root.route("rehome/v1", ""), &|_| false);
    let answer: Result<Value, Failure> = understand(ours, Effect::Read, address.as_str());
    let is_there = answer.is_ok_and(|answer| answer["namespace"] == "rehome/v1");
    Ok(is_there.then_some(root))
}

/// Says whether the password is wrong or the role too small, after a call was refused.
pub(crate) fn why_refused(wire: &Wire, root: &Root, user: &str, failure: Failure) -> WriteError {
    let address = root.route("wp/v2/users/me", "context=edit");
    let answer = wire.call(&Request {
        address: &address,
        body: None,
        gzip: false,
        signed_in: true,
        md5: None,
    });
    match understand::<Value>(answer, Effect::Read, "wp/v2/users/me") {
        Ok(me) => {
            let roles: Vec<&str> = me["roles"]
                .as_array()
                .map(|roles| roles.iter().filter_map(Value::as_str).collect())
                .unwrap_or_default();
            WriteError::Refused(format!(
                "WordPress knows \"{user}\" but does not allow this user ({}) to import: {}; use an administrator's login name and application password",
                if roles.is_empty() {
                    "no role".to_owned()
                } else {
                    roles.join(", ")
                },
                failure.message
            ))
        }
        Err(second) => refused_sign_in(user, &second, failure),
    }
}

fn refused_sign_in(user: &str, second: &Failure, first: Failure) -> WriteError {
    match (second.status, second.code.as_str()) {
        // WordPress says the same to a wrong password, when nothing asked who we are early enough, and to a dropped header.
        (401, "rest_not_logged_in") => WriteError::Refused(format!(
            "WordPress did not accept the sign-in of \"{user}\". Most often the login name or the application password is mistyped: make a new one under Users → Profile → Application Passwords. If both are right, the web server drops the Authorization header or application passwords are switched off (they need https): ask the hosting"
        )),
        (_, code) if code.starts_with("application_passwords_disabled") => {
            WriteError::Refused(format!(
                "application passwords are switched off on this WordPress ({}); switch them on (a security plugin often has the switch), or use https",
                second.message
            ))
        }
        (401 | 403, code) if !code.is_empty() => WriteError::Refused(format!(
            "WordPress does not accept the login name \"{user}\" with this application password ({}); make one under Users → Profile → Application Passwords and use it with the login name, not the e-mail address",
            second.message
        )),
        _ => first.error,
    }
}

/// The places where the interface may be, best first.
fn candidates(front: &Reply) -> Vec<Url> {
    let mut found = Vec::new();
    let Ok(base) = Url::parse(&front.address) else {
        return found;
    };
    for header in front.headers.get_all("link") {
        let named = header.to_str().ok().and_then(link_to_api);
        found.extend(named.and_then(|target| base.join(target).ok()));
    }
    let head = String::from_utf8_lossy(&front.body[..front.body.len().min(256 * 1024)]);
    if found.is_empty() {
        found.extend(api_in_page(&head).and_then(|target| base.join(target).ok()));
    }
    let mut folder = base;
    folder.set_query(None);
    if !folder.path().ends_with('/') {
        let path = format!("{}/", folder.path());
        folder.set_path(&path);
    }
    found.extend(folder.join("wp-json/").ok());
    let mut plain = folder;
    plain.set_query(Some("rest_route=/"));
    found.push(plain);
    found.dedup();
    found
}

/// The target of `rel="https://api.w.org/"` in a `Link` header.
fn link_to_api(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (target, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        rest.contains("https://api.w.org/").then_some(target)
    })
}

/// The same in a page's head.
fn api_in_page(page: &str) -> Option<&str> {
    let at = page.find("https://api.w.org/")?;
    let start = page[..at].rfind('<')?;
    let tag = &page[start..start + page[start..].find('>')?];
    let (_, rest) = tag.split_once("href=")?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next()
}

/// The password goes only to the host that the owner named, and only encrypted or within this machine.
fn guard(candidate: &Url, named: &Url, line: &Line) -> Result<(), WriteError> {
    let bare = |url: &Url| {
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        host.strip_prefix("www.").unwrap_or(&host).to_owned()
    };
    if bare(candidate) != bare(named) {
        return Err(WriteError::Refused(format!(
            "{named} says that its interface is at {candidate}, which is another host; give that address if it is yours"
        )));
    }
    if candidate.scheme() == "http" && !is_loopback(candidate) && !line.allow_insecure {
        return Err(WriteError::Refused(format!(
            "{candidate} is not encrypted: the application password could be read on its way; give the address with https, or allow insecure addresses"
        )));
    }
    Ok(())
}

fn index(wire: &Wire, root: &Url) -> Result<Value, Failure> {
    let answer = wire.read(root.as_str(), &|_| false);
    understand(answer, Effect::Read, root.as_str())
}

fn is_a_wordpress(index: &Value, root: &Url) -> Result<(), WriteError> {
    if index["namespaces"].is_array() {
        return Ok(());
    }
    Err(WriteError::NotAHome(format!(
        "{root} answers, but not as a WordPress does; give the address of the blog's front page"
    )))
}

/// Whether the rehome plugin answers at a site that says `index` of itself.
pub(crate) fn has_plugin(index: &Value) -> bool {
    let names = index["namespaces"].as_array();
    names.is_some_and(|names| names.iter().any(|name| name == "rehome/v1"))
}

/// An interface that lists its namespaces without ours has no plugin. One that lists none may hide them.
fn plugin_is_there(index: &Value) -> Result<(), WriteError> {
    if has_plugin(index) {
        return Ok(());
    }
    let title = quote(index["name"].as_str().unwrap_or("this site"));
    Err(WriteError::NotAHome(format!(
        "\"{title}\" is a WordPress, but the rehome plugin is not switched on there; upload rehome.zip under Plugins → Add New Plugin → Upload, and activate it"
    )))
}

fn not_a_wordpress(address: &Url, front: &Reply) -> String {
    let title = page_title(&front.body).filter(|_| json_of(&front.body).is_none());
    match title {
        Some(title) => format!(
            "there is no usable WordPress at {address}: it shows a page titled \"{title}\" (status {}); give the address of the blog's front page",
            front.status
        ),
        None => format!(
            "there is no usable WordPress at {address} (status {}); give the address of the blog's front page",
            front.status
        ),
    }
}
