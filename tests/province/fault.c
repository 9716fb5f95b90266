#include "tests/province/fault.h"

#include <string.h>

unsigned fault_fail(struct fault *f, const char *method, bool health)
{
	bool wants_health = strcmp(f->fail_method, "HEALTH") == 0;

	if (f->fail_count == 0 || health != wants_health)
		return 0;
	if (!health && f->fail_method[0] && strcmp(f->fail_method, method) != 0)
		return 0;
	f->fail_count--;
	return f->fail_code;
}

bool fault_html(struct fault *f, const char *method)
{
	if (f->html_count == 0 || (f->html_method[0] && strcmp(f->html_method, method) != 0))
		return false;
	f->html_count--;
	return true;
}

int64_t fault_cut(struct fault *f, int64_t offset, int64_t n, bool *ret_cut)
{
	*ret_cut = f->cut_count > 0 && f->cut_at[0] >= offset && f->cut_at[0] <= offset + n;
	if (!*ret_cut)
		return n;
	n = f->cut_at[0] - offset;
	f->cut_count--;
	memmove(f->cut_at, f->cut_at + 1, f->cut_count * sizeof *f->cut_at);
	return n;
}
