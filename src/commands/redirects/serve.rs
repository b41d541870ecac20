//! `rehome redirects serve`: answers at the old addresses until it is told to end.

use crate::{cli::ServeArgs, explain::WrongUse, status::Status};
use redirects::{
    Awaited,
    server::{self, Addresses, ServeError, settings::Settings},
};
use std::{fs, io::Write, sync::Arc};

pub(crate) fn run(args: &ServeArgs, quiet: bool, json: bool) -> anyhow::Result<Status> {
    let say = Arc::new(|what: &str| eprintln!("{what}"));
    let index = Awaited::open(&args.dir, say.clone()).map_err(|error| WrongUse {
        what: error.to_string(),
        next: "name the folder of an index; `rehome redirects build` makes one.",
        status: Status::WrongInput,
    })?;
    server::run(
        || settings(args),
        Arc::new(index),
        say,
        |at| tell(at, quiet, json),
    )
    .map_err(explained)?;
    Ok(Status::Complete)
}

/// The file's settings, outweighed by what stands on the command line.
fn settings(args: &ServeArgs) -> Result<Settings, ServeError> {
    let mut settings = match &args.settings {
        None => Settings::default(),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|source| ServeError::File {
                path: path.clone(),
                source,
            })?;
            Settings::read(&text)?
        }
    };
    if !args.listen.is_empty() {
        settings.listen.clone_from(&args.listen);
    }
    if !args.listen_tls.is_empty() {
        settings.listen_tls.clone_from(&args.listen_tls);
    }
    settings.admin = args.admin.or(settings.admin);
    settings.old_home = args.old_home.clone().or(settings.old_home);
    settings.workers = args.workers.unwrap_or(settings.workers);
    Ok(settings)
}

fn tell(at: &Addresses, quiet: bool, json: bool) {
    if json {
        let line = serde_json::json!({ "event": "ready", "plain": at.plain, "secure": at.secure, "admin": at.admin });
        // A reader that went away does not stop a server.
        let _ = writeln!(std::io::stdout(), "{line}");
    } else if !quiet {
        let list = |addresses: &[std::net::SocketAddr]| {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            addresses.join(", ")
        };
        eprintln!("answering at {}", list(&at.plain));
        if !at.secure.is_empty() {
            eprintln!("  over TLS at {}", list(&at.secure));
        }
        if let Some(admin) = at.admin {
            eprintln!("  health and metrics at http://{admin}/");
        }
    }
}

/// What is wrong with the settings is the operator's; everything else is this machine's.
fn explained(error: ServeError) -> anyhow::Error {
    let (status, next) = match &error {
        ServeError::Settings(_) | ServeError::File { .. } => (
            Status::WrongInput,
            "look at the settings: docs/operating-redirects.md lists them all.",
        ),
        ServeError::Listen { .. } => (
            Status::Failed,
            "is the port taken, or one below 1024 that needs a right (CAP_NET_BIND_SERVICE)?",
        ),
        ServeError::Tls(_) => (
            Status::Failed,
            "look at the folder of the certificates and who may read it.",
        ),
        ServeError::Thread(_) => (Status::Failed, ""),
    };
    WrongUse {
        what: error.to_string(),
        next,
        status,
    }
    .into()
}
