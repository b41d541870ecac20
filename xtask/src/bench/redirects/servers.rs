//! The servers that are measured: started, asked until they answer, and ended.

use super::super::meter::held_bytes;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// An nginx `map` of many millions takes minutes to start.
const PATIENCE: Duration = Duration::from_secs(1200);

/// A running server, ended when it is dropped.
pub(super) struct Server {
    pub(super) name: &'static str,
    pub(super) port: u16,
    /// Seconds from its start until it took a connection.
    pub(super) ready_seconds: f64,
    /// Whether it answers the same to everything.
    pub(super) is_constant: bool,
    child: Child,
}

impl Server {
    /// `rehome redirects serve` with one thread.
    pub(super) fn ours(program: &Path, index: &Path) -> Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(["--json", "redirects", "serve"])
            .arg(index)
            .args([
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--workers",
                "1",
            ])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        let told: serde_json::Value =
            serde_json::from_str(&line).context("our server did not start")?;
        let at = told["plain"][0]
            .as_str()
            .and_then(|at| at.rsplit(':').next()?.parse().ok());
        Self::when_ready("ours", at.context("no port")?, started, child, false)
    }

    /// nginx that answers one address to everything.
    pub(super) fn nginx_constant(work: &Path) -> Result<Self> {
        let server = "return 301 https://name.example.org/2010/10/01/a-page-that-moved/;";
        Self::nginx("nginx return 301", work, "", server, true)
    }

    /// nginx with a map of all addresses.
    pub(super) fn nginx_map(work: &Path, map: &Path) -> Result<Self> {
        super::say("nginx with a map: it takes its time to start");
        let map = format!(
            "map_hash_max_size 16777216; map_hash_bucket_size 256; map $host$request_uri $new {{ default ''; include {}; }}",
            map.display()
        );
        let server = "if ($new = '') { return 404; } return 301 $new;";
        Self::nginx("nginx map", work, &map, server, false)
    }

    fn nginx(
        name: &'static str,
        work: &Path,
        map: &str,
        server: &str,
        is_constant: bool,
    ) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let folder = work.join(format!("nginx-{port}"));
        fs::create_dir_all(&folder)?;
        let conf = folder.join("nginx.conf");
        let text = format!(
            "worker_processes 1; daemon off; pid {0}/pid; error_log {0}/error.log crit;
            events {{ worker_connections 1024; }}
            http {{ access_log off; keepalive_requests 1000000000; server_tokens off;
              client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
              {map}
              server {{ listen 127.0.0.1:{port}; location / {{ {server} }} }} }}",
            folder.display()
        );
        fs::write(&conf, text)?;
        let started = Instant::now();
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin";
        let child = Command::new("nginx")
            .env("PATH", path)
            .arg("-e")
            .arg(folder.join("error.log"))
            .arg("-c")
            .arg(&conf)
            .spawn()
            .context("could not start nginx; is it installed?")?;
        Self::when_ready(name, port, started, child, is_constant)
    }

    fn when_ready(
        name: &'static str,
        port: u16,
        started: Instant,
        mut child: Child,
        is_constant: bool,
    ) -> Result<Self> {
        while !answers(port) {
            if let Some(status) = child.try_wait()? {
                bail!("{name} ended with {status}");
            }
            if started.elapsed() > PATIENCE {
                // Ended by us: nobody waits for it any more.
                child.kill()?;
                bail!("{name} did not start");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(Self {
            name,
            port,
            ready_seconds: started.elapsed().as_secs_f64(),
            is_constant,
            child,
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Bytes it holds in memory.
    pub(super) fn held(&self) -> u64 {
        held_bytes(self.id())
    }
}

/// Whether somebody answers. To connect is not enough: nginx listens before the process is there that answers.
fn answers(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")?;
        stream.read(&mut [0])
    };
    ask().is_ok_and(|bytes| bytes > 0)
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx ends its worker only when it is asked.
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        if asked.is_err() {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
