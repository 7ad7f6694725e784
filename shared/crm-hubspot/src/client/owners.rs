use crate::object::UserIds;
use reqwest::Method;
use serde_json::Value;

use super::{HubSpot, VERSION, id_text, next_page, results};
use engine::{Budget, CrmError};

use super::{exchange::Call, patience::Again};

/// The most pages read: a guard against a cursor that leads in a circle.
const MOST_PAGES: usize = 1000;

/// Someone who can own records.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// The id that stands in `hubspot_owner_id`.
    pub id: String,
    /// The id of the user, which stands in histories. A queue has none.
    pub user_id: Option<String>,
    /// The e-mail address. Personal: not for logs or audit records.
    pub email: Option<String>,
}

impl std::fmt::Debug for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Owner")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

impl Owner {
    /// The owner id of each user id.
    #[must_use]
    pub fn user_ids(owners: &[Self]) -> UserIds {
        UserIds::Known(
            owners
                .iter()
                .filter_map(|owner| Some((owner.user_id.clone()?, owner.id.clone())))
                .collect(),
        )
    }
}

impl<B: Budget> HubSpot<B> {
    /// Everyone who can own records now, 100 per request.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn owners(&self) -> Result<Vec<Owner>, CrmError> {
        let path = ["crm", "owners", VERSION];
        let owners = self.whole_list(&path, &[], "owners").await?;
        owners.iter().map(read).collect()
    }

    /// Everyone who can own nothing any more, 100 per request.
    ///
    /// # Errors
    /// A [`CrmError`].
    pub async fn archived_owners(&self) -> Result<Vec<Owner>, CrmError> {
        let path = ["crm", "owners", VERSION];
        let owners = self
            .whole_list(&path, &[("archived", "true")], "owners")
            .await?;
        owners.iter().map(read).collect()
    }

    /// All of a list, 100 per request.
    pub(super) async fn whole_list(
        &self,
        path: &[&str],
        asked: &[(&str, &str)],
        what: &str,
    ) -> Result<Vec<Value>, CrmError> {
        let mut all = Vec::new();
        let mut after: Option<String> = None;
        for _page in 0..MOST_PAGES {
            let mut query = vec![("limit", "100")];
            query.extend(asked);
            query.extend(after.as_deref().map(|after| ("after", after)));
            let answer = self
                .exchange
                .ask(&Call {
                    method: Method::GET,
                    path,
                    query: &query,
                    body: None,
                    again: Again::Freely,
                })
                .await?;
            all.extend(results(&answer)?.iter().cloned());
            match next_page(&answer) {
                Some(next) => after = Some(next.to_owned()),
                None => return Ok(all),
            }
        }
        let why = format!("its pages of {what} do not end");
        Err(CrmError::malformed(why))
    }
}

fn read(owner: &Value) -> Result<Owner, CrmError> {
    Ok(Owner {
        id: id_text(owner.get("id")).ok_or_else(|| CrmError::malformed("an owner has no `id`"))?,
        // A user who has left keeps the id under the other name.
        user_id: id_text(owner.get("userId"))
            .or_else(|| id_text(owner.get("userIdIncludingInactive"))),
        email: owner
            .get("email")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}
