//! Digests of which nothing is open, and which say something all the same.

use contracts::state::{Exception, ExceptionsState};

use super::{digests::asked, *};

/// The mail that somebody gets in the morning; none if it is left out.
async fn morning(notify: &Tested, to: &str, digest: &str) -> Option<MailMessage> {
    let now = at("2026-11-23T07:00:05Z");
    notify.handle(&asked(to, digest), now).await.unwrap();
    notify.mails().pop()
}

#[tokio::test]
async fn what_is_over_is_worth_a_mail() {
    let notify = notify();
    let gone = record_id("lead:77");
    let before = Told {
        at: at("2026-11-20T07:00:00Z"),
        things: [(gone.clone(), ["late first_response 1".to_owned()].into())].into(),
        shown: [gone].into(),
    };
    let state = DigestState {
        before: Some(before),
        ..DigestState::of("2026-11-23".parse().unwrap())
    };
    let key = Key::digest(&PersonId::new("anna"), "seller");
    notify.keep(key, &state, None).await;
    let mail = morning(&notify, "anna", "seller").await.unwrap();
    assert!(mail.text.contains("Off your list"), "{}", mail.text);
}

#[tokio::test]
async fn what_is_excused_is_worth_a_mail() {
    let notify = notify();
    assert!(morning(&notify, "jonas", "team_lead").await.is_none());
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("ben")),
        criteria: ["sql.budget".to_owned()].into(),
        deviations: BTreeSet::new(),
        from: at("2026-11-20T08:00:00Z"),
        until: at("2026-11-25T08:00:00Z"),
        reason: None,
    };
    let state = ExceptionsState {
        granted: [("3f9a2c71".to_owned(), exception)].into(),
    };
    let (key, index) = (Key::exceptions(&record_id("opportunity:900")), "exceptions");
    notify.keep(key, &state, Some(index)).await;
    let (jonas, at) = (PersonId::new("jonas"), at("2026-11-23T07:00:00Z"));
    let day = notify.digest_at(&jonas, "team_lead", at);
    let mail = day.await.unwrap().unwrap();
    assert!(
        mail.text.contains("Excused for a time: 1 record"),
        "{}",
        mail.text
    );
}

/// Who may own something and is in no pool gets none for nothing, whatever the model says of the empty ones.
#[tokio::test]
async fn who_owns_nothing_has_nothing_to_be_told() {
    let mut model = testkit::example_model();
    model.digests.get_mut("seller").unwrap().skip_when_empty = false;
    let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
    let notify = Notify::new(table, Kept::default(), testkit::rules(model), pages());
    let at = at("2026-11-23T07:00:00Z");
    for (to, mail) in [("anna", true), ("olga", false)] {
        let shown = notify.digest_at(&PersonId::new(to), "seller", at).await;
        assert_eq!(shown.unwrap().is_ok(), mail, "{to}");
    }
}
