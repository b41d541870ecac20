//! One file per subcommand.

mod archive;
mod cards;
mod files;
mod home;
mod mover;
mod pack;
mod paper;
mod plugin;
mod redirects;
mod repair;
mod report;
mod survey;

use crate::{
    cli::{Cli, Command, RedirectsArgs, RedirectsCommand},
    progress,
    status::Status,
    stop,
};
use pictures::helpers;
use std::time::Duration;

/// How a command shows what came of it.
#[derive(Debug, Clone, Copy)]
struct Show {
    /// Only what the owner must settle, and the last sentence.
    quiet: bool,
    /// One JSON object a line.
    json: bool,
}

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Status> {
    // A server has signals of its own.
    if let Command::Redirects(RedirectsArgs {
        command: RedirectsCommand::Serve(args),
    }) = &cli.command
    {
        return redirects::serve(args, cli.quiet, cli.json);
    }
    stop::listen();
    let show = Show {
        quiet: cli.quiet,
        json: cli.json,
    };
    let watch = progress::watch(cli.quiet, cli.json, patience(&cli.command));
    let watch = watch.as_ref();
    match cli.command {
        Command::Survey(args) => {
            survey::run(&args, cli.json, watch_survey(cli.quiet, cli.json).as_ref())
        }
        Command::Pack(args) => pack::run(&args, watch, show),
        Command::Move(args) => mover::run(&args, watch, show),
        Command::Repair(args) => repair::run(&args, watch, show),
        Command::Verify(args) => home::verify(&args, watch, show),
        Command::Archive(args) => archive::run(&args, watch, show),
        Command::Report(args) => report::run(&args, cli.json),
        Command::Undo(args) => home::undo(&args, watch, show),
        Command::Redirects(args) => redirects::run(args.command, cli.quiet, cli.json),
        Command::Sources => cards::sources(cli.json),
        Command::Destinations => cards::destinations(cli.json),
        Command::Plugin(args) => plugin::run(&args),
        Command::Completions { shell } => paper::completions(shell),
        Command::PictureHelper => {
            helpers::serve(std::io::stdin().lock(), std::io::stdout().lock())?;
            Ok(Status::Complete)
        }
        Command::Man { folder } => paper::man(&folder),
    }
}

/// A survey prints findings itself, once each; while it reads only the bar is shown. Its JSON is one object, not events.
fn watch_survey(quiet: bool, json: bool) -> Box<dyn campaign::Watch> {
    progress::watch_without_findings(quiet || json)
}

/// How long the owner lets a new home make us wait.
fn patience(command: &Command) -> Duration {
    let minutes = match command {
        Command::Move(args) => args.sign_in.patience,
        Command::Repair(args) => args.sign_in.patience,
        Command::Verify(args) => args.home.sign_in.patience,
        Command::Undo(args) => args.sign_in.patience,
        _ => progress::PATIENCE_MINUTES,
    };
    Duration::from_secs(minutes * 60)
}
