//! The file that the WordPress plugin Redirection takes in.

use super::{Hosts, Line};
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(hosts: &Hosts, out: &mut dyn Write) -> io::Result<()> {
    let redirects: Vec<Value> = hosts
        .values()
        .flatten()
        .enumerate()
        .map(|(at, line)| redirect(at, line))
        .collect();
    let file = json!({
        "plugin": { "version": "5.5.0" },
        "groups": [{ "id": 1, "name": "Rehome", "status": "enabled", "moduleId": 1, "enabled": true }],
        "redirects": redirects,
        "errors": [],
    });
    serde_json::to_writer_pretty(&mut *out, &file)?;
    writeln!(out)
}

fn redirect(at: usize, line: &Line) -> Value {
    let (kind, data) = match line.status {
        410 => ("error", json!({})),
        _ => ("url", json!({ "url": line.target })),
    };
    json!({
        "id": at + 1,
        "url": line.path,
        "match_url": line.path,
        "match_data": { "source": { "flag_query": "ignore", "flag_case": true, "flag_trailing": true, "flag_regex": false } },
        "match_type": "url",
        "action_type": kind,
        "action_code": line.status,
        "action_data": data,
        "regex": false,
        "group_id": 1,
        "position": at,
        "title": "",
        "enabled": true,
    })
}
