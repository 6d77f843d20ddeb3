-- Records that are one stakeholder. A merge moves no row: a record says which one it was merged into, and which one
-- stands for all of them. What follows from that (other names, former ids, the classification that all of them
-- share) is kept beside it, so that reading it is one row.

ALTER TABLE stakeholder
    ADD COLUMN merged_into uuid,
    ADD COLUMN head uuid,
    ADD COLUMN own_classification smallint,
    ADD COLUMN also text[] NOT NULL DEFAULT '{}',
    ADD COLUMN former uuid[] NOT NULL DEFAULT '{}';
-- The owner has no mission, and would see no row.
ALTER TABLE stakeholder NO FORCE ROW LEVEL SECURITY;
UPDATE stakeholder SET head = id, own_classification = classification;
ALTER TABLE stakeholder FORCE ROW LEVEL SECURITY;
ALTER TABLE stakeholder
    ALTER COLUMN head SET NOT NULL,
    ALTER COLUMN own_classification SET NOT NULL,
    ADD CONSTRAINT at_least_its_own CHECK (classification >= own_classification),
    ADD CONSTRAINT not_into_itself CHECK (merged_into <> id),
    ADD CONSTRAINT stands_or_is_merged CHECK ((merged_into IS NULL) = (head = id)),
    ADD FOREIGN KEY (mission_id, merged_into) REFERENCES stakeholder (mission_id, id),
    ADD FOREIGN KEY (mission_id, head) REFERENCES stakeholder (mission_id, id);
CREATE INDEX stakeholder_of_head ON stakeholder (mission_id, head);
