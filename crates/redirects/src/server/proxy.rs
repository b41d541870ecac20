//! The PROXY protocol, versions 1 and 2: how a balancer in front says who the visitor is. It is read from configured peers only, and
//! from those it is required: whoever may say it must say it, and nobody else is believed.

use ppp::{HeaderResult, PartialResult, v1, v2};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Bytes of the longest header that is read; version 2 may carry more extensions than anybody sends.
const HEADER_BYTES: usize = 4096;
/// Bytes of the longest line of version 1, its end included.
const LINE_BYTES: usize = 107;
/// How long to wait for the rest of a header that came in pieces.
const PIECE: Duration = Duration::from_millis(5);

/// A network that a peer may belong to: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    address: u128,
    bits: u32,
}

impl Network {
    /// Whether `peer` belongs to it.
    #[must_use]
    pub(super) fn holds(self, peer: IpAddr) -> bool {
        let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
        (wide(peer) ^ self.address) & mask == 0
    }
}

impl std::str::FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} should read like 10.0.0.0/8 or 2001:db8::1");
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        if bits > width {
            return Err(wrong());
        }
        Ok(Self {
            address: wide(address),
            bits: bits + 128 - width,
        })
    }
}

/// An address as IPv6 has it, IPv4 mapped.
fn wide(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Takes the header off the stream and answers the visitor it names; the peer itself for a health check of the balancer
/// (`LOCAL`, `UNKNOWN`).
///
/// # Errors
/// When there is no whole header.
pub(super) async fn visitor(stream: &mut TcpStream, peer: SocketAddr) -> io::Result<SocketAddr> {
    let mut seen = vec![0; HEADER_BYTES];
    loop {
        let length = stream.peek(&mut seen).await?;
        let header = HeaderResult::parse(&seen[..length]);
        let whole = !header.is_incomplete() || length == HEADER_BYTES;
        if !whole && may_become_one(&seen[..length]) {
            tokio::time::sleep(PIECE).await;
            continue;
        }
        let (used, visitor) = match &header {
            HeaderResult::V1(Ok(header)) => (header.header.len(), named_v1(header)),
            HeaderResult::V2(Ok(header)) => (header.header.len(), named_v2(header)),
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "no PROXY header from a peer that must send one",
                ));
            }
        };
        let visitor = visitor.unwrap_or(peer);
        stream.read_exact(&mut seen[..used]).await?;
        return Ok(visitor);
    }
}

/// Whether bytes begin as a header of either version begins, and the line of version 1 has not ended.
fn may_become_one(seen: &[u8]) -> bool {
    let begins = |like: &[u8]| {
        let both = seen.len().min(like.len());
        seen[..both] == like[..both]
    };
    let line = begins(b"PROXY ") && seen.len() < LINE_BYTES && !seen.contains(&b'\n');
    !seen.is_empty() && (line || begins(b"\r\n\r\n\0\r\nQUIT\n"))
}

fn named_v1(header: &v1::Header) -> Option<SocketAddr> {
    match header.addresses {
        v1::Addresses::Tcp4(named) => Some((named.source_address, named.source_port).into()),
        v1::Addresses::Tcp6(named) => Some((named.source_address, named.source_port).into()),
        v1::Addresses::Unknown => None,
    }
}

fn named_v2(header: &v2::Header) -> Option<SocketAddr> {
    if header.command == v2::Command::Local {
        return None;
    }
    match header.addresses {
        v2::Addresses::IPv4(named) => Some((named.source_address, named.source_port).into()),
        v2::Addresses::IPv6(named) => Some((named.source_address, named.source_port).into()),
        v2::Addresses::Unix(_) | v2::Addresses::Unspecified => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let holds = |network: &str, peer: &str| {
            let network: Network = network.parse().expect("a network");
            network.holds(peer.parse().expect("an address"))
        };
        assert!(holds("10.0.0.0/8", "10.200.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        for wrong in ["10.0.0.0/33", "x", "10.0.0.0/", "::/129"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    /// What is made of `pieces`, and what the stream holds afterwards.
    async fn told(pieces: &[&[u8]]) -> (io::Result<SocketAddr>, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        let writer = tokio::spawn(async move {
            let mut stream = TcpStream::connect(at).await.expect("a stream");
            for piece in pieces {
                stream.write_all(&piece).await.expect("written");
                stream.flush().await.expect("written");
                tokio::time::sleep(PIECE * 3).await;
            }
        });
        let (mut stream, peer) = listener.accept().await.expect("a peer");
        let visitor = visitor(&mut stream, peer).await;
        writer.await.expect("written");
        let mut rest = Vec::new();
        if visitor.is_ok() {
            stream.read_to_end(&mut rest).await.expect("the rest");
        }
        (visitor, rest)
    }

    fn version_2(source: [u8; 4], command: u8) -> Vec<u8> {
        let mut header = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
        header.extend([0x20 | command, 0x11, 0, 12]);
        header.extend(source);
        header.extend([127, 0, 0, 1, 0x12, 0x34, 0, 80]);
        header
    }

    #[tokio::test]
    async fn both_versions_name_the_visitor_and_leave_the_request() {
        let (visitor, rest) =
            told(&[b"PROXY TCP4 192.0.2.9 127.0.0.1 5000 80\r\nGET / HTTP/1.1\r\n"]).await;
        assert_eq!(visitor.expect("a visitor").to_string(), "192.0.2.9:5000");
        assert_eq!(rest, b"GET / HTTP/1.1\r\n");
        let (visitor, rest) =
            told(&[&[version_2([192, 0, 2, 8], 1), b"GET".to_vec()].concat()]).await;
        assert_eq!(visitor.expect("a visitor").to_string(), "192.0.2.8:4660");
        assert_eq!(rest, b"GET");
    }

    #[tokio::test]
    async fn a_header_may_come_in_pieces() {
        let (visitor, rest) = told(&[b"PROXY TCP6 2001:db8::1 ::1 50", b"00 80\r\nrest"]).await;
        assert_eq!(
            visitor.expect("a visitor").to_string(),
            "[2001:db8::1]:5000"
        );
        assert_eq!(rest, b"rest");
        let header = version_2([192, 0, 2, 8], 1);
        let (visitor, _) = told(&[&header[..14], &header[14..]]).await;
        assert_eq!(visitor.expect("a visitor").to_string(), "192.0.2.8:4660");
    }

    #[tokio::test]
    async fn a_balancers_own_check_is_the_peer_itself() {
        for header in [b"PROXY UNKNOWN\r\n".to_vec(), version_2([192, 0, 2, 8], 0)] {
            let (visitor, _) = told(&[&header]).await;
            assert!(visitor.expect("a peer").ip().is_loopback());
        }
    }

    #[tokio::test]
    async fn whoever_must_say_it_and_does_not_is_refused() {
        for words in [
            &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            b"PROXY TCP4 bad\r\n",
            b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
            b"",
        ] {
            assert!(told(&[words]).await.0.is_err(), "{words:?}");
        }
    }
}
