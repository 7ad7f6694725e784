//! The parts of a metric come to the whole, whatever is measured.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use jiff::Timestamp;
use metrics::{
    Answer, Counts, FieldAnswer, FieldCounts, Figure, Journey, Observation, Passed, Quantity, Tally,
};
use proptest::{option, prelude::*, sample::select};

/// A record: its group, an answer for each question, two values, and its moves by day.
type Told = (usize, [Answer; 3], [Option<i64>; 2], Vec<(i64, u8)>);

fn told() -> impl Strategy<Value = Vec<Told>> {
    let answer = || select(vec![Answer::Yes, Answer::No, Answer::Unknown]);
    let value = || option::of(-1_000_i64..1_000);
    let moves = prop::collection::vec((0_i64..60, 0_u8..5), 0..6);
    let record = (
        0..4_usize,
        [answer(), answer(), answer()],
        [value(), value()],
        moves,
    );
    prop::collection::vec(record, 0..80)
}

fn all() -> Vec<Tally> {
    vec![
        Tally::Portion(Counts::default()),
        Tally::Filled(Counts::default(), vec![FieldCounts::default(); 3], 0),
        Tally::Count(0),
        Tally::Sum(Quantity::default(), 0, 0),
        Tally::Ratio(Default::default(), 0, 0),
        Tally::Quantile(Vec::new(), 0, 50),
        Tally::Conversion(Box::default()),
        Tally::Passage(Vec::new(), 0, 90),
    ]
}

fn add(tally: &mut Tally, (_, answers, values, moves): &Told) {
    let mut entries: Vec<(Timestamp, u8)> = moves
        .iter()
        .map(|(day, stage)| (Timestamp::from_second(day * 86_400).expect("a day"), *stage))
        .collect();
    entries.sort_unstable();
    let journey = Journey {
        entries: &entries,
        since: None,
    };
    let [one, other] = values.map(|it| it.map(Quantity::whole));
    let fields = answers.map(FieldAnswer::from);
    for observed in [
        Observation::Answer(answers[0]),
        Observation::Fields(&fields),
        Observation::There,
        Observation::Value(one),
        Observation::Pair(one.zip(other)),
        Observation::Way(journey),
        Observation::Passed(journey.passage(0, 3)),
    ] {
        tally.add(&observed);
    }
}

proptest! {
    #[test]
    fn the_groups_come_to_the_whole(records in told()) {
        for empty in all() {
            let (mut whole, mut groups) = (empty.clone(), vec![empty.clone(); 4]);
            for record in &records {
                add(&mut whole, record);
                add(&mut groups[record.0], record);
            }
            let mut merged = whole.emptied();
            prop_assert_eq!(&merged, &empty);
            groups.iter().for_each(|group| merged.merge(group));
            prop_assert_eq!(merged.figure(), whole.figure());
        }
    }

    #[test]
    fn where_records_went_from_a_stage_comes_to_all_that_left(records in told()) {
        let mut tally = Tally::Conversion(Box::default());
        records.iter().for_each(|record| add(&mut tally, record));
        let Figure::Conversion(conversion) = tally.figure() else { panic!("a conversion") };
        for from in conversion.from {
            let went: u64 = from.to.iter().map(|(_, rate)| rate.count).sum();
            prop_assert_eq!(went, from.left);
            prop_assert!(from.to.iter().all(|(to, rate)| *to != from.stage && rate.of == from.left));
        }
    }

    #[test]
    fn what_is_unknown_is_never_a_no(records in told()) {
        let mut tally = Tally::Portion(Counts::default());
        records.iter().for_each(|record| add(&mut tally, record));
        let Figure::Portion { rate, unknown, between } = tally.figure() else { panic!("a portion") };
        prop_assert_eq!(rate.of + unknown, records.len() as u64);
        if let (Some(rate), Some((least, most))) = (rate.rate, between) {
            prop_assert!(least <= rate + 1e-12 && rate <= most + 1e-12);
        }
    }
}

/// 3 yes, 1 no, 2 unknown: 3 of the 4 that are known, and between 3/6 and 5/6 whatever the others are.
#[test]
fn a_portion_by_hand() {
    let mut tally = Tally::Portion(Counts::default());
    for answer in [
        Answer::Yes,
        Answer::Unknown,
        Answer::Yes,
        Answer::No,
        Answer::Yes,
        Answer::Unknown,
    ] {
        tally.add(&Observation::Answer(answer));
    }
    let Figure::Portion {
        rate,
        unknown,
        between,
    } = tally.figure()
    else {
        panic!("a portion")
    };
    assert_eq!((rate.count, rate.of, unknown), (3, 4, 2));
    let (least, most) = between.expect("both ends");
    assert!((least - 0.5).abs() < 1e-12 && (most - 5.0 / 6.0).abs() < 1e-12);
    assert_eq!(rate.words(), "too few to tell");
}

#[test]
fn sums_and_ratios_by_hand() {
    let mut sum = Tally::Sum(Quantity::default(), 0, 0);
    let mut ratio = Tally::Ratio(Default::default(), 0, 0);
    for (one, other) in [
        (Some(10), Some(4)),
        (Some(5), None),
        (None, Some(9)),
        (Some(2), Some(2)),
    ] {
        let (one, other) = (one.map(Quantity::whole), other.map(Quantity::whole));
        sum.add(&Observation::Value(one));
        ratio.add(&Observation::Pair(one.zip(other)));
    }
    let Figure::Sum { sum, of, unknown } = sum.figure() else {
        panic!("a sum")
    };
    assert_eq!((sum.to_string().as_str(), of, unknown), ("17", 3, 1));
    assert_eq!(
        ratio.figure(),
        Figure::Ratio {
            ratio: Some(2.0),
            of: 2,
            unknown: 2
        }
    );
}

#[test]
fn what_is_under_way_is_in_no_length() {
    let mut tally = Tally::Passage(Vec::new(), 0, 50);
    for passed in [
        Passed::Took(Quantity::whole(5)),
        Passed::Underway,
        Passed::Not,
        Passed::Took(Quantity::whole(9)),
    ] {
        tally.add(&Observation::Passed(passed));
    }
    let Figure::Passage { quantile, underway } = tally.figure() else {
        panic!("a passage")
    };
    assert_eq!(
        (quantile.value, quantile.of, underway),
        (Some(Quantity::whole(5)), 2, 1)
    );
}
