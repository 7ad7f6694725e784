use contracts::{Key, state::AbsencesState};
use store::{Store, StoreError, Versioned};

/// Who is away, and the item in which it stands, if there is one yet.
///
/// # Errors
/// If the table does not answer or the item is malformed.
pub async fn absences<S: Store>(
    store: &S,
) -> Result<(Option<Versioned<AbsencesState>>, AbsencesState), StoreError> {
    let found = store.get(&[Key::absences()]).await?;
    let item = found.into_iter().next().flatten();
    let read = item.map(Versioned::<AbsencesState>::read).transpose()?;
    let state = read.as_ref().map(|read| read.state.clone());
    Ok((read, state.unwrap_or_default()))
}
