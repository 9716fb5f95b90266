#include "firmware/base/child.h"
#include "firmware/parse/hand.h"
#include "firmware/parse/job.h"

int main(int argc, char **argv)
{
	return argc < 2 && child_is_supervised() ? job_serve() : hand_run(argc, argv);
}
