//! Caddy: a site for each host, with a map from decoded paths.

use super::{Hosts, Line};
use std::io::{self, Write};

pub(super) fn write(hosts: &Hosts, out: &mut dyn Write) -> io::Result<()> {
    for (host, lines) in hosts {
        writeln!(
            out,
            "http://{host} {{\n\tmap {{path}} {{rehome_status}} {{rehome_target}} {{"
        )?;
        for line in lines {
            write!(out, "\t\t\"{}\" {} ", path(line), line.status)?;
            writeln!(out, "\"{}\"", quoted(line.target.as_bytes()))?;
        }
        writeln!(
            out,
            "\t\tdefault 404 \"\"\n\t}}\n\
             \t@moved expression `{{rehome_target}} != \"\"`\n\
             \tredir @moved {{rehome_target}} {{rehome_status}}\n\
             \trespond \"\" {{rehome_status}}\n}}"
        )?;
    }
    Ok(())
}

fn path(line: &Line) -> String {
    quoted(&line.decoded_path())
}

/// Braces would name something, also in quotes.
fn quoted(bytes: &[u8]) -> String {
    let mut quoted = String::new();
    for letter in String::from_utf8_lossy(bytes).chars() {
        if matches!(letter, '"' | '\\' | '{' | '}') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted
}
