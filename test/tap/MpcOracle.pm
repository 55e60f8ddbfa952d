package MpcOracle;

=head1 NAME

MpcOracle - parties that agree on nothing but their contracts, and a database that knows all rows

=head1 SYNOPSIS

  my $oracle = MpcOracle->new(names => [qw(p1 p2 p3)], latin1 => 'p2', icu => ['p3']);
  $oracle->connect({ name => 'trio', parties => [qw(p1 p2 p3)], options => "min_contributors '0'" });
  $oracle->run_at('p1', $sql);                 # in the party's database
  $oracle->run($sql);                          # in the oracle's
  my @joint = $oracle->ask('p1', \@questions); # each a list of statements; the last one answers
  my @plain = $oracle->ask_plain('p1', \@questions);

Each party has its own encoding, collation of text, TimeZone, DateStyle and digits of floats. A
federation is a schema of its own name at each of its parties and in the oracle's database, so that joint
tables and the oracle's tables are called the same. SQL is in characters.

=cut

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(decode encode);
use MpcRandom;
use MpcTest;

my @styles = (
	[ 'UTC', 'ISO, MDY' ], [ 'America/New_York', 'SQL, DMY' ], [ 'Asia/Kolkata', 'German' ], [ 'Europe/Paris', 'Postgres, MDY' ],
	[ 'Pacific/Apia', 'ISO, DMY' ], [ 'America/St_Johns', 'SQL, MDY' ], [ 'Asia/Tokyo', 'Postgres, DMY' ]);

=head1 METHODS

=over

=item MpcOracle->new(names, latin1, icu)

  names   of the parties, p1 to p7
  latin1  one whose database is in LATIN1
  icu     those that order their own text as people do

=cut

sub new
{
	my ($class, %args) = @_;
	my @names = @{ $args{names} };
	my $self = bless { %args, has_mood => {}, style => { map { $names[$_] => $styles[$_] } 0 .. $#names } }, $class;
	$self->{fed} = MpcTest::federation(names => $args{names}, connected => 0, options => { min_contributors => 0 });
	$self->_make_different($_) foreach @names;
	$self->{fed}->connect_all;
	my $icu = $self->{fed}->sql($args{icu}[0], "SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'");
	$self->{collation} = { map { $_ => '"und-x-icu"' } $icu ? @{ $args{icu} } : () };
	$self->_node->safe_psql('template1', "CREATE DATABASE oracle TEMPLATE template0 ENCODING 'UTF8'");
	return $self;
}

sub _make_different
{
	my ($self, $name) = @_;
	my $node = $self->{fed}->node($name);
	if ($name eq $self->{latin1})
	{
		$node->safe_psql('template1', "DROP DATABASE postgres; CREATE DATABASE postgres TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
		$node->safe_psql('postgres', 'CREATE EXTENSION mpc_agg');
	}
	my $digits = substr($name, 1) - 4;
	$node->safe_psql('postgres', "ALTER SYSTEM SET timezone = '$self->{style}{$name}[0]'; ALTER SYSTEM SET datestyle = '$self->{style}{$name}[1]';"
		  . " ALTER SYSTEM SET extra_float_digits = $digits; SELECT pg_reload_conf()");
	return;
}

# The first party's server, which has the oracle's database, too.
sub _node { return $_[0]{fed}->node($_[0]{names}[0]); }

# At one party the labels of the enum came in another order than they stand.
sub _create_mood
{
	my ($name) = @_;
	my @labels = map { MpcRandom::literal($_) } @MpcRandom::labels;
	return 'CREATE TYPE mood AS ENUM (' . join(', ', @labels) . ');' if $name ne 'p5';
	return "CREATE TYPE mood AS ENUM ($labels[1], $labels[4]); ALTER TYPE mood ADD VALUE $labels[0] BEFORE $labels[1];"
	  . "ALTER TYPE mood ADD VALUE $labels[3] BEFORE $labels[4]; ALTER TYPE mood ADD VALUE $labels[2] BEFORE $labels[3];";
}

=item $oracle->{fed}, {style}, {collation}

The MpcTest federation; [TimeZone, DateStyle] and the collation of its own text, by party.

=item $oracle->connect(federation)

One federation more among the parties: name, parties, options of its server. Without options it has been made already.

=cut

sub connect
{
	my ($self, $federation) = @_;
	my $name = $federation->{name};
	foreach my $here (@{ $federation->{parties} })
	{
		my $partners = join(', ', grep { $_ ne $here } @{ $federation->{parties} });
		my $sql = "CREATE SCHEMA $name; GRANT USAGE ON SCHEMA $name TO analyst;\n";
		$sql .= _create_mood($here) unless $self->{has_mood}{$here}++;
		if (defined $federation->{options})
		{
			my $options = join(', ', "parties '$partners'", $federation->{options} || ());
			$sql .= "CREATE SERVER $name FOREIGN DATA WRAPPER mpc_federation OPTIONS ($options);"
			  . "GRANT USAGE ON FOREIGN SERVER $name TO analyst;";
		}
		$self->run_at($here, $sql);
	}
	$self->run("CREATE SCHEMA $name;" . ($self->{has_mood}{oracle}++ ? '' : _create_mood('oracle')));
	return;
}

=item $oracle->fill(federation, sets)

Makes and publishes everybody's tables of these datasets, and imports the joint ones; parties
that are silent get joint tables only. Then the oracle's tables.

=cut

sub fill
{
	my ($self, $federation, @sets) = @_;
	my $name = $federation->{name};
	my %silent = map { $_ => 1 } @{ $federation->{silent} // [] };
	foreach my $here (@{ $federation->{parties} })
	{
		my $sql = join('', map { $silent{$here} ? MpcRandom::joint_sql($_) : MpcRandom::local_sql($_, $here) } @sets);
		$sql .= "IMPORT FOREIGN SCHEMA $name FROM SERVER $name INTO $name;" unless $silent{$here};
		$self->run_at($here, "SET TimeZone = 'UTC'; SET DateStyle = 'ISO';\n$sql GRANT SELECT ON ALL TABLES IN SCHEMA $name TO analyst;");
	}
	$self->run("SET TimeZone = 'UTC'; SET DateStyle = 'ISO';\n" . join('', map { MpcRandom::oracle_sql($_) } @sets));
	return;
}

=item $oracle->run_at(party, sql), $oracle->run(sql), $oracle->style_sql(party)

As superusers; death on an error. The last gives the settings under which a party's analyst asks.

=cut

sub run_at
{
	my ($self, $name, $sql) = @_;
	$self->{fed}->node($name)->safe_psql('postgres', encode('UTF-8', "SET client_encoding = 'UTF8';\n$sql"));
	return;
}

sub run
{
	my ($self, $sql) = @_;
	$self->_node->safe_psql('oracle', encode('UTF-8', "SET client_encoding = 'UTF8';\n$sql"));
	return;
}

sub style_sql
{
	my ($self, $name) = @_;
	return "SET TimeZone = '$self->{style}{$name}[0]';\nSET DateStyle = '$self->{style}{$name}[1]';\n";
}

=item $oracle->ask(party, lists), $oracle->ask_plain(party, lists)

The answers to many questions from one session, the analyst's of that party, or the oracle's in the same style: of
each list of statements all lines, where an error is "error SQLSTATE" and its message.

=back

=cut

sub ask
{
	my ($self, $name, $lists) = @_;
	my ($out) = $self->{fed}->ask_err($name, encode('UTF-8', _script($lists)));
	return _answers($out);
}

sub ask_plain
{
	my ($self, $name, $lists) = @_;
	my (undef, $out) = $self->_node->psql('oracle', encode('UTF-8', $self->style_sql($name) . _script($lists)));
	return _answers($out);
}

sub _script
{
	my ($lists) = @_;
	my $sql = "\\set ON_ERROR_STOP 0\n\\pset null '(null)'\nSET client_encoding = 'UTF8';\nSET extra_float_digits = 1;\n";
	foreach my $list (@$lists)
	{
		$sql .= "\\echo '\@\@'\n";
		$sql .= "$_;\n\\if :ERROR\n\\echo error :LAST_ERROR_SQLSTATE\n\\echo :LAST_ERROR_MESSAGE\n\\endif\n" foreach @$list;
	}
	return $sql;
}

sub _answers
{
	my ($out) = @_;
	my (undef, @parts) = split /^\@\@\n?/m, decode('UTF-8', $out), -1;
	return map { s/\n\z//r } @parts;
}

1;
