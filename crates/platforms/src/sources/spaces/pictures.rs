//! The pictures of a body: which addresses mean one picture, and where its best copy may be had.
//!
//! A picture was shown as a thumbnail or in web size, with the original behind the link around it or in the link's `rel`
//! (`WLPP;url=…;cnsid=…`). Tokens are opaque: nothing is computed from them. Built-in smileys are no pictures.

use blog::{
    Audience, ItemRef, Media, Moment,
    address::{
        names_picture,
        spaces::{self, What},
    },
    body::resolve,
};
use dom_query::{Document, NodeRef};
use percent_encoding::percent_decode_str;

/// A body with more pictures than this is cut off here; the most in one real entry is below 200.
const MOST_PICTURES: usize = 5_000;

/// A link around a picture stands at most this far above it.
const MOST_ANCESTORS: usize = 16;

/// What the item that shows the pictures passes on to them.
#[derive(Debug, Clone)]
pub(super) struct Shown<'a> {
    /// Where relative addresses start from.
    pub(super) base: &'a str,
    /// The item.
    pub(super) by: ItemRef,
    /// When it was published.
    pub(super) at: Option<Moment>,
    /// Who may see it.
    pub(super) audience: Audience,
}

/// Every picture of `html`, in order; one seen twice comes twice and is merged by its id.
pub(super) fn of_body(html: &str, shown: &Shown<'_>) -> Vec<Media> {
    if (!html.contains("<img") && !html.contains("<IMG")) || super::text::is_too_deep(html) {
        return Vec::new();
    }
    let document = Document::fragment(html);
    document
        .select("img[src]")
        .nodes()
        .iter()
        .take(MOST_PICTURES)
        .filter_map(|img| picture(img, shown))
        .collect()
}

/// An address without what does not tell two files apart: scheme, query of the uploader, the mark of a thumbnail.
pub(super) fn normal(address: &str) -> String {
    let bare = address.split('#').next().unwrap_or(address);
    let (path, query) = bare.split_once('?').unwrap_or((bare, ""));
    let path = path
        .strip_suffix(":thumbnail")
        .unwrap_or(path)
        .replacen("https://", "http://", 1);
    let kept: Vec<&str> = query
        .split('&')
        .filter(|parameter| {
            let name = parameter
                .split('=')
                .next()
                .unwrap_or("")
                .to_ascii_lowercase();
            !matches!(name.as_str(), "" | "partner" | "psid" | "download")
        })
        .collect();
    let (scheme_and_host, rest) = match path.strip_prefix("http://") {
        Some(tail) => {
            let end = tail.find('/').unwrap_or(tail.len());
            (
                format!("http://{}", tail[..end].to_ascii_lowercase()),
                &tail[end..],
            )
        }
        None => (String::new(), path.as_str()),
    };
    let query = if kept.is_empty() {
        String::new()
    } else {
        format!("?{}", kept.join("&"))
    };
    format!("{scheme_and_host}{rest}{query}")
}

/// The file name at the end of an address, when there is one.
pub(super) fn file_name(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let last = path.rsplit('/').next()?;
    let last = last.strip_suffix(":thumbnail").unwrap_or(last);
    let name = percent_decode_str(last).decode_utf8_lossy().into_owned();
    let (stem, ending) = name.rsplit_once('.')?;
    let is_name = !stem.is_empty()
        && (1..=5).contains(&ending.len())
        && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    is_name.then_some(name)
}

fn picture(img: &NodeRef<'_>, shown: &Shown<'_>) -> Option<Media> {
    let written = img.attr("src")?;
    let own = fetchable(&written, shown.base)?;
    if is_emoticon(&own) {
        return None;
    }
    let places = Places::of(img, &own, shown.base);
    let mut stands_for = places.candidates.clone();
    // A link to the photo's own page means the photo too.
    stands_for.extend(places.page);
    if written.trim() != own && !written.trim().is_empty() {
        stands_for.push(written.trim().to_owned());
    }
    let text = |name: &str| {
        img.attr(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    // The same picture has the same id whether the Space is read living or from its download.
    let named_by = places
        .candidates
        .iter()
        .find(|address| !address.starts_with("input:"))
        .unwrap_or(&own);
    Some(Media {
        id: places
            .photo
            .map_or_else(|| normal(named_by), |number| number.to_string()),
        file_name: places
            .candidates
            .iter()
            .find_map(|address| file_name(address)),
        stands_for: distinct(stands_for.into_iter()),
        candidates: places.candidates,
        title: text("title"),
        caption: None,
        alt: text("alt"),
        taken: shown.at,
        used_by: Some(shown.by.clone()),
        audience: shown.audience,
    })
}

/// Where one picture may be had, and what else says which it is.
struct Places {
    /// Best first.
    candidates: Vec<String>,
    /// The photo's own page, where the link around the picture leads to one.
    page: Option<String>,
    /// The photo's number.
    photo: Option<u64>,
}

impl Places {
    /// From the picture at `own`, the link around it, and what its `rel` says.
    fn of(img: &NodeRef<'_>, own: &str, base: &str) -> Self {
        let link = img
            .ancestors_it(Some(MOST_ANCESTORS))
            .find(|node| node.has_name("a") && node.has_attr("href"));
        let around = link
            .as_ref()
            .and_then(|a| a.attr("href"))
            .and_then(|href| fetchable(&href, base));
        let rel = link
            .as_ref()
            .and_then(|a| a.attr("rel"))
            .or_else(|| img.attr("rel"))
            .map(|rel| wlpp(&rel))
            .unwrap_or_default();
        let full = rel.url.as_deref().and_then(|url| fetchable(url, base));
        let linked = around.clone().filter(|address| is_picture(address));
        let whole = own.strip_suffix(":thumbnail").map(str::to_owned);
        let all = [full, linked, whole, Some(own.to_owned())];
        Self {
            candidates: saved_first(distinct(all.into_iter().flatten())),
            photo: rel.photo.or_else(|| around.as_deref().and_then(photo_page)),
            page: around.filter(|address| photo_page(address).is_some()),
        }
    }
}

/// A picture that a download brought along comes before its address on a host that may be gone. What a browser saved beside a
/// page (`…_files/`) is the small copy that the page showed, and stays behind the original.
fn saved_first(candidates: Vec<String>) -> Vec<String> {
    let (mut saved, others): (Vec<String>, Vec<String>) = candidates
        .into_iter()
        .partition(|address| address.starts_with("input:") && !address.contains("_files/"));
    saved.extend(others);
    saved
}

/// What a `rel` of Live Writer says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wlpp {
    url: Option<String>,
    photo: Option<u64>,
}

/// `WLPP;url=<full picture>;cnsid=cns&#033;CID&#033;N`; the references may have been escaped twice.
fn wlpp(rel: &str) -> Wlpp {
    let Some(rest) = rel.trim().strip_prefix("WLPP") else {
        return Wlpp::default();
    };
    let plain = rest
        .replace("&#033;", "!")
        .replace("&#33;", "!")
        .replace("%21", "!");
    let (before, photo) = match plain.find("cnsid=") {
        Some(at) => (
            plain[..at].to_owned(),
            spaces::handle_within(&plain[at..]).map(|h| h.number),
        ),
        None => (plain.clone(), None),
    };
    let url = before
        .find("url=")
        .map(|at| before[at + 4..].trim().trim_end_matches(';').to_owned())
        .filter(|url| !url.is_empty());
    Wlpp { url, photo }
}

fn fetchable(address: &str, base: &str) -> Option<String> {
    let lower = address
        .trim_start()
        .get(..10)
        .unwrap_or("")
        .to_ascii_lowercase();
    if ["data:", "javascript", "mailto:", "about:", "file:", "blob:"]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
        || address.trim().is_empty()
    {
        return None;
    }
    resolve(address, Some(base)).filter(|address| {
        ["http://", "https://", "input:"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
    })
}

fn is_emoticon(address: &str) -> bool {
    matches!(
        spaces::parse(address).map(|a| a.what),
        Some(What::Emoticon(_))
    ) || address.to_ascii_lowercase().contains("/rte/emoticons/")
}

fn is_picture(address: &str) -> bool {
    if matches!(
        spaces::parse(address).map(|a| a.what),
        Some(What::Picture | What::MigratedPicture)
    ) {
        return true;
    }
    names_picture(address)
}

fn photo_page(address: &str) -> Option<u64> {
    match spaces::parse(address)?.what {
        What::Photo { photo, .. } => Some(photo),
        _ => None,
    }
}

/// Each once, in order.
pub(super) fn distinct(addresses: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for address in addresses {
        if !kept.contains(&address) {
            kept.push(address);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use blog::Kind;

    fn shown() -> Shown<'static> {
        Shown {
            base: "http://ana.spaces.live.com/blog/cns!A1B2!12.entry",
            by: ItemRef::new(Kind::Post, "12"),
            at: None,
            audience: Audience::Everyone,
        }
    }

    #[test]
    fn the_original_behind_the_rel_comes_before_link_and_thumbnail() {
        let html = "<a href=\"http://byfiles.storage.live.com/y1pWeb\" rel=\"WLPP;url=http://blufiles.storage.live.com/y1pFull;cnsid=cns&amp;#033;A1B2&amp;#033;44\">\
            <img src=\"http://byfiles.storage.live.com/y1pThumb:thumbnail\" alt=\" A rose \"></a>";
        let media = of_body(html, &shown());
        assert_eq!(media.len(), 1);
        assert_eq!(media[0].id, "44");
        assert_eq!(
            media[0].candidates,
            [
                "http://blufiles.storage.live.com/y1pFull",
                "http://byfiles.storage.live.com/y1pWeb",
                "http://byfiles.storage.live.com/y1pThumb",
                "http://byfiles.storage.live.com/y1pThumb:thumbnail",
            ]
        );
        assert_eq!(media[0].alt.as_deref(), Some("A rose"));
    }

    #[test]
    fn a_link_to_another_page_is_no_candidate() {
        let html = "<a href=\"http://example.com/story.html\"><img src=\"http://storage.msn.com/x1pA\"></a>";
        let media = of_body(html, &shown());
        assert_eq!(media[0].candidates, ["http://storage.msn.com/x1pA"]);
        assert_eq!(media[0].id, "http://storage.msn.com/x1pA");
    }

    #[test]
    fn smileys_are_no_pictures_and_uploads_of_one_file_are_one() {
        let html = "<img src=\"/rte/emoticons/smile_cry.gif\"><img src=\"http://spaces.msn.com/mmm2005-01-24_16.34/RTE/emoticons/smile_teeth.gif\">\
            <img src=\"http://byfiles.storage.msn.com/y1pA?PARTNER=WRITER\"><img src=\"https://BYFILES.storage.msn.com/y1pA\"><img src=\"data:image/gif;base64,R0\">";
        let media = of_body(html, &shown());
        assert_eq!(media.len(), 2);
        assert_eq!(media[0].id, media[1].id);
    }

    #[test]
    fn a_file_name_with_brackets_and_blanks_is_kept() {
        assert_eq!(
            file_name("https://aftv2q.bay.livefilestore.com/y1mToken/image_thumb%5B3%5D%2061095F84.png?psid=1").as_deref(),
            Some("image_thumb[3] 61095F84.png")
        );
        assert_eq!(file_name("http://storage.msn.com/x1pToken"), None);
    }

    #[test]
    fn a_picture_beside_a_saved_page_is_found_in_the_input() {
        let mut shown = shown();
        shown.base = "input:/blog/page one.html";
        let media = of_body("<img src=\"img/rose 1.jpg\">", &shown);
        assert_eq!(media[0].candidates, ["input:/blog/img/rose%201.jpg"]);
    }
}
