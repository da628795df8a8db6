-- Which articles are copies of one text, and which of their facts say the same. Both are known from a load until a load, as facts are.

-- Articles of stories that have two or more. story_id: the article_id of the member that was loaded first; others that join later do
-- not change it. Two stories that a later article joins are one from its load on, under the id of the older.
create table if not exists stories (
    article_id varchar not null, story_id varchar not null, known_from integer not null, known_to integer
);
-- Facts that two or more articles of a story state alike, all of them: copy_of is the one that stands for all (its own fact_id for
-- itself), that of the article loaded first. publishers: of all of them, by name. carriers: how many articles. confidence: the highest.
create table if not exists copies (
    fact_id varchar not null, article_id varchar not null, copy_of varchar not null, publishers varchar[] not null,
    carriers integer not null, confidence double not null, known_from integer not null, known_to integer
);
