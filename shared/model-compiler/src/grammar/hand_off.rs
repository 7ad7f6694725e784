//! How a record passes to another team at a stage.

use crate::yaml::scalars::Clock;

use super::{
    concerned::TEAM,
    shape::{Form, Names, Shape, Word, may, must, words},
};

/// What once were words of a hand-off, and are no misspelt ones.
const FORMER: [&str; 2] = ["accept_by", "otherwise"];

/// Whether, where these words stand, a text once was a word beside them.
pub(crate) fn is_former(words: &[Word], text: &str) -> bool {
    FORMER.contains(&text) && words.iter().any(|word| word.key == CARRIES)
}

const CARRIES: &str = "carries";
pub(super) static HAND_OFF: Shape = words(&[
    may(
        "to",
        &TEAM,
        "the team that takes over; the stage's if left out",
    ),
    may(
        "when",
        &Shape::Condition,
        "which records are handed over, judged when they enter the stage; where it is unknown then, they are; all are if \
         left out",
    ),
    may(
        CARRIES,
        &Shape::List(&FACT),
        "the facts that go along, of the record or its account; the gate asks for each of them, as the criterion \
         `carried`",
    ),
    may(
        "accept",
        &ACCEPT,
        "what shows that they took it over, besides that one of them says so with `fairlead hand-off`",
    ),
    must(
        "within",
        &Shape::Amount(Clock::Any),
        "how long they have, by the calendar of that team",
    ),
    must("finally", &FINALLY, "what follows when that time is up"),
    may(
        "refused",
        &REFUSED,
        "what follows when one of them refuses it, which takes a reason; what `finally` says if left out",
    ),
]);
static FACT: Shape = Shape::Phrase(&[Form::Fact]);
static ACCEPT: Shape = words(&[
    must("upon", &UPON, "what happens"),
    may(
        "kind",
        &super::clocks::KINDS,
        "of which kinds it must be, of what the CRM has logged; a contact of whatever kind if left out",
    ),
]);
static UPON: Shape = Shape::Phrase(&[Form::Word(
    "activity.logged",
    "a contact with the customer was logged by one of that team; by anybody where the CRM does not say who",
)]);
static FINALLY: Shape = Shape::Phrase(&[
    Form::Word("ask manager", "the manager of whoever was to take it over"),
    Form::With("ask", Names::Person),
    Form::With("move_to", Names::Stage),
]);
static REFUSED: Shape = words(&[must(
    "move_to",
    &super::routing::STAGE_NAME,
    "the stage to which it moves, if its gate lets it",
)]);
