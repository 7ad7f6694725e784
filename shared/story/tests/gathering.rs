//! Stories, gathered from a table.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    DecisionId, Indexes, Key, Subject,
    state::{ClocksState, LoadState},
};
use crm::{Matched, MatchedBy, PersonId, RecordId, SourceName};
use jiff::Timestamp;
use store::{MemoryStore, Store, Transaction, put_state};
use story::{
    About, EffectOutcome, Extent, Now, Sought, Story, SummaryEntry, find, gather, nearest,
};
use testkit::history::{november as at, of_deal, of_lead, record, table};

async fn sought(digits: &str, now: &str) -> Sought {
    find(&table().await, digits, at(now)).await.unwrap()
}

async fn told(about: &str, now: Timestamp) -> Story {
    let subject = match about.parse() {
        Ok(About::Record(name)) => Subject::Record(testkit::record_id(&name.to_string())),
        Ok(About::Person(person)) => Subject::Person(person),
        _ => panic!("{about}"),
    };
    let story = gather(&table().await, &subject, &Extent::default(), now).await;
    story.unwrap().unwrap()
}

/// The outcomes of all mails and writes of a story, in order.
fn outcomes(story: &Story) -> Vec<EffectOutcome> {
    let consequences = story.decisions().flat_map(|it| it.consequences());
    consequences
        .filter_map(|it| it.effect.map(|effect| effect.outcome))
        .collect()
}

#[tokio::test]
async fn a_decision_is_found_by_its_id_or_the_beginning_of_it() {
    let lead = of_lead();
    let one = |id: &DecisionId| Sought::One(Subject::Record(record("lead:42")), id.clone());
    let id = &lead[1].decision;
    assert_eq!(sought(id.as_str(), "23T09:00:00").await, one(id));
    assert_eq!(sought(&id.as_str()[..8], "23T09:00:00").await, one(id));
    // A story told a time that is still to come.
    let later = &lead[3].decision;
    assert_eq!(sought(later.as_str(), "23T09:00:00").await, one(later));
}

#[tokio::test]
async fn a_decision_that_is_not_there_or_too_old_is_not_found() {
    let nothing = "f".repeat(32);
    assert_eq!(sought(&nothing, "23T09:00:00").await, Sought::None);
    let old = of_lead()[0].decision.clone();
    assert_eq!(sought(old.as_str(), "28T09:00:00").await, Sought::None);
}

#[tokio::test]
async fn a_beginning_that_several_have_names_them_all() {
    let Sought::Several(several) = sought("", "23T09:00:00").await else {
        panic!("one")
    };
    assert_eq!(several.len(), of_lead().len() + of_deal().len() + 1);
}

#[tokio::test]
async fn an_unknown_record_leads_to_what_may_have_been_meant() {
    let store = table().await;
    let about = Subject::Record(record("contact:42"));
    let now = at("23T09:30:00");
    let story = gather(&store, &about, &Extent::default(), now).await;
    assert_eq!(story, Ok(None));
    let (same_id, lately) = nearest(&store, &about, now, 5).await.unwrap();
    assert_eq!(same_id, [record("lead:42")]);
    let about = |text| Subject::Record(record(text));
    assert_eq!(lately, [about("opportunity:9"), about("lead:42")]);
}

#[tokio::test]
async fn what_became_of_mails_and_writes_is_told_as_it_stands_when_it_is_read() {
    use EffectOutcome::{
        NeverDone, NoLongerKnown, NotFinished, Pending, Sent, Skipped, UnderWay, Written,
    };
    let soon = told("lead:42", at("24T13:03:10")).await;
    assert_eq!(outcomes(&soon), [Written, Sent, UnderWay, Pending]);
    let later = told("lead:42", at("24T13:05:00")).await;
    assert_eq!(outcomes(&later), [Written, Sent, NotFinished, Pending]);
    let next_day = told("lead:42", at("25T13:05:00")).await;
    assert_eq!(outcomes(&next_day), [Written, Sent, NotFinished, NeverDone]);
    let next_year = told("lead:42", "2027-01-10T08:00:00Z".parse().unwrap()).await;
    let ends = [Written, Sent, NotFinished, NoLongerKnown];
    assert_eq!(outcomes(&next_year), ends);
    let deal = told("opportunity:9", at("24T13:05:00")).await;
    assert_eq!(outcomes(&deal), [Skipped, UnderWay, NeverDone]);
}

#[tokio::test]
async fn instants_stay_instants_in_what_is_said() {
    let story = told("lead:42", at("24T13:05:00")).await;
    let started = story.decisions().nth(2).unwrap();
    let runs = started.consequences().next().unwrap();
    assert_eq!(
        runs.wording
            .in_words(|at| at.to_string(), ToString::to_string),
        "clock first_response runs, due 2026-11-23T13:02:11Z"
    );
    assert_eq!(
        serde_json::to_value(runs.wording).unwrap(),
        serde_json::json!([
            {"text": "clock first_response runs, due "},
            {"time": "2026-11-23T13:02:11Z"},
        ])
    );
    let routed = story.decisions().nth(1).unwrap();
    let write = routed.consequences().nth(1).unwrap();
    let write = serde_json::to_value(write.effect).unwrap();
    assert_eq!(
        write,
        serde_json::json!({
            "status": "done",
            "at": "2026-11-23T08:02:13Z",
            "result": "owner set",
            "outcome": "written",
            "wording": [
                {"text": "written ", "tone": "good"},
                {"time": "2026-11-23T08:02:13Z", "tone": "good"},
            ],
            "remark": [{"text": "owner set", "tone": "detail"}],
        })
    );
}

#[tokio::test]
async fn the_summary_says_what_a_record_is_now() {
    let story = told("opportunity:9", at("24T13:05:00")).await;
    let said = |entry: &SummaryEntry| {
        let words = entry
            .wording
            .in_words(|at| at.to_string(), ToString::to_string);
        format!("{}: {words}", entry.label)
    };
    let said: Vec<String> = story.summary.iter().map(said).collect();
    assert_eq!(
        said,
        [
            "stage: discovery since 2026-11-02T10:00:00Z (the CRM still shows sql)",
            "owner: anna",
            "deviation: no_contact (high) since 2026-11-20T01:00:00Z, to be resolved by 2026-11-24T16:00:00Z",
            ": not known, for want of a value: past_corridor",
            "copy: 2, as changed in the CRM 2026-11-23T08:02:09Z",
            "model: revision 0000000000000007 (deployment 7) at the last decision",
        ]
    );
}

/// `lead:7` of the example company's CRM, and the one that somebody else's has.
fn of_two_sources() -> [RecordId; 2] {
    let partners = SourceName::new("partners").unwrap();
    let one = record("lead:7");
    let other = RecordId {
        source: partners,
        ..one.clone()
    };
    [one, other]
}

#[tokio::test]
async fn records_of_two_sources_stay_two_though_their_ids_are_the_same() {
    let store = MemoryStore::new();
    let indexes = Indexes {
        person: Some("anna".to_owned()),
        ..Indexes::default()
    };
    let both = of_two_sources();
    let puts = both.iter().map(|id| {
        let state = ClocksState::default();
        put_state::<_, ()>(Key::clocks(id), &state, None, indexes.clone())
    });
    let puts = puts.collect();
    let checks = Vec::new();
    store.commit(Transaction { puts, checks }).await.unwrap();
    let anna = Subject::Person(PersonId::new("anna"));
    let now = at("24T13:05:00");
    let story = gather(&store, &anna, &Extent::default(), now).await;
    let story = story.unwrap().unwrap();
    let Some(Now::Person(person)) = &story.stands else {
        panic!("nobody")
    };
    assert_eq!(person.open_work, both);
    let work = story.summary.iter().find(|it| it.label == "open work");
    let work = &work.unwrap().wording;
    assert_eq!(
        work.in_words(|at| at.to_string(), ToString::to_string),
        "2: hubspot:lead:7, partners:lead:7"
    );
    assert_eq!(
        serde_json::to_value(work).unwrap()[3]["record"],
        serde_json::json!({"source": "partners", "kind": "lead", "id": "7"})
    );
}

#[tokio::test]
async fn of_somebody_with_a_capacity_is_told_what_they_have_in_hand() {
    let store = MemoryStore::new();
    let person = PersonId::new("anna");
    let load = LoadState {
        open: 24,
        came: [("2026-11-23".parse().unwrap(), 5)].into(),
        changed: None,
    };
    testkit::put(&store, Key::load(&person), &load).await;
    let now = at("24T13:05:00");
    let story = gather(&store, &Subject::Person(person), &Extent::default(), now).await;
    let story = story.unwrap().unwrap();
    let told = story.summary.iter().find(|it| it.label == "open leads");
    let told = &told.unwrap().wording;
    assert_eq!(
        told.in_words(|at| at.to_string(), ToString::to_string),
        "24; came: 5 for 2026-11-23"
    );
}

#[tokio::test]
async fn the_summary_says_how_an_account_was_found_and_what_was_merged() {
    let now = at("24T13:05:00");
    let several = Matched::Several {
        by: MatchedBy::EmailDomain,
        accounts: ["5", "6"].map(str::to_owned).into(),
    };
    let one = Matched::One {
        by: MatchedBy::Name,
        alike: 93,
    };
    let stays = record("lead:2");
    for (matched, account, gone, expected) in [
        (
            Some(several),
            false,
            true,
            [
                "account: none is taken, since several fit by the domain of its mail address: account:5, account:6",
                "copy: 1, as changed in the CRM 2026-11-24T13:05:00Z; merged into lead:2",
            ]
            .as_slice(),
        ),
        (
            Some(one),
            true,
            false,
            &[
                "account: account:1, found by its name, 93 % alike",
                "copy: 1, as changed in the CRM 2026-11-24T13:05:00Z",
                "merged with: lead:2, whose story is its own",
            ],
        ),
    ] {
        let store = MemoryStore::new();
        let mut lead = testkit::lead("1", now).account("DE", "software", 300).build();
        lead.account = lead.account.filter(|_| account);
        lead.matched = matched;
        lead.archived = gone;
        lead.merged_into = gone.then(|| stays.clone());
        lead.merged = (!gone).then(|| stays.clone()).into_iter().collect();
        let about = Subject::Record(lead.id.clone());
        testkit::keep(&store, lead).await;
        let story = gather(&store, &about, &Extent::default(), now).await;
        let story = story.unwrap().unwrap();
        let said = |entry: &SummaryEntry| {
            let words = entry.wording.in_words(|at| at.to_string(), RecordId::name);
            format!("{}: {words}", entry.label)
        };
        let said: Vec<String> = story.summary.iter().map(said).collect();
        for expected in expected {
            assert!(said.iter().any(|it| it == expected), "{expected} is not in {said:#?}");
        }
    }
}
