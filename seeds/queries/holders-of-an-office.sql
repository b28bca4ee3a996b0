-- title: Who held an office on a day?
-- description: An end that is NULL is open; dates may be prefixes (`2013-03`).
-- param country: text = VEN; country of the office, ISO 3166-1 alpha-3
-- param office: text = %foreign%; words of the office in small letters, % stands for any others
-- param day: date = 2019-05-05; the day asked for
SELECT name, office, valid_from, valid_to
FROM actor_roles
WHERE country = :country AND lower(office) LIKE :office
  AND coalesce(valid_from, '0000') <= :day AND coalesce(valid_to, '9999') >= :day
ORDER BY name, office
