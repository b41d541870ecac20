//! The folder `markdown/`: what Zola and Hugo build as it is, and others take with a little configuration.

use super::{body, front_matter, markdown, words};
use blog::{
    Kind,
    doors::archiving::{About, Page, Part, Photo},
};
use std::{collections::HashSet, io};

/// Files that are the same in every archive, below `markdown/`.
const FILES: &[(&str, &str)] = &[
    (
        "templates/base.html",
        include_str!("../../../templates/archive/zola/base.html"),
    ),
    (
        "templates/index.html",
        include_str!("../../../templates/archive/zola/index.html"),
    ),
    (
        "templates/section.html",
        include_str!("../../../templates/archive/zola/section.html"),
    ),
    (
        "templates/page.html",
        include_str!("../../../templates/archive/zola/page.html"),
    ),
    (
        "templates/taxonomy_list.html",
        include_str!("../../../templates/archive/zola/taxonomy_list.html"),
    ),
    (
        "templates/taxonomy_single.html",
        include_str!("../../../templates/archive/zola/taxonomy_single.html"),
    ),
    (
        "layouts/_default/baseof.html",
        include_str!("../../../templates/archive/hugo/baseof.html"),
    ),
    (
        "layouts/_default/list.html",
        include_str!("../../../templates/archive/hugo/list.html"),
    ),
    (
        "layouts/_default/single.html",
        include_str!("../../../templates/archive/hugo/single.html"),
    ),
    (
        "layouts/index.html",
        include_str!("../../../templates/archive/hugo/index.html"),
    ),
    ("static/style.css", super::site::STYLE),
];

/// The folder of one part.
pub(super) struct Folder {
    part: Part,
    about: About,
    aliases: HashSet<String>,
}

impl Folder {
    pub(super) fn new(part: Part, about: &About) -> Self {
        Self {
            part,
            about: about.clone(),
            aliases: HashSet::new(),
        }
    }

    /// The file of a page: its name and what stands in it.
    pub(super) fn page(&mut self, page: &Page) -> (String, String) {
        let words = words::Words::of(self.about.language.as_deref());
        let mut html = body::in_markdown(&page.html, words);
        html.push_str(&photos(&page.photos, words));
        let text = format!(
            "{}\n{}\n",
            front_matter::of(page, &mut self.aliases, words),
            markdown::from_html(&html)
        );
        let path = page
            .path
            .strip_prefix(self.part.prefix())
            .unwrap_or(&page.path);
        let folder = match page.kind {
            Kind::Guestbook | Kind::Link | Kind::Comment => "pages/",
            _ => "",
        };
        let private = match self.part {
            Part::Open => "",
            Part::Private => "-private",
        };
        let name = format!(
            "{}markdown/content/{folder}{path}{private}.md",
            self.part.prefix()
        );
        (name, text)
    }

    /// Configuration, sections and templates. The private part has none: it is laid over the open one.
    pub(super) fn gather(&mut self) -> io::Result<Vec<(String, String)>> {
        if self.part == Part::Private {
            return Ok(Vec::new());
        }
        let words = words::Words::of(self.about.language.as_deref());
        let title = match self.about.title.trim() {
            "" => words.home,
            title => title,
        };
        let tag = words::tag(self.about.language.as_deref());
        let tagline = self.about.tagline.as_str();
        let mut files = vec![
            (
                "config.toml".to_owned(),
                format!(
                    "# For Zola: `zola serve`, `zola build`. Put the address of the site here.\nbase_url = \"/\"\ntitle = {}\ndescription = {}\ndefault_language = {}\ntaxonomies = [{{ name = \"categories\" }}, {{ name = \"tags\" }}]\n\n[slugify]\ntaxonomies = \"safe\"\n",
                    toml(title),
                    toml(tagline),
                    toml(&tag)
                ),
            ),
            (
                "hugo.toml".to_owned(),
                format!(
                    "# For Hugo: `hugo server`, `hugo`. Put the address of the site here.\nbaseURL = \"/\"\ntitle = {}\n\n[params]\nlanguage = {}\ntagline = {}\n\n[taxonomies]\ncategory = \"categories\"\ntag = \"tags\"\n\n# Bodies hold HTML where Markdown has no words for it.\n[markup.goldmark.renderer]\nunsafe = true\n[markup.goldmark.extensions]\nlinkify = false\n# Newer ones say `typographer.disable`, and take this too.\ntypographer = false\n",
                    toml(title),
                    toml(&tag),
                    toml(tagline)
                ),
            ),
        ];
        let mut section = |path: &str, title: &str, sorted: bool| {
            let sort = if sorted { "sort_by: \"date\"\n" } else { "" };
            let title = serde_json::Value::from(title);
            files.push((
                format!("content/{path}_index.md"),
                format!("---\ntitle: {title}\n{sort}---\n"),
            ));
        };
        section("", title, false);
        section("posts/", words.archive, true);
        section("albums/", words.albums, true);
        section("pages/", words.menu, false);
        section("lists/", words.menu, false);
        let fixed = FILES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        files.extend(fixed);
        Ok(files
            .into_iter()
            .map(|(name, text)| (format!("markdown/{name}"), text))
            .collect())
    }
}

fn photos(photos: &[Photo], words: &words::Words) -> String {
    let figures: String = photos
        .iter()
        .map(|photo| {
            let picture = match &photo.path {
                Some(path) => format!(
                    "<img src=\"{}\" alt=\"{}\">",
                    super::address::generated(path),
                    body::escape(&photo.alt)
                ),
                None => format!(
                    "<span class=\"elsewhere\">{}</span>",
                    words.picture_elsewhere
                ),
            };
            let caption = body::in_markdown(&photo.caption, words);
            let caption = match caption.as_str() {
                "" => String::new(),
                said => format!("<figcaption>{said}</figcaption>"),
            };
            format!("<figure>{picture}{caption}</figure>")
        })
        .collect();
    match figures.as_str() {
        "" => String::new(),
        figures => format!("<div class=\"gallery\">{figures}</div>"),
    }
}

/// A text of TOML: JSON's escapes are TOML's, and no letter of it is beyond them.
fn toml(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}
