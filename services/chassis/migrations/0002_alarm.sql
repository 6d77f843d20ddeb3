-- What the clock asks for: the time at which something of a mission is to be looked at again. One of a name
-- per mission; read for all missions by whoever rings, never by a request.
CREATE TABLE chassis.alarm (
    mission_id uuid NOT NULL,
    name text NOT NULL,
    rings_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, name)
);
CREATE INDEX alarm_next ON chassis.alarm (rings_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON chassis.alarm TO cpas_app;
