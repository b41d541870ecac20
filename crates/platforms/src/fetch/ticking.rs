//! A wait for a body that looks up every second. ureq waits for the next byte as long as a whole window; a caller that counts bytes
//! against the clock has to be asked in between.

use std::time::Duration;
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

/// A connection whose body reads end after a tick without bytes; see [`is_tick`].
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
        if timeout.reason == Timeout::RecvBody {
            timeout.per_read = Some(Wait::from(self.tick));
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

/// Whether a read ended for a tick only: the connection is well, and the next read goes on.
pub(super) fn is_tick(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
        .is_some_and(|error| matches!(error, Error::Timeout(Timeout::PerRead)))
}
