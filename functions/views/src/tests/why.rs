//! The page that says why, of the lead and the deal of the test kit's history.

use std::collections::BTreeSet;

use contracts::{
    ApprovalAnswered, DecisionDraft, EventData, Finding, Found, Function, Reason, Verdict,
};
use store::{Store, Transaction, audit_put};

use super::{answers::asked, *};

pub(super) async fn of_history() -> Tested {
    let mut tested = Tested::new().await;
    let store = Arc::new(testkit::history::table().await);
    let keys = LinkKeys::new(&tested.vault, "links");
    tested.views = Views::new(store.clone(), tested.bus.clone(), keys, example_rules());
    tested.store = store;
    tested
}

async fn page(tested: &Tested, person: &str, record: &str) -> Answer {
    page_at(tested, (person, record), "2026-11-24T13:05:00Z").await
}

/// The page with what its links ask behind the `?`.
pub(super) async fn page_asked(tested: &Tested, record: &str, query: &str) -> Answer {
    let link = tested
        .link(|link| {
            link.person = PersonId::new("anna");
            link.record = Some(record_id(record));
            link.action = LinkAction::Why;
            link.until = at("2026-11-30T12:00:00Z");
        })
        .await;
    let request = Request {
        method: "GET".to_owned(),
        path: link,
        query: query.to_owned(),
        ..Request::default()
    };
    let now = at("2026-11-24T13:05:00Z");
    tested.views.answer(request, now).await
}

async fn page_at(tested: &Tested, (person, record): (&str, &str), now: &str) -> Answer {
    let link = tested
        .link(|link| {
            link.person = PersonId::new(person);
            link.record = Some(record_id(record));
            link.action = LinkAction::Why;
            link.until = at("2026-11-30T12:00:00Z");
        })
        .await;
    tested.call("GET", &link, "", now).await
}

#[tokio::test]
async fn a_lead_says_why_it_is_whose_in_sentences_before_the_reasons() {
    let tested = of_history().await;
    let page = page(&tested, "anna", "lead:42").await;
    assert_eq!(page.status, 200, "{}", page.body);
    for said in [
        "You got this lead on Mon 23 Nov 2026, 09:02 CET because its account country is DE, and you were owed the most of the pool",
        "\u{201c}first response\u{201d} is late",
        "What happens next",
        "What happened",
        "processes.yaml:",
        "<details>",
    ] {
        assert!(page.body.contains(said), "{said}\n{}", page.body);
    }
    assert!(!page.body.contains("<form") && !page.body.contains("<script"));
    assert!(page.body.len() < 100_000, "{}", page.body.len());
}

#[tokio::test]
async fn a_deal_that_was_turned_back_says_for_want_of_what() {
    let tested = of_history().await;
    let page = page(&tested, "anna", "opportunity:9").await;
    assert_eq!(page.status, 200, "{}", page.body);
    for said in ["for want of: amount, the business problem", "It stands at"] {
        assert!(page.body.contains(said), "{said}\n{}", page.body);
    }
}

/// Whoever gets a digest that shows it may see why, and nobody else; and it lets nobody do anything.
#[tokio::test]
async fn who_may_see_why_may_do_nothing_by_it() {
    let tested = of_history().await;
    for (person, status) in [
        ("anna", 200),
        ("jonas", 200),
        ("carla", 200),
        ("olga", 200),
        ("ben", 403),
        ("nobody", 403),
    ] {
        let shown = page(&tested, person, "lead:42").await;
        assert_eq!(shown.status, status, "{person}");
    }
    let link = tested
        .link(|link| {
            link.record = Some(record_id("lead:42"));
            link.action = LinkAction::Why;
        })
        .await;
    let answer = tested.call("POST", &link, "shown=1&token=x", NOW).await;
    assert!(!answer.body.contains("<form"), "{}", answer.body);
    assert_eq!(tested.bus.took(), []);
}

/// However much was decided about it, and by however many rules.
#[tokio::test]
async fn a_page_is_never_long() {
    let tested = of_history().await;
    let record = record_id("lead:42");
    for number in 0..30 {
        let name = format!("again {number}");
        let upon = testkit::history::first(&name, &record, at("2026-11-24T12:00:00Z"));
        let finding = Finding {
            field: "account.employees".to_owned(),
            found: Found::Value("1200".to_owned()),
            needed: "less than 250".to_owned(),
            verdict: Verdict::NotHeld,
            place: None,
        };
        let reasons = (0..80).map(|rule| Reason {
            rule: format!("routing.lead.rule_{rule}"),
            place: None,
            verdict: Verdict::NotHeld,
            findings: vec![finding.clone(); 20],
            note: Some("words ".repeat(20)),
        });
        let draft = DecisionDraft {
            outcome: "routed".to_owned(),
            emits: vec![EventData::RecordRouted {
                owner: PersonId::new("anna"),
                rule: "already_owned".to_owned(),
                pool: None,
            }],
            reasons: reasons.collect(),
            ..DecisionDraft::default()
        };
        let noon = at("2026-11-24T12:00:00Z");
        let decided = testkit::history::decide(Function::LeadRouting, &upon, 8, noon, draft);
        let transaction = Transaction {
            puts: vec![audit_put(decided)],
            checks: Vec::new(),
        };
        tested.store.commit(transaction).await.unwrap();
    }
    let page = page(&tested, "anna", "lead:42").await;
    assert_eq!(page.status, 200);
    assert!(page.body.len() < 100_000, "{}", page.body.len());
    assert!(page.body.contains("from which nothing followed"));
}

/// Who is waited for, what happens if they do not answer, and what they said: by names.
#[tokio::test]
async fn an_approval_says_of_whom_it_is_asked_and_what_came_of_it() {
    let waits = asked(25, None).await;
    let shown = page_at(&waits, ("anna", "opportunity:5"), NOW).await;
    for said in [
        "It waits for the approval \u{201c}discount\u{201d}, asked of Jonas Brandt or Maya Ortiz, since Mon 23 Nov 2026, 13:00 CET.",
        "if the approval \u{201c}discount\u{201d} has no answer, Carla Reyes is asked besides",
    ] {
        assert!(shown.body.contains(said), "{said}\n{}", shown.body);
    }
    let theirs = page_at(&waits, ("jonas", "opportunity:5"), NOW).await;
    assert!(
        theirs.body.contains("asked of you or Maya Ortiz, since"),
        "{}",
        theirs.body
    );

    let no = ApprovalAnswered {
        approval: "discount".to_owned(),
        run: 1,
        by: PersonId::new("jonas"),
        given: false,
        reason: Some("the margin is gone".to_owned()),
    };
    let refused = asked(25, Some(&no)).await;
    let shown = page_at(&refused, ("anna", "opportunity:5"), NOW).await;
    let said = "was refused by Jonas Brandt on Mon 23 Nov 2026, 13:00 CET: the margin is gone.";
    assert!(shown.body.contains(said), "{}", shown.body);
    assert!(!shown.body.contains("asked besides"), "{}", shown.body);
}

#[tokio::test]
async fn what_would_have_had_to_differ_is_asked_by_a_link_of_the_page() {
    let tested = of_history().await;
    let page = page_asked(&tested, "lead:42", "").await;
    let offered = "<a href=\"?whom=maya#differ\">";
    assert!(page.body.contains(offered), "{}", page.body);
    assert!(!page.body.contains("It would go to"), "{}", page.body);
    let page = page_asked(&tested, "lead:42", "whom=maya").await;
    let said = "It would go to Maya Ortiz if this were so:";
    assert!(page.body.contains(said), "{}", page.body);
    let way = "its account owner were Maya Ortiz (it is empty)";
    assert!(page.body.contains(way), "{}", page.body);
    let page = page_asked(&tested, "lead:42", "whom=ines").await;
    assert!(page.body.contains("Nothing: by its facts"), "{}", page.body);
    // Of whom nothing is offered nothing is told, and nothing of an address comes onto the page.
    for query in ["whom=<script>", "whom=", "pool=x", "other=maya", "%00"] {
        let page = page_asked(&tested, "lead:42", query).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(!page.body.contains("It would go to"), "{query}");
        assert!(!page.body.contains("<script"), "{query}");
    }
    let page = page_asked(&tested, "opportunity:9", "").await;
    assert!(!page.body.contains("id=\"differ\""), "{}", page.body);
}

/// A second lead of the same person is with whoever has the first.
#[tokio::test]
async fn what_has_joined_another_says_which() {
    let tested = Tested::new().await;
    let routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: Some(PersonId::new("anna")),
        rule: decisions::routing::JOINS.to_owned(),
        pool: None,
        at: at(NOW),
        out_of_turn: false,
        reassigned: Vec::new(),
        taken_from: BTreeSet::new(),
        refused: BTreeSet::new(),
        counted: None,
        sequence: 1,
        waits: None,
        rerouted: Vec::new(),
        put_off: None,
        held_until: None,
        asked: None,
        identity: None,
        joined: Some(record_id("lead:77")),
        observed_until: None,
    };
    testkit::put(&tested.store, Key::routing(&record_id("lead:1")), &routing).await;
    let page = page(&tested, "anna", "lead:1").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let said = "because it is of the same person as lead 77, which is yours already";
    assert!(page.body.contains(said), "{}", page.body);
}
