//! A Movable Type export with published entries and drafts, moved by the executable: what it says while it works is read like a log.

use super::{all_words, site::Site};
use crate::labs::privacy::{
    scratch,
    told::{MARK, Told},
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use world::dice::Dice;

pub(super) struct Export {
    pub(super) told: Told,
    folder: tempfile::TempDir,
}

impl Export {
    fn file(&self) -> PathBuf {
        self.folder.path().join("export.txt")
    }

    pub(super) fn bundle(&self) -> PathBuf {
        self.folder.path().join("bundle")
    }

    /// How many keys, mail and network addresses stand in a text.
    pub(super) fn personal_in(&self, text: &str) -> u64 {
        let found = all_words(text)
            .into_iter()
            .filter(|word| self.told.personal.contains(word));
        found
            .inspect(|word| println!("  the report holds {word}"))
            .count() as u64
    }
}

/// Writes an export of `entries` entries.
pub(super) fn written(seed: u64, entries: u64) -> Result<Export> {
    let folder = scratch()?;
    let mut told = Told::nothing();
    let mut dice = Dice::from_words(&["canary export", &seed.to_string()]);
    let mut text = String::new();
    for number in 0..entries {
        entry(&mut text, &mut dice, &mut told, number);
    }
    let export = Export { told, folder };
    fs::write(export.file(), text)?;
    Ok(export)
}

fn entry(text: &mut String, dice: &mut Dice, told: &mut Told, number: u64) {
    let open = dice.below(2) == 0;
    let status = match (open, dice.below(3)) {
        (true, _) => "Publish",
        (false, 0) => "Draft",
        (false, 1) => "Hold",
        (false, _) => "Undecided",
    };
    let mut word = |open: bool, personal: bool| {
        let word = format!("{MARK}{:014x}", dice.roll() >> 8);
        if open {
            &mut told.open
        } else {
            &mut told.secret
        }
        .insert(word.clone());
        if personal {
            told.personal.insert(word.clone());
        }
        word
    };
    let (title, slug, body, extended, category, tag) = (
        word(open, false),
        word(open, false),
        word(open, false),
        word(open, false),
        word(open, false),
        word(open, false),
    );
    let (key, alt) = (word(false, true), word(open, false));
    let (name, said) = (word(open, false), word(open, false));
    let (mail, ip, sid) = (word(false, true), word(false, true), word(false, true));
    let day = number % 28 + 1;
    text.push_str(&format!(
        "AUTHOR: Ana\nTITLE: Title {title}\nBASENAME: {slug}\nSTATUS: {status}\nALLOW COMMENTS: 1\nCONVERT BREAKS: 0\n\
         PRIMARY CATEGORY: Shelf {category}\nCATEGORY: Shelf {category}\nTAGS: \"tag {tag}\"\nDATE: 03/{day:02}/2009 10:00:00 AM\n-----\nBODY:\n\
         <p>Text {body}, <a href=\"http://x.example/?authkey={key}&amp;n=1\">there</a> \
         <img src=\"http://pictures.invalid/{number}.jpg?token={key}\" alt=\"{alt}\"></p>\n-----\n\
         EXTENDED BODY:\n<p>More {extended}</p>\n-----\n\
         COMMENT:\nAUTHOR: Reader {name}\nEMAIL: {mail}@mail.example\nIP: {ip}\nURL: http://home.example/?sid={sid}\n\
         DATE: 03/{day:02}/2009 11:00:00 AM\nSays {said}\n-----\n--------\n"
    ));
}

/// Moves the export, says everything that the executable said: to a person, and to a program.
pub(super) fn moved(export: &Export, site: &Site, way: &str, rehome: &Path) -> Result<Vec<String>> {
    let mut said = Vec::new();
    for json in [true, false] {
        let mut run = Command::new(rehome);
        run.arg("move")
            .arg(export.file())
            .arg(&site.url)
            .args(["--way", way, "--user", &site.user, "--bundle"])
            .arg(export.bundle())
            .args(["--set", "home=http://export.example/blog"])
            .env("REHOME_PASSWORD", site.password.reveal());
        if json {
            run.arg("--json");
        }
        let done = run.output().context("rehome could not be started")?;
        let (out, err) = (
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr),
        );
        if done.status.code().is_none_or(|code| code > 2) {
            bail!("rehome move ended with {}: {out}{err}", done.status);
        }
        said.extend(out.lines().chain(err.lines()).map(str::to_owned));
    }
    for line in said.iter().filter(|line| line.contains(MARK)).take(5) {
        println!("  said: {line}");
    }
    Ok(said)
}
