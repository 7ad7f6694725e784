use contracts::{Key, state::AbsencesState};
use store::{Store, StoreError, read_or_default};

/// Who is away.
///
/// # Errors
/// If the table does not answer or the item is malformed.
pub async fn absences<S: Store>(store: &S) -> Result<AbsencesState, StoreError> {
    let found = store.get(&[Key::absences()]).await?;
    read_or_default(found.first())
}
