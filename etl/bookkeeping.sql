-- What the ETL keeps for itself, in the store only: it is not published, and has no history.

-- Which document made which article, and by what it was read. state: 'read', 'skipped' or 'withdrawn'.
create table documents (
    source varchar not null, path varchar not null, article_id varchar not null, content_hash varchar not null,
    reader varchar not null, registry varchar not null, state varchar not null, why varchar
);
-- Where a source was last found on this machine, so that two folders of one name stay two sources.
create table sources (source varchar primary key, location varchar not null);
-- What the reader makes of articles that have reviews: facts as JSON, so that an undone review brings back what it says now.
create table as_read (article_id varchar primary key, facts json not null);
