//! How many calls go to one host at the same time, which counts them.

use super::*;

/// Counts the calls that a host works on at the same time.
#[derive(Default)]
struct Crowd(Mutex<(usize, usize)>);

impl Crowd {
    fn enter(&self) -> usize {
        let mut count = self.0.lock().expect("unpoisoned");
        count.0 += 1;
        count.1 = count.1.max(count.0);
        count.0
    }

    fn leave(&self) {
        self.0.lock().expect("unpoisoned").0 -= 1;
    }

    fn most(&self) -> usize {
        self.0.lock().expect("unpoisoned").1
    }
}

/// Asks a host that works 50 ms on each call by sixteen threads; one that works on `room` calls already refuses more. Answers how many
/// calls it worked on at the same time, and how often it refused.
fn crowded(parallel_per_host: RangeInclusive<usize>, calls: usize, room: usize) -> (usize, usize) {
    let crowd = Arc::new(Crowd::default());
    let refused = Arc::new(AtomicUsize::new(0));
    let (counted, refusing) = (Arc::clone(&crowd), Arc::clone(&refused));
    let (host, _) = serve(move |_, stream| {
        if counted.enter() > room {
            refusing.fetch_add(1, Ordering::Relaxed);
            counted.leave();
            plain(stream, "503 Busy", "", b"");
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
        counted.leave();
        plain(stream, "200 OK", "", b"x");
    });
    let fetcher = Fetcher::new(FetchSettings {
        parallel_per_host,
        pause: Duration::from_millis(1),
        allow_private_hosts: vec![host.clone()],
        ..FetchSettings::default()
    });
    let left = AtomicUsize::new(calls);
    let take = |left: usize| left.checked_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                    .is_ok()
                {
                    let answer = fetcher.ask(&Call::get(&format!("http://{host}/")), 10);
                    assert_eq!(answer.expect("an answer").body, b"x");
                }
            });
        }
    });
    (crowd.most(), refused.load(Ordering::Relaxed))
}

#[test]
fn only_so_many_calls_go_to_one_host_at_a_time() {
    assert!(crowded(2..=2, 12, 100).0 <= 2);
}

#[test]
fn a_host_that_answers_late_but_steadily_is_asked_for_more_at_a_time() {
    let (most, refused) = crowded(4..=16, 120, 100);
    assert!((5..=16).contains(&most), "{most} at a time");
    assert_eq!(refused, 0);
}

#[test]
fn a_host_that_refuses_is_asked_for_less_and_everything_arrives() {
    // Six come after four; five are too many.
    let (_, refused) = crowded(4..=16, 120, 4);
    assert!((1..=8).contains(&refused), "refused {refused} times");
}
