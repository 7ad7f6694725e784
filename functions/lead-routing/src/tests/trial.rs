//! A trial is routed and its owner is written; it costs nobody's turn and counts as nobody's.

use super::*;

const EMAIL: &str = "ops+fairlead-try-17@northwind.example";

#[tokio::test]
async fn a_trial_is_written_and_nothing_else_comes_of_it() {
    let tested = over(testkit::example_rules());
    let trial = lead("1", at(NOW)).account("DE", "software", 300);
    let trial = trial.text("email", EMAIL).build();
    keep_copy(tested.store.inside(), trial).await;
    tested.handle(&changed("lead:1")).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(
        (routing.rule.as_str(), routing.pool.as_deref()),
        ("dach", Some(DACH))
    );
    assert!(routing.owner.is_some() && routing.counted.is_none());
    let audit = &tested.audits()[0];
    let follows: Vec<&str> = audit.events.iter().map(|it| it.data.name()).collect();
    assert_eq!(follows, ["crm_write.requested"]);
    assert!(
        audit.reasons.iter().any(|it| it.rule == "trial"),
        "{:?}",
        audit.reasons
    );
    assert_eq!(
        tested.pool(DACH).await,
        PoolState::default(),
        "no turn is used"
    );
    let loads = |key: &Key| *key == Key::load(&PersonId::new("anna"));
    assert!(!tested.everything().iter().any(|(key, _)| loads(key)));
}

#[tokio::test]
async fn a_trial_waits_for_nothing() {
    let tested = over(testkit::example_rules());
    keep_copy(
        tested.store.inside(),
        lead("1", at(NOW)).text("email", EMAIL).build(),
    )
    .await;
    tested.handle(&changed("lead:1")).await;
    let routing = tested.routing_of("lead:1").await.unwrap();
    assert_eq!(
        (routing.rule.as_str(), routing.waits),
        ("everyone_else", None)
    );
}
