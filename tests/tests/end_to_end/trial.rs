use contracts::Function;

use crate::stack::stack;

/// A trial goes the whole way through the real functions, and leaves nothing but its own story.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_trial_is_routed_written_and_cleaned_away_and_counts_nowhere() {
    let stack = stack().await;
    let email = "ops@northwind.example";
    let (code, out, why) = stack
        .asked(&["try", "--email", email, "--set", "jobtitle=VP"])
        .await;
    assert_eq!(code, 0, "{out}{why}");
    for step in [
        "copied",
        "routed",
        "owner written",
        "cleaned away",
        "it works",
    ] {
        assert!(out.contains(step), "{step}: {out}");
    }
    assert!(
        out.contains("to ines (Ines Roth), by rule everyone_else, of pool sales_development"),
        "{out}"
    );

    let record = out
        .split_whitespace()
        .find(|word| word.starts_with("lead:"));
    let record = record.expect("the record").trim_end_matches(';');
    let copy = stack.state(record, "record").await.expect("a copy");
    assert_eq!(copy["record"]["archived"], true, "it is in the bin");
    let story = stack.fairlead(&["explain", record]).await;
    assert!(story.contains("made by `fairlead try`"), "{story}");
    for kept in ["clocks", "deviations", "gate"] {
        assert_eq!(stack.state(record, kept).await, None, "{kept}");
    }
    let rotation = stack.items("P#sales_development").await;
    let counted = rotation
        .iter()
        .any(|it| it.body.json().unwrap().to_string().contains(record));
    assert!(!counted, "the rotation knows it");
    // Whoever is to be told of something, a decision says so.
    for function in [
        Function::LeadRouting,
        Function::StageGates,
        Function::SlaTimers,
    ] {
        for audit in stack.decisions(record, function).await {
            let mut follows = audit.events.iter().map(|it| it.data.name());
            assert!(
                follows.all(|name| name == "crm_write.requested"),
                "{audit:?}"
            );
        }
    }
    assert_eq!(stack.mails_with(record).await, Vec::<String>::new());
    let (code, _, why) = stack.asked(&["try", "--email", "nobody"]).await;
    assert_eq!(code, 1);
    assert!(why.contains("nobody is no mail address"), "{why}");
}
