/* kiosk-flash: writes a kiosk's disk from an image and proves that it is right. For a technician,
 * on any Debian 12 PC; the boot stick runs it by itself. board/FLASHING.md tells how. */
#include "board/flash/keys.h"
#include "board/flash/sysfs.h"
#include "board/flash/tool.h"
#include "firmware/base/auto.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define ANCHOR "/usr/share/kiosk-flash/update-ca.pem"

static const char USAGE[] =
	"kiosk-flash [OPTIONS] FOLDER     FOLDER: what `make image` made\n"
	"  --list            show the disks of this machine, write nothing\n"
	"  --disk NAME       this disk; else a menu asks\n"
	"  --who NAME        technician's name or number, for the record\n"
	"  --erase-data      do not keep a kiosk's data (asks for a word)\n"
	"  --anchor FILE     certificate of who signs images (" ANCHOR ")\n"
	"  --terminal DEV    talk there instead of here; may be repeated\n"
	"  --stick           as on the boot stick: the only disk is flashed when nobody answers\n"
	"  --wait SECONDS    with --stick: how long that is (30)\n"
	"  --keys FOLDER     with --stick: Secure Boot keys for a machine in setup mode\n"
	"ends with 0 good, 1 failed: flash again, 2 usage, 3 refused, 4 wrong image\n";

enum { LIST, DISK, WHO, ERASE, ANCHOR_FILE, TERMINAL, STICK, WAIT, KEYS };

static bool take_option(struct options *o, int option)
{
	switch (option) {
	case LIST:
		o->list = true;
		return true;
	case DISK:
		o->disk = optarg;
		return true;
	case WHO:
		o->who = optarg;
		return true;
	case ERASE:
		o->erase = true;
		return true;
	case ANCHOR_FILE:
		o->anchor = optarg;
		return true;
	case TERMINAL:
		if (o->terminal_count == TALK_MAX)
			return false;
		o->terminals[o->terminal_count++] = optarg;
		return true;
	case STICK:
		o->stick = true;
		return true;
	case WAIT:
		o->wait_s = (unsigned)strtoul(optarg, NULL, 10);
		return o->wait_s > 0 && o->wait_s <= 3600;
	case KEYS:
		o->keys = optarg;
		return true;
	default:
		return false;
	}
}

static bool read_options(int argc, char **argv, struct options *o)
{
	static const struct option LONG[] = { { "list", 0, NULL, LIST },
					      { "disk", 1, NULL, DISK },
					      { "who", 1, NULL, WHO },
					      { "erase-data", 0, NULL, ERASE },
					      { "anchor", 1, NULL, ANCHOR_FILE },
					      { "terminal", 1, NULL, TERMINAL },
					      { "stick", 0, NULL, STICK },
					      { "wait", 1, NULL, WAIT },
					      { "keys", 1, NULL, KEYS },
					      { 0 } };
	int option;

	*o = (struct options){ .anchor = ANCHOR, .wait_s = 30 };
	while ((option = getopt_long(argc, argv, "", LONG, NULL)) >= 0) {
		if (!take_option(o, option))
			return false;
	}
	if (optind + 1 != argc)
		return false;
	o->folder = argv[optind];
	return true;
}

static void on_check(void *data, uint64_t done, uint64_t total)
{
	talk_progress(data, SAY_CHECK, done, total);
}

static void on_flash(void *data, enum say what, uint64_t done, uint64_t total)
{
	talk_progress(data, what, done, total);
}

/* The disk that the image lies on must not be the one that is written. */
static uint64_t device_of(const char *folder)
{
	struct stat st;

	return stat(folder, &st) == 0 && major(st.st_dev) > 0
		       ? disk_number(major(st.st_dev), minor(st.st_dev))
		       : 0;
}

static enum say open_image(struct tool *t)
{
	const struct options *o = t->options;
	enum say s;

	talk_say(&t->talk, SAY_CHECKING, NULL);
	s = image_open(o->folder, o->anchor, on_check, &t->talk, &t->image);
	if (s != SAY_OK)
		return s;
	talk_say(&t->talk, SAY_IMAGE_GOOD, NULL);
	talk_line(&t->talk, "%s %s", t->image.board, t->image.version);
	if (t->image.test_only)
		talk_say(&t->talk, SAY_TEST_ONLY, NULL);
	return SAY_OK;
}

static void fill_record(struct tool *t, const struct disk *d)
{
	struct record *r = &t->flash.record;
	time_t now = time(NULL);
	struct tm utc;

	*r = (struct record){ 0 };
	(void)snprintf(r->who, sizeof(r->who), "%s", t->who);
	(void)snprintf(r->model, sizeof(r->model), "%s", d->model);
	(void)snprintf(r->serial, sizeof(r->serial), "%s", d->serial);
	(void)snprintf(r->secure_boot, sizeof(r->secure_boot), "%s",
		       keys_state_name(keys_state(&t->host)));
	if (gmtime_r(&now, &utc))
		(void)strftime(r->when, sizeof(r->when), "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* What the technician copies into the book. */
static void tell_record(struct tool *t, const struct disk *d)
{
	const struct record *r = &t->flash.record;
	enum say data = r->data == RECORD_KEPT ? SAY_KEEPING : SAY_DATA_NEW;

	talk_line(&t->talk, " ");
	talk_line(&t->talk, "  Đĩa | Disk:          /dev/%s  %s  S/N %s", d->name, r->model,
		  r->serial);
	talk_line(&t->talk, "  Bản | Version:       %s  %s", r->board, r->version);
	talk_line(&t->talk, "  Mã gốc | Root hash:  %.32s", r->root_hash);
	if (strlen(r->root_hash) > 32)
		talk_line(&t->talk, "                       %s", r->root_hash + 32);
	talk_line(&t->talk, "  Lúc | When:          %s", r->when);
	talk_line(&t->talk, "  Người | Who:         %s", r->who);
	talk_line(&t->talk, "  Đọc lại | Read back: %llu bytes",
		  (unsigned long long)r->verified_bytes);
	talk_line(&t->talk, " ");
	talk_say(&t->talk, data, NULL);
}

/* While a person thinks about an answer a disk may be exchanged, and another have its name. */
static bool is_as_chosen(const struct tool *t, const struct found *f, const struct medium *m,
			 const struct look *now)
{
	const struct look *then = &f->look;
	struct disk d;

	return disk_named(&t->host, f->disk.name, &d) == SAY_OK &&
	       strcmp(d.serial, f->disk.serial) == 0 && strcmp(d.model, f->disk.model) == 0 &&
	       m->bytes == f->disk.bytes && now->kind == then->kind &&
	       now->same_layout == then->same_layout && now->other_board == then->other_board &&
	       now->never_started == then->never_started && now->record.data == then->record.data;
}

/* The disk is looked at once more when nobody else can have it. */
static enum say write_disk(struct tool *t, const struct found *f, enum record_data data)
{
	char path[sizeof("/dev/") + DISK_NAME_CAP];
	AUTO_FREE struct look *now = calloc(1, sizeof(*now));
	struct medium m;

	if (!now)
		return SAY_NO_MEMORY;
	(void)snprintf(path, sizeof(path), "/dev/%s", f->disk.name);
	enum say s = medium_open(path, &m);
	if (s != SAY_OK)
		return s;
	s = look_at(&m, &t->image, now);
	if (s == SAY_OK && !is_as_chosen(t, f, &m, now))
		s = SAY_CHANGED;
	if (s == SAY_OK) {
		t->flash = (struct flash){ .image = &t->image,
					   .medium = &m,
					   .look = now,
					   .data = data,
					   .tick = on_flash,
					   .tick_data = &t->talk };
		fill_record(t, &f->disk);
		s = flash_run(&t->flash);
	}
	if (s == SAY_OK)
		medium_tell(&m);
	medium_close(&m);
	return s;
}

static enum say choose_and_write(struct tool *t, const struct found **ret)
{
	enum record_data data = RECORD_KEPT;
	bool alone = false;
	enum say s = menu_find(t);

	if (s != SAY_OK)
		return s;
	menu_show(t);
	if (t->options->list)
		return SAY_OK;
	if (t->options->disk) {
		*ret = &t->found[0];
		s = (*ret)->why;
	} else {
		s = menu_choose(t, ret, &alone);
	}
	if (s != SAY_OK)
		return s;
	if (alone) {
		(void)snprintf(t->who, sizeof(t->who), "%s", "(stick)");
		data = confirm_alone(*ret);
	} else {
		s = confirm_all(t, *ret, &data);
	}
	return s == SAY_OK ? write_disk(t, *ret, data) : s;
}

static void tell_end(struct tool *t, enum say s, const struct found *f)
{
	char where[64] = "";

	if (s == SAY_OK) {
		talk_end(&t->talk, TALK_GOOD);
		talk_say(&t->talk, SAY_END_GOOD, NULL);
		tell_record(t, &f->disk);
		talk_say(&t->talk, SAY_NEXT_START, NULL);
		return;
	}
	bool bad = say_status(s) == 1;
	talk_end(&t->talk, bad ? TALK_BAD : TALK_REFUSED);
	talk_say(&t->talk, bad ? SAY_END_BAD : SAY_END_REFUSED, NULL);
	if (bad)
		(void)snprintf(where, sizeof(where), "(/dev/%s, byte %llu)", f->disk.name,
			       (unsigned long long)t->flash.failed_at);
	talk_say(&t->talk, s, bad ? where : NULL);
}

/* What was kept is sealed to a machine without keys, and stays shut on one that has them. */
static enum say keys_question(const struct tool *t)
{
	return t->flash.record.data == RECORD_KEPT ? SAY_SETUP_KEPT : SAY_SETUP_MODE;
}

static void enrol(struct tool *t)
{
	enum keys_state state = keys_state(&t->host);
	char line[TALK_LINE_CAP] = "";

	if (state == KEYS_ON)
		talk_say(&t->talk, SAY_SECURE_ON, NULL);
	if (state != KEYS_SETUP || !t->options->keys) {
		if (state == KEYS_OFF)
			talk_say(&t->talk, SAY_NOT_ENROLLED, NULL);
		return;
	}
	(void)talk_ask(&t->talk, keys_question(t), 60, SAY_KEYS_LATER, line);
	if (strcasecmp(line, "KHOA") != 0 && strcasecmp(line, "KEYS") != 0)
		talk_say(&t->talk, SAY_NOT_ENROLLED, NULL);
	else
		talk_say(&t->talk,
			 keys_enrol(&t->host, t->options->keys) ? SAY_ENROLLED : SAY_ENROL_FAILED,
			 NULL);
}

/* A folder that is known would be there for a while even without its stick. */
static bool stick_is_gone(void *data)
{
	const struct tool *t = data;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/dev/block/%u:%u", t->host.sys,
		       disk_major(t->host.source), disk_minor(t->host.source));
	return t->host.source && access(path, F_OK) < 0;
}

/* On the stick one may try again after a refusal: nothing was touched. */
static int run(struct tool *t)
{
	const struct found *f = NULL;
	enum say s = open_image(t);
	bool again = s == SAY_OK;

	while (again) {
		s = choose_and_write(t, &f);
		again = t->options->stick && say_status(s) == 3 && s != SAY_GAVE_UP &&
			s != SAY_NO_DISK;
		if (again)
			talk_say(&t->talk, s, NULL);
	}
	if (t->options->list && s == SAY_OK)
		return 0;
	tell_end(t, s, f);
	if (t->options->stick) {
		if (s == SAY_OK)
			enrol(t);
		talk_say(&t->talk, SAY_TAKE_OUT, NULL);
		talk_wait(&t->talk, stick_is_gone, t);
		talk_say(&t->talk, SAY_OFF_NOW, NULL);
	}
	return say_status(s);
}

int main(int argc, char **argv)
{
	struct options options;
	AUTO_FREE struct found *found = calloc(DISKS_CAP, sizeof(*found));
	AUTO_FREE struct tool *t = calloc(1, sizeof(*t));

	if (!found || !t)
		return 3;
	bool help = argc == 2 && strcmp(argv[1], "--help") == 0;
	if (help || !read_options(argc, argv, &options)) {
		(void)fputs(USAGE, help ? stdout : stderr);
		return help ? 0 : 2;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	t->options = &options;
	t->found = found;
	t->image.fd = -1;
	t->host = (struct host){ "/sys", "/proc", device_of(options.folder) };
	talk_init(&t->talk);
	for (size_t i = 0; i < options.terminal_count; i++)
		(void)talk_add(&t->talk, options.terminals[i]);
	talk_say(&t->talk, SAY_TITLE, NULL);
	int status = run(t);
	image_close(&t->image);
	talk_finish(&t->talk);
	return status;
}
