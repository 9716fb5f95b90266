#include "firmware/board/usb.h"

#include "firmware/base/auto.h"
#include "firmware/board/sysfs.h"

#include <stdlib.h>
#include <string.h>

#define DEVICES   "/sys/bus/usb/devices"
#define PORTS_MAX 32
#define LINE      200

struct usb_port {
	char name[16], controller[32], chain[24];
	int speed;                      /* 2, 3; 0: both */
	char there[SYSFS_NAME], id[12]; /* the device in it; "" none */
	bool refused;
};

struct usb_ports {
	struct usb_port all[PORTS_MAX];
	size_t count;
};

struct usb_device {
	const char *name; /* "1-3.1" */
	char at[PATH_MAX], id[12], drivers[80], words[80];
	bool fast, refused;
};

static void read_port(const char *line, struct usb_ports *ports)
{
	struct usb_port p = { 0 };
	char where[64];

	if (ports->count == PORTS_MAX || sscanf(line, "%15[a-z0-9] %63s", p.name, where) != 2)
		return;
	const char *chain = strrchr(where, '/');
	if (chain)
		snprintf(p.controller, sizeof p.controller, "%.*s", (int)(chain - where), where);
	chain = chain ? chain + 1 : where;
	if ((chain[0] == '2' || chain[0] == '3') && chain[1] == ':') {
		p.speed = chain[0] - '0';
		chain += 2;
	}
	if ((size_t)snprintf(p.chain, sizeof p.chain, "%.23s", chain) < strlen(chain))
		return;
	ports->all[ports->count++] = p;
}

static void close_file(FILE **f)
{
	if (*f)
		(void)fclose(*f); /* it was only read */
}

static void read_ports(const struct board *b, struct usb_ports *ports)
{
	char path[PATH_MAX], line[LINE];

	if (board_path(b, BOARD_PORTS, path) != ERR_OK)
		return;
	__attribute__((cleanup(close_file))) FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		read_port(line, ports);
}

static bool stands_in(const struct usb_device *d, const struct usb_port *p)
{
	char part[48];

	snprintf(part, sizeof part, "/%s/usb", p->controller);
	if (p->controller[0] ? !strstr(d->at, part) : !strstr(d->at, "/pci"))
		return false;
	return strcmp(strchr(d->name, '-') + 1, p->chain) == 0 &&
	       (p->speed == 0 || (p->speed == 3) == d->fast);
}

/* Of each interface, once. */
static void find_drivers(const struct board *b, const struct sysfs_names *all, struct usb_device *d)
{
	size_t len = strlen(d->name), used = 0;

	for (size_t i = 0; i < all->count; i++) {
		char dir[sizeof DEVICES + SYSFS_NAME + 1], driver[PATH_MAX];

		if (strncmp(all->name[i], d->name, len) != 0 || all->name[i][len] != ':')
			continue;
		snprintf(dir, sizeof dir, DEVICES "/%s", all->name[i]);
		sysfs_link(b, dir, "driver", driver);
		const char *name = strrchr(driver, '/') ? strrchr(driver, '/') + 1 : driver;
		if (!name[0] || strstr(d->drivers, name) ||
		    used + strlen(name) + 2 > sizeof d->drivers)
			continue;
		used += (size_t)snprintf(d->drivers + used, sizeof d->drivers - used, "%s%s",
					 used ? "," : "", name);
	}
}

static void look(const struct board *b, const struct sysfs_names *all, struct usb_device *d)
{
	char dir[sizeof DEVICES + SYSFS_NAME + 1], vendor[5], product[5], word[16], root[24];

	snprintf(dir, sizeof dir, DEVICES "/%s", d->name);
	sysfs_link(b, DEVICES, d->name, d->at);
	(void)sysfs_line(b, dir, "idVendor", vendor, sizeof vendor); /* "" is told as it is */
	(void)sysfs_line(b, dir, "idProduct", product, sizeof product);
	snprintf(d->id, sizeof d->id, "%s:%s", vendor, product);
	d->refused = sysfs_line(b, dir, "authorized", word, sizeof word) && word[0] == '0';
	(void)sysfs_line(b, dir, "product", d->words, sizeof d->words);
	snprintf(root, sizeof root, "/usb%d", atoi(d->name));
	snprintf(dir, sizeof dir, DEVICES "%s", root);
	d->fast = sysfs_line(b, dir, "speed", word, sizeof word) && atoi(word) >= 5000;
	find_drivers(b, all, d);
}

static void say_device(const struct usb_device *d, struct usb_ports *ports, struct rows *r)
{
	const char *port = "-";

	for (size_t i = 0; i < ports->count; i++) {
		struct usb_port *p = &ports->all[i];

		if (!stands_in(d, p))
			continue;
		port = p->name;
		p->refused = d->refused;
		snprintf(p->there, sizeof p->there, "%s", d->name);
		snprintf(p->id, sizeof p->id, "%s", d->id);
	}
	rows_say(r, "usb", d->name, d->refused ? "refused" : "ok", "%s %s %s%s%s", port, d->id,
		 d->drivers[0] ? d->drivers : "-", d->words[0] ? " " : "", d->words);
}

/* A port that counts for USB 2 and USB 3 apart has two lines, and one is enough. */
static bool told_elsewhere(const struct usb_ports *ports, size_t i)
{
	for (size_t k = 0; k < ports->count; k++)
		if (k != i && strcmp(ports->all[k].name, ports->all[i].name) == 0 &&
		    !ports->all[i].there[0] && (ports->all[k].there[0] || k < i))
			return true;
	return false;
}

static void say_ports(const struct usb_ports *ports, bool known, struct rows *r)
{
	for (size_t i = 0; i < ports->count; i++) {
		const struct usb_port *p = &ports->all[i];

		if (told_elsewhere(ports, i))
			continue;
		if (!known)
			rows_say(r, "part", p->name, "unknown", "the kernel tells of no USB");
		else if (!p->there[0])
			rows_say(r, "part", p->name, "absent", "nothing at port %s", p->chain);
		else
			rows_say(r, "part", p->name, p->refused ? "refused" : "ok", "%s %s",
				 p->there, p->id);
	}
}

void usb_rows(const struct board *b, struct rows *r)
{
	AUTO_FREE struct sysfs_names *all = malloc(sizeof *all);
	struct usb_ports ports = { 0 };
	bool known = all && sysfs_names(b, DEVICES, all) == ERR_OK;

	read_ports(b, &ports);
	for (size_t i = 0; known && i < all->count; i++) {
		struct usb_device d = { .name = all->name[i] };

		if (!strchr(d.name, '-') || strchr(d.name, ':'))
			continue;
		look(b, all, &d);
		say_device(&d, &ports, r);
	}
	say_ports(&ports, known, r);
}
