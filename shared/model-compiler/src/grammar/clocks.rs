//! How long something may take: what starts and meets a clock, its budget, and what follows.

use crm::FieldType;

use super::{
    concerned::{KIND, LABEL, RECIPIENT, WAS},
    routing::{FINALLY, STAGE_NAME},
    shape::{Form, Keys, Names, Rest, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;

pub(super) static CLOCKS: Shape = each(Keys::New("a clock"), &CLOCK);
static CLOCK: Shape = words(&[
    LABEL,
    WAS,
    must("record", &KIND, "of which kind of record"),
    may(
        "when",
        &Shape::Condition,
        "which records have it, judged when something starts it; where it is unknown then, it does not \
         start, and that is said; all have it if left out",
    ),
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
    may(
        "budget_changes",
        &BUDGET_CHANGES,
        "what becomes of a run when the field changes by which `within` goes; from_start if left out",
    ),
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
static EVENT: Shape = Shape::Phrase(&[
    Form::Word("lead.routed", "the lead has got an owner"),
    Form::Word("opportunity.routed", "the opportunity has got an owner"),
    Form::Word("activity.logged", "a contact with the customer was logged"),
    Form::Word(
        "stage.entered",
        "the record has entered a stage, and its gate let it stand there",
    ),
    Form::Word(
        "stage.left",
        "the record has left a stage, and its gate let it go",
    ),
    Form::Word("field.changed", "a field holds something else"),
]);
static START: Shape = words(&[
    may("upon", &START_EVENT, "the event"),
    may(
        "on",
        &DATE,
        "in place of `upon`: a field with a date, on whose day it starts; a day that is past when it is first \
         seen starts it from that day, another day moves it, and none cancels it",
    ),
    may(
        "at",
        &Shape::Time,
        "with `on`, at which time of that day, in the company's zone",
    ),
    may(
        "stage",
        &STAGE_NAME,
        "with `upon: stage.entered` or `stage.left`, which stage",
    ),
    may(
        "field",
        &CHANGED,
        "with `upon: field.changed`, which field of the record or its account",
    ),
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
static DATE: Shape = Shape::Phrase(&[Form::Field(FieldType::Date)]);
static CHANGED: Shape = Shape::Phrase(&[Form::Fact]);
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
    Form::Word(
        "stage.entered",
        "the record has entered a stage, and its gate let it stand there; every time a new run, in place \
         of one that is open",
    ),
    Form::Word(
        "stage.left",
        "the record has left a stage, and its gate let it go; every time a new run",
    ),
    Form::Word(
        "field.changed",
        "a field holds something else; every time a new run",
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
    may(
        "any",
        &Shape::List(&ONE_MEET),
        "in place of the other words: several of what they say, of which the first that happens meets it",
    ),
    may("upon", &EVENT, "the event"),
    may("stage", &STAGE_NAME, MET_AT),
    may("field", &CHANGED, MET_BY_FIELD),
    may("kind", &KINDS, OF_KIND),
    may("by", &BY_OWNER, MET_BY),
    may("times", &TIMES, OFTEN),
    may("on_days", &TIMES, ON_DAYS),
]);
static ONE_MEET: Shape = words(&[
    must("upon", &EVENT, "the event"),
    may("stage", &STAGE_NAME, MET_AT),
    may("field", &CHANGED, MET_BY_FIELD),
    may("kind", &KINDS, OF_KIND),
    may("by", &BY_OWNER, MET_BY),
    may("times", &TIMES, OFTEN),
    may("on_days", &TIMES, ON_DAYS),
]);
const MET_AT: &str = "with `upon: stage.entered` or `stage.left`, which stage; if left out, with \
                      `stage.left`, that whose entering starts the clock";
const MET_BY_FIELD: &str = "with `upon: field.changed`, which field of the record or its account";
const MET_BY: &str = "whose doing counts, of contacts and of stages; anyone's if left out, and where the CRM \
                      does not say whose it was";
const OF_KIND: &str = "of which kinds it must be, of what the CRM has logged; a contact of whatever kind if left \
                       out. One of which the CRM does not tell the kind meets no clock that asks for one, and that is \
                       said";
pub(super) static KINDS: Shape = Shape::List(&ACTIVITY);
static ACTIVITY: Shape = Shape::Phrase(&[
    Form::Word("call", "a call"),
    Form::Word(
        "meeting",
        "a meeting, once its time has come, that was not cancelled or missed",
    ),
    Form::Word("email", "a mail of ours"),
    Form::Word(
        "note",
        "something that was written down; no contact with the customer",
    ),
    Form::Word("task", "a task that was done; no contact with the customer"),
]);
const OFTEN: &str = "how often a contact must be logged; once if left out";
const ON_DAYS: &str = "on how many different days there must be contacts, by the company's zone; on any if \
                       left out";
static TIMES: Shape = Shape::Whole {
    least: 1,
    most: 100,
};
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
pub(super) static BUDGET: Shape = Shape::ByForm {
    value: Some(&Shape::Amount(Clock::Any)),
    list: None,
    mapping: Some(&TABLE),
};
static TABLE: Shape = Shape::Mapping {
    words: &[
        must(
            "by",
            &Shape::Phrase(&[Form::Field(FieldType::OneOf), Form::Field(FieldType::Text)]),
            "the field whose value decides",
        ),
        may(
            "otherwise",
            &Shape::Amount(Clock::Any),
            "how long for every value that has no line",
        ),
        may(
            "unknown",
            &Shape::Amount(Clock::Any),
            "how long where the field has no value; needed unless it always has one, as a segment, a \
             territory and a `first_match` have",
        ),
    ],
    rest: Some(Rest {
        keys: Keys::Values,
        shape: &Shape::Amount(Clock::Any),
        needed: true,
    }),
};
static BUDGET_CHANGES: Shape = Shape::Phrase(&[
    Form::Word(
        "from_start",
        "the new budget counts from the start, so that what was used is used",
    ),
    Form::Word("from_now", "the whole new budget counts from the change"),
    Form::Word("keep", "it goes on with the budget that it started with"),
]);
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
