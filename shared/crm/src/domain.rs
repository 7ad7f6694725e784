//! The one form of a domain.

mod punycode;

/// The most letters of a label. A longer one is part of no domain, and to encode it takes time that grows
/// with the square of its length.
const LONGEST_LABEL: usize = 63;

/// A domain in the one form in which domains are kept and compared: in lower case, in the letters
/// that the net knows (`xn--mller-kva.example` for `müller.example`), and without what people and
/// imports write around it: a scheme, a user, a path, a port, a dot at the end, `www.`. None if
/// nothing is left.
///
/// What is no domain is not refused: it is kept in the same form, and is the same as nothing else.
/// The form of a form is itself.
#[must_use]
pub fn domain(text: &str) -> Option<String> {
    let lower = host(text.trim()).to_lowercase();
    let dots: &[char] = &['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];
    let labels = trimmed(&lower).split(dots).map(label);
    let whole = labels.collect::<Vec<_>>().join(".");
    let plain = without_www(&whole);
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// What stands between the scheme and the user on one side and the path on the other.
fn host(text: &str) -> &str {
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-');
    let after = match text.split_once("://") {
        Some((scheme, after)) if scheme.chars().all(of_scheme) => after,
        _ => text.strip_prefix("//").unwrap_or(text),
    };
    let before = after.split(['/', '?', '#', '\\']).next().unwrap_or(after);
    before.rsplit_once('@').map_or(before, |(_, host)| host)
}

/// Without a port, and without dots and blanks at the ends.
fn trimmed(mut host: &str) -> &str {
    loop {
        let at_ends =
            |c: char| c.is_whitespace() || matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
        let shorter = host.trim_matches(at_ends);
        let shorter = match shorter.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => shorter,
        };
        if shorter.len() == host.len() {
            return host;
        }
        host = shorter;
    }
}

/// One part between dots, as the net writes it; one that is too long as it is.
fn label(label: &str) -> String {
    if label.is_ascii() || label.chars().nth(LONGEST_LABEL).is_some() {
        return label.to_owned();
    }
    punycode::encode(label).map_or_else(|| label.to_owned(), |encoded| format!("xn--{encoded}"))
}

/// Without `www.`, as long as a domain with a dot in it remains: `www.com` is one itself.
fn without_www(mut domain: &str) -> &str {
    let at_start = |c: char| c.is_whitespace() || c == '.';
    while let Some(rest) = domain.strip_prefix("www.") {
        let rest = rest.trim_start_matches(at_start);
        if !rest.contains('.') {
            break;
        }
        domain = rest;
    }
    domain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::domain;

    #[test]
    fn what_is_written_around_a_domain_is_taken_off() {
        for text in [
            "kranich.example",
            "Kranich.Example",
            "www.kranich.example",
            "WWW.kranich.example.",
            " kranich.example. ",
            "https://kranich.example",
            "https://www.kranich.example/impressum?x=https://other.example#a@b",
            "http://user:word@www.kranich.example:8080/",
            "//kranich.example/",
            "kranich.example:443",
            "kranich.example/?from=http://other.example",
            "ines@kranich.example",
            "www.www.kranich.example",
            "kranich\u{3002}example",
        ] {
            assert_eq!(domain(text).as_deref(), Some("kranich.example"), "{text}");
        }
    }

    #[test]
    fn what_is_another_domain_stays_one() {
        for (text, kept) in [
            ("shop.kranich.example", "shop.kranich.example"),
            ("wwwkranich.example", "wwwkranich.example"),
            ("www2.kranich.example", "www2.kranich.example"),
            ("www.com", "www.com"),
            ("localhost", "localhost"),
            ("not known", "not known"),
        ] {
            assert_eq!(domain(text).as_deref(), Some(kept), "{text}");
        }
    }

    #[test]
    fn letters_beyond_ascii_are_written_as_the_net_writes_them() {
        for (text, kept) in [
            ("MÜLLER.example", "xn--mller-kva.example"),
            ("xn--mller-kva.example", "xn--mller-kva.example"),
            (
                "www.bücher.müller.example",
                "xn--bcher-kva.xn--mller-kva.example",
            ),
            ("пример.example", "xn--e1afmkfd.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ] {
            assert_eq!(domain(text).as_deref(), Some(kept), "{text}");
        }
    }

    /// A property of a CRM holds up to 65,536 letters.
    #[test]
    fn what_is_too_long_for_a_domain_is_kept_as_it_is() {
        let longest = "ü".repeat(63);
        let encoded = domain(&longest).unwrap_or_default();
        assert!(encoded.starts_with("xn--"), "{encoded}");
        let letters = ('\u{4e00}'..='\u{9fff}').chain('\u{20000}'..='\u{2a6df}');
        let all_different: String = letters.take(60_000).collect();
        for label in ["ü".repeat(64), all_different] {
            let text = format!("{label}.example");
            assert!(domain(&text) == Some(text), "it was changed");
        }
    }

    #[test]
    fn nothing_is_no_domain() {
        for text in ["", " ", ".", "https://", "/path", "a@"] {
            assert_eq!(domain(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_form_of_a_form_is_itself(text in r"(https?://|//|www\.)?\PC{0,20}[.:/@ ]?\PC{0,10}") {
            if let Some(once) = domain(&text) {
                prop_assert_eq!(domain(&once), Some(once));
            }
        }
    }
}
