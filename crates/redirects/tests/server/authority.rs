//! Certificates on demand, from Pebble (the test authority of Let's Encrypt). Where Pebble is not installed, that is said and nothing
//! is tested: `tests/world/wordpress/site.sh deps acme`. Where it was installed for this (`REHOME_ACME_REQUIRED`), it has to start.

use super::known::{serve, settings};
use super::secure;
use super::wire::connect;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Served, by what `known` knows.
const SERVED: &str = "demand.example";

struct Pebble {
    child: Child,
    directory: String,
    management: SocketAddr,
}

impl Drop for Pebble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A free port of the loopback.
fn port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A resolver that knows every host at the loopback: the question, repeated, with one answer.
fn resolver() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let at = socket.local_addr().expect("an address").port();
    thread::spawn(move || {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let end = 12
                + question[12..length]
                    .iter()
                    .position(|byte| *byte == 0)
                    .unwrap_or(0)
                + 5;
            let asks_for_ipv4 = question[end - 4..end - 2] == [0, 1];
            let mut answer = question[..end].to_vec();
            answer[2..12].copy_from_slice(&[
                0x81,
                0x80,
                0,
                1,
                0,
                u8::from(asks_for_ipv4),
                0,
                0,
                0,
                0,
            ]);
            if asks_for_ipv4 {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    at
}

/// Pebble that proves hosts at `http_port`; `None` where it is not installed.
fn pebble(folder: &Path, http_port: u16) -> Option<Pebble> {
    let own =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])
            .expect("a certificate");
    std::fs::write(folder.join("root.pem"), own.cert.pem()).expect("written");
    std::fs::write(folder.join("root.key"), own.signing_key.serialize_pem()).expect("written");
    let (port, management) = (port(), port());
    let config = format!(
        r#"{{"pebble": {{"listenAddress": "127.0.0.1:{port}", "managementListenAddress": "127.0.0.1:{management}",
        "certificate": "{0}/root.pem", "privateKey": "{0}/root.key", "httpPort": {http_port}, "tlsPort": 1,
        "ocspResponderURL": "", "externalAccountBindingRequired": false}}}}"#,
        folder.display()
    );
    std::fs::write(folder.join("pebble.json"), config).expect("written");
    let child = Command::new("pebble")
        .arg("-config")
        .arg(folder.join("pebble.json"))
        .args(["-dnsserver", &format!("127.0.0.1:{}", resolver())])
        .env("PEBBLE_VA_NOSLEEP", "1")
        .env("PEBBLE_WFE_NONCEREJECT", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let management = SocketAddr::from(([127, 0, 0, 1], management));
    let pebble = Pebble {
        child,
        directory: format!("https://localhost:{port}/dir"),
        management,
    };
    for _ in 0..200 {
        if TcpStream::connect(management).is_ok() && TcpStream::connect(("127.0.0.1", port)).is_ok()
        {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Some(pebble)
}

/// Shakes hands as `host`, trusting anybody: whether there was a certificate, and which.
fn shown(at: SocketAddr, host: &str, roots: &[CertificateDer<'static>]) -> std::io::Result<()> {
    let mut stream = secure::over(connect(at), host, roots);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(())
}

#[test]
fn a_served_host_gets_a_certificate_with_its_first_visitor_and_strangers_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = port();
    let Some(pebble) = pebble(folder.path(), plain) else {
        assert!(
            std::env::var_os("REHOME_ACME_REQUIRED").is_none(),
            "pebble was installed and does not start"
        );
        eprintln!("pebble is not installed: certificates on demand are not tested");
        return;
    };
    let certificates = folder.path().join("certificates");
    let more = format!(
        "listen_tls = [\"127.0.0.1:0\"]\n[tls]\ncertificates = {certificates:?}\n[tls.acme]\ndirectory = {:?}\nroot = {:?}\ncontact = [\"mailto:a@example.org\"]",
        pebble.directory,
        folder.path().join("root.pem")
    );
    let mut wish = settings(&more);
    wish.listen = vec![SocketAddr::from(([127, 0, 0, 1], plain))];
    let (server, said) = serve(&wish);
    let at = server.addresses().secure[0];
    // Nobody trusts Pebble's root before it has signed; the first handshake only makes the order.
    let _ = shown(at, SERVED, &[]);
    assert!(
        certificates.join(SERVED).join("chain.pem").exists(),
        "{:?}",
        said.lock()
    );
    let chain = std::fs::read(certificates.join(SERVED).join("chain.pem")).expect("a chain");
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain).flatten().collect();
    let issuer = chain.last().expect("an issuer").clone();
    shown(at, SERVED, std::slice::from_ref(&issuer)).expect("a certificate that holds");
    assert!(shown(at, "stranger.example", std::slice::from_ref(&issuer)).is_err());
    assert!(!certificates.join("stranger.example").exists());
    server.stop();
    // The next start finds account and certificate, and asks nobody.
    let management = pebble.management;
    drop(pebble);
    assert!(TcpStream::connect(management).is_err());
    let (server, _) = serve(&wish);
    shown(server.addresses().secure[0], SERVED, &[issuer]).expect("the certificate of before");
    server.stop();
}
