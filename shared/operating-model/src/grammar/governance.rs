use super::processes::{KIND, RECIPIENT};
use super::{Clock, Form, Keys, Names, Shape, each, may, must, words};

pub(super) static FILE: Shape = words(&[
    may(
        "deviations",
        &DEVIATIONS,
        "what counts as a deviation of an open record",
    ),
    may("responses", &RESPONSES, "how a deviation is answered"),
    may("digests", &DIGESTS, "the mails people get"),
]);

static DEVIATIONS: Shape = each(Keys::New("a deviation"), &DEVIATION);
static DEVIATION: Shape = words(&[
    must("record", &KIND, "of which kind of record"),
    must("when", &Shape::Condition, "when there is one"),
    must("severity", &SEVERITY, "how bad it is"),
    must(
        "respond",
        &Shape::Phrase(&[Form::Name(Names::Response)]),
        "the response",
    ),
]);
static SEVERITY: Shape = Shape::Phrase(&[
    Form::Word("high", "to be answered first"),
    Form::Word("medium", "to be answered"),
    Form::Word("low", "to be known"),
]);

static RESPONSES: Shape = each(Keys::New("a response"), &RESPONSE);
static RESPONSE: Shape = words(&[
    may("by", &RECIPIENT, "who answers it, unless the name says so"),
    must(
        "resolve_within",
        &Shape::Amount(Clock::Any),
        "how long they have",
    ),
    must("escalate_to", &RECIPIENT, "who hears of it after that"),
]);

static DIGESTS: Shape = each(Keys::New("a digest"), &DIGEST);
static DIGEST: Shape = words(&[
    must("to", &AUDIENCE, "who gets it"),
    must("shows", &SCOPE, "whose work it shows"),
    must("parts", &Shape::List(&PART), "what it has in it, in order"),
    must("every", &EVERY, "on which days"),
    must(
        "at",
        &Shape::Time,
        "at what time of day, where the recipient is",
    ),
    may(
        "when_empty",
        &WHEN_EMPTY,
        "what happens when there is nothing to say; it is sent if left out",
    ),
]);
static AUDIENCE: Shape = Shape::ByForm {
    value: Some(&Shape::Phrase(&[
        Form::Word("owners", "everyone who is in a pool or owns something open"),
        Form::Word("team_leads", "the lead of each team"),
        Form::With("team", Names::Team),
    ])),
    list: Some(&Shape::List(&Shape::Phrase(&[Form::Name(Names::Person)]))),
    mapping: None,
};
static SCOPE: Shape = Shape::Phrase(&[
    Form::Word("own", "the recipient's own"),
    Form::Word(
        "team",
        "that of the teams which the recipient leads, and their own",
    ),
    Form::Word("company", "everyone's"),
]);
static PART: Shape = Shape::Phrase(&[
    Form::Word("late_clocks", "clocks that were not met in time"),
    Form::Word("deviations", "open deviations"),
    Form::Word("due_today", "clocks that fall due today"),
]);
static EVERY: Shape = Shape::Phrase(&[
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
]);
static WHEN_EMPTY: Shape = Shape::Phrase(&[
    Form::Word("skip", "it is left out"),
    Form::Word("send", "it is sent all the same"),
]);
