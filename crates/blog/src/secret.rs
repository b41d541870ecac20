//! A word that must not be printed: application passwords, secret words, authkeys.

use std::fmt;

/// A secret in memory. It has no `Display`, no `Serialize`, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret; surrounding white space, as left by files and prompts, is dropped.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().trim().to_owned())
    }

    /// The secret itself, for the one line that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_does_not_show_itself_in_debug_output() {
        let shown = format!("{:?}", Secret::new(" open sesame \n"));
        assert_eq!(shown, "Secret(…)");
    }
}
