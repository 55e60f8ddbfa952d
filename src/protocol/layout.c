/*
 * layout.c
 *		Where does what stand in a party's vector, and is it the vector this request is for?
 *
 * Assumes that a column's values at hand are those of its domain's hash, which whoever
 * brought them has compared.  Asker and peer derive the same layout from the question and the
 * contract it rests on; only the number of cells is the asker's to choose.
 */
#include "protocol/layout.h"

#include <string.h>

#include "crypto/secret.h"
#include "protocol/group_key.h"
#include "protocol/request.h"

/* Takes over what the contract says of each key. */
static MpcStatus
take_keys(MpcLayout *layout, const MpcQuery *q, const MpcContract *used)
{
	size_t		i;

	for (i = 0; i < layout->nkeys; i++)
	{
		const MpcContractColumn *column = mpc_contract_find(used, q->key[i], MPC_ROLE_KEY);

		if (column == NULL)
			return MPC_MISMATCH;
		layout->max_key_bytes[i] = column->max_key_bytes;
		if (mpc_is_zero(column->domain, sizeof(column->domain)))
			continue;
		if (column->values == NULL)
			return MPC_MISMATCH;
		layout->domain[i] = column->values;
	}
	return MPC_OK;
}

/* How many groups the declared domains have; 0 when one is open or they are too many. */
static uint32_t
declared_groups(const MpcLayout *layout)
{
	size_t		i;

	for (i = 0; i < layout->nkeys; i++)
		if (layout->domain[i] == NULL)
			return 0;
	return mpc_domain_groups(layout->domain, layout->nkeys);
}

/* MPC_LIMIT above MPC_MAX_LANES. */
static MpcStatus
set_size(MpcLayout *layout, uint64_t m)
{
	if (m > MPC_MAX_LANES)
		return MPC_LIMIT;
	layout->m = (uint32_t) m;
	return MPC_OK;
}

/* The sketch without its cells. */
static MpcStatus
set_sketch(MpcLayout *layout)
{
	size_t		tuple = 0;
	size_t		i;

	layout->kind = MPC_LAYOUT_SKETCH;
	layout->protocol = MPC_PROTOCOL_SKETCH;
	for (i = 0; i < layout->nkeys; i++)
		tuple += layout->max_key_bytes[i];
	if (tuple > MPC_MAX_TUPLE_BYTES)
		return MPC_LIMIT;
	layout->sketch.key_lanes = mpc_sketch_key_lanes(tuple);
	layout->sketch.values = layout->nlanes;
	return MPC_OK;
}

static void
start_layout(MpcLayout *layout, const MpcQuery *q, const MpcLanes *lanes)
{
	memset(layout, 0, sizeof(*layout));
	layout->kind = MPC_LAYOUT_TOTAL;
	layout->protocol = MPC_PROTOCOL_MASKED_SUM;
	layout->nlanes = lanes->nlanes;
	layout->m = lanes->nlanes;
	layout->nkeys = q->nkeys;
}

/* All but the number of a sketch's cells, which the contract does not say. */
static MpcStatus
set_kind(MpcLayout *layout, const MpcQuery *q, const MpcContract *used)
{
	MpcStatus	status;

	if (used->protocol == MPC_PROTOCOL_SHAMIR_SUM)
		layout->protocol = MPC_PROTOCOL_SHAMIR_SUM;
	if (layout->nkeys == 0)
		return MPC_OK;
	status = take_keys(layout, q, used);
	if (status != MPC_OK)
		return status;
	layout->ngroups = declared_groups(layout);
	/* Shares are for short vectors. */
	if (layout->ngroups == 0)
		return layout->protocol == MPC_PROTOCOL_SHAMIR_SUM ? MPC_VERSION : set_sketch(layout);
	layout->kind = MPC_LAYOUT_DOMAIN;
	return set_size(layout, ((uint64_t) layout->ngroups + 1) * layout->nlanes);
}

static MpcStatus
set_cells(MpcLayout *layout, uint64_t cells)
{
	/* Then the product below does not overflow. */
	if (cells > MPC_MAX_LANES)
		return MPC_LIMIT;
	layout->sketch.cells = (uint32_t) cells;
	return set_size(layout, cells * mpc_sketch_width(&layout->sketch) + layout->nlanes);
}

MpcStatus
mpc_layout_init(MpcLayout *layout, const MpcQuery *q, const MpcContract *used,
				const MpcLanes *lanes, uint64_t groups)
{
	MpcStatus	status;

	start_layout(layout, q, lanes);
	status = set_kind(layout, q, used);
	if (status != MPC_OK || layout->kind != MPC_LAYOUT_SKETCH)
		return status;
	/* A group takes a cell and more. */
	return groups > MPC_MAX_LANES ? MPC_LIMIT : set_cells(layout, mpc_sketch_cells(groups));
}

/*
 * mpc_sketch_cells() gives every multiple of its sub-tables from its least on: 1.6 cells a group leave none out.
 * A rest of the division shows when the caller compares m.
 */
static MpcStatus
take_cells(MpcLayout *layout, uint32_t m)
{
	uint32_t	cells;

	if (m < layout->nlanes)
		return MPC_MISMATCH;
	cells = (m - layout->nlanes) / mpc_sketch_width(&layout->sketch);
	if (cells % MPC_SKETCH_HASHES != 0 || cells < mpc_sketch_cells(0))
		return MPC_MISMATCH;
	return set_cells(layout, cells);
}

static bool
is_plain(uint8_t protocol)
{
	return protocol == MPC_PROTOCOL_MASKED_SUM || protocol == MPC_PROTOCOL_SHAMIR_SUM;
}

/* What a party knows of the layout that has no contract: the question and its lanes. */
static MpcStatus
take_unseen(MpcLayout *layout, uint8_t protocol, uint32_t m)
{
	layout->protocol = protocol;
	if (layout->nkeys == 0)
		return is_plain(protocol) && m == layout->nlanes ? MPC_OK : MPC_MISMATCH;
	if (m <= layout->nlanes)
		return MPC_MISMATCH;
	if (protocol == MPC_PROTOCOL_SKETCH)
	{
		layout->kind = MPC_LAYOUT_SKETCH;
		return set_size(layout, m);
	}
	layout->kind = MPC_LAYOUT_DOMAIN;
	layout->ngroups = m / layout->nlanes - 1;
	if (!is_plain(protocol) || m % layout->nlanes != 0 || layout->ngroups > MPC_MAX_DOMAIN_GROUPS)
		return MPC_MISMATCH;
	return set_size(layout, m);
}

MpcStatus
mpc_layout_of_request(MpcLayout *layout, const MpcQuery *q, const MpcContract *used,
					  const MpcLanes *lanes, uint8_t protocol, uint32_t m)
{
	MpcStatus	status;

	start_layout(layout, q, lanes);
	if (used == NULL)
		return take_unseen(layout, protocol, m);
	status = set_kind(layout, q, used);
	if (status == MPC_OK && protocol != layout->protocol)
		status = MPC_MISMATCH;
	if (status == MPC_OK && layout->kind == MPC_LAYOUT_SKETCH)
		status = take_cells(layout, m);
	if (status == MPC_OK && m != layout->m)
		status = MPC_MISMATCH;
	return status;
}
