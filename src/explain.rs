//! Errors for people: what happened, where, and what to do next.

use crate::status::Status;
use blog::doors::{ReadError, WriteError};
use campaign::Error;
use redirects::IndexError;

/// Prints an error with its next step and answers the exit status.
pub(crate) fn complain(error: &anyhow::Error) -> Status {
    let (status, next) = judge(error);
    if status == Status::Interrupted {
        eprintln!("stopped. {next}");
        return status;
    }
    eprintln!("error: {error:#}");
    if !next.is_empty() {
        eprintln!("  next: {next}");
    }
    status
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
        None => (Status::Failed, ""),
    }
}

fn judge_index(error: &IndexError) -> (Status, &'static str) {
    match error {
        IndexError::None(_) => (
            Status::WrongInput,
            "`rehome redirects build --to DIR BUNDLE` makes one, `rehome redirects receive` takes one from another node.",
        ),
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
        ReadError::Locked { .. } => (
            Status::WrongInput,
            "hand over the key or secret word (see `rehome sources`), or make the blog readable while it moves.",
        ),
        ReadError::Unreachable { .. } => (
            Status::WrongInput,
            "check the address and the network, then run the same command again.",
        ),
        ReadError::Halt(_) => (Status::Failed, ""),
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
