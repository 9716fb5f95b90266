/* Which build of this program is running: the linker's build id (note NT_GNU_BUILD_ID, elf(5)),
 * the same for the same sources and tools, another for any other. `file` and `readelf -n` show it
 * of a program on disk: the provenance of a page leads to the very program that made it. */
#ifndef PARSE_PAGE_BUILD_H
#define PARSE_PAGE_BUILD_H

enum { BUILD_ID_CAP = 17 };

/* Its first 16 hexadecimal digits; "" when the linker left none. */
void build_id(char ret_hex[BUILD_ID_CAP]);

#endif
