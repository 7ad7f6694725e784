use contracts::{Link, state::ClockStatus};
use crm::RecordId;
use decisions::{
    Rules,
    shown::{moment, name_of, spoken},
};
use engine::OpenedLink;
use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{
    asking::{self, Asking},
    form::Answer,
    refused::Refused,
    standing::Standing,
};

/// All there is of style; it stands in the page, which loads nothing.
pub(crate) const STYLE: &str = "body{font:16px/1.5 sans-serif;color:#1c1e21;max-width:40em;margin:2em auto;padding:0 1em}\
    button{font:inherit;padding:.5em 1em}.small{color:#65686c;font-size:.85em}";

/// What lets a browser use it, and nothing else that somebody may have got into the page. A test compares
/// the two.
pub(crate) const STYLE_HASH: &str = "sha256-rq9TzhWtP91uNGkdTHNlP4LzKnRVlOkUGviKvdBydIM=";

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
    let token = opened.form_token(&shown);
    page(
        &heading(&link.record, standing),
        &html! {
            p {
                (number(&link.record))
                @if let Some(owner) = &standing.owner { " · owner " (name_of(&rules.model, owner)) }
                @if let Some(stage) = &standing.stage { " · stage " (spoken(stage)) }
            }
            @match asking {
                Some(asking) => { (asking.markup(&shown, &token)) (open(standing, zone)) }
                None => { (open(standing, zone)) (look_again(&link.record, &shown, &token)) }
            }
            p.small {
                "This link is for " (name_of(&rules.model, &link.person)) ", until " (moment(link.until, zone))
                ". Whoever has it can do the same, so please do not pass it on."
            }
        },
    )
}

/// The page after something was asked.
pub(crate) fn asked(link: &Link, standing: &Standing, answer: Option<&Answer>) -> String {
    let done = answer.map_or(
        "Fairlead reads it in the CRM again. What has changed there counts within seconds.",
        asking::done,
    );
    page(
        &heading(&link.record, standing),
        &html! {
            p { (number(&link.record)) ": " (done) }
        },
    )
}

/// The page of a link that is not served.
pub(crate) fn refused(why: &Refused) -> String {
    page("Not possible", &html! { p { (why.to_string()) } })
}

/// The button that has the record looked at again, and what comes of pressing it.
fn look_again(record: &RecordId, shown: &str, token: &str) -> Markup {
    html! {
        form method="post" {
            input type="hidden" name="shown" value=(shown);
            input type="hidden" name="token" value=(token);
            p { button type="submit" { "Look at it again" } }
        }
        p {
            "Fairlead then reads this " (record.kind) " in the CRM again and judges it as it stands there: a contact \
             that is logged by now meets its clock, and what was put right is a deviation no more."
        }
    }
}

fn open(standing: &Standing, zone: &TimeZone) -> Markup {
    html! {
        @if standing.clocks.is_empty() && standing.deviations.is_empty() {
            p { "Nothing is open on it." }
        } @else {
            p { "What is open on it:" }
            ul {
                @for (name, clock) in &standing.clocks {
                    li {
                        (spoken(name)) ", due " (moment(clock.due, zone))
                        @match clock.status {
                            ClockStatus::Late => ": late",
                            ClockStatus::Paused => ": stands still",
                            _ => "",
                        }
                    }
                }
                @for (name, deviation) in &standing.deviations {
                    li {
                        (spoken(name)) ", since " (moment(deviation.since, zone))
                        @if let Some(by) = deviation.resolve_by { ", to be resolved by " (moment(by, zone)) }
                    }
                }
            }
        }
    }
}

fn heading(record: &RecordId, standing: &Standing) -> String {
    standing.name.clone().unwrap_or_else(|| number(record))
}

fn number(record: &RecordId) -> String {
    format!("{} {}", record.kind, record.id)
}

/// A whole page. Every text is escaped by `maud`.
fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (title) }
                (content)
            }
        }
    };
    page.into_string()
}
