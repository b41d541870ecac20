//! Smaller copies made by helper processes, so that no picture can harm the move: a helper has its own bound on memory, on work and
//! on time, holds no secret, and when it dies, one picture has no smaller copies.
//!
//! A helper is the same executable, started with a private argument; it reads jobs and writes answers (`frames`) until its input
//! ends. As many are kept as there are cores.

mod child;
pub mod frames;

pub use child::serve;

use super::dimensions::SizeRule;
use super::probe::probe;
use super::shrink::{self, Made, Settings};
use super::{PictureError, sub_sizes};
use std::{
    ffi::OsString,
    fmt::Debug,
    io::{BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

/// Most memory for the pixels of one picture in a helper.
pub const HELPER_PICTURE_BYTES: u64 = 400 * 1024 * 1024;
/// Address space of a helper: the pixels, and room for the program, the file and its copies.
pub const HELPER_ADDRESS_BYTES: u64 = HELPER_PICTURE_BYTES + 240 * 1024 * 1024;
/// Processor time for one picture.
pub const CPU_SECONDS: u64 = 10;
/// Time by the clock for one picture; a busy machine may need several times the processor time.
pub const WALL: Duration = Duration::from_secs(60);

/// Makes the smaller copies of pictures.
pub trait Shrink: Debug + Send + Sync {
    /// Makes every copy that WordPress would make for `sizes`. Pixels may take `settings.memory_bytes_max`.
    ///
    /// # Errors
    /// As [`sub_sizes`], and when the making was stopped.
    fn sub_sizes(
        &self,
        bytes: &[u8],
        sizes: &[SizeRule],
        settings: Settings,
    ) -> Result<Made, PictureError>;

    /// The most memory that the pixels of one picture may take here; `usual` is what they may take in our own process.
    fn picture_bytes_max(&self, usual: u64) -> u64;
}

/// In our own process, for tests and programs that have no helper.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Shrink for InProcess {
    fn sub_sizes(
        &self,
        bytes: &[u8],
        sizes: &[SizeRule],
        settings: Settings,
    ) -> Result<Made, PictureError> {
        sub_sizes(bytes, sizes, settings)
    }

    fn picture_bytes_max(&self, usual: u64) -> u64 {
        usual
    }
}

/// In helper processes.
#[derive(Debug)]
pub struct Helpers {
    program: PathBuf,
    arguments: Vec<OsString>,
    wall: Duration,
    kept: usize,
    idle: Mutex<Vec<Helper>>,
}

impl Helpers {
    /// Helpers that `program` with `arguments` becomes by calling [`serve`].
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self {
            program,
            arguments,
            wall: WALL,
            kept: std::thread::available_parallelism().map_or(1, usize::from),
            idle: Mutex::default(),
        }
    }

    /// The same with another bound on the time by the clock.
    #[must_use]
    pub fn within(self, wall: Duration) -> Self {
        Self { wall, ..self }
    }

    fn start(&self) -> Result<Helper, PictureError> {
        Helper::start(&self.program, &self.arguments).map_err(|error| {
            PictureError::Stopped(format!("the helper could not be started: {error}"))
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Helper>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, job: &frames::Job<'_>) -> Result<Result<Made, PictureError>, PictureError> {
        let waiting = self.idle().pop();
        // One that died while it was idle is nobody's fault.
        let used = waiting.and_then(|mut helper| helper.give(job, self.wall).ok().map(|()| helper));
        let mut helper = match used {
            Some(helper) => helper,
            None => {
                let mut fresh = self.start()?;
                if fresh.give(job, self.wall).is_err() {
                    return Err(fresh.end());
                }
                fresh
            }
        };
        match helper.take() {
            Ok(answer) => {
                let mut idle = self.idle();
                if idle.len() < self.kept {
                    idle.push(helper);
                }
                Ok(answer)
            }
            Err(_) => Err(helper.end()),
        }
    }
}

impl Shrink for Helpers {
    fn sub_sizes(
        &self,
        bytes: &[u8],
        sizes: &[SizeRule],
        settings: Settings,
    ) -> Result<Made, PictureError> {
        // What is judged by its header is not worth a helper.
        shrink::admit(bytes, &probe(bytes), settings)?;
        self.work(&frames::Job {
            bytes,
            sizes,
            settings,
        })?
    }

    fn picture_bytes_max(&self, usual: u64) -> u64 {
        usual.max(HELPER_PICTURE_BYTES)
    }
}

/// One helper process. It is killed when it is dropped.
#[derive(Debug)]
struct Helper {
    child: Arc<Mutex<Child>>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Tells the watchman that a job begins (with its time) or ended.
    watchman: Sender<Option<Duration>>,
}

impl Helper {
    fn start(program: &PathBuf, arguments: &[OsString]) -> std::io::Result<Self> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            // No secret that was given to us by the environment is given on.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // Ctrl-C in the terminal is for us: what is begun is finished.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let pipe = || std::io::Error::other("no pipe");
        let input = child.stdin.take().ok_or_else(pipe)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(pipe)?);
        let child = Arc::new(Mutex::new(child));
        let (watchman, orders) = channel();
        let watched = Arc::clone(&child);
        std::thread::Builder::new()
            .name("picture watchman".to_owned())
            .spawn(move || watch(&watched, &orders))?;
        Ok(Self {
            child,
            input,
            output,
            watchman,
        })
    }

    fn give(&mut self, job: &frames::Job<'_>, wall: Duration) -> std::io::Result<()> {
        let _ = self.watchman.send(Some(wall));
        job.write(&mut self.input)?;
        self.input.flush()
    }

    fn take(&mut self) -> std::io::Result<Result<Made, PictureError>> {
        let answer = frames::read_answer(&mut self.output)?;
        let _ = self.watchman.send(None);
        Ok(answer)
    }

    /// Why it gave no answer.
    fn end(self) -> PictureError {
        let mut child = lock(&self.child);
        // It is dead already, or talks nonsense and has to be.
        let _ = child.kill();
        let words = child.wait().map_or("it vanished", words_for);
        PictureError::Stopped(format!("the helper was stopped: {words}"))
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Kills a helper that does not end its job in time.
fn watch(child: &Mutex<Child>, orders: &Receiver<Option<Duration>>) {
    while let Ok(order) = orders.recv() {
        let Some(wall) = order else { continue };
        if orders.recv_timeout(wall) == Err(RecvTimeoutError::Timeout) {
            let _ = lock(child).kill();
        }
    }
}

#[cfg(unix)]
fn words_for(status: ExitStatus) -> &'static str {
    use rustix::process::Signal;
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    let is = |known: Signal| signal == Some(known.as_raw());
    if is(Signal::XCPU) {
        "the picture took more than 10 seconds of work"
    } else if is(Signal::KILL) {
        "the picture took too long"
    } else if is(Signal::ABORT) {
        "the picture took more memory than is allowed"
    } else {
        "it ended without an answer"
    }
}

#[cfg(not(unix))]
fn words_for(_status: ExitStatus) -> &'static str {
    "the picture took too long, or more memory than there is"
}
