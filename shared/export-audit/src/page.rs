//! A report as one page that needs nothing else: no network, no file beside it.
//!
//! What it says stands in the page itself; its script only fills the table of findings, sorts and filters it, and
//! shows the records behind a number.

mod bar;
mod close_dates;
mod data;
mod fields;
mod figures;
mod lists;
mod metrics;
mod movement;

use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use self::{
    bar::{bar, listed, percent, summed},
    data::FINDINGS_ON_PAGE,
    fields::open,
    lists::of_kind_list,
};
use ::metrics::Rate;

use crate::{
    grouped::grouped,
    report::{DeviationReport, KindReport, Report, ThreeQuestions, cause_list},
};

/// The most owners of a chart.
const OWNERS: usize = 15;

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Nothing is fetched, whatever a text of the export may be.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

impl Report {
    /// The report as a page of HTML.
    #[must_use]
    pub fn page(&self) -> String {
        let zone = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC);
        let at = decisions::shown::moment(self.at, &zone);
        let title = format!("Audit of {}", self.company);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    main {
                        h1 { (title) }
                        p.soft {
                            "As of " (at) ". " (grouped(self.rows)) " rows read, "
                            (section(self.unread.rows, "unread")) " not read, " (section(self.deviations, "findings")) " deviations. Model "
                            (self.model) "."
                        }
                        @if let Some(questions) = &self.questions { (cards(questions)) }
                        (metrics::metrics(&self.metrics))
                        @if let Some(moved) = &self.movement { (movement::movement(moved)) }
                        (close_dates::close_dates(&self.close_dates))
                        @for (kind, report) in &self.kinds { (of_kind(kind, report)) }
                        (unread(self))
                        (findings(self))
                    }
                    dialog id="behind" {
                        h3 {} p.soft {} ol {}
                        form method="dialog" {
                            button.link id="to-findings" type="button" { "Show them among the findings" }
                            button.link { "Close" }
                        }
                    }
                    script type="application/json" id="data" { (PreEscaped(data::of(self))) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }
}

/// A number that leads to the part of the page with what it counts.
fn section(number: u64, id: &str) -> Markup {
    html! { @if number == 0 { "0" } @else { a href=(format!("#{id}")) { (grouped(number)) } } }
}

/// A number of opportunities that leads to the first of them.
fn deals(number: u64, list: &str, title: &str) -> Markup {
    listed(number, &of_kind_list("opportunity", list), title)
}

/// The same of several numbers together.
fn deals_summed(number: u64, list: &str, parts: &str, title: &str) -> Markup {
    summed(number, &of_kind_list("opportunity", list), parts, title)
}

/// A number that leads to the first of its records, and on to those of them that are among the findings of the page.
fn filtered(number: u64, list: &str, title: &str, filter: &[(&str, &str)]) -> Markup {
    let filter: std::collections::BTreeMap<_, _> = filter
        .iter()
        .map(|(key, value)| (*key, if value.is_empty() { "\0" } else { *value }))
        .collect();
    let filter = serde_json::to_string(&filter).unwrap_or_default();
    html! {
        @if number == 0 { "0" }
        @else {
            button.link data-list=(list) data-title=(title) data-count=(number) data-filter=(filter) { (grouped(number)) }
        }
    }
}

fn cards(questions: &ThreeQuestions) -> Markup {
    let icp = &questions.icp;
    let not_in = |rate: &Rate, unknown: u64| rate.of - rate.count - unknown;
    let corridor = &questions.corridor;
    let unlimited: u64 = questions
        .corridor_by_segment
        .iter()
        .map(|it| it.unknown)
        .sum();
    html! {
        h2 { "The three questions" }
        div.cards {
            @if let Some(sql) = &questions.sql {
                div.card {
                    h3 { "Meets the SQL criteria" }
                    div.big { (percent(&sql.in_stage)) }
                    p {
                        @let stage = format!("stage.{}", sql.stage);
                        (deals_summed(sql.in_stage.count, &stage, "yes", "Meet their criteria"))
                        " of " (deals_summed(sql.in_stage.of, &stage, "yes no unknown", &format!("In {}", sql.stage)))
                        " opportunities in " (sql.stage) " meet its criteria, "
                        (deals_summed(sql.in_stage.of - sql.in_stage.count, &stage, "no unknown", "Do not meet their criteria"))
                        " do not."
                    }
                    p.soft { "95 % interval " (interval(&sql.in_stage)) }
                    p {
                        (deals(sql.of_pipeline.count, "sql.yes", "Meet the SQL criteria, wherever they stand"))
                        " of all " (deals_summed(sql.of_pipeline.of, "sql", "yes no unknown", "Open")) " open ones meet them, wherever they stand: "
                        (percent(&sql.of_pipeline)) "."
                    }
                }
            }
            div.card {
                h3 { "In the ideal customer profile" }
                div.big { (percent(&icp.open)) }
                p {
                    (deals(icp.open.count, "icp.yes", "In the profile"))
                    " of " (deals_summed(icp.open.of, "icp", "yes no unknown", "Open"))
                    " open opportunities are in it, " (deals(not_in(&icp.open, icp.open_unknown), "icp.no", "Not in the profile"))
                    " are not; of " (deals(icp.open_unknown, "icp.unknown", "It cannot be known")) " it cannot be known."
                }
                p.soft { "95 % interval " (interval(&icp.open)) }
                p {
                    (deals(icp.this_quarter.count, "icp_this_quarter.yes", "Created this quarter, in the profile"))
                    " of " (deals_summed(icp.this_quarter.of, "icp_this_quarter", "yes no unknown", "Created this quarter")) " created this quarter"
                    @if icp.this_quarter.of > 0 { ": " (percent(&icp.this_quarter)) }
                    "."
                }
            }
            div.card {
                h3 { "Past the longest sales cycle" }
                div.big { (percent(corridor)) }
                p {
                    (deals(corridor.count, "corridor.past", "Past the corridor of their segment"))
                    " of " (deals_summed(corridor.of, "corridor", "past within unknown", "Open"))
                    " open opportunities have exceeded the corridor of their segment"
                    @if unlimited > 0 {
                        "; of " (deals(unlimited, "corridor.unknown", "It cannot be known")) " it cannot be known"
                    }
                    "."
                }
                p.soft { "95 % interval " (interval(corridor)) }
            }
        }
        h2 { "Past the corridor, by segment" }
        div.bars {
            @for it in &questions.corridor_by_segment {
                span { (name(&it.segment)) @if let Some(days) = &it.corridor { span.soft { " " (days) } } }
                (bar(&[(it.past.count, "bad"), (it.past.of - it.past.count - it.unknown, "good"), (it.unknown, "unsure")],
                    it.past.of, &format!("{} past, {} within, {} unknown", it.past.count, it.past.of - it.past.count - it.unknown, it.unknown)))
                span {
                    @let list = format!("segment.{}", it.segment);
                    (filtered(it.past.count, &of_kind_list("opportunity", &format!("{list}.past")),
                        &format!("Past the corridor: {}", name(&it.segment)), &[("deviation", "past_corridor"), ("segment", &it.segment)]))
                    " of " (deals_summed(it.past.of, &list, "past within unknown", &format!("Open: {}", name(&it.segment))))
                    ", " (percent(&it.past))
                }
            }
        }
    }
}

fn interval(rate: &Rate) -> String {
    match rate.interval {
        _ if rate.too_few => "too few to tell".to_owned(),
        Some((low, high)) => format!("{:.1} to {:.1} %", low * 100.0, high * 100.0),
        None => "none".to_owned(),
    }
}

fn name(name: &str) -> &str {
    if name.is_empty() { "none" } else { name }
}

fn of_kind(kind: &str, report: &KindReport) -> Markup {
    let most = report
        .deviations
        .iter()
        .map(|it| it.found)
        .max()
        .unwrap_or(0);
    html! {
        @if report.stages.iter().any(|it| it.criteria.of > 0) {
            h2 { "Integrity of each stage" span.soft { " open " (kind) " records that meet the criteria up to it" } }
            div.bars {
                @for it in report.stages.iter().filter(|it| it.criteria.of > 0) {
                    span { (it.stage) }
                    (bar(&[(it.criteria.count, "good"), (it.criteria.of - it.criteria.count, "bad")], it.criteria.of,
                        &format!("{} meet them, {} do not", it.criteria.count, it.criteria.of - it.criteria.count)))
                    span {
                        @let list = of_kind_list(kind, &format!("stage.{}", it.stage));
                        (summed(it.criteria.of - it.criteria.count, &list, "no unknown", "Do not meet the criteria"))
                        " of " (summed(it.criteria.of, &list, "yes no unknown", &format!("In {}", it.stage))) " do not"
                    }
                }
            }
        }
        h2 { "Deviations" span.soft { " of " (open(kind, report)) " open " (kind) " records" } }
        div.bars {
            @for it in &report.deviations {
                span class=(it.severity.word()) { (decisions::shown::spoken(&it.deviation)) }
                (bar(&[(it.found, "bad")], most.max(1), &format!("{} found", it.found)))
                span { (filtered(it.found, &of_kind_list(kind, &format!("found.{}", it.deviation)), &decisions::shown::capital(&decisions::shown::spoken(&it.deviation)),
                    &[("deviation", &it.deviation)])) }
            }
        }
        div.two {
            (past_by_owner(kind, report))
            (not_judged(kind, &report.deviations))
        }
        (gaps(kind, report))
    }
}

fn past_by_owner(kind: &str, report: &KindReport) -> Markup {
    html! {
        @if !report.corridor_by_owner.is_empty() {
            section {
                h2 { "Past the corridor, by owner" }
                div.bars {
                    @for it in report.corridor_by_owner.iter().take(OWNERS) {
                        span { (name(&it.owner)) }
                        (bar(&[(it.past.count, "bad"), (it.past.of - it.past.count, "good")], it.past.of, &percent(&it.past)))
                        span {
                            @let list = of_kind_list(kind, &format!("owner.{}", it.owner));
                            (filtered(it.past.count, &format!("{list}.past"), &format!("Past the corridor: {}", name(&it.owner)),
                                &[("deviation", "past_corridor"), ("owner", &it.owner)]))
                            " of " (summed(it.past.of, &list, "past within unknown", &format!("Open: {}", name(&it.owner))))
                        }
                    }
                }
                @if report.corridor_by_owner.len() > OWNERS {
                    p.soft { "and " (report.corridor_by_owner.len() - OWNERS) " more owners" }
                }
            }
        }
    }
}

fn not_judged(kind: &str, deviations: &[DeviationReport]) -> Markup {
    html! {
        @if deviations.iter().any(|it| it.unjudged > 0) {
            section {
                h2 { "What could not be judged, and why" }
                ul {
                    @for it in deviations.iter().filter(|it| it.unjudged > 0) {
                        @let title = format!("{} cannot be judged", decisions::shown::spoken(&it.deviation));
                        li {
                            (decisions::shown::spoken(&it.deviation)) ": "
                            (listed(it.unjudged, &of_kind_list(kind, &format!("unjudged.{}", it.deviation)), &title))
                            ul { @for (why, count) in &it.causes {
                                    li.soft { (listed(*count, &of_kind_list(kind, &cause_list(&it.deviation, why)), &title)) ": " (why) }
                                } }
                        }
                    }
                }
            }
        }
    }
}

fn gaps(kind: &str, report: &KindReport) -> Markup {
    html! {
        (fields::fields(kind, report))
        @if !report.unknown_stages.is_empty() {
            h2 { "Stages that the model does not know" }
            ul { @for (stage, count) in &report.unknown_stages { li {
                        (stage) ": "
                        (listed(*count, &of_kind_list(kind, &format!("no_stage.{stage}")), &format!("In `{stage}`, which the model does not know")))
                        " not judged"
                    } } }
        }
        @if report.doubled > 0 {
            h2 { "Ids that stand more than once" }
            p {
                (listed(report.doubled, &of_kind_list(kind, "doubled"), "Ids that were there before")) " rows have an id that was there before, "
                "and count again."
            }
        }
        @if report.unmatched > 0 {
            h2 { "Unmatched accounts" }
            p {
                (listed(report.unmatched, &of_kind_list(kind, "unmatched"), "Their accounts are in no file")) " " (kind)
                " records name an account that is in no file; "
                (listed(report.without_account, &of_kind_list(kind, "no_account"), "They name no account")) " name none."
            }
        }
    }
}

fn unread(report: &Report) -> Markup {
    let unread = &report.unread;
    html! {
        @if unread.rows > 0 || !unread.cells.is_empty() {
            h2 id="unread" { "What could not be read" }
            ul {
                @for it in &unread.cells {
                    li {
                        (it.file) ":" (it.line) ": " (it.field) @if let Some(text) = &it.text { " " code { (text) } } " " (it.why)
                        "; " (grouped(it.count)) " such cells"
                    }
                }
                @for it in unread.listed.iter().take(50) { li { (it.file) ":" (it.line) ": " (it.why) } }
                @if unread.rows > 50 { li { "and " (grouped(unread.rows - 50)) " more rows" } }
            }
        }
    }
}

fn findings(report: &Report) -> Markup {
    html! {
        h2 { "Findings" }
        @if report.deviations > FINDINGS_ON_PAGE as u64 {
            p.soft {
                "The first " (grouped(FINDINGS_ON_PAGE as u64)) " of " (grouped(report.deviations))
                " are on this page; with --csv all of them are written."
            }
        }
        noscript { p { "The table of findings needs the script of this page; nothing is loaded by it." } }
        div.filters id="filters" {}
        p.soft id="shown" {}
        table id="findings" { thead { tr {} } tbody {} }
        button id="more" type="button" hidden {}
    }
}
