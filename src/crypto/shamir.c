/*
 * shamir.c
 *		How is a secret split so that t shares give it back, and which of more
 *		than t shares are wrong?
 *
 * Assumes canonical elements and small public points. Wrong shares are found by
 * syndromes: with v_a = 1 / prod over b of (x_a - x_b), a word of r values lies on a
 * polynomial of degree below t if and only if
 *		S_j = sum over a of v_a x_a^j word_a = 0	for j = 0 .. r - t - 1,
 * and otherwise S_j is what the errors alone give, a sum of powers of the points
 * where they stand. The shortest recurrence of S names those points (Massey, IEEE
 * Trans. Information Theory 15(1), 1969), up to the bound of Berlekamp and Welch.
 */
#include "crypto/shamir.h"

#include <string.h>

#include "crypto/secret.h"

#define MAX_POINTS	(MPC_SHAMIR_MAX_PARTIES + 1)	/* the parties and 0 */

static void
set_small(MpcFe r, uint16_t v)
{
	memset(r, 0, MPC_FIELD_BYTES);
	r[0] = (uint8_t) v;
	r[1] = (uint8_t) (v >> 8);
}

/* The coefficients of x^1 .. x^(t - 1) of one polynomial. */
static void
draw_coefficients(MpcFe *coefficient, uint16_t t)
{
	uint8_t		bytes[64];
	uint16_t	k;

	for (k = 1; k < t; k++)
	{
		mpc_random(bytes, sizeof(bytes));
		mpc_classify(bytes, sizeof(bytes));
		mpc_field_from_hash(coefficient[k], bytes);
	}
	mpc_wipe(bytes, sizeof(bytes));
}

/* f(x) by Horner's rule. */
static void
evaluate(MpcFe r, const MpcFe *coefficient, uint16_t t, uint16_t x)
{
	MpcFe		point;
	uint16_t	k;

	set_small(point, x);
	memcpy(r, coefficient[t - 1], MPC_FIELD_BYTES);
	for (k = (uint16_t) (t - 1); k > 0; k--)
	{
		mpc_field_mul(r, r, point);
		mpc_field_add(r, r, coefficient[k - 1]);
	}
}

MpcStatus
mpc_shamir_share(MpcFe *share, const MpcFe *secret, size_t m, uint16_t n, uint16_t t)
{
	MpcFe		coefficient[MPC_SHAMIR_MAX_PARTIES];
	size_t		k;
	uint16_t	i;

	if (t < 1 || t > n || n > MPC_SHAMIR_MAX_PARTIES)
		return MPC_LIMIT;
	for (k = 0; k < m; k++)
	{
		memcpy(coefficient[0], secret[k], MPC_FIELD_BYTES);
		draw_coefficients(coefficient, t);
		for (i = 1; i <= n; i++)
			evaluate(share[(size_t) (i - 1) * m + k], (const MpcFe *) coefficient, t, i);
	}
	mpc_wipe(coefficient, sizeof(coefficient));
	return MPC_OK;
}

/* Points we know, and none twice: differences can be divided by. */
static bool
points_are_sound(const uint16_t *index, size_t count)
{
	bool		seen[MAX_POINTS] = {false};
	size_t		a;

	for (a = 0; a < count; a++)
	{
		if (index[a] >= MAX_POINTS || seen[index[a]])
			return false;
		seen[index[a]] = true;
	}
	return count > 0;
}

static bool
has_zero(const uint16_t *index, size_t count)
{
	size_t		a;

	for (a = 0; a < count; a++)
		if (index[a] == 0)
			return true;
	return false;
}

/* r = product over b of (x - index[b]), b = a left out. */
static void
product_of_differences(MpcFe r, const uint16_t *index, size_t count, size_t a, uint16_t x)
{
	MpcFe		point;
	MpcFe		factor;
	size_t		b;

	set_small(point, x);
	set_small(r, 1);
	for (b = 0; b < count; b++)
	{
		if (b == a)
			continue;
		set_small(factor, index[b]);
		mpc_field_sub(factor, point, factor);
		mpc_field_mul(r, r, factor);
	}
}

/* weight[a] = 1 / product over b of (index[a] - index[b]). */
static void
make_weights(MpcFe *weight, const uint16_t *index, size_t count)
{
	MpcFe		product[MAX_POINTS];
	size_t		a;

	for (a = 0; a < count; a++)
		product_of_differences(product[a], index, count, a, index[a]);
	mpc_field_invert_all(weight, (const MpcFe *) product, count);
}

MpcStatus
mpc_shamir_lagrange(MpcFe *lambda, const uint16_t *index, size_t count, uint16_t at)
{
	MpcFe		product;
	size_t		a;

	if (!points_are_sound(index, count) || at > MPC_SHAMIR_MAX_PARTIES ||
		(at == 0 && has_zero(index, count)))
		return MPC_MALFORMED;
	make_weights(lambda, index, count);
	for (a = 0; a < count; a++)
	{
		product_of_differences(product, index, count, a, at);
		mpc_field_mul(lambda[a], lambda[a], product);
	}
	return MPC_OK;
}

void
mpc_shamir_combine(MpcFe *out, const MpcFe *const *value, const MpcFe *lambda, size_t count, size_t m)
{
	MpcFe		product;
	size_t		a;
	size_t		k;

	for (k = 0; k < m; k++)
	{
		memset(out[k], 0, MPC_FIELD_BYTES);
		for (a = 0; a < count; a++)
		{
			mpc_field_mul(product, lambda[a], value[a][k]);
			mpc_field_add(out[k], out[k], product);
		}
	}
	mpc_wipe(product, sizeof(product));
}

/* S_0 .. S_(length - 1); true when all are zero: the word is sound. */
static bool
make_syndromes(MpcFe *syndrome, size_t length, const MpcFe *word, const uint16_t *index, size_t count)
{
	MpcFe		weight[MAX_POINTS];
	MpcFe		point;
	size_t		a;
	size_t		j;

	make_weights(weight, index, count);
	memset(syndrome, 0, length * sizeof(*syndrome));
	for (a = 0; a < count; a++)
	{
		set_small(point, index[a]);
		mpc_field_mul(weight[a], weight[a], word[a]);
		for (j = 0; j < length; j++)
		{
			mpc_field_add(syndrome[j], syndrome[j], weight[a]);
			mpc_field_mul(weight[a], weight[a], point);
		}
	}
	return mpc_is_zero(syndrome, length * sizeof(*syndrome));
}

/* A recurrence c[0] S_j + c[1] S_(j - 1) + .. + c[length] S_(j - length) = 0. */
typedef struct Recurrence
{
	size_t		length;
	MpcFe		c[MAX_POINTS + 1];
} Recurrence;

/* By how much the recurrence misses S_j. */
static void
discrepancy(MpcFe r, const Recurrence *s, const MpcFe *syndrome, size_t j)
{
	MpcFe		product;
	size_t		i;

	memset(r, 0, MPC_FIELD_BYTES);
	for (i = 0; i <= s->length && i <= j; i++)
	{
		mpc_field_mul(product, s->c[i], syndrome[j - i]);
		mpc_field_add(r, r, product);
	}
}

/* s = missed_before * s - missed * x^shift * before: misses nothing up to here, and needs no division. */
static void
correct(Recurrence *s, const MpcFe missed, const Recurrence *before, const MpcFe missed_before, size_t shift)
{
	MpcFe		product;
	size_t		i;

	for (i = 0; i <= MAX_POINTS; i++)
	{
		mpc_field_mul(s->c[i], s->c[i], missed_before);
		if (i < shift)
			continue;
		mpc_field_mul(product, before->c[i - shift], missed);
		mpc_field_sub(s->c[i], s->c[i], product);
	}
}

/* Massey's algorithm: the shortest recurrence of all syndromes. */
static void
shortest_recurrence(Recurrence *s, const MpcFe *syndrome, size_t length)
{
	Recurrence	before;			/* as it was when the length last changed */
	Recurrence	old;
	MpcFe		missed_before;
	MpcFe		missed;
	size_t		shift = 1;
	size_t		j;

	memset(s, 0, sizeof(*s));
	s->c[0][0] = 1;
	before = *s;
	set_small(missed_before, 1);
	for (j = 0; j < length; j++, shift++)
	{
		discrepancy(missed, s, syndrome, j);
		if (mpc_is_zero(missed, sizeof(missed)))
			continue;
		old = *s;
		correct(s, missed, &before, missed_before, shift);
		if (2 * old.length > j)
			continue;
		s->length = j + 1 - old.length;
		before = old;
		memcpy(missed_before, missed, sizeof(missed));
		shift = 0;
	}
}

/* Is x a root of c[0] x^length + .. + c[length]? Errors stand at the roots. */
static bool
is_root(const Recurrence *s, uint16_t x)
{
	MpcFe		point;
	MpcFe		r;
	size_t		i;

	set_small(point, x);
	memcpy(r, s->c[0], sizeof(r));
	for (i = 1; i <= s->length; i++)
	{
		mpc_field_mul(r, r, point);
		mpc_field_add(r, r, s->c[i]);
	}
	return mpc_is_zero(r, sizeof(r));
}

MpcStatus
mpc_shamir_locate(bool *wrong, const MpcFe *word, const uint16_t *index, size_t count, uint16_t t)
{
	MpcFe		syndrome[MAX_POINTS];
	Recurrence	s;
	size_t		found = 0;
	size_t		a;

	memset(wrong, 0, count * sizeof(*wrong));
	if (!points_are_sound(index, count) || has_zero(index, count) || t < 1 || t > count)
		return MPC_MALFORMED;
	if (make_syndromes(syndrome, count - t, word, index, count))
		return MPC_OK;
	shortest_recurrence(&s, (const MpcFe *) syndrome, count - t);
	if (s.length > (count - t) / 2)
		return MPC_UNDECODABLE;
	for (a = 0; a < count; a++)
	{
		wrong[a] = is_root(&s, index[a]);
		found += wrong[a];
	}
	/* As many points as the recurrence is long, or it is no sum of powers of points. */
	if (found == s.length)
		return MPC_MISMATCH;
	memset(wrong, 0, count * sizeof(*wrong));
	return MPC_UNDECODABLE;
}
