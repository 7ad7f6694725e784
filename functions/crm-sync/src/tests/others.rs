//! What belongs to an account or an opportunity is counted, and what counts it is told when that changes.

use crm::Value;
use decisions::Facts;
use model_compiler::Texts;
use testkit::{example_texts, model_of};

use super::*;

const COUNTS: &str = "  lead.big_deals:        { count: opportunity, same: account, also_closed: yes, when: { opportunity.amount: { at_least: 1000 } } }
  lead.colleagues:       { count: lead, same: account }
  account.deals:         { count: opportunity, of: account, also_closed: yes }
  lead.nobody_asks:      { count: opportunity, same: account, also_closed: yes }
";

/// A rule that asks for each of the counts but one.
const RULE: &str = "    - rule: counting
      when:
        lead.open_deals: { at_least: 5 }
        lead.big_deals: { at_least: 5 }
        lead.colleagues: { at_least: 5 }
        account.deals: { at_least: 5 }
      to: nobody
";

fn texts() -> Texts {
    let mut texts = example_texts();
    for (file, before, insert) in [
        ("technology.yaml", "  opportunity.contacts: ", COUNTS),
        ("processes.yaml", "    - rule: private_mail", RULE),
    ] {
        let text = texts.get(file).unwrap();
        assert!(text.contains(before), "{file} has no {before}");
        let text = text.replacen(before, &format!("{insert}{before}"), 1);
        texts.insert(file, text.as_bytes());
    }
    texts
}

/// Two leads and two deals of account 5; one of the deals is lost.
fn counting() -> Tested {
    let tested = over(model_of(&texts()));
    tested.crm.text("account:5", "country", "DE");
    for lead in ["lead:1", "lead:2"] {
        tested.crm.text(lead, "email", "a@kranich.example");
        tested.crm.belongs(lead, "5");
    }
    deal(&tested, "opportunity:1", "discovery", 500);
    deal(&tested, "opportunity:2", "lost", 2000);
    tested
}

fn deal(tested: &Tested, id: &str, stage: &str, amount: i64) {
    tested.crm.text(id, "stage", stage);
    tested
        .crm
        .edit(id, "amount", Some(Value::Number(amount.into())));
    tested.crm.belongs(id, "5");
}

impl Tested {
    /// What a lead's copy tells of each of the counts.
    async fn counts(&self, lead: &str) -> [Option<String>; 5] {
        let record = self.copy(lead).await.unwrap().record;
        let rules = &self.function.rules;
        let facts = Facts::of(rules, &record, at(NOW));
        [
            "lead.open_deals",
            "lead.big_deals",
            "lead.colleagues",
            "account.deals",
            "lead.nobody_asks",
        ]
        .map(|field| match facts.look(&field.parse().unwrap()) {
            decisions::FieldValue::Value(value) => Some(value.to_string()),
            _ => None,
        })
    }

    async fn carry(&self, account: &str) {
        let audits = self.audits_of(account);
        let newest = audits.iter().max_by_key(|audit| audit.sequence).unwrap();
        let event = newest.events[0].clone();
        assert_eq!(self.handle(&[event]).await, vec![Ok(())]);
    }
}

fn said(counts: [Option<&str>; 5]) -> [Option<String>; 5] {
    counts.map(|count| count.map(str::to_owned))
}

#[tokio::test]
async fn a_lead_comes_with_what_belongs_to_its_account_and_never_counts_itself() {
    let tested = counting();
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    let counts = [Some("1"), Some("1"), Some("1"), Some("2"), None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
    // The account's leads and its deals, each asked for once; the deals and the leads, read once.
    assert_eq!(tested.crm.count("associated"), 3);
    assert_eq!(tested.crm.count("read"), 4);
}

#[tokio::test]
async fn a_deal_that_changes_is_counted_anew_for_all_of_its_account() {
    let tested = counting();
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    deal(&tested, "opportunity:3", "sql", 5000);
    assert_eq!(
        tested.handle(&[noticed("opportunity:3")]).await,
        vec![Ok(())]
    );
    tested.carry("account:5").await;
    let counts = [Some("2"), Some("2"), Some("1"), Some("3"), None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
    let audits = tested.audits_of("lead:1");
    let newest = audits.iter().max_by_key(|audit| audit.sequence).unwrap();
    let EventData::RecordChanged { changed, .. } = &newest.events[0].data else {
        panic!("another event");
    };
    let names = [
        "account.account.deals",
        "account.lead.big_deals",
        "account.lead.open_deals",
    ];
    assert_eq!(*changed, names);
}

#[tokio::test]
async fn a_deal_that_is_gone_or_leaves_for_another_account_is_counted_no_more() {
    let tested = counting();
    let events = ["lead:1", "opportunity:1", "opportunity:2"].map(noticed);
    assert_eq!(tested.handle(&events).await, vec![Ok(()); 3]);
    tested.crm.delete("opportunity:1");
    let gone = told("opportunity:1", "gone", TOLD, true);
    assert_eq!(tested.handle(&[gone]).await, vec![Ok(())]);
    tested.carry("account:5").await;
    let counts = [Some("0"), Some("1"), Some("1"), Some("1"), None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
    tested.crm.text("account:6", "country", "US");
    tested.crm.belongs("opportunity:2", "6");
    let moved = told("opportunity:2", "moved", TOLD, false);
    assert_eq!(tested.handle(&[moved]).await, vec![Ok(())]);
    tested.carry("account:5").await;
    let counts = [Some("0"), Some("0"), Some("1"), Some("0"), None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
}

#[tokio::test]
async fn what_cannot_be_read_now_is_asked_again_and_what_is_unknown_is_no_zero() {
    let tested = counting();
    tested.crm.edit("opportunity:1", "amount", None);
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    let counts = [Some("1"), None, Some("1"), Some("2"), None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
}

#[tokio::test]
async fn one_that_is_no_record_may_count_so_the_number_is_not_known() {
    let tested = counting();
    tested
        .crm
        .breaks("opportunity:1", Some("it has no properties"));
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    let counts = [None, None, Some("1"), None, None];
    assert_eq!(tested.counts("lead:1").await, said(counts));
}

#[tokio::test]
async fn without_a_count_nothing_more_is_read() {
    let tested = sync();
    tested.crm.text("account:5", "country", "DE");
    tested.crm.text("lead:1", "email", "a@kranich.example");
    tested.crm.belongs("lead:1", "5");
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    assert_eq!(tested.crm.count("associated"), 1);
    assert_eq!(tested.crm.count("read"), 2);
}

/// Contacts are read where it is asked what they are, as the objects of leads, and looked through nowhere else.
#[tokio::test]
async fn contacts_count_for_what_they_are() {
    let mut texts = texts();
    for (file, before, insert) in [
        (
            "technology.yaml",
            "  opportunity.contacts: ",
            "  account.buyers: { count: contact, when: { contact.role: buyer } }\n",
        ),
        (
            "processes.yaml",
            "    - rule: private_mail",
            "    - { rule: bought, when: { account.buyers: { at_least: 5 } }, to: nobody }\n",
        ),
        (
            "technology.yaml",
            "role:  { type: text",
            ", hubspot: buying_role",
        ),
    ] {
        let text = texts.get(file).unwrap();
        assert!(text.contains(before), "{file} has no {before}");
        let text = match insert.starts_with(',') {
            true => text.replacen(before, &format!("{before}{insert}"), 1),
            false => text.replacen(before, &format!("{insert}{before}"), 1),
        };
        texts.insert(file, text.as_bytes());
    }
    let tested = over(model_of(&texts));
    tested.crm.text("lead:1", "email", "a@kranich.example");
    tested.crm.belongs("lead:1", "5");
    tested.crm.text("account:5", "country", "DE");
    for (contact, role) in [("contact:7", "buyer"), ("contact:8", "user")] {
        tested.crm.text(contact, "role", role);
        tested.crm.belongs(contact, "5");
    }
    assert_eq!(tested.handle(&[noticed("lead:1")]).await, vec![Ok(())]);
    let record = tested.copy("lead:1").await.unwrap().record;
    let facts = Facts::of(&tested.function.rules, &record, at(NOW));
    let found = facts.look(&"account.buyers".parse().unwrap());
    let decisions::FieldValue::Value(found) = found else {
        panic!("not known");
    };
    assert_eq!(found.to_string(), "1");
}
