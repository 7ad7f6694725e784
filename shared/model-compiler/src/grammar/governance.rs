use super::{
    approvals,
    concerned::{KIND, LABEL, RECIPIENT, RIGHT},
    follows,
    recurrence::EVERY,
    reviews,
    shape::{Form, Keys, Names, Shape, each, may, must, words},
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
        "how a record is excused from criteria or deviations for a time, with `fairlead exception` or by the link in a mail",
    ),
    may(
        "approvals",
        &approvals::APPROVALS,
        "what somebody has to approve, asked for by a gate's criterion as `approval.NAME: given`",
    ),
    may("digests", &DIGESTS, "the mails people get"),
    may(
        "reviews",
        &reviews::REVIEWS,
        "meetings that decide: everybody in one gets its pack on its day, by mail",
    ),
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
static REASON: Shape = Shape::Phrase(&[
    Form::Word("required", "without one it is not granted"),
    Form::Word("optional", "one may be given"),
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
