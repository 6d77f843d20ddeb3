//! Roles that may do the same things.

use crate::words::Role::{
    self, Adviser, Auditor, ComponentHead, Contributor, Coordinator, FocalPoint, HqAnalyst, Leadership, Reader,
    Service, Verifier,
};

/// Everybody who works in the mission, HQ's readers, and other services on their own account.
pub(super) const STAFF: &[Role] =
    &[Contributor, FocalPoint, Verifier, ComponentHead, Coordinator, Adviser, Leadership, HqAnalyst, Service];
/// Staff and readers; `app` shows a reader only what is published.
pub(super) const ANYONE: &[Role] =
    &[Contributor, FocalPoint, Verifier, ComponentHead, Coordinator, Adviser, Leadership, HqAnalyst, Reader, Service];
pub(super) const ANALYSTS: &[Role] = &[Contributor, FocalPoint, Coordinator, Adviser];
/// Who keeps the register of stakeholders in order.
pub(super) const MERGING: &[Role] = &[Coordinator, Adviser];
pub(super) const PLANNERS: &[Role] = &[Coordinator];
pub(super) const PLANNERS_AND_HQ: &[Role] = &[Coordinator, HqAnalyst];
pub(super) const ENTERING: &[Role] = &[Contributor, FocalPoint, Coordinator];
pub(super) const REVIEWERS: &[Role] = &[Coordinator, ComponentHead, Adviser];
pub(super) const RETURNING: &[Role] = &[Verifier, ComponentHead];
/// Who enters or reviews values.
pub(super) const REMARKING: &[Role] = &[Contributor, FocalPoint, Verifier, ComponentHead, Coordinator];
pub(super) const WAIVING: &[Role] = &[Coordinator, ComponentHead];
/// Who says who enters what.
pub(super) const ASSIGNING: &[Role] = &[Coordinator, ComponentHead, FocalPoint];
/// Whose signature a mission may ask for before an assessment is finalized.
pub(super) const SIGNING: &[Role] = &[Adviser, ComponentHead, Leadership];
pub(super) const ASSESSING: &[Role] = &[Coordinator, Adviser, FocalPoint, ComponentHead];
/// Who answers for the whole mission, or looks at all of them.
pub(super) const OVERSEEING: &[Role] = &[Leadership, ComponentHead, Coordinator, HqAnalyst];
/// Everybody who works in the mission itself: who reads a plan in review, who builds dashboards.
pub(super) const COMMENTING: &[Role] =
    &[Contributor, FocalPoint, Verifier, ComponentHead, Coordinator, Adviser, Leadership];
/// Who looks after the mission's own side of what headquarters reads of it.
pub(super) const WATCHING: &[Role] = &[Auditor, Coordinator, Leadership];
pub(super) const HEADQUARTERS: &[Role] = &[HqAnalyst];
pub(super) const FOLLOWING_UP: &[Role] = &[Coordinator, ComponentHead, FocalPoint, Leadership];
