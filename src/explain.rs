//! Errors for people: what happened, where, and what to do next.

use crate::status::Status;
use blog::doors::{Halt, ReadError, WriteError};
use campaign::Error;
use redirects::IndexError;
use std::io::ErrorKind;

/// Prints an error with its next step and answers the exit status.
pub(crate) fn complain(error: &anyhow::Error) -> Status {
    if io_kind(error) == Some(ErrorKind::BrokenPipe) {
        return Status::Unheard;
    }
    let (status, next) = judge(error);
    if status == Status::Interrupted {
        eprintln!("stopped. {next}");
        return status;
    }
    eprintln!("error: {}", told(error));
    if !next.is_empty() {
        eprintln!("  next: {next}");
    }
    status
}

/// The error and its causes, each thing said once: many errors say in their own words what their cause says too.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        // The number behind the system's words helps nobody who reads them.
        let words = words.split(" (os error").next().unwrap_or_default();
        let words = match words.split_once(": ") {
            Some((number, words)) if number.starts_with("Error code ") => words,
            _ => words,
        };
        if told.contains(words) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(words);
    }
    told
}

/// What the file system or a pipe said, where it is behind the error.
fn io_kind(error: &anyhow::Error) -> Option<ErrorKind> {
    error
        .chain()
        .find_map(|cause| cause.downcast_ref::<std::io::Error>())
        .map(std::io::Error::kind)
}

fn judge(error: &anyhow::Error) -> (Status, &'static str) {
    if let Some(error) = error.downcast_ref::<Error>() {
        return judge_transfer(error);
    }
    if let Some(error) = error.downcast_ref::<ReadError>() {
        return judge_reading(error);
    }
    if let Some(error) = error.downcast_ref::<WriteError>() {
        return judge_writing(error);
    }
    if let Some(error) = error.downcast_ref::<IndexError>() {
        return judge_index(error);
    }
    match error.downcast_ref::<WrongUse>() {
        Some(wrong) => (wrong.status, wrong.next),
        None => (Status::Failed, next_of(io_kind(error))),
    }
}

/// What to do where a file or connection failed that is not the bundle's.
fn next_of(kind: Option<ErrorKind>) -> &'static str {
    match kind {
        Some(ErrorKind::NotFound) => "check the name, and that the folder is there.",
        Some(ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            "name a folder that you may write to."
        }
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            "make room on the disk, or name a folder on another one, and run the same command again."
        }
        Some(ErrorKind::ConnectionRefused | ErrorKind::TimedOut) => {
            "check the address and its port, and that the server runs."
        }
        _ => "",
    }
}

fn judge_index(error: &IndexError) -> (Status, &'static str) {
    match error {
        IndexError::None(_) => no_index(),
        IndexError::File { source, .. } if source.kind() == ErrorKind::NotFound => no_index(),
        IndexError::Damaged(_)
        | IndexError::Awaited
        | IndexError::Old { .. }
        | IndexError::Store(_) => (
            Status::Failed,
            "`rehome redirects receive` takes a sound copy of the newest one; an index in another folder can be built from the bundles.",
        ),
        IndexError::File { .. } => (
            Status::Failed,
            "check that the folder is there, can be read and written, and that the disk has room.",
        ),
        IndexError::Place { .. } => (
            Status::Failed,
            "check the name of the place, its keys and the network, then run the same command again.",
        ),
    }
}

fn no_index() -> (Status, &'static str) {
    (
        Status::WrongInput,
        "`rehome redirects build --to DIR BUNDLE` makes one, `rehome redirects receive` takes one from another node.",
    )
}

fn judge_transfer(error: &Error) -> (Status, &'static str) {
    match error {
        Error::Read(error) => judge_reading(error),
        Error::Write(error) => judge_writing(error),
        Error::Bundle { .. } => (
            Status::WrongInput,
            "name the folder that the move or pack made (NAME.rehome, unless --bundle named another).",
        ),
        Error::Undone => (
            Status::WrongInput,
            "run the same command with --again to place everything again.",
        ),
        Error::Interrupted => (
            Status::Interrupted,
            "Nothing is lost: run the same command again and it goes on where it stopped.",
        ),
        Error::Store(_) | Error::Row(_) | Error::File(_) => (
            Status::Failed,
            "check that the disk has room and the folder can be written, then run the same command again; it goes on where it stopped.",
        ),
    }
}

fn judge_reading(error: &ReadError) -> (Status, &'static str) {
    match error {
        ReadError::NotOurs { .. } => (
            Status::WrongInput,
            "`rehome sources` lists what can be read; `--from NAME` overrules what was recognised.",
        ),
        ReadError::Unreadable { .. } => (
            Status::WrongInput,
            "check the file or address, and that it is whole; `rehome sources` says what is read of each platform.",
        ),
        ReadError::LeftOut { .. } => (
            Status::WrongInput,
            "nothing else is left to read: make the export once more, or save it in another form, and run the same command again; what is \
             another file, and every file with another version of rehome, is tried anew. The makers of Rehome want to see such a file, if it \
             may be seen.",
        ),
        ReadError::Locked { .. } => (
            Status::WrongInput,
            "hand over the right key, secret word or passphrase (`rehome sources` says how), or make the blog readable while it moves.",
        ),
        ReadError::Unreachable { .. } => (
            Status::WrongInput,
            "check the address and the network, then run the same command again.",
        ),
        ReadError::Halt(Halt::Asked) => (
            Status::Interrupted,
            "Nothing is lost: run the same command again.",
        ),
        ReadError::Halt(Halt::CouldNotKeep(_)) => (Status::Failed, ""),
    }
}

fn judge_writing(error: &WriteError) -> (Status, &'static str) {
    match error {
        WriteError::NotAHome(_) => (
            Status::DestinationRefused,
            "check the address; the plugin is written by `rehome plugin --zip rehome.zip` and uploaded under Plugins, Add New.",
        ),
        WriteError::Refused(_) => (
            Status::DestinationRefused,
            "check the user and the application password (WordPress: Users, Profile, Application Passwords).",
        ),
        WriteError::Busy(_) => (
            Status::DestinationRefused,
            "wait until the other move ends, then run the same command again.",
        ),
        WriteError::Later { .. } | WriteError::NotDone(_) | WriteError::Unknown(_) => (
            Status::Incomplete,
            "nothing is lost: check the address and the network, and run the same command again; it goes on where it stopped.",
        ),
    }
}

/// A command that cannot be done as it was given.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct WrongUse {
    pub(crate) what: String,
    pub(crate) next: &'static str,
    pub(crate) status: Status,
}

#[cfg(test)]
mod tests {
    use super::{complain, told};
    use crate::status::Status;
    use anyhow::Context;
    use std::io::{Error, ErrorKind};

    #[test]
    fn what_two_errors_of_a_chain_say_is_said_once_and_without_numbers_of_the_system() {
        let full = || Error::from_raw_os_error(28);
        let index = redirects::IndexError::File {
            path: "index/current".into(),
            source: full(),
        };
        let error = anyhow::Error::from(index).context("could not build");
        assert_eq!(
            told(&error),
            "could not build: could not read or write index/current: No space left on device"
        );
        let error = Err::<(), _>(full()).context("could not write a.html");
        assert_eq!(
            told(&error.expect_err("full")),
            "could not write a.html: No space left on device"
        );
    }

    #[test]
    fn who_stops_reading_gets_no_complaint() {
        let error = anyhow::Error::from(Error::from(ErrorKind::BrokenPipe));
        assert_eq!(complain(&error), Status::Unheard);
        let error = anyhow::Error::from(Error::from(ErrorKind::NotFound));
        assert_eq!(complain(&error), Status::Failed);
    }
}
