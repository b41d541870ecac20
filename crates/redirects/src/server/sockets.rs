//! Listening sockets: one for each thread at each address, so that the system spreads connections and no thread waits for another.

use super::ServeError;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};

/// Connections that may wait to be taken.
const BACKLOG: i32 = 4096;

/// The sockets of some addresses.
pub(super) struct Sockets {
    /// With the ports that were free where 0 was asked for.
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) of_threads: Vec<Vec<TcpListener>>,
}

/// Opens each of `addresses` once for each of `threads`.
pub(super) fn open_all(addresses: &[SocketAddr], threads: usize) -> Result<Sockets, ServeError> {
    let mut sockets = Sockets {
        addresses: Vec::new(),
        of_threads: (0..threads).map(|_| Vec::new()).collect(),
    };
    for &address in addresses {
        let failed = |source| ServeError::Listen { address, source };
        let mut at = address;
        let mut first: Option<TcpListener> = None;
        for of_thread in &mut sockets.of_threads {
            let listener = match &first {
                // Where an address cannot be shared by sockets, threads share the socket.
                Some(first) if !CAN_SHARE => first.try_clone().map_err(failed)?,
                _ => open(at).map_err(failed)?,
            };
            at = listener.local_addr().map_err(failed)?;
            if first.is_none() {
                first = Some(listener.try_clone().map_err(failed)?);
            }
            of_thread.push(listener);
        }
        sockets.addresses.push(at);
    }
    Ok(sockets)
}

const CAN_SHARE: bool = cfg!(target_os = "linux");

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() {
        // Both families are asked for by name: `0.0.0.0:80` and `[::]:80` can stand side by side.
        socket.set_only_v6(true)?;
    }
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
