//! Asks the CRMs each day how people call there what the model maps, so that mails, tasks and pages say the same words.

use contracts::{Event, Indexes, Key, state::LabelsState};
use decisions::crm_labels;
use engine::{Clock, Crm, CrmError, CrmSetUp, CycleError, Failure, Round};
use store::{Store, Versioned, put_state};

use crate::CrmSync;

impl<S: Store, C: Clock, R: Crm + CrmSetUp> CrmSync<S, C, R> {
    /// Asks for the labels, if that is due. Where a CRM does not answer, the rest goes on, and it is asked again upon the
    /// next tick; what a CRM refuses to tell is called by its name until tomorrow.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn labels_if_due(&self, tick: &Event) -> Result<(), Failure> {
        let key = Key::crm_labels();
        let read = self.table.store.get(std::slice::from_ref(&key)).await?;
        let before = read.iter().flatten().next().cloned();
        let before = before.map(Versioned::<LabelsState>::read).transpose()?;
        let known = before.as_ref().map(|it| it.state.clone());
        let asked = self.table.clock.now();
        if !crm_labels::is_due(&known.unwrap_or_default(), &self.rules.model, asked) {
            return Ok(());
        }
        let labels = match self.labels().await {
            Ok(labels) => labels,
            Err(why) => {
                tracing::warn!(%why, tick = %tick.id, "the CRM's labels are asked for later");
                return Ok(());
            }
        };
        let labels = LabelsState {
            asked: Some(asked),
            model: self.rules.model.revision.hash.clone(),
            ..labels
        };
        let version = before.as_ref().map(|it| it.version);
        self.table
            .change_read(std::slice::from_ref(&key), read, |found| {
                let found = found.into_iter().flatten().next();
                if found.map(|it| it.version) != version {
                    return Ok(Round::Nothing(()));
                }
                let put = put_state(key.clone(), &labels, before.as_ref(), Indexes::default());
                Ok::<_, CycleError>(Round::writing(vec![put], ()))
            })
            .await?;
        Ok(())
    }

    /// How the CRMs call what is mapped, each kind of object by what it is asked for once.
    async fn labels(&self) -> Result<LabelsState, CrmError> {
        let mut labels = LabelsState::default();
        for source in self.rules.model.sources.keys() {
            let Some(crm) = self.crms.for_events(source, std::iter::empty()) else {
                continue;
            };
            for mapping in self.mappings.of_source(source) {
                match crm.object(mapping).await {
                    Ok(set_up) => crm_labels::add(&mut labels, mapping, &set_up),
                    Err(why @ (CrmError::Refused { .. } | CrmError::NotFound)) => {
                        let object = &mapping.object;
                        tracing::warn!(%source, object, %why, "the CRM does not tell its labels");
                    }
                    Err(why) => return Err(why),
                }
            }
        }
        Ok(labels)
    }
}
