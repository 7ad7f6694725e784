//! What a morning costs where a thousand people have a hundred thousand records open.

use model::Severity;
use testkit::{Cost, CountedStore, deviating};

use super::*;

/// How many sellers there are, and how many records each has open.
const PEOPLE: u32 = 1_000;
const EACH: u32 = 100;

/// The example's company with so many sellers more, in the team of jonas or in none.
fn company(in_his_team: u32) -> OperatingModel {
    let mut model = example_model();
    model.reviews.clear();
    let ben = model.people[&PersonId::new("ben")].clone();
    for number in 0..PEOPLE {
        let mut person = ben.clone();
        person.email = format!("seller{number}@northwind.example");
        let known = person.crm.values_mut();
        known.for_each(|id| *id = format!("9{number}"));
        if number >= in_his_team {
            person.team = None;
        }
        let name = PersonId::new(format!("seller{number}"));
        model.people.insert(name, person);
    }
    model
}

async fn filled(each: u32) -> CountedStore {
    let store = CountedStore::default();
    for id in 0..PEOPLE * each {
        let record: RecordId = record_id(&format!("lead:{id}"));
        let state = deviating(
            "late_response",
            Severity::Medium,
            at("2026-11-20T08:00:00Z"),
        );
        let indexes = Indexes {
            person: Some(format!("seller{}", id % PEOPLE)),
            ..Indexes::default()
        };
        let put = put_state::<_, ()>(Key::deviations(&record), &state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
    }
    store
}

/// What one tick reads of a table in which everybody has so many records open, if these digests are sent.
async fn morning(each: u32, change: impl FnOnce(&mut OperatingModel)) -> Cost {
    let mut model = company(20);
    change(&mut model);
    let store = filled(each).await;
    let tested = DailyDigest::new(table(store), rules(model));
    let _ = tested.table.store.cost();
    let eight = "2026-11-24T07:00:00Z";
    tested.handle(&tick(eight, "a"), at(eight)).await.unwrap();
    let asked = tested.table.store.cost();
    println!("{each} each: {asked:?}");
    asked
}

/// Each item that somebody is shown is read once, whoever else is shown it; what nobody is shown is not read at all.
#[tokio::test]
async fn a_morning_reads_what_is_shown_and_that_once() {
    let everybody = morning(EACH, |model| {
        model.digests.remove("operator");
        model.digests.remove("executive");
    });
    let everybody = everybody.await;
    let open = (PEOPLE * EACH) as usize;
    // Beside the open work each digest costs a look whether it was sent, before and at the commit.
    let beside = 4 * 1_100;
    assert!(
        everybody.rows >= open && everybody.rows <= open + beside,
        "{everybody:?}"
    );
    assert!(everybody.trips <= 3 * 1_100, "{everybody:?}");
    assert!(
        everybody.half_units <= open * 600 / 4_096 + 9 * 1_100,
        "{everybody:?}"
    );
    // Of the same records, a team lead alone is shown those of his team.
    let one_team = morning(EACH, |model| {
        model.digests.retain(|name, _| name == "team_lead");
    });
    let one_team = one_team.await;
    let team = (20 * EACH) as usize;
    assert!(
        one_team.rows >= team && one_team.rows <= team + 200,
        "{one_team:?}"
    );
    // Where each has a tenth, a tenth is read.
    let tenth = morning(EACH / 10, |model| {
        model.digests.remove("operator");
        model.digests.remove("executive");
    });
    let tenth = tenth.await;
    assert!(
        tenth.rows >= open / 10 && tenth.rows <= open / 10 + beside,
        "{tenth:?}"
    );
}
