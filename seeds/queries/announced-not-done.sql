-- title: What is announced or threatened, and has not been reported as done?
-- param size: integer = 50; rows at most
SELECT e.date_start, e.realis, e.type, e.actor_name, e.recipient_name, e.first_published
FROM events e
WHERE e.realis IN ('future', 'hypothetical')
  AND NOT EXISTS (
    SELECT 1 FROM events done
    WHERE done.realis = 'actual' AND done.type = e.type AND done.actor = e.actor
      AND done.first_published > e.first_published
  )
ORDER BY coalesce(e.first_published, ''), e.event
LIMIT :size
