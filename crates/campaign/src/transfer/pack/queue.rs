//! Which picture is fetched next. Each host has places of its own, and where there are more hosts than places for them, a place that
//! comes free goes to the host that holds the fewest: pictures of a host that takes its time never hold up those of another.

use crate::bundle::WantedMedia;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// Places of all hosts together, as multiples of those of one.
const HOSTS_AT_FULL: usize = 4;

/// Pictures that wait for their turn.
pub(super) struct Queue<'a> {
    per_host: usize,
    hosts: Mutex<Vec<Host<'a>>>,
    threads: usize,
}

#[derive(Default)]
struct Host<'a> {
    waiting: VecDeque<&'a WantedMedia>,
    taken: usize,
}

/// A picture to fetch now; its host's place is free again when this is dropped.
pub(super) struct Taken<'a, 'q> {
    pub(super) wanted: &'a WantedMedia,
    queue: &'q Queue<'a>,
    host: usize,
}

impl<'a> Queue<'a> {
    /// `per_host`: pictures of one host that are fetched at the same time, at most.
    pub(super) fn new(wanted: &'a [WantedMedia], per_host: usize) -> Self {
        let per_host = per_host.max(1);
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut hosts: Vec<Host<'a>> = Vec::new();
        for picture in wanted {
            let name = picture.candidates.first().map_or("", |best| host_of(best));
            let at = *places.entry(name).or_insert_with(|| {
                hosts.push(Host::default());
                hosts.len() - 1
            });
            hosts[at].waiting.push_back(picture);
        }
        let at_once = |host: &Host<'_>| host.waiting.len().min(per_host);
        let threads = hosts.iter().map(at_once).sum::<usize>();
        Self {
            per_host,
            threads: threads.min(per_host * HOSTS_AT_FULL),
            hosts: Mutex::new(hosts),
        }
    }

    /// Threads that have something to do.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// The next picture; `None` where those that work already are enough for what is left.
    pub(super) fn next(&self) -> Option<Taken<'a, '_>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, host) = hosts
            .iter_mut()
            .enumerate()
            .filter(|(_, host)| !host.waiting.is_empty() && host.taken < self.per_host)
            .min_by_key(|(_, host)| host.taken)?;
        let wanted = host.waiting.pop_front()?;
        host.taken += 1;
        Some(Taken {
            wanted,
            queue: self,
            host: at,
        })
    }
}

impl Drop for Taken<'_, '_> {
    fn drop(&mut self) {
        let mut hosts = self
            .queue
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        hosts[self.host].taken -= 1;
    }
}

/// Whose address it is; files of the input have no host, and share one place in the queue.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Queue, WantedMedia, host_of};

    fn wanted(host: &str, count: usize) -> impl Iterator<Item = WantedMedia> {
        (0..count).map(move |number| WantedMedia {
            id: format!("{host}-{number}"),
            candidates: vec![format!("http://{host}/{number}.jpg?width=400")],
        })
    }

    #[test]
    fn a_slow_host_takes_its_own_places_and_no_more() {
        let wanted: Vec<_> = wanted("slow.example", 100)
            .chain(wanted("quick.example", 100))
            .collect();
        let queue = Queue::new(&wanted, 16);
        assert_eq!(queue.threads(), 32);
        // What is taken here and never given back stands for calls that hang.
        let mut hanging = Vec::new();
        let mut quick = 0;
        while let Some(taken) = queue.next() {
            if taken.wanted.id.starts_with("slow") {
                hanging.push(taken);
            } else {
                quick += 1;
            }
        }
        assert_eq!((hanging.len(), quick), (16, 100));
    }

    #[test]
    fn each_of_many_hosts_has_a_place_before_any_has_two() {
        let names: Vec<String> = (0..40).map(|host| format!("host{host}.example")).collect();
        let wanted: Vec<_> = names.iter().flat_map(|name| wanted(name, 30)).collect();
        let queue = Queue::new(&wanted, 16);
        assert_eq!(queue.threads(), 64);
        let taken: Vec<_> = (0..40).filter_map(|_| queue.next()).collect();
        let firsts = taken.iter().filter(|taken| taken.wanted.id.ends_with("-0"));
        assert_eq!(firsts.count(), 40);
    }

    #[test]
    fn every_picture_comes_once_and_places_are_given_back() {
        let wanted: Vec<_> = wanted("one.example", 50).chain(wanted("", 3)).collect();
        let queue = Queue::new(&wanted, 2);
        assert_eq!(queue.threads(), 4);
        let mut seen: Vec<String> =
            std::iter::from_fn(|| queue.next().map(|taken| taken.wanted.id.clone())).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 53);
    }

    #[test]
    fn a_host_is_what_stands_between_scheme_and_path() {
        assert_eq!(host_of("https://a.example:81/b/c.jpg"), "a.example:81");
        assert_eq!(host_of("http://a.example?x=/y"), "a.example");
        assert_eq!(host_of("input:/photos/1.jpg"), "");
    }
}
