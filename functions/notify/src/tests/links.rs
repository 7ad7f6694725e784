//! The links in mails: for whom there is one, and what it says.

use contracts::LinkAction;
use engine::{LinkKeys, SecretError, Secrets, claimed_by};

use super::*;

/// A secret that has a key, or none.
#[derive(Debug, Clone)]
pub(super) struct Vault(pub(super) bool);

impl Secrets for Vault {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        if self.0 && field == "link_key" {
            return Ok("k".repeat(40));
        }
        Err(SecretError::Malformed {
            name: name.to_owned(),
            field: field.to_owned(),
        })
    }
}

/// The text of the mail that somebody gets about ada's clock, which ran out.
async fn text_to(person: &str, vault: Vault) -> String {
    let notify = notify();
    let record = notify.keep_record(ada()).await;
    let notify = notify.with_links(LinkKeys::new(&vault, "links"), "https://fairlead.example");
    let notice = Notice::ClockLate {
        clock: "first_response".to_owned(),
        due: at("2026-11-22T10:00:00Z"),
        step: 1,
    };
    notify
        .handle(&noticed(&record, person, notice), at(NOW))
        .await
        .unwrap();
    let mails = notify.mail.mails.lock().unwrap();
    let [mail] = mails.as_slice() else {
        panic!("{} mails", mails.len())
    };
    let shown = mail.text.contains("looked at again");
    assert_eq!(mail.html.contains("looked at again"), shown);
    mail.text.clone()
}

#[tokio::test]
async fn who_may_act_has_a_link_that_opens() {
    // jonas is anna's manager.
    for person in ["anna", "jonas"] {
        let text = text_to(person, Vault(true)).await;
        let (_, address) = text.split_once("looked at again: ").unwrap();
        let address = address.lines().next().unwrap();
        let claimed = claimed_by(address).unwrap();
        assert_eq!(claimed.person, PersonId::new(person));
        assert_eq!(claimed.record, Some(record_id("lead:123")));
        assert_eq!(claimed.action, LinkAction::LookAgain);
        assert_eq!(claimed.mail, EventId::of(&["notice", person]));
        assert!(claimed.is_open(at(NOW)));
        let signed = address
            .strip_prefix("https://fairlead.example/views/")
            .unwrap();
        let keys = LinkKeys::new(&Vault(true), "links");
        assert_eq!(keys.open(signed, at(NOW)).await.unwrap().link, claimed);
    }
}

#[tokio::test]
async fn who_may_not_act_has_none() {
    // Olga sees to what no seller can, and so sees why; Tom gets no digest that shows it.
    let text = text_to("olga", Vault(true)).await;
    assert!(!text.contains("looked at again"), "{text}");
    let (_, address) = text.split_once("Why: ").unwrap();
    let claimed = claimed_by(address.lines().next().unwrap()).unwrap();
    assert_eq!(claimed.action, LinkAction::Why);
    assert!(!text_to("tom", Vault(true)).await.contains("/views/"));
}

#[tokio::test]
async fn a_mail_goes_out_without_links_if_there_is_no_key() {
    assert!(!text_to("anna", Vault(false)).await.contains("/views/"));
}
