//! What somebody has to approve of a record before a gate lets it pass.

use crm::FieldType;

use super::{
    concerned::{KIND, LABEL},
    shape::{Form, Keys, Names, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;

pub(super) static APPROVALS: Shape = each(Keys::New("an approval"), &APPROVAL);
static APPROVAL: Shape = words(&[
    LABEL,
    must(
        "record",
        &KIND,
        "of which kind of record: one whose gates or deviations ask for it, or `account` with `of_change`",
    ),
    must(
        "when",
        &Shape::Condition,
        "which records need it; of those of which this does not hold it counts as given, and where it is unknown the \
         approval is",
    ),
    must(
        "by",
        &Shape::List(&APPROVER),
        "who answers: of these the first whose limit is not exceeded; never the record's owner",
    ),
    must(
        "needs",
        &NEEDS,
        "how many of those who are asked have to give it; one refusal refuses it",
    ),
    must(
        "binds",
        &Shape::List(&BOUND),
        "the fields of the record itself for whose values it is given, and not its stage; those of `when` and `of_field` \
         are among them; one that holds something else lapses it",
    ),
    may(
        "of_change",
        &BOUND,
        "the field of an account of which a change from one value to another stands only with it, one of `binds`; refused, \
         what stood there is put back. Where it is left out, a gate or a deviation asks for the approval",
    ),
    may(
        "within",
        &Shape::Amount(Clock::Any),
        "how long they have, by the calendar of the first who is asked; with `finally`",
    ),
    may(
        "finally",
        &FINALLY,
        "who is asked besides when that time is up; somebody who is not asked from the start, and who needs no right",
    ),
]);
static APPROVER: Shape = words(&[
    may(
        "up_to",
        &Shape::Number,
        "what they may approve at the most; whatever it is if left out, as at the last",
    ),
    may("of_field", &MEASURED, "of which field; with `up_to`"),
    must("right", &RIGHT, "the decision right that it takes"),
]);
static MEASURED: Shape = Shape::Phrase(&[Form::Field(FieldType::Number)]);
static RIGHT: Shape = Shape::Phrase(&[Form::Name(Names::Right)]);
static NEEDS: Shape = Shape::Phrase(&[
    Form::Word("one", "one is enough"),
    Form::Word("all", "everybody who is asked"),
]);
static BOUND: Shape = Shape::Phrase(&[Form::Fact]);
static FINALLY: Shape = Shape::Phrase(&[Form::With("ask", Names::Person)]);
