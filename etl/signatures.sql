-- In the store only: by what a new article is compared with those before, without reading them again (etl/stories.py).
-- version: of the article, the load that it is known from. first_day, last_day: between which it was published; null: not told.
create table if not exists signatures (
    article_id varchar primary key, version integer not null, reckoned varchar not null, language varchar not null,
    first_day date, last_day date, text_hash uuid not null, bands uinteger[] not null
);
