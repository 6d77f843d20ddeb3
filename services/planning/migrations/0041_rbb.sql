-- Lines of the results-based budget, and which items of a plan serve them.
CREATE TABLE rbb_lines (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- The expected accomplishment that it stands under.
    parent_id uuid,
    code text NOT NULL,
    text_en text NOT NULL,
    text_fr text NOT NULL,
    period text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, parent_id) REFERENCES rbb_lines (mission_id, id)
);
SELECT chassis.protect('rbb_lines');

-- As classified as the plan is now, which is read before them. An item is known by its lineage, so that the
-- next version of a plan takes its links over as they are.
CREATE TABLE rbb_links (
    mission_id uuid NOT NULL,
    plan_id uuid NOT NULL,
    lineage_id uuid NOT NULL,
    line_id uuid NOT NULL,
    PRIMARY KEY (mission_id, plan_id, lineage_id, line_id),
    FOREIGN KEY (mission_id, plan_id) REFERENCES plans (mission_id, id),
    FOREIGN KEY (mission_id, line_id) REFERENCES rbb_lines (mission_id, id)
);
SELECT chassis.protect('rbb_links');
CREATE INDEX rbb_links_line ON rbb_links (mission_id, line_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON rbb_lines TO cpas_app;
GRANT SELECT, INSERT, DELETE ON rbb_links TO cpas_app;
