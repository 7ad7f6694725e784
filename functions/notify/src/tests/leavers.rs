//! Mails about somebody who has left, and mails that were meant for them.

use contracts::RecordsLeft;

use super::*;

fn without_ben() -> Tested {
    let mut model = testkit::example_model();
    let ben = model.people.get_mut(&PersonId::new("ben")).unwrap();
    ben.left = Some("2026-11-20".parse().unwrap());
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    Notify::new(table, Kept::default(), testkit::rules(model), pages())
}

#[tokio::test]
async fn one_mail_lists_what_is_theirs_with_where_to_look() {
    let notify = without_ben();
    let record = notify.keep_record(rollout()).await;
    let notice = Notice::RecordsLeft(RecordsLeft {
        of: PersonId::new("ben"),
        left: "2026-11-20".parse().unwrap(),
        records: vec![record.clone(), record_id("opportunity:901")],
    });
    let mut event = noticed(&record, "jonas", notice);
    event.record = None;
    notify.handle(&event, at(NOW)).await.unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(
        mail.subject,
        "Whose are they to be: 2 open records of Ben Huber"
    );
    assert_eq!(mail.to, "jonas@northwind.example");
    for said in [
        "Ben Huber left on Fri 20 Nov 2026, and 2 open records are still theirs in the CRM.",
        "Acme rollout",
        "https://app.crm.example/62515/0-3/900",
        "https://app.crm.example/62515/0-3/901",
    ] {
        assert!(mail.text.contains(said), "{said}\n{}", mail.text);
    }
}

#[tokio::test]
async fn what_was_meant_for_them_goes_to_whom_they_reported_to() {
    let notify = without_ben();
    let record = notify.keep_record(rollout()).await;
    let notice = Notice::LeadMoved {
        to: PersonId::new("anna"),
        upon: "owner.removed".to_owned(),
    };
    let mail = notify.mail_of(&record, "ben", notice).await;
    assert_eq!(mail.to, "jonas@northwind.example");
    let said =
        "This was meant for Ben Huber. Ben Huber left on Fri 20 Nov 2026, so it comes to you.";
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[tokio::test]
async fn the_operators_hear_whom_the_crm_has_archived_and_what_to_write() {
    let notify = without_ben();
    let place = notify.rules.model.people[&PersonId::new("anna")].place;
    let notice = Notice::Archived {
        person: PersonId::new("anna"),
        source: testkit::source(),
        place: Some(place),
    };
    let mut event = noticed(&record_id("lead:1"), "olga", notice);
    event.record = None;
    notify.handle(&event, at(NOW)).await.unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(mail.subject, "Archived in the CRM: Anna Vogel");
    for said in ["hubspot has archived them", "`left:`", "people.yaml:25"] {
        assert!(mail.text.contains(said), "{said}\n{}", mail.text);
    }
}
