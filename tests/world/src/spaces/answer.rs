//! What the host says back, before it becomes bytes on a socket.

/// One answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
    pub(super) location: Option<String>,
}

impl Answer {
    pub(super) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            body: body.into(),
            location: None,
        }
    }

    pub(super) fn page(html: String) -> Self {
        Self::new(200, "text/html; charset=utf-8", html)
    }

    pub(super) fn feed(xml: String) -> Self {
        Self::new(200, "text/xml; charset=utf-8", xml)
    }

    pub(super) fn not_found() -> Self {
        let html = "<html><head><title>Windows Live Spaces</title></head><body><h2>This page cannot be found</h2>\
            <p>The page you are looking for does not exist or was removed.</p></body></html>";
        Self::new(404, "text/html; charset=utf-8", html)
    }

    pub(super) fn plain(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self {
            location: Some(to.to_owned()),
            ..Self::new(
                302,
                "text/html; charset=utf-8",
                "<html><body>Object moved</body></html>",
            )
        }
    }
}
