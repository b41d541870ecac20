//! Ctrl-C: the first asks to stop cleanly, the second ends at once. Either way nothing is lost.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl-C from now on.
pub(crate) fn listen() {
    let listening = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::SeqCst) {
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

/// Whether the owner asked to stop.
pub(crate) fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
