-- Comments on items of plans in review. As classified as the plan is now, which is read before them.
CREATE TABLE plan_comments (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    -- Stays when the item is removed from the draft.
    item_id uuid NOT NULL,
    text text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    resolved_at timestamptz,
    resolved_by uuid,
    resolved_by_name text,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id),
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
SELECT chassis.protect('plan_comments');
CREATE POLICY through_plan ON plan_comments AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM plans plan
        WHERE plan.mission_id = plan_comments.mission_id AND plan.id = plan_comments.plan_id));
CREATE INDEX plan_comments_of ON plan_comments (mission_id, plan_id);
GRANT SELECT, INSERT, UPDATE ON plan_comments TO cpas_app;
