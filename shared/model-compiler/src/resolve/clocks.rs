//! The clocks.

use std::collections::BTreeMap;

use super::{
    conditions,
    parts::{activity_kinds, budget, label, optional_amount, place, recipient, section},
    processes::finally,
};
use crate::{
    checks::check::Reading,
    yaml::{node::Node, scalars},
};
use model::{
    BudgetChanges, ClockCalendar, ClockTerms, CountsFrom, CountsSince, LateStep, Meet, ModelFile,
    OwnerChanges, Reassign, Reopen, Start, Upon,
};

const FILE: ModelFile = ModelFile::Processes;

pub(super) fn clocks(reading: &Reading<'_>, root: &Node) -> Option<BTreeMap<String, ClockTerms>> {
    section(root, "clocks", |_, key, node| clock(reading, key, node))
}

fn clock(reading: &Reading<'_>, key: &Node, node: &Node) -> Option<ClockTerms> {
    let warn_at = node
        .get("warn_at")
        .map(|at| scalars::percent(at).and_then(|at| u8::try_from(at).ok()));
    let counted = calendar(node.get("calendar")?)?;
    let pause = node.get("pause");
    let stands = pause
        .and_then(|pause| pause.get("while"))
        .map(|when| conditions::condition(reading, FILE, when));
    let owner_away = match pause.and_then(|pause| pause.get("owner_away")) {
        Some(answer) => scalars::yes_no(answer)?,
        None => counted == ClockCalendar::Owner,
    };
    let when = node
        .get("when")
        .map(|when| conditions::condition(reading, FILE, when));
    let start = start(node.get("start")?)?;
    let mut meets = meets(node.get("meet")?, &start)?.into_iter();
    Some(ClockTerms {
        label: label(node),
        record: node.text_of("record")?.parse().ok()?,
        when: when.map_or(Some(None), |when| when.map(Some))?,
        counts_since: counts_since(node.get("start")?)?,
        start,
        meet: meets.next()?,
        or_meet: meets.collect(),
        pause: stands.map_or(Some(None), |stands| stands.map(Some))?,
        owner_away,
        owner_changes: match node.text_of("owner_changes") {
            Some("keep") => OwnerChanges::Keep,
            _ => OwnerChanges::Restart,
        },
        reopen: match node.text_of("reopen") {
            Some("resume") => Some(Reopen::Resume),
            Some("new") => Some(Reopen::New),
            _ => None,
        },
        within: budget(node.get("within")?)?,
        budget_changes: match node.text_of("budget_changes") {
            Some("from_now") => BudgetChanges::FromNow,
            Some("keep") => BudgetChanges::Keep,
            _ => BudgetChanges::FromStart,
        },
        calendar: counted,
        warn_at: warn_at.map_or(Some(None), |at| at.map(Some))?,
        when_late: node
            .get("when_late")?
            .items()
            .iter()
            .map(late)
            .collect::<Option<_>>()?,
        hand_off: None,
        place: place(FILE, key.span),
    })
}

fn calendar(node: &Node) -> Option<ClockCalendar> {
    if !node.is_mapping() {
        return Some(match node.text()? {
            "owner" => ClockCalendar::Owner,
            "team" => ClockCalendar::Team,
            name => ClockCalendar::Named(name.to_owned()),
        });
    }
    let calendars = node
        .entries()
        .filter(|(word, ..)| !matches!(*word, "by" | "otherwise" | "unknown"))
        .map(|(value, _, name)| Some((value.to_owned(), name.text()?.to_owned())));
    Some(ClockCalendar::By {
        field: node.text_of("by")?.parse().ok()?,
        calendars: calendars.collect::<Option<_>>()?,
        otherwise: node.text_of("otherwise").map(str::to_owned),
        unknown: node.text_of("unknown")?.to_owned(),
    })
}

fn start(node: &Node) -> Option<Start> {
    if let Some(field) = node.text_of("on") {
        return Some(Start::OnDate {
            field: field.parse().ok()?,
            at: scalars::time(node.get("at")?)?,
        });
    }
    match node.text_of("upon")? {
        "stage.entered" => Some(Start::StageEntered(node.text_of("stage")?.to_owned())),
        "stage.left" => Some(Start::StageLeft(node.text_of("stage")?.to_owned())),
        "field.changed" => Some(Start::FieldChanged(node.text_of("field")?.parse().ok()?)),
        "lead.routed" | "opportunity.routed" => Some(Start::Routed),
        "activity.logged" => Some(Start::ActivityLogged),
        "customer.replied" => Some(Start::CustomerReplied(match node.text_of("counts_from") {
            Some("latest") => CountsFrom::Latest,
            _ => CountsFrom::FirstUnanswered,
        })),
        "clock.met" => Some(Start::ClockMet(node.text_of("clock")?.to_owned())),
        _ => None,
    }
}

/// Since when the first run counts; the words of other events say nothing of it.
fn counts_since(start: &Node) -> Option<CountsSince> {
    Some(match start.text_of("counts_from") {
        None | Some("routed" | "first_unanswered" | "latest") => CountsSince::Routed,
        Some("created") => CountsSince::Created,
        Some(field) => CountsSince::Field(field.parse().ok()?),
    })
}

/// Everything that meets a clock.
fn meets(node: &Node, start: &Start) -> Option<Vec<Meet>> {
    match node.get("any") {
        Some(any) => any.items().iter().map(|it| meet(it, start)).collect(),
        None => Some(vec![meet(node, start)?]),
    }
}

fn meet(node: &Node, start: &Start) -> Option<Meet> {
    let entered = match start {
        Start::StageEntered(stage) => Some(stage.as_str()),
        _ => None,
    };
    let upon = match node.text_of("upon")? {
        "lead.routed" | "opportunity.routed" => Upon::Routed,
        "activity.logged" => Upon::ActivityLogged,
        "stage.entered" => Upon::StageEntered(node.text_of("stage")?.to_owned()),
        "stage.left" => Upon::StageLeft(node.text_of("stage").or(entered)?.to_owned()),
        "field.changed" => Upon::FieldChanged(node.text_of("field")?.parse().ok()?),
        _ => return None,
    };
    let number = |word| {
        let number = node.get(word);
        number.map(|it| scalars::whole(it).and_then(|it| u32::try_from(it).ok()))
    };
    Some(Meet {
        upon,
        kinds: activity_kinds(node)?,
        by_owner: node.get("by").is_some(),
        times: number("times").map_or(Some(1), |times| times)?,
        on_days: number("on_days").map_or(Some(None), |days| days.map(Some))?,
    })
}

fn late(node: &Node) -> Option<LateStep> {
    let after_previous = node.get("after_previous");
    Some(LateStep {
        after: optional_amount(after_previous.or_else(|| node.get("after")))?,
        after_previous: after_previous.is_some(),
        tell: node
            .get("tell")
            .map_or(Some(None), |tell| recipient(tell).map(Some))?,
        within_working_time: node.get("within").is_some(),
        move_to: node.text_of("move_to").map(str::to_owned),
        reassign: match node.get("reassign") {
            Some(_) => Some(reassign(node)?),
            None => None,
        },
        place: place(FILE, node.span),
    })
}

fn reassign(step: &Node) -> Option<Reassign> {
    let at_most = scalars::whole(step.get("at_most")?)?;
    Some(Reassign {
        at_most: u32::try_from(at_most).ok()?,
        finally: finally(step)?,
    })
}
