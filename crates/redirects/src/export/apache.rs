//! Apache: a virtual host for each host, with a rule of `mod_rewrite` for each page. It compares the decoded path.

use super::{Hosts, Line};
use std::io::{self, Write};

pub(super) fn write(hosts: &Hosts, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Needs mod_rewrite.")?;
    for (host, lines) in hosts {
        writeln!(
            out,
            "<VirtualHost *:80>\n    ServerName {host}\n    RewriteEngine On"
        )?;
        for line in lines {
            let pattern = pattern(line);
            match line.status {
                410 => writeln!(out, "    RewriteRule \"^{pattern}$\" \"-\" [G]")?,
                status => writeln!(
                    out,
                    "    RewriteRule \"^{pattern}$\" \"{}\" [R={status},L,NE,QSD{}]",
                    substitution(&line.target),
                    if is_spaces(host) { ",NC" } else { "" }
                )?,
            }
        }
        writeln!(out, "    RewriteRule \"^\" \"-\" [R=404,L]\n</VirtualHost>")?;
    }
    Ok(())
}

/// Live Spaces did not care for the case of a path.
fn is_spaces(host: &str) -> bool {
    host.ends_with(".spaces.live.com")
}

/// Everything that could mean something to the pattern or to the quotes around it is written by its number.
fn pattern(line: &Line) -> String {
    let mut pattern = String::new();
    for byte in line.decoded_path() {
        match byte {
            b'/' | b'-' | b'_' | b'!' => pattern.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => pattern.push(char::from(byte)),
            b'.' => pattern.push_str("[.]"),
            byte => pattern.push_str(&format!("\\x{byte:02x}")),
        }
    }
    pattern
}

/// A dollar or percent sign would name what a pattern caught.
fn substitution(target: &str) -> String {
    target.replace('%', "\\%").replace('$', "\\$")
}
