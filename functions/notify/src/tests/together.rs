//! Notices that one person gets within minutes go in one mail.

use contracts::{
    EventId,
    state::{RoutingState, RoutingStatus},
};
use engine::Clock as _;
use model::GateMode;

use super::*;

const WINDOW: SignedDuration = SignedDuration::from_mins(2);

fn gathering() -> Tested {
    notify().together_within(WINDOW)
}

/// A notice to Anna about one of her deals.
fn turned_back(number: u32) -> Event {
    about(
        &format!("opportunity:{number}"),
        Notice::GateNotMet {
            from: "discovery".to_owned(),
            to: "proposal".to_owned(),
            unmet: vec!["Fill in the budget.".to_owned()],
            mode: GateMode::TurnBack,
        },
    )
}

fn about(record: &str, notice: Notice) -> Event {
    let mut event = noticed(&record_id(record), "anna", notice);
    event.id = EventId::of(&["notice", record]);
    event
}

fn assigned(record: &str, respond_by: &str) -> Event {
    let notice = Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: Some(at(respond_by)),
    };
    about(record, notice)
}

impl Tested {
    async fn later(&self, by: SignedDuration) {
        self.table.clock.set(self.table.clock.now() + by);
    }

    /// Delivers it as it stands; how long it is to wait, if it has not ended.
    async fn given(&self, event: &Event) -> Option<SignedDuration> {
        match self.handle(event, self.table.clock.now()).await {
            Ok(()) => None,
            Err(Failure::Waits { wait, .. }) => Some(wait.try_into().unwrap()),
            Err(other) => panic!("{other}"),
        }
    }

    async fn result(&self, event: &Event) -> (EffectStatus, String) {
        let effect = self.effect_of(event).await;
        (effect.status, effect.result)
    }
}

#[tokio::test]
async fn the_first_goes_at_once_and_the_rest_in_one_mail() {
    let tested = gathering();
    let events: Vec<Event> = (1..=5).map(turned_back).collect();
    assert_eq!(tested.given(&events[0]).await, None);
    tested.later(SignedDuration::from_secs(20)).await;
    assert_eq!(
        tested.given(&events[1]).await,
        Some(SignedDuration::from_secs(100))
    );
    for event in &events[2..] {
        assert_eq!(tested.given(event).await, None);
        // It is delivered once more.
        assert_eq!(tested.given(event).await, None);
    }
    assert_eq!(tested.mails().len(), 1);
    // The one that waits comes before its time.
    assert_eq!(
        tested.given(&events[1]).await,
        Some(SignedDuration::from_secs(100))
    );
    tested.later(SignedDuration::from_secs(100)).await;
    assert_eq!(tested.given(&events[1]).await, None);
    let mails = tested.mails();
    assert_eq!(mails.len(), 2);
    let ids = |events: &[Event]| events.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(mails[0].tells, ids(&events[..1]));
    let (mut told, mut all) = (mails[1].tells.clone(), ids(&events[1..]));
    told.sort();
    all.sort();
    assert_eq!(told, all);
    assert_eq!(
        mails[1].subject,
        "Turned back to discovery: opportunity 2, and 3 more"
    );
    for number in 2..=5 {
        let named = format!("== Turned back to discovery: opportunity {number}");
        assert!(mails[1].text.contains(&named), "{}", mails[1].text);
    }
    let (status, result) = tested.result(&events[1]).await;
    assert_eq!(status, EffectStatus::Done);
    assert_eq!(
        result,
        "gate not met: mail to anna sent, with 3 more notices"
    );
    let other = tested.effect_of(&events[4]).await;
    assert_eq!(other.with.as_ref(), Some(&events[1].id));
    assert_eq!(
        other.result,
        "gate not met: told to anna in one mail with others"
    );
    // Whoever is at it again says it once.
    assert_eq!(tested.given(&events[1]).await, None);
    assert_eq!(tested.mails().len(), 2);
}

#[tokio::test]
async fn three_hundred_are_two_mails() {
    let tested = gathering();
    let events: Vec<Event> = (0..300).map(turned_back).collect();
    let mut waiting = Vec::new();
    for event in &events {
        if tested.given(event).await.is_some() {
            waiting.push(event);
        }
    }
    assert_eq!(waiting.len(), 1);
    tested.later(WINDOW).await;
    assert_eq!(tested.given(waiting[0]).await, None);
    let mails = tested.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].tells.len(), 299);
    assert!(mails[1].text.contains("and 199 more"), "{}", mails[1].text);
    // What comes after it waits for its own window.
    let next = turned_back(900);
    assert_eq!(tested.given(&next).await, Some(WINDOW));
}

#[tokio::test]
async fn what_is_to_be_answered_soon_waits_a_tenth_of_that_at_most() {
    let tested = gathering();
    assert_eq!(tested.given(&turned_back(1)).await, None);
    // Five minutes are left: half a minute.
    let soon = assigned("lead:1", "2026-11-22T11:05:00Z");
    assert_eq!(
        tested.given(&soon).await,
        Some(SignedDuration::from_secs(30))
    );
    // What could wait for longer goes with it; what cannot wait so long goes by itself.
    assert_eq!(tested.given(&turned_back(2)).await, None);
    let now = assigned("lead:2", "2026-11-22T11:01:00Z");
    assert_eq!(tested.given(&now).await, None);
    let mails = tested.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].tells, [now.id]);
    tested.later(SignedDuration::from_secs(30)).await;
    assert_eq!(tested.given(&soon).await, None);
    assert_eq!(tested.mails()[2].tells.len(), 2);
}

#[tokio::test]
async fn what_is_not_so_any_more_is_left_out_of_the_mail() {
    let tested = gathering();
    let owned = |owner: &str| RoutingState {
        owner: Some(PersonId::new(owner)),
        status: RoutingStatus::Routed,
        ..RoutingState::waiting("dach", at(NOW))
    };
    let key = |number: u32| Key::routing(&record_id(&format!("lead:{number}")));
    for number in [1, 2, 3] {
        tested.keep(key(number), &owned("anna"), None).await;
    }
    let leads: Vec<Event> = (1..=3)
        .map(|number| assigned(&format!("lead:{number}"), "2026-11-23T11:00:00Z"))
        .collect();
    assert_eq!(tested.given(&turned_back(1)).await, None);
    assert_eq!(tested.given(&leads[0]).await, Some(WINDOW));
    assert_eq!(tested.given(&leads[1]).await, None);
    assert_eq!(tested.given(&leads[2]).await, None);
    // The one that waits and one of the others become somebody else's.
    for number in [1, 2] {
        let put =
            put_state::<_, RoutingState>(key(number), &owned("ben"), None, Indexes::default());
        let put = store::Put {
            guard: store::Guard::Version(1),
            ..put
        };
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        tested.table.store.commit(transaction).await.unwrap();
    }
    tested.later(WINDOW).await;
    assert_eq!(tested.given(&leads[0]).await, None);
    let mails = tested.mails();
    assert_eq!(mails[1].tells, [leads[2].id.clone()]);
    assert_eq!(mails[1].subject, "New lead: lead 3");
    let gone = "it is ben's by now, and not anna's";
    assert_eq!(
        tested.result(&leads[1]).await,
        (EffectStatus::Skipped, gone.to_owned())
    );
    let (status, result) = tested.result(&leads[0]).await;
    assert_eq!(status, EffectStatus::Skipped);
    assert!(result.starts_with(gone), "{result}");
    assert!(
        result.ends_with("told to anna in one mail, 1 in number"),
        "{result}"
    );
}

#[tokio::test]
async fn a_mail_that_was_not_taken_is_tried_again_with_all_that_goes_with_it() {
    let tested = gathering();
    let events: Vec<Event> = (1..=3).map(turned_back).collect();
    for event in &events {
        tested.given(event).await;
    }
    tested.later(WINDOW).await;
    let throttled = MailError::Unavailable("slow down".to_owned());
    tested.mail.refusals.lock().unwrap().push(throttled);
    let first = tested.handle(&events[1], tested.table.clock.now()).await;
    assert!(matches!(first, Err(Failure::Everybody { .. })), "{first:?}");
    assert_eq!(tested.given(&events[1]).await, None);
    assert_eq!(tested.mails()[1].tells.len(), 2);
}

#[tokio::test]
async fn whoever_waits_for_others_and_is_not_seen_again_holds_nobody_up() {
    let tested = gathering();
    let events: Vec<Event> = (1..=5).map(turned_back).collect();
    for event in &events[..3] {
        tested.given(event).await;
    }
    tested.later(SignedDuration::from_mins(8)).await;
    // It is taken for lost: the next goes at once, and those after it wait for their own window.
    assert_eq!(tested.given(&events[3]).await, None);
    assert_eq!(tested.given(&events[4]).await, Some(WINDOW));
    // It comes after all, and tells what went with it.
    assert_eq!(tested.given(&events[1]).await, None);
    let mails = tested.mails();
    assert_eq!(mails.len(), 3);
    assert_eq!(mails[2].tells.len(), 2);
}

#[tokio::test]
async fn digests_and_other_peoples_notices_wait_for_nobody() {
    let tested = gathering();
    assert_eq!(tested.given(&turned_back(1)).await, None);
    let mut bens = turned_back(2);
    bens.data = match bens.data {
        EventData::NoticeRequested { notice, .. } => EventData::NoticeRequested {
            to: PersonId::new("ben"),
            notice,
        },
        other => other,
    };
    assert_eq!(tested.given(&bens).await, None);
    assert_eq!(tested.mails().len(), 2);
}

/// Whoever it is for is taken out of people.yaml while something waits for them.
#[tokio::test]
async fn what_went_with_a_mail_that_has_no_address_is_told_to_nobody_and_says_so() {
    let mut tested = gathering();
    let events: Vec<Event> = (1..=3).map(turned_back).collect();
    for event in &events {
        tested.given(event).await;
    }
    let mut model = testkit::example_model();
    model.people.remove(&PersonId::new("anna"));
    tested.rules = testkit::rules(model);
    tested.later(WINDOW).await;
    assert_eq!(tested.given(&events[1]).await, None);
    assert_eq!(tested.mails().len(), 1);
    for event in &events[1..] {
        let (status, result) = tested.result(event).await;
        assert_eq!(status, EffectStatus::Skipped);
        assert!(result.starts_with("anna is not in people.yaml"), "{result}");
    }
}
