//! Logs of events, which are known by the file's name and an id of a record; or by headings as process mining has them.

use std::collections::BTreeMap;

use crm::RecordKind;

use crate::{
    guess::{fields::plain, sample::Sample},
    layout::EventKind,
    table::{AT, STAGE},
};

/// Headings of the time at which something happened.
const TIMES: [&str; 16] = [
    "timetimestamp",
    "completetimestamp",
    "eventtime",
    "starttimestamp",
    "at",
    "date",
    "time",
    "timestamp",
    "activitydate",
    "activityat",
    "happenedat",
    "occurredat",
    "changedat",
    "changedate",
    "createdat",
    "createddate",
];

/// Headings of the stage that was entered.
const STAGES: [&str; 6] = [
    "stage",
    "stagename",
    "tostage",
    "newstage",
    "dealstage",
    "newvalue",
];

/// Headings of the id of a record, and of which kind it is.
const IDS: [(&str, RecordKind); 6] = [
    ("opportunityid", RecordKind::Opportunity),
    ("dealid", RecordKind::Opportunity),
    ("opportunity", RecordKind::Opportunity),
    ("deal", RecordKind::Opportunity),
    ("leadid", RecordKind::Lead),
    ("lead", RecordKind::Lead),
];

/// Headings of a case and of what was done, by XES (IEEE 1849) and as tools of process mining write them.
const CASES: [&str; 5] = ["caseconceptname", "caseid", "case", "traceid", "trace"];
const ACTIVITIES: [&str; 6] = [
    "conceptname",
    "activity",
    "activityname",
    "activityid",
    "event",
    "eventname",
];

/// A log: what its rows tell, of which kind of record, and the columns of the id and of the time.
pub(super) struct Log {
    pub(super) event: EventKind,
    pub(super) kind: RecordKind,
    pub(super) id: usize,
    pub(super) columns: BTreeMap<String, usize>,
}

impl Log {
    /// The log that a file is, if it is one.
    pub(super) fn of(name: &str, sample: &Sample) -> Option<Self> {
        Self::of_cases(sample).or_else(|| Self::named(name, sample))
    }

    /// A log of cases, each of which is taken for an opportunity and each activity for a stage.
    fn of_cases(sample: &Sample) -> Option<Self> {
        let headings: Vec<String> = sample.headings.iter().map(|it| plain(it)).collect();
        let place = |words: &[&str]| {
            let mut words = words.iter();
            words.find_map(|word| headings.iter().position(|it| it == word))
        };
        let stage = (STAGE.to_owned(), place(&ACTIVITIES)?);
        Some(Self {
            event: EventKind::StageMove,
            kind: RecordKind::Opportunity,
            id: place(&CASES)?,
            columns: BTreeMap::from([(AT.to_owned(), place(&TIMES)?), stage]),
        })
    }

    fn named(name: &str, sample: &Sample) -> Option<Self> {
        let name = name.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|it| name.contains(it));
        let event = if has(&["activit", "engagement", "touches"]) {
            EventKind::Activity
        } else if name.contains("stage") && has(&["histor", "move", "change"]) {
            EventKind::StageMove
        } else if has(&["histor", "change"]) {
            EventKind::Change
        } else {
            return None;
        };
        let headings: Vec<String> = sample.headings.iter().map(|it| plain(it)).collect();
        let place = |word: &str| headings.iter().position(|it| it == word);
        let (id, kind) = IDS
            .iter()
            .find_map(|(word, kind)| Some((place(word)?, *kind)))?;
        let at = TIMES.iter().find_map(|word| place(word))?;
        let mut columns = BTreeMap::from([(AT.to_owned(), at)]);
        let mut told = |name: &str, words: &[&str]| {
            let found = words.iter().find_map(|word| place(word));
            columns.extend(found.map(|it| (name.to_owned(), it)));
        };
        if event != EventKind::Activity {
            told(STAGE, &STAGES);
        }
        if event == EventKind::Change {
            told("amount", &["amount", "newamount", "dealamount"]);
            told("close_date", &["closedate", "newclosedate"]);
            // A row for each field names none of them, and is no such log.
            if columns.len() < 3 {
                return None;
            }
        }
        Some(Self {
            event,
            kind,
            id,
            columns,
        })
    }
}
