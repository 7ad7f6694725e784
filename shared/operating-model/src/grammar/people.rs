use super::{Form, Keys, Names, Rest, Shape, each, may, must, words};

pub(super) static FILE: Shape = words(&[
    must("calendars", &CALENDARS, "working hours and holidays"),
    must("teams", &TEAMS, "teams and their leads"),
    must("people", &PEOPLE, "everybody"),
    may("pools", &POOLS, "who takes turns"),
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
        &Shape::HolidayFile,
        "an iCalendar file below this folder",
    ),
]);
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
]);
static CRM: Shape = Shape::Mapping {
    words: &[],
    rest: Some(Rest {
        keys: Keys::Known(Names::Source),
        shape: &Shape::Text,
        needed: true,
    }),
};

static POOLS: Shape = each(Keys::New("a pool"), &POOL);
static POOL: Shape = words(&[
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
        "who gets a record when nobody is working; next_to_start if left out",
    ),
    may(
        "all_away",
        &ALL_AWAY,
        "who gets a record when all members are away, with `not_away`; first_back if left out",
    ),
]);
static WEIGHTS: Shape = each(
    Keys::Known(Names::Person),
    &Shape::Whole {
        least: 1,
        most: 1000,
    },
);
static ELIGIBLE: Shape = Shape::Phrase(&[
    Form::Word(
        "working_now",
        "it is within their working hours, and they are not away",
    ),
    Form::Word(
        "not_away",
        "they are not away (`fairlead away` says who is)",
    ),
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
