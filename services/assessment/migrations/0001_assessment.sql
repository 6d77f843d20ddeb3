-- Assessments, what freezing pinned, what was computed, findings, recommendations, and the decision log.

CREATE TABLE assessments (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    title_en text NOT NULL,
    title_fr text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('impact', 'performance')),
    period text NOT NULL,
    -- Asked for when it was scheduled; pinned once it is frozen.
    plan_id uuid,
    plan_number integer,
    cut_off timestamptz,
    frozen_at timestamptz,
    participants uuid[] NOT NULL,
    state text NOT NULL
        CHECK (state IN ('scheduled', 'frozen', 'analysis', 'workshop', 'leadership_review', 'finalized')),
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id),
    -- Frozen is frozen with all of it.
    CHECK ((state = 'scheduled') = (frozen_at IS NULL)),
    CHECK (frozen_at IS NULL OR (plan_id IS NOT NULL AND plan_number IS NOT NULL AND cut_off IS NOT NULL))
);
SELECT chassis.protect('assessments');
GRANT SELECT, INSERT, UPDATE ON assessments TO cpas_app;

-- The plan as it was pinned. Written once.
CREATE TABLE frozen_plans (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    plan_number integer NOT NULL,
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, assessment_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('frozen_plans');
GRANT SELECT, INSERT ON frozen_plans TO cpas_app;

-- Definition, targets and values of each indicator as known at the cut-off. Written once.
CREATE TABLE frozen_inputs (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    indicator_code text NOT NULL,
    definition_version integer NOT NULL,
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, assessment_id, indicator_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('frozen_inputs');
GRANT SELECT, INSERT ON frozen_inputs TO cpas_app;

-- What was computed of them. Written once; another assessment computes again.
CREATE TABLE analyses (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    indicator_id uuid NOT NULL,
    indicator_code text NOT NULL,
    -- Empty: the mission as a whole.
    area text NOT NULL,
    status text NOT NULL,
    trend text NOT NULL,
    achievement double precision,
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, assessment_id, indicator_code, area),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('analyses');
GRANT SELECT, INSERT ON analyses TO cpas_app;

CREATE TABLE findings (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    content jsonb NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
CREATE INDEX findings_of_assessment ON findings (mission_id, assessment_id);
SELECT chassis.protect('findings');
GRANT SELECT, INSERT, UPDATE ON findings TO cpas_app;

-- Every version of every finding: a decision rests on what was written when it was taken.
CREATE TABLE finding_versions (
    mission_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    version bigint NOT NULL,
    content jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, finding_id, version),
    FOREIGN KEY (mission_id, finding_id) REFERENCES findings
);
SELECT chassis.protect('finding_versions');
GRANT SELECT, INSERT ON finding_versions TO cpas_app;

CREATE TABLE recommendations (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    text_en text NOT NULL,
    text_fr text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('plan', 'resources', 'posture', 'data')),
    owner_section text NOT NULL,
    due date,
    indicator_codes text[] NOT NULL,
    finding_ids uuid[] NOT NULL,
    state text NOT NULL CHECK (state IN
        ('proposed', 'accepted', 'partly', 'rejected', 'in_progress', 'implemented', 'verified', 'lapsed')),
    decision_reason text NOT NULL DEFAULT '',
    decided_by uuid,
    decided_at timestamptz,
    plan_change_id uuid,
    -- Version of the plan change that was last heard of; an older event changes nothing.
    plan_change_version bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments,
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK (state NOT IN ('partly', 'rejected') OR decision_reason <> '')
);
CREATE INDEX recommendations_of_assessment ON recommendations (mission_id, assessment_id);
SELECT chassis.protect('recommendations');
GRANT SELECT, INSERT, UPDATE ON recommendations TO cpas_app;

-- Every step of every recommendation, with its reason.
CREATE TABLE recommendation_steps (
    mission_id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, recommendation_id, version),
    FOREIGN KEY (mission_id, recommendation_id) REFERENCES recommendations
);
SELECT chassis.protect('recommendation_steps');
GRANT SELECT, INSERT ON recommendation_steps TO cpas_app;

-- Who in leadership decided what, when, why, on which evidence. No one may change or delete an entry,
-- not even the owner of the table.
CREATE TABLE decisions (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    recommendation_id uuid NOT NULL,
    decision text NOT NULL CHECK (decision IN ('accepted', 'partly', 'rejected')),
    reason text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    finding_ids uuid[] NOT NULL,
    -- Version of each of those findings when the decision was taken.
    finding_versions bigint[] NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    -- A recommendation is decided on once.
    UNIQUE (mission_id, recommendation_id),
    FOREIGN KEY (mission_id, recommendation_id) REFERENCES recommendations,
    CHECK (cardinality(finding_ids) = cardinality(finding_versions)),
    CHECK (decision = 'accepted' OR reason <> '')
);
CREATE INDEX decisions_by_time ON decisions (mission_id, decided_at DESC, id);
SELECT chassis.protect('decisions');
GRANT SELECT, INSERT ON decisions TO cpas_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of % is written once and never changed', TG_TABLE_NAME;
END $$;

CREATE TRIGGER decisions_are_immutable BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_are_not_emptied BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
