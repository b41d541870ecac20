//! A blog kept whole: walks a bundle and says to a writer of archives, part by part, what is in it.
//!
//! What everyone could see goes into the open part; everything else into the private one, and nothing of it, not even a name,
//! into the open one. Nothing is widened here, whatever the owner chose for a move. The ledger is not asked: an archive is the
//! blog as it was, and the same bundle gives the same archive.
//!
//! * [`plan`]: what goes into which part, under which path; [`tree`]: pages in the order of a menu
//! * [`pictures`]: the same for pictures
//! * [`pages`]: posts, albums and lists as pages; [`talk`]: comments; [`links`]: where addresses lead
//! * [`records`]: what the blog is read again from
//! * [`account`]: the report, as far as it is everyone's

mod account;
mod links;
mod pages;
mod pictures;
mod plan;
mod records;
mod talk;
mod tree;

use crate::{Bundle, Choices, Error, Watch, bundle::Fact, report, survey::Counts};
use blog::doors::archiving::{Archive, Part};
use jiff::Timestamp;
use plan::Plan;

/// What was kept, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// In the open part.
    pub open: Counts,
    /// In the private part; left out where there is none.
    pub private: Counts,
    /// Open items of which a part is not everyone's: mail addresses, names of terms, originals.
    pub in_part: u64,
}

/// Says the blog in `bundle` to `archive`, without the private part unless `with_private`. Bodies must have been tidied. `now`
/// decides which posts still wait for their date.
///
/// # Errors
/// When the bundle cannot be read, the archive not written, or the owner asked to stop.
pub fn archive(
    bundle: &Bundle,
    archive: &mut dyn Archive,
    with_private: bool,
    now: Timestamp,
    watch: &dyn Watch,
) -> Result<Kept, Error> {
    let choices: Choices = bundle.fact(Fact::Choices)?.unwrap_or_default();
    let plan = Plan::of(bundle, choices.time_zone.as_deref(), now)?;
    let mut writing = Writing {
        bundle,
        plan: &plan,
        archive,
        watch,
        done: 0,
    };
    let total = bundle.counts()?.total() * if with_private { 2 } else { 1 };
    watch.begin("archiving", Some(total));
    let outcome = writing.all(with_private);
    watch.end();
    outcome
}

struct Writing<'a> {
    bundle: &'a Bundle,
    plan: &'a Plan,
    archive: &'a mut dyn Archive,
    watch: &'a dyn Watch,
    done: u64,
}

impl Writing<'_> {
    fn all(&mut self, with_private: bool) -> Result<Kept, Error> {
        let kept = self.part(Part::Open)?;
        if with_private {
            self.part(Part::Private)?;
        }
        Ok(kept)
    }

    fn part(&mut self, part: Part) -> Result<Kept, Error> {
        self.archive.begin(part, &self.plan.about(part))?;
        for name in self.plan.pictures.files(part) {
            self.stop_if_asked()?;
            let picture = self
                .plan
                .pictures
                .said(self.bundle, self.plan, part, name)?;
            self.archive.picture(&picture)?;
        }
        self.files(part)?;
        self.pages(part)?;
        let kept = records::write(self, part)?;
        self.archive.end()?;
        Ok(kept)
    }

    fn pages(&mut self, part: Part) -> Result<(), Error> {
        let mut pages = pages::Pages::new(self.bundle, self.plan, part);
        while let Some(page) = pages.next()? {
            self.stop_if_asked()?;
            self.archive.page(&page)?;
        }
        Ok(())
    }

    /// The report, and in the private part what was set aside.
    fn files(&mut self, part: Part) -> Result<(), Error> {
        let report = match part {
            Part::Open if !self.plan.is_open() => None,
            Part::Open => Some(account::open(self.bundle, self.plan)?),
            Part::Private => Some(report::Report::of(self.bundle)?),
        };
        if let Some(report) = report {
            let html = report::html(&report).map_err(std::io::Error::other)?;
            self.archive.file("report.html", &mut html.as_bytes())?;
            let json = serde_json::to_vec_pretty(&report)?;
            self.archive.file("report.json", &mut json.as_slice())?;
        }
        if part == Part::Private {
            for (number, (_, path)) in self.bundle.kept_aside()?.into_iter().enumerate() {
                let mut bytes = std::fs::File::open(path)?;
                self.archive.file(&aside_file(number), &mut bytes)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, more: u64) -> Result<(), Error> {
        self.done += more;
        self.watch.done(self.done);
        self.stop_if_asked()
    }

    fn stop_if_asked(&self) -> Result<(), Error> {
        if self.watch.stop_asked() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }
}

/// The file that holds what was set aside, behind the part's prefix.
fn aside_file(number: usize) -> String {
    format!("rehome/aside/{:05}", number + 1)
}
