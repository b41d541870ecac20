//! Ctrl-C, and the signals that end a program: the first asks to stop cleanly, the second ends at once. Either way nothing is lost.

use campaign::{Bundle, Error, bundle::Ending};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Bundles that are at work, which are told when the run is ended at once: what they are at is not to blame.
static AT_WORK: Mutex<Vec<Ending>> = Mutex::new(Vec::new());

/// Listens for Ctrl-C from now on.
pub(crate) fn listen() {
    let listening = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
            // This is a thread of its own, not the signal's: it may write files.
            at_work().iter().for_each(Ending::from_outside);
            std::process::exit(crate::status::Status::Interrupted as i32);
        }
        eprintln!(
            "\nstopping after the current batch (press Ctrl-C again to stop at once; nothing is lost either way)"
        );
    });
    if let Err(error) = listening {
        eprintln!("note: Ctrl-C will stop at once instead of cleanly ({error})");
    }
}

/// The bundle at work is told when the run is ended at once.
pub(crate) fn tells(bundle: &Bundle) -> Result<(), Error> {
    at_work().push(bundle.ending()?);
    Ok(())
}

fn at_work() -> std::sync::MutexGuard<'static, Vec<Ending>> {
    AT_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the owner asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
