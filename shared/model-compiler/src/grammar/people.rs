use super::{
    concerned::{LABEL, WAS},
    leavers::LEAVERS,
    shape::{Form, Keys, Names, Rest, Shape, each, may, must, words},
};
use crate::yaml::scalars::Clock;

pub(super) static FILE: Shape = words(&[
    must("calendars", &CALENDARS, "working hours and holidays"),
    must("teams", &TEAMS, "teams and their leads"),
    must("people", &PEOPLE, "everybody"),
    may("pools", &POOLS, "who takes turns"),
    may("queues", &QUEUES, "which teams take records themselves"),
    may("pairs", &PAIRS, "who works together with whom"),
    may("away", &AWAY, "what follows where somebody is away"),
    may(
        "leavers",
        &LEAVERS,
        "what becomes, from the day on which somebody has `left`, of the open records that are theirs, by kind; \
         they stay theirs if left out",
    ),
    may(
        "decision_rights",
        &RIGHTS,
        "who may decide what does not follow from the model; each is named by what it is needed for",
    ),
]);

static CALENDARS: Shape = each(Keys::New("a calendar"), &CALENDAR);
static CALENDAR: Shape = words(&[
    must("time_zone", &Shape::Zone, "the zone of its hours"),
    must("hours", &HOURS, "the hours of each day of the week"),
    may(
        "on_dates",
        &ON_DATES,
        "dates whose hours replace those of the weekday",
    ),
    may(
        "holidays",
        &HOLIDAYS,
        "an iCalendar file below this folder, or a region whose public holidays are known",
    ),
]);
static HOLIDAYS: Shape = Shape::ByForm {
    value: Some(&Shape::HolidayFile),
    list: None,
    mapping: Some(&REGION),
};
static REGION: Shape = words(&[must(
    "region",
    &Shape::Region,
    "a country or a part of one, by its code: \"DE\", \"DE-BY\", \"US-CA\"",
)]);
static HOURS: Shape = each(Keys::Days, &INTERVALS);
static ON_DATES: Shape = each(Keys::Dates, &Shape::MaybeEmpty(&Shape::Hours));
static INTERVALS: Shape = Shape::List(&Shape::Hours);

static TEAMS: Shape = each(Keys::New("a team"), &TEAM);
static TEAM: Shape = words(&[
    must("lead", &PERSON, "who leads it"),
    must("calendar", &CALENDAR_NAME, "the calendar of its members"),
]);
static PERSON: Shape = Shape::Phrase(&[Form::Name(Names::Person)]);
static CALENDAR_NAME: Shape = Shape::Phrase(&[Form::Name(Names::Calendar)]);

static PEOPLE: Shape = each(Keys::New("a person"), &SOMEONE);
static SOMEONE: Shape = words(&[
    must("name", &Shape::Text, "their name"),
    may("title", &Shape::Text, "what they are in the company"),
    must("email", &Shape::Email, "where their mail goes"),
    may(
        "team",
        &Shape::Phrase(&[Form::Name(Names::Team)]),
        "their team",
    ),
    may("reports_to", &PERSON, "their manager"),
    may(
        "calendar",
        &CALENDAR_NAME,
        "their calendar, if it is not their team's",
    ),
    may("crm", &CRM, "their id in each source"),
    may(
        "capacity",
        &CAPACITY,
        "how much they can take, where a pool asks for `under_capacity`; without limit if left out",
    ),
    may(
        "starts",
        &Shape::Day,
        "the first day on which they are there; before it no pool gives them anything",
    ),
    may(
        "ramp",
        &Shape::List(&RAMP),
        "how much of their weight counts in each month from `starts` on; the last is 100%",
    ),
    may(
        "left",
        &Shape::Day,
        "the first day, where they are, on which they are not there any more: from then on they get nothing, \
         and what was meant for them goes to whom they report to",
    ),
    may(
        "certified",
        &Shape::List(&CERTIFICATION),
        "what they are certified for; a pool may ask for it",
    ),
]);
static RAMP: Shape = Shape::Percent {
    least: 0,
    most: 100,
};
static CERTIFICATION: Shape = Shape::Phrase(&[Form::Name(Names::Certification)]);
static CAPACITY: Shape = words(&[
    may(
        "open_leads",
        &COUNT,
        "how many open leads at a time, over all pools and however they came",
    ),
    may(
        "per_day",
        &COUNT,
        "how many new leads for one working day of theirs",
    ),
    may(
        "per_week",
        &COUNT,
        "how many new leads for the working days of one week, Monday to Sunday",
    ),
]);
static COUNT: Shape = Shape::Whole {
    least: 1,
    most: 100_000,
};
static CRM: Shape = Shape::Mapping {
    words: &[],
    rest: Some(Rest {
        keys: Keys::Known(Names::Source),
        shape: &Shape::Text,
        needed: true,
    }),
};

static AWAY: Shape = words(&[must(
    "named_by_rule",
    &NAMED_BY_RULE,
    "who gets a record in place of a person whom a rule names and who is away; without `away`, they all \
     the same",
)]);
static NAMED_BY_RULE: Shape = Shape::Phrase(&[
    Form::Word(
        "cover",
        "who covers for them (`fairlead away anna --cover ben`), else their manager",
    ),
    Form::Word("manager", "their manager, or who is there above them"),
    Form::Word("wait", "nobody: it waits until they are back"),
]);

static QUEUES: Shape = each(Keys::New("a queue"), &QUEUE);
static QUEUE: Shape = words(&[
    LABEL,
    must(
        "members",
        &MEMBERS,
        "the team whose people take from it, each by becoming the record's owner in the CRM",
    ),
    must(
        "up_to",
        &Shape::Amount(Clock::Any),
        "how long a record stays in it at most, by the calendar of that team",
    ),
    must(
        "finally",
        &LAST,
        "who gets a record that nobody has taken by then",
    ),
]);
static MEMBERS: Shape = Shape::Phrase(&[Form::With("team", Names::Team)]);
static LAST: Shape = Shape::Phrase(&[
    Form::With("pool", Names::Pool),
    Form::With("ask", Names::Person),
]);

static PAIRS: Shape = each(Keys::New("pairs"), &PARTNERS);
/// Of each person their partner.
static PARTNERS: Shape = each(Keys::Known(Names::Person), &PERSON);

static POOLS: Shape = each(Keys::New("a pool"), &POOL);
static POOL: Shape = words(&[
    LABEL,
    WAS,
    must(
        "weights",
        &WEIGHTS,
        "how much each member gets, in proportion",
    ),
    may(
        "eligible",
        &Shape::List(&ELIGIBLE),
        "what a member must be to get a record now",
    ),
    may(
        "nobody_working",
        &NOBODY,
        "who gets a record when nobody is working who could get it; next_to_start if left out",
    ),
    may(
        "all_away",
        &ALL_AWAY,
        "who gets a record when all members are away, have not started or have left; first_back if left out",
    ),
    may(
        "all_full",
        &ALL_FULL,
        "who gets a record when no member who is there has capacity left; needed with `under_capacity`",
    ),
    may(
        "turn",
        &TURN,
        "what uses a turn, such as a meeting that is booked; the assignment itself if left out",
    ),
]);
static TURN: Shape = words(&[
    must(
        "used_when",
        &Shape::Condition,
        "what must hold of the record once the time is over; where that is not known, the turn stays used",
    ),
    must(
        "held_for",
        &Shape::Amount(Clock::Wall),
        "how long it counts as taken; then it is given back to whoever had it, who keeps the record",
    ),
]);
static ALL_FULL: Shape = Shape::Phrase(&[
    Form::Word(
        "everyone",
        "all members go on taking turns, beyond their capacity",
    ),
    Form::With("ask", Names::Person),
]);
static WEIGHTS: Shape = each(
    Keys::Known(Names::Person),
    &Shape::Whole {
        least: 1,
        most: 1000,
    },
);
static ELIGIBLE: Shape = Shape::ByForm {
    value: Some(&STANDING),
    list: None,
    mapping: Some(&ASKED),
};
static ASKED: Shape = words(&[must(
    "certified",
    &CERTIFICATION,
    "they are certified for this",
)]);
static STANDING: Shape = Shape::Phrase(&[
    Form::Word(
        "working_now",
        "it is within their working hours, and they are not away",
    ),
    Form::Word(
        "not_away",
        "they are not away (`fairlead away` says who is)",
    ),
    Form::Word("under_capacity", "they have less than they can take"),
]);
static NOBODY: Shape = Shape::Phrase(&[
    Form::Word(
        "next_to_start",
        "the member whose working time starts first",
    ),
    Form::Word("everyone", "all members"),
    Form::With("ask", Names::Person),
]);
static ALL_AWAY: Shape = Shape::Phrase(&[
    Form::Word("first_back", "the member who is back first"),
    Form::With("ask", Names::Person),
]);

static RIGHTS: Shape = each(Keys::New("a decision right"), &RIGHT);
static RIGHT: Shape = words(&[
    must("people", &Shape::List(&PERSON), "who has it"),
    may("never", &NEVER, "where it does not hold"),
]);
static NEVER: Shape = Shape::Phrase(&[Form::Word(
    "own_records",
    "not for records that they own themselves",
)]);
