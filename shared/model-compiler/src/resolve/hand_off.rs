//! How records pass to another team, and the clocks by which that takes no longer than it may.

use std::collections::{BTreeMap, BTreeSet};

use crm::FieldRef;

use super::{
    conditions,
    parts::{activity_kinds, amount, asked, place},
};
use crate::{checks::check::Reading, yaml::node::Node};
use model::{
    Budget, BudgetChanges, CARRIED, ClockCalendar, ClockTerms, Condition, CountsSince, Criterion,
    Finally, HandOff, HandingOver, LateStep, Lifecycle, Meet, ModelFile, Operator, OwnerChanges,
    Recipient, Start, Team, Test, Upon, hand_off_clock,
};

const FILE: ModelFile = ModelFile::Processes;

/// The hand-off of a stage, whose journey gives stages their names.
pub(super) fn hand_off(
    reading: &Reading<'_>,
    named: impl Fn(&str) -> String,
    stage: &Node,
    (key, node): (&Node, &Node),
) -> Option<HandOff> {
    let finally = node.text_of("finally")?;
    let refused = node.get("refused").and_then(|it| it.text_of("move_to"));
    Some(HandOff {
        to: node.text_of("to").or(stage.text_of("team"))?.to_owned(),
        when: when(reading, node)?,
        carries: fields(node)?,
        accept: match node.get("accept") {
            None => None,
            Some(accept) => Some(accepted(accept)?),
        },
        within: amount(node.get("within")?)?,
        finally: match finally.strip_prefix("move_to ") {
            Some(stage) => Finally::MoveTo(named(stage.trim())),
            None => Finally::Ask(asked(finally)?),
        },
        refused_to: refused.map(named),
        place: place(FILE, key.span),
    })
}

/// Which records a hand-off is of.
fn when(reading: &Reading<'_>, node: &Node) -> Option<Option<Condition>> {
    let when = node.get("when");
    let when = when.map(|when| conditions::condition(reading, FILE, when));
    when.map_or(Some(None), |when| when.map(Some))
}

fn fields(node: &Node) -> Option<Vec<FieldRef>> {
    let items = node.get("carries").into_iter().flat_map(Node::items);
    items.map(|it| it.text()?.parse().ok()).collect()
}

fn accepted(node: &Node) -> Option<Meet> {
    match node.text_of("upon")? {
        "activity.logged" => Some(Meet {
            upon: Upon::ActivityLogged,
            kinds: activity_kinds(node)?,
            by_owner: true,
            times: 1,
            on_days: None,
        }),
        _ => None,
    }
}

/// The criterion that asks for what a stage's hand-off carries, if it has one that carries something: of those
/// records that are handed over.
pub(super) fn carried(reading: &Reading<'_>, stage: &Node) -> Option<Option<Criterion>> {
    let hand_off = stage.get("hand_off");
    let Some((hand_off, carries)) = hand_off.and_then(|it| Some((it, it.get("carries")?))) else {
        return Some(None);
    };
    let tests = carries.items().iter().map(|it| {
        Some(Condition::Test(Test {
            field: it.text()?.parse().ok()?,
            operator: Operator::Present(true),
            place: place(FILE, it.span),
        }))
    });
    let all = Condition::All(tests.collect::<Option<_>>()?);
    Some(Some(Criterion {
        name: CARRIED.to_owned(),
        when: match when(reading, hand_off)? {
            Some(when) => Condition::Any(vec![Condition::None(vec![when]), all]),
            None => all,
        },
        place: place(FILE, carries.span),
    }))
}

/// The clocks of all hand-offs.
pub(super) fn clocks(
    lifecycles: &BTreeMap<String, Lifecycle>,
    teams: &BTreeMap<String, Team>,
) -> Option<Vec<(String, ClockTerms)>> {
    let stages = lifecycles
        .values()
        .flat_map(|journey| journey.stages.iter().map(move |stage| (journey, stage)));
    let mut clocks = Vec::new();
    for (journey, stage) in stages {
        if let Some(hand_off) = &stage.hand_off {
            let calendar = teams.get(&hand_off.to)?.calendar.clone();
            let terms = clock(journey, &stage.name, hand_off, calendar);
            clocks.push((hand_off_clock(&stage.name), terms));
        }
    }
    Some(clocks)
}

fn clock(journey: &Lifecycle, stage: &str, hand_off: &HandOff, calendar: String) -> ClockTerms {
    let said = Meet {
        upon: Upon::HandOffAccepted,
        kinds: BTreeSet::new(),
        by_owner: false,
        times: 1,
        on_days: None,
    };
    let (tell, move_to) = match &hand_off.finally {
        Finally::Ask(who) => (who.clone(), None),
        Finally::MoveTo(stage) => (Recipient::Owner, Some(stage.clone())),
    };
    ClockTerms {
        label: None,
        record: journey.record,
        when: hand_off.when.clone(),
        start: Start::StageEntered(stage.to_owned()),
        counts_since: CountsSince::Routed,
        meet: said,
        or_meet: hand_off.accept.iter().cloned().collect(),
        pause: None,
        owner_away: false,
        owner_changes: OwnerChanges::Keep,
        reopen: None,
        within: Budget::Fixed(hand_off.within),
        budget_changes: BudgetChanges::Keep,
        calendar: ClockCalendar::Named(calendar),
        warn_at: None,
        when_late: vec![LateStep {
            after: None,
            after_previous: false,
            tell: Some(tell),
            within_working_time: false,
            move_to,
            reassign: None,
            place: hand_off.place,
        }],
        hand_off: Some(HandingOver {
            stage: stage.to_owned(),
            to: hand_off.to.clone(),
            refused_to: hand_off.refused_to.clone(),
        }),
        place: hand_off.place,
    }
}
