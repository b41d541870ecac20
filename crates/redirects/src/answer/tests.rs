use super::*;
use crate::known::Closure;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Response, Uri};
use proptest::prelude::*;

const NEW: &str = "https://ana.example.org/2007/02/garden/";

fn house() -> House {
    House::new(
        Rules::default(),
        pages::Links {
            portal: Some("https://portal.example/".to_owned()),
            search: Some("https://find.example/search".to_owned()),
            start: None,
        },
    )
}

fn moved(standing: Standing) -> Known {
    Known::Moved(Moved {
        target: NEW.to_owned(),
        standing,
        feed: false,
    })
}

fn ask(
    known: &Known,
    method: Method,
    uri: &str,
    headers: &[(HeaderName, &str)],
) -> Response<Bytes> {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.parse().expect("a value")))
        .collect();
    let uri = uri.parse().expect("an address");
    let mut letter = Letter::to(method == Method::HEAD);
    let turn = answer(
        known,
        &Asking::of(&method, &uri, &headers),
        &house(),
        &mut letter,
    );
    assert_eq!(turn == Turn::OldHomes, *known == Known::Waiting);
    letter.response
}

fn header(response: &Response<Bytes>, name: &HeaderName) -> String {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("text").to_owned())
        .unwrap_or_default()
}

#[test]
fn a_move_is_permanent_only_once_it_cannot_be_undone() {
    for (standing, method, status, keep) in [
        (Standing::Final, Method::GET, 301, "public, max-age=86400"),
        (Standing::Final, Method::HEAD, 301, "public, max-age=86400"),
        (Standing::Final, Method::POST, 308, "public, max-age=86400"),
        (Standing::Undoable, Method::GET, 302, "public, max-age=60"),
        (Standing::Undoable, Method::POST, 307, "public, max-age=60"),
    ] {
        let response = ask(
            &moved(standing),
            method.clone(),
            "/blog/cns!A1!7.entry?sa=1",
            &[],
        );
        assert_eq!(response.status().as_u16(), status, "{method}");
        assert_eq!(header(&response, &LOCATION), NEW);
        assert_eq!(header(&response, &CACHE_CONTROL), keep);
        assert_eq!(
            header(&response, &LINK),
            format!("<{NEW}>; rel=\"canonical\"")
        );
        assert_eq!(response.body().is_empty(), method == Method::HEAD);
    }
}

#[test]
fn head_says_what_get_would() {
    for known in [
        moved(Standing::Final),
        Known::Gone {
            what: Closure::Item,
            standing: Standing::Final,
        },
        Known::Waiting,
        Known::Closed,
        Known::Unknown {
            nearest: Some(NEW.to_owned()),
        },
    ] {
        let mut get = ask(&known, Method::GET, "/", &[]);
        let head = ask(&known, Method::HEAD, "/", &[]);
        // Of a body that is sent, the length is written by who sends it.
        let length = HeaderValue::from(get.body().len());
        assert_eq!(get.headers_mut().insert(CONTENT_LENGTH, length), None);
        assert_eq!(
            (get.status(), get.headers()),
            (head.status(), head.headers())
        );
        assert!(head.body().is_empty() && !get.body().is_empty());
    }
}

#[test]
fn pages_have_the_status_that_search_engines_understand() {
    for (known, status) in [
        (
            Known::Gone {
                what: Closure::Blog,
                standing: Standing::Final,
            },
            410,
        ),
        (
            Known::Gone {
                what: Closure::Item,
                standing: Standing::Final,
            },
            410,
        ),
        (Known::Waiting, 503),
        (Known::Closed, 200),
        (Known::Unknown { nearest: None }, 404),
        (Known::Foreign, 421),
    ] {
        let response = ask(&known, Method::GET, "/", &[]);
        assert_eq!(response.status().as_u16(), status, "{known:?}");
        assert_eq!(header(&response, &LOCATION), "", "{known:?}");
    }
    let later = ask(&Known::Waiting, Method::GET, "/", &[]);
    assert_eq!(header(&later, &RETRY_AFTER), "3600");
    assert_eq!(header(&later, &CACHE_CONTROL), "no-store");
    let refused = ask(&Known::Closed, Method::POST, "/", &[]);
    assert_eq!(
        (refused.status().as_u16(), header(&refused, &ALLOW)),
        (405, "GET, HEAD".to_owned())
    );
}

/// After an undo, nobody shall go on hearing for an hour that something is gone.
#[test]
fn a_page_about_what_may_be_undone_is_kept_as_shortly_as_its_redirects() {
    let gone = |standing| Known::Gone {
        what: Closure::Item,
        standing,
    };
    for (known, keep) in [
        (gone(Standing::Final), "public, max-age=3600"),
        (gone(Standing::Undoable), "public, max-age=60"),
        (Known::Closed, "public, max-age=3600"),
        (Known::Unknown { nearest: None }, "public, max-age=60"),
    ] {
        let response = ask(&known, Method::GET, "/", &[]);
        assert_eq!(header(&response, &CACHE_CONTROL), keep, "{known:?}");
    }
}

#[test]
fn a_page_that_the_visitor_holds_is_not_sent_again() {
    let first = ask(&Known::Closed, Method::GET, "/", &[]);
    let etag = header(&first, &ETAG);
    let list = format!("\"other\", W/{etag}");
    for held in [etag.as_str(), "*", &list] {
        let again = ask(&Known::Closed, Method::GET, "/", &[(IF_NONE_MATCH, held)]);
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{held}");
        assert!(again.body().is_empty());
        assert_eq!(header(&again, &ETAG), etag);
    }
    let german = ask(
        &Known::Closed,
        Method::GET,
        "/",
        &[(IF_NONE_MATCH, &etag), (ACCEPT_LANGUAGE, "de")],
    );
    assert_eq!(
        german.status(),
        StatusCode::OK,
        "another language is another page"
    );
    let gone = ask(
        &Known::Gone {
            what: Closure::Item,
            standing: Standing::Final,
        },
        Method::GET,
        "/",
        &[(IF_NONE_MATCH, "*")],
    );
    assert_eq!(gone.status(), StatusCode::GONE);
}

#[test]
fn pages_speak_the_visitors_language() {
    let text = |uri, accept| {
        let response = ask(
            &Known::Closed,
            Method::GET,
            uri,
            &[(ACCEPT_LANGUAGE, accept)],
        );
        assert_eq!(header(&response, &VARY), "accept-language");
        header(&response, &CONTENT_LANGUAGE)
    };
    assert_eq!(text("/", "ar-EG,en;q=0.5"), "ar");
    assert_eq!(text("/?mkt=zh-tw", "de"), "zh-Hant");
}

#[test]
fn a_target_that_is_none_is_never_redirected_to() {
    for target in [
        "https://a.example/\r\nX: y",
        "javascript:alert(1)",
        "//evil.example/",
        "/x",
    ] {
        let known = Known::Moved(Moved {
            target: target.to_owned(),
            standing: Standing::Final,
            feed: false,
        });
        let response = ask(&known, Method::GET, "/", &[]);
        assert_eq!(
            (response.status().as_u16(), header(&response, &LOCATION)),
            (404, String::new())
        );
        let near = Known::Unknown {
            nearest: Some(target.to_owned()),
        };
        let page = ask(&near, Method::GET, "/", &[]).into_body();
        assert!(!String::from_utf8_lossy(&page).contains(target));
    }
}

/// Every answer there is, to GET and HEAD: the bytes of the wire say what the letter says, in the same order.
#[test]
fn both_pens_write_the_same() {
    let knowns = [
        moved(Standing::Final),
        moved(Standing::Undoable),
        Known::Gone {
            what: Closure::Blog,
            standing: Standing::Final,
        },
        Known::Waiting,
        Known::Closed,
        Known::Unknown {
            nearest: Some(NEW.to_owned()),
        },
        Known::Foreign,
    ];
    let uri: Uri = "/?utm_source=a&mkt=ar".parse().expect("an address");
    let tags = ["", "*"].map(|tag| [(IF_NONE_MATCH, HeaderValue::from_static(tag))]);
    for (known, tag, head, last) in knowns
        .iter()
        .flat_map(|known| tags.iter().map(move |tag| (known, tag)))
        .flat_map(|(known, tag)| [false, true].map(|head| (known, tag, head)))
        .flat_map(|(known, tag, head)| [false, true].map(|last| (known, tag, head, last)))
    {
        let method = if head { Method::HEAD } else { Method::GET };
        let headers = tag.iter().cloned().collect();
        let asked = Asking::of(&method, &uri, &headers);
        let (mut letter, mut out) = (Letter::to(head), Vec::new());
        let _ = answer(known, &asked, &house(), &mut letter);
        let end = HeadEnd::dated("today");
        let mut wire = Wire::new(&mut out, head, last, &end);
        let _ = answer(known, &asked, &house(), &mut wire);
        let response = letter.response;
        let mut said = format!("HTTP/1.1 {}\r\n", response.status());
        for (name, value) in response.headers() {
            said += &format!("{name}: {}\r\n", value.to_str().expect("text"));
        }
        if last {
            said += "connection: close\r\n";
        }
        if !head && response.status() != StatusCode::NOT_MODIFIED {
            said += &format!("content-length: {}\r\n", response.body().len());
        }
        said += "date: today\r\n\r\n";
        said += std::str::from_utf8(response.body()).expect("text");
        assert_eq!(
            String::from_utf8_lossy(&out),
            said,
            "{known:?} {head} {last}"
        );
    }
}

#[test]
fn a_pen_leaves_out_what_may_not_stand_in_a_header() {
    let (mut letter, mut out) = (Letter::to(false), Vec::new());
    let bad = ["a\r\nx: y", "a\0", "a\u{7f}"];
    let end = HeadEnd::dated("today");
    let mut wire = Wire::new(&mut out, false, false, &end);
    for value in bad {
        letter.header(LOCATION, &["b", value]);
        wire.header(LOCATION, &["b", value]);
    }
    assert!(letter.response.headers().is_empty() && out.is_empty());
}

proptest! {
    /// Any target, any request: a `Location` is always an address that was published, with nothing after it that a header or
    /// a page could trip over.
    #[test]
    fn no_answer_leads_where_nobody_published(target in "\\PC{0,60}|https?://[ -~]{0,60}", path in "/[!-~&&[^#]]{0,60}", accept in "[ -~]{0,60}") {
        let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
        let known = Known::Moved(Moved { target: target.clone(), standing: Standing::Final, feed: true });
        let headers = [(ACCEPT_LANGUAGE, accept.parse().expect("visible"))].into_iter().collect();
        let mut letter = Letter::to(false);
        let asked = Asking::of(&Method::GET, &uri, &headers);
        prop_assert_eq!(answer(&known, &asked, &house(), &mut letter), Turn::Ours);
        match letter.response.headers().get(LOCATION) {
            Some(location) => {
                let location = location.to_str().expect("text");
                prop_assert!(is_target(location));
                let (page, fragment) = target.split_once('#').unwrap_or((&target, ""));
                prop_assert!(location.starts_with(page) && location.ends_with(fragment));
            }
            None => prop_assert!(!is_target(&target)),
        }
    }
}
