//! What a lab found, against what it may find.

use std::fmt;

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// One figure of a lab.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// What was counted, with its unit: `doubled items`, `seconds until resumed`.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// What it may be.
    pub limit: Limit,
}

impl Goal {
    /// A figure that may be `limit` at most.
    #[must_use]
    pub fn at_most(name: &str, value: f64, limit: f64) -> Self {
        Self {
            name: name.to_owned(),
            value,
            limit: Limit::AtMost(limit),
        }
    }

    /// A figure that must be `limit` at least.
    #[must_use]
    pub fn at_least(name: &str, value: f64, limit: f64) -> Self {
        Self {
            name: name.to_owned(),
            value,
            limit: Limit::AtLeast(limit),
        }
    }

    /// Something that must never have happened.
    #[must_use]
    pub fn never(name: &str, times: u64) -> Self {
        Self::at_most(name, times as f64, 0.0)
    }

    /// Whether the figure is within its limit.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.value <= limit,
            Limit::AtLeast(limit) => self.value >= limit,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = match self.limit {
            Limit::AtMost(limit) => format!("<= {}", number(limit)),
            Limit::AtLeast(limit) => format!(">= {}", number(limit)),
        };
        let word = if self.passes() { "pass" } else { "fail" };
        write!(
            out,
            "{:<44} {:>14} {limit:>14}  {word}",
            self.name,
            number(self.value)
        )
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_says_figure_limit_and_word() {
        let line = Goal::never("doubled items", 2).to_string();
        assert!(line.contains("doubled items") && line.contains("<= 0") && line.ends_with("fail"));
        assert!(Goal::at_least("kills", 5000.0, 5000.0).passes());
        assert!(!Goal::at_least("kills", 4999.0, 5000.0).passes());
    }
}
