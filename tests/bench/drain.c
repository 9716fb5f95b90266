/* How fast a queue drains, against curl that brings the same bytes over the same TLS to the same
 * stand-in, in the same run. Ours does more: each package is looked at by its hash, each step is
 * durable before the next, pieces carry checksums, the province opens and checks each dossier and
 * signs an answer, whose signature is checked here. curl creates the uploads and sends the bytes.
 *
 *     build/bench/drain [FOLDER]      FOLDER has the outbox; default: here */
#include "tests/bench/bench.h"

#include "firmware/core/db.h"
#include "tests/unit/core/fixture.h"
#include "tests/unit/sync/world.h"

#include <sys/resource.h>

#define DOSSIERS  40
#define PDF_BYTES (1 << 20)
#define WAIT_MS   60000
#define HASH      "c9d0036bed6744bcdf692fc980d8717d7e5f5a4f4e8266b4a84982602fb1cd09"

struct bench {
	struct world w;
	struct fixture f;
	struct clock clock;
	struct store *store;
	struct package_keys *keys;
	char sums[DOSSIERS][65];
	uint64_t bytes;
	double way_ms; /* from the order to kiosk-sync until the answer */
};

struct cost {
	double wall_ms, kiosk_ms, province_ms;
};

static void must(enum err e)
{
	if (e == ERR_OK)
		return;
	printf("drain: %s\n", err_text(e));
	exit(1);
}

static double used_ms(pid_t pid)
{
	char path[64];
	double ns = 0;

	snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
	FILE *f = fopen(path, "re");
	if (!f || fscanf(f, "%lf", &ns) != 1)
		must(ERR_IO);
	fclose(f);
	return ns / 1e6;
}

static void load_keys(struct bench *b)
{
	char key[160], cert[160], seal[160];

	snprintf(key, sizeof key, "%s/pki/kiosk/kiosk.key", b->w.dir);
	snprintf(cert, sizeof cert, "%s/pki/kiosk/kiosk.pem", b->w.dir);
	snprintf(seal, sizeof seal, "%s/pki/kiosk/seal.pem", b->w.dir);
	must(package_keys_load(key, cert, seal, &b->keys));
}

static void open_outbox(struct bench *b, const char *folder)
{
	snprintf(b->f.data, sizeof b->f.data, "%.60s/bench-drain", folder);
	remove_dir(b->f.data);
	struct store_options o = { .dir = b->f.data, .clock = &b->clock, .limits = &NO_LIMITS };
	must(store_open(&o, &b->store));
}

static void hand_in(struct bench *b, int i, struct dossier_paper *paper)
{
	char key[STORE_KEY_CAP], code[RECEIPT_CODE_CAP];
	struct package made;

	must(store_new_key(b->store, key));
	must(receipt_code_next(b->store, "K01", code));
	struct dossier d = sample(key, code);
	d.papers = paper;
	d.paper_count = 1;
	must(outbox_make(b->store, &d, b->keys, &made));
	must(outbox_add(b->store, &made, NULL));
	memcpy(b->sums[i], made.sha256, sizeof made.sha256);
	b->bytes += made.bytes;
}

static void fill(struct bench *b)
{
	static const struct dossier_page PAGE = { .device = "flatbed",
						  .source = "flatbed",
						  .profile = "text",
						  .check = "good",
						  .tools = "x",
						  .source_sha256 = HASH,
						  .dpi = 200,
						  .channels = 1,
						  .sides = 1,
						  .side = 1,
						  .width = 1654,
						  .height = 2339,
						  .scanned_s = T0,
						  .clock = "rtc" };
	struct dossier_paper paper = PAPERS[0];
	uint8_t *pdf = malloc(PDF_BYTES);

	for (size_t i = 0; pdf && i < PDF_BYTES; i++)
		pdf[i] = (uint8_t)(i * 131 >> 3);
	paper.pdf = pdf;
	paper.pdf_len = PDF_BYTES;
	paper.pages = 1;
	paper.sources = &PAGE;
	for (int i = 0; i < DOSSIERS; i++)
		hand_in(b, i, &paper);
	free(pdf);
}

/* The answer counts when its signature does. */
static void settle(struct bench *b, const struct outbox_item *item, int fd)
{
	struct parcel p = { 0 };
	char text[2048];
	const void *bytes;
	size_t len;

	must(outbox_sent(b->store, item->key));
	memcpy(p.key, item->key, sizeof p.key);
	memcpy(p.pack.manifest, item->manifest, sizeof p.pack.manifest);
	answer_text(&b->w, &p, fd, text);
	if (!strstr(text, "\"accepted\":true"))
		must(ERR_FORGED);
	must(mem_map(fd, OUTBOX_MAX_ANSWER, &bytes, &len));
	struct outbox_answer a = { .accepted = true,
				   .key = item->key,
				   .manifest = item->manifest,
				   .dossier_code = "000.00.06.H56-261122-0001",
				   .time_s = T0,
				   .bytes = bytes,
				   .len = len };
	must(outbox_answered(b->store, item->key, &a));
	mem_unmap(bytes, len);
}

static void one(struct bench *b, const struct outbox_item *item)
{
	struct msg m = { .type = MSG_SEND };

	must(outbox_open(b->store, item->key, &m.send.package));
	memcpy(m.send.key, item->key, sizeof item->key);
	memcpy(m.send.sha256, item->sha256, sizeof item->sha256);
	memcpy(m.send.manifest, item->manifest, sizeof item->manifest);
	must(outbox_sending(b->store, item->key));
	must(msg_send(b->w.core, ROLE_CORE, ROLE_SYNC, &m));
	msg_finish(&m);
	double from_ms = bench_now_ms(), until_ms = from_ms + WAIT_MS;
	while (bench_now_ms() < until_ms) {
		struct pollfd p = { .fd = b->w.core, .events = POLLIN };
		bool done = false;

		if (poll(&p, 1, 1000) <= 0)
			continue;
		must(msg_recv(b->w.core, ROLE_CORE, ROLE_SYNC, &m));
		if (m.type == MSG_UPLOAD_AT)
			must(outbox_upload_at(b->store, item->key, m.upload_at.upload));
		if (m.type == MSG_SEND_FAILED)
			printf("drain: %s\n", m.send_failed.detail);
		if (m.type == MSG_SEND_FAILED)
			must((enum err)m.send_failed.why);
		if (m.type == MSG_ANSWERED) {
			b->way_ms += bench_now_ms() - from_ms;
			settle(b, item, m.answered.answer);
			done = true;
		}
		msg_finish(&m);
		if (done)
			return;
	}
	must(ERR_TIMEOUT);
}

static struct cost ours(struct bench *b)
{
	double from_ms = bench_now_ms(), self = bench_cpu_ms();
	double sync = used_ms(b->w.sync), province = used_ms(b->w.province);
	struct outbox_item item;
	uint32_t wait_ms;

	while (outbox_next(b->store, NULL, &item, &wait_ms) == ERR_OK)
		one(b, &item);
	return (struct cost){ .wall_ms = bench_now_ms() - from_ms,
			      .kiosk_ms = bench_cpu_ms() - self + used_ms(b->w.sync) - sync,
			      .province_ms = used_ms(b->w.province) - province };
}

static void common(FILE *f, const struct bench *b, int i)
{
	if (i > 0)
		fprintf(f, "next\n");
	fprintf(f,
		"silent\nfail\ncacert = %s/pki/kiosk/tls/ca.pem\ncert = "
		"%s/pki/kiosk/tls/kiosk.pem\n",
		b->w.dir, b->w.dir);
	fprintf(f, "key = %s/pki/kiosk/tls/kiosk.key\n", b->w.dir);
	fprintf(f, "header = \"Tus-Resumable: 1.0.0\"\nheader = \"Expect:\"\noutput = /dev/null\n");
}

static void base64(const char *text, char *ret)
{
	EVP_EncodeBlock((unsigned char *)ret, (const unsigned char *)text, (int)strlen(text));
}

static int64_t size_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		must(ERR_NOT_FOUND);
	return st.st_size;
}

/* The packages' files, as they lie in the outbox. */
static void list_files(const struct bench *b, char files[DOSSIERS][300])
{
	char folder[160];
	int n = 0;

	snprintf(folder, sizeof folder, "%s/outbox", b->f.data);
	DIR *d = opendir(folder);
	for (struct dirent *e; d && (e = readdir(d)) && n < DOSSIERS;)
		if (e->d_name[0] != '.')
			snprintf(files[n++], 300, "%s/%.136s", folder, e->d_name);
	if (d)
		closedir(d);
	if (n != DOSSIERS)
		must(ERR_NOT_FOUND);
}

static void curl_creates(const struct bench *b, char files[DOSSIERS][300])
{
	char path[64], key[64], sum[96], text[40];

	snprintf(path, sizeof path, "%s/create", b->w.dir);
	FILE *f = fopen(path, "we");
	for (int i = 0; f && i < DOSSIERS; i++) {
		snprintf(text, sizeof text, KEY_FORMAT, 0x1000u + (unsigned)i);
		base64(text, key);
		base64(b->sums[i], sum);
		common(f, b, i);
		fprintf(f, "url = %s/v1/uploads\nrequest = POST\n", b->w.url);
		fprintf(f, "dump-header = %s/heads-%02d\nheader = \"Upload-Length: %jd\"\n",
			b->w.dir, i, (intmax_t)size_of(files[i]));
		fprintf(f, "header = \"Upload-Metadata: key %s,sha256 %s\"\n", key, sum);
	}
	if (!f || fclose(f) != 0 || RUN(NULL, "curl", "--config", path) != 0)
		must(ERR_IO);
}

static void location(const struct bench *b, int i, char ret[256])
{
	char path[64], line[512];

	ret[0] = '\0';
	snprintf(path, sizeof path, "%s/heads-%02d", b->w.dir, i);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		(void)sscanf(line, "Location: %255[^\r\n]", ret);
	if (f)
		fclose(f);
	if (!ret[0])
		must(ERR_BAD_DATA);
}

static void curl_uploads(const struct bench *b, char files[DOSSIERS][300])
{
	char path[64], at[256];

	snprintf(path, sizeof path, "%s/upload", b->w.dir);
	FILE *f = fopen(path, "we");
	for (int i = 0; f && i < DOSSIERS; i++) {
		location(b, i, at);
		common(f, b, i);
		fprintf(f, "url = %s%s\nrequest = PATCH\nupload-file = %s\n", b->w.url, at,
			files[i]);
		fprintf(f, "header = \"Upload-Offset: 0\"\n"
			   "header = \"Content-Type: application/offset+octet-stream\"\n");
	}
	if (!f || fclose(f) != 0 || RUN(NULL, "curl", "--config", path) != 0)
		must(ERR_IO);
}

static double children_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static struct cost curls(struct bench *b)
{
	static char files[DOSSIERS][300];

	list_files(b, files);
	double from_ms = bench_now_ms(), used = children_ms(), province = used_ms(b->w.province);
	curl_creates(b, files);
	curl_uploads(b, files);
	return (struct cost){ .wall_ms = bench_now_ms() - from_ms,
			      .kiosk_ms = children_ms() - used,
			      .province_ms = used_ms(b->w.province) - province };
}

static void tell(const char *who, const struct cost *c, uint64_t bytes)
{
	printf("%-6s %10.0f %12.1f %14.0f %14.0f\n", who, c->wall_ms,
	       (double)bytes / 1e3 / c->wall_ms, c->kiosk_ms, c->province_ms);
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };

	if (RUN(NULL, "curl", "--version") != 0) {
		printf("drain: there is no curl\n");
		return 1;
	}
	world_init(&b.w);
	world_start_sync(&b.w);
	world_expect_link(&b.w, true);
	load_keys(&b);
	open_outbox(&b, argc > 1 ? argv[1] : ".");
	fill(&b);
	struct cost curl = curls(&b), kiosk = ours(&b);
	printf("%d dossiers, %.1f MB\n%-6s %10s %12s %14s %14s\n", DOSSIERS, (double)b.bytes / 1e6,
	       "", "wall ms", "MB/s", "CPU ms here", "CPU ms there");
	tell("curl", &curl, b.bytes);
	tell("kiosk", &kiosk, b.bytes);
	printf("of the kiosk's time %.0f ms are the outbox's own: four durable steps of each;\n"
	       "the rest is kiosk-sync's and the province's, which syncs files and database\n",
	       kiosk.wall_ms - b.way_ms);
	int64_t there = world_count(&b.w);
	bench_wrong("drain of 40 dossiers of 1 MB: not there", DOSSIERS - (int)there, DOSSIERS);
	bench_row("  time, to curl with the same bytes", kiosk.wall_ms / curl.wall_ms, "x", 0);
	bench_row("  processor time here, to curl", kiosk.kiosk_ms / curl.kiosk_ms, "x", 0);
	bench_row("  rate, with answers signed and kept", (double)b.bytes / 1e3 / kiosk.wall_ms,
		  "MB/s", 0);
	store_close(b.store);
	package_keys_free(b.keys);
	remove_dir(b.f.data);
	world_stop_sync(&b.w);
	world_finish(&b.w);
	return there != DOSSIERS;
}
