//! What a log says that is all there is: its activities are the stages, in the order in which cases come to them.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use super::evidence::{Evidence, each_row, named};
use crate::{
    error::AuditError,
    export::Export,
    layout::Layout,
    moments,
    table::{AT, STAGE},
};

/// The most activities that can be stages.
const MOST: usize = 200;

/// What happened to one case: when, in the order of the file, and which activity.
type Events = Vec<(Timestamp, usize)>;

#[derive(Default)]
struct Activity {
    text: String,
    /// At which place of a case it first came, all cases together, and in how many.
    places: usize,
    cases: usize,
    /// Whether a case ever went on from it.
    is_left: bool,
}

impl Evidence {
    /// Takes up what a log of stages tells.
    pub(super) fn log(&mut self, log: &Export, layout: &Layout) -> Result<(), AuditError> {
        let mut activities: Vec<Activity> = Vec::new();
        let mut cases: BTreeMap<String, Events> = BTreeMap::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        each_row(log, layout, |cell| {
            let at = cell(AT).and_then(|it| moments::moment(&it, layout.dates)?.at(&TimeZone::UTC));
            let (Some(id), Some(at), Some(text)) = (cell(""), at, cell(STAGE)) else {
                return;
            };
            let place = *places.entry(text.clone()).or_insert_with(|| {
                activities.push(Activity {
                    text,
                    ..Activity::default()
                });
                activities.len() - 1
            });
            cases.entry(id).or_default().push((at, place));
        })?;
        if activities.len() > MOST {
            return Err(AuditError::Nothing(format!(
                "{} has {} activities, and at most {MOST} can be stages: name a model with --model and a mapping in which \
                 `values` of the stage say which belong together",
                log.name(),
                activities.len()
            )));
        }
        for events in cases.values_mut() {
            events.sort_by_key(|(at, _)| *at);
            follow(events, &mut activities);
        }
        self.logged = true;
        self.fields = ["created", "stage_since"].map(str::to_owned).into();
        self.in_order_of(activities);
        self.lengths(&cases, &places);
        Ok(())
    }

    /// By the mean place at which cases come to them, those that no case left at the end.
    fn in_order_of(&mut self, mut activities: Vec<Activity>) {
        let is_end = |it: &Activity| !it.is_left;
        activities.sort_by(|one, other| {
            // The one mean before the other, without a fraction.
            let means = (one.places * other.cases).cmp(&(other.places * one.cases));
            (is_end(one).cmp(&is_end(other))).then(means)
        });
        let ends: Vec<bool> = activities.iter().map(is_end).collect();
        self.stages = named(activities.into_iter().map(|it| it.text));
        let first = self.stages.first().map(|it| it.name.clone());
        for (stage, is_end) in self.stages.iter_mut().zip(ends) {
            // A record begins at the first stage, and cannot end there.
            stage.closes = is_end && Some(&stage.name) != first.as_ref();
        }
    }

    /// How long the cases took that came to an end.
    fn lengths(&mut self, cases: &BTreeMap<String, Events>, places: &BTreeMap<String, usize>) {
        let closes = self.stages.iter().filter(|it| it.closes);
        let ends: Vec<usize> = closes
            .filter_map(|it| places.get(&it.text).copied())
            .collect();
        let ended = cases.values().filter_map(|events| {
            let ((from, _), (to, last)) = (events.first()?, events.last()?);
            let days = to.duration_since(*from).as_hours() / 24;
            ends.contains(last).then_some(days)
        });
        let days: Vec<i64> = ended.collect();
        self.won = u64::try_from(days.len()).unwrap_or(u64::MAX);
        self.days.insert("everyone", days);
    }

    pub(super) fn of_log(&self, stages: &[&str]) -> Vec<String> {
        let ends = self.stages.iter().filter(|it| it.closes);
        let ends: Vec<&str> = ends.map(|it| it.text.as_str()).collect();
        let ends = match ends.is_empty() {
            true => "no case comes to an end, since cases went on from each of them".to_owned(),
            false => format!(
                "a case ends at {}, from which none went on",
                ends.join(", ")
            ),
        };
        vec![
            format!(
                "no model was named and no file has the records, so one was made from the log: each case is taken for an \
                 opportunity, each activity for a stage, in the order in which cases come to them: {}",
                stages.join(", ")
            ),
            format!("{ends}; the corridor is from {} cases that ended", self.won),
        ]
    }
}

fn follow(events: &Events, activities: &mut [Activity]) {
    let mut seen: Vec<usize> = Vec::new();
    for (_, activity) in events {
        if seen.contains(activity) {
            continue;
        }
        if let Some(it) = activities.get_mut(*activity) {
            it.places += seen.len();
            it.cases += 1;
        }
        seen.push(*activity);
    }
    for pair in events.windows(2) {
        if let [(_, from), (_, to)] = pair
            && from != to
            && let Some(it) = activities.get_mut(*from)
        {
            it.is_left = true;
        }
    }
}
