use super::{
    approvals,
    concerned::{KIND, LABEL, RECIPIENT},
    follows,
    shape::{Form, Keys, Names, Shape, each, may, must, planned, words},
};
use crate::yaml::scalars::Clock;

pub(super) static FILE: Shape = words(&[
    may(
        "deviations",
        &DEVIATIONS,
        "what counts as a deviation of an open record",
    ),
    may(
        "enforcement",
        &ENFORCEMENT,
        "from when on the model is enforced; always if left out",
    ),
    may("responses", &RESPONSES, "how a deviation is answered"),
    may(
        "exceptions",
        &EXCEPTIONS,
        "how a record is excused from criteria or deviations for a time, with `fairlead exception`",
    ),
    may(
        "approvals",
        &approvals::APPROVALS,
        "what somebody has to approve, asked for by a gate's criterion as `approval.NAME: given`",
    ),
    may("digests", &DIGESTS, "the mails people get"),
    planned("reviews", &REVIEWS, "meetings that decide, and on what"),
]);

static ENFORCEMENT: Shape = words(&[must(
    "observe_until",
    &Shape::Day,
    "the last day, where the company is, of a shadow month: until then gates and steps only observe, nobody is \
     given a record, and nothing is written into the CRM; what would have been written is recorded, and \
     `fairlead readiness` counts it",
)]);

static DEVIATIONS: Shape = each(Keys::New("a deviation"), &DEVIATION);
static DEVIATION: Shape = words(&[
    LABEL,
    must("record", &KIND, "of which kind of record"),
    must("when", &Shape::Condition, "when there is one"),
    must("severity", &SEVERITY, "how bad it is"),
    must(
        "respond",
        &Shape::Phrase(&[Form::Name(Names::Response)]),
        "the response",
    ),
    may(
        "acts",
        &follows::ACTS,
        "what becomes of its steps; needed with them",
    ),
    may(
        "steps",
        &follows::STEPS,
        "what follows when it lasts, in order; each once an opening, and only while it is open",
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

static EXCEPTIONS: Shape = words(&[
    must("right", &RIGHT, "the decision right it takes to grant one"),
    must(
        "at_most",
        &Shape::Amount(Clock::Wall),
        "how long one may last; it then ends by itself",
    ),
    must("reason", &REASON, "whether a reason must be given"),
]);
static RIGHT: Shape = Shape::Phrase(&[Form::Name(Names::Right)]);
static REASON: Shape = Shape::Phrase(&[
    Form::Word("required", "without one it is not granted"),
    Form::Word("optional", "one may be given"),
]);

static REVIEWS: Shape = each(Keys::New("a review"), &REVIEW);
static REVIEW: Shape = words(&[
    must("every", &EVERY, "on which days"),
    must(
        "at",
        &Shape::Time,
        "at what time of day, where the chair is",
    ),
    must("chair", &CHAIR, "who leads it"),
    may(
        "decides",
        &Shape::List(&RIGHT),
        "the decision rights that are used in it",
    ),
    must(
        "parts",
        &Shape::List(&REVIEW_PART),
        "what is prepared for it, in order",
    ),
    may(
        "actions",
        &ACTIONS,
        "what becomes of actions that are still open at the next one; carried if left out",
    ),
]);
static CHAIR: Shape = Shape::Phrase(&[Form::Name(Names::Person)]);
static ACTIONS: Shape = Shape::Phrase(&[
    Form::Word("carried", "they are on the list again"),
    Form::Word("closed", "they are closed"),
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
    Form::Word(
        "all",
        "everyone's; whoever gets it runs Fairlead, and is told its commands",
    ),
]);
static PART: Shape = Shape::Phrase(&[
    Form::Word("late_clocks", "clocks that were not met in time"),
    Form::Word("deviations", "open deviations"),
    Form::Word("due_today", "clocks that fall due today"),
    Form::Word(
        "adherence",
        "how the metrics stand against their floors and targets, as they are counted live",
    ),
    Form::Planned("conversion", "how many records go on from each stage"),
    Form::Word(
        "exceptions",
        "exceptions that are granted, and when they end",
    ),
    Form::Word("deviations_by_team", "open deviations, counted by team"),
    Form::Word(
        "load",
        "how many open leads each person with a capacity has in hand",
    ),
    Form::Planned("unrouted", "records that wait for an owner"),
    Form::Planned(
        "quarantine",
        "messages of the CRM that could not be understood",
    ),
    Form::Planned("drift", "records whose copy differs from the CRM"),
    Form::Planned("failures", "what could not be done"),
    Form::Planned(
        "unrecognised_sources",
        "spellings that no channel of source_tags has",
    ),
    Form::Planned(
        "cannot_be_judged",
        "deviations that cannot be judged for want of a value",
    ),
]);
static REVIEW_PART: Shape = Shape::Phrase(&[
    Form::Planned("late_clocks", "clocks that were not met in time"),
    Form::Planned("deviations", "open deviations"),
    Form::Planned("adherence", "how the metrics stand against their floors"),
    Form::Planned("conversion", "how many records go on from each stage"),
    Form::Planned(
        "exceptions",
        "exceptions that are granted, and when they end",
    ),
    Form::Planned("deviations_by_team", "open deviations, counted by team"),
    Form::Planned("load", "how much each person has in hand"),
    Form::Planned("unrouted", "records that wait for an owner"),
    Form::Planned(
        "quarantine",
        "messages of the CRM that could not be understood",
    ),
    Form::Planned("drift", "records whose copy differs from the CRM"),
    Form::Planned("failures", "what could not be done"),
    Form::Planned(
        "unrecognised_sources",
        "spellings that no channel of source_tags has",
    ),
    Form::Planned(
        "cannot_be_judged",
        "deviations that cannot be judged for want of a value",
    ),
    Form::Planned("velocity", "how fast records go through their stages"),
    Form::Planned(
        "leverage",
        "what each step brings in, for the work it takes",
    ),
    Form::Planned("segments", "how the segments do"),
    Form::Planned("targets", "what was aimed at, and what came of it"),
    Form::Planned("process_changes", "what changed in the operating model"),
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
static WHEN_EMPTY: Shape = Shape::Phrase(&[
    Form::Word("skip", "it is left out"),
    Form::Word("send", "it is sent all the same"),
]);

#[cfg(test)]
mod tests {
    use model::Part;

    use super::*;

    #[test]
    fn what_is_not_enforced_yet_is_what_no_digest_shows() {
        let Shape::Phrase(forms) = &PART else {
            unreachable!("a part is a word")
        };
        for part in Part::ALL {
            let shown = forms.iter().any(|form| match form {
                Form::Word(word, _) => *word == part.word(),
                _ => false,
            });
            assert_eq!(shown, part.is_shown(), "{}", part.word());
        }
    }
}
