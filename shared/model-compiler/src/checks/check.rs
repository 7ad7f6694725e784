//! What a check is, what it looks at, and where it puts what it finds.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use crm::{FieldRef, RecordKind, Value};

use crate::{
    fixes::misspelt::Misspelt,
    grammar::{
        catalogue::Catalogue,
        names::Known,
        sites::{Sites, TestSite, Trees},
    },
    problems::problem::{Problem, ProblemSeverity},
    yaml::{node::Node, scalars, span::Span, texts::Texts},
};
use model::ModelFile;

/// One kind of mistake.
#[derive(Debug)]
pub struct Check {
    /// Its name, as it stands behind each message.
    pub name: &'static str,
    /// What it makes sure of, in one sentence.
    pub about: &'static str,
    pub(crate) severity: ProblemSeverity,
    pub(crate) run: fn(&Reading<'_>, &mut Problems<'_>),
}

impl Check {
    /// What a problem that it finds means for the model.
    #[must_use]
    pub const fn severity(&self) -> ProblemSeverity {
        self.severity
    }
}

/// For what is found while reading, before any check is run, or proven after.
pub(crate) fn nothing(_: &Reading<'_>, _: &mut Problems<'_>) {}

/// What the checks look at.
#[derive(Debug)]
pub(crate) struct Reading<'t> {
    pub(crate) texts: &'t Texts,
    pub(crate) trees: &'t Trees,
    /// The words that were put right in the trees.
    pub(crate) misspelt: &'t [Misspelt],
    pub(crate) sites: &'t Sites<'t>,
    pub(crate) known: &'t Known<'t>,
    pub(crate) catalogue: &'t Catalogue,
}

impl<'t> Reading<'t> {
    /// The sources that have records of a kind, in the order in which they are written.
    pub(crate) fn sources_of(&self, kind: RecordKind) -> Vec<&'t str> {
        let technology = self.trees.get(&ModelFile::Technology);
        let sources = technology.and_then(|root| root.get("sources"));
        let sources = sources.into_iter().flat_map(Node::entries);
        let has = |records: &Node| records.get(kind.word()).is_some();
        sources
            .filter(|(_, _, source)| source.get("records").is_some_and(has))
            .map(|(name, ..)| name)
            .collect()
    }

    /// The field that is put to a test, if it is written as one.
    pub(crate) fn field(&self, site: &TestSite<'_>) -> Option<FieldRef> {
        self.catalogue.field(site.field.text()?)
    }

    /// The values of a named list, if there is one.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<Value>> {
        let list = self
            .trees
            .get(&ModelFile::Strategy)?
            .get("lists")?
            .get(name)?;
        list.is_list().then(|| scalars::values(list))
    }
}

/// The most problems of one check in one file; a hostile file could have a hundred thousand.
const MOST: usize = 100;

/// So many values are covered at most; each costs a look at every message.
const MOST_COVERED: usize = 1000;

/// Where the checks put what they find.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    texts: &'a Texts,
    found: Vec<Problem>,
    /// How many of each check in each file.
    counts: BTreeMap<(&'static str, String), usize>,
    /// What must not be shown.
    covered: BTreeSet<String>,
}

impl<'a> Problems<'a> {
    pub(crate) fn new(texts: &'a Texts) -> Self {
        Self {
            texts,
            found: Vec::new(),
            counts: BTreeMap::new(),
            covered: BTreeSet::new(),
        }
    }

    /// The files that are looked at.
    pub(crate) const fn texts(&self) -> &'a Texts {
        self.texts
    }

    /// A problem at a place of one of the six files.
    pub(crate) fn at(
        &mut self,
        check: &Check,
        file: ModelFile,
        span: Span,
        what: String,
        fix: String,
    ) {
        self.in_file(check, file.name(), Some(span), what, fix);
    }

    /// A problem of any file, with or without a place.
    pub(crate) fn in_file(
        &mut self,
        check: &Check,
        file: &str,
        span: Option<Span>,
        what: String,
        fix: String,
    ) {
        let count = self
            .counts
            .entry((check.name, file.to_owned()))
            .or_default();
        *count += 1;
        let what = match (*count).cmp(&MOST) {
            Ordering::Greater => return,
            Ordering::Equal => format!("{what} (and there may be more of this kind)"),
            Ordering::Less => what,
        };
        let shown = span
            .and_then(|span| self.texts.line(file, span.line))
            .map(str::to_owned);
        self.found.push(Problem {
            severity: check.severity(),
            check: check.name,
            file: file.to_owned(),
            span,
            shown,
            what,
            fix,
        });
    }

    /// A problem with a value that must not be shown: it is covered in every message.
    pub(crate) fn covered(
        &mut self,
        check: &Check,
        file: &str,
        (span, text): (Span, &str),
        what: String,
        fix: String,
    ) {
        self.in_file(check, file, Some(span), what, fix);
        // A few letters are no secret, and stars for them would spoil other words.
        let long = text.lines().filter(|line| line.chars().count() >= 6);
        let room = MOST_COVERED.saturating_sub(self.covered.len());
        self.covered.extend(long.take(room).map(str::to_owned));
    }

    /// Puts stars in place of what must not be shown.
    fn cover(&mut self) {
        for secret in self.covered.iter().filter(|secret| !secret.is_empty()) {
            let stars = "*".repeat(secret.chars().count());
            for problem in &mut self.found {
                problem.what = problem.what.replace(secret, &stars);
                problem.fix = problem.fix.replace(secret, &stars);
                problem.shown = problem
                    .shown
                    .take()
                    .map(|line| line.replace(secret, &stars));
            }
        }
    }

    /// Whether there is nothing that keeps the model from being built.
    pub(crate) fn no_error(&self) -> bool {
        let error = |it: &Problem| it.severity == ProblemSeverity::Error;
        !self.found.iter().any(error)
    }

    /// How many were found so far, those included that are not shown.
    pub(crate) fn count(&self) -> usize {
        self.counts.values().sum()
    }

    /// Forgets the warnings, where there are errors to be fixed first.
    pub(crate) fn drop_warnings(&mut self) {
        self.found
            .retain(|problem| problem.severity == ProblemSeverity::Error);
    }

    /// All of them by file and place, each said once.
    pub(crate) fn sorted(mut self) -> Vec<Problem> {
        self.cover();
        let order = |problem: &Problem| {
            ModelFile::ALL
                .iter()
                .position(|file| file.name() == problem.file)
        };
        self.found.sort_by(|a, b| {
            let key = |p: &Problem| (order(p).unwrap_or(usize::MAX), p.file.clone(), p.span);
            key(a)
                .cmp(&key(b))
                .then_with(|| (a.check, &a.what).cmp(&(b.check, &b.what)))
        });
        self.found.dedup();
        self.found
    }
}
