/*
 * ask_groups.c
 *		Do the totals add up, and which groups are they?
 *
 * Every number is range-checked: a sum in which masks did not cancel is uniform and does not pass.
 * The tail comes first, so that such a sum is not taken for a sketch that was too small.
 */
#include "postgres.h"

#include "face/asking.h"
#include "face/errors.h"
#include "local/measure.h"
#include "miscadmin.h"
#include "protocol/group_key.h"
#include "utils/memutils.h"

/* Groups while they are collected. */
typedef struct Collector
{
	Asking	   *a;
	MpcBounds  *bounds;			/* per measure */
	int64		room;
} Collector;

static void
raise_unsound(const Asking *a)
{
	mpc_raise_status(MPC_RANGE, a->federation->name, "the answer");
}

/* Zeros where a column has none, as an interval: its fields have those of their types. */
static MpcBounds *
read_bounds(const Asking *a)
{
	MpcBounds  *bounds = palloc0(MPC_MAX_AGGS * sizeof(MpcBounds));

	for (int i = 0; i < a->lanes->nmeasures; i++)
	{
		const MpcMeasure *measure = &a->lanes->measure[i];

		/* intervals and identifiers have no bounds */
		for (int k = 0; k < measure->ncolumns && !measure->wants_levels; k++)
		{
			const MpcContractColumn *column = mpc_contract_find(a->used, measure->column[k], MPC_ROLE_MEASURE);

			if (column->low.len > 0)
				mpc_measure_bounds(column, &bounds[i].low[k], &bounds[i].high[k]);
		}
	}
	return bounds;
}

/* The lanes of one group as integers that some rows can have; in the question's memory. */
static MpcWide *
open_lanes(const Collector *c, const MpcFe *lanes, bool remainder)
{
	const Asking *a = c->a;
	MpcWide    *sum = MemoryContextAlloc(a->context, a->lanes->nlanes * sizeof(MpcWide));

	for (int k = 0; k < a->lanes->nlanes; k++)
		mpc_field_to_wide(&sum[k], lanes[k]);
	if (mpc_lanes_check(a->lanes, sum, a->roster->n, remainder, c->bounds) != MPC_OK)
		raise_unsound(a);
	return sum;
}

/* One more group; key is copied. */
static void
add_group(Collector *c, MpcStr key, MpcWide *sum)
{
	MpcAnswer  *answer = c->a->answer;
	MpcAnswerGroup *group;
	int64		contributors;
	uint8	   *copy;

	if (answer->ngroups == c->room)
	{
		c->room *= 2;
		answer->group = repalloc_huge(answer->group, c->room * sizeof(MpcAnswerGroup));
	}
	group = &answer->group[answer->ngroups++];
	copy = MemoryContextAlloc(c->a->context, Max(key.len, 1));
	memcpy(copy, key.data, key.len);
	group->key = (MpcStr)
	{
		copy, key.len
	};
	group->sum = sum;
	group->peak = NULL;
	group->position = 0;
	group->remainder = false;
	if (!mpc_wide_to_int64(&sum[MPC_ROWS_LANE], &group->rows) ||
		!mpc_wide_to_int64(&sum[MPC_CONTRIBUTOR_LANE], &contributors))
		raise_unsound(c->a);
	group->parties = (int) contributors;
}

/* ------------------------------------------------------------------ declared domains */

static MpcStr
tuple_key(const Asking *a, uint32 position, uint8 *buffer, Size room)
{
	const MpcLayout *layout = a->layout;
	MpcValue	tuple[MPC_MAX_KEYS];
	MpcWriter	w;

	mpc_domain_tuple(layout->domain, layout->nkeys, position, tuple);
	mpc_writer_init(&w, buffer, room);
	mpc_group_key_write(&w, tuple, layout->nkeys);
	if (w.status != MPC_OK)		/* a value too long for any party to show */
		raise_unsound(a);
	return (MpcStr)
	{
		buffer, w.len
	};
}

/* Most groups of a domain may be empty. */
static bool
is_zero(const MpcFe *lanes, int nlanes)
{
	static const MpcFe zero;

	for (int k = 0; k < nlanes; k++)
	{
		if (memcmp(lanes[k], zero, MPC_FIELD_BYTES) != 0)
			return false;
	}
	return true;
}

static void
decode_domain(Collector *c)
{
	const MpcLayout *layout = c->a->layout;
	Size		room = 0;
	uint8	   *buffer;

	for (int i = 0; i < layout->nkeys; i++)
		room += layout->max_key_bytes[i];
	buffer = palloc(room);
	for (uint32 g = 0; g < layout->ngroups; g++)
	{
		const MpcFe *lanes = (const MpcFe *) c->a->sum + (Size) g * layout->nlanes;

		if (!is_zero(lanes, layout->nlanes))
		{
			add_group(c, tuple_key(c->a, g, buffer, room), open_lanes(c, lanes, false));
			c->a->answer->group[c->a->answer->ngroups - 1].position = g;
		}
		if (g % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
}

/* ------------------------------------------------------------------ open keys */

/* One column of a key, as an honest party would have sent it: not too long, within its domain, a value of its type. */
static bool
is_sound_value(const Asking *a, int i, const MpcValue *value)
{
	const MpcLayout *layout = a->layout;
	uint32		position;
	Datum		datum;
	MpcStatus	status;

	if (mpc_group_key_size(value) > layout->max_key_bytes[i] ||
		(layout->domain[i] != NULL && !mpc_domain_find(layout->domain[i], value, &position)))
		return false;
	if (value->null)
		return true;
	status = mpc_value_decode(&a->answer->key_type[i], value->bytes, &datum);
	/* MPC_RANGE: sound, but without a form in this database */
	return status == MPC_RANGE || (status == MPC_OK && mpc_value_fits(&a->answer->key_type[i], datum));
}

static bool
is_sound_key(const Asking *a, MpcStr key)
{
	MpcValue	value[MPC_MAX_KEYS];

	if (mpc_group_key_read(value, a->layout->nkeys, key) != MPC_OK)
		return false;
	for (int i = 0; i < a->layout->nkeys; i++)
	{
		if (!is_sound_value(a, i, &value[i]))
			return false;
	}
	return true;
}

static int
compare_groups(const void *x, const void *y)
{
	return mpc_str_compare(((const MpcAnswerGroup *) x)->key, ((const MpcAnswerGroup *) y)->key);
}

static void
add_cell(Collector *c, const MpcFe *cell, uint8 *buffer)
{
	const MpcSketch *sketch = &c->a->layout->sketch;
	MpcStr		key = {buffer, 0};
	MpcWide    *sum;

	if (mpc_sketch_key(buffer, &key.len, cell + 1, sketch->key_lanes) != MPC_OK || !is_sound_key(c->a, key))
		raise_unsound(c->a);
	sum = open_lanes(c, cell + 2 + sketch->key_lanes, false);
	add_group(c, key, sum);
	if (c->a->answer->group[c->a->answer->ngroups - 1].rows == 0)
		raise_unsound(c->a);
}

/* False: it does not peel. */
static bool
decode_sketch(Collector *c)
{
	const MpcSketch *sketch = &c->a->layout->sketch;
	MpcFe	   *cell = c->a->sum;
	uint32	   *found = mpc_asking_alloc(sketch->cells * sizeof(uint32));
	uint32	   *work = mpc_asking_alloc(sketch->cells * sizeof(uint32));
	uint8		buffer[MPC_SKETCH_MAX_KEY_LANES * 31];
	uint32		n;
	MpcStatus	status;

	status = mpc_sketch_peel(sketch, cell, c->a->request->rid, found, &n, work);
	CHECK_FOR_INTERRUPTS();
	if (status == MPC_UNDECODABLE)
		return false;
	if (status != MPC_OK)
		elog(ERROR, "the sketch could not be read: %s", mpc_status_name(status));
	for (uint32 i = 0; i < n; i++)
	{
		add_cell(c, (const MpcFe *) cell + (Size) found[i] * mpc_sketch_width(sketch), buffer);
		if (i % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	qsort(c->a->answer->group, c->a->answer->ngroups, sizeof(MpcAnswerGroup), compare_groups);
	return true;
}

/* ------------------------------------------------------------------ all of it */

bool
mpc_asking_decode(Asking *a)
{
	Collector	c = {.a = a,.room = 16};
	MpcAnswer  *answer = a->answer;
	MpcWide    *tail;

	c.bounds = read_bounds(a);
	tail = open_lanes(&c, (const MpcFe *) a->sum + mpc_layout_tail(a->layout), a->query->nkeys > 0);
	answer->ngroups = 0;
	answer->group = MemoryContextAllocHuge(a->context, c.room * sizeof(MpcAnswerGroup));
	if (a->layout->kind == MPC_LAYOUT_DOMAIN)
		decode_domain(&c);
	else if (a->layout->kind == MPC_LAYOUT_SKETCH && !decode_sketch(&c))
		return false;
	/* behind all groups, for fold; without keys it is the answer */
	add_group(&c, (MpcStr) {NULL, 0}, tail);
	answer->ngroups--;
	answer->group[answer->ngroups].remainder = a->query->nkeys > 0;
	answer->group[answer->ngroups].position = a->layout->ngroups;
	return true;
}
