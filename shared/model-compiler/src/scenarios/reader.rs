use crm::RecordKind;
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::instants;
use crate::{
    checks::{
        check::{Check, Problems, nothing},
        unknown_zone,
    },
    fixes::nearest::{listed, nearest},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars, span::Span},
};
use model::OperatingModel;

/// Scenarios are checked by this one name.
static CHECK: Check = Check {
    name: "scenario",
    about: "A scenario names what the model has.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// One file while it is read: the model it speaks of, and where problems go.
pub(super) struct Reader<'r, 'p> {
    pub(super) model: &'r OperatingModel,
    pub(super) path: &'r str,
    problems: &'r mut Problems<'p>,
    zone: TimeZone,
    /// Whether the file may be JSON, in which yes is written `true`.
    json: bool,
}

impl<'r, 'p> Reader<'r, 'p> {
    pub(super) fn new(
        model: &'r OperatingModel,
        path: &'r str,
        problems: &'r mut Problems<'p>,
    ) -> Self {
        let zone = TimeZone::get(&model.company.time_zone).unwrap_or(TimeZone::UTC);
        Self {
            model,
            path,
            problems,
            zone,
            json: false,
        }
    }

    /// The same of a file that may be JSON.
    pub(super) const fn of_json_too(mut self) -> Self {
        self.json = true;
        self
    }

    /// A plain yes or no, as it is written in this file.
    pub(super) fn yes_no(&self, node: &Node) -> Option<bool> {
        match node.text().filter(|_| self.json && node.is_plain()) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => scalars::yes_no(node),
        }
    }

    /// Whether a value is said not to be there, as JSON says `null`.
    pub(super) fn is_null(&self, node: &Node) -> bool {
        self.json && node.is_empty()
    }

    /// How many problems were found so far.
    pub(super) fn found(&self) -> usize {
        self.problems.count()
    }

    pub(super) fn problem(&mut self, span: Span, what: String, fix: impl Into<String>) {
        self.problems
            .in_file(&CHECK, self.path, Some(span), what, fix.into());
    }

    /// Reports what is no mapping of these words, or has one of them twice.
    pub(super) fn words(&mut self, node: &Node, words: &[&str]) {
        if !node.is_mapping() {
            let what = format!("here stands {}, where a mapping is needed", node.form());
            let words = words.join(", ");
            self.problem(
                node.span,
                what,
                format!("write words such as {words}, each with its value"),
            );
        }
        let mut seen = Vec::new();
        for (text, key, _) in node.entries() {
            if !words.contains(&text) {
                let what = format!("`{text}` is no word of a scenario here");
                self.problem(key.span, what, instead(text, words.iter().copied()));
            } else if seen.contains(&text) {
                let what = format!("`{text}` stands here a second time");
                self.problem(key.span, what, "keep one of the two");
            }
            seen.push(text);
        }
    }

    /// The value of a word that must be there.
    pub(super) fn needed<'t>(
        &mut self,
        node: &'t Node,
        word: &str,
        about: &str,
    ) -> Option<&'t Node> {
        let found = node.get(word).filter(|value| !value.is_empty());
        if found.is_none() && node.is_mapping() {
            let what = format!("`{word}` is missing: {about}");
            self.problem(node.span, what, format!("add `{word}: …` here"));
        }
        found
    }

    /// One value as text.
    pub(super) fn text<'t>(&mut self, node: &'t Node, about: &str) -> Option<&'t str> {
        let text = node.text();
        if text.is_none() {
            let what = format!("here stands {}, where {about} is needed", node.form());
            self.problem(node.span, what, format!("write {about}"));
        }
        text
    }

    /// A name that the model has.
    pub(super) fn name<'t, 'k>(
        &mut self,
        node: &'t Node,
        a: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<&'t str> {
        let text = self.text(node, a)?;
        if known.clone().any(|known| known == text) {
            return Some(text);
        }
        let what = format!("`{text}` is not {a} of this model");
        self.problem(node.span, what, instead(text, known));
        None
    }

    /// A list of names that the model has.
    pub(super) fn names<'k>(
        &mut self,
        node: &Node,
        a: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) -> Option<std::collections::BTreeSet<String>> {
        if !node.is_list() {
            let what = format!("here stands {}, where a list is needed", node.form());
            self.problem(node.span, what, "write `[first, second]`, or `[]` for none");
            return None;
        }
        let mut names = Some(std::collections::BTreeSet::new());
        for item in node.items() {
            let name = self.name(item, a, known.clone());
            names = names.zip(name).map(|(mut names, name)| {
                names.insert(name.to_owned());
                names
            });
        }
        names
    }

    /// A time, in the company's zone unless another is named.
    pub(super) fn instant(&mut self, node: &Node) -> Option<Timestamp> {
        self.zoned(node).map(|at| at.timestamp())
    }

    /// The same, as it reads in its zone.
    pub(super) fn zoned(&mut self, node: &Node) -> Option<Zoned> {
        let text = self.text(node, "a time such as `2026-11-23 10:00`")?;
        match instants::instant(text, &self.zone) {
            Ok(at) => Some(at),
            Err(what) => {
                let company = &self.model.company.time_zone;
                let named = text.rsplit_once(' ').map(|(_, name)| name);
                let fix = match named.filter(|name| instants::is_no_zone(name)) {
                    Some(name) => unknown_zone::zone(name),
                    None => format!(
                        "write `2026-11-23 10:00` for the time in {company}, or name another zone behind it"
                    ),
                };
                self.problem(node.span, what, fix);
                None
            }
        }
    }
}

/// A kind of record with its article.
pub(super) const fn a(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Lead => "a lead",
        RecordKind::Contact => "a contact",
        RecordKind::Account => "an account",
        RecordKind::Opportunity => "an opportunity",
        RecordKind::Campaign => "a campaign",
    }
}

/// How to fix a name that is not there.
pub(super) fn instead<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("write `{near}`"),
        None => format!("it can be {}", listed(known)),
    }
}
