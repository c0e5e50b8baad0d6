-- What seed_load fills in for every organization in the temporary table load_org (organization_id, people, cohorts,
-- seats, detailed). Each statement ends with a line of dashes. Numbers stand in for chance: seed, person and cohort.

-- name: grades
INSERT INTO directory_grade (organization_id, code, name, rank)
SELECT o.organization_id, g::text, 'Grade ' || g, g FROM load_org o, generate_series(3, 10) g
--
-- name: job_events
INSERT INTO directory_jobevent (organization_id, person_id, event, effective_date, job_title, grade_id, business_unit)
SELECT p.organization_id, p.id, 'hire', p.hire_date, p.job_title, g.id, p.business_unit
FROM directory_person p JOIN load_org o USING (organization_id)
JOIN directory_grade g ON g.organization_id = p.organization_id AND g.code = '4'
--
-- name: promotions
INSERT INTO directory_jobevent (organization_id, person_id, event, effective_date, job_title, grade_id, business_unit)
SELECT p.organization_id, p.id, 'promotion', p.hire_date + 600 + (p.id * 37 % 1500)::int, p.job_title, p.grade_id, p.business_unit
FROM directory_person p JOIN load_org o USING (organization_id)
WHERE p.id % 3 = 0 AND p.hire_date + 600 + (p.id * 37 % 1500)::int < coalesce(p.termination_date, current_date)
--
-- name: terminations
INSERT INTO directory_jobevent (organization_id, person_id, event, effective_date, job_title, grade_id, business_unit)
SELECT p.organization_id, p.id, 'termination', p.termination_date, p.job_title, p.grade_id, p.business_unit
FROM directory_person p JOIN load_org o USING (organization_id) WHERE p.termination_date IS NOT NULL
--
-- name: ratings
INSERT INTO directory_performancerating (organization_id, person_id, year, rating)
SELECT p.organization_id, p.id, extract(year FROM current_date)::int - y, 2.5 + (p.id * 13 + y * 7) % 6 * 0.5
FROM directory_person p JOIN load_org o USING (organization_id), generate_series(1, 3) y
--
-- name: accounts
INSERT INTO directory_account (organization_id, account_number, name, kind, city, region, country, complexity, owner_id, updated_at)
SELECT p.organization_id, 'C' || p.id, 'Customer ' || p.last_name || ' ' || p.id,
  (ARRAY['idn', 'payer', 'aco', 'pbm', 'gpo', 'hospital_system'])[1 + p.id % 6], 'Springfield', 'IL', 'US', 1 + p.id % 10, p.id, now()
FROM directory_person p JOIN load_org o USING (organization_id) WHERE p.id % 20 = 0
--
-- name: plain_programs
INSERT INTO cohorts_program (organization_id, name, summary, blueprint, length_months, state, signed_off_at, reopened_why, created_at)
SELECT o.organization_id, 'Account Director Development', '', '', 18, 'signed_off', now(), '', now() FROM load_org o WHERE NOT detailed
--
-- name: plain_competencies
INSERT INTO cohorts_competency (organization_id, program_id, name, description, position)
SELECT p.organization_id, p.id, 'Business acumen', '', 0 FROM cohorts_program p JOIN load_org o USING (organization_id) WHERE NOT detailed
--
-- name: plain_behaviors
INSERT INTO cohorts_behavior (organization_id, competency_id, text, anchors, position)
SELECT c.organization_id, c.id, 'Explains how a customer earns and spends money', ARRAY['1', '2', '3', '4', '5'], 0
FROM cohorts_competency c JOIN load_org o USING (organization_id) WHERE NOT detailed
--
-- name: cohorts
INSERT INTO cohorts_cohort (organization_id, program_id, name, state, starts_on, ends_on, seats, markets,
  nominations_open_on, nominations_close_on, decisions_due_on, released_at, created_at)
SELECT organization_id, program_id, 'Cohort ' || n, state, starts_on, starts_on + 540, seats, '{}', starts_on - 112, starts_on - 84,
  starts_on - 35, CASE WHEN state IN ('running', 'graduated') THEN (starts_on - 35) + time '14:00' END, now()
FROM (
  SELECT o.organization_id, o.seats, n, CASE (n + 2) % 20 WHEN 0 THEN 'nominating' WHEN 1 THEN 'assessing' WHEN 2 THEN 'selecting'
      WHEN 3 THEN 'running' WHEN 4 THEN 'running' WHEN 5 THEN 'running' WHEN 6 THEN 'running' ELSE 'graduated' END AS state,
    current_date + CASE (n + 2) % 20 WHEN 0 THEN 95 WHEN 1 THEN 60 WHEN 2 THEN 40 WHEN 3 THEN -120 WHEN 4 THEN -180 WHEN 5 THEN -240
      WHEN 6 THEN -300 ELSE -600 - n * 7 END AS starts_on,
    (SELECT id FROM cohorts_program p WHERE p.organization_id = o.organization_id ORDER BY id LIMIT 1) AS program_id
  FROM load_org o, generate_series(1, o.cohorts) n
) made
--
-- name: plans
INSERT INTO selection_selectionplan (organization_id, cohort_id, time_zone, conflict_levels, created_at)
SELECT c.organization_id, c.id, 'America/New_York', 2, c.created_at FROM cohorts_cohort c JOIN load_org o USING (organization_id)
--
-- name: criteria
INSERT INTO selection_criterion (organization_id, plan_id, kind, weight, position)
SELECT p.organization_id, p.id, k.kind, k.weight, k.position FROM selection_selectionplan p JOIN load_org o USING (organization_id),
  (VALUES ('performance', 30, 0), ('potential', 20, 1), ('assessment', 50, 2)) k (kind, weight, position)
--
-- name: groups
INSERT INTO selection_eligibilitygroup (organization_id, plan_id, match, position)
SELECT p.organization_id, p.id, 'all', 0 FROM selection_selectionplan p JOIN load_org o USING (organization_id)
--
-- name: rules
INSERT INTO selection_eligibilityrule (organization_id, plan_id, group_id, fact, is_on, threshold, count, how, listed, position)
SELECT g.organization_id, g.plan_id, g.id, r.fact, true, r.threshold, r.count, 'each', '[]', r.position
FROM selection_eligibilitygroup g JOIN load_org o USING (organization_id),
  (VALUES ('employed', NULL, NULL, 0), ('tenure', 24.0, NULL, 1), ('ratings', 3.0, 2, 2)) r (fact, threshold, count, position)
--
-- name: places
CREATE TEMPORARY TABLE load_place ON COMMIT DROP AS
SELECT c.organization_id, c.id AS cohort_id, c.state, c.starts_on, s AS seat, o.seats, p.id AS person_id, p.manager_id, o.detailed
FROM load_org o
JOIN (SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY id) AS n FROM cohorts_cohort) c USING (organization_id)
CROSS JOIN LATERAL generate_series(0, 2 * o.seats - 1) s
JOIN directory_person p ON p.organization_id = o.organization_id
  AND p.employee_number = 'L' || 10 + (c.n * 2 * o.seats + s) % (o.people - 10)
--
-- name: index_places
CREATE INDEX ON load_place (organization_id, cohort_id, person_id)
--
-- name: candidates
INSERT INTO selection_candidate (organization_id, cohort_id, person_id, state, created_at, withdrawn_why)
SELECT organization_id, cohort_id, person_id, CASE WHEN state = 'nominating' AND seat % 2 = 0 THEN 'proposed' ELSE 'admitted' END,
  (starts_on - 100) + time '12:00', '' FROM load_place
--
-- name: nominations
INSERT INTO selection_nomination (organization_id, candidate_id, nominator_id, state, rationale, evidence, performance_view,
  potential_view, eligibility, submitted_at, created_at, updated_at)
SELECT c.organization_id, c.id, p.manager_id, CASE c.state WHEN 'proposed' THEN 'submitted' ELSE 'approved' END,
  'Ready for a larger account within a year.', 'Opened the last review with the numbers of the customer.', 3 + p.seat % 3, 3 + p.seat % 2,
  '[]', c.created_at + interval '3 days', c.created_at, c.created_at
FROM selection_candidate c JOIN load_place p USING (organization_id, cohort_id, person_id)
--
-- name: approvals
INSERT INTO selection_approval (organization_id, nomination_id, round, position, approver_id, role, terms, why, state, asked_at, due_on, remark,
  answer, decided_at)
SELECT n.organization_id, n.id, 1, 1, m.manager_id, 'ld_admin', '{}', '', CASE n.state WHEN 'submitted' THEN 'asked' ELSE 'approved' END, n.submitted_at,
  n.submitted_at::date + 7, '', '', CASE n.state WHEN 'submitted' THEN NULL ELSE n.submitted_at + interval '2 days' END
FROM selection_nomination n JOIN load_org o USING (organization_id)
JOIN directory_person m ON m.organization_id = n.organization_id AND m.id = n.nominator_id
--
-- name: assessors
INSERT INTO selection_assessor (organization_id, cohort_id, person_id, added_at, trained_for)
SELECT c.organization_id, c.id, p.id, now(), '{}' FROM cohorts_cohort c JOIN load_org o USING (organization_id)
JOIN directory_person p ON p.organization_id = o.organization_id AND p.employee_number IN ('L2', 'L3', 'L4', 'L5', 'L6', 'L7')
WHERE c.state IN ('assessing', 'selecting')
--
-- name: exercises
INSERT INTO selection_exercise (organization_id, plan_id, kind, name, minutes, preparation_minutes, assessors, materials, whole, position)
SELECT p.organization_id, p.id, 'general', 'Assessment', 60, 0, 2, '', true, 0 FROM selection_selectionplan p JOIN load_org o USING (organization_id)
--
-- name: scoresheets
INSERT INTO selection_scoresheet (organization_id, candidate_id, exercise_id, assessor_id, pinned, version, state, why, due_on, assigned_at, saved_at, submitted_at)
SELECT c.organization_id, c.id, e.id, a.id, false, 0, CASE WHEN p.state = 'selecting' OR c.id % 3 > 0 THEN 'submitted' ELSE 'open' END, '', current_date + 5,
  now() - interval '9 days', NULL, CASE WHEN p.state = 'selecting' OR c.id % 3 > 0 THEN now() - interval '2 days' END
FROM selection_candidate c JOIN load_place p USING (organization_id, cohort_id, person_id)
JOIN (SELECT *, row_number() OVER (PARTITION BY cohort_id ORDER BY id) AS n FROM selection_assessor) a
  ON a.organization_id = c.organization_id AND a.cohort_id = c.cohort_id AND (a.n - 1) / 2 = c.id % 3
JOIN selection_selectionplan plan ON plan.organization_id = c.organization_id AND plan.cohort_id = c.cohort_id
JOIN selection_exercise e ON e.organization_id = plan.organization_id AND e.plan_id = plan.id
--
-- name: slates
INSERT INTO selection_slate (organization_id, cohort_id, state, weights, tie_break, tie_seed, seats, drawn_at, released_at, quotas, knock_outs,
  plan_version)
SELECT c.organization_id, c.id, CASE c.state WHEN 'selecting' THEN 'open' ELSE 'released' END,
  '{"performance": 30, "potential": 20, "assessment": 50}', ARRAY['assessment', 'performance'], c.name, c.seats,
  coalesce(c.released_at, now()), c.released_at, '{}', '{}', 1
FROM cohorts_cohort c JOIN load_org o USING (organization_id) WHERE c.state IN ('selecting', 'running', 'graduated')
--
-- name: decisions
INSERT INTO selection_decision (organization_id, slate_id, candidate_id, rank, place, composite, scores, points, missing, is_tied, unranked_why,
  assessors_count, outcome, reason, remark, decided_at, market, is_knocked_out)
SELECT c.organization_id, s.id, c.id, p.seat + 1, p.seat + 1, 90 - p.seat * 0.5, '{"performance": "70.00", "potential": "60.00", "assessment": "65.00"}',
  '{"performance": "21.00", "potential": "12.00", "assessment": "32.50"}', '{}', false, '', 2,
  CASE WHEN s.state = 'open' THEN '' WHEN p.seat < p.seats THEN 'selected' ELSE 'not_selected' END,
  CASE WHEN s.state = 'open' THEN '' ELSE 'rank' END, '', s.released_at, '', false
FROM selection_candidate c JOIN load_place p USING (organization_id, cohort_id, person_id)
JOIN selection_slate s USING (organization_id, cohort_id)
--
-- name: participants
INSERT INTO cohorts_participant (organization_id, cohort_id, person_id, state, state_reason, open_at_graduation, enrolled_at, graduated_on)
SELECT organization_id, cohort_id, person_id, CASE state WHEN 'graduated' THEN 'graduated' ELSE 'active' END, '', 0,
  (starts_on - 35) + time '14:00', CASE state WHEN 'graduated' THEN starts_on + 540 END
FROM load_place WHERE state IN ('running', 'graduated') AND seat < seats
--
-- name: scores
INSERT INTO cohorts_competencyscore (organization_id, person_id, competency_id, source, score, as_of)
SELECT p.organization_id, p.person_id, k.id, 'assessment', 1.5 + (p.person_id * 7 + k.id * 3) % 30 * 0.1, p.starts_on - 35
FROM load_place p JOIN cohorts_cohort c ON c.organization_id = p.organization_id AND c.id = p.cohort_id
JOIN cohorts_competency k ON k.organization_id = p.organization_id AND k.program_id = c.program_id
WHERE p.state IN ('running', 'graduated')
--
-- name: journeys
INSERT INTO curriculum_journey (organization_id, cohort_id, starts_on, market, zone, scheduled_at)
SELECT c.organization_id, c.id, c.starts_on, 'US', 'America/New_York', now()
FROM cohorts_cohort c JOIN load_org o USING (organization_id) WHERE c.state = 'running' AND o.detailed
--
-- name: journey_modules
INSERT INTO curriculum_journeymodule (organization_id, journey_id, module_id, starts_on, ends_on)
SELECT j.organization_id, j.id, m.id, j.starts_on + m.offset_months * 30 + m.offset_days * 7 / 5,
  j.starts_on + m.offset_months * 30 + m.offset_days * 7 / 5 + m.length_days * 7 / 5
FROM curriculum_journey j JOIN load_org o USING (organization_id) JOIN cohorts_cohort c ON c.organization_id = j.organization_id AND c.id = j.cohort_id
JOIN curriculum_module m ON m.organization_id = j.organization_id AND m.program_id = c.program_id
--
-- name: participant_journeys
INSERT INTO curriculum_participantjourney (organization_id, journey_id, participant_id, joined_on)
SELECT j.organization_id, j.id, p.id, j.starts_on FROM curriculum_journey j JOIN load_org o USING (organization_id)
JOIN cohorts_participant p USING (organization_id, cohort_id)
--
-- name: activities
INSERT INTO curriculum_participantactivity (organization_id, participant_id, activity_id, opens_on, due_on, is_asked, state, done_at, reflection,
  remind_at, reminder)
SELECT organization_id, participant_id, activity_id, opens_on, due_on, true,
  CASE WHEN due_on < current_date - (participant_id % 9)::int THEN 'done' ELSE 'to_do' END,
  CASE WHEN due_on < current_date - (participant_id % 9)::int THEN due_on + time '12:00' END, '',
  CASE WHEN due_on >= current_date + 3 THEN due_on - 2 + time '14:00' END, CASE WHEN due_on >= current_date + 3 THEN 'soon' ELSE '' END
FROM (
  SELECT p.organization_id, p.id AS participant_id, a.id AS activity_id, a.duration_days,
    jm.starts_on + a.offset_days * 7 / 5 AS opens_on, jm.starts_on + (a.offset_days + a.duration_days) * 7 / 5 AS due_on
  FROM curriculum_journeymodule jm JOIN load_org o USING (organization_id)
  JOIN curriculum_journey j ON j.organization_id = jm.organization_id AND j.id = jm.journey_id
  JOIN curriculum_activity a ON a.organization_id = jm.organization_id AND a.module_id = jm.module_id
  JOIN cohorts_participant p ON p.organization_id = j.organization_id AND p.cohort_id = j.cohort_id
) dated
--
-- name: sessions
INSERT INTO curriculum_session (organization_id, journey_id, activity_id, day, starts, zone, minutes, place, link, set_by_hand, state)
SELECT jm.organization_id, jm.journey_id, a.id, jm.starts_on + a.offset_days * 7 / 5, a.session_starts, 'America/New_York',
  coalesce(a.minutes, 60), 'Video', '', false, CASE WHEN jm.starts_on + a.offset_days * 7 / 5 < current_date THEN 'held' ELSE 'planned' END
FROM curriculum_journeymodule jm JOIN load_org o USING (organization_id)
JOIN curriculum_activity a ON a.organization_id = jm.organization_id AND a.module_id = jm.module_id AND a.mode IN ('virtual', 'workshop')
--
-- name: seats
INSERT INTO curriculum_attendance (organization_id, session_id, participant_id, state)
SELECT s.organization_id, s.id, p.id, CASE s.state WHEN 'held' THEN 'attended' ELSE 'expected' END
FROM curriculum_session s JOIN load_org o USING (organization_id)
JOIN curriculum_journey j ON j.organization_id = s.organization_id AND j.id = s.journey_id
JOIN cohorts_participant p ON p.organization_id = j.organization_id AND p.cohort_id = j.cohort_id
--
-- name: mentors
INSERT INTO mentoring_mentor (organization_id, person_id, state, hours_per_month, account_types, therapeutic_areas, languages, reason, invited_at,
  answered_at)
SELECT p.organization_id, p.id, 'active', 6, ARRAY['idn', 'payer'], ARRAY['oncology', 'immunology'], ARRAY['en'], '', now(), now()
FROM directory_person p JOIN load_org o USING (organization_id)
WHERE p.termination_date IS NULL AND p.employee_number ~ CASE WHEN o.people > 20000 THEN '^L[0-9]*99$' ELSE '^L[0-9]*9$' END
--
-- name: strengths
INSERT INTO mentoring_mentorstrength (organization_id, mentor_id, competency_id, level)
SELECT m.organization_id, m.id, c.id, 2 + (m.id + c.id) % 4 FROM mentoring_mentor m JOIN load_org o USING (organization_id)
JOIN cohorts_competency c USING (organization_id)
WHERE c.program_id = (SELECT min(p.id) FROM cohorts_program p WHERE p.organization_id = m.organization_id)
--
-- name: mentorships
INSERT INTO mentoring_mentorship (organization_id, mentor_id, participant_id, state, fit, points, started_on, ended_why, last_session_on, silence,
  silence_due_at, check_in_on, check_in_due_at)
SELECT p.organization_id, m.id, p.id, 'active', 700, '{}', c.starts_on, '', current_date - (p.id % 25)::int, 0,
  now() + (5 + p.id % 25) * interval '1 day', current_date + 9, now() + interval '9 days'
FROM (SELECT p.*, row_number() OVER (PARTITION BY p.organization_id ORDER BY p.id) - 1 AS n FROM cohorts_participant p WHERE p.state = 'active') p
JOIN load_org o USING (organization_id) JOIN cohorts_cohort c ON c.organization_id = p.organization_id AND c.id = p.cohort_id
JOIN (SELECT *, row_number() OVER (PARTITION BY organization_id ORDER BY id) - 1 AS n, count(*) OVER (PARTITION BY organization_id) AS many
  FROM mentoring_mentor) m ON m.organization_id = p.organization_id AND m.n = p.n % m.many
WHERE m.person_id <> p.person_id
  AND p.cohort_id <> (SELECT max(r.id) FROM cohorts_cohort r WHERE r.organization_id = p.organization_id AND r.state = 'running')
--
-- name: sessions_logged
INSERT INTO mentoring_coachingsession (organization_id, mentorship_id, held_on, minutes, kind, shared_notes, state, amend_why, logged_at,
  confirmed_at, form_token)
SELECT m.organization_id, m.id, m.last_session_on - k * 26, 45, 'coaching', 'Went through the stakeholder map.', 'confirmed', '',
  m.last_session_on - k * 26 + time '17:00', m.last_session_on - k * 26 + time '19:00', gen_random_uuid()
FROM mentoring_mentorship m JOIN load_org o USING (organization_id), generate_series(0, 4) k WHERE m.last_session_on - k * 26 >= m.started_on
--
-- name: notifications
INSERT INTO notifications_notification (organization_id, person_id, kind, about_type, period, subject, why, body, action, path, urgent, state,
  reason, not_before, attempts, sent_at, read_at, created_at)
SELECT p.organization_id, p.person_id, 'cohorts.enrolled', 'load', k::text || '-' || p.cohort_id, 'You are in', 'You have been selected.', '[]', '', '',
  false, 'sent', '', p.starts_on - k * 5 + time '09:00', 1, p.starts_on - k * 5 + time '09:00', p.starts_on - k * 5 + time '10:00', now()
FROM load_place p, generate_series(1, 5) k
--
-- name: audit
INSERT INTO audit_auditentry (organization_id, at, actor_name, verb, object_type, object_id, object_label, before, after, why)
SELECT p.organization_id, p.starts_on - k + time '09:00', 'AMDP', 'participant.changed', 'cohorts.participant', p.person_id, 'Somebody', '{}', '{}', ''
FROM load_place p, generate_series(1, 5) k
--
