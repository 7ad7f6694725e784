//! The same rules and leads every time: who gets a lead by country, industry, size, source, and by
//! the segment, territory and profile of its account.

use crm::{AccountFacts, Decimal, Record, RecordKind, Value};
use decisions::Rules;
use jiff::Timestamp;
use model::{Condition, Destination, ModelFile, Operator, Place, RoutingRule, Test, When};
use testkit::{at, example_model, lead};

pub const COUNTRIES: [&str; 24] = [
    "DE", "AT", "CH", "GB", "IE", "FR", "US", "CA", "NL", "BE", "LU", "DK", "SE", "NO", "FI", "ES",
    "PT", "IT", "PL", "CZ", "AU", "NZ", "JP", "SG",
];
pub const INDUSTRIES: [&str; 12] = [
    "software",
    "fintech",
    "logistics",
    "manufacturing",
    "retail",
    "energy",
    "health",
    "media",
    "education",
    "public",
    "mining",
    "farming",
];
pub const SOURCES: [&str; 8] = [
    "web", "fair", "partner", "referral", "webinar", "search", "social", "mail",
];
const SIZES: [i64; 9] = [1, 10, 50, 100, 200, 500, 1_000, 5_000, 20_000];
const SEGMENTS: [&str; 3] = ["enterprise", "mid_market", "smb"];
const TERRITORIES: [&str; 5] = [
    "dach",
    "uk_ireland",
    "france",
    "north_america",
    "rest_of_world",
];

pub fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// What one rule asks; nothing of what is empty.
#[derive(Debug, Clone, Default)]
pub struct Asks {
    pub countries: Vec<&'static str>,
    pub industries: Vec<&'static str>,
    pub sources: Vec<&'static str>,
    /// From, and at most.
    pub size: Option<(i64, i64)>,
    pub segment: Option<&'static str>,
    pub territory: Option<&'static str>,
    pub in_icp: Option<bool>,
}

/// Rules, the last of which asks nothing, and leads.
pub struct Table {
    pub rules: Vec<Asks>,
    pub leads: Vec<Record>,
}

impl Table {
    pub fn of(count: usize) -> Self {
        let mut dice = Dice(42);
        let mut rules: Vec<Asks> = (1..count).map(|_| asks(&mut dice)).collect();
        // The particular before the general, as people write them.
        rules.sort_by_key(|asks| std::cmp::Reverse(asks.tests().len()));
        rules.push(Asks::default());
        let leads = (0..1_000).map(|number| one_lead(number, &mut dice));
        Self {
            leads: leads.collect(),
            rules,
        }
    }

    /// The example company with these routing rules.
    pub fn rules(&self) -> Rules {
        let mut model = example_model();
        let list = self.rules.iter().enumerate().map(|(number, asks)| {
            let tests: Vec<Condition> = asks.tests().into_iter().map(Condition::Test).collect();
            RoutingRule {
                into: None,
                label: None,
                rule: name(number),
                when: if tests.is_empty() {
                    When::Otherwise
                } else {
                    When::Holds(Condition::All(tests))
                },
                to: Destination::Pool("dach_account_executives".to_owned()),
                move_to: None,
                place: PLACE,
            }
        });
        model.routing.insert(RecordKind::Lead, list.collect());
        Rules::prepare(model, crate::around()).unwrap()
    }
}

pub fn name(number: usize) -> String {
    format!("rule_{number}")
}

const PLACE: Place = Place {
    file: ModelFile::Processes,
    line: 1,
    column: 1,
};

impl Asks {
    pub fn tests(&self) -> Vec<Test> {
        let one_of = |field, words: &[&str]| {
            let values = words.iter().map(|word| Value::Text((*word).to_owned()));
            (!words.is_empty()).then(|| (field, Operator::OneOf(values.collect())))
        };
        let size = self.size.map(|(from, to)| {
            let between = Operator::Between(Decimal::from(from), Decimal::from(to));
            ("account.employees", between)
        });
        let in_icp = self.in_icp.map(|fits| {
            let fits = Operator::OneOf(vec![Value::Boolean(fits)]);
            ("lead.in_icp", fits)
        });
        let tests = [
            one_of("account.country", &self.countries),
            one_of("account.industry", &self.industries),
            one_of("lead.source", &self.sources),
            size,
            one_of("lead.segment", self.segment.as_slice()),
            one_of("lead.territory", self.territory.as_slice()),
            in_icp,
        ];
        let test = |(field, operator): (&str, Operator)| Test {
            field: field.parse().unwrap(),
            operator,
            place: PLACE,
        };
        tests.into_iter().flatten().map(test).collect()
    }
}

fn asks(dice: &mut Dice) -> Asks {
    let mut asks = Asks::default();
    if dice.of(10) < 7 {
        asks.countries = dice.some(&COUNTRIES, 2);
    } else {
        asks.territory = Some(dice.one(&TERRITORIES));
    }
    if dice.of(10) < 6 {
        asks.industries = dice.some(&INDUSTRIES, 3);
    }
    match dice.of(4) {
        0 => asks.segment = Some(dice.one(&SEGMENTS)),
        1 | 2 => {
            let low = dice.of(SIZES.len() - 1);
            let high = low + 1 + dice.of(SIZES.len() - 1 - low);
            asks.size = Some((SIZES[low], SIZES[high] - 1));
        }
        _ => {}
    }
    if dice.of(10) < 6 {
        asks.sources = dice.some(&SOURCES, 2);
    }
    if dice.of(10) < 3 {
        asks.in_icp = Some(dice.of(4) > 0);
    }
    asks
}

/// A lead of which some fields are empty, and some have values that no rule names.
fn one_lead(number: usize, dice: &mut Dice) -> Record {
    let mut record = lead(&number.to_string(), now())
        .text("email", &format!("someone{number}@company{number}.example"))
        .text("title", "Head of Operations")
        .build();
    let text = |word: &str| Value::Text(word.to_owned());
    let mut account = AccountFacts {
        others: None,
        behaviour: None,
        id: testkit::record_id(&format!("account:{number}")),
        modified: jiff::Timestamp::UNIX_EPOCH,
        fields: [("name".to_owned(), text("A company"))].into(),
    };
    let mut put = |name: &str, value| account.fields.insert(name.to_owned(), value);
    match dice.of(20) {
        0 => {}
        1 => drop(put("country", text("BR"))),
        _ => drop(put("country", text(dice.one(&COUNTRIES)))),
    }
    if dice.of(20) > 0 {
        put("industry", text(dice.one(&INDUSTRIES)));
    }
    if dice.of(10) > 0 {
        let size = SIZES[dice.of(SIZES.len())] + i64::try_from(dice.of(40)).unwrap();
        put("employees", Value::Number(Decimal::from(size)));
    }
    if dice.of(10) > 0 {
        let source = text(dice.one(&SOURCES));
        record.fields.insert("source".to_owned(), source);
    }
    record.account = Some(account);
    record
}

/// The same throws every time.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % u64::try_from(sides).unwrap()).unwrap()
    }

    fn one(&mut self, words: &[&'static str]) -> &'static str {
        words[self.of(words.len())]
    }

    fn some(&mut self, words: &[&'static str], most: usize) -> Vec<&'static str> {
        let count = 1 + self.of(most);
        let mut some: Vec<&str> = (0..count).map(|_| self.one(words)).collect();
        some.sort_unstable();
        some.dedup();
        some
    }
}
