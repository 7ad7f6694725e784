use super::{Form, Keys, Rest, Shape, each, may, must, words};

pub(super) static FILE: Shape = words(&[
    must("sources", &SOURCES, "where records come from"),
    must("records", &RECORDS, "the fields of each kind of record"),
    may("derived", &DERIVED, "fields computed from other fields"),
]);

static SOURCES: Shape = words(&[must("hubspot", &SOURCE, "a HubSpot account")]);
static SOURCE: Shape = words(&[
    must("portal", &Shape::Text, "the account whose events are ours"),
    must(
        "secret",
        &Shape::SecretName,
        "the name of the secret, never its value",
    ),
    must(
        "records",
        &OBJECTS,
        "HubSpot's name for the objects of each kind of record",
    ),
    must("write", &WRITE, "what may be written back"),
]);
static OBJECTS: Shape = each(Keys::Kinds, &Shape::Text);
static WRITE: Shape = words(&[
    may("owner", &Shape::YesNo, "owners"),
    may("stage", &Shape::YesNo, "stages"),
    may("tasks", &Shape::YesNo, "tasks"),
    must(
        "per_hour",
        &Shape::Whole {
            least: 1,
            most: 1_000_000,
        },
        "most writes in an hour",
    ),
]);

static RECORDS: Shape = each(Keys::Kinds, &each(Keys::New("a field"), &FIELD));
static FIELD: Shape = words(&[
    must("type", &TYPE, "what it holds"),
    may("hubspot", &Shape::Text, "HubSpot's name for it"),
    may(
        "values",
        &VALUES,
        "the allowed values, or HubSpot's spelling of each: ours",
    ),
    may(
        "personal",
        &Shape::YesNo,
        "its values enter no rule, event or log",
    ),
    may("history", &Shape::YesNo, "whether past values are kept"),
]);
static TYPE: Shape = Shape::Phrase(&[
    Form::Word("text", "free text"),
    Form::Word("number", "a decimal number"),
    Form::Word("money", "an amount in the company's currency"),
    Form::Word("boolean", "yes or no"),
    Form::Word("date", "a day without a time"),
    Form::Word("timestamp", "an instant"),
    Form::Word("one_of", "one of a closed list of words"),
    Form::Word("person", "someone in people.yaml"),
    Form::Word("stage", "a stage of the record's lifecycle"),
    Form::Word("account", "the account this record belongs to"),
]);
static VALUES: Shape = Shape::ByForm {
    value: None,
    list: Some(&Shape::List(&Shape::Text)),
    mapping: Some(&SPELLINGS),
};
static SPELLINGS: Shape = each(Keys::Spellings, &Shape::Text);

static DERIVED: Shape = Shape::Mapping {
    words: &[],
    rest: Some(Rest {
        keys: Keys::Fields,
        shape: &FORMULA,
        needed: true,
    }),
};
static FORMULA: Shape = words(&[must(
    "domain_of",
    &Shape::Text,
    "the part of a mail address after the @",
)]);
