mod by_hand;
mod inside;
mod set_up;
mod stored;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use crm::{
    Activities, ActivityKind, Author, Candidates, CrmPeople, ObjectMapping, PersonId, RecordKind,
    Value, Wanted,
};
use engine::{
    Crm, CrmError, FieldStanding, FieldStandings, FieldValues, Isolated, ListedPage, Listing,
    NewTask, Reading,
};
use jiff::Timestamp;

use crate::held::held;
use inside::{Inside, key};
use stored::{Held, record_of};

pub use inside::{Call, CrmFault};

/// A CRM in memory, in the words of the model. Its clock moves by a second with each change. Calls
/// fail as a hook says, which may also edit by hand between two calls.
#[derive(Clone, Default)]
pub struct MemoryCrm {
    inside: Arc<Mutex<Inside>>,
    hook: Arc<Mutex<Option<Hook>>>,
}

type Hook = Box<dyn FnMut(&Call) -> Option<CrmFault> + Send>;

impl std::fmt::Debug for MemoryCrm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryCrm").finish_non_exhaustive()
    }
}

impl MemoryCrm {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks this of every call whether and how it fails.
    pub fn upon_calls(&self, hook: impl FnMut(&Call) -> Option<CrmFault> + Send + 'static) {
        *held(&self.hook) = Some(Box::new(hook));
    }

    /// Lets these calls fail in turn, whatever they are; then none.
    pub fn fails(&self, faults: impl IntoIterator<Item = CrmFault>) {
        let mut faults: Vec<CrmFault> = faults.into_iter().collect();
        faults.reverse();
        self.upon_calls(move |_| faults.pop());
    }

    /// Somebody sets a field by hand, or empties it; the record is made if there is none.
    pub fn edit(&self, record: &str, field: &str, value: Option<Value>) {
        held(&self.inside).set(key(record), field, value, Author::Unknown);
    }

    /// A person of the model sets a text by hand.
    pub fn text_by(&self, person: &str, record: &str, field: &str, text: &str) {
        let value = Some(Value::Text(text.to_owned()));
        let by = Author::Person(PersonId::new(person));
        held(&self.inside).set(key(record), field, value, by);
    }

    /// So many records stand on a page of a list; three, if nobody says.
    pub fn pages_of(&self, records: usize) {
        held(&self.inside).page = Some(records);
    }

    /// Somebody sets a text by hand.
    pub fn text(&self, record: &str, field: &str, text: &str) {
        self.edit(record, field, Some(Value::Text(text.to_owned())));
    }

    /// The CRM loses a record.
    pub fn delete(&self, record: &str) {
        held(&self.inside).records.remove(&key(record));
    }

    /// What the CRM gives of this record is none from now on; or is one again.
    pub fn breaks(&self, record: &str, why: Option<&str>) {
        let mut inside = held(&self.inside);
        let record = inside.records.entry(key(record)).or_default();
        record.broken = why.map(str::to_owned);
    }

    /// What a field holds.
    #[must_use]
    pub fn get(&self, record: &str, field: &str) -> Option<Value> {
        let inside = held(&self.inside);
        inside.records.get(&key(record))?.fields.get(field).cloned()
    }

    /// The ids of the records of a kind.
    #[must_use]
    pub fn ids(&self, kind: RecordKind) -> Vec<String> {
        let inside = held(&self.inside);
        let of_kind = inside.records.keys().filter(|(of, _)| *of == kind);
        of_kind.map(|(_, id)| id.clone()).collect()
    }

    /// The account that a record belongs to.
    #[must_use]
    pub fn account_of(&self, record: &str) -> Option<String> {
        let inside = held(&self.inside);
        inside.records.get(&key(record))?.account.clone()
    }

    /// The tasks, each with the id of its record.
    #[must_use]
    pub fn tasks(&self) -> Vec<(String, NewTask)> {
        held(&self.inside).tasks.clone()
    }

    /// The calls so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        held(&self.inside).calls.clone()
    }

    /// How often a call of this name was made.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.calls().iter().filter(|call| call.name == name).count()
    }

    fn call<T>(
        &self,
        name: &'static str,
        ids: &[String],
        work: impl FnOnce(&mut Inside) -> Result<T, CrmError>,
    ) -> Result<T, CrmError> {
        let call = Call {
            name,
            ids: ids.to_vec(),
        };
        // The hook may edit by hand, so nothing is held while it runs.
        let fault = held(&self.hook).as_mut().and_then(|hook| hook(&call));
        let mut inside = held(&self.inside);
        inside.calls.push(call);
        match fault {
            None => work(&mut inside),
            Some(CrmFault::Before(error)) => Err(error),
            Some(CrmFault::After(error)) => {
                work(&mut inside)?;
                Err(error)
            }
        }
    }
}

impl Crm for MemoryCrm {
    async fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Reading>, CrmError> {
        self.call("read", ids, |inside| {
            let one = |id: &String| {
                let reading = match inside.records.get(&(mapping.kind, id.clone())) {
                    None => Reading::Missing,
                    Some(Held {
                        broken: Some(why), ..
                    }) => Reading::Broken(why.clone()),
                    Some(held) => Reading::Record {
                        record: Box::new(record_of(held, mapping, id)?),
                        unreadable: Vec::new(),
                    },
                };
                Ok((id.clone(), reading))
            };
            ids.iter().map(one).collect()
        })
    }

    async fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        self.call("associated", ids, |inside| {
            let account = |id: &String| {
                let held = inside.records.get(&(from.kind, id.clone()));
                held.and_then(|held| held.account.clone())
            };
            let below = |id: &String| {
                let records = inside.records.iter().filter(|((kind, _), held)| {
                    *kind == to.kind && held.account.as_ref() == Some(id)
                });
                records.map(|((_, id), _)| id.clone()).collect()
            };
            let of = |id: &String| match from.kind {
                RecordKind::Account => below(id),
                _ if to.kind == RecordKind::Account => account(id).into_iter().collect(),
                _ => Vec::new(),
            };
            Ok(ids.iter().map(|id| (id.clone(), of(id))).collect())
        })
    }

    async fn search(
        &self,
        mapping: &ObjectMapping,
        field: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> Result<BTreeMap<String, Candidates>, CrmError> {
        self.call("search", texts, |inside| {
            let of_kind = inside
                .records
                .iter()
                .filter(|((kind, _), _)| *kind == mapping.kind);
            let values = of_kind.filter_map(|((_, id), held)| {
                Some((id.clone(), held.fields.get(field)?.text()?.to_owned()))
            });
            Ok(wanted.among(&values.collect::<Vec<_>>(), texts))
        })
    }

    async fn list(
        &self,
        mapping: &ObjectMapping,
        _: Option<&ObjectMapping>,
        listing: Listing,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.call("list", &[], |inside| {
            let all = inside.records.iter();
            let all =
                all.filter(|((kind, _), _)| *kind == mapping.kind && listing != Listing::Gone);
            let all = all.map(|((_, id), held)| (id, held));
            stored::page(all, mapping, listing, (after, inside.page))
        })
    }

    async fn changed_since(
        &self,
        mapping: &ObjectMapping,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.call("changed_since", &[], |inside| {
            let all = inside.records.iter();
            let all =
                all.filter(|((kind, _), held)| *kind == mapping.kind && held.modified >= since);
            let all = all.map(|((_, id), held)| (id, held));
            stored::page(all, mapping, Listing::Versions, (after, inside.page))
        })
    }

    async fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> Result<BTreeMap<String, Activities>, CrmError> {
        self.call("activities", ids, |inside| {
            let held = |id: &String| inside.records.get(&(mapping.kind, id.clone()));
            let of = |id: &String| stored::logged(held(id), kinds);
            Ok(ids.iter().map(|id| (id.clone(), of(id))).collect())
        })
    }

    async fn people(&self) -> Result<CrmPeople, CrmError> {
        self.call("people", &[], |inside| Ok(inside.people.clone()))
    }

    async fn fields(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        fields: &[String],
    ) -> Result<Isolated<FieldStandings>, CrmError> {
        self.call("fields", ids, |inside| {
            let standing = |id: &String| {
                let held = inside.records.get(&(mapping.kind, id.clone()));
                let held = held.ok_or(CrmError::NotFound)?;
                let standing = |field: &String| FieldStanding {
                    value: held.fields.get(field).cloned(),
                    changes: held.history.get(field).cloned().unwrap_or_default(),
                };
                let fields = fields.iter();
                Ok(fields
                    .map(|field| (field.clone(), standing(field)))
                    .collect())
            };
            Ok(ids.iter().map(|id| (id.clone(), standing(id))).collect())
        })
    }

    async fn set_fields(
        &self,
        mapping: &ObjectMapping,
        values: &BTreeMap<String, FieldValues>,
    ) -> Result<Isolated<()>, CrmError> {
        let ids: Vec<String> = values.keys().cloned().collect();
        self.call("set_fields", &ids, |inside| {
            let mut set = |(id, values): (&String, &FieldValues)| {
                let key = (mapping.kind, id.clone());
                if !inside.records.contains_key(&key) {
                    return (id.clone(), Err(CrmError::NotFound));
                }
                for (field, value) in values {
                    let by = Author::App("fairlead".to_owned());
                    inside.set(key.clone(), field, value.clone(), by);
                }
                (id.clone(), Ok(()))
            };
            Ok(values.iter().map(&mut set).collect())
        })
    }

    async fn find_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
    ) -> Result<Option<String>, CrmError> {
        self.call("find_record", &[value.to_owned()], |inside| {
            Ok(inside.with(mapping.kind, field, value))
        })
    }

    async fn create_record(
        &self,
        mapping: &ObjectMapping,
        (field, value): (&str, &str),
        values: &FieldValues,
    ) -> Result<String, CrmError> {
        self.call("create_record", &[value.to_owned()], |inside| {
            let known = inside.with(mapping.kind, field, value);
            let id = known.unwrap_or_else(|| format!("9{:05}", inside.records.len()));
            let key = (mapping.kind, id.clone());
            let by = || Author::App("fairlead".to_owned());
            let unique = Some(Value::Text(value.to_owned()));
            inside.set(key.clone(), field, unique, by());
            for (field, value) in values {
                inside.set(key.clone(), field, value.clone(), by());
            }
            Ok(id)
        })
    }

    async fn associate(
        &self,
        (from, id): (&ObjectMapping, &str),
        (_, other): (&ObjectMapping, &str),
    ) -> Result<(), CrmError> {
        self.call("associate", &[id.to_owned(), other.to_owned()], |inside| {
            let at = inside.now();
            let record = inside.records.get_mut(&(from.kind, id.to_owned()));
            let record = record.ok_or(CrmError::NotFound)?;
            record.account = Some(other.to_owned());
            record.modified = at;
            Ok(())
        })
    }

    async fn find_task(
        &self,
        _mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        self.call("find_task", &[id.to_owned()], |inside| {
            let its = |(of, task): &(String, NewTask)| of == id && task.marker == marker;
            let found = inside.tasks.iter().position(its);
            Ok(found.map(|index| index.to_string()))
        })
    }

    async fn create_task(
        &self,
        _mapping: &ObjectMapping,
        id: &str,
        task: &NewTask,
    ) -> Result<String, CrmError> {
        self.call("create_task", &[id.to_owned()], |inside| {
            inside.tasks.push((id.to_owned(), task.clone()));
            Ok((inside.tasks.len() - 1).to_string())
        })
    }
}
