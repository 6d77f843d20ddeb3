-- The workshop of an assessment: its agenda, who was present, votes, remarks, and what was said once and stays.

CREATE TABLE workshops (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    version bigint NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, assessment_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES assessments
);
SELECT chassis.protect('workshops');
GRANT SELECT, INSERT, UPDATE ON workshops TO cpas_app;

CREATE TABLE workshop_presences (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    -- NULL: a guest.
    account_id uuid,
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, assessment_id, account_id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES workshops
);
SELECT chassis.protect('workshop_presences');
GRANT SELECT, INSERT, UPDATE ON workshop_presences TO cpas_app;

-- One row a vote, with its ballots in it: those of a secret vote stand in the order of their prints, in the same value as
-- who has voted, so that no row, order or time says who voted what.
CREATE TABLE workshop_votes (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    body jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    version bigint NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES workshops
);
CREATE INDEX workshop_votes_of_assessment ON workshop_votes (mission_id, assessment_id);
SELECT chassis.protect('workshop_votes');
GRANT SELECT, INSERT, UPDATE ON workshop_votes TO cpas_app;

-- One an outcome and classification: what is written above a clearance is in nobody's way below it.
CREATE TABLE workshop_remarks (
    mission_id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    outcome_lineage_id uuid NOT NULL,
    classification smallint NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (mission_id, assessment_id, outcome_lineage_id, classification),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES workshops
);
SELECT chassis.protect('workshop_remarks');
GRANT SELECT, INSERT, UPDATE ON workshop_remarks TO cpas_app;

-- Steps, decisions, dissents, corrections: written once. No one may change or delete an entry, not even the owner.
CREATE TABLE workshop_entries (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('step', 'decision', 'dissent', 'correction')),
    body jsonb NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, assessment_id) REFERENCES workshops
);
CREATE INDEX workshop_entries_of_assessment ON workshop_entries (mission_id, assessment_id, id);
SELECT chassis.protect('workshop_entries');
GRANT SELECT, INSERT ON workshop_entries TO cpas_app;

CREATE TRIGGER workshop_entries_are_immutable BEFORE UPDATE OR DELETE ON workshop_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER workshop_entries_are_not_emptied BEFORE TRUNCATE ON workshop_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
