#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};

use contracts::{EventId, LinkAction};
use crm::PersonId;
use jiff::SignedDuration;
use testkit::at;

use super::*;

const URL: &str = "https://fairlead.example/";

/// One secret, and how often it was read.
#[derive(Debug, Clone, Default)]
struct Vault(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    fields: Vec<(&'static str, String)>,
    reads: u32,
}

impl Vault {
    fn holds(&self, fields: &[(&'static str, &str)]) {
        let fields = fields.iter().map(|(name, key)| (*name, key.repeat(40)));
        self.0.lock().unwrap().fields = fields.collect();
    }

    fn reads(&self) -> u32 {
        self.0.lock().unwrap().reads
    }
}

impl Secrets for Vault {
    async fn field(&self, name: &str, field: &str) -> Result<String, SecretError> {
        let mut vault = self.0.lock().unwrap();
        vault.reads += 1;
        let held = vault.fields.iter().find(|(held, _)| *held == field);
        held.map(|(_, key)| key.clone())
            .ok_or_else(|| SecretError::Malformed {
                name: name.to_owned(),
                field: field.to_owned(),
            })
    }
}

fn noon() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

fn link() -> Link {
    Link {
        person: PersonId::new("anna"),
        record: Some(testkit::record_id("lead:1")),
        action: LinkAction::LookAgain,
        mail: EventId::of(&["a mail"]),
        issued: noon(),
        until: noon() + SignedDuration::from_hours(24),
    }
}

async fn signed(vault: &Vault) -> String {
    let signer = LinkKeys::new(vault, "links")
        .signer(URL, noon())
        .await
        .unwrap();
    let address = signer.signed_link(&link()).unwrap();
    let text = address.strip_prefix("https://fairlead.example/views/");
    text.unwrap().to_owned()
}

#[tokio::test]
async fn a_signed_link_opens_and_says_what_was_signed() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let text = signed(&vault).await;
    assert!(text.len() < 300, "{text}");
    let keys = LinkKeys::new(&vault, "links");
    let opened = keys.open(&text, noon()).await.unwrap();
    assert_eq!(opened.link, link());
    assert!(opened.is_form_token("1", &opened.form_token("1")));
    assert!(!opened.is_form_token("2", &opened.form_token("1")));
}

#[tokio::test]
async fn what_an_address_claims_is_known_without_the_key() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let text = signed(&vault).await;
    let found = claimed_by(&format!(" https://x.example/views/{text}\n"));
    assert_eq!(found, Some(link()));
    assert_eq!(claimed_by(&text), None);
    assert_eq!(claimed_by("https://x.example/views/"), None);
}

#[tokio::test]
async fn a_rotation_keeps_the_links_of_the_key_before_and_takes_the_new_ones() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let old = signed(&vault).await;
    let running = LinkKeys::new(&vault, "links");
    running.open(&old, noon()).await.unwrap();
    vault.holds(&[(KEY, "b"), (KEY_BEFORE, "a")]);
    let new = signed(&vault).await;
    // What runs reads the secret anew; what starts now finds the key before.
    for keys in [running, LinkKeys::new(&vault, "links")] {
        for text in [&new, &old, &new] {
            assert_eq!(keys.open(text, noon()).await.unwrap().link, link());
        }
    }
    vault.holds(&[(KEY, "b")]);
    let keys = LinkKeys::new(&vault, "links");
    let gone = keys.open(&old, noon()).await;
    assert_eq!(gone, Err(LinkError::Refused(LinkRefusal::UnknownKey)));
}

#[tokio::test]
async fn an_empty_or_short_key_never_replaces_a_good_one() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let good = signed(&vault).await;
    let keys = LinkKeys::new(&vault, "links");
    keys.open(&good, noon()).await.unwrap();
    vault.0.lock().unwrap().fields = vec![(KEY, "short".to_owned()), (KEY_BEFORE, String::new())];
    let later = noon() + SignedDuration::from_hours(1);
    assert_eq!(keys.open(&good, later).await.unwrap().link, link());
    let forged = good.replacen(".", ".0", 1);
    assert!(keys.open(&forged, later).await.is_err());
    assert_eq!(keys.open(&good, later).await.unwrap().link, link());
    assert!(keys.signer(URL, later).await.is_ok());
}

#[tokio::test]
async fn a_key_that_was_taken_out_opens_nothing_after_ten_minutes() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let leaked = signed(&vault).await;
    let keys = LinkKeys::new(&vault, "links");
    keys.open(&leaked, noon()).await.unwrap();
    vault.holds(&[(KEY, "b")]);
    let soon = noon() + SignedDuration::from_mins(9);
    assert!(keys.open(&leaked, soon).await.is_ok());
    let later = noon() + SignedDuration::from_mins(10);
    let gone = keys.open(&leaked, later).await;
    assert_eq!(gone, Err(LinkError::Refused(LinkRefusal::UnknownKey)));
}

#[tokio::test]
async fn an_opened_link_does_not_print_what_opens_it() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "a")]);
    let text = signed(&vault).await;
    let opened = LinkKeys::new(&vault, "links").open(&text, noon()).await;
    assert!(!format!("{opened:?}").contains(&text));
}

#[tokio::test]
async fn a_flood_of_invented_keys_is_not_one_of_reads() {
    let vault = Vault::default();
    vault.holds(&[(KEY, "x")]);
    let forged = signed(&vault).await;
    vault.holds(&[(KEY, "a")]);
    let keys = LinkKeys::new(&vault, "links");
    keys.open(&forged, noon()).await.unwrap_err();
    let reads = vault.reads();
    for _ in 0..100 {
        keys.open(&forged, noon()).await.unwrap_err();
    }
    assert_eq!(vault.reads(), reads);
}

#[tokio::test]
async fn a_key_that_is_none_is_said_without_being_told() {
    let vault = Vault::default();
    let keys = LinkKeys::new(&vault, "links");
    assert!(matches!(
        keys.signer(URL, noon()).await,
        Err(LinkError::Secret(_))
    ));
    vault.0.lock().unwrap().fields = vec![(KEY, "short".to_owned())];
    let why = keys.signer(URL, noon()).await.unwrap_err().to_string();
    assert_eq!(
        why,
        "secret links, field `link_key`: a key for links has at least 32 characters, and this one has 5"
    );
}
