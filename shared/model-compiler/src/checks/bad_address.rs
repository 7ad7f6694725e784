//! A mail address has one `@`, something before it, and behind it a name with a dot in it, such as
//! `northwind.example`. Two addresses, spaces and angle brackets are refused.

use super::check::{Check, Problems, Reading};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "bad-address",
    about: "A mail address has one @, something before it and a name with a dot behind it.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let (Shape::Email, Some(text)) = (site.shape, site.node.text()) else {
            continue;
        };
        let parts: Vec<&str> = text.split('@').collect();
        let plain = text.len() <= 254
            && !text.contains(|c: char| {
                c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>')
            });
        if !plain
            || !matches!(parts.as_slice(), [name, domain] if !name.is_empty() && domain.contains('.'))
        {
            let (what, fix) = match parts.as_slice() {
                [name, domain] if plain && !name.is_empty() && !domain.is_empty() => (
                    format!(
                        "`{text}` is not a mail address: what stands behind the @ has no dot in it"
                    ),
                    format!("write the whole name, for example `{name}@{domain}.example`"),
                ),
                _ => (
                    format!("`{text}` is not a mail address"),
                    "write one address, for example `anna@northwind.example`".to_owned(),
                ),
            };
            problems.at(&CHECK, site.context.file, site.node.span, what, fix);
        }
    }
}
