/* The three documents of eSCL: what the scanner can do, how it is, what is wanted of it. */
#include "tests/usim/escl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACES                                             \
	"xmlns:pwg=\"http://www.pwg.org/schemas/2010/12/sm\" " \
	"xmlns:scan=\"http://schemas.hp.com/imaging/escl/2011/05/03\""
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

#define RESOLUTION(dpi)                                                          \
	"<scan:DiscreteResolution><scan:XResolution>" #dpi "</scan:XResolution>" \
	"<scan:YResolution>" #dpi "</scan:YResolution></scan:DiscreteResolution>"

#define INPUT                                                                                     \
	"<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2551</scan:MaxWidth>"                    \
	"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>4205</scan:MaxHeight>"                \
	"<scan:MaxScanRegions>1</scan:MaxScanRegions><scan:SettingProfiles><scan:SettingProfile>" \
	"<scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode>"                            \
	"<scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>"                                \
	"<scan:DocumentFormats><pwg:DocumentFormat>image/png</pwg:DocumentFormat>"                \
	"<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"                                     \
	"<scan:DocumentFormatExt>image/png</scan:DocumentFormatExt>"                              \
	"<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>"      \
	"<scan:SupportedResolutions><scan:DiscreteResolutions>" RESOLUTION(75) RESOLUTION(100)    \
		RESOLUTION(150) RESOLUTION(200) RESOLUTION(300)                                   \
			RESOLUTION(600) "</scan:DiscreteResolutions></scan:SupportedResolutions>" \
					"</scan:SettingProfile></scan:SettingProfiles>"

size_t escl_capabilities(char *ret, size_t size)
{
	int n = snprintf(ret, size, "%s",
			 HEAD
			 "<scan:ScannerCapabilities " NAMESPACES "><pwg:Version>2.63</pwg:Version>"
			 "<pwg:MakeAndModel>Kiosk Sim Feeder 1</pwg:MakeAndModel>"
			 "<pwg:SerialNumber>0001</pwg:SerialNumber>"
			 "<scan:UUID>4509a320-00a0-008f-00b6-000000000001</scan:UUID>"
			 "<scan:Platen><scan:PlatenInputCaps>" INPUT
			 "</scan:PlatenInputCaps></scan:Platen>"
			 "<scan:Adf><scan:AdfSimplexInputCaps>" INPUT
			 "</scan:AdfSimplexInputCaps><scan:AdfDuplexInputCaps>" INPUT
			 "</scan:AdfDuplexInputCaps><scan:FeederCapacity>100</scan:FeederCapacity>"
			 "<scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption>"
			 "<scan:AdfOption>Duplex</scan:AdfOption>"
			 "</scan:AdfOptions></scan:Adf></scan:ScannerCapabilities>");

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

static const char *feeder_state(const struct scanner *s)
{
	if (s->cover)
		return "ScannerAdfDoorOpen";
	if (s->jam)
		return "ScannerAdfJam";
	return s->sheet_count ? "ScannerAdfLoaded" : "ScannerAdfEmpty";
}

size_t escl_status(const struct scanner *s, char *ret, size_t size)
{
	const char *state = s->cover || s->jam ? "Stopped" : s->job ? "Processing" : "Idle";
	int n = snprintf(ret, size,
			 HEAD "<scan:ScannerStatus " NAMESPACES "><pwg:Version>2.63</pwg:Version>"
			      "<pwg:State>%s</pwg:State><scan:AdfState>%s</scan:AdfState>"
			      "</scan:ScannerStatus>",
			 state, feeder_state(s));

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* The text of the first element of that local name, whatever its prefix. */
static bool element(const char *xml, const char *name, char *ret, size_t size)
{
	size_t n = strlen(name);

	for (const char *p = xml; (p = strstr(p, name)); p += n) {
		if (p == xml || !strchr(":<", p[-1]) || p[n] != '>')
			continue;
		const char *text = p + n + 1;
		size_t len = strcspn(text, "<");
		if (len >= size)
			continue;
		memcpy(ret, text, len);
		ret[len] = '\0';
		return true;
	}
	return false;
}

static bool number(const char *xml, const char *name, unsigned *ret)
{
	char text[16], *end;

	if (!element(xml, name, text, sizeof text) || *text < '0' || *text > '9')
		return false;
	unsigned long n = strtoul(text, &end, 10);
	*ret = (unsigned)n;
	return !*end && n < 1000000;
}

enum err escl_parse_settings(const char *xml, struct scan_settings *ret)
{
	struct scan_settings t = { 0 };
	char source[32], mode[32], format[64], duplex[8];
	unsigned dpi_down;

	if (!number(xml, "XResolution", &t.dpi) || !number(xml, "YResolution", &dpi_down) ||
	    !number(xml, "XOffset", &t.x) || !number(xml, "YOffset", &t.y) ||
	    !number(xml, "Width", &t.width) || !number(xml, "Height", &t.height) ||
	    !element(xml, "InputSource", source, sizeof source) ||
	    !element(xml, "ColorMode", mode, sizeof mode) ||
	    !element(xml, "DocumentFormat", format, sizeof format) || dpi_down != t.dpi)
		return ERR_BAD_DATA;
	t.feeder = strcmp(source, "Feeder") == 0;
	t.duplex = t.feeder && element(xml, "Duplex", duplex, sizeof duplex) &&
		   strcmp(duplex, "true") == 0;
	t.gray = strcmp(mode, "Grayscale8") == 0;
	t.format = strcmp(format, "image/png") == 0 ? SCAN_PNG : SCAN_JPEG;
	if ((!t.feeder && strcmp(source, "Platen") != 0) ||
	    (!t.gray && strcmp(mode, "RGB24") != 0) ||
	    (t.format == SCAN_JPEG && strcmp(format, "image/jpeg") != 0))
		return ERR_BAD_DATA;
	*ret = t;
	return ERR_OK;
}
