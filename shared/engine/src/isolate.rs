//! One bad record must not cost the good ones of its batch: what cannot be asked for together is
//! asked for in halves, until the record that spoils it stands alone.

use std::{collections::BTreeMap, future::Future};

use crate::crm::{CrmError, Isolated};

/// Asks for these ids, all together if that goes well. A refusal that concerns everybody (the CRM
/// does not answer, its limit is reached) is everybody's at once.
pub async fn isolate<T, F>(ids: &[String], ask: impl Fn(Vec<String>) -> F) -> Isolated<T>
where
    F: Future<Output = Result<BTreeMap<String, T>, CrmError>>,
{
    let mut results = Isolated::new();
    let mut waiting = vec![ids.to_vec()];
    while let Some(some) = waiting.pop() {
        if some.is_empty() {
            continue;
        }
        match ask(some.clone()).await {
            Ok(found) => {
                results.extend(found.into_iter().map(|(id, one)| (id, Ok(one))));
                for id in some {
                    results.entry(id).or_insert_with(|| {
                        Err(CrmError::malformed("it says nothing of the record"))
                    });
                }
            }
            Err(error) if error.may_concern_one() && some.len() > 1 => {
                let (first, second) = some.split_at(some.len() / 2);
                waiting.push(second.to_vec());
                waiting.push(first.to_vec());
            }
            Err(error) => {
                results.extend(some.into_iter().map(|id| (id, Err(error.clone()))));
            }
        }
    }
    results
}
