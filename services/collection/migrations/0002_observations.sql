-- Observations and their steps. Both only grow: what was known at any moment can be asked.

CREATE TABLE observation (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    definition_version integer NOT NULL,
    period text NOT NULL,
    -- The days that the period covers, by the fiscal year of the mission.
    first_day date NOT NULL,
    last_day date NOT NULL,
    -- Empty: the whole mission.
    area text NOT NULL,
    -- Empty: the total.
    slice text NOT NULL,
    -- Hash of indicator, period, area, slice and classification; see domain::observation::cell.
    cell uuid NOT NULL,
    -- Observations of one cell are numbered from 1, each in place of the one before.
    edition integer NOT NULL,
    supersedes uuid,
    kind text NOT NULL,
    value double precision,
    numerator double precision,
    denominator double precision,
    level text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    reliability text NOT NULL DEFAULT '',
    credibility smallint NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    classification smallint NOT NULL,
    batch_id uuid,
    batch_row integer,
    -- The state in which it was recorded: draft or submitted. Later ones are steps.
    recorded_state text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    -- Two who correct the same at the same time: the second is refused.
    UNIQUE (mission_id, cell, edition)
);
CREATE INDEX observation_indicator ON observation (mission_id, indicator_id, first_day);
CREATE INDEX observation_batch ON observation (mission_id, batch_id) WHERE batch_id IS NOT NULL;
SELECT chassis.protect('observation');
GRANT SELECT, INSERT ON observation TO cpas_app;

CREATE TABLE observation_step (
    mission_id uuid NOT NULL,
    observation_id uuid NOT NULL,
    -- From 1; the state in which it was recorded is step 0.
    number integer NOT NULL,
    state text NOT NULL,
    at timestamptz NOT NULL,
    by uuid NOT NULL,
    by_name text NOT NULL,
    reason text NOT NULL DEFAULT '',
    -- Of the observation, so that a step shows no more than it does.
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, observation_id, number)
);
SELECT chassis.protect('observation_step');
GRANT SELECT, INSERT ON observation_step TO cpas_app;

CREATE TABLE period_lock (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    period text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, period)
);
SELECT chassis.protect('period_lock');
GRANT SELECT, INSERT ON period_lock TO cpas_app;
