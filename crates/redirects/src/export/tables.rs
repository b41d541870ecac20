//! Formats of one line a rule.

use super::Table;
use std::io::{self, Write};

/// `HOST/PATH STATUS TARGET`; the key is what HAProxy calls `base`.
pub(super) const HAPROXY: Table = Table {
    head: "# http-request set-var(txn.rehome) base,map_str(rehome.map)\n\
           # http-request redirect code 301 location %[var(txn.rehome),word(2,' ')] if { var(txn.rehome) -m beg 301 }\n\
           # http-request redirect code 302 location %[var(txn.rehome),word(2,' ')] if { var(txn.rehome) -m beg 302 }\n\
           # http-request deny deny_status 410 if { var(txn.rehome) -m beg 410 }\n",
    line: |line, out| {
        writeln!(
            out,
            "{}{} {} {}",
            line.host, line.path, line.status, line.target
        )?;
        Ok(true)
    },
};

/// Netlify answers what was deleted with 404.
pub(super) const NETLIFY: Table = Table {
    head: "",
    line: |line, out| {
        let old = format!("http://{}{}", line.host, line.path);
        match line.status {
            410 => writeln!(out, "{old} /404.html 404!")?,
            status => writeln!(out, "{old} {} {status}!", line.target)?,
        }
        Ok(true)
    },
};

/// Source, target, status; then whether the query is kept, subdomains, paths below, and their rest.
pub(super) const CLOUDFLARE: Table = Table {
    head: "",
    line: |line, out| {
        if line.status == 410 {
            return Ok(false);
        }
        let old = format!("{}{}", line.host, line.path);
        fields(out, &[&old, &line.target, &line.status.to_string()])?;
        writeln!(out, ",FALSE,FALSE,FALSE,FALSE")?;
        Ok(true)
    },
};

pub(super) const CSV: Table = Table {
    head: "old,new,status\n",
    line: |line, out| {
        let old = format!("http://{}{}", line.host, line.path);
        fields(out, &[&old, &line.target, &line.status.to_string()])?;
        writeln!(out)?;
        Ok(true)
    },
};

fn fields(out: &mut dyn Write, fields: &[&str]) -> io::Result<()> {
    for (at, field) in fields.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        if field.contains([',', '"', '\n', '\r']) {
            write!(out, "{comma}\"{}\"", field.replace('"', "\"\""))?;
        } else {
            write!(out, "{comma}{field}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::Line, *};

    #[test]
    fn a_field_with_a_comma_or_a_quote_stands_in_quotes() {
        let line = Line {
            host: "a.example".to_owned(),
            path: "/a,\"b\"".to_owned(),
            status: 301,
            target: "https://b.example/".to_owned(),
        };
        let mut out = Vec::new();
        assert!((CSV.line)(&line, &mut out).expect("written"));
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "\"http://a.example/a,\"\"b\"\"\",https://b.example/,301\n"
        );
    }
}
