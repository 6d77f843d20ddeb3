-- Context's influence strategies, only as much as the plan check needs.
CREATE TABLE known_strategies (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    stakeholder_id uuid NOT NULL,
    stakeholder_name text NOT NULL,
    dimension text NOT NULL,
    is_current boolean NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('known_strategies');
-- Also as secret as its stakeholder is now, which may have been raised since.
CREATE POLICY through_stakeholder ON known_strategies AS RESTRICTIVE FOR SELECT
    USING (EXISTS (SELECT FROM known_stakeholders stakeholder
        WHERE stakeholder.mission_id = known_strategies.mission_id AND stakeholder.id = known_strategies.stakeholder_id));
GRANT SELECT, INSERT, UPDATE ON known_strategies TO cpas_app;
