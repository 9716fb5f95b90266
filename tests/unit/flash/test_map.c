#include "board/flash/map.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A map of 40 blocks with these ranges, of `mapped` blocks. */
static enum err parse(const char *ranges, int mapped, const char *size, struct map *ret)
{
	char xml[4096];
	int len = snprintf(
		xml, sizeof(xml),
		"<?xml version=\"1.0\" ?>\n<!-- said in passing -->\n<bmap version=\"2.0\">\n"
		"<ImageSize> %s </ImageSize><BlockSize> 4096 </BlockSize>\n"
		"<BlocksCount> 40 </BlocksCount>"
		"<MappedBlocksCount> %d    </MappedBlocksCount>\n"
		"<ChecksumType> sha256 </ChecksumType>\n"
		"<BmapFileChecksum> " SUM " </BmapFileChecksum>\n"
		"<BlockMap>\n%s</BlockMap>\n</bmap>\n",
		size, mapped, ranges);

	return map_parse(xml, (size_t)len, ret);
}

static enum err ranges(const char *text, int mapped)
{
	struct map m = { 0 };
	enum err e = parse(text, mapped, "163840", &m);

	map_finish(&m);
	return e;
}

static void a_map(void)
{
	struct map m;

	eq_int(parse("<Range chksum=\"" SUM "\"> 0-4 </Range>\n<Range chksum=\"" SUM
		     "\"> 39 </Range>",
		     6, "163840", &m),
	       ERR_OK);
	eq_int(m.count, 2);
	eq_int(m.image_bytes, 163840);
	eq_int(m.mapped_bytes, 6 * 4096);
	eq_int(m.ranges[0].start, 0);
	eq_int(m.ranges[0].bytes, 5 * 4096);
	eq_int(m.ranges[1].start, 39 * 4096);
	eq_int(m.ranges[1].bytes, 4096);
	ok(m.ranges[1].sha256[0] == 0x01 && m.ranges[1].sha256[31] == 0xef);
	map_finish(&m);
	eq_int(ranges("", 0), ERR_OK);
}

#define R(text) "<Range chksum=\"" SUM "\">" text "</Range>"

static void wrong_ranges(void)
{
	eq_int(ranges(R("0-4") R("5"), 6), ERR_OK);
	eq_int(ranges(R("0-4") R("4"), 6), ERR_BAD_DATA);
	eq_int(ranges(R("5") R("0-4"), 6), ERR_BAD_DATA);
	eq_int(ranges(R("0-4"), 4), ERR_BAD_DATA);
	eq_int(ranges(R("4-0"), 5), ERR_BAD_DATA);
	eq_int(ranges(R("39-40"), 2), ERR_BAD_DATA);
	eq_int(ranges(R("-4"), 5), ERR_BAD_DATA);
	eq_int(ranges(R("0-"), 1), ERR_BAD_DATA);
	eq_int(ranges(R("0 4"), 1), ERR_BAD_DATA);
	eq_int(ranges(R("9999999999999"), 1), ERR_BAD_DATA);
	eq_int(ranges(R("0") R("999999999999"), 2), ERR_BAD_DATA);
	eq_int(ranges("<Range>0</Range>", 1), ERR_BAD_DATA);
	eq_int(ranges("<Range chksum=\"01\">0</Range>", 1), ERR_BAD_DATA);
	eq_int(ranges("<Range sha256=\"" SUM "\">0</Range>", 1), ERR_BAD_DATA);
	eq_int(ranges(R("0") "<Hole>1</Hole>", 1), ERR_BAD_DATA);
	eq_int(ranges(R("<Range chksum=\"" SUM "\">0</Range>"), 1), ERR_BAD_DATA);
	eq_int(ranges("</BlockMap><BlockMap>", 0), ERR_BAD_DATA);
}

static void wrong_form(void)
{
	static const char *const WRONG[] = {
		"",
		"<bmap/>",
		"<bmap version=\"2.0\"></bmap>",
		"<bmap version=\"1.4\"/>",
		"<BlockMap/>",
		"no map",
		"<!DOCTYPE bmap [<!ENTITY a \"aaaaaaaa\">]><bmap version=\"2.0\">&a;</bmap>"
	};
	struct map m = { 0 };

	for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
		eq_int(map_parse(WRONG[i], strlen(WRONG[i]), &m), ERR_BAD_DATA);
	eq_int(parse("", 0, "163839", &m), ERR_BAD_DATA);
	eq_int(parse("", 0, "167936", &m), ERR_BAD_DATA);
	eq_int(parse("", 0, "", &m), ERR_BAD_DATA);
	ok(m.ranges == NULL);
}

int main(void)
{
	a_map();
	wrong_ranges();
	wrong_form();
	return tap_done();
}
