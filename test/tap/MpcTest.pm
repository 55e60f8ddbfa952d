package MpcTest;

=head1 NAME

MpcTest - federations of throw-away clusters, for TAP tests

=head1 SYNOPSIS

  use MpcTest;
  use Test::More;

  my $fed = MpcTest::federation(names => [qw(north west south)],
                                options => { min_contributors => 0 });
  $fed->on_all('CREATE TABLE pay AS SELECT ...');
  $fed->publish('pay', { relation => 'pay', keys => ['sex'], measures => ['salary'] },
                west => { min_rows => 10 });      # and south => undef: publishes nothing
  $fed->import_joint;
  is($fed->ask('north', 'SELECT sum(salary) FROM joint.pay'), '1234');
  my ($out, $err, $rc) = $fed->ask_err('west', 'SELECT * FROM joint.pay');
  done_testing();

Every party is a cluster of its own, reached over TCP on 127.0.0.1 with passwords
(SCRAM), as real partners are. Only the superuser, on the Unix socket, is trusted.
Passwords are drawn anew each time and are printed nowhere.

=cut

use strict;
use warnings FATAL => 'all';

use Fcntl qw(:flock);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

=head1 MAKING ONE

=over

=item MpcTest::federation(names => [...], ...)

  names      of the parties: lower-case letters and digits
  options    of the server "offices" at every party, as a hash
  conf       lines for postgresql.conf
  fsync      1 for tests that crash a server; off by default
  connected  0 stops after CREATE EXTENSION: no partners, no federation

Everything lives in database "postgres".

=cut

sub federation
{
	my (%args) = @_;
	my $self = bless {
		names     => $args{names},
		options   => $args{options} // {},
		node      => {},
		password  => {} }, __PACKAGE__;

	foreach my $name (@{ $self->{names} })
	{
		$self->{node}{$name} = _start_node($name, %args);
		$self->create_role($name, 'analyst');
		$self->sql($name, 'CREATE EXTENSION mpc_agg');
	}
	$self->connect_all unless defined $args{connected} && !$args{connected};
	return $self;
}

=item MpcTest::single(...)

A federation of one: a cluster with the extension in it, called "alone".

=cut

sub single
{
	return federation(names => ['alone'], connected => 0, @_);
}

=item $fed->connect_all

Makes partners of all: logins, identities, user mappings for the superuser and the
analyst, the server "offices" and the schema "joint".

=cut

sub connect_all
{
	my ($self) = @_;
	my @names = @{ $self->{names} };
	my %identity = map { $_ => $self->sql($_, 'SELECT mpc_identity()') } @names;

	foreach my $here (@names)
	{
		$self->sql($here, join(";\n", map { $self->_create_role($here, "${_}_login") } grep { $_ ne $here } @names));
	}
	foreach my $here (@names)
	{
		my @partners = grep { $_ ne $here } @names;
		my @sql;
		foreach my $there (@partners)
		{
			my $user = "${here}_login";
			my $password = $self->{password}{$there}{$user};
			push @sql, sprintf 'SELECT mpc_partner(%s)', _list(
				$there, $identity{$there}, $self->conninfo($there),
				$user, $password, "${there}_login");
			push @sql, "CREATE USER MAPPING FOR analyst SERVER $there"
			  . ' OPTIONS (user ' . _literal($user)
			  . ', password ' . _literal($password) . ')';
		}

		my %options = (parties => join(', ', @partners), %{ $self->{options} });
		push @sql, 'CREATE SERVER offices FOREIGN DATA WRAPPER mpc_federation OPTIONS ('
		  . join(', ', map { "$_ " . _literal($options{$_}) } sort keys %options)
		  . ')';
		push @sql, 'GRANT USAGE ON FOREIGN SERVER offices TO analyst';
		push @sql, 'CREATE SCHEMA joint', 'GRANT USAGE ON SCHEMA joint TO analyst';
		$self->sql($here, join(";\n", @sql));
	}
	return;
}

=item $fed->create_role(party, role)

A role that may log in with a password of its own, kept in $fed.

=cut

sub create_role
{
	my ($self, $name, $role) = @_;
	$self->sql($name, $self->_create_role($name, $role));
	return;
}

# The statement; the password is kept.
sub _create_role
{
	my ($self, $name, $role) = @_;
	my $password = _random_hex(16);
	$self->{password}{$name}{$role} = $password;
	return "CREATE ROLE $role LOGIN PASSWORD " . _literal($password);
}

=item $fed->publish(dataset, {options}, party => {options}, ...)

Calls mpc_publish() at every party. Options are its named arguments, lists as array
references; those of a party go before the common ones, and C<undef> leaves it out.

=cut

sub publish
{
	my ($self, $dataset, $common, %own) = @_;
	foreach my $name (@{ $self->{names} })
	{
		next if exists $own{$name} && !defined $own{$name};
		my %option = (
			federation => 'offices', %$common,
			%{ $own{$name} // {} },
			dataset => $dataset);
		$self->sql($name,
			'SELECT mpc_publish('
			  . join(', ', map { "$_ => " . _literal($option{$_}) } sort keys %option)
			  . ')');
	}
	return;
}

=item $fed->import_joint

Joint tables at every party, which the analyst may read.

=cut

sub import_joint
{
	my ($self) = @_;
	$self->on_all('IMPORT FOREIGN SCHEMA offices FROM SERVER offices INTO joint');
	$self->on_all('GRANT SELECT ON ALL TABLES IN SCHEMA joint TO analyst');
	return;
}

=back

=head1 USING IT

=over

=item $fed->node(party), $fed->names, $fed->conninfo(party)

=cut

sub node
{
	my ($self, $name) = @_;
	return $self->{node}{$name} // die "no party \"$name\"";
}

sub names { return @{ $_[0]{names} }; }

sub conninfo
{
	my ($self, $name) = @_;
	return 'host=127.0.0.1 port=' . $self->node($name)->port . ' dbname=postgres';
}

=item $fed->sql(party, sql), $fed->on_all(sql)

As superuser; what psql prints, and death on an error.

=cut

sub sql
{
	my ($self, $name, $sql) = @_;
	return $self->node($name)->safe_psql('postgres', $sql);
}

sub on_all
{
	my ($self, $sql) = @_;
	return map { $self->sql($_, $sql) } @{ $self->{names} };
}

=item $fed->ask(party, sql [, role => 'analyst']), $fed->ask_err(...)

As the analyst, or another role made by create_role(), by password over TCP.
ask() returns what psql prints and dies on an error; ask_err() returns
(stdout, stderr, exit code).

=cut

sub ask
{
	my ($self, $name, $sql, %args) = @_;
	my ($out, $err, $rc) = $self->ask_err($name, $sql, %args);
	die "at \"$name\": $err" if $rc != 0;
	return $out;
}

sub ask_err
{
	my ($self, $name, $sql, %args) = @_;
	my $role = $args{role} // 'analyst';
	local $ENV{PGPASSWORD} = $self->{password}{$name}{$role}
	  // die "no role \"$role\" at \"$name\"";
	my ($rc, $out, $err) = $self->node($name)->psql(
		'postgres', $sql,
		connstr => $self->conninfo($name) . " user=$role",
		timeout => $PostgreSQL::Test::Utils::timeout_default);
	return ($out, $err, $rc);
}

=item $fed->log_end(party), $fed->log(party [, from])

Where the server log ends now; and its text, from such a place on.

=cut

sub log_end
{
	my ($self, $name) = @_;
	return -s $self->node($name)->logfile;
}

sub log
{
	my ($self, $name, $from) = @_;
	return slurp_file($self->node($name)->logfile, $from // 0);
}

=item MpcTest::seed()

The seed of this run (SEED), for tests that draw at random.

=cut

sub seed
{
	return $ENV{SEED} // 1;
}

=back

=cut

# initdb takes longer than most tests. It runs once; every cluster is a copy.
sub _template
{
	my $template = "$PostgreSQL::Test::Utils::tmp_check/template";
	open(my $lock, '>', "$template.lock") or die "could not open $template.lock: $!";
	flock($lock, LOCK_EX) or die "could not lock $template.lock: $!";
	if (!-d $template)
	{
		system_or_bail('initdb', '-D', "$template.new", '-A', 'scram-sha-256',
			'-N', '--encoding=UTF8', '--no-locale', '--pwfile', _pwfile());
		rename("$template.new", $template) or die "could not rename $template.new: $!";
	}
	close($lock);
	return $template;
}

# initdb wants a password for the superuser, who will never use one.
sub _pwfile
{
	my $file = PostgreSQL::Test::Utils::tempdir_short() . '/password';
	append_to_file($file, _random_hex(16) . "\n");
	return $file;
}

sub _start_node
{
	my ($name, %args) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	my $superuser = getpwuid($<);
	my $fsync = $args{fsync} ? 'on' : 'off';

	mkdir $node->backup_dir;
	mkdir $node->archive_dir;
	system_or_bail('cp', '-a', _template(), $node->data_dir);

	$node->append_conf('postgresql.conf', <<"CONF");
port = @{[ $node->port ]}
listen_addresses = '127.0.0.1'
unix_socket_directories = '@{[ $node->host ]}'
cluster_name = '$name'
log_line_prefix = '%m [%p] %u\@%d %a '
fsync = $fsync
restart_after_crash = off
shared_buffers = 16MB
max_connections = 40
@{[ $args{conf} // '' ]}
CONF

	unlink $node->data_dir . '/pg_hba.conf';
	$node->append_conf('pg_hba.conf', <<"HBA");
local all         "$superuser"              trust
local replication "$superuser"              trust
local all         all                       scram-sha-256
host  all         all          127.0.0.1/32 scram-sha-256
HBA
	$node->start;
	return $node;
}

sub _random_hex
{
	my ($bytes) = @_;
	open(my $random, '<:raw', '/dev/urandom') or die "could not open /dev/urandom: $!";
	read($random, my $data, $bytes) == $bytes or die 'could not read /dev/urandom';
	return unpack('H*', $data);
}

# A value as an SQL literal; a list as an array literal.
sub _literal
{
	my ($value) = @_;
	if (ref $value)
	{
		$value = '{' . join(',', map { '"' . s/(["\\])/\\$1/gr . '"' } @$value) . '}';
	}
	return "'" . $value =~ s/'/''/gr . "'";
}

sub _list { return join(', ', map { _literal($_) } @_); }

1;
