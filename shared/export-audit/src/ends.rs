use crm::RecordKind;
use model::OperatingModel;

/// Of each stage of a kind, in the order of the model, whether a record that stands there is won; none where it is open.
/// No word of the model says which stage is won: it is the one of a journey that is called so.
pub(crate) fn ends(model: &OperatingModel, kind: RecordKind) -> Vec<Option<bool>> {
    let journeys = model.journeys(kind);
    let stages = journeys.flat_map(|journey| journey.stages.iter().map(move |it| (journey, it)));
    stages
        .map(|(journey, stage)| stage.closes.then(|| journey.called_here(stage) == WON))
        .collect()
}

/// What a stage is called in which a deal is won.
pub(crate) const WON: &str = "won";
