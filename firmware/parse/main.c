#include "firmware/base/child.h"
#include "firmware/parse/hand.h"
#include "firmware/parse/job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The library of tesseract's threads reads this once, before main(). Whom the supervisor starts
 * has it already; a command line is started anew, once. Without it, all is as right but slow. */
static void limit_threads(char **argv)
{
	static const char NAME[] = "OMP_THREAD_LIMIT";

	if (!getenv(NAME) && setenv(NAME, "1", 0) == 0)
		execv("/proc/self/exe", argv);
}

/* Started by the supervisor: one job, then gone. Anything else: a person at a command line. */
int main(int argc, char **argv)
{
	if (child_is_supervised() && argc < 2)
		return job_serve(ROLE_PARSE);
	if (child_is_supervised() && strcmp(argv[1], role_row(ROLE_PAGES)->argument) == 0)
		return job_serve(ROLE_PAGES);
	limit_threads(argv);
	return hand_run(argc, argv);
}
