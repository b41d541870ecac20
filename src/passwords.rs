//! Where secrets come from: a file, the environment, or a prompt. Never the command line, where others can read them.

use crate::{explain::WrongUse, status::Status};
use anyhow::Context;
use blog::Secret;
use std::{fs, io::IsTerminal, path::Path};

/// Environment variable with the application password.
pub(crate) const PASSWORD_VARIABLE: &str = "REHOME_PASSWORD";

/// The application password of `user`.
pub(crate) fn application_password(user: &str, file: Option<&Path>) -> anyhow::Result<Secret> {
    if let Some(file) = file {
        return from_file(file);
    }
    if let Some(secret) = from_environment(PASSWORD_VARIABLE) {
        return Ok(secret);
    }
    if !std::io::stdin().is_terminal() {
        return Err(WrongUse {
            what: format!("no application password for {user}"),
            next: "set REHOME_PASSWORD, name a file with --password-file, or run in a terminal and be asked.",
            status: Status::DestinationRefused,
        }
        .into());
    }
    let text = rpassword::prompt_password(format!("application password of {user}: "))
        .context("could not ask for the password")?;
    Ok(Secret::new(text))
}

/// The passphrase of an archive's private part. `None` where nobody gives one.
pub(crate) fn passphrase(file: Option<&Path>) -> anyhow::Result<Option<Secret>> {
    if let Some(file) = file {
        return from_file(file).map(Some);
    }
    if let Some(secret) = option("passphrase") {
        return Ok(Some(secret));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let ask = |question: &str| rpassword::prompt_password(question).map(Secret::new);
    let given = ask("passphrase for the private part (empty: leave it out): ")
        .context("could not ask for the passphrase")?;
    if given.reveal().is_empty() {
        return Ok(None);
    }
    let again = ask("the same again: ").context("could not ask for the passphrase")?;
    if given != again {
        return Err(WrongUse {
            what: "the two passphrases are not the same".to_owned(),
            next: "run the same command again.",
            status: Status::WrongInput,
        }
        .into());
    }
    Ok(Some(given))
}

/// A secret option of a source, from the environment (`REHOME_AUTHKEY` for `authkey`).
pub(crate) fn option(name: &str) -> Option<Secret> {
    from_environment(&format!(
        "REHOME_{}",
        name.to_ascii_uppercase().replace('-', "_")
    ))
}

/// A secret in a file.
pub(crate) fn from_file(file: &Path) -> anyhow::Result<Secret> {
    let text = fs::read_to_string(file).map_err(|error| WrongUse {
        what: format!("could not read the secret in {}: {error}", file.display()),
        next: "check the name of the file; it should hold the secret and nothing else.",
        status: Status::WrongInput,
    })?;
    Ok(Secret::new(text))
}

fn from_environment(variable: &str) -> Option<Secret> {
    std::env::var(variable)
        .ok()
        .filter(|text| !text.trim().is_empty())
        .map(Secret::new)
}
