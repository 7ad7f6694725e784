use std::borrow::Cow;

use contracts::{Verdict, state::GateState};
use crm::{Decimal, FieldRef, Record, RecordKind, Value};
use jiff::{SignedDuration, Timestamp};
use model::{FirstMatch, Lifecycle};

use crate::{
    derived::computed, first_match::first_match, index::Asking, rules::Rules, standing::Standing,
};

/// What a condition can ask of a record.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The model.
    pub rules: &'a Rules,
    /// The record.
    pub record: &'a Record,
    /// Where the gate says that it stands.
    pub gate: Option<&'a GateState>,
    /// What others have decided of it; none where that is not known.
    pub standing: Option<Standing<'a>>,
    /// The time of the decision.
    pub now: Timestamp,
}

/// What a field turned out to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue<'a> {
    /// A value.
    Value(Cow<'a, Value>),
    /// A length of time that grows (`age`, `time_in_stage`), counted from this instant.
    Since(Timestamp),
    /// No value.
    Nothing,
}

impl<'a> Facts<'a> {
    /// The facts of a record of which no gate is known.
    #[must_use]
    pub const fn of(rules: &'a Rules, record: &'a Record, now: Timestamp) -> Self {
        Self {
            rules,
            record,
            gate: None,
            standing: None,
            now,
        }
    }

    /// What a field holds.
    #[must_use]
    pub fn look(&self, field: &FieldRef) -> FieldValue<'a> {
        if let Some(value) = self.declared(field) {
            return FieldValue::Value(Cow::Borrowed(value));
        }
        if let Some(derived) = self.rules.model.derived.get(field) {
            return computed(derived, self);
        }
        if field.kind == self.record.id.kind {
            return self.built_in(&field.name);
        }
        // What an account is, its leads and opportunities are too.
        match field.name.as_str() {
            name @ ("in_icp" | "segment" | "territory") if field.kind == RecordKind::Account => {
                self.built_in(name)
            }
            _ => FieldValue::Nothing,
        }
    }

    /// The value of a field that the record or its account has been given.
    pub(crate) fn declared(&self, field: &FieldRef) -> Option<&'a Value> {
        if field.kind == self.record.id.kind {
            return self.record.fields.get(&field.name);
        }
        if field.kind == RecordKind::Account {
            return self.record.account.as_ref()?.fields.get(&field.name);
        }
        None
    }

    fn built_in(&self, name: &str) -> FieldValue<'a> {
        let model = &self.rules.model;
        match name {
            "age" => FieldValue::Since(self.record.created),
            "created" => instant(self.record.created),
            "last_contact" => {
                let contact = self.record.last_contact.as_ref();
                instant(contact.map_or(self.record.created, |contact| contact.at))
            }
            "time_in_stage" => {
                FieldValue::Since(self.gate.map_or(self.record.created, |gate| gate.since))
            }
            "stage" => self
                .stage()
                .map_or(FieldValue::Nothing, |stage| text(stage.to_owned())),
            "open" => FieldValue::Value(Cow::Owned(Value::Boolean(self.is_open()))),
            "in_icp" => self.in_icp(),
            "segment" => self.segment().map_or(FieldValue::Nothing, named),
            "territory" => {
                let entry = Asking::of(*self).territory();
                let entry = entry.and_then(|entry| model.territories.entries.get(entry));
                entry.map_or(FieldValue::Nothing, |entry| named(&entry.name))
            }
            "routing" => self
                .standing
                .map_or(FieldValue::Nothing, |it| text(it.routing().to_owned())),
            name => match (name.split_once('.'), self.standing) {
                (Some(("clock", clock)), Some(it)) => text(it.clock(clock).to_owned()),
                _ => name
                    .strip_suffix("_moves")
                    .map_or(FieldValue::Nothing, |it| self.moves(it)),
            },
        }
    }

    /// How often the value of a field was replaced by another. Not known of a field that has a
    /// value and no history.
    fn moves(&self, field: &str) -> FieldValue<'a> {
        let changes = match self.record.history.get(field) {
            Some(changes) => changes.as_slice(),
            None if !self.record.fields.contains_key(field) => &[],
            None => return FieldValue::Nothing,
        };
        let values: Vec<_> = changes.iter().filter_map(|it| it.value.as_ref()).collect();
        let pairs = values.iter().zip(values.iter().skip(1));
        let moved = pairs.filter(|(newer, older)| newer != older).count();
        FieldValue::Value(Cow::Owned(Value::Number(Decimal::from(moved))))
    }

    /// What a derived field says that is a first-match list.
    pub(crate) fn listed(&self, list: &FirstMatch) -> FieldValue<'a> {
        first_match(list, self).map_or(FieldValue::Nothing, |matched| named(matched.name))
    }

    fn in_icp(&self) -> FieldValue<'a> {
        match Asking::of(*self).in_icp() {
            Verdict::Held => FieldValue::Value(Cow::Owned(Value::Boolean(true))),
            Verdict::NotHeld => FieldValue::Value(Cow::Owned(Value::Boolean(false))),
            Verdict::Unknown => FieldValue::Nothing,
        }
    }

    /// The lifecycle of the record's kind, if it has one.
    #[must_use]
    pub fn lifecycle(&self) -> Option<&'a Lifecycle> {
        self.rules.model.lifecycles.get(&self.record.id.kind)
    }

    /// The stage at which the record stands; its lifecycle's first if it has none.
    #[must_use]
    pub fn stage(&self) -> Option<&'a str> {
        if let Some(stage) = self.record.fields.get("stage").and_then(Value::text) {
            return Some(stage);
        }
        let first = self.lifecycle()?.stages.first()?;
        Some(first.name.as_str())
    }

    /// The stage at which the gate says that the record stands, which a move changes only once
    /// the gate has passed it; else the record's own.
    #[must_use]
    pub fn rightful_stage(&self) -> Option<&'a str> {
        match self.gate {
            Some(gate) => Some(&gate.stage),
            None => self.stage(),
        }
    }

    /// Whether the record's journey goes on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        if self.record.archived {
            return false;
        }
        let stage = self
            .lifecycle()
            .zip(self.stage())
            .and_then(|(lifecycle, stage)| lifecycle.stage(stage));
        !stage.is_some_and(|stage| stage.closes)
    }

    /// The segment of the record's account, if the model has segments.
    #[must_use]
    pub fn segment(&self) -> Option<&'a str> {
        let entry = Asking::of(*self).segment()?;
        let entry = self.rules.model.segments.entries.get(entry)?;
        Some(&entry.name)
    }

    /// Whether the values of a field must not be recorded.
    #[must_use]
    pub fn is_personal(&self, field: &FieldRef) -> bool {
        let fields = self.rules.model.records.get(&field.kind);
        fields
            .and_then(|fields| fields.get(&field.name))
            .is_some_and(|field| field.personal)
    }

    /// How long ago an instant was; negative if it is ahead.
    #[must_use]
    pub fn ago(&self, at: Timestamp) -> SignedDuration {
        self.now.duration_since(at)
    }
}

fn named<'a>(name: &str) -> FieldValue<'a> {
    text(name.to_owned())
}

fn text<'a>(text: String) -> FieldValue<'a> {
    FieldValue::Value(Cow::Owned(Value::Text(text)))
}

fn instant<'a>(at: Timestamp) -> FieldValue<'a> {
    FieldValue::Value(Cow::Owned(Value::Timestamp(at)))
}
