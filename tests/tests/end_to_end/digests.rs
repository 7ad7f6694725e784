use contracts::EventData;
use crm::PersonId;
use jiff::civil::Date;

use crate::{
    expect::{SOON, eventually},
    stack::{Stack, stack_of_its_own},
};

#[tokio::test]
#[ignore = "needs the local stack: make test-end-to-end"]
async fn a_digest_comes_in_the_morning_once() {
    // Its own, since a tick of another test that falls on the same morning finds nothing to tell, and then
    // that digest is over. When the others' clocks run out depends on the time of day.
    let stack = &stack_of_its_own("digests").await;
    let rules = testkit::example_rules();
    // Carla's, who reports to nobody: the late lead is not given to anybody else meanwhile.
    let lead = stack.german_lead_of("uhu", 5_000, Some("11000")).await;
    let record = format!("lead:{lead}");
    let clocks = eventually("a clock", SOON, || stack.state(&record, "clocks")).await;
    let due = clocks["clocks"]["first_response"]["due"]
        .as_str()
        .expect("an instant");
    let due: jiff::Timestamp = due.parse().expect("an instant");
    // The next working day: before the day is over on which late leads go on to others.
    let carla = testkit::everybody(&rules).calendar_of(&PersonId::new("carla"));
    let carla = carla.expect("a calendar");
    let zone = carla.time_zone().clone();
    let tomorrow = |day: Date| day.tomorrow().expect("a day");
    let mut day = tomorrow(due.to_zoned(zone.clone()).date());
    while !carla.is_working_day(day) {
        day = tomorrow(day);
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
    let subject = format!("person:{owner}");
    eventually("the digest of that day", SOON, || async {
        let sent = digests_of(stack, &subject).await;
        sent.iter().any(|(_, of)| *of == day).then_some(())
    })
    .await;
    stack.tick(&morning.to_string()).await;
    let a_minute_later = morning + jiff::SignedDuration::from_mins(1);
    stack.tick(&a_minute_later.to_string()).await;
    eventually("the mail", SOON, || async {
        let mails = stack.mails_with("uhu.example").await;
        let digest = |mail: &String| mail.contains("1 late") && mail.contains(&owner);
        mails.iter().any(digest).then_some(())
    })
    .await;
    let sent = digests_of(stack, &subject).await;
    let mut once = sent.clone();
    once.sort();
    once.dedup();
    assert_eq!(
        once.len(),
        sent.len(),
        "once per person, digest and day: {sent:?}"
    );
}

/// The digests a person was sent: which, and for which day.
async fn digests_of(stack: &Stack, subject: &str) -> Vec<(String, Date)> {
    let decided = stack
        .decisions(subject, contracts::Function::DailyDigest)
        .await;
    let events = decided.into_iter().flat_map(|audit| audit.events);
    events
        .filter_map(|event| match event.data {
            EventData::DigestRequested(it) => Some((it.digest, it.day)),
            _ => None,
        })
        .collect()
}
