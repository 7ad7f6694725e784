//! A record that is not as the model says is put aside, and what differs is told once.

use contracts::{
    Notice,
    state::{DriftState, QuarantineState, Settled},
};
use engine::{CycleError, Round};
use jiff::tz::TimeZone;
use store::{Versioned, put_state};
use testkit::audits;

use super::{unreadable::Odd, *};

type Function = CrmSync<MemoryStore, TestClock, Odd>;

fn over_odd(tested: &Tested) -> Function {
    CrmSync::new(
        Table::new(MemoryStore::new(), tested.clock.clone()),
        BTreeMap::from([(source(), Odd(tested.crm.clone()))]),
        testkit::example_rules(),
    )
}

async fn aside(function: &Function) -> Vec<(Key, QuarantineState)> {
    let day = at(NOW).to_zoned(TimeZone::UTC).date();
    let partition = Key::quarantine_of(day);
    let items = function.table.store.partition(&partition).await;
    let items = items.unwrap().into_iter();
    let read = |item: store::Item| {
        let key = item.key.clone();
        (key, Versioned::<QuarantineState>::read(item).unwrap().state)
    };
    items.map(read).collect()
}

/// The notices that were asked for.
fn told(function: &Function) -> Vec<Notice> {
    let all = audits(&function.table.store).into_iter();
    let events = all.flat_map(|audit| audit.events);
    let notices = events.filter_map(|event| match event.data {
        EventData::NoticeRequested { notice, .. } => Some(notice),
        _ => None,
    });
    notices.collect()
}

#[tokio::test]
async fn what_differs_is_told_once_and_each_record_is_put_aside() {
    let tested = sync();
    let events = leads(&tested, 2);
    let function = over_odd(&tested);
    for event in [&events[0], &events[1], &events[0]] {
        function.handle(event, at(NOW)).await.unwrap();
    }
    let operators = decisions::digests::operators(&testkit::example_rules()).len();
    let notices = told(&function);
    assert_eq!(notices.len(), operators, "{notices:?}");
    let Notice::Drifted {
        field,
        shape,
        follows,
        said,
    } = &notices[0]
    else {
        panic!("{notices:?}");
    };
    assert_eq!((field.as_str(), shape.as_str()), ("lead.country", "aaaaaa"));
    assert_eq!(follows, "no rule reads it");
    assert!(said.contains("`land` holds a value that is not in the list"));
    let known: DriftState = state_of(&function.table.store, Key::drift()).await.unwrap();
    let drift = &known.found["hubspot:lead.country: not_in_list"];
    assert_eq!(drift.record, record_id("lead:1"));
    let aside = aside(&function).await;
    let objects = aside.iter().map(|(_, state)| state.object.clone().unwrap());
    let objects: BTreeSet<String> = objects.collect();
    assert_eq!(objects, ["1", "2"].map(str::to_owned).into());
    let (_, first) = &aside[0];
    assert_eq!(first.of.as_deref(), Some("contacts"));
    assert_eq!(first.source, Some(source()));
    assert!(
        first.reason.ends_with("(no rule reads it)"),
        "{}",
        first.reason
    );
    // The copies are kept, without what could not be read.
    for lead in ["lead:1", "lead:2"] {
        let copy: Option<RecordState> =
            state_of(&function.table.store, Key::record(&record_id(lead))).await;
        assert!(copy.is_some(), "{lead}");
    }
}

/// Whoever fetches it again before the model knows better finds it here again.
#[tokio::test]
async fn what_was_fetched_again_and_is_no_better_is_put_aside_again() {
    let tested = sync();
    let event = leads(&tested, 1).remove(0);
    let function = over_odd(&tested);
    function.handle(&event, at(NOW)).await.unwrap();
    let (key, _) = aside(&function).await.remove(0);
    let settled: Result<(), CycleError> = function
        .table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next().unwrap();
            let before = Versioned::<QuarantineState>::read(before)?;
            let mut state = before.state.clone();
            state.settled = Some(Settled::Redriven);
            let indexes = contracts::Indexes::default();
            let put = put_state(key.clone(), &state, Some(&before), indexes);
            Ok(Round::writing(vec![put], ()))
        })
        .await;
    settled.unwrap();
    function.handle(&event, at(NOW)).await.unwrap();
    let aside = aside(&function).await;
    assert_eq!(aside.len(), 1);
    assert_eq!(aside[0].1.settled, None);
    assert_eq!(told(&function).len(), {
        decisions::digests::operators(&testkit::example_rules()).len()
    });
}
