//! Small blogs: one to three posts with pictures and comments, every audience, other ones for another seed. Almost every bug of a
//! crash shows with three things or fewer; small blogs leave time for many crashes.

use crate::check::Wanted;
use anyhow::{Context, Result};
use image::{ImageFormat, Rgb, RgbImage};
use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};
use world::{
    dice::Dice,
    plugin_home::Sort,
    spaces::{Comment, Entry, Faults, Host, Photo, Space},
};

/// A blog as its owner has it, and what must become of it.
pub(crate) struct SmallBlog {
    /// What to move.
    pub(crate) input: PathBuf,
    /// More words of the command.
    pub(crate) words: Vec<String>,
    /// Every item, once.
    pub(crate) wanted: Vec<Wanted>,
}

impl SmallBlog {
    /// What nobody but the owner may read.
    pub(crate) fn secret_words(&self) -> Vec<String> {
        let hidden = self.wanted.iter().filter(|wanted| wanted.hidden);
        hidden.map(|wanted| wanted.token.clone()).collect()
    }

    /// The same export later: its first post is hidden now, its last one deleted. `None` where the blog is none of which that can
    /// be said.
    pub(crate) fn changed(&self) -> Result<Option<Self>> {
        let Ok(text) = fs::read_to_string(&self.input) else {
            return Ok(None);
        };
        let mut entries: Vec<String> = text
            .split_inclusive("\n--------\n")
            .map(str::to_owned)
            .collect();
        if entries.len() < 2 || !entries[0].contains("\nSTATUS: Publish\n") {
            return Ok(None);
        }
        entries.pop();
        entries[0] = entries[0].replace("\nSTATUS: Publish\n", "\nSTATUS: Draft\n");
        let text = entries.concat();
        let wanted = self
            .wanted
            .iter()
            .filter(|wanted| text.contains(&wanted.token))
            .cloned();
        let wanted = wanted.map(|mut wanted| {
            wanted.hidden |= entries[0].contains(&wanted.token);
            wanted
        });
        let wanted = wanted.collect();
        let input = self.input.with_file_name("export.txt");
        fs::write(&input, text)?;
        let mut words = self.words.clone();
        words.push("--follow-deletions".to_owned());
        Ok(Some(Self {
            input,
            words,
            wanted,
        }))
    }

    /// Writes the blog of a seed into `folder`: an export with published posts and drafts, or the download of a Space that
    /// everybody, members, friends, named people or its owner could see.
    pub(crate) fn write(folder: &Path, seed: u64) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut dice = Dice::from_words(&["small blog", &seed.to_string()]);
        if seed.is_multiple_of(3) {
            // Friends are the readers whom a mistake is likeliest to forget, so every third archive is theirs.
            let audience = match seed / 3 % 3 {
                0 => "friends",
                1 => "everyone",
                _ => dice.pick(&["members", "named", "owner"]),
            };
            archive(folder, &mut dice, audience)
        } else {
            export(folder, &mut dice, seed)
        }
    }
}

/// A word that stands nowhere else.
pub(crate) fn token(dice: &mut Dice) -> String {
    let letters = (0..14).map(|_| char::from(b'a' + dice.below(26) as u8));
    format!("zq{}", letters.collect::<String>())
}

fn wanted(sort: Sort, token: &str, hidden: bool) -> Wanted {
    Wanted {
        sort,
        token: token.to_owned(),
        hidden,
    }
}

/// A Movable Type export with its pictures beside it.
fn export(folder: &Path, dice: &mut Dice, seed: u64) -> Result<SmallBlog> {
    let media = folder.join("media");
    fs::create_dir_all(&media)?;
    let (host, posts) = (format!("lab{seed}.typepad.com"), 1 + dice.below(3));
    let (mut text, mut all) = (String::new(), Vec::new());
    for number in 0..posts {
        let hidden = dice.below(2) == 0;
        let title = token(dice);
        let mut body = format!("<p>A letter to nobody in particular: {}</p>", token(dice));
        if dice.below(2) == 0 {
            let asset = format!(
                "6a00d8341c9a1053ef0120a5{:010}970b",
                seed % 10_000_000 * 10 + number
            );
            let (alt, bytes) = (token(dice), picture(dice)?);
            // The same bytes under a second address share the place of the first.
            let twin = asset.replace("6a00d8341c9a1053ef", "6a00d8341c9a1053ee");
            fs::write(media.join(format!("{asset}.png")), &bytes)?;
            fs::write(media.join(format!("{twin}.png")), &bytes)?;
            body.push_str(&format!(
                "<p><img src=\"http://{host}/.a/{asset}-320wi\" alt=\"{alt}\" title=\"{alt}\"><img src=\"http://{host}/.a/{twin}-320wi\" alt=\"\"></p>"
            ));
            all.push(wanted(Sort::Media, &alt, hidden));
        }
        // A link to the post after this one has to be written again once that one is placed.
        body.push_str(&format!(
            "<p><a href=\"http://{host}/blog/entry-{}.html\">and so on</a></p>",
            (number + 1) % posts
        ));
        let status = if hidden { "Draft" } else { "Publish" };
        text.push_str(&format!(
            "AUTHOR: Ana\nTITLE: {title}\nSTATUS: {status}\nALLOW COMMENTS: 1\nCONVERT BREAKS: richtext\nALLOW PINGS: 0\n\
             BASENAME: entry-{number}\nCATEGORY: Letters\nUNIQUE URL: http://{host}/blog/entry-{number}.html\n\
             DATE: 03/{:02}/2007 10:00:00 AM\n-----\nBODY:\n{body}\n-----\nEXTENDED BODY:\n\n-----\nEXCERPT:\n\n-----\nKEYWORDS:\nlab\n-----\n",
            number + 1
        ));
        all.push(wanted(Sort::Post, &title, hidden));
        for _ in 0..dice.below(3) {
            let said = token(dice);
            text.push_str(&format!(
                "COMMENT:\nAUTHOR: Bo\nEMAIL: bo@example.invalid\nIP: 192.0.2.7\nURL: \nDATE: 04/01/2007 11:00:00 AM\nI say {said}\n-----\n"
            ));
            all.push(wanted(Sort::Comment, &said, hidden));
        }
        text.push_str("--------\n");
    }
    let input = folder.join("export.txt");
    fs::write(&input, text)?;
    Ok(SmallBlog {
        input,
        words: vec!["--media".to_owned(), media.display().to_string()],
        wanted: all,
    })
}

/// The download of a Space.
fn archive(folder: &Path, dice: &mut Dice, audience: &str) -> Result<SmallBlog> {
    let hidden = audience != "everyone";
    let mut all = Vec::new();
    let mut space = Space {
        alias: Some("lab".to_owned()),
        cid: format!("{:X}", dice.roll() | 1 << 60),
        title: "Letters".to_owned(),
        ..Space::default()
    };
    for number in 0..1 + dice.below(2) {
        let (title, said) = (token(dice), token(dice));
        let date = jiff::Timestamp::from_second(1_200_000_000 + number as i64 * 100_000)?;
        let mut body = format!("<p>A letter to nobody in particular: {}</p>", token(dice));
        if dice.below(2) == 0 {
            space.pictures.push(Photo {
                number: 500 + number,
                name: format!("picture{number}.png"),
                width: 24,
                height: 16,
                date,
                ..Photo::default()
            });
            let alt = token(dice);
            body.push_str(&format!(
                "<p><img src=\"{{{{original {}}}}}\" alt=\"{alt}\" title=\"{alt}\"></p>",
                500 + number
            ));
            all.push(wanted(Sort::Media, &alt, hidden));
        }
        all.push(wanted(Sort::Post, &title, hidden));
        all.push(wanted(Sort::Comment, &said, hidden));
        space.entries.push(Entry {
            number: 103 + number,
            title,
            date,
            categories: vec!["Letters".to_owned()],
            body,
            comments: vec![Comment {
                author: "Bo".to_owned(),
                date,
                body: format!("I say {said}"),
                ..Comment::default()
            }],
            ..Entry::default()
        });
    }
    space.fill_in_everywhere();
    space.number_the_rest();
    let home = space.home();
    let host = Host::start(vec![space], Faults::default());
    let address = url::Url::parse(&home).context("the address of a Space")?;
    let zip = host.get(
        address.host_str().unwrap_or_default(),
        "/migration/space.zip",
    )?;
    let input = folder.join("space.zip");
    fs::write(&input, zip.body)?;
    Ok(SmallBlog {
        input,
        words: vec!["--set".to_owned(), format!("audience={audience}")],
        wanted: all,
    })
}

/// A small picture like no other.
fn picture(dice: &mut Dice) -> Result<Vec<u8>> {
    let mut picture = RgbImage::new(24, 16);
    for pixel in picture.pixels_mut() {
        let roll = dice.roll().to_le_bytes();
        *pixel = Rgb([roll[0], roll[1], roll[2]]);
    }
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}
