\pset format wrapped
\pset columns 96
SELECT seq, to_char(at, 'HH24:MI:SS') AS at, party, question
FROM mpc.ledger
WHERE role = 'peer'
ORDER BY seq DESC
LIMIT 6;
