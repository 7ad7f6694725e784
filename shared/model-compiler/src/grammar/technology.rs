use crate::yaml::scalars::Clock;
use crm::FieldType;

use super::{
    behaviours::{BEHAVIOURS, COUNTED, COUNTED_OF, KNOWN_BY},
    concerned::LABEL_IN_CRM,
    shape::{Form, Keys, Names, Rest, Shape, Word, each, may, must, words},
    source_kinds,
};

pub(super) static FILE: Shape = words(&[
    must("sources", &SOURCES, "where records come from"),
    must("records", &RECORDS, "the fields of each kind of record"),
    may("derived", &DERIVED, "fields computed from other fields"),
    may(
        "source_tags",
        &TAGS,
        "the channels, and the CRM's spellings of each",
    ),
    may(
        "behaviours",
        &BEHAVIOURS,
        "what people do outside the CRM, such as in the product, and what the events of it are called, which \
         `POST /webhooks/events` takes; whoever no record is known of is kept for 30 days",
    ),
    may(
        "known_by",
        &KNOWN_BY,
        "by which fields of a lead the people are known who do it",
    ),
    may(
        "keep",
        &KEEP,
        "how long is kept what nobody needs for the next decision",
    ),
]);

static KEEP: Shape = words(&[may(
    "audits",
    // More than the 90 days after which a state is told whole again (`engine::TOLD_WHOLE`).
    &Shape::Days {
        least: 120,
        most: 3650,
    },
    "why each thing was done; as long as the table stands if left out",
)]);

static SOURCES: Shape = each(Keys::New("a source"), &SOURCE);
static SOURCE: Shape = words(&[
    must("kind", &source_kinds::KIND, "which CRM it is"),
    must("portal", &Shape::Text, "the account whose events are ours"),
    must(
        "secret",
        &Shape::SecretName,
        "the name of the secret, never its value; the app whose token it holds must be allowed to read \
         and write the records, to read the definitions of their properties, the owners and the account's \
         details, and to create tasks",
    ),
    must(
        "records",
        &OBJECTS,
        "the CRM's name for the objects of each kind of record",
    ),
    must("write", &WRITE, "what may be written back"),
]);
static OBJECTS: Shape = each(Keys::Kinds, &Shape::Text);
static WRITE: Shape = words(&[
    may("owner", &Shape::YesNo, "owners"),
    may("stage", &Shape::YesNo, "stages"),
    may("fields", &Shape::YesNo, "fields that the model sets"),
    may("tasks", &Shape::YesNo, "tasks"),
    must(
        "per_hour",
        &Shape::Whole {
            least: 1,
            most: 1_000_000,
        },
        "most writes in any 60 minutes; from 5 on, a fifth of them is kept for owners; what finds them \
         used up waits, three days at most",
    ),
]);

static RECORDS: Shape = each(Keys::Kinds, &each(Keys::New("a field"), &FIELD));
static FIELD: Shape = Shape::Mapping {
    words: FIELD_WORDS,
    rest: Some(Rest {
        keys: Keys::Known(Names::Source),
        shape: &Shape::Text,
        needed: false,
    }),
};
static FIELD_WORDS: &[Word] = &[
    must("type", &TYPE, "what it holds"),
    LABEL_IN_CRM,
    may(
        "values",
        &VALUES,
        "the allowed values, or the CRM's spelling of each: ours",
    ),
    may(
        "personal",
        &Shape::YesNo,
        "its values enter no rule, event or log",
    ),
    may(
        "owner",
        &ANSWERS,
        "who answers for its values, which is said wherever it is counted how many are missing or stale",
    ),
    may(
        "fresh_for",
        &Shape::Days {
            least: 1,
            most: 3650,
        },
        "how long a value is taken to be true after it was last changed; then it is stale, which audits and metrics of \
         filled fields count. Of a field without `history`, and of the account of a record, it is known only where \
         nothing else has changed since, either",
    ),
    may("history", &Shape::YesNo, "whether past values are kept"),
    may(
        "unique",
        &Shape::YesNo,
        "whether no two records of the kind hold the same, as the CRM sees to it; what `creates` makes is found \
         again by it",
    ),
    may(
        "tags",
        &TAGGED,
        "of a text: each value stands for a channel, whose name is what conditions see",
    ),
    may(
        "of",
        &Shape::Phrase(&[Form::Name(Names::Kind)]),
        "of a stage: whose lifecycle it belongs to, the record's own",
    ),
    may(
        "match",
        &Shape::List(&MATCH),
        "of an account: how it is found, in this order; by the CRM's association if left out; where several \
         accounts fit, none is taken, and `lead.match` says so",
    ),
];

/// Whether this is a word of a field, so that no source can be called so.
pub(crate) fn is_word_of_a_field(text: &str) -> bool {
    FIELD_WORDS.iter().any(|word| word.key == text)
}

static ANSWERS: Shape =
    Shape::Phrase(&[Form::With("team", Names::Team), Form::Name(Names::Person)]);
static TAGGED: Shape = Shape::Phrase(&[Form::Word(
    "source_tags",
    "the channels of `source_tags` in this file",
)]);
static MATCH: Shape = Shape::ByForm {
    value: Some(&Shape::Phrase(&[Form::Word(
        "association",
        "the account that the CRM associates it with",
    )])),
    list: None,
    mapping: Some(&MATCH_BY),
};
static MATCH_BY: Shape = words(&[
    may(
        "email_domain",
        &TEXT_FIELD,
        "the one account whose `domain` is that of the mail address in this field; none of an address \
         at a provider of free mail",
    ),
    may(
        "but_not",
        &Shape::Phrase(&[Form::Name(Names::List)]),
        "beside `email_domain`: the list of further domains by which nothing is found",
    ),
    may(
        "domain",
        &TEXT_FIELD,
        "the one account whose `domain` is the one in this field",
    ),
    may(
        "name",
        &TEXT_FIELD,
        "the one account whose `name` is much like the one in this field, without regard to case, signs \
         and legal forms such as GmbH",
    ),
    may(
        "at_least",
        &Shape::Percent {
            least: 60,
            most: 100,
        },
        "beside `name`, where it is needed: how much alike both must be, as the part of the letters that \
         need no change",
    ),
]);
static DAY_FIELD: Shape = Shape::Phrase(&[
    Form::Field(FieldType::Date),
    Form::Field(FieldType::Timestamp),
]);
static PERSON_FIELD: Shape = Shape::Phrase(&[Form::Field(FieldType::Person)]);
static TEXT_FIELD: Shape = Shape::Phrase(&[Form::Field(FieldType::Text)]);
static TAGS: Shape = each(Keys::New("a channel"), &CHANNEL);
static CHANNEL: Shape = Shape::ByForm {
    value: Some(&Shape::Phrase(&[Form::Word(
        "otherwise",
        "every spelling that no channel has",
    )])),
    list: Some(&Shape::List(&Shape::Text)),
    mapping: None,
};
static TYPE: Shape = Shape::Phrase(&[
    Form::Word("text", "free text"),
    Form::Word("number", "a decimal number"),
    Form::Word("integer", "a whole number"),
    Form::Word("money", "an amount in the company's currency"),
    Form::Word("boolean", "yes or no"),
    Form::Word(
        "date",
        "a day without a time; of an instant, the day that people see in the CRM",
    ),
    Form::Word(
        "timestamp",
        "an instant; of a day, when that day begins in the CRM's time zone",
    ),
    Form::Word(
        "one_of",
        "one of a closed list of words; what the CRM holds beside them is no value",
    ),
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
static FORMULA: Shape = words(&[
    may(
        "domain_of",
        &Shape::Text,
        "the part of this mail address after the @, in the form in which domains are kept",
    ),
    may(
        "count",
        &COUNTED,
        "how many records of this kind belong to it, as the CRM associates them; of more than 500 it is not \
         known. It is read only if something asks for the field. Or how often the person of the lead, or the people \
         of the leads of an account, have done something of `behaviours`: at most 100 times; what nobody has done \
         yet counts as 0",
    ),
    may(
        "latest",
        &PERSON_FIELD,
        "whose another lead was last, by this field of leads, with `same: domain` and `in_the_last`: never the lead \
         itself; no value where none was anybody's, and of an address at a provider of free mail. It is known when the \
         lead is read, and no change of it is told",
    ),
    may(
        "of",
        &COUNTED_OF,
        "of a count: whose they are, the record's own kind; of a behaviour, `person` in a field of a lead, `account` \
         in one of an account: a time counts as long as the lead is under the account by which its person is known",
    ),
    may(
        "same",
        &SAME,
        "of a count, `account`: of those that have the same account, and never the record itself; of `latest`, \
         `domain`: which leads are asked",
    ),
    may(
        "when",
        &Shape::Condition,
        "of a count: which of them count; not known if it is unknown of one of them",
    ),
    may(
        "also_closed",
        &Shape::YesNo,
        "of a count: whether those count whose journey has ended; no if left out",
    ),
    may(
        "on",
        &DAY_FIELD,
        "of a count, with `in_the_last`: a day of theirs, by which they count; not known if one of them has none",
    ),
    may(
        "in_the_last",
        &Shape::Amount(Clock::Wall),
        "of a count, with `on`: how long ago that day may be; today counts, and what is still to come does not. Of \
         a behaviour: how long each time counts, up to 30 days and until the next full hour. Of `latest`: how long ago \
         the other lead may have become theirs, up to two years",
    ),
    may(
        "score",
        &Shape::List(&LINE),
        "the sum of the points of all lines that hold; unknown if one of them is",
    ),
    may(
        "sum",
        &Shape::List(&Shape::Text),
        "the sum of these numbers; unknown if one of them has no value",
    ),
    may(
        "ratio",
        &Shape::List(&Shape::Text),
        "the first of two numbers by the second: 0.5 of 50 and 100; unknown if the second is 0",
    ),
    may(
        "no_value",
        &ADDS_NOTHING,
        "of a score, what a line comes to that is unknown, of a sum, a number without a value; of a sum of none \
         nothing is known all the same",
    ),
    may(
        "capped_at",
        &Shape::Number,
        "of a score or a sum: the most that it comes to",
    ),
    may(
        "days_between",
        &Shape::List(&Shape::Text),
        "the days from the first of two dates to the second; negative if that is earlier; of an \
         instant, its day in the company's time zone counts",
    ),
    may(
        "compare",
        &Shape::Text,
        "a field that is compared with another one",
    ),
    may(
        "equals",
        &Shape::Text,
        "yes if it is the same as this field",
    ),
    may(
        "at_least",
        &Shape::Text,
        "yes if it is not smaller than this field",
    ),
    may(
        "at_most",
        &Shape::Text,
        "yes if it is not greater than this field",
    ),
    may(
        "more_than",
        &Shape::Text,
        "yes if it is greater than this field",
    ),
    may(
        "less_than",
        &Shape::Text,
        "yes if it is smaller than this field",
    ),
    may(
        "first_match",
        &ENTRIES,
        "the name of the first of these conditions that holds",
    ),
]);
static ADDS_NOTHING: Shape = Shape::Phrase(&[Form::Word("adds nothing", "it counts as 0")]);
static SAME: Shape = Shape::Phrase(&[
    Form::Word("account", "the record's account"),
    Form::Word(
        "domain",
        "the domain of the lead's mail address, which a field of leads must hold by `domain_of`",
    ),
]);
static LINE: Shape = words(&[
    must("when", &Shape::Condition, "when it counts"),
    must("points", &Shape::Points, "how much it adds"),
]);
static ENTRIES: Shape = each(Keys::New("an entry"), &Shape::Catch);
