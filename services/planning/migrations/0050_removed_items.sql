-- Items removed from drafts, kept as they were so that they can be put back.
-- As classified as the plan was when they were in it.
CREATE TABLE removed_items (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    item_id uuid NOT NULL,
    number text NOT NULL,
    -- The item with all below it, its links, and what waited for it.
    taken jsonb NOT NULL,
    -- Rows of risks, tripwire_readings and rbb_links that hung on them.
    attached jsonb NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, plan_id, item_id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id)
);
SELECT chassis.protect('removed_items');
CREATE POLICY through_plan ON removed_items AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM plans plan
        WHERE plan.mission_id = removed_items.mission_id AND plan.id = removed_items.plan_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON removed_items TO cpas_app;
