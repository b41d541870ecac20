use super::super::{Shelf, store::Store};
use super::*;
use crate::IndexError;
use crate::known::Known;
use std::path::Path;
use tokio::runtime::Runtime;

const HOST: &str = "ana.example";

/// Serves every host.
struct All;

impl Know for All {
    fn know(&self, _: &str, _: &str) -> Result<Known, IndexError> {
        Ok(Known::Closed)
    }

    fn serves(&self, _: &str) -> Result<bool, IndexError> {
        Ok(true)
    }

    fn generation(&self) -> u64 {
        1
    }
}

struct Node {
    agent: Arc<Agent>,
    shelf: Arc<Shelf>,
    said: Arc<Mutex<Vec<String>>>,
    office: Runtime,
}

impl Node {
    /// One whose authority nobody reaches.
    fn over(folder: &Path) -> Self {
        let office = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let shelf = Arc::new(Shelf {
            store: Store::in_folder(folder).expect("a store"),
            held: std::sync::RwLock::default(),
        });
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = said.clone();
        let settings = settings::Acme {
            directory: "https://127.0.0.1:1/dir".to_owned(),
            contact: Vec::new(),
            root: None,
            orders_per_hour: 50,
            renew_days: 30,
        };
        let say: Say = Arc::new(move |what: &str| {
            heard.lock().expect("heard").push(what.to_owned());
        });
        let handle = office.handle().clone();
        let agent = Agent::new(&settings, shelf.clone(), Arc::new(All), handle, say);
        Self {
            agent: Arc::new(agent.expect("an agent")),
            shelf,
            said,
            office,
        }
    }

    fn order(&self) {
        let order = self.agent.clone().order(HOST, true);
        self.office.block_on(order.wait());
    }
}

/// Writes a certificate that began and ends so many days from now.
fn certify(store: &Store, begins: i64, ends: i64) {
    let mut wish = rcgen::CertificateParams::new(vec![HOST.to_owned()]).expect("a name");
    let at = |days: i64| {
        let seconds = now() + days * DAY_SECONDS;
        rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds.unsigned_abs())
    };
    (wish.not_before, wish.not_after) = (at(begins), at(ends));
    let key = rcgen::KeyPair::generate().expect("a key");
    let made = wish.self_signed(&key).expect("a certificate");
    store
        .save(HOST, &made.pem(), &key.serialize_pem())
        .expect("saved");
}

#[test]
fn a_certificate_that_another_node_got_is_taken_and_nothing_is_ordered() {
    let folder = tempfile::tempdir().expect("a folder");
    let [a, b] = [(); 2].map(|()| Node::over(folder.path()));
    certify(&a.shelf.store, -80, 10);
    let old = b.shelf.find(HOST).expect("held");
    assert_eq!(b.agent.step(Some(&old), now()), Step::Renew);
    // A renews; B finds it.
    certify(&a.shelf.store, 0, 90);
    b.order();
    let new = b.shelf.find(HOST).expect("held");
    assert!(new.ends > old.ends);
    assert!(b.said.lock().expect("heard").is_empty());
    // Where nobody got one, the authority is asked, which nobody reaches.
    certify(&a.shelf.store, -80, 10);
    b.order();
    assert_eq!(b.said.lock().expect("heard").len(), 1);
}

#[test]
fn an_order_that_falls_does_not_keep_its_host_for_ever() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = Node::over(folder.path());
    let (ended, ending) = watch::channel(false);
    node.agent.book().open.insert(HOST.into(), ending);
    let order = Order {
        agent: node.agent.clone(),
        host: HOST.into(),
        begun: true,
        ended,
    };
    let fell = std::thread::spawn(move || {
        let _order = order;
        panic!("as a library might");
    });
    assert!(fell.join().is_err());
    let mut book = node.agent.book();
    assert!(book.open.is_empty());
    let again = book.orders.begin(HOST, now(), true);
    assert!(!again, "it has to wait as after any failure");
}

#[test]
fn a_certificate_that_has_ended_is_waited_for_and_a_short_one_is_not_due_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let node = Node::over(folder.path());
    for (begins, ends, step) in [
        (-10, 80, Step::Show),
        (-70, 20, Step::Renew),
        (-90, -1, Step::Wait),
        // A week, as authorities give it to whoever asks.
        (-1, 6, Step::Show),
        (-5, 2, Step::Renew),
    ] {
        certify(&node.shelf.store, begins, ends);
        let held = node.shelf.store.load(HOST).expect("readable");
        let done = node.agent.step(held.as_ref(), now());
        assert_eq!(done, step, "{begins} to {ends}");
    }
    assert_eq!(node.agent.step(None, now()), Step::Wait);
}
