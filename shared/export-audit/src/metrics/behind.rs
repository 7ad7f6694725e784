//! The first records behind the numbers of a metric.

use std::collections::BTreeMap;

use ::metrics::{Answer, FieldAnswer, Observation, Passed};

use crate::listed::Listed;

/// The most records that are listed behind a number of a metric, and behind one of a group.
const OF_ALL: usize = 50;
const OF_A_GROUP: usize = 10;

/// The first records behind the numbers of a metric or of one of its groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    counting: [Vec<Listed>; 4],
    /// Those without a value, by the place of the field.
    without: Vec<Vec<Listed>>,
    /// Those with a stale value, by the place of the field.
    stale: Vec<Vec<Listed>>,
    /// Those that went from one stage to another, by their places.
    moved: BTreeMap<(u8, u8), Vec<Listed>>,
    is_group: bool,
}

/// As what a record counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsAs {
    /// It counts: of a portion those of which it holds.
    Yes,
    /// It holds not.
    No,
    /// It is not known, or there is no value.
    Unknown,
    /// It is not known whether the metric looks at it.
    Unsure,
}

impl CountsAs {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::No, Self::Unknown, Self::Unsure];

    const fn of(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Yes,
            Answer::No => Self::No,
            Answer::Unknown => Self::Unknown,
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::Unknown => 2,
            Self::Unsure => 3,
        }
    }

    /// In the names of a page's lists.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Unsure => "unsure",
        }
    }
}

impl Lists {
    /// Lists as short as those of a group.
    pub(crate) fn of_a_group() -> Self {
        Self {
            is_group: true,
            ..Self::default()
        }
    }

    /// Those that count so.
    #[must_use]
    pub fn counting(&self, so: CountsAs) -> &[Listed] {
        self.counting.get(so.place()).map_or(&[], Vec::as_slice)
    }

    /// Of how many fields it is known which records lack them.
    pub(crate) const fn fields(&self) -> usize {
        self.without.len()
    }

    /// Those without a value for the field at this place.
    #[must_use]
    pub fn without(&self, field: usize) -> &[Listed] {
        self.without.get(field).map_or(&[], Vec::as_slice)
    }

    /// Those with a stale value of the field at this place.
    #[must_use]
    pub fn stale(&self, field: usize) -> &[Listed] {
        self.stale.get(field).map_or(&[], Vec::as_slice)
    }

    /// Those that went from one stage to another, for all that somebody did.
    pub fn moved(&self) -> impl Iterator<Item = ((u8, u8), &[Listed])> {
        self.moved.iter().map(|(way, list)| (*way, list.as_slice()))
    }

    /// Takes a record up by what it counts as, unless there are enough of it.
    pub(crate) fn take(&mut self, observed: &Observation<'_>, id: &[u8], line: u64) {
        let most = self.most();
        let put = |list: &mut Vec<Listed>| {
            if list.len() < most {
                list.push(Listed::of(id, line));
            }
        };
        let so = match observed {
            Observation::Answer(answer) => CountsAs::of(*answer),
            Observation::Fields(answers) => {
                if self.without.len() < answers.len() {
                    self.without.resize(answers.len(), Vec::new());
                }
                let each = self.without.iter_mut().zip(*answers);
                each.filter(|(_, answer)| answer.answer() == Answer::No)
                    .for_each(|(list, _)| put(list));
                if answers.contains(&FieldAnswer::Stale) {
                    self.stale.resize(answers.len(), Vec::new());
                    let each = self.stale.iter_mut().zip(*answers);
                    each.filter(|(_, answer)| **answer == FieldAnswer::Stale)
                        .for_each(|(list, _)| put(list));
                }
                CountsAs::of(Answer::all(answers.iter().map(|it| it.answer())))
            }
            Observation::There | Observation::Value(Some(_)) | Observation::Pair(Some(_)) => {
                CountsAs::Yes
            }
            Observation::Value(None) | Observation::Pair(None) => CountsAs::Unknown,
            Observation::Passed(Passed::Took(_)) => CountsAs::Yes,
            Observation::Passed(Passed::Underway) => CountsAs::Unknown,
            Observation::Passed(Passed::Not) => return,
            Observation::Way(way) => {
                for left in way.stays() {
                    if let Some(to) = left.to {
                        put(self.moved.entry((left.from, to)).or_default());
                    }
                }
                return;
            }
        };
        if let Some(list) = self.counting.get_mut(so.place()) {
            put(list);
        }
    }

    /// Takes up a record of which it is not known whether the metric looks at it.
    pub(crate) fn unsure(&mut self, id: &[u8], line: u64) {
        let most = self.most();
        let list = self.counting.get_mut(CountsAs::Unsure.place());
        if let Some(list) = list.filter(|it| it.len() < most) {
            list.push(Listed::of(id, line));
        }
    }

    /// Takes up those of another part of the same group.
    pub(crate) fn merge(&mut self, other: &Self) {
        let most = self.most();
        for (list, more) in self.counting.iter_mut().zip(&other.counting) {
            let room = most.saturating_sub(list.len());
            list.extend(more.iter().take(room).cloned());
        }
    }

    const fn most(&self) -> usize {
        if self.is_group { OF_A_GROUP } else { OF_ALL }
    }
}
