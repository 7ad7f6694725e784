use std::collections::BTreeMap;

use engine::webhooks::Answer;

/// What a browser is answered.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    body: String,
    /// What the browser is to keep or forget.
    cookie: Option<String>,
    /// Where it is sent on to.
    to: Option<String>,
}

impl Reply {
    /// A page.
    pub(crate) const fn of(status: u16, body: String) -> Self {
        Self {
            status,
            body,
            cookie: None,
            to: None,
        }
    }

    /// Sends the browser on, by GET whatever it was asked with.
    pub(crate) const fn onward(to: String) -> Self {
        Self {
            status: 303,
            body: String::new(),
            cookie: None,
            to: Some(to),
        }
    }

    /// The same, and the browser keeps this.
    pub(crate) fn keeping(mut self, cookie: String) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// It as the host sends it.
    pub(crate) fn answer(self, method: &str) -> Answer {
        let mut headers = headers();
        if self.status == 405 {
            headers.insert("allow".to_owned(), "GET, HEAD, POST".to_owned());
        }
        let further = [("set-cookie", self.cookie), ("location", self.to)];
        let further = further
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        headers.extend(further);
        let body = if method == "HEAD" {
            String::new()
        } else {
            self.body
        };
        Answer {
            status: self.status,
            headers,
            body,
        }
    }
}

/// What every page is sent with: it loads nothing, runs nothing, is shown in no frame, is kept by nobody,
/// and tells no other page by which address it was reached.
fn headers() -> BTreeMap<String, String> {
    let policy = format!(
        "default-src 'none'; style-src '{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        crate::style::STYLE_HASH
    );
    [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", policy.as_str()),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}
