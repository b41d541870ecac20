//! Exit statuses. They are part of the interface; `rehome help` lists them.

use campaign::report::Verdict;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// Everything arrived and was read back; or the command did what it was asked.
    Complete = 0,
    /// Every item is accounted for; some changed or stayed behind, each with a reason.
    CompleteWithFindings = 1,
    /// Items are still to be moved or looked at.
    Incomplete = 3,
    /// The input is not there, not readable, or of no kind we know.
    WrongInput = 4,
    /// The new home is not there, does not let us in, or does not take blogs.
    DestinationRefused = 5,
    /// Something on this machine failed: disk, bundle.
    Failed = 70,
    /// Whoever read what we print went away, as with `rehome report DIR | head`. As of any program that a closed pipe ends.
    Unheard = 141,
    /// Stopped on request. Nothing is lost; the same command goes on.
    Interrupted = 130,
}

/// What `rehome help` prints below the commands.
pub(crate) const HELP: &str = "Exit statuses:
  0    complete: every item arrived and was read back
  1    complete with findings: every item is accounted for; some changed or stayed behind, each with a reason
  2    the command line was not understood
  3    incomplete: items are still to be moved; run the same command again
  4    wrong input: not there, not readable, or of no kind we know
  5    destination refused: no WordPress there, or it does not let you in, or does not take blogs
  70   something on this machine failed (disk, bundle)
  130  interrupted; nothing is lost, the same command goes on";

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

impl From<Verdict> for Status {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Complete => Self::Complete,
            Verdict::CompleteWithFindings => Self::CompleteWithFindings,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}
