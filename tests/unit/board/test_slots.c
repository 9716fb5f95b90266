/* Boot entries, the counter of starts, and what is decided when a start is not the expected one. */
#include "firmware/board/entry.h"
#include "firmware/board/pending.h"
#include "firmware/board/prove.h"
#include "firmware/board/start.h"
#include "tests/tap.h"
#include "tests/unit/board/world.h"

static void entry(void)
{
	uint8_t bytes[1000];
	struct entry e;
	size_t len = entry_bytes(bytes, "MOCUA-B", 3, "\\EFI\\BOOT\\BOOTX64.EFI");

	eq_int(entry_parse(bytes, len, &e), ERR_OK);
	eq_str(e.name, "MOCUA-B");
	eq_str(e.file, "\\EFI\\BOOT\\BOOTX64.EFI");
	ok(e.active && e.on_partition && e.partition[0] == 0xb0 && e.partition[15] == 1);
	size_t bad = 0;
	for (size_t n = 0; n < len; n++)
		bad += entry_parse(bytes, n, &e) == ERR_BAD_DATA;
	eq_int(bad, len); /* of none of them is the list whole */
	bytes[0] = 0;
	ok(entry_parse(bytes, len, &e) == ERR_OK && !e.active);
	bytes[4] = 6; /* a list that ends within its first node */
	eq_int(entry_parse(bytes, len, &e), ERR_BAD_DATA);
}

static void counter(void)
{
	const struct tries t = { .tries = { 2, 200 },
				 .state = { SLOT_GOOD, SLOT_TRIAL },
				 .why = { WHY_NONE, WHY_CORE },
				 .number = { 4, NO_NUMBER } };
	uint8_t bytes[TRIES_BYTES + 1] = { 0 };

	tries_bytes(&t, bytes);
	struct tries u = tries_of(bytes, TRIES_BYTES);
	ok(memcmp(&t, &u, sizeof t) == 0);
	ok(tries_of(bytes, TRIES_BYTES - 1).state[0] == SLOT_UNKNOWN);
	ok(tries_of(bytes, TRIES_BYTES + 1).state[0] == SLOT_UNKNOWN);
	bytes[3] = 3; /* no state */
	ok(tries_of(bytes, TRIES_BYTES).number[0] == NO_NUMBER);
	bytes[3] = 2;
	bytes[5] = WHYS;
	ok(tries_of(bytes, TRIES_BYTES).tries[1] == 0);
}

/* One start of what firmware chooses, up to being proven, or to the reset. */
static enum slot start(bool comes_up)
{
	struct board b = slot_runs(firmware_chooses());
	bool leave = false, again = false;

	put_file("/kiosk.runs", "1");
	eq_int(tries_count(&b, &leave), ERR_OK);
	if (leave || !comes_up)
		return leave ? SLOTS : b.slot;
	eq_int(start_decide(&b, &again), ERR_OK);
	if (!again)
		eq_int(prove_good(&b), ERR_OK);
	return again ? SLOTS : b.slot;
}

static void two_good_slots(void)
{
	world_begin();
	eq_int(start(true), SLOT_A);
	put_slot(SLOT_B, "1.20");
	struct board b = slot_runs(SLOT_B);
	bool again = false;
	put_file(BOARD_PENDING, "FROM=A\nTO=B\nVERSION=1.20\nSTATE=written\nPERMIT=0\n");
	eq_int(start_decide(&b, &again), ERR_OK);
	eq_int(prove_good(&b), ERR_OK);
	eq_int(firmware_chooses(), SLOT_B);
}

/* Good for months, and then it comes up no more. */
static void loops(void)
{
	two_good_slots();
	eq_int(start(true), SLOT_B);
	for (int i = 0; i < TRIES_MAX; i++)
		eq_int(start(false), SLOT_B);
	eq_int(start(false), SLOTS); /* the fourth leaves it before anything else */
	eq_int(start(true), SLOT_A);
	ok(strstr(get_file(BOARD_ROLLBACK), "FROM=B\nTO=A\nVERSION=1.20\nWHY=NOT_UP") != NULL);
	eq_int(start(true), SLOT_A);
	world_end();
}

/* Neither comes up: each gets its three starts, by turns, for ever. */
static void both_loop(void)
{
	int starts[SLOTS + 1] = { 0 };

	two_good_slots();
	for (int i = 0; i < 24; i++)
		starts[start(false)]++;
	ok(starts[SLOT_A] >= 6 && starts[SLOT_B] >= 3 && starts[SLOT_A] + starts[SLOT_B] >= 12);
	world_end();
}

/* Two slots, and power cuts in between, but not in a row. */
static void rests(void)
{
	two_good_slots();
	for (int i = 0; i < 10; i++) {
		eq_int(start(false), SLOT_B);
		eq_int(start(false), SLOT_B);
		eq_int(start(true), SLOT_B);
	}
	world_end();
}

/* A first start that fails leads nowhere: the other slot is empty. */
static void alone(void)
{
	world_begin();
	for (int i = 0; i < 10; i++)
		eq_int(start(false), SLOT_A);
	eq_int(start(true), SLOT_A);
	eq_str(get_file(BOARD_ROLLBACK), "");
	world_end();
}

/* The file that firmware starts is gone, or its signature is not the right one. */
static void passed_by(void)
{
	two_good_slots();
	put_slot(SLOT_B, "half");
	eq_int(start(true), SLOT_A);
	ok(strstr(get_file(BOARD_ROLLBACK), "WHY=FIRMWARE") != NULL);
	world_end();
}

static void forget_variables(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s" EFI_VARS, world.root);
	eq_int(nftw(path, world_remove, 4, FTW_DEPTH | FTW_PHYS), 0);
	make_folder(EFI_VARS);
}

/* A dead battery: firmware takes the first disk it finds, which is the older one. */
static void dead_battery(void)
{
	two_good_slots();
	forget_variables();
	eq_int(start(true), SLOTS); /* A, which asks for B */
	eq_int(start(true), SLOT_B);
	eq_int(start(true), SLOT_B);
	eq_str(get_file(BOARD_ROLLBACK), "");
	/* and A is still the way back */
	for (int i = 0; i < TRIES_MAX; i++)
		eq_int(start(false), SLOT_B);
	eq_int(start(false), SLOTS);
	eq_int(start(true), SLOT_A);
	world_end();
}

/* A firmware that takes A first whatever it is told, and A is broken: it is left each time. */
static void stubborn(void)
{
	struct board b;
	bool leave = false, again = false;

	two_good_slots();
	for (int i = 0; i < 20; i++) {
		b = slot_runs(SLOT_A);
		eq_int(tries_count(&b, &leave), ERR_OK);
		eq_int(leave, i >= TRIES_MAX);
		if (!leave)
			continue;
		b = slot_runs(SLOT_B);
		eq_int(tries_count(&b, &leave), ERR_OK);
		eq_int(start_decide(&b, &again), ERR_OK);
		eq_int(prove_good(&b), ERR_OK);
	}
	world_end();
}

/* Flashed anew: B is empty, and firmware has not heard of it. A few starts are lost on that, and
 * never again once /data has told. */
static void flashed_anew(void)
{
	int lost = 0;

	two_good_slots();
	put_slot(SLOT_B, "");
	put_file(BOARD_SLOTS, "");
	for (int i = 0; i < 20; i++) {
		enum slot at = start(false);
		ok(at == SLOT_A || at == SLOTS);
		lost += at == SLOTS;
	}
	eq_int(lost, TRIES_MAX);
	eq_int(start(true), SLOT_A);
	for (int i = 0; i < 8; i++)
		eq_int(start(false), SLOT_A);
	world_end();
}

/* Such a firmware never remembers: it is asked once, and then serves as it is. */
static void no_memory(void)
{
	two_good_slots();
	forget_variables();
	eq_int(start(true), SLOTS);
	forget_variables();
	eq_int(start(true), SLOT_A);
	world_end();
}

static void entries_of_others(void)
{
	uint8_t bytes[1000];
	const uint16_t order[] = { 1, 9, 2 };
	uint16_t now[EFI_ENTRIES];
	size_t n = 0, len;

	two_good_slots();
	struct board b = world_board();
	len = entry_bytes(bytes, "Other", 1, "\\OTHER.EFI");
	eq_int(efi_write(&b, "Boot0009-" EFI_GLOBAL, bytes, len), ERR_OK);
	len = entry_bytes(bytes, "MOCUA-A", 1, "\\EFI\\BOOT\\BOOTX64.EFI"); /* a second one */
	eq_int(efi_write(&b, "Boot000A-" EFI_GLOBAL, bytes, len), ERR_OK);
	len = entry_bytes(bytes, "MOCUA-B", 1, "\\EFI\\BOOT\\BOOTX64.EFI"); /* and a wrong one */
	eq_int(efi_write(&b, "Boot0002-" EFI_GLOBAL, bytes, len), ERR_OK);
	eq_int(efi_put_numbers(&b, "BootOrder-" EFI_GLOBAL, order, 3), ERR_OK);
	(void)start(true);
	eq_int(efi_numbers(&b, "BootOrder-" EFI_GLOBAL, now, &n), ERR_OK);
	eq_int(n, 3);
	ok(n == 3 && now[2] == 9 && slot_of_number(&b, now[0]) != slot_of_number(&b, now[1]));
	world_end();
}

/* A PC that starts without UEFI chooses nothing, and counts nothing. */
static void without_uefi(void)
{
	char path[PATH_MAX];
	bool leave = false, again = false;

	world_begin();
	snprintf(path, sizeof path, "%s" EFI_VARS, world.root);
	ok(rmdir(path) == 0);
	struct board b = slot_runs(SLOT_A);
	eq_int(tries_count(&b, &leave), ERR_NOT_FOUND);
	eq_int(start_decide(&b, &again), ERR_NOT_FOUND);
	eq_int(prove_good(&b), ERR_OK);
	ok(!leave && !again && strstr(get_file(BOARD_SLOTS), "FIRST=A"));
	world_end();
}

int main(int argc, char **argv)
{
	int played = world_plays(argc, argv);

	if (played >= 0)
		return played;
	entry();
	counter();
	loops();
	both_loop();
	rests();
	alone();
	passed_by();
	dead_battery();
	stubborn();
	flashed_anew();
	no_memory();
	entries_of_others();
	without_uefi();
	return tap_done();
}
