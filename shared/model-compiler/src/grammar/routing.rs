//! What comes before routing, the rules, and what routes again.

use crm::FieldType;

use super::{
    concerned::{LABEL, WAS},
    shape::{Form, Keys, Names, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;

pub(super) static BEFORE: Shape = each(Keys::Kinds, &WAIT);
static WAIT: Shape = words(&[
    may(
        "wait_for",
        &Shape::List(&FACT),
        "the facts; waited for where a rule above the one that holds is unknown without them",
    ),
    may(
        "up_to",
        &Shape::Amount(Clock::Wall),
        "with `wait_for`: how long after the record's creation; then it is decided with what is known",
    ),
    may(
        "must_be_filled",
        &Shape::List(&FACT),
        "the fields that must have a value before any rule decides, whichever rule that is",
    ),
    may(
        "until_then",
        &Shape::Phrase(&[Form::With("queue", Names::Queue)]),
        "with `must_be_filled`: the queue in which the record is while one of them has none; with its own `up_to` and \
         `finally`. It is routed as soon as all are filled in",
    ),
]);
static FACT: Shape = Shape::Phrase(&[Form::Fact]);
pub(super) static RULES: Shape = each(Keys::Kinds, &Shape::List(&RULE));
static RULE: Shape = words(&[
    must("rule", &Shape::Text, "the rule's name"),
    LABEL,
    WAS,
    must("when", &Shape::Catch, "when it applies"),
    must("to", &DESTINATION, "who then gets the record"),
    may(
        "into",
        &Shape::Phrase(&[Form::Field(FieldType::Person)]),
        "the field that says whose it is, for its clocks and mails too; the same in all rules of a kind, \
         `owner` if left out",
    ),
    may(
        "move_to",
        &STAGE_NAME,
        "the stage the record is then moved to",
    ),
]);
static DESTINATION: Shape = Shape::ByForm {
    value: Some(&ONE),
    list: None,
    mapping: Some(&LOOKED_UP),
};
static LOOKED_UP: Shape = words(&[
    may(
        "table",
        &Shape::Phrase(&[Form::Name(Names::Table)]),
        "with `by` and `no_row`: the person in a row of this table",
    ),
    may("by", &FACT, "the field whose value tells the row"),
    may(
        "no_row",
        &Shape::Phrase(&[Form::Word("next_rule", "the next rule decides")]),
        "what follows where the table has no such row, or the field no value",
    ),
    may(
        "partner_of",
        &Shape::Phrase(&[Form::Field(FieldType::Person)]),
        "with `in` and `none`: who works together with the person in this field",
    ),
    may(
        "in",
        &Shape::Phrase(&[Form::Name(Names::Pairs)]),
        "which pairs are asked",
    ),
    may(
        "none",
        &Shape::Phrase(&[Form::Word("next_rule", "the next rule decides")]),
        "what follows where nobody is paired with them, or the field has no value",
    ),
]);
static ONE: Shape = Shape::Phrase(&[
    Form::Word("nobody", "no owner, on purpose"),
    Form::With("pool", Names::Pool),
    Form::With("queue", Names::Queue),
    Form::Field(FieldType::Person),
    Form::Name(Names::Person),
]);

pub(super) static AGAIN: Shape = each(Keys::Kinds, &Shape::List(&LINE));
static LINE: Shape = words(&[
    must("upon", &EDGE, "the edge; a state that lasts is none"),
    may(
        "stage",
        &STAGE_NAME,
        "with `upon: stage.entered`, which stage",
    ),
    may(
        "field",
        &FACT,
        "with `upon: field.changed`, which field of the record or its account",
    ),
    may(
        "while",
        &Shape::Condition,
        "what must hold besides; what is unknown does not",
    ),
    may(
        "to",
        &ANOTHER,
        "who then gets the record; whom the routing rules name if left out",
    ),
    may(
        "not_within",
        &Shape::Amount(Clock::Wall),
        "how long it stays with its owner at least, whatever happens",
    ),
    may(
        "also_by_hand",
        &Shape::YesNo,
        "whether it is also taken from an owner whom a person named in the CRM; no if left out",
    ),
    may(
        "at_most",
        &Shape::Often,
        "how often one record is routed again within which time, upon whichever edge",
    ),
    may(
        "finally",
        &FINALLY,
        "who gets the record once more when that often was not enough, and keeps it so long",
    ),
]);
static EDGE: Shape = Shape::Phrase(&[
    Form::Word("owner.removed", "the CRM names no owner any more"),
    Form::Word(
        "stage.entered",
        "it has entered a stage from another, and its gate let it stand there",
    ),
    Form::Word("field.changed", "a field holds something else"),
]);
static ANOTHER: Shape = Shape::Phrase(&[
    Form::With("pool", Names::Pool),
    Form::Field(FieldType::Person),
    Form::Name(Names::Person),
]);

pub(super) static STAGE_NAME: Shape = Shape::Phrase(&[Form::Name(Names::Stage)]);

/// Who comes last.
pub(super) static FINALLY: Shape = Shape::Phrase(&[
    Form::Word("ask manager", "the manager of the last owner"),
    Form::With("ask", Names::Person),
]);
