//! Feeds of any length: an export of Blogger, RSS, JSON Feed.

use super::{AUTHORS, CATEGORIES, Dice, Prose, moment, title};
use std::io::{self, Write};

/// A kind of feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// The Atom export of Blogger: comments between the posts, some before what they stand under.
    Blogger,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

const BLOGGER_HEAD: &str = "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>\
    <id>tag:blogger.com,1999:blog-55.archive</id><title type='text'>Generated</title><link rel='alternate' type='text/html' href='http://generated.blogspot.com/'/>\n\
    <entry><id>tag:blogger.com,1999:blog-55.settings.BLOG_READ_ACCESS_MODE</id><category scheme='http://schemas.google.com/g/2005#kind' \
    term='http://schemas.google.com/blogger/2008/kind#settings'/><title type='text'>Who may read</title><content type='text'>PUBLIC</content></entry>\n";
const RSS_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>Generated</title><link>https://generated.example/</link>\n";
const JSON_HEAD: &str = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Generated\",\"home_page_url\":\"https://generated.example/\",\"items\":[\n";

/// Writes posts until at least `bytes` are written, and gives back how many that were.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn feed_of_bytes(out: &mut impl Write, feed: Feed, seed: u64, bytes: u64) -> io::Result<u64> {
    let mut dice = Dice::from_seed(seed);
    let prose = Prose::new(&mut dice);
    let (head, foot) = match feed {
        Feed::Blogger => (BLOGGER_HEAD, "</feed>\n"),
        Feed::Rss => (RSS_HEAD, "</channel></rss>\n"),
        Feed::Json => (JSON_HEAD, "]}\n"),
    };
    out.write_all(head.as_bytes())?;
    let (mut length, mut number) = (head.len() as u64, 0);
    while length < bytes {
        number += 1;
        let text = match feed {
            Feed::Blogger => blogger(&mut dice, &prose, number),
            Feed::Rss => rss(&mut dice, &prose, number),
            Feed::Json => json(&mut dice, &prose, number),
        };
        out.write_all(text.as_bytes())?;
        length += text.len() as u64;
    }
    out.write_all(foot.as_bytes())?;
    Ok(number)
}

/// The body of a post, escaped once: 16 paragraphs and a picture.
fn body(dice: &mut Dice, prose: &Prose, number: u64) -> String {
    let paragraphs: String = (0..16)
        .map(|_| format!("&lt;p&gt;{}&lt;/p&gt;", prose.piece(dice, 380)))
        .collect();
    format!("{paragraphs}&lt;img src=\"http://4.bp.blogspot.com/_q/s400/photo-{number}.jpg\"&gt;")
}

fn blogger(dice: &mut Dice, prose: &Prose, number: u64) -> String {
    let date = moment(number).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let address = format!("http://generated.blogspot.com/2009/10/post-{number}.html");
    let kind = |kind: &str| {
        format!(
            "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{kind}'/>"
        )
    };
    let post = format!(
        "<entry><id>tag:blogger.com,1999:blog-55.post-{number}</id><published>{date}</published>{}<category scheme='http://www.blogger.com/atom/ns#' term='{}'/>\
         <title type='text'>{}</title><content type='html'>{}</content><link rel='alternate' type='text/html' href='{address}'/><author><name>Ana</name></author></entry>\n",
        kind("post"),
        dice.pick(CATEGORIES),
        title(dice),
        body(dice, prose, number),
    );
    let mut comments = (0..2).map(|at| {
        format!(
            "<entry><id>tag:blogger.com,1999:blog-55.post-9{number}{at}</id><published>{date}</published>{}<title type='text'>A word</title>\
             <content type='html'>{}</content><author><name>{}</name></author><thr:in-reply-to href='{address}' ref='tag:blogger.com,1999:blog-55.post-{number}'/></entry>\n",
            kind("comment"),
            prose.piece(dice, 160),
            dice.pick(AUTHORS),
        )
    });
    let before = comments.next().unwrap_or_default();
    let behind: String = comments.collect();
    format!("{before}{post}{behind}")
}

fn rss(dice: &mut Dice, prose: &Prose, number: u64) -> String {
    let date = moment(number)
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string();
    let address = format!("https://generated.example/2009/10/post-{number}/");
    format!(
        "<item><title>{}</title><link>{address}</link><guid>{address}</guid><pubDate>{date}</pubDate><category>{}</category><description>{}</description></item>\n",
        title(dice),
        dice.pick(CATEGORIES),
        body(dice, prose, number),
    )
}

fn json(dice: &mut Dice, prose: &Prose, number: u64) -> String {
    let date = moment(number).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let address = format!("https://generated.example/2009/10/post-{number}/");
    let comma = if number == 1 { "" } else { "," };
    format!(
        "{comma}{{\"id\":\"{address}\",\"url\":\"{address}\",\"title\":\"{}\",\"date_published\":\"{date}\",\"content_html\":\"{}\"}}\n",
        title(dice),
        body(dice, prose, number).replace('"', "\\\""),
    )
}
