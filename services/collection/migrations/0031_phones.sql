-- What phones send: instances of forms, once each, with what was attached; and what forms say of indicators.

ALTER TABLE indicator
    ADD COLUMN name_en text NOT NULL DEFAULT '',
    ADD COLUMN name_fr text NOT NULL DEFAULT '',
    ADD COLUMN unit text NOT NULL DEFAULT '',
    -- As planning has it; empty: it was told before forms were made.
    ADD COLUMN state text NOT NULL DEFAULT '';

CREATE TABLE submission (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    -- As the phone names it: once in a mission.
    instance_id text NOT NULL,
    form_id text NOT NULL,
    form_version text NOT NULL,
    section text NOT NULL,
    period text NOT NULL,
    area text NOT NULL,
    device text NOT NULL,
    began_at timestamptz,
    ended_at timestamptz,
    longitude double precision,
    latitude double precision,
    accuracy_m double precision,
    -- Area of the point where it is not the chosen one; "-": none; empty: no reason to doubt.
    point_area text NOT NULL,
    -- Names of the files that the instance says are attached.
    named text[] NOT NULL,
    -- The submission that this one corrects.
    corrects uuid,
    -- Answers that became no observation.
    left_answers integer NOT NULL,
    xml text NOT NULL,
    xml_sha256 bytea NOT NULL,
    -- The highest among what it is about.
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, instance_id)
);
SELECT chassis.protect('submission');
GRANT SELECT, INSERT ON submission TO cpas_app;

CREATE TABLE submission_answer (
    mission_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    number integer NOT NULL,
    indicator_id uuid,
    indicator_code text NOT NULL,
    slice text NOT NULL,
    answer text NOT NULL,
    -- stored, unchanged, conflict or left.
    outcome text NOT NULL,
    message text NOT NULL,
    observation_id uuid,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, submission_id, number)
);
CREATE INDEX submission_of_observation ON submission_answer (mission_id, observation_id)
    WHERE outcome = 'stored';
SELECT chassis.protect('submission_answer');
GRANT SELECT, INSERT ON submission_answer TO cpas_app;

-- In the database, so that a submission and its files are stored together or not at all, and backed up together.
CREATE TABLE submission_file (
    mission_id uuid NOT NULL,
    submission_id uuid NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    sha256 bytea NOT NULL,
    bytes bytea NOT NULL,
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, submission_id, name)
);
-- Pictures are compressed already.
ALTER TABLE submission_file ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT chassis.protect('submission_file');
GRANT SELECT, INSERT ON submission_file TO cpas_app;
