use contracts::Resting;
use crm::PersonId;
use decisions::{
    Rules,
    digests::Thing,
    reminders::all_said,
    shown::{advice_on_clock, advice_on_deviation, capital, clock_label, deviation_label, moment},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, html};
use model::Severity;

/// What is open on a record, each in a line, and what to do about it, each in a sentence.
pub(crate) fn markup(rules: &Rules, zone: &TimeZone, things: &[Thing]) -> Markup {
    let mut advice: Vec<String> = Vec::new();
    for thing in things {
        let next = self::advice(rules, thing);
        if !advice.contains(&next) {
            advice.push(next);
        }
    }
    html! {
        @for thing in things { (line(rules, zone, thing)) }
        @for advice in &advice { div.small { "To do: " (advice) "." } }
    }
}

/// What was answered to it before, each in a line.
pub(crate) fn answers(
    rules: &Rules,
    answers: &[Resting],
    reader: &PersonId,
    now: Timestamp,
) -> Markup {
    html! {
        @for said in all_said(rules, answers, reader, now) { div.small { (said) "." } }
    }
}

fn line(rules: &Rules, zone: &TimeZone, thing: &Thing) -> Markup {
    let model = &rules.model;
    match thing {
        Thing::Clock {
            name, due, late, ..
        } => html! {
            div.bad[*late] {
                (capital(&clock_label(model, name))) @if *late { ": late since " } @else { ": due " } (moment(*due, zone))
            }
        },
        Thing::Deviation { name, open } => html! {
            div.bad[open.severity == Severity::High] {
                (capital(&deviation_label(model, name))) ": since " (moment(open.since, zone))
                @if let Some(by) = open.resolve_by { "; put right by " (moment(by, zone)) }
            }
        },
    }
}

fn advice(rules: &Rules, thing: &Thing) -> String {
    let model = &rules.model;
    match thing {
        Thing::Clock { name, .. } => advice_on_clock(model, name),
        Thing::Deviation { name, .. } => advice_on_deviation(model, name),
    }
}
