//! Visitors: connections that are kept, and what comes back on them. They must cost less than what they ask: a server that waits for
//! its visitors goes to sleep between them, and what is measured then is how dear that is.

use anyhow::{Context, Result, bail};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

const CONNECTIONS: usize = 64;
/// Longest answer that is read.
const ANSWER_BYTES: usize = 16 * 1024;

/// An old address as it is asked for, and where it should lead.
pub(super) struct Asked {
    request: String,
    target: String,
}

impl Asked {
    pub(super) fn new(host: &str, path: &str, target: &str) -> Self {
        Self {
            request: format!(
                "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"
            ),
            target: target.to_owned(),
        }
    }
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
pub(super) fn closed_loop(port: u16, asked: &Arc<[Asked]>, time: Option<Duration>) -> Result<Load> {
    let until = time.map(|time| Instant::now() + time);
    let part = asked.len().div_ceil(CONNECTIONS).max(1);
    on_one_thread(async {
        let mut visitors = JoinSet::new();
        for begin in (0..asked.len()).step_by(part) {
            visitors.spawn(visit(port, asked.clone(), begin, part, until));
        }
        let mut sum = Load::default();
        while let Some(load) = visitors.join_next().await {
            let load = load??;
            sum.done += load.done;
            sum.wrong += load.wrong;
        }
        Ok(sum)
    })
}

/// One visitor, who asks for `part` addresses from `begin` on.
async fn visit(
    port: u16,
    asked: Arc<[Asked]>,
    begin: usize,
    part: usize,
    until: Option<Instant>,
) -> Result<Load> {
    let mut visitor = Visitor::to(port).await?;
    let mut load = Load::default();
    let asked = &asked[begin..asked.len().min(begin + part)];
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
pub(super) fn open_loop(
    port: u16,
    asked: &Arc<[Asked]>,
    rate: u32,
    time: Duration,
) -> Result<Waits> {
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
            seen: Vec::with_capacity(ANSWER_BYTES),
        })
    }

    /// Whether the answer is a permanent redirect to the right address.
    async fn ask(&mut self, asked: &Asked) -> Result<bool> {
        self.stream.write_all(asked.request.as_bytes()).await?;
        self.seen.clear();
        loop {
            if self.stream.read_buf(&mut self.seen).await? == 0 {
                bail!("a server closed a connection in the middle of a load");
            }
            if let Some(right) = self.answered(asked)? {
                return Ok(right);
            }
            if self.seen.len() > ANSWER_BYTES {
                bail!("an answer without end");
            }
        }
    }

    /// Whether what came is the right answer; `None` as long as its end is missing.
    fn answered(&self, asked: &Asked) -> Result<Option<bool>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut answer = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = answer.parse(&self.seen)? else {
            return Ok(None);
        };
        let header = |name: &str| {
            let found = answer
                .headers
                .iter()
                .find(|own| own.name.eq_ignore_ascii_case(name));
            found.map(|found| found.value)
        };
        let length = header("content-length").map_or(Ok("0"), std::str::from_utf8)?;
        if self.seen.len() < head + length.parse::<usize>()? {
            return Ok(None);
        }
        let right = header("location") == Some(asked.target.as_bytes());
        Ok(Some(answer.code == Some(301) && right))
    }
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
