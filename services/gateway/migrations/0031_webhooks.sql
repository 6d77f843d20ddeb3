-- Where another system wants to be told of what happens in a mission, and what it was told.

CREATE TABLE webhook (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    -- Nouns of events: observations, plan, ...
    topics text[] NOT NULL,
    -- The highest classification that is told; who may not see as much sees nothing of the subscription.
    classification smallint NOT NULL CHECK (classification BETWEEN 0 AND 2),
    -- What messages are signed with: kept as it is, because the hash of a key signs nothing.
    secret bytea NOT NULL,
    -- Empty: it is at work. Else why it is not.
    paused text NOT NULL DEFAULT '',
    -- Nothing older is told.
    since timestamptz NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_by_name text NOT NULL,
    PRIMARY KEY (mission_id, id)
);
SELECT chassis.protect('webhook');

CREATE TABLE webhook_delivery (
    mission_id uuid NOT NULL,
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    -- "plan.recorded"
    kind text NOT NULL,
    record_id text NOT NULL,
    -- Of what it tells of.
    classification smallint NOT NULL,
    happened_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    -- What came of the last attempt, in a sentence.
    outcome text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (mission_id, id),
    FOREIGN KEY (mission_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_newest ON webhook_delivery (mission_id, webhook_id, id DESC);
SELECT chassis.protect('webhook_delivery');

-- Deliveries to be tried, of all missions: read by whoever sends, never by a request.
CREATE TABLE webhook_queue (
    delivery_id uuid PRIMARY KEY,
    mission_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    next_at timestamptz NOT NULL
);
CREATE INDEX webhook_queue_next ON webhook_queue (next_at);
CREATE INDEX webhook_queue_webhook ON webhook_queue (webhook_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook, webhook_delivery, webhook_queue TO cpas_app;
