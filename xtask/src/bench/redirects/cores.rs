//! A core for the server and one for its visitors. Visitors who look at the clock without a pause never leave their core; a server that
//! the kernel wakes on the same one waits there for its turn, some milliseconds, whichever server it is.

use super::super::meter::family;
use std::process::{Command, Stdio};
use std::thread::available_parallelism;

/// Server and visitors on cores of their own, until it is dropped.
pub(super) struct Apart {
    cores: usize,
}

impl Apart {
    /// `None` where there are no two cores, or no `taskset` (util-linux).
    pub(super) fn from(server: u32) -> Option<Self> {
        let cores = available_parallelism().map_or(1, usize::from);
        let bound = cores > 1 && family(server).into_iter().all(|id| bind(id, "0"));
        (bound && bind(std::process::id(), "1")).then_some(Self { cores })
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        bind(std::process::id(), &format!("0-{}", self.cores - 1));
    }
}

/// Lets all threads of a process run on these cores only.
fn bind(id: u32, cores: &str) -> bool {
    let mut command = Command::new("taskset");
    command.args(["-a", "-p", "-c", cores, &id.to_string()]);
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
