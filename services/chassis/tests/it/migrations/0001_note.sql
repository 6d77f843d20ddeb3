-- A table to try the chassis on.
CREATE TABLE note (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    text text NOT NULL,
    classification smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('note');
GRANT SELECT, INSERT, UPDATE, DELETE ON note TO cpas_app;

-- What a consumer counted.
CREATE TABLE tally (
    mission_id uuid NOT NULL PRIMARY KEY,
    heard bigint NOT NULL
);
SELECT chassis.protect('tally');
GRANT SELECT, INSERT, UPDATE, DELETE ON tally TO cpas_app;
