-- How the mission means to change a stakeholder, and the outcomes of plans that do something about it.

CREATE TABLE influence_strategy (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    stakeholder_id uuid NOT NULL,
    dimension text NOT NULL CHECK (dimension IN ('behaviour', 'attitude', 'capability')),
    aim jsonb NOT NULL,
    lever text NOT NULL
        CHECK (lever IN ('good_offices', 'build_capacity', 'enhance_knowledge', 'deter', 'advocate', 'protect')),
    owner_section text NOT NULL,
    risks jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('current', 'withdrawn')),
    classification smallint NOT NULL DEFAULT 0,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, stakeholder_id) REFERENCES stakeholder (mission_id, id)
);
CREATE INDEX influence_strategy_of ON influence_strategy (mission_id, stakeholder_id);
SELECT chassis.protect('influence_strategy');
-- Its own classification, and what its stakeholder's is now: who does not see the one does not see the other.
CREATE POLICY through_stakeholder ON influence_strategy AS RESTRICTIVE
    USING (EXISTS (SELECT FROM stakeholder
        WHERE stakeholder.mission_id = influence_strategy.mission_id AND stakeholder.id = influence_strategy.stakeholder_id));
GRANT SELECT, INSERT, UPDATE ON influence_strategy TO cpas_app;

-- Planning's plans as it tells of them: of each only which version is known, and its outcomes that name a stakeholder.
CREATE TABLE known_plan (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_plan');

CREATE TABLE known_outcome (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    item_id uuid NOT NULL,
    number text NOT NULL,
    statement jsonb NOT NULL,
    stakeholder_id uuid NOT NULL,
    dimension text NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, plan_id, item_id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES known_plan (mission_id, id)
);
CREATE INDEX known_outcome_about ON known_outcome (mission_id, stakeholder_id, dimension);
SELECT chassis.protect('known_outcome');
GRANT SELECT, INSERT, UPDATE ON known_plan TO cpas_app;
GRANT SELECT, INSERT, DELETE ON known_outcome TO cpas_app;
