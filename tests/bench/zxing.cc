#define ZX_USE_UTF8
#include "tests/bench/zxing.h"

#include <ZXing/ReadBarcode.h>
#include <algorithm>

bool zxing_is_here(void)
{
	return true;
}

int zxing_read(const uint8_t *gray, int width, int height, uint8_t *ret_bytes, size_t cap)
{
	ZXing::DecodeHints hints;

	hints.setFormats(ZXing::BarcodeFormat::QRCode);
	hints.setTryHarder(true);
	hints.setTryRotate(true);
	auto found = ZXing::ReadBarcode({ gray, width, height, ZXing::ImageFormat::Lum }, hints);
	if (!found.isValid() || found.bytes().size() > cap)
		return 0;
	std::copy(found.bytes().begin(), found.bytes().end(), ret_bytes);
	return static_cast<int>(found.bytes().size());
}
