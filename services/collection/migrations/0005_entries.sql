-- Rows that were entered in bulk, by the key under which each was sent.

CREATE TABLE entered_row (
    mission_id uuid NOT NULL,
    account uuid NOT NULL,
    key text NOT NULL,
    -- SHA-256 of the row: a key that comes again with something else is refused.
    fingerprint bytea NOT NULL,
    observation_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, account, key)
);
SELECT chassis.protect('entered_row');
GRANT SELECT, INSERT ON entered_row TO cpas_app;
