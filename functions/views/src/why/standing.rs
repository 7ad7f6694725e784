use contracts::{
    EventData, Function, Verdict,
    state::{ApprovalStatus, Clock, ClockStatus, OpenDeviation, RoutingState, RoutingStatus},
};
use story::{Decision, RecordNow, Story};

use super::{
    approvals,
    reader::Reader,
    sentences::{gate, upon},
};

/// A sentence of how a record stands, and the decision that made it so, if the story still tells it.
pub(super) struct Said<'s> {
    pub(super) sentence: String,
    pub(super) grave: bool,
    pub(super) by: Option<&'s Decision>,
}

/// How a record stands: whose it is, where, and what is open on it.
pub(super) fn said<'s>(reader: &Reader<'_>, stands: &RecordNow, story: &'s Story) -> Vec<Said<'s>> {
    let mut all = vec![owner(reader, stands, story), stage(reader, stands, story)];
    all.extend(turned_back(reader, story));
    all.extend(stands.approvals.iter().filter_map(|(name, it)| {
        Some(Said {
            sentence: approvals::sentence(reader, name, it)?,
            grave: it.status == ApprovalStatus::Refused,
            by: last(story, |data| approvals::is_of(data, name, it.run)),
        })
    }));
    let clocks = stands.clocks.iter().filter(|(_, it)| it.status.is_open());
    all.extend(clocks.map(|(name, it)| clock(reader, name, it, story)));
    let open = stands.deviations.iter();
    all.extend(open.map(|(name, it)| deviation(reader, name, it, story)));
    if !stands.unjudged.is_empty() {
        let names: Vec<String> = stands
            .unjudged
            .iter()
            .map(|it| reader.deviation(it))
            .collect();
        all.push(Said {
            sentence: format!(
                "Whether {} holds cannot be known: a field that it looks at is empty.",
                names.join(" or ")
            ),
            grave: false,
            by: None,
        });
    }
    all.extend(stands.exceptions.values().map(|it| {
        let of: Vec<String> = it.of().map(|of| reader.excused_from(of)).collect();
        let why = it.reason.iter().map(|why| format!(": {why}"));
        Said {
            sentence: format!(
                "It is excused from {} until {}, by {}{}.",
                of.join(", "),
                reader.moment(it.until),
                reader.name(&it.by),
                why.collect::<String>()
            ),
            grave: false,
            by: None,
        }
    }));
    all
}

/// The last decision that says such a thing.
fn last(story: &Story, says: impl Fn(&EventData) -> bool) -> Option<&Decision> {
    let mut latest = story.decisions().rev();
    latest.find(|it| it.audit.events.iter().any(|event| says(&event.data)))
}

fn owner<'s>(reader: &Reader<'_>, stands: &RecordNow, story: &'s Story) -> Said<'s> {
    let routed = |data: &EventData| matches!(data, EventData::RecordRouted { .. });
    let by = last(story, routed);
    let Some(routing) = &stands.routing else {
        let sentence = match &stands.owner {
            Some(owner) if reader.is(owner) => "You are its owner in the CRM.".to_owned(),
            Some(owner) => format!("{} is its owner in the CRM.", reader.name(owner)),
            None => "Nobody owns it.".to_owned(),
        };
        return Said {
            sentence,
            grave: false,
            by: None,
        };
    };
    let own = || {
        let mut latest = story.decisions().rev();
        latest.find(|it| it.audit.function == Function::LeadRouting)
    };
    match routing.status {
        RoutingStatus::Routed => Said {
            sentence: routed_to(reader, routing, by),
            grave: false,
            by,
        },
        RoutingStatus::OwnedByHand => Said {
            sentence: match stands.owner.as_ref().or(routing.owner.as_ref()) {
                Some(owner) if reader.is(owner) => {
                    "You have it because somebody made you its owner in the CRM.".to_owned()
                }
                Some(owner) => format!(
                    "{} has it because somebody made them its owner in the CRM.",
                    reader.name(owner)
                ),
                None => "Its owner was set in the CRM by hand.".to_owned(),
            },
            grave: false,
            by: own(),
        },
        RoutingStatus::Left => Said {
            sentence: format!(
                "Nobody has it, on purpose, by the rule {}.",
                reader.rule(&routing.rule)
            ),
            grave: false,
            by: own(),
        },
        RoutingStatus::Waiting => Said {
            sentence: "Nobody has it yet.".to_owned(),
            grave: true,
            by: own(),
        },
    }
}

/// "You got this lead on … because … and, of the pool …, you were owed the most."
fn routed_to(reader: &Reader<'_>, routing: &RoutingState, by: Option<&Decision>) -> String {
    let Some(owner) = &routing.owner else {
        return "Nobody has it.".to_owned();
    };
    let you = reader.is(owner);
    let got = format!(
        "{} got this {} on {}",
        decisions::shown::capital(&reader.name(owner)),
        reader.kind,
        reader.moment(routing.at)
    );
    if let Some(first) = &routing.joined {
        let whose = if you { "yours" } else { "theirs" };
        return format!(
            "{got} because it is of the same person as {} {}, which is {whose} already. It cost nobody a turn.",
            first.kind, first.id
        );
    }
    if let Some(last) = routing.reassigned.last().filter(|last| last.to == *owner) {
        return format!(
            "{got} because the clock {} had run out for {}: it went on to the next of the pool.",
            reader.clock(&last.clock),
            reader.name(&last.from)
        );
    }
    if let Some(last) = routing.rerouted.last().filter(|last| last.at == routing.at) {
        return format!("{got} because {}.", upon(reader, &last.upon));
    }
    let mut because = by
        .map(|by| held_by(reader, &routing.rule, by))
        .unwrap_or_default();
    if let Some(pool) = &routing.pool {
        let pool = reader.pool(pool);
        let most = by.is_some_and(|by| owed_the_most(by, owner.as_str()));
        because.push(match (most, you) {
            (true, true) => format!("you were owed the most of the pool {pool}"),
            (true, false) => format!("they were owed the most of the pool {pool}"),
            (false, true) => format!("it was your turn in the pool {pool}"),
            (false, false) => format!("it was their turn in the pool {pool}"),
        });
    }
    let because = match because.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" because {last}"),
        Some((last, others)) => format!(" because {}, and {last}", others.join(", ")),
    };
    format!(
        "{got}{because}. The rule is {}.",
        reader.rule(&routing.rule)
    )
}

/// What made a routing rule hold.
fn held_by(reader: &Reader<'_>, rule: &str, by: &Decision) -> Vec<String> {
    let path = format!("routing.{}.{rule}", reader.kind);
    let mut reasons = by.audit.reasons.iter();
    let reason = reasons.find(|it| it.rule == path && it.verdict == Verdict::Held);
    let findings = reason.into_iter().flat_map(|it| &it.findings);
    let held = findings.filter(|it| it.verdict == Verdict::Held);
    held.map(|it| reader.clause(it)).collect()
}

fn owed_the_most(by: &Decision, owner: &str) -> bool {
    let said = format!("{owner} is owed the most");
    let mut notes = by.audit.reasons.iter().filter_map(|it| it.note.as_deref());
    notes.any(|note| note.contains(&said))
}

fn stage<'s>(reader: &Reader<'_>, stands: &RecordNow, story: &'s Story) -> Said<'s> {
    let Some(gate) = &stands.gate else {
        let stage = stands.stage.as_deref().map(|stage| reader.stage(stage));
        let stage = stage.unwrap_or_else(|| "the first of its stages".to_owned());
        return Said {
            sentence: format!("It stands at {stage}."),
            grave: false,
            by: None,
        };
    };
    let entered = |data: &EventData| match data {
        EventData::StageEntered { stage, .. } => *stage == gate.stage,
        _ => false,
    };
    let (stage, since) = (reader.stage(&gate.stage), reader.moment(gate.since));
    let held = gate.held.as_ref();
    let held = held.map(|held| format!(" Its move to {} is held.", reader.stage(&held.to)));
    Said {
        sentence: format!(
            "It stands at {stage} since {since}.{}",
            held.unwrap_or_default()
        ),
        grave: false,
        by: last(story, entered),
    }
}

/// The last move, if it was turned back and nothing was entered since.
fn turned_back<'s>(reader: &Reader<'_>, story: &'s Story) -> Option<Said<'s>> {
    let of_gate = |data: &EventData| {
        matches!(
            data,
            EventData::GateTurnedBack { .. } | EventData::GatePassed { .. }
        )
    };
    let by = last(story, of_gate)?;
    let mut events = by.audit.events.iter();
    let sentence = events.find_map(|event| gate(reader, &event.data, by))?;
    Some(Said {
        sentence: format!("{sentence}."),
        grave: true,
        by: Some(by),
    })
}

fn clock<'s>(reader: &Reader<'_>, name: &str, it: &Clock, story: &'s Story) -> Said<'s> {
    let started = |data: &EventData| match data {
        EventData::ClockStarted {
            clock, instance, ..
        } => clock == name && *instance == it.instance,
        _ => false,
    };
    let (called, due) = (reader.clock(name), reader.moment(it.due));
    let runs = format!(
        "it runs since {}, for {}",
        reader.moment(it.started),
        it.budget
    );
    let sentence = match it.status {
        ClockStatus::Late => format!("The clock {called} is late: it was due {due}; {runs}."),
        ClockStatus::Paused => format!("The clock {called} stands still; {runs}."),
        _ => format!("The clock {called} is due {due}: {runs}."),
    };
    Said {
        sentence,
        grave: it.status == ClockStatus::Late,
        by: last(story, started),
    }
}

fn deviation<'s>(
    reader: &Reader<'_>,
    name: &str,
    it: &OpenDeviation,
    story: &'s Story,
) -> Said<'s> {
    let opened = |data: &EventData| match data {
        EventData::DeviationOpened { deviation, .. } => deviation == name,
        _ => false,
    };
    let by = it
        .resolve_by
        .map(|by| format!(", by {}", reader.moment(by)));
    Said {
        sentence: format!(
            "To put right: {}, since {}{}.",
            reader.deviation(name),
            reader.moment(it.since),
            by.unwrap_or_default()
        ),
        grave: true,
        by: last(story, opened),
    }
}
