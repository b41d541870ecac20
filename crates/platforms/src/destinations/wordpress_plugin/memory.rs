//! A share of memory for each picture that is being worked on.

use std::sync::{Condvar, Mutex, PoisonError};

/// Memory for pixels, shared by the threads: whoever does not fit waits. A picture that needs all of it works alone.
pub(super) struct Memory {
    free: Mutex<u64>,
    returned: Condvar,
}

impl Memory {
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            free: Mutex::new(bytes),
            returned: Condvar::new(),
        }
    }

    pub(super) fn take(&self, bytes: u64) -> Share<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .returned
            .wait_while(free, |free| *free < bytes)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= bytes;
        Share {
            memory: self,
            bytes,
        }
    }
}

/// A part of the memory, given back when dropped.
pub(super) struct Share<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut free = self
            .memory
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *free += self.bytes;
        self.memory.returned.notify_all();
    }
}
