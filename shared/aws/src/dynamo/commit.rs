use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        CancellationReason, ConditionCheck, Put as SdkPut, ReturnConsumedCapacity,
        TransactWriteItem,
    },
};
use contracts::Key;
use store::{Check, CommitError, Guard, Put, StoreError, Transaction};

use super::{
    DynamoStore,
    failure::failure,
    item::{from_put, key, number},
};

const ABSENT: &str = "attribute_not_exists(pk)";
const SAME: &str = "#version = :version";

impl DynamoStore {
    pub(super) async fn write(&self, transaction: Transaction) -> Result<(), CommitError> {
        match transaction.puts.as_slice() {
            [only] if transaction.checks.is_empty() => self.put_one(only).await,
            _ => self.write_together(transaction).await,
        }
    }

    /// One item needs no transaction, which would cost twice as much.
    async fn put_one(&self, put: &Put) -> Result<(), CommitError> {
        let mut call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(from_put(put)?));
        call = match put.guard {
            Guard::Absent => call.condition_expression(ABSENT),
            Guard::Version(version) => call
                .condition_expression(SAME)
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", number(version)),
        };
        if self.meter.is_some() {
            call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        match call.send().await {
            Ok(answer) => {
                if let Some(meter) = &self.meter {
                    meter.write(answer.consumed_capacity());
                }
                Ok(())
            }
            Err(SdkError::ServiceError(error))
                if error.err().is_conditional_check_failed_exception() =>
            {
                Err(CommitError::Stale(vec![put.key.clone()]))
            }
            Err(error) => Err(failure(&error).into()),
        }
    }

    async fn write_together(&self, transaction: Transaction) -> Result<(), CommitError> {
        let mut keys = Vec::new();
        let mut items = Vec::new();
        for put in &transaction.puts {
            keys.push(put.key.clone());
            items.push(self.guarded_put(put)?);
        }
        for check in &transaction.checks {
            keys.push(check.key.clone());
            items.push(self.condition_check(check)?);
        }
        let mut call = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items));
        if self.meter.is_some() {
            call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        match call.send().await {
            Ok(answer) => {
                if let Some(meter) = &self.meter {
                    meter.transaction(answer.consumed_capacity());
                }
                Ok(())
            }
            Err(SdkError::ServiceError(error)) => match error.err() {
                TransactWriteItemsError::TransactionCanceledException(cancelled) => {
                    Err(why_cancelled(cancelled.cancellation_reasons(), &keys))
                }
                TransactWriteItemsError::TransactionInProgressException(_) => {
                    Err(CommitError::Contended)
                }
                _ => Err(failure(&SdkError::ServiceError(error)).into()),
            },
            Err(error) => Err(failure(&error).into()),
        }
    }

    fn guarded_put(&self, put: &Put) -> Result<TransactWriteItem, StoreError> {
        let builder = SdkPut::builder()
            .table_name(&self.table)
            .set_item(Some(from_put(put)?));
        let builder = match put.guard {
            Guard::Absent => builder.condition_expression(ABSENT),
            Guard::Version(version) => builder
                .condition_expression(SAME)
                .expression_attribute_names("#version", "version")
                .expression_attribute_values(":version", number(version)),
        };
        let put = builder
            .build()
            .map_err(|why| StoreError::Refused(why.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    fn condition_check(&self, check: &Check) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key(&check.key)))
            .condition_expression(SAME)
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":version", number(check.version))
            .build()
            .map_err(|why| StoreError::Refused(why.to_string()))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }
}

/// The reasons stand in the order of the items. A failed condition says that something changed;
/// anything else may pass if it is tried again, except an item that can never be written.
fn why_cancelled(reasons: &[CancellationReason], keys: &[Key]) -> CommitError {
    let mut stale = Vec::new();
    let mut refused = None;
    let mut throttled = false;
    for (reason, key) in reasons.iter().zip(keys) {
        match reason.code() {
            Some("ConditionalCheckFailed") => stale.push(key.clone()),
            Some("ProvisionedThroughputExceeded" | "ThrottlingError") => throttled = true,
            Some("ValidationError" | "ItemCollectionSizeLimitExceeded") => {
                refused = Some(
                    reason
                        .message()
                        .unwrap_or("an item is not valid")
                        .to_owned(),
                );
            }
            _ => {}
        }
    }
    match (stale.is_empty(), refused) {
        (false, _) => CommitError::Stale(stale),
        (true, Some(why)) => StoreError::Refused(why).into(),
        (true, None) if throttled => {
            StoreError::Throttled("a transaction was cancelled for it".to_owned()).into()
        }
        (true, None) => CommitError::Contended,
    }
}
