use crate::{
    expect::{SOON, eventually},
    stack::stack,
};

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_digest_comes_in_the_morning_once() {
    let stack = stack().await;
    let lead = stack.german_lead("uhu", 5_000).await;
    let record = format!("lead:{lead}");
    let clocks = eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    let due = clocks["clocks"]["first_response"]["due"]
        .as_str()
        .expect("an instant");
    let due: jiff::Timestamp = due.parse().expect("an instant");
    // Two days after the clock ran out, or the first day from then on that is no weekend.
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone");
    let mut day = due
        .to_zoned(zone.clone())
        .date()
        .checked_add(jiff::Span::new().days(2))
        .expect("a day");
    while matches!(
        day.weekday(),
        jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
    ) {
        day = day.tomorrow().expect("a day");
    }
    let morning = day
        .at(8, 5, 0, 0)
        .to_zoned(zone)
        .expect("a morning")
        .timestamp();
    stack.tick(&due.to_string()).await;
    eventually("the breach", SOON, || async {
        let clocks = stack.state(&record, "clocks").await?;
        (clocks["clocks"]["first_response"]["status"] == "late").then_some(())
    })
    .await;
    stack.tick(&morning.to_string()).await;
    let owner = clocks["clocks"]["first_response"]["owner"]
        .as_str()
        .expect("an owner")
        .to_owned();
    let digests = || async {
        let decided = stack
            .decisions(&format!("person:{owner}"), contracts::Function::DailyDigest)
            .await;
        (!decided.is_empty()).then_some(decided)
    };
    let before = eventually("the digest", SOON, digests).await;
    stack.tick(&morning.to_string()).await;
    stack
        .tick(&(morning + jiff::SignedDuration::from_mins(1)).to_string())
        .await;
    eventually("the mail", SOON, || async {
        let mails = stack.mails_with(&record).await;
        mails
            .iter()
            .any(|mail| mail.to_lowercase().contains("digest") || mail.contains("late"))
            .then_some(())
    })
    .await;
    let after = digests().await.expect("decisions");
    assert_eq!(before.len(), after.len(), "once per person and day");
}
