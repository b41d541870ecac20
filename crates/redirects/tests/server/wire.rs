//! A visitor who speaks HTTP/1.1 by hand, so that nothing is repaired on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any server here takes; a story that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own == name)
            .map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub(crate) fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// Asks on a connection of its own.
pub(crate) fn ask(at: SocketAddr, method: &str, path: &str, headers: &str) -> Answer {
    let mut stream = connect(at);
    say(&mut stream, method, path, headers);
    hear(&mut stream, method == "HEAD").expect("an answer")
}

pub(crate) fn say(stream: &mut impl Write, method: &str, path: &str, headers: &str) {
    let host = super::known::HOST;
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).expect("written");
}

/// Reads one answer; `None` when the connection ends before it begins.
pub(crate) fn hear(stream: &mut impl Read, head: bool) -> Option<Answer> {
    // One byte of buffer: what follows the answer stays in the stream.
    let mut lines = BufReader::with_capacity(1, stream);
    let mut line = String::new();
    if lines.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let length: usize = answer.header("content-length").parse().unwrap_or(0);
    if !head && status != 304 {
        answer.body = vec![0; length];
        lines.read_exact(&mut answer.body).ok()?;
    }
    Some(answer)
}
