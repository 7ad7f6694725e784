use contracts::{
    EventData, ExceptionAnswered, ExceptionAsked, ExceptionGranted, state::ExceptionEnd,
};
use testkit::history::november as at;

use super::{ben, name, said};

#[test]
fn what_became_of_an_exception() {
    let ended = |how| EventData::ExceptionEnded {
        exception: name("3f9a2c71"),
        how,
    };
    let answered = |until| {
        EventData::ExceptionAnswered(ExceptionAnswered {
            of: [name("sql.budget")].into(),
            by: ben(),
            asked_by: crm::PersonId::new("anna"),
            until,
            reason: name("it is well known"),
        })
    };
    for (data, words) in [
        (
            EventData::ExceptionAsked(ExceptionAsked {
                of: [name("sql.budget"), name("sql.need")].into(),
                by: crm::PersonId::new("anna"),
                reason: name("they decide in December"),
            }),
            "anna asks to except it from sql.budget, sql.need: they decide in December",
        ),
        (
            answered(Some(at("25T08:00:00"))),
            "ben says to except it from sql.budget until 08:00: it is well known",
        ),
        (
            answered(None),
            "ben says not to except it from sql.budget: it is well known",
        ),
        (
            EventData::ExceptionGranted(ExceptionGranted {
                exception: name("3f9a2c71"),
                by: ben(),
                of: [name("sql.budget")].into(),
                until: at("25T08:00:00"),
            }),
            "ben excepted it from sql.budget until 08:00 (exception 3f9a2c71)",
        ),
        (
            EventData::ExceptionUsed {
                exception: name("3f9a2c71"),
                of: name("sql.budget"),
            },
            "exception 3f9a2c71 was used: from sql.budget",
        ),
        (
            ended(ExceptionEnd::TimeOver),
            "exception 3f9a2c71 ended: its time is over",
        ),
        (
            ended(ExceptionEnd::EndedBy(ben())),
            "exception 3f9a2c71 was ended by ben",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}
