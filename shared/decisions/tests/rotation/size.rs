//! A pool of a thousand stays small.

use crm::PersonId;

use crate::Giving;

const MEMBERS: usize = 1_000;

fn member(number: usize) -> PersonId {
    PersonId::new(format!("member-{:03}", number % MEMBERS))
}

/// The set and the weights of every lead are others. Exact fractions would by now have denominators
/// of hundreds of digits.
#[test]
fn the_rotation_of_a_thousand_stays_below_100_bytes_a_member() {
    let mut giving = Giving::new();
    giving.now = testkit::at("2026-11-23T09:00:00.123456789Z");
    giving.give((0..MEMBERS).map(|number| (member(number), 1)));
    for lead in 0_u32..10_000 {
        let (first, count) = (lead as usize * 37, 2 + lead as usize % 41);
        let there =
            (0..count).map(|number| (member(first + number * 7), 1 + (lead + number as u32) % 13));
        giving.give(there);
    }
    let one = serde_json::to_value(&giving.rotation.members[&member(1)]).expect("JSON");
    assert!(one["lag"].is_i64(), "{one}");
    let written = serde_json::to_string(&giving.rotation).expect("JSON").len();
    println!("{} bytes a member", written / MEMBERS);
    assert_eq!(giving.rotation.members.len(), MEMBERS);
    assert!(giving.holds());
    assert!(written < 100 * MEMBERS, "{written} bytes");
}
