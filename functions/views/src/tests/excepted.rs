//! An exception is asked for behind a link, and granted or refused behind another.

use std::collections::BTreeSet;

use contracts::{
    ExceptionAnswered, ExceptionAsked,
    state::{Exception, ExceptionsState},
};
use testkit::opportunity;

use super::{
    answers::{id, standing_at},
    *,
};

/// A deal of anna's at discovery that lacks its budget for the next stage, and nothing else.
pub(super) async fn lacking(exceptions: Option<&ExceptionsState>) -> Tested {
    let tested = Tested::new().await;
    let fields = ["decision_maker_met", "pain_documented", "timeline_agreed"];
    let deal = opportunity("5", at(NOW))
        .owner("anna")
        .text("name", "Acme rollout")
        .value(
            "close_date",
            crm::Value::Date("2026-12-20".parse().unwrap()),
        )
        .stage("discovery", at(NOW));
    let deal = fields.iter().fold(deal, |deal, it| deal.boolean(it, true));
    keep(&tested.store, deal.build()).await;
    put(&tested.store, Key::gate(&id()), &standing_at("discovery")).await;
    if let Some(exceptions) = exceptions {
        put(&tested.store, Key::exceptions(&id()), exceptions).await;
    }
    tested
}

fn budget() -> BTreeSet<String> {
    BTreeSet::from(["sql.budget".to_owned()])
}

impl Tested {
    pub(super) async fn asks(&self, person: &str) -> String {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::AskException {
                stage: "sql".to_owned(),
            };
        };
        self.link(change).await
    }

    pub(super) async fn excepts(&self, person: &str) -> String {
        let change = |link: &mut Link| {
            link.person = PersonId::new(person);
            link.record = Some(id());
            link.action = LinkAction::Except {
                of: budget(),
                asked_by: PersonId::new("anna"),
            };
        };
        self.link(change).await
    }

    fn data(&self) -> Vec<EventData> {
        self.bus.took().into_iter().map(|it| it.data).collect()
    }
}

#[tokio::test]
async fn who_owns_the_record_asks_with_a_reason() {
    let tested = lacking(None).await;
    // jonas is who anna reports to; ben has nothing to do with it.
    for (person, status) in [("ben", 403), ("jonas", 200), ("anna", 200)] {
        let page = tested.get(&tested.asks(person).await).await;
        assert_eq!(page.status, status, "{person}: {}", page.body);
    }
    let link = tested.asks("anna").await;
    let page = tested.get(&link).await;
    assert!(
        page.body.contains("budget, for the stage sql"),
        "{}",
        page.body
    );
    for wrong in ["answer=ask", "answer=yes", "answer=no&reason=x"] {
        assert_eq!(tested.post(&link, wrong).await.status, 400, "{wrong}");
    }
    let asked = tested
        .post(&link, "answer=ask&reason=they+decide+in+December")
        .await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let expected = EventData::ExceptionAsked(ExceptionAsked {
        of: budget(),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    });
    assert_eq!(tested.data(), [expected]);
}

#[tokio::test]
async fn who_has_the_right_grants_until_a_day_or_refuses() {
    let tested = lacking(None).await;
    let refused = tested.get(&tested.excepts("anna").await).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let link = tested.excepts("carla").await;
    let page = tested.get(&link).await;
    assert!(
        page.body.contains("min=\"2026-11-23\" max=\"2026-12-06\""),
        "{}",
        page.body
    );
    for (wrong, said) in [
        ("answer=until&reason=x", "as the page shows it"),
        ("answer=until&until=soon&reason=x", "until which day"),
        ("answer=until&until=2026-12-01", "Say in a few words why"),
        ("answer=until&until=2026-12-20&reason=x", "at the most"),
        ("answer=until&until=2026-11-20&reason=x", "not ahead"),
    ] {
        let page = tested.post(&link, wrong).await;
        assert_eq!(page.status, 400, "{wrong}");
        assert!(page.body.contains(said), "{wrong}: {}", page.body);
    }
    for answer in [
        "answer=until&until=2026-12-01&reason=well+known",
        "answer=no&reason=not+again",
    ] {
        assert_eq!(tested.post(&link, answer).await.status, 200, "{answer}");
    }
    let said = |until: Option<&str>, reason: &str| {
        EventData::ExceptionAnswered(ExceptionAnswered {
            of: budget(),
            by: PersonId::new("carla"),
            asked_by: PersonId::new("anna"),
            until: until.map(at),
            reason: reason.to_owned(),
        })
    };
    // Until the end of that day where the company is.
    let expected = [
        said(Some("2026-12-01T23:00:00Z"), "well known"),
        said(None, "not again"),
    ];
    assert_eq!(tested.data(), expected);
}

#[tokio::test]
async fn what_is_excepted_takes_no_other_answer_and_is_not_asked_for() {
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("anna")),
        criteria: budget(),
        deviations: BTreeSet::new(),
        from: at(NOW),
        until: at("2026-12-01T23:00:00Z"),
        reason: Some("well known".to_owned()),
    };
    let state = ExceptionsState {
        granted: BTreeMap::from([("3f9a2c71".to_owned(), exception)]),
    };
    let tested = lacking(Some(&state)).await;
    let link = tested.excepts("carla").await;
    let page = tested.get(&link).await;
    assert!(page.body.contains("It is excepted, by "), "{}", page.body);
    assert!(!page.body.contains("<form"), "{}", page.body);
    let asks = tested.get(&tested.asks("anna").await).await;
    assert!(asks.body.contains("can be excepted"), "{}", asks.body);
    assert_eq!(tested.data(), []);
}
