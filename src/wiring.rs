//! Builds inputs, fetchers, shelves and destinations from what the owner typed: the only place that knows every crate.

use crate::{
    cli::{InputArgs, Mode, MoveArgs, PICTURE_HELPER, SignIn, Way},
    explain::WrongUse,
    passwords,
    status::Status,
    stop,
};
use blog::{
    Item, Kind, Post, Secret,
    doors::{Destination, DestinationCard, HomeUser, NewHome, Source},
};
use campaign::{Bundle, Choices, Watch, bundle::Fact, transfer::repair};
use jiff::Timestamp;
use pictures::Helpers;
use platforms::{
    destinations::{
        self,
        wordpress::has_plugin,
        wordpress_plugin::{self, CopyMaker, WordPressPlugin},
        wordpress_rest::{self, WordPressRest},
        wxr,
    },
    fetch::{FetchSettings, Fetcher},
    input::{self, MediaShelf, Opened, Options},
    sources,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Opens the input and finds out whose it is.
pub(crate) fn input(args: &InputArgs) -> anyhow::Result<(Opened, &'static dyn Source)> {
    let settings = FetchSettings {
        allow_private_hosts: args.private_hosts.clone(),
        connect_to: args.connect_to.clone(),
        stop_asked: stop::asked,
        ..FetchSettings::default()
    };
    let fetcher = Arc::new(Fetcher::new(settings));
    let mut opened = input::open(&args.input, fetcher, options(args)?)?;
    let source = match &args.from {
        Some(name) => sources::named(name).ok_or_else(|| unknown_source(name))?,
        None => {
            let peek = opened.peek()?;
            sources::recognise(&peek.lend())
                .ok_or_else(|| unrecognised(&args.input, opened.stranger(&peek)))?
        }
    };
    check_settings(args, source)?;
    Ok((opened, source))
}

fn options(args: &InputArgs) -> anyhow::Result<Options> {
    let mut values: BTreeMap<String, String> = args.settings.iter().cloned().collect();
    if let Some(media) = args.media.first() {
        values.insert("media".to_owned(), media.display().to_string());
    }
    let mut secrets = BTreeMap::new();
    for source in sources::SOURCES {
        for option in source.card().options.iter().filter(|option| option.secret) {
            if let Some(secret) = passwords::option(option.name) {
                secrets.insert(option.name.to_owned(), secret);
            }
        }
    }
    for (name, file) in &args.secret_files {
        secrets.insert(name.clone(), passwords::from_file(&PathBuf::from(file))?);
    }
    Ok(Options {
        values,
        secrets,
        now: Timestamp::now(),
    })
}

/// The card of the destination that the owner named.
pub(crate) fn card(name: &str) -> anyhow::Result<DestinationCard> {
    let unknown = || WrongUse {
        what: format!("there is no destination “{name}”"),
        next: "`rehome destinations` lists them.",
        status: Status::WrongInput,
    };
    Ok(destinations::named(name).ok_or_else(unknown)?)
}

fn check_settings(args: &InputArgs, source: &dyn Source) -> anyhow::Result<()> {
    let card = source.card();
    let named = args
        .settings
        .iter()
        .map(|(name, _)| (name, false))
        .chain(args.secret_files.iter().map(|(name, _)| (name, true)));
    for (name, secret) in named {
        match card.options.iter().find(|option| option.name == name) {
            None => return Err(wrong_use(format!("{} has no setting “{name}”", card.title)).into()),
            Some(option) if option.secret && !secret => {
                let what = format!(
                    "“{name}” is a secret and must not stand on the command line; use --secret-file {name}=FILE"
                );
                return Err(wrong_use(what).into());
            }
            Some(_) => {}
        }
    }
    Ok(())
}

fn wrong_use(what: String) -> WrongUse {
    WrongUse {
        what,
        next: "`rehome sources` lists the settings of each source.",
        status: Status::WrongInput,
    }
}

fn unknown_source(name: &str) -> WrongUse {
    WrongUse {
        what: format!("there is no source “{name}”"),
        next: "`rehome sources` lists them.",
        status: Status::WrongInput,
    }
}

fn unrecognised(label: &str, stranger: Option<String>) -> WrongUse {
    let (what, next) = if is_empty(Path::new(label)) {
        (
            format!("{label} is empty"),
            "check that the download or export came to its end, and give that file or folder.",
        )
    } else if let Some(stranger) = stranger {
        (
            format!("{label} is not a blog that can be read: {stranger}"),
            "`rehome sources` lists what can be read.",
        )
    } else if label.contains("://") {
        (
            format!("{label} is not an address of a blog that can be read from the network"),
            "`rehome sources` lists what can be read; a Typepad or Movable Type blog is read from its export file.",
        )
    } else {
        (
            format!("could not recognise {label} as a blog of any platform"),
            "`rehome sources` lists what can be read; `--from NAME` reads it as one of them all the same.",
        )
    };
    WrongUse {
        what,
        next,
        status: Status::WrongInput,
    }
}

fn is_empty(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0),
    }
}

/// Whom the new home is to let in.
pub(crate) struct Visitor {
    user: String,
    password: Secret,
}

/// Finds out who signs in; asks for the password where it is nowhere else.
pub(crate) fn visitor(bundle: &Bundle, sign_in: &SignIn) -> anyhow::Result<Visitor> {
    let user = match (&sign_in.user, bundle.fact::<String>(Fact::User)?) {
        (Some(user), _) => user.clone(),
        (None, Some(user)) => user,
        (None, None) => {
            return Err(WrongUse {
                what: "no WordPress user was named".to_owned(),
                next: "say --user LOGIN; the application password is asked for.",
                status: Status::DestinationRefused,
            }
            .into());
        }
    };
    let password = passwords::application_password(&user, sign_in.password_file.as_deref())?;
    Ok(Visitor { user, password })
}

/// By which way the blog in `bundle` goes to `address`: the one it began with, else the one that was asked for, else the plugin
/// where it answers. Says which and why.
pub(crate) fn way(
    bundle: &Bundle,
    address: &str,
    asked: Option<Way>,
    watch: &dyn Watch,
) -> anyhow::Result<Way> {
    let begun = match bundle.fact::<String>(Fact::Way)?.as_deref() {
        Some("rest") => Some(Way::Rest),
        Some(_) => Some(Way::Plugin),
        // Bundles that were placed before there was a choice.
        None => bundle
            .fact::<String>(Fact::Destination)?
            .map(|_| Way::Plugin),
    };
    let (way, why) = match (begun, asked) {
        (Some(begun), Some(asked)) if begun != asked => {
            return Err(WrongUse {
                what: format!("this blog began to move by way of {}", name_of(begun)),
                next: "go on without --way, or undo the move and name another folder with --bundle: each way knows only its own marks.",
                status: Status::WrongInput,
            }
            .into());
        }
        (Some(begun), _) => return Ok(begun),
        (None, Some(asked)) => (asked, "as you asked"),
        // Where that cannot be found out, the plugin's own first words say why.
        (None, None) => match has_plugin(address) {
            Ok(false) => (Way::Rest, "as the rehome plugin is not there"),
            Ok(true) | Err(_) => (Way::Plugin, "as it answers there"),
        },
    };
    if way == Way::Rest || asked.is_some() {
        watch.say(&format!(
            "the new home is written by way of {}, {why}",
            name_of(way)
        ));
    }
    Ok(way)
}

fn name_of(way: Way) -> &'static str {
    match way {
        Way::Plugin => "the rehome plugin",
        Way::Rest => {
            "WordPress's own REST interface (`rehome destinations` says what that cannot carry)"
        }
    }
}

/// Asks the new home whether it would let us in and knows the users that posts shall be given to, before anything long is begun.
/// Answers who makes smaller copies of pictures for
/// it while others are still being fetched.
pub(crate) fn knock(
    bundle: &Bundle,
    address: &str,
    way: Way,
    visitor: &Visitor,
    authors: &[&str],
) -> anyhow::Result<Option<CopyMaker>> {
    if way == Way::Rest {
        rest(address, visitor)?.knock(authors)?;
        return Ok(None);
    }
    let settings = wordpress_plugin::Settings {
        copies_ahead: Some(copies_ahead(bundle)),
        shrink: Arc::new(picture_helpers()?),
        ..wordpress_plugin::Settings::default()
    };
    let plugin = WordPressPlugin::new(address, &visitor.user, visitor.password.clone(), settings);
    Ok(Some(plugin.knock(authors)?))
}

fn rest(address: &str, visitor: &Visitor) -> anyhow::Result<WordPressRest> {
    let settings = wordpress_rest::Settings {
        shrink: Arc::new(picture_helpers()?),
        ..wordpress_rest::Settings::default()
    };
    let password = visitor.password.clone();
    Ok(WordPressRest::new(
        address,
        &visitor.user,
        password,
        settings,
    ))
}

/// Where smaller copies wait until their pictures are sent.
fn copies_ahead(bundle: &Bundle) -> PathBuf {
    bundle.folder().join("media").join("copies")
}

/// Throws away copies that nobody took.
pub(crate) fn forget_copies(bundle: &Bundle) {
    // They are made again where they are missing, and overwritten where they are not.
    let _ = std::fs::remove_dir_all(copies_ahead(bundle));
}

/// Signs in at the new home and opens it for the blog in `bundle`.
pub(crate) fn destination(
    bundle: &Bundle,
    address: &str,
    way: Way,
    visitor: Visitor,
    mode: Mode,
) -> anyhow::Result<(Box<dyn Destination>, NewHome)> {
    let mut destination: Box<dyn Destination> = match way {
        Way::Plugin => Box::new(plugin(bundle, address, &visitor, mode)?),
        Way::Rest => Box::new(rest(address, &visitor)?),
    };
    let name = if repair::is_repair(bundle)? {
        repair::NAME.to_owned()
    } else {
        bundle.profile()?.identity.name()
    };
    let home = destination.open(&name)?;
    bundle.set_fact(Fact::User, &visitor.user)?;
    let word = match way {
        Way::Plugin => "plugin",
        Way::Rest => "rest",
    };
    bundle.set_fact(Fact::Way, &word)?;
    bundle.set_fact(Fact::Destination, &address)?;
    Ok((destination, home))
}

/// A WordPress with the plugin, for a look: nothing is taken there, not even the lease.
pub(crate) fn look(
    bundle: &Bundle,
    address: &str,
    visitor: &Visitor,
) -> anyhow::Result<(WordPressPlugin, NewHome)> {
    let mut plugin = plugin(bundle, address, visitor, Mode::Auto)?;
    let home = plugin.look(repair::NAME)?;
    Ok((plugin, home))
}

/// Where saved pictures are; the network is not asked.
pub(crate) fn saved_pictures(places: &[PathBuf]) -> anyhow::Result<MediaShelf> {
    Ok(MediaShelf::of_saved(places)?)
}

fn plugin(
    bundle: &Bundle,
    address: &str,
    visitor: &Visitor,
    mode: Mode,
) -> anyhow::Result<WordPressPlugin> {
    let settings = wordpress_plugin::Settings {
        mode: match mode {
            Mode::Auto => wordpress_plugin::Mode::Auto,
            Mode::Fast => wordpress_plugin::Mode::Fast,
            Mode::Compatible => wordpress_plugin::Mode::Compatible,
        },
        copies_ahead: Some(copies_ahead(bundle)),
        writer: Some(writer(bundle)?),
        shrink: Arc::new(picture_helpers()?),
        ..wordpress_plugin::Settings::default()
    };
    let password = visitor.password.clone();
    Ok(WordPressPlugin::new(
        address,
        &visitor.user,
        password,
        settings,
    ))
}

/// Whether a destination is a file for WordPress's own importer, and no address.
pub(crate) fn is_file(destination: &str) -> bool {
    !destination.contains("://") && destination.to_ascii_lowercase().ends_with(".xml")
}

/// Where import files go, and for whom. The path is whole, so that a later command finds them from any folder.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct PlaceOfFiles {
    pub(crate) file: PathBuf,
    /// Address of the WordPress that will import them: only its owner knows.
    home: String,
    /// Address of the folder of pictures.
    pictures: Option<String>,
}

/// Where the owner wants import files.
pub(crate) fn place_of_files(args: &MoveArgs) -> anyhow::Result<PlaceOfFiles> {
    let home = args.home.as_deref().filter(|home| home.contains("://"));
    let home = home.ok_or_else(|| WrongUse {
        what: "it is not known which WordPress will import the files".to_owned(),
        next: "say --home ADDRESS, with http:// or https:// in front; links between posts lead there.",
        status: Status::WrongInput,
    })?;
    Ok(PlaceOfFiles {
        file: std::path::absolute(&args.destination)?,
        home: home.to_owned(),
        pictures: args.pictures_at.clone(),
    })
}

/// Files for WordPress's own importer, as the bundle knows them.
pub(crate) fn files(bundle: &Bundle) -> anyhow::Result<wxr::Settings> {
    let place: Option<PlaceOfFiles> = bundle.fact(Fact::Files)?;
    let place = place.ok_or_else(|| WrongUse {
        what: "an older rehome wrote these import files, and did not note where".to_owned(),
        next: "run the same `rehome move` once more; it notes it.",
        status: Status::WrongInput,
    })?;
    let profile = bundle.profile()?;
    let choices: Choices = bundle.fact(Fact::Choices)?.unwrap_or_default();
    let zone = choices.time_zone.or(profile.time_zone);
    Ok(wxr::Settings {
        file: place.file,
        home: place.home,
        title: profile.title,
        users: authors(bundle)?,
        pictures: place.pictures,
        copies: true,
        time_zone: zone.unwrap_or_else(|| "UTC".to_owned()),
        journal: journal_of_files(bundle),
        piece_bytes: wxr::PIECE_BYTES,
    })
}

/// What was placed into import files.
pub(crate) fn journal_of_files(bundle: &Bundle) -> PathBuf {
    bundle.folder().join("files.journal")
}

/// The authors of the posts in `bundle`, each with a login made of the name.
fn authors(bundle: &Bundle) -> anyhow::Result<Vec<HomeUser>> {
    let mut users: BTreeMap<String, String> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = bundle.page(&[Kind::Post, Kind::Page], after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for stored in page {
            let Item::Post(Post {
                author: Some(author),
                ..
            }) = stored.item
            else {
                continue;
            };
            let letters = author.name.to_lowercase().replace(' ', "-");
            let login: String = letters
                .chars()
                .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
                .collect();
            if !author.name.is_empty() && !users.contains_key(&author.name) {
                let taken = login.is_empty() || users.values().any(|other| *other == login);
                let number = users.len() + 1;
                let login = if taken {
                    format!("author-{number}")
                } else {
                    login
                };
                users.insert(author.name, login);
            }
        }
    }
    let user = |(name, login)| HomeUser { login, name };
    Ok(users.into_iter().map(user).collect())
}

/// Helpers that make smaller copies: this program, started anew. On Linux by the name that still leads here when the file was
/// replaced meanwhile.
fn picture_helpers() -> anyhow::Result<Helpers> {
    let program = if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe()?
    };
    Ok(Helpers::new(program, vec![PICTURE_HELPER.into()]))
}

/// The name under which a bundle writes. It is kept: after a crash the bundle takes its own lease back at once. Only one process
/// holds a bundle, so two writers never share a name.
fn writer(bundle: &Bundle) -> anyhow::Result<String> {
    if let Some(writer) = bundle.fact(Fact::Writer)? {
        return Ok(writer);
    }
    let writer = wordpress_plugin::new_writer();
    bundle.set_fact(Fact::Writer, &writer)?;
    Ok(writer)
}

/// The folder a bundle goes to when the owner names none: after the input, in the current folder.
pub(crate) fn default_bundle(input: &str) -> PathBuf {
    let name = input
        .trim_end_matches('/')
        .rsplit("://")
        .next()
        .unwrap_or(input);
    let name = if input.contains("://") {
        name.split(['?', '#']).next().unwrap_or(name)
    } else {
        name.rsplit('/').next().unwrap_or(name)
    };
    let safe: String = name
        .chars()
        .map(|character| {
            if character.is_alphanumeric() || "-._".contains(character) {
                character
            } else {
                '-'
            }
        })
        .collect();
    PathBuf::from(format!("{}.rehome", safe.trim_matches(['-', '.'])))
}

/// The folder of a repair: after its blog, and another than that of a move from there.
pub(crate) fn repair_bundle(blog: &str) -> PathBuf {
    default_bundle(blog).with_extension("repair")
}

#[cfg(test)]
mod tests {
    use super::default_bundle;

    #[test]
    fn a_bundle_is_named_after_its_input() {
        for (input, folder) in [
            (
                "http://garden.spaces.live.com/?owner=1",
                "garden.spaces.live.com.rehome",
            ),
            (
                "http://spaces.msn.com/members/ana/",
                "spaces.msn.com-members-ana.rehome",
            ),
            ("/home/ana/space.zip", "space.zip.rehome"),
            ("../exports/", "exports.rehome"),
        ] {
            assert_eq!(default_bundle(input).to_str(), Some(folder), "{input}");
        }
    }
}
