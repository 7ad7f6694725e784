use std::{borrow::Cow, collections::BTreeMap};

use contracts::state::{ApprovalsState, Exception, ExceptionsState, GateState};
use crm::{FieldRef, Record, RecordKind, Value};
use jiff::{SignedDuration, Timestamp};
use model::OperatingModel;

use crate::{rules::Rules, standing::Standing};

/// Which of the times that every record of a CRM has are known of this one. An export need not have a column for
/// them; what it does not tell is no value, and nothing else is counted from in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When it was created.
    pub created: bool,
    /// Whether there was a contact, and when the latest was.
    pub contacts: bool,
    /// Since when it stands at its stage, where no gate says it.
    pub stage_since: bool,
}

impl Told {
    /// All of them, as of a copy from a CRM.
    pub const ALL: Self = Self {
        created: true,
        contacts: true,
        stage_since: true,
    };
}

/// When values changed, as far as an export tells. A copy from a CRM has it by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dated {
    /// When each field last changed.
    pub changed: BTreeMap<FieldRef, Timestamp>,
    /// When anything of the record, or of its account, last changed.
    pub modified: BTreeMap<RecordKind, Timestamp>,
}

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
    /// The exceptions that it was granted; none where that is not known.
    pub exceptions: Option<&'a ExceptionsState>,
    /// What somebody was asked to approve of it; none where that is not known.
    pub approvals: Option<&'a ApprovalsState>,
    /// Which of its times are known.
    pub told: Told,
    /// When its values changed, as an export tells; none of a copy from a CRM, which has it by itself.
    pub dated: Option<&'a Dated>,
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
            exceptions: None,
            approvals: None,
            told: Told::ALL,
            dated: None,
            now,
        }
    }

    /// The value of a field that the record or its account has been given.
    ///
    /// A copy may be older than the list of a field in this model: what is not in it is no value here
    /// either, so that what is proven of the list holds of every copy.
    ///
    /// A stage is none of them: which one is meant, the record's journey says.
    pub(crate) fn declared(&self, field: &FieldRef) -> Option<&'a Value> {
        if field.name == "stage" && field.kind == self.record.id.kind {
            return None;
        }
        let fields = if field.kind == self.record.id.kind {
            &self.record.fields
        } else if field.kind == RecordKind::Account {
            &self.record.account.as_ref()?.fields
        } else {
            return None;
        };
        let value = fields.get(&field.name)?;
        self.rules.may_hold(field, value).then_some(value)
    }

    /// The exception by which a criterion of a stage counts as met now, with its id.
    pub(crate) fn excepts(&self, stage: &str, criterion: &str) -> Option<(&'a str, &'a Exception)> {
        let exceptions = self.exceptions.filter(|it| !it.granted.is_empty())?;
        exceptions.of_criterion(&format!("{stage}.{criterion}"), self.now)
    }

    /// The model.
    pub(crate) fn model(&self) -> &'a OperatingModel {
        let rules: &'a Rules = self.rules;
        &rules.model
    }

    /// Whether the values of a field must not be recorded.
    #[must_use]
    pub fn is_personal(&self, field: &FieldRef) -> bool {
        self.rules.model.is_personal(field.kind, &field.name)
    }

    /// How long ago an instant was; negative if it is ahead.
    #[must_use]
    pub fn ago(&self, at: Timestamp) -> SignedDuration {
        self.now.duration_since(at)
    }
}
