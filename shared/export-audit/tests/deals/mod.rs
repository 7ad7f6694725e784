//! Opportunities and accounts by chance, as values and as the text of an export.

mod exported;

use std::collections::BTreeMap;

use contracts::state::GateState;
use crm::{
    AccountFacts, Contacted, Decimal, PersonId, Record, RecordId, RecordKind, SourceName, Value,
};
use decisions::{Facts, Rules, Told};
pub use exported::audited;
use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::{option, prelude::*, sample::select};

/// The instant as of which is judged.
pub fn now() -> Timestamp {
    testkit::at("2026-11-25T12:00:00Z")
}

/// How long before the latest event of a log there was another.
pub const BEFORE: SignedDuration = SignedDuration::from_hours(30);

/// Columns that an export does not have.
#[derive(Debug, Clone, Copy, Default)]
pub struct Absent {
    /// The times of contacts and stages stand in logs of their own.
    pub logged: bool,
    pub created: bool,
    pub last_contact: bool,
    pub stage_since: bool,
    pub close_date: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Deal {
    pub name: Option<&'static str>,
    pub stage: Option<&'static str>,
    pub amount: Option<i64>,
    pub owner: Option<&'static str>,
    pub account: Option<usize>,
    pub created: Option<Timestamp>,
    pub last_contact: Option<Timestamp>,
    pub stage_since: Option<Timestamp>,
    pub close_date: Option<Date>,
    pub yes: [Option<bool>; 4],
    pub loss: Option<&'static str>,
}

#[derive(Debug, Clone, Default)]
pub struct Account {
    pub employees: Option<i64>,
    pub industry: Option<&'static str>,
    pub country: Option<&'static str>,
    pub owner: Option<&'static str>,
}

const FLAGS: [&str; 4] = [
    "budget_confirmed",
    "decision_maker_met",
    "pain_documented",
    "timeline_agreed",
];

/// The source's spellings of stages, and ours.
const STAGES: [(&str, &str); 6] = [
    ("appointmentscheduled", "discovery"),
    ("qualifiedtobuy", "sql"),
    ("presentationscheduled", "proposal"),
    ("contractsent", "negotiation"),
    ("closedwon", "won"),
    ("closedlost", "lost"),
];

const OWNERS: [(&str, &str); 3] = [
    ("11002", "anna"),
    ("11003", "ben"),
    ("4711", "hubspot:4711"),
];

/// Near the limits of the model on either side, and on them.
fn instant() -> impl Strategy<Value = Timestamp> {
    let days = select(vec![0, 1, 20, 21, 30, 45, 55, 56, 90, 180, 300]);
    (days, -1_i64..=1).prop_map(|(days, seconds)| {
        let ago = SignedDuration::from_secs(days * 86_400 + seconds);
        now().checked_sub(ago).expect("an instant")
    })
}

fn day() -> impl Strategy<Value = Date> {
    (-12_i64..12).prop_map(|days| {
        let at = now()
            .checked_add(SignedDuration::from_hours(24 * days))
            .expect("an instant");
        at.to_zoned(jiff::tz::TimeZone::UTC).date()
    })
}

fn deal() -> impl Strategy<Value = Deal> {
    let stage = STAGES.map(|(theirs, _)| theirs);
    let flag = || option::weighted(0.9, prop::bool::weighted(0.8));
    let people = (
        option::of(select(OWNERS.map(|it| it.0).to_vec())),
        option::weighted(0.8, 0..6_usize),
    );
    let times = (
        option::weighted(0.9, instant()),
        option::of(instant()),
        option::of(instant()),
        option::of(day()),
    );
    (
        option::of(select(vec!["Alpha", "alpine", "Beta", "Gamma"])),
        option::weighted(0.95, select(stage.to_vec())),
        option::of(select(vec![-5, 0, 1, 99, 100, 250, 400, 401])),
        people,
        times,
        [flag(), flag(), flag(), flag()],
        option::of(select(vec!["price", "timing"])),
    )
        .prop_map(
            |(name, stage, amount, (owner, account), times, yes, loss)| Deal {
                name,
                stage,
                amount,
                owner,
                account,
                created: times.0,
                last_contact: times.1,
                stage_since: times.2,
                close_date: times.3,
                yes,
                loss,
            },
        )
}

pub fn deals() -> impl Strategy<Value = Vec<Deal>> {
    prop::collection::vec(deal(), 1..60)
}

pub fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let account = (
        option::of(select(vec![
            0, 49, 50, 51, 199, 200, 999, 1_000, 5_000, 5_001,
        ])),
        option::of(select(vec!["software", "fintech", "Software", "retail"])),
        option::of(select(vec!["DE", "US", "NO", "FR"])),
        option::of(select(OWNERS.map(|it| it.0).to_vec())),
    );
    let account = account.prop_map(|(employees, industry, country, owner)| Account {
        employees,
        industry,
        country,
        owner,
    });
    prop::collection::vec(account, 0..6)
}

pub fn without() -> impl Strategy<Value = Absent> {
    let absent = || prop::bool::weighted(0.15);
    (absent(), absent(), absent(), absent(), any::<bool>()).prop_map(
        |(created, last_contact, stage_since, close_date, logged)| Absent {
            logged,
            created,
            last_contact,
            stage_since,
            close_date,
        },
    )
}

fn ours(spellings: &[(&str, &str)], theirs: &str) -> String {
    let found = spellings.iter().find(|it| it.0 == theirs);
    found.expect("a spelling").1.to_owned()
}

/// What a record is made of.
pub struct Known {
    pub record: Record,
    pub gate: Option<GateState>,
    told: Told,
}

impl Known {
    pub fn of<'a>(&'a self, rules: &'a Rules) -> Facts<'a> {
        Facts {
            gate: self.gate.as_ref(),
            told: self.told,
            ..Facts::of(rules, &self.record, now())
        }
    }
}

impl Account {
    fn fields(&self) -> BTreeMap<String, Value> {
        let mut fields = BTreeMap::new();
        let mut text =
            |name: &str, value: Option<Value>| fields.extend(value.map(|it| (name.to_owned(), it)));
        text(
            "employees",
            self.employees.map(|it| Value::Number(Decimal::from(it))),
        );
        text(
            "industry",
            self.industry.map(|it| Value::Text(it.to_owned())),
        );
        text("country", self.country.map(|it| Value::Text(it.to_owned())));
        text(
            "owner",
            self.owner
                .map(|it| Value::Person(PersonId::new(ours(&OWNERS, it)))),
        );
        fields
    }
}

impl Deal {
    pub fn facts(&self, accounts: &[Account], absent: Absent) -> Known {
        let mut fields = BTreeMap::new();
        let mut field =
            |name: &str, value: Option<Value>| fields.extend(value.map(|it| (name.to_owned(), it)));
        field("name", self.name.map(|it| Value::Text(it.to_owned())));
        field("stage", self.stage.map(|it| Value::Text(ours(&STAGES, it))));
        field(
            "amount",
            self.amount.map(|it| Value::Number(Decimal::from(it))),
        );
        field(
            "owner",
            self.owner
                .map(|it| Value::Person(PersonId::new(ours(&OWNERS, it)))),
        );
        field(
            "close_date",
            self.close_date
                .filter(|_| !absent.close_date)
                .map(Value::Date),
        );
        field(
            "loss_reason",
            self.loss.map(|it| Value::Text(it.to_owned())),
        );
        for (name, yes) in FLAGS.iter().zip(self.yes) {
            field(name, yes.map(Value::Boolean));
        }
        let source = SourceName::new("hubspot").expect("a source");
        let id = RecordId::new(&source, RecordKind::Opportunity, "1").expect("an id");
        // What a log tells of later has not happened yet; what it tells of before has.
        let known = |at: Timestamp| {
            let happened = !absent.logged || at <= now();
            if happened { at } else { at - BEFORE }
        };
        let created = self.created.filter(|_| !absent.created);
        let account = self.account.and_then(|it| accounts.get(it));
        let stage = self
            .stage
            .map_or_else(|| "discovery".to_owned(), |it| ours(&STAGES, it));
        let since = self.stage_since.filter(|_| !absent.stage_since).map(known);
        let contact = self
            .last_contact
            .filter(|_| !absent.last_contact)
            .map(known);
        Known {
            record: Record {
                matched: None,
                merged_into: None,
                found_at: None,
                erased: None,
                merged: std::collections::BTreeSet::new(),
                behaviour: None,
                latest: BTreeMap::new(),
                owner_in: None,
                others: None,
                id: id.clone(),
                created: created.unwrap_or(Timestamp::UNIX_EPOCH),
                modified: now(),
                archived: false,
                fields,
                history: BTreeMap::new(),
                last_contact: contact.map(|at| Contacted { at, by: None }),
                activities: BTreeMap::new(),
                last_reply: None,
                account: account.map(|it| AccountFacts {
                    others: None,
                    behaviour: None,
                    id,
                    modified: now(),
                    fields: it.fields(),
                }),
            },
            gate: since.map(|since| GateState {
                stage,
                since,
                turned_back: None,
                unknown: false,
                outside: false,
                held: None,
                rounds: None,
                undoing: None,
            }),
            told: Told {
                created: created.is_some(),
                contacts: !absent.last_contact,
                stage_since: false,
            },
        }
    }

    pub fn line(&self, at: usize) -> String {
        let text = |value: Option<String>| value.unwrap_or_default();
        let mut cells = vec![
            format!("D{at}"),
            text(self.name.map(str::to_owned)),
            text(self.stage.map(str::to_owned)),
            text(self.amount.map(|it| it.to_string())),
            text(self.owner.map(str::to_owned)),
            text(self.account.map(|it| format!("A{it}"))),
            text(self.created.map(|it| it.to_string())),
            text(self.last_contact.map(|it| it.to_string())),
            text(self.stage_since.map(|it| it.to_string())),
            text(self.close_date.map(|it| it.to_string())),
            text(self.loss.map(str::to_owned)),
        ];
        cells.extend(self.yes.map(|it| text(it.map(|yes| yes.to_string()))));
        cells.join(",") + "\n"
    }
}
