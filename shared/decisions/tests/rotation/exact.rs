//! Against a loop that counts in exact fractions.

use std::collections::BTreeMap;

use contracts::state::LEAD;
use crm::PersonId;
use proptest::prelude::*;

use crate::{Giving, person};

/// A lead has so many parts that it can be shared out exactly by weights that come to 40 or less:
/// the least common multiple of 1 to 40.
const PARTS: i128 = 5_342_931_457_063_200;

/// What everybody is owed, in parts of a lead.
#[derive(Default)]
struct Exact {
    lags: BTreeMap<PersonId, i128>,
    /// For how many leads they were eligible.
    shared: BTreeMap<PersonId, i128>,
}

impl Exact {
    fn share_out(&mut self, weights: &[(PersonId, u32)]) {
        let total: u32 = weights.iter().map(|(_, weight)| weight).sum();
        for (person, weight) in weights {
            let due = PARTS * i128::from(*weight) / i128::from(total);
            *self.lags.entry(person.clone()).or_default() += due;
            *self.shared.entry(person.clone()).or_default() += 1;
        }
    }

    fn charge(&mut self, person: &PersonId) {
        *self.lags.get_mut(person).expect("eligible") -= PARTS;
    }

    /// How far this is from what is due, in parts of a quantum; a quantum has as many as a lead.
    fn error(&self, person: &PersonId, lag: i64) -> i128 {
        i128::from(lag) * PARTS - self.lags[person] * i128::from(LEAD)
    }
}

fn weights(members: &[u32], there: u8) -> Vec<(PersonId, u32)> {
    let members = members.iter().enumerate();
    members
        .filter(|(number, _)| there >> number & 1 == 1)
        .map(|(number, weight)| (person(number), *weight))
        .collect()
}

proptest! {
    /// Every lead goes to whom the exact loop owes the most, or so little less that the rounding
    /// may have hidden it; and what a member is owed is less than a quantum off for each lead
    /// of which they got a share.
    #[test]
    fn quanta_follow_the_exact_fractions(
        members in prop::collection::vec(1_u32..=5, 1..=8),
        leads in prop::collection::vec(any::<u8>(), 1..120),
    ) {
        let mut giving = Giving::new();
        let mut exact = Exact::default();
        for there in leads {
            let weights = weights(&members, there);
            if weights.is_empty() {
                continue;
            }
            exact.share_out(&weights);
            let winner = giving.give(weights.clone()).person;
            let (owed, shared) = (exact.lags[&winner], exact.shared[&winner]);
            for (other, _) in &weights {
                let more = (exact.lags[other] - owed) * i128::from(LEAD);
                let hidden = (exact.shared[other] + shared) * PARTS;
                prop_assert!(more < hidden, "{other} was owed more than {winner}");
            }
            exact.charge(&winner);
            for (person, share) in &giving.rotation.members {
                let error = exact.error(person, share.lag).abs();
                prop_assert!(error < exact.shared[person] * PARTS, "{person}: {error}");
            }
        }
    }
}

/// Whom the quantum that is left over goes to: with equal weights the remainders are always equal,
/// so this is all that decides. Nobody gains or loses by it in the long run, however regularly the
/// others come and go.
#[test]
fn the_odd_quantum_favours_nobody() {
    /// Who is there for a lead, by its number.
    type There = fn(u32) -> u8;
    const LEADS: u32 = 4_000;
    let patterns: [(&str, There); 6] = [
        ("all seven", |_| 0b111_1111),
        ("one always, with two others in turn", |lead| {
            1 | 2 << (lead % 7) | 2 << ((lead + 1) % 7)
        }),
        ("all, then some", |lead| {
            if lead % 5 < 3 { 0b111_1111 } else { 0b10_1001 }
        }),
        ("three for every third lead", |lead| {
            if lead % 3 == 0 { 0b111 } else { 0b1_1000 }
        }),
        ("in shifts", |lead| match lead % 6 {
            0 => 0b11_1111,
            2 | 4 => 0b11,
            _ => 0b1_1100,
        }),
        ("away for a week by turns", |lead| {
            (0..7)
                .filter(|member| (lead / 50 + member * 3) % 11 != 0)
                .fold(0, |there, member| there | 1 << member)
        }),
    ];
    for (name, there) in patterns {
        let mut giving = Giving::new();
        let mut exact = Exact::default();
        for lead in 0..LEADS {
            let weights = weights(&[1; 8], there(lead));
            exact.share_out(&weights);
            let winner = giving.give(weights).person;
            exact.charge(&winner);
        }
        let members = giving.rotation.members.iter();
        let errors = members.map(|(person, share)| exact.error(person, share.lag).abs() / PARTS);
        let most = errors.max().expect("members");
        println!("{name}: at most {most} quanta off after {LEADS} leads");
        assert!(most <= i128::from(LEADS / 20), "{name}: {most}");
    }
}
