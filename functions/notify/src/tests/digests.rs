//! Digests: whose work they show, in which words.

use super::*;

pub(super) fn asked(to: &str, digest: &str) -> Event {
    let data = EventData::DigestRequested(DigestRequested {
        to: PersonId::new(to),
        digest: digest.to_owned(),
        day: "2026-11-23".parse().unwrap(),
    });
    // 08:00 on Monday in Berlin.
    let record: RecordId = record_id("lead:1");
    let mut event = upon(&record, at("2026-11-23T07:00:00Z"), data);
    event.record = None;
    event.id = EventId::of(&["digest", to, digest]);
    event
}

pub(super) fn clock(owner: &str, status: ClockStatus, due: &str) -> ClocksState {
    let clock = Clock {
        instance: 1,
        status,
        owner: PersonId::new(owner),
        started: at("2026-11-20T10:00:00Z"),
        budget: "4 business hours".to_owned(),
        calendar: "berlin".to_owned(),
        due: at(due),
        warn_at: None,
        steps: Vec::new(),
        met: None,
        ownerless: false,
        time_off: None,
        kept: None,
    };
    ClocksState {
        clocks: BTreeMap::from([("first_response".to_owned(), clock)]),
        ..ClocksState::default()
    }
}

pub(super) async fn with_work() -> Tested {
    let notify = notify();
    let ada = notify.keep_record(ada()).await;
    let state = clock("anna", ClockStatus::Late, "2026-11-20T14:00:00Z");
    notify.keep(Key::clocks(&ada), &state, Some("anna")).await;
    let other: RecordId = record_id("lead:124");
    let state = clock("anna", ClockStatus::Running, "2026-11-23T10:00:00Z");
    notify.keep(Key::clocks(&other), &state, Some("anna")).await;
    let deal = notify.keep_record(rollout()).await;
    let open = OpenDeviation {
        steps: None,
        since: at("2026-11-01T10:00:00Z"),
        severity: Severity::High,
        resolve_by: Some(at("2026-11-24T17:00:00Z")),
    };
    let state = DeviationsState {
        open: BTreeMap::from([("no_contact".to_owned(), open)]),
        ..DeviationsState::default()
    };
    notify
        .keep(Key::deviations(&deal), &state, Some("ben"))
        .await;
    notify
}

#[tokio::test]
async fn a_sellers_own_morning() {
    let notify = with_work().await;
    notify
        .handle(&asked("anna", "seller"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(mail.subject, "Monday 23 November 2026: 1 late, 1 due today");
    assert_eq!(
        mail.text,
        "Hello Anna Vogel,\n\
         \n\
         Monday 23 November 2026: 1 late, 1 due today.\n\
         \n\
         Late\n\
         - ada@acme.example, Acme GmbH (at new)\n\
         \x20 First response: late since Fri 20 Nov 2026, 15:00 CET\n\
         \x20 Please get in touch and log it in the CRM.\n\
         \x20 In the CRM: https://app.crm.example/62515/0-1/123\n\
         \n\
         Due today\n\
         - lead 124\n\
         \x20 First response: due Mon 23 Nov 2026, 11:00 CET\n\
         \x20 Please get in touch and log it in the CRM.\n\
         \x20 In the CRM: https://app.crm.example/62515/0-1/124\n\
         \n\
         -- \n\
         Fairlead, for Northwind Robotics\n"
    );
}

#[tokio::test]
async fn a_team_lead_sees_the_team_and_whose_it_is() {
    let notify = with_work().await;
    notify
        .handle(&asked("jonas", "team_lead"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(
        mail.subject,
        "Monday 23 November 2026: 1 late, 1 to put right"
    );
    let deviation = "- Acme rollout (at discovery · Ben Huber)\n  No contact: since Sun 1 Nov 2026; put right \
                     by Tue 24 Nov 2026, 18:00 CET\n  For Ben Huber: get in touch and log it in the CRM.\n";
    assert!(mail.text.contains(deviation), "{}", mail.text);
    assert!(
        mail.text.contains(
            "- ada@acme.example, Acme GmbH (at new · Anna Vogel)\n  First response: late"
        ),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn what_was_done_meanwhile_needs_no_mail_unless_the_model_wants_one() {
    let notify = notify();
    let event = asked("anna", "seller");
    notify
        .handle(&event, at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    assert!(notify.mails().is_empty());
    assert_eq!(
        notify.effect_of(&event).await.result,
        "nothing is left to show"
    );

    notify
        .handle(&asked("carla", "executive"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(mail.subject, "Monday 23 November 2026: nothing to report");
}

#[tokio::test]
async fn a_digest_that_the_model_no_longer_has_is_passed_over() {
    let notify = notify();
    let event = asked("anna", "weekly");
    notify
        .handle(&event, at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let effect = notify.effect_of(&event).await;
    assert_eq!(effect.status, EffectStatus::Skipped);
    assert_eq!(
        effect.result,
        "governance.yaml has no digest `weekly` any more"
    );
}

#[tokio::test]
async fn a_long_part_is_cut_and_says_so() {
    let notify = notify();
    for number in 0..33 {
        let id: RecordId = record_id(&format!("lead:{number}"));
        let state = clock("anna", ClockStatus::Late, "2026-11-20T14:00:00Z");
        notify.keep(Key::clocks(&id), &state, Some("anna")).await;
    }
    notify
        .handle(&asked("anna", "seller"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(mail.subject, "Monday 23 November 2026: 33 late");
    assert_eq!(mail.text.matches("First response: late").count(), 10);
    assert!(mail.text.contains("\n- and 23 more, which hurt less\n"));
}

#[tokio::test]
async fn a_record_stands_once_with_everything_about_it() {
    let notify = with_work().await;
    let deal = record_id("opportunity:900");
    let state = clock("ben", ClockStatus::Late, "2026-11-20T14:00:00Z");
    notify.keep(Key::clocks(&deal), &state, Some("ben")).await;
    notify
        .handle(&asked("ben", "seller"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    assert_eq!(mail.subject, "Monday 23 November 2026: 1 late");
    assert_eq!(mail.text.matches("Acme rollout").count(), 1);
    for said in ["First response: late since", "No contact: since"] {
        assert!(mail.text.contains(said), "{}", mail.text);
    }
}

#[tokio::test]
async fn what_is_new_and_what_is_off_the_list_is_said() {
    let notify = with_work().await;
    let gone = record_id("lead:77");
    let told = ["late first_response 1".to_owned()];
    let before = Told {
        at: at("2026-11-20T07:00:00Z"),
        things: [(gone.clone(), told.into())].into(),
        shown: [gone].into(),
    };
    let state = DigestState {
        before: Some(before),
        ..DigestState::of("2026-11-23".parse().unwrap())
    };
    let key = Key::digest(&PersonId::new("anna"), "seller");
    notify.keep(key, &state, None).await;
    notify
        .handle(&asked("anna", "seller"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    for said in [
        "Since Fri 20 Nov 2026, 08:00 CET: 1 new, 1 off your list.",
        "  New: First response: late since",
        "Off your list, put right or somebody else's now: lead 77.",
    ] {
        assert!(mail.text.contains(said), "{}", mail.text);
    }
}

#[tokio::test]
async fn a_team_lead_sees_what_is_excused_and_who_has_how_much() {
    let notify = with_work().await;
    let deal = record_id("opportunity:900");
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("ben")),
        criteria: ["sql.budget".to_owned()].into(),
        deviations: ["past_corridor".to_owned()].into(),
        from: at("2026-11-20T08:00:00Z"),
        until: at("2026-11-25T08:00:00Z"),
        reason: Some("legal is on leave".to_owned()),
    };
    let state = ExceptionsState {
        granted: [("3f9a2c71".to_owned(), exception)].into(),
    };
    let indexed = Some(EXCEPTIONS);
    notify.keep(Key::exceptions(&deal), &state, indexed).await;
    let load = LoadState {
        open: 25,
        ..LoadState::default()
    };
    let key = Key::load(&PersonId::new("anna"));
    notify.keep(key, &load, None).await;
    notify
        .handle(&asked("jonas", "team_lead"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    for said in [
        "Excused for a time: 1 record",
        "Excused from budget of sql, \"past corridor\" until Wed 25 Nov 2026, 09:00 CET, by Carla Reyes. Why: legal is on leave",
        "Open leads in hand\n- Anna Vogel: 25 of 25\n- Ben Huber: 0 of 25\n",
    ] {
        assert!(mail.text.contains(said), "{}", mail.text);
    }
}

#[tokio::test]
async fn an_executive_sees_how_much_each_team_has_to_put_right() {
    let notify = with_work().await;
    for number in 0..12 {
        let id: RecordId = record_id(&format!("opportunity:{number}"));
        let open = |severity| OpenDeviation {
            steps: None,
            since: at("2026-11-10T10:00:00Z"),
            severity,
            resolve_by: None,
        };
        let owner = if number % 3 == 0 { "maya" } else { "ben" };
        let state = DeviationsState {
            open: BTreeMap::from([
                ("close_date_passed".to_owned(), open(Severity::High)),
                ("stuck_in_stage".to_owned(), open(Severity::Medium)),
            ]),
            ..DeviationsState::default()
        };
        notify.keep(Key::deviations(&id), &state, Some(owner)).await;
    }
    notify
        .handle(&asked("carla", "executive"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mail = notify.mails().remove(0);
    for said in [
        "To put right, by team\n- dach sales: 17\n- america sales: 8\n",
        "Close date is past: since",
        "For Ben Huber: put right in the CRM: close date.",
        "\n- and 3 more, which hurt less\n",
    ] {
        assert!(mail.text.contains(said), "{said}: {}", mail.text);
    }
}

/// The others are one click away, as they are by then.
#[tokio::test]
async fn what_is_cut_is_seen_by_a_link() {
    let notify = notify();
    for number in 0..12 {
        let id: RecordId = record_id(&format!("lead:{number}"));
        let state = clock("anna", ClockStatus::Late, "2026-11-20T14:00:00Z");
        notify.keep(Key::clocks(&id), &state, Some("anna")).await;
    }
    let vault = super::links::Vault(true);
    let keys = engine::LinkKeys::new(&vault, "links");
    let notify = notify.with_links(keys, "https://fairlead.example");
    notify
        .handle(&asked("anna", "seller"), at("2026-11-23T07:00:05Z"))
        .await
        .unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    let mail = &mails[0];
    let (_, address) = mail
        .text
        .split_once("\n- and 2 more\n  all of them: ")
        .unwrap();
    let address = address.lines().next().unwrap();
    assert!(mail.html.contains(&format!("href=\"{address}\"")));
    let claimed = engine::claimed_by(address).unwrap();
    let digest = "seller".to_owned();
    assert_eq!(claimed.action, contracts::LinkAction::List { digest });
    assert_eq!(
        (claimed.record, claimed.person),
        (None, PersonId::new("anna"))
    );
}
