use std::collections::BTreeSet;

use contracts::{
    EventData,
    state::{Clock, ClockStatus, KeptMeet, KeptStep, KeptTerms, Left},
};
use crm::{PersonId, Record, Value};
use jiff::Timestamp;
use model::{ClockCalendar, ClockTerms, CountsSince, Start};

use super::{
    budget::budget,
    calculate::{arithmetic, due, seconds, steps, warning},
    context::Context,
    edges::has_it,
    policy::policy,
    time_off::{while_away, within},
};
use crate::{
    facts::{Facts, FieldValue},
    rules::Staffing,
};

/// When the first of the clocks that the first owner starts is due; none that is over by then.
#[must_use]
pub fn first_due(
    staffing: &Staffing,
    record: &Record,
    owner: &PersonId,
    at: Timestamp,
) -> Option<Timestamp> {
    let facts = Facts::of(staffing, record, at);
    let since = |terms: &ClockTerms| counted_since(terms, &facts, at).0;
    let due = earliest(staffing, &facts, owner, since)?;
    (due > at).then_some(due)
}

/// When the first of the clocks that another owner starts anew would be due.
#[must_use]
pub fn first_due_anew(
    staffing: &Staffing,
    record: &Record,
    owner: &PersonId,
    at: Timestamp,
) -> Option<Timestamp> {
    earliest(staffing, &Facts::of(staffing, record, at), owner, |_| at)
}

fn earliest(
    staffing: &Staffing,
    facts: &Facts<'_>,
    owner: &PersonId,
    since: impl Fn(&ClockTerms) -> Timestamp,
) -> Option<Timestamp> {
    let clocks = staffing.model.clocks.values();
    let kind = facts.record.id.kind;
    clocks
        .filter(|terms| terms.record == kind && terms.start == Start::Routed)
        .filter(|terms| has_it(terms, facts) == Some(true))
        .filter_map(|terms| run(staffing, facts, terms, owner, since(terms), 1).ok())
        .map(|run| run.clock.due)
        .min()
}

/// Since when the first run counts of a clock that starts as the record gets an owner at `at`, never
/// later than that; and why, where the model names another instant.
pub(super) fn counted_since(
    terms: &ClockTerms,
    facts: &Facts<'_>,
    at: Timestamp,
) -> (Timestamp, Option<String>) {
    let (since, why) = since_by_the_model(terms, facts, at);
    if facts.record.is_past(since) {
        let why =
            "it counts from when it got an owner, since it was there before the CRM was loaded";
        return (at, Some(why.to_owned()));
    }
    (since, why)
}

fn since_by_the_model(
    terms: &ClockTerms,
    facts: &Facts<'_>,
    at: Timestamp,
) -> (Timestamp, Option<String>) {
    match &terms.counts_since {
        CountsSince::Routed => (at, None),
        CountsSince::Created => {
            let why = "it counts from the record's creation";
            (facts.record.created.min(at), Some(why.to_owned()))
        }
        CountsSince::Field(field) => match facts.look(field) {
            FieldValue::Value(value) => match value.as_ref() {
                Value::Timestamp(since) => {
                    (*since.min(&at), Some(format!("it counts from {field}")))
                }
                _ => (at, None),
            },
            _ => {
                let why = format!("{field} has no value, so it counts from when it got an owner");
                (at, Some(why))
            }
        },
    }
}

/// A run that begins.
pub(super) struct Run {
    clock: Clock,
    kept: KeptTerms,
    note: String,
}

impl Context<'_> {
    /// Starts the first run of a clock for the owner that the record has got.
    pub(super) fn start_first(
        &mut self,
        name: &str,
        terms: &ClockTerms,
        owner: &PersonId,
        at: Timestamp,
    ) {
        if self.record.is_past(self.record.modified) && self.record.owner() == Some(owner) {
            let why = "not started: the record was there, with its owner, when the CRM was loaded";
            self.reason(name, why);
            return;
        }
        let (since, why) = counted_since(terms, &self.facts(at), at);
        self.start(name, terms, owner, since);
        if let Some(why) = why {
            self.reason(name, why);
        }
    }

    /// Since when the first contact can meet a clock that starts as the record gets an owner at `at`.
    pub(super) fn earliest_contact(&self, at: Timestamp) -> Timestamp {
        let facts = self.facts(at);
        let routed = self.own_terms().filter(|(_, it)| it.start == Start::Routed);
        let since = routed.map(|(_, terms)| counted_since(terms, &facts, at).0);
        since.min().unwrap_or(at)
    }

    /// Starts a run of a clock, in place of an earlier one that is cancelled if it is still open. It may be met
    /// by now.
    pub(super) fn start(
        &mut self,
        name: &str,
        terms: &ClockTerms,
        owner: &PersonId,
        at: Timestamp,
    ) {
        if let Some(why) = self.facts(at).stands().why_not() {
            self.reason(name, format!("not started: {why}"));
            return;
        }
        let previous = self.book.clocks.get(name);
        let open = previous.is_some_and(|previous| previous.status.is_open());
        let before = previous.map_or(0, |previous| previous.instance);
        let instance = before.saturating_add(1);
        match run(self.staffing, &self.facts(at), terms, owner, at, instance) {
            Err(why) => self.reason(name, format!("not started: {why}")),
            Ok(run) => {
                if open {
                    self.emit(EventData::ClockCancelled {
                        clock: name.to_owned(),
                        instance: before,
                    });
                }
                self.emit(EventData::ClockStarted {
                    clock: name.to_owned(),
                    instance,
                    due: run.clock.due,
                });
                self.reason(name, run.note);
                self.say(format!(
                    "clock started: {name} for {owner}, {}",
                    run.clock.budget
                ));
                self.put(name, run.clock, run.kept);
                self.met_by_now(name);
            }
        }
    }
}

fn run(
    staffing: &Staffing,
    facts: &Facts<'_>,
    terms: &ClockTerms,
    owner: &PersonId,
    at: Timestamp,
    instance: u32,
) -> Result<Run, String> {
    let (budget, because) = budget(&terms.within, facts)?;
    let (name, hours) = calendar_name(facts, terms, owner).ok_or("the model has no calendar")?;
    let plain = staffing
        .calendar(name)
        .ok_or_else(|| format!("the model has no calendar {name}"))?;
    let calendar = if terms.owner_away {
        staffing.without_time_off(plain, owner)
    } else {
        plain.clone()
    };
    let left = Left::Budget(budget.to_string());
    let due = due(&calendar, at, &left)?;
    let kept = KeptTerms {
        from: at,
        seconds: seconds(&calendar, &left, at, due),
        left,
        warn_at: terms.warn_at,
        warned: false,
        steps: kept_steps(terms),
        postponed: BTreeSet::new(),
        times: terms.meet.times,
        by_owner: terms.meet.by_owner,
        on_days: terms.meet.on_days,
        kinds: terms.meet.kinds.clone(),
        or_meet: or_meet(terms),
        sequence: None,
        policy: policy(staffing, terms),
        contacts: BTreeSet::new(),
        paused: None,
        closed: None,
        steps_left: None,
    };
    let clock = Clock {
        instance,
        status: ClockStatus::Running,
        owner: owner.clone(),
        started: at,
        budget: budget.to_string(),
        calendar: name.to_owned(),
        due,
        warn_at: warning(&calendar, &kept, due),
        steps: steps(plain, due, &kept.steps)?,
        met: None,
        ownerless: false,
        time_off: terms.owner_away.then(|| within(staffing, owner, at, due)),
        kept: None,
    };
    let away = clock.time_off.as_deref().unwrap_or_default();
    let away = while_away(staffing, owner, away);
    let note = format!(
        "{because}{hours}{away}; {}",
        arithmetic(&calendar, at, &kept.left, due)
    );
    Ok(Run { clock, kept, note })
}

fn or_meet(terms: &ClockTerms) -> Vec<KeptMeet> {
    let others = terms.or_meet.iter().cloned();
    let none_yet = |meet| KeptMeet {
        meet,
        contacts: BTreeSet::new(),
    };
    others.map(none_yet).collect()
}

fn kept_steps(terms: &ClockTerms) -> Vec<KeptStep> {
    let steps = (1_u32..).zip(&terms.when_late);
    steps
        .map(|(number, step)| KeptStep {
            number,
            after: step.after.map(|after| after.to_string()),
            after_previous: step.after_previous,
            tell: step.tell.clone(),
            within_working_time: step.within_working_time,
            move_to: step.move_to.clone(),
            reassign: step.reassign.clone(),
        })
        .collect()
}

/// The calendar that counts, and why it is that one where a field decides.
fn calendar_name<'r>(
    facts: &Facts<'r>,
    terms: &'r ClockTerms,
    owner: &PersonId,
) -> Option<(&'r str, String)> {
    let rules = facts.rules;
    let name = match &terms.calendar {
        ClockCalendar::Named(name) => name,
        ClockCalendar::Owner => rules.calendar_name_of(owner)?,
        ClockCalendar::Team => {
            let known = rules.model.people.get(owner);
            let team = known.and_then(|known| rules.model.teams.get(known.team.as_deref()?));
            team.map(|team| team.calendar.as_str())
                .or_else(|| rules.calendar_name_of(owner))?
        }
        ClockCalendar::By {
            field,
            calendars,
            otherwise,
            unknown,
        } => {
            let (name, found) = match facts.look(field) {
                FieldValue::Value(value) => {
                    let word = value.to_string();
                    let line = calendars.get(&word).or(otherwise.as_ref());
                    (line.unwrap_or(unknown), format!("is {word}"))
                }
                _ => (unknown, "has no value".to_owned()),
            };
            return Some((
                name,
                format!("; {field} {found}, so the hours of {name} count"),
            ));
        }
    };
    Some((name, String::new()))
}
