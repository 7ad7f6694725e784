//! What is counted while the rows go by.

use std::collections::BTreeMap;

use ::metrics::Counts;

use decisions::columns::Input;

use crate::{
    judging::{NO, UNKNOWN, YES, answered},
    listed::{LISTED, Listed},
    plan::{
        CRITERIA, FIRST_DEVIATION, IN_ICP, OPEN, PAST_CORRIDOR, Plan, SEGMENT, SQL_CRITERIA,
        THIS_QUARTER,
    },
    questions::Questions,
};

/// The counts of one kind of record.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    pub(crate) open: u64,
    /// Records whose stage the model does not know, by its spelling in the export. They are not judged.
    pub(crate) no_stage: BTreeMap<String, u64>,
    /// The first of them.
    pub(crate) no_stage_listed: BTreeMap<String, Vec<Listed>>,
    pub(crate) icp: Counts,
    pub(crate) icp_this_quarter: Counts,
    pub(crate) sql: Counts,
    /// By stage, by its class: how many stand there, and of the open ones their criteria.
    pub(crate) stages: Vec<(u64, Counts)>,
    /// Of open records, by segment.
    pub(crate) corridor: Vec<Counts>,
    /// Of open records, by the owner's number.
    pub(crate) corridor_by_owner: Vec<Counts>,
    pub(crate) deviations: Vec<DeviationTally>,
    /// Of open records: how many have no value, by input.
    pub(crate) empty: Vec<u64>,
    /// Of each input, whether a file tells it.
    pub(crate) told: Vec<bool>,
    pub(crate) no_account: u64,
    pub(crate) unmatched: u64,
    /// How many rows have an id that was there before, and the first of these. Each is judged.
    pub(crate) doubled: u64,
    pub(crate) doubled_ids: Vec<String>,
    /// The first ids of accounts that are in no file.
    pub(crate) unmatched_ids: Vec<String>,
    /// The first rows whose id was there before, whose account is in no file, and that name none.
    pub(crate) doubled_listed: Vec<Listed>,
    pub(crate) unmatched_listed: Vec<Listed>,
    pub(crate) no_account_listed: Vec<Listed>,
    /// The first records behind each number.
    lists: Vec<Vec<Listed>>,
    /// The same by segment and by owner, of which there may be any number.
    of_segments: Vec<Vec<Listed>>,
    of_owners: Vec<Vec<Listed>>,
    /// Of the fields that are watched: their questions, how many are stale, and of how many that is not known.
    pub(crate) fields: Vec<(usize, u64, u64)>,
    stale: Vec<Vec<Listed>>,
}

/// A number behind which records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// Open ones by what came of the profile: in it, not in it, unknown.
    Icp(u8),
    /// The same of those created this quarter.
    IcpThisQuarter(u8),
    /// At the stage with this class: whether the criteria are met.
    Stage(usize, u8),
    /// Open ones: whether they meet the criteria of the SQL stage.
    Sql(u8),
    /// Of the deviation with this number it cannot be judged.
    Unjudged(usize),
    /// Open ones without a value for the input with this number.
    Empty(usize),
    /// Open ones in which the watched field with this number is stale; or in which that is not known.
    Stale(usize, bool),
    /// Open ones that have the deviation with this number.
    Found(usize),
    /// Open ones of the segment with this number: whether they are past its corridor.
    OfSegment(usize, u8),
    /// Open ones of the owner with this number: whether they are past their corridor.
    OfOwner(usize, u8),
}

/// The counts of one deviation.
#[derive(Debug, Default, Clone)]
pub(crate) struct DeviationTally {
    pub(crate) held: u64,
    pub(crate) by_owner: Vec<u64>,
    /// How often it could not be judged, and the first of these, by the answer.
    pub(crate) unjudged: BTreeMap<u8, (u64, Vec<Listed>)>,
}

/// Where a record is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice<'r> {
    /// The class of its stage.
    pub(crate) stage: usize,
    pub(crate) owner: usize,
    pub(crate) id: &'r [u8],
    pub(crate) line: u64,
}

impl Tally {
    pub(crate) fn of(questions: &Questions, inputs: usize) -> Self {
        Self {
            deviations: vec![DeviationTally::default(); questions.deviations.len()],
            empty: vec![0; inputs],
            told: vec![false; inputs],
            fields: questions.fields.iter().map(|it| (it.1, 0, 0)).collect(),
            ..Self::default()
        }
    }

    /// Says which inputs a file tells: those that are not absent from it.
    pub(crate) fn has_columns(&mut self, plan: &Plan, absent: &[Input]) {
        for ((input, _), told) in plan.inputs.iter().zip(&mut self.told) {
            *told |= !absent.contains(input);
        }
    }

    /// Of the stage with this place in the lifecycle: how many stand there, and the criteria of the open ones. A
    /// record without a stage stands at the first.
    pub(crate) fn stage(&self, place: usize) -> (u64, Counts) {
        let of = |class: usize| self.stages.get(class).copied().unwrap_or_default();
        let (mut records, mut counts) = of(place + 1);
        if place == 0 {
            let (without, of_these) = of(0);
            records += without;
            counts.yes += of_these.yes;
            counts.no += of_these.no;
            counts.unknown += of_these.unknown;
        }
        (records, counts)
    }

    /// Counts a record by the answers to all questions; of one that is closed, only the first are asked.
    pub(crate) fn count(&mut self, slice: Slice<'_>, answers: &[u8], classes: &[u32]) {
        let of = |question: usize| answers.get(question).copied().unwrap_or(UNKNOWN);
        self.rows += 1;
        let open = of(OPEN) == YES;
        grown(&mut self.stages, slice.stage).0 += 1;
        let known = |answer: u8| answer.min(UNKNOWN);
        if of(THIS_QUARTER) == YES {
            self.icp_this_quarter.add(answered(of(IN_ICP)));
            self.list(Behind::IcpThisQuarter(known(of(IN_ICP))), slice);
        }
        if !open {
            return;
        }
        self.open += 1;
        grown(&mut self.stages, slice.stage)
            .1
            .add(answered(of(CRITERIA)));
        self.icp.add(answered(of(IN_ICP)));
        self.sql.add(answered(of(SQL_CRITERIA)));
        let segment = usize::from(of(SEGMENT));
        grown(&mut self.corridor, segment).add(answered(of(PAST_CORRIDOR)));
        self.list(Behind::OfSegment(segment, known(of(PAST_CORRIDOR))), slice);
        self.list(
            Behind::OfOwner(slice.owner, known(of(PAST_CORRIDOR))),
            slice,
        );
        grown(&mut self.corridor_by_owner, slice.owner).add(answered(of(PAST_CORRIDOR)));
        let answers = answers.iter().skip(FIRST_DEVIATION);
        for (deviation, answer) in self.deviations.iter_mut().zip(answers) {
            match *answer {
                NO => {}
                YES => {
                    deviation.held += 1;
                    *grown(&mut deviation.by_owner, slice.owner) += 1;
                }
                unknown => {
                    let (count, first) = deviation.unjudged.entry(unknown).or_default();
                    *count += 1;
                    put(first, slice.id, slice.line);
                }
            }
        }
        self.list(Behind::Icp(known(of(IN_ICP))), slice);
        self.list(Behind::Sql(known(of(SQL_CRITERIA))), slice);
        self.list(Behind::Stage(slice.stage, known(of(CRITERIA))), slice);
        for deviation in 0..self.deviations.len() {
            match of(FIRST_DEVIATION + deviation) {
                NO => {}
                YES => self.list(Behind::Found(deviation), slice),
                _ => self.list(Behind::Unjudged(deviation), slice),
            }
        }
        let mut dated = Vec::new();
        for (at, (question, count, undated)) in self.fields.iter_mut().enumerate() {
            match of(*question) {
                NO => {}
                YES => {
                    *count += 1;
                    dated.push(Behind::Stale(at, true));
                }
                _ => {
                    *undated += 1;
                    dated.push(Behind::Stale(at, false));
                }
            }
        }
        for behind in dated {
            self.list(behind, slice);
        }
        for (input, class) in classes.iter().enumerate() {
            if *class == 0 {
                *grown(&mut self.empty, input) += 1;
                self.list(Behind::Empty(input), slice);
            }
        }
    }
}

impl Tally {
    /// Counts a record whose stage the model does not know.
    pub(crate) fn no_stage(&mut self, stage: String, id: &[u8], line: u64) {
        let list = self.no_stage_listed.entry(stage.clone()).or_default();
        put(list, id, line);
        *self.no_stage.entry(stage).or_default() += 1;
    }

    /// Counts a row whose id was there before.
    pub(crate) fn doubled(&mut self, id: &[u8], line: u64) {
        self.doubled += 1;
        put(&mut self.doubled_listed, id, line);
        if self.doubled_ids.len() < LISTED {
            let id = String::from_utf8_lossy(id);
            self.doubled_ids.push(decisions::shown::one_line(&id));
        }
    }

    /// Counts a record that names no account.
    pub(crate) fn no_account(&mut self, id: &[u8], line: u64) {
        self.no_account += 1;
        put(&mut self.no_account_listed, id, line);
    }

    /// Counts a record whose account is in no file.
    pub(crate) fn unmatched(&mut self, account: &[u8], id: &[u8], line: u64) {
        self.unmatched += 1;
        put(&mut self.unmatched_listed, id, line);
        if self.unmatched_ids.len() < LISTED {
            let id = decisions::shown::one_line(&String::from_utf8_lossy(account));
            if !self.unmatched_ids.contains(&id) {
                self.unmatched_ids.push(id);
            }
        }
    }

    /// The first records behind a number.
    pub(crate) fn listed(&self, behind: Behind) -> &[Listed] {
        let (lists, place) = match behind {
            Behind::OfOwner(owner, answer) => (&self.of_owners, by_answer(owner, answer)),
            Behind::Stale(field, known) => (&self.stale, 2 * field + usize::from(known)),
            Behind::OfSegment(segment, answer) => (&self.of_segments, by_answer(segment, answer)),
            behind => (&self.lists, self.place(behind)),
        };
        lists.get(place).map_or(&[], Vec::as_slice)
    }

    fn list(&mut self, behind: Behind, slice: Slice<'_>) {
        let list = match behind {
            Behind::OfOwner(owner, answer) => grown(&mut self.of_owners, by_answer(owner, answer)),
            Behind::Stale(field, known) => grown(&mut self.stale, 2 * field + usize::from(known)),
            Behind::OfSegment(segment, answer) => {
                grown(&mut self.of_segments, by_answer(segment, answer))
            }
            behind => {
                let place = self.place(behind);
                grown(&mut self.lists, place)
            }
        };
        put(list, slice.id, slice.line);
    }

    /// Each number has its place; those of stages come last, since there may be any number of them.
    fn place(&self, behind: Behind) -> usize {
        let of = |answer: u8| usize::from(answer.min(UNKNOWN));
        match behind {
            Behind::Icp(answer) => of(answer),
            Behind::IcpThisQuarter(answer) => 3 + of(answer),
            Behind::Sql(answer) => 6 + of(answer),
            Behind::Unjudged(deviation) => 9 + deviation,
            Behind::Found(deviation) => 9 + self.deviations.len() + deviation,
            Behind::Empty(input) => 9 + 2 * self.deviations.len() + input,
            Behind::Stage(class, answer) => {
                9 + 2 * self.deviations.len() + self.empty.len() + 3 * class + of(answer)
            }
            // They have lists of their own.
            Behind::OfSegment(..) | Behind::OfOwner(..) | Behind::Stale(..) => usize::MAX,
        }
    }
}

/// The place of what came of a segment or an owner.
fn by_answer(number: usize, answer: u8) -> usize {
    3 * number + usize::from(answer.min(UNKNOWN))
}

/// Takes a record up, unless there are enough.
fn put(list: &mut Vec<Listed>, id: &[u8], line: u64) {
    if list.len() < LISTED {
        list.push(Listed::of(id, line));
    }
}

/// The place of this number, which is made if it is not there.
fn grown<T: Default>(all: &mut Vec<T>, at: usize) -> &mut T {
    if all.len() <= at {
        all.resize_with(at + 1, T::default);
    }
    #[expect(clippy::indexing_slicing, reason = "it has just been made as long")]
    &mut all[at]
}
