/* What kiosk-sync reads of the network, piece by piece: addresses, headers, bodies, pauses. */
#include "firmware/sync/address.h"
#include "firmware/sync/body.h"
#include "firmware/sync/headers.h"
#include "firmware/sync/http_call.h"
#include "firmware/sync/link.h"
#include "firmware/sync/piece.h"
#include "firmware/sync/send.h"
#include "tests/tap.h"

#include <sys/mman.h>
#include <unistd.h>

#define NOW INT64_C(1795262400) /* Sat, 21 Nov 2026 12:00:00 GMT */

static void base_addresses(void)
{
	static const char *const GOOD[] = { "https://province.example", "https://127.0.0.1:8443",
					    "https://[::1]:443/", "https://a-b.vn/" };
	static const char *const BAD[] = { "",
					   "http://province.example",
					   "https://",
					   "https:///x",
					   "https://user@host",
					   "https://host/path",
					   "https://host?x",
					   "ftp://host",
					   "https://host#x",
					   "HTTPS://host",
					   "https://ho st" };

	for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
		ok(address_base_ok(GOOD[i]));
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!address_base_ok(BAD[i]));
}

static void locations_stay_at_home(void)
{
	static const struct {
		const char *location;
		enum err e;
		const char *path;
	} ROWS[] = {
		{ "/v1/uploads/0f3c", ERR_OK, "/v1/uploads/0f3c" },
		{ "https://h.vn:8443/files/a?b=c", ERR_OK, "/files/a?b=c" },
		{ "https://h.vn/files/a", ERR_FORGED, "" }, /* another port */
		{ "https://h.vn:8443.evil.vn/a", ERR_FORGED, "" },
		{ "https://evil.vn/a", ERR_FORGED, "" },
		{ "http://h.vn:8443/a", ERR_OK, "/a" },
		{ "http://h.vn/a", ERR_FORGED, "" },
		{ "https://h.vn:8443@evil.vn/a", ERR_FORGED, "" },
		{ "file:///etc/passwd", ERR_FORGED, "" },
		{ "//evil.vn/a", ERR_FORGED, "" },
		{ "https://h.vn:8443//evil.vn/a", ERR_BAD_DATA, "" },
		{ "https://h.vn:8443", ERR_BAD_DATA, "" },
		{ "uploads/a", ERR_BAD_DATA, "" },
		{ "", ERR_BAD_DATA, "" },
		{ "/a/../b", ERR_BAD_DATA, "" },
		{ "/a\"b", ERR_BAD_DATA, "" },
		{ "/a\\b", ERR_BAD_DATA, "" },
		{ "/a b", ERR_BAD_DATA, "" },
		{ "/a\r\nX: y", ERR_BAD_DATA, "" },
		{ "/\xc3\xa9", ERR_BAD_DATA, "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		char path[ADDRESS_MAX_BYTES] = "";

		eq_int(address_path("https://h.vn:8443/", ROWS[i].location, path), ROWS[i].e);
		eq_str(path, ROWS[i].path);
	}
}

static void long_locations_are_refused(void)
{
	char location[ADDRESS_MAX_BYTES + 1], path[ADDRESS_MAX_BYTES];

	memset(location, 'a', sizeof location);
	location[0] = '/';
	location[ADDRESS_MAX_BYTES] = '\0';
	eq_int(address_path("https://h.vn", location, path), ERR_BAD_DATA);
	location[ADDRESS_MAX_BYTES - 1] = '\0';
	eq_int(address_path("https://h.vn", location, path), ERR_OK);
}

static void joined_addresses(void)
{
	char url[2 * ADDRESS_MAX_BYTES];

	eq_int(address_join("https://h.vn:1/", "/v1/health", url), ERR_OK);
	eq_str(url, "https://h.vn:1/v1/health");
}

static struct headers take(const char *line)
{
	struct headers h;

	headers_init(&h);
	headers_take(&h, line, strlen(line), NOW);
	return h;
}

static void offsets_are_whole_numbers(void)
{
	static const char *const BAD[] = {
		"Upload-Offset: -1\r\n",   "Upload-Offset: 1x\r\n",
		"Upload-Offset: 0x10\r\n", "Upload-Offset:\r\n",
		"Upload-Offset: 1 2\r\n",  "Upload-Offset: 9999999999999999999\r\n",
		"Upload-Offset 5\r\n",     "X-Upload-Offset: 5\r\n"
	};

	eq_int(take("Upload-Offset: 70\r\n").offset, 70);
	eq_int(take("upload-OFFSET:0").offset, 0);
	eq_int(take("Upload-Length: 999999999999999999\r\n").length, INT64_C(999999999999999999));
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		eq_int(take(BAD[i]).offset, -1);
}

static void retry_after_is_seconds_or_a_date(void)
{
	eq_int(take("Retry-After: 120\r\n").retry_after_s, 120);
	eq_int(take("Retry-After: Sat, 21 Nov 2026 12:02:00 GMT\r\n").retry_after_s, 120);
	eq_int(take("Retry-After: Sat, 21 Nov 2026 11:02:00 GMT\r\n").retry_after_s, 0);
	eq_int(take("Retry-After: 31536000\r\n").retry_after_s, RETRY_AFTER_MAX_S);
	eq_int(take("Retry-After: soon\r\n").retry_after_s, 0);
	eq_int(take("Retry-After: -5\r\n").retry_after_s, 0);
}

static void types_come_without_parameters(void)
{
	eq_str(take("Content-Type: Application/PKCS7-MIME; smime-type=signed-data\r\n").type,
	       "application/pkcs7-mime");
	eq_str(take("Content-Type: text/html\r\n").type, "text/html");
	eq_str(take("Content-Type: "
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n")
		       .type,
	       "");
}

static void a_status_line_forgets_what_was_before(void)
{
	struct headers h = take("Upload-Offset: 70\r\n");

	headers_take(&h, "HTTP/1.1 200 OK\r\n", 17, NOW);
	eq_int(h.offset, -1);
}

static void health_must_say_ok(void)
{
	static const char GOOD[] = "{\"status\":\"ok\",\"time\":1795262400,\"name\":\"Tỉnh\"}";
	static const char *const BAD[] = { "",
					   "{}",
					   "{\"status\":\"down\"}",
					   "{\"status\":1}",
					   "ok",
					   "[\"ok\"]",
					   "{\"status\":\"ok\"} x",
					   "<html>ok</html>",
					   "{\"status\":\"ok\"",
					   "{'status':'ok'}" };
	struct health h;

	ok(body_health(GOOD, sizeof GOOD - 1, &h));
	eq_str(h.name, "Tỉnh");
	eq_int(h.time_s, NOW);
	for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
		ok(!body_health(BAD[i], strlen(BAD[i]), &h));
}

static void problems_become_one_line(void)
{
	static const struct {
		const char *body, *detail;
	} ROWS[] = {
		{ "{\"title\":\"No\",\"detail\":\"the key is taken\"}", "the key is taken" },
		{ "{\"title\":\"No\"}", "No" },
		{ "{\"detail\":\"a\\nb\\u0007c\"}", "a b c" },
		{ "{\"detail\":7}", "" },
		{ "not json", "" },
		{ "{\"detail\":\"\xff\"}", "" },
		{ "{\"detail\":\"\xc0\xbb\"}", "" }, /* overlong: json-c takes it for UTF-8 */
	};
	char detail[DETAIL_MAX_BYTES];

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		body_problem(ROWS[i].body, strlen(ROWS[i].body), detail);
		eq_str(detail, ROWS[i].detail);
	}
}

static void long_text_is_cut_between_letters(void)
{
	char out[6];

	body_text("aế", out, sizeof out);
	eq_str(out, "aế");
	body_text("aếế", out, sizeof out);
	eq_str(out, "aế");
	body_text("abcdế", out, sizeof out);
	eq_str(out, "abcd");
	body_text("a\xc3(\xff", out, sizeof out); /* such as libcurl repeats of a certificate */
	eq_str(out, "a?(?");
}

static void pauses_grow_and_scatter(void)
{
	uint32_t most = 0;

	for (unsigned failures = 1; failures < 40; failures++) {
		uint32_t longest = 0;

		for (uint32_t random = 0; random < 60000; random += 7) {
			uint32_t ms = link_pause_ms(failures, random);

			longest = ms > longest ? ms : longest;
			if (ms < 200 || ms >= 30000)
				ok(!"a pause out of bounds");
		}
		ok(longest >= most);
		most = longest;
	}
	ok(link_pause_ms(1, UINT32_MAX) < 1000);
	ok(most > 25000);
}

static void keys_are_lower_case_uuids(void)
{
	ok(send_key_ok("0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3d"));
	ok(!send_key_ok("0B9D8D52-5f0f-4c57-9d9b-3a1f6a1b2c3d"));
	ok(!send_key_ok("0b9d8d52-5f0f-4c57-9d9b-3a1f6a1b2c3"));
	ok(!send_key_ok("0b9d8d52x5f0f-4c57-9d9b-3a1f6a1b2c3d"));
	ok(!send_key_ok(""));
}

static void failures_of_a_connection_have_names(void)
{
	static const struct {
		CURLcode code;
		const char *text;
		enum err e;
	} ROWS[] = {
		{ CURLE_OK, "", ERR_OK },
		{ CURLE_COULDNT_CONNECT, "Failed to connect", ERR_OFFLINE },
		{ CURLE_COULDNT_RESOLVE_HOST, "Could not resolve host: alert", ERR_OFFLINE },
		{ CURLE_OPERATION_TIMEDOUT, "", ERR_TIMEOUT },
		{ CURLE_PEER_FAILED_VERIFICATION, "certificate has expired", ERR_FORGED },
		{ CURLE_SSL_CERTPROBLEM, "", ERR_FORGED },
		{ CURLE_RECV_ERROR, "SSL routines::tlsv13 alert certificate required, errno 0",
		  ERR_FORGED },
		{ CURLE_RECV_ERROR, "SSL routines::sslv3 alert bad certificate", ERR_FORGED },
		{ CURLE_SSL_CONNECT_ERROR, "SSL routines::tlsv1 alert unknown ca", ERR_FORGED },
		{ CURLE_SSL_CONNECT_ERROR, "SSL routines::tlsv1 alert internal error",
		  ERR_OFFLINE },
		{ CURLE_SSL_CONNECT_ERROR, "SSL routines::wrong version number", ERR_BAD_DATA },
		{ CURLE_SSL_CONNECT_ERROR, "SSL routines::tlsv1 alert protocol version",
		  ERR_BAD_DATA },
		{ CURLE_SSL_CONNECT_ERROR, "SSL_connect: SSL_ERROR_SYSCALL", ERR_OFFLINE },
		{ CURLE_GOT_NOTHING, "Empty reply from server", ERR_OFFLINE },
		{ CURLE_WRITE_ERROR, "", ERR_BAD_DATA },
		{ CURLE_FILESIZE_EXCEEDED, "", ERR_BAD_DATA },
		{ CURLE_READ_ERROR, "", ERR_IO },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		eq_int(http_call_err(ROWS[i].code, ROWS[i].text), ROWS[i].e);
}

/* On a slow line, and after cuts, pieces are small; on a good one they are few. */
static void pieces_fit_the_line(void)
{
	uint32_t bytes = PIECE_FIRST_BYTES;

	for (int i = 0; i < 10; i++)
		bytes = piece_next_bytes(bytes, 100);
	eq_int(bytes, PIECE_MOST_BYTES);
	for (int i = 0; i < 10; i++) /* 32 kbit/s */
		bytes = piece_next_bytes(bytes, bytes / 4);
	ok(bytes / 4 <= 32000 && bytes / 4 >= 8000);
	for (int i = 0; i < 10; i++)
		bytes = piece_next_bytes(bytes, -1);
	eq_int(bytes, PIECE_LEAST_BYTES);
	eq_int(piece_next_bytes(bytes, 10000), PIECE_LEAST_BYTES);
}

static void a_piece_has_its_checksum(void)
{
	char header[PIECE_SUM_CAP] = "untouched";
	int fd = memfd_create("bytes", MFD_CLOEXEC);

	eq_int(write(fd, "say abc!", 8), 8);
	eq_int(piece_sum(fd, 4, 3, header), ERR_OK); /* FIPS 180-2, appendix B.1 */
	eq_str(header, "Upload-Checksum: sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
	snprintf(header, sizeof header, "untouched");
	eq_int(piece_sum(fd, 4, 5, header), ERR_IO); /* the file is shorter */
	eq_str(header, "untouched");
	close(fd);
}

int main(void)
{
	pieces_fit_the_line();
	a_piece_has_its_checksum();
	failures_of_a_connection_have_names();
	base_addresses();
	locations_stay_at_home();
	long_locations_are_refused();
	joined_addresses();
	offsets_are_whole_numbers();
	retry_after_is_seconds_or_a_date();
	types_come_without_parameters();
	a_status_line_forgets_what_was_before();
	health_must_say_ok();
	problems_become_one_line();
	long_text_is_cut_between_letters();
	pauses_grow_and_scatter();
	keys_are_lower_case_uuids();
	return tap_done();
}
