//! What a plain story of a model came to: for whoever tries a model before it is trusted.

use std::collections::BTreeMap;

use contracts::{AuditRecord, Event, EventData, Function, state::AWAITS_FACTS};
use crm::PersonId;
use decisions::{Rules, routing::OWNER_REMOVED};
use jiff::civil::Date;

use crate::ending::Ending;

/// Counts of one story, each by name; ordered, so that the same story gives the same text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Leads by the rule that decided about them when they came.
    pub by_rule: BTreeMap<String, u64>,
    /// By pool: how many leads each of its members was given.
    pub by_pool: BTreeMap<String, BTreeMap<PersonId, u64>>,
    /// By person.
    pub by_person: BTreeMap<PersonId, Load>,
    /// By day, where the company is.
    pub by_day: BTreeMap<Date, Day>,
    /// Moves by the stage they were turned back from, and how often a criterion was not met.
    pub turned_back: BTreeMap<String, BTreeMap<String, u64>>,
    /// By clock: how often it was started, met in time, met late and run out.
    pub clocks: BTreeMap<String, Runs>,
    /// By deviation: how often it was opened.
    pub deviations: BTreeMap<String, u64>,
    /// How many mails went out.
    pub mails: u64,
}

/// What came to one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Leads that they were given.
    pub given: u64,
    /// Leads that were taken from them, since they let a clock run out.
    pub taken: u64,
    /// Clocks of theirs that ran out.
    pub late: u64,
    /// Mails to them.
    pub mails: u64,
}

/// What happened on one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Leads that got an owner.
    pub routed: u64,
    /// Leads that were left or wait without one.
    pub without: u64,
    /// Clocks that ran out.
    pub late: u64,
    /// Moves that were turned back.
    pub turned_back: u64,
    /// Mails.
    pub mails: u64,
}

/// How a clock went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Runs {
    /// How often it was started.
    pub started: u64,
    /// How often it was met in time.
    pub in_time: u64,
    /// How often it was met after its due time.
    pub late: u64,
    /// How often it ran out.
    pub ran_out: u64,
}

impl Summary {
    /// Counts what a story came to.
    #[must_use]
    pub fn of(rules: &Rules, ending: &Ending) -> Self {
        let mut summary = Self::default();
        let mut owners: BTreeMap<String, PersonId> = BTreeMap::new();
        let audits = ending.items.iter().filter(|item| item.key.is_audit());
        let mut audits: Vec<AuditRecord> =
            audits.filter_map(|item| item.body.read().ok()).collect();
        audits.sort_by(|a, b| (a.at, &a.decision).cmp(&(b.at, &b.decision)));
        for audit in &audits {
            let day = audit.at.to_zoned(rules.company_zone().clone()).date();
            for event in &audit.events {
                summary.count(audit, event, day, &mut owners);
            }
            summary.left(audit, day);
        }
        for mail in &ending.mails {
            let day = mail.at.to_zoned(rules.company_zone().clone()).date();
            add(&mut summary.by_day.entry(day).or_default().mails);
            add(&mut summary.mails);
            let mut people = rules.model.people.iter();
            if let Some((id, _)) = people.find(|(_, person)| person.email == mail.to) {
                add(&mut summary.by_person.entry(id.clone()).or_default().mails);
            }
        }
        summary
    }

    fn count(
        &mut self,
        audit: &AuditRecord,
        event: &Event,
        date: Date,
        owners: &mut BTreeMap<String, PersonId>,
    ) {
        let record = audit.subject.to_string();
        let day = self.by_day.entry(date).or_default();
        match &event.data {
            EventData::RecordRouted { owner, rule, pool } => {
                add(&mut day.routed);
                if matches!(audit.event_name.as_str(), "record.changed" | "deadline.due") {
                    add(self.by_rule.entry(rule.clone()).or_default());
                }
                let before = owners.insert(record, owner.clone());
                let taken = before.filter(|_| audit.event_name == "reassign.requested");
                if let Some(before) = taken {
                    add(&mut self.by_person.entry(before).or_default().taken);
                }
                add(&mut self.by_person.entry(owner.clone()).or_default().given);
                if let Some(pool) = pool {
                    let members = self.by_pool.entry(pool.clone()).or_default();
                    add(members.entry(owner.clone()).or_default());
                }
            }
            // It is decided about when what it waits for has come, or the time is over.
            EventData::RecordWaiting { rule } if rule == AWAITS_FACTS => {}
            EventData::RecordWaiting { rule } => {
                add(&mut day.without);
                // Where an owner was taken off, the lead had been decided about before.
                if rule != OWNER_REMOVED {
                    add(self.by_rule.entry(rule.clone()).or_default());
                }
            }
            EventData::GateTurnedBack { to, unmet, .. } => {
                add(&mut day.turned_back);
                let stage = self.turned_back.entry(to.clone()).or_default();
                for criterion in unmet {
                    add(stage.entry(criterion.clone()).or_default());
                }
            }
            EventData::DeviationOpened { deviation, .. } => {
                add(self.deviations.entry(deviation.clone()).or_default());
            }
            other => self.count_clock(other, owners.get(&record), date),
        }
    }

    fn count_clock(&mut self, data: &EventData, owner: Option<&PersonId>, date: Date) {
        match data {
            EventData::ClockStarted { clock, .. } => {
                add(&mut self.clocks.entry(clock.clone()).or_default().started);
            }
            EventData::ClockMet { clock, late, .. } => {
                let runs = self.clocks.entry(clock.clone()).or_default();
                add(if *late {
                    &mut runs.late
                } else {
                    &mut runs.in_time
                });
            }
            EventData::ClockBreached { clock, .. } => {
                add(&mut self.by_day.entry(date).or_default().late);
                add(&mut self.clocks.entry(clock.clone()).or_default().ran_out);
                if let Some(owner) = owner {
                    add(&mut self.by_person.entry(owner.clone()).or_default().late);
                }
            }
            _ => {}
        }
    }

    /// A lead that a rule leaves without an owner has no event of its own.
    fn left(&mut self, audit: &AuditRecord, date: Date) {
        let routing = audit.function == Function::LeadRouting;
        let rule = audit.outcome.strip_prefix("left without an owner by rule ");
        if let Some(rule) = rule.filter(|_| routing) {
            add(&mut self.by_day.entry(date).or_default().without);
            add(self.by_rule.entry(rule.to_owned()).or_default());
        }
    }
}

const fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}
