-- What members have sent to them at fixed times or when a paper is published, and each sending.

ALTER TABLE mission ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';

CREATE TABLE subscription (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Whose eyes it is sent for.
    account_id uuid NOT NULL REFERENCES account,
    subject text NOT NULL CHECK (subject IN ('dashboard', 'paper', 'digest')),
    -- Id of a dashboard, or "ready"; template of a paper.
    reference text NOT NULL,
    rhythm text NOT NULL CHECK (rhythm IN ('daily', 'weekly', 'monthly', 'published')),
    -- Of the week, 1 to 7 from Monday on; of the month, 1 to 28.
    day smallint NOT NULL,
    -- Of the mission's own time.
    hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
    format text NOT NULL,
    language text NOT NULL CHECK (language IN ('en', 'fr')),
    by_email boolean NOT NULL,
    -- Empty: to no other system.
    webhook_url text NOT NULL,
    secret bytea,
    -- Nothing above this leaves, whatever its reader may see.
    up_to smallint NOT NULL CHECK (up_to BETWEEN 0 AND 2),
    -- Empty: at work. Else why it is not.
    stopped text NOT NULL DEFAULT '',
    -- Ends it without a session; stands in each letter.
    unsubscribe_key text NOT NULL,
    -- Nothing older is sent.
    since timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id),
    CHECK (by_email OR webhook_url <> ''),
    CHECK ((webhook_url = '') = (secret IS NULL))
);
CREATE INDEX subscription_account ON subscription (mission_id, account_id);
SELECT chassis.protect('subscription');

-- When each is due next, of all missions: read by whoever plans, never by a request. Without a time: not by the clock.
CREATE TABLE subscription_clock (
    subscription_id uuid PRIMARY KEY,
    mission_id uuid NOT NULL,
    key_sha256 bytea NOT NULL UNIQUE,
    due_at timestamptz,
    next_at timestamptz
);
CREATE INDEX subscription_clock_next ON subscription_clock (next_at) WHERE next_at IS NOT NULL;

-- One an occasion and way, whoever plans it.
CREATE TABLE subscription_sending (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'webhook')),
    -- The instant at which it was due, or "paper:" and the paper's id.
    occasion text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'nothing', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    -- What came of the last attempt, in a sentence.
    outcome text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, id),
    UNIQUE (mission_id, subscription_id, channel, occasion),
    FOREIGN KEY (mission_id, subscription_id) REFERENCES subscription ON DELETE CASCADE
);
SELECT chassis.protect('subscription_sending');

-- Sendings to be tried, of all missions.
CREATE TABLE subscription_queue (
    sending_id uuid PRIMARY KEY,
    mission_id uuid NOT NULL,
    next_at timestamptz NOT NULL
);
CREATE INDEX subscription_queue_next ON subscription_queue (next_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON subscription, subscription_clock, subscription_sending, subscription_queue TO cpas_app;
