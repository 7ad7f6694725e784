//! Tests on fields: what may be asked of which field, and what the answer is compared with.

mod fault;

use crm::{Decimal, PersonId, Value};

use crate::{
    fixes::values,
    grammar::{Names, catalogue::Holds, names::Known},
    yaml::{
        node::Node,
        scalars::{self, Clock},
        span::Span,
    },
};
use fault::{needs, yes_or_no};
use model::{Limit, Operator};

pub(crate) use fault::Fault;

/// One test of a field: a word and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'t> {
    /// [`EQUALS`] of a value that stands behind the field by itself.
    pub(crate) word: &'t str,
    /// Whether it has a word.
    pub(crate) worded: bool,
    pub(crate) value: &'t Node,
    /// Of the word, or of the value if there is none.
    pub(crate) span: Span,
}

/// The word of a test that is written without one, as a value behind the field.
pub(crate) const EQUALS: &str = "";

/// Every test that the language has, in the order in which they are documented.
pub(crate) const TESTS: [&str; 17] = [
    "equals",
    "at_least",
    "at_most",
    "more_than",
    "less_than",
    "between",
    "in_list",
    "none_of",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "present",
    "in_the_last",
    "in_the_next",
    "older_than",
    "past",
];

/// The word beside a test that says what it comes to where the field has no value.
pub(crate) const NO_VALUE: &str = "no_value";

/// What the tests of a field come to where it has no value, if that is said; unknown else.
pub(crate) fn no_value(test: &Node) -> Option<bool> {
    scalars::yes_no(test.get(NO_VALUE)?)
}

/// The tests that a field is put to.
pub(crate) fn tests(test: &Node) -> impl Iterator<Item = Part<'_>> {
    let unwritten = (!test.is_mapping()).then_some(Part {
        word: EQUALS,
        worded: false,
        value: test,
        span: test.span,
    });
    let written = test.entries().filter(|(word, ..)| *word != NO_VALUE);
    let written = written.map(|(word, key, value)| Part {
        word,
        worded: true,
        value,
        span: key.span,
    });
    unwritten.into_iter().chain(written)
}

/// The words that a field of this content can be tested with, for messages.
pub(crate) fn fitting(holds: &Holds) -> &'static [&'static str] {
    match holds {
        Holds::Text => &[
            "in_list",
            "none_of",
            "contains",
            "starts_with",
            "ends_with",
            "matches",
            "present",
        ],
        Holds::Number => &[
            "at_least",
            "at_most",
            "more_than",
            "less_than",
            "between",
            "in_list",
            "none_of",
            "present",
        ],
        Holds::OneOf(_) => &["in_list", "none_of", "present"],
        Holds::Person => &["none_of", "present"],
        Holds::Boolean | Holds::Account => &["present"],
        Holds::Date | Holds::Timestamp => &["in_the_last", "in_the_next", "older_than", "present"],
        Holds::Length(_) => &["more_than", "past"],
        Holds::Criteria => &[],
    }
}

/// The operator that a test stands for, if it fits what the field holds.
pub(crate) fn operator(
    holds: &Holds,
    part: &Part<'_>,
    known: &Known<'_>,
    list: impl Fn(&str) -> Option<Vec<Value>>,
) -> Result<Operator, Fault> {
    if !part.worded || part.word == "equals" {
        return equals(holds, part.value, known);
    }
    if !fitting(holds).contains(&part.word) {
        return Err(unfit(holds, part));
    }
    let value = part.value;
    let text = || {
        value
            .text()
            .map(str::to_owned)
            .ok_or_else(|| needs(value, "a text", "`\"software\"`"))
    };
    let number = || number(value);
    let wall = || amount(value);
    match part.word {
        "present" => scalars::yes_no(value)
            .map(Operator::Present)
            .ok_or_else(|| yes_or_no(value)),
        "none_of" => several(holds, value, known).map(Operator::NoneOf),
        "in_list" => in_list(holds, value, list),
        "between" => between(value),
        "at_least" => Ok(Operator::AtLeast(number()?)),
        "at_most" => Ok(Operator::AtMost(number()?)),
        "less_than" => Ok(Operator::LessThan(number()?)),
        "more_than" if matches!(holds, Holds::Length(_)) => Ok(Operator::LongerThan(wall()?)),
        "more_than" => Ok(Operator::MoreThan(number()?)),
        "contains" => Ok(Operator::Contains(text()?)),
        "starts_with" => Ok(Operator::StartsWith(text()?)),
        "ends_with" => Ok(Operator::EndsWith(text()?)),
        "matches" => Ok(Operator::Matches(text()?)),
        "in_the_last" => Ok(Operator::InTheLast {
            length: wall()?,
            days: *holds == Holds::Date,
        }),
        "in_the_next" => Ok(Operator::InTheNext {
            length: wall()?,
            days: *holds == Holds::Date,
        }),
        "older_than" => Ok(Operator::OlderThan(age(value)?)),
        "past" => past(holds, value),
        _ => Err(unfit(holds, part)),
    }
}

fn equals(holds: &Holds, value: &Node, known: &Known<'_>) -> Result<Operator, Fault> {
    match holds {
        Holds::Criteria => match value.text() {
            Some("met") => Ok(Operator::CriteriaMet(true)),
            Some("unmet") => Ok(Operator::CriteriaMet(false)),
            _ => Err(needs(value, "met or unmet", "`unmet`")),
        },
        Holds::Date | Holds::Timestamp | Holds::Length(_) | Holds::Account => {
            let what = format!(
                "this field holds {}, which is not compared with a value",
                holds.word()
            );
            let tests = crate::fixes::nearest::listed(fitting(holds).iter().copied());
            Err(Fault {
                span: value.span,
                what,
                fix: format!("test it with {tests}"),
            })
        }
        _ => several(holds, value, known).map(Operator::OneOf),
    }
}

/// One value or a list of them.
fn several(holds: &Holds, node: &Node, known: &Known<'_>) -> Result<Vec<Value>, Fault> {
    if node.is_list() && !node.items().is_empty() {
        return node
            .items()
            .iter()
            .map(|item| value(holds, item, known))
            .collect();
    }
    value(holds, node, known).map(|value| vec![value])
}

fn value(holds: &Holds, node: &Node, known: &Known<'_>) -> Result<Value, Fault> {
    match holds {
        Holds::Number => number(node).map(Value::Number),
        Holds::Boolean => scalars::yes_no(node)
            .map(Value::Boolean)
            .ok_or_else(|| yes_or_no(node)),
        Holds::Person => person(node, known),
        Holds::OneOf(Some(words)) => one_of(node, words),
        _ => node
            .text()
            .map(|text| Value::Text(text.to_owned()))
            .ok_or_else(|| needs(node, "a text", "`\"DE\"`")),
    }
}

fn one_of(node: &Node, words: &[String]) -> Result<Value, Fault> {
    let text = node
        .text()
        .ok_or_else(|| needs(node, "one word of the field's list", "one of its values"))?;
    if words.iter().any(|word| word == text) {
        return Ok(Value::Text(text.to_owned()));
    }
    let words = || words.iter().map(String::as_str);
    let fix = match crate::fixes::nearest::nearest(text, words()) {
        Some(near) => format!("write `{near}`"),
        None => format!(
            "the field can be {}",
            crate::fixes::nearest::listed(words())
        ),
    };
    Err(Fault {
        span: node.span,
        what: format!("`{text}` is no value that this field can have"),
        fix,
    })
}

fn person(node: &Node, known: &Known<'_>) -> Result<Value, Fault> {
    let text = node
        .text()
        .ok_or_else(|| needs(node, "a person", "`anna`"))?;
    if known.has(Names::Person, None, text) {
        return Ok(Value::Person(PersonId::new(text)));
    }
    let people = known.names(Names::Person, None).unwrap_or_default();
    let fix = match crate::fixes::nearest::nearest(text, people.iter().copied()) {
        Some(near) => format!("write `{near}`"),
        None => format!(
            "the people are {}",
            crate::fixes::nearest::listed(people.iter().copied())
        ),
    };
    Err(Fault {
        span: node.span,
        what: format!("there is no person `{text}`"),
        fix,
    })
}

fn number(node: &Node) -> Result<Decimal, Fault> {
    scalars::number(node).ok_or_else(|| {
        let meant = node.text().and_then(values::number);
        needs(node, "a number, plain and without quotes", "`200` or `0.5`").meant(meant)
    })
}

fn amount(node: &Node) -> Result<business_time::BusinessAmount, Fault> {
    scalars::amount(node, Clock::Wall).ok_or_else(|| {
        let meant = node
            .text()
            .and_then(|text| values::amount(text, Clock::Wall));
        needs(node, "a length of wall-clock time", "`30d`, `24h` or `90m`").meant(meant)
    })
}

/// How long ago: an amount, or none at all for whatever is over.
fn age(node: &Node) -> Result<business_time::BusinessAmount, Fault> {
    if matches!(node.text(), Some("0d" | "0h" | "0m")) {
        return Ok(business_time::BusinessAmount::Wall(0));
    }
    amount(node)
}

fn between(value: &Node) -> Result<Operator, Fault> {
    let [low, high] = value.items() else {
        let parted = value.items().len() > 2;
        let meant = parted
            .then(|| "write two numbers, without separators in them: `[50, 5000]`".to_owned());
        return Err(needs(value, "a list of two numbers", "`[50, 5000]`").meant(meant));
    };
    let (least, most) = (number(low)?, number(high)?);
    if least > most {
        let what = format!("nothing lies between {least} and {most}");
        return Err(Fault {
            span: value.span,
            what,
            fix: format!("write the smaller number first: `[{most}, {least}]`"),
        });
    }
    Ok(Operator::Between(least, most))
}

fn past(holds: &Holds, value: &Node) -> Result<Operator, Fault> {
    match (holds, value.text()) {
        (Holds::Length("corridor"), Some("corridor")) => Ok(Operator::Past(Limit::Corridor)),
        (Holds::Length("stay"), Some("stay")) => Ok(Operator::Past(Limit::Stay)),
        (Holds::Length(limit), _) => Err(needs(
            value,
            &format!("`{limit}`"),
            &format!("`{{ past: {limit} }}`"),
        )),
        _ => Err(needs(value, "a limit", "`corridor` or `stay`")),
    }
}

/// The name of a list whose values are of the field's kind.
fn in_list(
    holds: &Holds,
    value: &Node,
    list: impl Fn(&str) -> Option<Vec<Value>>,
) -> Result<Operator, Fault> {
    let name = value.text().ok_or_else(|| {
        let itself = value.in_one_line().filter(|_| !value.items().is_empty());
        let meant = itself.map(|list| {
            format!("leave out `in_list` and write the values behind the field: `{list}`")
        });
        needs(value, "the name of a list", "`free_mail`").meant(meant)
    })?;
    let wants_numbers = *holds == Holds::Number;
    let misfit = list(name)
        .into_iter()
        .flatten()
        .find(|value| value.number().is_some() != wants_numbers);
    match misfit {
        None => Ok(Operator::InList(name.to_owned())),
        Some(odd) => {
            let what = format!(
                "the field holds {}, and `{odd}` in the list `{name}` is {}",
                holds.word(),
                if wants_numbers { "text" } else { "a number" }
            );
            Err(Fault { span: value.span, what, fix: "use another list, or write the list's values as the field has them (text in quotes)".to_owned() })
        }
    }
}

fn unfit(holds: &Holds, part: &Part<'_>) -> Fault {
    let what = format!(
        "this field holds {}, so it cannot be tested with `{}`",
        holds.word(),
        part.word
    );
    let fix = match holds {
        Holds::Criteria => "write `met` or `unmet`".to_owned(),
        // The other way round it can only be said of what is not so.
        Holds::Length(_) if matches!(part.word, "less_than" | "at_most" | "in_the_last") => {
            let length = scalars::amount(part.value, Clock::Wall).and(part.value.in_one_line());
            let length = length.unwrap_or_default();
            let length = if length.is_empty() {
                "30d".to_owned()
            } else {
                length
            };
            format!("write the field under `none`, with `{{ more_than: {length} }}`")
        }
        Holds::Length(limit) => format!("write `{{ more_than: 30d }}` or `{{ past: {limit} }}`"),
        _ => format!(
            "test it with {}",
            crate::fixes::nearest::listed(fitting(holds).iter().copied())
        ),
    };
    Fault {
        span: part.span,
        what,
        fix,
    }
}
