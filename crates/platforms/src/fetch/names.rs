//! From names to addresses. What a name resolves to passes the gate here, in the resolver that the connection uses: the checked
//! address is the connected one, and a name that answers differently the second time gains nothing.

use super::guard::{Gate, Refusal, is_public};
use std::{
    fmt::Debug,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
};
use ureq::unversioned::{
    resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
    transport::NextTimeout,
};

/// Answers of one name that are looked at; nobody honest has more.
pub const ANSWERS: usize = 16;

/// Who resolves names, where the system shall not. Whatever it answers passes the same gate.
pub trait Names: Debug + Send + Sync {
    /// The addresses of `host`, with `port`.
    ///
    /// # Errors
    /// When there is no such name, or nobody to ask.
    fn look_up(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// Resolves names and drops every answer that is not public.
#[derive(Debug)]
pub(super) struct GateResolver {
    gate: Gate,
    names: Option<std::sync::Arc<dyn Names>>,
    system: DefaultResolver,
}

impl GateResolver {
    pub(super) fn new(gate: Gate, names: Option<std::sync::Arc<dyn Names>>) -> Self {
        Self {
            gate,
            names,
            system: DefaultResolver::default(),
        }
    }

    fn collect(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut kept = self.empty();
        for address in addresses.take(ANSWERS) {
            kept.push(address);
        }
        if kept.is_empty() {
            Err(ureq::Error::HostNotFound)
        } else {
            Ok(kept)
        }
    }

    fn ask(
        &self,
        uri: &ureq::http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
        port: u16,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let host = uri.host().unwrap_or_default();
        let found = match &self.names {
            Some(names) => match literal(host) {
                Some(ip) => Ok(vec![SocketAddr::new(ip, port)]),
                None => names.look_up(host, port),
            }
            .map_err(ureq::Error::Io)
            .and_then(|found| self.collect(found.into_iter())),
            None => self.system.resolve(uri, config, timeout),
        };
        match found {
            // The system tells "no such name" from "ask again later" only in words.
            Err(ureq::Error::Io(error))
                if !error.to_string().to_lowercase().contains("temporary") =>
            {
                Err(ureq::Error::HostNotFound)
            }
            other => other,
        }
    }
}

impl Resolver for GateResolver {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        if let Some(instead) = self.gate.connects_to() {
            return self.collect(instead.to_socket_addrs()?);
        }
        let is_https = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let found = self.ask(uri, config, timeout, port)?;
        if self.gate.allows(uri.host().unwrap_or_default(), port)
            || points::planted(points::Bug::FollowUnchecked)
        {
            return Ok(found);
        }
        let public = found
            .iter()
            .copied()
            .filter(|address| is_public(address.ip()));
        match self.collect(public) {
            Err(ureq::Error::HostNotFound) => Err(ureq::Error::Other(Box::new(Refusal::Private))),
            other => other,
        }
    }
}

/// The address that a host is, where it is no name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::{ANSWERS, GateResolver, Names};
    use crate::fetch::guard::Gate;
    use std::{
        io,
        net::SocketAddr,
        sync::{Arc, Mutex},
    };
    use ureq::{
        Error, config::Config, http::Uri, unversioned::resolver::Resolver,
        unversioned::transport::NextTimeout,
    };

    /// Answers with each list in turn; with the last one for ever.
    #[derive(Debug)]
    struct Script(Mutex<Vec<Vec<String>>>);

    impl Names for Script {
        fn look_up(&self, _host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
            let mut lists = self.0.lock().expect("unpoisoned");
            let list = if lists.len() > 1 {
                lists.remove(0)
            } else {
                lists[0].clone()
            };
            Ok(list
                .iter()
                .map(|ip| SocketAddr::new(ip.parse().expect("an address"), port))
                .collect())
        }
    }

    fn resolver(lists: Vec<Vec<String>>, allowed: &[String]) -> GateResolver {
        let gate = Gate::new(allowed, None);
        GateResolver::new(gate, Some(Arc::new(Script(Mutex::new(lists)))))
    }

    fn ask(resolver: &GateResolver, address: &str) -> Result<usize, Error> {
        let uri: Uri = address.parse().expect("an address");
        let config = Config::builder().build();
        resolver
            .resolve(&uri, &config, NextTimeout::default())
            .map(|found| found.len())
    }

    fn many(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("8.8.4.{at}")).collect()
    }

    #[test]
    fn only_so_many_answers_of_a_name_are_looked_at() {
        for (given, kept) in [(ANSWERS, ANSWERS), (ANSWERS + 1, ANSWERS)] {
            let resolver = resolver(vec![many(given)], &[]);
            assert_eq!(ask(&resolver, "http://h.example/").expect("public"), kept);
        }
    }

    #[test]
    fn private_answers_among_public_ones_are_dropped() {
        let mixed = ["10.0.0.1", "8.8.8.8", "::1", "::ffff:127.0.0.1"].map(str::to_owned);
        let resolver = resolver(vec![mixed.to_vec()], &[]);
        assert_eq!(
            ask(&resolver, "http://h.example/").expect("one is public"),
            1
        );
    }

    #[test]
    fn a_name_that_turns_private_is_refused_from_then_on() {
        let lists = vec![many(1), vec!["169.254.169.254".to_owned()]];
        let resolver = resolver(lists, &[]);
        assert!(ask(&resolver, "http://h.example/").is_ok());
        let refused = ask(&resolver, "http://h.example/").expect_err("private");
        assert!(
            refused.to_string().contains("private or reserved"),
            "{refused}"
        );
    }

    #[test]
    fn an_allowed_name_may_be_private_at_the_ports_it_was_allowed_for() {
        let private = vec![vec!["10.0.0.7".to_owned()]];
        let resolver = resolver(private, &["blog.intranet:8188".to_owned()]);
        assert!(ask(&resolver, "http://blog.intranet:8188/").is_ok());
        assert!(ask(&resolver, "http://blog.intranet/").is_err());
        assert!(ask(&resolver, "http://other.intranet:8188/").is_err());
    }
}
