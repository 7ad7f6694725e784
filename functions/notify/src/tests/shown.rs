//! Mails, as their readers see them; `make test-pages` opens them in a browser.

use std::collections::BTreeSet;

use contracts::{EventId, state::Exception};
use engine::LinkKeys;

use super::{digests, links::Vault, reminders, reviews, *};

/// Shows the mail that an event leads to, with its links.
async fn show(name: &str, notify: Tested, event: &Event, now: &str) {
    let keys = LinkKeys::new(&Vault(true), "links");
    let notify = notify.with_links(keys, "https://fairlead.example");
    notify.handle(event, at(now)).await.unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    let html = &mails.first().expect(name).html;
    testkit::show(&format!("mail-{name}"), &BTreeMap::new(), html);
}

#[tokio::test]
async fn notices() {
    let deals = [
        "lead",
        "soon",
        "late",
        "escalated",
        "turned-back",
        "approve",
        "not-mine",
        "held",
    ];
    for name in deals {
        let notify = notify();
        let lead = notify.keep_record(ada()).await;
        let mut deal = rollout();
        for (field, value) in [("amount", 48_000), ("discount", 25)] {
            let value = Value::Number(value.into());
            deal.fields.insert(field.to_owned(), value);
        }
        let deal = notify.keep_record(deal).await;
        let clock = "first_response".to_owned();
        let due = at("2026-11-23T10:00:00Z");
        let (record, to, notice) = match name {
            "lead" => {
                let respond_by = Some(due);
                let rule = "dach".to_owned();
                (lead, "anna", Notice::LeadAssigned { rule, respond_by })
            }
            "soon" => (lead, "anna", Notice::ClockWarning { clock, due }),
            "late" | "escalated" => {
                let step = if name == "late" { 1 } else { 2 };
                let to = if step == 1 { "anna" } else { "jonas" };
                (lead, to, Notice::ClockLate { clock, due, step })
            }
            "turned-back" => {
                let unmet = [
                    "Please fill in: Budget confirmed (needed: yes)",
                    "Please fill in: Business problem",
                    "Please get in touch and log it in the CRM.",
                ];
                let notice = Notice::GateNotMet {
                    from: "discovery".to_owned(),
                    to: "sql".to_owned(),
                    unmet: unmet.map(str::to_owned).to_vec(),
                    mode: model::GateMode::TurnBack,
                };
                (deal, "ben", notice)
            }
            "approve" => {
                let notice = Notice::ApprovalAsked {
                    approval: "discount".to_owned(),
                    run: 1,
                    late: false,
                    was: None,
                };
                (deal, "jonas", notice)
            }
            "not-mine" => (deal, "jonas", Notice::NotMine(reminders::not_mine())),
            _ => {
                let notice = Notice::MovesHeld {
                    of: PersonId::new("ben"),
                    limit: "20 in 10m".to_owned(),
                    mode: model::GateMode::TurnBack,
                    rounds: None,
                };
                (deal, "olga", notice)
            }
        };
        show(name, notify, &noticed(&record, to, notice), NOW).await;
    }
}

/// Many late leads, a deal to put right, what is excused, and how much each has in hand.
async fn monday() -> Tested {
    let notify = digests::with_work().await;
    for number in 0..12 {
        let id = record_id(&format!("lead:{}", 200 + number));
        let name = format!("Halle {number}, Süddeutsche Fördertechnik und Anlagenbau GmbH");
        let copy = lead(&id.id, at(NOW)).text("name", &name).owner("anna");
        notify.keep_record(copy.build()).await;
        let state = digests::clock("anna", ClockStatus::Late, "2026-11-20T14:00:00Z");
        notify.keep(Key::clocks(&id), &state, Some("anna")).await;
    }
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("ben")),
        criteria: ["sql.budget".to_owned()].into(),
        deviations: BTreeSet::new(),
        from: at("2026-11-20T08:00:00Z"),
        until: at("2026-11-25T08:00:00Z"),
        reason: Some("legal is on leave".to_owned()),
    };
    let state = ExceptionsState {
        granted: [("3f9a2c71".to_owned(), exception)].into(),
    };
    let key = Key::exceptions(&record_id("opportunity:900"));
    notify.keep(key, &state, Some(EXCEPTIONS)).await;
    let load = LoadState {
        open: 25,
        ..LoadState::default()
    };
    notify
        .keep(Key::load(&PersonId::new("anna")), &load, None)
        .await;
    notify
}

#[tokio::test]
async fn digests_of_each() {
    for (person, digest) in [
        ("anna", "seller"),
        ("jonas", "team_lead"),
        ("carla", "executive"),
        ("olga", "operator"),
    ] {
        let name = format!("digest-{}", digest.replace('_', "-"));
        let event = digests::asked(person, digest);
        show(&name, monday().await, &event, "2026-11-23T07:00:05Z").await;
    }
    let answered = reminders::with_answers().await;
    let event = digests::asked("anna", "seller");
    show("digest-resting", answered, &event, "2026-11-23T07:00:05Z").await;
    let event = digests::asked("carla", "executive");
    show("digest-empty", notify(), &event, "2026-11-23T07:00:05Z").await;
}

#[tokio::test]
async fn a_pack() {
    let notify = reviews::a_week_later().await;
    let event = reviews::asked("jonas");
    show("review", notify, &event, "2026-11-24T08:30:05Z").await;
}

/// Twenty deals at once, one of which asks for an answer, and a lead.
#[tokio::test]
async fn several_in_one() {
    let keys = LinkKeys::new(&Vault(true), "links");
    let notify = notify().with_links(keys, "https://fairlead.example");
    let notify = notify.together_within(SignedDuration::from_mins(2));
    let told = |record: &RecordId, notice| {
        let mut event = noticed(record, "jonas", notice);
        event.id = EventId::of(&["several", &record.to_string()]);
        event
    };
    let mut events = Vec::new();
    for number in 0..20 {
        let name = format!("Acme rollout {number}");
        let mut deal = opportunity(&format!("{}", 900 + number), at("2026-08-01T10:00:00Z"))
            .text("name", &name)
            .text("stage", "discovery")
            .owner("ben")
            .build();
        for (field, value) in [("amount", 48_000), ("discount", 25)] {
            let value = Value::Number(value.into());
            deal.fields.insert(field.to_owned(), value);
        }
        let put = RecordState {
            record: deal,
            sequence: 1,
        };
        let record = put.record.id.clone();
        let indexes = Indexes::default();
        let put = put_state::<_, RecordState>(Key::record(&record), &put, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        notify.table.store.commit(transaction).await.unwrap();
        events.push(told(
            &record,
            match number {
                5 => Notice::ApprovalAsked {
                    approval: "discount".to_owned(),
                    run: 1,
                    late: false,
                    was: None,
                },
                _ => Notice::GateNotMet {
                    from: "discovery".to_owned(),
                    to: "sql".to_owned(),
                    unmet: vec!["Please fill in: Budget confirmed (needed: yes)".to_owned()],
                    mode: model::GateMode::TurnBack,
                },
            },
        ));
    }
    for event in &events {
        let _ = notify.handle(event, at(NOW)).await;
    }
    let over = at(NOW) + SignedDuration::from_mins(2);
    notify.table.clock.set(over);
    notify.handle(&events[1], over).await.unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    assert_eq!(mails.len(), 2);
    assert!(
        mails[1].subject.starts_with("To approve: discount"),
        "{}",
        mails[1].subject
    );
    testkit::show("mail-several", &BTreeMap::new(), &mails[1].html);
}
