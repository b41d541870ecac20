//! Names of the archive (`archive:/posts/roses#comments`) as addresses: relative ones for the site, so that it works from a disk
//! and in any folder of a web server; those of a generator's site for Markdown.

use blog::doors::archiving::{MEDIA_FOLDER, Part, SCHEME};

/// The path of a name, and its fragment with `#`.
pub(super) fn path(address: &str) -> Option<(&str, &str)> {
    let path = address.strip_prefix(SCHEME)?;
    let at = path.find('#').unwrap_or(path.len());
    Some(path.split_at(at))
}

/// The file that holds what a path names.
pub(super) fn file(path: &str) -> String {
    let (prefix, rest) = match path.strip_prefix(Part::Private.prefix()) {
        Some(rest) => (Part::Private.prefix(), rest),
        None => ("", path),
    };
    match rest.strip_prefix("media/") {
        Some(name) => format!("{prefix}{MEDIA_FOLDER}{name}"),
        None if rest == "feed" => "feed.xml".to_owned(),
        None if rest
            .rsplit('/')
            .next()
            .is_some_and(|last| last.contains('.')) =>
        {
            path.to_owned()
        }
        None => format!("{path}.html"),
    }
}

/// Where the page at the path `here` finds what `path` names.
pub(super) fn relative(here: &str, path: &str) -> String {
    let file = file(path);
    let mut mine: Vec<&str> = here.split('/').collect();
    mine.pop();
    let theirs: Vec<&str> = file.split('/').collect();
    let same = mine
        .iter()
        .zip(&theirs)
        .take_while(|(mine, theirs)| mine == theirs)
        .count()
        .min(theirs.len() - 1);
    let mut relative = "../".repeat(mine.len() - same);
    relative.push_str(&theirs[same..].join("/"));
    relative
}

/// A name as an address on the page at `here`; `None` for everything else.
pub(super) fn on_page(here: &str, address: &str) -> Option<String> {
    let (path, fragment) = path(address)?;
    Some(format!("{}{fragment}", relative(here, path)))
}

/// A name as an address on the site that a generator makes of the Markdown.
pub(super) fn on_generated(address: &str) -> Option<String> {
    let (path, fragment) = path(address)?;
    Some(format!("{}{fragment}", generated(path)))
}

/// The address of what a path names on the site that a generator makes.
pub(super) fn generated(path: &str) -> String {
    let (private, rest) = match path.strip_prefix(Part::Private.prefix()) {
        Some(rest) => (true, rest),
        None => (false, path),
    };
    let (folder, name) = rest.split_once('/').unwrap_or(("", rest));
    match folder {
        "media" => format!("/{rest}"),
        "categories" | "tags" => format!("/{folder}/"),
        "posts" | "albums" | "pages" | "lists" => format!("/{folder}/{}/", slug(name, private)),
        "months" => "/posts/".to_owned(),
        _ => match name {
            "guestbook" | "links" | "comments" => format!("/pages/{}/", slug(name, private)),
            "albums" => "/albums/".to_owned(),
            "archive" => "/posts/".to_owned(),
            _ => "/".to_owned(),
        },
    }
}

/// The slug on a generated site. Both parts may be generated together, and neither knows the names of the other.
pub(super) fn slug(name: &str, private: bool) -> String {
    format!("{name}{}", if private { "-private" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::{generated, on_page, relative};

    #[test]
    fn addresses_are_relative_to_the_page_they_stand_on() {
        for (here, path, address) in [
            ("index", "posts/a", "posts/a.html"),
            ("posts/b", "posts/a", "a.html"),
            ("posts/b", "index", "../index.html"),
            ("posts/b", "media/x.jpg", "../markdown/static/media/x.jpg"),
            ("private/posts/b", "posts/a", "../../posts/a.html"),
            (
                "private/posts/b",
                "private/media/x.jpg",
                "../markdown/static/media/x.jpg",
            ),
            ("private/index", "feed", "../feed.xml"),
            ("months/2008-05", "assets/style.css", "../assets/style.css"),
        ] {
            assert_eq!(relative(here, path), address, "{path} from {here}");
        }
        assert_eq!(
            on_page("a/b", "archive:/c/d#comments").as_deref(),
            Some("../c/d.html#comments")
        );
        assert_eq!(on_page("a/b", "http://x.example/"), None);
    }

    #[test]
    fn a_generated_site_has_addresses_of_its_own() {
        assert_eq!(generated("posts/2008-05-04-a"), "/posts/2008-05-04-a/");
        assert_eq!(generated("private/posts/a"), "/posts/a-private/");
        assert_eq!(generated("private/media/x.jpg"), "/media/x.jpg");
        assert_eq!(generated("guestbook"), "/pages/guestbook/");
        assert_eq!(generated("index"), "/");
    }
}
