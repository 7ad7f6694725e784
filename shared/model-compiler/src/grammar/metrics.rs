use super::shape::{Form, Keys, Names, Shape, each, may, must, planned, planned_must, words};
use crate::yaml::scalars::Clock;

pub(super) static FILE: Shape = words(&[
    planned_must("metrics", &METRICS, "the numbers the company watches"),
    planned(
        "signals",
        &SIGNALS,
        "changes that come before the numbers move",
    ),
]);

static METRICS: Shape = each(Keys::New("a metric"), &METRIC);
static METRIC: Shape = words(&[
    must("owner", &PERSON, "who answers for it"),
    must("of", &OF, "what is looked at"),
    may(
        "portion",
        &PORTION,
        "what counts, of records or of the runs of a clock",
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
        "of all the lengths of that stretch the one that so many do not exceed; 50% is the median",
    ),
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
        "the runs of the clock that were met by their due time",
    )])),
    list: None,
    mapping: Some(&Shape::Condition),
};

static SIGNALS: Shape = each(Keys::New("a signal"), &SIGNAL);
static SIGNAL: Shape = words(&[
    must("metric", &MEASURE, "what is watched"),
    must(
        "compare",
        &Shape::Previous,
        "the stretch of the past it is compared with",
    ),
    may("rises_by", &CHANGE, "it speaks up at a rise by this much"),
    may("falls_by", &CHANGE, "it speaks up at a fall by this much"),
]);
static MEASURE: Shape = Shape::Phrase(&[
    Form::Word(
        "time_in_stage",
        "how long open records have been in their stage, at the median",
    ),
    Form::Word(
        "days_between_contacts",
        "how many days lie between contacts with a customer, at the median",
    ),
    Form::Name(Names::Metric),
]);
static CHANGE: Shape = Shape::Percent {
    least: 1,
    most: 1000,
};
