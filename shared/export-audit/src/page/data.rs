//! The findings of a page, as short as they can be: each text once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lists::PageLists;
use crate::report::Report;

/// The most findings that are on a page; the others are counted, and all are in the CSV.
pub(super) const FINDINGS_ON_PAGE: usize = 1_000;

/// The texts that recur, by their numbers.
#[derive(Default)]
struct Words {
    numbers: BTreeMap<String, usize>,
    all: Vec<String>,
}

impl Words {
    fn number(&mut self, word: &str) -> usize {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let next = self.all.len();
        self.numbers.insert(word.to_owned(), next);
        self.all.push(word.to_owned());
        next
    }
}

/// The data of a page, in which nothing ends the script that it stands in.
pub(super) fn of(report: &Report) -> String {
    let mut words = Words::default();
    let findings = report.findings.iter().take(FINDINGS_ON_PAGE).map(|it| {
        let reasons = it.reasons.iter().map(|reason| {
            json!([
                words.number(&reason.field),
                reason.found,
                words.number(&reason.needed)
            ])
        });
        let reasons: Vec<Value> = reasons.collect();
        json!([
            words.number(&it.deviation),
            words.number(it.severity.word()),
            it.id,
            words.number(&it.owner),
            words.number(&it.stage),
            words.number(&it.segment),
            reasons,
            words.number(&it.file),
            it.line,
        ])
    });
    let findings: Vec<Value> = findings.collect();
    let (records, lists) = PageLists::of(report).values();
    let data =
        json!({ "words": words.all, "findings": findings, "records": records, "lists": lists });
    data.to_string().replace('<', "\\u003c")
}
