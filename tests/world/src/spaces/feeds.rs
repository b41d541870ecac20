//! The feeds: one line of XML, the namespaces and the order of elements of 2008. Only Spaces open to everyone have them.

use super::addresses::addresses;
use super::html::{escape, in_query};
use super::pages::photos::photo_address;
use super::space::{Album, Comment, Entry, List, Photo, Space};
use super::view::View;
use jiff::Timestamp;

const ITEMS_PER_FEED: usize = 20;

/// What a feed is about.
struct Channel<'a> {
    title: String,
    link: String,
    address: String,
    kind: &'a str,
    items: Vec<(Timestamp, String)>,
}

/// `/feed.rss`: entries, albums and lists mixed.
pub(super) fn whole_space(view: &View<'_>) -> String {
    let space = view.space;
    let mut items: Vec<(Timestamp, String)> = view
        .entries()
        .into_iter()
        .map(|entry| (entry.date, entry_item(view, entry)))
        .collect();
    items.extend(
        space
            .albums
            .iter()
            .map(|album| (album.date, album_item(view, album))),
    );
    let newest = items
        .iter()
        .map(|(date, _)| *date)
        .max()
        .unwrap_or_default();
    items.extend(
        space
            .lists
            .iter()
            .map(|list| (newest, list_item(view, list))),
    );
    items.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    items.truncate(ITEMS_PER_FEED);
    write(
        view,
        Channel {
            title: escape(&space.title),
            link: format!("{}/", space.home()),
            address: "/feed.rss".to_owned(),
            kind: "space",
            items,
        },
    )
}

/// `/blog/feed.rss`
pub(super) fn blog(view: &View<'_>) -> String {
    let items = view
        .entries()
        .into_iter()
        .take(ITEMS_PER_FEED)
        .map(|entry| (entry.date, entry_item(view, entry)));
    write(
        view,
        Channel {
            title: escape(&view.space.title),
            link: format!(
                "{}/?_c11_BlogPart_BlogPart=blogview&amp;_c=BlogPart",
                view.space.home()
            ),
            address: "/blog/feed.rss".to_owned(),
            kind: "blog",
            items: items.collect(),
        },
    )
}

/// `/category/NAME/feed.rss`; its link is written as the real one was, without `=` behind `cat`.
pub(super) fn category(view: &View<'_>, name: &str) -> Option<String> {
    let of_category = |entry: &&Entry| {
        entry
            .categories
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
    };
    let entries: Vec<&Entry> = view.entries().into_iter().filter(of_category).collect();
    let own_name = entries
        .first()?
        .categories
        .iter()
        .find(|own| own.eq_ignore_ascii_case(name))?;
    let items = if view.faults.category_feed_broken {
        Vec::new()
    } else {
        entries.clone()
    };
    let plus = own_name.replace(' ', "+");
    Some(write(
        view,
        Channel {
            title: format!("{}: {}", escape(&view.space.title), view.category(own_name)),
            link: format!(
                "{}/?_c11_BlogPart_BlogPart=blogview&amp;_c=BlogPart&amp;partqs=cat{}",
                view.space.home(),
                escape(&plus.replace('+', "%2b"))
            ),
            address: format!("/category/{plus}/feed.rss"),
            kind: "blogcategory",
            items: items
                .into_iter()
                .take(ITEMS_PER_FEED)
                .map(|entry| (entry.date, entry_item(view, entry)))
                .collect(),
        },
    ))
}

/// `/photos/feed.rss`: one item an album.
pub(super) fn albums(view: &View<'_>) -> String {
    let items = view
        .space
        .albums
        .iter()
        .map(|album| (album.date, album_item(view, album)));
    write(
        view,
        Channel {
            title: format!("{}: Photos", escape(&view.space.title)),
            link: format!("{}/photos/", view.space.home()),
            address: "/photos/feed.rss".to_owned(),
            kind: "photoalbums",
            items: items.collect(),
        },
    )
}

/// `/photos/cns!O!ALBUM/feed.rss`: one item a photo.
pub(super) fn album(view: &View<'_>, album: &Album) -> String {
    let handle = view.space.handle(album.number);
    let items = album
        .photos
        .iter()
        .map(|photo| (photo.date, photo_item(view, album, photo)));
    write(
        view,
        Channel {
            title: format!("{}: {}", escape(&view.space.title), escape(&album.title)),
            link: format!("{}/photos/{handle}/", view.space.home()),
            address: format!("/photos/{handle}/feed.rss"),
            kind: "photoalbum",
            items: items.collect(),
        },
    )
}

/// `/blog/cns!CID!N/comments/feed.rss`
pub(super) fn comments(view: &View<'_>, entry: &Entry) -> String {
    let handle = view.space.handle(entry.number);
    let comments = entry.comments_newest_first();
    let items = comments
        .into_iter()
        .take(ITEMS_PER_FEED)
        .map(|comment| (comment.date, comment_item(view, entry, comment)));
    write(
        view,
        Channel {
            title: format!("{}: Comments", view.title(entry)),
            link: format!("{}#comment", view.entry_address(entry)),
            address: format!("/blog/{handle}/comments/feed.rss"),
            kind: "comments",
            items: items.collect(),
        },
    )
}

fn write(view: &View<'_>, channel: Channel<'_>) -> String {
    let space = view.space;
    let home = space.home();
    let newest = rfc822(
        channel
            .items
            .iter()
            .map(|(date, _)| *date)
            .max()
            .unwrap_or(view.now),
    );
    let parent = if matches!(channel.kind, "blogcategory" | "comments") {
        format!("<cf:parentRSS>{home}/blog/feed.rss</cf:parentRSS>")
    } else {
        String::new()
    };
    let items: String = channel
        .items
        .iter()
        .map(|(_, item)| item.as_str())
        .collect();
    let description = match escape(&space.tagline) {
        tagline if tagline.is_empty() || channel.kind == "blogcategory" => {
            "<description />".to_owned()
        }
        tagline => format!("<description>{tagline}</description>"),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><?xml-stylesheet type='text/xsl' href='{home}/mmm2008-07-24_12.50/rsspretty.aspx?rssquery={market};{query}' version='1.0'?>\
         <rss version=\"2.0\" xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\" xmlns:msn=\"http://schemas.microsoft.com/msn/spaces/2005/rss\" \
         xmlns:live=\"http://schemas.microsoft.com/live/spaces/2006/rss\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:cf=\"http://www.microsoft.com/schemas/rss/core/2005\" xmlns:wfw=\"http://wellformedweb.org/CommentAPI/\"><channel>\
         <title>{title}</title>{description}<link>{link}</link><language>{market}</language><pubDate>{newest}</pubDate><lastBuildDate>{newest}</lastBuildDate>\
         <generator>Microsoft Spaces v1.1</generator><docs>http://www.rssboard.org/rss-specification</docs><ttl>60</ttl>{parent}\
         {msn}<live:type>{kind}</live:type><live:identity><live:id>{id}</live:id><live:alias>{alias}</live:alias></live:identity>\
         {LIST_INFO}{items}</channel></rss>",
        market = language(view),
        query = in_query(&format!("{home}{}", channel.address)),
        title = channel.title,
        link = channel.link,
        kind = channel.kind,
        msn = msn_type(view, channel.kind),
        id = space.signed_account(),
        alias = escape(&space.name()),
    )
}

const LIST_INFO: &str = "<cf:listinfo><cf:group ns=\"http://schemas.microsoft.com/live/spaces/2006/rss\" element=\"typelabel\" label=\"Type\" />\
    <cf:group ns=\"http://schemas.microsoft.com/live/spaces/2006/rss\" element=\"tag\" label=\"Tag\" /><cf:group element=\"category\" label=\"Category\" />\
    <cf:sort element=\"pubDate\" label=\"Date\" data-type=\"date\" default=\"true\" /><cf:sort element=\"title\" label=\"Title\" data-type=\"string\" />\
    <cf:sort ns=\"http://purl.org/rss/1.0/modules/slash/\" element=\"comments\" label=\"Comments\" data-type=\"number\" /></cf:listinfo>";

/// `en-US`
fn language(view: &View<'_>) -> String {
    match view.space.market.split_once('-') {
        Some((language, region)) => format!("{language}-{}", region.to_ascii_uppercase()),
        None => view.space.market.clone(),
    }
}

fn entry_item(view: &View<'_>, entry: &Entry) -> String {
    let space = view.space;
    let handle = space.handle(entry.number);
    let link = format!("{}/Blog/{handle}.entry", space.home());
    let categories: String = entry
        .categories
        .iter()
        .map(|name| format!("<category>{}</category>", view.category(name)))
        .collect();
    format!(
        "<item><title>{title}</title><link>{link}</link><description>{description}</description>\
         <comments>{link}#comment</comments><guid isPermaLink=\"true\">{link}</guid><pubDate>{date}</pubDate>{categories}\
         <slash:comments>{count}</slash:comments>{msn}<live:type>blogentry</live:type><live:typelabel>Blog entry</live:typelabel>\
         <wfw:commentRss>{home}/blog/{handle}/comments/feed.rss</wfw:commentRss><dcterms:modified>{modified}</dcterms:modified></item>",
        title = view.title(entry),
        description = escape(&entry.body),
        date = rfc822(entry.date),
        count = entry.comments.len(),
        msn = msn_type(view, "blogentry"),
        home = space.home(),
        modified = entry.date,
    )
}

fn album_item(view: &View<'_>, album: &Album) -> String {
    let space = view.space;
    let handle = space.handle(album.number);
    let address = format!("{}/photos/{handle}/", space.home());
    let pictures: String = album
        .photos
        .iter()
        .take(4)
        .map(|photo| {
            format!(
                "<img src=\"{}\">",
                escape(&addresses(space, photo).thumbnail)
            )
        })
        .collect();
    format!(
        "<item><title>Photo Album: {}</title><link>{address}</link><description>{}</description><guid isPermaLink=\"false\">{handle}</guid>\
         <pubDate>{}</pubDate>{}<live:type>photoalbum</live:type><live:typelabel>Photo album</live:typelabel>\
         <cf:itemRSS>{address}feed.rss</cf:itemRSS></item>",
        escape(&album.title),
        escape(&pictures),
        rfc822(album.date),
        msn_type(view, "photoalbum")
    )
}

fn photo_item(view: &View<'_>, album: &Album, photo: &Photo) -> String {
    let places = addresses(view.space, photo);
    let kind = if photo.is_png() {
        "image/png"
    } else {
        "image/jpeg"
    };
    let picture = format!(
        "<img src=\"{}\"><br>{}",
        escape(&places.web),
        escape(&photo.caption)
    );
    let title = if photo.caption.is_empty() {
        &photo.name
    } else {
        &photo.caption
    };
    format!(
        "<item><title>{}</title><link>{}</link><description>{}</description><enclosure url=\"{}\" type=\"{kind}\" length=\"0\" />\
         <guid isPermaLink=\"false\">{}</guid><pubDate>{}</pubDate>{}<live:type>photo</live:type><live:typelabel>Photo</live:typelabel></item>",
        escape(title),
        photo_address(view, album, photo),
        escape(&picture),
        escape(&places.original),
        view.space.handle(photo.number),
        rfc822(photo.date),
        msn_type(view, "photo")
    )
}

fn list_item(view: &View<'_>, list: &List) -> String {
    let address = format!(
        "{}/Lists/{}/",
        view.space.home(),
        view.space.handle(list.number)
    );
    let rows: String = list
        .items
        .iter()
        .map(|item| format!("<li>{}</li>", escape(&item.title)))
        .collect();
    format!(
        "<item><title>{}</title><link>{address}</link><description>{}</description><guid isPermaLink=\"false\">{}</guid>{}\
         <live:type>{}list</live:type><live:typelabel>List</live:typelabel></item>",
        escape(&list.title),
        escape(&format!("<ul>{rows}</ul>")),
        view.space.handle(list.number),
        msn_type(view, "list"),
        escape(&list.kind)
    )
}

fn comment_item(view: &View<'_>, entry: &Entry, comment: &Comment) -> String {
    let handle = view.space.handle(comment.number);
    format!(
        "<item><title>{}</title><link>{}#{handle}</link><description>{}</description><guid isPermaLink=\"false\">{handle}</guid>\
         <pubDate>{}</pubDate><live:authorName>{}</live:authorName>{}<live:commentBody>{}</live:commentBody></item>",
        view.title(entry),
        view.entry_address(entry),
        escape(&cut(&comment.body)),
        rfc822(comment.date),
        escape(&view.author(comment)),
        comment
            .url
            .as_ref()
            .map(|url| format!("<live:authorURL>{}</live:authorURL>", escape(url)))
            .unwrap_or_default(),
        escape(&comment.body)
    )
}

/// The description of a comment is only its beginning; the whole text is `live:commentBody`.
fn cut(text: &str) -> String {
    text.chars().take(60).collect()
}

fn msn_type(view: &View<'_>, kind: &str) -> String {
    if view.faults.msn_type {
        format!("<msn:type>{kind}</msn:type>")
    } else {
        String::new()
    }
}

/// `Thu, 07 Aug 2008 02:04:50 GMT`
fn rfc822(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Whether a Space has feeds at all.
pub(super) fn has_feeds(space: &Space) -> bool {
    space.audience == super::space::Audience::Everyone
}
