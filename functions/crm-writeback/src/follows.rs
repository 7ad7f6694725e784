//! The record that follows another one: created once, and put under its account.

use std::collections::BTreeMap;

use crm::{RecordId, RecordKind, Value};
use engine::{Clock, Crm, CrmError, Ended, Failure, FieldValues, Tried};
use store::Store;

use crate::{
    rolling_hour::Purpose,
    target::Target,
    writeback::{CrmWriteback, WriteError},
};

/// A record that is to follow.
pub(crate) struct Following<'a> {
    pub(crate) kind: RecordKind,
    /// The field that no two records share, and what it holds.
    pub(crate) unique: (&'a str, &'a str),
    pub(crate) with: &'a BTreeMap<String, Value>,
    pub(crate) account: Option<&'a RecordId>,
}

impl<S: Store, C: Clock, R: Crm> CrmWriteback<S, C, R> {
    /// Creates the record that an event asks for, unless it is there: what people changed in it since stays as
    /// they left it. Whoever died between creating it and putting it under its account puts it there when the event
    /// comes again.
    pub(crate) async fn follow(
        &self,
        crm: &R,
        target: &Target<'_>,
        following: &Following<'_>,
        tried: Tried,
    ) -> Result<Ended, WriteError> {
        let mapping = target.mapping;
        let kind = following.kind;
        let there = crm.find_record(mapping, following.unique).await?;
        if let (Some(id), Tried::Never) = (&there, tried) {
            return Ok(Ended::done(format!("already so: {kind} {id}")));
        }
        let (id, said) = match there {
            Some(id) => {
                let said = format!("already so: {kind} {id}");
                (id, said)
            }
            None => {
                let id = self.create_following(crm, target, following).await?;
                let said = format!("{kind} {id} created");
                (id, said)
            }
        };
        let accounts = following.account.and_then(|account| {
            let mapping = self.mappings.get(&account.source, account.kind)?;
            (account.source == target.mapping.source).then_some((mapping, account))
        });
        if let Some((accounts, account)) = accounts {
            let under = crm
                .associated(mapping, accounts, std::slice::from_ref(&id))
                .await?;
            let belongs = under.get(&id).is_some_and(|ids| !ids.is_empty());
            if !belongs {
                let put = crm.associate((mapping, &id), (accounts, &account.id)).await;
                return match put {
                    Ok(()) => Ok(Ended::done(said)),
                    // The account is gone: what follows is there all the same.
                    Err(CrmError::NotFound) => Ok(Ended::done(format!("{said}, of no account"))),
                    Err(error) => Err(error.into()),
                };
            }
        }
        Ok(Ended::done(said))
    }

    async fn create_following(
        &self,
        crm: &R,
        target: &Target<'_>,
        following: &Following<'_>,
    ) -> Result<String, WriteError> {
        let values: FieldValues = following
            .with
            .iter()
            .map(|(field, value)| (field.clone(), Some(value.clone())))
            .collect();
        let (taken, full) = self.take_writes(target, Purpose::Other, 1).await;
        let Some(taken) = taken else {
            return Err(full.unwrap_or_else(Failure::out_of_time).into());
        };
        let created = crm
            .create_record(target.mapping, following.unique, &values)
            .await;
        if created.as_ref().is_err_and(CrmError::surely_did_nothing) {
            self.give_back(target, &taken, 1).await;
        }
        Ok(created?)
    }
}
