-- Who has to do with whom. What changed over time is an end and a new relation; a row is corrected, never deleted.

CREATE TABLE stakeholder_relation (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    from_id uuid NOT NULL,
    to_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('commands', 'allied', 'rival', 'funds', 'influences', 'negotiates_with')),
    strength smallint NOT NULL CHECK (strength BETWEEN 1 AND 3),
    -- First and last day on which it held.
    held_from date NOT NULL,
    held_until date,
    note text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    CHECK (from_id <> to_id),
    CHECK (held_until >= held_from),
    FOREIGN KEY (mission_id, from_id) REFERENCES stakeholder (mission_id, id),
    FOREIGN KEY (mission_id, to_id) REFERENCES stakeholder (mission_id, id)
);
CREATE INDEX stakeholder_relation_from ON stakeholder_relation (mission_id, from_id);
CREATE INDEX stakeholder_relation_to ON stakeholder_relation (mission_id, to_id);
SELECT chassis.protect('stakeholder_relation');
-- Seen only by who sees both ends; the stakeholders' own row-level security answers.
CREATE POLICY through_both_ends ON stakeholder_relation AS RESTRICTIVE USING (
    EXISTS (SELECT FROM stakeholder one
        WHERE one.mission_id = stakeholder_relation.mission_id AND one.id = stakeholder_relation.from_id)
    AND EXISTS (SELECT FROM stakeholder other
        WHERE other.mission_id = stakeholder_relation.mission_id AND other.id = stakeholder_relation.to_id));
GRANT SELECT, INSERT, UPDATE ON stakeholder_relation TO cpas_app;
