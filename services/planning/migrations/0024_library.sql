-- What headquarters shares with all missions, in all its versions. No mission owns it, so it has no mission.
-- What came with the system is not here but in the program; a version here comes after it.
CREATE TABLE library_entries (
    kind text NOT NULL CHECK (kind IN ('indicator', 'template')),
    code text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    theme text NOT NULL,
    body jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (kind, code, version)
);
GRANT SELECT, INSERT ON library_entries TO cpas_app;
