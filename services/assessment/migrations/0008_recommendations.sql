-- What a recommendation is a duplicate of, how far its change to the plan is, and what was looked at when it was verified.
ALTER TABLE recommendations
    ADD COLUMN duplicate_of uuid,
    ADD COLUMN plan_change_state text NOT NULL DEFAULT '' CHECK (plan_change_state IN ('', 'open', 'in_draft', 'done')),
    ADD COLUMN changed_plan_id uuid,
    ADD COLUMN effect_known_at timestamptz,
    ADD FOREIGN KEY (mission_id, duplicate_of) REFERENCES recommendations,
    ADD CHECK (duplicate_of <> id);
CREATE INDEX recommendations_duplicates ON recommendations (mission_id, duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Versions of the plan as planning tells of them: a change is followed until its plan is active.
CREATE TABLE heard_plans (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    number integer NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, plan_id)
);
SELECT chassis.protect('heard_plans');
GRANT SELECT, INSERT, UPDATE ON heard_plans TO cpas_app;
