/* SPDX-License-Identifier: ISC */
/*
 * A security key that waits for its person: OpenSSH's own software authenticator (regress/misc/sk-dummy), which signs
 * at once, behind a touch that comes, is refused or never comes, and a PIN.
 * Source: OpenSSH PROTOCOL.u2f and sk-api.h; the signing call is the same in each version of the API.
 *
 * Loaded by ssh-sk-helper, as SSH_SK_PROVIDER. A signature by a key that wants a touch makes the file WAITING and
 * waits for TOUCHED or REFUSED; a key that wants a PIN wants 1234.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define DUMMY "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so"
#define WAITING "/tmp/touch/waiting"
#define TOUCHED "/tmp/touch/touched"
#define REFUSED "/tmp/touch/refused"

#define USER_PRESENCE 0x01
#define USER_VERIFICATION 0x04
#define ERR_GENERAL (-1)
#define ERR_PIN_REQUIRED (-3)

struct sk_option;
struct sk_sign_response;

typedef int sign_function(uint32_t alg, const uint8_t *data, size_t len, const char *application, const uint8_t *handle,
    size_t handle_len, uint8_t flags, const char *pin, struct sk_option **options, struct sk_sign_response **out);

uint32_t sk_api_version(void);
sign_function sk_sign;

/* Asked for when the library is loaded, and never called: keys are made with sk-dummy itself. */
int sk_enroll(void);
int sk_load_resident_keys(void);

static void *
dummy(const char *name)
{
	void *library = dlopen(DUMMY, RTLD_NOW | RTLD_LOCAL);

	return library == NULL ? NULL : dlsym(library, name);
}

uint32_t
sk_api_version(void)
{
	uint32_t (*real)(void) = (uint32_t(*)(void))dummy("sk_api_version");

	return real == NULL ? 0 : real();
}

int
sk_enroll(void)
{
	return ERR_GENERAL;
}

int
sk_load_resident_keys(void)
{
	return ERR_GENERAL;
}

/* 0, or an error: nobody wants it. */
static int
await_touch(void)
{
	int fd = open(WAITING, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (fd != -1)
		close(fd);
	while (access(TOUCHED, F_OK) == -1) {
		if (access(REFUSED, F_OK) == 0)
			return ERR_GENERAL;
		usleep(20 * 1000);
	}
	return 0;
}

int
sk_sign(uint32_t alg, const uint8_t *data, size_t len, const char *application, const uint8_t *handle,
    size_t handle_len, uint8_t flags, const char *pin, struct sk_option **options, struct sk_sign_response **out)
{
	sign_function *real = (sign_function *)dummy("sk_sign");

	if (real == NULL)
		return ERR_GENERAL;
	if ((flags & USER_VERIFICATION) && (pin == NULL || strcmp(pin, "1234") != 0))
		return ERR_PIN_REQUIRED;
	if ((flags & USER_PRESENCE) && await_touch() != 0)
		return ERR_GENERAL;
	return real(alg, data, len, application, handle, handle_len, flags, pin, options, out);
}
