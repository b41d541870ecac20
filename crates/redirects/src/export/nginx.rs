//! nginx: a map for each status, and a server for all hosts.

use super::{Hosts, Line};
use std::{
    collections::HashSet,
    io::{self, Write},
};

/// The smallest bucket of a map that is asked for, in bytes.
const SMALLEST_BUCKET: usize = 128;
/// What a bucket holds beside the key, in bytes.
const BESIDE_KEY: usize = 64;

pub(super) fn write(hosts: &Hosts, out: &mut dyn Write) -> io::Result<()> {
    let lines = || hosts.values().flatten();
    let longest = lines().map(|line| key(line).len()).max().unwrap_or(0);
    let names = hosts.keys().map(String::len).max().unwrap_or(0);
    let bucket = |longest: usize| {
        (longest + BESIDE_KEY)
            .next_power_of_two()
            .max(SMALLEST_BUCKET)
    };
    writeln!(
        out,
        "# To be included at the level of http. The maps compare without case.\n\
         map_hash_bucket_size {};\nmap_hash_max_size {};\nserver_names_hash_bucket_size {};\nserver_names_hash_max_size {};",
        bucket(longest),
        (lines().count() * 2).max(2048),
        bucket(names),
        (hosts.len() * 2).max(512),
    )?;
    for (status, name) in STATUSES {
        writeln!(out, "map $host$uri $rehome_{name} {{\n    default \"\";")?;
        let mut seen = HashSet::new();
        for line in lines().filter(|line| line.status == status) {
            // Of two that differ only in case the first holds; nginx takes no second one.
            let key = key(line);
            if seen.insert(key.to_ascii_lowercase()) {
                let value = if status == 410 {
                    "1"
                } else {
                    &value(&line.target)
                };
                out.write_all(b"    \"")?;
                out.write_all(&key)?;
                writeln!(out, "\" \"{value}\";")?;
            }
        }
        writeln!(out, "}}")?;
    }
    writeln!(out, "server {{\n    listen 80;\n    server_name")?;
    for host in hosts.keys() {
        writeln!(out, "        {host}")?;
    }
    write!(
        out,
        "    ;\n    if ($rehome_final) {{ return 301 $rehome_final; }}\n    if ($rehome_open) {{ return 302 $rehome_open; }}\n    \
         if ($rehome_gone) {{ return 410; }}\n    return 404;\n}}\n"
    )
}

const STATUSES: [(u16, &str); 3] = [(301, "final"), (302, "open"), (410, "gone")];

/// Host and decoded path in a quoted word: quotes and backslashes escaped, line ends and the rest as they are.
fn key(line: &Line) -> Vec<u8> {
    let mut key = line.host.clone().into_bytes();
    for byte in line.decoded_path() {
        if matches!(byte, b'"' | b'\\') {
            key.push(b'\\');
        }
        key.push(byte);
    }
    key
}

/// A dollar would name a variable, and there is no sign for one that does not.
fn value(target: &str) -> String {
    target.replace('$', "%24")
}
