//! What a digest reminds of can be answered, and what was answered rests in it.

use std::collections::BTreeSet;

use contracts::{LinkAction, Reminder, ReminderAnswer, ReminderAnswered, Resting};
use engine::{LinkKeys, claimed_by};

use super::{digests::asked, links::Vault, *};

fn idle() -> Reminder {
    Reminder::Deviation {
        name: "no_contact".to_owned(),
        since: at("2026-11-18T08:00:00Z"),
    }
}

/// A deal of anna's that nobody has called about and that stands where it stood, and what was answered of it.
async fn forgotten(resting: Vec<Resting>) -> Tested {
    let notify = notify();
    let deal = opportunity("900", at("2026-08-01T10:00:00Z"))
        .text("name", "Acme rollout")
        .text("stage", "discovery")
        .owner("anna");
    let id = notify.keep_record(deal.build()).await;
    let open = OpenDeviation {
        since: at("2026-11-18T08:00:00Z"),
        severity: Severity::High,
        resolve_by: None,
        steps: None,
    };
    let state = DeviationsState {
        open: BTreeMap::from([
            ("no_contact".to_owned(), open.clone()),
            ("stuck_in_stage".to_owned(), open),
        ]),
        resting,
        ..DeviationsState::default()
    };
    notify
        .keep(Key::deviations(&id), &state, Some("anna"))
        .await;
    notify
}

/// One of which a part rests, and the other comes again.
pub(super) async fn with_answers() -> Tested {
    let done = Resting {
        of: Reminder::Deviation {
            name: "stuck_in_stage".to_owned(),
            since: at("2026-11-18T08:00:00Z"),
        },
        answer: ReminderAnswer::Done,
        until: at("2026-11-22T09:00:00Z"),
        ..snoozed()
    };
    forgotten(vec![snoozed(), done]).await
}

/// The mail of a morning, if it is not left out.
async fn morning(to: &str, digest: &str, resting: Vec<Resting>) -> Option<MailMessage> {
    let keys = LinkKeys::new(&Vault(true), "links");
    let notify = forgotten(resting).await;
    let notify = notify.with_links(keys, "https://fairlead.example");
    notify.handle(&asked(to, digest), at(NOW)).await.unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    mails.first().cloned()
}

fn snoozed() -> Resting {
    Resting {
        of: idle(),
        by: PersonId::new("anna"),
        answer: ReminderAnswer::Snoozed {
            until: at("2026-11-29T23:00:00Z"),
            reason: "their board meets".to_owned(),
        },
        at: at("2026-11-20T09:00:00Z"),
        until: at("2026-11-29T23:00:00Z"),
    }
}

pub(super) fn not_mine() -> ReminderAnswered {
    ReminderAnswered {
        of: BTreeSet::from([idle()]),
        by: PersonId::new("anna"),
        answer: ReminderAnswer::NotMine {
            reason: "a partner has it".to_owned(),
        },
    }
}

#[tokio::test]
async fn each_record_has_one_link_to_answer_all_that_is_said_of_it() {
    let mail = morning("anna", "seller", Vec::new()).await.unwrap();
    let words = "Done, to be reminded later, or not yours: ";
    assert_eq!(mail.text.matches(words).count(), 1, "{}", mail.text);
    let (_, link) = mail.text.split_once(words).unwrap();
    let claimed = claimed_by(link.lines().next().unwrap()).unwrap();
    let LinkAction::Remind { of } = claimed.action else {
        panic!("{claimed:?}");
    };
    let names: BTreeSet<&str> = of.iter().map(Reminder::name).collect();
    assert_eq!(names, BTreeSet::from(["no_contact", "stuck_in_stage"]));
    assert!(mail.html.contains("Done or later?"));
    assert!(!mail.text.contains("Done already?"), "{}", mail.text);
}

#[tokio::test]
async fn what_is_snoozed_is_named_at_the_end_and_stands_in_the_leads_digest() {
    let mail = morning("anna", "seller", vec![snoozed()]).await.unwrap();
    let (open, resting) = mail
        .text
        .split_once("Resting, as you have answered")
        .unwrap();
    assert!(!open.to_lowercase().contains("no contact"), "{open}");
    let said = "Acme rollout. You: snoozed until Mon 30 Nov 2026, 00:00 CET (their board meets).";
    assert!(resting.contains(said), "{resting}");
    let mail = morning("jonas", "team_lead", vec![snoozed()])
        .await
        .unwrap();
    let said = "snoozed until Mon 30 Nov 2026, 00:00 CET (their board meets)";
    assert!(mail.text.contains(said), "{}", mail.text);
    assert!(!mail.text.contains("Resting"), "{}", mail.text);
}

#[tokio::test]
async fn what_comes_again_comes_with_the_answer() {
    let answered = Resting {
        answer: ReminderAnswer::Done,
        until: at("2026-11-22T09:00:00Z"),
        ..snoozed()
    };
    let mail = morning("anna", "seller", vec![answered]).await.unwrap();
    let said =
        "You have said on Fri 20 Nov 2026, 10:00 CET that it is done; the CRM does not show it";
    assert!(mail.text.contains(said), "{}", mail.text);
}

#[tokio::test]
async fn whoever_decides_whose_it_is_hears_why_it_is_not_theirs() {
    let notify = notify();
    let deal = opportunity("900", at(NOW))
        .text("name", "Acme rollout")
        .owner("anna");
    let record = notify.keep_record(deal.build()).await;
    let mail = notify
        .mail_of(&record, "jonas", Notice::NotMine(not_mine()))
        .await;
    assert!(mail.text.contains("a partner has it"), "{}", mail.text);
    assert!(
        mail.text.contains("The CRM has it as theirs"),
        "{}",
        mail.text
    );
    assert!(mail.subject.contains("Acme rollout"), "{}", mail.subject);
}
