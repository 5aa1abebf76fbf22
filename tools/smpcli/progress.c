// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line on stderr that shows how far a transfer is; nothing where stderr is
 * no terminal.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"
#include "progress.h"
#include "util.h"

#define INTERVAL	100
#define BAR		24

const char *progress_size(double bytes, char *buf)
{
	static const char * const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t i = 0;

	while (bytes >= 1024 && i < ARRAY_SIZE(units) - 1) {
		bytes /= 1024;
		i++;
	}
	snprintf(buf, PROGRESS_SIZE_LEN, i ? "%.1f %s" : "%.0f %s", bytes, units[i]);
	return buf;
}

double progress_seconds(const struct progress *p)
{
	return (double)(now_ms() - p->begin) / 1000;
}

double progress_speed(const struct progress *p)
{
	double seconds = progress_seconds(p);

	/* Shorter than the clock's step: as if it were one. */
	return (double)(p->done - p->first) / (seconds > 0.001 ? seconds : 0.001);
}

static void show(struct progress *p)
{
	char bar[BAR + 1] = { 0 }, size[PROGRESS_SIZE_LEN], speed[PROGRESS_SIZE_LEN];
	double part = p->total ? (double)p->done / (double)p->total : 1;
	double rate = progress_speed(p);
	unsigned long left = 0;

	if (part > 1)
		part = 1;
	memset(bar, ' ', BAR);
	memset(bar, '#', (size_t)(part * BAR));
	if (rate > 0 && p->total > p->done)
		left = (unsigned long)((double)(p->total - p->done) / rate);
	fprintf(stderr, "\r%s %3.0f%% [%s] %s %s/s %lu:%02lu left\033[K", p->name, part * 100,
		bar, progress_size((double)p->done, size), progress_size(rate, speed),
		left / 60, left % 60);
}

void progress_begin(struct progress *p, const char *name, uint64_t first, uint64_t total)
{
	*p = (struct progress){
		.name = name,
		.first = first,
		.done = first,
		.total = total,
		.begin = now_ms(),
		.visible = isatty(STDERR_FILENO),
	};
}

void progress_move(struct progress *p, uint64_t done)
{
	p->done = done;
	if (!p->visible || now_ms() < p->shown + INTERVAL)
		return;
	p->shown = now_ms();
	show(p);
}

void progress_end(struct progress *p)
{
	if (p->visible && p->shown)
		fputs("\r\033[K", stderr);
	p->visible = false;
}
