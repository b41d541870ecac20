//! A run that somebody ends at once.

use crate::program::{command, rehome};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// An entry that takes long to repair.
fn export(to: &Path) {
    let paragraph = "<p>A <b>word</b> and <a href=\"http://x.example/\">another</a>.</p>\n";
    let body = paragraph.repeat((12 << 20) / paragraph.len());
    let entry = format!(
        "AUTHOR: Ana\nTITLE: Long\nBASENAME: long\nSTATUS: Publish\nDATE: 05/04/2008 09:03:12 PM\n-----\nBODY:\n{body}-----\n--------\n"
    );
    fs::write(to, entry).expect("written");
}

/// What the hands of a bundle are at.
fn notes(bundle: &Path) -> Vec<String> {
    let listing = fs::read_dir(bundle.join("at-work"));
    let files = listing.into_iter().flatten().flatten();
    let read = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    read.filter(|note| note.starts_with('[')).collect()
}

fn interrupt(run: &Child) {
    let process = run.id().to_string();
    let sent = Command::new("kill").args(["-INT", &process]).status();
    assert!(sent.is_ok_and(|status| status.success()));
}

fn interrupt_until_it_ends(run: &mut Child) -> Option<i32> {
    loop {
        if let Some(status) = run.try_wait().expect("a process") {
            return status.code();
        }
        interrupt(run);
        thread::sleep(Duration::from_millis(30));
    }
}

/// Begins `rehome` and says nothing of what it says.
fn begun(arguments: &[&str]) -> Child {
    let mut command = command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the executable runs")
}

/// A host of one picture that answers its first calls by `at_first`, and the later ones as it should. Its name, and how often it was
/// asked.
fn host(of: usize, at_first: fn(&mut TcpStream)) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let name = listener.local_addr().expect("bound").to_string();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = BufReader::new(stream.try_clone().expect("a second handle"));
            let mut line = String::new();
            while head.read_line(&mut line).is_ok_and(|read| read > 2) {}
            if counted.fetch_add(1, Ordering::SeqCst) < of {
                at_first(&mut stream);
            } else {
                let _ = stream.write_all(&answer(PICTURE));
            }
        }
    });
    (name, asked)
}

fn answer(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

const PICTURE: &[u8] = include_bytes!(
    "../../fixtures/movable-type/kitchen-notes-media/6a00d8341c9a1053ef0120a5c3b2e2970b-800wi.jpg"
);

/// An entry that shows the picture of a host, and how it is packed.
fn showing(host: &str, folder: &Path) -> [String; 6] {
    let (input, bundle) = (folder.join("shows.txt"), folder.join("shows.rehome"));
    let entry = format!(
        "AUTHOR: Ana\nTITLE: Shows\nBASENAME: shows\nSTATUS: Publish\nDATE: 05/04/2008 09:03:12 PM\n-----\nBODY:\n\
         <p><img src=\"http://{host}/a.jpg\"></p>\n-----\n--------\n"
    );
    fs::write(&input, entry).expect("written");
    let path = |path: &Path| path.to_str().expect("a path").to_owned();
    [
        "pack".to_owned(),
        path(&input),
        "--bundle".to_owned(),
        path(&bundle),
        "--allow-private-host".to_owned(),
        host.to_owned(),
    ]
}

/// Packs, and no picture is missing.
fn packs_with_its_picture(arguments: &[&str]) {
    let packed = rehome(arguments);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let report = rehome(&["report", "--json", arguments[3]]).out;
    assert!(!report.contains("MOV-001"), "{report}");
    let account: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(
        account["counts"]["source"]["media"].as_u64(),
        Some(1),
        "{report}"
    );
}

#[test]
fn a_stop_is_not_kept_waiting_by_a_host_that_asks_for_ten_minutes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (host, asked) = host(1, |stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 503 Busy\r\nRetry-After: 600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    });
    let arguments = showing(&host, folder.path());
    let arguments = arguments.each_ref().map(String::as_str);
    let mut run = begun(&arguments);
    while asked.load(Ordering::SeqCst) == 0 {
        assert!(run.try_wait().expect("a process").is_none(), "it ended");
        thread::sleep(Duration::from_millis(10));
    }
    // One wish is enough; a second one would end any wait.
    interrupt(&run);
    assert_eq!(run.wait().expect("a process").code(), Some(130));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    packs_with_its_picture(&arguments);
}

#[test]
fn what_was_at_work_when_its_owner_ended_two_runs_at_once_is_not_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, bundle) = (
        folder.path().join("long.txt"),
        folder.path().join("long.rehome"),
    );
    export(&input);
    let arguments = [
        "pack",
        input.to_str().expect("a path"),
        "--bundle",
        bundle.to_str().expect("a path"),
    ];
    for _ in 0..2 {
        let mut run = begun(&arguments);
        // Those of the run before are taken away when the bundle is opened.
        let ended = bundle.join("at-work/ended-from-outside");
        while ended.exists() || notes(&bundle).is_empty() {
            assert!(run.try_wait().expect("a process").is_none(), "it ended");
        }
        assert_eq!(interrupt_until_it_ends(&mut run), Some(130));
        assert!(!notes(&bundle).is_empty(), "it was at work");
    }
    let packed = rehome(&arguments);
    assert_eq!(packed.status, 0, "{}", packed.err);
    let report = rehome(&["report", "--json", arguments[3]]);
    assert!(!report.out.contains("MOV-021"), "{}", report.out);
    let account: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    let posts = &account["counts"]["source"]["post"];
    assert_eq!(posts.as_u64(), Some(1), "{}", report.out);
}

#[test]
fn a_picture_that_two_killed_runs_were_waiting_for_is_not_to_blame() {
    let folder = tempfile::tempdir().expect("a folder");
    let (host, asked) = host(2, |stream| {
        let whole = answer(PICTURE);
        let _ = stream.write_all(&whole[..whole.len() - 1]);
        // The last byte takes an hour.
        let stream = stream.try_clone();
        thread::spawn(|| {
            thread::sleep(Duration::from_secs(3600));
            drop(stream);
        });
    });
    let arguments = showing(&host, folder.path());
    let arguments = arguments.each_ref().map(String::as_str);
    let bundle = Path::new(arguments[3]);
    for run_number in 1..=2 {
        let mut run = begun(&arguments);
        // Where it is noted as work to wait, that does not change by waiting longer.
        for _ in 0..500 {
            let has_begun = asked.load(Ordering::SeqCst) == run_number && arriving(bundle) > 0;
            if has_begun && notes(bundle).is_empty() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        run.kill().expect("killed");
        run.wait().expect("a process");
        assert_eq!(asked.load(Ordering::SeqCst), run_number);
    }
    packs_with_its_picture(&arguments);
}

/// Bytes of pictures on their way.
fn arriving(bundle: &Path) -> u64 {
    let listing = fs::read_dir(bundle.join("media/arriving"));
    let files = listing.into_iter().flatten().flatten();
    let sizes = files.filter_map(|file| Some(file.metadata().ok()?.len()));
    sizes.sum()
}
