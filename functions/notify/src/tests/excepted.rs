//! What is told of exceptions: to whoever may ask, to whoever may decide, and to who asked.

use contracts::{ExceptionAnswered, ExceptionAsked, LinkAction};
use engine::{LinkKeys, claimed_by};

use super::{links::Vault, *};

async fn mail(to: &str, notice: Notice) -> MailMessage {
    let notify = notify();
    let deal = opportunity("900", at(NOW))
        .text("name", "Acme rollout")
        .owner("anna");
    let record = notify.keep_record(deal.build()).await;
    let keys = LinkKeys::new(&Vault(true), "links");
    let notify = notify.with_links(keys, "https://fairlead.example");
    let event = noticed(&record, to, notice);
    notify.handle(&event, at(NOW)).await.unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    mails.first().unwrap().clone()
}

fn action(mail: &MailMessage, words: &str) -> Option<LinkAction> {
    let (_, link) = mail.text.split_once(&format!("{words}: "))?;
    Some(claimed_by(link.lines().next()?)?.action)
}

fn turned_back(to: &str) -> Notice {
    Notice::GateNotMet {
        from: "discovery".to_owned(),
        to: to.to_owned(),
        unmet: vec!["Please fill in: Budget confirmed (needed: yes)".to_owned()],
        mode: model::GateMode::TurnBack,
    }
}

#[tokio::test]
async fn who_may_act_on_what_was_turned_back_has_a_link_to_ask() {
    let words = "Ask for an exception";
    let ask = |stage: &str| {
        Some(LinkAction::AskException {
            stage: stage.to_owned(),
        })
    };
    assert_eq!(
        action(&mail("anna", turned_back("sql")).await, words),
        ask("sql")
    );
    // Neither whoever has nothing to do with it, nor where a stage asks for nothing.
    assert_eq!(action(&mail("ben", turned_back("sql")).await, words), None);
    assert_eq!(
        action(&mail("anna", turned_back("negotiation")).await, words),
        None
    );
}

#[tokio::test]
async fn who_may_decide_has_a_link_to_grant_or_refuse_it() {
    let of = std::collections::BTreeSet::from(["sql.budget".to_owned()]);
    let asked = Notice::ExceptionAsked(ExceptionAsked {
        of: of.clone(),
        by: PersonId::new("anna"),
        reason: "they decide in December".to_owned(),
    });
    let mail = mail("jonas", asked).await;
    assert_eq!(mail.subject, "To except: Acme rollout");
    for said in [
        "Anna Vogel asks for an exception for Acme rollout (opportunity 900): they decide in December.",
        "- budget, for the stage sql",
        "please do not forward this mail",
    ] {
        assert!(mail.text.contains(said), "{}", mail.text);
    }
    // A manager has no command line.
    assert!(!mail.text.contains("fairlead exception"), "{}", mail.text);
    let asked_by = PersonId::new("anna");
    let expected = LinkAction::Except { of, asked_by };
    assert_eq!(action(&mail, "Grant it or refuse it"), Some(expected));
}

#[tokio::test]
async fn who_asked_hears_what_became_of_it() {
    let said = |until: Option<&str>| {
        Notice::ExceptionAnswered(ExceptionAnswered {
            of: ["sql.budget".to_owned()].into(),
            by: PersonId::new("carla"),
            asked_by: PersonId::new("anna"),
            until: until.map(at),
            reason: "well known".to_owned(),
        })
    };
    let granted = mail("anna", said(Some("2026-12-01T23:00:00Z"))).await;
    assert_eq!(granted.subject, "Excepted: Acme rollout");
    let words = "until the end of Tue 1 Dec 2026: well known. Until then what is excepted counts as met. Please make the move";
    assert!(granted.text.contains(words), "{}", granted.text);
    // Of a deviation no move was turned back.
    let Notice::ExceptionAnswered(mut idle) = said(Some("2026-12-01T23:00:00Z")) else {
        panic!("an answer");
    };
    idle.of = ["no_contact".to_owned()].into();
    let granted = mail("anna", Notice::ExceptionAnswered(idle)).await;
    let words = "Until then what is excepted is not counted as a deviation.\n";
    assert!(granted.text.contains(words), "{}", granted.text);
    assert!(!granted.text.contains("move"), "{}", granted.text);
    let refused = mail("anna", said(None)).await;
    assert_eq!(refused.subject, "Not excepted: Acme rollout");
    assert!(refused.text.contains("well known."), "{}", refused.text);
}
