-- Fact sheets: the one thing here that reporting owns.

CREATE TABLE fact_sheet (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    title jsonb NOT NULL,
    audience text NOT NULL,
    state text NOT NULL,
    assessment_id uuid,
    blocks jsonb NOT NULL,
    classification smallint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    -- The bytes that are hashed and rendered; set by clearing.
    snapshot bytea,
    snapshot_at timestamptz,
    snapshot_sha256 text,
    cleared_by text NOT NULL DEFAULT '',
    published_by text NOT NULL DEFAULT '',
    published_at timestamptz,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (mission_id, id),
    CHECK (state IN ('draft', 'cleared', 'published', 'withdrawn')),
    CHECK (audience IN ('public', 'internal')),
    CHECK ((state = 'draft') = (snapshot IS NULL)),
    CHECK (snapshot IS NULL OR snapshot_sha256 = encode(sha256(snapshot), 'hex')),
    CHECK (audience <> 'public' OR state NOT IN ('cleared', 'published') OR classification = 0),
    CHECK ((state IN ('published', 'withdrawn')) = (published_at IS NOT NULL)),
    CHECK (state <> 'withdrawn' OR reason <> '')
);
CREATE INDEX fact_sheet_newest ON fact_sheet (mission_id, recorded_at DESC);
SELECT chassis.protect('fact_sheet');
GRANT SELECT, INSERT, UPDATE ON fact_sheet TO cpas_app;

-- What was published is never overwritten, whoever asks.
CREATE FUNCTION keep_what_was_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('published', 'withdrawn') AND (
        NEW.state NOT IN ('published', 'withdrawn')
        OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn')
        OR (NEW.title, NEW.audience, NEW.blocks, NEW.snapshot, NEW.snapshot_at, NEW.cleared_by, NEW.published_by,
            NEW.published_at, NEW.classification)
           IS DISTINCT FROM
           (OLD.title, OLD.audience, OLD.blocks, OLD.snapshot, OLD.snapshot_at, OLD.cleared_by, OLD.published_by,
            OLD.published_at, OLD.classification)
    ) THEN
        RAISE EXCEPTION 'a published fact sheet is not changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_what_was_published BEFORE UPDATE ON fact_sheet
    FOR EACH ROW EXECUTE FUNCTION keep_what_was_published();
