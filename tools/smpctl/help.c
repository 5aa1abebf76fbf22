// SPDX-License-Identifier: GPL-2.0-only
/*
 * The commands, and help about them and about the words they take.
 */
#include <stdio.h>
#include <string.h>
#include "names.h"
#include "smpctl.h"

#define LINE_KEYS							\
	"  name NAME         label that callbacks and policies see as peer\n"	\
	"  framing console   lines of base64 (the default)\n"		\
	"  framing raw       bare packets\n"				\
	"  buf-size N        bytes in a packet buffer, 128 to 16384\n"	\
	"  buf-count N       packets that may wait, 1 to 16\n"		\
	"  idle-timeout MS   silence after which half a packet is dropped\n"

const struct command commands[] = {
	{ "attach", "TTY [KEY VALUE]... [background]", "answer MCUmgr on a line until killed",
	  "  speed BAUD        speed of the line\n"
	  LINE_KEYS
	  "  ldisc N           number of the line discipline, if not the module's\n"
	  "  background        go on in the background, print its process\n", run_attach },
	{ "status", "[LINE | groups | callbacks]", "tell about lines and module",
	  "  LINE              only this line: ttyS0, /dev/ttyS0 or its number\n"
	  "  groups            command groups that are answered\n"
	  "  callbacks         callbacks in the order they are called\n", run_status },
	{ "set", "LINE KEY VALUE...", "change an attached line", LINE_KEYS, run_set },
	{ "monitor", "[events] [lines] [links]", "print what happens",
	  "  events            events that callbacks see, with the result (default)\n"
	  "  lines             lines that come and go (default)\n"
	  "  links             network links that change, flags with (C) did\n",
	  run_monitor },
	{ "policy", "check FILE | test FILE EVENT [KEY VALUE]... | flush | unbind NAME",
	  "try rules, forget verdicts, clear away a dead agent",
	  "  check FILE        read a rule file and tell what is wrong\n"
	  "  test FILE EVENT   tell what the rules say about an event\n"
	  "  flush             have the kernel forget the verdicts it remembers\n"
	  "  unbind NAME       clear away what refuses since an agent of the name died\n"
	  "\nKeys of test: line peer version op group command access path key\n",
	  run_policy },
	{ "settings",
	  "[list] | store FILE|none | mcumgr none|ro|rw | sysctl add NAME [ro] | sysctl del NAME",
	  "what clients get of settings",
	  "  list              what is configured, and what is in the store (default)\n"
	  "  store FILE        keep settings in this file, and load them now\n"
	  "  store none        keep no settings\n"
	  "  mcumgr none|ro|rw clients see, or change, the defaults of new lines, mcumgr/...\n"
	  "  sysctl add NAME   clients see and change a sysctl (sys/NAME); ro: only see\n"
	  "  sysctl del NAME   clients no longer do\n",
	  run_settings },
	{ "export", "[list] | add PREFIX DIRECTORY [ro | rw] | del PREFIX",
	  "let clients reach files beneath a directory",
	  "  list              what there is\n"
	  "  add               let paths that begin with PREFIX stand for DIRECTORY\n"
	  "  ro                files can be fetched (the default)\n"
	  "  rw                files can be replaced and added, too\n"
	  "  del               take it back; transfers of its files end\n",
	  run_export },
	{ "slot", "[list] | set IMAGE SLOT PATH [active] | del IMAGE SLOT",
	  "name the slots of firmware images",
	  "  list              what there is\n"
	  "  set               make a file or block device slot 0 or 1 of an image\n"
	  "  active            the running system is in this slot: it is not written to\n"
	  "  del               take it back; what is in it stays as it is\n",
	  run_slot },
	{ "config", "[show] | check [FILE] | apply [FILE]",
	  "keep exports, slots and settings in a file",
	  "  show              print what is configured, as such a file (default)\n"
	  "  check             read a file and tell what is wrong\n"
	  "  apply             configure what the file says, and nothing else\n"
	  "\nFILE is /etc/mcumgr/mcumgr.conf unless given.\n",
	  run_config },
	{ "group", "[list]", "tell about command groups",
	  "  list              number, name, commands and requests of each, the module or\n"
	  "                    process that answers it, and the port of a process\n",
	  run_group },
	{ "help", "[COMMAND | events | errors]", "tell about commands and words", "",
	  run_help },
	{ "version", "", "print the version", "", run_version },
	{ 0 }
};

const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

void print_usage(FILE *f)
{
	fputs("Usage: smpctl [-j] COMMAND\n"
	      "       smpctl -h | -V\n\n"
	      "  -j    print JSON\n"
	      "  -h    print this help\n"
	      "  -V    print the version\n\n"
	      "COMMAND is status unless given, or one of\n", f);
	for (const struct command *c = commands; c->name; c++)
		fprintf(f, "  %s%s%s\n              %s\n", c->name, *c->args ? " " : "",
			c->args, c->text);
	fputs("\nExit status: 0 done or allowed, 1 refused or denied, 2 usage or cannot ask.\n",
	      f);
}

static void print_events(bool json)
{
	struct out o;

	out_init(&o, stdout, json ? OUT_JSON : OUT_BLOCK);
	out_list(&o, NULL);
	for (size_t i = 0; i < names_events_count; i++)
		out_text(&o, NULL, names_events[i].word);
	out_done(&o);
}

static void print_errors(bool json)
{
	char buf[NAMES_MAX];
	struct out o;

	out_begin(&o, stdout, json ? OUT_JSON : OUT_BLOCK);
	for (int rc = 1; rc <= 256; rc++) {
		const char *word = names_rc(rc, buf);

		if (word != buf)
			out_int(&o, word, rc);
	}
	out_done(&o);
}

static void print_command(const struct command *c)
{
	printf("smpctl %s%s%s\n\n%s%s%s", c->name, *c->args ? " " : "", c->args, c->text,
	       *c->more ? "\n\n" : "\n", c->more);
}

/* All commands, or one. */
static void print_commands(const struct command *one)
{
	struct out o;

	out_init(&o, stdout, OUT_JSON);
	out_list(&o, NULL);
	for (const struct command *c = commands; c->name; c++) {
		if (one && c != one)
			continue;
		out_object(&o, NULL);
		out_text(&o, "command", c->name);
		out_text(&o, "arguments", c->args);
		out_text(&o, "text", c->text);
		out_end(&o);
	}
	out_done(&o);
}

int run_help(struct ctl *ctl, int argc, char **argv)
{
	const struct command *c;

	if (argc > 1)
		return -1;
	if (!argc) {
		if (ctl->json)
			print_commands(NULL);
		else
			print_usage(stdout);
		return CTL_DONE;
	}
	if (!strcmp(argv[0], "events")) {
		print_events(ctl->json);
		return CTL_DONE;
	}
	if (!strcmp(argv[0], "errors")) {
		print_errors(ctl->json);
		return CTL_DONE;
	}
	c = find_command(argv[0]);
	if (!c)
		return -1;
	if (ctl->json)
		print_commands(c);
	else
		print_command(c);
	return CTL_DONE;
}

int run_version(struct ctl *ctl, int argc, char **argv)
{
	struct out o;

	(void)argv;
	if (argc)
		return -1;
	if (!ctl->json) {
		puts("smpctl " MCUMGR_VERSION);
		return CTL_DONE;
	}
	out_begin(&o, stdout, OUT_JSON);
	out_text(&o, "version", MCUMGR_VERSION);
	out_done(&o);
	return CTL_DONE;
}
