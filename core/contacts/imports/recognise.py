"""Which contact each row is about, and what is wrong with the rows.

A row with a number is that contact. Without one it is the contact of the same type
and name, and of the same e-mail and company as far as the row gives them. Where that
fits several contacts, the one that has no more than the row gives is meant: no e-mail,
no company. Or else nobody can tell.

Companies are recognised before people, who may belong to a company of the same file.
"""

from sqlalchemy import Text as SqlText
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from core.contacts.imports import staging_tables as staged
from core.contacts.imports.staging_tables import analyze
from core.vocabulary import ContactType

# Keys are compared in the "C" collation: byte by byte, which is all they need.
# '*' and -1 stand for "any e-mail" and "any company", 0 for "no company".
_KNOWN = text("""
    INSERT INTO pg_temp.contact_import_known
    SELECT type, name_key,
           CASE WHEN grouping(email_key) = 0 THEN email_key ELSE '*' END,
           CASE WHEN grouping(company_key) = 0 THEN company_key ELSE -1 END,
           min(id), count(*),
           CASE grouping(email_key, company_key)
               WHEN 3 THEN min(id) FILTER (WHERE email_key = '' AND company_key = 0)
               WHEN 2 THEN min(id) FILTER (WHERE email_key = '')
               WHEN 1 THEN min(id) FILTER (WHERE company_key = 0)
           END,
           CASE grouping(email_key, company_key)
               WHEN 3 THEN count(*) FILTER (WHERE email_key = '' AND company_key = 0)
               WHEN 2 THEN count(*) FILTER (WHERE email_key = '')
               WHEN 1 THEN count(*) FILTER (WHERE company_key = 0)
           END
    FROM (
        SELECT type, lower(name) COLLATE "C" AS name_key,
               lower(email) COLLATE "C" AS email_key,
               CASE type WHEN 1 THEN coalesce(company_id, 0) ELSE 0 END
                   AS company_key,
               id
        FROM contact
        WHERE lower(name) COLLATE "C" IN (
            SELECT lower(name) COLLATE "C" FROM pg_temp.contact_import_row WHERE no IS NULL
        )
    ) AS candidate
    GROUP BY GROUPING SETS (
        (type, name_key),
        (type, name_key, email_key),
        (type, name_key, company_key),
        (type, name_key, email_key, company_key)
    )
""")

# Without a Type the contact there is decides, then whatever only a person has.
_KINDS = text("""
    INSERT INTO pg_temp.contact_import_kind
    SELECT line_no, contact.id, contact.type,
           coalesce(
               file.type,
               contact.type,
               CASE WHEN num_nonnulls(
                   file.company_no, file.company_name, file.first_name,
                   file.middle_name, file.surname, file.initials, file.job_title,
                   file.organizational_level_code
               ) > 0 THEN 1 ELSE 0 END
           )
    FROM pg_temp.contact_import_row AS file
    LEFT JOIN contact ON contact.no = file.no
""")

# Companies by name: those of the file under the name they will have, the others
# under the name they have. company_id is NULL for a rejected row.
_COMPANY_NAMES = text("""
    INSERT INTO pg_temp.contact_import_company_name
    SELECT name_key, min(company_id), count(DISTINCT company_id),
           min(line_no) FILTER (WHERE company_id IS NULL)
    FROM (
        SELECT lower(file.name) COLLATE "C" AS name_key, line_no,
               CASE WHEN outcome <> 'rejected' THEN contact_id END AS company_id
        FROM pg_temp.contact_import_row AS file
        JOIN pg_temp.contact_import_match AS matched USING (line_no)
        WHERE matched.type = 0 AND file.name IS NOT NULL
        UNION ALL
        SELECT lower(name) COLLATE "C", NULL, id
        FROM contact
        WHERE type = 0
          AND lower(name) COLLATE "C" IN (
              SELECT lower(company_name) COLLATE "C" FROM pg_temp.contact_import_row
              WHERE company_no IS NULL
          )
          AND id NOT IN (
              SELECT matched.contact_id
              FROM pg_temp.contact_import_match AS matched
              JOIN pg_temp.contact_import_row AS file USING (line_no)
              WHERE matched.type = 0 AND matched.outcome <> 'rejected'
                AND file.name IS NOT NULL
          )
    ) AS company
    GROUP BY name_key
""")

_COMPANIES_OF_PEOPLE = text("""
    INSERT INTO pg_temp.contact_import_company
    SELECT file.line_no,
           CASE WHEN file.company_no IS NULL AND named.companies = 1
                    THEN named.company_id
                WHEN existing.type = 0 THEN existing.id
                WHEN existing.id IS NULL AND fresh.outcome <> 'rejected'
                    THEN fresh.contact_id
           END,
           CASE
               WHEN file.company_no IS NULL THEN
                   CASE
                       WHEN named.companies = 1 THEN NULL
                       WHEN named.companies > 1 THEN jsonb_build_object(
                           'code', 'E-CSV-AMBIGUOUS', 'field', 'company_name',
                           'detail', format(
                               '%s companies are called “%s”. Give Company No.',
                               named.companies, file.company_name))
                       WHEN named.rejected_line IS NOT NULL THEN jsonb_build_object(
                           'code', 'E-CSV-COMPANY', 'field', 'company_name',
                           'detail', format(
                               'The company “%s” on line %s is rejected.',
                               file.company_name, named.rejected_line))
                       ELSE jsonb_build_object(
                           'code', 'E-UNKNOWN-CODE', 'field', 'company_name',
                           'detail', format(
                               'There is no company called “%s”.',
                               file.company_name))
                   END
               WHEN existing.type = 0 THEN NULL
               WHEN existing.type = 1 THEN jsonb_build_object(
                   'code', 'E-FIELD', 'field', 'company_no',
                   'detail', format(
                       'Contact %s is a person, no company.', file.company_no))
               WHEN fresh.outcome <> 'rejected' THEN NULL
               WHEN fresh.outcome = 'rejected' THEN jsonb_build_object(
                   'code', 'E-CSV-COMPANY', 'field', 'company_no',
                   'detail', format('The company %s on line %s is rejected.',
                                    file.company_no, fresh.line_no))
               ELSE jsonb_build_object(
                   'code', 'E-UNKNOWN-CODE', 'field', 'company_no',
                   'detail', format('There is no company %s.', file.company_no))
           END
    FROM pg_temp.contact_import_row AS file
    JOIN pg_temp.contact_import_kind AS kind USING (line_no)
    LEFT JOIN contact AS existing ON existing.no = file.company_no
    LEFT JOIN (
        SELECT DISTINCT ON (numbered.no)
               numbered.no, line_no, matched.outcome, matched.contact_id
        FROM pg_temp.contact_import_row AS numbered
        JOIN pg_temp.contact_import_match AS matched USING (line_no)
        WHERE matched.type = 0 AND numbered.no IS NOT NULL
        ORDER BY numbered.no, line_no
    ) AS fresh ON fresh.no = file.company_no
    LEFT JOIN pg_temp.contact_import_company_name AS named
        ON file.company_no IS NULL AND named.name_key = lower(file.company_name) COLLATE "C"
    WHERE kind.type = 1
      AND num_nonnulls(file.company_no, file.company_name) > 0
""")

_FOUND = text("""
    INSERT INTO pg_temp.contact_import_found
    SELECT line_no, found_id, company_id, company_problem,
           CASE WHEN found_id IS NULL THEN contacts END,
           min(line_no) OVER (
               PARTITION BY
                   CASE
                       WHEN found_id IS NOT NULL THEN 'id ' || found_id
                       WHEN no IS NOT NULL THEN 'no ' || no
                       WHEN name_key IS NULL THEN 'line ' || line_no
                       ELSE concat_ws(chr(31), 'key', name_key, email_key, company_key)
                   END COLLATE "C"
           )
    FROM (
        SELECT file.line_no, file.no, file.name_key, file.email_key, file.company_key,
               file.company_id, file.company_problem, known.contacts,
               CASE WHEN file.no IS NOT NULL THEN file.by_no
                    WHEN known.contacts = 1 THEN known.any_id
                    WHEN known.plain_contacts = 1 THEN known.plain_id
               END AS found_id
        FROM (
            SELECT line_no, file.no, kind.contact_id AS by_no,
                   lower(file.name) COLLATE "C" AS name_key,
                   coalesce(lower(file.email), '*') COLLATE "C" AS email_key,
                   coalesce(company.company_id, -1) AS company_key,
                   company.company_id, company.problem AS company_problem
            FROM pg_temp.contact_import_row AS file
            JOIN pg_temp.contact_import_kind AS kind USING (line_no)
            LEFT JOIN pg_temp.contact_import_company AS company USING (line_no)
            WHERE kind.type = :type
        ) AS file
        LEFT JOIN pg_temp.contact_import_known AS known
            ON file.no IS NULL AND known.type = :type
            AND known.name_key = file.name_key
            AND known.email_key = file.email_key
            AND known.company_key = file.company_key
    ) AS recognised
""")

_MATCHED = text("""
    INSERT INTO pg_temp.contact_import_match
    SELECT line_no, :type,
           CASE WHEN found_id IS NOT NULL THEN found_id
                WHEN problems = '[]'
                    THEN nextval(pg_get_serial_sequence('contact', 'id'))
           END,
           CASE WHEN problems <> '[]' THEN 'rejected'
                WHEN found_id IS NULL THEN 'new'
                ELSE 'known'
           END,
           company_id, problems
    FROM (
        SELECT line_no, found.found_id, found.company_id,
            file.problems || to_jsonb(array_remove(ARRAY[
                found.company_problem,
                CASE WHEN found.first_line < line_no THEN jsonb_build_object(
                    'code', 'E-CSV-TWICE', 'field', NULL, 'detail', format(
                        'The same contact is already on line %s.',
                        found.first_line)) END,
                CASE WHEN found.contacts > 1 THEN jsonb_build_object(
                    'code', 'E-CSV-AMBIGUOUS', 'field', 'name', 'detail', format(
                        '%s contacts fit “%s”. Give No.',
                        found.contacts, file.name)) END,
                CASE WHEN existing.type <> :type THEN jsonb_build_object(
                    'code', 'E-CSV-TYPE', 'field', 'type', 'detail', format(
                        'Contact %s is a %s. Its type is changed on its page only.',
                        existing.no,
                        CASE existing.type WHEN 0 THEN 'company' ELSE 'person' END
                    )) END,
                CASE WHEN existing.id IS NULL AND file.name IS NULL
                          AND NOT file.problems @> '[{"code": "E-CSV-FORMAT"}]'
                    THEN jsonb_build_object(
                        'code', 'E-FIELD', 'field', 'name',
                        'detail', 'A new contact must have a name.') END,
                CASE WHEN existing.id IS NULL AND file.no IS NOT NULL
                          AND CAST(:no_manual AS text) IS NOT NULL
                    THEN jsonb_build_object(
                        'code', 'E-SERIES-MANUAL', 'field', 'no',
                        'detail', format(:no_manual, file.no)) END,
                CASE WHEN kept.no IS NOT NULL THEN jsonb_build_object(
                    'code', 'E-MERGED', 'field', 'no', 'detail', format(
                        'Contact %s was merged into contact %s. Give that number.',
                        file.no, kept.no)) END,
                CASE WHEN :type = 0 AND num_nonnulls(
                        file.first_name, file.middle_name, file.surname,
                        file.initials, file.job_title,
                        file.organizational_level_code) > 0
                    THEN jsonb_build_object(
                        'code', 'E-FIELD', 'field', 'first_name', 'detail',
                        'A company has no first name, surname, initials, job title '
                        'or level.'
                    ) END,
                CASE WHEN file.salesperson_code IS NOT NULL
                          AND salesperson.code IS NULL
                    THEN jsonb_build_object(
                        'code', 'E-UNKNOWN-CODE', 'field', 'salesperson_code',
                        'detail', format('There is no Salesperson Code %s.',
                                         file.salesperson_code)) END,
                CASE WHEN salesperson.privacy_blocked THEN jsonb_build_object(
                    'code', 'E-FIELD', 'field', 'salesperson_code', 'detail', format(
                        'Salesperson %s is blocked for privacy and can take no '
                        'contact.', salesperson.code)) END,
                CASE WHEN file.territory_code IS NOT NULL AND territory.code IS NULL
                    THEN jsonb_build_object(
                        'code', 'E-UNKNOWN-CODE', 'field', 'territory_code',
                        'detail', format('There is no Territory Code %s.',
                                         file.territory_code)) END,
                CASE WHEN file.language_code IS NOT NULL AND language.code IS NULL
                    THEN jsonb_build_object(
                        'code', 'E-UNKNOWN-CODE', 'field', 'language_code',
                        'detail', format('There is no Language Code %s.',
                                         file.language_code)) END,
                CASE WHEN file.salutation_code IS NOT NULL AND salutation.code IS NULL
                    THEN jsonb_build_object(
                        'code', 'E-UNKNOWN-CODE', 'field', 'salutation_code',
                        'detail', format('There is no Salutation Code %s.',
                                         file.salutation_code)) END,
                CASE WHEN file.organizational_level_code IS NOT NULL
                          AND level.code IS NULL
                    THEN jsonb_build_object(
                        'code', 'E-UNKNOWN-CODE',
                        'field', 'organizational_level_code',
                        'detail', format('There is no Organizational Level Code %s.',
                                         file.organizational_level_code)) END,
                CASE WHEN file.parental_consent_received
                          AND NOT coalesce(file.minor, existing.minor, false)
                    THEN jsonb_build_object(
                        'code', 'E-FIELD', 'field', 'parental_consent_received',
                        'detail', 'Parental Consent Received belongs to minors only.'
                    ) END,
                CASE WHEN NOT file.privacy_blocked
                          AND coalesce(file.minor, existing.minor, false)
                          AND NOT coalesce(file.parental_consent_received,
                                           existing.parental_consent_received, false)
                    THEN jsonb_build_object(
                        'code', 'E-FIELD', 'field', 'privacy_blocked', 'detail',
                        'A minor stays blocked for privacy until parental consent '
                        'is received.') END,
                CASE WHEN :type = 1 AND existing.id IS NOT NULL
                          AND found.company_id IS NOT NULL
                          AND existing.company_id IS DISTINCT FROM found.company_id
                    THEN (
                        SELECT jsonb_build_object(
                            'code', 'E-IN-USE', 'field', 'company_no',
                            'detail', format(
                                'The company cannot be changed: %s is on a line of '
                                'segment %s.',
                                existing.no, string_agg(DISTINCT segment.no, ', ')))
                        FROM segment_line AS line
                        JOIN segment ON segment.id = line.segment_id
                        WHERE line.contact_id = existing.id
                          AND line.added_by <= segment.head
                          AND (line.removed_by IS NULL
                               OR line.removed_by > segment.head)
                        HAVING count(*) > 0
                    ) END
            ], NULL)) AS problems
        FROM pg_temp.contact_import_found AS found
        JOIN pg_temp.contact_import_row AS file USING (line_no)
        LEFT JOIN contact AS existing ON existing.id = found.found_id
        LEFT JOIN merged_contact AS merged ON merged.no = file.no
        LEFT JOIN contact AS kept ON kept.id = merged.contact_id
        LEFT JOIN salesperson ON salesperson.code = file.salesperson_code
        LEFT JOIN territory ON territory.code = file.territory_code
        LEFT JOIN language ON language.code = file.language_code
        LEFT JOIN salutation ON salutation.code = file.salutation_code
        LEFT JOIN organizational_level AS level
            ON level.code = file.organizational_level_code
    ) AS judged
    ORDER BY line_no
""").bindparams(bindparam("no_manual", type_=SqlText))


def recognise(session: Session, no_manual: str | None) -> None:
    """Fill `matches` for every row: new, known or rejected with all reasons.

    `no_manual` says why new contacts cannot bring their own number (%s is the
    number); None: they can.
    """
    session.execute(_KNOWN)
    analyze(session, staged.known)
    session.execute(_KINDS)
    analyze(session, staged.kinds)
    _match(session, ContactType.COMPANY, no_manual)
    session.execute(_COMPANY_NAMES)
    session.execute(_COMPANIES_OF_PEOPLE)
    analyze(session, staged.companies)
    _match(session, ContactType.PERSON, no_manual)


def _match(session: Session, kind: ContactType, no_manual: str | None) -> None:
    session.execute(staged.found.delete())
    session.execute(_FOUND, {"type": int(kind)})
    analyze(session, staged.found)
    session.execute(_MATCHED, {"type": int(kind), "no_manual": no_manual})
    analyze(session, staged.matches)
