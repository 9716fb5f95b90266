#include "firmware/super/host.h"

#include "firmware/base/auto.h"
#include "firmware/base/log.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define RUN_DIR "/run/kiosk"
#define BACKLOG 8

static enum err complain(const char *event, const char *path)
{
	enum err e = err_of_errno();

	log_line(LOG_ERROR, event, "path=%s why=\"%s\"", path, strerror(errno));
	return e;
}

/* A path made of parts; ERR_NO_SPACE when it is too long for the system. */
static enum err join(char ret[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(ret, PATH_MAX, "%s/%s", dir, name);

	return n > 0 && n < PATH_MAX ? ERR_OK : ERR_NO_SPACE;
}

static enum err find_programs(struct host *h)
{
	ssize_t n = readlink("/proc/self/exe", h->bin_dir, sizeof h->bin_dir - 1);

	if (n <= 0)
		return complain("programs.not_found", "/proc/self/exe");
	h->bin_dir[n] = '\0';
	char *slash = strrchr(h->bin_dir, '/');
	if (slash)
		*slash = '\0';
	return ERR_OK;
}

static bool is_inside(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' && !strstr(path, "/../");
}

static enum err find_sim(struct host *h, const char *dir)
{
	const char *conf = getenv("KIOSK_CONF"), *clock = getenv("KIOSK_CLOCK_FD");
	const char *authority = getenv("XAUTHORITY"), *home = getenv("HOME");

	h->sim = true;
	h->world = getenv("KIOSK_SIM_USB");
	h->clock_fd = clock ? atoi(clock) : -1; /* clock_init() has looked at it */
	if (!realpath(dir, h->sim_dir))
		return complain("sim.no_folder", dir);
	snprintf(h->authority, sizeof h->authority, "%s%s",
		 authority ? authority
		 : home    ? home
			   : "",
		 authority ? "" : "/.Xauthority");
	if (join(h->run_dir, h->sim_dir, "run") != ERR_OK ||
	    join(h->screen_dir, h->sim_dir, "screen") != ERR_OK ||
	    join(h->token_dir, h->sim_dir, "token") != ERR_OK)
		return ERR_NO_SPACE;
	return conf ? ERR_OK : join(h->config_path, h->sim_dir, "conf/kiosk.conf");
}

/* What is read from now on, here and in every program that is started, is this copy. */
static enum err keep_config(struct host *h)
{
	char number[16];
	enum err e = config_keep(h->config_path, &h->config_fd);

	if (e != ERR_OK)
		return complain("config.not_read", h->config_path);
	snprintf(number, sizeof number, "%d", h->config_fd);
	return setenv("KIOSK_CONF_FD", number, 1) == 0 ? ERR_OK : ERR_NO_MEMORY;
}

static void log_missing(const char *name, const char *path)
{
	(void)name;
	(void)complain("config.file", path);
}

/* As it was set up. */
static enum err find_config(struct host *h)
{
	char real[PATH_MAX];

	if (!h->sim && !realpath(h->config_path, real))
		return complain("config.not_found", h->config_path);
	if (!h->sim)
		memcpy(h->config_path, real, sizeof real);
	enum err e = keep_config(h);
	return e == ERR_OK ? config_load_logged(&h->config) : e;
}

/* As much of the settings as the board knows: enough for a screen. */
static enum err find_board(struct host *h)
{
	char number[16];

	if (h->config_fd >= 0)
		close(h->config_fd);
	h->config_fd = -1;
	enum err e = config_keep_part(h->board.conf, &h->config_fd);
	if (e != ERR_OK)
		return complain("config.board", h->board.conf);
	snprintf(number, sizeof number, "%d", h->config_fd);
	(void)setenv("KIOSK_CONF_FD", number, 1);
	h->setup = true;
	return config_load_logged(&h->config);
}

enum err host_find(struct host *h, const char *sim_dir, bool set_up)
{
	*h = (struct host){
		.run_fd = -1, .ctl_sock = -1, .remote_sock = -1, .config_fd = -1, .clock_fd = -1
	};
	enum err e = find_programs(h);

	snprintf(h->run_dir, sizeof h->run_dir, "%s", RUN_DIR);
	if (e == ERR_OK && sim_dir)
		e = find_sim(h, sim_dir);
	if (e != ERR_OK)
		return e;
	if (!h->config_path[0])
		snprintf(h->config_path, sizeof h->config_path, "%s", config_path());
	(void)setenv("KIOSK_CONF", h->config_path, 1);
	board_places(h->sim ? h->sim_dir : NULL, &h->board);
	bool board = access(h->board.conf, R_OK) == 0;
	e = set_up && board ? ERR_NOT_FOUND : find_config(h);
	if (board && (e != ERR_OK || config_files_missing(&h->config, F_OK, log_missing) > 0))
		return find_board(h);
	if (e == ERR_OK && h->sim && !is_inside(h->config.data_dir, h->sim_dir)) {
		log_line(LOG_ERROR, "sim.foreign_data", "data_dir=%s is not inside %s",
			 h->config.data_dir, h->sim_dir);
		return ERR_BAD_CONFIG;
	}
	return e;
}

/* Owner and group by name; NULL or an unknown name leaves them as they are. Who is not root may
 * give nothing away, and finds everything as it is to be. */
static void give(const char *path, const char *user, const char *group)
{
	const struct passwd *p = user ? getpwnam(user) : NULL;
	const struct group *g = getgrnam(group);
	struct stat st;

	if (stat(path, &st) == 0 && (!p || st.st_uid == p->pw_uid) &&
	    (!g || st.st_gid == g->gr_gid))
		return;
	if (chown(path, p ? p->pw_uid : (uid_t)-1, g ? g->gr_gid : (gid_t)-1) < 0)
		log_line(LOG_WARN, "folder.owner", "path=%s user=%s group=%s why=\"%s\"", path,
			 user, group, strerror(errno));
}

static enum err make_folder(const char *path, mode_t mode)
{
	struct stat st;

	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return complain("folder.not_made", path);
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return complain("folder.not_made", path);
	}
	return (st.st_mode & 07777) != mode && chmod(path, mode) < 0
		       ? complain("folder.not_made", path)
		       : ERR_OK;
}

/* The lock is of a kind that goes with this process, however that ends: a child that is being
 * started when this process is killed would keep an flock() a moment longer, and the next kiosk
 * would take that for a living one. */
static enum err own_run_dir(struct host *h, mode_t mode)
{
	enum err e = make_folder(h->run_dir, mode);
	AUTO_FD dir = open(h->run_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD fd = openat(dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (e != ERR_OK)
		return e;
	if (fd < 0)
		return complain("folder.not_made", h->run_dir);
	if (fcntl(fd, F_SETLK, &all) < 0) {
		log_line(LOG_ERROR, "kiosk.runs_already", "path=%s why=\"%s\"", h->run_dir,
			 strerror(errno));
		return ERR_BUSY;
	}
	h->run_fd = take_fd(&fd);
	return ERR_OK;
}

/* Binds by way of the folder's descriptor, as a socket's path may have 107 bytes only. It gets its
 * name last: who finds the name is answered, and finds the rights that it is to have. */
static enum err listen_at(const char *dir, const char *name, int type, int *ret_sock)
{
	static const char MAKING[] = "socket.new";
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	AUTO_FD folder = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD sock = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(at.sun_path, sizeof at.sun_path, "/proc/self/fd/%d/%s", folder, MAKING);
	if (folder < 0 || sock < 0 || (unlinkat(folder, MAKING, 0) < 0 && errno != ENOENT) ||
	    bind(sock, (struct sockaddr *)&at, sizeof at) < 0 ||
	    fchmodat(folder, MAKING, 0660, 0) < 0 || listen(sock, BACKLOG) < 0 ||
	    renameat(folder, MAKING, folder, name) < 0) {
		log_line(LOG_ERROR, "socket.not_made", "path=%s/%s why=\"%s\"", dir, name,
			 strerror(errno));
		return err_of_errno();
	}
	*ret_sock = take_fd(&sock);
	return ERR_OK;
}

static enum err open_real(struct host *h)
{
	char ctl[PATH_MAX];
	enum err e = own_run_dir(h, 0750);

	if (e == ERR_OK && !h->setup)
		e = make_folder(h->config.data_dir, 0700);
	if (e == ERR_OK)
		e = listen_at(h->run_dir, "ctl", SOCK_SEQPACKET, &h->ctl_sock);
	if (e == ERR_OK)
		e = join(ctl, h->run_dir, "ctl");
	if (e != ERR_OK)
		return e;
	give(h->run_dir, NULL, role_row(ROLE_CTL)->user);
	give(ctl, NULL, role_row(ROLE_CTL)->user);
	if (!h->setup)
		give(h->config.data_dir, role_row(ROLE_CORE)->user, role_row(ROLE_CORE)->user);
	return ERR_OK;
}

static enum err open_sim(struct host *h)
{
	enum err e = own_run_dir(h, 0700);

	if (e == ERR_OK && !h->setup)
		e = make_folder(h->config.data_dir, 0700);
	if (e == ERR_OK)
		e = make_folder(h->screen_dir, 0700);
	if (e == ERR_OK)
		e = listen_at(h->run_dir, "ctl", SOCK_SEQPACKET, &h->ctl_sock);
	if (e == ERR_OK && getenv("KIOSK_SIM_REMOTE"))
		e = listen_at(h->run_dir, "ui.sock", SOCK_STREAM, &h->remote_sock);
	return e;
}

enum err host_open(struct host *h)
{
	return h->sim ? open_sim(h) : open_real(h);
}

static void close_named(const struct host *h, int *sock, const char *name)
{
	char path[PATH_MAX];

	if (*sock < 0)
		return;
	close(*sock);
	*sock = -1;
	if (join(path, h->run_dir, name) == ERR_OK)
		(void)unlink(path);
}

void host_close(struct host *h)
{
	close_named(h, &h->ctl_sock, "ctl");
	close_named(h, &h->remote_sock, "ui.sock");
	if (h->run_fd >= 0)
		close(h->run_fd);
	if (h->config_fd >= 0)
		close(h->config_fd);
	h->run_fd = h->config_fd = -1;
}

static void places_of_files(const struct config *c, const char *conf, struct sandbox_places *p)
{
	p->path[PLACE_DATA][0] = c->data_dir;
	p->path[PLACE_ASSETS][0] = c->assets_dir;
	p->path[PLACE_ASSETS][1] = c->catalogue_anchor;
	p->path[PLACE_CONF][0] = conf;
	p->path[PLACE_KEYS][0] = c->sign_key;
	p->path[PLACE_KEYS][1] = c->sign_cert;
	p->path[PLACE_KEYS][2] = c->seal_cert;
	p->path[PLACE_KEYS][3] = c->answer_anchor;
	const char **key = &p->path[PLACE_KEYS][4];
	if (c->copy_anchor[0])
		*key++ = c->copy_anchor;
	if (c->kiosk_anchor[0])
		*key++ = c->kiosk_anchor;
	p->path[PLACE_STICK][0] = c->stick_dir[0] ? c->stick_dir : NULL;
	p->path[PLACE_KEYS_TLS][0] = c->tls_ca;
	p->path[PLACE_KEYS_TLS][1] = c->tls_cert;
	p->path[PLACE_KEYS_TLS][2] = c->tls_key;
}

void host_places(const struct host *h, const char *program, struct sandbox_places *ret)
{
	const char *real_screen[SANDBOX_PATHS] = { "/dev/dri", "/dev/input", "/dev/snd" };
	const char *real_devices[SANDBOX_PATHS] = { "/sys", "/run/udev" };
	/* a camera that is plugged in anew has another node, and cameras have no folder of their
	 * own: which nodes may be opened is up to user and group */
	const char *real_scanner[SANDBOX_PATHS] = { "/etc/sane.d", "/run/ipp-usb", "/var/lock",
						    h->config.camera[0] ? "/dev" : NULL };
	const char *sim_screen[SANDBOX_PATHS] = { h->screen_dir, h->authority,
						  getenv("XDG_RUNTIME_DIR") };
	const char *sim_scanner[SANDBOX_PATHS] = { "/etc/sane.d", getenv("SANE_CONFIG_DIR") };

	const char *real_token[SANDBOX_PATHS] = { "/run/pcscd" };
	const char *sim_token[SANDBOX_PATHS] = { h->token_dir };

	*ret = (struct sandbox_places){ .program = program,
					.world = h->world,
					.unprivileged = h->sim };
	places_of_files(&h->config, h->config_path, ret);
	ret->path[PLACE_SETUP][0] = h->board.setup;
	ret->path[PLACE_BOARD][0] = h->board.run;
	ret->path[PLACE_BOARD][1] = h->board.kept;
	ret->path[PLACE_BOARD][2] = h->board.stick;
	ret->path[PLACE_BOARD][3] = h->board.conf;
	ret->path[PLACE_UPDATE][0] = h->board.update;
	memcpy(ret->path[PLACE_SCREEN], h->sim ? sim_screen : real_screen, sizeof real_screen);
	if (!h->sim)
		memcpy(ret->path[PLACE_DEVICES], real_devices, sizeof real_devices);
	if (!h->sim)
		ret->path[PLACE_TPM][0] = "/dev/tpmrm0";
	memcpy(ret->path[PLACE_SCANNER], h->sim ? sim_scanner : real_scanner, sizeof real_scanner);
	memcpy(ret->path[PLACE_TOKEN], h->sim ? sim_token : real_token, sizeof real_token);
}
