-- What was published, as it was handed out: the files of a sheet in each format and language, and a
-- signed manifest of each language. Written once, at publication; a newer version of the software
-- that writes documents changes nothing of them.

CREATE TABLE fact_sheet_file (
    mission_id uuid NOT NULL,
    fact_sheet_id uuid NOT NULL,
    language text NOT NULL,
    format text NOT NULL,
    bytes bytea NOT NULL,
    sha256 text NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, fact_sheet_id, language, format),
    FOREIGN KEY (mission_id, fact_sheet_id) REFERENCES fact_sheet (mission_id, id),
    CHECK (language IN ('en', 'fr')),
    CHECK (sha256 = encode(sha256(bytes), 'hex'))
);
-- A PDF or a picture in a document is packed already.
ALTER TABLE fact_sheet_file ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT chassis.protect('fact_sheet_file');
GRANT SELECT, INSERT ON fact_sheet_file TO cpas_app;

CREATE TABLE fact_sheet_manifest (
    mission_id uuid NOT NULL,
    fact_sheet_id uuid NOT NULL,
    language text NOT NULL,
    -- The bytes that are signed, with their signature.
    manifest bytea NOT NULL,
    classification smallint NOT NULL,
    PRIMARY KEY (mission_id, fact_sheet_id, language),
    FOREIGN KEY (mission_id, fact_sheet_id) REFERENCES fact_sheet (mission_id, id),
    CHECK (language IN ('en', 'fr'))
);
SELECT chassis.protect('fact_sheet_manifest');
GRANT SELECT, INSERT ON fact_sheet_manifest TO cpas_app;

-- The name of the key that signed it; empty for what was published without one.
ALTER TABLE fact_sheet ADD COLUMN signed_by_key text NOT NULL DEFAULT '';
