-- Who may come in, and into which missions. These tables are what tenancy is decided from: they are
-- read before a mission is known, by the gateway only, and hold nothing of a mission's content.

CREATE TABLE account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    -- Argon2id, PHC string; empty: cannot sign in with a password.
    password_hash text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT 'en',
    -- Reads across missions as HQ analyst.
    hq boolean NOT NULL DEFAULT false,
    -- May open missions and change their states.
    operator boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1,
    recorded_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX account_email ON account (lower(email));

CREATE TABLE mission (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    countries text[] NOT NULL,
    languages text[] NOT NULL,
    fiscal_year_start_month smallint NOT NULL CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
    state text NOT NULL CHECK (state IN ('active', 'closing', 'closed')),
    version bigint NOT NULL DEFAULT 1,
    recorded_at timestamptz NOT NULL
);

CREATE TABLE membership (
    id uuid PRIMARY KEY,
    mission_id uuid NOT NULL REFERENCES mission,
    account_id uuid NOT NULL REFERENCES account,
    role text NOT NULL,
    component text,
    section text,
    areas text[] NOT NULL DEFAULT '{}',
    clearance smallint NOT NULL CHECK (clearance BETWEEN 0 AND 2),
    recorded_at timestamptz NOT NULL,
    recorded_by uuid NOT NULL
);
CREATE UNIQUE INDEX membership_once ON membership (mission_id, account_id, role, coalesce(component, ''), coalesce(section, ''), areas);
CREATE INDEX membership_account ON membership (account_id);

-- Only the hash of what the browser holds.
CREATE TABLE session (
    secret_sha256 bytea PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    opened_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE api_token (
    id uuid PRIMARY KEY,
    secret_sha256 bytea NOT NULL UNIQUE,
    account_id uuid NOT NULL REFERENCES account,
    mission_id uuid NOT NULL REFERENCES mission,
    name text NOT NULL,
    roles text[] NOT NULL,
    expires_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX api_token_account ON api_token (account_id);

-- Sign-ins that failed, by what was tried and from where.
CREATE TABLE login_failure (
    key text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX login_failure_key ON login_failure (key, at);

GRANT SELECT, INSERT, UPDATE, DELETE ON account, mission, membership, session, api_token, login_failure TO cpas_app;
