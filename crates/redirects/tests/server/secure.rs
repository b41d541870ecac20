//! HTTPS with certificates from folders.

use super::known::{HOST, NEW, serve, settings};
use super::wire::{Answer, connect, hear, say};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// A certificate for `names` in the folder `folder`, signed by itself.
pub(super) fn certify(folder: &Path, names: &[&str]) -> CertificateDer<'static> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(folder.join("chain.pem"), made.cert.pem()).expect("written");
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    made.cert.der().clone()
}

/// How a visitor speaks TLS who trusts `roots` and offers these protocols.
pub(super) fn speech(roots: &[CertificateDer<'static>], protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root.clone()).expect("a root");
    }
    let mut config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(store)
            .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

/// A visitor who trusts `roots` and asks for `host` on `stream`.
pub(super) fn over(
    stream: TcpStream,
    host: &str,
    roots: &[CertificateDer<'static>],
) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let client = ClientConnection::new(speech(roots, &[b"http/1.1"]), name).expect("a client");
    StreamOwned::new(client, stream)
}

fn ask(at: SocketAddr, host: &str, roots: &[CertificateDer<'static>]) -> std::io::Result<Answer> {
    let mut stream = over(connect(at), host, roots);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    say(&mut stream, "GET", "/final", "");
    hear(&mut stream, false).ok_or(std::io::ErrorKind::UnexpectedEof.into())
}

#[test]
fn each_host_shows_its_own_certificate_and_strangers_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = certify(&folder.path().join(HOST), &[HOST]);
    let wild = certify(&folder.path().join("_.wild.example"), &["*.wild.example"]);
    let more = format!(
        "listen_tls = [\"127.0.0.1:0\"]\n[tls]\ncertificates = {:?}",
        folder.path()
    );
    let (server, _) = serve(&settings(&more));
    let at = server.addresses().secure[0];
    let answer = ask(at, HOST, std::slice::from_ref(&own)).expect("an answer");
    assert_eq!((answer.status, answer.header("location")), (301, NEW));
    assert_eq!(
        ask(at, "ANA.spaces.example", std::slice::from_ref(&own))
            .expect("an answer")
            .status,
        301
    );
    assert!(ask(at, "x.wild.example", std::slice::from_ref(&wild)).is_ok());
    assert!(ask(at, "x.y.wild.example", &[own.clone(), wild.clone()]).is_err());
    assert!(ask(at, "stranger.example", &[own.clone(), wild]).is_err());
    // A certificate that was replaced is shown after a reload, not before.
    let new = certify(&folder.path().join(HOST), &[HOST]);
    assert!(ask(at, HOST, std::slice::from_ref(&new)).is_err());
    server.reload(&settings(&more)).expect("taken");
    assert!(ask(at, HOST, &[new]).is_ok());
    server.stop();
}
