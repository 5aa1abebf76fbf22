// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command group SHELL: a client's words in; the output of the program that the
 * rule file has for them, and what it returned, out.  Each step is a log line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "command.h"
#include "mcumgrd.h"
#include "names.h"
#include "out.h"
#include "run.h"

/* The kernel's most: each program has less, so that its client gets an answer. */
#define RESPONSE_TIME	10000

/**
 * struct job - a program that runs for a client
 * @next: further ones
 * @group: where the response goes; NULL when nobody waits for it any more
 * @ref: what it answers
 * @version: of the request
 * @room: bytes that the response may have
 * @who: line and label of the client, for the log
 * @line: what it said
 */
struct job {
	struct job *next;
	struct group *group;
	struct group_ref ref;
	int version;
	size_t room;
	char *who;
	char *line;
};

static struct job *jobs;

/* What a client says goes last: it cannot pass for one of our own words. */
static void log_step(int priority, const char *verb, const char *who, const char *outcome,
		     const char *line)
{
	char *text = NULL;
	struct out o;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	out_begin(&o, f, OUT_LINE);
	out_text(&o, "command", line);
	out_end(&o);
	fclose(f);
	log_line(priority, "%s shell %s %s %s", verb, who ? who : "", outcome, text);
	free(text);
}

/* "line ttyS0 peer service", for free(). */
static char *who_is(const struct event *from)
{
	char *text = NULL;
	struct out o;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	out_begin(&o, f, OUT_LINE);
	out_text(&o, "line", from->line_name);
	if (*from->peer)
		out_text(&o, "peer", from->peer);
	out_end(&o);
	fclose(f);
	return text;
}

static void log_refusal(const struct group_request *req, const char *error, const char *line)
{
	char outcome[NAMES_MAX + 16];
	char *who = who_is(&req->from);

	snprintf(outcome, sizeof(outcome), "error %s", error);
	log_step(LOG_NOTICE, "deny", who, outcome, line);
	free(who);
}

static void refuse(struct group *group, const struct group_request *req, int rc,
		   const char *line)
{
	char name[NAMES_MAX];

	log_refusal(req, names_rc(rc, name), line);
	group_refuse(group, &req->ref, rc);
}

/* Version 1 knows no errors of groups. */
static void give_own_error(struct group *group, const struct group_ref *ref, int version,
			   int rc)
{
	if (version >= 2)
		group_refuse_own(group, ref, rc);
	else
		group_refuse(group, ref, rc == SHELL_MGMT_ERR_UNKNOWN ?
			     MGMT_ERR_EUNKNOWN : MGMT_ERR_EINVAL);
}

static void refuse_own(struct group *group, const struct group_request *req, int rc,
		       const char *line)
{
	char name[NAMES_MAX];

	log_refusal(req, names_group_error(MGMT_GROUP_ID_SHELL, (uint64_t)rc, name), line);
	give_own_error(group, &req->ref, req->from.version, rc);
}

static void free_job(struct job *job)
{
	struct job **at = &jobs;

	while (*at && *at != job)
		at = &(*at)->next;
	if (*at)
		*at = job->next;
	free(job->who);
	free(job->line);
	free(job);
}

static struct job *new_job(struct group *group, const struct group_request *req,
			   const char *line)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->group = group;
	job->ref = req->ref;
	job->version = req->from.version;
	job->room = req->room;
	job->who = who_is(&req->from);
	job->line = strdup(line);
	job->next = jobs;
	jobs = job;
	if (job->who && job->line)
		return job;
	free_job(job);
	return NULL;
}

static void log_result(const struct job *job, const struct run_result *result)
{
	char outcome[160];

	if (result->error)
		snprintf(outcome, sizeof(outcome), "cannot %s: %s", result->step,
			 strerror(result->error));
	else
		snprintf(outcome, sizeof(outcome), "ret %d output %zu%s%s%s", result->ret,
			 result->len, result->cut ? " (cut)" : "",
			 result->late ? " (killed: out of time)" : "",
			 job->group ? "" : " (nobody waits for it)");
	log_step(result->error ? LOG_ERR : LOG_NOTICE, "end", job->who, outcome, job->line);
}

static void give_result(const struct job *job, const struct run_result *result)
{
	uint8_t *payload;
	size_t len;

	if (result->error) {
		give_own_error(job->group, &job->ref, job->version, SHELL_MGMT_ERR_UNKNOWN);
		return;
	}
	payload = command_encode(result, job->room, &len);
	if (payload)
		group_answer(job->group, &job->ref, payload, len);
	else
		group_refuse(job->group, &job->ref, MGMT_ERR_ENOMEM);
	free(payload);
}

static void job_done(const struct run_result *result, void *arg)
{
	struct job *job = arg;

	log_result(job, result);
	if (job->group)
		give_result(job, result);
	free_job(job);
}

int shell_run(const struct shell *shell, const struct shell_command *allowed,
	      const struct shell_line *words, run_done_fn done, void *arg)
{
	char **argv = shell_argv(allowed, words);
	struct run_order order = {
		.argv = argv,
		.user = &allowed->user,
		.timeout = shell->timeout,
		.output = shell->output,
	};
	int ret = argv ? run_start(&order, done, arg) : -ENOMEM;

	free(argv);
	return ret;
}

static int start(struct group *group, const struct group_request *req,
		 const struct shell_command *allowed, const struct shell_line *words,
		 const char *line)
{
	const struct shell *shell = ((struct shell_server *)group)->config;
	struct job *job = new_job(group, req, line);
	char outcome[80];
	int ret;

	if (!job)
		return -ENOMEM;
	snprintf(outcome, sizeof(outcome), "user %s", allowed->user.name);
	log_step(LOG_NOTICE, "run", job->who, outcome, line);
	ret = shell_run(shell, allowed, words, job_done, job);
	if (ret)
		free_job(job);
	return ret;
}

static void run_command(struct group *group, const struct group_request *req,
			const struct command *command)
{
	const struct shell *shell = ((struct shell_server *)group)->config;
	const struct shell_command *allowed = NULL;
	struct shell_line words;

	if (shell_split(&words, command->text, command->len)) {
		refuse(group, req, MGMT_ERR_EINVAL, command->text);
		return;
	}
	allowed = shell_find(shell, &words);
	if (!allowed) {
		refuse(group, req, MGMT_ERR_EACCESSDENIED, command->text);
		return;
	}
	if (run_count() >= shell->at_once) {
		refuse(group, req, MGMT_ERR_EBUSY, command->text);
		return;
	}
	if (start(group, req, allowed, &words, command->text))
		refuse(group, req, MGMT_ERR_ENOMEM, command->text);
}

static void take_request(struct group *group, const struct group_request *req)
{
	struct command command;

	if (req->from.op != MGMT_OP_WRITE || req->from.command != SHELL_MGMT_ID_EXEC) {
		group_refuse(group, &req->ref, MGMT_ERR_ENOTSUP);
		return;
	}
	switch (command_decode(&command, req->payload, req->len)) {
	case COMMAND_OK:
		run_command(group, req, &command);
		break;
	case COMMAND_TOO_LONG:
		refuse_own(group, req, SHELL_MGMT_ERR_COMMAND_TOO_LONG, command.text);
		break;
	case COMMAND_EMPTY:
		refuse_own(group, req, SHELL_MGMT_ERR_EMPTY_COMMAND, command.text);
		break;
	case COMMAND_INVALID:
		refuse(group, req, MGMT_ERR_EINVAL, command.text);
		break;
	}
}

/* There is but this one group: all that runs, runs for it. */
static void forget_jobs(struct group *group)
{
	(void)group;
	for (struct job *job = jobs; job; job = job->next)
		job->group = NULL;
	run_kill_all();
}

static const struct group_ops ops = {
	.id		= MGMT_GROUP_ID_SHELL,
	.name		= "shell mgmt",
	.commands	= SHELL_MGMT_ID_EXEC + 1,
	.timeout	= RESPONSE_TIME,
	.take		= take_request,
	.lost		= forget_jobs,
};

int shell_serve(struct shell_server *s, const struct shell *config)
{
	const struct shell *old = s->config;
	int ret;

	s->config = config;
	if (group_is_open(&s->group))
		return 0;
	ret = group_open(&s->group, &ops);
	if (ret)
		s->config = old;
	return ret;
}

void shell_stop(struct shell_server *s)
{
	group_close(&s->group);
	s->config = NULL;
}
