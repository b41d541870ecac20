//! A new home that speaks `rehome/v1` as the WordPress plugin does (`docs/plugin-protocol.md`), without a WordPress: so quick that
//! a laboratory can kill thousands of runs against it, and as unpleasant as it is told to be.
//!
//! * `site`: what it keeps, and its promises: one thing a mark, one writer, a fence
//! * `media`: pictures, files, and files in pieces
//! * `stood`: what stood there before anybody came, and how it is amended
//! * `view`: what a visitor finds, and what anybody could read at this moment
//! * `faults`: what goes wrong on the way
//! * `server`: the routes over HTTP
//!
//! What a real WordPress does to texts is not here: the stories and the lab `readback` use a real one.

mod faults;
mod media;
mod server;
mod site;
mod stood;
mod view;

pub use faults::Faults;
pub use site::{Site, Sort, Thing};
pub use stood::Stood;

use server::Shared;
use std::{
    io,
    net::{TcpListener, TcpStream},
    sync::{
        Arc, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// The user that everybody signs in as.
pub const USER: &str = "owner";

/// Its application password. The home takes any.
pub const PASSWORD: &str = "just a test";

/// A home that answers on a port of this machine until it is dropped.
pub struct PluginHome {
    /// Its address, `http://127.0.0.1:PORT`.
    pub address: String,
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
}

impl PluginHome {
    /// Starts an empty home on `port` (0 for a free one). Faults fall as the seed says, in the order in which requests come.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn start(port: u16, seed: u64, faults: Faults) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let address = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(Site::new(&address), seed, faults));
        let stop = Arc::new(AtomicBool::new(false));
        let (mine, told) = (Arc::clone(&shared), Arc::clone(&stop));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if told.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&mine);
                std::thread::spawn(move || server::serve(&shared, stream));
            }
        });
        Ok(Self {
            address,
            shared,
            stop,
        })
    }

    /// What it keeps. Requests wait while this is held.
    pub fn site(&self) -> MutexGuard<'_, Site> {
        self.shared.site()
    }

    /// Other faults from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.begin_faults(faults);
    }

    /// Waits until it works on nothing any more, late requests among them; `false` when that takes longer than `at_most`.
    #[must_use]
    pub fn is_quiet_within(&self, at_most: Duration) -> bool {
        let started = Instant::now();
        while self.shared.in_flight.load(Ordering::SeqCst) > 0 {
            if started.elapsed() > at_most {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }
}

impl Drop for PluginHome {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener, which then sees that it is to stop.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
    }
}
