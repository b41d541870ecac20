//! A server that does everything a server may not do; its path says what.

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

/// What it can do.
pub(super) const PATHS: &[&str] = &[
    "/never-answers",
    "/closes-at-once",
    "/head-drips",
    "/head-in-single-bytes",
    "/head-without-end",
    "/headers-without-end",
    "/interim-answers-without-end",
    "/status-without-sense",
    "/no-http",
    "/http-0.9",
    "/body-drips",
    "/body-drips-slowly",
    "/body-stops",
    "/body-without-end",
    "/chunks-without-end",
    "/chunk-of-bytes",
    "/chunk-too-large-for-numbers",
    "/chunk-extension-without-end",
    "/trailers-without-end",
    "/length-of-a-terabyte",
    "/length-below-zero",
    "/two-lengths",
    "/length-and-chunks",
    "/longer-than-said",
    "/shorter-than-said",
    "/cut-in-a-chunk",
    "/gzip-bomb",
    "/gzip-cut",
    "/gzip-of-nothing",
    "/gzip-that-is-none",
    "/goes-on-byte-by-byte",
    "/goes-on-elsewhere",
    "/circle",
    "/there",
    "/further",
    "/further-slowly",
    "/to-nowhere",
    "/to-a-long-address",
    "/to-two-lines",
    "/busy-for-ever",
    "/busy-for-ten-years",
    "/busy-without-a-word",
    "/broken-for-ever",
    "/status-999",
    "/no-content-but-content",
];

const OK: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n";

/// Starts it; answers its `host:port`.
pub(super) fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let host = listener.local_addr()?.to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = serve(stream);
            });
        }
    });
    Ok(host)
}

fn serve(stream: TcpStream) -> std::io::Result<()> {
    // Whoever hangs on for ever is let go after this, or the laboratory would hold thousands of threads.
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut range = None;
    loop {
        let mut line = String::new();
        if reader.by_ref().take(65_536).read_line(&mut line)? <= 2 {
            break;
        }
        let line = line.to_ascii_lowercase();
        if let Some(from) = line.strip_prefix("range: bytes=") {
            range = from.trim().trim_end_matches('-').parse::<u64>().ok();
        }
    }
    let address = request.split(' ').nth(1).unwrap_or("/");
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    answer(path, query, range, &mut { stream })
}

fn answer(path: &str, query: &str, range: Option<u64>, to: &mut TcpStream) -> std::io::Result<()> {
    match path {
        "/closes-at-once" => Ok(()),
        "/head-drips" => drip(to, "HTTP/1.1 200 OK\r\nX: ", b"a", 50),
        "/head-in-single-bytes" => {
            let whole = format!("{OK}Content-Length: 1\r\n\r\nx");
            whole.bytes().try_for_each(|byte| to.write_all(&[byte]))
        }
        "/head-without-end" => flood(to, "HTTP/1.1 200 OK\r\nX: ", &[b'a'; 8192]),
        "/headers-without-end" => flood(to, "HTTP/1.1 200 OK\r\n", &b"X: y\r\n".repeat(1000)),
        "/interim-answers-without-end" => flood(to, "", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        "/status-without-sense" => say(to, "HTTP/1.1 two hundred\r\n\r\nx"),
        "/no-http" => flood(to, "", b"SSH-2.0-OpenSSH_9.2\r\n"),
        "/http-0.9" => say(to, "<html>hello"),
        "/body-drips" => drip(to, &format!("{OK}\r\n"), b"x", 50),
        "/body-drips-slowly" => drip(to, &format!("{OK}\r\n"), b"x", 590),
        "/body-without-end" => flood(to, &format!("{OK}\r\n"), &[b'x'; 65_536]),
        "/chunks-without-end" => {
            let chunk = [b"8000\r\n".as_slice(), &[b'x'; 0x8000], b"\r\n"].concat();
            flood(to, &chunked(), &chunk)
        }
        "/chunk-of-bytes" => flood(to, &chunked(), &b"1\r\nx\r\n".repeat(1000)),
        "/chunk-too-large-for-numbers" => flood(
            to,
            &format!("{}FFFFFFFFFFFFFFFFF\r\n", chunked()),
            &[b'x'; 8192],
        ),
        "/chunk-extension-without-end" => flood(to, &format!("{}1;", chunked()), &[b'x'; 8192]),
        "/trailers-without-end" => flood(to, &format!("{}0\r\n", chunked()), b"X: y\r\n"),
        "/length-of-a-terabyte" => stop(to, &format!("{OK}Content-Length: 1099511627776\r\n\r\nx")),
        "/length-below-zero" => flood(
            to,
            &format!("{OK}Content-Length: -1\r\n\r\n"),
            &[b'x'; 8192],
        ),
        "/two-lengths" => flood(
            to,
            &format!("{OK}Content-Length: 1\r\nContent-Length: 99999999\r\n\r\n"),
            &[b'x'; 8192],
        ),
        "/length-and-chunks" => flood(
            to,
            &format!("{OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            &[b'x'; 8192],
        ),
        "/longer-than-said" => flood(to, &format!("{OK}Content-Length: 3\r\n\r\n"), &[b'x'; 8192]),
        "/shorter-than-said" => say(to, &format!("{OK}Content-Length: 30\r\n\r\nx")),
        "/cut-in-a-chunk" => say(to, &format!("{}10\r\nx", chunked())),
        "/gzip-bomb" => gzip(to, &packed(64 << 20)),
        "/gzip-cut" => gzip(to, &packed(1 << 20)[..600]),
        "/gzip-of-nothing" => gzip(to, b""),
        "/gzip-that-is-none" => gzip(to, b"hello"),
        "/body-stops" => stop(to, &format!("{OK}Content-Length: 99\r\n\r\nx")),
        "/goes-on-byte-by-byte" => {
            let from = range.unwrap_or(0);
            say(
                to,
                &format!(
                    "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes {from}-99998/99999\r\nContent-Length: 99999\r\n\r\nx"
                ),
            )
        }
        "/goes-on-elsewhere" => {
            let from = range.map_or(0, |from| from + 7);
            say(
                to,
                &format!(
                    "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes {from}-98/99\r\nContent-Length: 99\r\n\r\nx"
                ),
            )
        }
        "/circle" => redirect(to, "/circle"),
        "/there" => redirect(to, "/back"),
        "/back" => redirect(to, "/there"),
        "/further" => redirect(to, &format!("/further?{query}x")),
        "/further-slowly" => {
            std::thread::sleep(Duration::from_millis(300));
            redirect(to, &format!("/further-slowly?{query}x"))
        }
        "/to-nowhere" => say(to, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
        "/to-a-long-address" => redirect(to, &format!("/{}", "a".repeat(60_000))),
        "/to-two-lines" => redirect(to, "/x\r\n\r\nHTTP/1.1 200 OK"),
        "/to" => redirect(to, &from_hex(query)),
        "/busy-for-ever" => busy(to, "Retry-After: 0\r\n"),
        "/busy-for-ten-years" => busy(to, "Retry-After: 315360000\r\n"),
        "/busy-without-a-word" => busy(to, ""),
        "/broken-for-ever" => say(to, "HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"),
        "/status-999" => say(to, "HTTP/1.1 999 Odd\r\nContent-Length: 1\r\n\r\nx"),
        "/no-content-but-content" => flood(to, "HTTP/1.1 204 No Content\r\n\r\n", &[b'x'; 8192]),
        "/never-answers" => stop(to, ""),
        _ => say(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
    }
}

fn chunked() -> String {
    format!("{OK}Transfer-Encoding: chunked\r\n\r\n")
}

fn say(to: &mut TcpStream, words: &str) -> std::io::Result<()> {
    to.write_all(words.as_bytes())
}

fn redirect(to: &mut TcpStream, place: &str) -> std::io::Result<()> {
    say(
        to,
        &format!(
            "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: {place}\r\n\r\n"
        ),
    )
}

fn busy(to: &mut TcpStream, more: &str) -> std::io::Result<()> {
    say(
        to,
        &format!("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n"),
    )
}

fn gzip(to: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    say(
        to,
        &format!(
            "{OK}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        ),
    )?;
    to.write_all(body)
}

/// Says something and then nothing, with the connection open.
fn stop(to: &mut TcpStream, words: &str) -> std::io::Result<()> {
    say(to, words)?;
    std::thread::sleep(Duration::from_secs(5));
    Ok(())
}

fn drip(to: &mut TcpStream, first: &str, drop: &[u8], every_millis: u64) -> std::io::Result<()> {
    say(to, first)?;
    loop {
        to.write_all(drop)?;
        std::thread::sleep(Duration::from_millis(every_millis));
    }
}

fn flood(to: &mut TcpStream, first: &str, wave: &[u8]) -> std::io::Result<()> {
    say(to, first)?;
    loop {
        to.write_all(wave)?;
    }
}

fn packed(bytes: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..bytes >> 20 {
        let _ = packer.write_all(&piece);
    }
    packer.finish().unwrap_or_default()
}

fn from_hex(query: &str) -> String {
    let bytes = query.as_bytes().chunks(2).filter_map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}
