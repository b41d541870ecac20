//! Visitors: connections that are kept, and what comes back on them.

use anyhow::{Context, Result, bail};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

const CONNECTIONS: usize = 64;
/// Longest answer that is read.
const ANSWER_BYTES: usize = 16 * 1024;

/// An old address and where it should lead.
pub(super) struct Asked {
    pub(super) host: String,
    pub(super) path: String,
    pub(super) target: String,
}

/// What came of a load.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Load {
    pub(super) done: u64,
    /// Answers that were no redirect to the right address.
    pub(super) wrong: u64,
}

/// What visitors who do not wait have waited.
#[derive(Debug)]
pub(super) struct Waits {
    /// In milliseconds from when each was due, shortest first.
    sorted: Vec<f64>,
    pub(super) load: Load,
}

impl Waits {
    /// So many of a thousand were answered within so many milliseconds.
    pub(super) fn of_thousand(&self, part: usize) -> f64 {
        let at = self.sorted.len() * part / 1000;
        self.sorted.get(at).copied().unwrap_or_default()
    }
}

/// Asks as fast as the answers come: each address once, or over and over for some time.
pub(super) fn closed_loop(port: u16, asked: &[Asked], time: Option<Duration>) -> Result<Load> {
    let until = time.map(|time| Instant::now() + time);
    let parts = asked
        .len()
        .div_ceil(CONNECTIONS.min(asked.len()).max(1))
        .max(1);
    on_one_thread(async {
        let visitors = asked.chunks(parts).map(|part| visit(port, part, until));
        let mut sum = Load::default();
        for load in all(visitors).await {
            let load = load?;
            sum.done += load.done;
            sum.wrong += load.wrong;
        }
        Ok(sum)
    })
}

async fn visit(port: u16, asked: &[Asked], until: Option<Instant>) -> Result<Load> {
    let mut visitor = Visitor::to(port).await?;
    let mut load = Load::default();
    loop {
        for asked in asked {
            if until.is_some_and(|until| Instant::now() >= until) {
                return Ok(load);
            }
            load.done += 1;
            load.wrong += u64::from(!visitor.ask(asked).await?);
        }
        if until.is_none() {
            return Ok(load);
        }
    }
}

/// Asks at a rate, whether answers come or not: a visitor whose connection is busy waits from when it was due. The clock is looked at
/// without a pause, on a core that does nothing else: timers tick once a millisecond, which is longer than an answer takes.
pub(super) fn open_loop(port: u16, asked: &[Asked], rate: u32, time: Duration) -> Result<Waits> {
    let begin = Instant::now() + Duration::from_millis(50);
    let step = Duration::from_secs(1) / rate * CONNECTIONS as u32;
    let turns = (time.as_nanos() / step.as_nanos()) as u32;
    on_one_thread(async {
        let visitors = (0..CONNECTIONS).map(|number| async move {
            let mut visitor = Visitor::to(port).await?;
            let mut waits = Vec::with_capacity(turns as usize);
            let offset = step / CONNECTIONS as u32 * number as u32;
            let mut wrong = 0;
            for (turn, asked) in (0..turns).zip(asked.iter().cycle().skip(number * 997)) {
                let due = begin + offset + step * turn;
                while Instant::now() < due {
                    tokio::task::yield_now().await;
                }
                wrong += u64::from(!visitor.ask(asked).await?);
                waits.push(due.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok((waits, wrong))
        });
        let (mut sorted, mut load) = (Vec::new(), Load::default());
        for of_one in all(visitors).await {
            let (waits, wrong) = of_one?;
            load.done += waits.len() as u64;
            load.wrong += wrong;
            sorted.extend(waits);
        }
        sorted.sort_by(f64::total_cmp);
        Ok(Waits { sorted, load })
    })
}

/// One connection.
struct Visitor {
    stream: TcpStream,
    request: Vec<u8>,
    seen: Vec<u8>,
}

impl Visitor {
    async fn to(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .context("nobody listens")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            request: Vec::new(),
            seen: Vec::with_capacity(ANSWER_BYTES),
        })
    }

    /// Whether the answer is a permanent redirect to the right address.
    async fn ask(&mut self, asked: &Asked) -> Result<bool> {
        self.request.clear();
        for part in [
            "GET ",
            &asked.path,
            " HTTP/1.1\r\nHost: ",
            &asked.host,
            "\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n",
        ] {
            self.request.extend_from_slice(part.as_bytes());
        }
        self.stream.write_all(&self.request).await?;
        self.seen.clear();
        loop {
            if self.stream.read_buf(&mut self.seen).await? == 0 {
                bail!("a server closed a connection in the middle of a load");
            }
            if let Some((head, length)) = head(&self.seen)?
                && self.seen.len() >= head + length
            {
                break;
            }
            if self.seen.len() > ANSWER_BYTES {
                bail!("an answer without end");
            }
        }
        let text = std::str::from_utf8(&self.seen).unwrap_or_default();
        let moved = text.starts_with("HTTP/1.1 301 ");
        Ok(moved && header(text, "location").is_some_and(|location| location == asked.target))
    }
}

/// Bytes of the head, and of the body it announces.
fn head(seen: &[u8]) -> Result<Option<(usize, usize)>> {
    let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&seen[..end + 2])?;
    let length = header(text, "content-length").map_or(Ok(0), str::parse)?;
    Ok(Some((end + 4, length)))
}

fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split("\r\n")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .find_map(|line| {
            let (own, value) = line.split_once(": ")?;
            own.eq_ignore_ascii_case(name).then_some(value)
        })
}

fn on_one_thread<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Runs futures side by side on this thread.
async fn all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut open: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in &mut open {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(done) => *output = Some(done),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    open.into_iter().filter_map(|(_, output)| output).collect()
}
