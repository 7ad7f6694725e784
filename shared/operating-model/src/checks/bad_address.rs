//! A mail address has one `@` and something on each side of it.

use super::{Check, Reading};
use crate::{grammar::Shape, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "bad-address",
    about: "A mail address has one @ and something on each side of it.",
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
            let what = format!("`{text}` is not a mail address");
            problems.at(
                &CHECK,
                site.context.file,
                site.node.span,
                what,
                "write for example `anna@northwind.example`".to_owned(),
            );
        }
    }
}
