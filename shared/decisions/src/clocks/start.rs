use business_time::{BusinessAmount, Calendar};
use contracts::{
    DecisionDraft, EventData, Reason,
    state::{Clock, ClockStatus, ClocksState, Step},
};
use crm::{PersonId, Record, RecordKind};
use jiff::{SignedDuration, Timestamp};
use operating_model::{Budget, ClockCalendar, ClockTerms, Upon};

use super::Clocked;
use crate::{
    facts::{Facts, Looked},
    rules::Rules,
};

/// Starts the clocks that a lead's new owner starts. A clock of an earlier owner that is still
/// open is cancelled and started anew; one that was met stays met.
#[must_use]
pub fn start(
    rules: &Rules,
    record: &Record,
    before: Option<&ClocksState>,
    owner: &PersonId,
    at: Timestamp,
) -> Option<Clocked> {
    let mut clocks = before.cloned().unwrap_or_default();
    let mut draft = DecisionDraft::default();
    let mut started = Vec::new();
    for (name, terms) in terms_upon(rules, record.id.kind, Upon::LeadRouted) {
        let previous = clocks.clocks.get(name);
        if previous.is_some_and(|it| !it.status.is_open() || it.owner == *owner) {
            continue;
        }
        let instance = previous.map_or(1, |it| it.instance.saturating_add(1));
        match run(rules, record, (name, terms), owner, at, instance) {
            Ok((clock, reason)) => {
                if let Some(previous) = previous {
                    draft.emits.push(EventData::ClockCancelled {
                        clock: name.clone(),
                        instance: previous.instance,
                    });
                }
                draft.emits.push(EventData::ClockStarted {
                    clock: name.clone(),
                    instance,
                    due: clock.due,
                });
                started.push(format!("{name} for {owner}, {}", clock.budget));
                draft.reasons.push(reason);
                clocks.clocks.insert(name.clone(), clock);
            }
            Err(why) => draft.reasons.push(Reason::note(
                format!("clocks.{name}"),
                Some(terms.place),
                format!("not started: {why}"),
            )),
        }
    }
    if draft.reasons.is_empty() {
        return None;
    }
    draft.outcome = if started.is_empty() {
        "no clock could be started".to_owned()
    } else {
        format!("clock started: {}", started.join("; "))
    };
    Some(Clocked { draft, clocks })
}

/// When the first of the clocks that a new owner starts would be due.
#[must_use]
pub fn first_due(
    rules: &Rules,
    record: &Record,
    owner: &PersonId,
    at: Timestamp,
) -> Option<Timestamp> {
    terms_upon(rules, record.id.kind, Upon::LeadRouted)
        .filter_map(|clock| run(rules, record, clock, owner, at, 1).ok())
        .map(|(clock, _)| clock.due)
        .min()
}

fn terms_upon(
    rules: &Rules,
    kind: RecordKind,
    upon: Upon,
) -> impl Iterator<Item = (&String, &ClockTerms)> {
    let clocks = rules.model.clocks.iter();
    clocks.filter(move |(_, terms)| terms.record == kind && terms.start == upon)
}

fn run(
    rules: &Rules,
    record: &Record,
    (name, terms): (&String, &ClockTerms),
    owner: &PersonId,
    at: Timestamp,
    instance: u32,
) -> Result<(Clock, Reason), String> {
    let facts = Facts::of(rules, record, at);
    let (budget, because) = budget(&terms.within, &facts)?;
    let calendar_name = match &terms.calendar {
        ClockCalendar::Named(name) => Some(name.as_str()),
        ClockCalendar::Owner => rules.calendar_name_of(owner),
    };
    let calendar_name = calendar_name.ok_or("the model has no calendar")?;
    let calendar = rules
        .calendar(calendar_name)
        .ok_or_else(|| format!("the model has no calendar {calendar_name}"))?;
    let due = calendar.due(at, &budget).map_err(|why| why.to_string())?;
    let mut steps = Vec::new();
    for (number, step) in (1_u32..).zip(&terms.when_late) {
        let at = match &step.after {
            None => due,
            Some(after) => calendar.due(due, after).map_err(|why| why.to_string())?,
        };
        steps.push(Step {
            number,
            at,
            tell: step.tell.clone(),
        });
    }
    steps.sort_by_key(|step| (step.at, step.number));
    let clock = Clock {
        instance,
        status: ClockStatus::Running,
        owner: owner.clone(),
        started: at,
        budget: budget.to_string(),
        calendar: calendar_name.to_owned(),
        due,
        warn_at: warning(calendar, at, due, budget, terms.warn_at),
        steps,
        met: None,
    };
    let note = format!("{because}; {}", arithmetic(calendar, at, due, budget));
    let reason = Reason::note(format!("clocks.{name}"), Some(terms.place), note);
    Ok((clock, reason))
}

fn budget(budget: &Budget, facts: &Facts<'_>) -> Result<(BusinessAmount, String), String> {
    match budget {
        Budget::Fixed(amount) => Ok((*amount, format!("it may run {amount}"))),
        Budget::By { field, amounts } => {
            let Looked::Value(value) = facts.look(field) else {
                return Err(format!("{field} has no value"));
            };
            let word = value.to_string();
            let amount = amounts
                .get(&word)
                .ok_or_else(|| format!("{field} is {word}, for which no amount is written"))?;
            Ok((
                *amount,
                format!("{field} is {word}, so it may run {amount}"),
            ))
        }
    }
}

/// After this share of the budget, counted as the budget is counted.
fn warning(
    calendar: &Calendar,
    at: Timestamp,
    due: Timestamp,
    budget: BusinessAmount,
    percent: Option<u8>,
) -> Option<Timestamp> {
    let share = |seconds: i64| seconds.saturating_mul(i64::from(percent.unwrap_or(100))) / 100;
    percent?;
    let warn = match budget {
        BusinessAmount::Wall(seconds) => at
            .checked_add(SignedDuration::from_secs(share(seconds)))
            .ok()?,
        _ => calendar.add(at, share(calendar.elapsed(at, due))).ok()?,
    };
    (warn < due).then_some(warn)
}

fn arithmetic(
    calendar: &Calendar,
    at: Timestamp,
    due: Timestamp,
    budget: BusinessAmount,
) -> String {
    let zoned = |at: Timestamp| {
        at.to_zoned(calendar.time_zone().clone())
            .strftime("%a %d %b %H:%M")
            .to_string()
    };
    match budget {
        BusinessAmount::Business(seconds) => match calendar.trace_add(at, seconds) {
            Ok(trace) => trace.to_string(),
            Err(_) => format!("due {}", zoned(due)),
        },
        other => format!("{} + {other} → {}", zoned(at), zoned(due)),
    }
}
