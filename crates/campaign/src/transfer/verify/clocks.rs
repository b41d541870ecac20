//! Whether readers see the clock times they saw at the old home: WordPress shows dates in its own time zone.

use crate::transfer::Choices;
use blog::{Finding, Profile, codes::verify as codes, doors::NewHome, when};
use jiff::{Timestamp, tz::TimeZone};

/// The clocks of both homes, and the posts on which they disagree.
pub(super) struct Clocks {
    old: (String, TimeZone),
    new: (String, TimeZone),
    differing: u64,
    first: Option<Timestamp>,
}

impl Clocks {
    /// `None` where the old home's zone is not known, or the owner wishes it for the new one.
    pub(super) fn of(choices: &Choices, profile: &Profile, home: &NewHome) -> Option<Self> {
        if choices.carry_site {
            return None;
        }
        let named = choices.time_zone.as_ref().or(profile.time_zone.as_ref())?;
        Some(Self {
            old: (named.clone(), when::zone(named)?),
            new: (home.time_zone.clone(), when::zone(&home.time_zone)?),
            differing: 0,
            first: None,
        })
    }

    /// Looks at the date of one post that everyone can read by the clock.
    pub(super) fn look(&mut self, date: Timestamp) {
        if self.old.1.to_offset(date) != self.new.1.to_offset(date) {
            self.differing += 1;
            self.first.get_or_insert(date);
        }
    }

    /// One finding for all posts.
    pub(super) fn finding(&self) -> Option<Finding> {
        let first = self.first?;
        let read = |zone: &TimeZone| {
            zone.to_datetime(first)
                .strftime("%Y-%m-%d %H:%M")
                .to_string()
        };
        let posts = match self.differing {
            1 => "1 post".to_owned(),
            many => format!("{many} posts"),
        };
        Some(Finding::new(
            &codes::CLOCK_DIFFERS,
            format!(
                "The clock at the old home ran in {}, the one at the new home runs in {}: {posts} show another time of day than before, such as {} where it was {}.",
                self.old.0,
                self.new.0,
                read(&self.new.1),
                read(&self.old.1)
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Clocks;
    use blog::when;

    fn clocks(old: &str, new: &str) -> Clocks {
        let zone = |name: &str| (name.to_owned(), when::zone(name).expect("a zone"));
        Clocks {
            old: zone(old),
            new: zone(new),
            differing: 0,
            first: None,
        }
    }

    #[test]
    fn only_posts_that_show_another_time_count() {
        let mut clocks = clocks("Europe/London", "+00:00");
        for date in ["2008-01-05T12:00:00Z", "2008-07-05T12:00:00Z"] {
            clocks.look(date.parse().expect("a time"));
        }
        let finding = clocks.finding().expect("a finding");
        assert!(
            finding.sentence.contains("1 post")
                && finding
                    .sentence
                    .contains("2008-07-05 12:00 where it was 2008-07-05 13:00"),
            "{}",
            finding.sentence
        );
    }

    #[test]
    fn two_names_of_the_same_clock_are_no_finding() {
        let mut clocks = clocks("Asia/Shanghai", "+08:00");
        clocks.look("2008-07-05T12:00:00Z".parse().expect("a time"));
        assert_eq!(clocks.finding(), None);
    }
}
