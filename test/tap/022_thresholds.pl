# The oracle of thresholds: random tables, each party with a min_rows of its own, min_contributors 0 to 2.
#
# What every party folds (R3, R4) and what the asker folds then (R7) is worked out a second time in SQL, over one
# table with all rows and their parties; answers, mpc_remainder(*), mpc_parties(*) and errors must be the same. And what must
# hold whatever the rules are: shown groups and remainder add up to the total; every number stands on enough; and it is
# the same number whatever measures are asked with it and in whatever order of keys, so that there is nothing to subtract.
# Everything is drawn from SEED.

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode);
use MpcOracle;
use MpcRandom;
use MpcTest;
use Test::More;

*one_of = \&MpcRandom::one_of;
*chance = \&MpcRandom::chance;
*between = \&MpcRandom::between;

my $seed = MpcTest::seed();
note("SEED=$seed");

# In federation "pair" only p2 has rows. Key k is open and short, i open, b has the domain of its type and d a declared one: two of them leave rows outside.
my @keys = qw(k i b d);
my @measures = qw(x y z);
my $columns = 'k text, i integer, b boolean, d text, f integer, x integer, y numeric(8,2), z integer';
my $declared = '{"k": {"max_key_bytes": 6}, "d": {"domain": ["a", "é", "zz"]}}';
my %values = (k => [ undef, '', 'a', 'b', 'ab', 'é', 'éé', 'too long' ], i => [ undef, -5, -1, 0, 1, 7 ], b => [ undef, 't', 'f' ], d => [ undef, 'a', 'é', 'zz', 'out' ]);

my @all = map { "p$_" } 1 .. 4;
my $oracle = MpcOracle->new(names => \@all, latin1 => 'p4', icu => ['p3']);
srand($seed);		# making clusters draws, too
my @federations = (
	{ name => 'offices', parties => \@all, tables => 5, silent => { t5 => 'p4' } },
	{ name => 'pair', parties => [qw(p1 p2)], tables => 6, options => "min_contributors '0', allow_two_party 'true'" });
my %seen = map { $_ => 0 } qw(asked refused remainder folded compared);

$oracle->run(folding_sql());
foreach my $federation (@federations)
{
	$oracle->connect($federation);
	$federation->{sets} = [ map { make_table($federation, "t$_", silent => $federation->{silent}{"t$_"}) } 1 .. $federation->{tables} ];
}
foreach my $contributors (0 .. 2)
{
	ask_offices($contributors, one_of(@all), 45);
	ask_offices($contributors, 'p4', 25);
}
add_up();
stand_on_enough($_, some_of(between(1, 2), @keys)) foreach map { ($_) x 2 } @{ $federations[1]{sets} };
same_numbers(one_of(@all), $_, one_of('true', 'true', 'f < 2'), some_of(between(0, 3), @keys)) foreach map { ($_) x 3 } @{ $federations[0]{sets} };
crafted();
two_orders();
few_values($_) foreach 0, 9;
note("$seen{asked} questions, $seen{remainder} with a remainder, $seen{folded} folded by the asker, $seen{refused} refused");
cmp_ok($seen{$_}, '>', 0, "enough are seen: $_") foreach qw(remainder folded refused compared);
done_testing();

# What a party may contribute and what an asker may show. Table pile has one line for each group and count, key NULL for what is
# in no group: count 1 are its rows (or the other parties behind them), the others the values of each measure.
sub folding_sql
{
	return <<'SQL';
CREATE TABLE policy (relation text, party text, min_rows integer);
CREATE TABLE pile (key bytea, c bigint, have bigint, mine bigint, size bigint);

CREATE FUNCTION key_bytes(value text) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x00' || set_byte('\x00', 0, octet_length(value)) || convert_to(value, 'UTF8') END $$;
CREATE FUNCTION key_bytes(value bigint) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x0008' || int8send(value) END $$;
CREATE FUNCTION key_bytes(value boolean) RETURNS bytea LANGUAGE sql AS
	$$ SELECT CASE WHEN value IS NULL THEN '\x0100' ELSE '\x0001' || boolsend(value) END $$;

-- The keys that are folded for one count; NULL when nothing can be enough. Rows add up, parties may be the same ones.
CREATE FUNCTION closure(start bytea[], count bigint, fewest integer, adds boolean) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	result bytea[] := start || ARRAY(SELECT key FROM pile WHERE c = count AND key IS NOT NULL AND have + mine > 0 AND have < fewest);
	together bigint;
	anybody boolean;
	filler bytea;
BEGIN
	SELECT CASE WHEN adds THEN sum(have) ELSE max(have) END, bool_or(have + mine > 0) INTO together, anybody
		FROM pile WHERE c = count AND (key IS NULL OR key = ANY (result));
	IF anybody AND together < fewest THEN
		SELECT key INTO filler FROM pile WHERE c = count AND key IS NOT NULL AND key <> ALL (result) AND have >= fewest ORDER BY size, key LIMIT 1;
		result := CASE WHEN filler IS NOT NULL THEN result || filler END;
	END IF;
	RETURN result;
END $$;

-- Each count of a party by itself: folded into the remainder, or withheld.
CREATE FUNCTION fold_party(who text, fewest integer, width integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	rows_closure bytea[];
	folded bytea[];
BEGIN
	DELETE FROM pile;
	INSERT INTO pile SELECT key, c, n, 0, n FROM piece WHERE party = who;
	rows_closure := closure('{}', 1, fewest, true);
	FOR i IN 1 .. width LOOP
		folded := CASE WHEN rows_closure IS NOT NULL THEN closure(rows_closure, i, fewest, true) END;
		INSERT INTO piece SELECT party, NULL, NULL, c, n, s FROM piece WHERE party = who AND c = i AND key = ANY (folded);
		UPDATE piece SET n = 0, s = 0 WHERE party = who AND c = i AND (folded IS NULL OR key = ANY (folded));
	END LOOP;
END $$;

-- The groups that too few parties stand behind, for whichever count.
CREATE FUNCTION fold_whole(contributors integer, width integer) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
	rows_closure bytea[];
	folded bytea[];
	result bytea[] := '{}';
BEGIN
	DELETE FROM pile;
	INSERT INTO pile SELECT key, c, others, mine, first_value(n) OVER (PARTITION BY key ORDER BY c) FROM total;
	rows_closure := closure('{}', 1, contributors, false);
	FOR i IN 1 .. width LOOP
		folded := CASE WHEN rows_closure IS NOT NULL THEN closure(rows_closure, i, contributors, false) END;
		IF folded IS NULL THEN
			RAISE EXCEPTION 'too few' USING ERRCODE = 'MP001';
		END IF;
		result := result || folded;
	END LOOP;
	RETURN result;
END $$;

-- The rows of a joint answer: keys, count(*), then count, sum and avg of each measure, remainder, parties. Keys are compared in the order of their names.
CREATE FUNCTION answer(relation text, keys text[], measures text[], condition text, asker text, contributors integer)
	RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	width integer := 1 + cardinality(measures);
	grouped boolean := cardinality(keys) > 0;
	folded bytea[];
	line record;
BEGIN
	DROP TABLE IF EXISTS piece, total;
	EXECUTE format('CREATE TEMP TABLE piece AS SELECT party, key, label, c, v.n, v.s FROM (SELECT party, CASE WHEN %1$s THEN key END AS key, CASE WHEN %1$s THEN label END AS label,
		ARRAY[count(*)%2$s] AS n, ARRAY[0::numeric%3$s] AS s FROM (SELECT *, %4$s AS key, concat_ws(''|'', NULL%5$s) AS label FROM %6$s) AS t WHERE %7$s GROUP BY 1, 2, 3) AS g,
		unnest(g.n, g.s) WITH ORDINALITY AS v (n, s, c)',
		(SELECT COALESCE(string_agg(format('NOT out_%s', k), ' AND '), 'false') FROM unnest(keys) AS k),
		(SELECT string_agg(format(', count(%s)', m), '') FROM unnest(measures) AS m), (SELECT string_agg(format(', sum(%s)', m), '') FROM unnest(measures) AS m),
		(SELECT COALESCE(string_agg(format('key_bytes(%s)', k), ' || ' ORDER BY k COLLATE "C"), '''''::bytea') FROM unnest(keys) AS k),
		(SELECT string_agg(format(', COALESCE(%s::text, ''(null)'')', k), '') FROM unnest(keys) AS k), relation, condition);
	PERFORM fold_party(p.party, p.min_rows, width) FROM policy AS p WHERE p.relation = answer.relation;

	CREATE TEMP TABLE total AS SELECT key, label, c, sum(n)::bigint AS n, sum(s) AS s,
		count(DISTINCT party) FILTER (WHERE n > 0 AND party <> asker) AS others, max((n > 0 AND party = asker)::integer)::bigint AS mine
		FROM (TABLE piece UNION ALL SELECT NULL, NULL, NULL, i, 0, 0 FROM generate_series(1, width) AS i) AS p GROUP BY 1, 2, 3;
	DELETE FROM total WHERE key IN (SELECT key FROM total WHERE c = 1 AND n = 0);
	folded := fold_whole(contributors, width);
	FOR line IN
		SELECT label, array_agg(n ORDER BY c) AS n, array_agg(s ORDER BY c) AS s, false AS remainder, max(others + mine) FILTER (WHERE c = 1) AS parties
		FROM total WHERE key IS NOT NULL AND key <> ALL (folded) GROUP BY key, label
		UNION ALL
		SELECT CASE WHEN grouped THEN array_to_string(array_fill('(null)'::text, ARRAY[cardinality(keys)]), '|') END,
			array_agg(u.n ORDER BY c), array_agg(u.s ORDER BY c), grouped, CASE WHEN folded = '{}' THEN max(parties) FILTER (WHERE c = 1) END
		FROM (SELECT c, sum(total.n)::bigint AS n, sum(total.s) AS s, max(others + mine) AS parties FROM total WHERE key IS NULL OR key = ANY (folded) GROUP BY c) AS u
		HAVING NOT grouped OR max(u.n) > 0
	LOOP
		RETURN NEXT concat_ws('|', line.label, line.n[1],
			(SELECT string_agg(CASE WHEN line.n[c] = 0 THEN '0|(null)|(null)' ELSE concat_ws('|', line.n[c], line.s[c], line.s[c] / line.n[c]) END, '|' ORDER BY c)
				FROM generate_series(2, width) AS c),
			CASE WHEN line.remainder THEN 't' ELSE 'f' END, COALESCE(line.parties::text, '(null)'));
	END LOOP;
END $$;
SQL
}

sub draw_row
{
	my ($few) = @_;
	my @key = map { one_of(@{ $values{$_} }[ 0 .. ($few < $#{ $values{$_} } ? $few : $#{ $values{$_} }) ], $values{$_}[-1]) } @keys;
	return [ @key, between(0, 3), (map { chance($_) ? undef : between(-9, 99) } 0.2, 0.6, 0.95) ];
}

# Groups by k of few sizes, so that the smallest is one of several and the bytes of its key decide.
sub draw_equal_groups
{
	my @others = map { one_of(@{ $values{$_} }) } qw(i b d);
	my $null = one_of(0, 0.2, 0.4);
	return map {
		my $k = $_;
		map { [ $k, @others, one_of(1, 1, 1, 2), (map { chance($_) ? undef : between(-9, 99) } $null, $null, 0.8) ] } 1 .. one_of(1, 2, 6, 7, 7, 7)
	} @{ $values{k} };
}

# All rows of one party.
sub draw_rows
{
	my ($n) = @_;
	return draw_equal_groups() if $n > 0 && chance(0.4);
	my $few = between(0, 6);
	return map { draw_row($few) } 1 .. $n;
}

sub values_sql { return join(",\n", map { '(' . join(', ', map { MpcRandom::literal($_) } @$_) . ')' } @_); }

# One dataset, everybody's min_rows and rows, drawn where they are not given.
sub make_table
{
	my ($federation, $name, %given) = @_;
	my $table = "$federation->{name}.$name";
	my $silent = $given{silent} // '';
	my %least;
	$oracle->run("CREATE TABLE $table ($columns, party text)");
	foreach my $here (@{ $federation->{parties} })
	{
		my $n = $federation->{name} ne 'pair' ? one_of(0, 3, 12, 40, 40, 100, 150) : $here eq 'p2' ? one_of(20, 60, 150, 200) : 0;
		my @rows = $here eq $silent ? () : $given{rows} ? @{ $given{rows}{$here} // [] } : draw_rows($n);
		$least{$here} = $given{least} // between(2, 6);
		my $sql = "CREATE TABLE $federation->{name}.own_$name ($columns);";
		$sql .= "INSERT INTO $federation->{name}.own_$name VALUES " . values_sql(@rows) . ';' if @rows;
		$sql .= "SELECT mpc_publish('$name', '$federation->{name}.own_$name', '$federation->{name}', keys => '{k,i,b,d}', filters => '{f}', measures => '{x,y,z}',"
		  . "min_rows => $least{$here}, columns => '$declared');" if $here ne $silent;
		my $joint = $columns =~ s/text/text COLLATE "C"/gr;
		$sql .= "CREATE FOREIGN TABLE $table ($joint) SERVER $federation->{name} OPTIONS (dataset '$name'); GRANT SELECT ON $table TO analyst";
		$oracle->run_at($here, $sql);
		$oracle->run("INSERT INTO $table VALUES " . values_sql(map { [ @$_, $here ] } @rows)) if @rows;
		$oracle->run("INSERT INTO policy VALUES ('$table', '$here', $least{$here})") if $here ne $silent;
	}
	$oracle->run("ALTER TABLE $table ADD out_k boolean, ADD out_i boolean, ADD out_b boolean, ADD out_d boolean;"
		  . "UPDATE $table SET out_k = octet_length(k) > 4 AND k IS NOT NULL, out_i = false, out_b = false, out_d = d NOT IN ('a', 'é', 'zz') AND d IS NOT NULL");
	return { table => $table, least => \%least };
}

sub some_of
{
	my ($n, @list) = @_;
	my @mixed = sort { rand() <=> 0.5 } @list;
	return @mixed[ 0 .. $n - 1 ];
}

# A question, for the joint table and for the oracle.
sub draw_question
{
	my ($set, $asker, $contributors) = @_;
	my $condition = one_of('true', 'true', 'f = 1', 'f < 2', 'f >= 2', 'f = 7');
	return write_question($set, $asker, $contributors, [ some_of(one_of(0, 1, 1, 2, 2, 3), @keys) ], [ some_of(between(0, 3), @measures) ], $condition);
}

sub write_question
{
	my ($set, $asker, $contributors, $by, $about, $condition) = @_;
	my @by = @$by;
	my @about = @$about;
	my $joint = 'SELECT ' . join(', ', (map { "$_\::text" } @by), 'count(*)', (map { ("count($_)", "sum($_)", "avg($_)") } @about), 'mpc_remainder(*)', 'mpc_parties(*)')
	  . " FROM $set->{table} WHERE $condition" . (@by ? ' GROUP BY ' . join(', ', @by) : '');
	my ($keys, $measures) = map { 'ARRAY[' . join(', ', map { "'$_'" } @$_) . ']::text[]' } $by, $about;
	return { joint => $joint, oracle => "SELECT * FROM answer('$set->{table}', $keys, $measures, '$condition', '$asker', $contributors)" };
}

sub sorted { return join("\n", sort split /\n/, $_[0] =~ s/^(error \w+)\n.*/$1/sr, -1); }

sub ask_offices
{
	my ($contributors, $asker, $count) = @_;
	$oracle->{fed}->sql($asker, "ALTER SERVER offices OPTIONS (SET min_contributors '$contributors')");
	compare($asker, $contributors, map { draw_question(one_of(@{ $federations[0]{sets} }), $asker, $contributors) } 1 .. $count);
	return;
}

sub compare
{
	my ($asker, $contributors, @questions) = @_;
	my @joint = $oracle->ask($asker, [ map { [ $_->{joint} ] } @questions ]);
	my @plain = $oracle->ask_plain($asker, [ map { [ $_->{oracle} ] } @questions ]);
	foreach my $i (0 .. $#questions)
	{
		my ($joint, $plain) = map { sorted($_ // '') } $joint[$i], $plain[$i];
		$seen{asked}++;
		$seen{refused}++ if $joint eq 'error MP001';
		$seen{remainder}++ if $joint =~ /\|t\|/;
		$seen{folded}++ if $joint =~ /\|t\|\(null\)/;
		next if ok($joint eq $plain, "asker $asker, min_contributors $contributors, question " . ($i + 1));
		diag(encode('UTF-8', "SEED=$seed $questions[$i]{joint};\njoint:\n$joint\noracle: $questions[$i]{oracle};\n$plain"));
	}
	return;
}

# Groups of one party by k and i: [k, i, rows, of these with x, of these with y].
sub crafted_rows
{
	return map {
		my ($k, $i, $rows, $x, $y) = @$_;
		map { [ $k, $i, 't', 'a', 0, $_ <= $x ? $_ : undef, $_ <= $y ? $_ : undef, undef ] } 1 .. $rows
	} @_;
}

# Where chance seldom leads: a group that fills up the closure of one measure could be taken for another's, too, so that
# a second question shows it; and what fills up the rows' closure serves the measures.
sub crafted
{
	my @tables = (
		[ 'filled', [ 'a', 0, 5, 1, 5 ], [ 'b', 0, 5, 5, 1 ], [ 'c', 0, 6, 4, 6 ], [ 'd', 0, 6, 6, 4 ] ],
		[ 'small', [ 'z', 0, 1, 1, 1 ], [ 'f', 0, 3, 3, 3 ], [ 'a', 0, 5, 3, 5 ], [ 'b', 0, 9, 9, 3 ] ],
		[ 'equal', [ 'z', 0, 1, 1, 1 ], [ 'b', 0, 4, 4, 4 ], [ 'a', 0, 4, 4, 4 ], [ 'é', 0, 4, 4, 4 ] ],
		[ 'sparse', [ 'a', 0, 5, 2, 0 ], [ 'b', 0, 9, 0, 2 ], [ 'c', 0, 6, 0, 9 ] ]);
	foreach my $table (@tables)
	{
		my ($name, @groups) = @$table;
		my $set = make_table($federations[1], $name, least => 3, rows => { p2 => [ crafted_rows(@groups) ] });
		compare('p1', 0, map { write_question($set, 'p1', 0, ['k'], $_, 'true') } [], ['x'], ['y'], [qw(x y)], [qw(y x)]);
		stand_on_enough($set, 'k');
	}
	return;
}

# Two groups of equal size, of which the first by i and k fills up. Were it another in another order of GROUP BY, both
# answers together would show the two rows.
sub two_orders
{
	my $set = make_table($federations[1], 'orders', least => 5, rows => { p2 => [ crafted_rows([ 'm', 4, 2, 2, 2 ], [ 'a', 7, 5, 5, 5 ], [ 'b', 1, 5, 5, 5 ]) ] });
	foreach my $by ('k, i', 'i, k', 'k, i, k')
	{
		my ($answer) = $oracle->ask('p1', [ ["SELECT k, i, count(*), sum(x), mpc_remainder(*) FROM $set->{table} GROUP BY $by"] ]);
		is(sorted($answer), "(null)|(null)|7|18|t\na|7|5|15|f", "of equal groups, by $by");
	}
	return;
}

# Four parties, and at p2 measure y is NULL but for three rows of group "d1" and so many of "d2". What is asked without y
# is the same with it, so that no difference is p2's alone; of y itself it gives nothing, or enough. What it gives
# to the remainder stands on it alone: then the asker folds d1 as a whole, too, for all that is asked with y.
sub few_values
{
	my ($in_d2) = @_;
	my %rows = map { $_ => [ crafted_rows([ 'd1', 0, 10, 10, 10 ], [ 'd2', 0, 12, 12, 12 ]) ] } @all;
	$rows{p2} = [ crafted_rows([ 'd1', 0, 10, 10, 3 ], [ 'd2', 0, 12, 12, $in_d2 ]) ];
	my $set = make_table($federations[0], "few_$in_d2", least => 5, rows => \%rows);
	my %y = (d1 => 30, d2 => 36, '' => 66 + ($in_d2 ? 3 + $in_d2 : 0));
	$oracle->{fed}->sql('p1', 'ALTER SERVER offices OPTIONS (DROP min_contributors)');
	foreach my $by ([], ['k'])
	{
		compare('p1', 2, map { write_question($set, 'p1', 2, $by, $_, 'true') } ['x'], [qw(x y)]);
		my ($key, $tail, @shown) = @$by ? ('k', 'GROUP BY k HAVING NOT mpc_remainder(*)', $in_d2 ? () : 'd1', 'd2') : ("''", '', '');
		my ($without, $with, $values) = map { sorted($_) } $oracle->ask('p1', [ map { ["SELECT $key, $_ FROM $set->{table} $tail"] }
				'count(*), sum(x), mpc_parties(*)', 'count(*), sum(x), mpc_parties(*), count(y) > 0', 'count(y)' ]);
		my $same = join("\n", map { my $group = $_; map { "$_|t" } grep { /^\Q$group\E\|/ } split /\n/, $without } @shown);
		is($without, @$by ? "d1|40|220|4\nd2|48|312|4" : '|88|532|4', "without y: @$by");
		is($with, $same, "with y the same: @$by, $in_d2 values in d2");
		is($values, join("\n", map { "$_|$y{$_}" } @shown), "values of y: @$by, $in_d2 in d2");
	}
	is_deeply([ map { differences(all_answers('p1', $set, 'true', @$_)) } [], ['k'] ], [], "each number is one, $in_d2 values in d2");
	$oracle->{fed}->sql('p1', "ALTER SERVER offices OPTIONS (ADD min_contributors '2')");
	return;
}

# Whatever is folded, nothing is lost: shown and remainder are the answer without GROUP BY.
sub add_up
{
	my $asker = one_of(@all);
	$oracle->{fed}->sql($asker, "ALTER SERVER offices OPTIONS (SET min_contributors '0')");
	my (@sums, @totals);
	foreach my $set (@{ $federations[0]{sets} })
	{
		foreach my $n (1 .. 4)
		{
			my $by = join(', ', some_of($n, @keys));
			my ($x, $y) = some_of(2, @measures);
			my $from = "FROM $set->{table} WHERE f < " . between(1, 4);
			push @sums, ["SELECT coalesce(sum(c), 0), coalesce(sum(cx), 0), coalesce(sum(cy), 0), sum(sx), sum(sy) FROM "
				  . "(SELECT count(*) AS c, count($x) AS cx, count($y) AS cy, sum($x) AS sx, sum($y) AS sy $from GROUP BY $by) AS g"];
			push @totals, ["SELECT count(*), count($x), count($y), sum($x), sum($y) $from"];
		}
	}
	my @sum = $oracle->ask($asker, \@sums);
	my @total = $oracle->ask($asker, \@totals);
	is($sum[$_], $total[$_], "groups add up: $sums[$_][0]") foreach 0 .. $#sums;
	return;
}

sub label_of { return "concat_ws('|', '='" . join('', map { ", coalesce($_\::text, '(null)')" } sort @_) . ')'; }

# The numbers of questions with each set of measures about the same groups, in any order of keys: for each a hash from "group count" to
# the number, where the remainder's group is "". An error has none, a remainder with whole groups in it is none.
sub all_answers
{
	my ($asker, $set, $condition, @by) = @_;
	my $label = label_of(@by);
	my @asked = map { my $bits = $_; [ grep { $bits & (1 << index('xyz', $_)) } @measures ] } 0 .. 7;
	my @sql = map {
		'SELECT ' . join(', ', 'mpc_remainder(*)', 'mpc_parties(*)', 'count(*)', (map { "count($_) || '/' || coalesce(sum($_)::text, '')" } @$_), $label)
		  . " FROM $set->{table} WHERE $condition" . (@by ? ' GROUP BY ' . join(', ', some_of(scalar @by, @by)) : '') } @asked;
	my @answers = $oracle->ask($asker, [ map { [$_] } @sql ]);
	return map { { sql => $sql[$_], number => $answers[$_] =~ /^error MP001/ ? {} : numbers_of($answers[$_], 'rows', @{ $asked[$_] }) } } 0 .. 7;
}

sub numbers_of
{
	my ($answer, @counts) = @_;
	my $groups = () = $answer =~ /^f/mg;
	my %number = (groups => $groups, ' rows' => 0, map { (" $_" => '0/') } @counts[ 1 .. $#counts ]);
	foreach my $line (split /\n/, $answer)
	{
		my ($remainder, $parties, $numbers, $group) = $line =~ /^([tf])\|(\d+|\(null\))\|(.*?)\|(=.*)$/ or die encode('UTF-8', $line);
		$group = '' if $remainder eq 't';
		@number{ map { "$group $_" } @counts } = split /\|/, $numbers;
		delete @number{ 'groups', map { " $_" } @counts } if $parties eq '(null)';
	}
	return \%number;
}

# What differs between answers, as text; nothing when whoever knows them all knows no more than each says.
sub differences
{
	my (@answers) = @_;
	my (%first, @found);
	foreach my $answer (@answers)
	{
		foreach my $what (keys %{ $answer->{number} })
		{
			my $known = $first{$what} //= $answer;
			my ($one, $other) = map { $_->{number}{$what} } $known, $answer;
			push @found, "$what: $one by $known->{sql}, $other by $answer->{sql}" if $one ne $other;
		}
	}
	return @found;
}

sub same_numbers
{
	my ($asker, $set, $condition, @by) = @_;
	$oracle->{fed}->sql($asker, "ALTER SERVER offices OPTIONS (SET min_contributors '" . between(0, 2) . "')");
	my @answers = all_answers($asker, $set, $condition, @by);
	my @found = differences(@answers);
	$seen{compared} += grep { keys %{ $_->{number} } > 4 } @answers;
	return if ok(!@found, "$set->{table} WHERE $condition by (@by): each number is one");
	diag(encode('UTF-8', join("\n", "SEED=$seed asker $asker", @found)));
	return;
}

# p2 alone has rows, and only it folds. Every number shown stands on none of its rows or on enough, it is the group's own, and what
# groups do not show is the remainder's; or all of the count is withheld.
sub stand_on_enough
{
	my ($set, @by) = @_;
	my @answers = all_answers('p1', $set, 'true', @by);
	my $group = 'CASE WHEN NOT (' . join(' OR ', map { "out_$_" } @by) . ') THEN ' . label_of(@by) . " ELSE '' END";
	my ($truth) = $oracle->ask_plain('p1', [ ["SELECT concat_ws('~', g, count(*), count(x), count(y), count(z)) FROM (SELECT *, $group AS g FROM $set->{table}) AS t GROUP BY g"] ]);
	my (%true, %total);
	foreach my $line (split /\n/, $truth)
	{
		my ($g, %n);
		($g, @n{ 'rows', @measures }) = split /~/, $line;
		$true{"$g $_"} = $n{$_}, $total{$_} += $n{$_} foreach keys %n;
	}
	my @found = differences(@answers);
	foreach my $answer (@answers)
	{
		delete $answer->{number}{groups};
		my %shown;
		foreach my $what (sort keys %{ $answer->{number} })
		{
			my ($g, $count) = $what =~ /^(.*) (\w+)$/;
			my ($n) = $answer->{number}{$what} =~ /^(\d+)/;
			$shown{$count} += $n;
			push @found, "$what stands on $n" if $n > 0 && $n < $set->{least}{p2};
			push @found, "$what is $n, not $true{$what}" if $g ne '' && $n > 0 && $n != $true{$what};
		}
		push @found, "$_ adds up to $shown{$_}, not $total{$_}" foreach grep { $shown{$_} != ($total{$_} < $set->{least}{p2} ? 0 : $total{$_}) } keys %shown;
	}
	return if ok(!@found, "$set->{table} by @by: every number stands on enough");
	diag(encode('UTF-8', "SEED=$seed min_rows $set->{least}{p2}\n" . join("\n", @found, $truth)));
	return;
}
