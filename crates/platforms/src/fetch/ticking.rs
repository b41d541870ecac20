//! A wait for a body that looks up every second. ureq waits for the next byte as long as a whole window; a caller that counts bytes
//! against the clock has to be asked in between.

use std::{
    cell::Cell,
    io::{self, Read},
    time::{Duration, Instant},
};
use ureq::{
    Error, Timeout,
    unversioned::transport::{
        Buffers, ConnectionDetails, Connector, NextTimeout, Transport, time::Duration as Wait,
    },
};

/// How long a read of a body waits for its next byte before the clock is looked at.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// Makes every connection tick.
#[derive(Debug)]
pub(super) struct TickingConnector {
    pub(super) tick: Duration,
}

impl<In: Transport> Connector<In> for TickingConnector {
    type Out = Ticking<In>;

    fn connect(
        &self,
        _details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let tick = self.tick;
        Ok(chained.map(|inner| Ticking { inner, tick }))
    }
}

/// A connection whose body reads end after a tick without bytes; see [`read`].
#[derive(Debug)]
pub(super) struct Ticking<In> {
    inner: In,
    tick: Duration,
}

impl<In: Transport> Transport for Ticking<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, mut timeout: NextTimeout) -> Result<bool, Error> {
        // What comes may be no body at all (chunks' extensions, trailers), so a read ends after its tick whatever comes.
        if let Some(begun) = READ_BEGUN.get()
            && timeout.reason == Timeout::RecvBody
        {
            let left = self.tick.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(Error::Timeout(Timeout::PerRead));
            }
            timeout.per_read = Some(Wait::from(left));
        }
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

thread_local! {
    /// When the read of a body began that this thread is in; a body does not lead to its connection.
    static READ_BEGUN: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Reads a piece of a body; `None` when a tick went by without bytes, which ends nothing: the next read goes on.
pub(super) fn read(body: &mut impl Read, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    READ_BEGUN.set(Some(Instant::now()));
    let read = body.read(buffer);
    READ_BEGUN.set(None);
    match read {
        Err(error) if is_tick(&error) => Ok(None),
        other => other.map(Some),
    }
}

fn is_tick(error: &io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
        .is_some_and(|error| matches!(error, Error::Timeout(Timeout::PerRead)))
}
