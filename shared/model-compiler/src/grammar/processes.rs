use crm::FieldType;

use super::{
    follows::{self, RECIPIENT},
    routing::{self, FINALLY, STAGE_NAME},
    shape::{Form, Keys, Names, Rest, Shape, each, may, must, planned, words},
};
use crate::yaml::scalars::Clock;

pub(super) static FILE: Shape = words(&[
    must(
        "lifecycles",
        &LIFECYCLES,
        "the journey of each kind of record",
    ),
    may(
        "before_routing",
        &routing::BEFORE,
        "what routing waits for, because it usually comes a moment after the record",
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
    may("clocks", &CLOCKS, "how long something may take"),
]);

static LIFECYCLES: Shape = each(Keys::Kinds, &LIFECYCLE);
static LIFECYCLE: Shape = words(&[
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
    planned(
        "hand_off",
        &HAND_OFF,
        "how the record is handed to another team here",
    ),
    may("closes", &Shape::YesNo, "whether the journey ends here"),
    planned(
        "creates",
        &KIND,
        "the kind of record whose journey begins when this one ends",
    ),
]);
static HAND_OFF: Shape = words(&[
    may(
        "to",
        &TEAM,
        "the team that takes over; the stage's if left out",
    ),
    must("accept_by", &ACCEPTED, "what shows that it was accepted"),
    must(
        "within",
        &Shape::Amount(Clock::Any),
        "how long they have, by the calendar of that team",
    ),
    must("otherwise", &NOT_ACCEPTED, "what follows if it was not"),
]);
static ACCEPTED: Shape = Shape::Phrase(&[
    Form::Word(
        "activity.logged",
        "a contact with the customer was logged by one of the team",
    ),
    Form::Word("handoff.accepted", "one of the team said so in the CRM"),
]);
static NOT_ACCEPTED: Shape =
    Shape::Phrase(&[Form::With("ask", Names::Person), Form::Name(Names::Stage)]);
static TEAM: Shape = Shape::Phrase(&[Form::Name(Names::Team)]);
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
        &Shape::Amount(Clock::Wall),
        "the shortest stay; the gate lets nothing go on before",
    ),
    may(
        "at_most",
        &Shape::Amount(Clock::Wall),
        "the longest stay, which a deviation can be past",
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
    planned(
        "at_most",
        &Shape::Rate,
        "how often before Fairlead stops turning back and asks the operators",
    ),
]);
static BACK_TO: Shape = Shape::Phrase(&[Form::Word("previous", "where it stood before the move")]);

static CLOCKS: Shape = each(Keys::New("a clock"), &CLOCK);
static CLOCK: Shape = words(&[
    must("record", &KIND, "of which kind of record"),
    must("start", &START, "what starts it"),
    must("meet", &MEET, "what meets it"),
    may("pause", &PAUSE, "when it stands still"),
    may(
        "owner_changes",
        &OWNER_CHANGES,
        "what becomes of a run when the owner changes; restart if left out",
    ),
    may(
        "reopen",
        &REOPEN,
        "what happens when a closed record is opened again; nothing if left out",
    ),
    must("within", &BUDGET, "how long it may run"),
    must("calendar", &CALENDAR, "whose working hours count"),
    may(
        "warn_at",
        &Shape::Percent { least: 1, most: 99 },
        "the part of the budget after which the owner is warned",
    ),
    must(
        "when_late",
        &Shape::List(&LATE),
        "what happens from the due time on, in order",
    ),
]);
/// A kind of record that has a lifecycle or could have one.
pub(super) static KIND: Shape = Shape::Phrase(&[Form::Name(Names::Kind)]);
static EVENT: Shape = Shape::Phrase(&[
    Form::Word("lead.routed", "the lead has got an owner"),
    Form::Word("opportunity.routed", "the opportunity has got an owner"),
    Form::Word("activity.logged", "a contact with the customer was logged"),
]);
static START: Shape = words(&[
    must("upon", &START_EVENT, "the event"),
    may(
        "clock",
        &CLOCK_NAME,
        "the clock whose being met starts this one, with `upon: clock.met`",
    ),
    may(
        "counts_from",
        &COUNTS_FROM,
        "with `upon: customer.replied`, from which message, first_unanswered if left out; with `upon: \
         lead.routed` or `opportunity.routed`, since when the first run counts, routed if left out",
    ),
]);
static START_EVENT: Shape = Shape::Phrase(&[
    Form::Word("lead.routed", "the lead has got an owner"),
    Form::Word("opportunity.routed", "the opportunity has got an owner"),
    Form::Word(
        "activity.logged",
        "the first contact with the customer was logged",
    ),
    Form::Word("clock.met", "another clock of the record was met"),
    Form::Word(
        "customer.replied",
        "the customer wrote; each message that finds none open starts a run",
    ),
]);
static COUNTS_FROM: Shape = Shape::Phrase(&[
    Form::Word(
        "first_unanswered",
        "the first message that was not answered: so long has the customer been waiting",
    ),
    Form::Word("latest", "the latest message: each starts a new run"),
    Form::Word("created", "since the record was created"),
    Form::Word("routed", "since it got an owner"),
    Form::Field(FieldType::Timestamp),
]);
static CLOCK_NAME: Shape = Shape::Phrase(&[Form::Name(Names::Clock)]);
static MEET: Shape = words(&[
    must("upon", &EVENT, "the event"),
    may("by", &BY_OWNER, "whose doing counts; anyone's if left out"),
    may(
        "times",
        &Shape::Whole {
            least: 1,
            most: 100,
        },
        "how often it must happen; once if left out",
    ),
]);
static PAUSE: Shape = words(&[
    may(
        "while",
        &Shape::Condition,
        "what holds as long as it stands still",
    ),
    may(
        "owner_away",
        &Shape::YesNo,
        "whether it stands still while the owner is away; if left out, yes with `calendar: owner`, \
         else no",
    ),
]);
static OWNER_CHANGES: Shape = Shape::Phrase(&[
    Form::Word("keep", "it goes on, as the new owner's"),
    Form::Word("restart", "a new run starts for the new owner"),
]);
static REOPEN: Shape = Shape::Phrase(&[
    Form::Word("resume", "the run goes on with the time that was left"),
    Form::Word("new", "a new run starts"),
]);
static BY_OWNER: Shape = Shape::Phrase(&[Form::Word("owner", "only the owner's own doing")]);
static BUDGET: Shape = Shape::ByForm {
    value: Some(&Shape::Amount(Clock::Any)),
    list: None,
    mapping: Some(&TABLE),
};
static TABLE: Shape = Shape::Mapping {
    words: &[must(
        "by",
        &Shape::Phrase(&[Form::Field(FieldType::OneOf)]),
        "the field whose value decides",
    )],
    rest: Some(Rest {
        keys: Keys::Amounts,
        shape: &Shape::Amount(Clock::Any),
        needed: true,
    }),
};
static CALENDAR: Shape = Shape::ByForm {
    value: Some(&Shape::Phrase(&[
        Form::Word("owner", "the record's owner"),
        Form::Word("team", "the owner's team"),
        Form::Name(Names::Calendar),
    ])),
    list: None,
    mapping: Some(&CALENDARS),
};
static CALENDARS: Shape = Shape::Mapping {
    words: &[
        must(
            "by",
            &Shape::Phrase(&[Form::Field(FieldType::OneOf), Form::Field(FieldType::Text)]),
            "the field whose value decides, for example the customer's country",
        ),
        may(
            "otherwise",
            &CALENDAR_NAME,
            "the calendar for every value that has no line",
        ),
        must(
            "unknown",
            &CALENDAR_NAME,
            "the calendar for records of which the field has no value",
        ),
    ],
    rest: Some(Rest {
        keys: Keys::Values,
        shape: &CALENDAR_NAME,
        needed: true,
    }),
};
static CALENDAR_NAME: Shape = Shape::Phrase(&[Form::Name(Names::Calendar)]);
static LATE: Shape = words(&[
    may(
        "after",
        &Shape::Amount(Clock::Any),
        "how long after the due time; at once if left out",
    ),
    may(
        "after_previous",
        &Shape::Amount(Clock::Any),
        "how long after the step before",
    ),
    may("tell", &RECIPIENT, "who is told"),
    may(
        "within",
        &WITHIN,
        "when they may be told; at any hour if left out",
    ),
    may(
        "move_to",
        &STAGE_NAME,
        "the stage the record is then moved to",
    ),
    may(
        "reassign",
        &REASSIGN,
        "who gets the record in place of the owner who let the clock run out",
    ),
    may(
        "at_most",
        &Shape::Whole {
            least: 1,
            most: 100,
        },
        "how often one record is reassigned, counted over all its clocks",
    ),
    may(
        "finally",
        &FINALLY,
        "who gets the record when that often was not enough, or nobody else is left",
    ),
]);
static REASSIGN: Shape = Shape::Phrase(&[Form::Word(
    "same_pool",
    "another member of the pool it came from, in turn",
)]);
static WITHIN: Shape = Shape::Phrase(&[Form::Word(
    "working_time",
    "not before it is working time where they are",
)]);
