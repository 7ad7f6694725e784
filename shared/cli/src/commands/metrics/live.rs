//! The metrics as the running stack has counted them.

use std::collections::BTreeMap;

use ::model::OperatingModel;
use contracts::{Key, state::MetricState};
use decisions::Rules;
use export_audit::{KeptLive, MetricReport, live_reports};
use jiff::{Timestamp, ToSpan, civil::Date};
use store::{Item, Store, StoreError, Versioned};

use crate::{
    commands::{CouldNotRun, options::TableOptions},
    stack::wait,
};

/// What the stack has counted.
///
/// # Errors
/// If there is no stack, it does not answer, or another breakdown is asked for than the model's.
pub(super) fn counted(
    model: OperatingModel,
    by: &[String],
    stack: &TableOptions,
    now: Timestamp,
) -> Result<Vec<MetricReport>, CouldNotRun> {
    if !by.is_empty() {
        return Err(CouldNotRun(
            "live metrics are counted as the model breaks them down: write it there (`by`), or name exports behind \
             the metrics"
                .to_owned(),
        ));
    }
    let rules = Rules::prepare(model, now).map_err(|why| CouldNotRun(why.to_string()))?;
    let (stack, table) = stack.find()?;
    let today = now.to_zoned(rules.company_zone().clone()).date();
    let kept = wait(stack.ask(kept(&table, &rules, today)))?;
    Ok(live_reports(&rules, &kept, now))
}

async fn kept<S: Store>(
    table: &S,
    rules: &Rules,
    today: Date,
) -> Result<BTreeMap<String, KeptLive>, StoreError> {
    let mut all = BTreeMap::new();
    let week_before = today.checked_sub(7.days()).unwrap_or(today);
    for name in rules.model.metrics.keys() {
        let items = table.partition(&Key::metric_partition(name)).await?;
        let kept = KeptLive {
            now: now(&items, name)?,
            week_before: on(&items, week_before)?,
        };
        all.insert(name.clone(), kept);
    }
    Ok(all)
}

fn now(items: &[Item], name: &str) -> Result<Option<MetricState>, StoreError> {
    let item = items.iter().find(|it| it.key == Key::metric(name)).cloned();
    Ok(item.map(Versioned::read).transpose()?.map(|it| it.state))
}

/// What a metric had come to at the end of a day: on the last one up to it on which it changed.
fn on(items: &[Item], day: Date) -> Result<Option<MetricState>, StoreError> {
    let mut latest: Option<MetricState> = None;
    for item in items {
        let state = Versioned::<MetricState>::read(item.clone())?.state;
        let later = latest.as_ref().is_none_or(|it| it.day < state.day);
        if state.day <= day && later {
            latest = Some(state);
        }
    }
    Ok(latest)
}
