//! Clocks that ask for kinds of activity.

use crm::ActivityKind;

use super::*;

const MET: &str = "meet:  { upon: activity.logged, by: owner }             # times";

fn asking(meet: &str) -> Staffing {
    with(MET, &format!("meet:  {meet}             # times"))
}

/// The record, with which this was logged.
fn logged(each: &[(ActivityKind, Contacted)]) -> Record {
    let mut record = mid_market();
    for (kind, contact) in each {
        let all = record.activities.entry(*kind).or_default();
        all.insert(0, contact.clone());
    }
    let contacts = each.iter().filter(|(kind, _)| kind.is_contact());
    record.last_contact = contacts.map(|(_, it)| it).max_by_key(|it| it.at).cloned();
    record
}

fn monday(minute: u32) -> Contacted {
    by_anna(at(&format!("2026-11-23T09:{minute:02}:00Z")))
}

/// What becomes of it once the copy that shows this is told, with its latest contact.
fn told(rules: &Staffing, record: &Record, clocks: &ClocksState) -> Option<Clocked> {
    let contact = record.last_contact.as_ref();
    let at = at("2026-11-23T10:00:00Z");
    changed(rules, record, clocks, at, contact)
}

#[test]
fn an_activity_of_its_kind_meets_it_and_the_reasons_name_the_kind() {
    let rules = asking("{ upon: activity.logged, kind: [call, meeting], by: owner }");
    let clocks = started(&rules);
    let record = logged(&[(ActivityKind::Meeting, monday(5))]);
    let met = told(&rules, &record, &clocks).expect("met");
    assert_eq!(met.draft.outcome, "clock met: first_response in time");
    let reasons = format!("{:?}", met.draft.reasons);
    assert!(reasons.contains("anna logged a meeting"), "{reasons}");
    assert_eq!(met.clocks.clocks[CLOCK].met, Some(monday(5).at));
}

#[test]
fn one_of_another_kind_does_not_meet_it_and_one_of_none_says_so() {
    let rules = asking("{ upon: activity.logged, kind: [call] }");
    let clocks = started(&rules);
    let mail = logged(&[(ActivityKind::Email, monday(5))]);
    assert_eq!(told(&rules, &mail, &clocks), None);
    let mut unknown = mid_market();
    unknown.last_contact = Some(monday(5));
    let said = told(&rules, &unknown, &clocks).expect("said");
    assert!(said.clocks.clocks[CLOCK].status.is_open());
    let reasons = format!("{:?}", said.draft.reasons);
    let expected = "anna logged a contact, of which the CRM does not tell that it was a call: it does not count";
    assert!(reasons.contains(expected), "{reasons}");
    // Its kind is told later: it counts from when it was made.
    let late = logged(&[(ActivityKind::Call, monday(5))]);
    let met = told(&rules, &late, &said.clocks).expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].met, Some(monday(5).at));
}

#[test]
fn all_that_one_copy_shows_is_counted_once() {
    let rules = asking("{ upon: activity.logged, kind: [call, note], times: 3, on_days: 2 }");
    let clocks = started(&rules);
    let of = |kind, minute| (kind, monday(minute));
    let two = [
        of(ActivityKind::Call, 1),
        of(ActivityKind::Email, 2),
        of(ActivityKind::Note, 3),
    ];
    let record = logged(&two);
    let counted = told(&rules, &record, &clocks).expect("counted");
    assert_eq!(
        counted.draft.outcome,
        "first_response: contact 1 of 3, on 1 of 2 days; first_response: contact 2 of 3, on 1 of 2 days"
    );
    assert_eq!(told(&rules, &record, &counted.clocks), None, "twice");
    let tuesday = by_anna(at("2026-11-24T09:00:00Z"));
    let record = logged(&[two.to_vec(), vec![(ActivityKind::Call, tuesday.clone())]].concat());
    let met = told(&rules, &record, &counted.clocks).expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].met, Some(tuesday.at));
}

#[test]
fn only_the_owners_own_counts_where_the_model_says_so() {
    let rules = asking("{ upon: activity.logged, kind: [call], by: owner }");
    let clocks = started(&rules);
    let mut bens = monday(5);
    bens.by = Some(PersonId::new("ben"));
    let record = logged(&[(ActivityKind::Call, bens)]);
    assert_eq!(told(&rules, &record, &clocks), None);
}

#[test]
fn what_was_logged_before_the_run_does_not_meet_it() {
    let rules = asking("{ upon: activity.logged, kind: [call] }");
    let before = by_anna(friday() - SignedDuration::from_mins(5));
    let record = logged(&[(ActivityKind::Call, before)]);
    let clocks = started(&rules);
    let trigger = Trigger::Changed {
        modified: friday(),
        contact: None,
        replied: None,
        fields: &[],
        sequence: 0,
    };
    assert_eq!(decide(&rules, &record, None, Some(&clocks), trigger), None);
}
