//! How one thread watches over its connections: who waits too long for a visitor's words is cut, who has lived long enough is asked to
//! end. One look at all of them a few times a second, instead of timers that are armed and disarmed with each request.

use super::settings::Limits;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::task::AbortHandle;

use hyper_util::server::graceful::GracefulConnection;

/// How often connections are looked at.
pub(super) const LOOK: Duration = Duration::from_millis(200);
/// Looks in a second.
const LOOKS: u64 = 5;
/// Instead of a look: it does not wait for its visitor.
const BUSY: u32 = u32::MAX;

/// All connections of a thread. Only that thread touches them; the atomics are for the compiler.
#[derive(Debug)]
pub(super) struct Seats {
    /// Looks so far.
    now: Arc<AtomicU32>,
    taken: Mutex<Vec<Taken>>,
    head: u32,
    life: u32,
    drain: u32,
}

#[derive(Debug)]
struct Taken {
    seat: Arc<Seat>,
    task: AbortHandle,
    since: u32,
    told: Option<u32>,
}

/// One connection as its thread watches over it.
#[derive(Debug)]
pub(super) struct Seat {
    now: Arc<AtomicU32>,
    /// The look at which it began to wait for words of its visitor, or [`BUSY`].
    waits_since: AtomicU32,
    shall_end: AtomicBool,
    task: OnceLock<Waker>,
}

impl Seats {
    pub(super) fn of(limits: &Limits) -> Self {
        let looks = |seconds: u64| u32::try_from(seconds.saturating_mul(LOOKS)).unwrap_or(BUSY - 1);
        Self {
            now: Arc::default(),
            taken: Mutex::default(),
            head: looks(limits.head_seconds),
            life: looks(limits.connection_seconds),
            drain: looks(limits.drain_seconds),
        }
    }

    /// A seat, and its connection's task that `begin` starts.
    pub(super) fn take(&self, begin: impl FnOnce(Arc<Seat>) -> AbortHandle) {
        let seat = Arc::new(Seat::of(self));
        let taken = Taken {
            task: begin(seat.clone()),
            seat,
            since: self.now.load(Relaxed),
            told: None,
        };
        self.all().push(taken);
    }

    /// Looks at all of them; when all `shall_end`, they are told so.
    pub(super) fn look(&self, shall_end: bool) {
        let now = self.now.load(Relaxed).wrapping_add(1);
        self.now.store(now, Relaxed);
        self.all()
            .retain_mut(|taken| self.stays(taken, now, shall_end));
    }

    fn stays(&self, taken: &mut Taken, now: u32, shall_end: bool) -> bool {
        let over = |since: u32, looks: u32| now.wrapping_sub(since) > looks;
        // Its connection has gone.
        if Arc::strong_count(&taken.seat) == 1 {
            return false;
        }
        let waits_since = taken.seat.waits_since.load(Relaxed);
        let waits_too_long = waits_since != BUSY && over(waits_since, self.head);
        if waits_too_long || taken.told.is_some_and(|told| over(told, self.drain)) {
            taken.task.abort();
            return false;
        }
        if taken.told.is_none() && (shall_end || over(taken.since, self.life)) {
            taken.told = Some(now);
            taken.seat.end();
        }
        true
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// One that nobody has taken yet.
    pub(super) fn of(seats: &Seats) -> Self {
        Self {
            now: seats.now.clone(),
            waits_since: AtomicU32::new(BUSY),
            shall_end: AtomicBool::new(false),
            task: OnceLock::new(),
        }
    }

    /// From now on it waits for words of its visitor.
    pub(super) fn waits(&self) {
        self.waits_since.store(self.now.load(Relaxed), Relaxed);
    }

    /// From now on somebody else watches whether its visitor is there.
    pub(super) fn talks(&self) {
        self.waits_since.store(BUSY, Relaxed);
    }

    /// It waits for something else, until what is answered is dropped.
    pub(super) fn is_busy(self: &Arc<Self>) -> Busy {
        self.talks();
        Busy(self.clone())
    }

    /// Looks so far; they follow each other at [`LOOK`].
    pub(super) fn now(&self) -> u32 {
        self.now.load(Relaxed)
    }

    /// Whether it is told to end; the task that asks is woken when it is.
    pub(super) fn shall_end(&self, context: &Context<'_>) -> bool {
        self.task.get_or_init(|| context.waker().clone());
        self.shall_end.load(Relaxed)
    }

    /// It is told to end.
    pub(super) fn end(&self) {
        self.shall_end.store(true, Relaxed);
        if let Some(task) = self.task.get() {
            task.wake_by_ref();
        }
    }

    /// Lets a conversation go on until its visitor leaves or it is told to end. It has to be the only thing its task waits for.
    pub(super) async fn until_its_end<C: GracefulConnection>(&self, connection: C) {
        let mut connection = pin!(connection);
        // Its errors are those of a visitor who went away or spoke no HTTP.
        let _ = poll_fn(|context| {
            if self.shall_end(context) && self.shall_end.swap(false, Relaxed) {
                connection.as_mut().graceful_shutdown();
            }
            connection.as_mut().poll(context)
        })
        .await;
    }
}

/// A connection does not wait for its visitor as long as this lives.
#[derive(Debug)]
pub(super) struct Busy(Arc<Seat>);

impl Busy {
    /// Whether it waits for its visitor after all, for now.
    pub(super) fn waits_for_visitor(&self, waits: bool) {
        if waits {
            self.0.waits();
        } else {
            self.0.talks();
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.waits();
    }
}
