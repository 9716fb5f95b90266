#include "firmware/base/child.h"
#include "firmware/parse/hand.h"
#include "firmware/parse/job.h"

/* Started by the supervisor: one job, then gone. Anything else: a person at a command line. */
int main(int argc, char **argv)
{
	return argc < 2 && child_is_supervised() ? job_serve() : hand_run(argc, argv);
}
