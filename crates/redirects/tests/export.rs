//! Rules for other servers, loaded into those servers where they are installed, and every address asked for.

use http::{HeaderMap, Method, Uri};
use redirects::{
    Builder, Entry, Fate, Index, IndexError, Key, Known, Listener, NO_DAY, Name, Record, Rule,
    Target, Thing,
    answer::{Asking, House, Letter, Rules, Turn, answer},
    export::{self, Format},
    pages::Links,
};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// How often a server that is starting is asked whether it is there.
const MOST_KNOCKS: u32 = 300;

fn entry(key: Key, target: &str) -> Entry {
    let target = match target {
        "gone" => Target::Gone,
        address => Target::At(address.to_owned()),
    };
    Entry { key, target }
}

fn records() -> Vec<Record> {
    let space = Record {
        names: vec![
            Name::Alias("ana-garden".to_owned()),
            Name::Cid(0x2DB_0770_EAE6_1F13),
        ],
        fate: Fate::Final,
        base: "https://ana.example/".to_owned(),
        entries: vec![
            entry(
                Key::Number(1073, Thing::Entry),
                "https://ana.example/2010/10/31/%e6%98%a5%e5%a4%a9-%25-$1/",
            ),
            entry(
                Key::Number(1074, Thing::Entry),
                "https://ana.example/?p=7&x={y}#z",
            ),
            entry(Key::Number(1075, Thing::Entry), "gone"),
            entry(
                Key::Number(186, Thing::Album),
                "https://ana.example/%1$0/summer/",
            ),
        ],
    };
    let path = |path: &str| Key::Text(format!("path:{path}"));
    let site = |names: &[&str], fate, entries| Record {
        names: names
            .iter()
            .map(|name| Name::Site((*name).to_owned()))
            .collect(),
        fate,
        base: "https://ben.example/".to_owned(),
        entries,
    };
    let garden = site(
        &["ben.example.org/garden"],
        Fate::UndoableUntil(NO_DAY),
        vec![
            entry(
                path("/garden/2012/first_rose.html"),
                "https://ben.example/first-rose/",
            ),
            entry(
                path("/garden/a.b+c*(d)[e]^$|{f}~g'h;i,j&k=l@m:n"),
                "https://ben.example/signs/",
            ),
            entry(
                path("/garden/%22quoted%22\\back"),
                "https://ben.example/quoted/",
            ),
            entry(
                path("/garden/with%20blank/%E6%98%A5"),
                "https://ben.example/%e6%98%a5/",
            ),
            entry(path("/garden/$uri/$1/%251"), "https://ben.example/dollar/"),
            entry(path("/garden/deleted.html"), "gone"),
        ],
    );
    let kitchen = site(
        &["ben.example.org/kitchen", "kitchen.example.net"],
        Fate::Final,
        vec![entry(
            path("/kitchen/soup.html"),
            "https://ben.example/soup/",
        )],
    );
    vec![space, garden, kitchen]
}

fn index(folder: &Path) -> Index {
    let mut listener = Listener::default();
    records().iter().for_each(|record| listener.hear(record));
    let mut builder = Builder::begin(folder, listener).expect("a folder");
    for record in records() {
        builder.add(&record).expect("added");
    }
    builder.finish().expect("a generation");
    Index::open_still(folder).expect("an index")
}

fn rules(index: &Index) -> Vec<Rule> {
    let mut rules = Vec::new();
    index
        .each_rule::<IndexError>(|rule| {
            rules.push(rule);
            Ok(())
        })
        .expect("a sound index");
    rules
}

fn exported(index: &Index, format: Format) -> String {
    let mut out = Vec::new();
    let count = export::write(index, format, &mut out).expect("written");
    assert!(count > 20, "only {count} rules");
    String::from_utf8(out).expect("text")
}

/// A server that is stopped when the test ends.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a server, unless it is not installed here. `arguments` know the port.
fn start(program: &str, port: u16, arguments: &[&str]) -> Option<Server> {
    let child = Command::new(program)
        .args(arguments)
        .env("XDG_CONFIG_HOME", std::env::temp_dir())
        .env("XDG_DATA_HOME", std::env::temp_dir())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        println!("skipped: {program} is not installed here");
        return None;
    };
    for _ in 0..MOST_KNOCKS {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(Server { child, port });
        }
        if let Ok(Some(status)) = child.try_wait() {
            let mut said = String::new();
            let errors = child.stderr.take().expect("its errors");
            std::io::Read::read_to_string(&mut BufReader::new(errors), &mut said).expect("text");
            panic!("{program} ended with {status}: {said}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{program} does not answer");
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Status and target of an answer.
fn get(port: u16, host: &str, path: &str) -> (u16, String) {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("asked");
    let (mut status, mut target) = (0, String::new());
    for (at, line) in BufReader::new(connection)
        .lines()
        .map_while(Result::ok)
        .enumerate()
    {
        match line.split_once(": ") {
            _ if at == 0 => {
                status = line
                    .split(' ')
                    .nth(1)
                    .expect("a status")
                    .parse()
                    .expect("a number")
            }
            Some((name, value)) if name.eq_ignore_ascii_case("location") => {
                target = value.to_owned()
            }
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    (status, target)
}

/// Status and target of what our own server answers.
fn answered(known: &Known) -> (u16, String) {
    let (uri, headers) = (Uri::from_static("/"), HeaderMap::new());
    let house = House::new(Rules::default(), Links::default());
    let mut letter = Letter::to(false);
    let asked = Asking::of(&Method::GET, &uri, &headers);
    assert_eq!(answer(known, &asked, &house, &mut letter), Turn::Ours);
    let target = letter.response.headers().get("location");
    let target = target.map_or("", |target| target.to_str().expect("text"));
    (letter.response.status().as_u16(), target.to_owned())
}

fn ask_all(server: &Server, index: &Index, same_target: fn(&str) -> String) {
    let rules = rules(index);
    assert!(rules.len() > 25, "only {} addresses", rules.len());
    for rule in &rules {
        let (status, target) = answered(&rule.known);
        let expected = (status, same_target(&target));
        let answer = get(server.port, &rule.host, &rule.path);
        assert_eq!(answer, expected, "{}{}", rule.host, rule.path);
    }
    for (host, path) in [
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!999.entry",
        ),
        (
            "ana-garden.spaces.live.com",
            "/blog/cns!2DB0770EAE61F13!1073xentry",
        ),
        ("ben.example.org", "/garden/2012/first_rose.html/x"),
        ("ben.example.org", "/garden/2012/first_roseXhtml"),
    ] {
        assert_eq!(get(server.port, host, path).0, 404, "{host}{path}");
    }
}

#[test]
fn nginx_answers_every_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, port) = (index(&folder.path().join("index")), free_port());
    let rules =
        exported(&index, Format::Nginx).replace("listen 80;", &format!("listen 127.0.0.1:{port};"));
    fs::write(folder.path().join("rules.conf"), rules).expect("written");
    let place = folder.path().display();
    let configuration = folder.path().join("nginx.conf");
    fs::write(&configuration, format!("daemon off; master_process off; pid {place}/pid; error_log stderr; events {{}} http {{ access_log off; client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c; uwsgi_temp_path {place}/d; scgi_temp_path {place}/e; include {place}/rules.conf; }}")).expect("written");
    let arguments = [
        "-p",
        folder.path().to_str().expect("text"),
        "-c",
        configuration.to_str().expect("text"),
    ];
    if let Some(server) = start("nginx", port, &arguments) {
        ask_all(&server, &index, |target| target.replace('$', "%24"));
    }
}

#[test]
fn apache_answers_every_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, port) = (index(&folder.path().join("index")), free_port());
    let rules = exported(&index, Format::Apache).replace("*:80", &format!("127.0.0.1:{port}"));
    let place = folder.path().display();
    let modules = "/usr/lib/apache2/modules";
    let configuration = folder.path().join("apache.conf");
    fs::write(&configuration, format!("ServerName localhost\nServerRoot {place}\nListen 127.0.0.1:{port}\nPidFile {place}/pid\nErrorLog /dev/stderr\nLoadModule mpm_event_module {modules}/mod_mpm_event.so\nLoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule rewrite_module {modules}/mod_rewrite.so\nAllowEncodedSlashes NoDecode\n{rules}")).expect("written");
    let arguments = [
        "-D",
        "FOREGROUND",
        "-f",
        configuration.to_str().expect("text"),
    ];
    if let Some(server) = start("apache2", port, &arguments) {
        ask_all(&server, &index, str::to_owned);
    }
}

#[test]
fn caddy_answers_every_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, port) = (index(&folder.path().join("index")), free_port());
    let rules = exported(&index, Format::Caddy);
    let configuration = folder.path().join("Caddyfile");
    fs::write(
        &configuration,
        format!("{{\n\tadmin off\n\tauto_https off\n\thttp_port {port}\n}}\n{rules}"),
    )
    .expect("written");
    let arguments = [
        "run",
        "--adapter",
        "caddyfile",
        "--config",
        configuration.to_str().expect("text"),
    ];
    if let Some(server) = start("caddy", port, &arguments) {
        ask_all(&server, &index, str::to_owned);
    }
}

#[test]
fn haproxy_answers_every_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let (index, port) = (index(&folder.path().join("index")), free_port());
    let rules = exported(&index, Format::Haproxy);
    let map = folder.path().join("rehome.map");
    let usage: String = rules
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .map(|line| {
            format!(
                "  {}\n",
                line.replace("rehome.map", &map.display().to_string())
            )
        })
        .collect();
    fs::write(&map, &rules).expect("written");
    let configuration = folder.path().join("haproxy.cfg");
    fs::write(&configuration, format!("defaults\n  mode http\n  timeout client 9s\n  timeout server 9s\n  timeout connect 9s\nfrontend old\n  bind 127.0.0.1:{port}\n{usage}  http-request deny deny_status 404\n")).expect("written");
    if let Some(server) = start(
        "haproxy",
        port,
        &["-db", "-f", configuration.to_str().expect("text")],
    ) {
        ask_all(&server, &index, str::to_owned);
    }
}

/// A feed too: a reader that was told "for good" never asks again, also when the move was undone.
#[test]
fn rules_say_of_every_address_what_the_server_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = index(folder.path());
    let csv = exported(&index, Format::Csv);
    let netlify = exported(&index, Format::Netlify);
    let haproxy = exported(&index, Format::Haproxy);
    let mut undoable_feeds = 0;
    for rule in rules(&index) {
        let (status, target) = answered(&rule.known);
        let old = format!("http://{}{}", rule.host, rule.path);
        let is_feed = matches!(&rule.known, Known::Moved(moved) if moved.feed);
        undoable_feeds += u32::from(is_feed && status == 302);
        let line = |text: &str, begin: &str| {
            let mut lines = text.lines();
            let line = lines.find(|line| line.starts_with(begin));
            line.unwrap_or_else(|| panic!("no {begin}")).to_owned()
        };
        if !old.contains(['"', ',']) {
            let said = line(&csv, &format!("{old},"));
            assert!(said.ends_with(&format!(",{status}")), "{said}");
        }
        if status != 410 {
            let said = line(&netlify, &format!("{old} "));
            assert_eq!(said, format!("{old} {target} {status}!"));
        }
        let said = line(&haproxy, &format!("{}{} ", rule.host, rule.path));
        assert!(said.contains(&format!(" {status} ")), "{said}");
    }
    assert!(undoable_feeds >= 3, "{undoable_feeds}");
}

#[test]
fn files_for_services_say_what_the_index_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = index(folder.path());
    let all = rules(&index).len();
    let csv = exported(&index, Format::Csv);
    assert_eq!(csv.lines().count(), all + 1);
    assert!(csv.contains("\nhttp://ana-garden.spaces.live.com/blog/cns!2DB0770EAE61F13!1074.entry,https://ana.example/?p=7&x={y}#z,301\n"));
    let netlify = exported(&index, Format::Netlify);
    assert!(netlify.contains(
        "http://ben.example.org/garden/2012/first_rose.html https://ben.example/first-rose/ 302!\n"
    ));
    assert!(netlify.lines().all(|line| line.split(' ').count() == 3));
    let cloudflare = exported(&index, Format::CloudflareCsv);
    assert!(cloudflare.contains(
        "ben.example.org/kitchen/soup.html,https://ben.example/soup/,301,FALSE,FALSE,FALSE,FALSE\n"
    ));
    assert!(!cloudflare.contains("410"));
    let json: serde_json::Value =
        serde_json::from_str(&exported(&index, Format::RedirectionJson)).expect("JSON");
    let redirects = json["redirects"].as_array().expect("redirects");
    assert_eq!(redirects.len(), all);
    let gone = redirects
        .iter()
        .filter(|rule| rule["action_type"] == "error" && rule["action_code"] == 410);
    assert_eq!(gone.count(), 3);
}
