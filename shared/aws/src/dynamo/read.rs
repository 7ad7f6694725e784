use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity},
};
use contracts::Key;
use jiff::Timestamp;
use store::{DueItem, Item, StoreError};

use super::{
    DynamoStore,
    failure::failure,
    item::{Attributes, instant, key, key_of, text, to_item},
};

impl DynamoStore {
    fn query(&self) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table);
        if self.meter.is_some() {
            query.return_consumed_capacity(ReturnConsumedCapacity::Total)
        } else {
            query
        }
    }

    /// Runs a query to its end: a partition of more than 1 MB comes in several pages.
    async fn all(&self, query: QueryFluentBuilder) -> Result<Vec<Attributes>, StoreError> {
        self.all_from(None, query, None).await
    }

    async fn all_from(
        &self,
        mut from: Option<Attributes>,
        query: QueryFluentBuilder,
        limit: Option<usize>,
    ) -> Result<Vec<Attributes>, StoreError> {
        let mut found = Vec::new();
        loop {
            let page = query.clone().set_exclusive_start_key(from);
            let page = page.send().await.map_err(|error| failure(&error))?;
            if let Some(meter) = &self.meter {
                meter.read(page.consumed_capacity());
            }
            found.extend(page.items.unwrap_or_default());
            from = page.last_evaluated_key;
            let enough = limit.is_some_and(|limit| found.len() >= limit);
            if from.is_none() || enough {
                return Ok(found);
            }
        }
    }

    pub(super) async fn read_partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let query = self
            .query()
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text(pk));
        let found = self.all(query).await?;
        found.into_iter().map(to_item).collect()
    }

    /// The keys of all items of this name, whatever their partition. It reads the whole table for it, as the port
    /// offers nobody: only the command line asks so, for what stands in no index.
    ///
    /// # Errors
    /// If the table does not answer, or may not be read whole.
    pub async fn keys_named(&self, name: &str) -> Result<Vec<Key>, StoreError> {
        let scan = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("sk = :name")
            .expression_attribute_values(":name", text(name))
            .projection_expression("pk, sk");
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let page = scan.clone().set_exclusive_start_key(from);
            let page = page.send().await.map_err(|error| failure(&error))?;
            for item in page.items.unwrap_or_default() {
                found.push(key_of(&item)?);
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                return Ok(found);
            }
        }
    }

    pub(super) async fn read_keys(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        if let [only] = keys {
            return Ok(vec![self.read_key(only).await?]);
        }
        let mut distinct = keys.to_vec();
        distinct.sort();
        distinct.dedup();
        let mut asked: Vec<Attributes> = distinct.iter().map(key).collect();
        let mut found = Vec::new();
        while !asked.is_empty() {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(std::mem::take(&mut asked)))
                .consistent_read(true)
                .build()
                .map_err(|why| StoreError::Refused(why.to_string()))?;
            let mut call = self
                .client
                .batch_get_item()
                .request_items(&self.table, request);
            if self.meter.is_some() {
                call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
            }
            let answer = call.send().await.map_err(|error| failure(&error))?;
            if let Some(meter) = &self.meter {
                meter.read(answer.consumed_capacity());
            }
            let items = answer.responses.unwrap_or_default().remove(&self.table);
            for item in items.unwrap_or_default() {
                found.push(to_item(item)?);
            }
            // What the table could not read this time is asked for again.
            let rest = answer.unprocessed_keys.unwrap_or_default();
            asked.extend(rest.into_values().flat_map(|rest| rest.keys));
        }
        let of = |key: &Key| found.iter().find(|item| item.key == *key).cloned();
        Ok(keys.iter().map(of).collect())
    }

    async fn read_key(&self, wanted: &Key) -> Result<Option<Item>, StoreError> {
        let mut call = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true)
            .set_key(Some(key(wanted)));
        if self.meter.is_some() {
            call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        let answer = call.send().await.map_err(|error| failure(&error))?;
        if let Some(meter) = &self.meter {
            meter.read(answer.consumed_capacity());
        }
        answer.item.map(to_item).transpose()
    }

    pub(super) async fn read_due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        let query = self
            .query()
            .index_name("due")
            .key_condition_expression("due_shard = :shard AND due_at <= :until")
            .expression_attribute_values(":shard", text(shard))
            .expression_attribute_values(":until", text(instant(until)))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let start = after.map(|item| {
            let mut start = key(&item.key);
            start.insert("due_shard".to_owned(), text(shard));
            start.insert("due_at".to_owned(), text(instant(item.due)));
            start
        });
        let mut found = self.all_from(start, query, Some(limit)).await?;
        found.truncate(limit);
        found.iter().map(due_item).collect()
    }

    pub(super) async fn read_index_keys(
        &self,
        index: &str,
        value: &str,
    ) -> Result<Vec<Key>, StoreError> {
        let found = self.all(self.index_query(index, value)).await?;
        found.iter().map(key_of).collect()
    }

    pub(super) async fn read_index(
        &self,
        index: &str,
        value: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let found = self.all(self.index_query(index, value)).await?;
        found.into_iter().map(to_item).collect()
    }

    pub(super) async fn read_some(
        &self,
        index: &str,
        value: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let start = after.map(|after| {
            let mut start = key(after);
            start.insert(index.to_owned(), text(value));
            start
        });
        let query = self.index_query(index, value);
        let query = query.limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let mut found = self.all_from(start, query, Some(limit)).await?;
        found.truncate(limit);
        found.into_iter().map(to_item).collect()
    }

    /// Each of these indexes has the name of its hash key.
    fn index_query(&self, index: &str, value: &str) -> QueryFluentBuilder {
        self.query()
            .index_name(index)
            .key_condition_expression("#of = :value")
            .expression_attribute_names("#of", index)
            .expression_attribute_values(":value", text(value))
    }
}

fn due_item(item: &Attributes) -> Result<DueItem, StoreError> {
    let key = key_of(item)?;
    let due = match item.get("due_at") {
        Some(AttributeValue::S(at)) => at.parse().ok(),
        _ => None,
    };
    match due {
        Some(due) => Ok(DueItem { key, due }),
        None => Err(StoreError::Malformed(
            key,
            "its due time is no instant".to_owned(),
        )),
    }
}
