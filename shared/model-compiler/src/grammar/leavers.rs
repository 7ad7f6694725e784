//! What becomes of the records of somebody who has left.

use super::shape::{Form, Keys, Names, Shape, each};

pub(super) static LEAVERS: Shape = each(Keys::Kinds, &THEN);
static THEN: Shape = Shape::Phrase(&[
    Form::Word(
        "reroute",
        "each is routed again by the rules, and the turn that it cost is given back; where nobody can have \
         it, their manager is asked",
    ),
    Form::Word(
        "ask manager",
        "their manager is asked whose each is to be, by one mail that lists them",
    ),
    Form::With("ask", Names::Person),
]);
