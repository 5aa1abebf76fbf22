/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Framing: bytes on a serial line <-> SMP packets.  Pure: no lock, no
 * allocation, no tty; the same file compiles in userspace.
 *
 * Console framing (Zephyr's doc smp_transport.rst, serial_util.c): lines of
 * marker, base64, LF.  The decoded bodies of a packet's lines are
 * BE16 total | packet | BE16 CRC-16/XMODEM, total counting packet and CRC.
 * Raw framing (smp_raw_uart.c): bare packets, delimited by their header.
 */
#ifndef _MCUMGR_FRAME_H
#define _MCUMGR_FRAME_H

#include <linux/types.h>
#include <uapi/linux/mcumgr_netlink.h>

/* Longest line that is sent, marker and LF included. */
#define MCUMGR_FRAME_LINE_MAX	127

/* Bytes that console framing puts into the buffer besides the packet. */
#define MCUMGR_FRAME_OVERHEAD	4

/**
 * enum mcumgr_frame_event - what mcumgr_frame_rx_push() met
 * @MCUMGR_FRAME_NONE: nothing; all bytes were taken
 * @MCUMGR_FRAME_PACKET: a whole packet: rx->packet, rx->packet_len
 * @MCUMGR_FRAME_BAD_CRC: packet dropped: checksum
 * @MCUMGR_FRAME_BAD_BASE64: packet dropped: a byte that base64 does not have,
 *	or a line that is no whole number of base64 quads
 * @MCUMGR_FRAME_BAD_LENGTH: packet dropped: longer than its own length field,
 *	or that field is too small; raw: an operation that does not exist
 * @MCUMGR_FRAME_OVERSIZE: packet dropped: larger than the line's buffer
 * @MCUMGR_FRAME_RESTART: half a packet dropped: another one began
 * @MCUMGR_FRAME_STRAY: continuation line without a first one
 */
enum mcumgr_frame_event {
	MCUMGR_FRAME_NONE,
	MCUMGR_FRAME_PACKET,
	MCUMGR_FRAME_BAD_CRC,
	MCUMGR_FRAME_BAD_BASE64,
	MCUMGR_FRAME_BAD_LENGTH,
	MCUMGR_FRAME_OVERSIZE,
	MCUMGR_FRAME_RESTART,
	MCUMGR_FRAME_STRAY,
};

#define MCUMGR_FRAME_EVENTS	(MCUMGR_FRAME_STRAY + 1)

/**
 * struct mcumgr_frame_rx - a packet being received
 * @framing: &enum mcumgr_framing
 * @buf: where it is collected
 * @size: of @buf in bytes
 * @len: bytes collected
 * @line_start: @len when the current line began
 * @acc: base64 bits not yet whole bytes
 * @quad: characters of the current base64 quad
 * @pad: padding characters seen in it
 * @state: internal, where in a line the reception is
 * @packet: after MCUMGR_FRAME_PACKET: first byte of the packet, inside @buf
 * @packet_len: after MCUMGR_FRAME_PACKET: its length
 */
struct mcumgr_frame_rx {
	enum mcumgr_framing framing;
	u8 *buf;
	u32 size;
	u32 len;
	u32 line_start;
	u32 acc;
	u8 quad;
	u8 pad;
	u8 state;
	u8 *packet;
	u32 packet_len;
};

void mcumgr_frame_rx_init(struct mcumgr_frame_rx *rx, enum mcumgr_framing framing,
			  u8 *buf, u32 size);

/**
 * mcumgr_frame_rx_push() - take bytes from the line
 * @rx: reception
 * @p: bytes
 * @n: their number
 * @event: what the last byte taken led to
 *
 * Stops behind the first byte that makes an event other than
 * MCUMGR_FRAME_NONE.  After MCUMGR_FRAME_PACKET the packet lies in the buffer;
 * the caller gives the next buffer with mcumgr_frame_rx_init() before it
 * pushes more.
 *
 * Return: bytes taken.
 */
size_t mcumgr_frame_rx_push(struct mcumgr_frame_rx *rx, const u8 *p, size_t n,
			    enum mcumgr_frame_event *event);

/**
 * mcumgr_frame_rx_pending() - whether half a packet waits for its rest
 * @rx: reception
 *
 * Return: true also in the middle of a first line.
 */
bool mcumgr_frame_rx_pending(const struct mcumgr_frame_rx *rx);

/**
 * mcumgr_frame_rx_abort() - drop half a packet and wait for the next marker
 * @rx: reception
 */
void mcumgr_frame_rx_abort(struct mcumgr_frame_rx *rx);

/**
 * struct mcumgr_frame_tx - a packet being sent in console framing
 * @pkt: the packet
 * @len: its length
 * @pos: bytes already encoded of the stream total | packet | CRC
 * @crc: checksum of the packet
 */
struct mcumgr_frame_tx {
	const u8 *pkt;
	u32 len;
	u32 pos;
	u16 crc;
};

/**
 * mcumgr_frame_tx_init() - begin to send
 * @tx: transmission
 * @pkt: packet, stays with the caller and unchanged until all is sent
 * @len: its length, 1 to 65533 bytes
 */
void mcumgr_frame_tx_init(struct mcumgr_frame_tx *tx, const u8 *pkt, u32 len);

/**
 * mcumgr_frame_tx_line() - encode the next line
 * @tx: transmission
 * @line: buffer of MCUMGR_FRAME_LINE_MAX bytes
 *
 * Return: length of the line with its LF; 0 when all lines were given.
 */
size_t mcumgr_frame_tx_line(struct mcumgr_frame_tx *tx, u8 *line);

u16 mcumgr_crc16(u16 crc, const u8 *p, size_t n);

#endif /* _MCUMGR_FRAME_H */
