use crate::{
    checks::check::Reading,
    fixes::nearest::{listed, nearest},
    grammar::{
        Names,
        catalogue::{Asked, Entry, Holds, sees, written},
        conditions::{Part, TESTS, fitting},
        sites::{Context, Needed, NoCondition, TestSite},
    },
    yaml::{node::Node, span::Span},
};
use crm::{FieldRef, RecordKind};

/// The words of a condition that are no fields.
pub(crate) const WORDS: [&str; 4] = ["all", "any", "none", "is"];

/// What other systems call a test that is written here without a word.
const EQUAL: [&str; 16] = [
    "equals",
    "equal",
    "equal_to",
    "eq",
    "is",
    "=",
    "==",
    "===",
    "one_of",
    "in",
    "any_of",
    "is_one_of",
    "is_in",
    "value",
    "values",
    "has",
];

/// What other systems call it that a field has a value, and that it has none.
const PRESENT: [&str; 8] = [
    "exists",
    "not_empty",
    "is_known",
    "known",
    "not_null",
    "is_set",
    "has_value",
    "required",
];
const ABSENT: [&str; 10] = [
    "absent",
    "empty",
    "is_empty",
    "missing",
    "is_null",
    "null",
    "is_unknown",
    "unknown",
    "blank",
    "not_present",
];

/// How to fix a word that is no test.
pub(crate) fn test(reading: &Reading<'_>, site: &TestSite<'_>, part: &Part<'_>) -> String {
    let field = reading.field(site);
    let holds = field
        .and_then(|field| reading.catalogue.get(&field))
        .map(|entry| &entry.holds);
    if holds == Some(&Holds::Criteria) {
        return "write `met` or `unmet`".to_owned();
    }
    let fitting = holds.map_or(TESTS.as_slice(), fitting);
    let word = part.word.trim().to_lowercase().replace([' ', '-'], "_");
    let name = site.field.text().unwrap_or_default();
    let is_list = |node: &Node| {
        let text = node.text();
        text.is_some_and(|text| {
            reading
                .known
                .names(Names::List, None)
                .is_some_and(|it| it.contains(&text))
        })
    };
    if let Some(number) = with_separator(site.test, (part.word, part.span, part.value)) {
        return format!("write `{number}`, without a separator");
    }
    if EQUAL.contains(&word.as_str()) && is_compared(holds) {
        return match part.value.in_one_line() {
            Some(list) if is_list(part.value) && fitting.contains(&"in_list") => {
                format!("write `in_list: {list}`")
            }
            Some(value) if !part.value.is_mapping() && !part.value.is_empty() => {
                let is_boolean = holds == Some(&Holds::Boolean);
                let word = super::values::yes_no(part.value).filter(|_| is_boolean);
                let value = word.map_or(value, str::to_owned);
                format!("write the value itself: `{name}: {value}`")
            }
            _ => "write the value itself behind the field, without a word before it".to_owned(),
        };
    }
    if let Some(fix) = presence(&word, part.value) {
        return fix;
    }
    match nearest(part.word, fitting.iter().copied()) {
        Some("none_of") if part.value.is_mapping() || is_list(part.value) => {
            let list = if part.value.is_mapping() {
                ("", "")
            } else {
                ("{ in_list: ", " }")
            };
            let value = part.value.in_one_line().unwrap_or_else(|| "…".to_owned());
            format!(
                "write it under `none`: `none: [{{ {name}: {}{value}{} }}]`",
                list.0, list.1
            )
        }
        Some(near) => format!("write `{near}`"),
        None => format!(
            "the tests for this field are {}",
            listed(fitting.iter().copied())
        ),
    }
}

/// Whether a field of this content is compared with values as they stand.
const fn is_compared(holds: Option<&Holds>) -> bool {
    !matches!(
        holds,
        Some(Holds::Date | Holds::Timestamp | Holds::Length(_) | Holds::Account)
    )
}

/// `{ more_than: 1,000 }` is read as a test `more_than: 1` and another one called `000`.
pub(crate) fn with_separator(
    mapping: &Node,
    (key_text, span, value): (&str, Span, &Node),
) -> Option<String> {
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if key_text.len() != 3 || !is_digits(key_text) || !value.is_empty() {
        return None;
    }
    let mut before = None;
    for (word, key, value) in mapping.entries() {
        if key.span == span {
            break;
        }
        let goes_on = word.len() == 3 && is_digits(word) && value.is_empty();
        before = match before {
            Some(number) if goes_on => Some(format!("{number}{word}")),
            _ => value.text().map(str::to_owned),
        };
    }
    let before = before.filter(|it| !it.is_empty() && is_digits(it))?;
    Some(format!("{before}{key_text}"))
}

fn presence(word: &str, value: &Node) -> Option<String> {
    let present = match word {
        word if PRESENT.contains(&word) => true,
        word if ABSENT.contains(&word) => false,
        _ => return None,
    };
    Some(match super::values::yes_no(value) {
        Some(says) => {
            let holds = (says == "yes") == present;
            format!("write `present: {}`", if holds { "yes" } else { "no" })
        }
        None => "write `present: yes` if it must have a value, `present: no` if it must have none"
            .to_owned(),
    })
}

/// How to fix a key of a condition that is no field.
pub(crate) fn key(reading: &Reading<'_>, site: &TestSite<'_>, text: &str) -> String {
    let fields: Vec<(String, &FieldRef)> = in_sight(reading, &site.context)
        .map(|(field, _)| (written(field), field))
        .collect();
    if let Some((kind, name)) = text.split_once('.') {
        return of_kind(reading, &fields, text, (kind, name));
    }
    let own = |name: &str| {
        let called = fields.iter().filter(|(_, field)| field.name == name);
        let first = called
            .clone()
            .find(|(_, field)| Some(field.kind) == site.context.kind);
        let names: Vec<&str> = called.map(|(written, _)| written.as_str()).collect();
        match first {
            Some((written, _)) => Some(format!("write `{written}`")),
            None if names.is_empty() => None,
            None => Some(format!("write {}", listed(names))),
        }
    };
    let combined = || nearest(text, WORDS).map(|word| combination(word, site.test));
    let near = || nearest(text, fields.iter().map(|(_, field)| field.name.as_str())).and_then(own);
    own(text)
        .or_else(combined)
        .or_else(near)
        .unwrap_or_else(|| {
            let first = fields
                .iter()
                .find(|(_, field)| Some(field.kind) == site.context.kind);
            let example = first
                .or(fields.first())
                .map_or("lead.title", |(written, _)| written);
            format!("write a field such as `{example}`, or all, any, none or is")
        })
}

/// `all`, `any` or `none` with what stands behind the word that was written for it.
fn combination(word: &str, value: &Node) -> String {
    match value.in_one_line() {
        Some(value_line) if word != "is" && value.is_mapping() => {
            format!("write `{word}` and a list behind it: `{word}: [{value_line}]`")
        }
        _ => format!("write `{word}`"),
    }
}

/// How to fix a field that no kind of record has.
fn of_kind(
    reading: &Reading<'_>,
    fields: &[(String, &FieldRef)],
    text: &str,
    (kind, name): (&str, &str),
) -> String {
    let kinds = RecordKind::ALL.map(RecordKind::word);
    if let Some((field, value)) = text.split_once('=') {
        let (field, value) = (field.trim(), value.trim_matches(['=', ' ']));
        return format!("write the field, a colon and the value: `{field}: {value}`");
    }
    let meant = match (kind.parse::<RecordKind>(), nearest(kind, kinds)) {
        (Err(_), Some(near)) => format!("{near}.{name}"),
        _ => text.to_owned(),
    };
    let exists = |text: &str| {
        let field = reading.catalogue.field(text);
        field.is_some_and(|field| reading.catalogue.get(&field).is_some())
    };
    if exists(&meant) {
        return format!("write `{meant}`");
    }
    // `lead.employees`, which is said of its account.
    if let Some((written, _)) = fields.iter().find(|(_, field)| field.name == name) {
        return format!("write `{written}`");
    }
    let all: Vec<String> = reading
        .catalogue
        .fields()
        .map(|(field, _)| written(field))
        .collect();
    // A field of another kind is another thing, however alike the two are spelt.
    let kind = meant.split('.').next().unwrap_or_default();
    let of_kind = all.iter().filter(|it| it.split('.').next() == Some(kind));
    if let Some(near) = nearest(&meant, of_kind.map(String::as_str)) {
        return format!("write `{near}`");
    }
    let Ok(kind) = kind.parse::<RecordKind>() else {
        let kinds = listed(kinds);
        return format!("write a field with its kind of record before the dot: {kinds}");
    };
    let of_kind = reading.catalogue.fields().map(|(field, _)| field);
    let of_kind = of_kind.filter(|field| field.kind == kind);
    format!(
        "declare it under `records` in technology.yaml; {kind} has {}",
        listed(of_kind.map(|field| field.name.as_str()))
    )
}

/// The fields that what stands here can see.
fn in_sight<'r>(
    reading: &'r Reading<'_>,
    context: &Context<'_>,
) -> impl Iterator<Item = (&'r FieldRef, &'r Entry)> {
    let kind = context.kind;
    let seen = move |field: &FieldRef| kind.is_none_or(|kind| sees(kind, field.kind));
    reading
        .catalogue
        .fields()
        .filter(move |(field, _)| seen(field))
}

/// A condition that can stand here.
pub(crate) fn example(reading: &Reading<'_>, context: &Context<'_>) -> String {
    let plain = |entry: &Entry| {
        let compared = !matches!(
            entry.holds,
            Holds::Length(_) | Holds::Criteria | Holds::Account
        );
        compared && entry.asked == Asked::Anywhere && !entry.personal
    };
    let fields = || in_sight(reading, context).filter(|(_, entry)| plain(entry));
    let own = fields().find(|(field, _)| Some(field.kind) == context.kind);
    own.or_else(|| fields().next()).map_or_else(
        || "{ account.country: { present: yes } }".to_owned(),
        |(field, _)| format!("{{ {}: {{ present: yes }} }}", written(field)),
    )
}

/// How to fix what stands where a condition should.
pub(crate) fn condition(reading: &Reading<'_>, site: &NoCondition<'_>) -> String {
    let NoCondition {
        context,
        node,
        needed,
    } = site;
    let example = example(reading, context);
    if let Needed::List(word) = needed {
        let given = node.in_one_line().filter(|_| !node.pairs().is_empty());
        let item = given.unwrap_or(example);
        return format!("write a list of conditions behind `{word}`: `{word}: [{item}]`");
    }
    if let Some(list) = node.in_one_line().filter(|_| !node.items().is_empty()) {
        return format!(
            "write `{{ all: {list} }}` if all of them must hold, `{{ any: {list} }}` if one is enough"
        );
    }
    let catches = *needed == Needed::ConditionOrCatch;
    if let Some(fix) = node.text().and_then(|text| instead(reading, text, catches)) {
        return fix;
    }
    if catches {
        format!("write for example `{example}`, or `otherwise` for whatever is left")
    } else {
        format!("write for example `{example}`, or a list of such mappings after all, any or none")
    }
}

/// The condition that was meant by one word.
fn instead(reading: &Reading<'_>, text: &str, catches: bool) -> Option<String> {
    if let Some(word) = nearest(text, ["otherwise", "unknown"]).filter(|_| catches) {
        return Some(format!("write `{word}`"));
    }
    let conditions = reading
        .known
        .names(Names::Condition, None)
        .unwrap_or_default();
    if conditions.contains(&text) {
        return Some(format!("write `{{ is: {text} }}`"));
    }
    let field = reading.catalogue.field(text)?;
    let test = match reading.catalogue.get(&field)?.holds {
        Holds::Boolean => "yes",
        Holds::Length(_) => "{ more_than: 30d }",
        Holds::Criteria => "unmet",
        _ => "{ present: yes }",
    };
    Some(format!(
        "write what must hold of the field, for example `{{ {text}: {test} }}`"
    ))
}
