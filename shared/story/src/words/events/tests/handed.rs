//! Records that pass to another team.

use contracts::{EventData, HandOffAccepted, HandOffAnswered, HandOffMade, HandOffRefused};
use testkit::history::{anna, november as at};

use super::{ben, name, said};

#[test]
fn what_becomes_of_what_is_handed_over() {
    let (clock, instance) = (|| name("won.hand_off"), 1);
    let reason = || name("no kick-off date");
    let made = |from| {
        EventData::HandOffMade(HandOffMade {
            clock: clock(),
            instance,
            stage: name("won"),
            team: name("customer_success"),
            from,
            to: ben(),
            due: at("25T10:00:00"),
        })
    };
    let answered = |refused| {
        EventData::HandOffAnswered(HandOffAnswered {
            clock: clock(),
            instance,
            by: ben(),
            refused,
        })
    };
    let accepted = |by| {
        EventData::HandOffAccepted(HandOffAccepted {
            clock: clock(),
            instance,
            by,
        })
    };
    let refused = EventData::HandOffRefused(HandOffRefused {
        clock: clock(),
        instance,
        by: ben(),
        reason: reason(),
    });
    for (data, words) in [
        (
            made(Some(anna())),
            "handed to customer_success by anna: ben is to take it over by 10:00",
        ),
        (
            made(None),
            "handed to customer_success: ben is to take it over by 10:00",
        ),
        (answered(None), "ben says that it is taken over"),
        (
            answered(Some(reason())),
            "ben says that it is not taken over: no kick-off date",
        ),
        (accepted(Some(ben())), "ben has taken it over"),
        (accepted(None), "the other team has taken it over"),
        (refused, "ben refused to take it over: no kick-off date"),
    ] {
        assert_eq!(said(&data), words);
    }
}
