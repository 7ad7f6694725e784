//! What is told of approvals: to whoever is asked, with the values, and to whoever owns the record.

use contracts::LinkAction;
use engine::{LinkKeys, claimed_by};

use super::{links::Vault, *};

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

async fn mail(to: &str, notice: Notice) -> MailMessage {
    mail_of(notify(), to, notice).await
}

async fn mail_of(notify: Tested, to: &str, notice: Notice) -> MailMessage {
    let deal = opportunity("900", at(NOW))
        .text("name", "Acme rollout")
        .owner("anna")
        .value("amount", Value::Number(20_000.into()))
        .value("discount", Value::Number(25.into()));
    let record = notify.keep_record(deal.build()).await;
    let keys = LinkKeys::new(&Vault(true), "links");
    let notify = notify.with_links(keys, "https://fairlead.example");
    let event = noticed(&record, to, notice);
    notify.handle(&event, at(NOW)).await.unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    mails.first().unwrap().clone()
}

fn asked(late: bool) -> Notice {
    Notice::ApprovalAsked {
        approval: "discount".to_owned(),
        run: 2,
        late,
        was: None,
    }
}

fn says(mail: &MailMessage, said: &str) {
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[tokio::test]
async fn who_is_asked_sees_the_values_and_has_a_link_to_answer() {
    let mail = mail("jonas", asked(false)).await;
    assert_eq!(mail.subject, "To approve: discount, Acme rollout");
    says(
        &mail,
        "which Anna Vogel owns, needs your approval: discount.",
    );
    says(&mail, "- amount: 20000");
    says(&mail, "- Discount in percent: 25");
    // A seller has no command line.
    assert!(!mail.text.contains("fairlead approve"), "{}", mail.text);
    let (_, link) = mail.text.split_once("Give it or refuse it: ").unwrap();
    let claimed = claimed_by(link.lines().next().unwrap()).unwrap();
    let action = LinkAction::Approve {
        approval: "discount".to_owned(),
        run: 2,
    };
    assert_eq!((claimed.person, claimed.action), (person("jonas"), action));
    assert!(mail.html.contains("Give it or refuse it"));
    says(
        &mail,
        "answers in your name: please do not forward this mail",
    );
}

#[tokio::test]
async fn who_is_asked_besides_hears_that_the_others_did_not_answer() {
    let mail = mail("carla", asked(true)).await;
    says(
        &mail,
        "Those who were asked first have not answered in time.",
    );
}

#[tokio::test]
async fn who_may_answer_for_what_is_held_or_takes_over_has_a_link_and_others_have_none() {
    let held = || Notice::MovesHeld {
        of: person("ben"),
        limit: "20 in 10m".to_owned(),
        mode: model::GateMode::TurnBack,
        rounds: None,
    };
    let handed = || Notice::HandedOver {
        stage: "won".to_owned(),
        team: "customer_success".to_owned(),
        instance: 1,
        from: Some(person("anna")),
        to: person("nina"),
        due: at(NOW),
    };
    let hold = "Let them stand or turn them back: https://";
    let take = "Take it over or refuse it: https://";
    for (to, notice, words, linked) in [
        ("olga", held(), hold, true),
        ("ben", held(), hold, false),
        ("nina", handed(), take, true),
        ("anna", handed(), take, false),
    ] {
        let held = matches!(notice, Notice::MovesHeld { .. });
        let mail = mail(to, notice).await;
        assert_eq!(mail.text.contains(words), linked, "{to}: {}", mail.text);
        // Whoever can answer need not tell anybody.
        let tells = mail.text.contains("Please tell Olga Weiss.");
        assert_eq!(tells, held && !linked, "{to}: {}", mail.text);
    }
}

/// What was handed over before runs were counted has no link, though mails have some.
#[tokio::test]
async fn a_hand_off_without_a_link_names_the_command() {
    for (instance, linked) in [(0, false), (1, true)] {
        let handed = Notice::HandedOver {
            stage: "won".to_owned(),
            team: "customer_success".to_owned(),
            instance,
            from: Some(person("anna")),
            to: person("nina"),
            due: at(NOW),
        };
        let mail = mail("nina", handed).await;
        for (said, is) in [
            ("behind the link below", linked),
            ("refuse it there", linked),
            ("--accept --by nina", !linked),
            ("--refuse --reason", !linked),
        ] {
            assert_eq!(mail.text.contains(said), is, "{said}: {}", mail.text);
        }
    }
}

/// A model that names no right for it gives whoever made the moves no button to let them stand.
#[tokio::test]
async fn without_a_right_only_whoever_operates_has_a_link_for_what_is_held() {
    let mut model = testkit::example_model();
    for journey in model.lifecycles.values_mut() {
        journey.when_turned_back.right = None;
    }
    let rules = testkit::rules(model);
    for (of, to, linked) in [
        ("ben", "ben", false),
        ("ben", "anna", false),
        ("ben", "olga", true),
        ("olga", "olga", false),
    ] {
        let table = Table::new(MemoryStore::new(), TestClock::at(at(NOW)));
        let notify = Notify::new(table, Kept::default(), rules.clone(), pages());
        let held = Notice::MovesHeld {
            of: person(of),
            limit: "20 in 10m".to_owned(),
            mode: model::GateMode::TurnBack,
            rounds: None,
        };
        let mail = mail_of(notify, to, held).await;
        let words = "Let them stand or turn them back: https://";
        assert_eq!(mail.text.contains(words), linked, "{to}: {}", mail.text);
    }
}

#[tokio::test]
async fn whoever_owns_it_hears_what_came_of_it() {
    let answered = |given, reason: Option<&str>| Notice::ApprovalAnswered {
        approval: "discount".to_owned(),
        by: person("jonas"),
        given,
        reason: reason.map(str::to_owned),
    };
    let given = mail("anna", answered(true, None)).await;
    assert_eq!(given.subject, "Approved: discount, Acme rollout");
    says(
        &given,
        "A move that was turned back for want of it is to be made again.",
    );
    let refused = mail("anna", answered(false, Some("the margin is gone"))).await;
    assert_eq!(refused.subject, "Not approved: discount, Acme rollout");
    says(&refused, "Jonas Brandt does not approve");
    says(&refused, ": discount: the margin is gone.");
}
