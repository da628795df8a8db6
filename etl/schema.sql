-- The store's tables, schema version 5. A fact or article version is known from a load until a load (known_to null: still known).
-- The published file has the tables of facts with all that is told beside them (told.py). "As of load n" is: known_from <= n and (known_to is null or known_to > n).

create table meta (key varchar primary key, value varchar not null);   -- schema_version, store_id, published_load, default_min_confidence ...
create table loads (load integer primary key, "at" timestamp not null, what varchar not null, reader varchar not null, registry varchar not null);

create table articles (
    article_id   varchar not null,   -- hash of the canonical source URL, else of the path inside its source
    source       varchar not null,   -- name of the source: "bundled", "inbox", or the folder's name
    path         varchar not null,   -- inside the source, never absolute
    name         varchar not null,   -- file name without its ending
    content_hash varchar not null,   -- sha256 of the document and of what index.csv says of it
    title        varchar,
    text         varchar not null,
    published    varchar,            -- YYYY-MM-DD, YYYY-MM, YYYY or null
    published_on date,               -- its first day, for sorting
    published_from varchar,          -- what told it: 'index', 'feed', 'metadata', 'json-ld', 'header', 'url', 'text'; null where it is not known
    publisher    varchar,
    source_url   varchar,
    is_brief     boolean not null,   -- our own brief, "after PUBLISHER, DATE"
    language     varchar,            -- ISO 639-1
    state        varchar not null,   -- 'read', 'skipped' (with why), 'missing' (gone from its folder)
    why          varchar,
    known_from   integer not null,
    known_to     integer
);

create table figures (
    fact_id varchar not null, article_id varchar not null, quote varchar not null, "start" integer not null, "end" integer not null,
    confidence double not null, reader varchar not null, said json, known_from integer not null, known_to integer,
    companies varchar[] not null, metric varchar not null, status varchar not null, value double not null, value_high double,
    unit varchar not null, qualifier varchar not null, market varchar not null, generation varchar, region varchar not null,
    period varchar, period_start date, period_end date, attributed_to varchar
);
create table selections (
    fact_id varchar not null, article_id varchar not null, quote varchar not null, "start" integer not null, "end" integer not null,
    confidence double not null, reader varchar not null, said json, known_from integer not null, known_to integer,
    operator varchar, operator_text varchar, vendor varchar not null, decision varchar not null, scope varchar[] not null,
    generation varchar, country varchar, value double, unit varchar, share_percent double,
    period varchar, period_start date, period_end date
);
create table deals (
    fact_id varchar not null, article_id varchar not null, quote varchar not null, "start" integer not null, "end" integer not null,
    confidence double not null, reader varchar not null, said json, known_from integer not null, known_to integer,
    deal varchar not null, parties varchar[] not null, value double, unit varchar, stake_percent double, state varchar not null,
    period varchar, period_start date, period_end date
);
create table restrictions (
    fact_id varchar not null, article_id varchar not null, quote varchar not null, "start" integer not null, "end" integer not null,
    confidence double not null, reader varchar not null, said json, known_from integer not null, known_to integer,
    authority varchar not null, vendor varchar, vendor_text varchar, action varchar not null, scope varchar[] not null,
    limit_percent double, deadline varchar, deadline_end date,
    period varchar, period_start date, period_end date
);
create table unread (
    article_id varchar not null, quote varchar not null, "start" integer not null, "end" integer not null, reason varchar not null,
    known_from integer not null, known_to integer
);
create table new_names (article_id varchar not null, name varchar not null, role varchar not null, known_from integer not null, known_to integer);
-- What people said of facts, in the order in which they said it; rows are only ever added (action 'undo' takes back the one before).
-- review_id: the request's. before: the fact's row as the person saw it. after: the fields that are right. load: from which it holds.
create table reviews (
    review_id varchar primary key, "at" timestamp not null, who varchar not null, action varchar not null, fact_id varchar not null,
    article_id varchar not null, kind varchar not null, before json, after json, why varchar not null, load integer not null
);
-- What holds of a fact, as of a load: its newest review that is not undone. state: 'fresh', or 'stale' when its words stand there no more.
create table verdicts (
    fact_id varchar not null, article_id varchar not null, kind varchar not null, review_id varchar not null, "at" timestamp not null,
    who varchar not null, action varchar not null, state varchar not null, before json, after json, why varchar not null,
    known_from integer not null, known_to integer
);
create table failures (load integer not null, source varchar not null, path varchar not null, reason varchar not null);
