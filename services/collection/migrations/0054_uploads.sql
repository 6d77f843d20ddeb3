-- Files that are sent in parts, and go on where a broken line cut them; whichever replica takes the next part. They are
-- kept for some days, so that the same file can be read again in another way.

CREATE TABLE upload (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    file_name text NOT NULL,
    -- Size of the whole file, and what is there of it.
    bytes bigint NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    opened_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    PRIMARY KEY (mission_id, id)
);
CREATE INDEX upload_by ON upload (mission_id, recorded_by, opened_at);
SELECT chassis.protect('upload');
GRANT SELECT, INSERT, UPDATE (received), DELETE ON upload TO cpas_app;

CREATE TABLE upload_part (
    mission_id uuid NOT NULL,
    upload_id uuid NOT NULL,
    -- Where in the file it begins.
    place bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (mission_id, upload_id, place),
    FOREIGN KEY (mission_id, upload_id) REFERENCES upload (mission_id, id) ON DELETE CASCADE
);
-- What comes is packed already, or read once: packing it again costs more than it saves.
ALTER TABLE upload_part ALTER COLUMN data SET STORAGE EXTERNAL;
SELECT chassis.protect('upload_part');
GRANT SELECT, INSERT, DELETE ON upload_part TO cpas_app;
