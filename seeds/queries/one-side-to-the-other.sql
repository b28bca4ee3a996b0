-- title: What did one side do to the other, in order of time, with the words that say so?
-- param actor_country: text = RUS; country of who acts, ISO 3166-1 alpha-3
-- param recipient_country: text = VEN; country of who is acted upon, ISO 3166-1 alpha-3
-- param realis: text = actual; realis of the events that count: actual, attempted, future, hypothetical, negated, historical
-- param size: integer = 50; rows at most
SELECT e.date_start, e.type, e.mode, e.actor_name, e.recipient_name, r.source, r.sentence
FROM events e
JOIN event_reports r ON r.event = e.event
WHERE e.actor_country = :actor_country AND e.recipient_country = :recipient_country AND e.realis = :realis
ORDER BY coalesce(e.date_start, ''), r.report
LIMIT :size
