-- @schema
-- The catalogue for people who ask it in SQL. A comment within a table's parentheses stays in the file, where .schema shows it.
CREATE TABLE about ( -- made_at; sequence, from which /v1/changes goes on; and what this is
    name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE datasets ( -- Licence and citation travel with whatever is taken from here.
    id TEXT PRIMARY KEY, title TEXT, version TEXT, licence TEXT, redistribution TEXT, citation TEXT, url TEXT, coding TEXT, coverage TEXT, summary TEXT);
CREATE TABLE sources (id TEXT PRIMARY KEY, kind TEXT, publisher TEXT, title TEXT, author TEXT, language TEXT, url TEXT, published TEXT, retrieved TEXT, licence TEXT);
CREATE TABLE topics (id TEXT PRIMARY KEY, label TEXT, parent TEXT);
CREATE TABLE locations (id TEXT PRIMARY KEY, kind TEXT, name TEXT, parent TEXT, country TEXT, latitude REAL, longitude REAL, precision TEXT);
CREATE TABLE actors (id TEXT PRIMARY KEY, kind TEXT, classification TEXT, sector TEXT, name TEXT, country TEXT, part_of TEXT, founded TEXT, dissolved TEXT, summary TEXT);
CREATE TABLE posts (id TEXT PRIMARY KEY, label TEXT, organization TEXT, country TEXT, founded TEXT, dissolved TEXT);
CREATE TABLE memberships (id TEXT PRIMARY KEY, member TEXT, organization TEXT, post TEXT, role TEXT, classification TEXT, status TEXT, start_edtf TEXT, first_day TEXT, end_edtf TEXT, last_day TEXT);
CREATE TABLE series (id TEXT PRIMARY KEY, label TEXT, organization TEXT);
CREATE TABLE situations (id TEXT PRIMARY KEY, title TEXT, kind TEXT, edtf TEXT, first_day TEXT, last_day TEXT, parent TEXT, summary TEXT);
CREATE TABLE situation_parties (situation TEXT, actor TEXT);
CREATE TABLE situation_locations (situation TEXT, location TEXT);
CREATE TABLE events ( -- Columns named after a kind (location, series, dataset …) hold ids of that table. edtf says all that is known of the date (ISO 8601-2), first_day and last_day are the outermost days it can mean.
    -- An event or, where kind says so, a meeting. country is that of the place (ISO 3166-1 alpha-3); score is PLOVER's, −10 to +10.
    id TEXT PRIMARY KEY, kind TEXT, type TEXT, status TEXT, title TEXT, summary TEXT, edtf TEXT, first_day TEXT, last_day TEXT, date_precision TEXT, time_start TEXT, time_end TEXT, time_zone TEXT,
    location TEXT, country TEXT, latitude REAL, longitude REAL, place_precision TEXT, series TEXT, ordinal INTEGER, setting TEXT, host TEXT, venue TEXT, quad_class INTEGER, score REAL, goldstein REAL,
    fatalities_best INTEGER, fatalities_low INTEGER, fatalities_high INTEGER, dataset TEXT, incident TEXT, contested INTEGER, revision INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE event_modes (event TEXT, mode TEXT);
CREATE TABLE event_contexts (event TEXT, context TEXT);
CREATE TABLE event_topics (event TEXT, topic TEXT, certainty TEXT);
CREATE TABLE event_codes (event TEXT, scheme TEXT, code TEXT);
CREATE TABLE participants ( -- A row for each that took part; roles are joined by a bar. inferred names the members that no source states.
    event TEXT, position INTEGER, actor TEXT, name TEXT, label TEXT, roles TEXT, sector TEXT, post TEXT, on_behalf_of TEXT, attendance TEXT, mode TEXT, inferred TEXT);
CREATE TABLE agenda (event TEXT, position INTEGER, title TEXT, result TEXT);
CREATE TABLE outcomes (event TEXT, position INTEGER, kind TEXT, text TEXT);
CREATE TABLE statements (id TEXT PRIMARY KEY, speaker TEXT, post TEXT, on_behalf_of TEXT, event TEXT, edtf TEXT, first_day TEXT, last_day TEXT, text TEXT, lang TEXT, source TEXT, voice TEXT, form TEXT, certainty TEXT, paragraph INTEGER, exact TEXT);
CREATE TABLE statement_topics (statement TEXT, topic TEXT);
CREATE TABLE statement_about (statement TEXT, kind TEXT, id TEXT);
CREATE TABLE relations (id TEXT PRIMARY KEY, from_kind TEXT, from_id TEXT, type TEXT, to_kind TEXT, to_id TEXT, source TEXT, certainty TEXT);
CREATE TABLE claims ( -- A value on which sources differ, as JSON, of the member that pointer leads to.
    id TEXT PRIMARY KEY, record_kind TEXT, record_id TEXT, pointer TEXT, value TEXT, source TEXT, quote TEXT, certainty TEXT, preferred INTEGER);
CREATE TABLE names ( -- Of records of every kind.
    kind TEXT, id TEXT, text TEXT, lang TEXT, script TEXT, type TEXT);
CREATE TABLE identifiers (kind TEXT, id TEXT, scheme TEXT, identifier TEXT);
CREATE TABLE record_sources (kind TEXT, id TEXT, source TEXT);
CREATE TEMP TABLE doc (j BLOB);
-- @every
INSERT INTO identifiers SELECT ?1, j ->> '$.id', e.value ->> '$.scheme', e.value ->> '$.identifier' FROM doc, json_each(j, '$.identifiers') e;
INSERT INTO record_sources SELECT ?1, j ->> '$.id', e.value ->> '$.id' FROM doc, json_each(j, '$.sources') e;
INSERT INTO names SELECT ?1, j ->> '$.id', e.value ->> '$.text', e.value ->> '$.lang', e.value ->> '$.script', e.value ->> '$.type' FROM doc, json_each(j, '$.names') e;
-- @dataset
INSERT INTO datasets SELECT j ->> '$.id', j ->> '$.title', j ->> '$.version', j ->> '$.licence', j ->> '$.redistribution', j ->> '$.citation', j ->> '$.url', j ->> '$.coding', j ->> '$.coverage.edtf', j ->> '$.summary' FROM doc;
-- @source
INSERT INTO sources SELECT j ->> '$.id', j ->> '$.kind', j ->> '$.publisher', j ->> '$.title', j ->> '$.author', j ->> '$.language', j ->> '$.url', j ->> '$.published.edtf', j ->> '$.retrieved.edtf', j ->> '$.licence' FROM doc;
-- @topic
INSERT INTO topics SELECT j ->> '$.id', j ->> '$.label', j ->> '$.parent.id' FROM doc;
-- @location
INSERT INTO locations SELECT j ->> '$.id', j ->> '$.kind', j ->> '$.name', j ->> '$.parent.id', j ->> '$.country', j ->> '$.latitude', j ->> '$.longitude', j ->> '$.precision' FROM doc;
-- @actor
INSERT INTO actors SELECT j ->> '$.id', j ->> '$.kind', j ->> '$.classification', j ->> '$.sector', j ->> '$.name', j ->> '$.country', j ->> '$.partOf.id', j ->> '$.founded.edtf', j ->> '$.dissolved.edtf', j ->> '$.summary' FROM doc;
-- @post
INSERT INTO posts SELECT j ->> '$.id', j ->> '$.label', j ->> '$.organization.id', j ->> '$.country', j ->> '$.start.edtf', j ->> '$.end.edtf' FROM doc;
-- @membership
INSERT INTO memberships SELECT j ->> '$.id', j ->> '$.member.id', j ->> '$.organization.id', j ->> '$.post.id', j ->> '$.role', j ->> '$.classification', j ->> '$.status', j ->> '$.start.edtf', j ->> '$.start.start', j ->> '$.end.edtf', j ->> '$.end.end' FROM doc;
-- @series
INSERT INTO series SELECT j ->> '$.id', j ->> '$.label', j ->> '$.organization.id' FROM doc;
-- @situation
INSERT INTO situations SELECT j ->> '$.id', j ->> '$.title', j ->> '$.kind', j ->> '$.date.edtf', j ->> '$.date.start', j ->> '$.date.end', j ->> '$.parent.id', j ->> '$.summary' FROM doc;
INSERT INTO situation_parties SELECT j ->> '$.id', e.value ->> '$.id' FROM doc, json_each(j, '$.parties') e;
INSERT INTO situation_locations SELECT j ->> '$.id', e.value ->> '$.id' FROM doc, json_each(j, '$.locations') e;
-- @event
INSERT INTO events SELECT j ->> '$.id', j ->> '$.kind', j ->> '$.type', j ->> '$.status', j ->> '$.title', j ->> '$.summary', j ->> '$.date.edtf', j ->> '$.date.start', j ->> '$.date.end', j ->> '$.date.precision',
    j ->> '$.time.start', j ->> '$.time.end', j ->> '$.time.zone', j ->> '$.location.id', j ->> '$.location.country', j ->> '$.location.latitude', j ->> '$.location.longitude', j ->> '$.location.precision',
    j ->> '$.series.id', j ->> '$.ordinal', j ->> '$.setting', j ->> '$.host.id', j ->> '$.venue.id', j ->> '$.quadClass', j ->> '$.score', j ->> '$.goldstein', j ->> '$.fatalities.best', j ->> '$.fatalities.low', j ->> '$.fatalities.high',
    j ->> '$.dataset', j ->> '$.incident', j ->> '$.contested', j ->> '$.revision', j ->> '$.createdAt', j ->> '$.updatedAt' FROM doc;
INSERT INTO event_modes SELECT j ->> '$.id', e.value FROM doc, json_each(j, '$.modes') e;
INSERT INTO event_contexts SELECT j ->> '$.id', e.value FROM doc, json_each(j, '$.contexts') e;
INSERT INTO event_topics SELECT j ->> '$.id', e.value ->> '$.id', e.value ->> '$.certainty' FROM doc, json_each(j, '$.topics') e;
INSERT INTO event_codes SELECT j ->> '$.id', e.value ->> '$.scheme', e.value ->> '$.code' FROM doc, json_each(j, '$.codes') e;
INSERT INTO participants SELECT j ->> '$.id', e.key + 1, e.value ->> '$.actor.id', coalesce(e.value ->> '$.actor.name', e.value ->> '$.label', e.value ->> '$.post.label'), e.value ->> '$.label',
    (SELECT group_concat(r.value, '|') FROM json_each(e.value, '$.roles') r), e.value ->> '$.sector', e.value ->> '$.post.id', e.value ->> '$.onBehalfOf.id', e.value ->> '$.attendance', e.value ->> '$.mode',
    (SELECT group_concat(r.value, '|') FROM json_each(e.value, '$.inferred') r) FROM doc, json_each(j, '$.participants') e;
INSERT INTO agenda SELECT j ->> '$.id', e.key + 1, e.value ->> '$.title', e.value ->> '$.result' FROM doc, json_each(j, '$.agenda') e;
INSERT INTO outcomes SELECT j ->> '$.id', e.key + 1, e.value ->> '$.kind', e.value ->> '$.text' FROM doc, json_each(j, '$.outcomes') e;
-- @statement
INSERT INTO statements SELECT j ->> '$.id', j ->> '$.speaker.id', j ->> '$.post.id', j ->> '$.onBehalfOf.id', j ->> '$.event.id', j ->> '$.date.edtf', j ->> '$.date.start', j ->> '$.date.end', j ->> '$.text', j ->> '$.lang',
    j ->> '$.basis.source.id', j ->> '$.basis.voice', j ->> '$.basis.form', j ->> '$.basis.certainty', j ->> '$.basis.locator.paragraph', j ->> '$.basis.locator.exact' FROM doc;
INSERT INTO statement_topics SELECT j ->> '$.id', e.value ->> '$.id' FROM doc, json_each(j, '$.topics') e;
INSERT INTO statement_about SELECT j ->> '$.id', e.value ->> '$.kind', e.value ->> '$.id' FROM doc, json_each(j, '$.about') e;
-- @relation
INSERT INTO relations SELECT j ->> '$.id', j ->> '$.from.kind', j ->> '$.from.id', j ->> '$.type', j ->> '$.to.kind', j ->> '$.to.id', j ->> '$.basis.source.id', j ->> '$.basis.certainty' FROM doc;
-- @claim
INSERT INTO claims SELECT j ->> '$.id', j ->> '$.record.kind', j ->> '$.record.id', j ->> '$.pointer', j -> '$.value', j ->> '$.source.id', j ->> '$.quote', j ->> '$.certainty', j ->> '$.preferred' FROM doc;
-- @end
-- What was said of events that are not here stays behind with them.
DELETE FROM statements WHERE event IS NOT NULL AND event NOT IN (SELECT id FROM events);
DELETE FROM statements WHERE id IN (SELECT statement FROM statement_about WHERE kind IN ('event', 'meeting') AND id NOT IN (SELECT id FROM events));
DELETE FROM statement_topics WHERE statement NOT IN (SELECT id FROM statements);
DELETE FROM statement_about WHERE statement NOT IN (SELECT id FROM statements);
DELETE FROM relations WHERE from_kind IN ('event', 'meeting') AND from_id NOT IN (SELECT id FROM events) OR to_kind IN ('event', 'meeting') AND to_id NOT IN (SELECT id FROM events);
DELETE FROM claims WHERE record_kind IN ('event', 'meeting') AND record_id NOT IN (SELECT id FROM events) OR record_kind = 'statement' AND record_id NOT IN (SELECT id FROM statements);
DELETE FROM record_sources WHERE kind = 'statement' AND id NOT IN (SELECT id FROM statements) OR kind = 'relation' AND id NOT IN (SELECT id FROM relations) OR kind = 'claim' AND id NOT IN (SELECT id FROM claims);
DELETE FROM identifiers WHERE kind = 'statement' AND id NOT IN (SELECT id FROM statements) OR kind = 'relation' AND id NOT IN (SELECT id FROM relations) OR kind = 'claim' AND id NOT IN (SELECT id FROM claims);
CREATE INDEX events_first_day_idx ON events(first_day);
CREATE INDEX events_country_idx ON events(country, first_day);
CREATE INDEX events_type_idx ON events(type, first_day);
CREATE INDEX events_series_idx ON events(series) WHERE series IS NOT NULL;
CREATE INDEX participants_event_idx ON participants(event);
CREATE INDEX participants_actor_idx ON participants(actor);
CREATE INDEX event_topics_topic_idx ON event_topics(topic, event);
CREATE INDEX event_topics_event_idx ON event_topics(event);
CREATE INDEX event_contexts_event_idx ON event_contexts(event);
CREATE INDEX event_codes_event_idx ON event_codes(event);
CREATE INDEX agenda_event_idx ON agenda(event);
CREATE INDEX outcomes_event_idx ON outcomes(event);
CREATE INDEX statement_topics_statement_idx ON statement_topics(statement);
CREATE INDEX statement_about_statement_idx ON statement_about(statement);
CREATE INDEX event_modes_event_idx ON event_modes(event);
CREATE INDEX memberships_member_idx ON memberships(member);
CREATE INDEX memberships_organization_idx ON memberships(organization);
CREATE INDEX statements_event_idx ON statements(event);
CREATE INDEX names_text_idx ON names(text);
CREATE INDEX identifiers_idx ON identifiers(scheme, identifier);
CREATE INDEX record_sources_idx ON record_sources(kind, id);
-- Licence and citation beside every event.
CREATE VIEW events_with_licence AS SELECT e.*, d.licence, d.citation FROM events e LEFT JOIN datasets d ON d.id = e.dataset;
ANALYZE;
