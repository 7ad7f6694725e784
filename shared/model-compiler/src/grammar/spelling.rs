//! How single values and keys are written: in words and by an example for people, as a pattern for
//! editors. A pattern lets everything through that the checks let through.

mod asked;

use crm::RecordKind;

use super::shape::{Form, Keys, Names, Shape};
use crate::yaml::scalars::Clock;

pub(crate) use asked::{built_in, test};

/// How a single value is written.
#[derive(Debug)]
pub(crate) struct Spelling {
    /// What it is, with its article.
    pub(crate) what: String,
    /// An example, as it stands in YAML.
    pub(crate) example: &'static str,
    /// What readers of YAML take it for.
    pub(crate) read_as: ReadAs,
}

/// What readers of YAML take a value for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadAs {
    /// A text that this regular expression finds something in.
    Text(Option<String>),
    /// A text or a number.
    TextOrNumber,
    /// A whole number within these ends.
    Whole(i64, i64),
    /// A number, within these ends if there are any.
    Number(Option<(i64, i64)>),
    /// One of these words.
    Words(&'static [&'static str]),
}

/// The names that people give.
pub(crate) const NAME: &str = "[a-z][a-z0-9_]{0,63}";

/// How a value of this shape is written; none of lists, mappings, conditions and phrases.
pub(crate) fn of(shape: &Shape) -> Option<Spelling> {
    let text = |what: &str, example, pattern: &str| Spelling {
        what: what.to_owned(),
        example,
        read_as: ReadAs::Text(Some(pattern.to_owned())),
    };
    Some(match shape {
        Shape::Text => Spelling {
            what: "a text".to_owned(),
            example: "some words",
            read_as: ReadAs::TextOrNumber,
        },
        Shape::Value => Spelling {
            what: "a text or a number".to_owned(),
            example: "\"DE\"",
            read_as: ReadAs::TextOrNumber,
        },
        Shape::Setting => Spelling {
            what: "a value of the field's type, or `today`".to_owned(),
            example: "today",
            read_as: ReadAs::TextOrNumber,
        },
        Shape::YesNo => Spelling {
            what: "`yes` or `no`".to_owned(),
            example: "yes",
            read_as: ReadAs::Words(&["yes", "no"]),
        },
        Shape::Whole { least, most } => Spelling {
            what: format!("a whole number from {least} to {most}"),
            example: "2",
            read_as: ReadAs::Whole(i64::from(*least), i64::from(*most)),
        },
        Shape::Points => Spelling {
            what: "a number from -1000 to 1000, with two decimal places at the most".to_owned(),
            example: "30",
            read_as: ReadAs::Number(Some((-1000, 1000))),
        },
        Shape::Number => Spelling {
            what: "a number".to_owned(),
            example: "170",
            read_as: ReadAs::Number(None),
        },
        Shape::Percent { least, most } => Spelling {
            what: format!("a percentage from {least}% to {most}%"),
            example: "75%",
            read_as: ReadAs::Text(Some("^[0-9]{1,6}%$".to_owned())),
        },
        Shape::Days { least, most } => Spelling {
            what: format!("{least} to {most} days"),
            example: "400d",
            read_as: ReadAs::Text(Some("^[0-9]{1,6}d$".to_owned())),
        },
        Shape::Time => text(
            "a time of day, in quotes",
            "\"08:00\"",
            "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        ),
        Shape::Day => text(
            "a date, in quotes",
            "\"2026-12-24\"",
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        ),
        Shape::Amount(Clock::Any) => text(
            "a length of time",
            "2 business hours",
            "^\\s*[0-9]+\\s*(d|h|m|s|business\\s+(day|hour|minute|second)s?)\\s*$",
        ),
        Shape::Amount(Clock::Wall) => text(
            "a length of time that passes day and night",
            "30d",
            "^\\s*[0-9]+\\s*[dhms]\\s*$",
        ),
        Shape::WeeksBefore => text(
            "a time in the past, of 1 to 52 weeks before",
            "4 weeks before",
            "^[1-9][0-9]? weeks? before$",
        ),
        Shape::Rate => text(
            "how often for each person within a length of time",
            "20 per person in 10m",
            "^[1-9][0-9]{0,6} per person in \\s*[0-9]+\\s*[dhms]\\s*$",
        ),
        Shape::Often => text(
            "how often within a length of time",
            "3 in 7d",
            "^[1-9][0-9]{0,6} in \\s*[0-9]+\\s*[dhms]\\s*$",
        ),
        Shape::Hours => text(
            "an interval of a day, in quotes",
            "\"09:00-12:30\"",
            &format!("^{CLOCK_TIME}-{CLOCK_TIME}$"),
        ),
        Shape::Zone => Spelling {
            what: "a time zone of the IANA database".to_owned(),
            example: "Europe/Berlin",
            read_as: ReadAs::Text(None),
        },
        Shape::Currency => text("a currency of ISO 4217", "EUR", "^[A-Z]{3}$"),
        Shape::Email => text(
            "a mail address",
            "anna@northwind.example",
            "^[^@\\s,;<>]+@[^@\\s,;<>]*\\.[^@\\s,;<>]*$",
        ),
        Shape::SecretName => text(
            "the name of a secret",
            "fairlead/crm",
            "^[A-Za-z][A-Za-z0-9/_.-]{0,127}$",
        ),
        Shape::HolidayFile => text(
            "the path of an iCalendar file below the model's folder",
            "holidays/germany.ics",
            "\\.ics$",
        ),
        Shape::CsvFile => text(
            "the path of a file of rows (CSV) below the model's folder",
            "lists/named.csv",
            "\\.csv$",
        ),
        Shape::Region => text(
            "a country or a part of one whose public holidays are known",
            "DE-BY",
            "^[A-Z]{2}(-\\S.{0,40})?$",
        ),
        Shape::Phrase(_)
        | Shape::List(_)
        | Shape::MaybeEmpty(_)
        | Shape::Mapping { .. }
        | Shape::Condition
        | Shape::Catch
        | Shape::ByForm { .. } => return None,
    })
}

const CLOCK_TIME: &str = "\\s*([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?\\s*";

/// One form of a phrase, for people and for editors.
#[derive(Debug)]
pub(crate) struct Spoken {
    /// As it is written, for example `pool POOL`.
    pub(crate) written: String,
    /// What it says.
    pub(crate) says: String,
    /// Whether `written` stands there letter by letter.
    pub(crate) fixed: bool,
    /// Matches the text, from its first to its last letter.
    pub(crate) pattern: String,
}

/// The forms of a phrase.
pub(crate) fn spoken(forms: &[Form]) -> Vec<Spoken> {
    let each = |form: &Form| match *form {
        Form::Word(word, says) => vec![Spoken {
            written: word.to_owned(),
            says: says.to_owned(),
            fixed: true,
            pattern: format!("^{}$", word.replace('.', "\\.")),
        }],
        Form::Planned(word, says) => vec![Spoken {
            written: word.to_owned(),
            says: not_yet(says),
            fixed: true,
            pattern: format!("^{}$", word.replace('.', "\\.")),
        }],
        Form::InStage => vec![Spoken {
            written: "RECORDS in STAGE".to_owned(),
            says: "the records at a stage, such as `opportunities in sql`".to_owned(),
            fixed: false,
            pattern: format!("^[a-z]+\\s+in\\s+{NAME}\\s*$"),
        }],
        Form::Name(Names::Kind) => RecordKind::ALL.map(kind).into(),
        Form::Name(names) => vec![Spoken {
            written: placeholder(names),
            says: format!("the name of {}", names.a()),
            fixed: false,
            pattern: format!("^{NAME}$"),
        }],
        Form::With(word, names) => vec![Spoken {
            written: format!("{word} {}", placeholder(names)),
            says: names.a().to_owned(),
            fixed: false,
            pattern: format!("^{word}\\s+{NAME}\\s*$"),
        }],
        Form::Measured => vec![Spoken {
            written: "KIND.FIELD".to_owned(),
            says: "a field that holds a number or a length of time, such as `opportunity.age`"
                .to_owned(),
            fixed: false,
            pattern: field_pattern(),
        }],
        Form::Fact => vec![Spoken {
            written: "KIND.FIELD".to_owned(),
            says:
                "a field of the record or its account that the CRM fills, such as `account.FIELD`"
                    .to_owned(),
            fixed: false,
            pattern: field_pattern(),
        }],
        Form::Field(holds) => vec![Spoken {
            written: "KIND.FIELD".to_owned(),
            says: format!("a field of type {holds}, such as `lead.FIELD`"),
            fixed: false,
            pattern: field_pattern(),
        }],
    };
    forms.iter().flat_map(each).collect()
}

fn kind(kind: RecordKind) -> Spoken {
    Spoken {
        written: kind.word().to_owned(),
        says: format!("records of the kind {kind}"),
        fixed: true,
        pattern: format!("^{kind}$"),
    }
}

/// What stands for a name that people choose: `POOL`.
fn placeholder(names: Names) -> String {
    let word = names.a();
    let word = word.strip_prefix("a ").unwrap_or(word);
    word.replace(' ', "_").to_uppercase()
}

/// Matches a field as conditions name it.
pub(crate) fn field_pattern() -> String {
    format!("^[a-z]+\\.{NAME}$")
}

/// How the other keys of a mapping are written: in words, as a placeholder, as a pattern.
pub(crate) fn keys(keys: Keys) -> (String, &'static str, String) {
    let name = || format!("^{NAME}$");
    match keys {
        Keys::New(a) => (
            format!("the name of {a}, which is given here"),
            "NAME",
            name(),
        ),
        Keys::Known(names) => (format!("the name of {}", names.a()), "NAME", name()),
        Keys::Kinds => {
            let kinds = RecordKind::ALL.map(RecordKind::word).join("|");
            (
                "a kind of record".to_owned(),
                "KIND",
                format!("^({kinds})$"),
            )
        }
        Keys::Fields => (
            "a kind of record and a new field".to_owned(),
            "KIND.FIELD",
            field_pattern(),
        ),
        Keys::Days => (
            "a day of the week or a range of them, such as `mon-fri`".to_owned(),
            "DAYS",
            format!("^\\s*{DAY}\\s*(-\\s*{DAY}\\s*)?$"),
        ),
        Keys::Dates => (
            "a date in quotes, such as `\"2026-12-24\"`".to_owned(),
            "DATE",
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}$".to_owned(),
        ),
        Keys::Spellings => (
            "the CRM's spelling of a value".to_owned(),
            "SPELLING",
            String::new(),
        ),
        Keys::Values => (
            "a value of the field that `by` names; `otherwise` stands for the rest".to_owned(),
            "VALUE",
            String::new(),
        ),
        Keys::Set => (
            "a field of the record: text, one of a list, yes or no, a whole number, or a date"
                .to_owned(),
            "KIND.FIELD",
            field_pattern(),
        ),
    }
}

const DAY: &str = "(mon|tue|wed|thu|fri|sat|sun)";

/// What is read and checked, and upon which no function acts yet.
fn not_yet(says: &str) -> String {
    format!("{says} (read and checked, not enforced yet)")
}
