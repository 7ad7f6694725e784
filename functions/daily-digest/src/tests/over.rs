//! Digests that tell of nothing open: what is over, and what is excused.

use contracts::state::{EXCEPTIONS, Exception};

use super::*;

const NONE: [&str; 0] = [];

/// Anna's late clock goes on like this.
async fn goes_on(tested: &Tested, status: ClockStatus) {
    let key = Key::clocks(&record_id("lead:0"));
    let found = tested.table.store.get(std::slice::from_ref(&key)).await;
    let item = found.unwrap().remove(0).unwrap();
    let before = Versioned::<ClocksState>::read(item).unwrap();
    let mut state = before.state.clone();
    state.clocks.get_mut("first_response").unwrap().status = status;
    let indexes = Indexes {
        person: status.is_open().then(|| "anna".to_owned()),
        ..Indexes::default()
    };
    let put = put_state(key, &state, Some(&before), indexes);
    commit(tested, put).await;
}

async fn commit(tested: &Tested, put: store::Put) {
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    tested.table.store.commit(transaction).await.unwrap();
}

async fn annas(tested: &Tested, day: &str) -> Vec<String> {
    let mut asked = digests_at(tested, &format!("{day}T07:00:00Z")).await;
    asked.retain(|it| it.starts_with("anna "));
    asked
}

#[tokio::test]
async fn what_is_over_is_told_once_and_then_nothing_is() {
    let tested = with_late(example_model(), &["anna"]).await;
    let told = annas(&tested, "2026-11-23").await;
    assert_eq!(told, ["anna seller 2026-11-23"]);
    goes_on(&tested, ClockStatus::MetLate).await;
    let over = annas(&tested, "2026-11-24").await;
    assert_eq!(over, ["anna seller 2026-11-24"]);
    assert_eq!(annas(&tested, "2026-11-25").await, NONE);
}

/// On the morning between it was paused, and no mail said so.
#[tokio::test]
async fn what_is_over_is_told_though_a_digest_between_was_left_out() {
    let tested = with_late(example_model(), &["anna"]).await;
    let told = annas(&tested, "2026-11-23").await;
    assert_eq!(told, ["anna seller 2026-11-23"]);
    goes_on(&tested, ClockStatus::Paused).await;
    assert_eq!(annas(&tested, "2026-11-24").await, NONE);
    goes_on(&tested, ClockStatus::MetLate).await;
    let over = annas(&tested, "2026-11-25").await;
    assert_eq!(over, ["anna seller 2026-11-25"]);
}

#[tokio::test]
async fn an_exception_alone_is_worth_a_mail_while_it_counts() {
    let tested = with_late(example_model(), &[]).await;
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("ben")),
        criteria: ["sql.budget".to_owned()].into(),
        deviations: BTreeSet::new(),
        from: at("2026-11-20T08:00:00Z"),
        until: at("2026-11-24T23:00:00Z"),
        reason: None,
    };
    let state = ExceptionsState {
        granted: [("3f9a2c71".to_owned(), exception)].into(),
    };
    let indexes = Indexes {
        person: Some(EXCEPTIONS.to_owned()),
        ..Indexes::default()
    };
    let key = Key::exceptions(&record_id("opportunity:9"));
    let put = put_state::<_, ExceptionsState>(key, &state, None, indexes);
    commit(&tested, put).await;
    let leads = digests_at(&tested, "2026-11-24T07:00:00Z").await;
    assert_eq!(leads, ["jonas team_lead 2026-11-24"]);
    assert_eq!(digests_at(&tested, "2026-11-25T07:00:00Z").await, NONE);
}
