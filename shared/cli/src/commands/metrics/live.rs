//! The metrics as the running stack has counted them.

use std::collections::BTreeMap;

use ::model::OperatingModel;
use contracts::{Key, state::MetricState};
use decisions::Rules;
use export_audit::{KeptLive, MetricReport, live_reports};
use jiff::Timestamp;
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
    let kept = wait(stack.ask(kept(&table, &rules)))?;
    Ok(live_reports(&rules, &kept, now))
}

async fn kept<S: Store>(
    table: &S,
    rules: &Rules,
) -> Result<BTreeMap<String, KeptLive>, StoreError> {
    let mut all = BTreeMap::new();
    for name in rules.model.metrics.keys() {
        let items = table.partition(&Key::metric_partition(name)).await?;
        let kept = KeptLive {
            now: now(&items, name)?,
            days: days(items)?,
        };
        all.insert(name.clone(), kept);
    }
    Ok(all)
}

fn now(items: &[Item], name: &str) -> Result<Option<MetricState>, StoreError> {
    let item = items.iter().find(|it| it.key == Key::metric(name)).cloned();
    Ok(item.map(Versioned::read).transpose()?.map(|it| it.state))
}

fn days(items: Vec<Item>) -> Result<Vec<MetricState>, StoreError> {
    let read = items.into_iter().map(Versioned::<MetricState>::read);
    read.map(|it| Ok(it?.state)).collect()
}
