//! A server that runs until it is told to end: SIGTERM and Ctrl-C end it, SIGHUP makes it read its settings and certificates anew.

use super::{Addresses, ServeError, Server, settings::Settings};
use crate::{known::Know, tls::Say};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;

/// Serves until told to end. `read` gives the settings, once now and once at each SIGHUP; `ready` hears where it listens.
///
/// # Errors
/// When the settings cannot be taken at the start, or [`Server::start`] fails. Settings that cannot be taken later are told to
/// `say`, and the old ones stay.
pub fn run(
    read: impl Fn() -> Result<Settings, ServeError>,
    know: Arc<dyn Know>,
    say: Say,
    ready: impl FnOnce(&Addresses),
) -> Result<(), ServeError> {
    let mut settings = read()?;
    let waiting = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Thread)?;
    let mut wishes = waiting.block_on(async { Wishes::listen() })?;
    let server = Server::start(&settings, know, say.clone())?;
    ready(server.addresses());
    while waiting.block_on(wishes.next()) == Wish::Reload {
        let reloaded = read().and_then(|new| {
            server.reload(&new)?;
            settings = new;
            Ok(())
        });
        say(&match reloaded {
            Ok(()) => "settings and certificates were read anew".to_owned(),
            Err(error) => format!("the old settings stay: {error}"),
        });
    }
    server.announce_end();
    waiting.block_on(async {
        let announced = Duration::from_secs(settings.limits.announce_seconds);
        tokio::select! {
            () = tokio::time::sleep(announced) => (),
            // Told twice means now.
            _ = wishes.end() => (),
        }
    });
    server.stop();
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Reload,
    End,
}

#[cfg(unix)]
struct Wishes {
    hang_up: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Wishes {
    fn listen() -> Result<Self, ServeError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(ServeError::Thread);
        Ok(Self {
            hang_up: listen(SignalKind::hangup())?,
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.hang_up.recv() => Wish::Reload,
            _ = self.terminate.recv() => Wish::End,
            _ = self.interrupt.recv() => Wish::End,
        }
    }

    async fn end(&mut self) {
        while self.next().await != Wish::End {}
    }
}

#[cfg(not(unix))]
struct Wishes;

#[cfg(not(unix))]
impl Wishes {
    fn listen() -> Result<Self, ServeError> {
        Ok(Self)
    }

    async fn next(&mut self) -> Wish {
        // Where Ctrl-C cannot be heard, the process is ended from outside.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Wish::End
    }

    async fn end(&mut self) {
        self.next().await;
    }
}
