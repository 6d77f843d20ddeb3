-- What reporting knows of the other services, kept from their events.
--
-- Every row belongs to a generation. Readers see the generation that `model` names; a rebuild fills the
-- next one beside it and then switches.

CREATE TABLE model (
    mission_id uuid PRIMARY KEY,
    generation integer NOT NULL DEFAULT 1,
    -- The generation that a rebuild fills now.
    building integer,
    building_since timestamptz
);
SELECT chassis.protect('model');
GRANT SELECT, INSERT, UPDATE, DELETE ON model TO cpas_app;

-- The newest state of each record of the other services, as its event carried it.
CREATE TABLE record (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    -- area, stakeholder, plan, indicator, target, assessment, analysis, finding, recommendation, ...
    kind text NOT NULL,
    id text NOT NULL,
    -- What planners call it: a code; empty where there is none.
    code text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    -- The record it belongs to: of a target its indicator, of a finding its assessment.
    parent text NOT NULL DEFAULT '',
    -- A newer state replaces an older one, in whatever order they arrive.
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    classification smallint NOT NULL,
    -- The protobuf message.
    body bytea NOT NULL,
    PRIMARY KEY (mission_id, generation, kind, id)
);
CREATE INDEX record_code ON record (mission_id, generation, kind, code);
CREATE INDEX record_parent ON record (mission_id, generation, kind, parent);
CREATE INDEX record_state ON record (mission_id, generation, kind, state);
SELECT chassis.protect('record');
GRANT SELECT, INSERT, UPDATE, DELETE ON record TO cpas_app;

-- Series in the indicator's own frequency, read again from collection whenever their data change.
CREATE TABLE series (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    indicator_code text NOT NULL,
    -- Area code; empty: the mission as a whole.
    area text NOT NULL,
    slice text NOT NULL,
    frequency text NOT NULL,
    -- Observations behind the points.
    observations bigint NOT NULL,
    points jsonb NOT NULL,
    -- The highest of the indicator and the observations in it.
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, generation, indicator_code, area, slice)
);
SELECT chassis.protect('series');
GRANT SELECT, INSERT, UPDATE, DELETE ON series TO cpas_app;

-- Indicators that an event about data named: whose series a rebuild reads.
CREATE TABLE touched (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    indicator_code text NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, generation, indicator_code)
);
SELECT chassis.protect('touched');
GRANT SELECT, INSERT, UPDATE, DELETE ON touched TO cpas_app;

-- Observations that wait for somebody, counted up to a bound; one row for each classification.
CREATE TABLE waiting (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    -- State of the observations: draft, submitted or verified.
    state text NOT NULL,
    classification smallint NOT NULL,
    observations integer NOT NULL,
    PRIMARY KEY (mission_id, generation, state, classification)
);
SELECT chassis.protect('waiting');
GRANT SELECT, INSERT, UPDATE, DELETE ON waiting TO cpas_app;

-- Every event once: what changed, told in a sentence.
CREATE TABLE change (
    mission_id uuid NOT NULL,
    generation integer NOT NULL,
    event_id uuid NOT NULL,
    -- When it was recorded, not when it arrived.
    at timestamptz NOT NULL,
    -- Noun and verb of the event.
    what text NOT NULL,
    record_id text NOT NULL,
    -- Empty: not worth telling.
    text_en text NOT NULL,
    text_fr text NOT NULL,
    path text NOT NULL,
    -- A reader may be told.
    published boolean NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, generation, event_id)
);
CREATE INDEX change_newest ON change (mission_id, generation, at DESC);
SELECT chassis.protect('change');
GRANT SELECT, INSERT, DELETE ON change TO cpas_app;
