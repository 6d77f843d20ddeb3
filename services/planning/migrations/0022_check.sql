-- Findings of the plan check that somebody waived, through all versions of a plan. A waiver that was taken
-- back stays readable.
CREATE TABLE plan_check_waivers (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    family_id uuid NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    -- As classified as the plan was, whose finding it speaks of.
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    taken_back_at timestamptz,
    taken_back_by uuid,
    taken_back_by_name text,
    PRIMARY KEY (mission_id, id),
    CHECK ((taken_back_at IS NULL) = (taken_back_by IS NULL))
);
SELECT chassis.protect('plan_check_waivers');
CREATE UNIQUE INDEX plan_check_waivers_standing ON plan_check_waivers (mission_id, family_id, key)
    WHERE taken_back_at IS NULL;

-- What the check came to, a point a version and day, as each clearance sees the plan: who may not see an
-- indicator does not learn from the score that there is one.
CREATE TABLE plan_scores (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    day date NOT NULL,
    classification smallint NOT NULL,
    score smallint NOT NULL CHECK (score BETWEEN 0 AND 100),
    errors integer NOT NULL,
    warnings integer NOT NULL,
    advice integer NOT NULL,
    waived integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, plan_id, day, classification),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id)
);
SELECT chassis.protect('plan_scores');

GRANT SELECT, INSERT, UPDATE ON plan_check_waivers, plan_scores TO cpas_app;
