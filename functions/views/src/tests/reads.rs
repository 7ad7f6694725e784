//! What a page costs at a hundred thousand open records of a thousand people: round trips, rows and units, which do not
//! vary as times do; how long it takes, at the most; and how large it is.

#![allow(
    clippy::disallowed_methods,
    reason = "how long a page takes is measured"
)]

use std::time::{Duration, Instant};

use contracts::Indexes;
use store::{Store, Transaction, put_state};
use testkit::{Cost, CountedStore, example_model};

use super::*;
use crate::pages::content_of;

/// How many people there are beside those of the example, and how many records each has open.
const PEOPLE: u32 = 1_000;
const EACH: u32 = 100;

/// The longest that a page may take: what the store in memory and the page itself need, unoptimised as tests are.
const LONGEST: Duration = Duration::from_millis(300);

/// The most that a page may weigh, in bytes; what stands around its content takes the rest of 100 kB.
const MOST: usize = 97_000;

/// The example's company with a thousand sellers more, of whom as many report to jonas as one page looks at.
fn large_company() -> Rules {
    let mut model = example_model();
    let ben = model.people[&PersonId::new("ben")].clone();
    for number in 0..PEOPLE {
        let mut person = ben.clone();
        person.name = format!("Seller {number}");
        person.email = format!("seller{number}@northwind.example");
        person.crm = BTreeMap::new();
        if number >= 58 {
            person.team = None;
            person.reports_to = Some(PersonId::new("maya"));
        }
        let name = PersonId::new(format!("seller{number}"));
        model.people.insert(name, person);
    }
    testkit::rules(model)
}

/// A hundred thousand open records, each with its copy and due some day.
async fn filled() -> CountedStore {
    let store = CountedStore::default();
    for id in 0..PEOPLE * EACH {
        let owner = match id % PEOPLE {
            0 => "anna".to_owned(),
            other => format!("seller{other}"),
        };
        let record = lead(&id.to_string(), at(NOW)).owner(&owner);
        let record = record
            .text("name", &format!("Kranich Software GmbH {id}"))
            .build();
        let state = deviating(
            "late_response",
            Severity::Medium,
            at(NOW) - SignedDuration::from_secs(i64::from(id)),
        );
        let due = at(NOW) + SignedDuration::from_secs(i64::from(id));
        let indexes = Indexes {
            person: Some(owner),
            due: Some((format!("due#{}", id % 4), due)),
            ..Indexes::default()
        };
        let put = put_state::<_, ()>(Key::deviations(&record.id), &state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
        keep(&store, record).await;
    }
    store
}

/// No page may ask for what it does not show but as much as is bounded, and every page is there before anybody wonders.
#[tokio::test]
async fn what_a_page_costs_does_not_grow_with_what_others_have_open() {
    let (store, rules) = (filled().await, large_company());
    let mut wrong = Vec::new();
    for (person, name, trips, rows, half_units) in [
        ("anna", "mine", 4, 200, 400),
        ("jonas", "team", 70, 7_000, 2_500),
        ("anna", "pools", 25, 1_200, 2_400),
        ("olga", "queues", 4, 8_000, 700),
        ("olga", "operate", 9, 2_300, 500),
        ("carla", "numbers", 3, 220, 440),
        ("carla", "audit", 70, 7_000, 2_500),
        ("anna", "record?of=lead:1000", 4, 10, 20),
        ("anna", "answer?of=lead:1000", 4, 10, 20),
    ] {
        let reader = PersonId::new(person);
        let (mut took, mut size, mut cost) = (Duration::MAX, 0, None);
        // The quickest of three: what else the machine does is no page's.
        for _ in 0..3 {
            let _ = store.cost();
            let begun = Instant::now();
            let page = content_of(name, (&reader, &rules, &store), at(NOW)).await;
            took = took.min(begun.elapsed());
            size = page.unwrap().1.0.len();
            cost = Some(store.cost());
        }
        let cost = cost.unwrap();
        let most = Cost {
            trips,
            rows,
            half_units,
        };
        println!("{name}: {took:?}, {size} bytes, {cost:?}");
        let within = cost.trips <= most.trips
            && cost.rows <= most.rows
            && cost.half_units <= most.half_units;
        if !within || took > LONGEST || size > MOST {
            wrong.push(format!(
                "{name}: {took:?}, {size} bytes, {cost:?}, at most {most:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
