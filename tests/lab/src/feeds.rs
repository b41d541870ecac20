//! Small blogs that are nothing but a feed: one that somebody saved, and an export of Blogger.

use crate::{
    blogs::{SmallBlog, token},
    check::Wanted,
};
use anyhow::Result;
use std::{fs, path::Path};
use world::{dice::Dice, plugin_home::Sort};

/// Posts of one.
const POSTS: u64 = 4;

/// Writes the public blog of a seed into `folder`, as Blogger exports it or as any feed tells it.
pub(crate) fn write(folder: &Path, seed: u64, of_blogger: bool) -> Result<SmallBlog> {
    let mut dice = Dice::from_words(&["feed", &seed.to_string()]);
    let (mut entries, mut wanted) = (String::new(), Vec::new());
    for number in 1..=POSTS {
        let title = token(&mut dice);
        let (id, blogger) = match of_blogger {
            true => (
                format!("tag:blogger.com,1999:blog-{seed}.post-{number}"),
                format!(
                    "<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><blogger:filename>/2010/01/p{number}.html</blogger:filename>"
                ),
            ),
            false => (format!("http://lab{seed}.example/p{number}"), String::new()),
        };
        entries.push_str(&format!(
            "<entry><id>{id}</id>{blogger}<title>{title}</title><link href='http://lab{seed}.example/p{number}'/>\
             <published>2010-01-0{number}T09:00:00Z</published><updated>2010-01-0{number}T09:00:00Z</updated>\
             <author><name>Ana</name></author><content type='html'>&lt;p&gt;A letter.&lt;/p&gt;</content></entry>\n"
        ));
        wanted.push(Wanted {
            sort: Sort::Post,
            token: title,
            hidden: false,
        });
    }
    let feed = format!(
        "<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>\
         <id>tag:blogger.com,1999:blog-{seed}</id><title>Lab</title>\n{entries}</feed>"
    );
    fs::create_dir_all(folder)?;
    let input = folder.join("feed.atom");
    let feed = match of_blogger {
        true => feed,
        false => feed.replace(
            " xmlns:blogger='http://schemas.google.com/blogger/2018'",
            "",
        ),
    };
    fs::write(&input, feed)?;
    Ok(SmallBlog {
        input,
        words: ["--set", "audience=everyone"].map(str::to_owned).into(),
        wanted,
    })
}
