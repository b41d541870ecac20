//! Some visitors at the same time, heard in the order of their errands: what they find is the same however many there are and
//! whoever comes back first.

use super::errand::Errand;
use crate::{Error, Watch, transfer::patience::patiently};
use blog::{
    Finding,
    doors::{Visitor, WriteError},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// Visits after which a home that had asked for patience is asked for one page more at a time.
const CALM_VISITS: u32 = 64;

/// How often it is looked whether the owner wants to stop. Visits under way then are not waited for.
const STOP_LOOK: Duration = Duration::from_millis(200);

type Task = (usize, Arc<Errand>);
type Word = (usize, Result<Option<Finding>, WriteError>);

/// Visitors waiting for errands. They go home when this is dropped.
pub(super) struct Visitors<'a> {
    watch: &'a dyn Watch,
    tasks: Sender<Task>,
    words: Receiver<Word>,
    threads: Vec<JoinHandle<()>>,
    /// Words that came while another one was waited for.
    early: VecDeque<Word>,
    /// Visits that the home may be asked for at the same time: fewer after it asked for patience, more again in time.
    at_once: usize,
    calm: u32,
}

impl<'a> Visitors<'a> {
    /// `count` visitors, at least one.
    ///
    /// # Errors
    /// When the machine has no thread left.
    pub(super) fn call(
        visitor: &Arc<dyn Visitor>,
        count: usize,
        watch: &'a dyn Watch,
    ) -> Result<Self, Error> {
        let count = count.max(1);
        let (tasks, to_do) = mpsc::channel::<Task>();
        let (give, words) = mpsc::channel::<Word>();
        let to_do = Arc::new(Mutex::new(to_do));
        let threads = (0..count)
            .map(|_| {
                let (visitor, to_do, give) =
                    (Arc::clone(visitor), Arc::clone(&to_do), give.clone());
                thread::Builder::new().spawn(move || walk(visitor.as_ref(), &to_do, &give))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            watch,
            tasks,
            words,
            threads,
            early: VecDeque::new(),
            at_once: count,
            calm: 0,
        })
    }

    /// Sends visitors on `errands` and hands on what each found, in the order of the errands.
    ///
    /// # Errors
    /// When the home does not answer for long, `hear` fails, or the owner asked to stop.
    pub(super) fn send(
        &mut self,
        errands: Vec<Errand>,
        mut hear: impl FnMut(&Errand, Option<Finding>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let errands: Vec<Arc<Errand>> = errands.into_iter().map(Arc::new).collect();
        let mut found = BTreeMap::new();
        let (mut sent, mut back, mut heard) = (0, 0, 0);
        while heard < errands.len() {
            while sent < errands.len() && sent - back < self.at_once {
                self.ask(sent, &errands[sent]);
                sent += 1;
            }
            let (at, word) = self.next_word()?;
            let finding = match word {
                Ok(finding) => finding,
                Err(error) => self.again(at, &errands[at], error)?,
            };
            back += 1;
            self.grow_calm();
            found.insert(at, finding);
            while let Some(finding) = found.remove(&heard) {
                hear(&errands[heard], finding)?;
                heard += 1;
            }
        }
        Ok(())
    }

    fn ask(&self, at: usize, errand: &Arc<Errand>) {
        // It fails only where every visitor is gone, and then no word comes either: that is where it is noticed.
        let _ = self.tasks.send((at, Arc::clone(errand)));
    }

    /// Repeats a visit with patience; nobody else is sent meanwhile.
    fn again(
        &mut self,
        at: usize,
        errand: &Arc<Errand>,
        error: WriteError,
    ) -> Result<Option<Finding>, Error> {
        self.at_once = (self.at_once / 2).max(1);
        self.calm = 0;
        let mut first = Some(error);
        let (watch, mut stopped) = (self.watch, None);
        let outcome = patiently(watch, || {
            if let Some(error) = first.take() {
                return Err(error);
            }
            self.ask(at, errand);
            self.word_about(at).unwrap_or_else(|why| {
                stopped = Some(why);
                Err(WriteError::Busy(String::new()))
            })
        });
        stopped.map_or(outcome, Err)
    }

    fn word_about(&mut self, wanted: usize) -> Result<Result<Option<Finding>, WriteError>, Error> {
        let mut others = VecDeque::new();
        let word = loop {
            match self.next_word() {
                Ok((at, word)) if at == wanted => break Ok(word),
                Ok(other) => others.push_back(other),
                Err(error) => break Err(error),
            }
        };
        self.early.append(&mut others);
        word
    }

    fn next_word(&mut self) -> Result<Word, Error> {
        loop {
            if self.watch.stop_asked() {
                return Err(Error::Interrupted);
            }
            if let Some(word) = self.early.pop_front() {
                return Ok(word);
            }
            match self.words.recv_timeout(STOP_LOOK) {
                Ok(word) => return Ok(word),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    self.raise_panic();
                }
            }
        }
    }

    /// A visitor ends early only by a bug; it must not look like a slow page.
    fn raise_panic(&mut self) {
        if let Some(at) = self.threads.iter().position(JoinHandle::is_finished)
            && let Err(panic) = self.threads.swap_remove(at).join()
        {
            std::panic::resume_unwind(panic);
        }
    }

    fn grow_calm(&mut self) {
        self.calm += 1;
        if self.calm >= CALM_VISITS && self.at_once < self.threads.len() {
            self.at_once += 1;
            self.calm = 0;
        }
    }
}

/// A visitor's day: one errand after the other, until there are no more.
fn walk(visitor: &dyn Visitor, to_do: &Mutex<Receiver<Task>>, give: &Sender<Word>) {
    loop {
        let task = to_do.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((at, errand)) = task else { return };
        if give.send((at, errand.run(visitor))).is_err() {
            return;
        }
    }
}
