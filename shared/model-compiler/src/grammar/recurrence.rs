use super::shape::{Form, Shape};

/// On which days something happens.
pub(super) static EVERY: Shape = Shape::Phrase(&[
    Form::Word(
        "working_day",
        "each working day of the recipient's calendar",
    ),
    Form::Word("monday", "each Monday"),
    Form::Word("tuesday", "each Tuesday"),
    Form::Word("wednesday", "each Wednesday"),
    Form::Word("thursday", "each Thursday"),
    Form::Word("friday", "each Friday"),
    Form::Word("saturday", "each Saturday"),
    Form::Word("sunday", "each Sunday"),
    Form::Word("first monday", "the first Monday of each month"),
    Form::Word(
        "first monday of quarter",
        "the first Monday of each quarter",
    ),
    Form::Word("first tuesday", "the first Tuesday of each month"),
    Form::Word(
        "first tuesday of quarter",
        "the first Tuesday of each quarter",
    ),
    Form::Word("first wednesday", "the first Wednesday of each month"),
    Form::Word(
        "first wednesday of quarter",
        "the first Wednesday of each quarter",
    ),
    Form::Word("first thursday", "the first Thursday of each month"),
    Form::Word(
        "first thursday of quarter",
        "the first Thursday of each quarter",
    ),
    Form::Word("first friday", "the first Friday of each month"),
    Form::Word(
        "first friday of quarter",
        "the first Friday of each quarter",
    ),
    Form::Word("first saturday", "the first Saturday of each month"),
    Form::Word(
        "first saturday of quarter",
        "the first Saturday of each quarter",
    ),
    Form::Word("first sunday", "the first Sunday of each month"),
    Form::Word(
        "first sunday of quarter",
        "the first Sunday of each quarter",
    ),
]);
