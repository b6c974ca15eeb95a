/* SPDX-License-Identifier: ISC */
/*
 * The client's whole service for one connection, between a scripted ssh and a hostile vault, which is a program of
 * its own (player.h).
 * Input: how the two behave, then the requests, each followed by what the vault does about the exchanges that it
 * causes.
 *
 * What relay.h and pinned.h promise is stated a second time in expect_answer(), from the protocol and the vault's
 * byte stream alone: each request gets exactly one answer, which is a whole frame, and that very one; after a
 * failed call nothing but FAILURE, and no second call; where keys are pinned no call before the first SIGN; the
 * vault receives just the requests, each once and in order.
 */
#include "client/relay.h"

#include "base/limits.h"
#include "base/text.h"
#include "client/answer.h"
#include "client/pinned.h"
#include "sys/clock.h"
#include "sys/frame.h"
#include "sys/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "letters.h"
#include "player.h"
#include "script.h"

#define REQUESTS_MAX 24u
#define ARENA_SIZE (4u * 1024u * 1024u)
#define IMPATIENCE_MS 15

/* Requests are all written before the first answer is read: so many bytes fit a socket's buffer. */
#define PIPELINE_SIZE (48u * 1024u)

/* How ssh behaves. */
enum manner {
	LOCKSTEP, /* the next request once the answer is there */
	PIPELINED, /* all requests, then all answers */
	VANISHING, /* all requests, and it is gone */
};

/* What stands in the way of a call. */
enum obstacle { NOTHING, NO_PROGRAM, REFUSED, BAD_DEFAULT };

struct sim {
	struct script script;

	enum manner manner;
	enum obstacle obstacle;
	bool mute; /* the vault may fall silent, so the relay is impatient, and any answer may be late */
	char pins[4]; /* the letters of the keys that are pinned; "": none */
	bool pins_broken;

	/* ssh's side */
	unsigned requests;
	struct span frames[REQUESTS_MAX]; /* whole, lengths included */
	struct span answers[REQUESTS_MAX]; /* expected; empty for the end */
	bool called_by[REQUESTS_MAX]; /* the call is made by the time that this is answered */
	size_t sent;

	/* the relay */
	bool pinned, called, dead;
	bool troubled; /* something failed that the person is told of */
	bool noted; /* a request was refused that no vault gets */
	bool cut; /* it ended the program, which may not have read all that was written to it */
	unsigned kept;
	struct span binds[16];
	size_t kept_size;
	char vault_pins[8]; /* what the pins become */
	bool pins_vague; /* they become something that was not made of letters */

	/* the vault */
	unsigned step;
	enum player_end ended;
	uint32_t out; /* bytes of the player's that are used */
	struct span stream; /* what was written, and not yet read */
	size_t received; /* bytes of the requests that reached it */
};

static struct player *player;
static uint8_t memory[ARENA_SIZE], received[ARENA_SIZE], streamed[ARENA_SIZE];
static struct arena arena = { .p = memory, .size = sizeof(memory) };
static char home[] = "/tmp/qssh-fuzz.XXXXXX";
static char program[4096];

/* The relay's journal: there is none. These stand in for journal.c, so that fuzzing fills no journal. */
int
journal_open(void)
{
	return -1;
}

void
journal_send(int fd, const char *const fields[], size_t n)
{
	(void)fd;
	for (size_t i = 0; i < n; i++)
		MUST(strchr(fields[i], '\n') == NULL);
}

int
journal_stream(const char *identifier)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)identifier;
	return fd == -1 ? -errno : fd;
}

/* A LIST answer with a key for each letter. */
static struct span
make_list(const char *letters)
{
	struct wire_out o = arena_open(&arena, 1024);

	wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
	wire_put_u32(&o, (uint32_t)strlen(letters));
	for (; *letters != '\0'; letters++) {
		letter_put_key(&o, *letters);
		wire_put_string(&o, (struct span){ (const uint8_t *)letters, 1 });
	}
	return arena_keep(&arena, &o);
}

/* ---- What the vault writes. */

static struct player_part
put_out(struct sim *s, struct span bytes)
{
	struct player_part part = { s->out, (uint32_t)bytes.len };

	MUST(bytes.len <= sizeof(player->out) - s->out);
	if (bytes.len > 0)
		memcpy(player->out + s->out, bytes.p, bytes.len);
	s->out += part.len;
	return part;
}

static struct player_part
put_frame(struct sim *s, struct span body)
{
	struct player_part part = { s->out, 4 + (uint32_t)body.len };
	uint8_t head[4];

	wire_set32(head, (uint32_t)body.len);
	put_out(s, (struct span){ head, 4 });
	put_out(s, body);
	return part;
}

static void
put_good_answers(struct sim *s, uint8_t keys)
{
	static const char *const lists[] = { "AB", "A", "B", "", "ABC", "C", "BA", "AAB" };
	static const uint8_t signature[] = { AGENTMSG_SIGN_ANSWER, 0, 0, 0, 3, 's', 'i', 'g' };

	player->good[PLAYER_LIST] = put_frame(s, make_list(lists[keys & 7]));
	player->good[PLAYER_SIGN] = put_frame(s, (struct span){ signature, sizeof(signature) });
	player->good[PLAYER_EXTENSION] = put_frame(s, one_byte(AGENTMSG_SUCCESS));
	player->good[PLAYER_OTHER] = put_frame(s, one_byte(AGENTMSG_FAILURE));
}

/* A frame of n bytes that begin as a signature's, or of n empty identities. */
static struct player_part
put_long(struct sim *s, uint8_t type, size_t n)
{
	struct wire_out o;
	static uint8_t body[LIMIT_FRAME];

	if (type & 1) {
		wire_out_open(&o, body, sizeof(body));
		wire_put_u8(&o, AGENTMSG_LIST_ANSWER);
		wire_put_u32(&o, (uint32_t)(n / 8));
		memset(body + 5, 0, sizeof(body) - 5);
		return put_frame(s, (struct span){ body, 5 + n / 8 * 8 < sizeof(body) ? 5 + n / 8 * 8 : sizeof(body) });
	}
	memset(body, AGENTMSG_SIGN_ANSWER, sizeof(body));
	return put_frame(s, (struct span){ body, n });
}

static bool
has_whole_frame(struct span stream)
{
	return stream.len >= 4 && stream.len - 4 >= wire_get32(stream.p);
}

/* An end of the vault's. Never with whole frames in flight: whether they still arrive would be chance. */
static void
end_step(struct sim *s, struct player_step *step, uint8_t how)
{
	static const uint8_t statuses[] = { 0, 1, 2, 125, 126, 127, 137, 255 };

	if (has_whole_frame(s->stream))
		return;
	step->end = how & 1 ? PLAYER_LATE : PLAYER_EXIT;
	if (s->mute && how & 8)
		step->end = PLAYER_MUTE;
	step->status = statuses[how >> 5];
}

/* What the vault does about one request, or at its start. */
static struct player_step
make_step(struct sim *s)
{
	struct player_step step = { .good = 1 };
	uint8_t kind = script_u8(&s->script), a = kind > 0 ? script_u8(&s->script) : 0;
	struct span bytes;
	uint8_t head[4];

	if (kind == 0 || s->out > ARENA_SIZE - 2 * LIMIT_FRAME || s->step >= PLAYER_STEPS)
		return step;
	step.good = 0;
	switch (kind % 10) {
	case 0: step.part = put_frame(s, one_byte(AGENTMSG_FAILURE)); break;
	case 1: step.part = put_frame(s, one_byte(a)); break;
	case 2:
		bytes = script_bytes(&s->script, a);
		step.part = put_frame(s, bytes.len > 0 ? bytes : one_byte(a));
		break;
	case 3: /* some keys */
		step.part = put_frame(s, make_list((const char[]){ (char)('A' + (a & 3)), a & 4 ? 'A' : '\0', '\0' }));
		break;
	case 4: /* only where the relay reads it next: else both sides may wait for the other to read */
		step.part = s->step > 0 && s->stream.len == 0 ? put_long(s, a, LIMIT_FRAME - (a >> 1) * 2048u)
							      : put_frame(s, one_byte(a));
		break;
	case 5: /* no frame's length */
		wire_set32(head, a & 1 ? 0 : LIMIT_FRAME + 1 + (uint32_t)a * 0x1000000u);
		step.part = put_out(s, (struct span){ head, 4 });
		step.part.len += put_out(s, script_bytes(&s->script, a >> 4)).len;
		break;
	case 6: /* a torn frame */
		wire_set32(head, a + 1u);
		bytes = script_bytes(&s->script, a >> 3);
		end_step(s, &step, a);
		if (step.end == PLAYER_STAY) {
			step.part = put_frame(s, one_byte(a));
			break;
		}
		step.part = put_out(s, (struct span){ head, 1 + (a & 3) });
		if ((a & 3) == 3)
			step.part.len += put_out(s, bytes).len;
		break;
	case 7:
		end_step(s, &step, a);
		step.good = step.end == PLAYER_STAY;
		break;
	case 8: /* an answer, and more of them */
		step.good = a & 1;
		step.part = put_frame(s, one_byte(a >> 4));
		if (a & 2)
			step.part.len += put_frame(s, make_list("ABC")).len;
		break;
	case 9: /* an answer, and the end; at its start an end without one */
		step.good = s->step > 0;
		end_step(s, &step, a);
		if (a & 16 && step.end == PLAYER_EXIT && s->step > 0)
			step.end = PLAYER_DEAF;
		break;
	}
	return step;
}

/* A step's bytes, behind what is not yet read. */
static void
stream_add(struct sim *s, struct player_part part)
{
	MUST(part.len <= sizeof(streamed) - (size_t)(s->stream.p - streamed) - s->stream.len);
	memcpy(streamed + (s->stream.p - streamed) + s->stream.len, player->out + part.from, part.len);
	s->stream.len += part.len;
}

/* The vault's next step, for a request of this type; 0: its start. */
static void
play_step(struct sim *s, uint8_t type)
{
	struct player_step step = make_step(s);

	if (step.good && s->step > 0)
		stream_add(s, player->good[type == AGENTMSG_LIST        ? PLAYER_LIST
					   : type == AGENTMSG_SIGN      ? PLAYER_SIGN
					   : type == AGENTMSG_EXTENSION ? PLAYER_EXTENSION
									: PLAYER_OTHER]);
	else
		step.good = 0;
	stream_add(s, step.part);
	if (s->step < PLAYER_STEPS)
		player->steps[s->step] = step;
	s->step++;
	s->ended = (enum player_end)step.end;
}

/* ---- What must come of it. */

/* One request to the vault, and its answer's body; the empty span: the call has failed. */
static struct span
exchange(struct sim *s, struct span request)
{
	struct span answer = { NULL, 0 };
	uint32_t len;

	if (s->ended == PLAYER_STAY || s->ended == PLAYER_MUTE) {
		MUST(4 + request.len <= sizeof(received) - s->received);
		wire_set32(received + s->received, (uint32_t)request.len);
		memcpy(received + s->received + 4, request.p, request.len);
		s->received += 4 + request.len;
	}
	if (s->ended == PLAYER_STAY)
		play_step(s, request.p[0]);
	len = s->stream.len >= 4 ? wire_get32(s->stream.p) : 0;
	s->cut = s->stream.len >= 4 && (len == 0 || len > LIMIT_FRAME);
	s->dead = s->cut || len == 0 || s->stream.len - 4 < len;
	if (s->dead)
		return answer;
	answer = (struct span){ s->stream.p + 4, len };
	s->stream.p += 4 + len;
	s->stream.len -= 4 + len;
	return answer;
}

static void
start_call(struct sim *s)
{
	s->called = true;
	s->dead = s->obstacle != NOTHING;
	if (!s->dead)
		play_step(s, 0);
}

static struct span
answer_of_pins(struct sim *s, struct span request, const struct agentmsg_request *r)
{
	if (r->kind == REQUEST_LIST)
		return make_list(s->pins);
	if (s->kept == 16 || s->kept_size + request.len > 16u * 8192u)
		return one_byte(AGENTMSG_FAILURE);
	s->kept_size += request.len;
	s->binds[s->kept++] = request;
	return one_byte(AGENTMSG_SUCCESS);
}

/* What the pins become by a list; whether key was one of them and is on it no more. */
static bool
take_list(struct sim *s, struct span list, struct span key)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;
	char letters[sizeof(s->vault_pins)] = "";
	size_t n = 0;
	bool listed = false, vague = false;

	if (agentmsg_identities(list, &l) < 0)
		return false;
	while (agentmsg_identity_next(&l, &id)) {
		char letter = letter_of_key(id.blob);

		listed |= span_eq(id.blob, key);
		vague |= letter < 'A' || letter > 'D' || n + 1 == sizeof(letters) || id.comment.len != 1 ||
			 id.comment.p[0] != (uint8_t)letter;
		if (!vague)
			letters[n++] = letter;
	}
	s->pins_vague = vague;
	if (!vague && n > 0)
		memcpy(s->vault_pins, letters, sizeof(letters));
	return !listed && letter_of_key(key) != 0 && strchr(s->pins, letter_of_key(key)) != NULL;
}

/*
 * The first SIGN's call: its list, the binds again.
 * What SIGN gets in place of the vault's answer; the empty span: nothing.
 */
static struct span
catch_up(struct sim *s, struct span key)
{
	struct span list = exchange(s, one_byte(AGENTMSG_LIST)), done;
	bool missed = !s->dead && take_list(s, list, key);

	for (unsigned i = 0; i < s->kept && !s->dead; i++) {
		done = exchange(s, s->binds[i]);
		if (PLANTED)
			continue;
		if (!is_one_byte(done, AGENTMSG_SUCCESS))
			s->dead = true;
	}
	s->troubled |= missed;
	return s->dead || missed ? one_byte(AGENTMSG_FAILURE) : (struct span){ NULL, 0 };
}

static struct span
keep_inert(struct span list)
{
	static uint8_t buf[LIMIT_FRAME];
	struct span inert = answer_inert(list, buf);
	struct wire_out o;

	if (inert.p == list.p)
		return list;
	o = arena_open(&arena, inert.len);
	wire_put_raw(&o, inert);
	return arena_keep(&arena, &o);
}

/*
 * What ssh gets of the vault's answer: it has the shape that the request wants, or it is FAILURE; and no comment
 * of it does anything to a terminal.
 */
static struct span
let_through(struct sim *s, enum request_kind kind, struct span answer)
{
	struct agentmsg_identities l;
	struct agentmsg_identity id;

	if (is_one_byte(answer, AGENTMSG_FAILURE) ||
	    (kind == REQUEST_BIND && answer.len == 1 && (answer.p[0] == AGENTMSG_SUCCESS || answer.p[0] == 28))) {
		s->troubled |= kind != REQUEST_BIND;
		return answer;
	}
	if (kind == REQUEST_SIGN && agentmsg_is_signature(answer))
		return answer;
	if (kind != REQUEST_LIST || agentmsg_identities(answer, &l) < 0) {
		s->troubled = true;
		return one_byte(AGENTMSG_FAILURE);
	}
	s->troubled |= l.count == 0;
	answer = keep_inert(answer);
	MUST(agentmsg_identities(answer, &l) == 0);
	while (agentmsg_identity_next(&l, &id))
		MUST(text_is_plain(id.comment));
	return answer;
}

static struct span
expect_answer(struct sim *s, struct span request)
{
	struct agentmsg_request r;
	struct span answer;

	agentmsg_request(request, &r);
	if (r.kind == REQUEST_QUERY)
		return query_answer();
	if (r.kind == REQUEST_BAD || r.kind == REQUEST_OTHER) {
		s->noted |= r.type == 9 || (r.type >= 17 && r.type <= 23) || r.type == 25 || r.type == 26;
		return one_byte(AGENTMSG_FAILURE);
	}
	if (s->pinned && r.kind != REQUEST_SIGN)
		return answer_of_pins(s, request, &r);
	if (!s->called)
		start_call(s);
	if (!s->dead && s->pinned) {
		s->pinned = false;
		answer = catch_up(s, r.sign.key);
		if (answer.len > 0)
			return answer;
	}
	s->pinned = false;
	if (s->dead)
		return one_byte(AGENTMSG_FAILURE);
	answer = exchange(s, request);
	if (s->dead)
		return one_byte(AGENTMSG_FAILURE);
	return let_through(s, r.kind, answer);
}

/* ---- What ssh asks. */

static void
put_bind(struct wire_out *o, uint8_t a, size_t padding)
{
	static const uint8_t zeros[LIMIT_FRAME];

	wire_put_u8(o, AGENTMSG_EXTENSION);
	wire_put_string(o, span_of("session-bind@openssh.com"));
	letter_put_key(o, (char)('G' + (a & 1)));
	letter_put_session(o, (char)('S' + (a >> 1 & 3)));
	wire_put_string(o, (struct span){ zeros, padding });
	wire_put_u8(o, a >> 7);
}

/* One request's body, behind four bytes for its length. */
static void
put_request(struct sim *s, struct wire_out *o)
{
	uint8_t kind = script_u8(&s->script), a = script_u8(&s->script);
	struct span bytes;

	switch (kind % 8) {
	case 0: wire_put_u8(o, AGENTMSG_LIST); break;
	case 1: put_bind(o, a, a >> 3 & 7); break;
	case 2:
	case 3:
		wire_put_u8(o, AGENTMSG_SIGN);
		letter_put_key(o, (char)('A' + (a & 3)));
		wire_put_string(o, span_of("what is signed"));
		wire_put_u32(o, a >> 2 & 6);
		break;
	case 4:
		wire_put_u8(o, AGENTMSG_EXTENSION);
		wire_put_string(o, span_of("query"));
		break;
	case 5: wire_put_u8(o, a); break;
	case 6:
		bytes = script_bytes(&s->script, a);
		wire_put_raw(o, bytes.len > 0 ? bytes : one_byte(a));
		break;
	case 7: put_bind(o, a, s->manner == LOCKSTEP ? (a >> 3 & 15) * 15000u : 5000u); break;
	}
}

/* What is not a frame: a length out of range, or the end in the midst. Then ssh hears no more. */
static struct span
make_torn(struct sim *s)
{
	uint8_t a = script_u8(&s->script);
	struct wire_out o = arena_open(&arena, 64);

	wire_put_u32(&o, a & 1 ? LIMIT_FRAME + 1 + (uint32_t)a * 0x100000u : a & 2 ? 0 : 20 + (uint32_t)a);
	wire_put_raw(&o, script_bytes(&s->script, a >> 4));
	if (!(a & 3) && a & 4)
		o.len = 1 + (a >> 3 & 1);
	return arena_keep(&arena, &o);
}

/* The next request, with what comes of it. */
static void
make_request(struct sim *s, unsigned i)
{
	struct wire_out o = arena_open(&arena, LIMIT_FRAME + 4);
	uint8_t head[4] = { 0 };

	wire_put_raw(&o, (struct span){ head, 4 });
	put_request(s, &o);
	wire_set32(o.p, (uint32_t)o.len - 4);
	s->frames[i] = arena_keep(&arena, &o);
	s->answers[i] = expect_answer(s, (struct span){ s->frames[i].p + 4, s->frames[i].len - 4 });
	s->called_by[i] = s->called;
}

static void
make_requests(struct sim *s)
{
	while (s->requests < REQUESTS_MAX && s->script.left > 0 && arena.used < ARENA_SIZE / 2) {
		unsigned i = s->requests++;

		if (s->script.p[0] == 0xff) {
			script_u8(&s->script);
			s->frames[i] = make_torn(s);
			return;
		}
		make_request(s, i);
		s->sent += s->frames[i].len;
		if (s->manner != LOCKSTEP && s->sent > PIPELINE_SIZE)
			return;
	}
}

static void
make_world(struct sim *s)
{
	static const char *const pins[] = { "", "A", "AB", "" };
	uint8_t how = script_u8(&s->script), keys = script_u8(&s->script);

	arena.used = 0;
	s->manner = how % 3;
	s->obstacle = how >> 2 & 8 ? (how >> 2 & 3) : NOTHING;
	s->mute = (how & 0xc0) == 0xc0;
	strcpy(s->pins, pins[keys & 3]);
	s->pins_broken = (keys & 3) == 3;
	s->pinned = s->pins[0] != '\0' && s->obstacle != REFUSED;
	strcpy(s->vault_pins, s->pins);
	s->stream.p = streamed;
	player->starts = player->logged = 0;
	memset(player->steps, 0, sizeof(player->steps));
	for (unsigned i = 0; i < PLAYER_STEPS; i++)
		player->steps[i].good = i > 0;
	put_good_answers(s, keys >> 3);
	make_requests(s);
}

/* ---- The real thing. */

static const char *
path_of(const char *name)
{
	static char path[2][256];
	static unsigned turn;
	char *p = path[turn++ % 2];

	snprintf(p, sizeof(path[0]), "%s/%s", home, name);
	return p;
}

static void
put_file(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	MUST(f != NULL && fputs(text, f) != EOF && fclose(f) == 0);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void
remove_home(void)
{
	nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Once: the home, the memory, the program beside us. */
static void
prepare(void)
{
	int fd = memfd_create("player", 0);
	char number[16], *end;
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 8);

	MUST(n > 0 && fd != -1 && ftruncate(fd, sizeof(*player)) == 0);
	player = mmap(NULL, sizeof(*player), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(player != MAP_FAILED && mkdtemp(home) != NULL && atexit(remove_home) == 0);
	snprintf(number, sizeof(number), "%d", fd);
	setenv(PLAYER_FD, number, 1);
	end = strrchr(program, '/');
	strcpy(end + 1, "player");
	MUST(access(program, X_OK) == 0);
	signal(SIGPIPE, SIG_IGN);
	MUST(file_make_parents(path_of(PINS_DIR "/x")) == 0);
}

static struct connection *
make_relay(const struct sim *s, int fd)
{
	static struct connection r;

	r = (struct connection){ .fd = fd,
		.peer = { .pidfd = -1 },
		.program = s->obstacle == NO_PROGRAM ? "/nonexistent/program" : program,
		.home = home,
		.runtime_dir = home,
		.answer_ms = s->mute ? IMPATIENCE_MS : PATIENCE_MS };
	MUST(target_parse(&r.target, span_of("default:arg")) == 0);
	if (s->obstacle == REFUSED)
		strcpy(r.refusal, "no call is wanted");
	put_file(".config/qssh/vault", s->obstacle == BAD_DEFAULT ? "no such qube\n" : "vault\n");
	unlink(path_of("qssh-calls"));
	unlink(path_of(PINS_DIR "/default:arg.pub"));
	if (s->pins[0] != '\0')
		MUST(pins_write(home, "default:arg", make_list(s->pins)) == 0);
	if (s->pins_broken)
		put_file(PINS_DIR "/default:arg.pub", "ssh-ed25519 AAAA nonsense\n");
	return &r;
}

static void *
run_relay(void *ctx)
{
	struct connection *r = ctx;

	relay_serve(r);
	close(r->fd);
	return NULL;
}

/* Bytes as they are. What does not arrive was for a relay that has ended. */
static void
send_bytes(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes.p += n;
		bytes.len -= (size_t)n;
	}
}

/* The next answer is what it should be. A vault that may be late may also have failed: then it stays so. */
static void
check_answer(const struct sim *s, int fd, unsigned i, bool *late)
{
	static uint8_t answer[LIMIT_FRAME];
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct span got, wanted = s->answers[i];
	int n;

	MUST(poll_whole(&p, 1, PATIENCE_MS) == 1);
	n = frame_read(fd, -1, answer, clock_deadline(PATIENCE_MS));
	MUST(n >= 0);
	got = (struct span){ answer, (size_t)n };
	if (s->mute && s->called_by[i] && !span_eq(got, wanted) && wanted.len > 0)
		*late = true;
	MUST(span_eq(got, *late && wanted.len > 0 ? one_byte(AGENTMSG_FAILURE) : wanted));
	MUST(s->manner != LOCKSTEP || player->starts <= (s->called_by[i] ? 1 : 0));
}

static void
be_ssh(const struct sim *s, int fd)
{
	static uint8_t more[LIMIT_FRAME];
	bool late = false;

	for (unsigned i = 0; i < s->requests; i++) {
		send_bytes(fd, s->frames[i]);
		if (s->manner == LOCKSTEP && s->answers[i].len > 0)
			check_answer(s, fd, i, &late);
	}
	if (s->manner == VANISHING) {
		close(fd);
		return;
	}
	shutdown(fd, SHUT_WR);
	for (unsigned i = 0; i < s->requests && s->manner == PIPELINED; i++)
		check_answer(s, fd, i, &late);
	if (s->manner == LOCKSTEP)
		MUST(frame_read(fd, -1, more, clock_deadline(PATIENCE_MS)) == 0);
	close(fd);
}

/* ---- What is left behind. */

static void
check_vault(const struct sim *s)
{
	unsigned starts = s->called && s->obstacle == NOTHING ? 1 : 0;
	bool exact = !s->mute && !s->cut && s->manner != VANISHING;

	MUST(exact ? player->starts == starts : player->starts <= starts);
	MUST(exact ? player->logged == s->received : player->logged <= s->received);
	MUST(memcmp(player->log, received, player->logged) == 0);
}

static void
check_pins(const struct sim *s)
{
	static struct pins p;
	int error = pins_read(&p, home, "default:arg");

	MUST(error == (s->pins_broken ? -EBADMSG : s->pins[0] == '\0' ? -ENOENT : 0));
	if (error == 0 && !s->pins_vague && !s->mute && s->manner != VANISHING)
		MUST(span_eq(pins_answer(&p), make_list(s->vault_pins)));
}

/* One line a call, of printable ASCII, that says whether all went well. */
static void
check_history(const struct sim *s)
{
	char text[2048];
	FILE *f = fopen(path_of("qssh-calls"), "r");
	size_t n = f != NULL ? fread(text, 1, sizeof(text), f) : 0;

	if (f != NULL)
		fclose(f);
	MUST(n < sizeof(text));
	MUST(s->manner == VANISHING || (n > 0) == (s->called || s->noted));
	MUST(n == 0 || ((s->called || s->noted) && memchr(text, '\n', n) == text + n - 1));
	if (n > 0 && !s->mute && s->manner != VANISHING)
		MUST(span_ends((struct span){ (uint8_t *)text, n }, " answered\n") ==
		     !(s->dead || s->troubled || s->noted));
	for (size_t i = 0; i + 1 < n; i++)
		MUST(text[i] >= ' ' && text[i] <= '~');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sim s;
	pthread_t thread;
	int pair[2];

	if (player == NULL)
		prepare();
	s = (struct sim){ .script = { data, size } };
	make_world(&s);
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	MUST(frame_prepare(pair[1]) == 0);
	MUST(pthread_create(&thread, NULL, run_relay, make_relay(&s, pair[1])) == 0);
	be_ssh(&s, pair[0]);
	MUST(pthread_join(thread, NULL) == 0);
	check_vault(&s);
	check_pins(&s);
	check_history(&s);
	return 0;
}
