//! Values that the model itself computes or counts, and the ranges they can have.

use super::*;

#[test]
fn between_two_whole_numbers_there_is_none() {
    dead(
        &[
            "none: { account.employees: { more_than: 249, less_than: 250 } }",
            "rest: otherwise",
        ],
        "none",
        &[],
    );
    dead(
        &["half: { account.employees: 249.5 }", "rest: otherwise"],
        "half",
        &[],
    );
    clean(&[
        "one: { account.employees: { more_than: 249, less_than: 251 } }",
        "rest: otherwise",
    ]);
}

#[test]
fn a_score_stays_within_its_range() {
    dead(
        &[
            "odd: { lead.fit_points: { more_than: 80 } }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    dead(
        &[
            "any: { lead.fit_points: { at_least: 0 } }",
            "some: { lead.fit_points: { present: yes } }",
            "rest: otherwise",
        ],
        "some",
        &["any"],
    );
    uncaught(
        &[
            "low: { lead.fit_points: { less_than: 50 } }",
            "high: { lead.fit_points: { more_than: 50 } }",
            "open: { lead.fit_points: { present: no } }",
        ],
        "a lead with lead.fit_points 50 (if it can come out so; it lies between 0 and 80)",
    );
}

#[test]
fn the_proofs_see_through_a_first_match_list() {
    dead(
        &[
            "odd: { lead.priority: cold, lead.fit_points: { at_least: 50 } }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    clean(&[
        "hot: { lead.priority: hot }",
        "warm: { lead.priority: warm }",
        "cold: { lead.priority: cold }",
        "open: { lead.priority: open }",
    ]);
}

#[test]
fn the_segment_of_a_lead_is_that_of_its_account() {
    dead(
        &[
            "odd: { lead.segment: smb, account.segment: enterprise }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
    dead(
        &[
            "a: { account.in_icp: yes, account.territory: dach }",
            "b: { lead.in_icp: yes, lead.territory: dach }",
            "rest: otherwise",
        ],
        "b",
        &["a"],
    );
    dead(
        &[
            "odd: { account.segment: smb, account.employees: { at_least: 500 } }",
            "rest: otherwise",
        ],
        "odd",
        &[],
    );
}

#[test]
fn times_are_compared_by_how_long_ago_they_were() {
    dead(
        &[
            "old: { lead.age: { more_than: 30d } }",
            "older: { lead.created: { older_than: 60d } }",
            "rest: otherwise",
        ],
        "older",
        &["old"],
    );
    uncaught(
        &["fresh: { lead.last_contact: { in_the_last: 30d } }"],
        "a lead with lead.last_contact 31d ago",
    );
}
