use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, PersonId, RecordKind};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    Measure, Metric, OperatingModel, Period, Place, Population, Signal, Target, TargetAmount, Worse,
};

use crate::world::after;

/// The metric that is watched in stories.
pub(crate) const WATCHED: &str = "open_deals";

/// The metrics of which time alone changes what a deal counts for: a value grows stale, and a month begins.
pub(crate) const BY_NIGHT: [&str; 2] = ["fresh_deals", "deals_of_the_month"];

/// The signal that watches it.
const SIGNAL: &str = "deals_dry_up";

/// How many deals are open is counted, and compared with a week before: of the few deals of a story a rate tells nothing.
pub(super) fn watch_open_deals(model: &mut OperatingModel) {
    let Some((owner, place)) = model
        .metrics
        .values()
        .next()
        .map(|it| (it.owner.clone(), it.place))
    else {
        return;
    };
    let metric = of_open_deals(owner, Measure::Count, place);
    let signal = Signal {
        metric: WATCHED.to_owned(),
        worse: Worse::Falls,
        weeks_before: 1,
        place,
    };
    model.metrics.insert(WATCHED.to_owned(), metric);
    model.signals = BTreeMap::from([(SIGNAL.to_owned(), signal)]);
}

/// A day of deals is taken to be true for a day, shorter than most stories, and the amounts that are due in a month are held
/// against a target of it.
pub(crate) fn count_by_night(model: &mut OperatingModel, begins: Timestamp) {
    let kind = RecordKind::Opportunity;
    let first = model.metrics.values().next();
    let Some((owner, place)) = first.map(|it| (it.owner.clone(), it.place)) else {
        return;
    };
    let Some(fields) = model.records.get_mut(&kind) else {
        return;
    };
    let amount = fields.iter().find(|it| it.1.holds == FieldType::Money);
    let amount = amount.map(|(name, _)| FieldRef::new(kind, name.as_str()));
    let mut dates = fields.iter_mut();
    let Some((day, field)) = dates.find(|it| it.1.holds == FieldType::Date) else {
        return;
    };
    field.fresh_for = Some(1);
    let day = FieldRef::new(kind, day.as_str());
    let [fresh, of_month] = BY_NIGHT;
    let filled = Measure::Filled(vec![day.clone()]);
    let metric = of_open_deals(owner.clone(), filled, place);
    model.metrics.insert(fresh.to_owned(), metric);
    let Some(amount) = amount else { return };
    let month = |days: i64| {
        let at = after(begins, SignedDuration::from_hours(24 * days));
        let day = at.to_zoned(TimeZone::UTC).date();
        let amount = TargetAmount::Whole(1_000.into());
        (format!("{}-{:02}", day.year(), day.month()), amount)
    };
    let target = Target {
        record: kind,
        on: day,
        every: Period::Month,
        by: None,
        amounts: [0, 15, 30].map(month).into(),
        place,
    };
    model.targets.insert(of_month.to_owned(), target);
    let metric = Metric {
        against: Some(of_month.to_owned()),
        ..of_open_deals(owner, Measure::Sum(amount), place)
    };
    model.metrics.insert(of_month.to_owned(), metric);
}

const fn of_open_deals(owner: PersonId, measure: Measure, place: Place) -> Metric {
    Metric {
        owner,
        label: None,
        definition: None,
        of: Population::Open(RecordKind::Opportunity),
        when: None,
        measure,
        by: Vec::new(),
        window: None,
        floor: None,
        target: None,
        against: None,
        place,
    }
}
