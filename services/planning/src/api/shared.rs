//! What several methods do alike.

use chassis::{Caller, Failure};
use cpas_proto::planning::v1 as pb;
use tonic::{Request, Response};

use super::{Answer, Api, fields::plan_id};
use crate::{
    app,
    domain::{broken::Broken, ids::IndicatorId, indicator::IndicatorStep, lifecycle::Step, plan::Edit},
    error::Error,
};

impl Api {
    pub(super) async fn edit<R>(&self, caller: &Caller, id: &str, version: i64, request: R) -> Answer<pb::Plan>
    where
        Edit: TryFrom<R, Error = Broken>,
    {
        let edit = Edit::try_from(request).map_err(Error::from)?;
        Ok(Response::new(app::edit_plan(&self.deps, caller, plan_id(id)?, version, edit).await?))
    }

    pub(super) async fn step(&self, request: Request<pb::MovePlanRequest>, step: Step) -> Answer<pb::Plan> {
        let (caller, request) = Caller::open(request)?;
        let id = plan_id(&request.plan_id)?;
        Ok(Response::new(app::step_plan(&self.deps, &caller, id, request.version, step, &request.reason).await?))
    }

    pub(super) async fn step_indicator(
        &self,
        request: Request<pb::MoveIndicatorRequest>,
        step: IndicatorStep,
    ) -> Answer<pb::Indicator> {
        let (caller, request) = Caller::open(request)?;
        let id = request.id.parse().map(IndicatorId).map_err(|_| Failure::not_found("indicator"))?;
        Ok(Response::new(app::step_indicator(&self.deps, &caller, id, request.version, step).await?))
    }
}
