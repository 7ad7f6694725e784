use std::collections::BTreeMap;

use business_time::BusinessAmount;
use crm::{Decimal, FieldRef, FieldType, RecordKind, SourceName};
use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, FirstMatch},
    place::Place,
    recipient::Recipient,
};

/// A CRM from which records come and into which decisions are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which CRM it is, by its word in `kind:`; what reads and writes it is chosen by it.
    pub kind: String,
    /// The account (portal, organisation) whose events are ours; events of another are refused.
    pub portal: String,
    /// The name of the secret, never its value.
    pub secret: String,
    /// The CRM's name for the objects of each kind of record.
    pub records: BTreeMap<RecordKind, String>,
    /// What may be written back.
    pub write: WritePolicy,
    /// Where it is written.
    pub place: Place,
}

impl Source {
    /// What the CRM calls the objects of a kind of record; none if none are read. A contact is a lead that is not
    /// worked on: where contacts have no name of their own, they are the objects of leads.
    #[must_use]
    pub fn object_of(&self, kind: RecordKind) -> Option<&str> {
        let named = |kind| self.records.get(&kind).map(String::as_str);
        let lead = || (kind == RecordKind::Contact).then(|| named(RecordKind::Lead));
        named(kind).or_else(|| lead().flatten())
    }
}

/// How long is kept what no further decision needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Audit records, in days from the decision, 120 to 3650; none: as long as the table stands.
    pub audits: Option<u16>,
}

/// What may be written back into the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritePolicy {
    /// Owners.
    pub owner: bool,
    /// Stages.
    pub stage: bool,
    /// Fields that the model sets.
    pub fields: bool,
    /// Tasks.
    pub tasks: bool,
    /// Most writes in any 60 minutes; from 5 on, a fifth of them is kept for owners. What finds them used up
    /// waits, three days at most.
    pub per_hour: u32,
}

/// The channels of the sources, each with the CRM's spellings of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags {
    /// The CRM's spelling → the channel.
    pub spellings: BTreeMap<String, String>,
    /// The channel for every other spelling.
    pub otherwise: Option<String>,
}

/// How an account is found for a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// The CRM associates it.
    Association,
    /// It has the domain of a mail address.
    EmailDomain {
        /// The field of the record that holds the address.
        of: FieldRef,
        /// The list of domains by which nothing is found, beside those of free mail.
        but_not: Option<String>,
    },
    /// It has the domain that this field of the record holds.
    Domain(FieldRef),
    /// It has the name that a field of the record holds, or one much like it.
    Name {
        /// The field.
        of: FieldRef,
        /// How much alike both must be at least, in percent, 60 to 100.
        at_least: u8,
    },
}

/// A field of a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it holds.
    pub holds: FieldType,
    /// How people call it; its name in words if the model does not say.
    #[serde(default)]
    pub label: Option<String>,
    /// How people call its values in the CRM, by ours: no part of the model, and laid over it where people are told
    /// something.
    #[serde(skip)]
    pub called: BTreeMap<String, String>,
    /// Who answers for its values: a person or a team.
    #[serde(default)]
    pub owner: Option<Recipient>,
    /// For how many days a value is taken to be true after it was last changed, 1 to 3650; for ever if absent.
    #[serde(default)]
    pub fresh_for: Option<u16>,
    /// The property it is read from in each source; none if it is not mapped.
    pub properties: BTreeMap<SourceName, String>,
    /// The allowed values, for `one_of`.
    pub allowed: Vec<String>,
    /// The CRM's spelling of a value → ours.
    pub values: BTreeMap<String, String>,
    /// Its values never enter an audit record, an event, a log or a rule.
    pub personal: bool,
    /// Whether past values are kept.
    pub history: bool,
    /// Whether no two records of the kind hold the same: the CRM sees to that, and a record is found by it.
    pub unique: bool,
    /// Whether its values stand for the channels of `source_tags`.
    #[serde(default)]
    pub tagged: bool,
    /// Of an account: how it is found, in this order; by the CRM's association if empty.
    #[serde(default)]
    pub found_by: Vec<FoundBy>,
    /// Where it is written.
    pub place: Place,
}

/// How a field is computed from others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derived {
    /// The part of a mail address after the `@`, in [the one form of a domain](crm::domain).
    DomainOf(FieldRef),
    /// How many other records count.
    Count(Count),
    /// How often the person has done something of late.
    Behaviour(BehaviourCount),
    /// The sum of the points of all lines that hold.
    Score(Score),
    /// The sum of numbers.
    Sum(Sum),
    /// The first of two numbers by the second; unknown if that is 0.
    Ratio(FieldRef, FieldRef),
    /// The days from one date to another; negative if that is earlier. Of an instant, its day in the
    /// company's zone counts.
    DaysBetween(Moment, Moment),
    /// Whether one field compares so with another.
    Compare {
        /// The one.
        field: FieldRef,
        /// How.
        is: Comparison,
        /// The other.
        than: FieldRef,
    },
    /// The name of the first entry that wins.
    FirstMatch(FirstMatch),
    /// Whose another record of the same domain was last.
    Latest(LatestOfDomain),
}

impl Derived {
    /// The least and the greatest sum that the lines of a score of whole points can have; none for what is no
    /// such score.
    #[must_use]
    pub fn range(&self) -> Option<(i64, i64)> {
        let Self::Score(score) = self else {
            return None;
        };
        let points: Option<Vec<i64>> = score.lines.iter().map(|line| whole(line.points)).collect();
        let points = points?;
        let least = points.iter().filter(|points| **points < 0).sum();
        let most = points.iter().filter(|points| **points > 0).sum();
        match score.most {
            None => Some((least, most)),
            Some(cap) => whole(cap).map(|cap| (least.min(cap), most.min(cap))),
        }
    }
}

/// Whose another lead of the same domain of a mail address was last: never the lead itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestOfDomain {
    /// The field of leads that says whose.
    pub person: FieldRef,
    /// The field with the mail address.
    pub mail: FieldRef,
    /// How long ago it may have become theirs, in hours, 1 to 17,520.
    pub hours: u32,
}

/// How often the person of a record has done something of late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehaviourCount {
    /// What, by its name.
    pub behaviour: String,
    /// How long ago it may be, in hours, 1 to 720.
    pub hours: u32,
}

/// By which fields of a lead somebody is known who did something outside the CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBy {
    /// The field with the mail address.
    pub mail: Option<FieldRef>,
    /// The field with the id that the sender knows them by.
    pub id: Option<FieldRef>,
}

/// How many other records count for a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Count {
    /// Of which kind they are.
    pub kind: RecordKind,
    /// Whose they are.
    pub whose: Whose,
    /// Which of them count; all, if absent.
    pub when: Option<Condition>,
    /// Whether those count too whose journey has ended.
    pub also_closed: bool,
    /// Of those, the ones that count by a day of theirs; all, if absent.
    #[serde(default)]
    pub lately: Option<Lately>,
    /// Whether anything of the model asks for it. What nobody asks for is not read.
    pub asked: bool,
}

impl Count {
    /// Whether the records have to be read, or it is enough to know that they are there.
    #[must_use]
    pub const fn reads_them(&self) -> bool {
        self.when.is_some() || !self.also_closed || self.lately.is_some()
    }
}

/// By which day of theirs records count, and how long ago it may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lately {
    /// The field that holds the day, or an instant of it, of the records that are counted.
    pub on: FieldRef,
    /// How long ago it was at the most. Today counts; what is still to come does not.
    pub length: BusinessAmount,
}

/// Whose the records are that a count is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Those that belong to the record itself.
    Own,
    /// Those of the account that the record belongs to, never the record itself.
    SameAccount,
}

fn whole(number: Decimal) -> Option<i64> {
    number.is_integer().then(|| number.try_into().ok())?
}

/// Points for what holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The lines.
    pub lines: Vec<ScoreLine>,
    /// Whether a line that cannot be known adds nothing; the sum is unknown else.
    #[serde(default)]
    pub skips: bool,
    /// The greatest sum, whatever the lines come to.
    #[serde(default)]
    pub most: Option<Decimal>,
}

/// A sum of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The numbers.
    pub of: Vec<FieldRef>,
    /// Whether a number that is not there adds nothing; the sum is unknown else, and if none is there.
    #[serde(default)]
    pub skips: bool,
    /// The greatest sum, whatever the numbers come to.
    #[serde(default)]
    pub most: Option<Decimal>,
}

/// A line of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// When it counts.
    pub when: Condition,
    /// How much it adds, from -1,000 to 1,000.
    pub points: Decimal,
    /// Where it is written.
    pub place: Place,
}

/// A date that days are counted from or to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The day of the decision, in the company's time zone.
    Today,
    /// The date or instant in this field.
    Field(FieldRef),
}

/// How two fields compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Both are the same.
    Equals,
    /// It is not smaller, or not earlier.
    AtLeast,
    /// It is not greater, or not later.
    AtMost,
    /// It is greater, or later.
    MoreThan,
    /// It is smaller, or earlier.
    LessThan,
}

impl Comparison {
    /// Every comparison, in the order in which people list them.
    pub const ALL: [Self; 5] = [
        Self::Equals,
        Self::AtLeast,
        Self::AtMost,
        Self::MoreThan,
        Self::LessThan,
    ];

    /// The word used for it in `technology.yaml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
            Self::MoreThan => "more_than",
            Self::LessThan => "less_than",
        }
    }
}
