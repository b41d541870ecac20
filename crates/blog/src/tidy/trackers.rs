//! Invisible pictures that count readers.

use super::{For, notes::Notes};
use crate::body::tree::{Element, Node, replace};
use crate::codes::tidy::TRACKER;

/// Hosts that serve nothing but counters.
const COUNTERS: &[&str] = &[
    "c.msn.com",
    "c.live.com",
    "c.spaces.live.com",
    "stats.wordpress.com",
    "pixel.wp.com",
    "b.scorecardresearch.com",
    "counter.yadro.ru",
    "statcounter.com",
    "c.statcounter.com",
    "google-analytics.com",
    "www.google-analytics.com",
    "pixel.quantserve.com",
    "sitemeter.com",
    "feeds.wordpress.com",
    "feedsportal.com",
    "ads.pheedo.com",
    "img.tongji.linezing.com",
    "hm.baidu.com",
    "stat.51.la",
];

pub(super) fn run(nodes: &mut Vec<Node>, _purpose: For, notes: &mut Notes) {
    replace(nodes, &mut |element| {
        if element.name != "img" || !(is_dot(&element) || is_counter(&element)) {
            return Err(element);
        }
        notes.name(
            &TRACKER,
            host(&element).unwrap_or_else(|| "a picture of one pixel".to_owned()),
        );
        Ok(Vec::new())
    });
}

fn is_dot(element: &Element) -> bool {
    let side = |name: &str| {
        element
            .get(name)
            .is_some_and(|size| matches!(size.trim().trim_end_matches("px"), "0" | "1"))
    };
    side("width") && side("height")
}

fn is_counter(element: &Element) -> bool {
    let Some(host) = host(element) else {
        return false;
    };
    COUNTERS.contains(&host.as_str())
        || (host.ends_with("feedburner.com")
            && element
                .get("src")
                .is_some_and(|src| src.contains("/~r/") || src.contains("/~4/")))
}

fn host(element: &Element) -> Option<String> {
    let address = crate::body::resolve(element.get("src")?, Some("http://input.invalid/"))?;
    let host = url::Url::parse(&address).ok()?.host_str()?.to_owned();
    (host != "input.invalid").then_some(host)
}

#[cfg(test)]
mod tests {
    use crate::tidy::{For, tidy};

    #[test]
    fn counters_go_and_pictures_stay() {
        let html = "<p>x<img src=\"http://feeds.feedburner.com/~r/x/~4/y\" /><img width=1 height=1 src=http://h.example/c.gif><img src=\"http://h.example/p.gif\" width=\"10\" height=\"1\" /></p>";
        let tidied = tidy(html, For::Post);
        assert_eq!(
            tidied.html,
            "<p>x<img src=\"http://h.example/p.gif\" width=\"10\" height=\"1\" /></p>"
        );
        assert!(tidied.findings[0].sentence.contains("2 times"));
    }
}
