use contracts::{Link, LinkAction, state::ClockStatus};
use crm::RecordId;
use decisions::{
    Rules,
    shown::{capital, clock_label, deviation_label, moment, name_of, stage_label},
};
use engine::OpenedLink;
use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::Severity;

use crate::{
    asking,
    form::Answer,
    question::{Asking, hidden},
    refused::Refused,
    standing::Standing,
    style::STYLE,
};

/// The page of somebody who is not signed in, and whom the provider or the model keeps from it.
pub(crate) fn not_signed_in(why: &str, begin: Option<&str>) -> String {
    page(
        "Not signed in",
        &html! {
            p { (why) }
            @if let Some(begin) = begin { p { a href=(begin) { "Sign in" } } }
        },
    )
}

/// The page of a link that is open: how the record stands, and the form of what can be done.
pub(crate) fn shown(
    rules: &Rules,
    opened: &OpenedLink,
    standing: &Standing,
    asking: Option<&Asking>,
    now: Timestamp,
) -> String {
    let link = &opened.link;
    let zone = rules.zone_of(&link.person);
    let shown = now.as_millisecond().to_string();
    let hidden = hidden(&shown, &opened.form_token(&shown));
    page(
        &heading(&standing.copy.id, standing),
        &html! {
            p {
                (number(&standing.copy.id))
                @if let Some(owner) = &standing.owner { " · owner " (name_of(&rules.model, owner)) }
                @if let Some(stage) = &standing.stage { " · stage " (stage_label(&rules.model, standing.copy.id.kind, stage)) }
            }
            @match asking {
                Some(asking) => { (asking.markup(&hidden)) (open(rules, standing, zone)) }
                None => { (open(rules, standing, zone)) (look_again(&standing.copy.id, &hidden)) }
            }
            p.small {
                "This link is for " (name_of(&rules.model, &link.person)) ", until " (moment(link.until, zone))
                ". Whoever has it can do the same, so please do not pass it on."
            }
        },
    )
}

/// The page that says why things are as they are.
pub(crate) fn why(rules: &Rules, link: &Link, standing: &Standing, said: &Markup) -> String {
    let zone = rules.zone_of(&link.person);
    let kind = standing.copy.id.kind;
    page(
        &heading(&standing.copy.id, standing),
        &html! {
            p {
                (number(&standing.copy.id))
                @if let Some(owner) = &standing.owner { " · owner " (name_of(&rules.model, owner)) }
                @if let Some(stage) = &standing.stage { " · stage " (stage_label(&rules.model, kind, stage)) }
            }
            (said)
            p.small {
                "This link is for " (name_of(&rules.model, &link.person)) ", until " (moment(link.until, zone))
                ". It shows, and changes nothing. Whoever has it sees the same."
            }
        },
    )
}

/// The page that shows what a digest has for somebody.
pub(crate) fn list(said: &Markup) -> String {
    page("What is open", said)
}

/// The page after something was asked.
pub(crate) fn asked(standing: &Standing, action: &LinkAction, answer: Option<&Answer>) -> String {
    let done = done(action, answer);
    page(
        &heading(&standing.copy.id, standing),
        &html! {
            p { (number(&standing.copy.id)) ": " (done) }
        },
    )
}

/// What is said once something was asked.
pub(crate) fn done(action: &LinkAction, answer: Option<&Answer>) -> &'static str {
    answer.map_or(
        "Fairlead reads it in the CRM again. What has changed there counts within seconds.",
        |answer| asking::done(action, answer),
    )
}

/// The page of a link that is not served.
pub(crate) fn refused(why: &Refused) -> String {
    page("Not possible", &html! { p { (why.to_string()) } })
}

/// The button that has the record looked at again, and what comes of pressing it.
pub(crate) fn look_again(record: &RecordId, hidden: &Markup) -> Markup {
    html! {
        form method="post" {
            (hidden)
            p { button type="submit" { "Look at it again" } }
        }
        p {
            "Fairlead then reads this " (record.kind) " in the CRM again and judges it as it stands there: a contact \
             that is logged by now meets its clock, and what was put right is a deviation no more."
        }
    }
}

/// What is open on a record.
pub(crate) fn open(rules: &Rules, standing: &Standing, zone: &TimeZone) -> Markup {
    html! {
        @if standing.clocks.is_empty() && standing.deviations.is_empty() {
            p { "Nothing is open on it." }
        } @else {
            h2 { "What is open on it" }
            ul {
                @for (name, clock) in &standing.clocks {
                    @let label = capital(&clock_label(&rules.model, name));
                    @let due = moment(clock.due, zone);
                    @match clock.status {
                        ClockStatus::Late => li.bad { (label) ": late since " (due) },
                        ClockStatus::Paused => li { (label) ": stands still; it was due " (due) },
                        _ => li { (label) ": due " (due) },
                    }
                }
                @for (name, deviation) in &standing.deviations {
                    li.bad[deviation.severity == Severity::High] {
                        (capital(&deviation_label(&rules.model, name))) ": since " (moment(deviation.since, zone))
                        @if let Some(by) = deviation.resolve_by { "; put right by " (moment(by, zone)) }
                    }
                }
            }
        }
    }
}

/// What a record's page is called.
pub(crate) fn heading(record: &RecordId, standing: &Standing) -> String {
    standing.name.clone().unwrap_or_else(|| number(record))
}

/// A record by its kind and number.
pub(crate) fn number(record: &RecordId) -> String {
    format!("{} {}", record.kind, record.id)
}

/// A whole page. Every text is escaped by `maud`.
pub(crate) fn page(title: &str, content: &Markup) -> String {
    framed(title, &Markup::default(), content)
}

/// A whole page with something above its title.
pub(crate) fn framed(title: &str, above: &Markup, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (above)
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    page.into_string()
}
