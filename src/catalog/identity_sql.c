/*
 * identity_sql.c
 *		What may SQL do with the identity: show the public card, make one when
 *		there is none, seal it under a passphrase, put a sealed one back.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "catalog/cards.h"
#include "catalog/identity.h"
#include "catalog/identity_row.h"
#include "crypto/seal.h"
#include "crypto/secret.h"

#define MIN_PASSPHRASE_BYTES 12

PG_FUNCTION_INFO_V1(mpc_sql_identity);
PG_FUNCTION_INFO_V1(mpc_sql_make_identity);
PG_FUNCTION_INFO_V1(mpc_sql_identity_export);
PG_FUNCTION_INFO_V1(mpc_sql_identity_import);
PG_FUNCTION_INFO_V1(mpc_sql_fingerprint);
PG_FUNCTION_INFO_V1(mpc_sql_card_epoch);

static text *
own_card(void)
{
	char		card[MPC_CARD_TEXT_MAX];

	mpc_card_text(card, mpc_identity());
	return cstring_to_text(card);
}

Datum
mpc_sql_identity(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(own_card());
}

Datum
mpc_sql_make_identity(PG_FUNCTION_ARGS)
{
	MpcIdentityRow row;

	if (mpc_core_init() != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_SYSTEM_ERROR),
				 errmsg("could not start libsodium")));
	memset(row.epoch, 0, sizeof(row.epoch));
	row.epoch[0] = 1;
	mpc_random(row.seed, sizeof(row.seed));
	mpc_random(row.dh_secret, sizeof(row.dh_secret));
	mpc_identity_row_write(&row, true);
	mpc_wipe(&row, sizeof(row));
	PG_RETURN_TEXT_P(own_card());
}

static void
check_passphrase(const text *passphrase)
{
	if (VARSIZE_ANY_EXHDR(passphrase) < MIN_PASSPHRASE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("passphrase is too short"),
				 errdetail("A passphrase must have at least %d bytes.", MIN_PASSPHRASE_BYTES)));
}

Datum
mpc_sql_identity_export(PG_FUNCTION_ARGS)
{
	text	   *passphrase = PG_GETARG_TEXT_PP(0);
	bytea	   *sealed = palloc(VARHDRSZ + sizeof(MpcIdentityRow) + MPC_SEAL_OVERHEAD);
	MpcIdentityRow row;
	MpcStatus	status;

	check_passphrase(passphrase);
	(void) mpc_identity();		/* raises when there is none or it is damaged */
	if (!mpc_identity_row_read(&row))
		elog(ERROR, "identity disappeared");
	status = mpc_seal_passphrase((uint8_t *) VARDATA(sealed), (uint8_t *) &row, sizeof(row),
								 VARDATA_ANY(passphrase), VARSIZE_ANY_EXHDR(passphrase));
	mpc_wipe(&row, sizeof(row));
	if (status != MPC_OK)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not seal the identity"),
				 errhint("Hashing the passphrase takes 256 MB of memory.")));
	SET_VARSIZE(sealed, VARHDRSZ + sizeof(MpcIdentityRow) + MPC_SEAL_OVERHEAD);
	PG_RETURN_BYTEA_P(sealed);
}

static void
refuse_sealed(MpcStatus status)
{
	if (status == MPC_CRYPTO)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not open the sealed identity"),
				 errhint("Hashing the passphrase takes 256 MB of memory.")));
	if (status == MPC_PASSPHRASE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PASSWORD),
				 errmsg("could not open the sealed identity"),
				 errdetail("The passphrase is wrong or the bytes were altered.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("these bytes are not a sealed identity"),
			 errhint("Give the bytes that mpc_identity_export() returned.")));
}

Datum
mpc_sql_identity_import(PG_FUNCTION_ARGS)
{
	bytea	   *sealed = PG_GETARG_BYTEA_PP(0);
	text	   *passphrase = PG_GETARG_TEXT_PP(1);
	MpcIdentityRow row;
	MpcStatus	status;

	check_passphrase(passphrase);
	if (VARSIZE_ANY_EXHDR(sealed) != sizeof(row) + MPC_SEAL_OVERHEAD)
		refuse_sealed(MPC_MALFORMED);
	if (mpc_core_init() != MPC_OK)
		refuse_sealed(MPC_CRYPTO);
	status = mpc_open_passphrase((uint8_t *) &row, (const uint8_t *) VARDATA_ANY(sealed),
								 VARSIZE_ANY_EXHDR(sealed),
								 VARDATA_ANY(passphrase), VARSIZE_ANY_EXHDR(passphrase));
	if (status != MPC_OK)
		refuse_sealed(status);
	mpc_identity_row_write(&row, false);
	mpc_wipe(&row, sizeof(row));
	PG_RETURN_TEXT_P(own_card());
}

/* The card of a text argument; NULL when it is none. */
static const MpcCard *
argument_card(FunctionCallInfo fcinfo)
{
	return mpc_pinned_card(text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

Datum
mpc_sql_fingerprint(PG_FUNCTION_ARGS)
{
	const MpcCard *card = argument_card(fcinfo);
	char		fingerprint[40];

	if (card == NULL)
		PG_RETURN_NULL();
	mpc_card_fingerprint(fingerprint, card);
	PG_RETURN_TEXT_P(cstring_to_text(fingerprint));
}

Datum
mpc_sql_card_epoch(PG_FUNCTION_ARGS)
{
	const MpcCard *card = argument_card(fcinfo);

	if (card == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) card->epoch);
}
