//! Work on pictures while further ones are on their way: hosts answer late, and processors have time meanwhile.

use super::Fetch;
use crate::Bundle;
use blog::doors::MediaPrepare;
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread::Scope,
};

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
}

impl<'a> Preparers<'a> {
    pub(super) fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        prepare: Option<&'scope dyn MediaPrepare>,
        bundle: &'a Bundle,
        stopped: &'scope AtomicBool,
    ) -> Self {
        let tasks = prepare.map(|prepare| {
            let (tasks, to_do) = mpsc::channel();
            let to_do = Arc::new(Mutex::new(to_do));
            for _ in 0..prepare.threads().max(1) {
                let to_do = Arc::clone(&to_do);
                scope.spawn(move || work(prepare, &to_do, stopped));
            }
            tasks
        });
        Self { bundle, tasks }
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
