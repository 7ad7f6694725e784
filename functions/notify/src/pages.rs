use crm::RecordId;
use crm_webhooks::hubspot::ObjectType;
use model::OperatingModel;

/// Where the CRM shows a record to people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPages(Option<String>);

impl RecordPages {
    /// Pages at this address, in which `{object}` stands for the CRM's name of the kind of object
    /// (`contacts`), `{type}` for its id (`0-1`), `{portal}` for the account and `{id}` for the
    /// record; for `HubSpot`, `https://app.hubspot.com/contacts/{portal}/record/{type}/{id}`.
    /// None: mails name records by their ids only.
    #[must_use]
    pub const fn new(address: Option<String>) -> Self {
        Self(address)
    }

    /// The address of a record's page.
    pub(crate) fn page_of(&self, record: &RecordId, model: &OperatingModel) -> Option<String> {
        let address = self.0.as_deref()?;
        let mut sources = model.sources.values();
        let (object, portal) = sources.find_map(|source| {
            let object = source.records.get(&record.kind)?;
            Some((object.as_str(), source.portal.as_str()))
        })?;
        let kind = ObjectType::named(object).map_or(object, |known| known.type_id());
        let page = address
            .replace("{object}", object)
            .replace("{type}", kind)
            .replace("{portal}", portal)
            .replace("{id}", &record.id);
        Some(page)
    }
}
