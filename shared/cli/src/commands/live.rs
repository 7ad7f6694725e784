//! What the running stack knows of people and pools, or a company in which nothing has been given yet.

use crm::PersonId;
use decisions::{Rules, Staffing, capacity, routing::Rotations};
use engine::OnHand;
use store::{Store, StoreError};

/// Who is away, what people with a capacity have in hand, and how the pools stand.
#[derive(Debug, Default)]
pub struct Live {
    on_hand: OnHand,
}

impl Live {
    /// What the table says of the people and pools of these rules.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    pub async fn read<S: Store>(store: &S, rules: &Rules) -> Result<Self, StoreError> {
        let counted = capacity::counted(rules, rules.model.people.keys());
        let counted: Vec<PersonId> = counted.into_iter().collect();
        let on_hand = OnHand::read(store, &rules.model, &counted).await?;
        Ok(Self { on_hand })
    }

    /// The rotations of the pools that have given something.
    pub const fn rotations(&self) -> &Rotations {
        &self.on_hand.rotations
    }

    /// The rules with who is away, and with what people have in hand.
    pub fn staffing(&self, rules: &Rules) -> Staffing {
        let staffing = rules.with_absences(self.on_hand.absences.clone());
        staffing.with_loads(self.on_hand.loads.clone())
    }
}
