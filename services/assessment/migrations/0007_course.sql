-- The work of assessing: how an assessment went, who signed, who was invited, the mission's cycle, and why the question of
-- women, girls and youth does not apply.

ALTER TABLE assessments ADD COLUMN follows_id uuid;

-- Each step of an assessment. No one may change or delete one, not even the owner of the table.
CREATE TABLE assessment_steps (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    body jsonb NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
CREATE INDEX assessment_steps_of_assessment ON assessment_steps (mission_id, assessment_id, id);
SELECT chassis.protect('assessment_steps');
GRANT SELECT, INSERT ON assessment_steps TO cpas_app;

CREATE TRIGGER assessment_steps_are_immutable BEFORE UPDATE OR DELETE ON assessment_steps
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_steps_are_not_emptied BEFORE TRUNCATE ON assessment_steps
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Signatures and refusals, likewise; the newest of a signer counts.
CREATE TABLE assessment_signatures (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    body jsonb NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
CREATE INDEX assessment_signatures_of_assessment ON assessment_signatures (mission_id, assessment_id, id);
SELECT chassis.protect('assessment_signatures');
GRANT SELECT, INSERT ON assessment_signatures TO cpas_app;

CREATE TRIGGER assessment_signatures_are_immutable BEFORE UPDATE OR DELETE ON assessment_signatures
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_signatures_are_not_emptied BEFORE TRUNCATE ON assessment_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest of an outcome counts; what was said before stays.
CREATE TABLE gender_statements (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
CREATE INDEX gender_statements_of_assessment ON gender_statements (mission_id, assessment_id, id);
SELECT chassis.protect('gender_statements');
GRANT SELECT, INSERT ON gender_statements TO cpas_app;

CREATE TABLE assessment_invitations (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    account_id uuid NOT NULL,
    body jsonb NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, assessment_id, account_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
CREATE INDEX assessment_invitations_of_account ON assessment_invitations (mission_id, account_id);
SELECT chassis.protect('assessment_invitations');
GRANT SELECT, INSERT, UPDATE ON assessment_invitations TO cpas_app;

CREATE TABLE assessment_cycles (
    mission_id uuid NOT NULL,
    body jsonb NOT NULL,
    version bigint NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id)
);
SELECT chassis.protect('assessment_cycles');
GRANT SELECT, INSERT, UPDATE ON assessment_cycles TO cpas_app;
