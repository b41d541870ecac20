//! Which addresses may be asked. The rules: http and https, ports of the web, no
//! user names, and only hosts in the public network. Names are judged by what they resolve to, inside the resolver that the
//! connection uses, so nothing can change in between; literal hosts in odd forms are read by one parser (`url`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use url::{Host, Url};

/// The ports that WordPress allows as well.
const PORTS: [u16; 3] = [80, 443, 8080];
/// Longer addresses are nobody's picture; servers refuse them too.
const ADDRESS_BYTES: usize = 16 * 1024;

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an address at all.
    #[error("this is no web address")]
    NoAddress,
    /// Not http.
    #[error("only http and https addresses are asked")]
    Scheme,
    /// Not a port of the web.
    #[error(
        "port {0} is not asked, only 80, 443 and 8080; `--allow-private-host` names a host of yours that may be"
    )]
    Port(u16),
    /// `user:password@host`.
    #[error("addresses with a user name in them are not asked")]
    Credentials,
    /// A host that is not public.
    #[error(
        "the host is in a private or reserved network, which is never asked on a stranger's word; if it is yours, `--allow-private-host` names it"
    )]
    Private,
}

/// The address as it may be shown: without query, fragment, user name and password.
#[must_use]
pub fn without_query(address: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.set_query(None);
            url.set_fragment(None);
            // Both fail only for addresses that cannot carry them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.into()
        }
        Err(_) => {
            let end = address.find(['?', '#']).unwrap_or(address.len());
            address[..end].to_owned()
        }
    }
}

/// Whether what was meant for `one` may be told at `other`: the same scheme, host and port, or http grown up to https.
pub(super) fn same_place(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (Url::parse(one), Url::parse(other)) else {
        return false;
    };
    let usual_ports = |url: &Url| url.port().is_none();
    let same_door = one.scheme() == other.scheme()
        && one.port_or_known_default() == other.port_or_known_default();
    let grown_up = one.scheme() == "http"
        && other.scheme() == "https"
        && usual_ports(&one)
        && usual_ports(&other);
    one.host_str().is_some() && one.host_str() == other.host_str() && (same_door || grown_up)
}

/// Whether an address of the internet is public.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Knows the exceptions that the operator made.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    /// Lower case `host` or `host:port`.
    allowed: Arc<[String]>,
    connect_to: Option<Arc<str>>,
}

/// An address that may be asked.
#[derive(Debug)]
pub(super) struct Route {
    /// The address in normal form.
    pub(super) address: String,
    /// What is asked in its place; the same unless `connect_to` is set.
    pub(super) asked: String,
    /// Whether the address was https.
    pub(super) was_https: bool,
    /// Whom to be polite to.
    pub(super) host: String,
}

impl Gate {
    pub(super) fn new(allowed: &[String], connect_to: Option<&str>) -> Self {
        Self {
            allowed: allowed
                .iter()
                .map(|host| host.trim().to_lowercase())
                .collect(),
            connect_to: connect_to.map(Arc::from),
        }
    }

    /// Checks an address as far as it can be judged without asking anybody.
    pub(super) fn route(&self, address: &str) -> Result<Route, Refusal> {
        if address.len() > ADDRESS_BYTES {
            return Err(Refusal::NoAddress);
        }
        let mut url = Url::parse(address.trim()).map_err(|_| Refusal::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        url.set_fragment(None);
        let host = url.host().ok_or(Refusal::NoAddress)?.to_owned();
        let port = url.port_or_known_default().ok_or(Refusal::NoAddress)?;
        if !self.allows(&host.to_string(), port) && !points::planted(points::Bug::FollowUnchecked) {
            if !PORTS.contains(&port) {
                return Err(Refusal::Port(port));
            }
            match host {
                Host::Ipv4(ip) if !is_public_v4(ip) => return Err(Refusal::Private),
                Host::Ipv6(ip) if !is_public_v6(ip) => return Err(Refusal::Private),
                _ => {}
            }
        }
        let was_https = url.scheme() == "https";
        let address = String::from(url.clone());
        if self.connect_to.is_some() {
            // Between http and https, which always works.
            let _ = url.set_scheme("http");
        }
        Ok(Route {
            address,
            asked: url.into(),
            was_https,
            host: host.to_string(),
        })
    }

    /// `host:port` that is asked in place of every host, if any.
    pub(super) fn connects_to(&self) -> Option<&str> {
        self.connect_to.as_deref()
    }

    /// Whether the operator allowed `host`, or `host` at this `port`.
    pub(super) fn allows(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let with_port = format!("{host}:{port}");
        self.allowed
            .iter()
            .any(|allowed| *allowed == host || *allowed == with_port)
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let part = ip.segments();
    // 2000::/3 is the global unicast space. What tunnels to IPv4 inside it (6to4, Teredo) is refused even for public hosts.
    part[0] & 0xe000 == 0x2000
        && part[0] != 0x2002
        && !(part[0] == 0x2001 && part[1] < 0x0200)
        && !(part[0] == 0x2001 && part[1] == 0x0db8)
        && !(part[0] == 0x3fff && part[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS_BYTES, Gate, Refusal, is_public, without_query};

    #[test]
    fn an_address_at_the_limit_is_asked_and_one_byte_more_is_not() {
        let gate = Gate::new(&[], None);
        let long = |bytes: usize| {
            let front = "http://a.example/";
            format!("{front}{}", "x".repeat(bytes - front.len()))
        };
        assert!(gate.route(&long(ADDRESS_BYTES)).is_ok());
        let refused = gate.route(&long(ADDRESS_BYTES + 1));
        assert!(matches!(refused, Err(Refusal::NoAddress)));
    }

    #[test]
    fn private_networks_are_not_public_in_any_spelling() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "5f00::1",
            "2001::1",
        ] {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in [
            "8.8.8.8",
            "100.128.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn literal_hosts_in_odd_forms_are_seen_through() {
        let gate = Gate::new(&[], None);
        for address in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://[::ffff:7f00:1]/",
            "http://127.0.0.1./",
            "http://①②⑦.0.0.1/",
            "http://[::1]/",
            "http://0/",
        ] {
            assert_eq!(
                gate.route(address).expect_err(address),
                Refusal::Private,
                "{address}"
            );
        }
    }

    #[test]
    fn other_schemes_ports_and_user_names_are_refused() {
        let gate = Gate::new(&[], None);
        assert_eq!(
            gate.route("ftp://example.com/").expect_err("ftp"),
            Refusal::Scheme
        );
        assert_eq!(
            gate.route("file:///etc/passwd").expect_err("file"),
            Refusal::Scheme
        );
        assert_eq!(
            gate.route("http://example.com:22/").expect_err("ssh"),
            Refusal::Port(22)
        );
        assert_eq!(
            gate.route("http://a:b@example.com/").expect_err("user"),
            Refusal::Credentials
        );
        assert_eq!(
            gate.route("not an address").expect_err("words"),
            Refusal::NoAddress
        );
    }

    #[test]
    fn an_allowed_host_may_be_private_and_on_any_port() {
        let gate = Gate::new(&["127.0.0.1:8188".to_owned(), "localhost".to_owned()], None);
        assert!(gate.route("http://127.0.0.1:8188/x").is_ok());
        assert!(gate.route("http://LOCALHOST:99/x").is_ok());
        assert_eq!(
            gate.route("http://127.0.0.1:8189/x")
                .expect_err("another port"),
            Refusal::Port(8189)
        );
    }

    #[test]
    fn connect_to_asks_over_http_and_keeps_the_host() {
        let gate = Gate::new(&[], Some("127.0.0.1:8188"));
        let route = gate
            .route("https://x.spaces.live.com/a?b=c#d")
            .expect("a public address");
        assert_eq!(route.asked, "http://x.spaces.live.com/a?b=c");
        assert_eq!(route.address, "https://x.spaces.live.com/a?b=c");
        assert!(route.was_https);
    }

    #[test]
    fn an_address_is_shown_without_its_keys() {
        assert_eq!(
            without_query("https://a:b@h.example/x?authkey=1#y"),
            "https://h.example/x"
        );
        assert_eq!(without_query("h.example/x?authkey=1"), "h.example/x");
    }
}
