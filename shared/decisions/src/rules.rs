use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
    sync::Arc,
};

use business_time::{Calendar, TimeOff};
use contracts::state::{AbsencesState, LoadState};
use crm::{FieldRef, FieldType, PersonId, RecordKind, Value};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::OperatingModel;

use crate::{index::Index, patterns::Patterns, waited::Waited};

/// The model together with what is computed from it once, when a function starts. Cheap to clone.
///
/// It says nothing of people's working hours: those depend on who is away, so they are asked of a
/// [`Staffing`].
///
/// What is of the model is read as if it stood here: `rules.model`.
#[derive(Debug, Clone)]
pub struct Rules {
    prepared: Arc<Prepared>,
    /// Since when somebody is not there whom a CRM has archived.
    archived: Arc<BTreeMap<PersonId, Timestamp>>,
    /// The first instant at which the model is enforced; none if it always was.
    pub(crate) enforced_from: Option<Timestamp>,
}

/// The rules, who is away when, and what people have in hand. Whatever depends on people's working hours
/// asks for it, so that nobody can forget to read who is away; and what was not read of anybody's load is
/// told apart from none. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Staffing {
    rules: Rules,
    absences: Arc<AbsencesState>,
    loads: Arc<BTreeMap<PersonId, LoadState>>,
}

impl Deref for Staffing {
    type Target = Rules;

    fn deref(&self) -> &Rules {
        &self.rules
    }
}

/// The part of [`Rules`] that stays the same as long as the model does.
#[derive(Debug)]
pub struct Prepared {
    /// The model. What is computed from it does not follow a change of it: prepare it anew.
    pub model: OperatingModel,
    calendars: BTreeMap<String, Calendar>,
    zone: TimeZone,
    pub(crate) index: Index,
    pub(crate) patterns: Patterns,
    /// What routing waits for.
    pub(crate) waited: BTreeMap<RecordKind, Waited>,
    /// The fields that are one of a closed list, with their lists.
    closed: BTreeMap<FieldRef, BTreeSet<String>>,
}

impl Deref for Rules {
    type Target = Prepared;

    fn deref(&self) -> &Prepared {
        &self.prepared
    }
}

/// The first instant at which a model is enforced; none if it always was.
fn enforced_from(model: &OperatingModel, zone: &TimeZone) -> Option<Timestamp> {
    let last = model.enforcement.as_ref()?.observe_until;
    let next = last.tomorrow().unwrap_or(Date::MAX);
    // Where a day beyond all days is named, it is never enforced.
    let next = next.to_zoned(zone.clone());
    Some(next.map_or(Timestamp::MAX, |next| next.timestamp()))
}

fn closed(model: &OperatingModel) -> BTreeMap<FieldRef, BTreeSet<String>> {
    let mut closed = BTreeMap::new();
    for (kind, fields) in &model.records {
        let listed = fields.iter().filter(|(_, it)| it.holds == FieldType::OneOf);
        closed.extend(listed.map(|(name, field)| {
            let list = field.allowed.iter().cloned().collect();
            (FieldRef::new(*kind, name), list)
        }));
    }
    closed
}

/// The model names a calendar or a zone that cannot be used. `fairlead check` finds it earlier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the model cannot be used: {0}; run `fairlead check`")]
pub struct RulesError(String);

impl Rules {
    /// Prepares a model for deciding. `around` is the time about which calendars are asked most.
    ///
    /// # Errors
    /// If a calendar or time zone of the model cannot be used.
    pub fn prepare(model: OperatingModel, around: Timestamp) -> Result<Self, RulesError> {
        let mut calendars = BTreeMap::new();
        for (name, calendar) in &model.calendars {
            let compiled = Calendar::compile(&calendar.spec, around)
                .map_err(|why| RulesError(format!("calendar {name}: {why}")))?;
            calendars.insert(name.clone(), compiled);
        }
        let zone = TimeZone::get(&model.company.time_zone)
            .map_err(|why| RulesError(format!("time zone of the company: {why}")))?;
        Ok(Self {
            enforced_from: enforced_from(&model, &zone),
            prepared: Arc::new(Prepared {
                index: Index::of(&model),
                patterns: Patterns::of(&model),
                waited: Waited::of(&model),
                closed: closed(&model),
                model,
                calendars,
                zone,
            }),
            archived: Arc::default(),
        })
    }

    /// The same by a model that says the same otherwise, such as by other labels.
    pub(crate) fn with_model(
        &self,
        model: OperatingModel,
        around: Timestamp,
    ) -> Result<Self, RulesError> {
        Ok(Self {
            archived: Arc::clone(&self.archived),
            ..Self::prepare(model, around)?
        })
    }

    /// The same, where a CRM has archived these: they are not there any more, as if the model said that they have
    /// left on the day on which that was seen.
    #[must_use]
    pub fn without_archived(&self, absences: &AbsencesState) -> Self {
        if absences.archived.is_empty() && self.archived.is_empty() {
            return self.clone();
        }
        let archived = absences.archived.iter();
        let archived = archived.map(|(person, archived)| (person.clone(), archived.seen));
        Self {
            prepared: Arc::clone(&self.prepared),
            archived: Arc::new(archived.collect()),
            enforced_from: self.enforced_from,
        }
    }

    /// The same, where a CRM was seen at this instant to have archived somebody.
    #[must_use]
    pub fn without(&self, person: &PersonId, archived: Timestamp) -> Self {
        let mut all = BTreeMap::clone(&self.archived);
        all.insert(person.clone(), archived);
        Self {
            prepared: Arc::clone(&self.prepared),
            archived: Arc::new(all),
            enforced_from: self.enforced_from,
        }
    }

    /// The first day on which somebody of the model is not there any more: as it says, or since a CRM has archived
    /// them.
    #[must_use]
    pub fn left(&self, person: &PersonId) -> Option<Date> {
        let known = self.model.people.get(person)?;
        let archived = self.archived.get(person);
        let archived = archived.map(|at| at.to_zoned(self.zone_of(person).clone()).date());
        known.left.into_iter().chain(archived).min()
    }

    /// Since when a CRM was seen to have archived somebody of whom the model does not say that they had left before.
    #[must_use]
    pub fn archived_since(&self, person: &PersonId) -> Option<Timestamp> {
        let known = self.model.people.get(person)?;
        let archived = self.archived.get(person).copied()?;
        (known.left != self.left(person)).then_some(archived)
    }

    /// The rules together with who is away.
    #[must_use]
    pub fn with_absences(&self, absences: impl Into<Arc<AbsencesState>>) -> Staffing {
        let absences = absences.into();
        Staffing {
            rules: self.without_archived(&absences),
            absences,
            loads: Arc::default(),
        }
    }

    /// Whether a field that is one of a closed list can have this value; of other fields, yes.
    pub(crate) fn may_hold(&self, field: &FieldRef, value: &Value) -> bool {
        let Value::Text(text) = value else {
            return true;
        };
        self.closed
            .get(field)
            .is_none_or(|list| list.contains(text))
    }

    /// The calendar of this name.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.get(name)
    }

    /// The name of a person's calendar; that of any calendar for a stranger (the first by name),
    /// since a clock must have one.
    #[must_use]
    pub fn calendar_name_of(&self, person: &PersonId) -> Option<&str> {
        match self.model.people.get(person) {
            Some(known) => Some(&known.calendar),
            None => self.calendars.keys().next().map(String::as_str),
        }
    }

    /// The time zone of a person; the company's for a stranger.
    #[must_use]
    pub fn zone_of(&self, person: &PersonId) -> &TimeZone {
        let known = self.model.people.get(person);
        known
            .and_then(|known| self.calendar(&known.calendar))
            .map_or(&self.zone, Calendar::time_zone)
    }

    /// Every time zone in which somebody can be, those of calendars and the company's.
    pub(crate) fn zones(&self) -> impl Iterator<Item = &TimeZone> {
        let calendars = self.calendars.values().map(Calendar::time_zone);
        calendars.chain(std::iter::once(&self.zone))
    }

    /// The company's time zone.
    #[must_use]
    pub fn company_zone(&self) -> &TimeZone {
        &self.zone
    }
}

impl Staffing {
    /// The same with others away.
    #[must_use]
    pub fn with_absences(&self, absences: AbsencesState) -> Self {
        Self {
            rules: self.rules.without_archived(&absences),
            absences: Arc::new(absences),
            ..self.clone()
        }
    }

    /// The same with what these people have in hand.
    #[must_use]
    pub fn with_loads(&self, loads: BTreeMap<PersonId, LoadState>) -> Self {
        Self {
            loads: Arc::new(loads),
            ..self.clone()
        }
    }

    /// What somebody has in hand; none if it was not read.
    #[must_use]
    pub fn load_of(&self, person: &PersonId) -> Option<&LoadState> {
        self.loads.get(person)
    }

    /// Who is away.
    #[must_use]
    pub fn absences(&self) -> &AbsencesState {
        &self.absences
    }

    /// A person's working hours: their calendar without the time they are away.
    #[must_use]
    pub fn calendar_of(&self, person: &PersonId) -> Option<Calendar> {
        let calendar = self.calendar(self.calendar_name_of(person)?)?;
        Some(self.without_time_off(calendar, person))
    }

    /// Whether a person works at an instant: what [`Self::calendar_of`] says, at the cost of a look.
    #[must_use]
    pub fn is_working(&self, person: &PersonId, at: Timestamp) -> bool {
        let calendar = self.calendar_name_of(person);
        let calendar = calendar.and_then(|name| self.calendar(name));
        calendar.is_some_and(|it| it.is_open(at)) && self.absences.at(person, at).is_none()
    }

    /// A calendar without the time that a person is away.
    #[must_use]
    pub fn without_time_off(&self, calendar: &Calendar, person: &PersonId) -> Calendar {
        let time_off: Vec<TimeOff> = self
            .absences
            .of(person)
            .map(|absence| TimeOff {
                from: absence.span.from,
                to: absence.span.to,
            })
            .collect();
        if time_off.is_empty() {
            calendar.clone()
        } else {
            calendar.with_time_off(&time_off)
        }
    }
}
