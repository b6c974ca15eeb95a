/* SPDX-License-Identifier: ISC */
#include "sys/relro.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* The linker has the part end with a page; the page that it begins in has nothing else that is written. */
static int
protect(struct dl_phdr_info *program, size_t size, void *error)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	for (size_t i = 0; i < program->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &program->dlpi_phdr[i];
		uintptr_t begin = program->dlpi_addr + part->p_vaddr, end = begin + part->p_memsz;

		begin -= begin % page;
		end -= end % page;
		if (part->p_type == PT_GNU_RELRO && end > begin &&
		    mprotect((void *)begin, end - begin, PROT_READ) == -1)
			*(int *)error = -errno;
	}
	return 1; /* the program is the first, and libraries are their loader's */
}

int
relro_protect(void)
{
	int error = 0;

	dl_iterate_phdr(protect, &error);
	return error;
}
