//! Asking a running server what the index knows.

use crate::status::Status;
use anyhow::{Context, bail};
use redirects::{Index, Known, Rule};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// Wrong answers that are printed; the rest is counted.
const SHOWN: u64 = 20;
/// Lines of an answer's head at most.
const MOST_HEADERS: usize = 100;
/// Longest body that is read, in bytes; a longer one ends the check.
const LONGEST_BODY: u64 = 1 << 20;

pub(super) fn run(folder: &Path, server: &str, sample: Option<u64>) -> anyhow::Result<Status> {
    let index = Index::open_still(folder)?;
    let all = index.stats()?.addresses + index.manifest().blogs;
    let step = sample.map_or(1, |sample| (all / sample.max(1)).max(1));
    let mut asked = Asked {
        server: Server::new(server),
        seen: 0,
        asked: 0,
        wrong: 0,
    };
    index.each_rule(|rule| {
        asked.seen += 1;
        if !(asked.seen - 1).is_multiple_of(step) {
            return Ok(());
        }
        asked.ask(&rule)
    })?;
    println!(
        "asked {} of {} old addresses: {} answered wrong",
        asked.asked, asked.seen, asked.wrong
    );
    Ok(if asked.wrong == 0 {
        Status::Complete
    } else {
        Status::Incomplete
    })
}

struct Asked {
    server: Server,
    seen: u64,
    asked: u64,
    wrong: u64,
}

impl Asked {
    fn ask(&mut self, rule: &Rule) -> anyhow::Result<()> {
        self.asked += 1;
        let expected = expected(&rule.known);
        let answer = self.server.get(&rule.host, &rule.path)?;
        if answer != expected {
            self.wrong += 1;
            if self.wrong <= SHOWN {
                println!(
                    "  {}{}: {}, should be {}",
                    rule.host, rule.path, answer, expected
                );
            }
        }
        Ok(())
    }
}

/// A status and where it leads.
#[derive(PartialEq, Eq)]
struct Answer {
    status: u16,
    target: Option<String>,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {}",
            self.status,
            self.target.as_deref().unwrap_or("")
        )
    }
}

/// The answer to a plain GET.
fn expected(known: &Known) -> Answer {
    match known {
        Known::Moved(moved) => Answer {
            status: moved.standing.status(true).as_u16(),
            target: Some(moved.target.clone()),
        },
        Known::Gone { .. } => Answer {
            status: 410,
            target: None,
        },
        _ => Answer {
            status: 404,
            target: None,
        },
    }
}

/// One connection that is kept. Written by hand: the one HTTP client of this program resolves and follows names, and here every name
/// leads to one machine.
struct Server {
    place: String,
    open: Option<BufReader<TcpStream>>,
}

impl Server {
    fn new(place: &str) -> Self {
        Self {
            place: place.to_owned(),
            open: None,
        }
    }

    /// Asks once, and once more on a new connection where the kept one was closed.
    fn get(&mut self, host: &str, path: &str) -> anyhow::Result<Answer> {
        if self.open.is_some()
            && let Ok(answer) = self.try_get(host, path)
        {
            return Ok(answer);
        }
        let connection = TcpStream::connect(&self.place)
            .with_context(|| format!("could not reach {}", self.place))?;
        connection.set_read_timeout(Some(ANSWER))?;
        connection.set_nodelay(true)?;
        self.open = Some(BufReader::new(connection));
        self.try_get(host, path)
            .with_context(|| format!("{} did not answer", self.place))
    }

    fn try_get(&mut self, host: &str, path: &str) -> anyhow::Result<Answer> {
        let Some(mut connection) = self.open.take() else {
            bail!("there is no connection");
        };
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: rehome-check\r\n\r\n");
        connection.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let status = line.split(' ').nth(1).unwrap_or("").parse()?;
        let (mut target, mut length, mut kept) = (None, 0_u64, true);
        for _ in 0..MOST_HEADERS {
            line.clear();
            connection.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "location" => target = Some(value.to_owned()),
                "content-length" => length = value.parse()?,
                "transfer-encoding" => kept = false,
                "connection" => kept &= !value.eq_ignore_ascii_case("close"),
                _ => {}
            }
        }
        if length > LONGEST_BODY {
            bail!("the answer is too long");
        }
        std::io::copy(&mut (&mut connection).take(length), &mut std::io::sink())?;
        if kept {
            self.open = Some(connection);
        }
        Ok(Answer { status, target })
    }
}
