//! Counts as they are kept in the table, and as the crate `metrics` counts.

use std::collections::BTreeMap;

use ::metrics::{Counts, FieldCounts, Quantity, Tally};
use contracts::state::Tallied;
use model::Measure;

/// What is measured without its conditions; none if it is not counted live. What counts for one form counts for no
/// other: where a metric measures something else from now on, it begins anew.
#[must_use]
pub fn form(measure: &Measure) -> Option<String> {
    Some(match measure {
        Measure::Portion(_) | Measure::MetInTime => "portion".to_owned(),
        Measure::Count => "count".to_owned(),
        Measure::Sum(field) => format!("sum {field}"),
        Measure::Ratio(of, to) => format!("ratio {of} {to}"),
        Measure::Filled(fields) => {
            let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
            format!("filled {}", fields.join(" "))
        }
        Measure::RunLength { quantile } => format!("took {quantile}"),
        Measure::Quantile { .. } | Measure::Conversion | Measure::Passage { .. } => return None,
    })
}

/// Whether something is counted live: whether it has a [`form`].
pub(super) const fn is_live(measure: &Measure) -> bool {
    let not = matches!(
        measure,
        Measure::Quantile { .. } | Measure::Conversion | Measure::Passage { .. }
    );
    !not
}

/// What is kept, as it is counted.
#[must_use]
pub fn tally(form: &str, kept: &Tallied) -> Tally {
    let counts = Counts {
        yes: kept.yes,
        no: kept.no,
        unknown: kept.unknown,
    };
    let sum = |at: usize| Quantity::millionths(kept.sums.get(at).copied().unwrap_or(0));
    let mut words = form.split(' ');
    match words.next() {
        Some("count") => Tally::Count(kept.yes),
        Some("sum") => Tally::Sum(sum(0), kept.yes, kept.unknown),
        Some("ratio") => Tally::Ratio((sum(0), sum(1)), kept.yes, kept.unknown),
        Some("filled") => {
            let fields = words.enumerate().map(|(at, _)| {
                let (yes, no, unknown) = kept.fields.get(at).copied().unwrap_or_default();
                let (stale, undated) = kept.stale.get(at).copied().unwrap_or_default();
                FieldCounts {
                    yes,
                    no,
                    unknown,
                    stale,
                    undated,
                }
            });
            Tally::Filled(counts, fields.collect(), kept.with_stale)
        }
        Some("took") => {
            let percent = words.next().and_then(|it| it.parse().ok()).unwrap_or(50);
            let lengths = kept.lengths.iter().flat_map(|(seconds, count)| {
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                std::iter::repeat_n(Quantity::whole(*seconds).small(), count)
            });
            Tally::Passage(lengths.collect(), kept.unknown, percent)
        }
        _ => Tally::Portion(counts),
    }
}

/// What is counted, as it is kept.
pub(super) fn tallied(tally: &Tally) -> Tallied {
    let of = |yes: u64, unknown: u64, sums: &[Quantity]| Tallied {
        yes,
        unknown,
        sums: sums.iter().map(|it| it.in_millionths()).collect(),
        ..Tallied::default()
    };
    match tally {
        Tally::Portion(counts) => of_counts(counts, &[], 0),
        Tally::Filled(counts, fields, stale) => of_counts(counts, fields, *stale),
        Tally::Count(count) => of(*count, 0, &[]),
        Tally::Sum(sum, count, unknown) => of(*count, *unknown, &[*sum]),
        Tally::Ratio((one, other), count, unknown) => of(*count, *unknown, &[*one, *other]),
        Tally::Passage(lengths, underway, _) => Tallied {
            unknown: *underway,
            lengths: counted(lengths),
            ..Tallied::default()
        },
        Tally::Quantile(..) | Tally::Conversion(_) => Tallied::default(),
    }
}

fn of_counts(counts: &Counts, fields: &[FieldCounts], with_stale: u64) -> Tallied {
    // Where nothing is stale, nothing is kept of it.
    let dated = fields.iter().any(|it| it.stale > 0 || it.undated > 0);
    let stale = fields.iter().filter(|_| dated);
    let stale = stale.map(|it| (it.stale, it.undated)).collect();
    let fields = fields.iter().map(|it| (it.yes, it.no, it.unknown));
    Tallied {
        yes: counts.yes,
        no: counts.no,
        unknown: counts.unknown,
        fields: fields.collect(),
        stale,
        with_stale,
        ..Tallied::default()
    }
}

/// How many took how many seconds, the shortest first.
fn counted(lengths: &[i64]) -> Vec<(i64, u64)> {
    let mut counts = BTreeMap::new();
    for length in lengths {
        *counts.entry(length / Quantity::ONE).or_default() += 1;
    }
    counts.into_iter().collect()
}
