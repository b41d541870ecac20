//! One measured figure, the table of them, and the JSON lines.

use serde::Serialize;

/// A measured figure. Its JSON form is an interface: issue 2, section 6.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figure {
    bench: &'static str,
    metric: String,
    value: f64,
    unit: &'static str,
    /// The figure it is compared with: what it is and its value.
    against: Option<String>,
    /// How many times as much the other one is.
    ratio: Option<f64>,
    /// What is aimed at, in words.
    goal: Option<String>,
    /// Whether the goal is met; absent where there is none.
    met: Option<bool>,
}

impl Figure {
    /// A figure without a goal.
    pub(super) fn new(
        bench: &'static str,
        metric: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        Self {
            bench,
            metric: metric.into(),
            value,
            unit,
            against: None,
            ratio: None,
            goal: None,
            met: None,
        }
    }

    /// Compares it with what another way needs for the same: the ratio says how many times as much that is.
    pub(super) fn against(mut self, what: &str, other: f64) -> Self {
        self.against = Some(format!("{what}: {} {}", readable(other), self.unit));
        self.ratio = (self.value > 0.0).then(|| rounded(other / self.value));
        self
    }

    /// Compares it with a rate of another way: the ratio says how many times as fast this one is.
    pub(super) fn faster_than(mut self, what: &str, other: f64) -> Self {
        self.against = Some(format!("{what}: {} {}", readable(other), self.unit));
        self.ratio = (other > 0.0).then(|| rounded(self.value / other));
        self
    }

    /// At most one `times`-th of what it is compared with.
    pub(super) fn at_most_one(mut self, times: f64) -> Self {
        self.goal = Some(format!("at most 1/{times}"));
        self.met = Some(self.ratio.is_some_and(|ratio| ratio >= times));
        self
    }

    /// At most `times` what it is compared with.
    pub(super) fn at_most_times(mut self, times: f64) -> Self {
        self.goal = Some(format!("at most {times} x"));
        self.met = Some(self.ratio.is_some_and(|ratio| ratio * times >= 1.0));
        self
    }

    /// At most `most`.
    pub(super) fn at_most(mut self, most: f64) -> Self {
        self.goal = Some(format!("at most {most} {}", self.unit));
        self.met = Some(self.value <= most);
        self
    }

    /// At least `least`.
    pub(super) fn at_least(mut self, least: f64) -> Self {
        self.goal = Some(format!("at least {least} {}", self.unit));
        self.met = Some(self.value >= least);
        self
    }
}

/// All figures of a run: JSON lines as they come, or a table.
pub(super) struct Figures {
    json: bool,
    table: bool,
    missed: usize,
}

impl Figures {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            table: false,
            missed: 0,
        }
    }

    /// Takes a figure in and prints it.
    pub(super) fn add(&mut self, mut figure: Figure) {
        figure.value = rounded(figure.value);
        self.missed += usize::from(figure.met == Some(false));
        if self.json {
            if let Ok(line) = serde_json::to_string(&figure) {
                println!("{line}");
            }
            return;
        }
        if !self.table {
            self.table = true;
            println!(
                "{:<10} {:<46} {:>10} {:<10} {:>7}  {:<22} against",
                "bench", "metric", "value", "unit", "ratio", "goal"
            );
        }
        let ratio = figure
            .ratio
            .map(|ratio| format!("{ratio:.1}"))
            .unwrap_or_default();
        let goal = match (&figure.goal, figure.met) {
            (Some(goal), Some(true)) => format!("{goal}: met"),
            (Some(goal), _) => format!("{goal}: MISSED"),
            (None, _) => String::new(),
        };
        println!(
            "{:<10} {:<46} {:>10} {:<10} {:>7}  {:<22} {}",
            figure.bench,
            figure.metric,
            readable(figure.value),
            figure.unit,
            ratio,
            goal,
            figure.against.unwrap_or_default()
        );
    }

    /// The last word, for people.
    pub(super) fn conclude(&self) {
        match self.missed {
            0 => eprintln!("  every goal that was measured is met"),
            missed => eprintln!(
                "  {missed} goals are not met; on a busy machine, measure again before believing it"
            ),
        }
    }
}

/// Three digits are all that such measurements hold.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn readable(value: f64) -> String {
    match value.abs() {
        small if small < 1.0 => format!("{value:.3}"),
        middle if middle < 100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn a_goal_is_judged_by_its_ratio_or_by_its_value() {
        let tenth = |value: f64| {
            Figure::new("text", "x", value, "CPU s")
                .against("the loop", 2.0)
                .at_most_one(10.0)
                .met
        };
        assert_eq!(tenth(0.2), Some(true));
        assert_eq!(tenth(0.21), Some(false));
        let times = |value: f64| {
            Figure::new("redirects", "x", value, "us")
                .against("nginx", 2.0)
                .at_most_times(1.5)
                .met
        };
        assert_eq!((times(3.0), times(3.1)), (Some(true), Some(false)));
        let memory = |value: f64| Figure::new("memory", "x", value, "MiB").at_most(128.0).met;
        assert_eq!((memory(127.9), memory(128.1)), (Some(true), Some(false)));
        let rate = |value: f64| {
            Figure::new("survey", "x", value, "MB/s")
                .at_least(150.0)
                .met
        };
        assert_eq!((rate(151.0), rate(149.0)), (Some(true), Some(false)));
    }

    #[test]
    fn the_json_has_the_words_that_were_agreed() {
        let figure = Figure::new("text", "x", 0.2, "CPU s").against("the loop", 2.0);
        let json = serde_json::to_value(&figure).expect("plain data");
        let words: Vec<&str> = json
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        let mut agreed = vec![
            "bench", "metric", "value", "unit", "against", "ratio", "goal", "met",
        ];
        agreed.sort_unstable();
        let mut words = words;
        words.sort_unstable();
        assert_eq!(words, agreed);
    }
}
