//! Why a test does not fit its field, and what is needed there.

use crate::{
    fixes::values,
    yaml::{node::Node, span::Span},
};

/// Why a test does not fit its field.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    pub(crate) what: String,
    pub(crate) fix: String,
}

impl Fault {
    /// The same with what was meant for its fix, where that can be told.
    pub(super) fn meant(self, fix: Option<String>) -> Self {
        Self {
            fix: fix.unwrap_or(self.fix),
            ..self
        }
    }
}

pub(super) fn needs(node: &Node, needed: &str, example: &str) -> Fault {
    let found = node.text().map_or_else(
        || node.form().to_owned(),
        |text| format!("`{}`", text.chars().take(60).collect::<String>()),
    );
    Fault {
        span: node.span,
        what: format!("here stands {found}, where {needed} is needed"),
        fix: format!("write for example {example}"),
    }
}

pub(super) fn yes_or_no(node: &Node) -> Fault {
    let meant = values::yes_no(node).map(|word| format!("write `{word}`, without quotes"));
    needs(node, "yes or no without quotes", "`yes`").meant(meant)
}
