use contracts::{Finding, Found, Reason, Verdict};
use maud::{Markup, html};
use story::Decision;

use super::reader::Reader;

/// The exact reasons of a decision: each rule with its line of the model, what was found and what is needed.
pub(super) fn markup(reader: &Reader<'_>, decision: &Decision) -> Markup {
    let audit = &decision.audit;
    let (reasons, rest) = shown_of(&audit.reasons, reader.shown.reasons);
    html! {
        p.small { "Exactly: " (audit.outcome) }
        @if !audit.reasons.is_empty() {
            table {
                @for reason in reasons { (self::reason(reader, reason)) }
            }
        }
        @if rest > 0 { p.small { "and " (rest) " more rules" } }
        p.small {
            "Decided by " (audit.function) ", " (reader.moment(audit.at)) ", by revision " (audit.revision)
            " of the model; decision " code { (audit.decision) }
        }
    }
}

/// The reasons that are shown, in their order, and how many are not: where there are more, what held is not left out
/// for what did not.
fn shown_of(reasons: &[Reason], most: usize) -> (Vec<&Reason>, usize) {
    let rest = reasons.len().saturating_sub(most);
    let mut numbered: Vec<(usize, &Reason)> = reasons.iter().enumerate().collect();
    numbered.sort_by_key(|(number, it)| (it.verdict != Verdict::Held, *number));
    numbered.truncate(most);
    numbered.sort_by_key(|(number, _)| *number);
    (numbered.into_iter().map(|(_, it)| it).collect(), rest)
}

fn reason(reader: &Reader<'_>, reason: &Reason) -> Markup {
    html! {
        tr {
            td { (mark(reason.verdict)) }
            td {
                code { (reason.rule) }
                @if let Some(place) = reason.place { " " span.small { (place) } }
                @if let Some(note) = &reason.note { div { (note) } }
                @for finding in reason.findings.iter().take(reader.shown.reasons) { (self::finding(reader, finding)) }
            }
        }
    }
}

fn finding(reader: &Reader<'_>, finding: &Finding) -> Markup {
    html! {
        div {
            (mark(finding.verdict)) " " (reader.field(&finding.field)) ": "
            @match &finding.found {
                Found::Value(value) => b { (value) },
                Found::NoValue => i { "no value" },
                Found::Personal => i { "a personal value, which is not recorded" },
            }
            ", needed: " (finding.needed)
            @if let Some(place) = finding.place { " " span.small { (place) } }
        }
    }
}

/// A sign with its meaning, for those who do not see it.
fn mark(verdict: Verdict) -> Markup {
    let (sign, says) = match verdict {
        Verdict::Held => ("\u{2713}", "holds"),
        Verdict::NotHeld => ("\u{2717}", "does not hold"),
        Verdict::Unknown => ("?", "not known"),
    };
    html! { span role="img" aria-label=(says) title=(says) { (sign) } }
}
