//! The real server, and how it is asked.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A visitor gives up an answer after this.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to the server; `None` where nobody takes it.
pub(super) fn connect(at: SocketAddr) -> Option<BufReader<TcpStream>> {
    let stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    Some(BufReader::new(stream))
}

/// Status and `Location` of an entry; `None` when the server went away.
pub(super) fn ask(
    stream: &mut BufReader<TcpStream>,
    blog: u64,
    number: u32,
) -> Option<(u16, String)> {
    let owner = super::owner(blog);
    let request = format!(
        "GET /blog/cns!{owner:X}!{number}.entry HTTP/1.1\r\nHost: blog{blog}.spaces.live.com\r\n\r\n"
    );
    stream.get_mut().write_all(request.as_bytes()).ok()?;
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let (mut location, mut length) = (String::new(), 0);
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "location" => value.clone_into(&mut location),
            "content-length" => length = value.parse().ok()?,
            _ => (),
        }
    }
    // A head that ended early is no answer.
    (line == "\r\n").then_some(())?;
    stream.read_exact(&mut vec![0; length]).ok()?;
    Some((status, location))
}

/// `rehome redirects serve`, killed when it is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) at: SocketAddr,
    /// How long it took until it listened.
    pub(super) ready: Duration,
}

impl Server {
    pub(super) fn start(rehome: &Path, index: &Path, listen: &str) -> Result<Self> {
        let began = Instant::now();
        let mut child = Command::new(rehome)
            .args(["--json", "redirects", "serve"])
            .arg(index)
            .args([
                "--listen",
                listen,
                "--admin",
                "127.0.0.1:0",
                "--workers",
                "2",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .context("the server did not start")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let told: serde_json::Value =
            serde_json::from_str(&line).context("the server did not get ready")?;
        let at = told["plain"][0].as_str().context("no address")?.parse()?;
        Ok(Self {
            child,
            at,
            ready: began.elapsed(),
        })
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
