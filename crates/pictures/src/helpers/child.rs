//! The helper's side: bounds itself, then makes copies until its input ends.

use super::frames;
use crate::sub_sizes;
use std::io::{self, BufReader, BufWriter, Read, Write};

/// Serves jobs from `input` with answers to `output`, until there are no more. This is all that a helper process does.
///
/// # Errors
/// When the bounds cannot be set, or the other side speaks nonsense.
pub fn serve(input: impl Read, output: impl Write) -> io::Result<()> {
    bound_memory()?;
    let mut input = BufReader::new(input);
    let mut output = BufWriter::new(output);
    while let Some(job) = frames::read_job(&mut input)? {
        bound_work()?;
        let made = sub_sizes(&job.bytes, &job.sizes, job.settings);
        drop(job);
        frames::write_answer(&mut output, &made)?;
        output.flush()?;
    }
    Ok(())
}

#[cfg(unix)]
fn bound_memory() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let bound = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    // A core file would be a copy of somebody's picture.
    setrlimit(Resource::Core, bound(0))?;
    setrlimit(Resource::As, bound(super::HELPER_ADDRESS_BYTES))?;
    Ok(())
}

/// Allows as much processor time as one picture may take, beyond what the pictures before it took.
#[cfg(unix)]
fn bound_work() -> io::Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let mut limit = getrlimit(Resource::Cpu);
    limit.current = Some(used + 1 + super::CPU_SECONDS);
    setrlimit(Resource::Cpu, limit)?;
    Ok(())
}

#[cfg(not(unix))]
fn bound_memory() -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn bound_work() -> io::Result<()> {
    Ok(())
}
