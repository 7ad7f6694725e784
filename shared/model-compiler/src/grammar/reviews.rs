use super::{
    concerned::RIGHT,
    recurrence::EVERY,
    shape::{Form, Keys, Names, Shape, each, may, must, words},
};

pub(super) static REVIEWS: Shape = each(Keys::New("a review"), &REVIEW);
static REVIEW: Shape = words(&[
    must(
        "every",
        &EVERY,
        "on which days; where that is no working day of the chair, the next one that is",
    ),
    must(
        "at",
        &Shape::Time,
        "at what time of day the pack goes out, where the chair is",
    ),
    must("chair", &PERSON, "who leads it"),
    must(
        "attends",
        &Shape::List(&ATTENDS),
        "who is in it beside the chair, and gets the pack",
    ),
    must(
        "agenda",
        &Shape::List(&ITEM),
        "what is prepared for it, in order",
    ),
    may(
        "metrics",
        &Shape::List(&METRIC),
        "which metrics, in order; those with a floor or a target, if left out",
    ),
    may(
        "decides",
        &Shape::List(&RIGHT),
        "the decision rights that are used in it: who has one records what was decided, with `fairlead review NAME \
         --decide`; if left out, whoever is in it",
    ),
]);
static PERSON: Shape = Shape::Phrase(&[Form::Name(Names::Person)]);
static METRIC: Shape = Shape::Phrase(&[Form::Name(Names::Metric)]);
static ATTENDS: Shape =
    Shape::Phrase(&[Form::With("team", Names::Team), Form::Name(Names::Person)]);
static ITEM: Shape = Shape::Phrase(&[
    Form::Word(
        "actions",
        "what somebody is to do, with owner and due date, until it is done",
    ),
    Form::Word("decisions", "what was decided since the last pack"),
    Form::Word(
        "metrics",
        "each with its value, interval, trend, floor and target",
    ),
    Form::Word(
        "deviations",
        "which have opened and which are resolved since the last pack",
    ),
    Form::Word(
        "exceptions",
        "which were granted since the last pack, and count still",
    ),
    Form::Word(
        "changes",
        "what the model defines otherwise than at the last pack",
    ),
]);
