//! Real posts as one Space: the folder of Jekyll files that a migrated blog left behind, read where it lies.

use super::space::{Entry, Photo, Space};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const PICTURE_MARK: &str = "{{ site.baseurl }}/assets/images/";
const WRAPPER: &str = "<div id=\"msgcns!";

impl Space {
    /// The posts in `folder` (front matter, then `div.bvMsg`) as a Space named `alias`. Addresses of pictures become
    /// addresses that this host answers: the full picture and, where the file has `?w=`, its web size.
    ///
    /// # Errors
    ///
    /// When the folder or a file cannot be read, or no file is a post of a Space.
    pub fn from_real_posts(folder: &Path, alias: &str) -> Result<Self> {
        let listed = std::fs::read_dir(folder)
            .with_context(|| format!("could not list {}", folder.display()))?;
        let mut files: Vec<PathBuf> = listed
            .filter_map(|item| item.ok().map(|item| item.path()))
            .collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "md"));
        files.sort();
        let mut space = Self {
            alias: Some(alias.to_owned()),
            title: alias.to_owned(),
            market: "en-gb".to_owned(),
            time_zone: "Europe/London".to_owned(),
            ..Self::default()
        };
        let mut names = HashMap::new();
        for file in &files {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("could not read {}", file.display()))?;
            let (cid, entry) = post(&text, &mut names)
                .with_context(|| format!("{} is no post of a Space", file.display()))?;
            space.cid = cid;
            space.entries.push(entry);
        }
        if space.entries.is_empty() {
            bail!("no posts in {}", folder.display());
        }
        space.pictures = pictures(&space, names);
        space.fill_in_everywhere();
        Ok(space)
    }
}

/// One file: account number and entry. Pictures are written as `{{original N}}` and collected in `names`.
fn post(text: &str, names: &mut HashMap<String, u64>) -> Result<(String, Entry)> {
    let matter = text
        .strip_prefix("---")
        .and_then(|rest| rest.split_once("\n---"))
        .context("no front matter")?;
    let (head, content) = matter;
    let value = |name: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::trim))
    };
    let date =
        jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", value("date").context("no date")?)?;
    let start = content.find(WRAPPER).context("no div.bvMsg")?;
    let (handle, rest) = content[start + WRAPPER.len()..]
        .split_once('"')
        .context("an id without end")?;
    let (cid, number) = handle.split_once('!').context("no handle")?;
    let (_, inside) = rest.split_once('>').context("a tag without end")?;
    let body = inside.trim_end().strip_suffix("</div>").unwrap_or(inside);
    let entry = Entry {
        number: number.parse()?,
        title: super::html::escape(value("title").unwrap_or("").trim_matches(['"', '\''])),
        date: date.to_zoned(TimeZone::UTC)?.timestamp(),
        categories: value("categories")
            .map(|list| {
                list.trim_matches(['[', ']'])
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .filter(|name| !name.is_empty())
                    .collect()
            })
            .unwrap_or_default(),
        body: with_marks(body, names),
        ..Entry::default()
    };
    Ok((cid.to_owned(), entry))
}

/// `{{ site.baseurl }}/assets/images/2010/09/x.png?w=300` becomes `{{web N}}`, without `?w=` `{{original N}}`.
fn with_marks(body: &str, names: &mut HashMap<String, u64>) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(PICTURE_MARK) {
        let end = after.find(['"', '\'', ' ', '<']).unwrap_or(after.len());
        let (path, query) = after[..end].split_once('?').unwrap_or((&after[..end], ""));
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let next = names.len() as u64;
        let place = *names.entry(name).or_insert(next);
        text.push_str(before);
        text.push_str(&format!(
            "{{{{{} {}}}}}",
            if query.is_empty() { "original" } else { "web" },
            FIRST_PICTURE + place
        ));
        rest = &after[end..];
    }
    text.push_str(rest);
    text
}

/// Pictures of real posts get numbers above every entry.
const FIRST_PICTURE: u64 = 100_000;

fn pictures(space: &Space, names: HashMap<String, u64>) -> Vec<Photo> {
    let date = space
        .entries
        .iter()
        .map(|entry| entry.date)
        .max()
        .unwrap_or_default();
    let mut pictures: Vec<Photo> = names
        .into_iter()
        .map(|(name, place)| {
            let form = if place.is_multiple_of(2) {
                "public"
            } else {
                "user"
            };
            Photo {
                number: FIRST_PICTURE + place,
                name,
                date,
                form: form.to_owned(),
                ..Photo::default()
            }
        })
        .collect();
    pictures.sort_by_key(|photo| photo.number);
    pictures
}
