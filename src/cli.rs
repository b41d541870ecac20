//! The command line an owner meets.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, path::PathBuf};

/// Carry a blog of a closing platform to WordPress, whole, with an account of every item.
#[derive(Debug, Parser)]
#[command(name = "rehome", version, after_help = crate::status::HELP, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say nothing but errors, what must be settled before a move is complete, and the last sentence
    #[arg(long, short, global = true, display_order = 900)]
    pub(crate) quiet: bool,
    /// Print JSON: the result of survey, report, sources and destinations; one event a line for the others
    #[arg(long, global = true, display_order = 901)]
    pub(crate) json: bool,
}

/// The private word that makes this program a helper of itself (`pictures::helpers`).
pub(crate) const PICTURE_HELPER: &str = "picture-helper";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is in there, what will come along, change, or stay; writes nothing
    Survey(SurveyArgs),
    /// Read everything into a bundle, pictures included
    Pack(PackArgs),
    /// Move the whole way; safe to repeat, to stop and to resume
    Move(Box<MoveArgs>),
    /// Mend, where it stands, a WordPress that came from Live Spaces in 2010: links to its posts, keys, pictures that died
    Repair(RepairArgs),
    /// Read the new home, or import files, back and compare
    Verify(VerifyArgs),
    /// Keep a blog whole in one zip that needs nothing: pages, Markdown, feeds, pictures; what is private apart, locked
    Archive(ArchiveArgs),
    /// Print the account, for people or machines
    Report(ReportArgs),
    /// Take away what the ledger says was placed, nothing else
    Undo(HomeArgs),
    /// Answer at the old addresses: build the index, look it up, write rules for other servers
    Redirects(RedirectsArgs),
    /// List what can be read
    Sources,
    /// List where blogs can go
    Destinations,
    /// Write the WordPress plugin
    Plugin(PluginArgs),
    /// Print the completions of a shell, for its start-up file
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Make smaller copies of pictures for the program that started this one
    #[command(hide = true, name = PICTURE_HELPER)]
    PictureHelper,
    /// Write the man pages into a folder
    Man {
        /// Folder to write to; made when it is not there
        folder: PathBuf,
    },
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
    /// Pictures that were saved, looked at before the network: a folder, a zip (space.zip too) or a web archive (WARC, WACZ); may be
    /// given several times
    #[arg(long, visible_alias = "pictures", value_name = "PLACE")]
    pub(crate) media: Vec<PathBuf>,
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
    /// Address of the WordPress that becomes the new home; or a file ending in .xml, to write files for WordPress's own importer
    pub(crate) destination: String,
    /// For files: address of the WordPress that will import them, where permalinks show day and name
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) home: Option<String>,
    /// For files: address where the folder of pictures will be on the web; without it, wp-content/uploads/rehome of the home
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) pictures_at: Option<String>,
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
    /// Write a custom field of posts at the new home, where a theme may show it to everyone; `all` for every one; may be repeated
    #[arg(long = "custom-field", value_name = "NAME")]
    pub(crate) custom_fields: Vec<String>,
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
pub(crate) struct RepairArgs {
    /// Address of the WordPress; the rehome plugin must be switched on there
    pub(crate) blog: String,
    /// Pictures that were saved: a folder, a zip (space.zip too) or a web archive (WARC, WACZ); may be given several times
    #[arg(long, visible_alias = "media", value_name = "PLACE")]
    pub(crate) pictures: Vec<PathBuf>,
    /// Only say what is broken, what would be put right, and what stays dead; writes nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Folder of the bundle; without it, one named after the address in the current folder
    #[arg(long, value_name = "DIR")]
    pub(crate) bundle: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
    /// Put right again what you took back by undo
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
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) home: HomeArgs,
    /// For files: they were imported; visit the WordPress that they are for, too
    #[arg(long)]
    pub(crate) imported: bool,
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
pub(crate) struct RedirectsArgs {
    #[command(subcommand)]
    pub(crate) command: RedirectsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RedirectsCommand {
    /// Build the next generation of the index: what it knew, and the blogs of these bundles
    Build {
        /// Folder of the index; made when it is not there
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        standing: StandingArgs,
        /// Folders of bundles
        #[arg(value_name = "BUNDLE")]
        bundles: Vec<PathBuf>,
    },
    /// Publish one blog: whoever serves the index answers for it within a second
    Publish {
        /// Folder of the index
        dir: PathBuf,
        #[command(flatten)]
        standing: StandingArgs,
        /// Folder of the blog's bundle
        bundle: PathBuf,
    },
    /// Say what is answered at an old address
    Lookup {
        /// Folder of the index
        dir: PathBuf,
        /// The old address
        url: String,
    },
    /// Say how much the index knows
    Stats {
        /// Folder of the index
        dir: PathBuf,
    },
    /// Ask a running server the old addresses that can be spelled out, and compare with the index
    Check {
        /// Folder of the index
        dir: PathBuf,
        /// The server to ask, over plain http
        #[arg(long, value_name = "HOST:PORT")]
        server: String,
        /// Ask only every so many-eth address, so that about this many are asked
        #[arg(long, value_name = "N")]
        sample: Option<u64>,
    },
    /// Hand on what is new in the index: to a folder, or to a bucket of an S3-compatible store
    Send {
        /// Folder of the index
        dir: PathBuf,
        /// A folder, or s3://BUCKET/PREFIX; the store is named by REHOME_S3_ENDPOINT, REHOME_S3_REGION, REHOME_S3_KEY, REHOME_S3_SECRET
        place: String,
    },
    /// Take what is new at the place where another node sends to
    Receive {
        /// Folder of the index; made when it is not there
        dir: PathBuf,
        /// As for send
        place: String,
        /// Go on, and look again after so many seconds
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
        every: Option<u64>,
    },
    /// Write the rules for another server
    Export {
        /// Folder of the index
        dir: PathBuf,
        /// Whose rules
        #[arg(long, value_enum)]
        format: RulesFormat,
        /// File to write; without it, the screen
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Answer at the old addresses until told to end: SIGTERM ends it without losing a request, SIGHUP reads settings anew
    Serve(ServeArgs),
}

/// Whether moves stand for good. Without a word they may still be undone, until they are published again.
#[derive(Debug, Args)]
pub(crate) struct StandingArgs {
    /// The moves stand for good: browsers and search engines may remember the new addresses
    #[arg(long = "final", conflicts_with = "undo_until")]
    pub(crate) for_good: bool,
    /// The moves may be undone until this day and stand for good after it
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) undo_until: Option<jiff::civil::Date>,
    /// The owners deleted these blogs: every old address answers that it is gone, whatever the bundles hold
    #[arg(long, conflicts_with_all = ["for_good", "undo_until"])]
    pub(crate) deleted: bool,
}

/// Whose rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// A part of an nginx configuration
    Nginx,
    /// A part of an Apache configuration
    Apache,
    /// A part of a Caddyfile
    Caddy,
    /// A map file of HAProxy
    Haproxy,
    /// A _redirects file of Netlify
    Netlify,
    /// A list for Cloudflare's bulk redirects
    CloudflareCsv,
    /// A file for the WordPress plugin Redirection
    RedirectionJson,
    /// A table for spreadsheets
    Csv,
}

/// What stands here outweighs the file.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Folder of the index
    pub(crate) dir: PathBuf,
    /// File with settings (docs/operating-redirects.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// Answer plain HTTP there; may be given several times
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen: Vec<SocketAddr>,
    /// Answer HTTPS there; needs certificates in the settings
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) listen_tls: Vec<SocketAddr>,
    /// Tell health and metrics there; never to the public
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(crate) admin: Option<SocketAddr>,
    /// Pass requests for blogs that have not moved on to the old platform
    #[arg(long, value_name = "http://HOST:PORT")]
    pub(crate) old_home: Option<String>,
    /// Threads that answer; 0 is one for each core
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct ArchiveArgs {
    /// Folder of the bundle
    pub(crate) bundle: PathBuf,
    /// Zip to write
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// File that holds the passphrase of the private part; else it comes from REHOME_PASSPHRASE or a prompt
    #[arg(long, value_name = "FILE", conflicts_with = "public_only")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Leave out what is not for everyone, without a word about it
    #[arg(long)]
    pub(crate) public_only: bool,
    /// Address of the WordPress that its import files (the folder wordpress/) are for, where it is known
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) home: Option<String>,
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
