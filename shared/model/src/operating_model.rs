use std::{collections::BTreeMap, fmt};

use crm::RecordKind;
use serde::{Deserialize, Serialize};

use crate::{
    approval::ApprovalRule,
    away::NamedByRule,
    before_routing::BeforeRouting,
    clocks::ClockTerms,
    condition::{Condition, FirstMatch},
    criterion::Criterion,
    duplicates::Duplicates,
    enforcement::Enforcement,
    governance::{DeviationRule, Digest, Exceptions, Response},
    leavers::Leavers,
    metrics::{Metric, Signal},
    people::{Calendar, DecisionRight, Pairs, Person, Pool, Queue, Team},
    processes::{Lifecycle, Stage},
    renamed::Renamed,
    reroute::Reroute,
    reviews::Review,
    routing::RoutingRule,
    strategy::{Company, Table},
    targets::Target,
    technology::{Derived, Field, Keep, KnownBy, Source, Tags},
};

/// Which state of the model, and by which deployment: `hash` says what it is, `number` which of two is
/// the later one. The same content can be deployed twice, as when a deployment is taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The number of the deployment that brought the model to the functions. It grows with every
    /// deployment to a stack, one that takes another back too; 0 if none brought it, as at the command
    /// line.
    pub number: u64,
    /// The first 16 hexadecimal digits of the SHA-512 of the model's content.
    pub hash: String,
}

impl Revision {
    /// Whether a later deployment than that of `other` brought it.
    #[must_use]
    pub const fn is_later_than(&self, other: &Self) -> bool {
        self.number > other.number
    }
}

/// The hash, and the deployment if one brought it.
impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => f.write_str(&self.hash),
            number => write!(f, "{} (deployment {number})", self.hash),
        }
    }
}

/// A checked operating model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatingModel {
    /// Which revision this is. It is not part of the content that its hash is taken of: the artefact
    /// keeps the hash beside the model, and a function is told the number by its environment.
    #[serde(skip)]
    pub revision: Revision,
    /// The company whose model this is.
    pub company: Company,
    /// Named lists of values.
    pub lists: BTreeMap<String, Vec<crm::Value>>,
    /// Tables that say whose a value is.
    pub tables: BTreeMap<String, Table>,
    /// Named conditions, referred to by `is:`.
    pub conditions: BTreeMap<String, Condition>,
    /// The criteria of the ideal customer profile, all of which must hold.
    pub icp: Vec<Criterion>,
    /// Segment of an account, first match wins.
    pub segments: FirstMatch,
    /// Territory of an account, first match wins.
    pub territories: FirstMatch,
    /// The numbers the company watches.
    pub metrics: BTreeMap<String, Metric>,
    /// What is to be sold, by the names of the targets.
    pub targets: BTreeMap<String, Target>,
    /// What comes before the numbers move.
    pub signals: BTreeMap<String, Signal>,
    /// Where records come from.
    pub sources: BTreeMap<crm::SourceName, Source>,
    /// The fields of each kind of record.
    pub records: BTreeMap<RecordKind, BTreeMap<String, Field>>,
    /// Fields computed from other fields.
    pub derived: BTreeMap<crm::FieldRef, Derived>,
    /// What people do outside the CRM, by its name, and what the events of it are called.
    pub behaviours: BTreeMap<String, String>,
    /// By which fields the people are known who do it.
    pub known_by: KnownBy,
    /// The channels of the sources, if there are any.
    pub source_tags: Option<Tags>,
    /// How long is kept what no further decision needs.
    pub keep: Keep,
    /// The journeys, by name; a record is on one of its kind's at most.
    pub lifecycles: BTreeMap<String, Lifecycle>,
    /// What routing waits for, by kind of record.
    pub before_routing: BTreeMap<RecordKind, BeforeRouting>,
    /// By what a second record of somebody is known, by kind of record; it is routed like any other, if absent.
    pub duplicates: BTreeMap<RecordKind, Duplicates>,
    /// Who gets a record, first match wins.
    pub routing: BTreeMap<RecordKind, Vec<RoutingRule>>,
    /// What routes a record again that was routed before; the first that fits decides.
    pub reroute: BTreeMap<RecordKind, Vec<Reroute>>,
    /// The clocks, by name.
    pub clocks: BTreeMap<String, ClockTerms>,
    /// What counts as a deviation.
    pub deviations: BTreeMap<String, DeviationRule>,
    /// How a deviation is answered.
    pub responses: BTreeMap<String, Response>,
    /// From when on it is enforced; always, if absent.
    pub enforcement: Option<Enforcement>,
    /// How a record is excused from a deviation, if it can be.
    pub exceptions: Option<Exceptions>,
    /// What somebody has to approve, by name.
    pub approvals: BTreeMap<String, ApprovalRule>,
    /// The mails people get.
    pub digests: BTreeMap<String, Digest>,
    /// Meetings that decide.
    pub reviews: BTreeMap<String, Review>,
    /// Working hours and holidays.
    pub calendars: BTreeMap<String, Calendar>,
    /// Teams and their leads.
    pub teams: BTreeMap<String, Team>,
    /// Everybody.
    pub people: BTreeMap<crm::PersonId, Person>,
    /// Who gets a record in place of a person whom a rule names and who is away; they all the same, if
    /// absent.
    pub named_by_rule: Option<NamedByRule>,
    /// What becomes of the open records of somebody who has left, by kind of record; they stay theirs, if
    /// absent.
    pub leavers: BTreeMap<RecordKind, Leavers>,
    /// Rotating pools.
    pub pools: BTreeMap<String, Pool>,
    /// Who works together with whom.
    pub pairs: BTreeMap<String, Pairs>,
    /// Queues that people take from.
    pub queues: BTreeMap<String, Queue>,
    /// What had another name before.
    pub renamed: Renamed,
    /// Who may decide what does not follow from the model.
    pub decision_rights: BTreeMap<String, DecisionRight>,
}

/// The journeys of a kind of record.
impl OperatingModel {
    /// Those of a kind, by name.
    pub fn journeys(&self, kind: RecordKind) -> impl Iterator<Item = &Lifecycle> {
        self.lifecycles.values().filter(move |it| it.record == kind)
    }

    /// Whether records of a kind have a journey.
    #[must_use]
    pub fn has_journey(&self, kind: RecordKind) -> bool {
        self.journeys(kind).next().is_some()
    }

    /// The stages of all journeys of a kind, in order within each.
    pub fn stages(&self, kind: RecordKind) -> impl Iterator<Item = &Stage> {
        self.journeys(kind).flat_map(|it| &it.stages)
    }

    /// The field of a kind that no two records share, if the model names one.
    #[must_use]
    pub fn unique_field(&self, kind: RecordKind) -> Option<&str> {
        let mut fields = self.records.get(&kind)?.iter();
        let unique = fields.find(|(_, field)| field.unique);
        unique.map(|(name, _)| name.as_str())
    }

    /// How the stages of a kind are written, each with its name in the model: `renewal.won` where the kind has
    /// several journeys, and `won` alone where only one of them has such a stage.
    #[must_use]
    pub fn written_stages(&self, kind: RecordKind) -> BTreeMap<String, &str> {
        let all = || {
            self.journeys(kind)
                .flat_map(|journey| journey.stages.iter().map(move |stage| (journey, stage)))
        };
        let several = self.journeys(kind).nth(1).is_some();
        let mut written = BTreeMap::new();
        for (journey, stage) in all() {
            let own = journey.called_here(stage);
            let mut same = all().filter(|(other, it)| other.called_here(it) == own);
            if several {
                written.insert(format!("{}.{own}", journey.name), stage.name.as_str());
            }
            if same.nth(1).is_none() {
                written.insert(own.to_owned(), stage.name.as_str());
            }
        }
        written
    }

    /// A stage of a kind with the journey that it belongs to.
    #[must_use]
    pub fn stage(&self, kind: RecordKind, name: &str) -> Option<(&Lifecycle, &Stage)> {
        self.journeys(kind)
            .find_map(|journey| Some((journey, journey.stage(name)?)))
    }
}
