use contracts::{Finding, Found};
use crm::{PersonId, RecordKind};
use decisions::{Rules, shown};
use jiff::{Timestamp, tz::TimeZone};
use model::{OperatingModel, Recipient};

/// How much of the decisions about a record is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// How many of what happened.
    pub(super) decisions: usize,
    /// How many rules of each, and tests of each rule.
    pub(super) reasons: usize,
}

/// Who reads a page about which kind of record: names, instants and the words of the model as they are said to them.
pub(super) struct Reader<'a> {
    pub(super) model: &'a OperatingModel,
    person: &'a PersonId,
    zone: &'a TimeZone,
    pub(super) kind: RecordKind,
    pub(super) shown: Shown,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        rules: &'a Rules,
        person: &'a PersonId,
        kind: RecordKind,
        shown: Shown,
    ) -> Self {
        Self {
            model: &rules.model,
            person,
            zone: rules.zone_of(person),
            kind,
            shown,
        }
    }

    pub(super) fn is(&self, person: &PersonId) -> bool {
        self.person == person
    }

    /// "you", or a person's full name.
    pub(super) fn name(&self, person: &PersonId) -> String {
        match self.is(person) {
            true => "you".to_owned(),
            false => shown::name_of(self.model, person),
        }
    }

    pub(super) fn moment(&self, at: Timestamp) -> String {
        shown::moment(at, self.zone)
    }

    pub(super) fn stage(&self, stage: &str) -> String {
        format!(
            "\u{201c}{}\u{201d}",
            shown::stage_label(self.model, self.kind, stage)
        )
    }

    pub(super) fn rule(&self, rule: &str) -> String {
        format!(
            "\u{201c}{}\u{201d}",
            shown::rule_label(self.model, self.kind, rule)
        )
    }

    pub(super) fn clock(&self, clock: &str) -> String {
        format!("\u{201c}{}\u{201d}", shown::clock_label(self.model, clock))
    }

    pub(super) fn deviation(&self, deviation: &str) -> String {
        format!(
            "\u{201c}{}\u{201d}",
            shown::deviation_label(self.model, deviation)
        )
    }

    pub(super) fn pool(&self, pool: &str) -> String {
        format!("\u{201c}{}\u{201d}", shown::pool_label(self.model, pool))
    }

    pub(super) fn approval(&self, approval: &str) -> String {
        format!(
            "\u{201c}{}\u{201d}",
            shown::approval_label(self.model, approval)
        )
    }

    /// From what an exception excuses, as a digest says it.
    pub(super) fn excused_from(&self, of: &str) -> String {
        shown::excused_from(self.model, self.kind, of)
    }

    pub(super) fn field(&self, field: &str) -> String {
        shown::label_of(self.model, field)
    }

    /// Who is told, as far as the model says it.
    pub(super) fn recipient(&self, recipient: &Recipient, owner: &PersonId) -> String {
        match recipient {
            Recipient::Owner => self.name(owner),
            Recipient::Manager if self.is(owner) => "your manager".to_owned(),
            Recipient::Manager => format!("{}'s manager", self.name(owner)),
            Recipient::Team(team) => format!("the team {}", shown::spoken(team)),
            Recipient::Person(person) => self.name(person),
        }
    }

    /// What a test found, as a clause about the record: "its territory is dach".
    pub(super) fn clause(&self, finding: &Finding) -> String {
        let name = finding.field.rsplit('.').next().unwrap_or_default();
        match (&finding.found, name) {
            (Found::Value(value), "in_icp") if value == "yes" => {
                "it fits the ideal customer profile".to_owned()
            }
            (Found::Value(_), "in_icp") => "it does not fit the ideal customer profile".to_owned(),
            (Found::Value(value), "owner") if finding.field.starts_with("account") => {
                let owner = self.name(&PersonId::new(value.as_str()));
                format!("its account belongs to {owner}")
            }
            (Found::Value(value), _) => {
                format!(
                    "its {} is {}",
                    self.field(&finding.field),
                    shown::spoken(value)
                )
            }
            (Found::NoValue, _) => format!("its {} is empty", self.field(&finding.field)),
            (Found::Personal, _) => {
                format!("its {} is {}", self.field(&finding.field), finding.needed)
            }
        }
    }
}
