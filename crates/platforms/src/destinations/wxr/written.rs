//! Files on disk, and whether they are still what was written to them. What somebody changed is neither overwritten nor taken away.

use super::journal::{self, Files, Journal};
use super::{Settings, piece_of};
use blog::doors::WriteError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lies {
    /// Nothing.
    Nothing,
    /// What was written there.
    Ours,
    /// Something else.
    Others,
}

/// What lies at `path`, where files with one of `hashes` (blake3, hex) were written.
pub(super) fn lies(path: &Path, hashes: &[String]) -> io::Result<Lies> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Lies::Nothing),
        file => file?,
    };
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut file, &mut hasher)?;
    let hash = hasher.finalize().to_hex();
    Ok(match hashes.iter().any(|known| **known == *hash) {
        true => Lies::Ours,
        false => Lies::Others,
    })
}

/// The name of a file without its folders.
pub(super) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The files that were written, in their order.
pub(super) fn pieces(settings: &Settings, files: &Files) -> Vec<PathBuf> {
    let mut names: Vec<&String> = files.keys().collect();
    names.sort_by_key(|name| (name.len(), name.as_str()));
    let path = |name| settings.file.with_file_name(name);
    names.into_iter().map(path).collect()
}

/// Files at the places of import files that were not written there by the move that keeps `journal`, or were changed since. `file` is
/// the first of them.
///
/// # Errors
/// When one of them, or the journal, cannot be read.
pub fn not_as_written(file: &Path, journal: &Path) -> io::Result<Vec<PathBuf>> {
    let files = journal::files_of(journal)?;
    if files.is_empty() {
        let all = (1..).map(|number| piece_of(file, number));
        return Ok(all.take_while(|path| path.exists()).collect());
    }
    changed(file, &files)
}

/// Those of `files` that were changed since they were written.
pub(super) fn changed(file: &Path, files: &Files) -> io::Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for (name, hashes) in files {
        let path = file.with_file_name(name);
        if lies(&path, hashes)? == Lies::Others {
            others.push(path);
        }
    }
    Ok(others)
}

/// Writes a file whole or not at all, its hash before it. One that reads so already is left alone.
pub(super) fn write(path: &Path, text: &str, journal: &mut Journal) -> Result<(), WriteError> {
    let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
    let name = name_of(path);
    if lies(path, std::slice::from_ref(&hash)).map_err(at(path))? == Lies::Ours {
        return journal.note_bytes(&name, Some(&hash));
    }
    let hashes = journal.files().get(&name).cloned().unwrap_or_default();
    if lies(path, &hashes).map_err(at(path))? == Lies::Others {
        return Err(not_ours(path));
    }
    journal.note_bytes(&name, Some(&hash))?;
    in_place_of(path, |beside| fs::write(beside, text)).map_err(at(path))
}

/// Copies a picture to its place, whole or not at all. What lay there as `hashes` say may be overwritten. A copy, and no second name
/// of the same bytes: who changes it must not change the bundle.
pub(super) fn copy(from: &Path, to: &Path, hashes: &[String]) -> Result<(), WriteError> {
    match lies(to, hashes).map_err(at(to))? {
        Lies::Others => Err(not_ours(to)),
        Lies::Ours if hashes.len() == 1 => Ok(()),
        Lies::Nothing | Lies::Ours => {
            in_place_of(to, |beside| fs::copy(from, beside).map(|_| ())).map_err(at(to))
        }
    }
}

fn in_place_of(path: &Path, write: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = beside(path);
    write(&beside)?;
    fs::rename(&beside, path)
}

/// Where a file is written before it takes its name.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn not_ours(path: &Path) -> WriteError {
    WriteError::Refused(format!(
        "{} is not what was written there: somebody changed it, or it is of another move; it was left as it is (move it away, and run the same command again)",
        path.display()
    ))
}

fn at(path: &Path) -> impl Fn(io::Error) -> WriteError {
    let path = path.display().to_string();
    move |error| WriteError::NotDone(format!("{path}: {error}"))
}

/// Takes a file away that is as it was written; answers whether it is gone.
pub(super) fn take_away(path: &Path, hashes: &[String]) -> Result<bool, WriteError> {
    match lies(path, hashes).map_err(at(path))? {
        Lies::Others => return Ok(false),
        Lies::Ours => fs::remove_file(path).map_err(at(path))?,
        Lies::Nothing => {}
    }
    // What a killed run had not finished.
    match fs::remove_file(beside(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(path)(error)),
        _ => Ok(true),
    }
}

/// Takes every file away that is as it was written, from the one with number `first` on, and folders of pictures that are empty then.
pub(super) fn take_away_from(
    first: usize,
    settings: &Settings,
    journal: &mut Journal,
) -> Result<(), WriteError> {
    let stay: Vec<String> = (1..first)
        .map(|number| name_of(&settings.piece(number)))
        .collect();
    for (name, hashes) in journal.files().clone() {
        let path = settings.file.with_file_name(&name);
        if !stay.contains(&name) && take_away(&path, &hashes)? {
            journal.note_bytes(&name, None)?;
        }
    }
    if first == 1 && settings.copies {
        leave_no_empty_folder(&settings.pictures_folder());
    }
    Ok(())
}

/// Takes away the folders of years and months that hold nothing any more, and the one they are in. A folder with anything in it stays by
/// itself.
fn leave_no_empty_folder(folder: &Path) {
    let inside = |folder: &Path, digits: usize| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let is_date = |path: &PathBuf| {
            let name = name_of(path);
            name.len() == digits && name.bytes().all(|byte| byte.is_ascii_digit())
        };
        entries.map(|entry| entry.path()).filter(is_date).collect()
    };
    for year in inside(folder, 4) {
        for month in inside(&year, 2) {
            let _ = fs::remove_dir(month);
        }
        let _ = fs::remove_dir(year);
    }
    let _ = fs::remove_dir(folder);
}
