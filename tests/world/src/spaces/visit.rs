//! A visitor with a plain socket: what tests ask the host with when no HTTP client shall stand between.

use super::host::Host;
use std::io::{Read, Write};
use std::net::TcpStream;

/// What came back, byte for byte.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// As much of the body as came before the connection closed.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Host {
    /// Asks for `target` (path and query) at the old host `host`.
    ///
    /// # Errors
    ///
    /// When the socket fails.
    pub fn get(&self, host: &str, target: &str) -> std::io::Result<Reply> {
        self.ask("GET", host, target, "", b"")
    }

    /// Asks for a whole old address; `https` goes the way a proxy in front would send it.
    ///
    /// # Errors
    ///
    /// When the socket fails.
    pub fn get_address(&self, address: &str) -> std::io::Result<Reply> {
        let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
        let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let target = target.split('#').next().unwrap_or("");
        let target = if target.is_empty() { "/" } else { target };
        let secure = if scheme == "https" {
            "X-Forwarded-Proto: https\r\n"
        } else {
            ""
        };
        self.ask("GET", host, &target.replace(' ', "%20"), secure, b"")
    }

    /// Any request; `headers` are whole lines, each with its line end.
    ///
    /// # Errors
    ///
    /// When the socket fails.
    pub fn ask(
        &self,
        method: &str,
        host: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> std::io::Result<Reply> {
        let mut socket = TcpStream::connect(self.address)?;
        let length = body.len();
        write!(
            socket,
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        )?;
        socket.write_all(body)?;
        let mut bytes = Vec::new();
        socket.read_to_end(&mut bytes)?;
        let end = bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .unwrap_or(0);
        Ok(Reply {
            status,
            head,
            body: bytes.get(end + 4..).unwrap_or(&[]).to_vec(),
        })
    }
}
