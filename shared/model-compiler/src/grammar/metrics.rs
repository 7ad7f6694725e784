use super::{
    concerned::LABEL,
    shape::{Form, Keys, Names, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;
use crm::FieldType;

pub(super) static FILE: Shape = words(&[
    must("metrics", &METRICS, "the numbers the company watches"),
    may(
        "targets",
        &TARGETS,
        "what is to be sold, period by period, in the company's currency; `against` of a metric holds a sum against one",
    ),
    may(
        "signals",
        &SIGNALS,
        "changes of metrics that are told before the headline moves",
    ),
]);

static METRICS: Shape = each(Keys::New("a metric"), &METRIC);
static METRIC: Shape = words(&[
    must("owner", &PERSON, "who answers for it"),
    LABEL,
    may(
        "definition",
        &Shape::Text,
        "what the number says, in a sentence for people",
    ),
    must("of", &OF, "what is looked at"),
    may(
        "when",
        &Shape::Condition,
        "which of the records are looked at; one of which it cannot be known is not, and is counted apart",
    ),
    may(
        "portion",
        &PORTION,
        "what counts, of records or of the runs of a clock; what cannot be known is counted apart, never as a no",
    ),
    may("count", &COUNT, "how many there are"),
    may("sum", &NUMBER, "the sum of this number over the records"),
    may(
        "ratio",
        &NUMBERS,
        "the sum of the first of two numbers over the sum of the second, of the records that have both",
    ),
    may(
        "filled",
        &FACTS,
        "the portion of the records in which all of these fields have a value, and the portion for each",
    ),
    may(
        "field",
        &MEASURED,
        "the number or length of time of which `quantile` is taken",
    ),
    may(
        "from",
        &STAGE,
        "the stage where a stretch of a lifecycle begins",
    ),
    may("to", &STAGE, "the stage where it ends"),
    may(
        "quantile",
        &Shape::Percent { least: 1, most: 99 },
        "of all values of `field`, of all lengths of that stretch, or of how long the runs of a clock took in the time by which they are counted, the one that so many do not exceed; 50% is the median",
    ),
    may("by", &BY, "by what it is broken down, each by itself"),
    may(
        "window",
        &Shape::Amount(Clock::Wall),
        "how far it looks back; all that is kept if left out",
    ),
    may(
        "floor",
        &Shape::Percent {
            least: 0,
            most: 100,
        },
        "below this it is a problem",
    ),
    may(
        "target",
        &Shape::Percent {
            least: 0,
            most: 100,
        },
        "what it ought to reach",
    ),
    may(
        "against",
        &AGAINST,
        "the target in money that the sum is held against: only the records are looked at that belong to the target's period at hand",
    ),
]);
static PERSON: Shape = Shape::Phrase(&[Form::Name(Names::Person)]);
static STAGE: Shape = Shape::Phrase(&[Form::Name(Names::Stage)]);
static OF: Shape = Shape::Phrase(&[
    Form::With("open", Names::Records),
    Form::With("clock", Names::Clock),
    Form::With("lifecycle", Names::Kind),
    Form::InStage,
    Form::Name(Names::Records),
]);
static PORTION: Shape = Shape::ByForm {
    value: Some(&Shape::Phrase(&[Form::Word(
        "met_in_time",
        "of the latest run of the clock of each record, those that were met by their due time; one that is late counts, one that runs or was cancelled does not",
    )])),
    list: None,
    mapping: Some(&Shape::Condition),
};

static COUNT: Shape = Shape::Phrase(&[Form::Word("records", "the records that are looked at")]);
static NUMBER: Shape = Shape::Phrase(&[Form::Field(FieldType::Number)]);
static NUMBERS: Shape = Shape::List(&NUMBER);
static MEASURED: Shape = Shape::Phrase(&[Form::Measured]);
static FACTS: Shape = Shape::List(&Shape::Phrase(&[Form::Fact]));
static BY: Shape = Shape::List(&Shape::Phrase(&[
    Form::Word("stage", "the record's stage"),
    Form::Word("owner", "the record's owner"),
    Form::Word("team", "the team of the record's owner"),
    Form::Word(
        "week",
        "the week in which the record was created, of the last 13",
    ),
    Form::Word(
        "month",
        "the month in which the record was created, of the last 12",
    ),
    Form::Word(
        "quarter",
        "the quarter in which the record was created, of the last 8",
    ),
    Form::Field(FieldType::OneOf),
]));

static AGAINST: Shape = Shape::Phrase(&[Form::Name(Names::Target)]);

static TARGETS: Shape = each(Keys::New("a target"), &TARGET);
static TARGET: Shape = words(&[
    must("of", &OF_TARGET, "of which records it is"),
    must(
        "on",
        &DAY,
        "the day by which a record belongs to a period, where the company is; of one without it that is not known",
    ),
    must("every", &EVERY, "how long a period is"),
    may(
        "by",
        &BY_PART,
        "whose the parts are, of which the amount of a period is the sum; a metric that is broken down by the same is \
         held against each part",
    ),
    must(
        "amounts",
        &AMOUNTS,
        "what is to be sold, by period: `2026-Q4` or `2026-11`; of a period that is not here there is no target",
    ),
]);
static OF_TARGET: Shape = Shape::Phrase(&[Form::Name(Names::Records)]);
static DAY: Shape = Shape::Phrase(&[
    Form::Field(FieldType::Date),
    Form::Field(FieldType::Timestamp),
]);
static EVERY: Shape = Shape::Phrase(&[
    Form::Word("month", "a month"),
    Form::Word(
        "quarter",
        "three months from January, April, July or October on",
    ),
]);
static BY_PART: Shape = Shape::Phrase(&[
    Form::Word("owner", "of the record's owner"),
    Form::Word("team", "of the team of the record's owner"),
    Form::Field(FieldType::OneOf),
]);
static AMOUNTS: Shape = each(Keys::Spellings, &AMOUNT);
static AMOUNT: Shape = Shape::ByForm {
    value: Some(&Shape::Number),
    list: None,
    mapping: Some(&PARTS),
};
static PARTS: Shape = each(Keys::Spellings, &Shape::Number);

static SIGNALS: Shape = each(Keys::New("a signal"), &SIGNAL);
static SIGNAL: Shape = words(&[
    must(
        "metric",
        &WATCHED,
        "what is watched: a portion, a count, the fields that are filled, or how many runs of a clock were in time or how long they took",
    ),
    must("worse", &WORSE, "which way is the bad one"),
    must(
        "compare",
        &Shape::WeeksBefore,
        "with what it had come to then it is compared each night, and its owner is told when it is worse beyond both 95 % intervals",
    ),
]);
static WATCHED: Shape = Shape::Phrase(&[Form::Name(Names::Metric)]);
static WORSE: Shape = Shape::Phrase(&[
    Form::Word("rises", "it gets worse as it rises"),
    Form::Word("falls", "it gets worse as it falls"),
]);
