-- Papers that people without an account read. An address that was taken back stays, so that none is given twice.

CREATE TABLE outside_address (
    mission_id uuid NOT NULL,
    key text NOT NULL,
    fact_sheet_id uuid NOT NULL,
    indexed boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    closed_at timestamptz,
    closed_by text NOT NULL DEFAULT '',
    PRIMARY KEY (mission_id, key),
    FOREIGN KEY (mission_id, fact_sheet_id) REFERENCES fact_sheet (mission_id, id),
    CHECK (length(key) >= 26)
);
CREATE UNIQUE INDEX outside_address_open ON outside_address (mission_id, fact_sheet_id) WHERE closed_at IS NULL;
SELECT chassis.protect('outside_address');
GRANT SELECT, INSERT, UPDATE ON outside_address TO cpas_app;

-- Taken back is for good.
CREATE FUNCTION keep_what_was_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'an address that was taken back is not opened again';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_was_taken_back BEFORE UPDATE ON outside_address
    FOR EACH ROW EXECUTE FUNCTION keep_what_was_taken_back();

-- How often, by day; of whom nothing is kept.
CREATE TABLE outside_read (
    mission_id uuid NOT NULL,
    fact_sheet_id uuid NOT NULL,
    day date NOT NULL,
    document text NOT NULL,
    reads bigint NOT NULL CHECK (reads > 0),
    PRIMARY KEY (mission_id, fact_sheet_id, day, document),
    FOREIGN KEY (mission_id, fact_sheet_id) REFERENCES fact_sheet (mission_id, id)
);
SELECT chassis.protect('outside_read');
GRANT SELECT, INSERT, UPDATE ON outside_read TO cpas_app;

-- What a paper started from, so that the newest of a kind can be found; empty for those from before.
ALTER TABLE fact_sheet ADD COLUMN template text NOT NULL DEFAULT '';
