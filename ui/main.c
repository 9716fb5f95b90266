#include "firmware/base/child.h"
#include "ui/byhand.h"
#include "ui/face.h"

int main(int argc, char **argv)
{
	return child_is_supervised() ? face_main() : byhand_main(argc, argv);
}
