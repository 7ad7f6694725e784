//! Whose another lead of the domain was last is kept with the copies, and known to the next lead.

use contracts::{
    Erasure,
    state::{LatestState, MOST_LATEST},
};
use crm::{Latest, PersonId, Value};
use jiff::{SignedDuration, ToSpan};

use super::*;

/// The example, in which leads ask whose another of their domain was in the last 120 days.
fn asking() -> Tested {
    let mut model = example_model();
    let of = |name: &str| crm::FieldRef::new(RecordKind::Lead, name);
    let latest = model::Derived::Latest(model::LatestOfDomain {
        person: of("owner"),
        mail: of("email"),
        hours: 120 * 24,
    });
    model.derived.insert(of("former_owner"), latest);
    over(model)
}

impl Tested {
    /// A lead with this address, of this person.
    async fn lead(&self, number: usize, mail: &str, person: Option<&str>) {
        let name = format!("lead:{number}");
        self.crm.text(&name, "email", mail);
        let owner = person.map(|it| Value::Person(PersonId::new(it)));
        self.crm.edit(&name, "owner", owner);
        self.read_again(&name).await;
    }

    async fn read_again(&self, name: &str) {
        let webhook = self.crm.calls().len().to_string();
        let fine = self.handle(&[told(name, &webhook, TOLD, false)]).await;
        assert_eq!(fine, [Ok(())]);
    }

    /// Whose another of its domain was, as the lead's copy has it: which lead, and whose.
    async fn former(&self, name: &str) -> Option<(String, String)> {
        let copy = self.copy(name).await.unwrap().record;
        let latest = copy.latest.get("former_owner")?;
        Some((latest.record.name(), latest.person.to_string()))
    }

    async fn of_domain(&self, domain: &str) -> Vec<Latest> {
        let state: Option<LatestState> =
            state_of(&self.function.table.store, Key::latest(&source(), domain)).await;
        let kept = state.unwrap_or_default().kept;
        kept.get("owner").cloned().unwrap_or_default()
    }
}

fn is(lead: &str, person: &str) -> Option<(String, String)> {
    Some((lead.to_owned(), person.to_owned()))
}

#[tokio::test]
async fn the_next_lead_of_a_domain_knows_whose_the_one_before_was() {
    let tested = asking();
    tested.lead(1, "jo@kranich.example", Some("anna")).await;
    assert_eq!(tested.former("lead:1").await, None, "never itself");
    tested.lead(2, "kim@Kranich.example", None).await;
    assert_eq!(tested.former("lead:2").await, is("lead:1", "anna"));
    tested.lead(3, "lee@other.example", None).await;
    assert_eq!(tested.former("lead:3").await, None, "another company");

    // Whoever came to own one last counts, and what has no owner tells nothing.
    tested.lead(2, "kim@kranich.example", Some("ben")).await;
    tested.lead(4, "max@kranich.example", None).await;
    assert_eq!(tested.former("lead:4").await, is("lead:2", "ben"));
    tested.lead(2, "kim@kranich.example", None).await;
    tested.read_again("lead:4").await;
    assert_eq!(tested.former("lead:4").await, is("lead:1", "anna"));
    let changed = tested.audits_of("lead:4");
    let changed = changed.iter().flat_map(|audit| &audit.events);
    let told = changed.filter(|it| {
        matches!(&it.data, EventData::RecordChanged { changed, .. } if changed.iter().any(|it| it == "former_owner"))
    });
    assert_eq!(told.count(), 1, "that it is another is told");
}

#[tokio::test]
async fn an_address_of_free_mail_tells_of_nobody() {
    let tested = asking();
    tested.lead(1, "jo@gmail.com", Some("anna")).await;
    tested.lead(2, "kim@gmail.com", None).await;
    assert_eq!(tested.former("lead:2").await, None);
    assert_eq!(tested.of_domain("gmail.com").await, []);
}

/// Who has had a lead for long does not have it anew with each change of it.
#[tokio::test]
async fn since_when_it_is_theirs_stays() {
    let tested = asking();
    tested.lead(1, "jo@kranich.example", Some("anna")).await;
    let before = tested.of_domain("kranich.example").await;
    tested.crm.text("lead:1", "title", "CFO");
    tested.read_again("lead:1").await;
    assert_eq!(tested.of_domain("kranich.example").await, before);
    tested.lead(1, "jo@kranich.example", Some("ben")).await;
    let after = tested.of_domain("kranich.example").await;
    assert!(after.len() == 1 && after[0].at > before[0].at, "{after:?}");
}

/// What leaves a domain tells of it no more: by another address, by being deleted, by being forgotten.
#[tokio::test]
async fn what_is_gone_tells_of_nobody() {
    let tested = asking();
    for (number, person) in [(1, "anna"), (2, "ben"), (3, "jonas")] {
        let mail = format!("{number}@kranich.example");
        tested.lead(number, &mail, Some(person)).await;
    }
    assert_eq!(tested.of_domain("kranich.example").await.len(), 3);
    tested.lead(3, "3@moved.example", Some("jonas")).await;
    assert_eq!(tested.of_domain("moved.example").await.len(), 1);
    let left = tested.of_domain("kranich.example").await;
    let left: Vec<String> = left.iter().map(|it| it.record.name()).collect();
    assert_eq!(left, ["lead:2", "lead:1"], "the latest first");

    tested.crm.delete("lead:2");
    let gone = told("lead:2", "gone", TOLD, true);
    assert_eq!(tested.handle(&[gone]).await, [Ok(())]);
    let left = tested.of_domain("kranich.example").await;
    assert_eq!(left.len(), 1);

    tested.lead(4, "4@kranich.example", None).await;
    assert_eq!(tested.former("lead:4").await, is("lead:1", "anna"));
    for lead in ["lead:1", "lead:4"] {
        let mut event = told(lead, "erased", TOLD, false);
        if let EventData::RecordNoticed { erasure, .. } = &mut event.data {
            *erasure = Some(Erasure::Asked(PersonId::new("olga")));
        }
        assert_eq!(tested.handle(&[event]).await, [Ok(())]);
    }
    assert_eq!(tested.of_domain("kranich.example").await, []);
    assert_eq!(
        tested.former("lead:4").await,
        None,
        "who is forgotten has no domain"
    );
    tested.read_again("lead:1").await;
    assert_eq!(
        tested.of_domain("kranich.example").await,
        [],
        "nor has they later"
    );
}

/// However many there are of one domain, the latest few are kept, and those only as long as they count.
#[tokio::test]
async fn the_latest_few_of_a_domain_are_kept() {
    let tested = asking();
    let events: Vec<Event> = (1..=60)
        .map(|number| {
            let name = format!("lead:{number}");
            tested.crm.text(&name, "email", "all@kranich.example");
            let person = Value::Person(PersonId::new(["anna", "ben"][number % 2]));
            tested.crm.edit(&name, "owner", Some(person));
            noticed(&name)
        })
        .collect();
    let became = tested.handle(&events).await;
    assert!(became.iter().all(Result::is_ok), "{became:?}");
    let kept = tested.of_domain("kranich.example").await;
    let names: Vec<String> = kept.iter().map(|it| it.record.name()).collect();
    let latest = (53..=60).rev().map(|number| format!("lead:{number}"));
    assert_eq!(names, latest.collect::<Vec<_>>());
    assert_eq!(names.len(), MOST_LATEST);
    let key = Key::latest(&source(), "kranich.example");
    let item = tested.function.table.store.get(&[key]).await.unwrap();
    let size = item[0].as_ref().unwrap().body.bytes_at_most();
    assert!(size < 1_500, "{size} bytes");
}

/// In a model that does not ask, nothing is read or written for it.
#[tokio::test]
async fn a_model_that_does_not_ask_pays_nothing() {
    let tested = sync();
    tested.lead(1, "jo@kranich.example", Some("anna")).await;
    assert_eq!(tested.of_domain("kranich.example").await, []);
    assert!(
        tested
            .copy("lead:1")
            .await
            .unwrap()
            .record
            .latest
            .is_empty()
    );
}

/// What was kept may have grown old: then it is of nobody, and goes with the next one's write.
#[tokio::test]
async fn what_is_too_long_ago_counts_no_more() {
    let tested = asking();
    tested.lead(1, "jo@kranich.example", Some("anna")).await;
    let late = at(NOW) + SignedDuration::try_from(2881.hours()).unwrap();
    tested.crm.text("lead:2", "email", "kim@kranich.example");
    let event = told("lead:2", "late", TOLD, false);
    let handled = tested
        .function
        .handle_batch(&[(event, late)], &|| true)
        .await;
    assert_eq!(handled, [Ok(())]);
    assert_eq!(tested.former("lead:2").await, None);
}
