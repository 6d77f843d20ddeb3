-- Evidence that is a file, an observation or an event. The file itself is in the store of files, under mission and hash.
ALTER TABLE evidence
    ADD COLUMN file_name text,
    ADD COLUMN file_type text,
    ADD COLUMN file_bytes bigint,
    ADD COLUMN file_sha256 text CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    ADD COLUMN observation_id uuid,
    ADD COLUMN event_id uuid,
    ADD CONSTRAINT a_file_is_whole CHECK (num_nulls(file_name, file_type, file_bytes, file_sha256) IN (0, 4)),
    ADD CONSTRAINT one_reference CHECK (num_nonnulls(observation_id, event_id) <= 1);
