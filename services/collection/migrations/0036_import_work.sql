-- How far the work on files is: told from where it is done, looked at from anywhere. A row that is not told of any more
-- is of a service that was ended; nothing of its file was stored.
CREATE TABLE import_work (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    file_name text NOT NULL,
    -- receiving, reading, checking or storing; then done, failed or cancelled
    stage text NOT NULL,
    -- Rows.
    done bigint NOT NULL DEFAULT 0,
    total bigint NOT NULL DEFAULT 0,
    batch_id uuid,
    failure text NOT NULL DEFAULT '',
    is_cancelled boolean NOT NULL DEFAULT false,
    began_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX import_work_by ON import_work (mission_id, recorded_by, began_at DESC);
SELECT chassis.protect('import_work');
GRANT SELECT, INSERT, UPDATE, DELETE ON import_work TO cpas_app;
