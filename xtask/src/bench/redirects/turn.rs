//! On a machine that others use too: a program that lets one work alone for a while. What takes long and is not measured (an nginx
//! with a map of millions takes minutes to start) happens before.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// Our turn, until it is dropped.
pub(super) struct Turn {
    held: Option<Child>,
}

impl Turn {
    /// Waits until `program` runs what it is given, which is `cat`: it answers as soon as it is our turn.
    pub(super) fn take(program: Option<&str>) -> Result<Self> {
        let Some(program) = program else {
            return Ok(Self { held: None });
        };
        let mut child = Command::new(program)
            .arg("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {program}"))?;
        let asked = child.stdin.as_mut().context("no input")?;
        writeln!(asked, "my turn?")?;
        let mut answer = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut answer)?;
        ensure!(!answer.is_empty(), "{program} did not give us a turn");
        Ok(Self { held: Some(child) })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(mut child) = self.held.take() {
            // `cat` ends when there is nothing more to come.
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}
