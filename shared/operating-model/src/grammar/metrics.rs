use super::Form;
use super::{Keys, Names, Shape, each, may, must, words};

pub(super) static FILE: Shape =
    words(&[must("metrics", &METRICS, "the numbers the company watches")]);

static METRICS: Shape = each(Keys::New("a metric"), &METRIC);
static METRIC: Shape = words(&[
    must("owner", &PERSON, "who answers for it"),
    must("of", &Shape::Text, "what it is a portion of, in words"),
    may("portion", &Shape::Text, "what counts, in words"),
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
