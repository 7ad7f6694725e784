//! A record that is handed over, and what is heard of it.

use contracts::{
    CrmWrite, EventData, NotTakenOver, Notice,
    state::{Clock, ClocksState, GateState},
};
use crm::{Contacted, PersonId, Record, Value};
use decisions::{
    Staffing,
    clocks::{Answer, Clocked, Moved, Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_model, lead, opportunity, staffing};

/// Monday 10:00 in Berlin.
pub fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

pub fn after(hours: i64) -> Timestamp {
    monday() + SignedDuration::from_hours(hours)
}

pub fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

/// A record that is handed over, with its clocks.
pub struct Handed {
    pub rules: Staffing,
    pub record: Record,
    pub gate: GateState,
    pub clock: &'static str,
    pub clocks: Option<ClocksState>,
    /// What followed from what was heard last.
    pub emits: Vec<EventData>,
}

impl Handed {
    /// A deal of Anna's, who moves it to won on Monday: it goes to customer success, which is Nina.
    pub fn deal(rules: Staffing) -> Self {
        let record = opportunity("1", monday())
            .account("DE", "software", 300)
            .owner("anna")
            .text("onboarding_contact", "Ada")
            .text("promised_scope", "two warehouses")
            .build();
        let mut deal = Self::new(rules, record, "won.hand_off");
        deal.enters("won", monday());
        deal
    }

    /// A lead of Ines', who moves it to accepted on Monday: it goes to the team for DACH, which Jonas leads.
    pub fn lead() -> Self {
        Self::lead_of("DE")
    }

    /// The same, of an account there.
    pub fn lead_of(country: &str) -> Self {
        let record = lead("1", monday()).account(country, "software", 300);
        let record = record.owner("ines").build();
        let mut lead = Self::new(example(), record, "accepted.hand_off");
        lead.enters("accepted", monday());
        lead
    }

    pub fn new(rules: Staffing, record: Record, clock: &'static str) -> Self {
        Self {
            rules,
            record,
            gate: stands("", monday()),
            clock,
            clocks: None,
            emits: Vec::new(),
        }
    }

    pub fn hear(&mut self, trigger: Trigger<'_>) -> Option<Clocked> {
        let before = self.clocks.as_ref();
        let clocked = decide(&self.rules, &self.record, Some(&self.gate), before, trigger);
        self.emits = clocked
            .iter()
            .flat_map(|it| it.draft.emits.clone())
            .collect();
        if let Some(clocked) = &clocked {
            self.clocks = Some(clocked.clocks.clone());
        }
        clocked
    }

    /// Its owner moves it, and its gate lets it.
    pub fn enters(&mut self, stage: &str, at: Timestamp) {
        let text = Value::Text(stage.to_owned());
        self.record.fields.insert("stage".to_owned(), text);
        self.gate = stands(stage, at);
        self.told(stage, true, at);
    }

    pub fn told(&mut self, stage: &str, entered: bool, at: Timestamp) {
        let by = self.record.owner().cloned();
        self.told_by(by, stage, entered, at);
    }

    pub fn told_by(&mut self, by: Option<PersonId>, stage: &str, entered: bool, at: Timestamp) {
        let moved = Moved {
            stage,
            entered,
            first: false,
            at,
            by: by.as_ref(),
            told: at,
            owner: None,
            sequence: 2,
        };
        self.hear(Trigger::Moved(moved));
    }

    pub fn says(&mut self, by: &str, refused: Option<&str>, at: Timestamp) -> Option<Clocked> {
        let (clock, by) = (self.clock, person(by));
        self.hear(Trigger::Answered(Answer {
            clock,
            instance: 1,
            by: &by,
            refused,
            at,
        }))
    }

    pub fn copy(&mut self, contact: Option<Contacted>, at: Timestamp) {
        self.record.last_contact.clone_from(&contact);
        self.hear(Trigger::Changed {
            modified: at,
            contact: contact.as_ref(),
            replied: None,
            fields: &[],
            sequence: 3,
        });
    }

    pub fn run(&self) -> &Clock {
        let clocks = self.clocks.as_ref().expect("clocks");
        &clocks.clocks[self.clock]
    }

    /// Who is told what.
    pub fn told_of<'a, T>(&'a self, what: impl Fn(&'a Notice) -> Option<T>) -> Vec<(&'a str, T)> {
        let notices = self.emits.iter().filter_map(|it| match it {
            EventData::NoticeRequested { to, notice } => Some((to.as_str(), what(notice)?)),
            _ => None,
        });
        notices.collect()
    }

    pub fn not_taken_over(&self) -> Vec<(&str, &NotTakenOver)> {
        self.told_of(|it| match it {
            Notice::NotTakenOver(it) => Some(it),
            _ => None,
        })
    }

    pub fn moved_to(&self) -> Option<(&str, Option<&str>)> {
        self.emits.iter().find_map(|it| match it {
            EventData::CrmWriteRequested {
                write: CrmWrite::Stage { to, only_if },
            } => Some((to.as_str(), only_if.as_deref())),
            _ => None,
        })
    }
}

pub fn stands(stage: &str, since: Timestamp) -> GateState {
    GateState {
        stage: stage.to_owned(),
        since,
        turned_back: None,
        held: None,
        rounds: None,
        undoing: None,
        unknown: false,
        outside: false,
    }
}

pub fn example() -> Staffing {
    staffing(example_model())
}

pub fn names<'a, T>(told: &[(&'a str, T)]) -> Vec<&'a str> {
    told.iter().map(|(to, _)| *to).collect()
}
