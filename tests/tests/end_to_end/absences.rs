use contracts::Function;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack},
};

impl Stack {
    /// A software company in the United States, and a lead in it. The lead's id.
    async fn american_lead(&self, name: &str) -> String {
        let company = json!({ "name": name, "domain": format!("{name}.example"), "industry": "software",
            "country": "US", "numberofemployees": "300" });
        let company = self.create("companies", company, None).await;
        let lead = json!({ "email": format!("lead@{name}.example"), "jobtitle": "VP" });
        self.create("contacts", lead, Some(&company)).await
    }

    async fn first_response(&self, record: &str) -> Option<Value> {
        let clocks = self.state(record, "clocks").await?;
        clocks["clocks"].get("first_response").cloned()
    }
}

/// The pool of America has one member, whom no other test is about.
#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn who_is_away_gets_no_lead_and_their_clock_stands_still() {
    let stack = stack().await;
    let first = stack.american_lead("cardinal").await;
    assert_eq!(stack.owner_of(&first, SOON).await, "11010", "Maya");
    let record = format!("lead:{first}");
    let before = eventually("a clock", SOON, || stack.first_response(&record)).await;

    let later = Timestamp::now() + SignedDuration::from_hours(24 * 7);
    let last_day = later.to_zoned(TimeZone::UTC).date().to_string();
    stack.fairlead(&["away", "maya", "--to", &last_day]).await;
    let known = stack.fairlead(&["away", "maya", "--json"]).await;
    let known: Value = serde_json::from_str(&known).expect("JSON");
    assert_eq!(
        (&known[0]["person"], &known[0]["now"]),
        (&json!("maya"), &json!(true))
    );

    // Another test may have told a time at which the clock is late; then it stays so.
    let stands = |clock: &Value| clock["status"] == "late" || clock["due"] != before["due"];
    eventually("the due time to move", SOON, || async {
        stack.first_response(&record).await.filter(stands)
    })
    .await;
    let second = stack.american_lead("bobolink").await;
    assert_eq!(stack.owner_of(&second, SOON).await, "11000", "Carla");
    let story = stack
        .fairlead(&["explain", &format!("lead:{second}")])
        .await;
    for part in ["maya is away until", "so carla is asked"] {
        assert!(story.contains(part), "no {part} in:\n{story}");
    }

    stack.fairlead(&["away", "maya", "--back"]).await;
    eventually("the due time to move back", SOON, || async {
        let clock = stack.first_response(&record).await?;
        // She was away for some seconds, which are not given back.
        let due = |clock: &Value| clock["due"].as_str()?.parse::<Timestamp>().ok();
        let moved = due(&clock)?.duration_since(due(&before)?).abs();
        (clock["status"] == "late" || moved < SignedDuration::from_hours(1)).then_some(())
    })
    .await;
    let told = stack.fairlead(&["explain", "person:maya"]).await;
    assert!(told.contains("maya is not away from"), "{told}");
    let decided = stack.decisions("person:maya", Function::CommandLine).await;
    assert_eq!(decided.len(), 2);
}
