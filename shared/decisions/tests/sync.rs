//! Our copy of a record: what is newer replaces what we have, and the difference is told.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{EventData, state::RecordState};
use crm::{AccountFacts, Author, Change, Contacted, PersonId, Record, Value};
use decisions::sync::{Synced, archive, keep_newer, with_account};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, lead, record_id, stranger};

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn later() -> Timestamp {
    monday() + SignedDuration::from_secs(1)
}

fn copy() -> Record {
    lead("1", monday())
        .account("DE", "software", 300)
        .text("title", "CFO")
        .build()
}

fn kept(record: Record) -> RecordState {
    RecordState {
        record,
        sequence: 7,
    }
}

/// What is told when a copy that was changed so, a second later, comes after the first.
fn after(change: impl FnOnce(&mut Record)) -> Option<Synced> {
    let mut newer = copy();
    newer.modified = later();
    change(&mut newer);
    kept_if_newer(Some(&kept(copy())), newer)
}

fn told(synced: &Synced) -> (&[String], bool, Option<&Contacted>) {
    let EventData::RecordChanged {
        changed,
        first,
        contact,
        ..
    } = &synced.draft.as_ref().expect("a change").emits[0]
    else {
        panic!("{synced:?}")
    };
    (changed, *first, contact.as_ref())
}

fn changed(synced: Option<&Synced>) -> Vec<&str> {
    let synced = synced.expect("a new copy");
    told(synced).0.iter().map(String::as_str).collect()
}

#[test]
fn a_first_copy_is_kept_whole_and_told_as_the_first() {
    let first = kept_if_newer(None, copy()).expect("a copy");
    assert_eq!(
        first.record,
        RecordState {
            record: copy(),
            sequence: 1
        }
    );
    let (changed, is_first, contact) = told(&first);
    assert_eq!(
        (changed, is_first, contact),
        (&["title".to_owned()][..], true, None)
    );
    // Even of a record without any value.
    let empty = kept_if_newer(None, lead("2", monday()).build()).expect("a copy");
    assert_eq!(told(&empty).0, [] as [String; 0]);
}

#[test]
fn an_older_copy_is_not_kept() {
    let mut older = copy();
    older.modified = monday() - SignedDuration::from_millis(1);
    older.fields.clear();
    assert_eq!(kept_if_newer(Some(&kept(copy())), older), None);
}

/// The CRM's clock has no finer hand: of two copies of one instant the later read is right.
#[test]
fn of_two_copies_of_one_instant_the_later_read_is_kept() {
    let mut same_instant = copy();
    same_instant
        .fields
        .insert("title".to_owned(), Value::Text("CEO".to_owned()));
    let synced = kept_if_newer(Some(&kept(copy())), same_instant);
    assert_eq!(changed(synced.as_ref()), ["title"]);
}

#[test]
fn an_equal_copy_tells_nothing_though_it_is_newer() {
    assert_eq!(kept_if_newer(Some(&kept(copy())), copy()), None);
    let newer = after(|_| {}).expect("that it is newer is kept");
    assert_eq!(newer.draft, None);
}

#[test]
fn each_copy_has_the_next_number_and_an_id_of_its_own() {
    let set = |title: &'static str| {
        after(move |it| {
            it.fields
                .insert("title".to_owned(), Value::Text(title.to_owned()));
        })
        .expect("a copy")
    };
    let (ceo, again) = (set("CEO"), set("CEO"));
    assert_eq!(ceo.record.sequence, 8);
    assert_eq!(
        ceo, again,
        "the same copy has the same id, whoever tells of it"
    );
    let archived = after(|it| it.archived = true).expect("a copy");
    assert_ne!(ceo.event, archived.event);
    let first = kept_if_newer(None, copy()).expect("a copy");
    assert_ne!(ceo.event, first.event);
}

#[test]
fn a_field_that_vanishes_has_changed() {
    let synced = after(|it| {
        it.fields.remove("title");
    });
    assert_eq!(changed(synced.as_ref()), ["title"]);
    let fields = synced.expect("a copy").record.record.fields;
    assert!(fields.is_empty());
}

#[test]
fn what_is_archived_and_what_is_there_again_are_changes() {
    let archived = after(|it| it.archived = true).expect("a copy");
    assert_eq!(changed(Some(&archived)), ["archived"]);
    let mut back = copy();
    back.modified = later();
    let back = kept_if_newer(Some(&archived.record), back);
    assert_eq!(changed(back.as_ref()), ["archived"]);
    assert!(!back.expect("a copy").record.record.archived);
}

fn contact(at: Timestamp, by: Option<PersonId>) -> Option<Contacted> {
    Some(Contacted { at, by })
}

/// Whose it was is one thing, that there was one another.
#[test]
fn a_contact_is_told_whoever_made_it() {
    for by in [None, Some(PersonId::new("anna")), Some(stranger("999"))] {
        let made = contact(monday(), by);
        let synced = after(|it| it.last_contact.clone_from(&made)).expect("a copy");
        let (changed, _, told) = told(&synced);
        assert_eq!(
            (changed, told),
            (&["last_contact".to_owned()][..], made.as_ref())
        );
    }
    // With the first copy too.
    let mut first = copy();
    first.last_contact = contact(monday(), None);
    let synced = kept_if_newer(None, first).expect("a copy");
    assert_eq!(told(&synced).2, contact(monday(), None).as_ref());
}

#[test]
fn a_contact_is_told_once_and_an_older_one_is_no_news() {
    let mut before = copy();
    before.last_contact = contact(monday(), None);
    let next = |contact: Option<Contacted>| {
        let mut newer = before.clone();
        newer.modified = later();
        newer.last_contact = contact;
        newer.fields.clear();
        kept_if_newer(Some(&kept(before.clone())), newer).expect("a copy")
    };
    assert_eq!(told(&next(before.last_contact.clone())).2, None);
    // It is known by now who made it: the copy has changed, the contact is the same.
    let signed = next(contact(monday(), Some(PersonId::new("anna"))));
    assert_eq!(changed(Some(&signed)), ["last_contact", "title"]);
    assert_eq!(told(&signed).2, None);
    let older = next(contact(monday() - SignedDuration::from_secs(1), None));
    assert_eq!(told(&older).2, None);
    assert_eq!(told(&next(None)).2, None);
    let newer = contact(later(), None);
    assert_eq!(told(&next(newer.clone())).2, newer.as_ref());
}

#[test]
fn a_reply_of_the_customer_is_told_by_its_name() {
    let synced = after(|it| it.last_reply = Some(monday()));
    assert_eq!(changed(synced.as_ref()), ["last_reply"]);
}

/// To another stage and back between two looks: the value is the same, the move is not.
#[test]
fn a_stage_that_was_left_and_came_back_to_has_moved() {
    let record = |since: Timestamp| lead("1", monday()).stage("new", since).build();
    let synced = kept_if_newer(Some(&kept(record(monday()))), record(later()));
    assert_eq!(changed(synced.as_ref()), ["stage"]);
    // Another value is known of the past, which changes nothing now.
    let mut longer = record(monday());
    longer.modified = later();
    let past = Change {
        value: None,
        at: monday() - SignedDuration::from_hours(1),
        by: Author::Unknown,
    };
    longer
        .history
        .entry("stage".to_owned())
        .or_default()
        .push(past);
    let synced = kept_if_newer(Some(&kept(record(monday()))), longer);
    assert_eq!(synced.expect("it is newer").draft, None);
}

/// A close date is pushed and pulled back within a second: it was pushed, and what counts pushes must count it. A
/// history that is read for the first time, because the model now asks for it, is no change.
#[test]
fn a_value_that_was_changed_there_and_back_has_changed_where_its_history_is_read() {
    let date = || Some(Value::Text("2026-11-26".to_owned()));
    let set = |at: Timestamp| Change {
        value: date(),
        at,
        by: Author::Unknown,
    };
    let record = |changes: Vec<Change>, modified: Timestamp| {
        let mut record = copy();
        record.modified = modified;
        record
            .fields
            .extend(date().map(|it| ("close_date".to_owned(), it)));
        if !changes.is_empty() {
            record.history.insert("close_date".to_owned(), changes);
        }
        record
    };
    let known = kept(record(vec![set(monday())], monday()));
    let back = record(vec![set(later()), set(monday())], later());
    let synced = kept_if_newer(Some(&known), back.clone());
    assert_eq!(changed(synced.as_ref()), ["close_date"]);
    let unread = kept(record(vec![], monday()));
    let synced = kept_if_newer(Some(&unread), back);
    assert_eq!(synced.expect("it is newer").draft, None);
}

fn account(id: &str, country: &str) -> AccountFacts {
    let country = Value::Text(country.to_owned());
    AccountFacts {
        others: None,
        behaviour: None,
        id: record_id(id),
        modified: at("2026-11-23T09:00:00Z"),
        fields: [("country".to_owned(), country)].into(),
    }
}

/// A title is set to something and back again, and what was read in between comes last.
#[test]
fn what_was_changed_there_and_back_is_not_undone_by_an_older_copy() {
    let title = |title: &str, modified: &str| {
        let mut copy = copy();
        copy.modified = at(modified);
        copy.fields
            .insert("title".to_owned(), Value::Text(title.to_owned()));
        copy
    };
    let before = kept(title("VP", "2026-11-23T10:00:00Z"));
    let back =
        kept_if_newer(Some(&before), title("VP", "2026-11-23T10:00:02Z")).expect("it is newer");
    assert_eq!(back.draft, None, "nothing has changed");
    assert_eq!(back.record.sequence, before.sequence);
    let between = title("Head", "2026-11-23T10:00:01Z");
    assert_eq!(kept_if_newer(Some(&back.record), between), None);
}

/// Told of at the same time as the copy was modified.
fn kept_if_newer(before: Option<&RecordState>, fetched: Record) -> Option<Synced> {
    let occurred = fetched.modified;
    keep_newer(before, fetched, occurred)
}

/// A record is read, then deleted and archived, and what was read before comes last.
#[test]
fn what_is_gone_is_not_found_again_by_what_was_read_before() {
    let before = kept(copy());
    let deleted = at("2026-11-23T12:00:00Z");
    let gone = archive(&before, None, deleted).expect("it is gone").record;
    assert!(gone.record.archived);
    let told_before = at("2026-11-23T11:00:00Z");
    assert_eq!(keep_newer(Some(&gone), copy(), told_before), None);
    // It is restored, which need not modify it.
    let restored = at("2026-11-23T13:00:00Z");
    let back = keep_newer(Some(&gone), copy(), restored).expect("it is back");
    assert!(!back.record.record.archived);
    assert_eq!(archive(&gone, None, deleted), None, "it is told once");
}

/// A copy is fetched with its account, and the account is changed and carried over while the copy is on
/// its way: it comes late, with what the account was.
#[test]
fn newer_facts_of_an_account_stay() {
    let mut before = copy();
    let mut newer = account("account:1", "AT");
    newer.modified = at("2026-11-23T09:00:05Z");
    before.account = Some(newer.clone());
    let before = kept(before);

    let mut late = copy();
    late.modified = at("2026-11-23T10:00:00Z");
    late.fields
        .insert("title".to_owned(), Value::Text("VP".to_owned()));
    late.account = Some(account("account:1", "DE"));
    let synced = kept_if_newer(Some(&before), late.clone()).expect("the title");
    assert_eq!(synced.record.record.account, Some(newer));

    late.account = Some(account("account:2", "DE"));
    let synced = kept_if_newer(Some(&before), late).expect("another account");
    assert_eq!(
        synced.record.record.account,
        Some(account("account:2", "DE"))
    );

    assert_eq!(with_account(&before, account("account:1", "DE")), None);
}

#[test]
fn an_accounts_values_are_told_as_the_accounts() {
    let mut before = copy();
    before.account = Some(account("account:1", "DE"));
    let before = kept(before);
    assert_eq!(with_account(&before, account("account:1", "DE")), None);
    let moved = with_account(&before, account("account:1", "AT")).expect("a copy");
    assert_eq!(changed(Some(&moved)), ["account.country"]);
    assert_eq!(
        (moved.record.sequence, moved.record.record.modified),
        (8, monday())
    );
    let other = with_account(&before, account("account:2", "DE"));
    assert_eq!(changed(other.as_ref()), ["account"]);
    // The record's own values stay.
    assert_eq!(moved.record.record.fields, before.record.fields);
    let mut gone = before.record.clone();
    gone.account = None;
    let gone = kept_if_newer(Some(&before), gone);
    assert_eq!(changed(gone.as_ref()), ["account", "account.country"]);
}

/// The account's change is told under the record's old modification time: each is another happening.
#[test]
fn two_changes_of_an_account_are_two_happenings() {
    let mut before = copy();
    before.account = Some(account("account:1", "DE"));
    let first = with_account(&kept(before), account("account:1", "AT")).expect("a copy");
    let back = with_account(&first.record, account("account:1", "DE")).expect("a copy");
    let again = with_account(&back.record, account("account:1", "AT")).expect("a copy");
    assert_ne!(first.event, again.event);
}
