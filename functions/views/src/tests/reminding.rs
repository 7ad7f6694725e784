//! What a digest reminds of is answered behind a link: done, later, or not theirs.

use contracts::{
    ExceptionAsked, Reminder, ReminderAnswer, ReminderAnswered, Resting, state::DeviationsState,
};
use testkit::opportunity;

use super::{answers::id, *};

pub(super) fn idle() -> Reminder {
    Reminder::Deviation {
        name: "no_contact".to_owned(),
        since: at("2026-11-20T08:00:00Z"),
    }
}

/// A deal of anna's that nobody has called about, and what was answered of it.
pub(super) async fn forgotten(resting: Vec<Resting>) -> Tested {
    let tested = Tested::new().await;
    let deal = opportunity("5", at(NOW)).owner("anna");
    let deal = deal
        .text("name", "Acme rollout")
        .stage("discovery", at(NOW));
    keep(&tested.store, deal.build()).await;
    let state = DeviationsState {
        resting,
        ..deviating("no_contact", Severity::Medium, at("2026-11-20T08:00:00Z"))
    };
    put(&tested.store, Key::deviations(&id()), &state).await;
    tested
}

pub(super) fn said_done() -> Resting {
    Resting {
        of: idle(),
        by: PersonId::new("anna"),
        answer: ReminderAnswer::Done,
        at: at("2026-11-22T09:00:00Z"),
        until: at("2026-11-24T09:00:00Z"),
    }
}

impl Tested {
    pub(super) async fn reminds(&self, person: &str, of: Reminder) -> String {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::Remind {
                of: BTreeSet::from([of]),
            };
        };
        self.link(change).await
    }

    fn said(&self) -> Vec<EventData> {
        self.bus.took().into_iter().map(|it| it.data).collect()
    }
}

fn answered(answer: ReminderAnswer) -> EventData {
    EventData::ReminderAnswered(ReminderAnswered {
        of: BTreeSet::from([idle()]),
        by: PersonId::new("anna"),
        answer,
    })
}

#[tokio::test]
async fn who_is_reminded_snoozes_it_until_a_day_with_a_reason() {
    let tested = forgotten(Vec::new()).await;
    let link = tested.reminds("anna", idle()).await;
    let page = tested.get(&link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body.contains("min=\"2026-11-24\" max=\"2026-12-23\""),
        "{}",
        page.body
    );
    assert_eq!(tested.said(), [], "to look at it answers nothing");
    for wrong in [
        "answer=ask&reason=",
        "answer=back",
        "answer=until&until=2026-11-30&reason=",
        "answer=until&until=2026-11-23&reason=x",
        "answer=until&until=2027-01-30&reason=x",
    ] {
        let page = tested.post(&link, wrong).await;
        assert!(
            (400..500).contains(&page.status),
            "{wrong}: {}",
            page.status
        );
    }
    let page = tested
        .post(
            &link,
            "answer=until&until=2026-11-30&reason=their+board+meets",
        )
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body.contains("comes again on that day"),
        "{}",
        page.body
    );
    // Midnight in Berlin, before any digest of that day.
    let until = at("2026-11-29T23:00:00Z");
    let reason = "their board meets".to_owned();
    let expected = answered(ReminderAnswer::Snoozed { until, reason });
    assert_eq!(tested.said(), [expected]);
}

#[tokio::test]
async fn who_is_reminded_asks_that_it_be_excused() {
    let tested = forgotten(Vec::new()).await;
    let link = tested.reminds("anna", idle()).await;
    let page = tested.get(&link).await;
    // Those of the model who may grant it, and are not away.
    let words = "Why Carla Reyes or Jonas Brandt or Maya Ortiz should excuse it for a time";
    assert!(page.body.contains(words), "{}", page.body);
    let page = tested
        .post(&link, "answer=ask&reason=they+decide+in+December")
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("whoever may decide"), "{}", page.body);
    let expected = EventData::ExceptionAsked(ExceptionAsked {
        of: BTreeSet::from(["no_contact".to_owned()]),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    });
    assert_eq!(tested.said(), [expected]);
    // What is over is asked for no more, and of a clock nobody is excused.
    for of in [
        Reminder::Deviation {
            name: "no_contact".to_owned(),
            since: at("2026-11-01T08:00:00Z"),
        },
        Reminder::Clock {
            name: "first_response".to_owned(),
            instance: 1,
        },
    ] {
        let link = tested.reminds("anna", of).await;
        let page = tested.get(&link).await;
        assert!(!page.body.contains("exception"), "{}", page.body);
        assert!(!page.body.contains("<form"), "{}", page.body);
    }
}

#[tokio::test]
async fn what_is_done_is_read_in_the_crm_again() {
    let tested = forgotten(Vec::new()).await;
    let link = tested.reminds("anna", idle()).await;
    assert_eq!(tested.post(&link, "answer=yes").await.status, 200);
    let said = tested.said();
    assert_eq!(said[0], answered(ReminderAnswer::Done));
    assert!(matches!(said[1], EventData::RecordNoticed { .. }));
    assert_eq!(said.len(), 2);
    let page = tested
        .post(&link, "answer=no&reason=a+partner+has+it")
        .await;
    assert!(page.body.contains("manager"), "{}", page.body);
    let reason = "a partner has it".to_owned();
    let expected = answered(ReminderAnswer::NotMine { reason });
    assert_eq!(tested.said()[2..], [expected]);
}

#[tokio::test]
async fn what_is_over_and_what_is_not_theirs_cannot_be_answered() {
    let tested = forgotten(Vec::new()).await;
    let before = Reminder::Deviation {
        name: "no_contact".to_owned(),
        since: at("2026-11-01T08:00:00Z"),
    };
    let link = tested.reminds("anna", before).await;
    let page = tested.get(&link).await;
    assert!(page.body.contains("open any more"), "{}", page.body);
    assert!(!page.body.contains("<form"), "{}", page.body);
    // Ben gets no digest in which it stands; jonas leads anna's team.
    let page = tested.get(&tested.reminds("ben", idle()).await).await;
    assert_eq!(page.status, 403);
    let page = tested.get(&tested.reminds("jonas", idle()).await).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn who_opens_it_again_sees_what_was_said() {
    let tested = forgotten(vec![said_done()]).await;
    let page = tested.get(&tested.reminds("jonas", idle()).await).await;
    let words = "has said on Sun 22 Nov 2026, 10:00 CET that it is done; the CRM does not show it";
    assert!(page.body.contains(words), "{}", page.body);
}
