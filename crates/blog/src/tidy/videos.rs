//! Video players in all their old forms (`object`, `embed`, `iframe`) become a plain address that the new home turns into a
//! player, or a link where nothing plays any more. In tidied HTML an embed is `<p class="rehome-embed"><a href="URL">URL</a></p>`.

use super::{For, notes::Notes};
use crate::body::resolve;
use crate::body::tree::{Element, Node, replace, text_of};
use crate::codes::tidy::{DEAD_VIDEO, VIDEO};

/// The class of the paragraph that stands for an embed.
pub const EMBED_CLASS: &str = "rehome-embed";

pub(super) fn run(nodes: &mut Vec<Node>, purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |element| {
        if !matches!(element.name.as_str(), "object" | "embed" | "iframe") {
            return Err(element);
        }
        let Some(address) = player_address(&element) else {
            return Err(element);
        };
        match watch_address(&address) {
            Some(watch) => {
                notes.name(&VIDEO, &watch);
                Ok(vec![embed(&watch, purpose)])
            }
            None if element.name == "iframe" && !is_dead_service(&address) => Err(element),
            None => {
                let page = dead_page(&address).unwrap_or(address);
                notes.name(&DEAD_VIDEO, &page);
                let mut shown = vec![link(&page, None)];
                let inner = text_of(&element.children);
                if !inner.trim().is_empty() {
                    shown.push(Node::text(format!(" {}", inner.trim())));
                }
                Ok(shown)
            }
        }
    });
    // An `object` around a rebuilt `embed` holds nothing else.
    replace(nodes, &mut |element| {
        let rebuilt = element.name == "object" && element.children.iter().any(is_embed);
        if !rebuilt {
            return Err(element);
        }
        Ok(element
            .children
            .into_iter()
            .filter(is_embed)
            .take(1)
            .collect())
    });
}

/// Whether a node stands for an embed.
pub(crate) fn is_embed(node: &Node) -> bool {
    node.as_element()
        .is_some_and(|element| element.has_class(EMBED_CLASS))
}

fn embed(address: &str, purpose: For) -> Node {
    link(address, (purpose == For::Post).then_some(EMBED_CLASS))
}

fn link(address: &str, class: Option<&str>) -> Node {
    let mut anchor = Element::new("a", vec![Node::text(address)]);
    if let Some(class) = class {
        anchor.set("class", class);
    }
    anchor.set("href", address);
    Node::Element(anchor)
}

/// The address that a player plays: its own, its parameters', or that of the player inside it.
fn player_address(element: &Element) -> Option<String> {
    let own = match element.name.as_str() {
        "object" => element.get("data"),
        _ => element.get("src"),
    };
    let parameter = || {
        element.children.iter().find_map(|child| {
            let child = child.as_element()?;
            let name = child.get("name").unwrap_or_default().to_ascii_lowercase();
            let wanted = child.name == "param"
                && matches!(
                    name.as_str(),
                    "movie" | "src" | "url" | "filename" | "flashvars"
                );
            wanted.then(|| child.get("value").unwrap_or_default().to_owned())
        })
    };
    let address = own
        .map(str::to_owned)
        .filter(|own| !own.trim().is_empty())
        .or_else(parameter)?;
    resolve(&address, Some("http://input.invalid/"))
        .filter(|address| !address.contains("input.invalid"))
}

/// The page address of a video whose service still plays it.
fn watch_address(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let parts: Vec<&str> = url
        .path_segments()?
        .filter(|part| !part.is_empty())
        .collect();
    let query = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    match host.as_str() {
        "youtube.com" | "m.youtube.com" | "youtube-nocookie.com" | "youtube.googleapis.com" => {
            let id = match parts.as_slice() {
                ["v" | "embed" | "e", id, ..] => clean_id(id),
                ["watch", ..] => clean_id(&query("v")?),
                _ => None,
            };
            let list = || query("list").and_then(|list| clean_id(&list));
            match id {
                Some(id) if id != "videoseries" => {
                    Some(format!("https://www.youtube.com/watch?v={id}"))
                }
                _ => Some(format!("https://www.youtube.com/playlist?list={}", list()?)),
            }
        }
        "youtu.be" => Some(format!(
            "https://www.youtube.com/watch?v={}",
            clean_id(parts.first()?)?
        )),
        "vimeo.com" | "player.vimeo.com" | "assets.vimeo.com" => {
            let id = query("clip_id").or_else(|| {
                parts
                    .iter()
                    .find(|part| is_number(part))
                    .map(|id| (*id).to_owned())
            })?;
            is_number(&id).then(|| format!("https://vimeo.com/{id}"))
        }
        "dailymotion.com" | "geo.dailymotion.com" => {
            let id = match parts.as_slice() {
                ["swf" | "embed", "video", id, ..] | ["swf" | "video", id, ..] => clean_id(id),
                _ => query("video").and_then(|id| clean_id(&id)),
            }?;
            Some(format!("https://www.dailymotion.com/video/{id}"))
        }
        "videopress.com" | "v.wordpress.com" | "video.wordpress.com" => {
            let id = clean_id(
                parts
                    .iter()
                    .rfind(|part| !matches!(**part, "embed" | "v"))?,
            )?;
            Some(format!("https://videopress.com/v/{id}"))
        }
        "embed.ted.com" | "embed-ssl.ted.com" => Some(format!(
            "https://www.ted.com/talks/{}",
            clean_id(parts.last()?.trim_end_matches(".html"))?
        )),
        _ => None,
    }
}

/// Services whose players show nothing any more, or never did in a frame elsewhere.
const DEAD_SERVICES: &[&str] = &[
    "video.msn.com",
    "soapbox.msn.com",
    "images.video.msn.com",
    "video.google.com",
    "bing.com",
    "viddler.com",
    "blip.tv",
    "youku.com",
    "tudou.com",
    "ku6.com",
    "56.com",
    "metacafe.com",
    "veoh.com",
    "silverlight.services.live.com",
    "channel9.msdn.com",
    "brightcove.com",
];

fn is_dead_service(address: &str) -> bool {
    let host = url::Url::parse(address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    DEAD_SERVICES
        .iter()
        .any(|service| host == *service || host.ends_with(&format!(".{service}")))
}

/// The page that a dead player's video stood on, where it can be told.
fn dead_page(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?;
    if host == "video.google.com" {
        let (_, id) = url
            .query_pairs()
            .find(|(key, _)| key.eq_ignore_ascii_case("docid"))?;
        return Some(format!(
            "http://video.google.com/videoplay?docid={}",
            clean_id(&id)?
        ));
    }
    if host == "player.youku.com" {
        let parts: Vec<&str> = url.path_segments()?.collect();
        let id = parts
            .windows(2)
            .find(|pair| matches!(pair[0], "sid" | "embed"))?[1];
        return Some(format!("https://v.youku.com/v_show/id_{id}.html"));
    }
    None
}

/// An id of letters, digits, `-` and `_`; old players glued parameters on with `&`.
fn clean_id(id: &str) -> Option<String> {
    let id: String = id
        .chars()
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
        .collect();
    (!id.is_empty()).then_some(id)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::watch_address;
    use crate::tidy::{For, tidy};

    #[test]
    fn players_of_all_ages_lead_to_the_same_page() {
        for address in [
            "http://www.youtube.com/v/a-b_C1&hl=en&fs=1",
            "https://www.youtube-nocookie.com/embed/a-b_C1?rel=0",
            "http://youtu.be/a-b_C1",
            "http://youtube.com/watch?x=1&v=a-b_C1",
        ] {
            assert_eq!(
                watch_address(address).as_deref(),
                Some("https://www.youtube.com/watch?v=a-b_C1"),
                "{address}"
            );
        }
        assert_eq!(
            watch_address("http://vimeo.com/moogaloop.swf?clip_id=123&server=vimeo.com").as_deref(),
            Some("https://vimeo.com/123")
        );
        assert_eq!(
            watch_address("http://www.dailymotion.com/swf/x1abc").as_deref(),
            Some("https://www.dailymotion.com/video/x1abc")
        );
    }

    #[test]
    fn a_player_in_a_paragraph_becomes_a_paragraph_of_its_own() {
        let html = "<p>see <object width=1><param name=movie value=\"http://www.youtube.com/v/abc\"><embed src=\"http://www.youtube.com/v/abc\"></embed></object> now</p>";
        assert_eq!(
            tidy(html, For::Post).html,
            "<p>see</p>\n<p class=\"rehome-embed\"><a href=\"https://www.youtube.com/watch?v=abc\">https://www.youtube.com/watch?v=abc</a></p>\n<p>now</p>"
        );
    }

    #[test]
    fn a_player_of_a_dead_service_leaves_a_link_and_a_finding() {
        let tidied = tidy(
            "<embed src=\"http://video.google.com/googleplayer.swf?docId=-12&hl=en\">",
            For::Post,
        );
        assert_eq!(
            tidied.html,
            "<p><a href=\"http://video.google.com/videoplay?docid=-12\">http://video.google.com/videoplay?docid=-12</a></p>"
        );
        assert_eq!(tidied.findings[0].code, "TID-008");
    }
}
