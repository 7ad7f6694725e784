use serde_json::json;

use crate::{
    expect::{SOON, eventually},
    gates::annas_deal,
    stack::stack_of_its_own_with,
};

/// Six deals that are moved too early: each is told once, the first at once, and the others in one mail or two.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn what_one_person_is_told_within_moments_goes_in_one_mail() {
    let stack = &stack_of_its_own_with("together", &["--notices-within", "12"]).await;
    let mut deals = Vec::new();
    for number in 1..=6 {
        deals.push(annas_deal(stack, &format!("Together {number}")).await);
    }
    for (deal, _) in &deals {
        let moved = json!({ "dealstage": "qualifiedtobuy" });
        stack.change("deals", deal, moved).await;
    }
    let of = async |record: &str| {
        let mails = stack.mails_with(record).await;
        let told = mails
            .into_iter()
            .filter(|mail| mail.contains("anna@northwind.example"));
        told.collect::<Vec<_>>()
    };
    for (_, record) in &deals {
        eventually("the mail that tells it", SOON * 3, || async {
            (!of(record).await.is_empty()).then_some(())
        })
        .await;
    }
    for (_, record) in &deals {
        assert_eq!(of(record).await.len(), 1, "{record} is told once");
        let story = stack.fairlead(&["explain", record]).await;
        assert!(story.contains("sent"), "{story}");
    }
    let mails = stack.mails_with("Turned back to").await;
    assert!((2..=3).contains(&mails.len()), "{mails:#?}");
    let together = mails
        .iter()
        .find(|mail| mail.contains("things happened within minutes"));
    assert!(together.is_some(), "{mails:#?}");
    let dead = stack.dead_letters().await;
    assert!(dead.iter().all(|(_, count)| *count == 0), "{dead:?}");
}
