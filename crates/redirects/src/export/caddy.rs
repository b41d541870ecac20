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
            writeln!(out, "\"{}\"", value(&line.target))?;
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

/// What is looked for is taken as it is; only the quotes around it must not end.
fn path(line: &Line) -> String {
    String::from_utf8_lossy(&line.decoded_path()).replace('"', "\\\"")
}

/// Braces would name something, also in quotes.
fn value(target: &str) -> String {
    target.replace('{', "\\{").replace('}', "\\}")
}
