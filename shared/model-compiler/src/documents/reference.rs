//! The reference of the language in Markdown: the introduction, every word of the grammar with an
//! example, every test of a condition, every check with what it says.
//!
//! Words, values and tests come from the grammar, so that they cannot be forgotten. What the
//! grammar does not have is handed in: an example model, and a page for each check.

mod sections;
mod tables;
mod values;

use std::collections::BTreeMap;

use crate::{CHECKS, ProblemSeverity, Texts, checks::check::Check};
use model::ModelFile;

/// What the reference is made of beside the grammar.
#[derive(Debug)]
pub struct Material {
    /// A model in which every section has something in it.
    pub example: Texts,
    /// The page of each check, by the check's name.
    pub checks: BTreeMap<String, CheckPage>,
}

/// What is said of a check beside its one sentence.
#[derive(Debug, Clone, Default)]
pub struct CheckPage {
    /// What it makes sure of and why, in Markdown.
    pub about: String,
    /// A message of it, with the fix; none if it never speaks.
    pub message: Option<String>,
}

/// The reference, ending with a line break; the same bytes for the same material.
#[must_use]
pub fn markdown(material: &Material) -> String {
    let mut text = include_str!("reference/introduction.md").to_owned();
    for file in ModelFile::ALL {
        text += &sections::of(file, &material.example);
    }
    text += &tables::conditions();
    text += include_str!("reference/clocks.md");
    text += include_str!("reference/scenarios.md");
    text += "\n## The checks\n\n";
    text += "Each check looks for one kind of mistake and reports all of it. An error keeps a model from\n\
             being built. A warning does not; it tells what is hardly meant, and is looked for once there\n\
             is no error. What only a whole model can show (a record that nothing catches, an entry that\n\
             never wins, a stage without a way out) is looked for once there is no other error, and\n\
             `fairlead check` says when it could not look yet.\n";
    for check in CHECKS {
        text += &page(check, material.checks.get(check.name));
    }
    text
}

fn page(check: &Check, page: Option<&CheckPage>) -> String {
    let warning = match check.severity() {
        ProblemSeverity::Error => "",
        ProblemSeverity::Warning => " (a warning)",
    };
    let page = page.cloned().unwrap_or_default();
    let about = if page.about.is_empty() {
        check.about
    } else {
        page.about.trim()
    };
    let mut text = format!("\n### {}{warning}\n\n{about}\n", check.name);
    if let Some(message) = page.message {
        text += &format!("\n```text\n{}\n```\n", message.trim_end());
    }
    text
}
