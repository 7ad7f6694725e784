use std::collections::BTreeSet;

use crm::{PersonId, Record, Value};
use decisions::{
    Rules,
    shown::spoken,
    why_not::{Answer, Differs, ON_A_PAGE, Wanted, Way, why_not},
};
use jiff::Timestamp;
use maud::{Markup, html};
use model::Destination;

use super::reader::Reader;

/// The most people that are offered to ask for; where there are more, it is asked for pools.
const MOST_OFFERED: usize = 12;

/// What an address asks for, behind its `?`.
const WHOM: &str = "whom";
const POOL: &str = "pool";

/// What would have had to differ for somebody else to get the record: for whom it may be asked, and for whoever the
/// address asks for, the answer.
pub(super) fn markup(
    reader: &Reader<'_>,
    rules: &Rules,
    record: &Record,
    query: &str,
    now: Timestamp,
) -> Markup {
    let offered = offered(rules, record);
    if offered.is_empty() {
        return Markup::default();
    }
    let asked = asked(query).filter(|asked| offered.contains(asked));
    html! {
        h2 id="differ" { "What would have had to differ" }
        p {
            "See what would have had to be otherwise for it to go to "
            @for (at, wanted) in offered.iter().enumerate() {
                @if at > 0 { @if at + 1 == offered.len() { " or " } @else { ", " } }
                a href=(address(wanted, query)) { (whom(reader, wanted)) }
            }
            "."
        }
        @if let Some(wanted) = &asked {
            (told(reader, wanted, rules, record, now))
        }
    }
}

/// The people whom some rule may lead the record to, or the pools if those are too many.
fn offered(rules: &Rules, record: &Record) -> Vec<Named> {
    let model = &rules.model;
    let list = model.routing.get(&record.id.kind);
    let destinations = || list.into_iter().flatten().map(|rule| &rule.to);
    let mut people: BTreeSet<&PersonId> = BTreeSet::new();
    for to in destinations() {
        match to {
            Destination::Person(person) => {
                people.insert(person);
            }
            Destination::Pool(pool) => {
                let pool = model.pools.get(pool);
                people.extend(pool.into_iter().flat_map(|pool| pool.weights.keys()));
            }
            _ => {}
        }
    }
    if people.len() <= MOST_OFFERED {
        let people = people.into_iter().cloned();
        return people.map(Named::Person).collect();
    }
    let pools: BTreeSet<&String> = destinations()
        .filter_map(|to| match to {
            Destination::Pool(pool) => Some(pool),
            _ => None,
        })
        .collect();
    let pools = pools.into_iter().take(MOST_OFFERED);
    pools.cloned().map(Named::Pool).collect()
}

/// Somebody, or a pool, for whom it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Named {
    Person(PersonId),
    Pool(String),
}

impl Named {
    fn wanted(&self) -> Wanted {
        match self {
            Self::Person(person) => Wanted::Person(person.clone()),
            Self::Pool(pool) => Wanted::Pool(pool.clone()),
        }
    }
}

/// What an address asks for. Names of a model have no letter that an address escapes.
fn asked(query: &str) -> Option<Named> {
    let mut pairs = query.split('&').filter_map(|it| it.split_once('='));
    pairs.find_map(|(name, value)| match name {
        WHOM => Some(Named::Person(PersonId::new(value))),
        POOL => Some(Named::Pool(value.to_owned())),
        _ => None,
    })
}

/// The same page, asking for somebody. Where the address says which record it is of, it says so on.
fn address(wanted: &Named, query: &str) -> String {
    let mut pairs = query.split('&');
    let of = pairs.find(|it| it.starts_with("of="));
    let of = of.map(|of| format!("{of}&")).unwrap_or_default();
    match wanted {
        Named::Person(person) => format!("?{of}{WHOM}={person}#differ"),
        Named::Pool(pool) => format!("?{of}{POOL}={pool}#differ"),
    }
}

fn whom(reader: &Reader<'_>, wanted: &Named) -> String {
    match wanted {
        Named::Person(person) => reader.name(person),
        Named::Pool(pool) => reader.pool(pool),
    }
}

fn told(
    reader: &Reader<'_>,
    named: &Named,
    rules: &Rules,
    record: &Record,
    now: Timestamp,
) -> Markup {
    let whom = whom(reader, named);
    let told = why_not(rules, record, &named.wanted(), (now, ON_A_PAGE));
    let already = match named {
        Named::Person(_) => {
            "Nothing: by its facts it goes to a pool of theirs, or to them. Whose turn it was is said above."
        }
        Named::Pool(_) => "Nothing: by its facts it goes there.",
    };
    html! {
        @match &told.answer {
            Answer::Already => p { (already) },
            Answer::NoRuleLeadsThere => p { "No rule leads it to " (whom) ", whatever its facts are." },
            Answer::NoneFound { gave_up: false } => p { "No few other facts would lead it to " (whom) "." },
            Answer::NoneFound { gave_up: true } => {
                p { "There is too much to try for a page. Whoever has the command line asks " code { "fairlead why-not" } "." }
            }
            Answer::Ways(ways) => {
                p {
                    "It would go to " (whom) " if "
                    (if ways.len() == 1 { "this were so:" } else { "one of these were so:" })
                }
                ul { @for way in ways { li { (sentence(reader, way)) } } }
                p.small { "Each was put to the rules again. Whose turn it is in a pool, and what others have, is taken as it is." }
            }
        }
    }
}

fn sentence(reader: &Reader<'_>, way: &Way) -> String {
    let differs: Vec<String> = way.differs.iter().map(|it| clause(reader, it)).collect();
    format!("{} (by {})", differs.join(", and "), reader.rule(&way.rule))
}

/// What a fact would have to be, and what it is: its account country were DE or AT (it is US).
fn clause(reader: &Reader<'_>, differs: &Differs) -> String {
    let model = reader.model;
    let fields = model.records.get(&differs.field.kind);
    let declared = fields.and_then(|fields| fields.get(&differs.field.name));
    let found = match &differs.found {
        _ if declared.is_some_and(|it| it.personal) => "what it is, is not shown".to_owned(),
        None => "it is empty".to_owned(),
        Some(Value::Person(person)) => format!("it is {}", reader.name(person)),
        Some(value) => format!("it is {}", spoken(&value.to_string())),
    };
    let field = reader.field(&differs.field.to_string());
    let needed = match declared.map(|it| it.holds) {
        Some(crm::FieldType::Person) => reader.name(&PersonId::new(differs.needed.as_str())),
        _ => spoken(&differs.needed),
    };
    let example = if differs.example { ", for example" } else { "" };
    format!("its {field} were {needed}{example} ({found})")
}
