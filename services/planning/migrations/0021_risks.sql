-- Assumptions and risks of plans, and what their tripwires said last.

-- As classified as the higher of its plan and of the indicator that it watches; both may be raised since.
CREATE TABLE risks (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    id uuid NOT NULL,
    lineage_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assumption', 'risk')),
    item_id uuid NOT NULL,
    -- Set where it hangs on a link from the item to this outcome.
    outcome_id uuid,
    statement_en text NOT NULL,
    statement_fr text NOT NULL,
    likelihood smallint CHECK (likelihood BETWEEN 1 AND 5),
    impact smallint CHECK (impact BETWEEN 1 AND 5),
    owner_section text NOT NULL,
    response_en text NOT NULL,
    response_fr text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'occurred', 'failed', 'closed')),
    status_note text,
    tripwire_indicator_id uuid,
    -- Empty: the mission as a whole.
    tripwire_area text NOT NULL,
    tripwire_comparison text,
    tripwire_threshold double precision,
    tripwire_periods smallint,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id),
    FOREIGN KEY (mission_id, tripwire_indicator_id) REFERENCES indicators (mission_id, id),
    CHECK ((kind = 'risk') = (likelihood IS NOT NULL AND impact IS NOT NULL)),
    CHECK ((tripwire_indicator_id IS NULL) = (tripwire_comparison IS NULL)
        AND (tripwire_indicator_id IS NULL) = (tripwire_threshold IS NULL)
        AND (tripwire_indicator_id IS NULL) = (tripwire_periods IS NULL))
);
SELECT chassis.protect('risks');
CREATE INDEX risks_of ON risks (mission_id, plan_id);
CREATE INDEX risks_watching ON risks (mission_id, tripwire_indicator_id) WHERE tripwire_indicator_id IS NOT NULL;
CREATE POLICY through_plan ON risks AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM plans plan WHERE plan.mission_id = risks.mission_id AND plan.id = risks.plan_id));
CREATE POLICY through_indicator ON risks AS RESTRICTIVE FOR SELECT
    USING (tripwire_indicator_id IS NULL OR EXISTS (SELECT FROM indicators indicator
        WHERE indicator.mission_id = risks.mission_id AND indicator.id = risks.tripwire_indicator_id));

-- As classified as the data that were read. The last reading of each; what changed is in the events.
CREATE TABLE tripwire_readings (
    mission_id uuid NOT NULL,
    risk_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('tripped', 'clear', 'cannot_tell')),
    why text CHECK (why IN ('no_data', 'gap', 'stale')),
    period text,
    value double precision,
    read_at timestamptz NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, risk_id),
    FOREIGN KEY (mission_id, risk_id) REFERENCES risks (mission_id, id) ON DELETE CASCADE,
    CHECK ((period IS NULL) = (value IS NULL)),
    CHECK ((state = 'cannot_tell') = (why IS NOT NULL))
);
SELECT chassis.protect('tripwire_readings');

GRANT SELECT, INSERT, UPDATE, DELETE ON risks, tripwire_readings TO cpas_app;
