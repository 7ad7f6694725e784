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
    /// Those in which a field stands so, by how and by the field's place.
    fields: [Vec<Vec<Listed>>; FieldStands::ALL.len()],
    /// Those in which all fields have a value, and one of them is stale.
    with_stale: Vec<Listed>,
    /// Those that left a stage for another, or still stand there, by the places of the stages.
    moved: BTreeMap<(u8, Option<u8>), Vec<Listed>>,
    is_group: bool,
}

/// How a field of a record stands, where that is no good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStands {
    /// It has no value.
    Without,
    /// Its value is stale.
    Stale,
    /// It is not told since when it has its value.
    Undated,
}

impl FieldStands {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Without, Self::Stale, Self::Undated];

    const fn of(answer: FieldAnswer) -> Option<Self> {
        match answer {
            FieldAnswer::Empty => Some(Self::Without),
            FieldAnswer::Stale => Some(Self::Stale),
            FieldAnswer::Undated => Some(Self::Undated),
            FieldAnswer::Filled | FieldAnswer::Unknown => None,
        }
    }

    const fn place(self) -> usize {
        self as usize
    }

    /// In the names of a page's lists.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Without => "without",
            Self::Stale => "stale",
            Self::Undated => "undated",
        }
    }
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

    /// Those in which a field stands so, by the places of the fields.
    #[must_use]
    pub fn fields(&self, so: FieldStands) -> &[Vec<Listed>] {
        self.fields.get(so.place()).map_or(&[], Vec::as_slice)
    }

    /// Those in which all fields have a value, and one of them is stale.
    #[must_use]
    pub fn with_stale(&self) -> &[Listed] {
        &self.with_stale
    }

    /// Those that left a stage for another, for all that somebody did; for none, those that still stand there.
    pub fn moved(&self) -> impl Iterator<Item = ((u8, Option<u8>), &[Listed])> {
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
                for (at, answer) in answers.iter().enumerate() {
                    let lists =
                        FieldStands::of(*answer).and_then(|so| self.fields.get_mut(so.place()));
                    if let Some(lists) = lists {
                        put(grown(lists, at));
                    }
                }
                let all = Answer::all(answers.iter().map(|it| it.answer()));
                if answers.contains(&FieldAnswer::Stale) && all == Answer::Yes {
                    put(&mut self.with_stale);
                }
                CountsAs::of(all)
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
                    put(self.moved.entry((left.from, left.to)).or_default());
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
        let join = |list: &mut Vec<Listed>, more: &[Listed]| {
            let room = most.saturating_sub(list.len());
            list.extend(more.iter().take(room).cloned());
        };
        let Self {
            counting,
            fields,
            with_stale,
            moved,
            is_group: _,
        } = self;
        for (list, more) in counting.iter_mut().zip(&other.counting) {
            join(list, more);
        }
        for (lists, more) in fields.iter_mut().zip(&other.fields) {
            for (at, more) in more.iter().enumerate() {
                join(grown(lists, at), more);
            }
        }
        join(with_stale, &other.with_stale);
        for (way, more) in &other.moved {
            join(moved.entry(*way).or_default(), more);
        }
    }

    const fn most(&self) -> usize {
        if self.is_group { OF_A_GROUP } else { OF_ALL }
    }
}

/// The list at this place, which is made if it is not there.
fn grown(lists: &mut Vec<Vec<Listed>>, at: usize) -> &mut Vec<Listed> {
    if lists.len() <= at {
        lists.resize(at + 1, Vec::new());
    }
    #[expect(clippy::indexing_slicing, reason = "it has just been made as long")]
    &mut lists[at]
}
