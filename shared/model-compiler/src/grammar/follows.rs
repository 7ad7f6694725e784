//! What follows by itself: upon entering and leaving a stage, and when a deviation lasts.

use super::{
    concerned::RECIPIENT,
    routing::STAGE_NAME,
    shape::{Form, Keys, Rest, Shape, may, words},
};
use crate::yaml::scalars::Clock;

pub(super) static FOLLOWS: Shape = Shape::List(&FOLLOW);
static FOLLOW: Shape = words(&[
    may(
        "when",
        &Shape::Condition,
        "when it follows; always if left out",
    ),
    may("tell", &TELL, "who is told"),
    may("set", &SET, SET_SAYS),
    may("over", &Shape::YesNo, OVER_SAYS),
]);

pub(super) static ACTS: Shape = Shape::Phrase(&[
    Form::Word("observe", "record what a step would have done"),
    Form::Word(
        "warn",
        "tell the owner, and those whom the step tells, what it would have done",
    ),
    Form::Word("act", "do it"),
]);
pub(super) static STEPS: Shape = Shape::List(&STEP);
static STEP: Shape = words(&[
    may(
        "after",
        &Shape::Amount(Clock::Wall),
        "how long after the deviation was opened; at once if left out",
    ),
    may(
        "after_previous",
        &Shape::Amount(Clock::Wall),
        "how long after the step before",
    ),
    may("tell", &TELL, "who is told"),
    may(
        "move_to",
        &STAGE_NAME,
        "the stage the record is then moved to, if its gate lets it",
    ),
    may("set", &SET, SET_SAYS),
    may("over", &Shape::YesNo, OVER_SAYS),
]);

const SET_SAYS: &str = "fields of the record and what they are set to; with a move it is one write";
const OVER_SAYS: &str = "whether `set` replaces a value; if left out, only an empty field is set";

static TELL: Shape = Shape::List(&RECIPIENT);
static SET: Shape = Shape::Mapping {
    words: &[],
    rest: Some(Rest {
        keys: Keys::Set,
        shape: &Shape::Setting,
        needed: true,
    }),
};
