-- What each linked output may have contributed to its outcome. Written once, at freezing.

CREATE TABLE contributions (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    -- Place in the order of the plan.
    position integer NOT NULL,
    outcome_lineage_id uuid NOT NULL,
    output_lineage_id uuid NOT NULL,
    outcome_indicator_code text NOT NULL,
    output_indicator_code text NOT NULL,
    grade text NOT NULL CHECK (grade IN ('strong', 'moderate', 'weak', 'contrary', 'cannot_tell')),
    link json NOT NULL,
    -- json, not jsonb: the text as it was written, so that computing again gives the same bytes.
    inputs json NOT NULL,
    result json NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, assessment_id, outcome_lineage_id, output_lineage_id, outcome_indicator_code, output_indicator_code),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('contributions');
GRANT SELECT, INSERT ON contributions TO cpas_app;
