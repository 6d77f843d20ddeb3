-- Where the events of an assessed period gather. Written once, at freezing; what was frozen before has none.

CREATE TABLE hot_spots (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    -- json, not jsonb: the text as it was written, so that computing again gives the same bytes.
    inputs json NOT NULL,
    result json NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, assessment_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('hot_spots');
GRANT SELECT, INSERT ON hot_spots TO cpas_app;
