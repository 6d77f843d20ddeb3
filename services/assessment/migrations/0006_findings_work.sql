-- What is said to findings, and who is at work where.

-- Comments, by name. As secret as the finding is now, which is read before them.
CREATE TABLE finding_comments (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    text text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    resolved_at timestamptz,
    resolved_by uuid,
    resolved_by_name text,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, finding_id) REFERENCES findings,
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
SELECT chassis.protect('finding_comments');
CREATE POLICY through_finding ON finding_comments AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM findings finding
        WHERE finding.mission_id = finding_comments.mission_id AND finding.id = finding_comments.finding_id));
CREATE INDEX finding_comments_of ON finding_comments (mission_id, assessment_id);
GRANT SELECT, INSERT, UPDATE ON finding_comments TO cpas_app;

-- Who sees a finding otherwise. Written once. Without a name neither account nor name nor hour is kept, and the id says no
-- time, so that no row, order or time tells who it was.
CREATE TABLE finding_dissents (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    finding_id uuid NOT NULL,
    finding_version bigint NOT NULL,
    text text NOT NULL,
    recorded_on date NOT NULL,
    recorded_at timestamptz,
    recorded_by uuid,
    recorded_by_name text,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, finding_id, finding_version) REFERENCES finding_versions,
    CHECK ((recorded_by IS NULL) = (recorded_by_name IS NULL) AND (recorded_by IS NULL) = (recorded_at IS NULL))
);
SELECT chassis.protect('finding_dissents');
CREATE POLICY through_finding ON finding_dissents AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM findings finding
        WHERE finding.mission_id = finding_dissents.mission_id AND finding.id = finding_dissents.finding_id));
CREATE INDEX finding_dissents_of ON finding_dissents (mission_id, assessment_id);
GRANT SELECT, INSERT ON finding_dissents TO cpas_app;

CREATE TRIGGER finding_dissents_are_immutable BEFORE UPDATE OR DELETE ON finding_dissents
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_dissents_are_not_emptied BEFORE TRUNCATE ON finding_dissents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where people are at work, one row a person and assessment, forgotten after seconds: nothing is lost when a crash empties it.
CREATE UNLOGGED TABLE presences (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    outcome_lineage_id uuid,
    finding_id uuid,
    question text,
    editing boolean NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, assessment_id, account_id)
);
SELECT chassis.protect('presences');
GRANT SELECT, INSERT, UPDATE, DELETE ON presences TO cpas_app;
