//! What can go wrong at the host, switched on per run, per test or by the control route.

use serde::{Deserialize, Serialize};

/// Everything that can be switched on. The default is a host in good health.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Faults {
    /// Every n-th picture (of all pictures in their order) is not found.
    pub picture_404: Option<u64>,
    /// Every n-th picture answers with a page of HTML and status 200.
    pub picture_html: Option<u64>,
    /// Every n-th picture has only its thumbnail left, under every token.
    pub picture_thumbnail: Option<u64>,
    /// Every n-th answer of any kind stops in the middle, short of its Content-Length.
    pub cut_answers: Option<u64>,
    /// Every n-th answer is kept back by `slow_milliseconds`.
    pub slow_answers: Option<u64>,
    /// How long a slow answer waits.
    pub slow_milliseconds: u64,
    /// Every n-th answer starts a burst of [`BURST`] answers with status 500.
    pub server_errors: Option<u64>,
    /// The read-only months: MetaWeblog answers with a fault, pages carry a banner.
    pub read_only: bool,
    /// Closed: pages and feeds answer 410.
    pub closed: bool,
    /// Closed and moved: pages and feeds redirect to this address.
    pub moved_to: Option<String>,
    /// Every page is the sign-in page, status 200.
    pub private: bool,
    /// The bug of category feeds: well-formed, but without items.
    pub category_feed_broken: bool,
    /// Feeds carry `msn:type` and its kin as they did before 2008.
    pub msn_type: bool,
    /// The grant of the Atom interface opens the blog and not the albums.
    pub no_folders: bool,
    /// The newest entry has this many comments more.
    pub many_comments: Option<u64>,
}

/// How many answers of a burst fail.
pub const BURST: u64 = 3;

/// A fault written on the command line that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct NoSuchFault(pub String);

impl std::fmt::Display for NoSuchFault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "'{}' is no fault; write one of: {}",
            self.0,
            Faults::names().join(", ")
        )
    }
}

impl std::error::Error for NoSuchFault {}

impl Faults {
    /// Switches on one fault written as `name` or `name=value` (`picture-404=3`).
    ///
    /// # Errors
    ///
    /// When the name or the value means nothing.
    pub fn switch_on(&mut self, written: &str) -> Result<(), NoSuchFault> {
        let (name, value) = written.split_once('=').unwrap_or((written, "true"));
        let value = match value.parse::<u64>() {
            Ok(number) => serde_json::Value::from(number),
            Err(_) if value == "true" || value == "false" => {
                serde_json::Value::from(value == "true")
            }
            Err(_) => serde_json::Value::from(value),
        };
        self.change(&serde_json::json!({ name: value }))
            .map_err(|_| NoSuchFault(written.to_owned()))
    }

    /// Changes the faults named in a JSON object and leaves the others.
    ///
    /// # Errors
    ///
    /// When a name or a value means nothing.
    pub fn change(&mut self, changes: &serde_json::Value) -> Result<(), serde_json::Error> {
        let mut all = serde_json::to_value(&*self)?;
        if let (Some(all), Some(changes)) = (all.as_object_mut(), changes.as_object()) {
            all.extend(changes.clone());
        }
        *self = serde_json::from_value(all)?;
        Ok(())
    }

    /// The names of all faults.
    #[must_use]
    pub fn names() -> Vec<String> {
        match serde_json::to_value(Self::default()) {
            Ok(serde_json::Value::Object(all)) => all.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether fault `every` strikes at count `count`, which starts at 1.
#[must_use]
pub fn strikes(every: Option<u64>, count: u64) -> bool {
    every.is_some_and(|every| every != 0 && count.is_multiple_of(every))
}

#[cfg(test)]
mod tests {
    use super::Faults;

    #[test]
    fn a_fault_is_switched_on_by_its_name_and_an_unknown_one_is_refused() {
        let mut faults = Faults::default();
        faults.switch_on("picture-404=3").expect("a known fault");
        faults.switch_on("read-only").expect("a known fault");
        faults
            .switch_on("moved-to=http://new.example/")
            .expect("a known fault");
        assert_eq!(faults.picture_404, Some(3));
        assert!(faults.read_only);
        assert_eq!(faults.moved_to.as_deref(), Some("http://new.example/"));
        let refused = faults.switch_on("earthquake=9").expect_err("no such fault");
        assert!(refused.to_string().contains("cut-answers"), "{refused}");
    }
}
