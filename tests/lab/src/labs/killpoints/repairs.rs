//! A blog that stands at the home with everything broken that a repair mends, and what it must read afterwards. The texts are said with
//! `{…}` for what differs from home to home, so that nothing of what the engine does is used to judge it.

use super::Phase;
use crate::{check::Wrongs, mover::Mover};
use anyhow::{Context, Result};
use campaign::{Bundle, bundle::State};
use image::{ImageFormat, Rgb, RgbImage};
use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::Child,
};
use world::plugin_home::{PluginHome, Site, Sort, Stood};

/// What becomes of such a blog.
pub(super) const LIFE: [Phase; 3] = [Phase::Repair, Phase::RepairAgain, Phase::PutBack];

const CID: &str = "6E7B9216726D07B8";
const PICTURE: &str = "https://omlweq.bay.livefilestore.com/y1mA/Roses.png";
const OTHER: &str = "https://omlweq.bay.livefilestore.com/y1mB/Tulips.png";

/// What the owner adds to the first post between two repairs.
const ADDED: &str = "<p>Added. <a href=\"{second-old}\">again</a></p>";

/// Kind, title, the post it stands under, state, whether it has the key of the move; its text before and after.
type Line = (
    &'static str,
    &'static str,
    u64,
    &'static str,
    bool,
    &'static str,
    &'static str,
);

const LINES: [Line; 7] = [
    (
        "post",
        "First",
        0,
        "publish",
        true,
        "<a href=\"{second-old}\">two</a> <img src=\"{roses-old}\"> <a href='{third-old}'>three</a>",
        "<a href=\"{second}\">two</a> <img src=\"{roses}\"> <a href='{third-hidden}'>three</a>",
    ),
    (
        "post",
        "Second",
        0,
        "publish",
        true,
        "<!-- wp:cover {\"url\":\"{roses-old}\"} --><img src=\"{roses-old}\"/><!-- /wp:cover --><!-- wp:embed {\"url\":\"{first-old}\"} --><div>\n{first-old}\n</div><!-- /wp:embed -->",
        "<!-- wp:cover {\"url\":\"{roses}\"} --><img src=\"{roses}\"/><!-- /wp:cover --><!-- wp:embed {\"url\":\"{first}\"} --><div>\n{first}\n</div><!-- /wp:embed -->",
    ),
    (
        "post",
        "Third",
        0,
        "private",
        true,
        "<img src=\"{tulips-old}\">",
        "<img src=\"{tulips}\">",
    ),
    (
        "wp_navigation",
        "Navigation",
        0,
        "publish",
        false,
        "<!-- wp:navigation-link {\"label\":\"Old\",\"url\":\"{front-old}\"} /-->",
        "<!-- wp:navigation-link {\"label\":\"Old\",\"url\":\"{front}\"} /-->",
    ),
    (
        "nav_menu_item",
        "Menu",
        0,
        "publish",
        false,
        "{second-old}",
        "{second}",
    ),
    (
        "comment",
        "Bea",
        1,
        "publish",
        false,
        "See {second-old}. <a href=\"{roses-old}\">roses</a>",
        "See {second}. <a href=\"{roses}\">roses</a>",
    ),
    (
        "comment",
        "Cy",
        3,
        "private",
        false,
        "{third-old}",
        "{third}",
    ),
];

/// Puts the blog there, and the saved pictures beside the bundle.
pub(super) fn furnish(folder: &Path, home: &PluginHome) -> Result<()> {
    let pictures = pictures(folder);
    fs::create_dir_all(&pictures)?;
    fs::write(pictures.join("Roses.png"), png(1)?)?;
    fs::write(pictures.join("Tulips.png"), png(2)?)?;
    let mut site = home.site();
    // Nobody may learn how a private post is called, nor where its picture is.
    for (number, line) in LINES.iter().enumerate() {
        let (kind, title, on, status, keyed, before, _) = *line;
        let value = format!(
            "http://cid-6e7b9216726d07b8.users.api.live.net/Users(1)/Blogs('{CID}!242')/Entries('{CID}!{}')?authkey=K3y",
            101 + number
        );
        let stood = Stood {
            kind: kind.to_owned(),
            title: title.to_owned(),
            on,
            status: status.to_owned(),
            content: said(before, &site),
            field: keyed.then(|| ("spaces_0a_permalink".to_owned(), value)),
            ..Stood::default()
        };
        site.furnish(stood);
    }
    Ok(())
}

/// The owner adds something broken to what was put right.
pub(super) fn edit(home: &PluginHome) {
    let mut site = home.site();
    let added = said(ADDED, &site);
    if let Some(first) = site.stood.get_mut(&1) {
        first.content.push_str(&added);
    }
}

/// Starts `rehome repair`.
pub(super) fn start(mover: &Mover<'_>, environment: &[(&str, &str)]) -> Result<Child> {
    let words = [
        "repair",
        mover.address,
        "--user",
        mover.user,
        "--bundle",
        &mover.bundle().display().to_string(),
        "--pictures",
        &pictures(mover.folder).display().to_string(),
    ];
    mover.command(&words.map(str::to_owned), environment)
}

/// Whether everything reads as it must, two pictures are there, and the ledger knows of it.
pub(super) fn judge(mover: &Mover<'_>, home: &PluginHome) -> Result<Wrongs> {
    let mut wrongs = mover.store_is_whole()?;
    let ledger = Bundle::open(&mover.bundle())?.ledger_in(&State::ALL)?;
    let site = home.site();
    for (stood, line) in site.stood.values().zip(LINES) {
        let is_edited = stood.id == 1 && stood.content.contains("Added.");
        let added = if is_edited { ADDED } else { "" };
        let wanted = said(&format!("{}{}", line.6, added.replace("-old", "")), &site);
        if stood.content != wanted {
            let sentence = format!(
                "{} {} reads {:?} and not {wanted:?}",
                stood.kind, stood.title, stood.content
            );
            wrongs.lost.push(sentence);
        }
        if stood.field.iter().any(|(_, value)| value.contains("K3y")) {
            wrongs
                .lost
                .push(format!("the key of {} is still there", stood.title));
        }
        if stood.status == "publish" && shows_hidden(&stood.content, &site) {
            wrongs
                .wider
                .push(format!("{} names what is private", stood.title));
        }
    }
    let pictures = site
        .things
        .values()
        .filter(|thing| thing.sort == Sort::Media);
    for name in ["Roses", "Tulips"] {
        let bytes = fs::read(self::pictures(mover.folder).join(format!("{name}.png")))?;
        let same = |address: &&String| site.bytes_at(address) == Some(bytes.as_slice());
        match pictures
            .clone()
            .filter(|thing| same(&&thing.address))
            .count()
        {
            0 => wrongs.lost.push(format!("{name} is not there")),
            1 => {}
            many => wrongs.doubled.push(format!("{name} is there {many} times")),
        }
    }
    for row in ledger.iter().filter(|row| !row.state.is_there()) {
        wrongs
            .lost
            .push(format!("{} ended as {}", row.item, row.state.as_str()));
    }
    let items = LINES.len() + 2;
    if ledger.len() != items {
        let sentence = format!("the ledger has {} rows and not {items}", ledger.len());
        wrongs.doubled.push(sentence);
    }
    Ok(wrongs)
}

/// Whether everything reads as before anybody came, but for what its owner added, and nothing of ours is left.
pub(super) fn judge_put_back(home: &PluginHome) -> Wrongs {
    let mut wrongs = Wrongs::default();
    let site = home.site();
    let is_edited = |stood: &&Stood| stood.content.contains("Added.");
    let any_edited = site.stood.values().any(|stood| is_edited(&stood));
    for (stood, line) in site.stood.values().zip(LINES) {
        // The owner's text was put right from where it was; that is where undo leads back to.
        let is_edited = is_edited(&stood);
        let wanted = match is_edited {
            true => said(&format!("{}{ADDED}", line.6), &site),
            false => said(line.5, &site),
        };
        if stood.content != wanted {
            let sentence = format!(
                "{} {} is back as {:?} and not {wanted:?}",
                stood.kind, stood.title, stood.content
            );
            wrongs.lost.push(sentence);
        }
        let has_key = stood.field.iter().any(|(_, value)| value.contains("K3y"));
        if stood.field.is_some() && !has_key && !is_edited {
            wrongs
                .lost
                .push(format!("the field of {} is not back", stood.title));
        }
        if stood.left.is_some() {
            wrongs
                .doubled
                .push(format!("{} is still marked as ours", stood.title));
        }
    }
    let roses = said("{roses}", &site);
    // A picture that the owner's text shows stays.
    for thing in site
        .things
        .values()
        .filter(|thing| !any_edited || thing.address != roses)
    {
        let sentence = format!("{} {} is left after an undo", thing.kind, thing.mark);
        wrongs.doubled.push(sentence);
    }
    wrongs
}

/// A text as it reads at this home.
fn said(text: &str, site: &Site) -> String {
    let entry = |number: u64| format!("http://ana.spaces.live.com/blog/cns!{CID}!{number}.entry");
    let post = |id: u64| site.stood.get(&id).map(|stood| site.address_of(stood));
    let picture = |number: u8| {
        let bytes = png(number).ok();
        let mut pictures = site.things.values().map(|thing| thing.address.as_str());
        // The name of a private picture's file is a secret.
        let found = pictures.find(|address| site.bytes_at(address) == bytes.as_deref());
        found.unwrap_or("nowhere").to_owned()
    };
    let home = site.home_address();
    [
        ("{front-old}", "http://ana.spaces.live.com/".to_owned()),
        ("{front}", format!("{home}/")),
        ("{first-old}", entry(101)),
        ("{second-old}", entry(102)),
        ("{third-old}", entry(103)),
        ("{first}", post(1).unwrap_or_default()),
        ("{second}", post(2).unwrap_or_default()),
        ("{third}", post(3).unwrap_or_default()),
        ("{third-hidden}", format!("{home}/?p=3")),
        ("{roses-old}", PICTURE.to_owned()),
        ("{tulips-old}", OTHER.to_owned()),
        ("{roses}", picture(1)),
        ("{tulips}", picture(2)),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (name, value)| {
        text.replace(name, &value)
    })
}

/// Whether a text leads to the private post by its own address, or shows a picture of it.
fn shows_hidden(content: &str, site: &Site) -> bool {
    let post = site.stood.get(&3).map(|third| site.address_of(third));
    let mut hidden = site
        .things
        .values()
        .filter(|thing| thing.sort == Sort::Media && thing.status == "private")
        .map(|thing| thing.address.clone())
        .chain(post);
    hidden.any(|address| content.contains(&address))
}

fn pictures(folder: &Path) -> PathBuf {
    folder.join("pictures")
}

/// A small picture, another one for another number.
fn png(number: u8) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(24, 16, Rgb([40 * number, 120, 90]))
        .write_to(&mut bytes, ImageFormat::Png)
        .context("a picture")?;
    Ok(bytes.into_inner())
}
