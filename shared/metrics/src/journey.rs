//! The way of one record through the stages.

use jiff::Timestamp;

use crate::quantity::Quantity;

/// When a record entered which stages, the earliest first; a stage is the number of its place in the lifecycle.
#[derive(Debug, Clone, Copy)]
pub struct Journey<'a> {
    /// The entries.
    pub entries: &'a [(Timestamp, u8)],
    /// From when on what happened counts; all of it if absent.
    pub since: Option<Timestamp>,
}

/// What came of a record's stay at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The stage.
    pub from: u8,
    /// Where it went next; none if it still stands there.
    pub to: Option<u8>,
}

/// What came of a stretch from one stage to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// It took so long.
    Took(Quantity),
    /// It began and has not come to its end.
    Underway,
    /// It did not begin, or ended too long ago.
    Not,
}

impl<'a> Journey<'a> {
    /// Every stay that ended in the time that counts, and the last, which has not. An entry into the stage at which the
    /// record stands already is no move.
    pub fn stays(self) -> impl Iterator<Item = Left> + 'a {
        let next = |at: usize, from: u8| {
            let later = self.entries.get(at + 1..).unwrap_or_default();
            later.iter().find(|(_, stage)| *stage != from)
        };
        let stays = self.entries.iter().enumerate();
        stays.filter_map(move |(at, (_, from))| {
            let before = at.checked_sub(1).and_then(|it| self.entries.get(it));
            if before.is_some_and(|(_, stage)| stage == from) {
                return None;
            }
            let next = next(at, *from);
            let counts = next.is_none_or(|(left, _)| self.since.is_none_or(|it| *left >= it));
            counts.then_some(Left {
                from: *from,
                to: next.map(|(_, stage)| *stage),
            })
        })
    }

    /// How long it took from the first entry into one stage to the first entry into the other after that.
    #[must_use]
    pub fn passage(self, from: u8, to: u8) -> Passed {
        let mut entries = self.entries.iter();
        let Some((began, _)) = entries.find(|(_, stage)| *stage == from) else {
            return Passed::Not;
        };
        match entries.find(|(_, stage)| *stage == to) {
            None => Passed::Underway,
            Some((ended, _)) if self.since.is_some_and(|it| *ended < it) => Passed::Not,
            Some((ended, _)) => {
                let micros = ended.duration_since(*began).as_micros();
                Passed::Took(Quantity::millionths(micros))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> Timestamp {
        Timestamp::from_second(days * 86_400).expect("an instant")
    }

    /// 0 on day 1, 1 on day 5 and again on day 6, back to 0 on day 9, 3 on day 20.
    const WAY: [(i64, u8); 5] = [(1, 0), (5, 1), (6, 1), (9, 0), (20, 3)];

    fn way() -> Vec<(Timestamp, u8)> {
        WAY.iter().map(|(day, stage)| (at(*day), *stage)).collect()
    }

    #[test]
    fn each_stay_has_its_end() {
        let (entries, left) = (way(), |from, to| Left { from, to });
        let all = Journey {
            entries: &entries,
            since: None,
        };
        let stays = [
            left(0, Some(1)),
            left(1, Some(0)),
            left(0, Some(3)),
            left(3, None),
        ];
        assert_eq!(all.stays().collect::<Vec<_>>(), stays);
        let since = Some(at(9));
        let late = Journey { since, ..all };
        assert_eq!(late.stays().collect::<Vec<_>>(), stays[1..]);
    }

    #[test]
    fn a_passage_is_from_the_first_entry_to_the_first_after_it() {
        let entries = way();
        let all = Journey {
            entries: &entries,
            since: None,
        };
        assert_eq!(
            all.passage(0, 3),
            Passed::Took(Quantity::whole(19 * 86_400))
        );
        assert_eq!(all.passage(1, 0), Passed::Took(Quantity::whole(4 * 86_400)));
        assert_eq!(all.passage(0, 2), Passed::Underway);
        assert_eq!(all.passage(2, 3), Passed::Not);
        let since = Some(at(10));
        assert_eq!(Journey { since, ..all }.passage(0, 1), Passed::Not);
    }
}
