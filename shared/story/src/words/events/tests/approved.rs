use contracts::{
    ApprovalAnswered, ApprovalAsked, ApprovalLapsed, ApprovalSettled, EventData, HeldAnswered,
    state::HoldAnswer,
};
use testkit::history::{anna, november as at};

use super::{ben, name, said};

#[test]
fn what_became_of_an_approval() {
    let settled = |reason: Option<&str>| ApprovalSettled {
        approval: name("discount"),
        run: 1,
        by: ben(),
        reason: reason.map(name),
    };
    let asked = |of: Vec<crm::PersonId>, due| {
        EventData::ApprovalAsked(ApprovalAsked {
            approval: name("discount"),
            run: 1,
            right: name("approve_discount"),
            of: of.into_iter().collect(),
            due,
        })
    };
    for (data, words) in [
        (
            asked(vec![anna(), ben()], Some(at("25T08:00:00"))),
            "approval discount asked of anna and ben, by 08:00",
        ),
        (
            asked(Vec::new(), None),
            "approval discount asked of nobody, since nobody is left who may",
        ),
        (
            EventData::ApprovalAnswered(ApprovalAnswered {
                approval: name("discount"),
                run: 1,
                by: ben(),
                given: false,
                reason: Some(name("the margin is gone")),
            }),
            "ben says no to discount: the margin is gone",
        ),
        (
            EventData::HoldAnswered(HeldAnswered {
                of: anna(),
                by: ben(),
                answer: HoldAnswer::TurnBack,
            }),
            "ben says that what is held of anna is to be turned back",
        ),
        (
            EventData::ApprovalGiven(settled(None)),
            "ben gave the approval discount",
        ),
        (
            EventData::ApprovalRefused(settled(Some("the margin is gone"))),
            "ben refused the approval discount: the margin is gone",
        ),
        (
            EventData::ApprovalLapsed(ApprovalLapsed {
                approval: name("discount"),
                run: 1,
            }),
            "approval discount counts no more",
        ),
    ] {
        assert_eq!(said(&data), words);
    }
}
