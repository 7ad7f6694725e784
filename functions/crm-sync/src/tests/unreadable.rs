//! What a field holds that is no value of it is told, of a record and of its account alike.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use crm::{
    Activities, ActivityKind, Candidates, CrmPeople, FieldType, ObjectMapping, ObjectSetUp, Wanted,
};
use engine::{
    CrmError, CrmSetUp, FieldStandings, FieldValues, Isolated, ListedPage, Listing, NewTask,
    Reading, Unfit, Unreadable,
};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record as Recorded},
};

use super::*;

/// A CRM in which every record holds in `country` what is not in its list.
#[derive(Clone)]
pub(super) struct Odd(pub(super) MemoryCrm);

impl CrmSetUp for Odd {
    async fn object(&self, mapping: &ObjectMapping) -> Result<ObjectSetUp, CrmError> {
        self.0.object(mapping).await
    }

    async fn owners(&self) -> Result<BTreeSet<String>, CrmError> {
        Ok(BTreeSet::new())
    }

    async fn currency(&self) -> Result<Option<String>, CrmError> {
        Ok(None)
    }
}

impl Crm for Odd {
    async fn read(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Reading>, CrmError> {
        let mut read = self.0.read(mapping, ids).await?;
        for reading in read.values_mut() {
            if let Reading::Record { unreadable, .. } = reading {
                unreadable.push(Unreadable {
                    field: "country".to_owned(),
                    property: "land".to_owned(),
                    holds: FieldType::OneOf,
                    why: Unfit::NotInList,
                    shape: "aaaaaa".to_owned(),
                    past: false,
                });
            }
        }
        Ok(read)
    }

    async fn associated(
        &self,
        from: &ObjectMapping,
        to: &ObjectMapping,
        ids: &[String],
    ) -> Result<BTreeMap<String, Vec<String>>, CrmError> {
        self.0.associated(from, to, ids).await
    }

    async fn activities(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        kinds: &BTreeSet<ActivityKind>,
    ) -> Result<BTreeMap<String, Activities>, CrmError> {
        self.0.activities(mapping, ids, kinds).await
    }

    async fn search(
        &self,
        mapping: &ObjectMapping,
        field: &str,
        wanted: Wanted,
        texts: &[String],
    ) -> Result<BTreeMap<String, Candidates>, CrmError> {
        self.0.search(mapping, field, wanted, texts).await
    }

    async fn list(
        &self,
        mapping: &ObjectMapping,
        accounts: Option<&ObjectMapping>,
        listing: Listing,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.0.list(mapping, accounts, listing, after).await
    }

    async fn changed_since(
        &self,
        mapping: &ObjectMapping,
        since: Timestamp,
        after: Option<&str>,
    ) -> Result<ListedPage, CrmError> {
        self.0.changed_since(mapping, since, after).await
    }

    async fn people(&self) -> Result<CrmPeople, CrmError> {
        self.0.people().await
    }

    async fn fields(
        &self,
        mapping: &ObjectMapping,
        ids: &[String],
        fields: &[String],
    ) -> Result<Isolated<FieldStandings>, CrmError> {
        self.0.fields(mapping, ids, fields).await
    }

    async fn set_fields(
        &self,
        mapping: &ObjectMapping,
        values: &BTreeMap<String, FieldValues>,
    ) -> Result<Isolated<()>, CrmError> {
        self.0.set_fields(mapping, values).await
    }

    async fn find_record(
        &self,
        mapping: &ObjectMapping,
        unique: (&str, &str),
    ) -> Result<Option<String>, CrmError> {
        self.0.find_record(mapping, unique).await
    }

    async fn create_record(
        &self,
        mapping: &ObjectMapping,
        unique: (&str, &str),
        values: &FieldValues,
    ) -> Result<String, CrmError> {
        self.0.create_record(mapping, unique, values).await
    }

    async fn associate(
        &self,
        from: (&ObjectMapping, &str),
        to: (&ObjectMapping, &str),
    ) -> Result<(), CrmError> {
        self.0.associate(from, to).await
    }

    async fn find_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        marker: &str,
    ) -> Result<Option<String>, CrmError> {
        self.0.find_task(mapping, id, marker).await
    }

    async fn create_task(
        &self,
        mapping: &ObjectMapping,
        id: &str,
        task: &NewTask,
    ) -> Result<String, CrmError> {
        self.0.create_task(mapping, id, task).await
    }
}

/// What was written into the log, each line as its fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{field}={value:?} ");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Recorded<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_field_of_an_account_is_told_as_well() {
    let tested = sync();
    let events = leads(&tested, 1);
    tested.crm.text("account:5", "name", "Kranich");
    tested.crm.belongs("lead:1", "5");
    let function = CrmSync::new(
        Table::new(MemoryStore::new(), tested.clock.clone()),
        BTreeMap::from([(source(), Odd(tested.crm.clone()))]),
        testkit::example_rules(),
    );
    let log = Log::default();
    let _heard = tracing::subscriber::set_default(log.clone());
    function.handle(&events[0], at(NOW)).await.unwrap();
    let lines = log.0.lock().unwrap().clone();
    for record in ["hubspot:lead:1", "hubspot:account:5"] {
        let of = format!("record={record} ");
        let told = lines.iter().filter(|line| line.contains(&of));
        let told: Vec<&String> = told.collect();
        assert_eq!(told.len(), 1, "{record}: {lines:?}");
        assert!(told[0].contains("`land` holds a value that is not in the list"));
    }
}
