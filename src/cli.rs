//! The command line an owner meets.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Carry a blog of a closing platform to WordPress, whole, with an account of every item.
#[derive(Debug, Parser)]
#[command(name = "rehome", version, after_help = crate::status::HELP, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say nothing but errors, what must be settled before a move is complete, and the last sentence
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Print JSON: the result of survey, report, sources and destinations; one event a line for the others
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// The private word that makes this program a helper of itself (`platforms::pictures::helpers`).
pub(crate) const PICTURE_HELPER: &str = "picture-helper";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is in there, what will come along, change, or stay; writes nothing
    Survey(SurveyArgs),
    /// Read everything into a bundle, pictures included
    Pack(PackArgs),
    /// Move the whole way; safe to repeat, to stop and to resume
    Move(MoveArgs),
    /// Read the new home back and compare
    Verify(HomeArgs),
    /// Print the account, for people or machines
    Report(ReportArgs),
    /// Take away what the ledger says was placed, nothing else
    Undo(HomeArgs),
    /// List what can be read
    Sources,
    /// List where blogs can go
    Destinations,
    /// Write the WordPress plugin
    Plugin(PluginArgs),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions { shell: clap_complete::Shell },
    /// Make smaller copies of pictures for the program that started this one
    #[command(hide = true, name = PICTURE_HELPER)]
    PictureHelper,
    /// Write the man pages into a folder
    #[command(hide = true)]
    Man { folder: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// An address, a zip, an export file, or a folder; what it is is recognised
    pub(crate) input: String,
    /// Read it as this source (see `rehome sources`) instead of recognising it
    #[arg(long, value_name = "SOURCE")]
    pub(crate) from: Option<String>,
    /// A setting of the source; secrets are taken from the environment (REHOME_NAME) or --secret-file
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) settings: Vec<(String, String)>,
    /// A secret setting of the source, in a file
    #[arg(long = "secret-file", value_name = "NAME=FILE", value_parser = pair)]
    pub(crate) secret_files: Vec<(String, String)>,
    /// Ask every foreign address at HOST:PORT over plain http, for people who run both ends
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) connect_to: Option<String>,
    /// A host in a private network that may be asked
    #[arg(long = "allow-private-host", value_name = "HOST")]
    pub(crate) private_hosts: Vec<String>,
    /// A folder of pictures that were already downloaded, used instead of the network
    #[arg(long, value_name = "FOLDER")]
    pub(crate) media: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SurveyArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Also say what a destination (see `rehome destinations`) cannot carry of it
    #[arg(long = "for", value_name = "DESTINATION")]
    pub(crate) destination: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Folder of the bundle; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) bundle: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Address of the WordPress that becomes the new home
    pub(crate) destination: String,
    /// Folder of the bundle; without it, one named after the input in the current folder
    #[arg(long, value_name = "DIR")]
    pub(crate) bundle: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Write bodies as classic HTML instead of blocks
    #[arg(long)]
    pub(crate) classic: bool,
    /// What becomes of posts that friends could see
    #[arg(long, value_enum, default_value_t = Friends::Private)]
    pub(crate) friends: Friends,
    /// Give the posts of an author to a user of the new home
    #[arg(long = "author", value_name = "NAME=LOGIN", value_parser = pair)]
    pub(crate) authors: Vec<(String, String)>,
    /// Time zone of dates that do not say theirs, e.g. Asia/Shanghai
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// Give the new home the title, tagline, language and time zone of the old one
    #[arg(long)]
    pub(crate) carry_site: bool,
    /// Take away at the new home what is gone at the source since an earlier run; without it, that is only named
    #[arg(long)]
    pub(crate) follow_deletions: bool,
    /// Place again what you removed at the new home, or took away by undo
    #[arg(long)]
    pub(crate) again: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SignIn {
    /// WordPress user; the application password comes from a prompt, REHOME_PASSWORD or --password-file
    #[arg(long, value_name = "LOGIN")]
    pub(crate) user: Option<String>,
    /// File that holds the application password
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// The way the WordPress is written; without it, the plugin where it answers, else WordPress's own REST interface
    #[arg(long, value_enum)]
    pub(crate) way: Option<Way>,
    /// How the plugin writes: by looking, with bulk inserts, or through WordPress's public functions
    #[arg(long, value_enum, default_value_t = Mode::Auto)]
    pub(crate) mode: Mode,
    /// Longest wait when the new home asks to come back later; up to 1440. Beyond it, stop and say when to come back
    #[arg(long, value_name = "MINUTES", default_value_t = crate::progress::PATIENCE_MINUTES, value_parser = clap::value_parser!(u64).range(..=1440))]
    pub(crate) patience: u64,
}

#[derive(Debug, Args)]
pub(crate) struct HomeArgs {
    /// Folder of the bundle
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Folder of the bundle
    pub(crate) bundle: PathBuf,
    /// Write the account as one HTML page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PluginArgs {
    /// File to write; upload it in WordPress under Plugins, Add New, Upload
    #[arg(long, value_name = "FILE", default_value = "rehome.zip")]
    pub(crate) zip: PathBuf,
}

/// What becomes of posts that friends could see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Friends {
    /// Private at the new home
    Private,
    /// Public at the new home
    Public,
}

/// The way a WordPress is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// The rehome plugin there
    Plugin,
    /// WordPress's own REST interface; `rehome destinations` says what it cannot carry
    Rest,
}

/// How the plugin writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Fast where nothing at the new home needs the hooks
    Auto,
    /// Bulk inserts
    Fast,
    /// WordPress's public functions
    Compatible,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("should read NAME=VALUE".to_owned()),
    }
}
