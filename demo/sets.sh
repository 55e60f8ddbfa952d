# shellcheck shell=bash disable=SC2154
#
# A bank and two shops: which customers have they in common? Sourced by demo/run; each question beside plain SQL over the
# tables of all. The servers of three offices play them, each with customers and a federation of its own.

sets_at='northeast midwest south'
for office in $sets_at
do
	partners=$(printf '%s, ' ${sets_at/$office/})
	dba "$office" -v parties="{$office}" -f - < demo/customers.sql > /dev/null
	dba "$office" -v partners="${partners%, }" -f - < demo/trade.sql > /dev/null
done
dba northeast -d everybody -v parties="{${sets_at// /,}}" -f - < demo/customers.sql > /dev/null
# Sums are of two: bank and first shop have another federation for them. Which of south's customers are in one and not in the other does
# not show there, since two parties have no other sums: so the overlap may be.
for office in northeast midwest
do
	case $office in northeast) partner=midwest ;; *) partner=northeast ;; esac
	dba "$office" -c "CREATE SERVER campaign FOREIGN DATA WRAPPER mpc_federation OPTIONS (parties '$partner')" > /dev/null
	dba "$office" -c "SELECT mpc_publish('campaign', 'trade.customers', federation => 'campaign', allow_overlap => true,
		identifiers => '{email}', keys => '{segment}', measures => '{spent}', \"intersect\" => 'sum')" > /dev/null
	dba "$office" -c 'IMPORT FOREIGN SCHEMA trade FROM SERVER trade INTO joint;
		IMPORT FOREIGN SCHEMA campaign FROM SERVER campaign INTO joint;
		GRANT SELECT ON joint.customers, joint.campaign TO analyst' > /dev/null
done

# ask_sets office joint plain: the joint answer, and the same of the tables of all.
ask_sets()
{
	local joint union
	show_sql "$1" "$2"
	joint=$(analyst "$1" -q -v ON_ERROR_STOP=1 -c "$2")
	printf '%s\n' "$joint" | show_rows
	union=$(dba northeast -d everybody -c "$3")
	printf '\n   plain SQL over the tables of all:\n'
	show_sql everybody "$3"
	printf '%s\n' "$union" | sed '1,2d' | show_rows
	[ "$joint" = "$union" ] || wrong 'NOT EQUAL'
	echo '   equal to the last digit.'
	equal=$((equal + 1))
}

title 'A bank and two shops' 'Customers in common, found by blinded points of a curve. northeast plays the bank, midwest and south the shops.'
ask_sets northeast 'SELECT mpc_intersect_count(email) AS in_all_three FROM joint.customers;' \
	"SELECT count(*) AS in_all_three FROM (SELECT email FROM trade.customers
    GROUP BY email HAVING count(DISTINCT party) = 3) AS c;"
echo
ask_sets northeast "SELECT count(*), (array_agg(m ORDER BY m))[1:3] AS first_three, md5(string_agg(m, ' ' ORDER BY m)) AS all_of_them
FROM mpc_intersect('joint.customers', 'email') AS m;" \
	"SELECT count(*), (array_agg(m ORDER BY m))[1:3] AS first_three, md5(string_agg(m, ' ' ORDER BY m)) AS all_of_them
FROM (SELECT email FROM trade.customers GROUP BY email HAVING count(DISTINCT party) = 3) AS c(m);"
printf '\n   What do customers of the bank spend in the shop? The shop asks: it learns not who they are, the bank not what they spend.\n\n'
ask_sets midwest 'SELECT segment, mpc_intersect_count(email) AS customers, mpc_intersect_sum(email, spent) AS spent
FROM joint.campaign GROUP BY segment ORDER BY segment;' \
	"SELECT segment, count(*) AS customers, sum(spent) AS spent FROM trade.customers WHERE party = 'midwest'
AND email IN (SELECT email FROM trade.customers WHERE party = 'northeast') GROUP BY segment ORDER BY segment;"
echo
ask_sets midwest 'SELECT mpc_union_count(email) AS customers_of_either FROM joint.campaign;' \
	"SELECT count(DISTINCT email) AS customers_of_either FROM trade.customers WHERE party <> 'south';"

title 'What each party saw of it' 'Points that change with every question, how many they are, and the question.'
question='SELECT count(DISTINCT email) FROM joint.campaign;'
show_sql northeast "$question"
PGOPTIONS='-c client_min_messages=debug1' analyst northeast -q -v ON_ERROR_STOP=1 -c "$question" 2>&1 |
	sed -nE 's/^DEBUG: +(party .* sent list .*elements: .{44}).*/   \1.../p' > "$state/lists"
[ "$(wc -l < "$state/lists")" -eq 2 ] || wrong 'no elements were shown'
cat "$state/lists"
printf '\n   the ledger of midwest:\n'
dba midwest -c "SELECT to_char(at, 'HH24:MI:SS') AS at, party, dataset, question FROM mpc.ledger
	WHERE role = 'peer' AND dataset IN ('customers', 'campaign') ORDER BY seq" | show_rows
echo
echo '   The same question once more, over the same sets:'
refused "$question"
