/*
 * exact.c
 *		Which double is nearest to a quotient of exact integers, or to its root?
 *
 * Quotient and root are cut to an integer of about 61 bits, whose last bit is set when anything was cut off. A double
 * has 53 bits: it is rounded once, from that integer, as from the true value.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "local/exact.h"
#include "utils/builtins.h"

#define KEPT_BITS	61			/* at least 55; at most 2 more must fit an int64 */

Datum
mpc_exact_decimal(const MpcWide *v, int scale)
{
	char		digits[MPC_WIDE_DECIMAL_MAX];
	const char *at = digits;
	StringInfoData text;
	int			whole;

	mpc_wide_to_decimal(digits, v);
	initStringInfo(&text);
	if (*at == '-')
		appendStringInfoChar(&text, *at++);
	whole = (int) strlen(at) - scale;	/* digits before the point; negative: zeros behind it */
	appendStringInfo(&text, "%.*s.", Max(whole, 0), whole > 0 ? at : "");
	for (; whole < 0; whole++)
		appendStringInfoChar(&text, '0');
	appendStringInfoString(&text, at + whole);
	if (scale == 0)
		text.data[--text.len] = '\0';
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text.data), ObjectIdGetDatum(InvalidOid),
							   Int32GetDatum(-1));
}

Datum
mpc_exact_int64(int64 v)
{
	return DirectFunctionCall1(int8_numeric, Int64GetDatum(v));
}

Datum
mpc_exact_multiply(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

Datum
mpc_exact_subtract(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

int
mpc_exact_compare(Datum a, Datum b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

Datum
mpc_exact_power(int64 base, int exponent)
{
	Datum		square = mpc_exact_int64(base);
	Datum		r = mpc_exact_int64(1);

	for (; exponent > 0; exponent >>= 1)
	{
		if (exponent & 1)
			r = mpc_exact_multiply(r, square);
		square = mpc_exact_multiply(square, square);
	}
	return r;
}

/* 2^(bits - 1) <= |v| < 2^bits, but for the rounding of v to a double. */
static int
bits(Datum v)
{
	int			n;

	(void) frexp(DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, v)), &n);
	return n;
}

/* a / b * 2^shift without its fraction; *cut tells whether there was one. */
static Datum
whole_quotient(Datum a, Datum b, int shift, bool *cut)
{
	Datum		whole;

	if (shift >= 0)
		a = mpc_exact_multiply(a, mpc_exact_power(2, shift));
	else
		b = mpc_exact_multiply(b, mpc_exact_power(2, -shift));
	whole = DirectFunctionCall2(numeric_div_trunc, a, b);
	*cut = mpc_exact_compare(mpc_exact_multiply(whole, b), a) != 0;
	return whole;
}

/* v / 2^shift, and a little more away from zero where something was cut off. */
static double
rounded(int64 v, bool cut, int shift)
{
	if (cut && v % 2 == 0)
		v += v < 0 ? -1 : 1;
	return ldexp((double) v, -shift);
}

double
mpc_exact_quotient(Datum a, Datum b)
{
	int			shift = KEPT_BITS - (bits(a) - bits(b));
	bool		cut;
	Datum		whole = whole_quotient(a, b, shift, &cut);

	return rounded(DatumGetInt64(DirectFunctionCall1(numeric_int8, whole)), cut, shift);
}

double
mpc_exact_root(Datum a, Datum b)
{
	int			shift = KEPT_BITS - (bits(a) - bits(b)) / 2;
	bool		cut;
	Datum		square = whole_quotient(a, b, 2 * shift, &cut);
	int64		root = DatumGetInt64(DirectFunctionCall1(numeric_int8, DirectFunctionCall1(numeric_sqrt, square)));
	int			above = mpc_exact_compare(mpc_exact_power(root, 2), square);

	if (above > 0)				/* numeric_sqrt rounds */
		root--;
	return rounded(root, cut || above != 0, shift);
}
