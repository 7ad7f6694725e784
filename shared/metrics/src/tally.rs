use crate::{
    conversion::Moves,
    counts::{Answer, Counts},
    field_counts::{FieldAnswer, FieldCounts},
    figure::Figure,
    journey::{Journey, Passed},
    quantile::Quantile,
    quantity::Quantity,
};

/// What is counted of a metric, or of one group of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tally {
    /// A portion.
    Portion(Counts),
    /// Whether fields have a value: of all of them together, and of each; and in how many records that have all of them one
    /// is stale.
    Filled(Counts, Vec<FieldCounts>, u64),
    /// How many there are.
    Count(u64),
    /// A sum, of how many values, and how many have none.
    Sum(Quantity, u64, u64),
    /// Two sums, of how many records, and how many lack one.
    Ratio((Quantity, Quantity), u64, u64),
    /// The values in millionths, how many have none, and the quantile in percent.
    Quantile(Vec<i64>, u64, u8),
    /// Moves between stages.
    Conversion(Box<MovesCounted>),
    /// How long a stretch took each time, in millionths of a second, how many are under way, and the quantile in percent.
    Passage(Vec<i64>, u64, u8),
}

/// The moves that a conversion is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MovesCounted(Moves);

/// What is told of one record.
#[derive(Debug, Clone, Copy)]
pub enum Observation<'a> {
    /// Whether a portion's condition holds.
    Answer(Answer),
    /// Whether each field has a value.
    Fields(&'a [FieldAnswer]),
    /// It is there.
    There,
    /// Its value, if it has one.
    Value(Option<Quantity>),
    /// Both values, if it has them.
    Pair(Option<(Quantity, Quantity)>),
    /// Its way through the stages.
    Way(Journey<'a>),
    /// What came of the stretch.
    Passed(Passed),
}

/// Whether all fields of a record have a value.
pub(crate) fn all_of(answers: &[FieldAnswer]) -> Answer {
    Answer::all(answers.iter().map(|it| it.answer()))
}

/// Whether all fields of a record have a value, and one of them is stale.
pub(crate) fn is_stale(answers: &[FieldAnswer]) -> bool {
    all_of(answers) == Answer::Yes && answers.contains(&FieldAnswer::Stale)
}

impl Tally {
    /// The same with nothing counted.
    #[must_use]
    pub fn emptied(&self) -> Self {
        match self {
            Self::Portion(_) => Self::Portion(Counts::default()),
            Self::Filled(_, fields, _) => {
                let fields = vec![FieldCounts::default(); fields.len()];
                Self::Filled(Counts::default(), fields, 0)
            }
            Self::Count(_) => Self::Count(0),
            Self::Sum(..) => Self::Sum(Quantity::default(), 0, 0),
            Self::Ratio(..) => Self::Ratio(Default::default(), 0, 0),
            Self::Quantile(_, _, percent) => Self::Quantile(Vec::new(), 0, *percent),
            Self::Conversion(_) => Self::Conversion(Box::default()),
            Self::Passage(_, _, percent) => Self::Passage(Vec::new(), 0, *percent),
        }
    }

    /// Counts a record. An observation of another metric counts for nothing.
    pub fn add(&mut self, observed: &Observation<'_>) {
        match (self, observed) {
            (Self::Portion(counts), Observation::Answer(answer)) => counts.add(*answer),
            (Self::Filled(all, each, stale), Observation::Fields(answers)) => {
                all.add(all_of(answers));
                *stale += u64::from(is_stale(answers));
                for (counts, answer) in each.iter_mut().zip(*answers) {
                    counts.add(*answer);
                }
            }
            (Self::Count(count), Observation::There) => *count += 1,
            (Self::Sum(sum, of, unknown), Observation::Value(value)) => match value {
                Some(value) => {
                    sum.add(*value);
                    *of += 1;
                }
                None => *unknown += 1,
            },
            (Self::Ratio((one, other), of, unknown), Observation::Pair(pair)) => match pair {
                Some((first, second)) => {
                    one.add(*first);
                    other.add(*second);
                    *of += 1;
                }
                None => *unknown += 1,
            },
            (Self::Quantile(values, unknown, _), Observation::Value(value)) => match value {
                Some(value) => values.push(value.small()),
                None => *unknown += 1,
            },
            (Self::Conversion(moves), Observation::Way(journey)) => {
                journey.stays().for_each(|left| moves.0.add(left));
            }
            (Self::Passage(values, underway, _), Observation::Passed(passed)) => match passed {
                Passed::Took(length) => values.push(length.small()),
                Passed::Underway => *underway += 1,
                Passed::Not => {}
            },
            _ => {}
        }
    }

    /// Counts what another part has counted of the same metric.
    pub fn merge(&mut self, other: &Self) {
        match (self, other) {
            (Self::Portion(counts), Self::Portion(more)) => counts.merge(more),
            (Self::Filled(all, each, stale), Self::Filled(more, more_each, more_stale)) => {
                all.merge(more);
                *stale += more_stale;
                for (counts, more) in each.iter_mut().zip(more_each) {
                    counts.merge(more);
                }
            }
            (Self::Count(count), Self::Count(more)) => *count += more,
            (Self::Sum(sum, of, unknown), Self::Sum(more, more_of, more_unknown)) => {
                sum.add(*more);
                *of += more_of;
                *unknown += more_unknown;
            }
            (Self::Ratio((one, other), of, unknown), Self::Ratio(more, more_of, more_unknown)) => {
                one.add(more.0);
                other.add(more.1);
                *of += more_of;
                *unknown += more_unknown;
            }
            (Self::Quantile(values, unknown, _), Self::Quantile(more, more_unknown, _))
            | (Self::Passage(values, unknown, _), Self::Passage(more, more_unknown, _)) => {
                values.extend(more);
                *unknown += more_unknown;
            }
            (Self::Conversion(moves), Self::Conversion(more)) => moves.0.merge(&more.0),
            _ => {}
        }
    }

    /// What came of it.
    #[must_use]
    pub fn figure(&self) -> Figure {
        match self {
            Self::Portion(counts) => Figure::portion(counts),
            Self::Filled(all, each, stale) => Figure::Filled {
                rate: crate::Rate::of(all.yes, all.known()),
                unknown: all.unknown,
                stale: *stale,
                fields: each.clone(),
            },
            Self::Count(count) => Figure::Count { count: *count },
            Self::Sum(sum, of, unknown) => Figure::Sum {
                sum: *sum,
                of: *of,
                unknown: *unknown,
            },
            Self::Ratio((one, other), of, unknown) => Figure::Ratio {
                ratio: (*other != Quantity::default()).then(|| one.to_f64() / other.to_f64()),
                of: *of,
                unknown: *unknown,
            },
            Self::Quantile(values, unknown, percent) => Figure::Quantile {
                quantile: Quantile::of(&mut values.clone(), *percent),
                unknown: *unknown,
            },
            Self::Conversion(moves) => Figure::Conversion(moves.0.figure()),
            Self::Passage(values, underway, percent) => Figure::Passage {
                quantile: Quantile::of(&mut values.clone(), *percent),
                underway: *underway,
            },
        }
    }
}
