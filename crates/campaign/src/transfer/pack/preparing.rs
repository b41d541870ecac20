//! Work on pictures while further ones are on their way: hosts answer late, and processors have time meanwhile.

use super::Fetch;
use crate::{Bundle, Watch};
use blog::doors::MediaPrepare;
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::Scope,
    time::Duration,
};

/// How often the owner's wish to stop is looked for while only pictures are worked on.
const LOOK: Duration = Duration::from_millis(50);

/// A picture to be worked on. Only names wait; its bytes are read when its turn comes.
struct Task {
    file: PathBuf,
    hash: String,
    media_type: String,
}

/// Threads that work on pictures; they end with the last picture after this is dropped, or at once when `stopped` is set.
pub(super) struct Preparers<'a> {
    bundle: &'a Bundle,
    tasks: Option<Sender<Task>>,
    /// Closed when the last thread ended.
    ended: Receiver<()>,
    stopped: &'a AtomicBool,
}

impl<'a> Preparers<'a> {
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        prepare: Option<&'scope dyn MediaPrepare>,
        bundle: &'a Bundle,
        stopped: &'a AtomicBool,
    ) -> Self
    where
        'a: 'scope,
    {
        let (at_work, ended) = mpsc::channel();
        let tasks = prepare.map(|prepare| {
            let (tasks, to_do) = mpsc::channel();
            let to_do = Arc::new(Mutex::new(to_do));
            for _ in 0..prepare.threads().max(1) {
                let (to_do, at_work) = (Arc::clone(&to_do), at_work.clone());
                scope.spawn(move || {
                    work(prepare, &to_do, stopped);
                    drop(at_work);
                });
            }
            tasks
        });
        Self {
            bundle,
            tasks,
            ended,
            stopped,
        }
    }

    /// Waits until everything that was handed over is done, or the owner asks to stop: there may be minutes of work left when the
    /// last picture has come.
    pub(super) fn finish(mut self, watch: &dyn Watch) {
        if self.tasks.take().is_none() {
            return;
        }
        while let Err(RecvTimeoutError::Timeout) = self.ended.recv_timeout(LOOK) {
            if watch.stop_asked() {
                self.stopped.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Hands over what was fetched and kept.
    pub(super) fn hand_over(&self, fetch: Fetch) {
        if let (Some(tasks), Ok(got)) = (&self.tasks, fetch.outcome) {
            // It fails only when the threads were stopped.
            let _ = tasks.send(Task {
                file: self.bundle.media_path(&got.hash),
                hash: got.hash,
                media_type: got.fetched.media_type,
            });
        }
    }
}

fn work(prepare: &dyn MediaPrepare, to_do: &Mutex<Receiver<Task>>, stopped: &AtomicBool) {
    loop {
        let task = to_do.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match task {
            Ok(task) if !stopped.load(Ordering::Relaxed) => {
                prepare.prepare(&task.file, &task.hash, &task.media_type);
            }
            _ => return,
        }
    }
}
