//! A derived field has a name of its own and is computed from fields that fit.

use crm::{FieldRef, RecordKind};

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::nearest::nearest,
    grammar::catalogue::{Asked, BUILT_IN, Holds, sees, written},
    problems::problem::ProblemSeverity,
    yaml::node::Node,
};
use model::{Comparison, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "derived-field",
    about: "A derived field is computed from fields that fit.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::Technology);
    let derived = root.and_then(|root| root.get("derived"));
    for (name, key, formula) in derived.into_iter().flat_map(Node::entries) {
        let file = ModelFile::Technology;
        let Ok(field) = name.parse::<FieldRef>() else {
            if name != "<<" {
                let what = format!(
                    "`{name}` does not name a field: a kind of record, a dot and a new name"
                );
                problems.at(
                    &CHECK,
                    file,
                    key.span,
                    what,
                    "write for example `lead.email_domain`".to_owned(),
                );
            }
            continue;
        };
        if declared(reading, &field) || BUILT_IN.contains(&field.name.as_str()) {
            let what = format!("`{name}` is a field already, so it cannot be derived");
            problems.at(
                &CHECK,
                file,
                key.span,
                what,
                "give the derived field another name".to_owned(),
            );
        }
        if let Some(from) = formula.get("domain_of") {
            domain_of(reading, problems, &field, from);
        }
        count(problems, &field, formula);
        let computed = Computed {
            reading,
            field: &field,
        };
        for (node, what, fix) in computed
            .days(formula)
            .into_iter()
            .chain(computed.compared(formula))
            .chain(computed.numbers(formula))
        {
            problems.at(&CHECK, file, node.span, what, fix);
        }
    }
}

fn declared(reading: &Reading<'_>, field: &FieldRef) -> bool {
    let root = reading.trees.get(&ModelFile::Technology);
    let records = root.and_then(|root| root.get("records"));
    records
        .and_then(|records| records.get(field.kind.word()))
        .is_some_and(|fields| fields.get(&field.name).is_some())
}

fn domain_of(reading: &Reading<'_>, problems: &mut Problems<'_>, field: &FieldRef, from: &Node) {
    let Some(text) = from.text() else { return };
    let source = text.parse::<FieldRef>().ok();
    let holds = source
        .as_ref()
        .and_then(|source| reading.catalogue.get(source))
        .map(|entry| &entry.holds);
    let fault = match (&source, holds) {
        (Some(source), _) if source.kind != field.kind => {
            format!("`{text}` is a field of another kind of record than `{field}`")
        }
        (Some(source), Some(Holds::Text)) if declared(reading, source) => return,
        (Some(_), Some(Holds::Text)) => {
            format!("`{text}` is derived itself, and fields are derived from declared ones")
        }
        (_, Some(other)) => format!(
            "`{text}` holds {}, and a domain is part of a text",
            other.word()
        ),
        (Some(source), None) if reading.catalogue.is_unclear(source) => return,
        (_, None) => format!("there is no field `{text}`"),
    };
    let texts: Vec<String> = reading
        .catalogue
        .fields()
        .filter(|(_, entry)| entry.holds == Holds::Text)
        .map(|(field, _)| field.to_string())
        .filter(|name| *name != field.to_string())
        .collect();
    let fix = match nearest(text, texts.iter().map(String::as_str)) {
        Some(near) => format!("write `{near}`"),
        None => {
            "write a declared field that holds a mail address, for example `lead.email`".to_owned()
        }
    };
    problems.at(&CHECK, ModelFile::Technology, from.span, fault, fix);
}

/// A count is one of another kind of record, and of those that belong to the record itself.
fn count(problems: &mut Problems<'_>, field: &FieldRef, formula: &Node) {
    let own = |node: &&Node| node.text() == Some(field.kind.word());
    let same = formula.get("same").is_some();
    if let Some(node) = formula.get("count").filter(|node| own(node) && !same) {
        let what = format!("no {} belongs to another one", field.kind);
        let fix = "count records of another kind, for example `contact`, or write `same: account`"
            .to_owned();
        problems.at(&CHECK, ModelFile::Technology, node.span, what, fix);
    }
    let records = formula
        .text_of("count")
        .is_some_and(|it| it.parse::<RecordKind>().is_ok());
    let of = formula.get("of").filter(|node| !own(node) && records);
    if let (Some(node), true) = (of, formula.get("count").is_some()) {
        let what = format!("`{field}` counts what belongs to one {}", field.kind);
        let fix = format!("write `of: {}`, or leave `of` out", field.kind);
        problems.at(&CHECK, ModelFile::Technology, node.span, what, fix);
    }
}

/// A field that is computed from two others.
struct Computed<'r, 't> {
    reading: &'r Reading<'t>,
    field: &'r FieldRef,
}

/// What is wrong with a part of a formula, and how to fix it.
type Fault<'n> = (&'n Node, String, String);

impl Computed<'_, '_> {
    fn days<'n>(&self, formula: &'n Node) -> Vec<Fault<'n>> {
        let Some(node) = formula
            .get("days_between")
            .filter(|node| !node.items().is_empty())
        else {
            return Vec::new();
        };
        let fix = || "write for example `[opportunity.close_date, today]`".to_owned();
        let [from, to] = node.items() else {
            let what = format!(
                "days lie between two dates, and here are {}",
                node.items().len()
            );
            return vec![(node, what, fix())];
        };
        if from.text() == Some("today") && to.text() == Some("today") {
            return vec![(
                node,
                "from today to today it is always 0 days".to_owned(),
                fix(),
            )];
        }
        let dates = [from, to]
            .into_iter()
            .filter(|node| node.text() != Some("today"));
        let faults = dates.filter_map(|node| match self.holds(node) {
            Err(fault) => Some(fault),
            Ok(None | Some(Holds::Date | Holds::Timestamp)) => None,
            Ok(Some(other)) => Some((
                node,
                format!(
                    "this field holds {}, and days lie between dates",
                    other.word()
                ),
                "name a field that holds a date or an instant, or write `today`".to_owned(),
            )),
        });
        faults.collect()
    }

    /// A sum is of two numbers or more, a ratio of two.
    fn numbers<'n>(&self, formula: &'n Node) -> Vec<Fault<'n>> {
        let words = ["sum", "ratio"].into_iter();
        let mut words = words.filter_map(|word| Some((word, formula.get(word)?)));
        let Some((word, list)) = words.next() else {
            return Vec::new();
        };
        let items = list.items();
        let fits = match word {
            "sum" => items.len() >= 2,
            _ => items.len() == 2,
        };
        if !fits && !items.is_empty() {
            let what = match word {
                "sum" => "a sum of one number is that number".to_owned(),
                _ => format!("a ratio is of two numbers, and here are {}", items.len()),
            };
            let fix = format!("write for example `{word}: [account.forecast, account.revenue]`");
            return vec![(list, what, fix)];
        }
        let faults = items.iter().filter_map(|node| match self.holds(node) {
            Err(fault) => Some(fault),
            Ok(None | Some(Holds::Number)) => None,
            Ok(Some(other)) => Some((
                node,
                format!(
                    "this field holds {}, and a {word} is of numbers",
                    other.word()
                ),
                "name a field that holds a number".to_owned(),
            )),
        });
        faults.collect()
    }

    fn compared<'n>(&self, formula: &'n Node) -> Vec<Fault<'n>> {
        let words = Comparison::ALL.map(Comparison::word);
        let other = words
            .iter()
            .find_map(|word| Some((*word, formula.get(word)?)));
        let (Some(one), Some((word, other))) = (formula.get("compare"), other) else {
            return Vec::new();
        };
        let (held, against) = match (self.holds(one), self.holds(other)) {
            (Ok(Some(held)), Ok(Some(against))) => (held, against),
            (held, against) => {
                return [held.err(), against.err()].into_iter().flatten().collect();
            }
        };
        if sort(held) != sort(against) {
            let what = format!(
                "one of the fields holds {}, the other {}: they cannot be compared",
                held.word(),
                against.word()
            );
            let fix = "compare two fields of the same type".to_owned();
            return vec![(other, what, fix)];
        }
        if word != "equals" && !matches!(held, Holds::Number | Holds::Date | Holds::Timestamp) {
            let what = format!("fields that hold {} have no order", held.word());
            return vec![(other, what, "compare them with `equals`".to_owned())];
        }
        if one.text() == other.text() {
            let what = "a field is compared with itself here".to_owned();
            return vec![(other, what, "name another field".to_owned())];
        }
        Vec::new()
    }

    /// What a field holds that this one may be computed from; none if that cannot be told.
    fn holds<'n>(&self, node: &'n Node) -> Result<Option<&Holds>, Fault<'n>> {
        let Some(text) = node.text() else {
            return Ok(None);
        };
        let catalogue = self.reading.catalogue;
        let field = catalogue.field(text);
        let entry = field.as_ref().and_then(|field| catalogue.get(field));
        if field
            .as_ref()
            .is_some_and(|field| catalogue.is_unclear(field))
        {
            return Ok(None);
        }
        let (Some(field), Some(entry)) = (&field, entry) else {
            let all: Vec<String> = catalogue
                .fields()
                .map(|(field, _)| written(field))
                .collect();
            let fix = match nearest(text, all.iter().map(String::as_str)) {
                Some(near) => format!("write `{near}`"),
                None => format!("write a field such as `{}.created`", self.field.kind),
            };
            return Err((node, format!("there is no field `{text}`"), fix));
        };
        let far = !sees(self.field.kind, field.kind)
            || entry.asked == Asked::OfItself && field.kind != self.field.kind
            || matches!(
                entry.asked,
                Asked::Afterwards | Asked::AtGates | Asked::InMetrics
            );
        if far {
            let what = format!("`{}` cannot be computed from `{text}`", self.field);
            let fix = format!("use fields of {} or of its account", self.field.kind);
            return Err((node, what, fix));
        }
        Ok(Some(&entry.holds))
    }
}

/// Fields of the same sort can be compared.
const fn sort(holds: &Holds) -> u8 {
    match holds {
        Holds::Number => 0,
        Holds::Date => 1,
        Holds::Timestamp => 2,
        Holds::Text | Holds::OneOf(_) => 3,
        Holds::Person => 4,
        Holds::Boolean => 5,
        Holds::Account | Holds::Length(_) | Holds::Criteria => 6,
    }
}
