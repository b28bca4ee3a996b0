-- title: How does each outlet report one event?
-- description: The event with most outlets, each report with its own words and confidence.
WITH widest AS (
    SELECT event FROM events ORDER BY source_count DESC, report_count DESC, event LIMIT 1
)
SELECT r.source, r.published_date, r.trigger_text, r.sentence, r.realis, r.confidence
FROM event_reports r
JOIN widest w ON w.event = r.event
ORDER BY coalesce(r.published_date, ''), r.report
