-- What every service's database has: who sees which rows, the outbox, the inbox, idempotency keys.
-- Runs as the owner role. The application role is a member of cpas_app and owns nothing.

CREATE SCHEMA IF NOT EXISTS chassis;
GRANT USAGE ON SCHEMA chassis TO cpas_app;

-- The caller's mission and clearance, set by every transaction. Nothing set means nothing seen.
CREATE FUNCTION chassis.mission() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.mission_id', true), '')::uuid;
CREATE FUNCTION chassis.clearance() RETURNS smallint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('app.clearance', true), '')::smallint, -1::smallint);

-- Row-level security, forced also on the owner: only rows of the caller's mission, and where a row
-- has a classification, only up to the caller's clearance.
CREATE FUNCTION chassis.protect(target regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    classified boolean := EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = target AND attname = 'classification' AND NOT attisdropped);
    condition text := 'mission_id = (SELECT chassis.mission())';
BEGIN
    IF classified THEN
        condition := condition || ' AND classification <= (SELECT chassis.clearance())';
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', target, condition, condition);
END $$;

-- Events to be told, in the transaction of what they tell of. Kept: JetStream is refilled from here.
CREATE TABLE chassis.outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    mission_id uuid NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    classification smallint NOT NULL,
    payload bytea NOT NULL,
    trace_parent text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX outbox_unsent ON chassis.outbox (seq) WHERE sent_at IS NULL;

-- Which stream the outbox was sent to; another one is a wiped one and gets everything again.
CREATE TABLE chassis.stream (
    name text PRIMARY KEY,
    created text NOT NULL
);

-- Events whose effect is stored here: the truth about "once".
CREATE TABLE chassis.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

-- Events that could not be handled after all tries; they stop nobody and can be replayed.
CREATE TABLE chassis.dead_letter (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    mission_id uuid NOT NULL,
    subject text NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    classification smallint NOT NULL,
    payload bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    reason text NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

-- Writes that were done under a key, with what was answered.
CREATE TABLE chassis.idempotency (
    mission_id uuid NOT NULL,
    account uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    response jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mission_id, account, key)
);
SELECT chassis.protect('chassis.idempotency');

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA chassis TO cpas_app;
