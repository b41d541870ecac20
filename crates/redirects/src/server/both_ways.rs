//! For tests: what a visitor hears who says the same on the short way and through hyper. The two must not differ in a byte.

use super::conversation::Visitor;
use super::seats::{Seat, Seats};
use super::settings::Settings;
use super::worker::{House, Talk};
use super::{ServeError, Shared};
use crate::known::Know;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::{Builder, Runtime};

/// What may wait in a stream between visitor and server.
const STREAM_BYTES: usize = 64 * 1024;

/// Two servers that know the same, one of which goes no short way.
pub struct BothWays {
    runtime: Runtime,
    short: Arc<House>,
    hyper: Arc<House>,
}

impl BothWays {
    /// With these settings; no address is listened at.
    ///
    /// # Errors
    /// When a setting cannot be, or a thread cannot be had.
    pub fn new(settings: &Settings, know: &Arc<dyn Know>) -> Result<Self, ServeError> {
        let house = || -> Result<Arc<House>, ServeError> {
            let shared = Shared::of(settings, know.clone(), 1, Arc::new(|_: &str| ()));
            let desk = super::desk(settings, &Arc::new(shared), 0)?;
            let limits = settings.limits.clone();
            Ok(Arc::new(House::of(desk, limits, settings.networks()?)))
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ServeError::Thread)?;
        Ok(Self {
            runtime,
            short: house()?,
            hyper: house()?,
        })
    }

    /// From now on each answer asks for the end of its connection, or not any more.
    pub fn stopping(&self, stopping: bool) {
        for house in [&self.short, &self.hyper] {
            let shared = &house.desk.shared;
            shared.stopping.store(stopping, Ordering::Relaxed);
        }
    }

    /// What is heard on the short way and through hyper by one who says `pieces` and nothing more, without the dates.
    #[must_use]
    pub fn hear(&self, pieces: &[&[u8]]) -> [Vec<u8>; 2] {
        let short = self.runtime.block_on(async {
            converse(pieces, |stream| talk(&self.short).in_http1(stream)).await
        });
        let hyper = self.runtime.block_on(async {
            converse(pieces, |stream| talk(&self.hyper).in_hyper(stream)).await
        });
        [short, hyper].map(|heard| undated(&heard))
    }

    /// What is heard on the short way by one whose `words` were there when the connection was told to end.
    #[must_use]
    pub fn hear_at_the_end(&self, words: &[u8]) -> Vec<u8> {
        self.runtime.block_on(async {
            let (mut visitor, server) = duplex(STREAM_BYTES);
            let mut heard = Vec::new();
            if visitor.write_all(words).await.is_ok() {
                let talk = talk(&self.short);
                talk.seat.end();
                talk.in_http1(server).await;
                let _ = visitor.read_to_end(&mut heard).await;
            }
            heard
        })
    }
}

fn talk(house: &House) -> Talk<'_> {
    Talk {
        house,
        visitor: Visitor {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            secure: false,
        },
        seat: Arc::new(Seat::of(&Seats::of(&house.limits))),
    }
}

async fn converse<F: Future<Output = ()>>(
    pieces: &[&[u8]],
    talk: impl FnOnce(DuplexStream) -> F,
) -> Vec<u8> {
    let (visitor, server) = duplex(STREAM_BYTES);
    let (mut ear, mut mouth) = tokio::io::split(visitor);
    let say = async {
        for piece in pieces {
            // Who is not listened to any more says nothing more.
            if mouth.write_all(piece).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
        let _ = mouth.shutdown().await;
    };
    let hear = async {
        let mut heard = Vec::new();
        let _ = ear.read_to_end(&mut heard).await;
        heard
    };
    let ((), (), heard) = tokio::join!(talk(server), say, hear);
    heard
}

/// Without the values of `date` headers, which are those of different moments.
fn undated(heard: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"\r\ndate: ";
    const DATE_BYTES: usize = 29;
    let mut rest = heard;
    let mut undated = Vec::with_capacity(heard.len());
    while let Some(at) = rest.windows(NAME.len()).position(|bytes| bytes == NAME) {
        undated.extend_from_slice(&rest[..at + NAME.len()]);
        rest = rest.get(at + NAME.len() + DATE_BYTES..).unwrap_or(&[]);
    }
    undated.extend_from_slice(rest);
    undated
}
