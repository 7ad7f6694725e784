use std::collections::BTreeMap;

use contracts::{Finding, Reason, Verdict};
use story::{Decision, Story, found};

use super::{
    consequence,
    page::{Page, Row, Span, Style, short, width},
    words::spans,
};
use crate::commands::explain::reader::Reader;

/// Columns before what a decision says; its time stands in them.
const BODY: usize = 10;

/// The longest field name beside which values are aligned.
const LONGEST_FIELD: usize = 28;

pub(super) fn add(page: &mut Page, decision: &Decision, story: &Story, reader: &Reader) {
    let audit = &decision.audit;
    if let Some(said) = decision.new_model() {
        page.blank();
        line(page, 0, spans(&said, reader));
    }
    page.blank();
    add_heading(page, decision, story, reader);
    line(page, BODY, vec![(Style::Strong, audit.outcome.clone())]);
    if let Some(said) = decision.taken_back() {
        line(page, BODY, spans(&said, reader));
    }
    for reason in &audit.reasons {
        add_reason(page, BODY, reason, reader);
    }
    add_facts(page, BODY, &audit.facts);
    for consequence in decision.consequences() {
        consequence::add(page, BODY, &consequence, audit.at, reader);
    }
}

fn add_heading(page: &mut Page, decision: &Decision, story: &Story, reader: &Reader) {
    let audit = &decision.audit;
    let asked = story.asked.as_ref() == Some(&audit.decision);
    let mut body = spans(&decision.heading(), reader);
    if asked {
        body.push((Style::Good, "◀ asked for".to_owned()));
    }
    // A digest is about a person, of whom there is no copy.
    let copy = match audit.sequence {
        0 => String::new(),
        sequence => format!("copy {sequence} · "),
    };
    let remark = format!("{copy}{}", short(audit.decision.as_str()));
    page.row(&Row {
        indent: 0,
        mark: (Style::Strong, reader.time(audit.at)),
        hang: BODY,
        body,
        right: Some((Style::Faint, remark)),
    });
}

/// The facts that were looked at, if there were any.
pub(super) fn add_facts(page: &mut Page, indent: usize, facts: &BTreeMap<String, String>) {
    if facts.is_empty() {
        return;
    }
    let facts = facts
        .iter()
        .map(|(field, value)| format!("{field} {value}"));
    let facts: Vec<String> = facts.collect();
    page.row(&Row {
        indent,
        mark: (Style::Faint, "facts".to_owned()),
        hang: 7,
        body: vec![(Style::Faint, facts.join(" · "))],
        right: None,
    });
}

/// A rule that was weighed, with what it found.
pub(super) fn add_reason(page: &mut Page, indent: usize, reason: &Reason, reader: &Reader) {
    page.row(&Row {
        indent,
        mark: mark(reason.verdict),
        hang: 2,
        body: vec![(Style::Plain, reason.rule.clone())],
        right: reason.place.map(|place| (Style::Faint, place.to_string())),
    });
    if let Some(note) = &reason.note {
        let said = vec![(Style::Plain, note.clone())];
        line(page, indent.saturating_add(2), said);
    }
    let longest = reason
        .findings
        .iter()
        .map(|finding| width(&finding.field))
        .max()
        .unwrap_or(0);
    for finding in &reason.findings {
        let column = longest.min(LONGEST_FIELD);
        add_finding(
            page,
            indent.saturating_add(2),
            (finding, column),
            reason,
            reader,
        );
    }
}

/// The sign and the field stand in front; what was found and needed is aligned behind them.
fn add_finding(
    page: &mut Page,
    indent: usize,
    (finding, column): (&Finding, usize),
    reason: &Reason,
    reader: &Reader,
) {
    let (style, sign) = mark(finding.verdict);
    let rule_line = reason.place.map(|place| (place.file, place.line));
    let elsewhere = finding
        .place
        .filter(|place| Some((place.file, place.line)) != rule_line);
    let mut body = found_and_needed(finding, reader);
    let mut lead = format!("{sign} {}", finding.field);
    if width(&finding.field) > column {
        // Too long a name to align beside: it becomes part of the text.
        body.insert(0, (Style::Plain, finding.field.clone()));
        lead = sign;
    }
    let hang = if width(&finding.field) > column {
        2
    } else {
        column.saturating_add(4)
    };
    page.row(&Row {
        indent,
        mark: (style, lead),
        hang,
        body,
        // Most tests stand on their rule's own line, which has been named just above.
        right: elsewhere.map(|place| (Style::Faint, place.to_string())),
    });
}

fn found_and_needed(finding: &Finding, reader: &Reader) -> Vec<Span> {
    let mut said = vec![(Style::Faint, "found".to_owned())];
    said.extend(spans(&found(&finding.found), reader));
    said.push((Style::Faint, "· needed".to_owned()));
    said.push((Style::Plain, finding.needed.clone()));
    said
}

fn mark(verdict: Verdict) -> Span {
    let (style, sign) = match verdict {
        Verdict::Held => (Style::Good, "✓"),
        Verdict::NotHeld => (Style::Bad, "✗"),
        Verdict::Unknown => (Style::Unsure, "?"),
    };
    (style, sign.to_owned())
}

fn line(page: &mut Page, indent: usize, body: Vec<Span>) {
    page.row(&Row {
        indent,
        mark: (Style::Plain, String::new()),
        hang: 0,
        body,
        right: None,
    });
}
