// SPDX-License-Identifier: GPL-2.0-only
/*
 * smpcli: options, the line, and the command out of the tables.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "names.h"
#include "serial.h"
#include "smpcli.h"
#include "streams.h"
#include "util.h"

#define TIMEOUT_DEFAULT	5000
#define SPEED_DEFAULT	115200

static const struct command * const tables[] = {
	os_commands, enum_commands, stat_commands, settings_commands, fs_commands,
	image_commands, shell_commands, basic_commands, raw_commands,
};

static void print_usage(FILE *f)
{
	fputs("Usage: smpcli -d TTY [-s BAUD] [-r] [-1 | -2] [-t SECONDS] [-j] COMMAND\n"
	      "       smpcli -h | -V\n\n"
	      "  -d TTY      line of the device\n"
	      "  -s BAUD     its speed, 115200 unless given\n"
	      "  -r          raw framing instead of console framing\n"
	      "  -1, -2      protocol version, 2 unless given\n"
	      "  -t SECONDS  time for an answer, 5 unless given\n"
	      "  -j          print answers as JSON\n"
	      "  -h          print this help\n"
	      "  -V          print the version\n\n"
	      "COMMAND is one of\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct command *c = tables[i]; c->name; c++)
			fprintf(f, "  %s%s%s\n              %s\n", c->name,
				*c->args ? " " : "", c->args, c->text);
	fputs("\nExit status: 0 done, 1 refused by the device, 2 usage, 3 no answer.\n", f);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct command *c = tables[i]; c->name; c++)
			if (!strcmp(c->name, name))
				return c;
	return NULL;
}

static int parse_timeout(const char *text, unsigned int *ms)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds > 0 && seconds <= 86400))
		return -1;
	*ms = (unsigned int)ceil(seconds * 1000);
	return 0;
}

static int parse_options(struct cli *cli, unsigned int *speed, int argc, char **argv)
{
	uint64_t number;
	int opt;

	while ((opt = getopt(argc, argv, "+d:s:r12t:jhV")) != -1) {
		switch (opt) {
		case 'd':
			cli->tty = optarg;
			break;
		case 's':
			if (names_number(optarg, 4000000, &number) || !number)
				return -1;
			*speed = (unsigned int)number;
			break;
		case 'r':
			cli->client.raw = true;
			break;
		case '1':
		case '2':
			cli->client.version = opt - '0';
			break;
		case 't':
			if (parse_timeout(optarg, &cli->client.timeout))
				return -1;
			break;
		case 'j':
			cli->json = true;
			break;
		case 'h':
			print_usage(stdout);
			exit(CLI_OK);
		case 'V':
			puts("smpcli " MCUMGR_VERSION);
			exit(CLI_OK);
		default:
			return -1;
		}
	}
	return 0;
}

/* Numbers of requests differ from run to run: late answers are not ours. */
static uint8_t first_seq(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint8_t)(ts.tv_nsec / 1000 ^ getpid());
}

static int run(struct cli *cli, unsigned int speed, const struct command *c, int argc,
	       char **argv)
{
	const char *error;
	int status;

	cli->client.fd = serial_open(cli->tty, speed, NULL, &error);
	if (cli->client.fd < 0) {
		fprintf(stderr, "smpcli: %s: %s\n", cli->tty, error);
		return CLI_NO_ANSWER;
	}
	cli->answer = malloc(sizeof(*cli->answer));
	if (!cli->answer) {
		fprintf(stderr, "smpcli: out of memory\n");
		close(cli->client.fd);
		return CLI_NO_ANSWER;
	}
	cli->client.seq = first_seq();
	cli->command = c->name;
	status = c->run(cli, argc, argv);
	if (status < 0) {
		fprintf(stderr, "Usage: smpcli -d TTY %s%s%s\n", c->name,
			*c->args ? " " : "", c->args);
		status = CLI_USAGE;
	}
	free(cli->answer);
	close(cli->client.fd);
	return status;
}

int main(int argc, char **argv)
{
	struct cli cli = { .client = { .version = 2, .timeout = TIMEOUT_DEFAULT } };
	unsigned int speed = SPEED_DEFAULT;
	const struct command *c;

	streams_begin("smpcli");
	if (parse_options(&cli, &speed, argc, argv) || optind == argc) {
		print_usage(stderr);
		return CLI_USAGE;
	}
	c = find_command(argv[optind]);
	if (!c) {
		fprintf(stderr, "smpcli: %s: no such command (smpcli -h lists them)\n",
			argv[optind]);
		return CLI_USAGE;
	}
	if (!cli.tty) {
		fprintf(stderr, "smpcli: which line? give it with -d TTY\n");
		return CLI_USAGE;
	}
	return run(&cli, speed, c, argc - optind - 1, argv + optind + 1);
}
