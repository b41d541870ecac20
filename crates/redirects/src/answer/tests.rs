use super::*;
use crate::known::Closure;
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
    match answer(known, &method, &uri, &headers, &house()) {
        Answer::Ready(response) | Answer::Old(response) => response,
    }
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
        Known::Gone(Closure::Item),
        Known::Waiting,
        Known::Closed,
        Known::Unknown {
            nearest: Some(NEW.to_owned()),
        },
    ] {
        let mut get = ask(&known, Method::GET, "/", &[]);
        let head = ask(&known, Method::HEAD, "/", &[]);
        // Of a redirect's body, the length is written by who sends it.
        let length = HeaderValue::from(get.body().len());
        if let Some(own) = get.headers_mut().insert(CONTENT_LENGTH, length.clone()) {
            assert_eq!(own, length);
        }
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
        (Known::Gone(Closure::Blog), 410),
        (Known::Gone(Closure::Item), 410),
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
        &Known::Gone(Closure::Item),
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

proptest! {
    /// Any target, any request: a `Location` is always an address that was published, with nothing after it that a header or
    /// a page could trip over.
    #[test]
    fn no_answer_leads_where_nobody_published(target in "\\PC{0,60}|https?://[ -~]{0,60}", path in "/[!-~&&[^#]]{0,60}", accept in "[ -~]{0,60}") {
        let Ok(uri) = path.parse::<Uri>() else { return Ok(()) };
        let known = Known::Moved(Moved { target: target.clone(), standing: Standing::Final, feed: true });
        let headers = [(ACCEPT_LANGUAGE, accept.parse().expect("visible"))].into_iter().collect();
        let Answer::Ready(response) = answer(&known, &Method::GET, &uri, &headers, &house()) else { panic!("a move is ready") };
        match response.headers().get(LOCATION) {
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
