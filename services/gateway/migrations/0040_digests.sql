-- What waits for a member, by e-mail: how often each wants it, and each that was due.

CREATE TABLE digest_preference (
    mission_id uuid NOT NULL,
    account_id uuid NOT NULL REFERENCES account,
    rhythm text NOT NULL CHECK (rhythm IN ('daily', 'weekly', 'never')),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, account_id)
);
SELECT chassis.protect('digest_preference');

-- One a member and day, whoever plans it: no second letter for the same day. What stood in it is not kept.
CREATE TABLE digest (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    account_id uuid NOT NULL REFERENCES account,
    day date NOT NULL,
    -- nothing: nothing waited, or it was not wanted any more.
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'nothing', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    -- What came of the last attempt, in a sentence.
    outcome text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, account_id, day)
);
SELECT chassis.protect('digest');

-- Digests to be sent, of all missions: read by whoever sends, never by a request.
CREATE TABLE digest_queue (
    digest_id uuid PRIMARY KEY,
    mission_id uuid NOT NULL,
    next_at timestamptz NOT NULL
);
CREATE INDEX digest_queue_next ON digest_queue (next_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON digest_preference, digest, digest_queue TO cpas_app;
