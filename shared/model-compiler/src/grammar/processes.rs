use crm::FieldType;

use super::{
    clocks,
    concerned::{KIND, LABEL_IN_CRM, RECIPIENT, TEAM},
    follows, hand_off,
    routing::{self, STAGE_NAME},
    shape::{Form, Keys, Names, Rest, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;

pub(super) static FILE: Shape = words(&[
    must(
        "lifecycles",
        &LIFECYCLES,
        "the journeys of each kind of record; where a kind has one only, it is called as the kind",
    ),
    may(
        "before_routing",
        &routing::BEFORE,
        "what routing waits for, because it usually comes a moment after the record",
    ),
    may(
        "duplicates",
        &DUPLICATES,
        "by what a second open record of the same person is known; it joins the first, whose owner gets it",
    ),
    may(
        "routing",
        &routing::RULES,
        "who gets a record; the first rule that holds wins",
    ),
    may(
        "reroute",
        &routing::AGAIN,
        "what routes a record again that was routed; the first line that fits decides",
    ),
    may("clocks", &clocks::CLOCKS, "how long something may take"),
]);

static DUPLICATES: Shape = each(Keys::Kinds, &SAME);
static SAME: Shape = words(&[must(
    "same",
    &Shape::Phrase(&[Form::Field(FieldType::Text)]),
    "the field that holds the same in both, such as a mail address; large and small letters are alike",
)]);
static LIFECYCLES: Shape = each(Keys::New("a journey"), &LIFECYCLE);
static LIFECYCLE: Shape = words(&[
    may(
        "of",
        &KIND,
        "the kind of record whose journey it is; left out where the journey is called as its kind",
    ),
    may(
        "pipeline",
        &Shape::Text,
        "the pipeline whose records are on it, as the kind's field `pipeline` holds it; records of a pipeline \
         that no journey names are not judged",
    ),
    may(
        "when",
        &Shape::Condition,
        "which records of the kind are on it, in place of a pipeline; no two journeys of a kind may hold of one \
         record",
    ),
    must(
        "gate",
        &GATE,
        "what a gate does with a move that does not meet it",
    ),
    may(
        "corridor",
        &CORRIDOR,
        "the longest time from creation to close, by segment",
    ),
    must("stages", &STAGES, "the stages, in order"),
    may(
        "when_turned_back",
        &WHEN_TURNED_BACK,
        "what follows a move that was turned back",
    ),
]);
static GATE: Shape = Shape::Phrase(&[
    Form::Word("observe", "record it, tell nobody"),
    Form::Word("warn", "tell the owner, leave the move"),
    Form::Word("turn_back", "restore the stage before"),
]);
static CORRIDOR: Shape = each(Keys::Known(Names::Segment), &Shape::Amount(Clock::Wall));
static STAGES: Shape = Shape::Mapping {
    words: &[],
    // That there is one is `stages`' own check.
    rest: Some(Rest {
        keys: Keys::New("a stage"),
        shape: &STAGE,
        needed: false,
    }),
};
static STAGE: Shape = words(&[
    LABEL_IN_CRM,
    may("team", &TEAM, "the team that works records in it"),
    may(
        "may_move_to",
        &Shape::MaybeEmpty(&STAGE_NAME),
        "the stages a record may go to from here",
    ),
    may("enter", &ENTER, "what a record needs before it may enter"),
    may(
        "leave",
        &LEAVE,
        "what a record needs before it may go on from here to a stage further down",
    ),
    may(
        "upon_entering",
        &follows::FOLLOWS,
        "what follows when a record has entered it, once each time",
    ),
    may(
        "upon_leaving",
        &follows::FOLLOWS,
        "what follows when a record has left it, once each time",
    ),
    may("stay", &STAY, "how long a record may stay"),
    may(
        "hand_off",
        &hand_off::HAND_OFF,
        "how a record that enters is handed to another team, which accepts or refuses it in time; its clock is \
         called by the stage: `won.hand_off`",
    ),
    may("closes", &Shape::YesNo, "whether the journey ends here"),
    may(
        "creates",
        &CREATES,
        "the record that follows when this stage is entered, created once",
    ),
]);
static CREATES: Shape = words(&[
    must(
        "journey",
        &Shape::Phrase(&[Form::Name(Names::Journey)]),
        "the journey on which it begins, at its first stage; in technology.yaml a field of its kind is `unique`, \
         by which it is found again",
    ),
    may(
        "copy",
        &Shape::List(&Shape::Text),
        "the fields that it takes over from the record at hand, under the same name, such as `owner` and `account`",
    ),
    may(
        "set",
        &GIVEN,
        "what other fields of it hold: a value, `today`, or a field of the record at hand or its account",
    ),
]);
static GIVEN: Shape = each(
    Keys::New("a field of the record that follows"),
    &Shape::Setting,
);
static ENTER: Shape = each(Keys::New("a criterion"), &Shape::Condition);
static LEAVE: Shape = Shape::Mapping {
    words: &[may(
        "unless_to",
        &Shape::List(&STAGE_NAME),
        "the stages further down to which it may go without these, such as the one of lost deals",
    )],
    rest: Some(Rest {
        keys: Keys::New("a criterion"),
        shape: &Shape::Condition,
        needed: true,
    }),
};
static STAY: Shape = words(&[
    may(
        "at_least",
        &clocks::BUDGET,
        "the shortest stay, the same for all or by a table; the gate lets nothing go on before",
    ),
    may(
        "at_most",
        &clocks::BUDGET,
        "the longest stay, the same for all or by a table, which a deviation can be past",
    ),
    may(
        "calendar",
        &Shape::Phrase(&[Form::Name(Names::Calendar)]),
        "whose hours count where a stay is in business time; needed there",
    ),
]);
static WHEN_TURNED_BACK: Shape = words(&[
    may(
        "stage",
        &BACK_TO,
        "the stage to which it is restored; the previous if left out",
    ),
    may(
        "task",
        &Shape::Text,
        "the heading of the task that names the unmet criteria",
    ),
    may("tell", &Shape::List(&RECIPIENT), "who is told"),
    may(
        "at_most",
        &Shape::Rate,
        "how often moves of one person are turned back or warned of; those beyond are held, and whoever made \
         them and the operators are asked once",
    ),
    may(
        "rounds",
        &Shape::Whole { least: 1, most: 20 },
        "how often in a row the same move of one record is turned back; the next is held, and whoever made it \
         and the operators are asked",
    ),
    may(
        "right",
        &Shape::Phrase(&[Form::Name(Names::Right)]),
        "the decision right it takes to answer for what is held, with `fairlead holds`; anybody if left out",
    ),
]);
static BACK_TO: Shape = Shape::Phrase(&[Form::Word("previous", "where it stood before the move")]);
